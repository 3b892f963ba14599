//! [`Compiler`]: collects rule files, lists and host functions, and makes a rule set of them.

use crate::base::digest::sha256;
use crate::base::limits::RecordLimits;
use crate::base::source::Sources;
use crate::base::stack::with_large_stack;
use crate::base::time::Day;
use crate::check::{self, Checked, Input, LIBRARY, Tree};
use crate::diagnostic::{Diagnostic, Levels};
use crate::face::data_files::DataFiles;
use crate::face::digest;
use crate::face::failure::Failure;
use crate::face::files::{Files, Folder};
use crate::face::function::{self, FunctionSpec};
use crate::face::load::{self, RuleFile};
use crate::face::lock::{Lock, Size};
use crate::face::ruleset::{Inner, RuleSet};
use crate::lint::{self, LintInput, LintSettings, ReferencedElsewhere};
use crate::plan::Plan;
use crate::program::functions::{Function, builtins};
use crate::syntax::{self, tree};
use crate::world::value::Value;
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// Collects rule files, lists and host functions, and compiles them.
///
/// ```
/// let set = lexloci::Compiler::new()
///     .file("fr.loci", r#"
/// jurisdiction FR { zone "Europe/Paris" }
/// policy terms "Terms of service" {}
/// rule spam { basis terms  when text mentions "passive income"  then label }
/// "#)
///     .compile()?;
/// assert_eq!(set.rules().count(), 1);
/// # Ok::<(), lexloci::Failure>(())
/// ```
#[derive(Clone, Default)]
pub struct Compiler {
    pub(super) root: Option<Arc<dyn Files>>,
    pub(super) files: BTreeMap<String, String>,
    pub(super) lists: BTreeMap<String, Arc<String>>,
    pub(super) functions: Vec<Function>,
    pub(super) levels: Levels,
    pub(super) as_of: Option<Day>,
    pub(super) record_limits: RecordLimits,
    pub(super) ignores_lock: bool,
}

impl Compiler {
    /// A compiler without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is any rule file to compile.
    pub(crate) fn has_rule_files(&self) -> bool {
        let in_root = |root: &Arc<dyn Files>| !root.rule_files().paths.is_empty();
        !self.files.is_empty() || self.root.as_ref().is_some_and(in_root)
    }

    /// Adds all `.loci` files below a folder, the rule root. Lists and records of tests are read below it when a rule
    /// file names them. Links that lead out of it are refused. If there is a `lexloci.lock`, the files have to agree with
    /// it ([`Lock`]).
    #[must_use]
    pub fn directory(self, root: impl Into<PathBuf>) -> Self {
        self.files(Folder::new(root))
    }

    /// Like [`Compiler::directory`], for files that do not lie in a folder on disk.
    #[must_use]
    pub fn files(mut self, root: impl Files + 'static) -> Self {
        self.root = Some(Arc::new(root));
        self
    }

