//! How work grows with rules: `cargo bench --bench growth`, or the program with the beginning of a shape's name. Each stage
//! runs on rules of many shapes, of one size and of twice that size. Printed is the exponent: 1.0 when twice the rules take
//! twice the time, 2.0 when they take four times as long. Times are the least of several runs.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark stops at the first error, and prints what it measured"
)]

#[path = "../tests/all/growth/workload.rs"]
mod workload;

use std::time::{Duration, Instant};
use workload::{SHAPES, Shape, rules, stages};

/// The least time of a stage at which its exponent says something.
const NOTABLE: Duration = Duration::from_millis(10);

fn main() {
    let wanted = std::env::args().nth(1).filter(|word| !word.starts_with('-')).unwrap_or_default();
    for shape in SHAPES.iter().filter(|shape| shape.0.starts_with(&wanted)) {
        let (name, count, _) = *shape;
        let [some, twice] = [1, 2].map(|times| times_of(shape, times * count));
        println!("{name}, {count} and {}:", 2 * count);
        for ((stage, some), (_, twice)) in some.into_iter().zip(twice) {
            let exponent = (twice.as_secs_f64() / some.as_secs_f64()).log2();
            let mark = if twice > NOTABLE && exponent > 1.4 { "  !" } else { "" };
            println!("  {stage:10} {some:>10.2?} {twice:>10.2?}   {exponent:4.1}{mark}");
        }
    }
}

/// The least time of each stage on rules of a shape.
fn times_of(shape: &Shape, items: usize) -> Vec<(&'static str, Duration)> {
    let mut times = vec![];
    stages(&rules(shape, items), &mut |stage, run| times.push((stage, least(run))));
    times
}

fn least(run: &mut dyn FnMut()) -> Duration {
    let begun = Instant::now();
    let mut least = Duration::MAX;
    for _ in 0..7 {
        let start = Instant::now();
        run();
        least = least.min(start.elapsed());
        if begun.elapsed() > Duration::from_secs(2) {
            break;
        }
    }
    least
}
