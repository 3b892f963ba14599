//! `lexloci repl`: starts the interactive session.

use crate::repl::{self, Start};
use crate::stop::{Exit, Stop};
use std::path::{Path, PathBuf};

/// Try rules on records, line by line; takes the lines of stdin when that is no terminal
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
    /// Take the lines of a file, without prompts
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Neither read nor write the history of lines
    #[arg(long)]
    no_history: bool,
}

pub fn run(args: &Args) -> Result<Exit, Stop> {
    repl::run(&Start {
        rules: args.directory.as_ref().unwrap_or(&args.rules.rules),
        named: args.directory.is_some() || args.rules.rules != Path::new("rules"),
        records: args.records.as_deref(),
        format: args.input.from,
        facts: args.input.facts.as_deref(),
        script: args.script.as_deref(),
        history: !args.no_history,
    })
}
