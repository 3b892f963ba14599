//! Counts how often each rule is woken, is evaluated and fires, and measures the time that it takes. Counting is off until a
//! host asks for it.

use crate::program::outcome::Truth;
use std::time::Duration;

/// A monotonic clock: the time since some fixed instant. Hosts supply it, because not every target has one.
pub type Clock = fn() -> Duration;

/// The counts of one norm.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) woken: u64,
    pub(crate) evaluated: u64,
    pub(crate) fired: u64,
    pub(crate) undetermined: u64,
    pub(crate) time: Duration,
}

/// The counts of all norms; nothing is counted until [`Tally::begin`] is called.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    counting: Option<Counting>,
}

#[derive(Clone, Debug)]
struct Counting {
    norms: Vec<Counts>,
    clock: Clock,
}

impl Tally {
    pub(super) fn begin(&mut self, norms: usize, clock: Clock) {
        let begin = || Counting { norms: vec![Counts::default(); norms], clock };
        self.counting.get_or_insert_with(begin);
    }

    pub(super) fn norms(&self) -> &[Counts] {
        self.counting.as_ref().map_or(&[], |counting| &counting.norms)
    }

    pub(super) fn count_woken(&mut self, rules: &[u32]) {
        let Some(counting) = &mut self.counting else { return };
        for rule in rules {
            if let Some(counts) = counting.norms.get_mut(*rule as usize) {
                counts.woken += 1;
            }
        }
    }

    /// Evaluates the condition of a norm, and counts its truth.
    pub(super) fn evaluate(&mut self, norm: usize, test: impl FnOnce() -> Truth) -> Truth {
        let truth = self.measure(norm, test);
        let counting = self.counting.as_mut();
        if let Some(counts) = counting.and_then(|counting| counting.norms.get_mut(norm)) {
            counts.evaluated += 1;
            match truth {
                Truth::False => {}
                Truth::Unknown => counts.undetermined += 1,
                Truth::True => counts.fired += 1,
            }
        }
        truth
    }

    /// Does work for a norm, and adds the time that it takes.
    pub(super) fn measure<T>(&mut self, norm: usize, work: impl FnOnce() -> T) -> T {
        let Some(Counting { norms, clock }) = &mut self.counting else { return work() };
        let begun = clock();
        let done = work();
        if let Some(counts) = norms.get_mut(norm) {
            counts.time += clock().saturating_sub(begun);
        }
        done
    }
}
