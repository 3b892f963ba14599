//! [`Evaluator`]: decides records by a rule set. Each thread has an evaluator of its own.

use crate::base::time::{Instant, Moment};
use crate::decision::{self, Assembly, Decision};
use crate::engine::{Clock, Compiled, Engine, Reading, Shortcut, Task};
use crate::face::message::{AskedPlaces, Message};
use crate::face::observer::Observer;
use crate::face::ruleset::RuleSet;
use crate::face::ruling::Ruling;
use crate::import::Imported;
use crate::interpret::Interpreter;
use crate::record::{Record, RecordError, SchemaMismatch};
use crate::state::{Asks, Delta, State};
use crate::world::place::Place;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Decides and explains records by one rule set. It keeps its buffers from one record to the next, but no record changes
/// what it answers about another.
#[derive(Clone)]
pub struct Evaluator {
    pub(super) set: RuleSet,
    pub(super) method: Method,
    pub(super) engine: Engine,
    pub(super) observer: Option<Arc<dyn Observer>>,
}

/// How conditions are evaluated. All methods give the same decision, to the byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// Uses the plan, and tests only rules that may fire.
    #[default]
    Engine,
    /// Uses the plan, and tests all rules of the place one after the other.
    Unindexed,
    /// Uses the interpreter, which walks the rules as they are written. It is the specification, and slow.
    Interpreter,
}

/// How often a rule or exception was tested on many records, and how it came out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleCounts {
    /// Its id.
    pub rule: String,
    /// Number of records for which the index selected it for testing, out of those to which it applies. Zero for
    /// exceptions: they are tested only after the rule that they lift.
    pub woken: u64,
    /// How often its condition was tested.
    pub evaluated: u64,
    /// How often the condition was true. Also counts records for which an exception lifted the rule.
    pub fired: u64,
    /// How often the condition was unknown: also before a store was asked.
    pub undetermined: u64,
    /// The time that it took by the host's clock; zero without a clock.
    pub time: Duration,
}

impl RuleSet {
    /// A new evaluator. Each thread needs its own. Its memory is linear in the number of rules.
    pub fn evaluator(&self) -> Evaluator {
        self.evaluator_by(Method::default())
    }

    /// A new evaluator that uses one method, so that the methods can be compared.
    pub fn evaluator_by(&self, method: Method) -> Evaluator {
        let engine = Engine::new(self.compiled(), method == Method::Engine);
        Evaluator { set: self.clone(), method, engine, observer: None }
    }

    pub(super) fn compiled(&self) -> Compiled<'_> {
        Compiled { program: self.program(), plan: self.plan() }
    }
}

impl Evaluator {
    /// The rule set.
    pub fn rule_set(&self) -> &RuleSet {
        &self.set
    }

    /// Reads a message from JSON, with the same result as [`RuleSet::read`], but keeps only the fields that rules read.
    /// Linear in the JSON.
    ///
    /// ```
    /// # use lexloci::{Compiler, Instant, State};
    /// # let set = Compiler::new().file("fr.loci", "jurisdiction FR { zone \"Europe/Paris\" }\n
    /// # policy terms \"Terms of service\" {}\n
    /// # rule spam { basis terms  when text mentions \"passive income\"  then label }").compile()?;
    /// # let at = Instant::parse("2026-03-01T00:00:00Z")?;
    /// let fr = set.place("FR").ok_or("no such place")?;
    /// let mut evaluator = set.evaluator();
    /// let json = br#"{ "id": "1", "platform": "x", "parts": [{ "kind": "text", "text": "good morning" }] }"#;
    /// let mut message = evaluator.read(json)?;
    /// // Almost every message concerns nobody: nothing is written out for it.
    /// assert!(message.decide(fr, at, &State::default()).is_quiet());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first fault found.
    pub fn read<'e>(&'e mut self, json: &'e [u8]) -> Result<Message<'e>, RecordError> {
        Message::read(self, json)
    }

