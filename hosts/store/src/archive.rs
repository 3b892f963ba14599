//! What a store keeps, as lines of JSON, to move it to another store.

use crate::fault::{self, Fault};
use crate::work::{Added, First, LogRow, LogWhat, Marked, SendRow, Work, unhex};
use lexloci::sink::{Json, Output};
use lexloci::state::{Line, Store, StoreError};
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
}

/// Writes all that a store keeps, one JSON value a line.
///
/// # Errors
/// When the store does not answer, or nothing can be written.
pub fn export(store: &mut dyn Archive, to: &mut dyn Write) -> Result<(), StoreError> {
    store.lines(&mut |line| {
        let line = Output::<Json>::value(&line);
        writeln!(to, "{}", line.as_str()).map_err(|error| StoreError(error.to_string()))
    })
}

/// Reads what [`export`] wrote into an empty store: all of it, or nothing. Returns the number of lines.
///
/// # Errors
/// When the store is not empty or does not answer, or a line cannot be kept. Then the number of the line is named.
pub fn import(store: &mut dyn Archive, from: &mut dyn BufRead) -> Result<u64, StoreError> {
    let mut number = 0;
    let filled = store.fill(&mut from.lines().map(|line| {
        number += 1;
        let line = serde_json::from_str(&line.map_err(unreadable)?).map_err(unreadable)?;
        match (number, matches!(line, Line::Store { .. })) {
            (1, true) | (2.., false) => Ok(line),
            (_, true) => Err(StoreError("an export begins once".to_owned())),
            (_, false) => Err(StoreError("an export begins with the line of its store".to_owned())),
        }
    }));
    match number {
        0 => filled.and(Err(StoreError("there is no line to import".to_owned()))),
        _ => filled
            .map(|()| number)
            .map_err(|StoreError(why)| StoreError(format!("line {number}: {why}"))),
    }
}

fn unreadable(error: impl std::fmt::Display) -> StoreError {
    // The reader of JSON counts lines, too, and sees one.
    StoreError(error.to_string().replace(" at line 1 column ", ", column "))
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
            Line::Entry { key, meaning, policy, record, author, entry } => {
                let (policy, author) = (*policy, author.as_ref());
                self.entries.push(Added { key, meaning, policy, record, author, entry });
            }
            Line::Mark { key, author, history } => {
                self.marks.push(Marked { key, author: author.as_ref(), history });
            }
            Line::First { key, author, at } => {
                self.firsts.push(First { key, author: author.as_ref(), at: *at });
            }
            Line::Dropped { key, known } => self.dropped.push((key, *known)),
            Line::Judging { judging, decided, state } => {
                self.judgings.push(LogRow::of(salt, judging, decided, state)?);
            }
            Line::Forgotten { judging, version, digest } => {
                let read =
                    |digest| unhex(digest).ok_or_else(|| Fault::new("a digest cannot be read"));
                let (id, version) = (read(judging)?, read(version)?);
                self.judgings.push(LogRow { id, version, what: LogWhat::Forgotten { digest } });
            }
            Line::Outgoing { record, kind, payload } => {
                self.outbox.push(SendRow { record, kind, payload });
            }
        }
        Ok(())
    }
}
