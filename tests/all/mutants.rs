//! The tests of the shipped rules notice when a rule changes. The rules are changed in many ways, one at a time. Each change
//! that no test notices has a line with the reason in `tests/cases/unnoticed.tsv`, and nothing else has one.

use super::shipped::{at_root, rules};
use lexloci::suite;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn changes_that_no_test_notices_have_a_reason() {
    let mutants = suite::mutants(&rules(), None).unwrap();
    assert!(mutants.len() > 1000, "{} changes", mutants.len());
    let survived = mutants.iter().filter(|mutant| mutant.killed_by.is_none());
    let survived: BTreeSet<_> = survived
        .map(|mutant| {
            let is = if mutant.is.is_empty() { "(left out)" } else { &mutant.is };
            [&mutant.owner, &mutant.was, is].join("\t")
        })
        .collect();
    let list = fs::read_to_string(at_root("tests/cases/unnoticed.tsv")).unwrap();
    let lines = list.lines().filter(|line| !line.starts_with('#'));
    let argued: BTreeSet<_> = lines
        .map(|line| {
            let (mutant, reason) = line.rsplit_once('\t').unwrap();
            assert!(reason.contains(' '), "no reason in `{line}`");
            mutant.to_owned()
        })
        .collect();
    let unargued: Vec<_> = survived.difference(&argued).collect();
    assert!(unargued.is_empty(), "no test notices these, and they have no reason:\n{unargued:#?}");
    let stale: Vec<_> = argued.difference(&survived).collect();
    assert!(
        stale.is_empty(),
        "these have a reason, but a test notices them or they are gone:\n{stale:#?}"
    );
}
