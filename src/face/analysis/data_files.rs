//! The data files of a workspace: lists, and records of tests. The host is asked for each text once, and again after it
//! says that the text changed.

use crate::base::digest::sha256;
use crate::check::{FileError, FileKind, FileText};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Finds the text of a data file by its path below the rule root; `None` when there is no such file.
pub(crate) type Lookup = dyn Fn(&str) -> Option<Arc<String>> + Send + Sync;

/// The data files of a workspace.
pub(super) struct DataFiles {
    /// The texts that the host handed over, by path.
    in_memory: BTreeMap<String, Arc<String>>,
    lookup: Box<Lookup>,
    cache: Mutex<Cache>,
}

#[derive(Default)]
struct Cache {
    /// Each text with its SHA-256; `None` for a file that does not exist.
    texts: BTreeMap<String, Option<(Arc<String>, String)>>,
    /// How many times each file changed.
    generations: BTreeMap<String, u64>,
    /// The files that were read since [`DataFiles::start_recording`].
    recorded: BTreeSet<String>,
}

impl DataFiles {
    /// A path that is in `in_memory` is not looked up.
    pub(super) fn new(in_memory: BTreeMap<String, Arc<String>>, lookup: Box<Lookup>) -> Self {
        Self { in_memory, lookup, cache: Mutex::default() }
    }

    /// All texts in memory, and those that were looked up and found.
    pub(super) fn texts(&self) -> BTreeMap<String, Arc<String>> {
        let mut texts = self.in_memory.clone();
        for (path, text) in &self.cache().texts {
            texts.extend(text.as_ref().map(|(text, _)| (path.clone(), Arc::clone(text))));
        }
        texts
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forgets the text of a file, because it may have changed.
    pub(super) fn forget(&self, path: &str) {
        let mut cache = self.cache();
        cache.texts.remove(path);
        *cache.generations.entry(path.to_owned()).or_default() += 1;
    }

    /// How many times a file changed.
    pub(super) fn generation(&self, path: &str) -> u64 {
        self.cache().generations.get(path).copied().unwrap_or_default()
    }

    /// From now on records which files are read.
    pub(super) fn start_recording(&self) {
        self.cache().recorded.clear();
    }

    /// The paths that were read since the recording started, each with the file's generation.
    pub(super) fn stop_recording(&self) -> Vec<(String, u64)> {
        let recorded = std::mem::take(&mut self.cache().recorded);
        recorded.into_iter().map(|path| (path.clone(), self.generation(&path))).collect()
    }

    pub(super) fn read(&self, path: &str, _: FileKind) -> Result<FileText, FileError> {
        let mut cache = self.cache();
        cache.recorded.insert(path.to_owned());
        let text = cache.texts.entry(path.to_owned()).or_insert_with(|| {
            let text = self.in_memory.get(path).cloned().or_else(|| (self.lookup)(path))?;
            let sha256 = sha256(text.as_bytes());
            Some((text, sha256))
        });
        match text {
            Some((text, sha256)) => Ok(FileText { text: Arc::clone(text), sha256: sha256.clone() }),
            None => Err(FileError::NotFound),
        }
    }
}
