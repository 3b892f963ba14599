//! The check of a rule set in parts, for editors: file by file, and then what only all files together show.

use super::files::Files;
use super::names::Names;
use super::uses::{NameKind, NameUse};
use super::{Checker, Input, Tree, norms, standard_of, unused as idle};
use crate::base::source::{FileId, Sources};
use crate::diagnostic::Diagnostic;
use crate::program::Program;
use crate::world::place::Blocs;
use std::collections::{HashMap, HashSet};

/// The names of items that something uses, by the file that declares them.
pub(crate) type Used = HashMap<FileId, HashSet<String>>;

/// What the check of some files gives.
pub(crate) struct Part {
    pub program: Program,
    /// The faults of their items, in the order of [`super::check`].
    pub found: Vec<Diagnostic>,
    pub uses: Vec<NameUse>,
    pub used: Used,
}

/// Checks the items of some files: a few of a rule set, with all that they name. What [`of_files`] and [`unused`] say is
/// left to them.
pub(crate) fn part(input: &Input<'_>) -> Part {
    let mut found = vec![];
    let (program, declarations) = standard_of(input, &mut found);
    let files = Files::of(input.files, &program.blocs, &mut vec![]);
    let names = Names::of(&files, &mut found);
    let mut checker = Checker::new(&files, &names, program, input.read_file, input.sources);
    checker.standard = declarations;
    checker.found = found;
    checker.passes();
    let used = used(&checker.uses, input.sources);
    let uses = checker.take_uses();
    let Checker { program, mut found, .. } = checker;
    super::sort(&mut found);
    Part { program, found, uses, used }
}

/// The names of items among uses that were recorded.
pub(super) fn used(uses: &[NameUse], sources: &Sources) -> Used {
    let mut used = Used::new();
    for NameUse { declared, kind, .. } in uses {
        if is_item(*kind) {
            let name = sources.slice(*declared);
            let names = used.entry(declared.file).or_default();
            if !names.contains(name) {
                names.insert(name.to_owned());
            }
        }
    }
    used
}

/// Whether something uses a name that a file declares.
pub(super) fn is_used(used: &Used, file: FileId, name: &str) -> bool {
    used.get(&file).is_some_and(|names| names.contains(name))
}

/// Whether the names of this kind are those of items: no two in one file are the same.
pub(crate) fn is_item(kind: NameKind) -> bool {
    match kind {
        NameKind::Law
        | NameKind::Policy
        | NameKind::Office
        | NameKind::Terms
        | NameKind::Set
        | NameKind::Define
        | NameKind::Rule
        | NameKind::Exception => true,
        NameKind::Article
        | NameKind::Parameter
        | NameKind::Element
        | NameKind::File
        | NameKind::Field
        | NameKind::Action => false,
    }
}

/// What is wrong with files as wholes: items that do not belong there, their places, what they use, their number.
pub(crate) fn of_files(files: &[Tree], blocs: &Blocs) -> Vec<Diagnostic> {
    let mut found = vec![];
    let files = Files::of(files, blocs, &mut found);
    found.extend(norms::too_many(&files));
    found
}

/// What nothing uses in a rule set in which everything could be read and nothing is wrong. `is_used` says whether
/// something uses a name that a file declares.
pub(crate) fn unused(
    files: &[Tree],
    blocs: &Blocs,
    is_used: &dyn Fn(FileId, &str) -> bool,
    sources: &Sources,
) -> Vec<Diagnostic> {
    idle::unused(&Files::of(files, blocs, &mut vec![]), is_used, sources)
}
