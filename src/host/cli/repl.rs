//! `lexloci repl`: starts the interactive session.

use crate::host::repl;
use crate::host::stop::{Exit, Stop};
use std::path::PathBuf;

/// Try rules on records, line by line; reads a script from stdin when that is no terminal
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory of rules, which `--rules` names too
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
    #[command(flatten)]
    rules: super::Rules,
    /// Records that `:record N` picks from
    #[arg(short, long, value_name = "FILE")]
    records: Option<PathBuf>,
    #[command(flatten)]
    input: super::Input,
}

pub fn run(args: &Args) -> Result<Exit, Stop> {
    let rules = args.directory.as_ref().unwrap_or(&args.rules.rules);
    repl::run(rules, args.records.as_deref(), args.input.from, args.input.facts.as_deref())
}
