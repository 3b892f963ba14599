//! The standard streams of the process. No other file writes to them: `clippy.toml` forbids it. What is written has a type
//! that names its sink, so text from outside reaches a terminal only when it is escaped.
#![expect(clippy::disallowed_methods, reason = "only this file may use them")]

use super::stop::Stop;
use lexloci::sink::{Lines, Output, Terminal};
use std::fmt::Display;
use std::io::{ErrorKind, IsTerminal, Read, Stdout, Write};

/// The width in columns if stdout is not a terminal.
const DEFAULT_COLUMNS: usize = 200;

/// Writes to stdout. If the reader has closed it, that is no error: the exit code still says what was found.
///
/// # Errors
/// When stdout cannot be written, as on a full disk.
pub fn print<S>(output: &Output<S>) -> Result<(), Stop> {
    write(output.as_str())
}

/// Writes to stdout, with a line end unless the output is empty.
///
/// # Errors
/// When stdout cannot be written, as on a full disk.
pub fn line<S>(output: &Output<S>) -> Result<(), Stop> {
    print(output)?;
    if output.is_empty() { Ok(()) } else { write("\n") }
}

/// Writes lines for people to stdout, escaped, with a line end unless they are empty.
///
/// # Errors
/// When stdout cannot be written, as on a full disk.
pub fn lines(text: impl Display) -> Result<(), Stop> {
    line(&Output::of(Lines(text)))
}

/// Writes the content of a file to stdout: unchanged to a file or a pipe, escaped to a terminal.
///
/// # Errors
/// When stdout cannot be written, as on a full disk.
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

/// Writes a line for people to stderr.
pub fn stderr_line(output: &Output<Terminal>) {
    stderr_results(output);
}

/// Writes a line for people or tools to stderr. If stderr is closed, there is nowhere to report that.
pub fn stderr_results<S>(output: &Output<S>) {
    let _ = writeln!(anstream::stderr(), "{}", output.as_str());
}

/// Stdout for many results. If the reader closes it, the run ends.
#[derive(Debug)]
pub struct Results(Stdout);

impl Results {
    /// The stdout of this process.
    pub fn new() -> Self {
        Self(std::io::stdout())
    }

    /// Writes a result.
    ///
    /// # Errors
    /// When stdout is closed or full.
    pub fn put<S>(&mut self, output: &Output<S>) -> Result<(), Stop> {
        Ok(self.0.write_all(output.as_str().as_bytes())?)
    }

    /// Writes what is still in the buffer.
    ///
    /// # Errors
    /// When stdout is closed or full.
    pub fn finish(&mut self) -> Result<(), Stop> {
        Ok(self.0.flush()?)
    }
}

/// The width of the terminal on stdout in columns, or a fixed width for files and pipes.
pub fn columns() -> usize {
    screen_columns().unwrap_or(DEFAULT_COLUMNS)
}

/// The width of the terminal on stdout in columns; `None` for files and pipes.
pub fn screen_columns() -> Option<usize> {
    let terminal = terminal_size::terminal_size_of(std::io::stdout());
    terminal.map(|(width, _)| usize::from(width.0))
}

/// Whether stderr is a terminal and stdout is not.
pub fn only_stderr_is_terminal() -> bool {
    std::io::stderr().is_terminal() && !std::io::stdout().is_terminal()
}

/// Whether stdout shows colours.
#[cfg(feature = "repl")]
pub fn has_colours() -> bool {
    anstream::AutoStream::choice(&std::io::stdout()) != anstream::ColorChoice::Never
}

/// Reads all of stdin.
///
/// # Errors
/// When stdin cannot be read, or is not UTF-8.
pub fn read_stdin() -> Result<String, Stop> {
    let mut bytes = vec![];
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| Stop::io("stdin", &error))?;
    String::from_utf8(bytes).map_err(|_| Stop::failed("stdin is not UTF-8"))
}
