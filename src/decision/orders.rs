//! Finds the orders and notices that no rule of the place answers, and what people are then asked to do.

use super::assemble::{AUTHOR, Assembly, Draft, Verdict};
use super::clock::Clock;
use super::due::{Due, Retention};
use super::{ShadowState, Unanswered};
use crate::base::shared::Text;
use crate::base::time::Instant;
use crate::program::outcome::{Event, Received, Truth};
use crate::program::{Act, OnUnanswered};
use crate::world::place::{Place, PlaceKind};
use std::collections::{BTreeMap, BTreeSet};

impl<'p> Assembly<'p, '_> {
    /// Lists the orders and notices that no rule answers, and asks people to look at them.
    pub(super) fn add_unanswered(
        &self,
        place: Place,
        verdicts: &BTreeMap<usize, Verdict<'p>>,
        draft: &mut Draft<'p>,
    ) {
        let unanswered = self.unanswered(place, verdicts);
        let clauses = if unanswered.is_empty() { vec![] } else { self.on_unanswered(place) };
        for received in unanswered {
            for on_unanswered in &clauses {
                for act in &on_unanswered.acts {
                    self.ask(&received, on_unanswered, act, draft);
                }
            }
            draft.decision.unanswered.push(Unanswered {
                path: received.dates.path.into(),
                from: Text::from(&*received.from),
                reference: received.reference.as_deref().map(Text::from),
                received_at: received.dates.received_at,
            });
        }
    }

    /// The orders and notices that are meant for a place and that no rule answers.
    pub(crate) fn unanswered(
        &self,
        place: Place,
        verdicts: &BTreeMap<usize, Verdict<'p>>,
    ) -> Vec<Received> {
        if self.received().is_empty() {
            return vec![];
        }
        let chain = self.program.blocs.chain(place, self.at);
        let answered = answered(verdicts);
        let is_unanswered = |one: &&Received| {
            let is_addressed = one.places.iter().any(|to| chain.contains(to));
            is_addressed && !answered.contains(one.dates.path.as_str())
        };
        self.received().iter().filter(is_unanswered).cloned().collect()
    }

    /// The `on unanswered` clauses of the nearest files: of the place, else of its country, else of all its blocs, else of
    /// the world.
    pub(crate) fn on_unanswered(&self, place: Place) -> Vec<&'p OnUnanswered> {
        let chain = self.program.blocs.chain(place, self.at);
        let of = |place: &Place| self.program.on_unanswered.iter().find(|one| one.place == *place);
        let is_bloc = |place: &&Place| place.kind() == PlaceKind::Bloc;
        let (blocs, others): (Vec<&Place>, Vec<&Place>) = chain.iter().partition(is_bloc);
        let nearest = others.into_iter().filter(|place| **place != Place::WORLD).find_map(of);
        let of_blocs: Vec<_> = blocs.into_iter().filter_map(of).collect();
        match nearest {
            Some(nearest) => vec![nearest],
            None if of_blocs.is_empty() => of(&Place::WORLD).into_iter().collect(),
            None => of_blocs,
        }
    }

    /// Asks for one act because of one order or notice. What counts from orders is not asked because of a notice, nor the
    /// reverse.
    fn ask(
        &self,
        received: &Received,
        on_unanswered: &'p OnUnanswered,
        act: &'p Act,
        draft: &mut Draft<'p>,
    ) {
        let Some((name, _)) = self.program.actions.get_index(act.action) else { return };
        if !act.is_for(received.event) {
            return;
        }
        let no_holidays = BTreeSet::new();
        let holidays = self.program.holidays.get(&on_unanswered.place).unwrap_or(&no_holidays);
        let clock = Clock { at: self.at, zone: &on_unanswered.zone, holidays };
        let start = |event: Event| -> Option<Instant> {
            match event.list() {
                Some(_) => received.dates.happened(event),
                None => self.judge.event(event),
            }
        };
        let due = match act.within {
            None => Due::default(),
            Some((period, event, policy)) if self.promises(policy, on_unanswered) => {
                clock.within(period, event, start(event))
            }
            Some(_) => Due::without_clock(),
        };
        let retention = act.keep.map_or_else(Retention::default, |(period, event)| {
            let until = start(event).and_then(|start| clock.end_of(start, period));
            Retention { until, waiting: until.is_none().then_some(event).into_iter().collect() }
        });
        let task = draft.tasks.entry((name.clone(), act.to.clone())).or_default();
        task.add_for_unanswered(due, retention);
        task.is_held |= act.to.as_deref() == Some(AUTHOR) && received.dates.is_secret;
    }

    /// Whether the policy that promises a service level is in force.
    fn promises(&self, policy: usize, on_unanswered: &OnUnanswered) -> bool {
        self.program.policies.get(policy).is_some_and(|policy| {
            let zone = policy.zone.as_ref().unwrap_or(&on_unanswered.zone);
            policy.in_force.contains(self.at.day(zone)) == Truth::True
        })
    }
}

/// Where the orders and notices are that rules of the place, its country or its blocs answer.
fn answered<'v>(verdicts: &'v BTreeMap<usize, Verdict<'_>>) -> BTreeSet<&'v str> {
    let answers = |verdict: &&Verdict<'_>| {
        let is_near = verdict.norm.place != Place::WORLD && verdict.in_force == Truth::True;
        let rule = verdict.norm.kind.rule().filter(|rule| is_near && !rule.shadow);
        rule.is_some_and(|rule| match verdict.state() {
            Some(ShadowState::Fires) => true,
            Some(ShadowState::Undetermined) => !rule.on_unknown.is_empty(),
            Some(ShadowState::Defeated) | None => false,
        })
    };
    let answering = verdicts.values().filter(answers);
    let events = answering.flat_map(|verdict| verdict.finding.events.values().flatten());
    events.map(|one| one.path.as_str()).collect()
}
