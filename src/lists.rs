//! Sets of known things, from files or written inline, with dated entries.

use crate::time::Day;

/// What the entries of a set are, which decides how they are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetKind {
    Text,
    Domain,
    Url,
    Wallet,
    Hash,
    Number,
}

#[derive(Clone, Debug)]
pub struct Set {
    /// `kz.scam_hosts`
    pub id: String,
    pub kind: SetKind,
}

/// A line of a list file that is no entry, or stands twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    /// From 1.
    pub line: usize,
    pub message: String,
    /// A second time the same entry: a warning only.
    pub duplicate: bool,
}

impl SetKind {
    pub const ALL: &[(&str, Self)] = &[
        ("text", Self::Text), ("domain", Self::Domain), ("url", Self::Url),
        ("wallet", Self::Wallet), ("hash", Self::Hash), ("number", Self::Number),
    ];
}

impl Set {
    pub fn new(id: String, kind: SetKind) -> Self {
        Self { id, kind }
    }

    /// Adds the entries of a file, one a line, `#` comments, optional `from DAY` and `until DAY` after the entry.
    pub fn read(&mut self, _text: &str) -> Vec<ListFault> {
        vec![]
    }

    /// Adds one entry. `Ok(false)` when it stood there already.
    ///
    /// # Errors
    /// What an entry of this kind looks like, when this is none.
    pub fn add(&mut self, _entry: &str, _from: Option<Day>, _until: Option<Day>) -> Result<bool, String> {
        Ok(true)
    }

    pub fn len(&self) -> usize {
        0
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a value is in the set on a day. For a domain, itself or a domain above it.
    pub fn contains(&self, _value: &str, _on: Day) -> bool {
        false
    }
}
