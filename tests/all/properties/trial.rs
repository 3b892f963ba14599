//! What drives the properties: a fixed number of rule sets and records from a fixed seed, and a count of how many of
//! them say anything.

use super::conditions::Ways;
use super::records::record;
use super::rules::{Drawn, Files, LISTS, rule_set, written};
use super::words::{INSTANTS, JUDGED};
use lexloci::{Compiler, Decision, Evaluator, Instant, Record, RuleSet, State};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::select;
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestCaseError, TestError, TestRunner};
use serde_json::Value;
use std::cell::RefCell;
use std::fmt;

/// A rule set and the questions to it.
#[derive(Clone, Debug)]
pub struct Sample {
    pub rules: Drawn,
    pub questions: Vec<Question>,
}

/// A record, a place and an instant.
#[derive(Clone)]
pub struct Question {
    pub record: Value,
    pub place: &'static str,
    pub at: &'static str,
}

/// How often the decisions of a run say something.
#[derive(Debug, Default)]
pub struct Tally {
    pub cases: u32,
    pub fired: u32,
    pub undetermined: u32,
    pub defeated: u32,
    sets: u32,
    refused: u32,
}

/// A compiled rule set with the questions to it.
pub struct Trial<'a> {
    pub rules: &'a Drawn,
    pub files: Files,
    pub set: RuleSet,
    pub questions: &'a [Question],
    tally: &'a RefCell<Tally>,
}

/// How many rule sets each property is tried on.
const SETS: u32 = 140;
/// How many questions are put to each.
pub const QUESTIONS: usize = 20;

/// Rule sets with questions.
pub fn samples(ways: Ways) -> BoxedStrategy<Sample> {
    let question = (record(), select(JUDGED), select(INSTANTS));
    let question = question.prop_map(|(record, place, at)| Question { record, place, at });
    let questions = vec(question, QUESTIONS);
    (rule_set(ways), questions).prop_map(|(rules, questions)| Sample { rules, questions }).boxed()
}

