//! Engines written by hand for exactly these rules. They have no language, no three-valued logic, no evidence, no checks of
//! the input and no full folding, so they show how fast an engine could be without the cost of these. They are bounds, not
//! rivals: nobody could write a rule in them.

mod automaton;
mod by_loop;
mod probes;

pub use probes::Fold;

use crate::engine::{Kind, Row};

pub const ROWS: [Row; 4] = [
    Row {
        name: "by hand: plain loop over the rules",
        package: None,
        kind: Kind::Bound,
        given: "facts as the floor reads them; the words of the lower-cased text in a hash set",
        build: |rules| Box::new(by_loop::Loop::new(rules)),
    },
    Row {
        name: "by hand: aho-corasick (contiguous NFA) and postings",
        package: Some("aho-corasick"),
        kind: Kind::Bound,
        given: "facts as the floor reads them; the lower-cased text",
        build: |rules| Box::new(automaton::Postings::<automaton::Nfa>::new(rules)),
    },
    Row {
        name: "by hand: daachorse (charwise) and postings",
        package: Some("daachorse"),
        kind: Kind::Bound,
        given: "facts as the floor reads them; the lower-cased text",
        build: |rules| Box::new(automaton::Postings::<automaton::Charwise>::new(rules)),
    },
    Row {
        name: "by hand: words and hash probes, tuned",
        package: None,
        kind: Kind::Bound,
        given: "the bytes; folds, splits and hashes in one pass, for scripts of up to two bytes a letter by table",
        build: |rules| Box::new(probes::Probes::new(rules)),
    },
];

/// The simplest engine, with which the others have to agree.
pub fn reference(rules: &[crate::rules::Rule]) -> Box<dyn crate::engine::Engine> {
    Box::new(by_loop::Loop::new(rules))
}
