//! Turns syntax trees into a checked program: resolves names, types expressions, checks dates and deadlines, and
//! reports all faults. A program without faults cannot fail when it runs.

mod acts;
mod categories;
mod constant;
mod cost;
mod counters;
mod counting;
mod defeat;
mod define;
mod earlier;
mod elements;
mod exempt;
mod expr;
mod files;
mod incomparable;
mod interval;
mod instant;
mod language;
mod law;
mod literal;
mod marks;
mod meaning;
mod named;
mod names;
mod norms;
mod operators;
mod parameter;
mod part;
mod period;
mod registers;
mod rulings;
mod sets;
pub(crate) mod standard;
mod state;
mod test_items;
mod types;
mod unknown;
mod unused;
mod uses;
mod wordings;
mod words;

use crate::base::encoding::NotUtf8;
use crate::base::limits::RecordLimits;
use crate::base::source::{FileId, Location, Sources, Span};
use crate::base::time::Zone;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::functions::Function;
use crate::program::{Expr, Program};
use crate::syntax::tree;
use crate::world::form::Form;
use crate::world::value::Type;
pub(crate) use categories::{CATEGORIES, is_category};
pub(crate) use cost::cost_of;
pub(crate) use files::{Scope, prefix};
pub(crate) use law::PARTIES;
pub(crate) use norms::gravity;
pub(crate) use part::{UsedNames, check_part, file_faults, unused};
pub(crate) use standard::LIBRARY;
pub use uses::NameKind;
pub(crate) use uses::NameUse;

use files::Files;
use foldhash::HashMap;
use instant::Origin;
use names::Names;
use standard::{Declarations, Standard};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A rule set to check.
pub(crate) struct Input<'a> {
    /// The standard library first, then the other files in the order of their names.
    pub files: &'a [Tree],
    pub functions: Vec<Function>,
    /// Reads a data file by its path below the rule root.
    pub read_file: &'a ReadFile<'a>,
    /// The texts of the files.
    pub sources: &'a Sources,
    /// How large records can be; it decides how much conditions can cost.
    pub limits: RecordLimits,
}

type ReadFile<'a> = dyn Fn(&str, FileKind) -> Result<FileText, FileError> + Sync + 'a;

/// The kinds of data file that rule files name by a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// It contains the entries of a set.
    List,
    /// It contains the record of a test.
    Record,
}

/// A parsed file: its id, its path below the rule root, and its tree.
pub(crate) type Tree = (FileId, String, Arc<tree::File>);

