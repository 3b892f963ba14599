//! Tree to checked program: resolves every name, types every expression, places every date and deadline, and collects
//! all faults on the way. What leaves here cannot fail at run time.

mod acts;
mod constant;
mod cost;
mod defeat;
mod define;
mod exempt;
mod expr;
mod files;
mod law;
mod names;
mod norms;
mod operators;
mod sets;
pub(crate) mod standard;
mod tests;
mod types;
mod unused;
mod words;

use crate::base::source::{FileId, Location, Sources, Span};
use crate::base::time::Zone;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::functions::Function;
use crate::program::{Expr, Program};
use crate::syntax::tree;
use crate::world::place::Place;
use crate::world::value::Type;
pub(crate) use cost::cost_of;
pub(crate) use files::prefix;
pub(crate) use norms::CATEGORIES;
pub(crate) use standard::LIBRARY;
pub(crate) use tests::json;

use files::Files;
use foldhash::{HashMap, HashSet};
use names::Names;
use std::sync::Arc;

/// What is checked: trees in the order of their names, functions, and a way to the files beside them.
pub(crate) struct Input<'a> {
    /// The standard library first, then `schema.loci` and the rest.
    pub files: &'a [Tree],
    pub functions: Vec<Function>,
    pub beside: &'a Beside<'a>,
    /// Their text.
    pub sources: &'a Sources,
}

type Beside<'a> = dyn Fn(&str, FileKind) -> Result<FileText, FileError> + Sync + 'a;

/// What a file beside the rules holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    /// The entries of a set.
    List,
    /// The record of a test.
    Record,
}

/// A file that was read: its id, its path below the rule root, its tree.
pub(crate) type Tree = (FileId, String, Arc<tree::File>);

/// A file beside the rules.
pub(crate) struct FileText {
    pub text: Arc<String>,
    /// Of its bytes, in lower-case hexadecimal.
    pub sha256: String,
}

/// Why a file beside the rules cannot be had.
pub(crate) enum FileError {
    NotFound,
    OutsideRoot,
    TooLarge,
    NotUtf8(usize),
    Unreadable(String),
}

/// What a checked rule set is, and everything there is to say about it. The program is fit to run only when no
/// diagnostic is an error. Cost: linear in the files, but for names, which are hashed, and list files.
pub(crate) fn check(input: Input<'_>) -> (Program, Vec<Diagnostic>) {
    let mut found = vec![];
    let standard: Vec<_> = input
        .files
        .iter()
        .enumerate()
        .filter(|(index, (_, name, _))| *index < LIBRARY.len() || name == files::SCHEMA)
        .map(|(_, (id, _, tree))| (*id, &**tree))
        .collect();
    let (schema, actions, blocs) = standard::lower(&standard, &mut found);
    let program =
        Program { schema, actions, blocs, functions: input.functions, ..Program::default() };
    let files = Files::of(input.files, &program.blocs, &mut found);
    let names = Names::of(&files, &mut found);
    let mut checker = Checker::new(&files, &names, program, input.beside, input.sources);
    checker.found = found;
    checker.law();
    checker.words();
    checker.all_defines();
    checker.norms();
    checker.defeat();
    checker.exempt();
    checker.tests();
    // What is faulty or could not be read may use what nothing else does.
    let whole = input.files.iter().all(|(_, _, tree)| tree.broken.is_empty());
    let fault = |found: &Diagnostic| found.is_error() && found.code.group().is_none();
    if whole && !checker.found.iter().any(fault) {
        checker.unused();
    }
    let Checker { program, mut found, .. } = checker;
    found.sort_by(|a, b| (a.at, a.code, &a.message).cmp(&(b.at, b.code, &b.message)));
    found.dedup();
    (program, found)
}

/// Checks an expression as if it stood in the file of a place, against a program that was checked before. Its patterns
/// are added to the program that comes back.
///
/// # Errors
/// All its faults.
pub(crate) fn expression(
    trees: &[Tree],
    program: &Program,
    place: Place,
    at: FileId,
    expr: &tree::Expr,
    sources: &Sources,
) -> Result<(Expr, Zone, Program), Vec<Diagnostic>> {
    let mut ignored = vec![];
    let mut files = Files::of(trees, &program.blocs, &mut ignored);
    let names = Names::of(&files, &mut ignored);
    let file = files.stand_in(place, at);
    let beside = |_: &str, _| Err(FileError::NotFound);
    let mut checker = Checker::new(&files, &names, program.clone(), &beside, sources);
    checker.file = file;
    checker.defines_are_done();
    let zone = files.get(file).zone.clone().unwrap_or_else(Zone::utc);
    let lowered = checker.expr(expr);
    let faults: Vec<_> = checker.found.into_iter().filter(Diagnostic::is_error).collect();
    match lowered {
        Some(expr) if faults.is_empty() => Ok((expr, zone, checker.program)),
        _ => Err(faults),
    }
}

/// The state of one check: what is known, what came out, and where it is.
struct Checker<'a> {
    files: &'a Files<'a>,
    names: &'a Names,
    program: Program,
    found: Vec<Diagnostic>,
    /// Names that something uses: file and name.
    used: HashSet<(usize, String)>,
    /// The definitions' bodies as far as they are checked, by the index of the definition.
    defines: Vec<define::Entry<'a>>,
    /// How many of them are being checked, one inside the other.
    open_defines: usize,
    /// Inline patterns and regexes that are known, so that the same words in two rules are one.
    patterns: HashMap<String, usize>,
    regexes: HashMap<String, usize>,
    /// The file that is checked.
    file: usize,
    /// Parameters and elements of enclosing quantifiers, outermost first.
    locals: Vec<Local>,
    beside: &'a Beside<'a>,
    sources: &'a Sources,
}

/// A name that stands for a value while an expression is checked.
#[derive(Clone, Debug)]
struct Local {
    name: String,
    ty: Type,
    /// What `missing` calls it: `links[]`.
    path: String,
    /// Whether its value can be missing: a parameter's can, an element cannot.
    optional: bool,
}

impl<'a> Checker<'a> {
    fn new(
        files: &'a Files<'a>,
        names: &'a Names,
        program: Program,
        beside: &'a Beside<'a>,
        sources: &'a Sources,
    ) -> Self {
        Self {
            files,
            names,
            program,
            found: vec![],
            used: HashSet::default(),
            defines: vec![],
            open_defines: 0,
            patterns: HashMap::default(),
            regexes: HashMap::default(),
            file: 0,
            locals: vec![],
            beside,
            sources,
        }
    }

    fn at(&self, span: Span) -> Location {
        Location { file: self.files.get(self.file).id, span }
    }

    /// Reports a name that does not exist, with the nearest that does, or another help.
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
        self.found.push(Diagnostic::new(code, at, message).meant(near, otherwise));
    }

    /// Reports a fault in the file that is checked.
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
}
