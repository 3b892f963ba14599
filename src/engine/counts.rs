//! What becomes of each rule, counted when somebody asks for it. Clocks are read then, for the shares of time; no answer
//! depends on them.

use crate::program::outcome::Truth;
use std::time::{Duration, Instant};

/// What became of one norm.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Counts {
    pub(crate) woken: u64,
    pub(crate) evaluated: u64,
    pub(crate) fired: u64,
    pub(crate) undetermined: u64,
    pub(crate) time: Duration,
}

/// Of all norms, by number; nothing while nobody asks.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    norms: Option<Vec<Counts>>,
}

impl Tally {
    pub(super) fn begin(&mut self, norms: usize) {
        self.norms.get_or_insert_with(|| vec![Counts::default(); norms]);
    }

    pub(super) fn norms(&self) -> &[Counts] {
        self.norms.as_deref().unwrap_or_default()
    }

    pub(super) fn woken(&mut self, rules: &[u32]) {
        for rule in rules {
            if let Some(counts) = self.of(*rule as usize) {
                counts.woken += 1;
            }
        }
    }

    /// The truth of a norm's condition, counted.
    pub(super) fn evaluated(&mut self, norm: usize, test: impl FnOnce() -> Truth) -> Truth {
        let Some(counts) = self.of(norm) else { return test() };
        let begun = Instant::now();
        let truth = test();
        counts.time += begun.elapsed();
        counts.evaluated += 1;
        match truth {
            Truth::False => {}
            Truth::Unknown => counts.undetermined += 1,
            Truth::True => counts.fired += 1,
        }
        truth
    }

    /// More work for a norm.
    pub(super) fn timed<T>(&mut self, norm: usize, work: impl FnOnce() -> T) -> T {
        let Some(counts) = self.of(norm) else { return work() };
        let begun = Instant::now();
        let done = work();
        counts.time += begun.elapsed();
        done
    }

    fn of(&mut self, norm: usize) -> Option<&mut Counts> {
        self.norms.as_mut()?.get_mut(norm)
    }
}
