//! Judges the earlier messages of tests, and says what the message of a test finds and what counters then have.

use super::record_and_instant;
use crate::base::time::Instant;
use crate::decision::Decision;
use crate::diagnostic::Code;
use crate::face::evaluator::Evaluator;
use crate::face::keeper::{self, Keeper};
use crate::interpret::Interpreter;
use crate::program::{AskedCount, Before, Counter, ExpectationKind, Program, Test};
use crate::record::{Record, RecordError, canonical_json, text_of, with_texts};
use crate::state::{
    Asked, Asks, Contribution, Count, Delta, Entry, Key, Memory, State, Store, StoreError,
};
use crate::world::standard::message;
use std::collections::{BTreeMap, BTreeSet};

/// The message of a test, what was known when it was judged, and what was found.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) record: Record,
    pub(super) at: Instant,
    pub(super) state: State,
    pub(super) decision: Decision,
    /// What the message leaves behind.
    pub(super) delta: Delta,
    /// What the counters have afterwards.
    pub(super) counts: Counts,
}

/// The counts that a test expects, as they are; `None` if one is not known exactly.
pub(super) type Counts = Vec<(AskedCount, Option<u64>)>;

/// Judges the earlier messages of a test, and then its own.
pub(super) fn judge(test: &Test, evaluator: &mut Evaluator) -> Result<Judged, RecordError> {
    let set = evaluator.rule_set().clone();
    let program = set.program();
    let (record, at) = record_and_instant(program, test)?;
    if program.writers.is_empty() && program.marks.is_empty() {
        let state = State::default();
        let decision = evaluator.decide(&record, test.place, at, &state)?;
        let (delta, counts) = (Delta::default(), vec![]);
        return Ok(Judged { record, at, state, decision, delta, counts });
    }
    let mut store = remembered(test, evaluator)?;
    let places = [test.place];
    let mut message = evaluator.message(&record)?;
    let asks = message.asks(&places, at);
    let state = if asks.is_empty() { State::default() } else { answer(&mut store, asks)? };
    let (decisions, delta) = message.judge(&places, at, &state).into_parts();
    // The decisions that are asked for come first.
    let decision = decisions.into_iter().next();
    let decision = decision.ok_or_else(|| unanswered(StoreError("no decision".to_owned())))?;
    let counts = counts(program, test, (&record, at), (&mut store, &delta))?;
    Ok(Judged { record, at, state, decision, delta, counts })
}

/// A store with what the earlier messages of a test leave behind.
fn remembered(test: &Test, evaluator: &Evaluator) -> Result<Memory, RecordError> {
    let mut keeper = Keeper::of(evaluator.clone(), Memory::new(None)).map_err(unanswered)?;
    for (at, json) in messages(test, &test.before)? {
        let given = keeper::Given { json: json.as_bytes(), places: &[test.place], at };
        let kept = keeper.judge(&[given]);
        kept.stored.map_err(unanswered)?;
        kept.decided.into_iter().find_map(Result::err).map_or(Ok(()), Err)?;
    }
    Ok(keeper.into_store())
}

/// One earlier message of each clause. Those that a clause repeats differ in nothing but their ids and dates.
pub(super) fn one_of_each(program: &Program, test: &Test) -> Vec<(Record, Instant)> {
    let before: Vec<_> =
        test.before.iter().map(|one| Before { repeated: None, ..one.clone() }).collect();
    let messages = messages(test, &before).unwrap_or_default().into_iter();
    let read = |json: &str| Record::read(&program.schema, json.as_bytes()).ok();
    messages.filter_map(|(at, json)| Some((read(&json)?, at))).collect()
}

