//! The program from outside: one test binary, with a module for each kind of test.

use std::path::{Path, PathBuf};

// Arguments, streams, exit codes.
#[cfg(test)]
mod cli;

// Further commands for rule authors: explanations, views, tests, coverage, mutation.
#[cfg(test)]
mod authoring;

// The README and the page of the law, as the program writes them.
#[cfg(test)]
mod pages;

// The reference, as the program prints it.
#[cfg(test)]
mod reference;

// The tutorial, run step by step.
#[cfg(test)]
#[cfg(all(feature = "repl", unix))]
mod tutorial;

// The session on a terminal, key by key.
#[cfg(test)]
#[cfg(all(feature = "repl", unix))]
mod terminal;

/// The root of the repository.
fn repository_root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
