//! What became of each rule, as a table on stderr; the rules that took most time come first.

use crate::stdio;
use lexloci::RuleCounts;
use lexloci::output;
use lexloci::show::Table;
use lexloci::show::number;
use lexloci::sink::{Lines, Output};
use std::cmp::Reverse;
use std::time::Duration;

const HEADER: [&str; 6] = ["RULE", "WOKEN", "EVALUATED", "FIRED", "UNKNOWN", "TIME"];

/// Rules that no record woke are only counted.
pub fn tell(counts: &[RuleCounts]) {
    let mut met: Vec<_> =
        counts.iter().filter(|rule| rule.woken > 0 || rule.evaluated > 0).collect();
    met.sort_by(|a, b| (Reverse(a.time), &a.rule).cmp(&(Reverse(b.time), &b.rule)));
    let all: Duration = met.iter().map(|rule| rule.time).sum();
    let mut text = vec![];
    let mut table = Table::new(HEADER, 1, stdio::columns());
    for rule in &met {
        let counted = [rule.woken, rule.evaluated, rule.fired, rule.undetermined];
        let [woken, evaluated, fired, unknown] = counted.map(|count| count.to_string());
        let time = format!("{:.1} %", share(rule.time, all));
        // Writing to memory cannot fail.
        let _ = table.row(&mut text, [rule.rule.clone(), woken, evaluated, fired, unknown, time]);
    }
    let _ = table.flush(&mut text);
    if !met.is_empty() {
        stdio::complain(&Output::of(Lines(String::from_utf8_lossy(&text).trim_end())));
    }
    let rest = counts.len() - met.len();
    if rest > 0 {
        stdio::complain(&output!("{} woken by no record", number(rest, "rule")));
    }
}

fn share(part: Duration, all: Duration) -> f64 {
    if all.is_zero() { 0.0 } else { part.as_secs_f64() / all.as_secs_f64() * 100.0 }
}
