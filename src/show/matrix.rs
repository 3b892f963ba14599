//! Shows, as a table, how one message is decided in many places.

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

/// The text of a cell. A rule that does not matter to the decision has an empty cell.
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
