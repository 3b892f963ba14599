//! `lexloci schema`: prints the JSON Schemas of the records, decisions and facts that commands read and write.

use super::Global;
use crate::stdio;
use crate::stop::{Exit, Stop};
use clap::ValueEnum;
use lexloci::sink::Output;

/// Print the JSON Schema of records, decisions or facts
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What the schema describes
    #[arg(value_enum)]
    subject: Subject,
    #[command(flatten)]
    rules: super::SchemaRules,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Subject {
    /// A message record, with the fields that the rules' `schema.loci` adds
    Record,
    /// A line of `lexloci decide --format jsonl`
    Decision,
    /// A line of a file of facts for `--facts`
    Facts,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = || args.rules.load(global);
    let schema = match args.subject {
        Subject::Record => set()?.record_schema(),
        Subject::Facts => set()?.facts_schema(),
        Subject::Decision => lexloci::DECISION_SCHEMA.into(),
    };
    stdio::line(&Output::json(schema.trim_end()))?;
    Ok(Exit::Done)
}
