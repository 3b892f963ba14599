//! Data files (lists, and records of tests) whose texts the host gives. Each is asked for once, and again when the host says
//! that it changed.

use crate::check::{FileError, FileKind, FileText};
use crate::face::digest::sha256;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Finds the text of a data file by its path below the rule root; `None` when there is no such file.
pub(crate) type Lookup = dyn Fn(&str) -> Option<Arc<String>> + Send + Sync;

/// The data files of a workspace.
pub(super) struct DataFiles {
    given: BTreeMap<String, Arc<String>>,
    lookup: Box<Lookup>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    texts: BTreeMap<String, Option<(Arc<String>, String)>>,
    /// How many times each changed.
    generations: BTreeMap<String, u64>,
    /// The files that were read since the last [`DataFiles::start`].
    read: BTreeSet<String>,
}

impl DataFiles {
    /// `given` hides what would be looked up.
    pub(super) fn new(given: BTreeMap<String, Arc<String>>, lookup: Box<Lookup>) -> Self {
        Self { given, lookup, known: Mutex::default() }
    }

    /// All texts that are given or were read.
    pub(super) fn texts(&self) -> BTreeMap<String, Arc<String>> {
        let known = self.known();
        let read = known.texts.iter();
        let read =
            read.filter_map(|(path, text)| Some((path.clone(), Arc::clone(&text.as_ref()?.0))));
        self.given.clone().into_iter().chain(read).collect()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the text of a file, because it may have changed.
    pub(super) fn forget(&self, path: &str) {
        let mut known = self.known();
        known.texts.remove(path);
        *known.generations.entry(path.to_owned()).or_default() += 1;
    }

    pub(super) fn generation(&self, path: &str) -> u64 {
        self.known().generations.get(path).copied().unwrap_or_default()
    }

    /// Forgets what was read so far.
    pub(super) fn start(&self) {
        self.known().read.clear();
    }

    /// What was read since the start, each with its generation.
    pub(super) fn finish(&self) -> Vec<(String, u64)> {
        let read = std::mem::take(&mut self.known().read);
        read.into_iter().map(|path| (path.clone(), self.generation(&path))).collect()
    }

    pub(super) fn read(&self, path: &str, _: FileKind) -> Result<FileText, FileError> {
        let mut known = self.known();
        known.read.insert(path.to_owned());
        let text = known.texts.entry(path.to_owned()).or_insert_with(|| {
            let text = self.given.get(path).cloned().or_else(|| (self.lookup)(path))?;
            let sha256 = sha256(text.as_bytes());
            Some((text, sha256))
        });
        match text {
            Some((text, sha256)) => Ok(FileText { text: Arc::clone(text), sha256: sha256.clone() }),
            None => Err(FileError::NotFound),
        }
    }
}
