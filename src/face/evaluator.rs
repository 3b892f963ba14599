//! Asking a rule set: [`Evaluator`], one a thread. Its answers are functions of their arguments alone.

use crate::base::time::Instant;
use crate::decision::{self, Decision};
use crate::engine::{About, Compiled, Engine, Reading};
use crate::face::ruleset::RuleSet;
use crate::import::Imported;
use crate::interpret::Interpreter;
use crate::record::{Audience, Record, RecordError, SchemaMismatch};
use crate::world::place::Place;
use crate::world::schema::Schema;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::time::Duration;

/// Decides and explains by one rule set. It keeps its buffers from one record to the next.
#[derive(Clone, Debug)]
pub struct Evaluator {
    set: RuleSet,
    method: Method,
    engine: Engine,
}

/// The time since the first call. Without a clock, as on wasm32-unknown-unknown, it stays at zero.
fn clock() -> Duration {
    #[cfg(all(target_family = "wasm", target_os = "unknown"))]
    return Duration::ZERO;
    #[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
    {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        START.get_or_init(std::time::Instant::now).elapsed()
    }
}

/// How conditions are evaluated. All ways give the same decision, to the byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// By the plan, waking only rules that may fire.
    #[default]
    Engine,
    /// By the plan, all rules of the place one after the other.
    Unindexed,
    /// By the interpreter, which walks the rules as they are written. It is the specification, and slow.
    Interpreter,
}

/// What earlier records left behind, read and never written by an evaluation. Empty until the language has counters.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct State {}

/// A message that was read from JSON and is to be decided: only the fields that rules ask for were kept.
#[derive(Debug)]
pub struct Message<'e> {
    evaluator: &'e mut Evaluator,
    json: &'e [u8],
    /// What the engine's cells point into.
    input: &'e str,
    /// Read when it has to be.
    record: OnceCell<Cow<'e, Record>>,
}

/// What was decided about a message. Most concern nobody, and then nothing has been written out, nor memory asked for.
#[derive(Debug)]
pub struct Ruling<'e> {
    set: &'e RuleSet,
    about: &'e About,
    asked: Asked<'e>,
    at: Instant,
    /// `None` where no rule has anything to say.
    decisions: Option<Vec<Decision>>,
}

#[derive(Clone, Copy, Debug)]
enum Asked<'e> {
    One(Place),
    All(&'e [Place]),
}

/// What became of a rule or exception on many records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RuleCounts {
    /// Its id.
    pub rule: String,
    /// On how many records something woke it, where and when it applies. Exceptions are asked for by what they lift.
    pub woken: u64,
    /// How often its condition was tested.
    pub evaluated: u64,
    /// How often that was true, whether an exception lifted it or not.
    pub fired: u64,
    /// How often it was unknown.
    pub undetermined: u64,
    /// The time that it took.
    pub time: Duration,
}

impl RuleSet {
    /// An evaluator: one a thread.
    pub fn evaluator(&self) -> Evaluator {
        self.evaluator_by(Method::default())
    }

    /// An evaluator that goes about it in one way, so that the ways can be compared.
    pub fn evaluator_by(&self, method: Method) -> Evaluator {
        let engine = Engine::new(self.compiled(), method == Method::Engine);
        Evaluator { set: self.clone(), method, engine }
    }

    fn compiled(&self) -> Compiled<'_> {
        Compiled { program: self.program(), plan: self.plan() }
    }
}

impl Evaluator {
    /// The rule set.
    pub fn rule_set(&self) -> &RuleSet {
        &self.set
    }

    /// Reads a message from JSON, as [`RuleSet::read`] does and with the same verdict, but only what rules ask for.
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
    /// let ruling = evaluator.read(json)?.decide(fr, at, &State::default());
    /// // Almost every message concerns nobody: nothing is written out for it.
    /// assert!(ruling.is_quiet());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// The first fault found.
    pub fn read<'e>(&'e mut self, json: &'e [u8]) -> Result<Message<'e>, RecordError> {
        let record = OnceCell::new();
        let fast = match self.method {
            Method::Engine | Method::Unindexed => self.engine.read(self.set.compiled(), json),
            Method::Interpreter => None,
        };
        let input = match fast {
            Some(input) => input,
            None => {
                let read = self.set.read(json)?;
                self.engine.fill(self.set.compiled(), &read);
                let _ = record.set(Cow::Owned(read));
                ""
            }
        };
        Ok(Message { evaluator: self, json, input, record })
    }

