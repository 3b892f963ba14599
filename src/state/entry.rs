//! [`Entry`]: what one record adds to a counter under one key.

use crate::base::shared::Text;
use crate::base::time::Instant;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most that one record adds to a count, whatever follows `adds`: sums stay exact.
pub const MOST: u64 = 1_000_000_000_000;

/// What one record adds to a counter under one key, as its judgings said. A join: judgings can be added in any order and
/// more than once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Why it counts.
    #[serde(with = "super::pairs")]
    pub causes: BTreeMap<CauseKey, Cause>,
    /// The thresholds that this record took: it brought the certain number from below to there or above.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub took: BTreeSet<u64>,
}

/// Why a record counts: the condition of the counter, or a rule on one version of the record.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CauseKey {
    /// The id of the rule; `None` for the condition of a counter without `counts`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<Text>,
    /// The version of the record that the rule looked at; `None` without a rule, or if the record does not say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<Instant>,
}

/// What judgings said about one cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What is certain: the earliest instant, the greatest weight, and the value at the earliest instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certain: Option<Said>,
    /// What is possible: what the latest judging that was not certain said, with its instant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maybe: Option<(Instant, Said)>,
    /// What a person last said about the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ruling: Option<Ruled>,
}

/// What one judging said about how a record counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Said {
    /// The instant of the version. If the record has none, the instant of the judging; then it is a maybe.
    pub at: Instant,
    /// The value after `distinct`, as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<Text>,
    /// How much it counts, at least 1. More than [`MOST`] counts as that.
    pub weight: u64,
}

/// What a person said about a rule on a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Ruled {
    /// When. The latest counts.
    pub given_at: Instant,
    /// What. Of two at the same instant, `reversed` counts.
    pub verdict: Verdict,
}

/// How a person ruled on what a rule found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say all")]
pub enum Verdict {
    Upheld,
    Reversed,
}

/// When what rules found is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Policy {
    /// Until a person reverses it.
    UntilReversed,
    /// Once a person upheld it, until a person reverses it.
    OnceUpheld,
}

/// How an entry counts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Contribution {
    Nothing,
    Maybe(Said),
    Certain(Said),
}

