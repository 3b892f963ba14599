//! When what a rule asks for is due, and when it ends.

use super::{Assembly, Verdict};
use crate::base::time::{Day, Instant};
use crate::decision::clock::Clock;
use crate::decision::due::{Due, End, Retention};
use crate::decision::force::{Dates, ground_in_force};
use crate::program::outcome::{Event, Truth};
use crate::program::{Act, Deadline, Ground, Limit, Party};
use crate::world::place::Place;
use std::collections::BTreeSet;

impl<'p> Assembly<'p, '_> {
    /// The deadlines of the articles in force that bind the platform.
    pub(super) fn due_by_law(&self, verdict: &Verdict<'_>) -> Due {
        let grounds = verdict.force.grounds();
        let deadlines = grounds.filter_map(|ground| Some((ground, self.program.article(ground)?)));
        deadlines
            .filter(|(_, article)| article.party == Party::Platform)
            .flat_map(|(ground, article)| article.deadlines.iter().map(move |one| (ground, one)))
            .map(|(ground, deadline)| self.due_by_deadline(verdict, ground, deadline))
            .fold(Due::default(), Due::and)
    }

    /// A deadline of an article. If several orders or notices made the condition true, the earliest deadline counts. Those
    /// for which the article was not in force start none of its clocks.
    fn due_by_deadline(&self, verdict: &Verdict<'_>, ground: Ground, deadline: &Deadline) -> Due {
        let clock = self.clock(verdict);
        let pauses =
            self.program.article(ground).map_or(&[][..], |article| article.pauses.as_slice());
        let list = match &deadline.limit {
            Limit::AsOrdered { .. } => Some(Event::Order),
            Limit::Words(_) | Limit::Within(_) => deadline.event.list(),
        };
        match list.and_then(|list| verdict.finding.events.get(&list)) {
            Some(incoming) => incoming
                .iter()
                .filter(|one| self.counts_for(verdict.norm, ground, one))
                .map(|one| clock.for_incoming(deadline, pauses, one))
                .fold(Due::default(), Due::and),
            None => clock.for_single_event(deadline, self.happened(verdict, deadline.event)),
        }
    }

    fn clock<'v>(&'v self, verdict: &'v Verdict<'_>) -> Clock<'v> {
        const NONE: &BTreeSet<Day> = &BTreeSet::new();
        let holidays = self.program.holidays.get(&verdict.norm.place).unwrap_or(NONE);
        Clock { at: self.at, zone: &verdict.norm.zone, holidays }
    }

    /// The deadline that the rule sets with `within … by policy`. It has no instant unless the policy is in force.
    pub(super) fn service_level(&self, verdict: &Verdict<'_>, act: &Act) -> Due {
        let Some((period, event, policy)) = act.within else { return Due::default() };
        let policy = Ground::Policy(policy);
        let promised = ground_in_force(self.program, verdict.norm, policy, Dates::on(self.at));
        match promised {
            Truth::True => self.clock(verdict).within(period, event, self.happened(verdict, event)),
            Truth::False | Truth::Unknown => Due::without_clock(),
        }
    }

    /// How long an act says to keep something. Several orders or notices that made the condition true each have their
    /// own time, and the latest end counts. A time that begins with the decision begins at `start`.
    pub(super) fn retention(&self, verdict: &Verdict<'_>, act: &Act, start: Instant) -> Retention {
        let Some((period, event)) = act.keep else { return Retention::default() };
        let clock = self.clock(verdict);
        let mut retention = Retention::default();
        let starts = match event {
            Event::Decision => vec![Some(start)],
            Event::Order
            | Event::OrderGiven
            | Event::OrderDeadline
            | Event::Notice
            | Event::Report
            | Event::Knowledge
            | Event::Removal
            | Event::Submission => self.occurrences(verdict, event),
        };
        for start in starts {
            match start.and_then(|start| clock.end_of(start, period)) {
                Some(end) => retention.until = retention.until.max(Some(end)),
                None => retention.waiting = [event].into(),
            }
        }
        retention
    }

    /// When an outcome or a mark ends. A time that begins with the decision begins at `start`.
    pub(in crate::decision) fn end(
        &self,
        verdict: &Verdict<'p>,
        act: &'p Act,
        start: Instant,
    ) -> End {
        if let Some(until) = &act.until {
            return match self.judge.instant(verdict.norm, until, &verdict.hidden) {
                Ok(end) => End::at(end),
                // Nothing is missing: the value is none.
                Err(missing) if missing.is_empty() => End::never(),
                Err(missing) => End::unknown(missing),
            };
        }
        match act.keep {
            Some(_) => End::of_retention(self.retention(verdict, act, start)),
            None => End::never(),
        }
    }

    /// The instants at which outcomes of the rules of a place end, with the rules. Ends that move with the decision are
    /// left out.
    pub(super) fn ends(&self, place: Place) -> Vec<(usize, Instant)> {
        let is_fixed = |act: &&Act| !matches!(act.keep, Some((_, Event::Decision)));
        let mut ends = vec![];
        for (index, verdict) in &self.verdicts(place) {
            let Some(rule) = verdict.norm.kind.rule() else { continue };
            let outcomes =
                rule.then.iter().filter(|act| self.program.is_outcome(act)).filter(is_fixed);
            let known = outcomes.filter_map(|act| self.end(verdict, act, self.at).known());
            ends.extend(known.map(|end| (*index, end)));
        }
        ends
    }

    /// The earliest instant of an event, if it is known.
    fn happened(&self, verdict: &Verdict<'_>, event: Event) -> Option<Instant> {
        self.occurrences(verdict, event).into_iter().flatten().min()
    }

    /// The instants of an event: of each of the orders or notices that made the condition true, or else the one in a
    /// field of the record. `None` stands for an instant that is not known.
    fn occurrences(&self, verdict: &Verdict<'_>, event: Event) -> Vec<Option<Instant>> {
        let incoming = event.list().and_then(|list| verdict.finding.events.get(&list));
        match incoming {
            Some(incoming) => incoming.iter().map(|one| one.happened(event)).collect(),
            None => vec![self.judge.event(event)],
        }
    }
}
