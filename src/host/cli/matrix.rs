//! `lexloci matrix`: one record in many places at once.

use super::{Asked, Global, Rules};
use crate::host::stop::{Exit, Stop};
use crate::host::{escape, records, rules, views};
use clap::ValueEnum;
use lexloci::State;
use std::io::Write;

/// Show which rules bear on one record in which places
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record: `FILE` with one record, `FILE:LINE`, `FILE:ID`, or `-` for stdin
    record: String,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    asked: Asked,
    /// How it is written to stdout
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people
    #[default]
    Text,
    /// One line of JSON
    Json,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = rules::load(&args.rules.rules, global.max_errors)?;
    let question = args.asked.question(&set)?;
    let judged = records::judged(&set, &args.record, &question)?;
    let matrix =
        set.evaluator().matrix(&judged.record, &judged.places, judged.at, &State::default());
    let text = match args.format {
        Format::Text => views::matrix(&matrix),
        // Numbers, texts and lists of them always have a JSON form.
        Format::Json => escape::json(serde_json::to_string(&matrix).unwrap_or_default()),
    };
    writeln!(std::io::stdout(), "{text}")?;
    Ok(Exit::Done)
}
