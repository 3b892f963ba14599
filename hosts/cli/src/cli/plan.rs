//! `lexloci plan`: shows how the engine evaluates the rules.

use super::{Global, Rules};
use crate::stop::{Exit, Stop};
use crate::{rules, stdio};
use std::path::PathBuf;

/// Print the plan: for each rule, the index that selects it for evaluation, or why no index can, and the conditions that
/// are then tested
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory of rules, the same as `--rules`
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
    #[command(flatten)]
    rules: Rules,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = rules::load(args.directory.as_ref().unwrap_or(&args.rules.rules), global.max_errors)?;
    stdio::lines(set.plan_listing().trim_end())?;
    Ok(Exit::Done)
}
