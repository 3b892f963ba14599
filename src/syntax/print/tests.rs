//! Tests of the language as text.

use super::rules::{moment, target};
use super::{block, json, path, set_entry, text};
use crate::syntax::tree::{Case, Due, Expectation, ExpectationKind, Given, Scene, Test};

pub(super) fn test(test: &Test) -> String {
    let mut clauses = scene(&test.scene);
    clauses.extend(expect(&test.expect));
    if !test.cases.is_empty() {
        clauses.push(block("cases", &test.cases.iter().map(case).collect::<Vec<_>>()));
    }
    block(&format!("test {}", text(&test.title)), &clauses)
}

/// A row on one line.
fn case(case: &Case) -> String {
    let title = case.title.iter().map(|title| format!("{}:", text(title)));
    let clauses = title.chain(scene(&case.scene)).chain(expect(&case.expect));
    clauses.collect::<Vec<_>>().join("  ")
}

fn scene(scene: &Scene) -> Vec<String> {
    let given = scene.given.iter().map(given);
    let entries = scene.entries.iter().map(|given| {
        let entries: Vec<_> = given.entries.iter().map(set_entry).collect();
        format!("given {} {{ {} }}", path(&given.set), entries.join(", "))
    });
    let place = scene.place.iter().map(|place| format!("in {}", place.text));
    let at = scene.at.iter().map(|at| format!("at {}", moment(at.value)));
    given.chain(entries).chain(place).chain(at).collect()
}

fn given(given: &Given) -> String {
    let file = given.file.iter().map(|file| format!("from {}", text(file)));
    let fields = given.fields.iter().map(json);
    let parts = ["given".to_owned()].into_iter().chain(file).chain(fields);
    parts.collect::<Vec<_>>().join(" ")
}

fn expect(expectations: &[Expectation]) -> Option<String> {
    let all: Vec<_> = expectations.iter().map(expectation).collect();
    (!all.is_empty()).then(|| format!("expect {}", all.join(", ")))
}

fn expectation(expectation: &Expectation) -> String {
    match &expectation.kind {
        ExpectationKind::Nothing => "nothing".to_owned(),
        ExpectationKind::Complete(true) => "complete".to_owned(),
        ExpectationKind::Complete(false) => "incomplete".to_owned(),
        ExpectationKind::Not(rule) => format!("not {}", path(rule)),
        ExpectationKind::Fires(rule) => format!("fires {}", path(rule)),
        ExpectationKind::Undetermined(rule) => format!("undetermined {}", path(rule)),
        ExpectationKind::Gap(rule) => format!("gap {}", path(rule)),
        ExpectationKind::Defeated { rule, by } => {
            format!("defeated {} by {}", path(rule), path(by))
        }
        ExpectationKind::Evidence { words, part, by } => {
            let part = part.as_ref().map_or(String::new(), |part| format!(" in {}", text(part)));
            let by = by.as_ref().map_or(String::new(), |by| format!(" by {}", path(by)));
            format!("evidence {}{part}{by}", text(words))
        }
        ExpectationKind::Act { action, to, due, until, by } => {
            let to = to.as_ref().map_or(String::new(), |to| format!(" to {}", target(to)));
            let due = due.as_ref().map_or(String::new(), |due| match due {
                Due::At(at) => format!(" due {}", at.value),
                Due::Words(words) => format!(" due {}", text(words)),
            });
            let until =
                until.as_ref().map_or(String::new(), |until| format!(" until {}", until.value));
            let by = by.as_ref().map_or(String::new(), |by| format!(" by {}", path(by)));
            format!("{}{to}{due}{until}{by}", action.text)
        }
    }
}
