//! Finds the diagnostics of a rule set whose files change one at a time, as they do in an editor. Only files that changed are
//! read again, and only files that depend on a change are checked again.
//!
//! A file is checked together with the items of other files that it names; all other items are reduced to their names.
//! The result is kept until the file or an item that it names changes. Some faults show only when all files are
//! compared, such as two files with one name, or an item that nothing uses. They are looked for again after each
//! change, by comparing only names.

mod data_files;
mod names;
mod needs;
mod parsed;
pub(crate) mod symbols;

use crate::base::limits::RecordLimits;
use crate::base::source::{FileId, Sources};
use crate::base::stack::with_large_stack;
use crate::base::time::Day;
pub use crate::check::NameKind;
pub(crate) use crate::check::NameUse;
use crate::check::standard::Standard;
use crate::check::{self, Input, LIBRARY, Tree, UsedNames};
use crate::diagnostic::{Diagnostic, Levels};
use crate::face::compiler::{Compiler, library_trees};
use crate::face::load::{no_rules, too_large};
use crate::face::vocabulary::Vocabulary;
use crate::lint::{self, LintInput, LintSettings, ReferencedElsewhere};
use crate::program::functions::{Function, builtins};
use crate::syntax::{self, tree::Item};
pub(crate) use crate::syntax::{Class, highlight};
use data_files::DataFiles;
pub(crate) use data_files::Lookup;
use names::KeptName;
use needs::{Needs, View, keep_needed};
pub(crate) use parsed::Parsed;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// The file that extends the schema: all others depend on it.
const SCHEMA: &str = "schema.loci";

/// Counts the work done so far. A file or item counts each time it is read or checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Files that were read.
    pub parsed: usize,
    /// Files that were checked.
    pub checked: usize,
    /// Items that were checked: the items of the checked files, and the items of other files that they name.
    pub items: usize,
}

/// Rule files, with the results of reading and checking each file.
pub(crate) struct Analysis {
    functions: Vec<Function>,
    levels: Levels,
    as_of: Option<Day>,
    record_limits: RecordLimits,
    data_files: DataFiles,
    /// What the standard library and `schema.loci` declare.
    standard: Standard,
    /// The id of each path. A removed file keeps its id, because it may come back.
    ids: HashMap<String, FileId>,
    sources: Sources,
    /// The rule files by path, which is the order in which a compiler takes them.
    files: BTreeMap<String, Entry>,
    /// What the files need of each other; `None` after a change.
    view: Option<Arc<View>>,
    /// Diagnostics that belong to no file.
    general: Vec<Diagnostic>,
    work: Work,
}

struct Entry {
    id: FileId,
    /// The hash of the text.
    text_hash: u64,
    parsed: Arc<Parsed>,
    checked: Option<Checked>,
    report: Report,
}

/// What the check of a file found.
struct Checked {
    hashes: InputHashes,
    /// The other files into which the diagnostics point, with the hashes of their texts.
    related_files: Vec<(FileId, u64)>,
    /// The data files that were read, with their generations.
    data_files: Vec<(String, u64)>,
    /// The diagnostics of the check, without lints.
    found: Vec<Diagnostic>,
    lints: Vec<Diagnostic>,
    names: Vec<KeptName>,
    used: UsedNames,
}

/// The hashes of all that the result of a check depends on. While they stay the same, the result is up to date.
#[derive(Clone, Copy, PartialEq, Eq)]
struct InputHashes {
    /// The hash of the file's text.
    text: u64,
    /// The hash of the text of `schema.loci`.
    schema: u64,
    /// The hash of what the file needs of other files.
    context: u64,
}

/// The diagnostics of a file, and the input from which they were made.
#[derive(Default)]
struct Report {
    /// The hash of the file's text.
    text_hash: u64,
    /// The diagnostics before levels were applied to them.
    found: Vec<Diagnostic>,
    /// Whether all lints have run, which happens only when no file has a fault.
    have_lints_run: bool,
    diagnostics: Vec<Diagnostic>,
}

