//! [`State`]: what a store answered about the keys that a record asked for.

use super::entry::Entry;
use super::key::Key;
use super::known::Gap;
use super::mark::Standing;
use crate::base::shared::Text;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The most earlier messages that a snapshot names for a key.
pub const LATEST: usize = 16;

/// What earlier records left behind: a snapshot of the keys that one record asked for. What was not asked is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// What the store answered, by key.
    #[serde(with = "super::pairs")]
    pub readings: BTreeMap<Key, Reading>,
    /// The number of the last change that each key had when it was read, so that a commit can tell whether it has changed
    /// since; 0 if nothing is kept under it. It is no part of the snapshot's digest.
    #[serde(skip)]
    pub revisions: BTreeMap<Key, u64>,
    /// Why counts have no upper bound, where [`Message::recall`](crate::Message::recall) asked for it. It explains decisions,
    /// and is no part of the snapshot's digest.
    #[serde(skip)]
    pub gaps: BTreeMap<Key, Gap>,
    /// Why keys without a reading are unknown, if the store did not answer. `None`: they were not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silence: Option<Text>,
}

/// What a store answered about a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reading {
    /// How much is counted.
    Count(Count),
    /// How a mark stands; `None` if it is not set.
    Mark(Option<Standing>),
    /// When a rule first asked for an outcome; `None` if it never did.
    First(Option<Instant>),
}

/// How much a counter has under a key in a window, without what this record adds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    /// What is certain.
    pub certain: u64,
    /// The most that is possible; `None` if the store does not know all that happened in the window.
    pub possible: Option<u64>,
    /// This record's own entry, wherever it lies; `None` if it has none.
    pub own: Option<Entry>,
    /// For a count of different values: whether the value of this record is among those that are certain.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub value_is_certain: bool,
    /// The same for those that are possible.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub value_is_possible: bool,
    /// The latest other records that certainly count, at most 16, the latest first.
    pub latest: Vec<Earlier>,
}

/// An earlier record that a counter counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Earlier {
    /// When it counts.
    pub at: Instant,
    /// Its id.
    pub record: Text,
}

impl Reading {
    /// Whether it is a count of which not all is known.
    pub(crate) fn has_no_upper_bound(&self) -> bool {
        match self {
            Self::Count(count) => count.possible.is_none(),
            Self::Mark(_) | Self::First(_) => false,
        }
    }
}

impl State {
    /// The state if no store was asked.
    pub(crate) fn not_asked() -> &'static Self {
        static NOT_ASKED: State = State {
            readings: BTreeMap::new(),
            revisions: BTreeMap::new(),
            gaps: BTreeMap::new(),
            silence: None,
        };
        &NOT_ASKED
    }

    /// What the store answered about a key of a counter.
    pub(crate) fn count(&self, key: &Key) -> Option<&Count> {
        match self.readings.get(key) {
            Some(Reading::Count(count)) => Some(count),
            Some(Reading::Mark(_) | Reading::First(_)) | None => None,
        }
    }

    /// The state if the store did not answer: all keys are unknown, for this reason.
    pub fn silent(why: impl Into<Text>) -> Self {
        Self { silence: Some(why.into()), ..Self::default() }
    }
}