/// The text of a data file.
pub(crate) struct FileText {
    pub text: Arc<String>,
    /// The digest of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// Why a data file could not be read.
pub(crate) enum FileError {
    NotFound,
    OutsideRoot,
    TooLarge,
    NotUtf8(NotUtf8),
    Unreadable(String),
}

/// The result of a check. The program may run only when no diagnostic is an error.
pub(crate) struct Checked {
    pub program: Program,
    /// In the order of the files.
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a rule set and reports all errors and warnings. Takes time linear in the size of the files and lists.
pub(crate) fn check(input: &Input<'_>) -> Checked {
    let mut found = vec![];
    let standard = standard_program(input, &mut found);
    let files = Files::of(input.files, &standard.0.blocs, &mut found);
    found.extend(norms::too_many_rules(&files));
    let names = Names::of(&files, &mut found);
    let checker = Checker::of_items(input, &files, &names, standard, found);
    let Checker { mut program, mut found, uses, .. } = checker;
    program.patterns.iter_mut().for_each(|pattern| pattern.matcher.forget_work());
    // A faulty or unparsed item may contain the only use of a name, so unused names are reported only without faults.
    let is_whole = input.files.iter().all(|(_, _, tree)| tree.broken.is_empty());
    if is_whole && !found.iter().any(Diagnostic::is_fault) {
        let used = part::used_names(&uses, input.sources);
        let is_used = |file, name: &str| used.get(&file).is_some_and(|names| names.contains(name));
        found.extend(unused::unused(&files, &is_used, input.sources));
    }
    sort(&mut found);
    Checked { program, diagnostics: found }
}

/// A program that has only what the standard library and `schema.loci` declare, and where they declare it.
fn standard_program(input: &Input<'_>, found: &mut Vec<Diagnostic>) -> (Program, Declarations) {
    let standard: Vec<_> = input
        .files
        .iter()
        .enumerate()
        .filter(|(index, (_, name, _))| *index < LIBRARY.len() || name == files::SCHEMA)
        .map(|(_, (id, _, tree))| (*id, &**tree))
        .collect();
    let (Standard { mut schema, actions, blocs }, declarations) = standard::lower(&standard, found);
    schema.limits = input.limits;
    let functions = input.functions.clone();
    (Program { schema, actions, blocs, functions, ..Program::default() }, declarations)
}

/// Sorts diagnostics by location, then by code, and removes duplicates.
pub(crate) fn sort(found: &mut Vec<Diagnostic>) {
    found.sort_by(|a, b| (a.at, a.code, &a.message).cmp(&(b.at, b.code, &b.message)));
    found.dedup();
}

/// Checks an expression against a checked program, as if it were in the file of a place. `text` contains it. Returns the
/// expression, its zone, and the program with the patterns of the expression added.
///
/// # Errors
/// All faults of the expression.
pub(crate) fn expression(
    trees: &[Tree],
    program: &Program,
    scope: Scope<'_>,
    text: FileId,
    expr: &tree::Expr,
    sources: &Sources,
) -> Result<(Expr, Zone, Program), Vec<Diagnostic>> {
    let mut ignored = vec![];
    let mut files = Files::of(trees, &program.blocs, &mut ignored);
    let names = Names::of(&files, &mut ignored);
    let file = files.stand_in(scope, text);
    let read_file = |_: &str, _| Err(FileError::NotFound);
    let mut checker = Checker::new(&files, &names, program.clone(), &read_file, sources);
    checker.file = file;
    // The program has no faults, so its definitions need no second check.
    checker.define_states = vec![define::State::Done; names.defines.len()];
    checker.counter_states = vec![define::State::Done; names.counters.len()];
    let zone = checker.zone();
    let lowered = checker.expr(expr);
    let faults: Vec<_> = checker.found.into_iter().filter(Diagnostic::is_error).collect();
    match lowered {
        Some(expr) if faults.is_empty() => Ok((expr, zone, checker.program)),
        _ => Err(faults),
    }
}

/// The members of a circle, beginning with the least, so that it does not matter where a search entered the circle.
fn from_least(circle: &[usize]) -> Vec<usize> {
    let least = circle.iter().enumerate().min_by_key(|(_, member)| **member);
    let mut members = circle.to_vec();
    members.rotate_left(least.map_or(0, |(step, _)| step));
    members
}

/// The names of the members of a circle, from the first around to the first: `` `a` → `b` → `a` ``.
fn arrows(members: &[(Location, String)]) -> String {
    let names = members.iter().chain(members.first()).map(|(_, name)| format!("`{name}`"));
    names.collect::<Vec<_>>().join(" → ")
}

/// The state of one check.
struct Checker<'a> {
    files: &'a Files<'a>,
    names: &'a Names<'a>,
    /// Where fields and actions are declared.
    standard: Declarations,
    program: Program,
    found: Vec<Diagnostic>,
    uses: Vec<NameUse>,
    /// How far the check of each definition has come.
    define_states: Vec<define::State>,
    /// How far the check of each counter has come.
    counter_states: Vec<define::State>,
    /// The definitions whose check has begun. Each of them is called by the one before it.
    open_defines: Vec<usize>,
    /// The index of each inline pattern, by its text. Rules with the same pattern share it.
    patterns: HashMap<String, usize>,
    /// The index of each regex, by its source.
    regexes: HashMap<String, usize>,
    /// The file that is being checked.
    file: usize,
    /// The parameters and quantifier variables in scope, outermost first.
    locals: Vec<Local>,
    /// The parameters of the definition being checked that it compares with `at`, by index.
    compared_params: BTreeSet<usize>,
    /// The parameters of the definition that is being checked from which it calculates keys of counters.
    key_params: BTreeSet<usize>,
    read_file: &'a ReadFile<'a>,
    sources: &'a Sources,
}

/// A parameter of a definition, or the variable of a quantifier.
#[derive(Clone, Debug)]
struct Local {
    name: String,
    ty: Type,
    /// Its path as it appears in `missing`: `links[]`.
    path: String,
    /// Where its name is declared.
    declared: Location,
    /// `Parameter` or `Element`. A parameter can be missing; an element is always present.
    kind: NameKind,
    origin: Origin,
    /// The form of its values.
    form: Option<Form>,
}

impl<'a> Checker<'a> {
    fn new(
        files: &'a Files<'a>,
        names: &'a Names<'a>,
        program: Program,
        read_file: &'a ReadFile<'a>,
        sources: &'a Sources,
    ) -> Self {
        Self {
            files,
            names,
            program,
            found: vec![],
            standard: Declarations::default(),
            uses: vec![],
            define_states: vec![],
            counter_states: vec![],
            open_defines: vec![],
            patterns: HashMap::default(),
            regexes: HashMap::default(),
            file: 0,
            locals: vec![],
            compared_params: BTreeSet::new(),
            key_params: BTreeSet::new(),
            read_file,
            sources,
        }
    }

