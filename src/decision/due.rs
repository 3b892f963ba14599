//! Combines several deadlines, of the law and of the platform, into one.

use crate::base::shared::Text;
use crate::base::time::Instant;
use crate::decision::{Obligation, Outcome, OutcomeDue};
use crate::program::outcome::Event;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The deadlines that one or several rules set for an action.
#[derive(Clone, Debug, Default)]
pub(super) struct Due {
    /// Whether there is any deadline, with or without an instant.
    is_set: bool,
    /// The earliest instant, and the event that started its clock.
    earliest: Option<(Instant, Event)>,
    /// The events whose clocks have not started.
    waiting: BTreeSet<Event>,
    /// The events whose clocks are paused.
    paused: BTreeSet<Event>,
    /// The words of statutes that give no number.
    words: BTreeSet<String>,
}

/// An obligation: one action with one target, for all rules that ask for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Task {
    pub(super) due: Due,
    pub(super) retention: Retention,
    /// Whether it would tell the author of a secret order or notice.
    pub(super) is_held: bool,
    pub(super) rules: BTreeSet<String>,
}

/// The outcomes for the content come before those for the account, the stricter ones first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct OutcomeKey<'p> {
    pub(super) is_about_account: bool,
    pub(super) level: Reverse<u32>,
    pub(super) action: &'p str,
    pub(super) target: Option<&'p str>,
}

/// An outcome, for all rules that ask for it.
#[derive(Clone, Debug, Default)]
pub(super) struct Wish {
    pub(super) due: Due,
    since: Option<Instant>,
    end: End,
    rules: BTreeSet<String>,
    /// The rules that set a deadline.
    pub(super) rules_with_deadline: BTreeSet<String>,
}

/// When an outcome ends.
#[derive(Clone, Debug, Default)]
pub(super) struct End {
    /// Whether a rule asks for it without an end.
    is_never: bool,
    /// The latest of the ends that are known.
    latest: Option<Instant>,
    /// The events that have yet to happen before the end is known.
    waiting: BTreeSet<Event>,
    /// What else was missing to know the end.
    unknown: BTreeSet<String>,
}

/// How long data is kept: until the latest instant, or longer if a clock has not started.
#[derive(Clone, Debug, Default)]
pub(super) struct Retention {
    pub(super) until: Option<Instant>,
    /// The events whose clocks have not started.
    pub(super) waiting: BTreeSet<Event>,
}

impl Due {
    /// A deadline that has neither an instant nor a clock.
    pub(super) fn without_clock() -> Self {
        Self { is_set: true, ..Self::default() }
    }

    /// A deadline in the words of a statute, such as "promptly".
    pub(super) fn in_words(words: &str) -> Self {
        Self { words: BTreeSet::from([words.to_owned()]), ..Self::without_clock() }
    }

    /// A deadline at an instant, with the event that started its clock.
    pub(super) fn at_instant(due: Instant, event: Event) -> Self {
        Self { earliest: Some((due, event)), ..Self::without_clock() }
    }

    /// A clock that has not started.
    pub(super) fn waiting(event: Event) -> Self {
        Self { waiting: BTreeSet::from([event]), ..Self::without_clock() }
    }

    /// A clock that is paused.
    pub(super) fn paused(event: Event) -> Self {
        Self { paused: BTreeSet::from([event]), ..Self::without_clock() }
    }

    /// Combines two deadlines that must both be met: the earlier instant, and the words of both.
    #[must_use]
    pub(super) fn and(mut self, other: Self) -> Self {
        self.is_set |= other.is_set;
        self.earliest = [self.earliest, other.earliest].into_iter().flatten().min();
        self.waiting.extend(other.waiting);
        self.paused.extend(other.paused);
        self.words.extend(other.words);
        self
    }

    pub(super) fn is_set(&self) -> bool {
        self.is_set
    }

    fn due(&self) -> Option<Instant> {
        self.earliest.map(|(due, _)| due)
    }

    fn is_overdue(&self, at: Instant) -> bool {
        self.due().is_some_and(|due| due < at)
    }

    /// The event whose clock decides: a running clock first, then a paused one, then one that has not started.
    fn clock(&self) -> Option<Event> {
        let running = self.earliest.map(|(_, event)| event);
        running.or(self.paused.first().copied()).or(self.waiting.first().copied())
    }

    fn is_paused(&self) -> bool {
        self.earliest.is_none() && !self.paused.is_empty()
    }

