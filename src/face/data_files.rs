//! Reads the data files that rule files name: lists, and records of tests.

use crate::base::digest::sha256;
use crate::base::encoding::NotUtf8;
use crate::base::limits;
use crate::check::{FileError, FileKind, FileText};
use crate::face::files::{Files, FilesError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// The lists and records that one compilation can read.
pub(super) struct DataFiles<'a> {
    files: Option<&'a dyn Files>,
    in_memory: &'a BTreeMap<String, Arc<String>>,
    /// The digests of the lists that were read. Records of tests do not count: no decision depends on them.
    digests: Mutex<BTreeMap<String, String>>,
}

impl<'a> DataFiles<'a> {
    pub(super) fn new(
        files: Option<&'a dyn Files>,
        in_memory: &'a BTreeMap<String, Arc<String>>,
    ) -> Self {
        Self { files, in_memory, digests: Mutex::default() }
    }

    /// The digests of the lists that were read, by path.
    pub(super) fn into_digests(self) -> BTreeMap<String, String> {
        self.digests.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn read(&self, path: &str, kind: FileKind) -> Result<FileText, FileError> {
        let limit = match kind {
            FileKind::List => limits::LIST_BYTES,
            FileKind::Record => limits::RECORD_BYTES,
        };
        let text = match (self.in_memory.get(path), self.files) {
            (Some(text), _) => text.clone(),
            (None, None) => return Err(FileError::NotFound),
            (None, Some(files)) => {
                let bytes = files.read(path, limit).map_err(fault)?;
                let text = NotUtf8::check(bytes).map_err(|(fault, _)| FileError::NotUtf8(fault))?;
                Arc::new(text)
            }
        };
        let sha256 = sha256(text.as_bytes());
        if kind == FileKind::List {
            let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
            digests.insert(path.to_owned(), sha256.clone());
        }
        Ok(FileText { text, sha256 })
    }
}

fn fault(error: FilesError) -> FileError {
    match error {
        FilesError::NotFound => FileError::NotFound,
        FilesError::OutsideRoot => FileError::OutsideRoot,
        FilesError::TooLarge => FileError::TooLarge,
        FilesError::NotAFolder | FilesError::TooDeep | FilesError::Unreadable(_) => {
            FileError::Unreadable(error.to_string())
        }
    }
}
