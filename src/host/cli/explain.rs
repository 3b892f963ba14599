//! `lexloci explain`: for every rule of a place, why it fired or which condition failed first.

use super::{Asked, Global, Input, Rules};
use crate::host::stop::{Exit, Stop};
use crate::host::{records, report, rules};
use std::io::Write;

/// Explain the decision about one record, rule by rule
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record: `FILE` with one record, `FILE:LINE`, `FILE:ID`, `FILE:NUMBER` in an export, or `-` for stdin
    record: String,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    input: Input,
    /// Only this rule
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = rules::load(&args.rules.rules, global.max_errors)?;
    let rule =
        args.rule.as_deref().map(|id| rules::known(&set, id)).transpose().map_err(Stop::Failed)?;
    let question = args.asked.question(&set)?;
    let (file, which) = records::name(&args.record);
    let record = records::read(&set, &args.input.reading(&set)?, file, &which)?;
    let unfit = |error: lexloci::RecordError| Stop::Failed(format!("{}: {error}", record.id()));
    let at = question.instant(&record).map_err(unfit)?;
    let places = question.places(&set, &record, at).map_err(unfit)?;

    let texts =
        report::explanations(
            &mut set.evaluator(),
            &record,
            &places,
            at,
            |explanation| match &rule {
                Some(rule) => report::explained(explanation, rule),
                None => explanation.to_string(),
            },
        );
    writeln!(std::io::stdout(), "{}", texts.join("\n\n"))?;
    Ok(Exit::Done)
}
