//! Registers: leaving out their completeness makes unknown absences known. Cases in which it matters are generated.

use super::conditions::Ways;
use super::rules::{Files, Item};
use super::trial::{check, ensure, json, nothing, samples};
use super::words::within;
use std::cell::RefCell;

/// How often registers are read and matter.
#[derive(Default)]
struct Shares {
    cases: u32,
    read: u32,
    changed: u32,
}

#[test]
#[expect(clippy::print_stderr, reason = "the shares are what a reader of the output asks for")]
fn the_completeness_of_registers_matters() {
    let shares = RefCell::new(Shares::default());
    check(21, samples(Ways::Out), nothing(), |trial, ()| {
        let sets = trial.compile(&with_sets(&trial.files))?;
        let (mut one, mut other) = (trial.set.evaluator(), sets.evaluator());
        let places = places_that_read(&trial.files);
        for question in trial.questions {
            let (with, without) = (trial.decide(&mut one, question), question.put(&mut other));
            let is_read = places.iter().any(|place| within(question.place, place));
            let is_changed = json(&with) != json(&without);
            let mut shares = shares.borrow_mut();
            shares.cases += 1;
            shares.read += u32::from(is_read);
            shares.changed += u32::from(is_changed);
            drop(shares);
            ensure(is_read || !is_changed, question, || "no rule reads a register".to_owned())?;
            ensure(!json(&without).contains("\"register "), question, || {
                "a set is missing".to_owned()
            })?;
        }
        Ok(())
    });
    let Shares { cases, read, changed } = shares.into_inner();
    eprintln!(
        "{cases} cases: rules read registers in {read}, their completeness changes {changed}"
    );
    assert!(read * 20 >= cases && changed * 100 >= cases, "too few cases depend on registers");
}

/// The files with each register as a set.
fn with_sets(files: &Files) -> Files {
    let as_set = |item: &Item| {
        let Some(rest) = item.text.strip_prefix("register ") else { return item.clone() };
        let entries = rest.split(" { complete ").next().unwrap().trim_end();
        Item { text: format!("set {entries}\n"), norm: item.norm.clone() }
    };
    let files = files.iter();
    files.map(|(name, items)| (name.clone(), items.iter().map(as_set).collect())).collect()
}

/// The places whose rules and exceptions read registers. `busy` and `invites` are drawn definitions, which may do so.
fn places_that_read(files: &Files) -> Vec<&'static str> {
    const READERS: [&str; 6] = ["licensed", "unsure", "titles", "unlicensed", "busy", "invites"];
    let reads = |text: &str| {
        let mut words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        words.any(|word| READERS.contains(&word))
    };
    let norms = files.values().flatten().filter(|item| reads(&item.text));
    norms.filter_map(|item| item.norm.as_ref()).map(|norm| norm.place).collect()
}
