//! Shows the results of the tests in rule files: verdicts, failures, coverage, and mutants that survived.

use super::counted;
use super::table;
use crate::sink::{plain, plain_lines};
use crate::suite::{Coverage, Difference, Mutant, Point, PointKind, Report, Share, TestResult};
use crate::{Diagnostic, Sources};
use std::fmt::Write;

/// The text of a mutant is cut at this width.
const MAX_WIDTH: usize = 160;

/// How a host draws those lines of a failure that it may colour. [`Plain`] draws them without colour.
pub trait Draw {
    /// Draws a line that was expected but not decided.
    fn unmet(&self, line: &str) -> String {
        line.to_owned()
    }

    /// Draws a line that was decided but not expected.
    fn decided(&self, line: &str) -> String {
        line.to_owned()
    }

    /// Draws a diagnostic, with a line end.
    fn diagnostic(&self, diagnostic: &Diagnostic, sources: &Sources) -> String {
        super::diagnostic(diagnostic, sources) + "\n"
    }
}

/// Draws without colour, and each diagnostic on one line.
#[derive(Clone, Copy, Debug)]
pub struct Plain;

impl Draw for Plain {}

/// One line for each test.
pub fn verdicts(report: &Report) -> String {
    let line = |result: &TestResult| {
        let verdict = if result.passed() { "ok    " } else { "FAILED" };
        format!("{verdict} {}: {}\n", plain(&result.file), plain(&result.title))
    };
    report.results.iter().map(line).collect()
}

/// For each failed test: the difference between what it expects and what is decided, and the reasons.
pub fn failures(report: &Report, sources: &Sources, draw: &dyn Draw) -> String {
    let failed = report.results.iter().filter(|result| !result.passed());
    failed.map(|result| format!("\n{}", failure(result, sources, draw))).collect()
}

fn failure(result: &TestResult, sources: &Sources, draw: &dyn Draw) -> String {
    let Some(at) = result.at else {
        return result.failures.iter().map(|each| draw.diagnostic(each, sources)).collect();
    };
    let mut out = format!(
        "FAILED {}: {} ({})\n  in {} at {}\n",
        plain(&result.file),
        plain(&result.title),
        plain(&sources.display(result.location)),
        result.place,
        at.local(&result.zone)
    );
    for line in &result.difference {
        let drawn = match line {
            Difference::Met(text) => format!("  {}", plain(text)),
            Difference::Unmet(text) => draw.unmet(&format!("- {}", plain(text))),
            Difference::Decided(text) => draw.decided(&format!("+ {}", plain(text))),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {drawn}");
    }
    for rule in &result.reasons {
        for line in rule.to_string().lines() {
            let _ = writeln!(out, "  | {}", plain_lines(line));
        }
    }
    out
}

/// `12 passed, 1 failed`
pub fn summary(report: &Report) -> String {
    format!("{} passed, {} failed", report.passed(), report.failed())
}

/// For each rule, the points that no test reaches, with the reason. Then the shares of rules, clauses and branches that
/// tests reach.
pub fn coverage(coverage: &Coverage, sources: &Sources) -> String {
    let mut out = String::new();
    let missed: Vec<&Point> = coverage.points.iter().filter(|point| !point.is_reached()).collect();
    for points in missed.chunk_by(|a, b| a.owner == b.owner) {
        let Some(first) = points.first() else { continue };
        let owners = coverage.owners();
        let share = owners.iter().find(|(owner, _)| *owner == first.owner);
        let share = share.map_or(Share::default(), |(_, share)| *share);
        let _ = writeln!(out, "{}: {} of {}", plain(&first.owner), share.reached, share.all);
        for point in points {
            let what = plain(&point.what);
            let _ =
                writeln!(out, "  {}: no test in which {what}", plain(&sources.display(point.at)));
            if let Some(why) = &point.why {
                let _ = writeln!(out, "    {}", plain(why));
            }
        }
    }
    if !out.is_empty() {
        out.push('\n');
    }
    let kinds = [
        ("rules", PointKind::Rule),
        ("clauses", PointKind::Clause),
        ("branches", PointKind::Branch),
    ];
    let mut rows: Vec<Vec<String>> =
        kinds.iter().map(|(name, kind)| share_row(name, coverage.share_of(*kind))).collect();
    rows.push(share_row("all", coverage.share()));
    out + &table::aligned(&rows)
}

fn share_row(name: &str, share: Share) -> Vec<String> {
    let Share { reached, all } = share;
    table::row(name, [format!("{reached} of {all}"), format!("{} %", share.percent())])
}

/// The mutants that no test noticed: what each changes, and where.
pub fn survivors(mutants: &[Mutant], sources: &Sources) -> String {
    let mut out = String::new();
    for mutant in mutants.iter().filter(|mutant| mutant.killed_by.is_none()) {
        let at = sources.display(mutant.at);
        let _ = writeln!(out, "{} in {}", plain(&at), plain(&mutant.owner));
        let cut = |text: &str| plain(&table::cut(text, MAX_WIDTH)).into_owned();
        let _ = writeln!(out, "  - {}", cut(&mutant.was));
        let changed = if mutant.is.is_empty() { "(left out)" } else { &mutant.is };
        let _ = writeln!(out, "  + {}", cut(changed));
    }
    out
}

/// `12 changes, 2 not noticed by any test`
pub fn mutation_summary(mutants: &[Mutant]) -> String {
    let survived = mutants.iter().filter(|mutant| mutant.killed_by.is_none()).count();
    format!("{}, {survived} not noticed by any test", counted(mutants.len(), "change"))
}
