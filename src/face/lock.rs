//! [`Lock`]: names the files of a rule set, so that an incomplete copy of a folder does not go into service.

use crate::base::digest::sha256;
use crate::diagnostic::{Code, Diagnostic};
use crate::face::files::{Files, FilesError};
use crate::program::Program;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The most bytes of a lock file: enough for the largest rule set that the limits allow.
const MAX_BYTES: usize = 16 << 20;
/// The most files that a message names. It only counts the others.
const MAX_NAMED: usize = 10;

/// The manifest of a rule set: its files with their digests, and its size. If the rule root has the file
/// [`Lock::FILE`], [`Compiler::compile`](crate::Compiler::compile) compares the files with it, and refuses them with
/// code `LX1015` if they differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Lock {
    /// The version of this format: 1.
    pub format: u32,
    /// The size of the rule set.
    #[serde(flatten)]
    pub size: Size,
    /// The SHA-256 of each rule file and list, by path below the rule root. Records of tests do not count.
    pub files: BTreeMap<String, String>,
}

/// How many rules, places and entries a rule set has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Size {
    /// Rules and exceptions.
    pub rules: usize,
    /// Places that have rules or exceptions.
    pub places: usize,
    /// Entries of all sets.
    pub entries: usize,
}

impl Lock {
    /// The name of the file at the rule root.
    pub const FILE: &str = "lexloci.lock";
    /// The format that this version of the library reads and writes.
    const FORMAT: u32 = 1;

    pub(super) fn new(files: BTreeMap<String, String>, size: Size) -> Self {
        Self { format: Self::FORMAT, size, files }
    }

    /// The text of the file: JSON, the same bytes for the same rules.
    pub fn text(&self) -> String {
        // Never fails: strings and numbers can always be written as JSON.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Reads a lock file. `None` if there is none.
    ///
    /// # Errors
    /// When it cannot be read as a lock of this format.
    pub(super) fn read(files: &dyn Files) -> Result<Option<Self>, Diagnostic> {
        let bytes = match files.read(Self::FILE, MAX_BYTES) {
            Ok(bytes) => bytes,
            Err(FilesError::NotFound | FilesError::NotAFolder) => return Ok(None),
            Err(error) => return Err(mismatch(&format!("cannot be read: {error}"))),
        };
        let lock: Self = serde_json::from_slice(&bytes)
            .map_err(|error| mismatch(&format!("cannot be read: {error}")))?;
        if lock.format == Self::FORMAT {
            return Ok(Some(lock));
        }
        let (found, known) = (lock.format, Self::FORMAT);
        Err(mismatch(&format!(
            "has format {found}, but this version of lexloci reads format {known}"
        )))
    }

    /// Compares the lock with `rule_files`, the digests of the rule files by path. Also reads and compares the lists that
    /// the lock names. Other lists need no search: a rule file that names a further list has itself changed.
    pub(super) fn compare(
        &self,
        rule_files: &BTreeMap<String, String>,
        files: &dyn Files,
        is_hidden: impl Fn(&str) -> bool,
    ) -> Result<(), Diagnostic> {
        let (mut missing, mut changed) = (BTreeSet::new(), BTreeSet::new());
        for (path, locked) in self.files.iter().filter(|(path, _)| !is_hidden(path)) {
            let found = rule_files.get(path).cloned().or_else(|| {
                let bytes = files.read(path, crate::base::limits::LIST_BYTES).ok()?;
                Some(sha256(&bytes))
            });
            match found {
                None => _ = missing.insert(path.as_str()),
                Some(found) if found != *locked => _ = changed.insert(path.as_str()),
                Some(_) => {}
            }
        }
        let unlocked = |path: &&String| !self.files.contains_key(*path);
        let extra: BTreeSet<_> = rule_files.keys().filter(unlocked).map(String::as_str).collect();
        let differences = [("missing", missing), ("changed", changed), ("extra", extra)];
        let parts: Vec<String> = differences
            .into_iter()
            .filter(|(_, paths)| !paths.is_empty())
            .map(|(difference, paths)| format!("{difference}: {}", listed(&paths)))
            .collect();
        if parts.is_empty() {
            return Ok(());
        }
        Err(mismatch(&format!("does not match the files; {}", parts.join("; "))))
    }

    /// Compares the size of a rule set with the size that the lock states.
    pub(super) fn compare_size(&self, size: Size) -> Result<(), Diagnostic> {
        let differences: Vec<String> = (self.size.counts().into_iter().zip(size.counts()))
            .filter(|(locked, found)| locked != found)
            .map(|((name, locked), (_, found))| format!("{name}: {locked} locked, {found} found"))
            .collect();
        if differences.is_empty() {
            return Ok(());
        }
        Err(mismatch(&format!("does not match the files; {}", differences.join("; "))))
    }
}

impl Size {
    pub(super) fn of(program: &Program) -> Self {
        let places: BTreeSet<_> = program.norms.iter().map(|norm| norm.place).collect();
        Self {
            rules: program.norms.len(),
            places: places.len(),
            entries: program.sets.iter().map(|set| set.len()).sum(),
        }
    }

    /// Each count with its name.
    pub(super) fn counts(self) -> [(&'static str, usize); 3] {
        [("rules", self.rules), ("places", self.places), ("entries", self.entries)]
    }
}

fn listed(paths: &BTreeSet<&str>) -> String {
    let named: Vec<_> = paths.iter().take(MAX_NAMED).map(|path| format!("`{path}`")).collect();
    match paths.len() - named.len() {
        0 => named.join(", "),
        others => format!("{} and {others} more", named.join(", ")),
    }
}

fn mismatch(why: &str) -> Diagnostic {
    Diagnostic::general(Code::LockMismatch, format!("`{}` {why}", Lock::FILE)).help(
        "restore the files; if the change is intended, run `lexloci bundle lock` on the folder",
    )
}
