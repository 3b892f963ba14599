//! Compiling rules to a rule set, compared with only parsing the same text by the parser generator pest.

use super::Run;
use crate::timing::median;
use crate::{loci, peers};
use cpu_time::ProcessTime;
use pest::Parser;
use std::hint::black_box;

/// A parser made from lexloci's grammar.
#[derive(pest_derive::Parser)]
#[grammar = "../../grammar/loci.pest"]
#[grammar = "../../grammar/words.pest"]
struct Grammar;

impl Run<'_> {
    pub fn compile(&self) {
        println!(
            "\n| compiling | text, MB | pest alone, ms | lexloci, ms | × pest |\n|---|---:|---:|---:|---:|"
        );
        for &size in self.sizes {
            let files = loci::files(self.first_rules(size));
            let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
            let (mut parses, mut compiles, mut ratios) = (vec![], vec![], vec![]);
            for _ in 0..self.effort.rounds {
                let start = ProcessTime::now();
                for (_, text) in &files {
                    black_box(Grammar::parse(Rule::file, text).expect("the rules parse"));
                }
                let parse = start.elapsed().as_secs_f64();
                let own = files.clone();
                let start = ProcessTime::now();
                black_box(peers::lexloci::from_text(own));
                let compile = start.elapsed().as_secs_f64();
                parses.push(parse * 1e3);
                compiles.push(compile * 1e3);
                ratios.push(compile / parse);
            }
            println!(
                "| {size} rules | {:.2} | {:.1} | {:.1} | {:.2} |",
                bytes as f64 / 1e6,
                median(&parses),
                median(&compiles),
                median(&ratios)
            );
        }
    }
}
