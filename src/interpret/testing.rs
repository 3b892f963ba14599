//! Helpers for unit tests: rules and records written as text.

use super::Interpreter;
use crate::base::limits::RecordLimits;
use crate::base::source::Sources;
use crate::base::time::Instant;
use crate::check::{Checked, FileError, Input, LIBRARY, Tree, check};
use crate::diagnostic::Diagnostic;
use crate::program::functions::builtins;
use crate::program::outcome::Finding;
use crate::program::{Norm, Program};
use crate::record::Record;
use crate::syntax;

/// The instant of every decision in these tests.
pub(crate) const NOON: &str = "2026-03-01T12:00:00Z";

pub(crate) fn instant(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// Compiles a rule set, which must have no faults.
pub(crate) fn compiled(files: &[(&str, &str)]) -> (Program, Sources) {
    // Small, so that conditions may compare two lists.
    let limits = RecordLimits::default().list(200).links(200);
    let (program, sources, errors) = checked(files, limits);
    assert!(errors.is_empty(), "{errors:#?}");
    (program, sources)
}

/// Parses files, which must have no faults, and the standard library.
pub(crate) fn parsed(files: &[(&str, &str)]) -> (Vec<Tree>, Sources) {
    let mut sources = Sources::default();
    let texts = LIBRARY.iter().copied().chain(files.iter().copied());
    let read = texts.map(|(name, text)| {
        let id = sources.add(name, text);
        let (tree, found) = syntax::read(id, text);
        assert!(found.is_empty(), "{name}: {found:?}");
        (id, name.to_owned(), std::sync::Arc::new(tree))
    });
    (read.collect(), sources)
}

/// Checks a rule set that can be parsed, for records within these limits. Returns its errors too.
pub(crate) fn checked(
    files: &[(&str, &str)],
    limits: RecordLimits,
) -> (Program, Sources, Vec<String>) {
    let (program, sources, found) = diagnosed(files, limits);
    let shown = |one: &Diagnostic| {
        let at = one.at.map(|at| sources.display(at)).unwrap_or_default();
        format!("{at}: {}", one.message)
    };
    let errors = found.iter().filter(|one| one.is_error()).map(shown).collect();
    (program, sources, errors)
}

/// The checked program of these files, and the diagnostics.
pub(crate) fn diagnosed(
    files: &[(&str, &str)],
    limits: RecordLimits,
) -> (Program, Sources, Vec<Diagnostic>) {
    let (read, sources) = parsed(files);
    let read_file = |_: &str, _| Err(FileError::NotFound);
    let input = Input {
        files: &read,
        functions: builtins(),
        read_file: &read_file,
        sources: &sources,
        limits,
    };
    let Checked { program, diagnostics } = check(&input);
    (program, sources, diagnostics)
}

/// Reads a record from JSON, in the notation of `given` in a test.
pub(crate) fn given(program: &Program, json: &str) -> Record {
    Record::given(&program.schema, json).unwrap()
}

pub(crate) fn named<'p>(program: &'p Program, id: &str) -> &'p Norm {
    program.norms.iter().find(|norm| norm.id == id).unwrap()
}

/// The result of the condition of a norm at noon.
pub(crate) fn found(program: &Program, id: &str, json: &str) -> Finding {
    let record = given(program, json);
    Interpreter::new(program, &record, instant(NOON)).condition(named(program, id))
}