    /// Reads a message that was imported, with the same result as [`Imported::read`].
    ///
    /// # Errors
    /// Why it could not be imported, or the first fault found.
    pub fn read_imported<'e>(
        &'e mut self,
        imported: &'e Imported<'_>,
    ) -> Result<Message<'e>, RecordError> {
        self.read(imported.json()?).map_err(|error| imported.with_position(error))
    }

    /// Reads a message from JSON and decides it for a place and an instant or a day, like [`Message::decide`].
    ///
    /// # Errors
    /// When it cannot be read: the first fault found.
    pub fn decide_json<'e>(
        &'e mut self,
        json: &'e [u8],
        place: Place,
        at: impl Into<Moment>,
        state: &State,
    ) -> Result<Ruling<'e>, RecordError> {
        Ok(self.read(json)?.into_ruling(place, at.into(), state))
    }

    /// Takes a record that was read before, to decide or explain it.
    ///
    /// # Errors
    /// When a rule set with another schema has read the record. Then read its JSON again, by [`RuleSet::read`].
    pub fn message<'e>(&'e mut self, record: &'e Record) -> Result<Message<'e>, SchemaMismatch> {
        Message::of(self, record)
    }

    /// What the rules that apply in a place say about a record at an instant. If `at` is a day, the decision is made
    /// at the instant when that day begins in the place. Reads no clock,
    /// file or network.
    ///
    /// # Errors
    /// Only when a rule set with another schema has read the record.
    pub fn decide(
        &mut self,
        record: &Record,
        place: Place,
        at: impl Into<Moment>,
        state: &State,
    ) -> Result<Decision, SchemaMismatch> {
        Ok(self.message(record)?.into_ruling(place, at.into(), state).into_decision())
    }

    /// Decides for many places, like [`Message::decide_all`]. Each condition is evaluated once at each instant.
    ///
    /// # Errors
    /// Only when a rule set with another schema has read the record.
    pub fn decide_all(
        &mut self,
        record: &Record,
        places: &[Place],
        at: impl Into<Moment>,
        state: &State,
    ) -> Result<Vec<Decision>, SchemaMismatch> {
        Ok(self.message(record)?.decide_all(places, at, state).into_decisions())
    }

    /// From now on tells an observer what is decided and refused, for metrics.
    pub fn observe(&mut self, observer: Arc<dyn Observer>) {
        self.observer = Some(observer);
    }

    /// From now on counts how often each rule is tested, and how it comes out. Counting takes a little time.
    pub fn count(&mut self) {
        self.engine.count(self.set.compiled(), || Duration::ZERO);
    }

    /// Counts like [`Evaluator::count`], and adds up the time that each rule takes by the host's clock. This takes a
    /// little more time.
    pub fn time(&mut self, clock: Clock) {
        self.engine.count(self.set.compiled(), clock);
    }

    /// The counts of each rule and exception, sorted by id; empty unless [`Evaluator::count`] or [`Evaluator::time`]
    /// was called.
    pub fn counts(&self) -> Vec<RuleCounts> {
        let of_norms = self.set.program().norms.iter().zip(self.engine.counts());
        let counts = of_norms.map(|(norm, counts)| RuleCounts {
            rule: norm.id.clone(),
            woken: counts.woken,
            evaluated: counts.evaluated,
            fired: counts.fired,
            undetermined: counts.undetermined,
            time: counts.time,
        });
        counts.collect()
    }

    /// Approximate bytes of memory that the buffers hold beyond what a new evaluator needs. They grow with the largest record
    /// seen. Linear in the number of buffers.
    pub fn memory(&self) -> usize {
        self.engine.memory()
    }

    /// Frees the buffers if they hold more than `bytes`. The next records make them grow again, so call it after an
    /// unusually large record or when idle, not after each record. It changes no decision.
    pub fn shrink_to(&mut self, bytes: usize) {
        if self.memory() > bytes {
            self.engine.shrink(self.set.compiled());
        }
    }

    /// Frees the buffers.
    pub fn shrink_to_fit(&mut self) {
        self.shrink_to(0);
    }
}

impl fmt::Debug for Evaluator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { set, method, engine: _, observer } = self;
        f.debug_struct("Evaluator")
            .field("set", set)
            .field("method", method)
            .field("is_observed", &observer.is_some())
            .finish_non_exhaustive()
    }
}

