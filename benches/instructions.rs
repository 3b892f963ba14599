//! Runs lexloci from bytes to decisions, so that valgrind can count the instructions (`docs/internals/performance.md`).
//! Instructions show changes that noise in times would hide. Without valgrind a run only shows that it works.
//!
//! ```sh
//! cargo bench --bench instructions --no-run     # prints where the program is
//! valgrind --tool=callgrind --collect-atstart=no --toggle-collect='*::measured' THE_PROGRAM 10000
//! callgrind_annotate --inclusive=yes callgrind.out.*
//! ```
//!
//! With the word `counters` the rules have counters too, which count none of these messages. With `remember` each message is
//! asked what a store has to be asked, and judged.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    dead_code,
    reason = "a benchmark stops at the first error, and some parts of the shared files are only used by the peers"
)]

mod alone;

use alone::{FIVE, SEED, compiled, judge, loci, messages, places, rules};
use lexloci::{Compiler, Evaluator, Instant, Place, RuleSet, State};
use std::hint::black_box;
use std::path::Path;

/// How many messages are decided. They are invented, so that the counts are the same on every machine.
const MESSAGES: usize = 1_000;

/// Counters that count no message of the benchmark.
const COUNTERS: &str = r#"
counter one_author { per author.key  over 90 days  since 2026-01-01  when text mentions "zzqa" }
counter one_text   { per fingerprint(text)  over 1 hour  since 2026-01-01  when text mentions "zzqb"  distinct chat.id }
counter one_host   { per each link in links: link.host  over 1 day  since 2026-01-01  when text mentions "zzqc" }
"#;

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let has = |wanted: &str| words.iter().any(|word| word == wanted);
    let wanted = words.iter().filter_map(|word| word.parse::<usize>().ok()).next();
    let size = wanted.unwrap_or(1_000).min(rules::MOST);
    let nowhere = Path::new("");
    let rules = rules::write(SEED, nowhere);
    let records = messages::load(SEED, nowhere, MESSAGES).records;
    let has_counters = has("counters") || has("remember");
    let set = if has_counters { counting(&rules[..size]) } else { compiled(&rules[..size]) };
    let places = places(&set, &FIVE);
    let mut evaluator = set.evaluator();
    // The first run fills the buffers and guesses that an evaluator keeps. Only the second one is counted.
    let how = if has("remember") { remember } else { judge };
    let warm = how(&mut evaluator, &records, &places);
    let fired = measured(how, &mut evaluator, &records, &places);
    assert_eq!(warm, fired, "the same messages give the same decisions");
    println!("{size} rules, {} messages, {fired} rules fired", records.len());
}

type Judge = fn(&mut Evaluator, &[Box<[u8]>], &[Place]) -> usize;

/// The rules, with counters in the file of a place.
fn counting(rules: &[rules::Rule]) -> RuleSet {
    let mut files = loci::files(rules);
    files[0].1 += COUNTERS;
    let files = files.into_iter();
    let compiler = files.fold(Compiler::new(), |compiler, (name, text)| compiler.file(name, text));
    compiler.compile().expect("the rules compile")
}

/// Like [`judge`], and finds out what a store has to be asked, and what the messages leave behind.
#[inline(never)]
fn remember(evaluator: &mut Evaluator, records: &[Box<[u8]>], places: &[Place]) -> usize {
    let at = Instant::parse("2026-07-01T12:00:00Z").expect("an instant");
    let mut fired = 0;
    for record in records {
        let mut message = evaluator.read(black_box(record)).expect("the benchmark wrote it");
        assert!(message.asks(places, at).is_empty(), "the message concerns no counter");
        let judged = message.judge(places, at, &State::default());
        if !judged.is_quiet() {
            let (decisions, _) = judged.into_parts();
            fired += decisions.iter().map(|decision| decision.matched.len()).sum::<usize>();
        }
    }
    fired
}

/// The function whose instructions are counted. The `black_box` makes it differ from `judge`: compilers merge functions that
/// are alike, and then valgrind would not find this one by its name.
#[inline(never)]
fn measured(
    how: Judge,
    evaluator: &mut Evaluator,
    records: &[Box<[u8]>],
    places: &[Place],
) -> usize {
    black_box(how(evaluator, records, places))
}
