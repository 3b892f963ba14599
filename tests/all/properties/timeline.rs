//! A timeline says what is decided at every instant: at the beginning of each stretch, and at any other.

use super::conditions::Ways;
use super::trial::{Question, check_on, equal, nothing, samples};
use lexloci::{Decision, Instant};
use proptest::test_runner::TestCaseError;

/// The number of rule sets.
const SETS: u32 = 60;
/// Every how manyth question is asked: a timeline takes many decisions.
const STEP: usize = 4;

#[test]
fn a_timeline_has_the_decision_of_every_instant() {
    check_on(SETS, 43, samples(Ways::Out), nothing(), |trial, ()| {
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

/// What a decision says apart from dates, which may change within a stretch.
fn undated(decision: &Decision) -> String {
    let has = |date: Option<Instant>| date.is_some();
    let outcomes = decision
        .outcomes
        .iter()
        .map(|one| format!("{one} {} {} by {:?}", has(one.due), has(one.until), one.rules));
    let obligations = decision
        .obligations
        .iter()
        .map(|one| format!("{} {:?} {} by {:?}", one.action, one.to, has(one.due), one.rules));
    let acts: Vec<String> = outcomes.chain(obligations).collect();
    format!(
        "{acts:#?} {:#?} {:#?} {:#?} {:#?} {:#?}",
        decision.matched, decision.undetermined, decision.defeated, decision.gaps, decision.shadow
    )
}
