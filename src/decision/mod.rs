//! What a rule set decides about a record in a place, as plain data.

// So the compiler names every place that must know a new kind of expression, item or action.
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]

mod assemble;
mod clock;
mod due;
pub(crate) mod force;
#[cfg(test)]
mod tests;

pub(crate) use assemble::{Assembly, Verdict, decide, decide_all, quiet, quiet_all, written};

use crate::base::time::Instant;
use crate::program::outcome::Evidence;
use crate::world::place::Place;
use serde::Serialize;

/// The JSON Schema of a line of decisions, as tools write them.
pub const DECISION_SCHEMA: &str = include_str!("../../docs/decision.schema.json");

/// What a rule set decides about one record, in one place or in several that share every word of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Where it acts, sorted.
    pub places: Vec<Place>,
    /// Whether the record is visible there.
    pub visible: Visible,
    /// The strictest content outcome, `none` without one.
    pub outcome: String,
    /// The strictest account outcome, `none` without one.
    pub account: String,
    /// Whether everything was known that could have mattered.
    pub complete: bool,
    /// The deadlines of the outcomes.
    pub outcome_due: Option<OutcomeDue>,
    /// What else is to be done, sorted by action and target.
    pub obligations: Vec<Obligation>,
    /// The rules that fired, sorted by id.
    pub matched: Vec<Matched>,
    /// The rules that exceptions lifted, and the exceptions that others did, sorted by id.
    pub defeated: Vec<Defeated>,
    /// The rules that could not be decided, sorted by id.
    pub undetermined: Vec<Undetermined>,
    /// What rules in shadow mode would have done, sorted by id.
    pub shadow: Vec<Shadow>,
    /// Rules whose condition holds or is unknown and that rest on law whose beginning is not known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
}

/// Whether a record is visible in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say all")]
pub enum Visible {
    Yes,
    No,
    Unknown,
}

/// By when the outcomes are due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutcomeDue {
    /// The earliest instant; `null` when no clock has started or only words are given.
    pub due: Option<Instant>,
    /// Whether that was before the decision.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub overdue: bool,
    /// Whether `due` is `null` because the clock stands still.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// The statutes' own words, sorted.
    pub words: Vec<String>,
    /// The event that started the clock of `due`, or whose absence keeps it from starting.
    pub clock: Option<String>,
    /// The rules that ask for it, sorted.
    pub rules: Vec<String>,
}

/// Something to be done beside the outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Obligation {
    /// The action of the standard library.
    pub action: String,
    /// To whom: the id of an office, or a text.
    pub to: Option<String>,
    /// The earliest instant; `null` when no clock has started, or without a number.
    pub due: Option<Instant>,
    /// Whether that was before the decision.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub overdue: bool,
    /// Whether `due` is `null` because the clock stands still.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// The statutes' own words, sorted.
    pub words: Vec<String>,
    /// The event that started the clock, unless it is the decision; the missing event when `due` is `null`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub clock: Option<String>,
    /// The longest retention.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The event from which a retention runs that is not known yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_clock: Option<String>,
    /// The rules that ask for it, sorted.
    pub rules: Vec<String>,
}

/// A rule that fired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say all")]
pub struct Matched {
    pub rule: String,
    pub title: String,
    pub category: Option<String>,
    pub basis: Vec<Citation>,
    pub evidence: Vec<Evidence>,
}

/// An article or policy in force that a rule cites.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Citation {
    Article { law: String, article: String, url: Option<String> },
    Policy { policy: String, url: Option<String> },
}

/// A rule that exceptions lifted in this place, or an exception that would have lifted one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say all")]
pub struct Defeated {
    pub rule: String,
    pub title: String,
    pub by: Vec<DefeatedBy>,
}

/// An exception that applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say all")]
pub struct DefeatedBy {
    pub exception: String,
    pub title: String,
    pub basis: Vec<Citation>,
}

/// A rule that could not be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Undetermined {
    /// Its id.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// What was missing: field paths, or the reason that a calculation has no result. Sorted.
    pub missing: Vec<String>,
}

/// What a rule in shadow mode came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say all")]
pub struct Shadow {
    pub rule: String,
    pub title: String,
    pub category: Option<String>,
    /// What it would have done: `restrict`, `escalate to kz.astana`.
    pub would: Vec<String>,
    pub state: ShadowState,
    pub basis: Vec<Citation>,
    pub evidence: Vec<Evidence>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub defeated_by: Vec<DefeatedBy>,
}

/// How a rule in shadow mode stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say all")]
pub enum ShadowState {
    Fires,
    Defeated,
    Undetermined,
}

/// A rule that would matter if its law were known to be in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say all")]
pub struct Gap {
    pub rule: String,
    pub title: String,
    /// The articles or policies whose beginning is not known, by id.
    pub unknown: Vec<String>,
}
