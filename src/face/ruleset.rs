//! From rule files to a rule set: [`Compiler`] → [`RuleSet`].

mod beside;
pub(super) mod digest;
mod facts;
mod live;
mod typed;

pub use live::Live;
pub use typed::{is_item, is_unfinished, items};

use beside::Beside;
use digest::digest;
pub use facts::{
    ActionInfo, ArticleInfo, CostInfo, FunctionInfo, ItemInfo, ListFileInfo, ListInfo, OfficeInfo,
    RuleInfo, SetInfo,
};

use crate::base::limits;
use crate::base::source::{Location, Sources, Span};
use crate::base::stack::roomy;
use crate::base::time::{Day, Instant, Zone};
use crate::check::{self, Checked, Input, LIBRARY, Tree};
use crate::diagnostic::{Code, Diagnostic, Levels};
use crate::face::load;
use crate::import::{Facts, FactsError};
use crate::lint::{self, Asked, Elsewhere, Linted};
use crate::plan::{self, Plan};
use crate::program::functions::{Function, builtins};
use crate::program::{Expr, ExprKind, Program, TestEntry};
use crate::record::{Record, RecordError};
use crate::syntax::{self, Typed, tree};
use crate::world::lists::List;
use crate::world::place::Place;
use crate::world::schema::Schema;
use crate::world::value::{Type, Value};
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
#[derive(Clone, Debug, Default)]
pub struct Compiler {
    pub(super) root: Option<PathBuf>,
    pub(super) files: BTreeMap<String, String>,
    pub(super) lists: BTreeMap<String, Arc<String>>,
    pub(super) functions: Vec<Function>,
    pub(super) levels: Levels,
    pub(super) as_of: Option<Day>,
}

/// A compiled rule set: immutable, shared by cloning, `Send + Sync`.
#[derive(Clone, Debug)]
pub struct RuleSet {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    program: Program,
    /// Knows sets by number only.
    plan: Arc<Plan>,
    sources: Sources,
    trees: Vec<Tree>,
    warnings: Vec<Diagnostic>,
    digest: String,
}

/// Why a rule set, a record in the notation of rules, or an expression was refused: every fault that was found.
#[derive(Clone, Debug)]
pub struct Failure {
    /// All of them, in the order of files.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that they point into.
    pub sources: Sources,
}

/// An expression checked against a rule set.
#[derive(Clone, Debug)]
pub struct Expression {
    pub(crate) program: Arc<Program>,
    pub(crate) expr: Expr,
    /// Where its days begin.
    pub(crate) zone: Zone,
    /// Its text, and the files of the definitions that it uses.
    pub(crate) sources: Arc<Sources>,
}

impl Compiler {
    /// Nothing to compile yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds all `.loci` files below a folder, the rule root. Lists and fixtures are read below it when a rule file names
    /// them.
    /// Links that lead out of it are refused.
    #[must_use]
    pub fn directory(mut self, root: impl Into<PathBuf>) -> Self {
        self.root = Some(root.into());
        self
    }

    /// Adds a rule file, by its path below the rule root: `kz.loci`, `lib/crypto.loci`. It hides one on disk.
    #[must_use]
    pub fn file(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.files.insert(name.into(), text.into());
        self
    }

    /// Adds a list file or the record of a test, by its path below the rule root: `lists/domains.txt`,
    /// `fixtures/message.json`. It hides one on disk.
    #[must_use]
    pub fn list(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.lists.insert(name.into(), text.into().into());
        self
    }

