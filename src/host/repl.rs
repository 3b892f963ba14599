//! The interactive session: on a terminal with editing, completion and history; else a script from stdin, without
//! prompts.

mod commands;
mod lines;
mod session;
#[cfg(feature = "repl")]
mod terminal;

use super::stop::{Exit, Stop};
use lexloci::Format;
use lines::Lines;
use session::{Reply, Session};
use std::io::{BufRead, Write};
use std::path::Path;

/// Runs a session to its end.
///
/// # Errors
/// When streams cannot be read or written.
pub fn run(
    rules: &Path,
    records: Option<&Path>,
    format: Format,
    facts: Option<&Path>,
) -> Result<Exit, Stop> {
    let mut session = Session::new(records, format, facts);
    // Without rules a session is still of use: `:load` reads others.
    let first = session.exec(&format!(":load {}", rules.display()));
    #[cfg(feature = "repl")]
    if std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        show(&first)?;
        show(&Reply::Text("`:help` shows the commands".into()))?;
        return terminal::run(session);
    }
    let loaded = matches!(first, Reply::Text(_));
    if !loaded {
        show(&first)?;
    }
    let exit = script(&mut session, std::io::stdin().lock())?;
    Ok(if loaded { exit } else { Exit::Findings })
}

/// Takes every line, and says at the end whether all were right.
fn script(session: &mut Session, input: impl BufRead) -> Result<Exit, Stop> {
    let mut exit = Exit::Done;
    let mut lines = Lines::default();
    for line in input.lines() {
        let line = line.map_err(|error| Stop::io("stdin", &error))?;
        for input in lines.push(&line) {
            match reply(session, &input)? {
                Reply::Quit => return Ok(exit),
                Reply::Fault(_) => exit = Exit::Findings,
                Reply::Text(_) => {}
            }
        }
    }
    match lines.rest() {
        Some(_) => Err(Stop::Failed("the last line is incomplete".into())),
        None => Ok(exit),
    }
}

fn reply(session: &mut Session, input: &str) -> Result<Reply, Stop> {
    let reply = session.exec(input);
    show(&reply)?;
    Ok(reply)
}

fn show(reply: &Reply) -> Result<(), Stop> {
    match reply {
        Reply::Text(text) if !text.is_empty() => writeln!(std::io::stdout(), "{text}")?,
        // Nobody is left to be told that stderr is closed.
        Reply::Fault(text) => drop(writeln!(std::io::stderr(), "{text}")),
        Reply::Text(_) | Reply::Quit => {}
    }
    Ok(())
}
