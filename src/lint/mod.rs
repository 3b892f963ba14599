//! Warnings about rules that are valid: the lints, their levels, and the comments that allow them in a file.

mod allow;
mod conditions;
mod legal;
mod rules;
mod state;

use crate::base::source::{FileId, Location, Sources, Span};
use crate::base::time::Day;
use crate::check::Tree;
use crate::diagnostic::{Code, Diagnostic, Level, Levels, Severity};
use crate::program::{Norm, Program};
use crate::syntax::highlight;
use crate::syntax::tree;
use foldhash::HashMap;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// The input of the lints.
pub(crate) struct LintInput<'a> {
    pub program: &'a Program,
    /// The trees of all files. The standard library comes first, and gets no warnings.
    pub trees: &'a [Tree],
    pub sources: &'a Sources,
    /// The day for which the lints of `DATED` are checked. Without a day they report nothing, because the library reads
    /// no clock.
    pub as_of: Option<Day>,
    pub referenced_elsewhere: ReferencedElsewhere,
}

/// The rules, exceptions, counters and marks of the linted files to which other files refer, by id. Empty if all files are linted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ReferencedElsewhere {
    /// Rules and exceptions that some exception lifts.
    pub defeated: BTreeSet<String>,
    /// Rules and exceptions that a test expects to fire, or to lift something.
    pub expected_to_fire: BTreeSet<String>,
    /// Rules that a test names in another way.
    pub named: BTreeSet<String>,
    /// Counters and marks that some item names.
    pub read: BTreeSet<String>,
}

/// The lints about days that have passed, or have not come.
const DATED: &[Code] =
    &[Code::ExpiredLaw, Code::ReviewPassed, Code::VerifiedLater, Code::StaleRegister];

/// All diagnostics of the lints, regardless of their levels. Takes time linear in the size of the files.
pub(crate) fn lints(input: &LintInput<'_>) -> Vec<Diagnostic> {
    let mut found = vec![];
    let rules = input.rules();
    legal::lints(input, &rules, &mut found);
    rules::lints(input, &rules, &mut found);
    conditions::lints(input, &mut found);
    state::lints(input, &mut found);
    found
}

/// A rule or exception: its syntax tree and its checked form.
struct LintedRule<'a> {
    file: FileId,
    item: &'a tree::Rule,
    norm: &'a Norm,
    index: usize,
}

impl<'a> LintInput<'a> {
    fn rules(&self) -> Vec<LintedRule<'a>> {
        let norms: HashMap<Location, usize> =
            self.program.norms.iter().enumerate().map(|(index, norm)| (norm.at, index)).collect();
        let items = self.trees.iter().flat_map(|(file, _, tree)| {
            tree.items.iter().filter_map(move |item| Some((*file, item.kind.rule()?)))
        });
        items
            .filter_map(|(file, item)| {
                let index = *norms.get(&Location { file, span: item.name.span })?;
                Some(LintedRule { file, item, norm: self.program.norms.get(index)?, index })
            })
            .collect()
    }

    /// The text of a span with single blanks between words, except in strings. Conditions and clauses of one file with
    /// equal texts mean the same.
    fn words(&self, file: FileId, span: Span) -> Cow<'a, str> {
        let text = self.sources.slice(Location { file, span });
        let mut words = text.split_whitespace();
        // Most texts have single spaces already.
        let is_single_spaced = text.split(' ').all(|word| Some(word) == words.next());
        if is_single_spaced { Cow::Borrowed(text) } else { Cow::Owned(single_spaced(text)) }
    }
}

/// A piece of a rule file with single blanks between words. Strings, regexes and comments are unchanged.
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

/// The settings that decide which lints are reported.
#[derive(Clone, Copy)]
pub(crate) struct LintSettings<'a> {
    pub levels: &'a Levels,
    pub as_of: Option<Day>,
    /// Whether all lints have run. Otherwise a comment `# allow` can seem unused, so none is reported as unused.
    pub have_all_run: bool,
}

