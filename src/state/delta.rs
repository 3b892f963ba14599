//! [`Delta`]: what a judging leaves behind.

use super::entry::{Contribution, Entry, Policy};
use super::key::Key;
use super::mark::{MarkActor, MarkHistory};
use crate::base::shared::Text;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What a judging leaves behind, to be joined with what a store keeps. Empty for almost every message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delta {
    /// What the record adds to counters, by key.
    pub entries: Vec<EntryDelta>,
    /// What rules did to marks, by key.
    pub marks: Vec<MarkDelta>,
    /// When rules asked for outcomes that last for some time, by key, if that is earlier than what the store said. The earliest
    /// instant counts.
    pub firsts: Vec<(Key, Instant)>,
}

/// What a record adds to a counter under one key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryDelta {
    /// The counter, and whom it is about.
    pub key: Key,
    /// The digest of what the counter means.
    pub meaning: Text,
    /// When what rules found is counted.
    pub policy: Policy,
    /// What is added.
    pub entry: Entry,
}

/// What rules did to a mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkDelta {
    /// The mark, and whom it is about.
    pub key: Key,
    /// What was done.
    pub history: MarkHistory,
}

/// What was judged: one version of a record with its facts, by one rule set, at one instant. The same again gives the same
/// decision.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Judging {
    /// The id of the record.
    pub record: Text,
    /// When this version was edited, or sent if it never was; `None` if the record does not say.
    pub version: Option<Instant>,
    /// The digest of the record, facts of the host included.
    pub digest: Text,
    /// The digest of the rules.
    pub ruleset: Text,
    /// The instant of the decision.
    pub at: Instant,
    /// The account or chat that speaks, if it is known, so that a store can forget it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Text>,
}

impl Delta {
    /// Whether the judging leaves nothing behind.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.marks.is_empty() && self.firsts.is_empty()
    }

    /// The versions of the record, other than the one that was judged, on which persons ruled.
    pub fn other_versions(&self, judged: Option<Instant>) -> BTreeSet<Instant> {
        let causes = self.entries.iter().flat_map(|one| one.entry.causes.keys());
        let actors = self.marks.iter().flat_map(|one| one.history.actors());
        let versions = causes.filter_map(|key| key.version).chain(actors.filter_map(version_of));
        versions.filter(|version| Some(*version) != judged).collect()
    }

    /// The same without what it says about some versions of the record.
    pub fn without(&self, versions: &BTreeSet<Instant>) -> Cow<'_, Self> {
        if versions.is_empty() {
            return Cow::Borrowed(self);
        }
        let stays = |version: Option<Instant>| version.is_none_or(|at| !versions.contains(&at));
        let mut left = self.clone();
        left.entries.retain_mut(|EntryDelta { policy, entry, .. }| {
            let before = entry.causes.len();
            entry.causes.retain(|key, _| stays(key.version));
            if entry.causes.len() == before {
                return true;
            }
            // What does not count took no threshold.
            if !matches!(entry.contribution(*policy), Contribution::Certain(_)) {
                entry.took.clear();
            }
            !entry.causes.is_empty()
        });
        left.marks.retain_mut(|MarkDelta { history, .. }| {
            history.retain(|actor| stays(version_of(actor)));
            *history != MarkHistory::default()
        });
        Cow::Owned(left)
    }

    /// The keys that it changes.
    pub fn keys(&self) -> impl Iterator<Item = &Key> {
        let entries = self.entries.iter().map(|one| &one.key);
        let marks = self.marks.iter().map(|one| &one.key);
        entries.chain(marks).chain(self.firsts.iter().map(|(key, _)| key))
    }
}

/// The version of the record on which a rule acted.
fn version_of(actor: &MarkActor) -> Option<Instant> {
    match actor {
        MarkActor::Rule { version, .. } => *version,
        MarkActor::Person { .. } => None,
    }
}
