//! How a command ends: its exit codes, and why it could not finish.

use lexloci::sink::{Lines, Output, Terminal};
use lexloci::{SchemaMismatch, output};
use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// How a command came out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, nothing to report.
    Done = 0,
    /// Something was found: errors in rules, failing tests.
    Findings = 1,
    /// It could not run: usage, files, rules that do not compile.
    CouldNotRun = 2,
    /// A decision was at or above `--fail-on`.
    AtOrAbove = 3,
    /// The batch is complete, but some records could not be read.
    SomeUnreadable = 4,
    /// Ctrl-C ended it; what it had done is written. Shells give a program that SIGINT ended the same code.
    Interrupted = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

/// Why a command could not finish.
#[derive(Debug)]
pub enum Stop {
    /// Whoever read the output has closed it: nothing to complain about.
    Closed,
    /// The message for the user, escaped.
    Failed(Output<Terminal>),
    /// What was wrong has been shown already.
    Shown,
}

impl Stop {
    /// With a message on one line, whatever names it repeats.
    pub fn failed(message: impl Display) -> Self {
        Self::Failed(Output::of(message))
    }

    /// With a message of several lines.
    pub fn with_lines(message: impl Display) -> Self {
        Self::Failed(Output::of(Lines(message)))
    }

    /// A fault of a file or stream, by its name.
    pub fn io(name: impl Display, error: &io::Error) -> Self {
        Self::Failed(output!("{}: {}", name, error))
    }
}

impl From<SchemaMismatch> for Stop {
    fn from(mismatch: SchemaMismatch) -> Self {
        Self::failed(mismatch)
    }
}

/// Of writing to stdout: only there are errors passed on without a name.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::io("stdout", &error)
        }
    }
}
