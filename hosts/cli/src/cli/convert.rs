//! `lexloci convert`: turns messages of any format into canonical records, one on each line.

use super::messages::{FileMessage, Messages};
use super::{Global, Input, SchemaRules};
use crate::stdio;
use crate::stop::{Exit, Stop};
use lexloci::output;
use lexloci::show::counted;
use lexloci::sink::{Json, Output};
use lexloci::{Imported, RecordError, RuleSet};
use std::path::PathBuf;

/// Turn messages into canonical records, one line of JSON for each
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of messages; `-` is stdin
    #[arg(default_value = "-", value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    input: Input,
    #[command(flatten)]
    rules: SchemaRules,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.rules.load(global)?;
    let reader = args.input.reader(&set)?;
    let mut results = stdio::Results::new();
    let (mut written, mut refused) = (0, 0);
    let mut messages = Messages::new(&args.files, &reader, global)?;
    for FileMessage { file, imported } in messages.by_ref() {
        match canonical_line(&set, &imported) {
            Ok(json) => {
                written += 1;
                results.put(&json)?;
            }
            Err(error) => {
                refused += 1;
                let (code, place) = (error.code.as_str(), &imported.position);
                stdio::stderr_line(&output!("error[{}]: {}, {}: {}", code, file, place, error));
            }
        }
    }
    let summary = messages.end()?;
    summary.write_notes(&reader, global);
    let unreadable =
        if refused > 0 { format!("; {refused} could not be read") } else { String::new() };
    global.note(&output!("{}{}", counted(written, "record"), unreadable));
    Ok(match refused {
        _ if summary.interrupted => Exit::Interrupted,
        0 => Exit::Done,
        _ => Exit::SomeUnreadable,
    })
}

/// A record as canonical JSON on one line. Every other command reads this format.
fn canonical_line(set: &RuleSet, imported: &Imported<'_>) -> Result<Output<Json>, RecordError> {
    imported.read(set.schema())?;
    let json = String::from_utf8_lossy(imported.json()?);
    // JSON escapes line ends inside strings, so the line ends that remain are only layout.
    let line = json.trim_start_matches('\u{feff}').replace(['\n', '\r'], " ");
    Ok(Output::json(&(line + "\n")))
}