    /// Adds a function that rules may call. It has to be pure: the same answer for the same arguments, always; `None`
    /// says that it has none, and makes the condition unknown. Several functions may share a name when their
    /// parameters differ in type.
    ///
    /// ```
    /// use lexloci::{Compiler, Instant, Place, Type, Value};
    ///
    /// let tier = |of: &[Value]| match of {
    ///     [Value::Int(members)] => Some(Value::Text(if *members > 1000 { "large" } else { "small" }.into())),
    ///     _ => None,
    /// };
    /// let set = Compiler::new()
    ///     .function("tier", &[("members", Type::Int)], Type::Text, "How large a chat is.", tier)
    ///     .file("world.loci", "jurisdiction WORLD { zone \"UTC\" }")
    ///     .compile()?;
    /// let record = set.given("{ chat: { members: 3000 } }")?;
    /// let question = set.expression("tier(chat.members) == \"large\"", Place::WORLD)?;
    /// let at = Instant::parse("2026-03-01T00:00:00Z")?;
    /// assert_eq!(set.evaluator().evaluate(&question, &record, at).value, Ok("true".into()));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn function(
        mut self,
        name: impl Into<String>,
        params: &[(&str, Type)],
        result: Type,
        doc: impl Into<String>,
        run: impl Fn(&[Value]) -> Option<Value> + Send + Sync + 'static,
    ) -> Self {
        let params = params.iter().map(|(name, ty)| ((*name).to_owned(), ty.clone())).collect();
        let function = Function {
            name: name.into(),
            doc: doc.into(),
            params,
            result,
            cost: 1,
            counts_elements: false,
            run: Arc::new(run),
        };
        self.functions.push(function);
        self
    }

    /// Sets how loud lints are.
    #[must_use]
    pub fn levels(mut self, levels: Levels) -> Self {
        self.levels = levels;
        self
    }

    /// Asks the lints about law and reviews what has passed on a day. Without one they are silent: no clock is read.
    #[must_use]
    pub fn as_of(mut self, day: Day) -> Self {
        self.as_of = Some(day);
        self
    }

    /// Compiles. Linear in the size of files and lists.
    ///
    /// # Errors
    /// When any diagnostic is an error; the failure has them all, and the warnings too.
    pub fn compile(self) -> Result<RuleSet, Failure> {
        roomy(|| self.clone().compile_here())
    }

    fn compile_here(mut self) -> Result<RuleSet, Failure> {
        let mut found = self.load();
        let (sources, trees) = self.read(&mut found);
        let beside = Beside::new(self.root.clone(), self.lists);
        let functions = builtins().into_iter().chain(self.functions).collect();
        let Checked { program, diagnostics, .. } = check::check(Input {
            files: &trees,
            functions,
            read_file: &|name, kind| beside.read(name, kind),
            sources: &sources,
        });
        found.extend(diagnostics);
        let as_of = self.as_of;
        let sound = !found.iter().any(Diagnostic::is_fault);
        if sound {
            let elsewhere = Elsewhere::default();
            let linted =
                Linted { program: &program, trees: &trees, sources: &sources, as_of, elsewhere };
            found.extend(lint::lints(&linted));
        }
        let asked = Asked { levels: &self.levels, as_of, all: sound };
        let mut found = lint::settle(found, &trees, &sources, asked);
        found.sort_by_key(|diagnostic| diagnostic.at);
        if found.iter().any(Diagnostic::is_error) {
            return Err(Failure { diagnostics: found, sources });
        }
        let digest = digest(&sources, &program, beside.into_digests());
        let plan = Arc::new(Plan::new(&program));
        let inner = Inner { program, plan, sources, trees, warnings: found, digest };
        Ok(RuleSet { inner: Arc::new(inner) })
    }

    /// Files of the root that are not given otherwise.
    fn load(&mut self) -> Vec<Diagnostic> {
        let mut on_disk = BTreeMap::new();
        let mut found = self
            .root
            .as_deref()
            .map(|root| load::rule_files(root, &mut on_disk))
            .unwrap_or_default();
        for (name, text) in on_disk {
            self.files.entry(name).or_insert(text);
        }
        let bytes = self.files.values().map(String::len).sum();
        if let Some(fault) = too_large(self.files.len(), bytes) {
            found.push(fault);
            self.files.clear();
        } else if self.files.is_empty() && found.is_empty() {
            found.push(no_rules());
        }
        found
    }

    fn read(&self, found: &mut Vec<Diagnostic>) -> (Sources, Vec<Tree>) {
        let mut sources = Sources::default();
        let mut trees = vec![];
        for ((name, text), tree) in LIBRARY.iter().zip(standard()) {
            trees.push((sources.add(*name, *text), (*name).to_owned(), Arc::clone(tree)));
        }
        for (name, text) in &self.files {
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            let file = sources.add(name, text);
            let (tree, mut faults) = syntax::read(file, text);
            found.append(&mut faults);
            trees.push((file, name.clone(), Arc::new(tree)));
        }
        (sources, trees)
    }
}

