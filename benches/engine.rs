//! lexloci alone, part by part, on the rules and messages of `benches/peers`: `cargo bench --bench engine`. What a change
//! costs or gains is better seen in instructions, which noise does not move: `benches/instructions.rs`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
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

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use lexloci::{Compiler, Instant, Place, RuleSet, State};
use rules::{PLACES, Rule};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

const SEED: u64 = 1;
/// Messages of one iteration.
const MESSAGES: usize = 500;
const SIZES: [usize; 3] = [10, 1_000, rules::MOST];

fn compiled(rules: &[Rule]) -> RuleSet {
    let files = loci::files(rules).into_iter();
    let compiler = files.fold(Compiler::new(), |compiler, (name, text)| compiler.file(name, text));
    compiler.compile().expect("the rules compile")
}

fn places(set: &RuleSet, codes: &[&str]) -> Vec<Place> {
    codes.iter().map(|code| set.place(code).expect("a country")).collect()
}

/// From bytes to decisions, as a host does it; how many rules fired.
fn judge(set: &RuleSet, records: &[Box<[u8]>], places: &[Place]) -> usize {
    let at = Instant::parse("2026-07-01T12:00:00Z").expect("an instant");
    let mut evaluator = set.evaluator();
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

fn benches(criterion: &mut Criterion) {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let rules = rules::write(SEED, &shared);
    let records = messages::load(SEED, &shared, MESSAGES).records;
    let sets = SIZES.map(|size| compiled(&rules[..size]));
    let five = ["KZ", "RU", "DE", "FR", "TR"];

    let mut group = criterion.benchmark_group("messages");
    group.throughput(Throughput::Elements(records.len() as u64)).sample_size(10);
    group.measurement_time(Duration::from_secs(3));
    group.bench_function("read", |bench| {
        bench.iter(|| {
            records.iter().filter(|record| sets[0].read(black_box(record)).is_ok()).count()
        });
    });
    group.bench_function("read what rules ask for", |bench| {
        let mut evaluator = sets[2].evaluator();
        let mut is_read = |record: &[u8]| evaluator.read(black_box(record)).is_ok();
        bench.iter(|| records.iter().filter(|record| is_read(record)).count());
    });
    for (size, set) in SIZES.iter().zip(&sets) {
        let places = places(set, &five);
        group.bench_with_input(BenchmarkId::new("five places", size), set, |bench, set| {
            bench.iter(|| judge(set, &records, &places));
        });
    }
    for (name, codes) in [("one place", &PLACES[..1]), ("all places", &PLACES[..])] {
        let set = &sets[2];
        let places = places(set, codes);
        group.bench_function(BenchmarkId::new(name, rules::MOST), |bench| {
            bench.iter(|| judge(set, &records, &places));
        });
    }
    group.finish();

    let mut group = criterion.benchmark_group("compile");
    group.sample_size(10);
    for size in [10, 1_000] {
        group.bench_with_input(
            BenchmarkId::from_parameter(size),
            &rules[..size],
            |bench, rules| {
                bench.iter(|| compiled(black_box(rules)));
            },
        );
    }
    group.finish();
}

criterion_group!(all, benches);
criterion_main!(all);
