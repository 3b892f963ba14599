//! Checks properties on a fixed number of rule sets and records from a fixed seed, and counts how many decisions are not
//! empty.

use super::conditions::Ways;
use super::records::record;
use super::rules::{Drawn, Files, LISTS, rule_set, written};
use super::words::{INSTANTS, JUDGED};
use lexloci::{Compiler, Decision, Evaluator, Instant, Record, RecordLimits, RuleSet, State};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any};
use proptest::sample::select;
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::{Config, RngAlgorithm, RngSeed, TestCaseError, TestError, TestRunner};
use serde_json::Value;
use std::cell::RefCell;
use std::fmt;

/// A rule set, and questions for it.
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

/// How many decisions of a run are not empty.
#[derive(Debug, Default)]
pub struct Tally {
    pub cases: u32,
    pub fired: u32,
    pub undetermined: u32,
    pub defeated: u32,
    pub unanswered: u32,
    sets: u32,
    refused: u32,
}

/// A compiled rule set, and questions for it.
pub struct Trial<'a> {
    pub rules: &'a Drawn,
    pub files: Files,
    pub set: RuleSet,
    pub questions: &'a [Question],
    tally: &'a RefCell<Tally>,
}

/// The number of rule sets for each property.
const SETS: u32 = 140;
/// The number of questions for each rule set.
pub const QUESTIONS: usize = 20;

/// Rule sets with questions.
pub fn samples(ways: Ways) -> BoxedStrategy<Sample> {
    let question = (record(), select(JUDGED), select(INSTANTS));
    let question = question.prop_map(|(record, place, at)| Question { record, place, at });
    let questions = vec(question, QUESTIONS);
    (rule_set(ways), questions).prop_map(|(rules, questions)| Sample { rules, questions }).boxed()
}

/// Checks a property on rule sets with their questions, and on a further value that is drawn for each. Each property has its
/// own seed, so that they see different cases.
pub fn check<E: fmt::Debug>(
    seed: u64,
    samples: BoxedStrategy<Sample>,
    extra: impl Strategy<Value = E>,
    property: impl Fn(&Trial<'_>, &E) -> Result<(), TestCaseError>,
) {
    check_on(SETS, seed, samples, extra, property);
}

/// The same with a given number of rule sets.
pub fn check_on<E: fmt::Debug>(
    sets: u32,
    seed: u64,
    samples: BoxedStrategy<Sample>,
    extra: impl Strategy<Value = E>,
    property: impl Fn(&Trial<'_>, &E) -> Result<(), TestCaseError>,
) {
    let config = Config {
        cases: sets,
        failure_persistence: None,
        // The default random generator would take more time than the tests.
        rng_algorithm: RngAlgorithm::XorShift,
        rng_seed: RngSeed::Fixed(seed),
        max_shrink_iters: 400,
        max_global_rejects: sets,
        // Values that are rejected inside a record are counted over all cases, and there may be a million cases.
        max_local_rejects: u32::MAX,
        ..Config::default()
    };
    let tally = RefCell::new(Tally::default());
    let result = TestRunner::new(config).run(&(samples, extra), |(sample, extra)| {
        let files = sample.rules.files();
        let set = tally.borrow_mut().compile(&files)?;
        let trial =
            Trial { rules: &sample.rules, files, set, questions: &sample.questions, tally: &tally };
        property(&trial, &extra)
    });
    match result {
        Ok(()) => tally.into_inner().assert(),
        Err(TestError::Fail(why, (sample, extra))) => {
            panic!("{why}\n\nwith {extra:?}\nof {:?}\nasked {:#?}", sample.rules, sample.questions)
        }
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// No further value is drawn.
pub fn nothing() -> impl Strategy<Value = ()> {
    any::<()>()
}

impl Trial<'_> {
    /// Compiles other files. If they are refused, another case is drawn.
    pub fn compile(&self, files: &Files) -> Result<RuleSet, TestCaseError> {
        self.tally.borrow_mut().compile(files)
    }

    /// Asks the rule set, and counts decisions that are not empty.
    pub fn decide(&self, evaluator: &mut Evaluator, question: &Question) -> Decision {
        let decision = question.put(evaluator);
        let mut tally = self.tally.borrow_mut();
        tally.cases += 1;
        tally.fired += u32::from(!decision.matched.is_empty());
        tally.undetermined += u32::from(!decision.undetermined.is_empty());
        tally.defeated += u32::from(!decision.defeated.is_empty());
        tally.unanswered += u32::from(!decision.unanswered.is_empty());
        decision
    }

    /// Checks that another rule set gives the same decisions for all questions to which the property applies. `compared`
    /// leaves of a decision what is compared.
    pub fn same(
        &self,
        other: &RuleSet,
        applies: impl Fn(&Question) -> bool,
        compared: impl Fn(Decision) -> Decision,
    ) -> Result<(), TestCaseError> {
        let (mut one, mut two) = (self.set.evaluator(), other.evaluator());
        for question in self.questions.iter().filter(|question| applies(question)) {
            let (before, after) = (
                json(&compared(self.decide(&mut one, question))),
                json(&compared(question.put(&mut two))),
            );
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

    /// The decision of an evaluator.
    pub fn put(&self, evaluator: &mut Evaluator) -> Decision {
        let set = evaluator.rule_set().clone();
        let place = set.place(self.place).unwrap();
        evaluator.decide(&self.record(&set), place, self.at(), &State::default()).unwrap()
    }
}

/// Fails if two texts differ.
pub fn equal(before: &str, after: &str, question: &Question) -> Result<(), TestCaseError> {
    ensure(before == after, question, || format!("{before}\nbecame\n{after}"))
}

/// Fails unless a condition holds.
pub fn ensure(
    holds: bool,
    question: &Question,
    why: impl Fn() -> String,
) -> Result<(), TestCaseError> {
    if holds { Ok(()) } else { Err(TestCaseError::fail(format!("{}\nfor {question:?}", why()))) }
}

/// A decision as JSON.
pub fn json(decision: &Decision) -> String {
    serde_json::to_string(decision).unwrap()
}

/// Records as small as those that are generated. Rules cost less on them, so quantifiers may be nested.
pub fn small_records() -> RecordLimits {
    let small = RecordLimits::default().bytes(32 << 10).text(8 << 10);
    small.list(20).links(20).orders(10).notices(10)
}

impl Tally {
    fn compile(&mut self, files: &Files) -> Result<RuleSet, TestCaseError> {
        self.sets += 1;
        // In reverse order, because no result may depend on the order in which files are added.
        let compiler = written(files)
            .rev()
            .fold(Compiler::new(), |compiler, (name, text)| compiler.file(name, text))
            .record_limits(small_records());
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
        let Self { cases, fired, undetermined, defeated, unanswered, sets, refused } = self;
        eprintln!(
            "{cases} cases: {fired} fire, {undetermined} undetermined, {defeated} with a defeat, {unanswered} with an unanswered order; {refused} of {sets} rule sets refused"
        );
        assert!(refused * 5 < sets, "too many rule sets are refused");
        assert!(
            fired * 5 >= cases
                && undetermined * 10 >= cases
                && defeated * 10 >= cases
                && unanswered * 20 >= cases,
            "too few decisions are not empty"
        );
    }
}

/// Records are shown as JSON.
impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in {} at {}", self.record, self.place, self.at)
    }
}
