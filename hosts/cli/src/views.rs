//! One message in many places and at many times, and what rules cost, as text that commands and the session show:
//! harmless, without a line end.

use super::report;
use super::table::{self, Table};
use lexloci::{Cell, CostInfo, Instant, Matrix, RuleSet, Timeline};

/// Parts of a condition that are shown of each rule.
const PARTS: usize = 5;

/// Rules in rows, groups of places in columns.
pub fn matrix(matrix: &Matrix) -> String {
    let largest = matrix.decisions.iter().map(|each| each.places.len()).max();
    let others = matrix.decisions.len().saturating_sub(1);
    let head: Vec<String> = matrix
        .decisions
        .iter()
        .map(|each| report::places(&each.places, others, Some(each.places.len()) == largest))
        .collect();
    let outcomes: Vec<String> = matrix.decisions.iter().map(report::outcome).collect();
    let dues: Vec<String> = matrix.decisions.iter().map(report::due).collect();
    let mut rows = vec![row("", head), row("outcome", outcomes)];
    if dues.iter().any(|due| !due.is_empty()) {
        rows.push(row("due", dues));
    }
    let rules = matrix.rules.iter();
    rows.extend(rules.map(|each| row(&each.rule, each.cells.iter().map(|one| word(*one).into()))));
    format!("at {}\n{}", matrix.at, table::aligned(&rows))
}

fn row(name: &str, cells: impl IntoIterator<Item = String>) -> Vec<String> {
    std::iter::once(name.to_owned()).chain(cells).collect()
}

/// How a rule stands; nothing where it does not bear on the decision.
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

/// One line for each time in which a decision stays the same; `>` marks the one that holds at the instant.
pub fn timelines(timelines: &[Timeline], at: Option<Instant>) -> String {
    let largest = timelines.iter().map(|each| each.places.len()).max();
    let others = timelines.len().saturating_sub(1);
    let texts = timelines.iter().map(|each| {
        let places = report::places(&each.places, others, Some(each.places.len()) == largest);
        format!("{places}\n{}", timeline(each, at))
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

fn timeline(timeline: &Timeline, at: Option<Instant>) -> String {
    let mut text = vec![];
    let mut table = Table::new(["  FROM", "DECISION", "RULES", "BECAUSE"], 2, table::room());
    let begun = |from: Option<Instant>| at.is_some_and(|at| from.is_none_or(|from| from <= at));
    let now = timeline.stretches.iter().rposition(|stretch| begun(stretch.from));
    for (number, stretch) in timeline.stretches.iter().enumerate() {
        let from = stretch.from.map_or("the beginning".into(), |from| from.to_string());
        let mark = if Some(number) == now { '>' } else { ' ' };
        let because: Vec<_> = stretch.because.iter().map(ToString::to_string).collect();
        let cells = [
            format!("{mark} {from}"),
            report::outcome(&stretch.decision),
            report::rules(&stretch.decision),
            because.join(", "),
        ];
        // Writing to a vector cannot fail.
        let _ = table.row(&mut text, cells);
    }
    let _ = table.flush(&mut text);
    String::from_utf8_lossy(&text).trim_end().to_owned()
}

/// The rules that may cost most on one record; of one rule, where its cost comes from.
pub fn costs(set: &RuleSet, costs: &[CostInfo<'_>], detailed: bool) -> String {
    let all: u128 = costs.iter().map(|each| u128::from(each.rule.cost)).sum();
    let mut rows = vec![row("STEPS", ["SHARE".into(), "RULE".into(), String::new()])];
    for each in costs {
        let share = (u128::from(each.rule.cost) * 100).checked_div(all).unwrap_or(0);
        let share = if detailed { String::new() } else { format!("{share} %") };
        let at = set.sources().display(each.rule.location);
        rows.push(row(&each.rule.cost.to_string(), [share, each.rule.id.into(), at]));
        for (at, steps) in each.parts.iter().take(if detailed { PARTS } else { 0 }) {
            let text = set.sources().slice(*at).split_whitespace().collect::<Vec<_>>().join(" ");
            let text = format!("  {}", table::cut(&text, 70));
            rows.push(row(&steps.to_string(), [String::new(), text, set.sources().display(*at)]));
        }
    }
    table::aligned(&rows)
}