/// The fault of more rule files than a rule set may have.
pub(super) fn too_large(files: usize, bytes: usize) -> Option<Diagnostic> {
    let message = format!("{files} rule files have {bytes} bytes");
    let help = "a rule set has at most 10000 files of 64 MiB together";
    let is_large = files > limits::FILES || bytes > limits::ALL_BYTES;
    is_large.then(|| Diagnostic::general(Code::TooLarge, message).help(help))
}

/// The fault of a rule set without a file.
pub(super) fn no_rules() -> Diagnostic {
    let help = "write a file `CODE.loci` for a place, with `jurisdiction CODE { zone \"…\" }`";
    Diagnostic::general(Code::NoRules, "there are no rule files").help(help)
}

/// The trees of the standard library, read once: its files always come first, so their ids never change.
pub(super) fn standard() -> &'static [Arc<tree::File>] {
    static TREES: OnceLock<Vec<Arc<tree::File>>> = OnceLock::new();
    TREES.get_or_init(|| {
        let mut sources = Sources::default();
        let read =
            |(name, text): &(&str, &str)| Arc::new(syntax::read(sources.add(*name, *text), text).0);
        LIBRARY.iter().map(read).collect()
    })
}

impl RuleSet {
    /// `sha256:…` of everything that a decision can depend on.
    pub fn digest(&self) -> &str {
        &self.inner.digest
    }

