//! Deadlines: those of the law, those of the platform, and how several become one.

use crate::decision::{Obligation, OutcomeDue};
use crate::outcome::Event;
use crate::time::{Instant, Period, Zone};
use std::collections::BTreeSet;

/// By when something is to be done, as one rule or several ask.
#[derive(Clone, Debug, Default)]
pub(super) struct Due {
    /// Whether there is any deadline, be it one without an instant.
    asked: bool,
    /// The earliest, and what started its clock.
    earliest: Option<(Instant, Event)>,
    /// Events that did not start a clock.
    missing: BTreeSet<Event>,
    words: BTreeSet<String>,
}

/// What is to be done under one action and target.
#[derive(Clone, Debug, Default)]
pub(super) struct Task {
    pub(super) due: Due,
    /// The longest retention.
    pub(super) until: Option<Instant>,
    pub(super) rules: BTreeSet<String>,
}

impl Due {
    /// A deadline without an instant and without a clock.
    pub(super) fn never() -> Self {
        Self { asked: true, ..Self::default() }
    }

    /// The statute's own word.
    pub(super) fn words(words: &str) -> Self {
        Self { words: BTreeSet::from([words.to_owned()]), ..Self::never() }
    }

    /// A period from an event, if that is known to have happened. Beyond the calendar there is no instant.
    pub(super) fn within(
        period: Period,
        event: Event,
        happened: Option<Instant>,
        zone: &Zone,
    ) -> Self {
        let earliest = happened.and_then(|start| start.plus(period, zone)).map(|due| (due, event));
        let missing = earliest.is_none().then_some(event).into_iter().collect();
        Self { earliest, missing, ..Self::never() }
    }

    /// Both bind: the earlier instant, all words.
    #[must_use]
    pub(super) fn and(mut self, other: Self) -> Self {
        self.asked |= other.asked;
        self.earliest = [self.earliest, other.earliest].into_iter().flatten().min();
        self.missing.extend(other.missing);
        self.words.extend(other.words);
        self
    }

    pub(super) fn is_asked(&self) -> bool {
        self.asked
    }

    fn due(&self) -> Option<Instant> {
        self.earliest.map(|(due, _)| due)
    }

    fn is_overdue(&self, at: Instant) -> bool {
        self.due().is_some_and(|due| due < at)
    }

    fn clock(&self) -> Option<Event> {
        self.earliest.map(|(_, event)| event).or(self.missing.first().copied())
    }

    /// The deadline of the outcomes; `None` without any.
    pub(super) fn of_outcome(self, rules: BTreeSet<String>, at: Instant) -> Option<OutcomeDue> {
        self.asked.then(|| OutcomeDue {
            due: self.due(),
            overdue: self.is_overdue(at),
            clock: self.clock().map(|event| event.name().to_owned()),
            words: self.words.into_iter().collect(),
            rules: rules.into_iter().collect(),
        })
    }
}

impl Task {
    pub(super) fn add(&mut self, rule: &str, due: Due, until: Option<Instant>) {
        self.rules.insert(rule.to_owned());
        self.due = std::mem::take(&mut self.due).and(due);
        self.until = self.until.max(until);
    }

    pub(super) fn obligation(self, action: String, to: Option<String>, at: Instant) -> Obligation {
        let clock = self.due.clock().filter(|event| *event != Event::Decision);
        Obligation {
            action,
            to,
            due: self.due.due(),
            overdue: self.due.is_overdue(at),
            clock: clock.map(|event| event.name().to_owned()),
            words: self.due.words.into_iter().collect(),
            until: self.until,
            rules: self.rules.into_iter().collect(),
        }
    }
}
