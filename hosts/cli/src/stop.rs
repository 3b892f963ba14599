//! How a command ends: the exit codes, and why a command could not finish.

use lexloci::sink::{Lines, Output, Terminal};
use lexloci::{SchemaMismatch, output};
use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// The result of a command, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, nothing to report.
    Done = 0,
    /// Something was found: errors in rules, failing tests.
    Findings = 1,
    /// The command could not run: usage, files, rules that do not compile.
    CouldNotRun = 2,
    /// A decision was at or above `--fail-on`.
    FailOnReached = 3,
    /// The batch is complete, but some records could not be read.
    SomeUnreadable = 4,
    /// Ctrl-C ended the command, after it had written its results so far. Shells report this code for a program that SIGINT
    /// ended.
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
    /// The program that read stdout has closed it. That is no error.
    Closed,
    /// The message for the user, escaped.
    Failed(Output<Terminal>),
    /// The errors have been shown already.
    Shown,
}

impl Stop {
    /// A failure with a message, which is put on one line.
    pub fn failed(message: impl Display) -> Self {
        Self::Failed(Output::of(message))
    }

    /// A failure with a message of several lines.
    pub fn with_lines(message: impl Display) -> Self {
        Self::Failed(Output::of(Lines(message)))
    }

    /// An error of a file or stream with this name.
    pub fn io(name: impl Display, error: &io::Error) -> Self {
        Self::Failed(output!("{}: {}", name, error))
    }
}

/// Where the library looks up a name or place and finds none, the error is one sentence.
impl From<String> for Stop {
    fn from(message: String) -> Self {
        Self::failed(message)
    }
}

impl From<SchemaMismatch> for Stop {
    fn from(mismatch: SchemaMismatch) -> Self {
        Self::failed(mismatch)
    }
}

/// The error has to come from writing to stdout. Errors of other files and streams have a name: see [`Stop::io`].
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            Self::Closed
        } else {
            Self::io("stdout", &error)
        }
    }
}
