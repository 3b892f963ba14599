//! What a store keeps, as lines of JSON, to move it to another store.

mod check;

use crate::fault::{self, Fault};
use crate::work::{Added, First, LogRow, LogWhat, Marked, SendRow, Work, unhex};
use check::Check;
use lexloci::Text;
use lexloci::sink::{Json, Output};
use lexloci::state::{Entry, Key, Line, Policy, Shares, Store, StoreError};
use std::fmt;
use std::io::{self, BufRead, Write};

/// The version of the lines.
pub(crate) const VERSION: u32 = 1;

/// Whether a store keeps something already.
pub(crate) const IS_FILLED: &str = "SELECT EXISTS (SELECT 1 FROM counters) \
    OR EXISTS (SELECT 1 FROM keys) OR EXISTS (SELECT 1 FROM judgings) \
    OR EXISTS (SELECT 1 FROM outbox) OR EXISTS (SELECT 1 FROM positions)";

/// What is shown of a key: all, or what a record left, or what a record of an author left, or when an author's records first
/// asked for outcomes.
#[derive(Clone, Copy, Default)]
pub(crate) struct Of<'a> {
    pub record: Option<&'a str>,
    pub author: Option<&'a str>,
}

/// Gives an entry as lines: the share of each author, or of one.
pub(crate) fn entry_lines(
    key: &Key,
    (meaning, policy, record): (Text, Policy, Text),
    left: &Shares<Entry>,
    of_author: Option<&str>,
    take: Take<'_>,
) -> Result<(), StoreError> {
    let is_shown = |author: Option<&Text>| {
        of_author.is_none_or(|one| author.is_some_and(|author| author == one))
    };
    for (author, entry) in left.iter().filter(|(author, _)| is_shown(*author)) {
        take(Line::Entry {
            key: key.clone(),
            meaning: meaning.clone(),
            policy,
            record: record.clone(),
            author: author.cloned(),
            entry: entry.clone(),
        })?;
    }
    Ok(())
}

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

    /// The same, and how many lines that were: all of an export.
    ///
    /// # Errors
    /// When the store does not answer, or the taker fails.
    fn export(&mut self, take: Take<'_>) -> Result<(), StoreError> {
        let mut lines = 0;
        self.lines(&mut |line| {
            lines += 1;
            take(line)
        })?;
        take(Line::End { lines })
    }

    /// Takes all that another store kept, or nothing of it.
    ///
    /// # Errors
    /// When this store is not empty or does not answer, or a line cannot be read or kept.
    fn fill(&mut self, lines: Lines<'_>) -> Result<(), Unfilled>;
}

/// Why a store was not filled. Nothing is kept then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfilled {
    /// The number of the line that cannot be read or kept, the first being 1; `None` if it is not the fault of a line.
    pub line: Option<u64>,
    /// What is wrong.
    pub why: String,
}

/// `line 4: a digest cannot be read`
impl fmt::Display for Unfilled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "line {line}: {}", self.why),
            None => f.write_str(&self.why),
        }
    }
}

impl std::error::Error for Unfilled {}

impl From<Fault> for Unfilled {
    fn from(fault: Fault) -> Self {
        let StoreError(why) = fault.into();
        Self { line: None, why }
    }
}

/// Writes all that a store keeps, one JSON value a line.
///
/// # Errors
/// When the store does not answer, or nothing can be written.
pub fn export(store: &mut dyn Archive, to: &mut dyn Write) -> Result<(), StoreError> {
    store.export(&mut |line| {
        let line = Output::<Json>::value(&line);
        writeln!(to, "{}", line.as_str()).map_err(|error| StoreError(error.to_string()))
    })
}

/// Reads what [`export`] wrote into an empty store: all of it, or nothing. Each line is checked by itself and by those before
/// it, and the last one says whether all came. Returns the number of lines.
///
/// # Errors
/// When the store is not empty or does not answer, a line cannot be read or kept or contradicts an earlier one, or the end is
/// missing.
pub fn import(store: &mut dyn Archive, from: &mut dyn BufRead) -> Result<u64, Unfilled> {
    let mut check = Check::default();
    let mut read = from.lines();
    store.fill(&mut std::iter::from_fn(|| match read.next() {
        Some(line) => Some(take_line(line, &mut check)),
        None => check.end().err().map(Err),
    }))?;
    match check.lines() {
        0 => Err(Unfilled { line: None, why: "there is no line to import".to_owned() }),
        lines => Ok(lines),
    }
}

fn take_line(line: io::Result<String>, check: &mut Check) -> Result<Line, StoreError> {
    let line = serde_json::from_str(&line.map_err(unreadable)?).map_err(unreadable)?;
    check.line(&line)?;
    Ok(line)
}

fn unreadable(error: impl std::fmt::Display) -> StoreError {
    // The reader of JSON counts lines, too, and sees one.
    StoreError(error.to_string().replace(" at line 1 column ", ", column "))
}

/// Fails if a store that is to be filled keeps something already.
pub(crate) fn must_be_empty(is_filled: bool) -> fault::Result<()> {
    if is_filled { Err(Fault::new("only an empty store can be filled")) } else { Ok(()) }
}

/// Why a judging of an export cannot be kept.
pub(crate) fn is_kept_already() -> Fault {
    Fault::new("an earlier line has the same judging")
}

/// The salt of an export.
pub(crate) fn salt_of(salt: &str) -> fault::Result<Vec<u8>> {
    unhex(salt).ok_or_else(|| Fault::new("the salt cannot be read"))
}

impl<'a> Work<'a> {
    /// Adds a line of an export. Those about the store itself, a counter or a position are no work: a store takes them at once.
    /// The end is no work either.
    pub(crate) fn add_line(&mut self, line: &'a Line, salt: &[u8]) -> fault::Result<()> {
        match line {
            Line::Store { .. }
            | Line::Counter { .. }
            | Line::Position { .. }
            | Line::End { .. } => {}
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