/// Checks a property on rule sets, each with its questions, and something drawn beside them. The seed is each
/// property's own, so that they are not all tried on the same cases.
pub fn hold<E: fmt::Debug>(
    seed: u64,
    samples: BoxedStrategy<Sample>,
    beside: impl Strategy<Value = E>,
    property: impl Fn(&Trial<'_>, &E) -> Result<(), TestCaseError>,
) {
    hold_on(SETS, seed, samples, beside, property);
}

/// The same on so many rule sets.
pub fn hold_on<E: fmt::Debug>(
    sets: u32,
    seed: u64,
    samples: BoxedStrategy<Sample>,
    beside: impl Strategy<Value = E>,
    property: impl Fn(&Trial<'_>, &E) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases: sets,
        failure_persistence: None,
        // The default generator takes more time than all that is tested.
        rng_algorithm: RngAlgorithm::XorShift,
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 400,
        max_global_rejects: sets,
        // What is drawn anew in a record counts over all rule sets: a million cases have many.
        max_local_rejects: u32::MAX,
        ..Config::default()
    };
    let tally = RefCell::new(Tally::default());
    let result = TestRunner::new(config).run(&(samples, beside), |(sample, beside)| {
        let files = sample.rules.files();
        let set = tally.borrow_mut().compile(&files)?;
        let trial =
            Trial { rules: &sample.rules, files, set, questions: &sample.questions, tally: &tally };
        property(&trial, &beside)
    });
    match result {
        Ok(()) => tally.into_inner().assert(),
        Err(TestError::Fail(why, (sample, beside))) => {
            panic!("{why}\n\nwith {beside:?}\nof {:?}\nasked {:#?}", sample.rules, sample.questions)
        }
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// Nothing beside the rule set and its questions.
pub fn nothing() -> impl Strategy<Value = ()> {
    any::<()>()
}

impl Trial<'_> {
    /// Compiles other files; a case whose files are refused is drawn again.
    pub fn compile(&self, files: &Files) -> Result<RuleSet, TestCaseError> {
        self.tally.borrow_mut().compile(files)
    }

    /// Asks the rule set, and counts what it says.
    pub fn decide(&self, evaluator: &mut Evaluator, question: &Question) -> Decision {
        let decision = question.put(evaluator);
        let mut tally = self.tally.borrow_mut();
        tally.cases += 1;
        tally.fired += u32::from(!decision.matched.is_empty());
        tally.undetermined += u32::from(!decision.undetermined.is_empty());
        tally.defeated += u32::from(!decision.defeated.is_empty());
        decision
    }

    /// Checks that another rule set decides as this one does, wherever the question is to the point.
    pub fn same(
        &self,
        other: &RuleSet,
        to_the_point: impl Fn(&Question) -> bool,
        seen: impl Fn(Decision) -> Decision,
    ) -> Result<(), TestCaseError> {
        let (mut one, mut two) = (self.set.evaluator(), other.evaluator());
        for question in self.questions.iter().filter(|question| to_the_point(question)) {
            let (before, after) =
                (json(&seen(self.decide(&mut one, question))), json(&seen(question.put(&mut two))));
            equal(&before, &after, question)?;
        }
        Ok(())
    }
}

impl Question {
    /// The record as a rule set reads it.
    pub fn record(&self, set: &RuleSet) -> Record {
        let bytes = self.record.to_string();
        set.read(bytes.as_bytes()).unwrap_or_else(|error| panic!("{error}: {bytes}"))
    }

    pub fn at(&self) -> Instant {
        Instant::parse(self.at).unwrap()
    }

    /// What an evaluator says to it.
    pub fn put(&self, evaluator: &mut Evaluator) -> Decision {
        let set = evaluator.rule_set().clone();
        let place = set.place(self.place).unwrap();
        evaluator.decide(&self.record(&set), place, self.at(), &State::default())
    }
}

/// Refuses two texts that differ.
pub fn equal(before: &str, after: &str, question: &Question) -> Result<(), TestCaseError> {
    ensure(before == after, question, || format!("{before}\nbecame\n{after}"))
}

/// Refuses what does not hold.
pub fn ensure(
    holds: bool,
    question: &Question,
    why: impl Fn() -> String,
) -> Result<(), TestCaseError> {
    if holds { Ok(()) } else { Err(TestCaseError::fail(format!("{}\nfor {question:?}", why()))) }
}

/// A decision to the byte.
pub fn json(decision: &Decision) -> String {
    serde_json::to_string(decision).unwrap()
}

impl Tally {
    fn compile(&mut self, files: &Files) -> Result<RuleSet, TestCaseError> {
        self.sets += 1;
        // Backwards, as nothing may hang on the order in which files are added.
        let compiler = written(files)
            .rev()
            .fold(Compiler::new(), |compiler, (name, text)| compiler.file(name, text));
        let compiler =
            LISTS.iter().fold(compiler, |compiler, (name, text)| compiler.list(*name, *text));
        compiler.compile().map_err(|failure| {
            self.refused += 1;

            TestCaseError::reject(failure.to_string())
        })
    }

    #[expect(
        clippy::print_stderr,
        reason = "the shares are what a reader of the test's output asks for"
    )]
    fn assert(self) {
        let Self { cases, fired, undetermined, defeated, sets, refused } = self;
        eprintln!(
            "{cases} cases: {fired} fire, {undetermined} undetermined, {defeated} with a defeat; {refused} of {sets} rule sets refused"
        );
        assert!(refused * 5 < sets, "too many rule sets are refused");
        assert!(
            fired * 5 >= cases && undetermined * 10 >= cases && defeated * 10 >= cases,
            "too few cases say anything"
        );
    }
}

/// Records are shown as JSON.
impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} at {}", self.record, self.place, self.at)
    }
}
