//! [`Failure`] and [`FactsFailure`]: why something was refused, with every fault that was found.

use crate::base::sink::{Lines, Output, Terminal};
use crate::base::source::Sources;
use crate::diagnostic::Diagnostic;
use crate::import::FactsError;
use crate::put;
use std::fmt;

/// Why a rule set, a record in the notation of rules, or an expression was refused: every fault that was found.
#[derive(Clone)]
#[non_exhaustive]
pub struct Failure {
    /// All faults, in the order of files.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that they point into.
    pub sources: Sources,
}

impl Failure {
    /// Faults, and the files that they point into.
    pub fn new(diagnostics: Vec<Diagnostic>, sources: Sources) -> Self {
        Self { diagnostics, sources }
    }
}

/// Shows only the messages, because they would be hard to find among the texts of all files.
impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.to_string().lines()).finish()
    }
}

/// Writes the messages escaped, because they repeat names of files and words of the input.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = Output::<Terminal>::new();
        for diagnostic in &self.diagnostics {
            let severity = if diagnostic.is_error() { "error" } else { "warning" };
            if let Some(at) = diagnostic.at {
                put!(out, "{}: ", self.sources.display(at));
            }
            put!(out, "{}[{}]: {}", severity, diagnostic.code.as_str(), diagnostic.message);
            match &diagnostic.help {
                Some(help) => put!(out, " ({})\n", Lines(help)),
                None => put!(out, "\n"),
            }
        }
        f.write_str(out.as_str())
    }
}

impl std::error::Error for Failure {}

/// Why facts of the host were refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FactsFailure {
    /// The input could not be read to its end.
    #[error("{0}")]
    Input(std::io::Error),
    /// Lines that are wrong: all of them, in order.
    #[error("{}", one_per_line(.0))]
    Lines(Vec<FactsError>),
}

fn one_per_line(errors: &[FactsError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
