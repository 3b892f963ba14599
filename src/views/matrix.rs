//! One record in many places: which rules matter to the decision in each place, and how.

use crate::base::time::Moment;
use crate::decision::{Decision, ShadowState};
use crate::face::evaluator::Evaluator;
use crate::record::{Record, SchemaMismatch};
use crate::state::State;
use crate::world::place::Place;
use serde::Serialize;
use std::collections::BTreeMap;

/// A table of rules and places. Places whose decisions are the same share a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Matrix {
    /// The instant of the decisions. The day that was asked for if it begins at several instants; then each decision has
    /// its own.
    pub at: Moment,
    /// The columns: one decision for each group of places.
    pub decisions: Vec<Decision>,
    /// The rows: the rules that matter to any of the decisions, sorted by id.
    pub rules: Vec<Row>,
}

/// One rule in all places.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Row {
    /// Its id.
    pub rule: String,
    /// Its title.
    pub title: String,
    /// Its state in each column.
    pub cells: Vec<Cell>,
}

/// The state of a rule in a place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// It does not matter to the decision.
    #[default]
    No,
    /// It fires.
    Fires,
    /// An exception lifts it.
    Lifted,
    /// It cannot be decided.
    Undetermined,
    /// It is in shadow mode and would fire.
    Shadow,
    /// It would matter, but it is not known whether its law is in force.
    Gap,
}

impl Evaluator {
    /// Which rules matter to the decision about a record, in each of `places`.
    ///
    /// # Errors
    /// Only when a rule set with another schema has read the record.
    pub fn matrix(
        &mut self,
        record: &Record,
        places: &[Place],
        at: impl Into<Moment>,
        state: &State,
    ) -> Result<Matrix, SchemaMismatch> {
        let decided = self.message(record)?.decide_all(places, at, state).into_decided();
        let (at, decisions) = (decided.at, decided.decisions);
        let mut rows: BTreeMap<String, (String, Vec<Cell>)> = BTreeMap::new();
        for (column, decision) in decisions.iter().enumerate() {
            for (rule, title, cell) in cells(decision) {
                let empty = || (title.to_owned(), vec![Cell::No; decisions.len()]);
                let (_, cells) = rows.entry(rule.to_owned()).or_insert_with(empty);
                if let Some(slot) = cells.get_mut(column) {
                    *slot = cell;
                }
            }
        }
        let rules =
            rows.into_iter().map(|(rule, (title, cells))| Row { rule, title, cells }).collect();
        Ok(Matrix { at, decisions, rules })
    }
}

/// The rules that matter to a decision: id, title and state.
fn cells(decision: &Decision) -> Vec<(&str, &str, Cell)> {
    let fired = decision.matched.iter().map(|rule| (&*rule.rule, &*rule.title, Cell::Fires));
    let lifted = decision.defeated.iter().map(|rule| (&*rule.rule, &*rule.title, Cell::Lifted));
    let undetermined =
        decision.undetermined.iter().map(|rule| (&*rule.rule, &*rule.title, Cell::Undetermined));
    let gaps = decision.gaps.iter().map(|rule| (&*rule.rule, &*rule.title, Cell::Gap));
    let shadow = decision.shadow.iter().map(|rule| {
        let cell = match rule.state {
            ShadowState::Fires => Cell::Shadow,
            ShadowState::Defeated => Cell::Lifted,
            ShadowState::Undetermined => Cell::Undetermined,
        };
        (&*rule.rule, &*rule.title, cell)
    });
    fired.chain(lifted).chain(undetermined).chain(gaps).chain(shadow).collect()
}
