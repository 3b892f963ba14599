//! Whole texts from stdin and to stdout.

use super::stop::Stop;
use std::io::{ErrorKind, Read, Write};

/// Writes a text to stdout. Nothing is wrong when nobody reads to its end: then the exit code is still that of what was
/// found.
///
/// # Errors
/// When stdout takes no more, as a full disk.
pub fn print(text: impl AsRef<str>) -> Result<(), Stop> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_ref().as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written?),
    }
}

/// The same with a line end, unless there is nothing.
///
/// # Errors
/// As [`print`].
pub fn line(text: impl Into<String>) -> Result<(), Stop> {
    let text = text.into();
    print(if text.is_empty() { text } else { text + "\n" })
}

/// All of stdin.
///
/// # Errors
/// When it cannot be read, or is not UTF-8.
pub fn read() -> Result<String, Stop> {
    let mut bytes = vec![];
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| Stop::io("stdin", &error))?;
    String::from_utf8(bytes).map_err(|_| Stop::Failed("stdin is not UTF-8".into()))
}
