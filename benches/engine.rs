//! Measures the parts of lexloci on the rules and messages of `benches/peers`: `cargo bench --bench engine`. To see what a
//! change costs or gains, count instructions, which noise does not change: `benches/instructions.rs`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    dead_code,
    reason = "a benchmark stops at the first error, and some parts of the shared files are only used by the peers"
)]

mod alone;

use alone::rules::PLACES;
use alone::{FIVE, SEED, compiled, judge, messages, places, rules};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

/// How many messages an iteration decides.
const MESSAGES: usize = 500;
const SIZES: [usize; 3] = [10, 1_000, rules::MOST];

fn benches(criterion: &mut Criterion) {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    let rules = rules::write(SEED, &shared);
    let records = messages::load(SEED, &shared, MESSAGES).records;
    let sets = SIZES.map(|size| compiled(&rules[..size]));

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
        let (mut evaluator, places) = (set.evaluator(), places(set, &FIVE));
        group.bench_function(BenchmarkId::new("five places", size), |bench| {
            bench.iter(|| judge(&mut evaluator, &records, &places));
        });
    }
    for (name, codes) in [("one place", &PLACES[..1]), ("all places", &PLACES[..])] {
        let set = &sets[2];
        let (mut evaluator, places) = (set.evaluator(), places(set, codes));
        group.bench_function(BenchmarkId::new(name, rules::MOST), |bench| {
            bench.iter(|| judge(&mut evaluator, &records, &places));
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
