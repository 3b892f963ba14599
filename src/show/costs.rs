//! What rules cost at most on one record.

use super::table::{aligned, cut, row};
use crate::{CostInfo, RuleSet};

/// Parts of a condition that a detailed listing shows.
const PARTS: usize = 5;

/// Rules with their cost in steps and their share; when detailed, with the dearest parts of their conditions.
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
            let text = format!("  {}", cut(&text, 70));
            rows.push(row(&steps.to_string(), [String::new(), text, set.sources().display(*at)]));
        }
    }
    aligned(&rows)
}
