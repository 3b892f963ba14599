//! What a rule set decides about a record in a place, as plain data.

mod assemble;
mod clock;
mod due;
pub(crate) mod force;
mod judge;
mod orders;
mod remember;
mod starts;
#[cfg(test)]
mod tests;
mod wording;

pub(crate) use assemble::{
    Assembly, NOTHING, Verdict, action_text, decide, decide_all, decide_with_ends, empty_decision,
    empty_decisions, judged, visible,
};
pub(crate) use judge::Findings;
pub(crate) use remember::{Reason, add_up, entry_delta, find_additions};

pub(crate) use wording::Addressee;

use crate::base::shared::Text;
use crate::base::time::{Instant, Zone};
use crate::program::outcome::{Evidence, Found};
use crate::world::place::Place;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The JSON Schema of a line of decisions, as tools write them.
pub const DECISION_SCHEMA: &str = include_str!("../../docs/decision.schema.json");

/// What a rule set decides about one record in one place, or in several places whose decisions are equal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Decision {
    /// The places for which it was made, sorted.
    pub places: Vec<Place>,
    /// Its instant, if it is not that of the other decisions about the record: a day was asked for, and it begins at
    /// another instant in each zone. Otherwise `None`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// Whether it was asked for. If not, it was made because the file of a place leaves something behind for later messages,
    /// by how its rules come out there.
    #[serde(default = "yes", skip_serializing_if = "is_true")]
    pub asked: bool,
    /// Whether the record is visible there.
    pub visible: Visible,
    /// Every outcome that rules ask for, the strictest first: those for the content, then those for the account.
    #[serde(default)]
    pub outcomes: Vec<Outcome>,
    /// The strictest content outcome, or `none` if no rule asks for one.
    pub outcome: Text,
    /// The strictest account outcome, or `none` if no rule asks for one.
    pub account: Text,
    /// Whether everything that could have mattered was known.
    pub complete: bool,
    /// When the strictest outcomes are due; `None` if they have no deadline.
    pub outcome_due: Option<OutcomeDue>,
    /// What else is to be done, sorted by action and target.
    pub obligations: Vec<Obligation>,
    /// The orders and notices that are addressed to the place and that none of its rules answers, in the order of the
    /// record.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unanswered: Vec<Unanswered>,
    /// The rules that fired, sorted by id.
    pub matched: Vec<Matched>,
    /// The rules that exceptions lifted, and the exceptions that other exceptions lifted, sorted by id.
    pub defeated: Vec<Defeated>,
    /// The rules that could not be decided, sorted by id.
    pub undetermined: Vec<Undetermined>,
    /// The rules in shadow mode that would have mattered, sorted by id.
    pub shadow: Vec<Shadow>,
    /// Rules that would matter if it were known that their law is in force, sorted by id.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub gaps: Vec<Gap>,
    /// The counters and marks that these rules and exceptions read, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub state: Vec<StateSeen>,
    /// The marks that rules set or clear, sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub marks: Vec<Marking>,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_true(truth: &bool) -> bool {
    *truth
}

/// What a counter or a mark had when the decision was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StateSeen {
    /// The id of the counter or mark: `eu.violations`.
    pub name: Text,
    /// Whose it is, as a JSON array: `["tg:77"]`.
    pub of: Text,
    /// Whether it is the copy that rules in shadow read.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub shadow: bool,
    /// What it had.
    #[serde(flatten)]
    pub found: Found,
}

/// A mark that rules set or clear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Marking {
    /// The id of the mark.
    pub mark: Text,
    /// Whether it is cleared. A mark that some rules set and others clear is cleared.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cleared: bool,
    /// Until when it is set, at the latest; `None` if it has no end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The rules that do it, sorted.
    pub rules: Vec<Text>,
}

impl Decision {
    /// What is to be done about the content and about the account, as rules write it: `restrict`, `suspend author`.
    pub(crate) fn outcome_texts(&self) -> impl Iterator<Item = String> {
        self.outcomes.iter().map(ToString::to_string)
    }

    /// Words that follow what it asks for. They say that a fact that could have mattered was not known, or whether some law
    /// was in force; empty if everything was known.
    pub(crate) fn doubt_text(&self) -> &'static str {
        let is_known = self.complete && self.gaps.is_empty();
        if is_known { "" } else { ", though not everything is known" }
    }

    /// Whether no rule has anything to say.
    pub(crate) fn is_quiet(&self) -> bool {
        let Self { matched, defeated, undetermined, shadow, gaps, unanswered, .. } = self;
        matched.is_empty()
            && defeated.is_empty()
            && undetermined.is_empty()
            && shadow.is_empty()
            && gaps.is_empty()
            && unanswered.is_empty()
    }

    /// Whether a rule or an exception would matter if it were known that its law is in force.
    pub(crate) fn has_gap(&self, norm: &str) -> bool {
        self.gaps.binary_search_by(|gap| (*gap.rule).cmp(norm)).is_ok()
    }

    /// Whether no other outcome for the content, or for an account, is stricter.
    pub(crate) fn is_strictest(&self, outcome: &Outcome) -> bool {
        [&self.outcome, &self.account].contains(&&outcome.action)
    }
}

