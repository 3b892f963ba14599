//! The engine decides as the interpreter does, to the byte: with the index and without, one record at a time and many,
//! from JSON and from records that were read before.

use super::conditions::Ways;
use super::trial::{QUESTIONS, equal, hold_on, json, nothing, samples};
use super::words::JUDGED;
use lexloci::{Method, Place, State};

/// How many cases are tried. `LEXLOCI_CASES=1000000 cargo test --release the_engine` tries a million, with other seeds
/// for other numbers.
fn cases() -> u64 {
    std::env::var("LEXLOCI_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(10_000)
}

#[test]
fn the_engine_decides_as_the_interpreter_does() {
    let cases = cases();
    let sets = u32::try_from(cases / QUESTIONS as u64).unwrap();
    hold_on(sets, cases, samples(Ways::Out), nothing(), |trial, ()| {
        let [mut specified, mut planned, mut unindexed] =
            [Method::Interpreter, Method::Engine, Method::Unindexed]
                .map(|method| trial.set.evaluator_by(method));
        let places: Vec<Place> = JUDGED.iter().map(|code| trial.set.place(code).unwrap()).collect();
        for question in trial.questions {
            let expected = json(&trial.decide(&mut specified, question));
            equal(&expected, &json(&question.put(&mut planned)), question)?;
            equal(&expected, &json(&question.put(&mut unindexed)), question)?;
            let record = question.record(&trial.set);
            let all = |evaluator: &mut lexloci::Evaluator| {
                let groups =
                    evaluator.decide_all(&record, &places, question.at(), &State::default());
                serde_json::to_string(&groups).unwrap()
            };
            equal(&all(&mut specified), &all(&mut planned), question)?;
        }
        Ok(())
    });
}