    /// The deadline of the outcomes, which these rules set; `None` if there is no deadline.
    pub(super) fn into_outcome_due(
        self,
        rules: BTreeSet<String>,
        at: Instant,
    ) -> Option<OutcomeDue> {
        self.is_set.then(|| OutcomeDue {
            due: self.due(),
            overdue: self.is_overdue(at),
            paused: self.is_paused(),
            clock: self.clock().map(|event| event.name().into()),
            words: texts(self.words),
            rules: texts(rules),
        })
    }
}

impl Task {
    /// Adds the deadline and the retention that a rule sets.
    pub(super) fn add(&mut self, rule: &str, due: Due, retention: Retention) {
        self.rules.insert(rule.to_owned());
        self.add_for_unanswered(due, retention);
    }

    /// Adds what is asked for because no rule answers an order or notice.
    pub(super) fn add_for_unanswered(&mut self, due: Due, retention: Retention) {
        self.due = std::mem::take(&mut self.due).and(due);
        self.retention.until = self.retention.until.max(retention.until);
        self.retention.waiting.extend(retention.waiting);
    }

    pub(super) fn into_obligation(
        self,
        action: String,
        to: Option<String>,
        at: Instant,
    ) -> Obligation {
        let clock = self.due.clock().filter(|event| *event != Event::Decision);
        Obligation {
            action: action.into(),
            to: to.map(Text::from),
            due: self.due.due(),
            overdue: self.due.is_overdue(at),
            paused: self.due.is_paused(),
            clock: clock.map(|event| event.name().into()),
            words: texts(self.due.words),
            held: self.is_held,
            until: self.retention.until,
            until_clock: self.retention.waiting.first().map(|event| event.name().into()),
            rules: texts(self.rules),
        }
    }
}

impl Wish {
    /// Adds the deadline that a rule sets, since when it asks for the outcome, if it asked before, and when that ends.
    pub(super) fn add(&mut self, rule: &str, due: Due, (since, end): (Option<Instant>, End)) {
        self.rules.insert(rule.to_owned());
        if due.is_set {
            self.rules_with_deadline.insert(rule.to_owned());
        }
        self.due = std::mem::take(&mut self.due).and(due);
        self.since = [self.since, since].into_iter().flatten().min();
        self.end.is_never |= end.is_never;
        self.end.latest = self.end.latest.max(end.latest);
        self.end.waiting.extend(end.waiting);
        self.end.unknown.extend(end.unknown);
    }

    pub(super) fn into_outcome(self, action: &str, target: Option<&str>, at: Instant) -> Outcome {
        let clock = self.due.clock().filter(|event| *event != Event::Decision);
        let end = if self.end.is_never { End::default() } else { self.end };
        Outcome {
            action: action.into(),
            target: target.map(Text::from),
            due: self.due.due(),
            overdue: self.due.is_overdue(at),
            paused: self.due.is_paused(),
            clock: clock.map(|event| event.name().into()),
            words: texts(self.due.words),
            since: self.since,
            until: end.known(),
            until_clock: end.waiting.first().map(|event| event.name().into()),
            until_missing: texts(end.unknown),
            rules: texts(self.rules),
        }
    }
}

impl End {
    pub(super) fn never() -> Self {
        Self { is_never: true, ..Self::default() }
    }

    pub(super) fn at(instant: Instant) -> Self {
        Self { latest: Some(instant), ..Self::default() }
    }

    /// An end that is not known without these.
    pub(super) fn unknown(missing: BTreeSet<String>) -> Self {
        Self { unknown: missing, ..Self::default() }
    }

    /// The end of a time that lasts as long as data would be kept.
    pub(super) fn of_retention(Retention { until, waiting }: Retention) -> Self {
        Self { latest: until, waiting, ..Self::default() }
    }

    /// Whether it is not known when it ends.
    pub(super) fn is_unknown(&self) -> bool {
        !self.waiting.is_empty() || !self.unknown.is_empty()
    }

    /// The latest end. `None` if there is none, or if one that is not known may be later.
    pub(super) fn known(&self) -> Option<Instant> {
        let is_open = self.is_never || !self.waiting.is_empty() || !self.unknown.is_empty();
        self.latest.filter(|_| !is_open)
    }
}

/// The strictest outcome for the content, and that for the account.
pub(super) fn strictest<'p>(outcomes: &BTreeMap<OutcomeKey<'p>, Wish>) -> [Option<&'p str>; 2] {
    [false, true].map(|is_about_account| {
        let mut keys = outcomes.keys();
        keys.find(|key| key.is_about_account == is_about_account).map(|key| key.action)
    })
}

fn texts(strings: BTreeSet<String>) -> Vec<Text> {
    strings.into_iter().map(Text::from).collect()
}
