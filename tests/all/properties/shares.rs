//! Counts how often generated rules have each newer construct, and how often a decision would be another without it. A
//! property that is checked on rules in which a construct is rare, or changes nothing, says little about it.

use super::conditions::Ways;
use super::rules::{Files, OUTCOMES};
use super::trial::{Question, check_on, json, nothing, samples};
use lexloci::RuleSet;
use serde_json::{Value, json};
use std::cell::RefCell;

/// How a construct is left out of a rule set or of a record.
enum Without {
    /// Conditions with one of these words are false.
    Condition(&'static [&'static str]),
    /// Words are replaced by others.
    Words(fn(&str) -> String),
    /// Keys of records, or of their orders and notices, are removed.
    Keys(&'static [&'static str]),
}

const CONSTRUCTS: &[(&str, Without)] = &[
    ("score", Without::Condition(&["score ("])),
    ("sum", Without::Condition(&["sum "])),
    ("count distinct", Without::Condition(&["count distinct"])),
    ("at", Without::Condition(&["at > ", "at - ", "at < "])),
    ("in PLACE", Without::Condition(&["in EU", "in FR"])),
    ("is none", Without::Condition(&[" is none"])),
    ("pattern", Without::Condition(&[" percentage", " lib.shared.percentage"])),
    ("# in phrases", Without::Condition(&["\"#"])),
    ("the open gap", Without::Condition(&[" ... "])),
    ("the completeness of registers", Without::Words(as_set)),
    ("exceptions to several rules", Without::Words(first_lifted)),
    ("judged by receipt", Without::Words(|text| text.replace(" judged by receipt", ""))),
    ("judged by sending", Without::Words(judged_by_decision)),
    ("on unanswered", Without::Words(without_unanswered)),
    ("ends of outcomes", Without::Words(without_ends)),
    ("suspend chat", Without::Words(|text| text.replace("suspend chat", "suspend author"))),
    ("severity", Without::Words(without_severity)),
    ("absent", Without::Keys(&["absent"])),
    (
        "the life of orders",
        Without::Keys(&["expires_at", "withdrawn_at", "places", "secret", "target"]),
    ),
];

/// On every record false, but not by its form.
const FALSE: &str = "(length(parts) > 1_000)";
/// The number of rule sets.
const SETS: u32 = 30;

#[test]
fn generated_rules_depend_on_every_construct() {
    let counts = RefCell::new(vec![[0u32; 2]; CONSTRUCTS.len()]);
    let cases = RefCell::new(0);
    check_on(SETS, 43, samples(Ways::Out), nothing(), |trial, ()| {
        let mut evaluator = trial.set.evaluator();
        let decided = |question| json(&trial.decide(&mut evaluator, question));
        let before: Vec<String> = trial.questions.iter().map(decided).collect();
        *cases.borrow_mut() += u32::try_from(before.len()).unwrap();
        for ((_, without), [present, changed]) in
            CONSTRUCTS.iter().zip(counts.borrow_mut().iter_mut())
        {
            let files = without.files(&trial.files);
            let rules = if texts(&files) == texts(&trial.files) {
                Some(trial.set.clone())
            } else {
                trial.compile(&files).ok()
            };
            let has_rules = texts(&files) != texts(&trial.files);
            for (question, before) in trial.questions.iter().zip(&before) {
                let other = without.question(question);
                *present += u32::from(has_rules || other.record != question.record);
                let after = |set: &RuleSet| json(&other.put(&mut set.evaluator()));
                *changed += u32::from(rules.as_ref().is_some_and(|set| after(set) != *before));
            }
        }
        Ok(())
    });
    let cases = cases.into_inner();
    let mut rare = vec![];
    for ((name, _), [present, changed]) in CONSTRUCTS.iter().zip(counts.into_inner()) {
        let share = |count: u32| f64::from(count) * 100.0 / f64::from(cases);
        let line = format!(
            "{name}: in {:.1} % of {cases} cases, changes {:.1} %",
            share(present),
            share(changed)
        );
        if present * 20 < cases || changed * 100 < cases {
            rare.push(line.clone());
        }
        #[expect(
            clippy::print_stderr,
            reason = "a reader of the test's output asks for the shares"
        )]
        {
            eprintln!("{line}");
        }
    }
    assert_eq!(rare, [""; 0]);
}

