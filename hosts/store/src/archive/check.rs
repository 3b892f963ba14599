//! [`Check`]: whether the lines of an export can be what a store kept.

use super::VERSION;
use crate::row::nanos;
use crate::work::unhex;
use lexloci::state::{Key, Kind, Line, Policy, StoreError};
use lexloci::{Instant, Text};
use std::collections::{BTreeMap, BTreeSet};

/// How many bytes salts and digests have.
const DIGEST: usize = 32;

/// Checks lines in their order. It remembers the first line, and the names of counters and streams. It does not remember
/// records, so its size does not grow with them.
#[derive(Debug, Default)]
pub(super) struct Check {
    /// How many lines there were, without the end.
    lines: u64,
    has_ended: bool,
    /// The latest instant of a judging.
    latest: Option<Instant>,
    counters: BTreeMap<(Text, bool, Text), Counter>,
    streams: BTreeSet<Text>,
}

/// What earlier lines said about a counter with one of its meanings.
#[derive(Clone, Copy, Debug)]
struct Counter {
    policy: Policy,
    /// Whether one of them was the line of the counter itself.
    has_line: bool,
}

type Result = std::result::Result<(), StoreError>;

impl Check {
    pub(super) fn line(&mut self, line: &Line) -> Result {
        if self.has_ended {
            return fault("an export has nothing behind its end".to_owned());
        }
        let is_first = self.lines == 0;
        if is_first != matches!(line, Line::Store { .. }) {
            return Err(StoreError(if is_first {
                "an export begins with the line of its store".to_owned()
            } else {
                "an export begins once".to_owned()
            }));
        }
        if let Line::End { lines } = line {
            self.has_ended = true;
            return self.all_came(*lines);
        }
        self.lines += 1;
        match line {
            Line::Store { version, known: _, latest, salt } => {
                if !(1..=VERSION).contains(version) {
                    return fault(format!(
                        "the export has version {version}, and this program knows {VERSION}"
                    ));
                }
                self.latest = *latest;
                digest("the salt", salt)
            }
            Line::Counter { item, shadow, meaning, policy, keeps, known: _, in_service } => {
                if keeps.is_some_and(i64::is_negative) || (*in_service && keeps.is_none()) {
                    return fault("it is not said how long the counter keeps entries".to_owned());
                }
                self.counter((item, *shadow, meaning), *policy, true)
            }
            Line::Entry { key, meaning, policy, .. } => {
                kind_of(key, Kind::Counter)?;
                self.counter((&key.item, key.shadow, meaning), *policy, false)
            }
            Line::Mark { key, .. } => kind_of(key, Kind::Mark),
            Line::First { key, .. } => kind_of(key, Kind::First),
            Line::Dropped { key, .. } => kind_of(key, Kind::Counter),
            // As databases order instants.
            Line::Judging { judging, .. } if self.latest.map(nanos) < Some(nanos(judging.at)) => {
                fault("the judging is later than the latest one of the store".to_owned())
            }
            Line::Judging { .. } | Line::Outgoing { .. } | Line::End { .. } => Ok(()),
            Line::Forgotten { judging, version, digest: logged } => {
                digest("the digest of a judging", judging)?;
                digest("the digest of a version", version)?;
                digest("the digest of what was logged", logged)
            }
            Line::Position { stream, at: _ } => {
                if !self.streams.insert(stream.clone()) {
                    return fault("an earlier line has the position of this stream".to_owned());
                }
                Ok(())
            }
        }
    }

    fn all_came(&self, lines: u64) -> Result {
        if lines == self.lines {
            return Ok(());
        }
        fault(format!("the export had {lines} lines before its end, and {} came", self.lines))
    }

    /// Fails if there were lines, and the end is missing.
    pub(super) fn end(&self) -> Result {
        if self.lines == 0 || self.has_ended {
            return Ok(());
        }
        fault("the end of the export is missing".to_owned())
    }

    /// How many lines there were, without the end.
    pub(super) fn lines(&self) -> u64 {
        self.lines
    }

    /// Fails if another line said something else about a counter.
    fn counter(&mut self, name: (&Text, bool, &Text), policy: Policy, has_line: bool) -> Result {
        let (item, shadow, meaning) = name;
        let name = (item.clone(), shadow, meaning.clone());
        let known = self.counters.entry(name).or_insert(Counter { policy, has_line: false });
        if known.policy != policy {
            return fault("an earlier line says that the counter counts otherwise".to_owned());
        }
        if known.has_line && has_line {
            return fault("an earlier line is about the same counter".to_owned());
        }
        known.has_line |= has_line;
        Ok(())
    }
}

fn fault(why: String) -> Result {
    Err(StoreError(why))
}

fn digest(name: &str, hex: &str) -> Result {
    match unhex(hex) {
        Some(bytes) if bytes.len() == DIGEST => Ok(()),
        _ => fault(format!("{name} is not {} hexadecimal digits", 2 * DIGEST)),
    }
}

fn kind_of(key: &Key, wanted: Kind) -> Result {
    if key.kind != wanted {
        return fault("the key is not one of this kind of line".to_owned());
    }
    match serde_json::from_str::<Vec<serde_json::Value>>(&key.of) {
        Ok(_) => Ok(()),
        Err(_) => fault("the values of the key are not a JSON array".to_owned()),
    }
}
