//! What `lexloci state` does with a file of SQLite.

use super::Named;
use crate::cli::store::unopened;
use crate::cli::{Global, ViewFormat};
use crate::stdio;
use crate::stop::Stop;
use lexloci::sink::{Json, Output};
use lexloci::state::{Line, Store, StoreError, Whom};
use lexloci::{Instant, output, show};
use lexloci_store::{Archive, Sqlite};
use std::fs;
use std::path::Path;

pub(super) fn show(
    path: &Path,
    named: &Named,
    format: ViewFormat,
    global: &Global,
) -> Result<(), Stop> {
    let mut store = open_to_read(path)?;
    let (whom, lines) = find(&mut store, named, global).map_err(failed(path))?;
    if lines.is_empty() {
        let nothing = show::nothing_kept(&mut store, whom.id()).map_err(failed(path))?;
        match format {
            ViewFormat::Text => stdio::lines(nothing)?,
            ViewFormat::Json => global.note(&output!("note: {}", nothing)),
        }
        return Ok(());
    }
    match format {
        ViewFormat::Text => stdio::lines(show::kept(&lines)),
        ViewFormat::Json => {
            stdio::line(&Output::<Json>::join(lines.iter().map(Output::value), "\n"))
        }
    }
}

pub(super) fn forget(path: &Path, named: &Named, global: &Global) -> Result<(), Stop> {
    // A file that is no store must not become one.
    drop(open_to_read(path)?);
    let mut store = Sqlite::open(path, None).map_err(unopened)?;
    let (whom, lines) = find(&mut store, named, global).map_err(failed(path))?;
    // It erases even if nothing is kept any more: an earlier call may have left traces in the file.
    let erased = store.forget(&whom).map_err(failed(path))?;
    stdio::lines(if lines.is_empty() {
        show::nothing_kept(&mut store, whom.id()).map_err(failed(path))?
    } else {
        show::erased(erased)
    })
}

pub(super) fn sweep(path: &Path, at: Option<Instant>) -> Result<(), Stop> {
    drop(open_to_read(path)?);
    let mut store = Sqlite::open(path, None).map_err(unopened)?;
    let latest = store.latest().map_err(failed(path))?;
    let swept = match at.or(latest) {
        Some(at) => store.sweep(at).map_err(failed(path))?,
        None => 0,
    };
    stdio::lines(show::swept(swept))
}

/// Finds out who is meant, and what is kept about them. If that is a guess, a note says how it was made.
fn find(
    store: &mut Sqlite,
    named: &Named,
    global: &Global,
) -> Result<(Whom, Vec<Line>), StoreError> {
    let whom = match named {
        Named { record: Some(record), .. } => Whom::Record(record.into()),
        Named { author: Some(author), .. } => Whom::Author(author.into()),
        Named { id, .. } => {
            let id = id.as_deref().unwrap_or_default();
            let (whom, lines) = store.find(id)?;
            let note = match &whom {
                _ if lines.is_empty() => return Ok((whom, lines)),
                Whom::Record(_) => "a record (`--record`)",
                Whom::Author(_) if store.show(&Whom::Record(id.into()))?.is_empty() => {
                    "an author (`--author`)"
                }
                Whom::Author(_) => {
                    "an author (`--author`); there is a record with this id, too (`--record`)"
                }
            };
            global.note(&output!("note: `{}` is taken for {}", id, note));
            return Ok((whom, lines));
        }
    };
    let lines = store.show(&whom)?;
    Ok((whom, lines))
}

pub(super) fn export(path: &Path) -> Result<(), Stop> {
    let mut results = stdio::Results::new();
    let mut stopped = None;
    let written = open_to_read(path)?.export(&mut |line| {
        let mut line = Output::<Json>::value(&line);
        line.literal("\n");
        results.put(&line).map_err(|stop| {
            stopped = Some(stop);
            StoreError("stdout is closed".to_owned())
        })
    });
    match stopped {
        Some(stop) => Err(stop),
        None => written.map_err(failed(path)),
    }?;
    results.finish()
}

pub(super) fn import(path: &Path, global: &Global) -> Result<(), Stop> {
    let is_new = !path.exists();
    let mut store = Sqlite::open(path, None).map_err(unopened)?;
    match lexloci_store::import(&mut store, &mut std::io::stdin().lock()) {
        Ok(lines) => {
            let lines = show::counted(usize::try_from(lines).unwrap_or(usize::MAX), "line");
            global.note(&output!("read {}", lines));
            Ok(())
        }
        Err(error) => {
            drop(store);
            if is_new {
                // If it cannot be removed, an empty store stays.
                let _ = fs::remove_file(path);
            }
            Err(Stop::failed(format_args!("{}: {error}", path.display())))
        }
    }
}

fn open_to_read(path: &Path) -> Result<Sqlite, Stop> {
    Sqlite::open_to_read(path).map_err(unopened)
}

fn failed(path: &Path) -> impl Fn(StoreError) -> Stop {
    let path = path.display().to_string();
    move |StoreError(why)| Stop::failed(format_args!("{path}: {why}"))
}
