//! What a store keeps, as lines of JSON: to move it to another store, and to look at it.

use crate::fault::{self, Fault};
use crate::work::{Added, LogRow, LogWhat, SendRow, Work, id_of, unhex};
use lexloci::state::{Entry, Forget, Judging, Key, Known, MarkHistory, Policy, Store, StoreError};
use lexloci::{Instant, Text};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::io::{BufRead, Write};

/// The version of the lines.
pub(crate) const VERSION: u32 = 1;

/// Whether a store keeps something already.
pub(crate) const IS_FILLED: &str = "SELECT EXISTS (SELECT 1 FROM counters) \
    OR EXISTS (SELECT 1 FROM keys) OR EXISTS (SELECT 1 FROM judgings)";

/// Takes one line after the other.
pub(crate) type Take<'a> = &'a mut dyn FnMut(Line) -> Result<(), StoreError>;

/// Gives one line after the other.
pub(crate) type Lines<'a> = &'a mut dyn Iterator<Item = Result<Line, StoreError>>;

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
    fn lines(&mut self, take: Take<'_>) -> Result<(), StoreError>;

    /// Takes all that another store kept, or nothing of it.
    ///
    /// # Errors
    /// When this store is not empty or does not answer, or a line cannot be read.
    fn fill(&mut self, lines: Lines<'_>) -> Result<(), StoreError>;

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

/// Fails if a store that is to be filled keeps something already.
pub(crate) fn must_be_empty(is_filled: bool) -> fault::Result<()> {
    if is_filled { Err(Fault::new("only an empty store can be filled")) } else { Ok(()) }
}

/// The salt of an export, if this program can read the export.
pub(crate) fn salt_of(version: u32, salt: &str) -> fault::Result<Vec<u8>> {
    if version > VERSION {
        return Err(Fault::new(format!(
            "the export has version {version}, and this program knows {VERSION}"
        )));
    }
    unhex(salt).ok_or_else(|| Fault::new("the salt cannot be read"))
}

impl<'a> Work<'a> {
    /// Adds a line of an export. Those about the store itself, a counter or a position are no work: a store takes them at once.
    pub(crate) fn add_line(&mut self, line: &'a Line, salt: &[u8]) -> fault::Result<()> {
        match line {
            Line::Store { .. } | Line::Counter { .. } | Line::Position { .. } => {}
            Line::Entry { key, meaning, policy, record, entry } => {
                self.entries.push(Added { key, meaning, policy: *policy, record, entry });
            }
            Line::Mark { key, history } => self.marks.push((key, history)),
            Line::First { key, at } => self.firsts.push((key, *at)),
            Line::Dropped { key, known } => self.dropped.push((key, *known)),
            Line::Judging { judging, decided, state } => {
                let id = id_of(salt, judging)?;
                let (decided, state) = (decided.get(), state.get());
                self.judgings.push(LogRow { id, what: LogWhat::Kept { judging, decided, state } });
            }
            Line::Forgotten { judging, digest } => {
                let id = unhex(judging).ok_or_else(|| Fault::new("a digest cannot be read"))?;
                self.judgings.push(LogRow { id, what: LogWhat::Forgotten { digest } });
            }
            Line::Outgoing { record, kind, payload } => {
                self.outbox.push(SendRow { record, kind, payload: payload.get() });
            }
        }
        Ok(())
    }
}
