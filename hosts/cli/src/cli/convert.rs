//! `lexloci convert`: messages of any format in, canonical records out, a line each.

use super::{Added, Global, Input, messages};
use crate::escape;
use crate::rules::number;
use crate::stop::{Exit, Stop};
use lexloci::{Imported, RuleSet};
use std::io::Write;
use std::path::PathBuf;

/// Turn messages into canonical records, a line of JSON each
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of messages; `-` is stdin
    #[arg(default_value = "-", value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    rules: Added,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.rules.load(global)?;
    let reading = args.input.reading(&set)?;
    let (mut written, mut refused) = (0, 0);
    let through = messages::each(&args.files, &reading, global, |file, imported| {
        match record(&set, imported) {
            Ok(json) => {
                written += 1;
                Ok(writeln!(std::io::stdout(), "{json}")?)
            }
            Err(error) => {
                refused += 1;
                let place = format!("{file}, {}", imported.position);
                let line = format!("error[{}]: {place}: {error}", error.code.as_str());
                super::complain(escape::plain(&line));
                Ok(())
            }
        }
    })?;
    through.notes(&reading, global);
    let not = if refused > 0 { format!("; {refused} could not be read") } else { String::new() };
    global.note(format_args!("{}{not}", number(written, "record")));
    Ok(match refused {
        _ if through.interrupted => Exit::Interrupted,
        0 => Exit::Done,
        _ => Exit::SomeUnreadable,
    })
}

/// The canonical JSON of a record that every other command reads.
fn record(set: &RuleSet, imported: &Imported<'_>) -> Result<String, lexloci::RecordError> {
    imported.read(set.schema())?;
    let json = String::from_utf8_lossy(imported.json()?);
    // A record that came over several lines goes out on one: line ends inside strings are escaped anyway.
    let line = json.trim_start_matches('\u{feff}').replace(['\n', '\r'], " ");
    Ok(escape::json(line))
}
