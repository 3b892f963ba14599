//! What a judging leaves behind, and what it has to ask: how the norms of each file come out in its own place.

use super::assemble::{Assembly, Verdict, visible};
use super::{Decision, Marking, ShadowState, StateSeen, Visible};
use crate::base::time::Instant;
use crate::interpret::{Additional, Additions, Interpreter, Slot, takes};
use crate::program::outcome::{Reads, Truth};
use crate::program::{Counted, Counter, MarkChange, Norm, NormKind, RuleBody};
use crate::state::{
    self, Asks, Cause, CauseKey, Delta, Entry, EntryDelta, Key, Kind, MarkAct, MarkActor,
    MarkDelta, MarkHistory, MarkWhat, Policy, Ruled, Said, State, add_ask, brings_back,
};
use crate::world::place::Place;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Why this record may count, whatever the key.
#[derive(Clone, Debug)]
pub(crate) struct Reason {
    cause: CauseKey,
    truth: Truth,
    /// What a person said.
    ruling: Option<Ruled>,
    /// The instant at which it counts, if it is not that of the judged version.
    at: Option<Instant>,
    in_shadow: bool,
    missing: BTreeSet<String>,
}

/// Finds out what this judging adds to all counters, so that conditions outside decisions can read them.
pub(crate) fn find_additions(interpreter: &Interpreter<'_>) {
    let Interpreter { program, record, at, .. } = *interpreter;
    let rules = program.rules();
    let assembly = Assembly::new(program, record.visibility(), at, &rules, interpreter);
    for counter in 0..program.counters.len() {
        assembly.additions(counter);
    }
}

impl Reason {
    pub(crate) fn of_condition(truth: Truth, missing: BTreeSet<String>) -> Self {
        let cause = CauseKey::default();
        Self { cause, truth, ruling: None, at: None, in_shadow: false, missing }
    }

    /// That a rule certainly fires.
    pub(crate) fn of_rule(cause: CauseKey, in_shadow: bool) -> Self {
        Self { cause, in_shadow, ..Self::of_condition(Truth::True, BTreeSet::new()) }
    }
}

