//! Runs lexloci from bytes to decisions, so that valgrind can count the instructions (`docs/internals/performance.md`).
//! Instructions show changes that noise in times would hide. Without valgrind a run only shows that it works.
//!
//! ```sh
//! cargo bench --bench instructions --no-run     # prints where the program is
//! valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*::measured' THE_PROGRAM 10000
//! callgrind_annotate --inclusive=yes callgrind.out.*
//! ```

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a benchmark stops at the first error, and some parts of the shared files are only used by the peers"
)]

mod alone;

use alone::{FIVE, SEED, compiled, judge, messages, places, rules};
use lexloci::{Evaluator, Place};
use std::hint::black_box;
use std::path::Path;

/// How many messages are decided. They are invented, so that the counts are the same on every machine.
const MESSAGES: usize = 1_000;

fn main() {
    let wanted = std::env::args().filter_map(|word| word.parse::<usize>().ok()).next();
    let size = wanted.unwrap_or(1_000).min(rules::MOST);
    let nowhere = Path::new("");
    let rules = rules::write(SEED, nowhere);
    let records = messages::load(SEED, nowhere, MESSAGES).records;
    let set = compiled(&rules[..size]);
    let places = places(&set, &FIVE);
    let mut evaluator = set.evaluator();
    // The first run fills the buffers and guesses that an evaluator keeps. Only the second one is counted.
    let warm = judge(&mut evaluator, &records, &places);
    let fired = measured(&mut evaluator, &records, &places);
    assert_eq!(warm, fired, "the same messages give the same decisions");
    println!("{size} rules, {} messages, {fired} rules fired", records.len());
}

/// The function whose instructions are counted. The `black_box` makes it differ from `judge`: compilers merge functions that
/// are alike, and then valgrind would not find this one by its name.
#[inline(never)]
fn measured(evaluator: &mut Evaluator, records: &[Box<[u8]>], places: &[Place]) -> usize {
    black_box(judge(evaluator, records, places))
}
