//! Instructions of the path from bytes to decisions, for changes that noise would hide. A plain run says that it works;
//! counting is valgrind's part (`docs/performance.md`):
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

#[path = "peers/src/lexicon.rs"]
mod lexicon;
#[path = "peers/src/loci.rs"]
mod loci;
#[path = "peers/src/messages.rs"]
mod messages;
#[path = "peers/src/rules.rs"]
mod rules;

use lexloci::{Compiler, Evaluator, Instant, Place, State};
use std::hint::black_box;
use std::path::Path;

const SEED: u64 = 1;
/// Invented messages, so that counts are the same wherever they are made.
const MESSAGES: usize = 1_000;

fn main() {
    let wanted = std::env::args().filter_map(|word| word.parse::<usize>().ok()).next();
    let size = wanted.unwrap_or(1_000).min(rules::MOST);
    let nowhere = Path::new("");
    let rules = rules::write(SEED, nowhere);
    let records = messages::load(SEED, nowhere, MESSAGES).records;
    let files = loci::files(&rules[..size]).into_iter();
    let compiler = files.fold(Compiler::new(), |compiler, (name, text)| compiler.file(name, text));
    let set = compiler.compile().expect("the rules compile");
    let places: Vec<Place> = ["KZ", "RU", "DE", "FR", "TR"]
        .iter()
        .map(|code| set.place(code).expect("a country"))
        .collect();
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

/// How many rules fire.
#[inline(never)]
fn judge(evaluator: &mut Evaluator, records: &[Box<[u8]>], places: &[Place]) -> usize {
    let at = Instant::parse("2026-07-01T12:00:00Z").expect("an instant");
    let mut fired = 0;
    for record in records {
        let message = evaluator.read(black_box(record)).expect("the benchmark wrote it");
        let ruling = message.decide_all(places, at, &State::default());
        if !ruling.is_quiet() {
            let decisions = ruling.into_decisions();
            fired += decisions.iter().map(|decision| decision.matched.len()).sum::<usize>();
        }
    }
    fired
}
