//! Explains a decision in one place: for each rule, why it fired or did not, as data and as sentences for lawyers. The
//! reasons come from the decision and from the interpreter's trace.

pub(crate) mod ask;
mod dates;
mod memory;
pub(crate) mod prose;
mod reasons;
mod said;
mod scores;
pub(crate) mod shown;
pub(crate) mod steps;
#[cfg(test)]
mod tests;

use crate::base::shared::Text;
use crate::base::source::Sources;
use crate::base::time::{Instant, Zone};
use crate::decision::force::{Dates, Force};
use crate::decision::{Assembly, Citation, Decision, DefeatedBy, ShadowState, Verdict};
use crate::interpret::Interpreter;
use crate::program::outcome::{Evidence, Truth};
use crate::world::place::Place;
pub use memory::{OwnEntry, Remembered, Tally};
use reasons::ReasonFinder;
pub(crate) use reasons::{deciding, memory_of, supporting};
pub use said::Said;
pub use scores::{Score, ScoredPart};
use serde::Serialize;
use std::collections::BTreeMap;

/// How many levels of exceptions are shown: exceptions to a rule, exceptions to those, and so on.
const EXCEPTION_LEVELS: usize = 3;

/// Why a record got its decision in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explanation {
    /// The decision that is explained.
    pub decision: Decision,
    /// The instant of the decision.
    pub at: Instant,
    /// The zone in which the days of the place begin. Sentences give times in it.
    #[serde(skip)]
    pub zone: Zone,
    /// Every rule, sorted by id.
    pub rules: Vec<Explained>,
    /// What is wrong with rulings of persons that change no counter and no mark.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub idle_rulings: Vec<String>,
}

/// Why one rule came out as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Explained {
    /// Its id.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Where it is written: `kz.loci:12:6`.
    pub at: String,
    /// How grave what it finds is, if it says so: `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// What the person concerned reads, if the rule fired and says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<Said>,
    /// Whether it is in shadow mode: evaluated, but never applied.
    pub shadow: bool,
    /// The articles and policies that it cites and that are in force.
    pub basis: Vec<Citation>,
    /// Cited articles whose text nobody has verified: the number, and why not.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<(String, String)>,
    /// The orders and notices that it does not see, by their paths: no law that it cites is known to have been in force when
    /// they came in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unseen: Vec<Text>,
    /// How it came out, and why.
    #[serde(flatten)]
    pub why: Why,
    /// The exceptions to it in this place, if they matter: at most 8. Those that may apply come first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<ExplainedException>,
    /// The words in the message that make its own condition true, whether or not it fired.
    #[serde(skip)]
    pub(in crate::views) evidence: Vec<Evidence>,
}

/// An exception to a rule or to another exception, and how it came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ExplainedException {
    /// Its id.
    pub exception: String,
    /// Its title.
    pub title: String,
    /// Where it is written.
    pub at: String,
    /// How it came out, and why. `fired` means that the exception applies.
    #[serde(flatten)]
    pub why: Why,
    /// The exceptions to it, at most three levels below the rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub exceptions: Vec<ExplainedException>,
}

/// How a rule came out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Why {
    /// Its condition holds and nothing lifts it.
    Fired {
        /// Its evidence in the message.
        evidence: Vec<Evidence>,
        /// The facts that its condition reads.
        reads: Vec<Read>,
        /// What its condition reads of counters and marks.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        memory: Vec<Remembered>,
        /// The scores in its condition.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        scores: Vec<Score>,
        /// What it asks for, with the dates of the decision.
        asks: Vec<Ask>,
    },
    /// Its `when` does not hold.
    NotMet(Condition),
    /// Its own `unless` holds.
    Exempt(Condition),
    /// It cannot be decided.
    Undetermined {
        /// What was missing to decide it or the exceptions to it.
        missing: Vec<String>,
        /// The conditions that could not be decided.
        conditions: Vec<Condition>,
        /// What it asks for while it is undecided.
        asks: Vec<Ask>,
    },
    /// Its condition holds, and exceptions lift it.
    Defeated {
        /// The exceptions.
        by: Vec<DefeatedBy>,
    },
    /// The rule or its law is not in force, or not known to be.
    NotInForce {
        /// The rule, articles and policies that are not in force, with their dates.
        because: Vec<String>,
        /// Whether it may be in force all the same, for a date that decides it is not known.
        #[serde(skip_serializing_if = "std::ops::Not::not")]
        may_be_in_force: bool,
    },
    /// Its file is for another place.
    OtherPlace {
        /// The place of its file.
        place: Place,
    },
}

