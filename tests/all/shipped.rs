//! Finds the rules and examples of this repository for tests.

use lexloci::{Compiler, RuleSet};
use std::path::{Path, PathBuf};

/// A file or folder of the repository.
pub fn at_root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The shipped rules.
pub fn rules() -> RuleSet {
    let compiler = Compiler::new().directory(at_root("rules"));
    compiler.compile().unwrap_or_else(|failure| panic!("{failure}"))
}