impl Analysis {
    /// Takes the files, functions, levels and limits of a compiler. Lists and records of tests come from the compiler too, or else
    /// from `lookup`. The compiler's folder is not read.
    pub(crate) fn new(compiler: Compiler, lookup: Box<Lookup>) -> Self {
        let Compiler { files, lists, functions, levels, as_of, record_limits, .. } = compiler;
        let mut sources = Sources::default();
        for (name, text) in LIBRARY {
            sources.add(name, text);
        }
        let mut analysis = Self {
            functions: builtins().into_iter().chain(functions).collect(),
            levels,
            as_of,
            record_limits,
            data_files: DataFiles::new(lists, lookup),
            standard: Standard::default(),
            ids: HashMap::new(),
            sources,
            files: BTreeMap::new(),
            view: None,
            general: vec![],
            work: Work::default(),
        };
        for (path, text) in &files {
            analysis.set(path, text);
        }
        analysis.lower_standard();
        analysis
    }

    /// Sets the text of a file. Does nothing when the file has that text already.
    pub(crate) fn set(&mut self, path: &str, text: &str) {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let text_hash = hash_of(text);
        if self.files.get(path).is_some_and(|file| file.text_hash == text_hash) {
            return;
        }
        let sources = &mut self.sources;
        let id = *self.ids.entry(path.to_owned()).or_insert_with(|| sources.add(path, ""));
        self.sources.replace(id, text);
        self.work.parsed += 1;
        let parsed = Arc::new(with_large_stack(|| Parsed::read(id, text)));
        let before = self.files.remove(path);
        let report = before.map(|entry| entry.report).unwrap_or_default();
        let entry = Entry { id, text_hash, parsed, checked: None, report };
        self.files.insert(path.to_owned(), entry);
        self.view = None;
        if path == SCHEMA {
            self.lower_standard();
        }
    }

    /// Removes a file.
    pub(crate) fn remove(&mut self, path: &str) {
        if let Some(entry) = self.files.remove(path) {
            self.sources.replace(entry.id, "");
            self.view = None;
        }
        if path == SCHEMA {
            self.lower_standard();
        }
    }

    /// Reads the schema, actions and blocs anew. The check of `schema.loci` reports the faults in it.
    fn lower_standard(&mut self) {
        let schema = self.files.get(SCHEMA);
        let schema = schema.map(|entry| (entry.id, Arc::clone(&entry.parsed.tree)));
        let library = library(&self.sources).map(|(id, _, tree)| (id, tree));
        let trees: Vec<_> = library.chain(schema).collect();
        let trees: Vec<_> = trees.iter().map(|(id, tree)| (*id, &**tree)).collect();
        (self.standard, _) = check::standard::lower(&trees, &mut vec![]);
    }

    /// The names that rules can use, without items that cannot be read. `trees` is the result of [`Analysis::trees`].
    pub(crate) fn vocabulary<'a>(&'a self, trees: &'a [Tree]) -> Vocabulary<'a> {
        let Standard { schema, actions, .. } = &self.standard;
        Vocabulary { schema, actions, functions: &self.functions, trees }
    }

    /// To be called when a data file may have changed.
    pub(crate) fn data_file_changed(&mut self, path: &str) {
        self.data_files.forget(path);
    }

    /// A compiler with the current texts, and the data files that were read so far.
    pub(crate) fn compiler(&self) -> Compiler {
        let text = |entry: &Entry| self.sources.get(entry.id).map(|source| source.text.clone());
        let files = self.files.iter();
        Compiler {
            files: files.filter_map(|(path, entry)| Some((path.clone(), text(entry)?))).collect(),
            lists: self.data_files.texts(),
            functions: self.functions.iter().skip(builtins().len()).cloned().collect(),
            levels: self.levels.clone(),
            as_of: self.as_of,
            record_limits: self.record_limits,
            ..Compiler::default()
        }
    }

    pub(crate) fn sources(&self) -> &Sources {
        &self.sources
    }

    pub(crate) fn work(&self) -> Work {
        self.work
    }

    pub(crate) fn parsed(&self, path: &str) -> Option<(FileId, &Parsed)> {
        self.files.get(path).map(|entry| (entry.id, &*entry.parsed))
    }

