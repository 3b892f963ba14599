//! [`Ruling`] and [`Rulings`]: the result of deciding a message. A complete [`Decision`] is made only when the host asks
//! for it.

use crate::decision::Decision;
use crate::engine::Engine;
use crate::face::decision_times::DecisionTimes;
use crate::face::message::Source;
use crate::face::receipt::{Decided, Receipt};
use crate::face::ruleset::RuleSet;
use crate::state::{Delta, State};
use crate::world::place::Place;
use std::cell::OnceCell;

/// What was decided about a message for one place. About most messages no rule has anything to say; these rulings allocate
/// no memory.
#[derive(Debug)]
pub struct Ruling<'r> {
    pub(super) judged: JudgedMessage<'r>,
    pub(super) place: Place,
}

/// What was decided about a message for several places.
#[derive(Debug)]
pub struct Rulings<'r> {
    pub(super) judged: JudgedMessage<'r>,
    pub(super) places: &'r [Place],
}

/// What was decided about a message, and what it leaves behind for later ones.
#[derive(Debug)]
pub struct Judged<'r> {
    pub(super) rulings: Rulings<'r>,
    pub(super) delta: Delta,
}

/// A message with what was decided about it.
#[derive(Debug)]
pub(super) struct JudgedMessage<'r> {
    pub(super) set: &'r RuleSet,
    pub(super) engine: &'r Engine,
    pub(super) source: Source<'r>,
    pub(super) times: DecisionTimes,
    /// `None` if no rule has anything to say.
    pub(super) decisions: Option<Vec<Decision>>,
}

impl Ruling<'_> {
    /// Whether no rule has anything to say: none fires, is undetermined, in shadow or a gap.
    pub fn is_quiet(&self) -> bool {
        self.judged.decisions.is_none()
    }

    /// The decision.
    pub fn into_decision(self) -> Decision {
        let Self { judged: JudgedMessage { set, engine, times, decisions, .. }, place } = self;
        let first = decisions.and_then(|decisions| decisions.into_iter().next());
        let quiet = || times.quiet_in(set, engine.header(), place);
        first.unwrap_or_else(quiet)
    }

    /// The decision in its envelope: record, instant and rule set.
    pub fn into_decided(self) -> Decided {
        let (record, set, at) = (self.judged.id(), self.judged.set, self.judged.times.moment());
        Decided::new(record, at, set, vec![self.into_decision()])
    }

    /// The receipt: all that the decision depends on. Reads the complete record to compute its digest.
    pub fn receipt(&self) -> Receipt {
        self.judged.receipt(&[self.place])
    }
}

impl Judged<'_> {
    /// Whether no rule has anything to say, and nothing is left behind.
    pub fn is_quiet(&self) -> bool {
        self.rulings.is_quiet() && self.delta.is_empty()
    }

    /// What the message leaves behind.
    pub fn delta(&self) -> &Delta {
        &self.delta
    }

    /// The decisions, as [`Rulings::into_decisions`] gives them, and what the message leaves behind.
    pub fn into_parts(self) -> (Vec<Decision>, Delta) {
        (self.rulings.into_decisions(), self.delta)
    }

    /// The decisions in their envelope, and what the message leaves behind.
    pub fn into_decided(self) -> (Decided, Delta) {
        (self.rulings.into_decided(), self.delta)
    }

    /// The receipt: all that the decisions depend on, with the state with which they were made. Reads the complete record to
    /// compute its digest.
    pub fn receipt(&self, state: &State) -> Receipt {
        self.rulings.receipt().with_state(state)
    }
}

impl Rulings<'_> {
    /// Whether no rule has anything to say in any of the places.
    pub fn is_quiet(&self) -> bool {
        self.judged.decisions.is_none()
    }

    /// The decisions, one for each group of places that are decided alike; none if no place was asked for.
    pub fn into_decisions(self) -> Vec<Decision> {
        let Self { judged: JudgedMessage { set, engine, times, decisions, .. }, places } = self;
        let quiet = || times.quiet(set, engine.header(), places);
        decisions.unwrap_or_else(quiet)
    }

    /// The decisions in their envelope: record, instant and rule set.
    pub fn into_decided(self) -> Decided {
        let (record, set, at) = (self.judged.id(), self.judged.set, self.judged.times.moment());
        Decided::new(record, at, set, self.into_decisions())
    }

    /// The receipt: all that the decisions depend on. Reads the complete record to compute its digest.
    pub fn receipt(&self) -> Receipt {
        self.judged.receipt(self.places)
    }
}

impl<'r> JudgedMessage<'r> {
    fn id(&self) -> &'r str {
        self.engine.id(self.source.input())
    }

    fn receipt(&self, places: &[Place]) -> Receipt {
        let read = OnceCell::new();
        Receipt::new(self.set, self.source.record(self.set, &read), places, self.times.moment())
    }
}
