//! [`MarkHistory`]: who set and cleared a mark. [`Standing`]: how it stands at an instant.

use super::entry::{Ruled, Verdict};
use crate::base::shared::Text;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Who set and cleared a mark of one account, chat or message. A join.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MarkHistory {
    /// All that was done, the earliest first.
    pub acts: BTreeSet<MarkAct>,
    /// What persons last said about what rules found. A reversal takes back what the rule did for that version.
    #[serde(with = "as_pairs", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub rulings: BTreeMap<MarkActor, Ruled>,
}

/// Something that was done to a mark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MarkAct {
    /// The instant of the judging, or that at which a person did it.
    pub at: Instant,
    /// What was done. Of one judging, a clear comes after a set.
    #[serde(flatten)]
    pub what: MarkWhat,
    /// Who did it.
    #[serde(flatten)]
    pub by: MarkActor,
}

/// What was done to a mark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "lowercase")]
pub enum MarkWhat {
    /// It was set.
    Set {
        /// Until when; `None` if it has no end.
        until: Option<Instant>,
    },
    /// It was cleared.
    Clear,
}

/// Who set or cleared a mark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum MarkActor {
    /// A rule.
    Rule {
        /// Its id.
        rule: Text,
        /// The record on which it fired.
        record: Text,
        /// The version of the record; `None` if the record does not say.
        version: Option<Instant>,
    },
    /// A person, by name or role.
    Person {
        /// As the host names them.
        person: Text,
    },
}

/// How a mark stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// When it was set. Setting it again does not change this.
    pub since: Instant,
    /// When it ends; `None` if it has no end.
    pub until: Option<Instant>,
    /// Who set it, in the order in which they did.
    pub by: Vec<MarkActor>,
}

impl MarkHistory {
    /// Adds what others did.
    pub fn join(&mut self, other: &Self) {
        self.acts.extend(other.acts.iter().cloned());
        for (actor, ruled) in &other.rulings {
            let known = self.rulings.entry(actor.clone()).or_insert(*ruled);
            *known = (*known).max(*ruled);
        }
    }

    /// How the mark stands at an instant; `None` if it is not set then. What a person did outweighs what rules did later on
    /// versions that are not younger.
    pub fn standing(&self, at: Instant) -> Option<Standing> {
        let mut standing: Option<Standing> = None;
        let mut by_person: Option<Instant> = None;
        for act in self.acts.iter().filter(|act| act.at <= at) {
            match &act.by {
                MarkActor::Person { .. } => by_person = Some(act.at),
                actor @ MarkActor::Rule { version, .. } => {
                    let is_reversed = self
                        .rulings
                        .get(actor)
                        .is_some_and(|ruled| ruled.verdict == Verdict::Reversed);
                    let version = version.unwrap_or(act.at);
                    if is_reversed || by_person.is_some_and(|person| version <= person) {
                        continue;
                    }
                }
            }
            standing = match &act.what {
                MarkWhat::Clear => None,
                MarkWhat::Set { until } => Some(set(standing, act, *until)),
            };
        }
        standing.filter(|standing| standing.until.is_none_or(|until| at < until))
    }
}

/// A mark that was set, perhaps again. It keeps its beginning if it was still set, and takes the later end.
fn set(before: Option<Standing>, act: &MarkAct, until: Option<Instant>) -> Standing {
    let still_set = before.filter(|one| one.until.is_none_or(|until| act.at < until));
    let Some(mut standing) = still_set else {
        return Standing { since: act.at, until, by: vec![act.by.clone()] };
    };
    standing.until = standing.until.zip(until).map(|(own, other)| own.max(other));
    standing.by.push(act.by.clone());
    standing
}

/// JSON has only texts as keys, so the rulings are written as pairs.
mod as_pairs {
    use super::{BTreeMap, MarkActor, Ruled};
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        rulings: &BTreeMap<MarkActor, Ruled>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(rulings)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<MarkActor, Ruled>, D::Error> {
        let pairs = Vec::<(MarkActor, Ruled)>::deserialize(deserializer)?;
        Ok(pairs.into_iter().collect())
    }
}