    pub(crate) fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Diagnostics that belong to no file.
    pub(crate) fn general(&self) -> &[Diagnostic] {
        &self.general
    }

    /// The diagnostics of a file, as the last [`Analysis::refresh`] found them.
    pub(crate) fn diagnostics(&self, path: &str) -> Option<&[Diagnostic]> {
        self.files.get(path).map(|entry| entry.report.diagnostics.as_slice())
    }

    /// Brings all diagnostics up to date. Returns the paths whose diagnostics changed. Returns `None` when `go_on` returned
    /// `false`; the files that were checked until then need no second check.
    pub(crate) fn refresh(&mut self, go_on: &dyn Fn() -> bool) -> Option<Vec<String>> {
        let bytes = self.files.values().filter_map(|entry| self.sources.get(entry.id));
        let bytes = bytes.map(|source| source.text.len()).sum();
        self.general = too_large(self.files.len(), bytes).into_iter().collect();
        if self.general.is_empty() {
            self.check_all(go_on)?;
        }
        let mut changed = vec![];
        for (path, report) in with_large_stack(|| self.reports()) {
            if let Some(entry) = self.files.get_mut(&path) {
                if entry.report.diagnostics != report.diagnostics {
                    changed.push(path);
                }
                entry.report = report;
            }
        }
        if self.files.is_empty() {
            self.general.push(no_rules());
        }
        Some(changed)
    }

    /// What the files need of each other. Computed again only after a file changed.
    fn view(&mut self) -> Arc<View> {
        let files = self.files.iter();
        let view = self.view.get_or_insert_with(|| {
            let file = |(path, entry): (&String, &Entry)| {
                (path.clone(), entry.id, Arc::clone(&entry.parsed), entry.text_hash)
            };
            Arc::new(View::new(files.map(file)))
        });
        Arc::clone(view)
    }

    /// Checks the files whose results are out of date. Returns `None` when `go_on` returned `false`.
    fn check_all(&mut self, go_on: &dyn Fn() -> bool) -> Option<()> {
        let view = self.view();
        for root in 0..view.files.len() {
            if !go_on() {
                return None;
            }
            self.check(&view, root);
        }
        Some(())
    }

    /// Checks a file unless its result is up to date. `root` is the index of the file in the view.
    fn check(&mut self, view: &View, root: usize) {
        let (Some(file), Some(referenced_elsewhere)) =
            (view.files.get(root), view.referenced_elsewhere.get(root))
        else {
            return;
        };
        let schema = self.files.get(SCHEMA).map_or(0, |entry| entry.text_hash);
        let needs = view.needs(root);
        let hashes = InputHashes {
            text: file.text_hash,
            schema,
            context: view.context(&needs, referenced_elsewhere),
        };
        if self.files.get(&file.path).is_some_and(|entry| self.is_up_to_date(entry, hashes)) {
            return;
        }
        let input = CheckInput::new(view, root, &needs, library(&self.sources));
        self.work.checked += 1;
        self.work.items += input.items;
        let checked =
            with_large_stack(|| self.check_input(&input, hashes, referenced_elsewhere.clone()));
        if let Some(entry) = self.files.get_mut(&file.path) {
            entry.checked = Some(checked);
        }
    }

    fn is_up_to_date(&self, entry: &Entry, hashes: InputHashes) -> bool {
        let text_hash = |id: FileId| self.entry(id).map(|entry| entry.text_hash);
        entry.checked.as_ref().is_some_and(|checked| {
            checked.hashes == hashes
                && checked.related_files.iter().all(|(id, hash)| text_hash(*id) == Some(*hash))
                && checked
                    .data_files
                    .iter()
                    .all(|(path, known)| self.data_files.generation(path) == *known)
        })
    }

