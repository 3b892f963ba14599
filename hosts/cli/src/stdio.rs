//! The streams of the process. No other file writes to them (`clippy.toml` sees to it), and what is written here names
//! its sink, so text from outside cannot reach a terminal unless it is escaped.
#![expect(clippy::disallowed_methods, reason = "this is the file that they are meant for")]

use super::stop::Stop;
use lexloci::sink::{Lines, Output, Terminal};
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Read, Stdout, Write};

/// Columns where no terminal says how many there are.
const WIDEST: usize = 200;

/// Writes to stdout. A reader that has gone away is no failure: the exit code still says what was found.
///
/// # Errors
/// When stdout takes no more, as on a full disk.
pub fn print<S>(output: &Output<S>) -> Result<(), Stop> {
    write(output.as_str())
}

/// Writes to stdout, with a line end unless there is nothing.
///
/// # Errors
/// Errors as for [`print()`].
pub fn line<S>(output: &Output<S>) -> Result<(), Stop> {
    print(output)?;
    if output.is_empty() { Ok(()) } else { write("\n") }
}

/// Writes lines for a person to stdout, escaped, with a line end unless there is nothing.
///
/// # Errors
/// Errors as for [`print()`].
pub fn lines(text: impl Display) -> Result<(), Stop> {
    line(&Output::of(Lines(text)))
}

/// Writes the content of a file to stdout: as it is into a file or a pipe, escaped onto a terminal.
///
/// # Errors
/// Errors as for [`print()`].
pub fn content(text: &str) -> Result<(), Stop> {
    if std::io::stdout().is_terminal() { print(&Output::of(Lines(text))) } else { write(text) }
}

fn write(text: &str) -> Result<(), Stop> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// A line for a person to stderr.
pub fn complain(output: &Output<Terminal>) {
    line_to_stderr(output);
}

/// A line to stderr. When that is closed, nobody is left to be told.
pub fn line_to_stderr<S>(output: &Output<S>) {
    let _ = writeln!(anstream::stderr(), "{}", output.as_str());
}

/// Stdout for many results: each is written at once, and a reader that has gone away ends the run.
#[derive(Debug)]
pub struct Results(Stdout);

impl Results {
    /// Of this process.
    pub fn new() -> Self {
        Self(std::io::stdout())
    }

    /// # Errors
    /// When stdout is closed or full.
    pub fn put<S>(&mut self, output: &Output<S>) -> Result<(), Stop> {
        Ok(self.0.write_all(output.as_str().as_bytes())?)
    }

    /// # Errors
    /// As [`Results::put`].
    pub fn finish(&mut self) -> Result<(), Stop> {
        Ok(self.0.flush()?)
    }
}

/// Columns of the terminal on stdout, or as many as a file or a pipe is given.
pub fn columns() -> usize {
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    terminal.map_or(WIDEST, |(width, _)| usize::from(width.0))
}

/// Whether somebody watches stderr while results go elsewhere.
pub fn is_watched() -> bool {
    std::io::stderr().is_terminal() && !std::io::stdout().is_terminal()
}

/// Whether stdout shows colours.
#[cfg(feature = "repl")]
pub fn has_colours() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// All of stdin.
///
/// # Errors
/// When it cannot be read, or is not UTF-8.
pub fn read() -> Result<String, Stop> {
    let mut bytes = vec![];
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| Stop::io("stdin", &error))?;
    String::from_utf8(bytes).map_err(|_| Stop::failed("stdin is not UTF-8"))
}
