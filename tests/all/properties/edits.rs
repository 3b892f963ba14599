//! Edits generated rule sets: a workspace must give the same diagnostics as a compiler.

use super::conditions::Ways;
use super::rules::{LISTS, rule_set, written};
use super::trial::small_records;
use crate::workspace::{Edits, Texts};
use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRunner};
use std::sync::Arc;

#[test]
fn a_workspace_and_a_compiler_agree_after_every_edit() {
    let config = Config {
        rng_algorithm: RngAlgorithm::XorShift,
        rng_seed: RngSeed::Fixed(97),
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let mut sound = 0;
    for seed in 0..36 {
        let drawn = rule_set(Ways::Out).new_tree(&mut runner).unwrap().current();
        let files = drawn.files();
        let texts = Texts {
            rules: written(&files).map(|(name, text)| (name.to_owned(), text)).collect(),
            data_files: LISTS
                .iter()
                .map(|(name, text)| ((*name).to_owned(), Arc::new((*text).to_owned())))
                .collect(),
            limits: small_records(),
        };
        sound += Edits::new(seed, &texts).compare(10);
    }
    assert!(sound > 100, "{sound}");
}
