//! `lexloci explain`: for every rule of a place, why it fired or which condition failed first.

use super::{Asked, Global, Rules};
use crate::host::records::{self, Judged};
use crate::host::stop::{Exit, Stop};
use crate::host::{escape, report, rules};
use clap::ValueEnum;
use lexloci::State;
use std::io::Write;

/// Explain the decision about one record, rule by rule
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record: `FILE` with one record, `FILE:LINE`, `FILE:ID`, or `-` for stdin
    record: String,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    asked: Asked,
    /// Only this rule, as text
    #[arg(long, value_name = "ID", conflicts_with = "format")]
    rule: Option<String>,
    /// How it is written to stdout
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Sentences for people
    #[default]
    Text,
    /// One line of JSON
    Json,
    /// Markdown, with the evidence marked in the message
    Md,
    /// A page for a browser that needs nothing else, with the evidence marked, the law linked, a timeline
    Html,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = rules::load(&args.rules.rules, global.max_errors)?;
    let rule =
        args.rule.as_deref().map(|id| rules::known(&set, id)).transpose().map_err(Stop::Failed)?;
    let question = args.asked.question(&set)?;
    let Judged { record, places, at } = records::judged(&set, &args.record, &question)?;
    let page = || set.evaluator().page(&record, &places, at, &State::default());
    let mut out = std::io::stdout();
    match args.format {
        Format::Text => {}
        Format::Json => {
            writeln!(out, "{}", escape::json(page().json()))?;
            return Ok(Exit::Done);
        }
        Format::Md => {
            write!(out, "{}", page().markdown())?;
            return Ok(Exit::Done);
        }
        Format::Html => {
            write!(out, "{}", page().html())?;
            return Ok(Exit::Done);
        }
    }
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
    writeln!(out, "{}", texts.join("\n\n"))?;
    Ok(Exit::Done)
}
