//! Rewrites unmet expectations in place, so that they say what is decided. The rest of a file stays as it is.

use super::expect::{self, Names};
use super::{decide, parallel, selected, supposing};
use crate::base::source::{Location, Span};
use crate::face::ruleset::RuleSet;
use crate::program::{Program, Test};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Rule files with rewritten expectations.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Update {
    /// The new texts of the changed files, by their paths below the rule root.
    pub files: BTreeMap<String, String>,
    /// How many expectations were rewritten.
    pub rewritten: usize,
    /// Tests whose cases share an expectation and do not agree on what it should say: they are left alone.
    pub left: Vec<String>,
}

/// What becomes of an expectation: it stays, others replace it, or its cases disagree.
#[derive(Clone, PartialEq, Eq)]
enum Says {
    Kept,
    Others(Vec<String>),
    Disagreed,
}

/// Rewrites the unmet expectations of the tests that a filter selects, so that they are met.
pub fn update(set: &RuleSet, filter: Option<&str>) -> Update {
    let program = set.program();
    let wanted: BTreeSet<Location> = selected(program, filter)
        .iter()
        .flat_map(|test| &test.expect)
        .map(|each| each.at)
        .collect();
    let tests: Vec<&Test> = program.tests.iter().collect();
    let said = parallel::each(
        &tests,
        || set.evaluator(),
        |evaluator, test| {
            let decided = supposing(test, evaluator, |evaluator| decide(program, test, evaluator));
            let decision = decided.ok()?.1;
            let of_each = test.expect.iter().map(|each| {
                if expect::met(program, &each.kind, &decision) {
                    return (each.at, Says::Kept);
                }
                (each.at, Says::Others(others(program, test, &each.kind, &decision)))
            });
            Some(of_each.collect::<Vec<_>>())
        },
    );
    let mut update = Update::default();
    let mut says: BTreeMap<Location, Says> = BTreeMap::new();
    for (at, says_here) in said.into_iter().flatten().flatten() {
        let known = says.entry(at).or_insert_with(|| says_here.clone());
        if *known != says_here {
            *known = Says::Disagreed;
        }
    }
    says.iter_mut().filter(|(at, _)| !wanted.contains(at)).for_each(|(_, says)| *says = Says::Kept);
    for test in tests {
        let disagrees = |at| says.get(at) == Some(&Says::Disagreed);
        if test.expect.iter().any(|each| disagrees(&each.at)) {
            update.left.push(test.title.clone());
        }
    }
    for (file, source) in set.sources().iter() {
        let here: Vec<(Span, &Says)> = says
            .iter()
            .filter(|(at, _)| at.file == file)
            .map(|(at, says)| (at.span, says))
            .collect();
        let rewritten = here.iter().filter(|(_, says)| matches!(says, Says::Others(_))).count();
        if rewritten > 0 {
            update.rewritten += rewritten;
            update.files.insert(source.name.clone(), rewrite(&source.text, &here));
        }
    }
    update
}

fn others(
    program: &Program,
    test: &Test,
    expected: &crate::program::ExpectationKind,
    decision: &crate::decision::Decision,
) -> Vec<String> {
    let names = Names { program, file: &test.file };
    let mut texts = vec![];
    for kind in expect::instead(program, expected, decision) {
        let already = test.expect.iter().any(|each| each.kind == kind);
        let text = names.wording(&kind);
        if !already && !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts
}

/// Rewrites each list of expectations, from the last to the first, so that earlier offsets stay right.
fn rewrite(text: &str, expectations: &[(Span, &Says)]) -> String {
    let mut out = text.to_owned();
    for list in lists(text, expectations).into_iter().rev() {
        let (Some((first, _)), Some((last, _))) = (list.first(), list.last()) else { continue };
        let range = first.start as usize..last.end as usize;
        out.replace_range(range, &rewritten(text, &list));
    }
    out
}

/// Expectations with only commas, blanks and comments between them.
fn lists<'s>(text: &str, expectations: &[(Span, &'s Says)]) -> Vec<Vec<(Span, &'s Says)>> {
    let mut lists: Vec<Vec<(Span, &Says)>> = vec![];
    for (span, says) in expectations {
        let before = lists.last_mut().and_then(|list| Some((list.last()?.0, list)));
        match before {
            Some((last, list))
                if is_separator(slice(text, last.end as usize..span.start as usize)) =>
            {
                list.push((*span, says));
            }
            _ => lists.push(vec![(*span, says)]),
        }
    }
    lists
}

fn is_separator(between: &str) -> bool {
    let code: String =
        between.lines().map(|line| line.split('#').next().unwrap_or_default()).collect();
    code.trim() == ","
}

/// An expectation that is kept also keeps the text before it, comments included.
fn rewritten(text: &str, list: &[(Span, &Says)]) -> String {
    let mut out = String::new();
    let mut last: Option<Span> = None;
    for (span, says) in list {
        let separator = last.map_or("", |last| slice(text, last.end as usize..span.start as usize));
        last = Some(*span);
        let says = match says {
            Says::Kept | Says::Disagreed => {
                vec![slice(text, span.start as usize..span.end as usize)]
            }
            Says::Others(others) => others.iter().map(String::as_str).collect(),
        };
        for (number, said) in says.into_iter().enumerate() {
            match (out.is_empty(), number) {
                (true, _) => {}
                (false, 0) => out.push_str(separator),
                (false, _) => out.push_str(", "),
            }
            out.push_str(said);
        }
    }
    if out.is_empty() { "nothing".to_owned() } else { out }
}

fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}