impl Why {
    /// Whether the rule matters to the decision: it fired, was lifted or could not be decided.
    pub fn is_relevant(&self) -> bool {
        match self {
            Self::Fired { .. } | Self::Undetermined { .. } | Self::Defeated { .. } => true,
            Self::NotMet(_)
            | Self::Exempt(_)
            | Self::NotInForce { .. }
            | Self::OtherPlace { .. } => false,
        }
    }
}

/// A condition as it is written, and the values it read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Condition {
    /// `kz.loci:14:8`
    pub at: String,
    /// The source text, blanks collapsed.
    pub text: String,
    /// What it requires of the value it reads, in words: `at least 1000`.
    pub needs: Option<String>,
    /// The values that it read.
    pub reads: Vec<Read>,
    /// What it read of counters and marks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub memory: Vec<Remembered>,
    /// The scores in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scores: Vec<Score>,
    /// The definitions that lead to it, as the rule calls them, outermost first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub within: Vec<String>,
    /// What the parts of an `or` need: all parts if they are few, else only the first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub either: Vec<Condition>,
    /// How many more parts the `or` has.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: usize,
}

/// A value that a condition read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Read {
    /// `chat.members`, `links[0].host`; or the text of what was computed and compared: `points`, `length(text)`.
    pub path: String,
    /// As a person would write it; `None` when it is missing.
    pub value: Option<String>,
    /// The facts of the host that it comes from; `None` if it came with the message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
}

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Ask {
    /// `restrict`, `escalate to kz.astana`
    pub act: String,
    /// When it is due: the earliest date, if several rules ask for it.
    pub due: Option<Instant>,
    /// The deadlines that statutes give in words, such as `promptly`.
    pub words: Vec<Text>,
    /// The event that starts the clock. It may not have happened yet, or the clock may be paused.
    pub clock: Option<Text>,
    /// Whether the clock is paused.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub paused: bool,
    /// Whether it would tell the author of a secret order or notice, so that a person has to decide.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub held: bool,
    /// Since when the outcome is asked for, or was asked for if it is over: the earliest date, if several rules ask for it. `None`
    /// if its time does not begin when it is first asked for, if that is now, and if no store knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Instant>,
    /// Until when to retain, or when the outcome ends: the latest date, if several rules ask for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Instant>,
    /// The event that starts the retention or the outcome's time, if it is not known yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_clock: Option<Text>,
    /// What was missing to know when an outcome ends.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub until_missing: Vec<Text>,
    /// Whether it is an outcome that is over, and so not asked for.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub over: bool,
    /// The zone of its dates in sentences.
    #[serde(skip)]
    pub zone: Zone,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// Explains the decision on a record in a place.
pub fn explain(interpreter: &Interpreter<'_>, sources: &Sources, place: Place) -> Explanation {
    let Interpreter { program, record, at, .. } = *interpreter;
    let rules = program.rules();
    let assembly = Assembly::new(program, record.visibility(), at, &rules, interpreter);
    let decision = assembly.decide(place);
    let verdicts = assembly.verdicts(place);
    let zone = program.zone_of(place, at);
    let question = (&assembly, place);
    let finder = ReasonFinder { interpreter, sources, decision: &decision, zone: &zone, question };
    let rules = program.norms.iter().enumerate().filter_map(|(index, norm)| {
        let rule = norm.kind.rule()?;
        let hidden = verdicts.get(&index).map(|verdict| &verdict.hidden);
        let (force, why, exceptions) = match verdicts.get(&index) {
            Some(verdict) => (
                verdict.force.clone(),
                why(&finder, verdict),
                explained_exceptions(&finder, &verdicts, verdict, EXCEPTION_LEVELS),
            ),
            None => {
                let force = Force::of(program, norm, Dates::on(at));
                (force, Why::OtherPlace { place: norm.place }, vec![])
            }
        };
        Some(Explained {
            rule: norm.id.clone(),
            title: norm.title.clone(),
            at: sources.display(norm.at),
            severity: rule.severity.map(str::to_owned),
            says: verdicts.get(&index).and_then(|one| said::said(interpreter, &decision, one)),
            shadow: rule.shadow,
            basis: force.citations(program),
            unverified: force.unverified(program),
            unseen: hidden.into_iter().flatten().map(Text::from).collect(),
            why,
            exceptions,
            evidence: verdicts.get(&index).map_or(vec![], |one| one.finding.evidence.clone()),
        })
    });
    let idle = program.idle_rulings(record).into_iter().filter(|(given_at, _)| *given_at <= at);
    let idle_rulings = idle.map(|(_, sentence)| sentence).collect();
    Explanation { rules: rules.collect(), at, zone: zone.clone(), idle_rulings, decision }
}

/// The exceptions to a norm and how they came out. They do not matter if the condition of the norm is false or the norm is
/// not in force; then the list is empty.
fn explained_exceptions<'a>(
    finder: &ReasonFinder<'_, 'a>,
    verdicts: &BTreeMap<usize, Verdict<'a>>,
    verdict: &Verdict<'a>,
    levels: usize,
) -> Vec<ExplainedException> {
    if levels == 0 || !verdict.might_apply() || verdict.in_force != Truth::True {
        return vec![];
    }
    let indices = &verdict.norm.defeated_by;
    let mut exceptions: Vec<_> = indices.iter().filter_map(|index| verdicts.get(index)).collect();
    exceptions.sort_by_key(|exception| !exception.might_apply());
    let explained = |verdict: &Verdict<'a>| ExplainedException {
        exception: verdict.norm.id.clone(),
        title: verdict.norm.title.clone(),
        at: finder.sources.display(verdict.norm.at),
        why: why(finder, verdict),
        exceptions: explained_exceptions(finder, verdicts, verdict, levels - 1),
    };
    exceptions.into_iter().take(reasons::MAX_ITEMS).map(explained).collect()
}