    /// Adds a rule file, by its path below the rule root: `kz.loci`, `lib/crypto.loci`. It replaces the file of the rule root
    /// with this path, and is not compared with the lock.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.insert(name.into(), text.into());
        self
    }

    /// Adds a list file or the record of a test, by its path below the rule root: `lists/domains.txt`,
    /// `fixtures/message.json`. It replaces the file of the rule root with this path, and is not compared with the lock.
    #[must_use]
    pub fn list(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.lists.insert(name.into(), text.into().into());
        self
    }

    /// Adds a function that rules may call. It has to be pure: the same arguments must always give the same answer. If
    /// it gives no answer (`None`) or an answer of another type, or if it panics, the condition is unknown, and the
    /// decision has the reason under `missing`. Several functions may share a name when their parameters differ in
    /// type.
    ///
    /// ```
    /// use lexloci::{Compiler, FunctionSpec, Instant, Place, State, Type, Value};
    ///
    /// let tier = |arguments: &[Value]| match arguments {
    ///     [Value::Int(members)] => Some(Value::text(if *members > 1000 { "large" } else { "small" })),
    ///     _ => None,
    /// };
    /// let spec = FunctionSpec::new("tier", "1", Type::Text).param("members", Type::Int);
    /// let set = Compiler::new()
    ///     .function(spec.doc("How large a chat is."), tier)
    ///     .file("world.loci", "jurisdiction WORLD { zone \"UTC\" }")
    ///     .compile()?;
    /// let record = set.given("{ chat: { members: 3000 } }")?;
    /// let question = set.expression("tier(chat.members) == \"large\"", Place::WORLD)?;
    /// let at = Instant::parse("2026-03-01T00:00:00Z")?;
    /// let answer = set.evaluator().evaluate(&question, &record, at, &State::default())?;
    /// assert_eq!(answer.value, Ok(Value::Bool(true)));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn function(
        mut self,
        spec: FunctionSpec,
        run: impl Fn(&[Value]) -> Option<Value> + Send + Sync + 'static,
    ) -> Self {
        self.functions.push(spec.into_function(Arc::new(run)));
        self
    }

    /// Sets the limits on records, up to [`RecordLimits::largest`]. The smaller records are, the less rules cost, so rules that are
    /// too costly for larger records may be accepted.
    #[must_use]
    pub fn record_limits(mut self, limits: RecordLimits) -> Self {
        self.record_limits = limits.lower_of(RecordLimits::largest());
        self
    }

    /// Sets the level of each lint: denied, warned about or allowed.
    #[must_use]
    pub fn levels(mut self, levels: Levels) -> Self {
        self.levels = levels;
        self
    }

    /// Sets the day that lints take as today when they look for reviews that are overdue, or law that is no longer in force.
    /// Without a day these lints find nothing, because the library reads no clock.
    #[must_use]
    pub fn as_of(mut self, day: Day) -> Self {
        self.as_of = Some(day);
        self
    }

    /// Does not compare the files with `lexloci.lock`. Tools that write a new lock need this.
    #[must_use]
    pub fn ignore_lock(mut self) -> Self {
        self.ignores_lock = true;
        self
    }

    /// Compiles the rule set. Linear in the size of files and lists.
    ///
    /// # Errors
    /// When any diagnostic is an error. The failure has all errors and all warnings.
    pub fn compile(self) -> Result<RuleSet, Failure> {
        with_large_stack(|| self.compile_on_this_stack())
    }

    fn compile_on_this_stack(&self) -> Result<RuleSet, Failure> {
        let mut found = vec![];
        let files = self.load(&mut found);
        let lock = match self.check_lock(&files) {
            Ok(lock) => lock,
            // When these are not the locked files, their other faults do not matter.
            Err(fault) => {
                found.insert(0, fault);
                return Err(Failure::new(found, Sources::default()));
            }
        };
        let (sources, trees) = parse(&files, &mut found);
        let data_files = DataFiles::new(self.root.as_deref(), &self.lists);
        let functions = builtins().into_iter().chain(self.functions.iter().cloned()).collect();
        let Checked { program, diagnostics } = check::check(&Input {
            files: &trees,
            functions,
            read_file: &|path, kind| data_files.read(path, kind),
            sources: &sources,
            limits: self.record_limits,
        });
        found.extend(diagnostics);
        found.extend(function::faults(&self.functions, &program.schema));
        let lists = data_files.into_digests();
        if let Some(lock) = lock.filter(|_| self.files.is_empty() && self.lists.is_empty()) {
            found.extend(lock.compare_size(Size::of(&program)).err());
        }
        let as_of = self.as_of;
        let is_sound = !found.iter().any(Diagnostic::is_fault);
        if is_sound {
            let referenced_elsewhere = ReferencedElsewhere::default();
            let linted = LintInput {
                program: &program,
                trees: &trees,
                sources: &sources,
                as_of,
                referenced_elsewhere,
            };
            found.extend(lint::lints(&linted));
        }
        let settings = LintSettings { levels: &self.levels, as_of, have_all_run: is_sound };
        let mut found = lint::apply_levels(found, &trees, &sources, settings);
        found.sort_by_key(|diagnostic| diagnostic.at);
        if found.iter().any(Diagnostic::is_error) {
            return Err(Failure { diagnostics: found, sources });
        }
        let locked = digests(&files).into_iter().chain(lists.clone()).collect();
        let lock = Lock::new(locked, Size::of(&program));
        let digest = digest::of_rules(&sources, &program, lists);
        let plan = Arc::new(Plan::new(&program));
        let inner = Inner { program, plan, sources, trees, warnings: found, digest, lock };
        Ok(RuleSet { inner: Arc::new(inner) })
    }

    /// All rule files: the files that were given one by one, and the files of the root that have other paths.
    fn load(&self, found: &mut Vec<Diagnostic>) -> BTreeMap<String, RuleFile> {
        let is_hidden = |path: &str| self.files.contains_key(path);
        let root = self.root.as_deref();
        let mut files =
            root.map(|root| load::rule_files(root, is_hidden, found)).unwrap_or_default();
        let given = self.files.iter().map(|(path, text)| (path.clone(), text.clone().into()));
        files.extend(given);
        let bytes = files.values().map(|file| file.text.len()).sum();
        if let Some(fault) = load::too_large(files.len(), bytes) {
            found.push(fault);
            files.clear();
        } else if files.is_empty() && found.is_empty() {
            found.push(load::no_rules());
        }
        files
    }

    /// Compares the files of the root with its lock, if there is one, and returns the lock.
    fn check_lock(&self, files: &BTreeMap<String, RuleFile>) -> Result<Option<Lock>, Diagnostic> {
        let root = self.root.as_deref().filter(|_| !self.ignores_lock);
        let Some(root) = root else { return Ok(None) };
        let Some(lock) = Lock::read(root)? else { return Ok(None) };
        let is_hidden = |path: &str| self.files.contains_key(path) || self.lists.contains_key(path);
        let mut read = digests(files);
        read.retain(|path, _| !is_hidden(path));
        lock.compare(&read, root, is_hidden)?;
        Ok(Some(lock))
    }
}

