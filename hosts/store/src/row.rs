//! [`Row`]: an entry as a row of a table. How it counts stands in columns, so that a database can count.

use crate::fault::{Fault, Result};
use lexloci::state::{
    Cause, CauseKey, Contribution, Entry, Key, Kind, Known, Policy, Said, Shares, Whom,
};
use lexloci::{Instant, Text};
use std::collections::BTreeSet;

/// An entry as a row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Where it counts; `None` if it counts nothing.
    pub place: Option<Place>,
    /// The value after `distinct`.
    pub value: Option<String>,
    /// After this instant no window needs it; `None` if that is the instant at which it counts.
    pub last: Option<i64>,
    /// The entry as JSON; `None` if the other columns say all.
    pub entry: Option<String>,
    /// Who left it, if that is one.
    pub author: String,
    /// The shares of several authors, as JSON.
    pub shares: Option<String>,
}

/// Where an entry counts, and how much.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Place {
    pub sure: bool,
    pub at: i64,
    pub weight: i64,
}

/// A key as it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Found {
    pub id: i64,
    pub revision: u64,
    pub known: Known,
}

impl Row {
    pub(crate) fn of(left: &Shares<Entry>, policy: Policy) -> Result<Self> {
        let entry = left.whole();
        let (sure, said) = match entry.contribution(policy) {
            Contribution::Certain(said) => (true, Some(said)),
            Contribution::Maybe(said) => (false, Some(said)),
            Contribution::Nothing => (false, None),
        };
        let place = said.as_ref().map(|said| Place {
            sure,
            at: nanos(said.at),
            weight: i64::try_from(said.weight).unwrap_or(i64::MAX),
        });
        let value = said.and_then(|said| said.value).map(String::from);
        let last = Some(entry.last().map_or(i64::MIN, nanos));
        let last = last.filter(|last| place.map(|place| place.at) != Some(*last));
        let (author, shares) = match left.author() {
            Ok(author) => (author_column(author).to_owned(), None),
            Err(shares) => {
                let shares: Vec<_> = shares.iter().collect();
                (String::new(), Some(serde_json::to_string(&shares)?))
            }
        };
        let mut row = Self { place, value, last, entry: None, author, shares };
        if row.plain_entry().as_ref() != Some(entry) {
            row.entry = Some(serde_json::to_string(entry)?);
        }
        Ok(row)
    }

    /// The entry, if it certainly counts by the condition of its counter and there is no more to say.
    fn plain_entry(&self) -> Option<Entry> {
        let Place { at, weight, .. } = self.place.filter(|place| place.sure)?;
        let value = self.value.as_deref().map(Text::from);
        let said = Said { at: instant(at)?, value, weight: u64::try_from(weight).ok()? };
        let cause = Cause { certain: Some(said), ..Cause::default() };
        Some(Entry { causes: [(CauseKey::default(), cause)].into(), took: BTreeSet::new() })
    }

    pub(crate) fn entry(&self) -> Result<Entry> {
        match &self.entry {
            Some(entry) => Ok(serde_json::from_str(entry)?),
            None => self.plain_entry().ok_or_else(|| Fault::new("an entry is not whole")),
        }
    }

    /// The entry, with the share of each author.
    pub(crate) fn left(&self) -> Result<Shares<Entry>> {
        let Some(shares) = &self.shares else {
            return Ok(Shares::new(author_of(&self.author), self.entry()?));
        };
        let shares: Vec<(Option<Text>, Entry)> = serde_json::from_str(shares)?;
        Shares::of(shares).ok_or_else(|| Fault::new("an entry has no author"))
    }
}

/// An author as a database keeps it: an empty text if none is known.
pub(crate) fn author_column(author: Option<&Text>) -> &str {
    author.map_or("", Text::as_str)
}

/// The author who is meant, if it is one.
pub(crate) fn author_in(whom: &Whom) -> Option<&str> {
    match whom {
        Whom::Record(_) => None,
        Whom::Author(author) => Some(author.as_str()),
    }
}

pub(crate) fn author_of(column: &str) -> Option<Text> {
    (!column.is_empty()).then(|| column.into())
}

/// A place from its columns.
#[cfg(feature = "postgres")]
pub(crate) fn place_of(sure: Option<i16>, at: Option<i64>, weight: Option<i64>) -> Option<Place> {
    Some(Place { sure: sure? == 1, at: at?, weight: weight? })
}

/// An instant as a database keeps it: nanoseconds since 1970. Those before 1677 and after 2262 are kept as the first or the
/// last that fit.
pub(crate) fn nanos(instant: Instant) -> i64 {
    let nanos = instant.unix_nanos();
    i64::try_from(nanos).unwrap_or(if nanos < 0 { i64::MIN } else { i64::MAX })
}

/// The instant that a database keeps.
pub(crate) fn instant(nanos: i64) -> Option<Instant> {
    Instant::from_unix_nanos(nanos.into())
}