/// An outcome that rules ask for: for the content, or for an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Outcome {
    /// The action of the standard library.
    pub action: Text,
    /// Whose account it is about: `author` or `chat`. `None` if it is about the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Text>,
    /// The earliest instant; `None` if no clock has started, or if the deadline has no number.
    pub due: Option<Instant>,
    /// Whether that instant was before the decision.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overdue: bool,
    /// Whether `due` is `None` because the clock is paused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// The statutes' own words, sorted.
    pub words: Vec<Text>,
    /// The event that started the clock, or the missing event if `due` is `None`. `None` if the clock starts at the
    /// decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Text>,
    /// The earliest instant at which one of the rules asked for it, if it lasts for a time that began then and was before the
    /// decision. `None` also if no store knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
    /// When it ends, exclusive: the latest end that rules ask for. `None` if a rule asks for it without an end, or if
    /// the end is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The event that starts the time for which it lasts, and that has yet to happen: then the end is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_clock: Option<Text>,
    /// What was missing to know the end. Sorted.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub until_missing: Vec<Text>,
    /// The rules that ask for it, sorted.
    pub rules: Vec<Text>,
}

impl Outcome {
    /// Whether a rule asks for it.
    pub(crate) fn is_asked_by(&self, rule: &str) -> bool {
        contains(&self.rules, rule)
    }

    /// Since when it is asked for, and when it ends, as words that follow it, in the time of a zone; empty if neither is known.
    pub(crate) fn time_text(&self, zone: &Zone) -> String {
        let clock = self.until_clock.as_deref();
        since_text(zone, self.since) + &end_text(zone, self.until, clock, &self.until_missing)
    }
}

/// Whether sorted ids contain an id.
fn contains(ids: &[Text], id: &str) -> bool {
    ids.binary_search_by(|one| (**one).cmp(id)).is_ok()
}

/// When the last of several outcomes ends; `None` if one has no end or an unknown end.
pub(crate) fn last_end<'o>(outcomes: impl IntoIterator<Item = &'o Outcome>) -> Option<Instant> {
    let ends: Option<Vec<Instant>> = outcomes.into_iter().map(|outcome| outcome.until).collect();
    ends.into_iter().flatten().max()
}

impl Obligation {
    /// Whether a rule asks for it.
    pub(crate) fn is_asked_by(&self, rule: &str) -> bool {
        contains(&self.rules, rule)
    }

    /// How long data is kept for it, as words that follow it, in the time of a zone; empty if none is kept.
    pub(crate) fn end_text(&self, zone: &Zone) -> String {
        end_text(zone, self.until, self.until_clock.as_deref(), &[])
    }

    /// Whether it is held and why, as words that follow it.
    pub(crate) fn held_text(&self) -> &'static str {
        held_text(self.held)
    }
}

/// Why something is held, as words that follow it; empty if it is not.
pub(crate) fn held_text(held: bool) -> &'static str {
    if held { ", held because the order or notice is secret: a person decides" } else { "" }
}

/// Since when something is asked for, as words that follow it; empty if that is not known.
pub(crate) fn since_text(zone: &Zone, since: Option<Instant>) -> String {
    since.map_or(String::new(), |since| format!(" since {}", since.local(zone)))
}

/// When something ends, as words that follow it: ` until 2026-03-04 00:00 +01:00`.
pub(crate) fn end_text(
    zone: &Zone,
    until: Option<Instant>,
    clock: Option<&str>,
    missing: &[Text],
) -> String {
    let or_later = if clock.is_some() { " or later" } else { "" };
    let until = until.map(|until| format!(" until {}{or_later}", until.local(zone)));
    let before = clock.map(|clock| format!("before {clock}"));
    let without = (!missing.is_empty()).then(|| format!("without {}", missing.join(", ")));
    let open: Vec<String> = before.into_iter().chain(without).collect();
    let open = (!open.is_empty()).then(|| format!(", its end not known {}", open.join(" and ")));
    until.unwrap_or_default() + &open.unwrap_or_default()
}

impl fmt::Display for Outcome {
    /// The outcome as rules write it: `restrict`, `suspend author`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.target {
            Some(target) => write!(f, "{} {target}", self.action),
            None => f.write_str(&self.action),
        }
    }
}

