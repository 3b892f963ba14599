//! The tables, and how a file is opened: a file that is no store, or a newer one, is left as it is.

use crate::fault::{Fault, NO_STORE, Result};
use crate::row::known_column;
use crate::work::salt;
use lexloci::state::Known;
use rusqlite::{Connection, MAIN_DB, OpenFlags, TransactionBehavior, params};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// The number by which a file says that it is a store: `lxst`.
const APPLICATION: i32 = 0x6c78_7374;

/// What each version of the schema added, the first one first. `PRAGMA user_version` is how many a file has.
const MIGRATIONS: [&str; 1] = [include_str!("schema.sql")];

/// Opens a store of this version, so that nothing can be written to it.
pub(super) fn open_to_read(path: &Path) -> Result<Connection> {
    let about = fs::metadata(path).map_err(|error| Fault::new(error.to_string()))?;
    must_be_no_directory(about.is_dir())?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    check(&connection)?;
    match version(&connection)? {
        version if version == MIGRATIONS.len() => Ok(connection),
        0 => Err(Fault::new(NO_STORE)),
        version => Err(Fault::new(format!(
            "the store has version {version} of the tables: open it once to write, and they are brought up to date"
        ))),
    }
}

/// Opens a file, or makes a new store that knows what happens from `known` on.
pub(super) fn open(path: &Path, known: Known) -> Result<Connection> {
    must_be_no_directory(path.is_dir())?;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(100);
    // Nothing is written before it is clear that the file is a store, or empty.
    check(&connection)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // A commit is on the disk before it is reported.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    // A batch changes pages here and there. 64 MB of them are written to their places at once.
    connection.pragma_update(None, "wal_autocheckpoint", 16_384)?;
    // What is removed is overwritten. `forget` also takes away the copies that this leaves.
    connection.pragma_update(None, "secure_delete", true)?;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have made it meanwhile.
    let version = version(&transaction)?;
    for migration in MIGRATIONS.iter().skip(version) {
        transaction.execute_batch(migration)?;
    }
    if version == 0 {
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        let new = "INSERT INTO store (one, begins, changes, salt) VALUES (1, ?1, 0, ?2)";
        transaction.execute(new, params![known_column(known), salt()?])?;
    }
    if version < MIGRATIONS.len() {
        transaction.pragma_update(None, "user_version", MIGRATIONS.len() as i64)?;
    }
    transaction.commit()?;
    Ok(connection)
}

/// Leaves the file so that it can be read without writing anything beside it, if nobody else has it open. Reading a file in WAL
/// mode makes files beside it, which then belong to the reader. If others have it open, the last of them does this.
pub(super) fn close(connection: &Connection) {
    let is_to_write = connection.is_readonly(MAIN_DB).is_ok_and(|is_to_read| !is_to_read);
    if is_to_write && connection.busy_timeout(Duration::ZERO).is_ok() {
        // Fails if others have it open, and loses nothing then.
        let _ = connection.pragma_update(None, "journal_mode", "DELETE");
    }
}

fn must_be_no_directory(is_directory: bool) -> Result<()> {
    if is_directory { Err(Fault::new("this is a directory")) } else { Ok(()) }
}

/// Fails if a file is a database, but no store that this program knows.
fn check(connection: &Connection) -> Result<()> {
    let read = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let application = read("application_id")?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION {
        return Err(Fault::new(NO_STORE));
    }
    version(connection).map(|_| ())
}

/// How many migrations a file has seen.
fn version(connection: &Connection) -> Result<usize> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = MIGRATIONS.len();
    usize::try_from(version).ok().filter(|version| *version <= known).ok_or_else(|| {
        Fault::new(format!(
            "the store has version {version} of the tables, and this program knows {known}: use a newer program"
        ))
    })
}
