//! What is worth saying about rules that nothing is wrong with, and how loud: the lints, the levels that somebody set
//! for them, and the comments that allow them in a file.

mod allow;

use crate::check::Tree;
use crate::diagnostic::{Code, Diagnostic, Level, Levels, Severity};
use crate::source::Sources;
use crate::time::Day;

/// What the lints look at.
pub(crate) struct Linted<'a> {
    pub trees: &'a [Tree],
    pub sources: &'a Sources,
    /// The day on which it is asked what has passed; none reads a clock. Without a day the lints of `DATED` are silent.
    pub as_of: Option<Day>,
}

/// The lints that ask what has passed on a day.
const DATED: &[Code] = &[];

/// Everything that the lints find, whatever their levels.
pub(crate) fn lints(_linted: &Linted<'_>) -> Vec<Diagnostic> {
    vec![]
}

/// Gives each lint among some messages its level, and drops those that are not to be heard. `whole` says whether all
/// lints were asked: what is allowed and was not found is told only then.
pub(crate) fn settle(
    found: Vec<Diagnostic>,
    linted: &Linted<'_>,
    levels: &Levels,
    whole: bool,
) -> Vec<Diagnostic> {
    let mut kept = vec![];
    let mut allows = allow::read(linted, &mut kept);
    for diagnostic in found {
        let is_lint = diagnostic.code.group().is_some();
        if !(is_lint && allow::allows(&mut allows, &diagnostic)) {
            kept.push(diagnostic);
        }
    }
    if whole {
        let asked = |code: Code| linted.as_of.is_some() || !DATED.contains(&code);
        kept.extend(allows.iter().filter(|each| asked(each.code)).filter_map(|each| each.unused()));
    }
    kept.retain_mut(|diagnostic| match levels.of(diagnostic.code) {
        Level::Allow => false,
        Level::Warn => {
            diagnostic.severity = Severity::Warning;
            true
        }
        Level::Deny => {
            diagnostic.severity = Severity::Error;
            true
        }
    });
    kept
}
