//! What `lexloci state` does with a file of SQLite.

use crate::cli::{Global, ViewFormat};
use crate::stdio;
use crate::stop::Stop;
use lexloci::sink::{Json, Output};
use lexloci::state::{Store, StoreError};
use lexloci::{output, show};
use lexloci_store::{Archive, Sqlite};
use std::fs;
use std::path::Path;

pub(super) fn show(path: &Path, id: &str, format: ViewFormat, global: &Global) -> Result<(), Stop> {
    let mut store = open_to_read(path)?;
    let (_, lines) = store.find(id).map_err(failed(path))?;
    if lines.is_empty() {
        let nothing = show::nothing_kept(&mut store, id).map_err(failed(path))?;
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

pub(super) fn forget(path: &Path, id: &str) -> Result<(), Stop> {
    // A file that is no store must not become one.
    drop(open_to_read(path)?);
    let mut store = Sqlite::open(path, None).map_err(unopened)?;
    let (whom, lines) = store.find(id).map_err(failed(path))?;
    stdio::lines(if lines.is_empty() {
        show::nothing_kept(&mut store, id).map_err(failed(path))?
    } else {
        show::erased(store.forget(&whom).map_err(failed(path))?)
    })
}

pub(super) fn export(path: &Path) -> Result<(), Stop> {
    let mut results = stdio::Results::new();
    let mut stopped = None;
    let written = open_to_read(path)?.lines(&mut |line| {
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
            Err(failed(path)(error))
        }
    }
}

fn open_to_read(path: &Path) -> Result<Sqlite, Stop> {
    let meta = fs::metadata(path).map_err(|error| Stop::io(path.display(), &error))?;
    if meta.is_dir() {
        return Err(Stop::failed(format_args!("`{}` is a directory", path.display())));
    }
    Sqlite::open_to_read(path).map_err(unopened)
}

/// The error of a file that was not opened, which names it.
fn unopened(StoreError(why): StoreError) -> Stop {
    Stop::failed(why)
}

fn failed(path: &Path) -> impl Fn(StoreError) -> Stop {
    let path = path.display().to_string();
    move |StoreError(why)| Stop::failed(format_args!("{path}: {why}"))
}
