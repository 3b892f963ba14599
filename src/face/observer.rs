//! [`Observer`]: through it, hosts measure what an evaluator decides and refuses, and how long it takes.

use crate::base::time::Moment;
use crate::decision::Decision;
use crate::face::evaluator::Evaluator;
use crate::record::RecordError;
use crate::world::place::Place;
use std::time::Duration;

/// Is told what an evaluator decides and refuses, for the metrics of a host ([`Evaluator::observe`]). Its methods are
/// called on the thread that decides, so they should be quick. They cannot change a decision.
pub trait Observer: Send + Sync {
    /// The time since a moment that the host chooses. The library reads no clock, so without this method all times are zero.
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    /// A message was decided.
    fn decided(&self, observed: &Observed<'_>);

    /// A message could not be read.
    fn refused(&self, error: &RecordError);
}

/// A message that was decided, as an [`Observer`] sees it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Observed<'a> {
    /// The places that were asked for.
    pub places: &'a [Place],
    /// The instant of the decisions. The day that was asked for if it begins at several instants; then each decision has
    /// its own.
    pub at: Moment,
    /// What was decided. Empty if no rule has anything to say in any of the places. A rule that lacked a fact is under
    /// `undetermined` of its decision.
    pub decided: &'a [Decision],
    /// How long it took to read the message, by [`Observer::now`].
    pub reading: Duration,
    /// How long it took to decide it.
    pub deciding: Duration,
}

impl Evaluator {
    pub(super) fn now(&self) -> Duration {
        self.observer.as_ref().map_or(Duration::ZERO, |observer| observer.now())
    }
}