    /// A message that was read before, by this rule set or by one whose schema means the same.
    ///
    /// # Errors
    /// When it was read through another schema: its fields would be taken for others. Read its JSON again.
    pub fn message<'e>(&'e mut self, record: &'e Record) -> Result<Message<'e>, SchemaMismatch> {
        let record = record.under(self.set.schema())?;
        self.engine.fill(self.set.compiled(), record);
        let record = OnceCell::from(Cow::Borrowed(record));
        Ok(Message { evaluator: self, json: &[], input: "", record })
    }

    /// Reads a message that was imported, with the verdict of [`Imported::read`].
    ///
    /// # Errors
    /// Why it could not be imported, or the first fault found.
    pub fn read_imported<'e>(
        &'e mut self,
        imported: &'e Imported<'_>,
    ) -> Result<Message<'e>, RecordError> {
        self.read(imported.json()?).map_err(|error| imported.placed(error))
    }

    /// Reads a message from JSON and decides it for a place and an instant.
    ///
    /// # Errors
    /// When it cannot be read: the first fault found.
    pub fn decide_json<'e>(
        &'e mut self,
        json: &'e [u8],
        place: Place,
        at: Instant,
        state: &State,
    ) -> Result<Ruling<'e>, RecordError> {
        Ok(self.read(json)?.decide(place, at, state))
    }

    /// What the rules that apply in a place say about a record at an instant. Total: no error, no clock, no host. Of a
    /// record that was read by a rule set with another schema all fields are missing: read it anew.
    pub fn decide(
        &mut self,
        record: &Record,
        place: Place,
        at: Instant,
        _state: &State,
    ) -> Decision {
        let decisions = self.put(record, Asked::One(place), at);
        self.ruling(Asked::One(place), at, decisions).into_decision()
    }

    /// Decides for many places, in groups whose decisions share every word. Each condition is evaluated once.
    pub fn decide_all(
        &mut self,
        record: &Record,
        places: &[Place],
        at: Instant,
        _state: &State,
    ) -> Vec<Decision> {
        let decisions = self.put(record, Asked::All(places), at);
        self.ruling(Asked::All(places), at, decisions).into_decisions()
    }

    /// Counts what becomes of each rule from now on. It takes a little time.
    pub fn count(&mut self) {
        self.engine.count(self.set.compiled(), clock);
    }

    /// What became of each rule and exception, sorted by id; nothing unless [`Evaluator::count`] was called.
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

    fn put(&mut self, record: &Record, asked: Asked<'_>, at: Instant) -> Option<Vec<Decision>> {
        let Self { set, method, engine } = self;
        let record = record.as_read_by(set.schema());
        engine.fill(set.compiled(), &record);
        ask(set, *method, engine, Reading { input: "", record: &|| &record }, asked, at)
    }

    fn ruling<'e>(
        &'e self,
        asked: Asked<'e>,
        at: Instant,
        decisions: Option<Vec<Decision>>,
    ) -> Ruling<'e> {
        Ruling { set: &self.set, about: self.engine.about(), asked, at, decisions }
    }
}

/// The decisions about the record that is in the engine's cells. `None` where no rule has anything to say.
fn ask<'r>(
    set: &'r RuleSet,
    method: Method,
    engine: &mut Engine,
    reading: Reading<'r>,
    asked: Asked<'_>,
    at: Instant,
) -> Option<Vec<Decision>> {
    let of = set.compiled();
    if method == Method::Interpreter {
        let interpreter = Interpreter::new(of.program, (reading.record)(), at);
        return Some(match asked {
            Asked::One(place) => vec![decision::decide(&interpreter, place)],
            Asked::All(places) => decision::decide_all(&interpreter, places),
        });
    }
    engine.ask(of, reading, asked.places(), at, |assembly| match asked {
        Asked::One(place) => vec![assembly.decide(place)],
        Asked::All(places) => assembly.decide_all(places),
    })
}

