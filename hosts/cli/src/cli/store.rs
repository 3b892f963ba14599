//! The file of SQLite in which earlier messages left something behind, for `--state`.

use crate::stop::Stop;
#[cfg(feature = "sqlite")]
use lexloci::state::StoreError;
use lexloci::{Evaluator, Instant, Place, Record, State};
use std::path::{Path, PathBuf};

/// What a file says of earlier messages, for the decisions about a record in some places. Nothing is written to it.
#[cfg(feature = "sqlite")]
pub(super) fn recall(
    path: &Path,
    evaluator: &mut Evaluator,
    record: &Record,
    (places, at): (&[Place], Instant),
) -> Result<State, Stop> {
    let mut store = lexloci_store::Sqlite::open_to_read(path).map_err(unopened)?;
    let mut message = evaluator.message(record)?;
    message.recall(&mut store, places, at).map_err(Stop::failed)
}

/// The name of a file for `--state`. SQLite would take some names for something else than files.
pub(super) fn path_of_store(name: &str) -> Result<PathBuf, String> {
    match name {
        "" | "-" | ":memory:" => Err("this is no file in which something stays".to_owned()),
        name => Ok(name.into()),
    }
}

/// The error of a file that was not opened, which names it.
#[cfg(feature = "sqlite")]
pub(super) fn unopened(StoreError(why): StoreError) -> Stop {
    Stop::failed(why)
}

#[cfg(not(feature = "sqlite"))]
pub(super) fn recall(
    _: &Path,
    _: &mut Evaluator,
    _: &Record,
    _: (&[Place], Instant),
) -> Result<State, Stop> {
    Err(without_sqlite("--state"))
}

/// Why a program that was built without SQLite cannot open a file.
#[cfg(not(feature = "sqlite"))]
pub(super) fn without_sqlite(what: &str) -> Stop {
    Stop::failed(format_args!(
        "this program was built without SQLite, which `{what}` needs: build it with `--features sqlite`"
    ))
}
