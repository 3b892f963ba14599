//! Timing in one process and one thread: all candidates in turn, round after round, so that what else the machine does
//! hits all of them; medians of the rounds. The clock is that of the thread's own processor time, so that being set aside
//! for another process does not count.

use cpu_time::ThreadTime;
use std::time::Duration;

/// Something to time: it handles the first so many messages.
pub struct Candidate<'a> {
    pub name: String,
    /// How many messages it can handle in one go.
    most: usize,
    run: Box<dyn FnMut(usize) + 'a>,
    /// So many messages a round take about the time allowed.
    slice: usize,
    rounds: Vec<f64>,
}

impl<'a> Candidate<'a> {
    pub fn new(name: impl Into<String>, most: usize, run: impl FnMut(usize) + 'a) -> Self {
        Self { name: name.into(), most, run: Box::new(run), slice: 1, rounds: vec![] }
    }

    fn time(&mut self, messages: usize) -> Duration {
        let start = ThreadTime::now();
        (self.run)(messages);
        start.elapsed()
    }

    /// Finds the slice, and warms caches up on the way.
    fn calibrate(&mut self, allowed: Duration) {
        let mut messages = 1;
        loop {
            let taken = self.time(messages);
            if taken * 4 >= allowed || messages == self.most {
                let fit = messages as f64 * allowed.as_secs_f64() / taken.as_secs_f64().max(1e-9);
                self.slice = (fit as usize).clamp(1, self.most);
                return;
            }
            messages = (messages * 2).min(self.most);
        }
    }

    /// Nanoseconds a message.
    pub fn median(&self) -> f64 {
        median(&self.rounds)
    }

    /// The time as a multiple of another's, round by round.
    pub fn ratio_to(&self, other: &Self) -> f64 {
        let ratios: Vec<f64> =
            self.rounds.iter().zip(&other.rounds).map(|(mine, its)| mine / its).collect();
        median(&ratios)
    }
}

/// Times all candidates.
pub fn interleaved(candidates: &mut [Candidate<'_>], rounds: usize, allowed: Duration) {
    for candidate in &mut *candidates {
        candidate.calibrate(allowed);
    }
    for round in 0..rounds {
        for turn in 0..candidates.len() {
            let at = (turn + round) % candidates.len();
            let Some(candidate) = candidates.get_mut(at) else { continue };
            let slice = candidate.slice;
            let taken = candidate.time(slice).as_nanos() as f64 / slice as f64;
            candidate.rounds.push(taken);
        }
    }
}

pub fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
