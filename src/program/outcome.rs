//! The result of evaluating a condition: its truth, the missing fields, and the evidence.

use crate::base::shared::Text;
use crate::base::time::{Day, Instant};
use crate::state::{Asked, Earlier, Key, Standing};
use crate::world::lists::{Entry, Set};
use crate::world::place::Place;
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize, Serializer};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// A truth value of Kleene's three-valued logic. A missing field makes a condition unknown, not false.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Truth {
    False,
    Unknown,
    True,
}

impl Truth {
    /// `and`: false takes precedence over unknown, and unknown over true.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::True, Self::True) => Self::True,
            (Self::Unknown, Self::True | Self::Unknown) | (Self::True, Self::Unknown) => {
                Self::Unknown
            }
        }
    }

    /// `or`: true takes precedence over unknown, and unknown over false.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        !(!self).and(!other)
    }

    /// Whether it is true; `None` if that is unknown.
    pub fn known(self) -> Option<bool> {
        match self {
            Self::True => Some(true),
            Self::False => Some(false),
            Self::Unknown => None,
        }
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

/// Words of the record that made a condition true. Offsets refer to the original text of `part`; the end is exclusive.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Evidence {
    /// The part or field: `text`, `button[1]`, `links[0].host`.
    pub part: Text,
    /// Start and end in bytes of UTF-8.
    pub bytes: [usize; 2],
    /// Start and end in characters.
    pub chars: [usize; 2],
    /// Start and end in UTF-16 code units, as Telegram counts.
    pub utf16: [usize; 2],
    /// The words themselves, at most 256 characters of them.
    pub text: Text,
    /// What found them.
    #[serde(flatten)]
    pub found_by: FoundBy,
}

/// What found a piece of evidence.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(from = "Written")]
pub enum FoundBy {
    /// A `terms` item: `kz.pyramid_promises`.
    Terms(Text),
    /// A pattern written in the rule.
    Pattern(Text),
    /// A regular expression.
    Regex(Text),
    /// A `set` item, `kz.scam_hosts`, and the entry that was found.
    Set(Text, Box<SetEntry>),
    /// A comparison with a text: `contains`, `starts with`, `ends with`.
    Text(Text),
    /// A function that returns words of a text: `mixed_words`.
    Function(Text),
    /// A condition on the elements of a list, by its path: `links`. The words are those of an element.
    List(Text),
}

/// The entry of a set that matched a value. A domain also matches its subdomains.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct SetEntry {
    /// The entry as it is compared: `scam.example`.
    pub value: Text,
    /// The list file or rule file that contains it, as a path below the rule root.
    pub list: Text,
    /// The line in a list file, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Its first day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Day>,
    /// The first day on which it is no longer in the set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Day>,
    /// Where the list comes from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<Text>,
    /// The date of the list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<Text>,
}

impl FoundBy {
    /// An entry of a set.
    pub(crate) fn set(set: &Set, entry: &Entry<'_>) -> Self {
        let Entry { value, list, line, from, until } = *entry;
        let entry = SetEntry {
            value: value.into(),
            list: (&list.name).into(),
            line,
            from,
            until,
            source: list.source.as_ref().map(Text::from),
            as_of: list.as_of.as_ref().map(Text::from),
        };
        Self::Set((&set.id).into(), Box::new(entry))
    }
}

/// The serialized form of [`FoundBy`].
#[derive(Deserialize)]
#[serde(untagged)]
enum Written {
    Terms { terms: Text },
    Pattern { pattern: Text },
    Regex { regex: Text },
    Set { set: Text, entry: Box<SetEntry> },
    Text { literal: Text },
    Function { function: Text },
    List { list: Text },
}

impl From<Written> for FoundBy {
    fn from(written: Written) -> Self {
        match written {
            Written::Terms { terms } => Self::Terms(terms),
            Written::Pattern { pattern } => Self::Pattern(pattern),
            Written::Regex { regex } => Self::Regex(regex),
            Written::Set { set, entry } => Self::Set(set, entry),
            Written::Text { literal } => Self::Text(literal),
            Written::Function { function } => Self::Function(function),
            Written::List { list } => Self::List(list),
        }
    }
}

