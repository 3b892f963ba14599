//! Runs the interactive session: on a terminal with editing, completion and history, otherwise as a script from a file or
//! stdin, without prompts.

#[cfg(feature = "repl")]
mod terminal;

use super::local_host::LocalHost;
use super::render;
use super::stdio;
use super::stop::{Exit, Stop};
use lexloci::session::{Lines, Reply, Session};
use lexloci::sink::{self, Output};
use lexloci::{InputFormat, output};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

/// The options of a session.
#[derive(Debug)]
pub struct Start<'a> {
    pub rules: &'a Path,
    /// Whether the user named the rules.
    pub rules_given_explicitly: bool,
    pub records: Option<&'a Path>,
    /// The format of files of records.
    pub format: InputFormat,
    /// The file of facts about chats, authors and messages.
    pub facts: Option<&'a Path>,
    pub script: Option<&'a Path>,
    /// Whether a session on a terminal writes its lines to the history for later sessions.
    #[cfg_attr(not(feature = "repl"), expect(dead_code, reason = "there is no terminal"))]
    pub keeps_history: bool,
}

/// Runs a session to its end.
///
/// # Errors
/// When streams cannot be read or written.
pub fn run(start: &Start<'_>) -> Result<Exit, Stop> {
    let facts = start.facts.map(Path::to_owned);
    let mut session =
        Session::new(LocalHost { format: start.format, facts, ..LocalHost::default() });
    if let Some(file) = start.records {
        session = session.records(file.display().to_string());
    }
    // A session without rules is useful too: the user can enter items, and `:load` reads other rules.
    let load_reply = session.exec(&format!(":load {}", start.rules.display()));
    let loaded = matches!(load_reply, Reply::Text(_));
    let rules_expected = loaded || start.rules_given_explicitly || start.rules.exists();
    #[cfg(feature = "repl")]
    if start.script.is_none() && std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        let no_rules = "no rules yet: enter items, or name a folder with `:load`";
        show(&if rules_expected { load_reply } else { Reply::Text(Output::of(no_rules)) })?;
        show(&Reply::Text(output!("`:help` shows the commands")))?;
        return terminal::run(session, start.keeps_history);
    }
    let rules_failed = rules_expected && !loaded;
    if rules_failed {
        show(&load_reply)?;
    }
    let exit = match start.script {
        Some(path) => {
            let file = File::open(path).map_err(|error| Stop::io(path.display(), &error))?;
            run_script(&mut session, BufReader::new(file), &path.display().to_string())?
        }
        None => run_script(&mut session, std::io::stdin().lock(), "stdin")?,
    };
    Ok(if rules_failed { Exit::CouldNotRun } else { exit })
}

/// Runs every line. Returns `Findings` if a line was refused.
fn run_script(session: &mut Session, input: impl BufRead, name: &str) -> Result<Exit, Stop> {
    let mut exit = Exit::Done;
    let mut lines = Lines::default();
    for line in input.lines() {
        let line = line.map_err(|error| Stop::io(name, &error))?;
        for input in lines.push(&line) {
            let reply = session.exec(&input);
            show(&reply)?;
            match reply {
                Reply::Quit => return Ok(exit),
                Reply::Fault(_) | Reply::Refused(_) | Reply::Edit { .. } => exit = Exit::Findings,
                Reply::Text(_) => {}
            }
        }
    }
    match lines.rest() {
        Some(_) => Err(Stop::failed("the last line is incomplete")),
        None => Ok(exit),
    }
}

fn show(reply: &Reply) -> Result<(), Stop> {
    match reply {
        Reply::Text(text) => stdio::line(text)?,
        Reply::Refused(failure) => {
            let text = render::draw_first(&failure.diagnostics, &failure.sources);
            stdio::stderr_line(&Output::of(sink::Lines(text)));
        }
        Reply::Fault(text) => stdio::stderr_line(text),
        Reply::Edit { .. } => stdio::stderr_line(&output!("`:edit` needs a terminal")),
        Reply::Quit => {}
    }
    Ok(())
}

#[cfg(test)]
mod tests;