fn texts(files: &Files) -> Vec<&str> {
    files.values().flatten().map(|item| item.text.as_str()).collect()
}

impl Without {
    fn files(&self, files: &Files) -> Files {
        let mut files = files.clone();
        for item in files.values_mut().flatten() {
            item.text = match self {
                Self::Condition(words) => without_conditions(&item.text, words),
                Self::Words(replace) => replace(&item.text),
                Self::Keys(_) => continue,
            };
        }
        files
    }

    fn question(&self, question: &Question) -> Question {
        let mut question = question.clone();
        if let Self::Keys(keys) = self {
            let record = &mut question.record;
            remove(record, keys);
            for list in ["/reports/orders", "/reports/notices"] {
                let elements = record.pointer_mut(list).and_then(Value::as_array_mut);
                elements.into_iter().flatten().for_each(|element| remove(element, keys));
            }
        }
        question
    }
}

fn remove(value: &mut Value, keys: &[&str]) {
    if let Some(map) = value.as_object_mut() {
        map.retain(|key, _| !keys.contains(&key.as_str()));
    }
}

/// Replaces the smallest conditions in parentheses that have one of these words.
fn without_conditions(text: &str, words: &[&str]) -> String {
    let mut text = text.to_owned();
    let mut from = 0;
    while let Some(at) =
        words.iter().filter_map(|word| text.get(from..)?.find(word)).min().map(|at| from + at)
    {
        match group_around(&text, at) {
            Some(group) => {
                from = group.start + FALSE.len();
                text.replace_range(group, FALSE);
            }
            None => from = at + 1,
        }
        while !text.is_char_boundary(from) {
            from += 1;
        }
    }
    text
}

/// The smallest group in parentheses that has this position. Parentheses in strings do not count.
fn group_around(text: &str, at: usize) -> Option<std::ops::Range<usize>> {
    let mut open = vec![];
    let mut is_string = false;
    for (position, letter) in text.char_indices() {
        match letter {
            '"' => is_string = !is_string,
            '(' if !is_string => open.push(position),
            ')' if !is_string => {
                let start = open.pop()?;
                if start <= at && at < position {
                    return Some(start..position + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// A register is a set: what it does not have is known not to be in it.
fn as_set(text: &str) -> String {
    match text.strip_prefix("register ").and_then(|rest| rest.split_once(" { complete ")) {
        Some((entries, _)) => format!("set {}\n", entries.trim_end()),
        None => text.to_owned(),
    }
}

/// An exception lifts only the first of its rules.
fn first_lifted(text: &str) -> String {
    let Some((head, body)) = text.strip_prefix("exception ").and_then(|text| text.split_once('{'))
    else {
        return text.to_owned();
    };
    format!("exception {} {{{body}", head.split(',').next().unwrap().trim())
}

fn judged_by_decision(text: &str) -> String {
    text.replace(" judged by sending, also when repealed since", "")
        .replace(" judged by sending", "")
}

fn without_unanswered(text: &str) -> String {
    match text.split_once(" on unanswered ").zip(text.rsplit_once(" }")) {
        Some(((head, _), _)) => format!("{head} }}\n"),
        None => text.to_owned(),
    }
}

fn without_ends(text: &str) -> String {
    let ends = OUTCOMES.iter().filter(|act| act.has_end());
    ends.fold(text.to_owned(), |text, act| text.replace(act.text, act.name()))
}

fn without_severity(text: &str) -> String {
    text.lines()
        .filter(|line| !line.trim_start().starts_with("severity "))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn the_smallest_condition_is_left_out() {
    for (text, words, left) in [
        ("when (a and (at > b)) then", "at > ", format!("when (a and {FALSE}) then")),
        ("((count distinct (x) >= 1) or b)", "count distinct", format!("({FALSE} or b)")),
        ("(t mentions \"# (a|b)\")", "\"#", FALSE.to_owned()),
        ("at > b", "at > ", "at > b".to_owned()),
    ] {
        assert_eq!(without_conditions(text, &[words]), left);
    }
    let record = json!({ "absent": ["reply"], "reports": { "orders": [{ "secret": true }] } });
    let question = Question { record, place: "KZ", at: "2026-03-01T12:00:00Z" };
    let left = Without::Keys(&["absent", "secret"]).question(&question).record;
    assert_eq!(left, json!({ "reports": { "orders": [{}] } }));
}
