//! `lexloci completions`: prints completion scripts for shells.

use crate::stdio;
use crate::stop::{Exit, Stop};
use clap::CommandFactory;

/// Print the completion script for a shell
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub fn run(args: &Args) -> Result<Exit, Stop> {
    // The generator panics when a write fails, so it writes to memory.
    let mut script = vec![];
    clap_complete::generate(args.shell, &mut super::Cli::command(), "lexloci", &mut script);
    stdio::content(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
