//! Lists the registers in a rule set: when each is complete, and which rules ask for it.

use crate::base::time::Day;
use crate::face::ruleset::RuleSet;
use crate::program;
use crate::program::Program;
use crate::world::lists::Completeness;
use crate::world::place::Place;
use serde::Serialize;
use std::collections::BTreeMap;

/// A register, and the rules that ask whether something is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Register {
    /// `kz.licensed_hosts`
    #[serde(rename = "register")]
    pub id: String,
    /// The place whose file declares it; `None` if a library file does.
    pub place: Option<Place>,
    /// The kind of its entries: `domain`.
    pub kind: &'static str,
    /// The number of its entries.
    pub entries: usize,
    /// The first day on which it is complete; `None` if it does not say so, and is never complete.
    pub complete_from: Option<Day>,
    /// The day that its entries describe.
    pub as_of: Option<Day>,
    /// How long it stays complete after that day: `90 days`.
    pub fresh_for: Option<String>,
    /// The first day on which it is no longer known to be complete.
    pub complete_until: Option<Day>,
    /// Whether it is complete on the day that was asked about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<RegisterState>,
    /// The rules and exceptions that ask for it, sorted by id.
    pub rules: Vec<String>,
}

/// The state of a register on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterState {
    /// What is not in it is known not to be in it.
    Complete,
    /// It is complete from a later day on.
    NotYet,
    /// It was complete, and nobody has compared it with its source for too long.
    Stale,
    /// It does not say since when it is complete.
    Never,
}

/// The registers of a rule set, in the order of the files. If `place` is given, only the registers that its file declares. If
/// `on` is given, each register says whether it is complete on that day.
pub fn registers(set: &RuleSet, place: Option<Place>, on: Option<Day>) -> Vec<Register> {
    let program = set.program();
    let mut readers: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for norm in &program.norms {
        for set in program.sets_of(norm) {
            readers.entry(set).or_default().push(norm.id.clone());
        }
    }
    let registers = program.registers.iter();
    let wanted = registers.filter(|register| place.is_none() || register.place == place);
    let described = wanted.filter_map(|register| {
        let rules = readers.get(&register.set).cloned().unwrap_or_default();
        describe(program, register, on, rules)
    });
    described.collect()
}

/// A register that these rules ask for.
fn describe(
    program: &Program,
    register: &program::Register,
    on: Option<Day>,
    rules: Vec<String>,
) -> Option<Register> {
    let set = program.sets.get(register.set)?;
    let complete_until = match set.completeness {
        Completeness::Between(_, until) => Some(until),
        Completeness::Always | Completeness::Never => None,
    };
    Some(Register {
        id: set.id.clone(),
        place: register.place,
        kind: set.kind.word(),
        entries: set.len(),
        complete_from: register.complete_from,
        as_of: register.as_of,
        fresh_for: register.fresh_for.map(|period| period.to_string()),
        complete_until,
        on: on.map(|day| state_on(set.completeness, day)),
        rules,
    })
}

fn state_on(completeness: Completeness, day: Day) -> RegisterState {
    match completeness {
        Completeness::Always => RegisterState::Complete,
        Completeness::Never => RegisterState::Never,
        Completeness::Between(from, _) if day < from => RegisterState::NotYet,
        Completeness::Between(_, until) if day >= until => RegisterState::Stale,
        Completeness::Between(..) => RegisterState::Complete,
    }
}