/// Sets the level of each lint among the diagnostics, and drops those that are allowed.
pub(crate) fn apply_levels(
    found: Vec<Diagnostic>,
    trees: &[Tree],
    sources: &Sources,
    settings: LintSettings<'_>,
) -> Vec<Diagnostic> {
    let mut kept = vec![];
    let mut allows = allow::read(trees, sources, &mut kept);
    for diagnostic in found {
        let is_lint = diagnostic.code.group().is_some();
        if !is_lint || !allows.allow(&diagnostic) {
            kept.push(diagnostic);
        }
    }
    if settings.have_all_run {
        let has_run = |code: Code| settings.as_of.is_some() || !DATED.contains(&code);
        let checked = allows.iter().filter(|allow| has_run(allow.code));
        kept.extend(checked.filter_map(allow::Allow::warning_if_unused));
    }
    kept.retain_mut(|diagnostic| {
        let level = settings.levels.of(diagnostic.code);
        diagnostic.severity =
            if level == Level::Deny { Severity::Error } else { Severity::Warning };
        level != Level::Allow
    });
    kept
}

#[cfg(test)]
mod tests {
    use super::{LintInput, LintSettings, ReferencedElsewhere, apply_levels, lints, single_spaced};
    use crate::base::steps::spent;
    use crate::diagnostic::{Code, Levels};
    use crate::interpret::testing::{compiled, parsed};

    /// The work of all lints on a file, and the codes of what they report.
    fn linted(rules: &str) -> (u64, Vec<Code>) {
        let source = format!(
            "jurisdiction WORLD {{ zone \"UTC\" }}\npolicy p \"P\" {{ in force from 2026-01-01 }}\n{rules}"
        );
        let files = [("world.loci", source.as_str())];
        let ((program, _), (trees, sources)) = (compiled(&files), parsed(&files));
        spent();
        let referenced_elsewhere = ReferencedElsewhere::default();
        let (trees, sources) = (&*trees, &sources);
        let found = lints(&LintInput {
            program: &program,
            trees,
            sources,
            as_of: None,
            referenced_elsewhere,
        });
        let (levels, as_of) = (&Levels::default(), None);
        let settings = LintSettings { levels, as_of, have_all_run: true };
        let found = apply_levels(found, trees, sources, settings);
        (spent(), found.into_iter().map(|one| one.code).collect())
    }

    /// Twice the rules take about twice the work.
    fn is_near_linear(rules: impl Fn(usize) -> String) {
        let [some, twice] = [300, 600].map(|count| linted(&rules(count)).0);
        assert!(some > 0 && twice < some * 5 / 2, "{some} steps, then {twice}");
    }

    #[test]
    fn comments_that_allow_take_linear_work() {
        let rule = |n: usize| {
            format!(
                "# allow LX4201: a\n# allow LX4202: b\nrule r{n} \"R\" {{\n basis p\n when chat.members > {n}\n then label\n}}\n"
            )
        };
        is_near_linear(|count| (0..count).map(rule).collect());
        let above_one_rule = |comments: &str, count| comments.repeat(count) + &rule(1);
        is_near_linear(|count| above_one_rule("# allow LX4201: a\n# note\n", count));
        is_near_linear(|count| above_one_rule("# allow LX4201: a\n## note\n", count));
        let codes = |count| format!("# allow LX4201{}: a\n", ", LX4202".repeat(count));
        is_near_linear(|count| codes(count) + &above_one_rule("# note\n", count));
    }

    #[test]
    fn rules_that_share_a_condition_take_linear_work() {
        let rule = |n: usize| {
            format!(
                "rule r{n} \"R\" {{\n basis p\n when chat.public and chat.members > {n}\n then restrict\n}}\n"
            )
        };
        is_near_linear(|count| (0..count).map(rule).collect());
        let outdone = "rule a \"A\" {\n basis p\n when chat.public\n then restrict\n}\nrule b \"B\" {\n basis p\n when chat.public and chat.scam\n then label\n}\n";
        assert!(linted(outdone).1.contains(&Code::OutdoneRule));
    }

    #[test]
    fn blanks_in_strings_are_kept() {
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
