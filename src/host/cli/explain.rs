//! `lexloci explain`: for every rule of a place, why it fired or which condition failed first.

use super::{Asked, Rules};
use crate::host::stop::{Exit, Stop};
use crate::host::{escape, records, report, rules};
use lexloci::{Decision, State};
use std::io::{BufWriter, Write};

/// Explain the decision about one record, rule by rule
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The record: `FILE` with one record, `FILE:LINE`, `FILE:ID`, or `-` for stdin
    record: String,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    asked: Asked,
    /// Only this rule
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
}

pub fn run(args: &Args) -> Result<Exit, Stop> {
    let set = rules::load(&args.rules.rules)?;
    let rule =
        args.rule.as_deref().map(|id| rules::known(&set, id)).transpose().map_err(Stop::Failed)?;
    let question = args.asked.question(&set)?;
    let (file, which) = records::name(&args.record);
    let record = records::read(&set, file, &which)?;
    let unfit = |error: lexloci::RecordError| Stop::Failed(format!("{}: {error}", record.id()));
    let at = question.instant(&record).map_err(unfit)?;
    let places = question.places(&set, &record, at).map_err(unfit)?;

    let (mut evaluator, state) = (set.evaluator(), State::default());
    let decisions = evaluator.decide_all(&record, &places, at, &state);
    let mut out = BufWriter::new(std::io::stdout());
    for (number, decision) in decisions.iter().enumerate() {
        let Some(place) = decision.places.first() else { continue };
        if number > 0 {
            writeln!(out)?;
        }
        if decisions.len() > 1 || decision.places.len() > 1 {
            writeln!(out, "{}", heading(decision, &decisions))?;
        }
        let explanation = evaluator.explain(&record, *place, at, &state);
        let text = match &rule {
            Some(rule) => report::explained(&explanation, rule),
            None => explanation.to_string(),
        };
        writeln!(out, "{}", escape::plain_lines(text.trim_end()))?;
    }
    out.flush()?;
    Ok(Exit::Done)
}

/// The places that share the decision, of which one is explained.
fn heading(decision: &Decision, all: &[Decision]) -> String {
    let largest = all.iter().all(|each| each.places.len() <= decision.places.len());
    format!("== {} ==", report::places(&decision.places, all.len() - 1, largest))
}
