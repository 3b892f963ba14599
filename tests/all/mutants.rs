//! The tests beside the shipped rules watch over them: the rules are changed in one place after another, and a change
//! that no test notices stands, with the reason, in `tests/cases/unnoticed.tsv`, which holds nothing else.

use super::shipped::{at_root, rules};
use lexloci::suite;
use std::collections::BTreeSet;
use std::fs;

#[test]
fn what_no_test_notices_is_argued() {
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
    assert!(unargued.is_empty(), "no test notices, and nobody argues:\n{unargued:#?}");
    let stale: Vec<_> = argued.difference(&survived).collect();
    assert!(stale.is_empty(), "argued, and a test notices, or it is gone:\n{stale:#?}");
}