impl<'p> Assembly<'p, '_> {
    /// Whether a rule is considered. Otherwise its condition is false.
    fn considers(&self, rule: usize) -> bool {
        self.rules.binary_search(&rule).is_ok()
    }

    /// Whether the record is visible in a place.
    fn visible_in(&self, place: Place) -> Visible {
        visible(self.visibility, &self.program.blocs, place, self.at)
    }

    /// Finds out what this judging adds to the counters that a norm reads, so that its condition can read them. Ends, because
    /// no norm reads a counter that counts it.
    pub(super) fn find_additions_for(&self, norm: &Norm) {
        if norm.counters.is_empty() {
            return;
        }
        // A country that has left a bloc still reads its counters, and adds nothing to them.
        let blocs = &self.program.blocs;
        let is_inside = |counter: &Counter| blocs.within(norm.place, counter.place, self.at);
        for index in &norm.counters {
            if self.program.counters.get(*index).is_some_and(is_inside) {
                self.additions(*index);
            }
        }
    }

    /// What this judging adds to a counter.
    fn additions(&self, index: usize) -> Arc<Additions> {
        let recall = &self.judge.interpreter().recall;
        if let Some(known) = recall.additions(index) {
            return known;
        }
        let additions = self.judge.additions(index).unwrap_or_else(|| {
            let counter = self.program.counters.get(index);
            Arc::new(counter.map(|one| self.count(one)).unwrap_or_default())
        });
        recall.set_additions(index, additions.clone());
        additions
    }

    fn count(&self, counter: &'p Counter) -> Additions {
        if self.visible_in(counter.place) == Visible::No {
            return Additions::default();
        }
        let interpreter = self.judge.interpreter();
        let (when, missing) = interpreter.counted_when(counter);
        let mut reasons = match &counter.counts {
            None if when == Truth::False => vec![],
            None => vec![Reason::of_condition(when, missing)],
            Some(counted) => self.reasons_of_rules(counter, counted, (when, &missing)),
        };
        // What was before the beginning does not count, whatever the keys are.
        let judged = interpreter.record.version().unwrap_or(self.at);
        reasons.retain(|reason| reason.at.unwrap_or(judged) >= counter.since);
        if reasons.is_empty() {
            return Additions::default();
        }
        add_up(counter, &reasons, &interpreter.slots(counter), self.at)
    }

    /// How the counted rules came out in the place of the counter, and what persons said about them.
    fn reasons_of_rules(
        &self,
        counter: &Counter,
        counted: &Counted,
        (when, missing): (Truth, &BTreeSet<String>),
    ) -> Vec<Reason> {
        let rulings = self.judge.interpreter().rulings(counter.place);
        let version = self.judge.interpreter().record.version();
        let considered: Vec<usize> =
            counted.rules.iter().copied().filter(|rule| self.considers(*rule)).collect();
        let verdicts = self.verdicts_of(counter.place, &considered);
        let mut reasons = vec![];
        for index in &counted.rules {
            let Some(norm) = self.program.norms.get(*index) else { continue };
            let mut by_version: BTreeMap<Option<Instant>, Ruled> = BTreeMap::new();
            for ruling in rulings.iter().filter(|ruling| ruling.is_on(&norm.id)) {
                let known = by_version.entry(ruling.version).or_insert(ruling.ruled);
                *known = (*known).max(ruling.ruled);
            }
            let of_all = by_version.get(&None).copied();
            let of_own = by_version.remove(&version);
            let ruled = of_own.max(of_all.filter(|ruled| ruled.covers(version)));
            let verdict = verdicts.get(index);
            let truth = verdict.map_or(Truth::False, fires).and(when);
            let cause = |version| CauseKey { rule: Some((&norm.id).into()), version };
            let in_shadow = norm.kind.rule().is_some_and(|rule| rule.shadow);
            // What nobody has ruled on is left behind, too: the ruling may come with a judging that does not see it.
            if ruled.is_some() || truth != Truth::False {
                let own = verdict.map(|verdict| &verdict.missing);
                let missing = own.into_iter().flatten().chain(missing).cloned().collect();
                let cause = cause(version);
                reasons.push(Reason { cause, truth, ruling: of_own, at: None, in_shadow, missing });
            }
            // A person who upheld it for another version has found what this judging cannot see.
            for (other, ruled) in by_version {
                let is_upheld = other.is_some()
                    && counted.policy == Policy::OnceUpheld
                    && ruled.verdict == state::Verdict::Upheld;
                reasons.push(Reason {
                    cause: cause(other),
                    truth: Truth::from(is_upheld).and(when),
                    ruling: Some(ruled),
                    at: other,
                    in_shadow,
                    missing: BTreeSet::new(),
                });
            }
        }
        reasons
    }

    /// What this judging leaves behind in the counters with these indices and in marks.
    pub(crate) fn delta(&self, counters: &[usize]) -> Delta {
        let mut delta = Delta::default();
        for index in counters {
            let Some(counter) = self.program.counters.get(*index) else { continue };
            for (shadow, additional) in self.additions(*index).both() {
                let by_key = additional.by_key.iter();
                let entries = by_key.filter(|(_, addition)| !addition.entry.causes.is_empty());
                delta.entries.extend(entries.map(|(of, addition)| {
                    self.entry_delta(counter, counter.key(of.clone(), shadow), &addition.entry)
                }));
            }
        }
        delta.entries.sort_by(|a, b| a.key.cmp(&b.key));
        (delta.marks, delta.firsts) = self.left_by_rules();
        delta
    }

    fn entry_delta(&self, counter: &Counter, key: Key, entry: &Entry) -> EntryDelta {
        entry_delta(counter, key, entry, self.at, self.judge.interpreter().state())
    }

    /// What rules did to marks, and what rulings take back. When rules first asked for outcomes.
    fn left_by_rules(&self) -> (Vec<MarkDelta>, Vec<(Key, Instant)>) {
        let mut histories: BTreeMap<Key, MarkHistory> = BTreeMap::new();
        let mut firsts = BTreeMap::new();
        let leaves_something = |rule: &usize| {
            self.program.norms.get(*rule).is_some_and(|norm| self.program.leaves_something(norm))
        };
        let leave_something = self.rules.iter().any(leaves_something);
        for place in self.program.writers.iter().copied() {
            if self.visible_in(place) == Visible::No {
                continue;
            }
            let verdicts = if leave_something { self.verdicts(place) } else { BTreeMap::new() };
            for verdict in verdicts.values() {
                let NormKind::Rule(rule) = &verdict.norm.kind else { continue };
                if fires(verdict) != Truth::True {
                    continue;
                }
                if verdict.norm.place == place {
                    self.add_mark_acts(verdict, rule, &mut histories);
                }
                if rule.starts_in.contains(&place) {
                    self.add_starts(verdict, &rule.then, place, &mut firsts);
                }
            }
            self.add_mark_rulings(place, &mut histories);
        }
        let histories = histories.into_iter();
        let marks = histories.map(|(key, history)| MarkDelta { key, history });
        (marks.collect(), firsts.into_iter().collect())
    }

    fn add_mark_acts(
        &self,
        verdict: &Verdict<'p>,
        rule: &'p RuleBody,
        histories: &mut BTreeMap<Key, MarkHistory>,
    ) {
        for act in &rule.then {
            let Some((change, mark)) = self.program.mark_change(act) else { continue };
            let what = match change {
                MarkChange::Clear => MarkWhat::Clear,
                MarkChange::Set => {
                    let end = self.end(verdict, act, self.at);
                    // A mark whose end is not known is not set: it would stand for ever.
                    if end.is_unknown() {
                        continue;
                    }
                    MarkWhat::Set { until: end.known() }
                }
            };
            let by = self.actor(verdict.norm);
            for key in self.mark_keys(mark, rule.shadow) {
                let act = MarkAct { at: self.at, what: what.clone(), by: by.clone() };
                histories.entry(key).or_default().acts.insert(act);
            }
        }
    }

    fn add_mark_rulings(&self, place: Place, histories: &mut BTreeMap<Key, MarkHistory>) {
        let rulings = self.judge.interpreter().rulings(place);
        if rulings.is_empty() {
            return;
        }
        let record = self.judge.interpreter().record;
        let of_place = self.program.norms.iter().filter(|norm| norm.place == place);
        for (norm, rule) in of_place.filter_map(|norm| Some((norm, norm.kind.rule()?))) {
            let marks = rule.then.iter().filter_map(|act| self.program.mark_change(act));
            for (_, mark) in marks {
                for ruling in rulings.iter().filter(|one| one.is_on(&norm.id)) {
                    let by = MarkActor::Rule {
                        rule: (&norm.id).into(),
                        record: record.id().into(),
                        version: ruling.version,
                    };
                    for key in self.mark_keys(mark, rule.shadow) {
                        let all = &mut histories.entry(key).or_default().rulings;
                        let known = all.entry(by.clone()).or_insert(ruling.ruled);
                        *known = (*known).max(ruling.ruled);
                    }
                }
            }
        }
    }

    fn actor(&self, norm: &Norm) -> MarkActor {
        let record = self.judge.interpreter().record;
        let (rule, id) = ((&norm.id).into(), record.id().into());
        MarkActor::Rule { rule, record: id, version: record.version() }
    }

    /// The keys under which a mark is set: that which rules in service read, and the copy that rules in shadow read.
    fn mark_keys(&self, mark: usize, in_shadow: bool) -> Vec<Key> {
        let Some(mark) = self.program.marks.get(mark) else { return vec![] };
        let Some(of) = self.judge.interpreter().key_of_mark(mark) else { return vec![] };
        let key = |shadow| Key { kind: Kind::Mark, item: mark.id.clone(), shadow, of: of.clone() };
        match (in_shadow, mark.has_shadow) {
            (true, _) => vec![key(true)],
            (false, true) => vec![key(false), key(true)],
            (false, false) => vec![key(false)],
        }
    }

    /// What the rules read that are or may be true, and the exceptions to them.
    pub(super) fn reads_that_matter(&self, verdicts: &BTreeMap<usize, Verdict<'p>>) -> Reads {
        let mut reads = Reads::new();
        if self.program.counters.is_empty() && self.program.marks.is_empty() {
            return reads;
        }
        let (mut pending, mut reached) = (self.rules.to_vec(), BTreeSet::new());
        while let Some(index) = pending.pop() {
            let verdict = verdicts.get(&index).filter(|_| reached.insert(index));
            let verdict = verdict.filter(|verdict| verdict.might_apply());
            let Some(verdict) = verdict else { continue };
            let finding = verdict.finding.reads.iter();
            reads.extend(finding.map(|(key, read)| (key.clone(), read.clone())));
            pending.extend(&verdict.norm.defeated_by);
        }
        reads
    }

    /// What a judging decides and leaves behind: the decisions for the places that were asked for, then those for the places
    /// of files that leave something behind, if a rule has something to say there.
    pub(crate) fn judge(&self, asked: &[Place], counters: &[usize]) -> (Vec<Decision>, Delta) {
        let mut decisions = if asked.is_empty() { vec![] } else { self.decide_all(asked) };
        let writers = self.program.writers.iter().copied();
        let others: Vec<Place> = writers
            .filter(|place| !asked.contains(place) && self.visible_in(*place) != Visible::No)
            .collect();
        let others = self.decide_all(&others).into_iter().filter(|one| !one.is_quiet());
        decisions.extend(others.map(|one| Decision { asked: false, ..one }));
        (decisions, self.delta(counters))
    }

    /// What a store has to be asked for the decisions in some places, and for what the counters with these indices keep of
    /// thresholds.
    pub(crate) fn asks(&self, places: &[Place], counters: &[usize]) -> Asks {
        let mut asked = BTreeMap::new();
        let record = || self.judge.interpreter().record.id();
        let mut places: BTreeSet<Place> = places.iter().copied().collect();
        let writers = self.program.writers.iter().copied();
        places.extend(writers.filter(|place| self.visible_in(*place) != Visible::No));
        for place in &places {
            let verdicts = self.verdicts(*place);
            for (key, read) in self.reads_that_matter(&verdicts) {
                add_ask(&mut asked, key, read.asked);
            }
            let timed = verdicts.values().filter(|verdict| verdict.norm.begins_times());
            for verdict in timed.filter(|verdict| verdict.might_apply()) {
                self.program.ask_for_starts(verdict.norm, (*place, self.at), record(), &mut asked);
            }
        }
        for index in counters {
            let Some(counter) = self.program.counters.get(*index) else { continue };
            if counter.thresholds.is_empty() {
                continue;
            }
            for (shadow, additional) in self.additions(*index).both() {
                for (of, addition) in &additional.by_key {
                    if addition.entry.may_count(counter.policy()) {
                        let ask = counter.asked(self.at, &addition.entry);
                        add_ask(&mut asked, counter.key(of.clone(), shadow), ask);
                    }
                }
            }
        }
        if asked.is_empty() {
            return Asks::default();
        }
        Asks { record: record().into(), asked }
    }
}

