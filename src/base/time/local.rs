//! [`Local`]: an instant as people in a zone read it.

use super::{Instant, Moment, TimeError, TimeZone, Zone};
use std::fmt;

/// An instant as people in a zone read it: `2021-10-01 00:00 +02:00`, or `2021-10-01 00:00 UTC`. Seconds and their parts
/// are written only if there are any.
#[derive(Clone, Copy, Debug)]
pub struct Local<'z> {
    instant: Instant,
    zone: &'z Zone,
    is_named: bool,
}

impl Instant {
    /// This instant as people in a zone read it.
    pub fn local(self, zone: &Zone) -> Local<'_> {
        Local { instant: self, zone, is_named: false }
    }

    /// Reads what [`Local`] writes.
    ///
    /// # Errors
    /// When the text is not of that form.
    pub fn parse_local(text: &str) -> Result<Self, TimeError> {
        let mut words = text.split(' ');
        let parts = (words.next(), words.next(), words.next());
        let wrong =
            || TimeError(format!("`{text}` is not a time such as `2021-10-01 00:00 +02:00`"));
        let (Some(day), Some(time), Some(offset)) = parts else { return Err(wrong()) };
        let is_zone = |word: &str| word.starts_with('(') && word.ends_with(')');
        if !words.next().is_none_or(is_zone) || words.next().is_some() {
            return Err(wrong());
        }
        let seconds = if time.len() == "00:00".len() { ":00" } else { "" };
        let offset = if offset == "UTC" { "Z" } else { offset };
        Self::parse(&format!("{day}T{time}{seconds}{offset}")).map_err(|_| wrong())
    }
}

impl Moment {
    /// This moment as people in a zone read it, with the name of the zone: `2021-10-01 00:00 +02:00 (Europe/Paris)`.
    pub fn local(self, zone: &Zone) -> Local<'_> {
        self.instant(zone).local(zone).named()
    }
}

impl Local<'_> {
    /// The same with the name of the zone: `2021-10-01 00:00 +02:00 (Europe/Paris)`.
    #[must_use]
    pub fn named(self) -> Self {
        Self { is_named: true, ..self }
    }
}

impl fmt::Display for Local<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let zoned = self.instant.0.to_zoned_datetime(self.zone.0.clone());
        let offset = zoned.offset().seconds();
        // Before standard time, offsets had seconds, which RFC 3339 has not.
        let is_utc = self.zone.0 == TimeZone::UTC || offset % 60 != 0;
        let zoned = if is_utc { self.instant.0.to_zoned_datetime(TimeZone::UTC) } else { zoned };
        write!(f, "{} {:02}:{:02}", zoned.date(), zoned.hour(), zoned.minute())?;
        if zoned.second() != 0 || zoned.subsec_nanosecond() != 0 {
            write!(f, ":{:02}", zoned.second())?;
        }
        if zoned.subsec_nanosecond() != 0 {
            let digits = format!("{:09}", zoned.subsec_nanosecond());
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        if is_utc {
            return f.write_str(" UTC");
        }
        let sign = if offset < 0 { '-' } else { '+' };
        write!(f, " {sign}{:02}:{:02}", offset.abs() / 3600, offset.abs() / 60 % 60)?;
        if self.is_named { write!(f, " ({})", self.zone.name()) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use super::{Instant, Moment, Zone};

    #[test]
    fn local_times_say_which_instant_they_are_and_can_be_read_back() {
        for (instant, zone, local) in [
            ("2021-09-30T22:00:00Z", "Europe/Paris", "2021-10-01 00:00 +02:00"),
            ("2021-09-30T22:00:00Z", "UTC", "2021-09-30 22:00 UTC"),
            ("2021-12-30T22:00:07.5Z", "Europe/London", "2021-12-30 22:00:07.5 +00:00"),
            ("2026-03-01T02:15:09Z", "America/St_Johns", "2026-02-28 22:45:09 -03:30"),
            // An hour that there is twice.
            ("2026-10-25T00:30:00Z", "Europe/Paris", "2026-10-25 02:30 +02:00"),
            ("2026-10-25T01:30:00Z", "Europe/Paris", "2026-10-25 02:30 +01:00"),
            // The offset had seconds.
            ("1880-01-01T00:00:00Z", "Europe/Paris", "1880-01-01 00:00 UTC"),
        ] {
            let (instant, zone) = (Instant::parse(instant).unwrap(), Zone::named(zone).unwrap());
            assert_eq!(instant.local(&zone).to_string(), local);
            assert_eq!(Instant::parse_local(local), Ok(instant));
            let named = Moment::Instant(instant).local(&zone).to_string();
            assert!(named.ends_with(" UTC") || named.ends_with(&format!(" ({})", zone.name())));
            assert_eq!(Instant::parse_local(&named), Ok(instant));
        }
    }

    #[test]
    fn a_time_without_an_offset_is_refused() {
        for text in [
            "2021-10-01",
            "2021-10-01 00:00",
            "2021-10-01 00:00 Europe/Paris",
            "2021-10-01 00:00 +02:00 Paris",
            "2021-10-01 00:00 +02:00 (Europe/Paris) x",
            "2021-10-01T00:00 +02:00",
        ] {
            assert!(Instant::parse_local(text).is_err(), "{text}");
        }
    }
}
