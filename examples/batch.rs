//! A job that is split over workers: all share one rule set, each has an evaluator, and each judges a part of the messages.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use lexloci::{Compiler, RuleSet, State};
use std::thread;

const WORKERS: usize = 4;

/// What happened to some messages.
#[derive(Default)]
struct Counts {
    judged: usize,
    restricted: usize,
    unreadable: usize,
}

/// Judges some messages, one in each line, for two places. A line that is not a record is counted, and the others go on.
fn judge(set: &RuleSet, lines: &[&str]) -> Counts {
    let mut evaluator = set.evaluator();
    let places: Vec<_> = ["KZ", "FR"].iter().filter_map(|code| set.place(code)).collect();
    let mut counts = Counts::default();
    for line in lines {
        let Ok(record) = set.read(line.as_bytes()) else {
            counts.unreadable += 1;
            continue;
        };
        let Some(at) = record.latest() else { continue };
        let Ok(decisions) = evaluator.decide_all(&record, &places, at, &State::default()) else {
            counts.unreadable += 1;
            continue;
        };
        let is_restricted = decisions.iter().any(|decision| decision.outcome == "restrict");
        counts.judged += 1;
        counts.restricted += usize::from(is_restricted);
    }
    counts
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let set = Compiler::new().directory("rules").compile()?;
    let input = std::fs::read_to_string("examples/messages.jsonl")?;
    let lines: Vec<_> = input.lines().collect();
    let share = lines.len().div_ceil(WORKERS);
    let counts: Vec<_> = thread::scope(|threads| {
        let workers: Vec<_> =
            lines.chunks(share).map(|lines| threads.spawn(|| judge(&set, lines))).collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let sum = |count: fn(&Counts) -> usize| counts.iter().map(count).sum::<usize>();
    println!(
        "{} judged, {} restricted somewhere, {} unreadable",
        sum(|counts| counts.judged),
        sum(|counts| counts.restricted),
        sum(|counts| counts.unreadable)
    );
    Ok(())
}
