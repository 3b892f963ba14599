//! `lexloci timeline`: when the decision about one record changes, and whose date does it.

use super::matrix::Format;
use super::{Asked, Global, Rules};
use crate::host::stop::{Exit, Stop};
use crate::host::{escape, records, rules, views};
use std::io::Write;

/// Show when the decision about one record changes, and which law's date does it
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record: `FILE` with one record, `FILE:LINE`, `FILE:ID`, or `-` for stdin
    record: String,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    asked: Asked,
    /// How it is written to stdout; as JSON, a line for each group of places
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = rules::load(&args.rules.rules, global.max_errors)?;
    let question = args.asked.question(&set)?;
    let judged = records::judged(&set, &args.record, &question)?;
    let timelines = set.timelines(&judged.record, &judged.places);
    let texts: Vec<String> = match args.format {
        Format::Text => vec![views::timelines(&timelines, Some(judged.at))],
        // Numbers, texts and lists of them always have a JSON form.
        Format::Json => timelines
            .iter()
            .map(|one| escape::json(serde_json::to_string(one).unwrap_or_default()))
            .collect(),
    };
    writeln!(std::io::stdout(), "{}", texts.join("\n"))?;
    Ok(Exit::Done)
}
