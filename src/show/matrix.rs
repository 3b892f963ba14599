//! One message in many places, as a table.

use super::decisions;
use super::table::{aligned, row};
use crate::{Cell, Matrix};

/// A table with the rules in rows, and the groups of places that are decided alike in columns.
pub fn matrix(matrix: &Matrix) -> String {
    let head = decisions::places(matrix.decisions.iter().map(|each| &each.places));
    let outcomes: Vec<String> = matrix.decisions.iter().map(decisions::outcome).collect();
    let dues: Vec<String> = matrix.decisions.iter().map(decisions::due).collect();
    let mut rows = vec![row("", head), row("outcome", outcomes)];
    if dues.iter().any(|due| !due.is_empty()) {
        rows.push(row("due", dues));
    }
    let rules = matrix.rules.iter();
    rows.extend(rules.map(|each| row(&each.rule, each.cells.iter().map(|one| word(*one).into()))));
    format!("at {}\n{}", matrix.at, aligned(&rows))
}

/// The state of a rule; empty where the rule does not matter to the decision.
fn word(cell: Cell) -> &'static str {
    match cell {
        Cell::No => "",
        Cell::Fires => "fires",
        Cell::Lifted => "lifted",
        Cell::Undetermined => "undetermined",
        Cell::Shadow => "would fire",
        Cell::Gap => "gap",
    }
}