impl Entry {
    /// An entry that adds nothing.
    pub(crate) fn nothing() -> &'static Self {
        static NOTHING: Entry = Entry { causes: BTreeMap::new(), took: BTreeSet::new() };
        &NOTHING
    }

    /// Adds what other judgings said.
    pub fn join(&mut self, other: &Self) {
        for (key, cause) in &other.causes {
            self.causes.entry(key.clone()).or_default().join(cause);
        }
        self.took.extend(&other.took);
    }

    /// How the entry counts. Of several causes that count: the earliest instant with its value, and the greatest weight,
    /// at most [`MOST`].
    pub fn contribution(&self, policy: Policy) -> Contribution {
        let counts = |(key, _): &(&CauseKey, &Cause)| counts(policy, self.ruled(key));
        let counted = || self.causes.iter().filter(counts).map(|(_, cause)| cause);
        let certain = counted().filter_map(|cause| cause.certain.clone());
        if let Some(certain) = certain.reduce(Said::join) {
            return Contribution::Certain(certain.limited());
        }
        let latest = counted().filter_map(|cause| cause.maybe.clone()).max();
        latest.map_or(Contribution::Nothing, |(_, said)| Contribution::Maybe(said.limited()))
    }

    /// Whether a judging that adds this may count its record, whatever a store keeps of it.
    pub(crate) fn may_count(&self, policy: Policy) -> bool {
        let may_count = |cause: &Cause| cause.said().is_some() || brings_back(policy, cause.ruling);
        self.causes.values().any(may_count)
    }

    /// The value that it has if it counts.
    pub(crate) fn value(&self, policy: Policy) -> Option<Text> {
        match self.contribution(policy) {
            Contribution::Certain(said) | Contribution::Maybe(said) => said.value,
            Contribution::Nothing => self.causes.values().find_map(Cause::said)?.value.clone(),
        }
    }

    /// How a judging that adds this counts the record, by the rulings in `kept` too, which is what a store has of the record.
    pub(crate) fn judged(&self, kept: Option<&Self>, policy: Policy) -> Contribution {
        match kept {
            Some(kept) => self.with_rulings(kept, policy).contribution(policy),
            None => self.contribution(policy),
        }
    }

    /// The same with all rulings that are kept, as if they had come with the record. A person who upheld what an earlier judging
    /// found has found what this one may not see.
    fn with_rulings(&self, kept: &Self, policy: Policy) -> Self {
        let mut all = self.clone();
        for (key, cause) in kept.causes.iter().filter(|(_, cause)| cause.ruling.is_some()) {
            let ruling = Cause { ruling: cause.ruling, ..Cause::default() };
            all.causes.entry(key.clone()).or_default().join(&ruling);
        }
        for (key, cause) in &kept.causes {
            if brings_back(policy, all.ruled(key)) {
                all.causes.entry(key.clone()).or_default().join(cause);
            }
        }
        all
    }

    /// The same as if all that is possible were certain.
    pub(crate) fn as_certain(&self) -> Self {
        let mut certain = self.clone();
        for cause in certain.causes.values_mut() {
            cause.certain = cause.said().cloned();
        }
        certain
    }

    /// What a person last said about a rule on a version: about that version, or about all that are not younger.
    fn ruled(&self, key: &CauseKey) -> Option<Ruled> {
        let own = self.causes.get(key).and_then(|cause| cause.ruling);
        let of_all = self.causes.get(&CauseKey { version: None, ..key.clone() });
        own.max(of_all.and_then(|cause| cause.ruling).filter(|ruled| ruled.covers(key.version)))
    }

    /// The latest instant at which it may ever count; if nothing was said about that, when a person last ruled. A window
    /// that begins there or later does not need it.
    pub fn last(&self) -> Option<Instant> {
        let causes = || self.causes.values();
        let certain = causes().filter_map(|cause| cause.certain.as_ref());
        let maybe = causes().filter_map(|cause| cause.maybe.as_ref().map(|(_, said)| said));
        let rulings = causes().filter_map(|cause| cause.ruling.map(|ruled| ruled.given_at));
        certain.chain(maybe).map(|said| said.at).max().or_else(|| rulings.max())
    }
}

impl Cause {
    /// What is certain, else what is possible.
    fn said(&self) -> Option<&Said> {
        self.certain.as_ref().or(self.maybe.as_ref().map(|(_, said)| said))
    }

    fn join(&mut self, other: &Self) {
        self.certain = match (self.certain.take(), other.certain.clone()) {
            (Some(own), Some(other)) => Some(own.join(other)),
            (own, other) => own.or(other),
        };
        self.maybe = self.maybe.take().max(other.maybe.clone());
        self.ruling = self.ruling.max(other.ruling);
    }
}

impl Verdict {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Upheld, Self::Reversed];

    /// The verdict as records write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Upheld => "upheld",
            Self::Reversed => "reversed",
        }
    }

    /// The verdict that a record writes so.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.word() == word)
    }
}

impl Ruled {
    /// Whether a ruling that names no version is about this one: it is not younger than the ruling.
    pub fn covers(&self, version: Option<Instant>) -> bool {
        version.is_none_or(|version| version <= self.given_at)
    }
}

/// Whether a cause counts, by what a person last said.
fn counts(policy: Policy, ruled: Option<Ruled>) -> bool {
    match (policy, ruled.map(|ruled| ruled.verdict)) {
        (_, Some(Verdict::Reversed)) | (Policy::OnceUpheld, None) => false,
        (_, Some(Verdict::Upheld)) | (Policy::UntilReversed, None) => true,
    }
}

/// Whether a ruling makes something count that an earlier judging has found, also if a later one does not find it.
pub(crate) fn brings_back(policy: Policy, ruled: Option<Ruled>) -> bool {
    policy == Policy::OnceUpheld && counts(policy, ruled)
}

impl Said {
    fn join(self, other: Self) -> Self {
        let weight = self.weight.max(other.weight);
        let earliest =
            if (self.at, &self.value) <= (other.at, &other.value) { self } else { other };
        Self { weight, ..earliest }
    }

    fn limited(self) -> Self {
        Self { weight: self.weight.min(MOST), ..self }
    }
}
