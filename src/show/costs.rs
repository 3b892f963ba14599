//! Shows, as a table, the maximum cost of each rule on one record.

use super::table::{aligned, cut, row};
use crate::{CostInfo, RuleSet};

/// A detailed table shows this many parts of each condition.
const MAX_PARTS: usize = 5;

/// A table of rules with their cost in steps. A short table has each rule's share of all costs; a detailed one has the most
/// expensive parts of each condition instead.
pub fn costs(set: &RuleSet, costs: &[CostInfo<'_>], detailed: bool) -> String {
    let all: u128 = costs.iter().map(|each| u128::from(each.rule.cost)).sum();
    let mut rows = vec![row("STEPS", ["SHARE".into(), "RULE".into(), String::new()])];
    for each in costs {
        let share = (u128::from(each.rule.cost) * 100).checked_div(all).unwrap_or(0);
        let share = if detailed { String::new() } else { format!("{share} %") };
        let at = set.sources().display(each.rule.location);
        rows.push(row(&each.rule.cost.to_string(), [share, each.rule.id.into(), at]));
        for (at, steps) in each.parts.iter().take(if detailed { MAX_PARTS } else { 0 }) {
            let text = set.sources().on_one_line(*at);
            let text = format!("  {}", cut(&text, 70));
            rows.push(row(&steps.to_string(), [String::new(), text, set.sources().display(*at)]));
        }
    }
    aligned(&rows)
}
