//! `lexloci cost`: shows the upper bound of the cost of each rule, the costliest first.

use super::{Global, Rules, ViewFormat};
use crate::stop::{Exit, Stop};
use crate::{question, stdio};
use lexloci::sink::Output;
use lexloci::{output, show};
use serde_json::json;

/// Show the maximum cost of each rule on one record, the costliest first
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    rules: Rules,
    /// Show at most this many rules
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
    /// Show only this rule or exception, with the cost of each of its conditions
    #[arg(long, value_name = "ID")]
    rule: Option<String>,
    /// The format of the list
    #[arg(long, value_enum, default_value_t)]
    format: ViewFormat,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.rules.load(global)?;
    let id = args.rule.as_deref().map(|id| question::rule_or_exception(&set, id)).transpose()?;
    let mut costs = set.costs();
    costs.retain(|each| id.as_deref().is_none_or(|id| each.rule.id == id));
    let count = costs.len();
    costs.truncate(args.top);
    match args.format {
        ViewFormat::Text => stdio::lines(show::costs(&set, &costs, id.is_some()))?,
        ViewFormat::Json => {
            let lines = costs.iter().map(|each| {
                Output::value(&json!({ "rule": each.rule.id, "steps": each.rule.cost }))
            });
            stdio::line(&Output::join(lines, "\n"))?;
        }
    }
    if costs.len() < count {
        global.note(&output!("… and {} more; `--top {}` shows all", count - costs.len(), count));
    }
    Ok(Exit::Done)
}
