//! Instructions of the path from bytes to decisions, for changes that noise would hide. A plain run says that it works;
//! counting is valgrind's part (`docs/internals/performance.md`):
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
    reason = "a benchmark stops at the first thing that is wrong, and leaves parts of the shared files to the peers"
)]

mod alone;

use alone::{FIVE, SEED, compiled, judge, messages, places, rules};
use lexloci::{Evaluator, Place};
use std::hint::black_box;
use std::path::Path;

/// Invented messages, so that counts are the same wherever they are made.
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
    // Once for the buffers and guesses that an evaluator keeps, once to be counted.
    let warm = judge(&mut evaluator, &records, &places);
    let fired = measured(&mut evaluator, &records, &places);
    assert_eq!(warm, fired, "the same messages give the same decisions");
    println!("{size} rules, {} messages, {fired} rules fired", records.len());
}

/// Not the same as `judge`, nor a jump to it: compilers make one function of two that are alike, and then there is no such
/// name to count by.
#[inline(never)]
fn measured(evaluator: &mut Evaluator, records: &[Box<[u8]>], places: &[Place]) -> usize {
    black_box(judge(evaluator, records, places))
}