    fn check_input(
        &self,
        input: &CheckInput,
        hashes: InputHashes,
        referenced_elsewhere: ReferencedElsewhere,
    ) -> Checked {
        self.data_files.start_recording();
        let part = check::check_part(&Input {
            files: &input.trees,
            functions: self.functions.clone(),
            read_file: &|name, kind| self.data_files.read(name, kind),
            sources: &self.sources,
            limits: self.record_limits,
        });
        let data_files = self.data_files.stop_recording();
        let is_in_root = |found: &Diagnostic| found.at.is_some_and(|at| at.file == input.root.0);
        let found: Vec<_> = part.found.into_iter().filter(is_in_root).collect();
        let linted = LintInput {
            program: &part.program,
            trees: std::slice::from_ref(&input.root),
            sources: &self.sources,
            as_of: self.as_of,
            referenced_elsewhere,
        };
        // Lints are reported only when no file has a fault.
        let is_sound = !found.iter().any(Diagnostic::is_fault);
        let lints = if is_sound { lint::lints(&linted) } else { vec![] };
        let related = found.iter().chain(&lints).flat_map(|found| &found.related);
        let others: HashSet<_> =
            related.map(|(at, _)| at.file).filter(|file| *file != input.root.0).collect();
        let text_hash = |id: FileId| Some((id, self.entry(id)?.text_hash));
        let related_files = others.into_iter().filter_map(text_hash).collect();
        let uses = part.uses.into_iter().filter(|name| name.at.file == input.root.0);
        let names = uses.map(|name| KeptName::new(name, &|id| self.parsed_by_id(id))).collect();
        Checked { hashes, related_files, data_files, found, lints, names, used: part.used }
    }

    /// The reports that changed, made from the results of the checks.
    fn reports(&self) -> Vec<(String, Report)> {
        if !self.general.is_empty() {
            return self.files.keys().map(|path| (path.clone(), Report::default())).collect();
        }
        let trees = self.trees();
        let mut cross_file = check::file_faults(&trees, &self.standard.blocs);
        let checked = || self.files.values().filter_map(|entry| entry.checked.as_ref());
        let mut found = cross_file.iter().chain(checked().flat_map(|checked| &checked.found));
        let is_faulty = found.any(Diagnostic::is_fault);
        if !is_faulty && trees.iter().all(|(_, _, tree)| tree.broken.is_empty()) {
            let mut used: HashMap<FileId, HashSet<&str>> = HashMap::new();
            for (file, names) in checked().flat_map(|checked| &checked.used) {
                used.entry(*file).or_default().extend(names.iter().map(String::as_str));
            }
            let is_used =
                |file: FileId, name: &str| used.get(&file).is_some_and(|used| used.contains(name));
            cross_file.extend(check::unused(&trees, &self.standard.blocs, &is_used, &self.sources));
        }
        let mut syntax_faults = self.files.values().flat_map(|entry| &entry.parsed.faults);
        let have_lints_run = !is_faulty && !syntax_faults.any(Diagnostic::is_fault);
        let mut by_file: HashMap<FileId, Vec<Diagnostic>> = HashMap::new();
        for found in cross_file {
            by_file.entry(found.at.unwrap_or_default().file).or_default().push(found);
        }
        self.files
            .iter()
            .filter_map(|(path, entry)| {
                let cross_file = by_file.remove(&entry.id).unwrap_or_default();
                Some((path.clone(), self.report_of(path, entry, cross_file, have_lints_run)?))
            })
            .collect()
    }

    /// The report of one file; `None` when nothing that it is made from changed.
    fn report_of(
        &self,
        path: &str,
        entry: &Entry,
        mut cross_file: Vec<Diagnostic>,
        have_lints_run: bool,
    ) -> Option<Report> {
        let checked = entry.checked.as_ref();
        cross_file.extend(checked.into_iter().flat_map(|checked| &checked.found).cloned());
        check::sort(&mut cross_file);
        let mut found = entry.parsed.faults.clone();
        found.extend(cross_file);
        if have_lints_run {
            found.extend(checked.into_iter().flat_map(|checked| &checked.lints).cloned());
        }
        let last = &entry.report;
        let is_same = last.text_hash == entry.text_hash && last.found == found;
        if is_same && last.have_lints_run == have_lints_run {
            return None;
        }
        let tree: Tree = (entry.id, path.to_owned(), Arc::clone(&entry.parsed.tree));
        let settings =
            LintSettings { levels: &self.levels, as_of: self.as_of, have_all_run: have_lints_run };
        let mut diagnostics = lint::apply_levels(found.clone(), &[tree], &self.sources, settings);
        diagnostics.sort_by_key(|diagnostic| diagnostic.at);
        Some(Report { text_hash: entry.text_hash, found, have_lints_run, diagnostics })
    }