fn why<'a>(finder: &ReasonFinder<'_, 'a>, verdict: &Verdict<'a>) -> Why {
    if verdict.in_force != Truth::True {
        let because = dates::not_in_force(finder.interpreter.program, verdict);
        return Why::NotInForce { because, may_be_in_force: verdict.in_force == Truth::Unknown };
    }
    finder.interpreter.without(&verdict.hidden, |interpreter| {
        reason(&ReasonFinder { interpreter, ..*finder }, verdict)
    })
}

/// Why a norm in force came out as it did.
fn reason<'a>(finder: &ReasonFinder<'_, 'a>, verdict: &Verdict<'a>) -> Why {
    match verdict.state() {
        Some(ShadowState::Fires) => Why::Fired {
            evidence: verdict.finding.evidence.clone(),
            reads: finder.facts(verdict.norm),
            memory: finder.memory(verdict.norm),
            scores: finder.scores(verdict.norm),
            asks: finder.asks(verdict, |rule| &rule.then),
        },
        Some(ShadowState::Undetermined) => Why::Undetermined {
            missing: verdict.missing.iter().cloned().collect(),
            conditions: finder.undecided(verdict.norm),
            asks: finder.asks(verdict, |rule| &rule.on_unknown),
        },
        None if verdict.finding.truth == Truth::False => finder.unmet(verdict.norm),
        Some(ShadowState::Defeated) | None => Why::Defeated { by: verdict.defeated_by.clone() },
    }
}
