//! What became of each rule, as a table on stderr: those that took most time first.

use crate::rules::number;
use crate::stop::Stop;
use crate::table;
use lexloci::RuleCounts;
use lexloci::show::Table;
use std::cmp::Reverse;
use std::io::Write;
use std::time::Duration;

const HEADER: [&str; 6] = ["RULE", "WOKEN", "EVALUATED", "FIRED", "UNKNOWN", "TIME"];

/// Rules that nothing woke are only counted.
pub fn write(counts: &[RuleCounts]) -> Result<(), Stop> {
    let mut met: Vec<_> =
        counts.iter().filter(|rule| rule.woken > 0 || rule.evaluated > 0).collect();
    met.sort_by(|a, b| (Reverse(a.time), &a.rule).cmp(&(Reverse(b.time), &b.rule)));
    let all: Duration = met.iter().map(|rule| rule.time).sum();
    let mut out = anstream::stderr();
    let mut table = Table::new(HEADER, 1, table::room());
    let written = met.iter().try_for_each(|rule| {
        let counted = [rule.woken, rule.evaluated, rule.fired, rule.undetermined];
        let [woken, evaluated, fired, unknown] = counted.map(|count| count.to_string());
        let time = format!("{:.1} %", share(rule.time, all));
        table.row(&mut out, [rule.rule.clone(), woken, evaluated, fired, unknown, time])
    });
    let rest = counts.len() - met.len();
    let told = written.and_then(|()| table.flush(&mut out)).and_then(|()| {
        if rest > 0 { writeln!(out, "{} woken by no record", number(rest, "rule")) } else { Ok(()) }
    });
    told.map_err(|error| Stop::io("stderr", &error))
}

fn share(part: Duration, all: Duration) -> f64 {
    if all.is_zero() { 0.0 } else { part.as_secs_f64() / all.as_secs_f64() * 100.0 }
}
