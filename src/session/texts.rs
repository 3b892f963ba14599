//! A machine whose files are texts in memory: for a page in a browser, and for tests.

use super::Host;
use crate::{Compiler, Import, InputFormat, RuleSet};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files in memory, by their paths with `/` between folders: `rules/kz.loci`, `messages.jsonl`. There is no clock.
///
/// ```
/// use lexloci::session::{Reply, Session, Texts};
///
/// let files = Texts::new([("rules/fr.loci", "jurisdiction FR { zone \"Europe/Paris\" }")]);
/// let mut session = Session::new(files);
/// let Reply::Text(text) = session.exec(":load rules") else { panic!("not loaded") };
/// assert_eq!(text.as_str(), "rules: 0 rules, 0 exceptions");
/// ```
#[derive(Debug, Default)]
pub struct Texts(Mutex<BTreeMap<String, String>>);

impl Texts {
    /// A machine with these files.
    pub fn new<P: Into<String>, T: Into<String>>(files: impl IntoIterator<Item = (P, T)>) -> Self {
        let files = files.into_iter().map(|(path, text)| (path.into(), text.into()));
        Self(Mutex::new(files.collect()))
    }

    /// All files as they are now.
    pub fn files(&self) -> BTreeMap<String, String> {
        self.all().clone()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        // A poisoned lock does no harm: no change to the map can stop halfway.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A path as the files are stored by it.
fn stored_path(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

impl Host for Texts {
    fn compiler(&self, root: &Path) -> Compiler {
        let root = stored_path(root);
        let root = root.trim_end_matches('/');
        let all = self.all();
        let below = all.iter().filter_map(|(path, text)| {
            Some((path.strip_prefix(root)?.strip_prefix('/')?.to_owned(), text.clone()))
        });
        below.fold(Compiler::new(), |compiler, (path, text)| match path.ends_with(".loci") {
            true => compiler.file(path, text),
            false => compiler.list(path, text),
        })
    }

    fn text(&self, path: &Path) -> Result<String, String> {
        let path = stored_path(path);
        self.all().get(&path).cloned().ok_or_else(|| format!("{path}: there is no such file"))
    }

    fn write(&self, path: &Path, text: &str) -> Result<(), String> {
        self.all().insert(stored_path(path), text.to_owned());
        Ok(())
    }

    fn is_file(&self, path: &Path) -> bool {
        self.all().contains_key(&stored_path(path))
    }

    fn paths(&self, prefix: &str) -> Vec<String> {
        let all = self.all();
        let fitting = all.keys().filter_map(|path| {
            let rest = path.strip_prefix(prefix)?;
            let folder = rest.find('/').and_then(|end| path.get(..prefix.len() + end + 1));
            Some(folder.unwrap_or(path).to_owned())
        });
        fitting.collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn messages(
        &self,
        _: &RuleSet,
        file: &str,
        look: &mut dyn FnMut(Import<'_>) -> Result<(), String>,
    ) -> Result<(), String> {
        let text = self.text(file.as_ref())?;
        let import = Import::new(text.as_bytes(), InputFormat::AUTO);
        let is_lines = file.ends_with(".jsonl") || file.ends_with(".ndjson");
        look(if is_lines { import.lines() } else { import })
    }
}
