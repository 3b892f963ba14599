//! [`Moment`]: an instant, or a day that begins at another instant in each zone.

use super::{Day, Instant, TimeError, Timestamp, Zone};
use std::fmt;

/// An instant, or a day. A day stands for its midnight in the zone of a file or of the place that is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Moment {
    Day(Day),
    Instant(Instant),
}

impl Moment {
    /// Reads a day, `2026-03-01`, or an instant in RFC 3339, `2026-03-01T12:00:00Z`.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        // jiff also reads the day of `2026-03-01T12:00:00`.
        let is_day = text.len() == "2026-03-01".len();
        if is_day {
            Day::parse(text).map(Self::Day)
        } else {
            Instant::parse(text).map(Self::Instant)
        }
    }

    /// The instant in a zone. A day at an end of the calendar that begins outside it begins with the first or last instant.
    pub fn instant(self, zone: &Zone) -> Instant {
        match self {
            Self::Instant(instant) => instant,
            Self::Day(day) => {
                let start = day.start(zone);
                start.unwrap_or(if day < Day::EPOCH { Instant::FIRST } else { Instant::LAST })
            }
        }
    }

    /// The day in a zone. A day is itself in every zone.
    pub fn day(self, zone: &Zone) -> Day {
        match self {
            Self::Day(day) => day,
            Self::Instant(instant) => instant.day(zone),
        }
    }
}

impl Instant {
    const FIRST: Self = Self(Timestamp::constant(-62_167_219_200, 0));
    const LAST: Self = Self(Timestamp::MAX);
}

impl From<Day> for Moment {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl From<Instant> for Moment {
    fn from(instant: Instant) -> Self {
        Self::Instant(instant)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Instant(instant) => instant.fmt(f),
        }
    }
}

impl<'de> serde::Deserialize<'de> for Moment {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

impl serde::Serialize for Moment {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Instant, Moment, Zone};

    #[test]
    fn a_day_is_its_midnight_in_each_zone_and_an_instant_is_the_same_everywhere() {
        for (text, zone, instant) in [
            ("2026-03-01", "Asia/Almaty", "2026-02-28T19:00:00Z"),
            ("2026-03-01", "America/Sao_Paulo", "2026-03-01T03:00:00Z"),
            ("2026-03-01T12:00:00+05:00", "America/Sao_Paulo", "2026-03-01T07:00:00Z"),
            // There was no such day in Samoa.
            ("2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z"),
            // Where the calendar ends.
            ("0000-01-01", "Asia/Almaty", "0000-01-01T00:00:00Z"),
            ("9999-12-31", "America/Sao_Paulo", "9999-12-30T22:00:00.999999999Z"),
        ] {
            let found = Moment::parse(text).unwrap().instant(&Zone::named(zone).unwrap());
            assert_eq!(found, Instant::parse(instant).unwrap(), "{text} in {zone}");
        }
    }

    #[test]
    fn what_is_neither_a_day_nor_an_instant_is_refused() {
        for text in ["2026-02-30", "2026-03-01T12:00:00", "2026-3-1", "20260301", "", "yesterday"] {
            assert!(Moment::parse(text).is_err(), "{text}");
        }
        for text in ["2026-03-01", "2026-03-01T12:00:00Z"] {
            assert_eq!(Moment::parse(text).unwrap().to_string(), text);
        }
    }
}
