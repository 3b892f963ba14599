//! A timeline says what is decided at every instant: at the beginning of each stretch, and at any other.

use super::conditions::Ways;
use super::trial::{Question, check_on, equal, nothing, samples};
use lexloci::Decision;
use proptest::test_runner::TestCaseError;
use serde_json::Value;

/// The number of rule sets.
const SETS: u32 = 40;
/// Every how manyth question is asked: a timeline takes many decisions.
const STEP: usize = 4;

#[test]
fn a_timeline_has_the_decision_of_every_instant() {
    check_on(SETS, 46, samples(Ways::Out), nothing(), |trial, ()| {
        let mut evaluator = trial.set.evaluator();
        // At the end of the calendar, deadlines after it are not known.
        let questions = trial.questions.iter().filter(|one| !one.at.starts_with("9999"));
        for question in questions.step_by(STEP) {
            let now = trial.decide(&mut evaluator, question);
            let place = trial.set.place(question.place).unwrap();
            let record = question.record(&trial.set);
            let timelines = trial.set.timelines(&record, &[place]).unwrap();
            let stretches = &timelines[0].stretches;
            let at = question.at();
            let begun = stretches.iter().rev().find(|one| one.from.is_none_or(|from| from <= at));
            same(&begun.unwrap().decision, &now, question)?;
            for (from, stretch) in stretches.iter().filter_map(|one| Some((one.from?, one))) {
                let then = evaluator.decide(&record, place, from, &Default::default()).unwrap();
                same(&stretch.decision, &then, question)?;
            }
        }
        Ok(())
    });
}

fn same(
    in_timeline: &Decision,
    decided: &Decision,
    question: &Question,
) -> Result<(), TestCaseError> {
    equal(&undated(in_timeline), &undated(decided), question)
}

/// A decision without the dates, which may change within a stretch. Whether there is a date counts.
fn undated(decision: &Decision) -> String {
    let mut json = serde_json::to_value(decision).unwrap();
    hide_dates(&mut json);
    json.to_string()
}

fn hide_dates(json: &mut Value) {
    match json {
        Value::Object(fields) => {
            for key in ["at", "overdue", "visible", "places"] {
                fields.shift_remove(key);
            }
            for key in ["due", "until"] {
                if let Some(date) = fields.get_mut(key) {
                    *date = date.is_null().into();
                }
            }
            fields.values_mut().for_each(hide_dates);
        }
        Value::Array(elements) => elements.iter_mut().for_each(hide_dates),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
