//! What is worth saying about rules that nothing is wrong with, and how loud: the lints, the levels that somebody set
//! for them, and the comments that allow them in a file.

mod allow;
mod conditions;
mod legal;
mod rules;

use crate::base::source::{FileId, Location, Sources, Span};
use crate::base::time::Day;
use crate::check::Tree;
use crate::diagnostic::{Code, Diagnostic, Level, Levels, Severity};
use crate::program::{Norm, Program};
use crate::syntax::highlight;
use crate::syntax::tree::{self, ItemKind};
use foldhash::HashMap;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// What the lints look at.
pub(crate) struct Linted<'a> {
    pub program: &'a Program,
    /// The standard library first: nothing is said of it.
    pub trees: &'a [Tree],
    pub sources: &'a Sources,
    /// The day on which it is asked what has passed; none reads a clock. Without a day the lints of `DATED` are silent.
    pub as_of: Option<Day>,
    pub elsewhere: Elsewhere,
}

/// What other files than those that are looked at say about their rules and exceptions, by id. It is empty when all files
/// are looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Elsewhere {
    /// Those that an exception defeats.
    pub defeated: BTreeSet<String>,
    /// Those that a test shows to fire, or to lift something.
    pub shown: BTreeSet<String>,
    /// Those that a test names otherwise.
    pub named: BTreeSet<String>,
}

/// The lints that ask what has passed on a day.
const DATED: &[Code] = &[Code::ExpiredLaw, Code::ReviewPassed];

/// Everything that the lints find, whatever their levels. Linear in the files.
pub(crate) fn lints(linted: &Linted<'_>) -> Vec<Diagnostic> {
    let mut found = vec![];
    let written = linted.written();
    legal::lints(linted, &written, &mut found);
    rules::lints(linted, &written, &mut found);
    conditions::lints(linted, &mut found);
    found
}

/// A rule or exception, as it was written and as it was understood.
struct Written<'a> {
    file: FileId,
    item: &'a tree::Rule,
    norm: &'a Norm,
    index: usize,
}

impl<'a> Linted<'a> {
    fn written(&self) -> Vec<Written<'a>> {
        let norms: HashMap<Location, usize> =
            self.program.norms.iter().enumerate().map(|(index, norm)| (norm.at, index)).collect();
        let items = self.trees.iter().flat_map(|(file, _, tree)| {
            tree.items.iter().filter_map(move |item| match &item.kind {
                ItemKind::Rule(rule) => Some((*file, rule)),
                ItemKind::Exception(exception) => Some((*file, &exception.rule)),
                _ => None,
            })
        });
        items
            .filter_map(|(file, item)| {
                let index = *norms.get(&Location { file, span: item.name.span })?;
                Some(Written { file, item, norm: self.program.norms.get(index)?, index })
            })
            .collect()
    }

    /// What stands somewhere, with single blanks between the words outside of strings: equal texts of one file mean the
    /// same.
    fn words(&self, file: FileId, span: Span) -> Cow<'a, str> {
        let text = self.sources.slice(Location { file, span });
        let mut words = text.split_whitespace();
        // Most texts have single spaces already.
        let is_plain = text.split(' ').all(|word| Some(word) == words.next());
        if is_plain { Cow::Borrowed(text) } else { Cow::Owned(single_spaced(text)) }
    }
}

/// A piece of a rule file with single blanks between words; strings, regexes and comments stay as they are.
fn single_spaced(text: &str) -> String {
    let mut spaced = String::with_capacity(text.len());
    let mut end = 0;
    for (word, _) in highlight(text) {
        if end > 0 && word.start > end {
            spaced.push(' ');
        }
        end = word.end;
        spaced.push_str(text.get(word).unwrap_or_default());
    }
    spaced
}

/// What decides which lints are told.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub levels: &'a Levels,
    pub as_of: Option<Day>,
    /// Whether all lints were asked. A comment that allows what was not found is told only then.
    pub all: bool,
}

/// Gives each lint among the messages about some files its level, and drops those that are not to be heard.
pub(crate) fn settle(
    found: Vec<Diagnostic>,
    trees: &[Tree],
    sources: &Sources,
    asked: Asked<'_>,
) -> Vec<Diagnostic> {
    let mut kept = vec![];
    let mut allows = allow::read(trees, sources, &mut kept);
    for diagnostic in found {
        let is_lint = diagnostic.code.group().is_some();
        if !(is_lint && allow::allows(&mut allows, &diagnostic)) {
            kept.push(diagnostic);
        }
    }
    if asked.all {
        let is_asked = |code: Code| asked.as_of.is_some() || !DATED.contains(&code);
        let idle = allows.iter().filter(|each| is_asked(each.code));
        kept.extend(idle.filter_map(allow::Allow::unused));
    }
    kept.retain_mut(|diagnostic| match asked.levels.of(diagnostic.code) {
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

#[cfg(test)]
mod tests {
    use super::single_spaced;

    #[test]
    fn blanks_in_strings_count() {
        for (text, spaced) in [
            ("a  and\n\tb", "a and b"),
            (r#"x   contains "a  b""#, r#"x contains "a  b""#),
            (r#"x  contains "a \"  b"  or  y"#, r#"x contains "a \"  b" or y"#),
            (r#"x  matches r"a\"  or  y"#, r#"x matches r"a\" or y"#),
            (r#"x  or"a\"  b"  or  y"#, r#"x or"a\"  b" or y"#),
            ("x  # an open  \"\n  and  y", "x # an open  \" and y"),
        ] {
            assert_eq!(single_spaced(text), spaced);
        }
    }
}
