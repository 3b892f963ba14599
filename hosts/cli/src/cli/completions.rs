//! `lexloci completions`: what shells complete.

use crate::stdio;
use crate::stop::{Exit, Stop};
use clap::CommandFactory;

/// Print the completions of a shell
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Which shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub fn run(args: &Args) -> Result<Exit, Stop> {
    // Into memory first: a closed pipe is no reason to panic.
    let mut script = vec![];
    clap_complete::generate(args.shell, &mut super::Cli::command(), "lexloci", &mut script);
    stdio::content(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}