/// What was read, as decisions list it.
pub(super) fn state_seen(reads: Reads) -> Vec<StateSeen> {
    let seen = reads.into_iter().map(|(key, read)| {
        let Key { kind: _, item: name, shadow, of } = key;
        StateSeen { name, of, shadow, found: read.found }
    });
    seen.collect()
}

impl Marking {
    pub(super) fn new(mark: &str) -> Self {
        Self { mark: mark.into(), cleared: false, until: None, rules: vec![] }
    }

    /// Adds what a rule does to the mark.
    pub(super) fn add(&mut self, rule: &str, change: MarkChange, until: Option<Instant>) {
        match change {
            MarkChange::Clear => (self.cleared, self.until) = (true, None),
            MarkChange::Set if self.cleared => {}
            MarkChange::Set if self.rules.is_empty() => self.until = until,
            MarkChange::Set => {
                self.until = self.until.zip(until).map(|(own, other)| own.max(other));
            }
        }
        if let Err(at) = self.rules.binary_search_by(|one| (**one).cmp(rule)) {
            self.rules.insert(at, rule.into());
        }
    }
}

/// What a judging leaves behind under a key, with the thresholds that it takes by what the store knows.
pub(crate) fn entry_delta(
    counter: &Counter,
    key: Key,
    entry: &Entry,
    at: Instant,
    state: &State,
) -> EntryDelta {
    let mut entry = entry.clone();
    if let Some(count) = state.count(&key) {
        let takes = |least| takes(counter, count, counter.window(at), &entry, least);
        let taken = counter.thresholds.iter().copied();
        entry.took = taken.filter(|least| takes(*least) == Truth::True).collect();
    }
    let (meaning, policy) = (counter.meaning.clone(), counter.policy());
    EntryDelta { key, meaning, policy, entry }
}

