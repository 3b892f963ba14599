//! lexloci by its public face: the record from its bytes, a decision for every place that the message is visible in.

use crate::engine::{Engine, Kind, Row};
use crate::loci::{files, number};
use crate::rules::{PLACES, Rule};
use lexloci::{Compiler, Decision, Evaluator, Instant, Place, Places, Record, RuleSet, State};

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
    let compiler = files(rules)
        .into_iter()
        .fold(Compiler::new(), |compiler, (name, text)| compiler.file(name, text));
    compiler.compile().unwrap_or_else(|failure| panic!("the rules do not compile: {failure}"))
}

/// Holds an evaluator, as a host does for each of its threads.
pub struct Judge {
    set: RuleSet,
    evaluator: Evaluator,
    at: Instant,
    /// Those to decide for, when they are not those of the record.
    fixed: Option<Vec<Place>>,
    known: Vec<Place>,
    places: Vec<Place>,
}

impl Judge {
    /// Decides for the places in which a message is visible.
    pub fn visible(set: &RuleSet) -> Self {
        let at = Instant::parse("2026-07-01T12:00:00Z").expect("an instant");
        let known = PLACES.iter().map(|code| set.place(code).expect("a country")).collect();
        Self {
            set: set.clone(),
            evaluator: set.evaluator(),
            at,
            fixed: None,
            known,
            places: vec![],
        }
    }

    /// Decides for these places, whatever the message says.
    pub fn of(set: &RuleSet, codes: &[&str]) -> Self {
        let places = codes.iter().map(|code| set.place(code).expect("a country")).collect();
        Self { fixed: Some(places), ..Self::visible(set) }
    }

    /// Decides for all places.
    pub fn everywhere(set: &RuleSet) -> Self {
        Self::of(set, &PLACES)
    }

    fn decide(&mut self, json: &[u8]) -> (Record, Vec<Decision>) {
        let record = self.set.read(json).expect("the benchmark wrote it");
        let places = match &self.fixed {
            Some(places) => places,
            None => {
                self.places.clear();
                self.places.extend(self.known.iter().filter(|place| sees(&record, place)));
                &self.places
            }
        };
        let decisions = self.evaluator.decide_all(&record, places, self.at, &State::default());
        (record, decisions)
    }

    /// How many rules fire in a message, whether it is visible there or not.
    pub fn fired(&mut self, json: &[u8]) -> usize {
        self.decide(json).1.iter().map(|decision| decision.matched.len()).sum()
    }
}

impl Engine for Judge {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let (record, decisions) = self.decide(json);
        // A rule fires where it applies; the peers ask whether the message is visible there.
        for decision in decisions
            .iter()
            .filter(|decision| decision.places.iter().any(|place| sees(&record, place)))
        {
            hits.extend(decision.matched.iter().filter_map(|matched| number(&matched.rule)));
        }
    }
}

fn sees(record: &Record, place: &Place) -> bool {
    match record.visible_in() {
        Places::Everywhere => true,
        Places::Only(places) => places.contains(place),
    }
}
