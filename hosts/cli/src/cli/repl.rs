//! `lexloci repl`: starts the interactive session.

use crate::repl::{self, Start};
use crate::stop::{Exit, Stop};
use std::path::{Path, PathBuf};

/// Try rules on records, line by line; if stdin is not a terminal, run its lines as a script
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory of rules, the same as `--rules`
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
    #[command(flatten)]
    rules: super::Rules,
    /// The file of records from which `:record N` picks one
    #[arg(short, long, value_name = "FILE")]
    records: Option<PathBuf>,
    #[command(flatten)]
    input: super::Input,
    /// Run the lines of a file, without prompts
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Neither read nor write the history of lines
    #[arg(long)]
    no_history: bool,
}

pub fn run(args: &Args) -> Result<Exit, Stop> {
    repl::run(&Start {
        rules: args.directory.as_ref().unwrap_or(&args.rules.rules),
        rules_given_explicitly: args.directory.is_some() || args.rules.rules != Path::new("rules"),
        records: args.records.as_deref(),
        format: args.input.from,
        facts: args.input.facts.as_deref(),
        script: args.script.as_deref(),
        keeps_history: !args.no_history,
    })
}