/// Whether a rule came out as fired. It may have if something is not known.
fn fires(verdict: &Verdict<'_>) -> Truth {
    match (verdict.in_force, verdict.state()) {
        (Truth::True, Some(ShadowState::Fires)) => Truth::True,
        (Truth::True, Some(ShadowState::Undetermined))
        | (Truth::Unknown, Some(ShadowState::Fires | ShadowState::Undetermined)) => Truth::Unknown,
        (Truth::False, _) | (_, None | Some(ShadowState::Defeated)) => Truth::False,
    }
}

/// What reasons add to a counter under the keys of a record.
pub(crate) fn add_up(
    counter: &Counter,
    reasons: &[Reason],
    slots: &[Slot],
    at: Instant,
) -> Additions {
    let live = reasons.iter().filter(|reason| !reason.in_shadow);
    let copy = reasons.iter().filter(|_| counter.has_shadow);
    let of = (counter.policy(), at);
    let [live, copy] = [additional(live, slots, of), additional(copy, slots, of)];
    Additions { live, copy }
}

/// What reasons add to a counter, or to its copy, under the keys of a record.
fn additional<'r>(
    reasons: impl Iterator<Item = &'r Reason> + Clone,
    slots: &[Slot],
    (policy, judged_at): (Policy, Instant),
) -> Additional {
    let may_count = |one: &Reason| one.truth != Truth::False || brings_back(policy, one.ruling);
    let may_count = reasons.clone().any(may_count);
    let mut additional = Additional { may_count, ..Additional::default() };
    for Slot { of, said, missing } in slots {
        for reason in reasons.clone() {
            let addition = additional.by_key.entry(of.clone()).or_default();
            let said = Said { at: reason.at.unwrap_or(said.at), ..said.clone() };
            let mut cause = Cause { ruling: reason.ruling, ..Cause::default() };
            if missing.is_empty() && reason.truth == Truth::True {
                cause.certain = Some(said);
            } else if reason.truth != Truth::False {
                cause.maybe = Some((judged_at, said));
                addition.missing.extend(reason.missing.iter().chain(missing).cloned());
            }
            let causes = BTreeMap::from([(reason.cause.clone(), cause)]);
            addition.entry.join(&Entry { causes, ..Entry::default() });
        }
    }
    additional
}
