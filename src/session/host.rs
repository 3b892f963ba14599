//! The trait for the machine that a session runs on: its files, its clock, the width of its screen.

use crate::statement::Settings;
use crate::{Code, Compiler, Diagnostic, Failure, Import, Instant, RuleSet, Sources};
use std::fmt::Debug;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The machine that a session runs on. Every method has a default for machines that lack what it needs: a page in a browser
/// has no files.
pub trait Host: Debug + Send + Sync {
    /// A compiler that has the rule files below a directory.
    fn compiler(&self, root: &Path) -> Compiler {
        let _ = root;
        Compiler::new()
    }

    /// A path from the root of all folders, if the machine has one. Two paths of a file may have the same.
    fn full_path(&self, path: &Path) -> PathBuf {
        path.to_owned()
    }

    /// The text of a file.
    ///
    /// # Errors
    /// When it cannot be read, with the reason.
    fn text(&self, path: &Path) -> Result<String, String> {
        Err(format!("{}: {NO_FILES}", path.display()))
    }

    /// Replaces the text of a file, or creates it with its folders.
    ///
    /// # Errors
    /// When it cannot be written, with the reason. The file is unchanged then.
    fn write(&self, path: &Path, text: &str) -> Result<(), String> {
        let _ = text;
        Err(format!("{}: {NO_FILES}", path.display()))
    }

    /// Whether a path is a file.
    fn is_file(&self, path: &Path) -> bool {
        let _ = path;
        false
    }

    /// The paths that begin with a text; those of folders end with `/`.
    fn paths(&self, prefix: &str) -> Vec<String> {
        let _ = prefix;
        vec![]
    }

    /// Opens a file of messages and calls `look` with it. The host sets the format of the file, and adds the facts that it
    /// has about the messages.
    ///
    /// # Errors
    /// When the file cannot be read, or `look` fails.
    fn messages(
        &self,
        set: &RuleSet,
        file: &str,
        look: &mut dyn FnMut(Import<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        let _ = (set, look);
        Err(format!("{file}: {NO_FILES}"))
    }

    /// The settings for statements of reasons by the rules below a directory: what the statements say about the platform.
    ///
    /// # Errors
    /// When the settings are missing or wrong.
    fn settings(&self, root: &Path) -> Result<Settings, Failure> {
        let message = format!("{}: {NO_FILES}", root.display());
        let diagnostics = vec![Diagnostic::general(Code::FileNotFound, message)];
        Err(Failure { diagnostics, sources: Sources::default() })
    }

    /// The time on the clock; `None` without a clock.
    fn now(&self) -> Option<Instant> {
        None
    }

    /// Runs something, and says how long it took; `None` without a clock.
    fn timed(&self, run: &mut dyn FnMut()) -> Option<Duration> {
        run();
        None
    }

    /// The width of the screen in columns.
    fn columns(&self) -> usize {
        200
    }
}

const NO_FILES: &str = "this session has no files";

/// A machine without files or a clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nowhere;

impl Host for Nowhere {}