/// As [`instant`], for a column that always has one.
pub(crate) fn instant_of(nanos: i64) -> Result<Instant> {
    instant(nanos).ok_or_else(|| Fault::new("an instant is out of range"))
}

/// What is known, as a database keeps it: nothing for all, the last number for nothing.
pub(crate) fn known_column(known: Known) -> Option<i64> {
    match known {
        Known::All => None,
        Known::From(first) => Some(nanos(first)),
        Known::Nothing => Some(i64::MAX),
    }
}

pub(crate) fn known_of(column: Option<i64>) -> Known {
    match column {
        None => Known::All,
        Some(i64::MAX) => Known::Nothing,
        Some(first) => instant(first).map_or(Known::Nothing, Known::From),
    }
}

pub(crate) fn policy_column(policy: Policy) -> &'static str {
    match policy {
        Policy::UntilReversed => "untilreversed",
        Policy::OnceUpheld => "onceupheld",
    }
}

pub(crate) fn policy_of(column: &str) -> Policy {
    if column == "onceupheld" { Policy::OnceUpheld } else { Policy::UntilReversed }
}

pub(crate) fn kind_column(kind: Kind) -> &'static str {
    match kind {
        Kind::Counter => "counter",
        Kind::Mark => "mark",
        Kind::First => "first",
    }
}

pub(crate) fn kind_of(column: &str) -> Kind {
    match column {
        "counter" => Kind::Counter,
        "mark" => Kind::Mark,
        _ => Kind::First,
    }
}

/// A key that names a counter.
pub(crate) fn counter_key(item: &Text, shadow: bool) -> Key {
    Key { kind: Kind::Counter, item: item.clone(), shadow, of: Text::default() }
}

#[cfg(test)]
mod tests {
    use super::{
        Entry, Instant, Known, Place, Policy, Row, Said, Shares, known_column, known_of, nanos,
    };
    use lexloci::state::{Cause, CauseKey};

    fn certain(said: Said) -> Entry {
        let cause = Cause { certain: Some(said), ..Cause::default() };
        Entry { causes: [(CauseKey::default(), cause)].into(), ..Entry::default() }
    }

    fn row(entry: &Entry, policy: Policy) -> Row {
        Row::of(&Shares::new(None, entry.clone()), policy).unwrap()
    }

    #[test]
    fn a_plain_entry_needs_no_json() {
        let at = Instant::parse("2026-12-01T00:00:00Z").unwrap();
        let said = Said { at, value: Some("\"x\"".into()), weight: 3 };
        let mut entry = certain(said);
        let plain = row(&entry, Policy::UntilReversed);
        assert_eq!(plain.place, Some(Place { sure: true, at: nanos(at), weight: 3 }));
        assert_eq!((&plain.entry, &plain.shares, plain.last), (&None, &None, None));
        assert_eq!(plain.entry().unwrap(), entry);
        entry.took.insert(3);
        let whole = row(&entry, Policy::UntilReversed);
        assert!(whole.entry.is_some());
        assert_eq!(whole.entry().unwrap(), entry);
        let waiting = row(&entry, Policy::OnceUpheld);
        assert_eq!((waiting.place, waiting.last), (None, Some(nanos(at))));
    }

    #[test]
    fn the_shares_of_authors_are_read_back() {
        let said = |second| Said { at: at(second), value: None, weight: 1 };
        let mut left = Shares::new(Some("tg:1".into()), certain(said(5)));
        let read =
            |left: &Shares<Entry>| Row::of(left, Policy::UntilReversed).unwrap().left().unwrap();
        assert_eq!(read(&left), left);
        left.join(None, &certain(said(4)));
        left.join(Some(&"tg:2".into()), &certain(said(6)));
        assert_eq!(read(&left), left);
        assert_eq!(left.whole(), &certain(said(4)));
        let left = left.without(&"tg:1".into()).unwrap();
        assert_eq!(read(&left), left);
    }

    fn at(second: i128) -> Instant {
        Instant::from_unix_nanos(second * 1_000_000_000).unwrap()
    }

    #[test]
    fn instants_that_do_not_fit_are_kept_whole_in_the_entry() {
        let at = Instant::parse("9999-12-31T23:59:59Z").unwrap();
        let entry = certain(Said { at, value: None, weight: 1 });
        let row = row(&entry, Policy::UntilReversed);
        assert_eq!(row.place.map(|place| place.at), Some(i64::MAX));
        assert_eq!(row.entry().unwrap(), entry);
        assert_eq!(nanos(Instant::parse("0001-01-01T00:00:00Z").unwrap()), i64::MIN);
    }

    #[test]
    fn what_is_known_is_read_back_and_keeps_its_order() {
        let at = Instant::parse("2026-12-01T00:00:00Z").unwrap();
        let all = [Known::All, Known::From(at), Known::Nothing];
        assert_eq!(all.map(|known| known_of(known_column(known))), all);
        assert!(all.is_sorted() && all.map(known_column).is_sorted());
    }
}
