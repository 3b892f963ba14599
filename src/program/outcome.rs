//! What evaluating one rule gives: a truth of three, and what it rests on. Both evaluators produce these types.

use crate::base::time::{Day, Instant};
use crate::world::lists::{Entry, Set};
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Kleene's three values. Missing is not false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    False,
    Unknown,
    True,
}

impl Truth {
    /// `and`: false beats unknown beats true.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            _ => Self::Unknown,
        }
    }

    /// `or`: true beats unknown beats false.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        !(!self).and(!other)
    }
}

impl std::ops::Not for Truth {
    type Output = Self;
    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(truth: bool) -> Self {
        if truth { Self::True } else { Self::False }
    }
}

/// Words of the record that a rule rests on. Offsets are into the original text of `part`, half open.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Evidence {
    /// The part or field: `text`, `button[1]`, `links[0].host`.
    pub part: String,
    /// Bytes of UTF-8.
    pub bytes: [usize; 2],
    /// Characters.
    pub chars: [usize; 2],
    /// UTF-16 code units, as Telegram counts.
    pub utf16: [usize; 2],
    /// The words themselves, at most 256 characters of them.
    pub text: String,
    /// What found them.
    #[serde(flatten)]
    pub found_by: FoundBy,
}

/// What found a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FoundBy {
    /// A `terms` item: `kz.pyramid_promises`.
    Terms(String),
    /// A pattern written in the rule.
    Pattern(String),
    /// A regular expression.
    Regex(String),
    /// A `set` item: `kz.scam_hosts`, and the entry of it.
    Set(String, Box<SetEntry>),
    /// A comparison with a text: `contains`, `starts with`, `ends with`.
    Text(String),
}

/// The entry of a set that a value is, or lies below.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct SetEntry {
    /// In the form in which it is compared: `scam.example`.
    pub value: String,
    /// Where it stands: a list file or a rule file, by its path below the rule root.
    pub list: String,
    /// On which line of a list file, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The first day on which it is no longer in the set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Where the list comes from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The day or instant of which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}

impl FoundBy {
    /// Of a set, with the entry.
    pub(crate) fn set(set: &Set, entry: &Entry<'_>) -> Self {
        let Entry { value, list, line, from, until } = *entry;
        let entry = SetEntry {
            value: value.to_owned(),
            list: list.name.clone(),
            line,
            from,
            until,
            source: list.source.clone(),
            as_of: list.as_of.clone(),
        };
        Self::Set(set.id.clone(), Box::new(entry))
    }
}

/// A key that says what it was, which `text` cannot be: that one has the words. An entry stands beside its set.
impl Serialize for FoundBy {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (key, found_by, entry) = match self {
            Self::Terms(id) => ("terms", id, None),
            Self::Pattern(written) => ("pattern", written, None),
            Self::Regex(written) => ("regex", written, None),
            Self::Set(id, entry) => ("set", id, Some(entry)),
            Self::Text(written) => ("literal", written, None),
        };
        let mut map = to.serialize_map(None)?;
        map.serialize_entry(key, found_by)?;
        if let Some(entry) = entry {
            map.serialize_entry("entry", entry)?;
        }
        map.end()
    }
}

/// An event that starts a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// The decision itself: the instant `at`.
    Decision,
    /// An order of an authority is received.
    Order,
    /// An order is given, where the law counts from then.
    OrderGiven,
    /// An order sets the instant itself. It ends a clock and starts none.
    OrderDeadline,
    /// A notice is received.
    Notice,
    /// The first user report is received.
    Report,
    /// The platform gains knowledge.
    Knowledge,
    /// The message is taken down.
    Removal,
    /// The platform tells an authority.
    Submission,
}

impl Event {
    /// What can start a clock.
    pub const STARTS: [Self; 8] = [
        Self::Decision,
        Self::Order,
        Self::OrderGiven,
        Self::Notice,
        Self::Report,
        Self::Knowledge,
        Self::Removal,
        Self::Submission,
    ];

    /// The list of the record that the event is of: those of several start several clocks.
    pub fn list(self) -> Option<Self> {
        match self {
            Self::Order | Self::OrderGiven | Self::OrderDeadline => Some(Self::Order),
            Self::Notice => Some(Self::Notice),
            Self::Decision | Self::Report | Self::Knowledge | Self::Removal | Self::Submission => {
                None
            }
        }
    }

    /// As it is written after `from`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Order => "order.received_at",
            Self::OrderGiven => "order.given_at",
            Self::OrderDeadline => "order.deadline",
            Self::Notice => "notice.received_at",
            Self::Report => "report.received_at",
            Self::Knowledge => "knowledge",
            Self::Removal => "removal",
            Self::Submission => "submission",
        }
    }
}

/// What an order or a notice says about time.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Incoming {
    /// When it was received.
    pub received_at: Option<Instant>,
    /// When it was given.
    pub given_at: Option<Instant>,
    /// The instant that it sets itself.
    pub deadline: Option<Instant>,
    /// When its clock stands still, in the order of the record.
    pub pauses: Vec<Pause>,
}

/// A time during which a clock stands still.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pause {
    /// Its beginning.
    pub from: Instant,
    /// Its end, when that has come.
    pub until: Option<Instant>,
    /// Why: `force_majeure`.
    pub ground: Arc<str>,
}

impl Incoming {
    /// When an event of it happened.
    pub fn happened(&self, event: Event) -> Option<Instant> {
        match event {
            Event::Order | Event::Notice => self.received_at,
            Event::OrderGiven => self.given_at,
            Event::OrderDeadline => self.deadline,
            Event::Decision
            | Event::Report
            | Event::Knowledge
            | Event::Removal
            | Event::Submission => None,
        }
    }
}

/// What a condition gave on one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether it holds.
    pub truth: Truth,
    /// The paths of the atoms that are unknown inside an unknown subtree; empty unless `truth` is unknown.
    pub missing: BTreeSet<String>,
    /// The words it rests on; empty unless `truth` is true.
    pub evidence: Vec<Evidence>,
    /// The elements of each event list that made it true.
    pub events: BTreeMap<Event, BTreeSet<Incoming>>,
}

#[cfg(test)]
mod tests {
    use super::Truth::{False, True, Unknown};

    #[test]
    fn kleene() {
        for (a, b, and, or) in [
            (True, True, True, True),
            (True, Unknown, Unknown, True),
            (True, False, False, True),
            (Unknown, Unknown, Unknown, Unknown),
            (Unknown, False, False, Unknown),
            (False, False, False, False),
        ] {
            assert_eq!((a.and(b), b.and(a), a.or(b), b.or(a)), (and, and, or, or), "{a:?} {b:?}");
        }
        assert_eq!((!True, !Unknown, !False), (False, Unknown, True));
    }
}
