//! Shows answers as plain text for people: decisions, explanations, matrices, timelines, test results, the law. Every text
//! is escaped, so it is safe on a terminal. Hosts may add colours.

mod table;
pub mod decisions;
mod marks;
mod steps;
mod matrix;
mod timeline;
mod costs;
mod kept;
pub mod suite;
pub mod pattern;
pub mod law;

pub use costs::costs;
pub use kept::{erased, kept, nothing_kept, swept};
pub use marks::marked;
pub use matrix::matrix;
pub use steps::{clauses, deciding_clauses, steps};
pub use table::{Table, aligned, cut, wrapped};
pub use timeline::timelines;

use crate::sink::plain;
use crate::{Diagnostic, RuleSet, Severity, Sources};

/// `1 rule`, `2 rules`
pub fn counted(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// `1 entry`, `2 entries`
pub fn entries(count: usize) -> String {
    if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") }
}

/// `2 rules, 1 exception`
pub fn rule_count(set: &RuleSet) -> String {
    let exceptions = set.rules().filter(|rule| rule.is_exception).count();
    let rules = set.rules().count() - exceptions;
    format!("{}, {}", counted(rules, "rule"), counted(exceptions, "exception"))
}

/// A diagnostic on one line: `kz.loci:12:8: error[LX2003]: records have no field …`.
pub fn diagnostic(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let place = diagnostic.at.map(|at| sources.display(at) + ": ").unwrap_or_default();
    let severity = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    let code = diagnostic.code.as_str();
    format!("{}{severity}[{code}]: {}", plain(&place), plain(&diagnostic.message))
}
