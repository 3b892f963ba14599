//! Writes to stderr a table of how often each rule was evaluated and fired. The rules that took most time come first.

use crate::stdio;
use lexloci::RuleCounts;
use lexloci::output;
use lexloci::show::Table;
use lexloci::show::counted;
use lexloci::sink::{Lines, Output};
use std::cmp::Reverse;
use std::time::Duration;

const HEADER: [&str; 6] = ["RULE", "SELECTED", "EVALUATED", "FIRED", "UNKNOWN", "TIME"];

/// Writes the table, and how many rules were never selected.
pub fn print(counts: &[RuleCounts]) {
    let mut active: Vec<_> =
        counts.iter().filter(|rule| rule.woken > 0 || rule.evaluated > 0).collect();
    active.sort_by_key(|rule| (Reverse(rule.time), &rule.rule));
    let all: Duration = active.iter().map(|rule| rule.time).sum();
    let mut text = Output::new();
    let mut table = Table::new(HEADER, 1, stdio::screen_columns());
    for rule in &active {
        let counts = [rule.woken, rule.evaluated, rule.fired, rule.undetermined];
        let [woken, evaluated, fired, unknown] = counts.map(|count| count.to_string());
        let time = format!("{:.1} %", share(rule.time, all));
        text.push(&table.row([rule.rule.clone(), woken, evaluated, fired, unknown, time]));
    }
    text.push(&table.flush());
    if !active.is_empty() {
        stdio::stderr_line(&Output::of(Lines(text.as_str().trim_end())));
    }
    let unselected = counts.len() - active.len();
    if unselected > 0 {
        stdio::stderr_line(&output!("{} never selected", counted(unselected, "rule")));
    }
}

fn share(part: Duration, all: Duration) -> f64 {
    if all.is_zero() { 0.0 } else { part.as_secs_f64() / all.as_secs_f64() * 100.0 }
}
