//! Counters and marks on cells: what a store knows of earlier messages, and what this one adds. Only what is certain is found
//! out here. What is not is left to the interpreter, and a condition that rests on it is unknown until then.

use super::eval::Eval;
use super::memo::RecordKey;
use super::values::{EvalResult, ValueRef, between, known_int};
use crate::base::shared::Text;
use crate::decision::force::{Dates, Force};
use crate::decision::{Reason, Visible, add_up, visible};
use crate::interpret::{Additions, Part, Slot, json_of, part, takes, total};
use crate::plan::{Addition, KeyNodes, NodeId, Recall, Recalled};
use crate::program::outcome::Truth;
use crate::program::{Counted, Counter, JudgedBy, Mark, MarkRead};
use crate::state::{CauseKey, Entry, Key, Kind, Policy, Reading, Said};
use crate::world::place::Place;
use crate::world::value::Value;
use std::ops::ControlFlow;
use std::sync::Arc;

impl<'a> Eval<'a> {
    /// What is read of a counter or a mark. Unknown also where only the interpreter can tell.
    pub(super) fn recall(&mut self, recall: &'a Recall) -> EvalResult<'a> {
        match recall.of {
            Recalled::Count { counter } => self.counted(counter as usize, recall),
            Recalled::Reaches { counter, least } => {
                let truth = self.reaches(counter as usize, recall, least).known();
                truth.map_or(EvalResult::Unknown, known_bool)
            }
            Recalled::Mark { mark, read } => self.marked(mark as usize, recall, read),
        }
    }

    fn counted(&mut self, index: usize, recall: &'a Recall) -> EvalResult<'a> {
        let Some(counter) = self.program.counters.get(index) else { return EvalResult::Unknown };
        let of = match self.key(&recall.key) {
            Ok(of) => of,
            Err(valueless) => return valueless,
        };
        let key = counter.key(of, recall.in_shadow);
        let int = |count| Value::Int(i64::try_from(count).unwrap_or(i64::MAX));
        let from = |least| between(Some([int(least), Value::Int(i64::MAX)]));
        // The interpreter may know narrower bounds.
        let Some(count) = self.state.count(&key) else { return from(0) };
        let Some(additions) = self.additions_seen(index, counter, recall.reader) else {
            return from(0);
        };
        let added = entry_of(&additions, &key);
        let total = total(counter, count, counter.window(self.at), added);
        match total.possible {
            Some(possible) if possible == total.certain => known_int(possible),
            Some(possible) => between(Some([int(total.certain), int(possible)])),
            None => from(total.certain),
        }
    }

    fn reaches(&mut self, index: usize, recall: &'a Recall, least: u64) -> Truth {
        let Some(counter) = self.program.counters.get(index) else { return Truth::Unknown };
        let Some((key, added)) = self.threshold(index, counter, recall) else {
            return Truth::Unknown;
        };
        let Some(key) = key else { return Truth::False };
        let Some(count) = self.state.count(&key) else { return Truth::Unknown };
        takes(counter, count, counter.window(self.at), &added, least)
    }

    /// The key under which this record may take a threshold, and what it adds under it. No key if it takes none, whatever the
    /// store knows. `None` if only the interpreter can tell.
    pub(super) fn threshold(
        &mut self,
        index: usize,
        counter: &'a Counter,
        recall: &'a Recall,
    ) -> Option<(Option<Key>, Entry)> {
        let nothing = Some((None, Entry::default()));
        let additions = self.additions_seen(index, counter, recall.reader)?;
        if !additions.of(recall.in_shadow).may_count {
            return nothing;
        }
        let of = match self.key(&recall.key) {
            Ok(of) => of,
            Err(EvalResult::Absent) => return nothing,
            Err(_) => return None,
        };
        let key = counter.key(of, recall.in_shadow);
        let added = entry_of(&additions, &key);
        if !added.may_count(counter.policy()) {
            return nothing;
        }
        Some((Some(key), added.clone()))
    }

    fn marked(&mut self, index: usize, recall: &'a Recall, read: MarkRead) -> EvalResult<'a> {
        let mark = self.program.marks.get(index);
        let key = mark.and_then(|mark| self.key_of_mark(mark, recall));
        let reading = key.and_then(|key| self.state.readings.get(&key));
        let Some(Reading::Mark(standing)) = reading else { return EvalResult::Unknown };
        let instant = |instant| EvalResult::Known(ValueRef::Single(Value::Instant(instant)));
        match (read, standing) {
            (MarkRead::IsSet, standing) => known_bool(standing.is_some()),
            (MarkRead::Since | MarkRead::Until, None) => EvalResult::Absent,
            (MarkRead::Since, Some(standing)) => instant(standing.since),
            (MarkRead::Until, Some(standing)) => standing.until.map_or(EvalResult::Absent, instant),
        }
    }

    pub(super) fn key_of_mark(&mut self, mark: &Mark, recall: &'a Recall) -> Option<Key> {
        let of = self.key(&recall.key).ok()?;
        Some(Key { kind: Kind::Mark, item: mark.id.clone(), shadow: recall.in_shadow, of })
    }

    /// The values of a key as JSON. If there is no key: none if one of the values is none, and else unknown.
    pub(super) fn key(&mut self, key: &'a KeyNodes) -> Result<Text, EvalResult<'a>> {
        let found = match key.number.and_then(|number| self.memo.key(number)) {
            Some(known) => known,
            None => {
                let found = self.written(&key.values);
                if let Some(number) = key.number {
                    self.memo.remember_key(number, found.clone());
                }
                found
            }
        };
        match found {
            RecordKey::Known(of) => Ok(of),
            RecordKey::None => Err(EvalResult::Absent),
            RecordKey::Unknown => Err(EvalResult::Unknown),
        }
    }

    fn written(&mut self, values: &'a [NodeId]) -> RecordKey {
        let values: Vec<EvalResult<'a>> = values.iter().map(|value| self.value(*value)).collect();
        if values.iter().any(|value| matches!(value, EvalResult::Absent)) {
            return RecordKey::None;
        }
        let parts: Option<Vec<Part<'_>>> = values.iter().map(|value| self.part(value)).collect();
        parts.map_or(RecordKey::Unknown, |parts| RecordKey::Known(json_of(&parts)))
    }

    fn part<'v>(&'v self, value: &'v EvalResult<'a>) -> Option<Part<'v>> {
        let EvalResult::Known(value) = value else { return None };
        match value {
            ValueRef::Single(value) => part(value),
            ValueRef::Constant(value) => part(value),
            ValueRef::Text(_) | ValueRef::Surface(_) => self.textual(value).map(Part::Text),
            ValueRef::Everywhere | ValueRef::Places(_) | ValueRef::List(..) | ValueRef::Present => {
                None
            }
        }
    }

    /// What this judging adds to a counter, as a norm of a place sees it. `None` if only the interpreter can tell.
    pub(super) fn additions_seen(
        &mut self,
        index: usize,
        counter: &'a Counter,
        reader: Place,
    ) -> Option<Arc<Additions>> {
        if !self.program.blocs.within(reader, counter.place, self.at) {
            return Some(Arc::default());
        }
        self.additions(index, counter)
    }

    /// What this judging adds to a counter. `None` if only the interpreter can tell.
    pub(super) fn additions(
        &mut self,
        index: usize,
        counter: &'a Counter,
    ) -> Option<Arc<Additions>> {
        if let Some(known) = self.memo.additions(index) {
            return known;
        }
        let found = self.add(index, counter).map(Arc::new);
        let reads_state = self.plan.counts_by_state.get(index).copied().unwrap_or(true);
        self.memo.remember_additions(index, reads_state, found.clone());
        found
    }

    fn add(&mut self, index: usize, counter: &'a Counter) -> Option<Additions> {
        let visibility = self.slots.header.visibility();
        if visible(visibility, &self.program.blocs, counter.place, self.at) == Visible::No {
            return Some(Additions::default());
        }
        let mut reasons = vec![];
        match &counter.counts {
            None => reasons.push(Reason::of_condition(Truth::True, [].into())),
            // What a person ruled, and what an order that some rules do not see says, is for the interpreter.
            Some(_) if self.has_rulings || self.has_received => return None,
            Some(Counted { rules, policy: Policy::UntilReversed | Policy::OnceUpheld }) => {
                for rule in rules {
                    if self.fires(*rule, counter.place)? {
                        let rule_id = (&self.program.norms.get(*rule)?.id).into();
                        let version = self.slots.header.version;
                        let cause = CauseKey { rule: Some(rule_id), version };
                        reasons.push(Reason::of_rule(cause, self.program.is_in_shadow(*rule)));
                    }
                }
            }
        }
        if reasons.is_empty() {
            return Some(Additions::default());
        }
        match self.root(self.program.norms.len() + index) {
            Truth::False => return Some(Additions::default()),
            Truth::Unknown => return None,
            Truth::True => {}
        }
        let version = self.slots.header.version?;
        if version < counter.since {
            return Some(Additions::default());
        }
        let plan = self.plan;
        let addition = plan.additions.get(index)?.as_ref()?;
        let said = Said { at: version, value: None, weight: 1 };
        let mut found = vec![];
        match addition.list {
            None => found.push(self.slot(addition, said)),
            Some(list) => {
                if let Some((shape, run)) = self.list(list) {
                    self.for_each((0, shape), run, |eval| {
                        found.push(eval.slot(addition, said.clone()));
                        ControlFlow::Continue(())
                    });
                }
            }
        }
        let slots: Option<Vec<Option<Slot>>> = found.into_iter().collect();
        let slots: Vec<Slot> = slots?.into_iter().flatten().collect();
        Some(add_up(counter, &reasons, &slots, self.at))
    }

    /// Whether a rule fires in a place, and nothing lifts it. `None` if only the interpreter can tell.
    fn fires(&mut self, index: usize, place: Place) -> Option<bool> {
        let program = self.program;
        let norm = program.norms.get(index)?;
        match self.root(index) {
            Truth::False => return Some(false),
            Truth::Unknown => return None,
            Truth::True => {}
        }
        if !program.blocs.within(place, norm.place, self.at) {
            return Some(false);
        }
        let is_of_today = program.articles_of(norm).all(|article| match article.judged_by {
            JudgedBy::Decision => true,
            JudgedBy::Sending { .. } | JudgedBy::Receipt => false,
        });
        let is_lifted = norm.defeated_by.iter().any(|lifts| self.root(*lifts) != Truth::False);
        if is_lifted || !is_of_today {
            return None;
        }
        Force::of(program, norm, Dates::on(self.at)).truth().known()
    }

    /// How the record counts under one key; no slot if it has no such key. `None` if only the interpreter can tell.
    fn slot(&mut self, addition: &'a Addition, said: Said) -> Option<Option<Slot>> {
        let Ok(of) = self.key(&addition.key) else { return Some(None) };
        let weight = match addition.adds.map(|adds| self.value(adds)) {
            None | Some(EvalResult::Absent) => 1,
            Some(EvalResult::Known(
                ValueRef::Single(Value::Int(int)) | ValueRef::Constant(&Value::Int(int)),
            )) => u64::try_from(int).unwrap_or(1).max(1),
            Some(EvalResult::Known(_) | EvalResult::Between(_) | EvalResult::Unknown) => {
                return None;
            }
        };
        let value = match addition.distinct.map(|distinct| self.value(distinct)) {
            None => None,
            Some(EvalResult::Absent) => Some(json_of(&[])),
            Some(value) => Some(json_of(&[self.part(&value)?])),
        };
        Some(Some(Slot { of, said: Said { value, weight, ..said }, missing: [].into() }))
    }
}

fn known_bool<'a>(truth: bool) -> EvalResult<'a> {
    EvalResult::Known(ValueRef::Single(Value::Bool(truth)))
}

/// What is added under a key.
pub(super) fn entry_of<'e>(additions: &'e Additions, key: &Key) -> &'e Entry {
    let added = additions.of(key.shadow).by_key.get(&key.of);
    added.map_or(Entry::nothing(), |addition| &addition.entry)
}
