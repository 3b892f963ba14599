//! `lexloci plan`: shows how the engine evaluates the rules.

use super::Global;
use crate::stop::{Exit, Stop};
use crate::{rules, stdio};
use std::path::PathBuf;

/// Print the plan: for each rule, the index that selects it for evaluation, or why no index can, and the conditions that
/// are then tested
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory of rules
    #[arg(default_value = "rules", env = "LEXLOCI_RULES", hide_env_values = true)]
    rules: PathBuf,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = rules::load(&args.rules, global.max_errors)?;
    stdio::lines(set.plan_listing().trim_end())?;
    Ok(Exit::Done)
}
