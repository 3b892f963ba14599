//! `lexloci repl`: starts the interactive session.

use crate::host::repl;
use crate::host::stop::{Exit, Stop};
use std::path::PathBuf;

/// Try rules on records, line by line; reads a script from stdin when that is no terminal
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory of rules
    #[arg(default_value = "rules", env = "LEXLOCI_RULES")]
    rules: PathBuf,
    /// Records that `:record N` picks from
    #[arg(short, long, value_name = "FILE")]
    records: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<Exit, Stop> {
    repl::run(&args.rules, args.records.as_deref())
}