impl fmt::Display for Obligation {
    /// The obligation as rules write it: `review`, `escalate to kz.astana`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.to {
            Some(to) => write!(f, "{} to {to}", self.action),
            None => f.write_str(&self.action),
        }
    }
}

/// Whether a record is visible in a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say all")]
pub enum Visible {
    Yes,
    No,
    Unknown,
}

/// When the strictest outcomes are due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct OutcomeDue {
    /// The earliest instant; `None` if no clock has started, or if the law gives only words.
    pub due: Option<Instant>,
    /// Whether that instant was before the decision.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overdue: bool,
    /// Whether `due` is `None` because the clock is paused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// The statutes' own words, sorted.
    pub words: Vec<Text>,
    /// The event that started the clock of `due`, or that has yet to happen.
    pub clock: Option<Text>,
    /// The rules that set these deadlines, sorted.
    pub rules: Vec<Text>,
}

/// Something to be done in addition to the outcomes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Obligation {
    /// The action of the standard library.
    pub action: Text,
    /// The target: the id of an office, or a text.
    pub to: Option<Text>,
    /// The earliest instant; `None` if no clock has started, or if the deadline has no number.
    pub due: Option<Instant>,
    /// Whether that instant was before the decision.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overdue: bool,
    /// Whether `due` is `None` because the clock is paused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// The statutes' own words, sorted.
    pub words: Vec<Text>,
    /// The event that started the clock, or the missing event if `due` is `None`. `None` if the clock starts at the
    /// decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<Text>,
    /// Whether it would tell the author of a secret order or notice, so that a person has to decide.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// The end of the longest retention.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The event that starts a retention and has yet to happen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_clock: Option<Text>,
    /// The rules that ask for it, sorted.
    pub rules: Vec<Text>,
}

/// An order or notice that no rule of the place answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Unanswered {
    /// Where it is in the record: `reports.orders[0]`.
    pub path: Text,
    /// The authority that gave the order, or the kind of the notice.
    pub from: Text,
    /// Its own number.
    #[serde(rename = "ref")]
    pub reference: Option<Text>,
    /// When the platform received it.
    pub received_at: Option<Instant>,
}

/// A rule that fired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say all")]
#[non_exhaustive]
pub struct Matched {
    pub rule: Text,
    pub title: Text,
    pub category: Option<Text>,
    /// `low`, `medium`, `high` or `critical`, if the rule says so. It decides nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Text>,
    pub basis: Vec<Citation>,
    pub evidence: Vec<Evidence>,
}

/// An article or policy that a rule cites and that is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Citation {
    Article { law: Text, article: Text, url: Option<Text> },
    Policy { policy: Text, url: Option<Text> },
}

/// A rule that exceptions lifted in this place, or an exception that other exceptions lifted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say all")]
#[non_exhaustive]
pub struct Defeated {
    pub rule: Text,
    pub title: Text,
    pub by: Vec<DefeatedBy>,
}

/// An exception that applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say all")]
#[non_exhaustive]
pub struct DefeatedBy {
    pub exception: Text,
    pub title: Text,
    pub basis: Vec<Citation>,
}

/// A rule that could not be decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Undetermined {
    /// Its id.
    pub rule: Text,
    /// Its title.
    pub title: Text,
    /// What was missing: paths of fields, or the reason why a calculation has no result. Sorted.
    pub missing: Vec<Text>,
}

/// The result of a rule in shadow mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say all")]
#[non_exhaustive]
pub struct Shadow {
    pub rule: Text,
    pub title: Text,
    pub category: Option<Text>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Text>,
    /// What it would have done: `restrict`, `escalate to kz.astana`.
    pub would: Vec<Text>,
    pub state: ShadowState,
    pub basis: Vec<Citation>,
    pub evidence: Vec<Evidence>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<Text>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub defeated_by: Vec<DefeatedBy>,
}

/// The state of a rule in shadow mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say all")]
pub enum ShadowState {
    Fires,
    Defeated,
    Undetermined,
}

/// A rule that would matter if its law were known to be in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the names say all")]
#[non_exhaustive]
pub struct Gap {
    pub rule: Text,
    pub title: Text,
    /// The ids of the articles and policies that may or may not have been in force. Its own id too, if its own dates are not
    /// known. Sorted.
    pub unknown: Vec<Text>,
}

impl Gap {
    /// What is not known: `it is not known whether kz.platforms.measures was in force`.
    pub(crate) fn unknown_text(&self) -> String {
        let were = if self.unknown.len() == 1 { "was" } else { "were" };
        format!("it is not known whether {} {were} in force", self.unknown.join(" and "))
    }
}