/// Decides the record that the engine has read. `None` if no rule has anything to say.
pub(super) fn decide_reading<'r>(
    set: &'r RuleSet,
    method: Method,
    engine: &mut Engine,
    reading: Reading<'r>,
    asked: AskedPlaces<'_>,
    (at, state): (Instant, &State),
) -> Option<Vec<Decision>> {
    let compiled = set.compiled();
    if method == Method::Interpreter {
        let interpreter = Interpreter::with_state(compiled.program, (reading.record)(), at, state);
        return Some(match asked {
            AskedPlaces::One(place) => vec![decision::decide(&interpreter, place)],
            AskedPlaces::All(places) => decision::decide_all(&interpreter, places),
        });
    }
    let decide = |assembly: &Assembly<'_, '_>, _: &[usize]| match asked {
        AskedPlaces::One(place) => vec![assembly.decide(place)],
        AskedPlaces::All(places) => assembly.decide_all(places),
    };
    engine.evaluate(
        compiled,
        reading,
        asked.places(),
        (at, Task::Deciding(state)),
        (|_| None, decide),
    )
}

/// The places and the instant of decisions, and what is known of earlier messages.
#[derive(Clone, Copy)]
pub(super) struct Question<'q> {
    pub(super) places: &'q [Place],
    pub(super) at: Instant,
    pub(super) state: &'q State,
}

/// Decides the record that the engine has read, and says what it leaves behind. No decisions if no rule has anything to say.
pub(super) fn judge_reading<'r>(
    set: &'r RuleSet,
    method: Method,
    engine: &mut Engine,
    reading: Reading<'r>,
    question: Question<'_>,
) -> (Option<Vec<Decision>>, Delta) {
    let Question { places, at, state } = question;
    let quietly = |shortcut: &mut Shortcut<'_, '_>| Some((None, shortcut.delta()?));
    let judge = |assembly: &Assembly<'_, '_>, counters: &[usize]| {
        let (decisions, delta) = assembly.judge(places, counters);
        (Some(decisions), delta)
    };
    let question = (places, at, Task::Judging(state));
    with_writers((set, method), engine, reading, question, (quietly, judge)).unwrap_or_default()
}

/// What a store has to be asked about the record that the engine has read.
pub(super) fn ask_reading<'r>(
    set: &'r RuleSet,
    method: Method,
    engine: &mut Engine,
    reading: Reading<'r>,
    (places, at): (&[Place], Instant),
) -> Asks {
    let ask = |assembly: &Assembly<'_, '_>, counters: &[usize]| assembly.asks(places, counters);
    let shortly = |shortcut: &mut Shortcut<'_, '_>| shortcut.asks(places);
    let question = (places, at, Task::Asking);
    with_writers((set, method), engine, reading, question, (shortly, ask)).unwrap_or_default()
}

/// Evaluates the rules that apply in some places and in those of files that leave something behind.
fn with_writers<'r, T>(
    rules: (&'r RuleSet, Method),
    engine: &mut Engine,
    reading: Reading<'r>,
    (places, at, task): (&[Place], Instant, Task<'_>),
    (shorten, evaluate): (
        impl FnOnce(&mut Shortcut<'_, '_>) -> Option<T>,
        impl FnOnce(&Assembly<'_, '_>, &[usize]) -> T,
    ),
) -> Option<T> {
    let (set, method) = rules;
    let compiled = set.compiled();
    let program = compiled.program;
    if method == Method::Interpreter {
        let record = (reading.record)();
        let interpreter = Interpreter::with_state(program, record, at, task.state());
        let (rules, counters) = (program.rules(), (0..program.counters.len()).collect::<Vec<_>>());
        let visibility = record.visibility();
        let assembly = Assembly::new(program, visibility, at, &rules, &interpreter);
        return Some(evaluate(&assembly, &counters));
    }
    engine.evaluate(compiled, reading, places, (at, task), (shorten, evaluate))
}

impl RuleCounts {
    /// Adds the counts of another thread for the same rule.
    pub(crate) fn add(&mut self, other: &Self) {
        self.woken += other.woken;
        self.evaluated += other.evaluated;
        self.fired += other.fired;
        self.undetermined += other.undetermined;
        self.time += other.time;
    }
}
