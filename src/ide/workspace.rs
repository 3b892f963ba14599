//! The rule files that an editor works on: their texts with versions, and diagnostics that are cheap to update after a
//! change.

pub use crate::face::analysis::Work;

use crate::Diagnostic;
use crate::Sources;
use crate::face::analysis::Analysis;
use crate::{Compiler, Failure, RuleSet};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Rule files that change one at a time. Their diagnostics are those that a [`Compiler`] gives for the same texts, but
/// what did not change is neither read nor checked again. No file is opened: all texts come from the host.
///
/// ```
/// use lexloci::Compiler;
/// use lexloci::ide::{Cancel, Workspace};
///
/// let fr = "jurisdiction FR { zone \"Europe/Paris\" }\npolicy house \"House rules\" {}\n";
/// let mut workspace = Workspace::new(Compiler::new().file("fr.loci", fr));
/// workspace.check(&Cancel::new())?;
/// assert_eq!(workspace.diagnostics("fr.loci")[0].message, "nothing uses `house`");
///
/// let used = format!("{fr}rule spam {{ basis house  when text mentions \"income\"  then label }}\n");
/// workspace.set_text("fr.loci", 2, &used);
/// assert_eq!(workspace.check(&Cancel::new())?, ["fr.loci"]);
/// # Ok::<(), lexloci::ide::Cancelled>(())
/// ```
pub struct Workspace {
    pub(super) analysis: Analysis,
    /// The versions of the texts that an editor holds open.
    versions: BTreeMap<String, i64>,
}

/// Stops a check from another thread. Clones stop the same check.
#[derive(Clone, Debug, Default)]
pub struct Cancel {
    is_cancelled: Arc<AtomicBool>,
}

/// The check was stopped. Its results so far are kept, so the next check goes on from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cancelled;

impl Cancel {
    /// A handle that has not stopped anything yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops the check before the next file.
    pub fn cancel(&self) {
        self.is_cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the check has to stop.
    pub fn is_cancelled(&self) -> bool {
        self.is_cancelled.load(Ordering::Relaxed)
    }
}

impl fmt::Display for Cancelled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the check was stopped")
    }
}

impl std::error::Error for Cancelled {}

impl fmt::Debug for Workspace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<_> = self.paths().collect();
        f.debug_struct("Workspace").field("paths", &paths).finish_non_exhaustive()
    }
}

impl Workspace {
    /// A workspace with the files, lists, functions, levels, day and limits of a compiler. The compiler's folder is not read:
    /// hand over its rule files by [`Workspace::set_text`], its lists and records of tests by [`Workspace::with_lookup`].
    /// Linear in the texts.
    pub fn new(compiler: Compiler) -> Self {
        Self::with_lookup(compiler, |_| None)
    }

    /// Like [`Workspace::new`], but `lookup` finds the lists and records of tests that the compiler does not have, by their
    /// paths below the rule root: `lists/domains.txt`. It is called for each path when a rule file that names it is checked,
    /// and not again until [`Workspace::data_file_changed`].
    pub fn with_lookup(
        compiler: Compiler,
        lookup: impl Fn(&str) -> Option<Arc<String>> + Send + Sync + 'static,
    ) -> Self {
        let analysis = Analysis::new(compiler, Box::new(lookup));
        Self { analysis, versions: BTreeMap::new() }
    }

    /// Sets the text of a rule file, by its path below the rule root: `kz.loci`, `lib/crypto.loci`. A text that is older
    /// than the known one, by its version, is ignored. Returns whether the text was accepted. A byte order mark is dropped,
    /// and offsets do not count it. Linear in the text.
    pub fn set_text(&mut self, path: &str, version: i64, text: &str) -> bool {
        if self.versions.get(path).is_some_and(|known| *known > version) {
            return false;
        }
        self.versions.insert(path.to_owned(), version);
        self.analysis.set(path, text);
        true
    }

    /// Forgets the version of a file, but keeps its text. The next text may have any version.
    pub fn close(&mut self, path: &str) {
        self.versions.remove(path);
    }

    /// Removes a file, because it was deleted.
    pub fn remove(&mut self, path: &str) {
        self.versions.remove(path);
        self.analysis.remove(path);
    }

    /// Call this when a data file (a list, or the record of a test) may have changed. The next check looks it up again,
    /// and checks the files that use it.
    pub fn data_file_changed(&mut self, path: &str) {
        self.analysis.data_file_changed(path);
    }

    /// The version of the text of a file that is open.
    pub fn version(&self, path: &str) -> Option<i64> {
        self.versions.get(path).copied()
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        let (id, _) = self.analysis.parsed(path)?;
        self.analysis.sources().get(id).map(|source| source.text.as_str())
    }

    /// The paths of all files, in the order of a compiler.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.analysis.paths()
    }

    /// The files into which diagnostics point, those of the standard library among them.
    pub fn sources(&self) -> &Sources {
        self.analysis.sources()
    }

    /// Brings the diagnostics of all files up to date, and returns the paths of the files whose diagnostics changed. Checks
    /// the files that changed and the files that name something that changed. Looks up data files, but reads nothing else.
    ///
    /// # Errors
    /// When `cancel` stopped it. The diagnostics are then unchanged.
    pub fn check(&mut self, cancel: &Cancel) -> Result<Vec<String>, Cancelled> {
        self.analysis.refresh(&|| !cancel.is_cancelled()).ok_or(Cancelled)
    }

    /// The diagnostics of a file as the last [`Workspace::check`] found them, in the order of the file. Empty for an
    /// unknown file.
    pub fn diagnostics(&self, path: &str) -> &[Diagnostic] {
        self.analysis.diagnostics(path).unwrap_or_default()
    }

    /// The diagnostics that belong to no file, as the last [`Workspace::check`] found them: there are no files, or too many.
    pub fn general(&self) -> &[Diagnostic] {
        self.analysis.general()
    }

    /// What was read and checked since the workspace was made.
    pub fn work(&self) -> Work {
        self.analysis.work()
    }

    /// Compiles all files as they are, to judge records by them. This costs as much as a compilation.
    ///
    /// # Errors
    /// When any diagnostic is an error.
    pub fn rule_set(&self) -> Result<RuleSet, Failure> {
        self.analysis.compiler().compile()
    }
}
