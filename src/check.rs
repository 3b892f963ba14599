//! Tree to checked program: resolves every name, types every expression, places every date and deadline, and collects
//! all faults on the way. What leaves here cannot fail at run time.

mod acts;
mod constant;
mod cost;
mod defeat;
mod define;
mod expr;
mod files;
mod law;
mod names;
mod norms;
mod operators;
mod standard;
mod tests;
mod types;
mod unused;
mod words;

use crate::diagnostic::{Code, Diagnostic};
use crate::functions::Function;
use crate::program::Program;
use crate::source::{FileId, Location, Span};
use crate::syntax::tree;
use crate::value::Type;
use files::Files;
use names::Names;
use std::collections::{HashMap, HashSet};

/// What is checked: trees in the order of their names, functions, and a way to the list files.
pub(crate) struct Input<'a> {
    /// The standard library first, then `schema.loci` and the rest.
    pub files: &'a [(FileId, String, tree::File)],
    pub functions: Vec<Function>,
    pub lists: &'a Lists,
    /// What stands at a location.
    pub source: &'a Text,
}

type Lists = dyn Fn(&str) -> Result<String, ListError> + Sync;
type Text = dyn Fn(Location) -> String + Sync;

/// Why a list file cannot be had.
pub(crate) enum ListError {
    NotFound,
    OutsideRoot,
    TooLarge,
    NotUtf8(usize),
    Unreadable(String),
}

/// What a checked rule set is, and everything there is to say about it. The program is fit to run only when no
/// diagnostic is an error. Cost: linear in the files, but for names, which are hashed, and list files.
pub(crate) fn check(input: Input<'_>) -> (Checked, Vec<Diagnostic>) {
    let mut found = vec![];
    let standard: Vec<_> = input
        .files
        .iter()
        .filter(|(_, name, _)| name.starts_with(files::STANDARD) || name == files::SCHEMA)
        .map(|(id, _, tree)| (*id, tree))
        .collect();
    let (schema, actions, blocs) = standard::lower(&standard, &mut found);
    let program = Program { schema, actions, blocs, functions: input.functions, ..Program::default() };
    let files = Files::of(input.files, &program.blocs, &mut found);
    let names = Names::of(&files, &mut found);
    let mut checker = Checker {
        files: &files,
        names: &names,
        program,
        found,
        used: HashSet::new(),
        defines: vec![],
        seen: HashMap::new(),
        file: 0,
        locals: vec![],
        lists: input.lists,
        source: input.source,
    };
    checker.law();
    checker.words();
    checker.all_defines();
    checker.norms();
    checker.defeat();
    checker.tests();
    checker.unused();
    let Checker { program, mut found, .. } = checker;
    found.sort_by(|a, b| (a.at, a.code, &a.message).cmp(&(b.at, b.code, &b.message)));
    found.dedup();
    let checked = Checked { program, scope: names::Scope::of(&files, &names) };
    (checked, found)
}

/// A checked program, and the names that an expression typed into a REPL may use.
#[derive(Clone, Debug, Default)]
pub(crate) struct Checked {
    pub program: Program,
    pub scope: names::Scope,
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
    /// Inline patterns and regexes that are known, so that the same words in two rules are one.
    seen: HashMap<String, usize>,
    /// The file that is checked.
    file: usize,
    /// Parameters and elements of enclosing quantifiers, outermost first.
    locals: Vec<Local>,
    lists: &'a Lists,
    source: &'a Text,
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

impl Checker<'_> {
    fn at(&self, span: Span) -> Location {
        Location { file: self.files.get(self.file).id, span }
    }

    /// Reports, and says whether a help was worth adding.
    fn report(&mut self, code: Code, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let at = self.at(span);
        self.found.push(Diagnostic::new(code, at, message).help(help));
    }
}
