//! lexloci through its public API: reads the record from bytes, and decides for every place in which the message is visible.

use crate::engine::{Engine, Kind, Row};
use crate::loci::{files, number};
use crate::rules::{PLACES, Rule};
use lexloci::{Compiler, Evaluator, Instant, Place, RuleSet, State};

pub const ROWS: [Row; 2] = [
    Row {
        name: "**lexloci**",
        package: None,
        kind: Kind::Lexloci,
        given: "the bytes; decides for every place that the message is visible in",
        build: |rules| Box::new(Judge::visible(&compile(rules))),
    },
    Row {
        name: "lexloci, all 50 places",
        package: None,
        kind: Kind::Lexloci,
        given: "the bytes; decides for all places, visible or not",
        build: |rules| Box::new(Judge::everywhere(&compile(rules))),
    },
];

pub fn compile(rules: &[Rule]) -> RuleSet {
    from_text(files(rules))
}

/// Compiles rule files, given as name and text.
pub fn from_text(files: Vec<(String, String)>) -> RuleSet {
    let compiler =
        files.into_iter().fold(Compiler::new(), |compiler, (name, text)| compiler.file(name, text));
    compiler.compile().unwrap_or_else(|failure| panic!("the rules do not compile: {failure}"))
}

/// Holds an evaluator, as a host does for each of its threads.
pub struct Judge {
    evaluator: Evaluator,
    at: Instant,
    /// The places to decide for. `None` means those in which the message is visible.
    fixed: Option<Vec<Place>>,
    /// All places of the benchmark.
    known: Vec<Place>,
    /// The places to decide the last message for; kept for its memory.
    places: Vec<Place>,
    /// The places in which the last message is visible; kept for its memory.
    visible: Vec<Place>,
}

impl Judge {
    /// Decides for the places in which a message is visible.
    pub fn visible(set: &RuleSet) -> Self {
        let at = Instant::parse("2026-07-01T12:00:00Z").expect("an instant");
        let known = PLACES.iter().map(|code| set.place(code).expect("a country")).collect();
        Self { evaluator: set.evaluator(), at, fixed: None, known, places: vec![], visible: vec![] }
    }

    /// Decides for these places, whether a message is visible there or not.
    pub fn of(set: &RuleSet, codes: &[&str]) -> Self {
        let places = codes.iter().map(|code| set.place(code).expect("a country")).collect();
        Self { fixed: Some(places), ..Self::visible(set) }
    }

    /// Decides for all places.
    pub fn everywhere(set: &RuleSet) -> Self {
        Self::of(set, &PLACES)
    }

    /// How many rules fire in a message in the fixed places, whether it is visible there or not. Panics if there are none.
    pub fn fired(&mut self, json: &[u8]) -> usize {
        let Self { evaluator, at, fixed, .. } = self;
        let mut message = evaluator.read(json).expect("the benchmark wrote it");
        let places = fixed.as_ref().expect("fixed places");
        let ruling = message.decide_all(places, *at, &State::default());
        if ruling.is_quiet() {
            return 0;
        }
        ruling.into_decisions().iter().map(|decision| decision.matched.len()).sum()
    }
}

impl Engine for Judge {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let Self { evaluator, at, fixed, known, places, visible } = self;
        let mut message = evaluator.read(json).expect("the benchmark wrote it");
        visible.clear();
        match message.visible_in() {
            Some(countries) => visible.extend_from_slice(countries),
            None => visible.extend_from_slice(known),
        }
        places.clear();
        places.extend_from_slice(fixed.as_deref().unwrap_or(visible));
        let ruling = message.decide_all(places, *at, &State::default());
        if ruling.is_quiet() {
            return;
        }
        // lexloci also fires where the message is not visible. The peers do not, so those decisions are left out.
        let decisions = ruling.into_decisions();
        let seen = decisions
            .iter()
            .filter(|decision| decision.places.iter().any(|place| visible.contains(place)));
        hits.extend(
            seen.flat_map(|decision| &decision.matched).filter_map(|matched| number(&matched.rule)),
        );
    }
}
