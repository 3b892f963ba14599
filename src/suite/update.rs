//! Rewrites unmet expectations in place, so that they say what is decided. The rest of a file stays as it is.

use super::expect::{self, Found, Names};
use super::{history, parallel, selected_tests, with_test_sets};
use crate::base::source::{FileId, Location, Span};
use crate::face::ruleset::RuleSet;
use crate::program::{ExpectationKind, Program, Test};
use crate::syntax;
use std::collections::{BTreeMap, BTreeSet};

/// Rule files with rewritten expectations.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Update {
    /// The new texts of the changed files, by their paths below the rule root.
    pub files: BTreeMap<String, String>,
    /// How many expectations were rewritten.
    pub rewritten: usize,
    /// Tests that were not updated: their cases share an expectation but have different results.
    pub left: Vec<String>,
}

/// Says what becomes of an expectation.
#[derive(Clone, PartialEq, Eq)]
enum Rewrite {
    Keep,
    Replace(Vec<String>),
    /// Cases share the expectation and disagree on what it should say. It is kept.
    Disagree,
}

impl Rewrite {
    /// Whether nothing takes the place of the expectation.
    fn is_empty(&self) -> bool {
        matches!(self, Self::Replace(others) if others.is_empty())
    }
}

/// Rewrites the unmet expectations of the tests that a filter selects, so that they are met.
pub fn update(set: &RuleSet, filter: Option<&str>) -> Update {
    let program = set.program();
    let selected = selected_tests(program, filter);
    let selected: BTreeSet<Location> =
        selected.iter().flat_map(|test| &test.expect).map(|each| each.at).collect();
    let tests: Vec<&Test> = program.tests.iter().collect();
    let rewrites_by_test = parallel::map(
        &tests,
        || set.evaluator(),
        |evaluator, test| {
            let judged =
                with_test_sets(test, evaluator, |evaluator| history::judge(test, evaluator))
                    .ok()?;
            let found = Found { decision: &judged.decision, counts: &judged.counts };
            let rewrites = test.expect.iter().map(|each| {
                if expect::is_met(program, test, &each.kind, found) {
                    return (each.at, Rewrite::Keep);
                }
                let alternatives = expect::alternatives(program, &each.kind, found);
                let is_uncertain = |kind: &ExpectationKind| {
                    matches!(kind, ExpectationKind::Count { equals: None, .. })
                };
                if alternatives.iter().any(is_uncertain) {
                    return (each.at, Rewrite::Keep);
                }
                (each.at, Rewrite::Replace(wordings(program, test, Some(each.at), alternatives)))
            });
            let mut rewrites: Vec<_> = rewrites.collect();
            // A test that would expect nothing then expects all that is decided.
            if rewrites.iter().all(|(_, rewrite)| rewrite.is_empty())
                && let Some((_, first)) = rewrites.first_mut()
            {
                let decided = expect::describe(program, &judged.decision);
                *first = Rewrite::Replace(wordings(program, test, None, decided));
            }
            Some(rewrites)
        },
    );
    let mut update = Update::default();
    let mut rewrites: BTreeMap<Location, Rewrite> = BTreeMap::new();
    for (at, rewrite) in rewrites_by_test.into_iter().flatten().flatten() {
        let known = rewrites.entry(at).or_insert_with(|| rewrite.clone());
        if *known != rewrite {
            *known = Rewrite::Disagree;
        }
    }
    for (at, rewrite) in &mut rewrites {
        if !selected.contains(at) {
            *rewrite = Rewrite::Keep;
        }
    }
    for test in tests {
        let is_disputed = |at| rewrites.get(at) == Some(&Rewrite::Disagree);
        if test.expect.iter().any(|each| is_disputed(&each.at)) {
            update.left.push(test.title.clone());
        }
    }
    for (file, source) in set.sources().iter() {
        let here = rewrites.iter().filter(|(at, _)| at.file == file);
        let here: Vec<_> = here.map(|(at, rewrite)| (at.span, rewrite)).collect();
        let is_replaced = |(_, rewrite): &&(Span, &Rewrite)| matches!(rewrite, Rewrite::Replace(_));
        let rewritten = here.iter().filter(is_replaced).count();
        if rewritten > 0 {
            update.rewritten += rewritten;
            let text = rewrite(&source.text, &here);
            // A file in the canonical layout stays so.
            let formatted = |text: &str| syntax::format(FileId::default(), text).ok();
            let is_canonical = formatted(&source.text).is_some_and(|same| same == *source.text);
            let canonical = is_canonical.then(|| formatted(&text)).flatten();
            update.files.insert(source.name.clone(), canonical.unwrap_or(text));
        }
    }
    update
}

/// Expectations as text that take the place of the one at `replaced`, without those that the test has beside it.
fn wordings(
    program: &Program,
    test: &Test,
    replaced: Option<Location>,
    kinds: Vec<ExpectationKind>,
) -> Vec<String> {
    let names = Names { program, file: &test.file };
    let mut texts = vec![];
    for kind in kinds {
        let mut others = test.expect.iter().filter(|each| Some(each.at) != replaced);
        let is_expected = others.any(|each| each.kind == kind);
        let text = names.wording(&kind);
        if !is_expected && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// The text of a file with rewritten expectations. Lists are rewritten from the end of the file, so that the offsets of
/// earlier lists stay right.
fn rewrite(text: &str, expectations: &[(Span, &Rewrite)]) -> String {
    let mut out = text.to_owned();
    for list in lists(text, expectations).into_iter().rev() {
        let (Some((first, _)), Some((last, _))) = (list.first(), list.last()) else { continue };
        out.replace_range(first.to(*last).range(), &rewritten_list(text, &list));
    }
    out
}

/// Expectations with only commas, blanks and comments between them.
fn lists<'s>(text: &str, expectations: &[(Span, &'s Rewrite)]) -> Vec<Vec<(Span, &'s Rewrite)>> {
    let mut lists: Vec<Vec<(Span, &Rewrite)>> = vec![];
    for (span, rewrite) in expectations {
        let before = lists.last_mut().and_then(|list| Some((list.last()?.0, list)));
        match before {
            Some((last, list)) if is_separator(between(text, last, *span)) => {
                list.push((*span, rewrite));
            }
            _ => lists.push(vec![(*span, rewrite)]),
        }
    }
    lists
}

fn is_separator(between: &str) -> bool {
    let code: String =
        between.lines().map(|line| line.split('#').next().unwrap_or_default()).collect();
    code.trim() == ","
}

/// The text of a list with rewritten expectations. An expectation that is kept also keeps the text before it, comments
/// included.
fn rewritten_list(text: &str, list: &[(Span, &Rewrite)]) -> String {
    let mut out = String::new();
    let mut last: Option<Span> = None;
    for (span, rewrite) in list {
        let separator = last.map_or("", |last| between(text, last, *span));
        last = Some(*span);
        let expectations = match rewrite {
            Rewrite::Keep | Rewrite::Disagree => vec![slice(text, *span)],
            Rewrite::Replace(others) => others.iter().map(String::as_str).collect(),
        };
        for (number, expectation) in expectations.into_iter().enumerate() {
            match (out.is_empty(), number) {
                (true, _) => {}
                (false, 0) => out.push_str(separator),
                (false, _) => out.push_str(", "),
            }
            out.push_str(expectation);
        }
    }
    if out.is_empty() { "nothing".to_owned() } else { out }
}

/// The text between two spans.
fn between(text: &str, first: Span, second: Span) -> &str {
    slice(text, Span { start: first.end, end: second.start })
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.range()).unwrap_or_default()
}