    /// A checker that has checked all items. `found` is what was found before.
    fn of_items(
        input: &'a Input<'a>,
        files: &'a Files<'a>,
        names: &'a Names<'a>,
        (program, standard): (Program, Declarations),
        found: Vec<Diagnostic>,
    ) -> Self {
        let checker = Self::new(files, names, program, input.read_file, input.sources);
        let mut checker = Self { standard, found, ..checker };
        checker.check_items();
        checker
    }

    /// Lowers a table of declarations row by row, so that an index means the same before and after.
    fn lower_all<D, L>(&mut self, all: &[D], lower: impl Fn(&mut Self, &D) -> L) -> Vec<L> {
        all.iter().map(|declared| lower(self, declared)).collect()
    }

    /// Checks all items. An item is checked after the items that it depends on.
    fn check_items(&mut self) {
        self.lower_law();
        self.lower_words_and_sets();
        self.lower_wordings();
        self.lower_marks();
        self.begin_counters();
        self.check_defines();
        self.check_counters();
        self.lower_norms();
        self.lower_unanswered();
        self.link_exceptions();
        self.link_state();
        self.warn_exempt_phrases();
        self.lower_tests();
    }

    /// The id of an item that the current file declares: `kz.astana`.
    fn id(&self, name: &tree::Name) -> String {
        format!("{}.{}", self.files.get(self.file).prefix, name.text)
    }

    /// The zone in which the days of the current file begin. For a library it is UTC.
    fn zone(&self) -> Zone {
        self.files.get(self.file).zone.clone().unwrap_or_else(Zone::utc)
    }

    /// The location of a span in the current file.
    fn at(&self, span: Span) -> Location {
        Location { file: self.files.get(self.file).id, span }
    }

    /// Reports a name that does not exist. Suggests the nearest existing name; if there is none, shows the help
    /// `otherwise`.
    fn report_unknown(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        near: Option<&str>,
        otherwise: impl Into<String>,
    ) {
        let near = near.map(|near| (near, near.to_owned()));
        let at = self.at(span);
        self.found.push(Diagnostic::new(code, at, message).suggest(near, otherwise));
    }

    /// Reports a fault in the file that is being checked.
    fn report(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        let at = self.at(span);
        self.found.push(Diagnostic::new(code, at, message).help(help));
    }

    /// Reports the members of a circle, at the first of them.
    fn report_circle(
        &mut self,
        code: Code,
        members: &[(Location, String)],
        message: String,
        help: impl Into<String>,
    ) {
        let [(first, _), others @ ..] = members else { return };
        let diagnostic = Diagnostic::new(code, *first, message).help(help);
        self.found.push(others.iter().fold(diagnostic, |diagnostic, (other, _)| {
            diagnostic.related(*other, "also in the circle")
        }));
    }

    /// Reports an error and returns `None`, because the faulty part has no checked form.
    fn refuse<T>(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> Option<T> {
        self.report(code, span, message, help);
        None
    }
}