/// The earlier messages in the order in which they were judged.
fn messages(test: &Test, before: &[Before]) -> Result<Vec<(Instant, String)>, RecordError> {
    let given = test.before.iter().map(|one| &one.given).chain([&test.given]);
    let written: BTreeSet<String> =
        given.filter_map(|one| text_of(&one.json, message::ID)).collect();
    let unused = (1_u32..).map(|number| format!("before-{number}"));
    let mut unused = unused.filter(|id| !written.contains(id));
    let mut all = vec![];
    for Before { given, at, repeated } in before {
        let (times, every) = repeated.unwrap_or((1, 0));
        for nth in 0..times {
            // The checker has seen that the last of them is before the test.
            let at = at.plus_nanos(every.saturating_mul(nth.into())).unwrap_or(*at);
            let json = named_and_dated(&given.json, &mut unused, at);
            all.push((at, if given.is_complete { json } else { canonical_json(&json)? }));
        }
    }
    all.sort_by_key(|(at, _)| *at);
    Ok(all)
}

/// A record with an id and the date of its sending, if it has none.
fn named_and_dated(json: &str, ids: &mut impl Iterator<Item = String>, at: Instant) -> String {
    let lacks = |field| text_of(json, field).is_none();
    let id = lacks(message::ID).then(|| ids.next()).flatten();
    let sent_at = lacks(message::SENT_AT).then(|| at.to_string());
    let filled = [(message::ID, id), (message::SENT_AT, sent_at)];
    let filled: Vec<_> = filled.into_iter().filter(|(_, text)| text.is_some()).collect();
    with_texts(json, &filled)
}

/// The counts that a test expects, as they are once its message is judged.
fn counts(
    program: &Program,
    test: &Test,
    (record, at): (&Record, Instant),
    (store, delta): (&mut Memory, &Delta),
) -> Result<Counts, RecordError> {
    store.join(&record.id().into(), delta);
    let interpreter = Interpreter::new(program, record, at);
    let mut counts: Counts = vec![];
    for expected in &test.expect {
        let ExpectationKind::Count { of, .. } = &expected.kind else { continue };
        let Some(counter) = program.counters.get(of.counter) else { continue };
        let found = match interpreter.ask_for_count(counter, of.key.as_deref()) {
            Some((key, asked)) if of.is_delta => {
                let own = reading(store, record.id(), key.clone(), asked)?.and_then(|one| one.own);
                added(counter, &key, (delta, own.as_ref()))
            }
            // No record asks, so that the message of the test counts too.
            Some((key, asked)) => {
                let count = reading(store, "", key, asked)?;
                count.filter(|one| one.possible == Some(one.certain)).map(|one| one.certain)
            }
            // Under a key that is not known, a message adds nothing.
            None => of.is_delta.then_some(0),
        };
        counts.push((of.clone(), found));
    }
    Ok(counts)
}

/// How much a judging adds under a key of a counter, by what the store keeps of rulings on its record; `None` if that is only a
/// maybe.
fn added(counter: &Counter, key: &Key, (delta, own): (&Delta, Option<&Entry>)) -> Option<u64> {
    let entry = delta.entries.iter().find(|one| one.key == *key);
    match entry.map(|one| one.entry.judged(own, one.policy)) {
        None | Some(Contribution::Nothing) => Some(0),
        Some(Contribution::Maybe(_)) => None,
        Some(Contribution::Certain(_)) if counter.distinct.is_some() => Some(1),
        Some(Contribution::Certain(said)) => Some(said.weight),
    }
}

/// How much a counter has under a key without what a record adds.
fn reading(
    store: &mut Memory,
    record: &str,
    key: Key,
    asked: Asked,
) -> Result<Option<Count>, RecordError> {
    let asks = Asks { record: record.into(), asked: BTreeMap::from([(key.clone(), asked)]) };
    Ok(answer(store, asks)?.count(&key).cloned())
}

fn answer(store: &mut Memory, asks: Asks) -> Result<State, RecordError> {
    let states = store.read(&[asks]).map_err(unanswered)?;
    Ok(states.into_iter().next().unwrap_or_default())
}

/// The store of tests always answers.
#[expect(clippy::needless_pass_by_value, reason = "errors are mapped by value")]
fn unanswered(error: StoreError) -> RecordError {
    RecordError::new(Code::Internal, "", error.to_string())
}

#[cfg(test)]
mod tests;
