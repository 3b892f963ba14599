//! [`Files`]: reads the files of a rule set from a folder on disk, from memory, or from a store of the host.

use crate::base::sink::plain;
use std::collections::BTreeMap;
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// How deep folders may nest below the rule root.
const MAX_DEPTH: usize = 16;

/// Reads the files of a rule set. The compiler reads files only through this trait. [`Folder`] reads from a disk, [`MemoryFiles`]
/// from memory; a host may read from an archive or a store.
///
/// Paths are relative to the rule root, with `/` between folders: `kz.loci`, `lists/hosts.txt`.
pub trait Files: Send + Sync {
    /// Lists all rule files: their paths, which end in `.loci`, in any order, and faults.
    fn rule_files(&self) -> Listing;

    /// The bytes of a file.
    ///
    /// # Errors
    /// Why it cannot be read. [`FilesError::TooLarge`] if it has more than `limit` bytes.
    fn read(&self, path: &str, limit: usize) -> Result<Vec<u8>, FilesError>;
}

/// The rule files below a rule root.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// Their paths, relative to the rule root.
    pub paths: Vec<String>,
    /// Files and folders that could not be read, and why. Their paths are written as people would look for them, so they
    /// may include the path of the rule root.
    pub faults: Vec<(String, FilesError)>,
}

impl Listing {
    fn add_fault(&mut self, path: &Path, fault: FilesError) {
        self.faults.push((path.display().to_string(), fault));
    }
}

/// Why a file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilesError {
    /// There is no such file.
    #[error("there is no such file")]
    NotFound,
    /// It is not below the rule root, or not a plain file.
    #[error("it is not an ordinary file inside the rules folder")]
    OutsideRoot,
    /// It has more bytes than are allowed.
    #[error("it is too large")]
    TooLarge,
    /// The rule root is not a folder.
    #[error("it is not a folder")]
    NotAFolder,
    /// It lies in folders that nest too deep.
    #[error("it has folders nested more than {MAX_DEPTH} deep")]
    TooDeep,
    /// The system refuses to read it; the text says why.
    #[error("{}", plain(.0))]
    Unreadable(String),
}

/// The files below a folder on disk. A link to a file is followed if it ends below the folder; a link to a folder is
/// not. Files and folders whose names begin with a dot are left out.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
}

/// Files in memory, by path.
#[derive(Clone, Debug, Default)]
pub struct MemoryFiles {
    files: BTreeMap<String, Vec<u8>>,
}

impl Folder {
    /// The files below `root`, the rule root.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    fn list(root: &Path, folder: &Path, depth: usize, listing: &mut Listing) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return listing.add_fault(folder, unreadable(&error)),
        };
        let mut paths: Vec<PathBuf> =
            entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
        paths.sort();
        for path in paths {
            if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.')) {
                continue;
            }
            // A link to a folder is not followed: it may lead anywhere, even into a circle.
            let is_link = fs::symlink_metadata(&path).is_ok_and(|meta| meta.is_symlink());
            let is_folder = path.is_dir() && !is_link;
            if is_folder && depth < MAX_DEPTH {
                Self::list(root, &path, depth + 1, listing);
            } else if is_folder {
                listing.add_fault(&path, FilesError::TooDeep);
            } else if path.extension().is_some_and(|ending| ending == "loci") {
                let below = path.strip_prefix(root).unwrap_or(&path);
                listing.paths.push(below.to_string_lossy().replace('\\', "/"));
            }
        }
    }
}

impl Files for Folder {
    fn rule_files(&self) -> Listing {
        let mut listing = Listing::default();
        match fs::canonicalize(&self.root) {
            Ok(root) if root.is_dir() => Self::list(&root, &root, 0, &mut listing),
            Ok(_) => listing.add_fault(&self.root, FilesError::NotAFolder),
            Err(error) => listing.add_fault(&self.root, fault(error)),
        }
        listing
    }

    fn read(&self, path: &str, limit: usize) -> Result<Vec<u8>, FilesError> {
        let root = fs::canonicalize(&self.root).map_err(fault)?;
        if !root.is_dir() {
            return Err(FilesError::NotAFolder);
        }
        let real = fs::canonicalize(self.root.join(path)).map_err(fault)?;
        if !real.starts_with(&root) || !fs::metadata(&real).map_err(fault)?.is_file() {
            return Err(FilesError::OutsideRoot);
        }
        let file = fs::File::open(&real).map_err(fault)?;
        let mut bytes = vec![];
        // Reads one byte more than allowed to see whether there is more. The length that the system states may be wrong.
        file.take(limit as u64 + 1).read_to_end(&mut bytes).map_err(fault)?;
        if bytes.len() > limit { Err(FilesError::TooLarge) } else { Ok(bytes) }
    }
}

fn fault(error: std::io::Error) -> FilesError {
    let is_absent = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory);
    if is_absent { FilesError::NotFound } else { unreadable(&error) }
}

fn unreadable(error: &std::io::Error) -> FilesError {
    FilesError::Unreadable(error.to_string())
}

impl MemoryFiles {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file by its path below the rule root.
    #[must_use]
    pub fn with(mut self, path: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        self.files.insert(path.into(), bytes.into());
        self
    }
}

impl Files for MemoryFiles {
    fn rule_files(&self) -> Listing {
        let paths = self.files.keys().filter(|path| path.ends_with(".loci")).cloned().collect();
        Listing { paths, faults: vec![] }
    }

    fn read(&self, path: &str, limit: usize) -> Result<Vec<u8>, FilesError> {
        let bytes = self.files.get(path).ok_or(FilesError::NotFound)?;
        if bytes.len() > limit { Err(FilesError::TooLarge) } else { Ok(bytes.clone()) }
    }
}