    /// What is worth knowing about the rule files, though nothing is wrong.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.inner.warnings
    }

    /// The files.
    pub fn sources(&self) -> &Sources {
        &self.inner.sources
    }

    /// The schema of records.
    pub fn schema(&self) -> &Schema {
        &self.inner.program.schema
    }

    /// The JSON Schema (draft 2020-12) of the records that [`RuleSet::read`] accepts.
    pub fn record_schema(&self) -> String {
        crate::record::json_schema(self.schema())
    }

    /// The JSON Schema (draft 2020-12) of the lines that [`RuleSet::facts`] accepts.
    pub fn facts_schema(&self) -> String {
        crate::import::facts_schema(self.schema())
    }

    /// Reads what the host knows of chats, authors, messages and files. `name` is what explanations call it.
    ///
    /// # Errors
    /// The outer ones when the input cannot be read, the inner ones when lines are wrong: all of them.
    pub fn facts(
        &self,
        name: &str,
        lines: impl std::io::BufRead,
    ) -> std::io::Result<Result<Facts, Vec<FactsError>>> {
        Facts::read(self.schema(), name, lines)
    }

    /// A place by its code: a country or subdivision of ISO 3166, a bloc, or `WORLD`.
    pub fn place(&self, code: &str) -> Option<Place> {
        self.inner.program.blocs.place(code)
    }

    /// The blocs of countries that there are.
    pub fn blocs(&self) -> impl Iterator<Item = Place> {
        self.inner.program.blocs.blocs.iter().map(|bloc| bloc.place)
    }

    /// The countries of a place at an instant: a bloc's members, all of the world, a country itself.
    pub fn countries_of(&self, place: Place, at: Instant) -> Vec<Place> {
        self.inner.program.blocs.countries_of(place, at)
    }

    /// Reads a record from canonical JSON.
    ///
    /// # Errors
    /// The first fault found; other records are not concerned.
    pub fn read(&self, json: &[u8]) -> Result<Record, RecordError> {
        Record::read(self.schema(), json)
    }

    /// Reads a record in the notation of `given`: JSON whose keys need no quotes, `text` short for one part, with
    /// defaults for what every record has.
    ///
    /// # Errors
    /// All faults of the notation, or the first of the record.
    pub fn given(&self, text: &str) -> Result<Record, Failure> {
        let json = self.json_of(text)?;
        Record::given(self.schema(), &json).map_err(|error| Failure {
            diagnostics: vec![Diagnostic::general(error.code, error.to_string())],
            sources: Sources::default(),
        })
    }

    /// The notation of `given` as JSON, nothing filled in: what [`Record::given`] reads.
    ///
    /// # Errors
    /// All faults of the notation.
    pub fn json_of(&self, text: &str) -> Result<String, Failure> {
        let mut sources = Sources::default();
        let file = sources.add("record", text);
        roomy(|| syntax::record(file, text).map(|json| check::json(&json)))
            .map_err(|diagnostics| Failure { diagnostics, sources })
    }

    /// Checks an expression as if it stood in the file of a place.
    ///
    /// # Errors
    /// All its faults.
    pub fn expression(&self, text: &str, place: Place) -> Result<Expression, Failure> {
        roomy(|| {
            let mut sources = Sources::default();
            // The faults of the expression point into a file of its own, after all others.
            for (name, text) in
                self.sources().iter().map(|(_, source)| (&source.name, &source.text))
            {
                sources.add(name.clone(), text.clone());
            }
            let file = sources.add("expression", text);
            let fail = |diagnostics| Failure { diagnostics, sources: sources.clone() };
            let tree = match syntax::typed(file, text) {
                Typed::Expression(tree) => tree,
                Typed::NeedsMore => {
                    let end = u32::try_from(text.trim_end().len()).unwrap_or(u32::MAX);
                    let at = Location { file, span: Span { start: end, end } };
                    return Err(fail(vec![Diagnostic::new(
                        Code::Syntax,
                        at,
                        "the expression ends too early",
                    )]));
                }
                Typed::Wrong(faults) => return Err(fail(faults)),
            };
            let (expr, zone, program) = check::expression(
                &self.inner.trees,
                &self.inner.program,
                place,
                file,
                &tree,
                &sources,
            )
            .map_err(fail)?;
            let sources = Arc::new(sources.clone());
            Ok(Expression { program: Arc::new(program), expr, zone, sources })
        })
    }

    /// What the engine does with the rules, as text: which index wakes each, or why none does, and what is then tested.
    pub fn plan_listing(&self) -> String {
        let Inner { program, plan, sources, .. } = &*self.inner;
        plan::listing(program, plan, sources)
    }

    pub(crate) fn program(&self) -> &Program {
        &self.inner.program
    }

    pub(crate) fn plan(&self) -> &Plan {
        &self.inner.plan
    }

    /// The same rules, with more in some sets: what a test supposes. Entries were checked with the test.
    pub(crate) fn with_entries(&self, entries: &[TestEntry]) -> Self {
        let Inner { program, plan, sources, trees, warnings, digest } = &*self.inner;
        let mut program = program.clone();
        for TestEntry { set, text, from, until, list } in entries {
            if let Some(set) = program.sets.get_mut(*set) {
                let set = Arc::make_mut(set);
                set.open(List { name: list.clone(), ..List::default() });
                let _ = set.add(text, None, *from, *until);
            }
        }
        let inner = Inner {
            program,
            plan: Arc::clone(plan),
            sources: sources.clone(),
            trees: trees.clone(),
            warnings: warnings.clone(),
            digest: digest.clone(),
        };
        Self { inner: Arc::new(inner) }
    }
}

impl Expression {
    /// What it looks for, if it is `… mentions …`: of a pair that has to be near, the first.
    pub fn pattern(&self) -> Option<&crate::text::Matcher> {
        match &self.expr.kind {
            ExprKind::Mentions { pattern, .. } => {
                self.program.patterns.get(pattern.pattern).map(|pattern| &pattern.matcher)
            }
            _ => None,
        }
    }

    /// The name of its type.
    pub fn type_name(&self) -> String {
        self.program.schema.name_of(&self.expr.ty)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for diagnostic in &self.diagnostics {
            let severity = if diagnostic.is_error() { "error" } else { "warning" };
            if let Some(at) = diagnostic.at {
                write!(f, "{}: ", self.sources.display(at))?;
            }
            write!(f, "{severity}[{}]: {}", diagnostic.code.as_str(), diagnostic.message)?;
            match &diagnostic.help {
                Some(help) => writeln!(f, " ({help})")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}

impl std::error::Error for Failure {}
