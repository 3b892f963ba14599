//! Why each rule came out as it did in a place: the decision and the interpreter's trace, as data and as sentences
//! for a reader of law.

mod dates;
mod prose;
mod reasons;
pub(crate) mod shown;
#[cfg(test)]
mod tests;

use crate::decision::{Assembly, Citation, Decision, DefeatedBy, ShadowState, Verdict};
use crate::interpret::Interpreter;
use crate::outcome::{Evidence, Truth};
use crate::place::Place;
use crate::program::{NormKind, Program};
use crate::record::Record;
use crate::source::Sources;
use crate::time::Instant;
use reasons::Reader;
use serde::Serialize;

/// Why a record got its decision in one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// What is explained.
    pub decision: Decision,
    /// The instant of the decision.
    pub at: Instant,
    /// Every rule, sorted by id.
    pub rules: Vec<Explained>,
}

/// Why one rule came out as it did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// Its id.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Where it is written: `kz.loci:12:6`.
    pub at: String,
    /// Whether it is evaluated and never applied.
    pub shadow: bool,
    /// What it cites that is in force.
    pub basis: Vec<Citation>,
    /// Articles among it whose text nobody has read: the number, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unverified: Vec<(String, String)>,
    /// How it came out, and why.
    #[serde(flatten)]
    pub why: Why,
}

/// How a rule came out, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Why {
    /// Its condition holds and nothing lifts it.
    Fired {
        /// The words that it rests on.
        evidence: Vec<Evidence>,
        /// The facts that its condition reads.
        reads: Vec<Read>,
        /// What it asks for and by when, as the decision says it.
        asks: Vec<Ask>,
    },
    /// Its `when` does not hold.
    NotMet(Condition),
    /// Its own `unless` holds.
    Exempt(Condition),
    /// It cannot be decided.
    Undetermined {
        /// What was missing, also for the exceptions to it.
        missing: Vec<String>,
        /// The conditions that could not be decided.
        conditions: Vec<Condition>,
        /// What it asks for as long as it cannot.
        asks: Vec<Ask>,
    },
    /// Its condition holds, and exceptions lift it.
    Defeated {
        /// The exceptions.
        by: Vec<DefeatedBy>,
    },
    /// It or its law is not in force.
    NotInForce {
        /// What is not, and its dates.
        because: Vec<String>,
    },
    /// It speaks for another place.
    OtherPlace {
        /// Which one.
        place: Place,
    },
}

/// A condition as it is written, and what it met with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// `kz.loci:14:8`
    pub at: String,
    /// The source text, blanks collapsed.
    pub text: String,
    /// What it asks of the value that it reads, in words: `at least 1000`.
    pub needs: Option<String>,
    /// The values that it read.
    pub reads: Vec<Read>,
}

/// A value that a condition read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Read {
    /// `chat.members`, `links[0].host`
    pub path: String,
    /// As a person would write it; `None` when it is missing.
    pub value: Option<String>,
}

/// What a rule asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Ask {
    /// `restrict`, `escalate to kz.astana`
    pub act: String,
    /// When it is due, over all rules that ask for it.
    pub due: Option<Instant>,
    /// The statutes' own words.
    pub words: Vec<String>,
    /// The event whose clock runs, or has not started.
    pub clock: Option<String>,
}

/// Explains the decision on a record in a place.
pub fn explain(
    program: &Program,
    sources: &Sources,
    record: &Record,
    place: Place,
    at: Instant,
) -> Explanation {
    let interpreter = Interpreter::new(program, record, at);
    let condition = |norm| interpreter.condition(norm);
    let event = |event| interpreter.event(event);
    let assembly = Assembly::new(program, record, at, &condition, &event);
    let decision = assembly.decide(place);
    let verdicts = assembly.verdicts(place);
    let reader = Reader { interpreter: &interpreter, sources, decision: &decision };
    let rules = program.norms.iter().enumerate().filter_map(|(index, norm)| {
        let NormKind::Rule(rule) = &norm.kind else { return None };
        let verdict = verdicts.get(&index);
        Some(Explained {
            rule: norm.id.clone(),
            title: norm.title.clone(),
            at: sources.display(norm.at),
            shadow: rule.shadow,
            basis: crate::decision::force::citations(program, norm, at),
            unverified: crate::decision::force::unverified(program, norm, at),
            why: verdict.map_or(Why::OtherPlace { place: norm.place }, |one| why(&reader, one)),
        })
    });
    Explanation { rules: rules.collect(), at, decision }
}

fn why<'a>(reader: &Reader<'_, 'a>, verdict: &Verdict<'a>) -> Why {
    let Interpreter { program, at, .. } = *reader.interpreter;
    if verdict.in_force != Truth::True {
        return Why::NotInForce { because: dates::not_in_force(program, verdict.norm, at) };
    }
    match verdict.state() {
        Some(ShadowState::Fires) => Why::Fired {
            evidence: verdict.finding.evidence.clone(),
            reads: reader.facts(verdict.norm),
            asks: reader.asks(verdict.norm),
        },
        Some(ShadowState::Undetermined) => Why::Undetermined {
            missing: verdict.missing.iter().cloned().collect(),
            conditions: reader.undecided(verdict.norm),
            asks: reader.asks(verdict.norm),
        },
        Some(ShadowState::Defeated) => Why::Defeated { by: verdict.defeated_by.clone() },
        None if verdict.finding.truth == Truth::False => reader.unmet(verdict.norm),
        None => Why::Defeated { by: verdict.defeated_by.clone() },
    }
}
