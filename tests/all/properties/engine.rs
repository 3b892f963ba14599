//! The engine gives the same decisions as the interpreter, to the byte: with and without the index, for one place and
//! many, from JSON and from records. It also accepts and refuses the same JSON as the full reader.

use super::conditions::Ways;
use super::records::record;
use super::trial::{QUESTIONS, Question, Trial, check_on, ensure, equal, json, nothing, samples};
use super::words::JUDGED;
use lexloci::{Batch, Decision, Evaluator, Method, Place, State};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;
use std::num::NonZero;

/// The number of cases, which is also the seed. `LEXLOCI_CASES=1000000 cargo test --release the_engine` tries a million.
pub fn cases() -> u64 {
    std::env::var("LEXLOCI_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(10_000)
}

#[test]
fn the_engine_decides_as_the_interpreter_does() {
    let cases = cases();
    let sets = u32::try_from(cases / QUESTIONS as u64).unwrap();
    check_on(sets, cases, samples(Ways::Out), nothing(), |trial, ()| {
        let [mut specified, mut planned, mut unindexed] =
            [Method::Interpreter, Method::Engine, Method::Unindexed]
                .map(|method| trial.set.evaluator_by(method));
        let mut answers = vec![];
        for (number, question) in trial.questions.iter().enumerate() {
            let expected = trial.decide(&mut specified, question);
            same(trial, question, &expected, &mut planned)?;
            equal(&json(&expected), &json(&question.put(&mut unindexed)), question)?;
            answers.push(json(&expected));
            // The interpreter would take too long for all of them.
            if number % JUDGED.len() == 0 {
                let all = in_all_places(trial, &mut specified, question);
                equal(&all, &in_all_places(trial, &mut planned, question), question)?;
            }
        }
        in_a_batch(trial, &answers)
    });
}

/// A question in the form that a batch takes.
struct BatchItem<'q>(&'q Question, String);

impl AsRef<[u8]> for BatchItem<'_> {
    fn as_ref(&self) -> &[u8] {
        self.1.as_bytes()
    }
}

/// Checks that a batch gives the same decisions, each question for its own place and instant.
fn in_a_batch(trial: &Trial<'_>, expected: &[String]) -> Result<(), TestCaseError> {
    let items =
        trial.questions.iter().map(|question| BatchItem(question, question.record.to_string()));
    let decide = |evaluator: &mut Evaluator, BatchItem(question, text): BatchItem<'_>| {
        let place = evaluator.rule_set().place(question.place).unwrap();
        let at = question.at();
        let ruling = evaluator.decide_json(text.as_bytes(), place, at, &State::default());
        json(&ruling.unwrap().into_decision())
    };
    let mut found = vec![];
    let batch = Batch::new(&trial.set).threads(NonZero::new(2).unwrap());
    let ended = batch.run(items, decide, |decision| {
        found.push(decision);
        Ok::<(), ()>(())
    });
    ended.unwrap();
    for ((question, expected), found) in trial.questions.iter().zip(expected).zip(&found) {
        equal(expected, found, question)?;
    }
    Ok(())
}

/// Checks that the decision is the same for a record and for its JSON.
fn same(
    trial: &Trial<'_>,
    question: &Question,
    expected: &Decision,
    evaluator: &mut Evaluator,
) -> Result<(), TestCaseError> {
    let expected = json(expected);
    equal(&expected, &json(&question.put(evaluator)), question)?;
    let place = trial.set.place(question.place).unwrap();
    let bytes = question.record.to_string();
    let ruling = evaluator
        .decide_json(bytes.as_bytes(), place, question.at(), &State::default())
        .map_err(|error| TestCaseError::fail(error.to_string()))?;
    let is_quiet = ruling.is_quiet();
    let decided = ruling.into_decision();
    equal(&expected, &json(&decided), question)?;
    let says_nothing = decided.matched.is_empty()
        && decided.undetermined.is_empty()
        && decided.shadow.is_empty()
        && decided.gaps.is_empty()
        && decided.defeated.is_empty();
    ensure(says_nothing || !is_quiet, question, || format!("quiet: {expected}"))
}

