//! `lexloci man`: writes a manual page for the program and for each command.

use crate::stop::{Exit, Stop};
use clap::CommandFactory;
use std::path::PathBuf;

/// Write the manual pages into a folder
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder; it is created if it does not exist
    folder: PathBuf,
}

pub fn run(args: &Args) -> Result<Exit, Stop> {
    let fault = |error| Stop::io(args.folder.display(), &error);
    std::fs::create_dir_all(&args.folder).map_err(fault)?;
    let command = super::Cli::command().disable_help_subcommand(true);
    clap_mangen::generate_to(command, &args.folder).map_err(fault)?;
    Ok(Exit::Done)
}
