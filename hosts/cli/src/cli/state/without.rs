//! What `lexloci state` says in a program that was built without SQLite.

use super::Named;
use crate::cli::store::without_sqlite;
use crate::cli::{Global, ViewFormat};
use crate::stop::Stop;
use lexloci::Instant;
use std::path::Path;

pub(super) fn show(_: &Path, _: &Named, _: ViewFormat, _: &Global) -> Result<(), Stop> {
    Err(without_sqlite("state show"))
}

pub(super) fn forget(_: &Path, _: &Named, _: &Global) -> Result<(), Stop> {
    Err(without_sqlite("state forget"))
}

pub(super) fn sweep(_: &Path, _: Option<Instant>) -> Result<(), Stop> {
    Err(without_sqlite("state sweep"))
}

pub(super) fn export(_: &Path) -> Result<(), Stop> {
    Err(without_sqlite("state export"))
}

pub(super) fn import(_: &Path, _: &Global) -> Result<(), Stop> {
    Err(without_sqlite("state import"))
}