/// Serialized as one key that names the kind. A set has a second key, `entry`. The key of `Text` is `literal`, because
/// evidence already has a key `text`.
impl Serialize for FoundBy {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (key, found_by, entry) = match self {
            Self::Terms(id) => ("terms", id, None),
            Self::Pattern(written) => ("pattern", written, None),
            Self::Regex(written) => ("regex", written, None),
            Self::Set(id, entry) => ("set", id, Some(entry)),
            Self::Text(written) => ("literal", written, None),
            Self::Function(name) => ("function", name, None),
            Self::List(path) => ("list", path, None),
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
    /// The decision is made: the instant `at`.
    Decision,
    /// An order of an authority is received.
    Order,
    /// An order is issued. Some laws count from this instant.
    OrderGiven,
    /// The instant by which an order must be followed. It ends a clock and starts none.
    OrderDeadline,
    /// A notice is received.
    Notice,
    /// The first user report is received.
    Report,
    /// The platform gains knowledge.
    Knowledge,
    /// The message is taken down.
    Removal,
    /// The platform submits a report to an authority.
    Submission,
}

impl Event {
    /// The events that can start a clock.
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

    /// `Order` for each date of an order, and `Notice` for that of a notice. The record lists orders and notices, and each
    /// of them starts its own clock. `None` for an event that happens once.
    pub fn list(self) -> Option<Self> {
        match self {
            Self::Order | Self::OrderGiven | Self::OrderDeadline => Some(Self::Order),
            Self::Notice => Some(Self::Notice),
            Self::Decision | Self::Report | Self::Knowledge | Self::Removal | Self::Submission => {
                None
            }
        }
    }

    /// The event as rules write it after `from`.
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

/// The dates of an order or a notice.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Incoming {
    /// When it was received.
    pub received_at: Option<Instant>,
    /// When it was given.
    pub given_at: Option<Instant>,
    /// The instant by which it must be followed.
    pub deadline: Option<Instant>,
    /// When its clock pauses, in the order of the record.
    pub pauses: Vec<Pause>,
    /// Whether the author must not be told of it.
    pub is_secret: bool,
    /// Whether a trusted flagger sent it.
    pub is_trusted: bool,
    /// Where it is in the record: `reports.orders[0]`. Empty if it is nowhere.
    pub path: String,
}

/// An order or notice that is seen at the instant of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Whether it is an order or a notice.
    pub event: Event,
    /// The authority of an order, the kind of a notice.
    pub from: Arc<str>,
    pub reference: Option<Arc<str>>,
    /// The places for which it is meant.
    pub places: Vec<Place>,
    pub dates: Incoming,
}

/// A time during which a clock pauses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pause {
    /// Its beginning.
    pub from: Instant,
    /// Its end, if it has ended.
    pub until: Option<Instant>,
    /// Why: `force_majeure`.
    pub ground: Arc<str>,
}

impl Incoming {
    /// When an event of this order or notice happened.
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

/// The result of a condition on one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Whether the condition is true.
    pub truth: Truth,
    /// The missing paths that made the condition unknown; empty unless `truth` is unknown.
    pub missing: BTreeSet<String>,
    /// The words that made it true; empty unless `truth` is true.
    pub evidence: Vec<Evidence>,
    /// The orders and notices that made it true, by event. If the truth is unknown: those that may make it true.
    pub events: BTreeMap<Event, BTreeSet<Incoming>>,
    /// The counters and marks that it read, however it came out.
    pub reads: Reads,
}

/// Counters and marks that a condition read, by key.
pub type Reads = BTreeMap<Key, StateRead>;

/// What a condition read of a counter or a mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StateRead {
    /// What a store is asked for it.
    pub asked: Asked,
    pub found: Found,
}

/// What was found under a key of a counter or a mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Found {
    /// How much a counter has, with this message.
    Count {
        /// What is certain.
        certain: u64,
        /// The most that is possible; `None` if not all that happened is known.
        possible: Option<u64>,
        /// Whether this message is among what is certain.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        own: bool,
        /// The latest other messages that count, at most 16, the latest first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        earlier: Vec<Earlier>,
    },
    /// How a mark stands; `None` if it is not set.
    Mark(Option<Standing>),
    /// Why nothing is known.
    Unknown(Text),
}

impl Finding {
    /// That of a condition that is false.
    pub fn never() -> Self {
        let (missing, events) = (BTreeSet::new(), BTreeMap::new());
        Self { truth: Truth::False, missing, evidence: vec![], events, reads: Reads::new() }
    }

    /// Whether it rests on an order or notice that the author must not know.
    pub fn rests_on_secret(&self) -> bool {
        self.events.values().flatten().any(|one| one.is_secret)
    }
}

#[cfg(test)]
mod tests {
    use super::Truth::{False, True, Unknown};

    #[test]
    fn truths_combine_by_the_tables_of_kleene() {
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
