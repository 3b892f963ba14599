//! Checks a rule set in parts, so that editors need not check all files after each change: the items of some files, and
//! apart from them what concerns files as a whole.

use super::files::Files;
use super::names::Names;
use super::uses::NameUse;
use super::{Checker, Input, Tree, norms, standard_program, unused as unused_names};
use crate::base::source::{FileId, Sources};
use crate::diagnostic::Diagnostic;
use crate::program::Program;
use crate::world::place::Blocs;
use std::collections::{HashMap, HashSet};

/// For each file, the names of its items that some file uses.
pub(crate) type UsedNames = HashMap<FileId, HashSet<String>>;

/// The result of checking some files.
pub(crate) struct CheckedPart {
    pub program: Program,
    /// The faults of their items, in the order of [`super::check`].
    pub found: Vec<Diagnostic>,
    /// All names that could be resolved, in the order of the files. Names in faulty items are included.
    pub uses: Vec<NameUse>,
    pub used: UsedNames,
}

/// Checks the items of some files of a rule set. The input must also contain all files that these refer to. Does not
/// report what [`file_faults`] and [`unused`] report.
pub(crate) fn check_part(input: &Input<'_>) -> CheckedPart {
    let mut found = vec![];
    let standard = standard_program(input, &mut found);
    let files = Files::of(input.files, &standard.0.blocs, &mut vec![]);
    let names = Names::of(&files, &mut found);
    let mut checker = Checker::of_items(input, &files, &names, standard, found);
    let used = used_names(&checker.uses, input.sources);
    let uses = checker.take_uses();
    let Checker { program, mut found, .. } = checker;
    super::sort(&mut found);
    CheckedPart { program, found, uses, used }
}

/// Collects the names of the items that are used.
pub(super) fn used_names(uses: &[NameUse], sources: &Sources) -> UsedNames {
    let mut used = UsedNames::new();
    for NameUse { declared, .. } in uses.iter().filter(|one| one.kind.is_item()) {
        used.entry(declared.file).or_default().insert(sources.slice(*declared).to_owned());
    }
    used
}

/// The faults that concern files as a whole: misplaced items, jurisdictions, `use` paths, and the number of rules.
pub(crate) fn file_faults(files: &[Tree], blocs: &Blocs) -> Vec<Diagnostic> {
    let mut found = vec![];
    let files = Files::of(files, blocs, &mut found);
    found.extend(norms::too_many_rules(&files));
    found
}

/// Warns about unused names and libraries in a rule set without faults. `is_used` tells whether a name that a file
/// declares is used.
pub(crate) fn unused(
    files: &[Tree],
    blocs: &Blocs,
    is_used: &dyn Fn(FileId, &str) -> bool,
    sources: &Sources,
) -> Vec<Diagnostic> {
    unused_names::unused(&Files::of(files, blocs, &mut vec![]), is_used, sources)
}
