//! Why something that was written was refused.

use crate::diagnostic::Diagnostic;
use crate::source::Sources;
use std::fmt;

/// Why a rule set, a record in the notation of rules, or an expression was refused: every fault that was found.
#[derive(Clone, Debug)]
pub struct Failure {
    /// All of them, in the order of files.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that they point into.
    pub sources: Sources,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            let severity = if diagnostic.is_error() { "error" } else { "warning" };
            if let Some(at) = diagnostic.at {
                write!(f, "{}: ", self.sources.display(at))?;
            }
            write!(f, "{severity}[{}]: {}", diagnostic.code.as_str(), diagnostic.message)?;
            match &diagnostic.help {
                Some(help) => writeln!(f, " ({help})")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
