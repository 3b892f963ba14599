//! Runs lexloci without its peers on the rules and messages of `benches/peers`.

#[path = "../peers/src/lexicon.rs"]
mod lexicon;
#[path = "../peers/src/loci.rs"]
pub mod loci;
#[path = "../peers/src/messages.rs"]
pub mod messages;
#[path = "../peers/src/rules.rs"]
pub mod rules;

use lexloci::{Compiler, Evaluator, Instant, Place, RuleSet, State};
use rules::Rule;
use std::hint::black_box;

pub const SEED: u64 = 1;
/// The places to decide for, as many as an average message is visible in.
pub const FIVE: [&str; 5] = ["KZ", "RU", "DE", "FR", "TR"];

/// Writes rules as text, and compiles them.
pub fn compiled(rules: &[Rule]) -> RuleSet {
    let files = loci::files(rules).into_iter();
    let compiler = files.fold(Compiler::new(), |compiler, (name, text)| compiler.file(name, text));
    compiler.compile().expect("the rules compile")
}

pub fn places(set: &RuleSet, codes: &[&str]) -> Vec<Place> {
    codes.iter().map(|code| set.place(code).expect("a country")).collect()
}

/// Decides messages from their bytes, as a host does. Returns how many rules fired.
#[inline(never)]
pub fn judge(evaluator: &mut Evaluator, records: &[Box<[u8]>], places: &[Place]) -> usize {
    let at = Instant::parse("2026-07-01T12:00:00Z").expect("an instant");
    let mut fired = 0;
    for record in records {
        let mut message = evaluator.read(black_box(record)).expect("the benchmark wrote it");
        let ruling = message.decide_all(places, at, &State::default());
        if !ruling.is_quiet() {
            let decisions = ruling.into_decisions();
            fired += decisions.iter().map(|decision| decision.matched.len()).sum::<usize>();
        }
    }
    fired
}
