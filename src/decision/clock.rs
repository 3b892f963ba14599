//! Computes when the clocks of deadlines start, pause and run out.

use super::due::Due;
use crate::base::time::{Day, Instant, Period, Zone};
use crate::program::outcome::{Event, Incoming, Pause};
use crate::program::{Deadline, Limit};
use std::collections::BTreeSet;

/// Computes deadlines for one norm.
pub(super) struct Clock<'a> {
    /// The instant of the decision.
    pub(super) at: Instant,
    pub(super) zone: &'a Zone,
    pub(super) holidays: &'a BTreeSet<Day>,
}

impl Clock<'_> {
    /// The end of a period; `None` if it is outside the calendar.
    pub(super) fn end_of(&self, start: Instant, period: Period) -> Option<Instant> {
        start.plus(period, self.zone, self.holidays)
    }

    /// The deadline at the end of a period after an event. It has no instant if the event has not happened, or if the
    /// end is outside the calendar.
    pub(super) fn within(&self, period: Period, event: Event, start: Option<Instant>) -> Due {
        let due = start.and_then(|start| self.end_of(start, period));
        due.map_or_else(|| Due::waiting(event), |due| Due::at_instant(due, event))
    }

    /// The deadline of a statute, counted from an event that happens once.
    pub(super) fn for_single_event(&self, deadline: &Deadline, start: Option<Instant>) -> Due {
        of_limit(&deadline.limit, None, |period| self.within(period, deadline.event, start))
    }

    /// The deadline of a statute for one order or notice. The clock pauses on the grounds that the statute names.
    pub(super) fn for_incoming(
        &self,
        deadline: &Deadline,
        grounds: &[String],
        incoming: &Incoming,
    ) -> Due {
        let counted = |period| {
            let start = incoming.happened(deadline.event);
            let due = start.and_then(|start| Some((start, self.end_of(start, period)?)));
            due.map_or_else(
                || Due::waiting(deadline.event),
                |(start, due)| {
                    self.postponed(start, due, deadline.event, grounds, &incoming.pauses)
                },
            )
        };
        of_limit(&deadline.limit, incoming.deadline, counted)
    }

    /// Postpones a deadline by the pauses before it, as far as they are known at the instant of the decision. Time
    /// before a pause counts. During a pause there is no deadline.
    fn postponed(
        &self,
        start: Instant,
        due: Instant,
        event: Event,
        grounds: &[String],
        pauses: &[Pause],
    ) -> Due {
        let counts = |pause: &&Pause| {
            pause.from <= self.at && grounds.iter().any(|one| **one == *pause.ground)
        };
        let mut pauses: Vec<_> = pauses.iter().filter(counts).collect();
        pauses.sort_unstable();
        let (mut due, mut counted_until) = (due, start);
        for pause in pauses {
            if pause.from >= due {
                break;
            }
            let Some(end) = pause.until.filter(|end| *end <= self.at) else {
                return Due::paused(event);
            };
            let paused_nanos = end.since(pause.from.max(counted_until)).max(0);
            let Some(later) = due.plus_nanos(paused_nanos) else { return Due::waiting(event) };
            (due, counted_until) = (later, end.max(counted_until));
        }
        Due::at_instant(due, event)
    }
}

/// The deadline of a statute. `ordered` is the instant that an order sets, and `counted` computes the end of a period.
fn of_limit(limit: &Limit, ordered: Option<Instant>, counted: impl Fn(Period) -> Due) -> Due {
    match (limit, ordered) {
        (Limit::Words(words), _) => Due::in_words(words),
        (Limit::AsOrdered { .. }, Some(ordered)) => Due::at_instant(ordered, Event::OrderDeadline),
        (Limit::AsOrdered { otherwise: None }, None) => Due::waiting(Event::OrderDeadline),
        (Limit::Within(period), _) | (Limit::AsOrdered { otherwise: Some(period) }, None) => {
            counted(*period)
        }
    }
}
