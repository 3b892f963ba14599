//! Edits of generated rule sets: a workspace says what a compiler says.

use super::conditions::Ways;
use super::rules::{LISTS, rule_set, written};
use crate::workspace::{Edits, Texts};
use proptest::prelude::Strategy;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestRunner};
use std::sync::Arc;

#[test]
fn a_workspace_says_after_every_edit_what_a_compiler_says() {
    let config = Config {
        rng_algorithm: RngAlgorithm::XorShift,
        rng_seed: RngSeed::Fixed(97),
        ..Config::default()
    };
    let mut runner = TestRunner::new(config);
    let mut sound = 0;
    for seed in 0..30 {
        let drawn = rule_set(Ways::Out).new_tree(&mut runner).unwrap().current();
        let files = drawn.files();
        let texts = Texts {
            rules: written(&files).map(|(name, text)| (name.to_owned(), text)).collect(),
            data_files: LISTS
                .iter()
                .map(|(name, text)| ((*name).to_owned(), Arc::new((*text).to_owned())))
                .collect(),
        };
        sound += Edits::new(seed, &texts).hold(10);
    }
    assert!(sound > 60, "{sound}");
}
