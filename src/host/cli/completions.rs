//! `lexloci completions`: what shells complete.

use crate::host::stop::{Exit, Stop};
use clap::CommandFactory;
use std::io::Write;

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
    let mut out = anstream::stdout().lock();
    out.write_all(&script)?;
    Ok(out.flush()?).map(|()| Exit::Done)
}
