//! `lexloci state`: shows, erases, writes out and reads in what `decide --state FILE` keeps.

#[cfg(feature = "sqlite")]
mod file;
#[cfg(not(feature = "sqlite"))]
mod without;

#[cfg(not(feature = "sqlite"))]
use without as file;

use super::{Global, ViewFormat};
use crate::stop::{Exit, Stop};
use lexloci::Instant;
use std::path::PathBuf;

/// Show, erase, clear away, write out or read in what `decide --state FILE` keeps of earlier messages
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, clap::Subcommand)]
enum Task {
    /// Show what is kept about a record or an author: counters, marks, and judgings with their receipts
    #[command(override_usage = "lexloci state show [OPTIONS] <FILE> <RECORD|AUTHOR>")]
    Show {
        #[command(flatten)]
        of: FileAndWhom,
        /// The format: `json` writes the lines of `export`
        #[arg(long, value_enum, default_value_t)]
        format: ViewFormat,
    },
    /// Erase what a record or an author left in counters, marks and the log. Two things stay: salted digests, so that what was
    /// forgotten is not counted again, and what is still to be sent out
    #[command(override_usage = "lexloci state forget [OPTIONS] <FILE> <RECORD|AUTHOR>")]
    Forget {
        #[command(flatten)]
        of: FileAndWhom,
    },
    /// Take away entries of counters that no window can reach any more, and marks that have ended. Judgings stay
    Sweep {
        /// The file of `decide --state`
        file: PathBuf,
        /// Keep what windows from this instant on can reach: `2026-03-01T12:00:00Z` [default: the latest instant that was judged]
        #[arg(long, value_name = "INSTANT", value_parser = Instant::parse)]
        at: Option<Instant>,
    },
    /// Write all that is kept to stdout, as JSON lines
    Export {
        /// The file of `decide --state`
        file: PathBuf,
    },
    /// Read from stdin what `export` wrote, into a file that is new or keeps nothing: all of it, or nothing. Each line is
    /// checked, and the first that is wrong is named
    Import {
        /// The file for `decide --state`
        file: PathBuf,
    },
}

#[derive(Debug, clap::Args)]
struct FileAndWhom {
    /// The file of `decide --state`
    file: PathBuf,
    #[command(flatten)]
    named: Named,
}

/// The record or author that the user names.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
struct Named {
    /// The id of a record, `tg:-100/42`, or the key of an author, `telegram:77`; behind `--` if it begins with `-`. An author is
    /// meant if something that they wrote was judged, else a record; a note says which
    #[arg(value_name = "RECORD|AUTHOR")]
    id: Option<String>,
    /// The id of a record
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    record: Option<String>,
    /// The key of an author
    #[arg(long, value_name = "KEY", allow_hyphen_values = true)]
    author: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    match &args.task {
        Task::Show { of, format } => file::show(&of.file, &of.named, *format, global),
        Task::Forget { of } => file::forget(&of.file, &of.named, global),
        Task::Sweep { file, at } => file::sweep(file, *at),
        Task::Export { file } => file::export(file),
        Task::Import { file } => file::import(file, global),
    }?;
    Ok(Exit::Done)
}