    fn entry(&self, id: FileId) -> Option<&Entry> {
        self.files.get(self.sources.name(id)).filter(|entry| entry.id == id)
    }

    fn parsed_by_id(&self, id: FileId) -> Option<&Parsed> {
        self.entry(id).map(|entry| &*entry.parsed)
    }

    /// What the names in a file mean, in the order of the text. Checks the file if its result is out of date.
    pub(crate) fn names_of(&mut self, path: &str) -> Vec<NameUse> {
        let view = self.view();
        if let Some(root) = view.index_of(path) {
            self.check(&view, root);
        }
        self.names_in(self.files.get(path))
    }

    /// What the names in all files mean. Checks the files whose results are out of date.
    pub(crate) fn names(&mut self) -> Vec<NameUse> {
        self.check_all(&|| true);
        self.names_in(self.files.values())
    }

    fn names_in<'a>(&self, entries: impl IntoIterator<Item = &'a Entry>) -> Vec<NameUse> {
        let checked = entries.into_iter().filter_map(|entry| entry.checked.as_ref());
        let names = checked.flat_map(|checked| &checked.names);
        names.filter_map(|name| name.resolve(&|id| self.parsed_by_id(id))).collect()
    }

    /// The number of faults in the items of all files, as the last checks found them.
    pub(crate) fn faults(&self) -> usize {
        let checked = self.files.values().filter_map(|entry| entry.checked.as_ref());
        checked.flat_map(|checked| &checked.found).filter(|found| found.is_fault()).count()
    }

    /// The trees of all files, in the order in which a compiler hands them to the check.
    pub(crate) fn trees(&self) -> Vec<Tree> {
        let files = self.files.iter();
        library(&self.sources)
            .chain(
                files.map(|(path, entry)| (entry.id, path.clone(), Arc::clone(&entry.parsed.tree))),
            )
            .collect()
    }
}

/// The trees of the standard library. Its files always come first among the sources.
fn library(sources: &Sources) -> impl Iterator<Item = Tree> {
    let files = sources.iter().zip(library_trees());
    files.map(|((id, source), tree)| (id, source.name.clone(), Arc::clone(tree)))
}

/// The input of one check: a file, and what it needs of other files.
struct CheckInput {
    /// The file whose diagnostics are wanted. Not the rule root: the root of the dependencies.
    root: Tree,
    /// All trees that the check reads: the standard library, the file, and what it needs of other files.
    trees: Vec<Tree>,
    /// The number of items that are checked.
    items: usize,
}

impl CheckInput {
    fn new(view: &View, root: usize, needs: &Needs, library: impl Iterator<Item = Tree>) -> Self {
        let mut trees: Vec<_> = library.collect();
        let mut items = 0;
        let mut root_tree = Tree::default();
        for (index, file) in view.files.iter().enumerate() {
            let needed = needs.get(&index);
            let tree = if index == root || file.path == SCHEMA {
                Arc::clone(&file.parsed.tree)
            } else if let Some(needed) = needed {
                Arc::new(keep_needed(&file.parsed.tree, needed))
            } else {
                continue;
            };
            let tree = (file.id, file.path.clone(), tree);
            if index == root {
                items += tree.2.items.len();
                root_tree = tree.clone();
            } else {
                items += needed.map_or(0, BTreeSet::len);
            }
            trees.push(tree);
        }
        Self { root: root_tree, trees, items }
    }
}

/// Whether a text can be the name of an item, by the grammar and the limit on the length of names.
pub(crate) fn is_name(text: &str) -> bool {
    let (file, faults) = syntax::read(FileId::default(), &format!("define {text} = true"));
    let has_name = |item: &Item| item.kind.name().is_some_and(|name| name.text == text);
    faults.is_empty()
        && matches!(&*file.items, [item] if has_name(item))
        && file.comments.is_empty()
}

fn hash_of(text: &str) -> u64 {
    let mut hash = DefaultHasher::new();
    text.hash(&mut hash);
    hash.finish()
}
