//! Data of others that lies beside the project where it is tested, and is not part of it.

use std::fs;
use std::path::{Path, PathBuf};

/// Where a file or folder of it is; `None`, and a word about it, when it is not there.
#[expect(clippy::print_stderr, reason = "a test that finds no data says so")]
pub fn path(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    if !path.exists() {
        eprintln!("{} is absent: what needs it was not tested", path.display());
        return None;
    }
    Some(path)
}

/// The text of a file of it.
pub fn text(name: &str) -> Option<String> {
    path(name).map(|path| fs::read_to_string(path).unwrap())
}
