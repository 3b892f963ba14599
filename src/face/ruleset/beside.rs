//! The files that rule files name: lists, and records of tests.

use super::digest::sha256;
use crate::base::limits;
use crate::check::{FileError, FileKind, FileText};
use crate::face::load::{self, Fault};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// The files beside the rules of one compilation.
pub(super) struct Beside {
    root: Option<PathBuf>,
    given: BTreeMap<String, Arc<String>>,
    /// The lists that were read, for the digest of the rule set; no decision depends on the records of tests.
    digests: Mutex<BTreeMap<String, String>>,
}

impl Beside {
    pub(super) fn new(root: Option<PathBuf>, given: BTreeMap<String, Arc<String>>) -> Self {
        Self { root, given, digests: Mutex::default() }
    }

    /// The digests of the lists that were read, by name.
    pub(super) fn into_digests(self) -> BTreeMap<String, String> {
        self.digests.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn read(&self, name: &str, kind: FileKind) -> Result<FileText, FileError> {
        let limit = match kind {
            FileKind::List => limits::LIST_BYTES,
            FileKind::Record => limits::RECORD_BYTES,
        };
        let text = match (self.given.get(name), &self.root) {
            (Some(text), _) => text.clone(),
            (None, None) => return Err(FileError::NotFound),
            (None, Some(root)) => {
                let bytes =
                    load::inside(root, &root.join(name), limit).map_err(|fault| match fault {
                        Fault::NotFound => FileError::NotFound,
                        Fault::Outside => FileError::OutsideRoot,
                        Fault::TooLarge => FileError::TooLarge,
                        Fault::Io(why) => FileError::Unreadable(why),
                    })?;
                let text = String::from_utf8(bytes)
                    .map_err(|error| FileError::NotUtf8(error.utf8_error().valid_up_to()))?;
                Arc::new(text)
            }
        };
        let sha256 = sha256(text.as_bytes());
        if kind == FileKind::List {
            let mut digests = self.digests.lock().unwrap_or_else(PoisonError::into_inner);
            digests.insert(name.to_owned(), sha256.clone());
        }
        Ok(FileText { text, sha256 })
    }
}