impl RuleCounts {
    /// What was counted elsewhere, of the same rule.
    pub(crate) fn add(&mut self, other: &Self) {
        self.woken += other.woken;
        self.evaluated += other.evaluated;
        self.fired += other.fired;
        self.undetermined += other.undetermined;
        self.time += other.time;
    }
}

impl<'e> Message<'e> {
    /// Its identity.
    pub fn id(&self) -> &str {
        self.evaluator.engine.id(self.input)
    }

    /// The latest date that it carries: sent, edited, an order or notice received.
    pub fn latest(&self) -> Option<Instant> {
        self.evaluator.engine.about().latest
    }

    /// Who can see it.
    pub fn audience(&self) -> Audience {
        self.evaluator.engine.about().audience
    }

    /// The countries in which it can be seen; `None` is everywhere.
    pub fn visible_in(&self) -> Option<&[Place]> {
        self.evaluator.engine.about().seen().countries
    }

    /// The places in which it cannot be seen, whatever [`Message::visible_in`] says.
    pub fn except(&self) -> &[Place] {
        &self.evaluator.engine.about().except
    }

    /// The whole record.
    pub fn record(&self) -> &Record {
        let schema = self.evaluator.set.schema();
        self.record.get_or_init(|| read_whole(schema, self.json))
    }

    /// What the rules that apply in a place say about it at an instant.
    pub fn decide(self, place: Place, at: Instant, _state: &State) -> Ruling<'e> {
        self.put(Asked::One(place), at)
    }

    /// The same for many places, in groups whose decisions share every word.
    pub fn decide_all(self, places: &'e [Place], at: Instant, _state: &State) -> Ruling<'e> {
        self.put(Asked::All(places), at)
    }

    fn put(self, asked: Asked<'e>, at: Instant) -> Ruling<'e> {
        let Self { evaluator, json, input, record } = self;
        // Another handle on the set would be a counter that all threads write to, for each message.
        let Evaluator { set, method, engine } = &mut *evaluator;
        let schema = set.schema();
        let full = || &**record.get_or_init(|| read_whole(schema, json));
        let decisions = ask(set, *method, engine, Reading { input, record: &full }, asked, at);
        evaluator.ruling(asked, at, decisions)
    }
}

/// The whole record of JSON that the engine has read. The full reader accepts all that the engine's accepts.
fn read_whole<'e>(schema: &Schema, json: &[u8]) -> Cow<'e, Record> {
    Cow::Owned(Record::read(schema, json).unwrap_or_else(|_| Record::unknown(schema)))
}

impl Ruling<'_> {
    /// Whether no rule has anything to say: none fires, is undetermined, in shadow or a gap.
    pub fn is_quiet(&self) -> bool {
        self.decisions.is_none()
    }

    /// The decisions: one where one place was asked for, else one for each group of places that share every word.
    pub fn into_decisions(self) -> Vec<Decision> {
        let (record, blocs) = (self.about.seen(), &self.set.program().blocs);
        self.decisions.unwrap_or_else(|| match self.asked {
            Asked::One(place) => vec![decision::quiet(record, blocs, place, self.at)],
            Asked::All(places) => decision::quiet_all(record, blocs, places, self.at),
        })
    }

    /// The decision for the place that was asked for; of many, for the first group.
    pub fn into_decision(self) -> Decision {
        let place = match self.asked {
            Asked::One(place) => place,
            Asked::All(places) => places.first().copied().unwrap_or(Place::WORLD),
        };
        let (record, blocs, at) = (self.about.seen(), &self.set.program().blocs, self.at);
        let first = self.decisions.and_then(|decisions| decisions.into_iter().next());
        first.unwrap_or_else(|| decision::quiet(record, blocs, place, at))
    }
}

impl Asked<'_> {
    fn places(&self) -> &[Place] {
        match self {
            Self::One(place) => std::slice::from_ref(place),
            Self::All(places) => places,
        }
    }
}