fn in_all_places(trial: &Trial<'_>, evaluator: &mut Evaluator, question: &Question) -> String {
    let places: Vec<Place> = JUDGED.iter().map(|code| trial.set.place(code).unwrap()).collect();
    let bytes = question.record.to_string();
    let mut message = evaluator.read(bytes.as_bytes()).unwrap();
    let groups = message.decide_all(&places, question.at(), &State::default()).into_decisions();
    serde_json::to_string(&groups).unwrap()
}

/// Bytes to insert into the JSON of a record, or to replace some of it with.
const SPLINTERS: &[&str] = &[
    "",
    "",
    "\"",
    "\\",
    ",",
    ":",
    "{",
    "}",
    "[",
    "]",
    " ",
    "\n",
    "\t",
    "0",
    "-",
    "-0",
    "01",
    "1e3",
    ".5",
    "1.50",
    "1.0",
    "99999999999999999999",
    "0.1234567891",
    "1234567.5",
    "null",
    "true",
    "false",
    "\"\"",
    "[]",
    "{}",
    "\\n",
    "\\/",
    "\\u0041",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\x",
    "\u{7f}",
    "\u{1}",
    "é",
    "😀",
    "\"KZ\"",
    "\"WORLD\"",
    "\"unknown\"",
    "\"*\"",
    "\"id\":\"x\",",
    "\"ext\":{\"a\":[1,{\"b\":null}]},",
    "\"ext\":{\"a\":1,\"a\":2},",
    "\"chat\":{},",
    "\"schema\":\"lexloci.message/1\",",
    "\"schema\":\"lexloci.message/2\",",
    "\"unknown\":1,",
    "\"text\":\"x\",",
    "\"sent_at\":\"2026-03-01T12:00:00Z\",",
    "\"sent_at\":\"2026-02-30T12:00:00Z\",",
    "\"entities\":[{\"type\":\"bold\",\"start\":0,\"end\":1}],",
    "\"entities\":[{\"type\":\"bold\",\"start\":2,\"end\":1}],",
    "\"labels\":{\"x\":{\"score\":0.5},\"x\":{\"score\":1}},",
    "\"labels\":{\"x\":null},",
];

/// The JSON of a record with some bytes replaced by splinters.
fn broken() -> impl Strategy<Value = String> {
    let cut = (any::<Index>(), 0..3usize, select(SPLINTERS));
    (record(), vec(cut, 0..4)).prop_map(|(record, cuts)| {
        cuts.into_iter().fold(record.to_string(), |text, (at, count, splinter)| {
            // A splinter has most effect where a value or a name begins.
            let marks: Vec<usize> = text
                .char_indices()
                .filter(|(_, c)| "{[:,\"".contains(*c))
                .map(|(at, c)| at + c.len_utf8())
                .collect();
            let start = if marks.is_empty() { 0 } else { *at.get(&marks) };
            let (head, tail) = text.split_at(start);
            format!("{head}{splinter}{}", tail.chars().skip(count).collect::<String>())
        })
    })
}

#[test]
fn the_engine_accepts_and_refuses_the_same_json_as_the_full_reader() {
    let questions = vec(broken(), 60);
    check_on(60, 11, samples(Ways::Out), questions, |trial, texts| {
        let mut evaluator = trial.set.evaluator();
        for (question, text) in trial.questions.iter().cycle().zip(texts) {
            let record = trial.set.read(text.as_bytes());
            let place = trial.set.place(question.place).unwrap();
            let expected = record.map(|record| {
                let mut specified = trial.set.evaluator_by(Method::Interpreter);
                json(&specified.decide(&record, place, question.at(), &State::default()).unwrap())
            });
            let ruling =
                evaluator.decide_json(text.as_bytes(), place, question.at(), &State::default());
            let found = ruling.map(|ruling| json(&ruling.into_decision()));
            ensure(expected == found, question, || {
                format!("{expected:?}\nbecame\n{found:?}\nof {text}")
            })?;
            trial.decide(&mut evaluator, question);
        }
        Ok(())
    });
}
