//! [`Asks`]: what the decisions about one record need to know.

use super::entry::Policy;
use super::key::Key;
use crate::base::shared::Text;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

/// What the decisions about one record need to know. Empty for almost every message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asks {
    /// The id of the record.
    pub record: Text,
    /// What is asked, by key.
    pub asked: BTreeMap<Key, Asked>,
}

/// One key, and what is asked about it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub struct Ask<'a> {
    pub record: &'a str,
    pub key: &'a Key,
    pub asked: &'a Asked,
}

/// What is asked about a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Asked {
    /// How much is counted.
    Count {
        /// The digest of what the counter means. Entries of another meaning do not count.
        meaning: Text,
        /// The instants that count.
        window: Window,
        /// The first instant that the counter counts.
        since: Instant,
        /// When what rules found is counted.
        policy: Policy,
        /// Whether different values are counted, and not weights.
        distinct: bool,
        /// The value that this record has, as JSON, if values are counted.
        value: Option<Text>,
    },
    /// How a mark stands at an instant.
    Mark {
        /// The instant.
        at: Instant,
    },
    /// When a rule first asked for an outcome.
    First,
}

/// The instants that a judging counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// The last instant before it.
    pub after: Instant,
    /// The last instant in it.
    pub until: Instant,
}

/// Adds what is asked under a key. Norms of places inside and outside a bloc may ask the same: what this record adds is told
/// if one of them knows it.
pub(crate) fn add_ask(all: &mut BTreeMap<Key, Asked>, key: Key, ask: Asked) {
    match all.entry(key) {
        Entry::Vacant(free) => drop(free.insert(ask)),
        Entry::Occupied(mut taken) => {
            if let Asked::Count { value: known @ None, .. } = taken.get_mut()
                && let Asked::Count { value, .. } = ask
            {
                *known = value;
            }
        }
    }
}

impl Asks {
    /// Whether nothing is asked.
    pub fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// What is asked, in the order of the keys.
    pub fn iter(&self) -> impl Iterator<Item = Ask<'_>> {
        self.asked.iter().map(|(key, asked)| Ask { record: &self.record, key, asked })
    }
}

impl Window {
    /// Whether an instant lies in it.
    pub fn contains(self, at: Instant) -> bool {
        self.after < at && at <= self.until
    }
}
