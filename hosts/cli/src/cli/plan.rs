//! `lexloci plan`: shows how the engine evaluates the rules.

use super::{Global, RulesOrDir};
use crate::stop::{Exit, Stop};
use crate::{rules, stdio};

/// Print the plan: for each rule, the index that selects it for evaluation, or why no index can, and the conditions that
/// are then tested
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    rules: RulesOrDir,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = rules::load(args.rules.path(), global.max_errors)?;
    stdio::lines(set.plan_listing().trim_end())?;
    Ok(Exit::Done)
}