/// The SHA-256 of rule files by path.
fn digests(files: &BTreeMap<String, RuleFile>) -> BTreeMap<String, String> {
    let digest = |(path, file): (&String, &RuleFile)| (path.clone(), sha256(file.text.as_bytes()));
    files.iter().map(digest).collect()
}

impl fmt::Debug for Compiler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiler")
            .field("has_root", &self.root.is_some())
            .field("files", &self.files.keys())
            .field("lists", &self.lists.keys())
            .field("functions", &self.functions)
            .finish_non_exhaustive()
    }
}

/// Parses the standard library and the rule files.
fn parse(files: &BTreeMap<String, RuleFile>, found: &mut Vec<Diagnostic>) -> (Sources, Vec<Tree>) {
    let mut sources = Sources::default();
    let mut trees = vec![];
    for ((name, text), tree) in LIBRARY.iter().zip(library_trees()) {
        trees.push((sources.add(*name, *text), (*name).to_owned(), Arc::clone(tree)));
    }
    for (name, RuleFile { text: whole, fault }) in files {
        let text = whole.strip_prefix('\u{feff}').unwrap_or(whole);
        let file = sources.add(name, text);
        let (tree, mut faults) = match fault {
            None => syntax::read(file, text),
            Some(fault) => {
                let at = fault.byte.saturating_sub(whole.len() - text.len());
                (syntax::unreadable(text), vec![load::not_utf8(name, fault, file, at)])
            }
        };
        found.append(&mut faults);
        trees.push((file, name.clone(), Arc::new(tree)));
    }
    (sources, trees)
}

/// The trees of the standard library, parsed once. Its files always come first, so their ids never change.
pub(super) fn library_trees() -> &'static [Arc<tree::File>] {
    static TREES: OnceLock<Vec<Arc<tree::File>>> = OnceLock::new();
    TREES.get_or_init(|| {
        let mut sources = Sources::default();
        let read =
            |(name, text): &(&str, &str)| Arc::new(syntax::read(sources.add(*name, *text), text).0);
        LIBRARY.iter().map(read).collect()
    })
}
