//! [`MarkHistory`]: who set and cleared a mark. [`Standing`]: how it stands at an instant.

use super::LATEST;
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
    #[serde(with = "super::pairs", default, skip_serializing_if = "BTreeMap::is_empty")]
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
    /// Who set it, each once, in the order in which they first did; the last 16.
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
        self.standing_of(at, |_| true)
    }

    /// How the mark stands for a judging of a record at an instant. What rules did on this record at that instant is left out: this
    /// judging did it, or another one of the same record at the same instant.
    pub fn standing_before(&self, record: &str, at: Instant) -> Option<Standing> {
        self.standing_of(at, |act| act.at != at || act.by.record().is_none_or(|of| **of != *record))
    }

    fn standing_of(&self, at: Instant, is_seen: impl Fn(&MarkAct) -> bool) -> Option<Standing> {
        let persons: BTreeSet<_> =
            self.acts.iter().filter(|act| act.is_by_person()).map(|act| act.at).collect();
        let mut standing: Option<Standing> = None;
        let acts = self.acts.iter().take_while(|act| act.at <= at);
        for act in acts.filter(|act| is_seen(act)) {
            if let actor @ MarkActor::Rule { version, .. } = &act.by {
                let ruled = self.ruled(actor);
                let version = version.unwrap_or(act.at);
                if ruled.is_some_and(|ruled| ruled.verdict == Verdict::Reversed)
                    || persons.range(..=act.at).next_back().is_some_and(|by| version <= *by)
                {
                    continue;
                }
            }
            standing = match &act.what {
                MarkWhat::Clear => None,
                MarkWhat::Set { until } => Some(set(standing, act, *until)),
            };
        }
        standing.filter(|standing| standing.until.is_none_or(|until| at < until))
    }

    /// What a person last said about what a rule did: for that version, or for all that are not younger.
    fn ruled(&self, actor: &MarkActor) -> Option<Ruled> {
        let own = self.rulings.get(actor).copied();
        let MarkActor::Rule { rule, record, version } = actor else { return own };
        let (rule, record) = (rule.clone(), record.clone());
        let of_all = self.rulings.get(&MarkActor::Rule { rule, record, version: None }).copied();
        own.max(of_all.filter(|ruled| ruled.covers(*version)))
    }

    /// Whether it makes no difference from an instant on: all that rules set has ended, and no person did anything. What a
    /// person did must be kept, because it also outweighs what rules do later on old versions.
    pub fn is_over(&self, at: Instant) -> bool {
        self.acts.iter().all(|act| {
            let has_ended = match act.what {
                MarkWhat::Set { until } => until.is_some_and(|until| until <= at),
                MarkWhat::Clear => true,
            };
            has_ended && act.at <= at && !act.is_by_person()
        })
    }

    /// Who did something, and on whose acts persons ruled.
    pub(super) fn actors(&self) -> impl Iterator<Item = &MarkActor> {
        self.acts.iter().map(|act| &act.by).chain(self.rulings.keys())
    }

    /// Takes out what some did, and what persons said about that.
    pub fn retain(&mut self, keeps: impl Fn(&MarkActor) -> bool) {
        self.acts.retain(|act| keeps(&act.by));
        self.rulings.retain(|by, _| keeps(by));
    }
}

impl MarkAct {
    fn is_by_person(&self) -> bool {
        match self.by {
            MarkActor::Person { .. } => true,
            MarkActor::Rule { .. } => false,
        }
    }
}

impl MarkActor {
    /// The record on which a rule acted; `None` for a person.
    pub fn record(&self) -> Option<&Text> {
        match self {
            Self::Rule { record, .. } => Some(record),
            Self::Person { .. } => None,
        }
    }
}

/// A mark that was set, perhaps again. It keeps its beginning if it was still set, and takes the later end.
fn set(before: Option<Standing>, act: &MarkAct, until: Option<Instant>) -> Standing {
    let still_set = before.filter(|one| one.until.is_none_or(|until| act.at < until));
    let Some(mut standing) = still_set else {
        return Standing { since: act.at, until, by: vec![act.by.clone()] };
    };
    standing.until = standing.until.zip(until).map(|(own, other)| own.max(other));
    if !standing.by.contains(&act.by) {
        standing.by.push(act.by.clone());
    }
    if standing.by.len() > LATEST {
        standing.by.remove(0);
    }
    standing
}
