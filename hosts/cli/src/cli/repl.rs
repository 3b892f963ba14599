//! `lexloci repl`: runs the interactive session. On a terminal it has editing, completion and history. Otherwise the lines
//! of a file or of stdin run as a script, without prompts.

#[cfg(feature = "repl")]
mod terminal;

use crate::stop::{Exit, Stop};
use crate::{render, stdio};
use lexloci::output;
use lexloci::session::{Lines, Reply, Session};
use lexloci::sink::{self, Output};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// Try rules on records, line by line; if stdin is not a terminal, run its lines as a script
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    rules: super::RulesOrDir,
    /// The file of records from which `:record N` picks one
    #[arg(short, long, value_name = "FILE")]
    records: Option<PathBuf>,
    #[command(flatten)]
    input: super::Input,
    /// Run the lines of a file, without prompts
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Neither read nor write the history of lines
    #[arg(long)]
    no_history: bool,
}

pub fn run(args: &Args) -> Result<Exit, Stop> {
    let mut session = Session::new(args.input.host());
    if let Some(file) = &args.records {
        session = session.records(file.display().to_string());
    }
    let rules = args.rules.path();
    // A session without rules is useful too: the user can enter items, and `:load` reads other rules.
    let load_reply = session.exec(&format!(":load {}", rules.display()));
    let loaded = matches!(load_reply, Reply::Text(_));
    // The session begins with the first record.
    let first_record = args.records.as_ref().map(|_| session.exec(":next"));
    let is_default = args.rules.directory.is_none() && rules == Path::new("rules");
    // It is no error if the default folder does not exist.
    let rules_expected = loaded || !is_default || rules.exists();
    #[cfg(feature = "repl")]
    if args.script.is_none() && std::io::IsTerminal::is_terminal(&std::io::stdin()) {
        let no_rules = "no rules yet: enter items, or name a folder with `:load`";
        show(&if rules_expected { load_reply } else { Reply::Text(Output::of(no_rules)) })?;
        first_record.iter().try_for_each(show)?;
        show(&Reply::Text(output!("`:help` shows the commands")))?;
        return terminal::run(session, !args.no_history);
    }
    let rules_failed = rules_expected && !loaded;
    if rules_failed {
        show(&load_reply)?;
    }
    let mut session = session.script();
    let record_fault = first_record.filter(Reply::is_fault);
    record_fault.iter().try_for_each(show)?;
    let exit = match &args.script {
        Some(path) => {
            let file = File::open(path).map_err(|error| Stop::io(path.display(), &error))?;
            run_script(&mut session, BufReader::new(file), &path.display().to_string())?
        }
        None => run_script(&mut session, std::io::stdin().lock(), "stdin")?,
    };
    Ok(if rules_failed || record_fault.is_some() { Exit::CouldNotRun } else { exit })
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
