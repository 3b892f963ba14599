//! Timing in one process and one thread. All candidates take turns, round after round, so that other work on the machine
//! affects all of them; the median of the rounds counts. The clock is the processor time of the thread, so time in which
//! another process runs does not count.

use cpu_time::ThreadTime;
use std::time::Duration;

/// Something to time.
pub struct Candidate<'a> {
    pub name: String,
    /// The number of all messages.
    most: usize,
    /// Handles the first messages, as many as it is told.
    run: Box<dyn FnMut(usize) + 'a>,
    /// How many messages take about as long as a turn may take.
    slice: usize,
    /// Nanoseconds for each message, round by round.
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

    /// Finds the slice. This also warms up caches.
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

    /// Nanoseconds for a message: the median of the rounds.
    pub fn median(&self) -> f64 {
        median(&self.rounds)
    }

    /// The time as a multiple of another candidate's: the median of the ratios in each round.
    pub fn ratio_to(&self, other: &Self) -> f64 {
        let ratios: Vec<f64> =
            self.rounds.iter().zip(&other.rounds).map(|(mine, its)| mine / its).collect();
        median(&ratios)
    }
}

/// Times all candidates in turn.
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
