//! What a store keeps, as lines of JSON: to move it to another store, and to look at it.

use lexloci::state::{
    Entry, Forget, Judging, Key, Known, MarkHistory, Outgoing, Policy, Store, StoreError,
};
use lexloci::{Instant, Text};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::io::{BufRead, Write};

/// The version of the lines.
pub(crate) const VERSION: u32 = 1;

/// One thing that a store keeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say all")]
pub enum Line {
    /// The first line.
    Store {
        version: u32,
        known: Known,
        latest: Option<Instant>,
        /// The salt of the digests, in hexadecimal digits.
        salt: String,
    },
    /// A counter with one of its meanings.
    Counter {
        item: Text,
        shadow: bool,
        meaning: Text,
        policy: Policy,
        /// In nanoseconds.
        keeps: Option<i64>,
        known: Known,
        in_service: bool,
    },
    Entry {
        key: Key,
        meaning: Text,
        policy: Policy,
        record: Text,
        entry: Entry,
    },
    Mark {
        key: Key,
        history: MarkHistory,
    },
    First {
        key: Key,
        at: Instant,
    },
    /// From when on no entry under a key was dropped.
    Dropped {
        key: Key,
        known: Known,
    },
    Judging {
        judging: Judging,
        decided: Box<RawValue>,
        state: Box<RawValue>,
    },
    /// A judging that was forgotten, by its salted digest.
    Forgotten {
        judging: String,
        digest: Text,
    },
    Outgoing {
        record: Text,
        kind: Text,
        payload: Box<RawValue>,
    },
    Position {
        stream: Text,
        at: Text,
    },
}

/// A store that can be written out and read in.
pub trait Archive: Store {
    /// Gives all that is kept, in an order in which it can be read in.
    ///
    /// # Errors
    /// When the store does not answer, or the taker fails.
    fn lines(
        &mut self,
        take: &mut dyn FnMut(Line) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;

    /// Takes all that another store kept, or nothing of it.
    ///
    /// # Errors
    /// When this store is not empty or does not answer, or a line cannot be read.
    fn fill(
        &mut self,
        lines: &mut dyn Iterator<Item = Result<Line, StoreError>>,
    ) -> Result<(), StoreError>;

    /// What is kept about a record or an author.
    ///
    /// # Errors
    /// When the store does not answer.
    fn show(&mut self, whom: &Forget) -> Result<Vec<Line>, StoreError>;
}

/// Writes all that a store keeps, one JSON value a line.
///
/// # Errors
/// When the store does not answer, or nothing can be written.
pub fn export(store: &mut dyn Archive, to: &mut dyn Write) -> Result<(), StoreError> {
    store.lines(&mut |line| {
        let json = serde_json::to_string(&line).map_err(|error| StoreError(error.to_string()))?;
        writeln!(to, "{json}").map_err(|error| StoreError(error.to_string()))
    })
}

/// Reads what [`export`] wrote into an empty store: all of it, or nothing.
///
/// # Errors
/// When the store is not empty or does not answer, or a line cannot be read.
pub fn import(store: &mut dyn Archive, from: &mut dyn BufRead) -> Result<(), StoreError> {
    let mut lines = from.lines().enumerate().map(|(index, line)| {
        let fail = |why: String| StoreError(format!("line {}: {why}", index + 1));
        let line = line.map_err(|error| fail(error.to_string()))?;
        serde_json::from_str(&line).map_err(|error| fail(error.to_string()))
    });
    store.fill(&mut lines)
}

pub(crate) fn raw(json: &str) -> Result<Box<RawValue>, StoreError> {
    let broken =
        |error: serde_json::Error| StoreError(format!("what is logged is not JSON: {error}"));
    RawValue::from_string(json.to_owned()).map_err(broken)
}

/// An outgoing thing as a line.
pub(crate) fn outgoing_line(outgoing: Outgoing) -> Result<Line, StoreError> {
    let Outgoing { record, kind, payload } = outgoing;
    Ok(Line::Outgoing { record, kind, payload: raw(&payload)? })
}
