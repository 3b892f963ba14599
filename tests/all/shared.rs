//! Data by others for tests. It is not part of the repository and may be absent.

use std::fs;
use std::path::{Path, PathBuf};

/// The path of a file or folder of the data. If it is absent, prints a line and returns `None`.
#[expect(clippy::print_stderr, reason = "a test that finds no data says so")]
pub fn path(name: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(name);
    if !path.exists() {
        eprintln!("{} is absent, so what needs it is not tested", path.display());
        return None;
    }
    Some(path)
}

/// The text of a file of the data.
pub fn text(name: &str) -> Option<String> {
    path(name).map(|path| fs::read_to_string(path).unwrap())
}
