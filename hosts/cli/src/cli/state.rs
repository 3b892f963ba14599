//! `lexloci state`: shows, erases, writes out and reads in what `decide --state FILE` keeps.

#[cfg(feature = "sqlite")]
mod file;
#[cfg(not(feature = "sqlite"))]
mod without;

#[cfg(not(feature = "sqlite"))]
use without as file;

use super::{Global, ViewFormat};
use crate::stop::{Exit, Stop};
use std::path::PathBuf;

/// Show, erase, write out or read in what `decide --state FILE` keeps of earlier messages
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, clap::Subcommand)]
enum Task {
    /// Show what is kept about a record or an author: counters, marks, and judgings with their receipts
    Show {
        #[command(flatten)]
        of: FileAndId,
        /// The format: `json` writes the lines of `export`
        #[arg(long, value_enum, default_value_t)]
        format: ViewFormat,
    },
    /// Erase what a record or an author left. What is delivered again is not counted again
    Forget {
        #[command(flatten)]
        of: FileAndId,
    },
    /// Write all that is kept to stdout, as JSON lines
    Export {
        /// The file of `decide --state`
        file: PathBuf,
    },
    /// Read what `export` wrote from stdin, into a file that is new or keeps nothing: all of it, or nothing
    Import {
        /// The file for `decide --state`
        file: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
struct FileAndId {
    /// The file of `decide --state`
    file: PathBuf,
    /// The id of a record, `tg:-100/42`, or the key of an author, `telegram:77`; behind `--` if it begins with `-`
    #[arg(value_name = "RECORD|AUTHOR")]
    id: String,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    match &args.task {
        Task::Show { of, format } => file::show(&of.file, &of.id, *format, global),
        Task::Forget { of } => file::forget(&of.file, &of.id),
        Task::Export { file } => file::export(file),
        Task::Import { file } => file::import(file, global),
    }?;
    Ok(Exit::Done)
}
