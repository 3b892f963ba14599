//! [`Work`]: what a transaction adds, whatever it came from: judgings, or the lines of an export.

use crate::fault::Result;
use lexloci::state::{
    Committing, Delta, Entry, Judging, Key, Known, MarkAct, MarkActor, MarkHistory, MarkWhat,
    Policy,
};
use lexloci::{Instant, Text};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// What a transaction adds.
#[derive(Debug, Default)]
pub(crate) struct Work<'a> {
    pub entries: Vec<Added<'a>>,
    pub marks: Vec<Marked<'a>>,
    pub firsts: Vec<First<'a>>,
    /// From when on no entry under a key was dropped.
    pub dropped: Vec<(&'a Key, Known)>,
    pub judgings: Vec<LogRow<'a>>,
    pub outbox: Vec<SendRow<'a>>,
}

/// What a record adds to a counter under one key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Added<'a> {
    pub key: &'a Key,
    pub meaning: &'a Text,
    pub policy: Policy,
    pub record: &'a Text,
    pub author: Option<&'a Text>,
    pub entry: &'a Entry,
}

/// What was done to a mark because of records of an author, or by a person.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Marked<'a> {
    pub key: &'a Key,
    pub author: Option<&'a Text>,
    pub history: &'a MarkHistory,
}

/// When an outcome was first asked for because of a record of an author.
#[derive(Clone, Copy, Debug)]
pub(crate) struct First<'a> {
    pub key: &'a Key,
    pub author: Option<&'a Text>,
    pub at: Instant,
}

/// A judging as a row of the log.
#[derive(Clone, Debug)]
pub(crate) struct LogRow<'a> {
    pub id: Vec<u8>,
    /// The digest of what must not be counted again once it is forgotten.
    pub version: Vec<u8>,
    pub what: LogWhat<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum LogWhat<'a> {
    Kept { judging: &'a Judging, decided: &'a str, state: &'a str },
    Forgotten { digest: &'a str },
}

/// Something that is to be sent out, as a row of the outbox.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SendRow<'a> {
    pub record: &'a str,
    pub kind: &'a str,
    pub payload: &'a str,
}

impl<'a> Work<'a> {
    /// Adds a judging: its line of the log, and what is to be sent out because of it.
    pub(crate) fn add(&mut self, one: &'a Committing<'a>, row: LogRow<'a>) {
        self.judgings.push(row);
        self.outbox.extend(one.outbox.iter().map(|outgoing| SendRow {
            record: &outgoing.record,
            kind: &outgoing.kind,
            payload: &outgoing.payload,
        }));
    }

    /// Adds what a judging leaves behind.
    pub(crate) fn add_delta(&mut self, judging: &'a Judging, delta: &'a Delta) {
        let (record, author) = (&judging.record, judging.author.as_ref());
        self.entries.extend(delta.entries.iter().map(|added| Added {
            key: &added.key,
            meaning: &added.meaning,
            policy: added.policy,
            record,
            author,
            entry: &added.entry,
        }));
        let marks = delta.marks.iter();
        self.marks.extend(marks.map(|mark| Marked {
            key: &mark.key,
            author,
            history: &mark.history,
        }));
        self.firsts.extend(delta.firsts.iter().map(|(key, at)| First { key, author, at: *at }));
    }

    /// The keys that it changes.
    #[cfg(feature = "postgres")]
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'a Key> {
        let entries = self.entries.iter().map(|added| added.key);
        let marks = self.marks.iter().map(|mark| mark.key);
        let firsts = self.firsts.iter().map(|first| first.key);
        entries.chain(marks).chain(firsts).chain(self.dropped.iter().map(|(key, _)| *key))
    }

    /// The latest instant of a judging.
    pub(crate) fn latest(&self) -> Option<Instant> {
        let kept = self.judgings.iter().filter_map(|row| match row.what {
            LogWhat::Kept { judging, .. } => Some(judging.at),
            LogWhat::Forgotten { .. } => None,
        });
        kept.max()
    }
}

/// What a person did to a mark.
pub(crate) fn by_person(person: &str, at: Instant, what: &MarkWhat) -> MarkHistory {
    let by = MarkActor::Person { person: person.into() };
    let acts = [MarkAct { at, what: what.clone(), by }].into();
    MarkHistory { acts, ..MarkHistory::default() }
}

impl<'a> LogRow<'a> {
    pub(crate) fn of(
        salt: &[u8],
        judging: &'a Judging,
        decided: &'a str,
        state: &'a str,
    ) -> Result<Self> {
        let (id, version) = (id_of(salt, judging)?, version_of(salt, judging)?);
        Ok(Self { id, version, what: LogWhat::Kept { judging, decided, state } })
    }
}

/// The salted digest by which a judging is known. It says nothing about a judging that was forgotten.
pub(crate) fn id_of(salt: &[u8], judging: &Judging) -> Result<Vec<u8>> {
    salted(salt, judging)
}

/// The salted digest by which the version of a judging is known once it was forgotten.
pub(crate) fn version_of(salt: &[u8], judging: &Judging) -> Result<Vec<u8>> {
    salted(salt, &(&judging.author, &judging.record, &judging.version))
}

/// The versions, other than the one that was judged, on which persons ruled, with their digests as in [`version_of`].
pub(crate) fn other_versions(salt: &[u8], one: &Committing<'_>) -> Result<Vec<(Instant, Vec<u8>)>> {
    let Judging { author, record, version, .. } = one.judging;
    let others = one.delta.other_versions(*version).into_iter();
    others.map(|version| Ok((version, salted(salt, &(author, record, Some(version)))?))).collect()
}

fn salted(salt: &[u8], what: &impl Serialize) -> Result<Vec<u8>> {
    let mut digest = Sha256::new();
    digest.update(salt);
    digest.update(serde_json::to_vec(what)?);
    Ok(digest.finalize().to_vec())
}

/// The salted digest of what was logged.
pub(crate) fn digest_of(salt: &[u8], decided: &str, state: &str) -> String {
    let mut digest = Sha256::new();
    digest.update(salt);
    digest.update((decided.len() as u64).to_le_bytes());
    digest.update(decided);
    digest.update(state);
    hex(&digest.finalize())
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

pub(crate) fn unhex(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = hex.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

/// A new salt.
pub(crate) fn salt() -> Result<Vec<u8>> {
    let mut salt = vec![0; 32];
    getrandom::fill(&mut salt).map_err(|error| crate::fault::Fault::new(error.to_string()))?;
    Ok(salt)
}
