//! The shape of a distributed job: one rule set shared by all workers, an evaluator for each, results in order.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use lexloci::{Compiler, RuleSet, State};
use std::thread;

const WORKERS: usize = 4;

/// Judges some lines of JSON for every place that the message is visible in. A line that is no record is counted, and
/// stops nothing.
fn judge(set: &RuleSet, lines: &[&str]) -> (usize, usize, usize) {
    let mut evaluator = set.evaluator();
    let (mut judged, mut restricted, mut unreadable) = (0, 0, 0);
    for line in lines {
        let Ok(record) = set.read(line.as_bytes()) else {
            unreadable += 1;
            continue;
        };
        let Some(at) = record.latest() else { continue };
        let places: Vec<_> = ["KZ", "FR"].iter().filter_map(|code| set.place(code)).collect();
        let Ok(decisions) = evaluator.decide_all(&record, &places, at, &State::default()) else {
            unreadable += 1;
            continue;
        };
        judged += 1;
        restricted += usize::from(decisions.iter().any(|decision| decision.outcome == "restrict"));
    }
    (judged, restricted, unreadable)
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
    let sum = |pick: fn(&(usize, usize, usize)) -> usize| counts.iter().map(pick).sum::<usize>();
    println!(
        "{} judged, {} restricted somewhere, {} unreadable",
        sum(|c| c.0),
        sum(|c| c.1),
        sum(|c| c.2)
    );
    Ok(())
}
