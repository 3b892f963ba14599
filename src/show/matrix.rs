//! Shows, as a table, how one message is decided in many places.

use super::decisions;
use super::table::{aligned, aligned_in, row};
use crate::{Cell, Decision, Matrix, Moment, RuleSet};

/// A table with the rules in rows, and the groups of places that are decided alike in columns. Lines are at most
/// `columns` columns wide, if that is given.
pub fn matrix(set: &RuleSet, matrix: &Matrix, columns: Option<usize>) -> String {
    let head = decisions::places(matrix.decisions.iter().map(|each| &each.places), &[]);
    let outcomes: Vec<String> = matrix.decisions.iter().map(decisions::outcome).collect();
    let due = |decision| decisions::due(set, decision, matrix.at);
    let dues: Vec<String> = matrix.decisions.iter().map(due).collect();
    let mut rows = vec![row("", head)];
    let at = match matrix.at {
        Moment::Instant(at) => {
            let places = matrix.decisions.iter().flat_map(|each| each.places.iter().copied());
            let zone = set.zone_of_all(&places.collect::<Vec<_>>(), at);
            at.local(&zone).named().to_string()
        }
        Moment::Day(day) => {
            let at = |each: &Decision| decisions::local_instant(set, each, matrix.at);
            rows.push(row("at", matrix.decisions.iter().map(at)));
            day.to_string()
        }
    };
    rows.push(row("outcome", outcomes));
    if dues.iter().any(|due| !due.is_empty()) {
        rows.push(row("due", dues));
    }
    let rules = matrix.rules.iter();
    rows.extend(rules.map(|each| row(&each.rule, each.cells.iter().map(|one| word(*one).into()))));
    let table = columns.map_or_else(|| aligned(&rows), |columns| aligned_in(&rows, columns));
    format!("at {at}\n{table}")
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
