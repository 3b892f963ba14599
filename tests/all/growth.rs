//! Twice the rules take about twice the work, counted in bytes that are allocated. `benches/growth.rs` times the same.

mod workload;

use allocation_counter::measure;
use workload::{SHAPES, Shape, rules, stages};

/// The rules are this much fewer than in the benchmark.
const FEWER: usize = 10;
/// Where a timeline may grow faster: it has a decision for each change, with all rules that fire then.
const MANY_CHANGES: &str = "rules that begin one after the other";

#[test]
fn work_grows_with_rules_and_no_faster() {
    let mut faster = vec![];
    for shape in SHAPES {
        let (name, count, _) = *shape;
        let [some, twice] = [1, 2].map(|times| work(shape, times * count / FEWER));
        assert_eq!(some.len(), twice.len(), "{name}");
        for ((stage, some), (_, twice)) in some.into_iter().zip(twice) {
            let is_known = name == MANY_CHANGES && ["timeline", "page"].contains(&stage);
            if twice > some * 5 / 2 + 1_000 && !is_known {
                faster.push(format!("{name}, {stage}: {some} bytes, then {twice}"));
            }
        }
    }
    assert!(faster.is_empty(), "{faster:#?}");
}

/// The bytes that each stage allocates.
fn work(shape: &Shape, items: usize) -> Vec<(&'static str, u64)> {
    let mut bytes = vec![];
    stages(&rules(shape, items), &mut |stage, run| {
        // Tests run on all cores, and only what this thread allocates is counted.
        if stage != "tests" {
            bytes.push((stage, measure(run).bytes_total));
        }
    });
    bytes
}
