//! [`Message`]: one record that an evaluator has read, to be decided and explained.

use crate::base::time::{Instant, Moment};
use crate::engine::{Engine, Reading};
use crate::face::decision_times::DecisionTimes;
use crate::face::digest;
use crate::face::evaluator::{
    Evaluator, Method, Question, ask_reading, decide_reading, judge_reading,
};
use crate::face::keeper::read_logged;
use crate::face::observer::Observed;
use crate::face::ruleset::RuleSet;
use crate::face::ruling::{Judged, JudgedMessage, Ruling, Rulings};
use crate::interpret::lookup;
use crate::program::MarkOn;
use crate::program::compare::as_text;
use crate::record::{Audience, Record, RecordError, SchemaMismatch};
use crate::state::{Asked, Asks, Gap, History, Judging, Key, Logged, State, Store, StoreError};
use crate::world::place::Place;
use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::time::Duration;

/// A message that an evaluator has read. It can be decided and explained as often as wanted.
#[derive(Debug)]
pub struct Message<'e> {
    evaluator: &'e mut Evaluator,
    source: Source<'e>,
    /// The complete record, read when something asks for it.
    record: OnceCell<Record>,
    /// How long reading took by the observer's clock.
    reading: Duration,
}

/// The input from which a message was read.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source<'e> {
    /// JSON. The texts that the engine keeps point into `input`, which is empty if the engine keeps copies.
    Json { json: &'e [u8], input: &'e str },
    /// A record that was read before.
    Record(&'e Record),
}

/// The places for which decisions are asked.
#[derive(Clone, Copy, Debug)]
pub(super) enum AskedPlaces<'p> {
    One(Place),
    All(&'p [Place]),
}

impl<'e> Message<'e> {
    /// Reads JSON into the evaluator's engine.
    pub(super) fn read(evaluator: &'e mut Evaluator, json: &'e [u8]) -> Result<Self, RecordError> {
        let begun = evaluator.now();
        let record = OnceCell::new();
        let Evaluator { set, method, engine, observer } = &mut *evaluator;
        let read_by_engine = match method {
            Method::Engine | Method::Unindexed => engine.read(set.compiled(), json),
            Method::Interpreter => None,
        };
        let input = match read_by_engine {
            Some(input) => input,
            None => {
                let read = set.read(json).inspect_err(|error| {
                    observer.iter().for_each(|observer| observer.refused(error));
                })?;
                engine.fill(set.compiled(), record.get_or_init(|| read));
                ""
            }
        };
        let reading = evaluator.now().saturating_sub(begun);
        Ok(Self { evaluator, source: Source::Json { json, input }, record, reading })
    }

    /// Takes a record that was read before.
    pub(super) fn of(
        evaluator: &'e mut Evaluator,
        record: &'e Record,
    ) -> Result<Self, SchemaMismatch> {
        let begun = evaluator.now();
        let Evaluator { set, engine, .. } = &mut *evaluator;
        engine.fill(set.compiled(), record.for_schema(set.schema())?);
        let reading = evaluator.now().saturating_sub(begun);
        Ok(Self { evaluator, source: Source::Record(record), record: OnceCell::new(), reading })
    }

    /// Its `id`.
    pub fn id(&self) -> &str {
        self.evaluator.engine.id(self.source.input())
    }

    /// The latest date that it carries: when it was sent or edited, or an order or notice was received.
    pub fn latest(&self) -> Option<Instant> {
        self.evaluator.engine.header().latest
    }

    /// Who can see it.
    pub fn audience(&self) -> Audience {
        self.evaluator.engine.header().audience
    }

    /// The countries in which it can be seen; `None` is everywhere.
    pub fn visible_in(&self) -> Option<&[Place]> {
        self.evaluator.engine.header().visibility().countries
    }

    /// The places in which it cannot be seen, whatever [`Message::visible_in`] says.
    pub fn except(&self) -> &[Place] {
        &self.evaluator.engine.header().except
    }

    /// What is judged at an instant. The same judging again gives the same decision. Reads the complete record to compute its
    /// digest.
    pub fn judging(&self, at: Instant) -> Judging {
        let (set, record) = (&self.evaluator.set, self.record());
        let author = lookup(set.schema(), record.root(), MarkOn::Author.path()).and_then(as_text);
        Judging {
            record: record.id().into(),
            version: record.version(),
            digest: digest::of_record(set.schema(), record).into(),
            ruleset: set.digest().into(),
            at,
            author: author.map(|author| (&*author).into()),
        }
    }

    /// What is wrong with rulings of persons in it that change no counter and no mark, as sentences: they name a rule that the
    /// rule set does not have, or a place whose rulings nothing follows. Almost all messages have no rulings, and cost nothing.
    pub fn idle_rulings(&self) -> Vec<String> {
        let Evaluator { set, engine, .. } = &*self.evaluator;
        if !engine.carries_rulings(set.compiled()) {
            return vec![];
        }
        let idle = set.program().idle_rulings(self.record());
        idle.into_iter().map(|(_, sentence)| sentence).collect()
    }

    /// The complete record. The first call reads the JSON again, in full.
    pub fn record(&self) -> &Record {
        self.source.record(&self.evaluator.set, &self.record)
    }

    /// What the rules that apply in a place say about the message at an instant. If `at` is a day, the decision is made at the
    /// instant when that day begins in the place.
    pub fn decide(&mut self, place: Place, at: impl Into<Moment>, state: &State) -> Ruling<'_> {
        Ruling { judged: self.judge_places(AskedPlaces::One(place), at.into(), state), place }
    }

    /// Decides for many places. Places that are decided alike share one decision. Without places there are no decisions. If `at`
    /// is a day, the decision for each place is made at the instant when that day begins there. If these instants differ, each
    /// decision carries its own.
    pub fn decide_all<'m>(
        &'m mut self,
        places: &'m [Place],
        at: impl Into<Moment>,
        state: &State,
    ) -> Rulings<'m> {
        Rulings { judged: self.judge_places(AskedPlaces::All(places), at.into(), state), places }
    }

    /// What a store has to be asked for the decisions at an instant: those for some places, and those for the places of files
    /// that leave something behind. Empty for almost all messages, and then nothing is allocated.
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
    /// assert!(evaluator.read(json)?.asks(&[fr], at).is_empty());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn asks(&mut self, places: &[Place], at: Instant) -> Asks {
        let Self { evaluator, source, record, .. } = self;
        let Evaluator { set, method, engine, .. } = &mut **evaluator;
        let full_record = || source.record(set, record);
        let reading = Reading { input: source.input(), record: &full_record };
        ask_reading(set, *method, engine, reading, (places, at))
    }

    /// What a store answers about earlier messages, for the decisions in some places at an instant. If the store has kept
    /// this very judging, what was known then, and not what others and the message itself left behind since.
    ///
    /// # Errors
    /// When the store does not answer. [`State::silent`] is then what is known.
    pub fn recall(
        &mut self,
        store: &mut impl Store,
        places: &[Place],
        at: Instant,
    ) -> Result<State, StoreError> {
        let asks = self.asks(places, at);
        if asks.is_empty() {
            return Ok(State::default());
        }
        let now = store.read(std::slice::from_ref(&asks))?.into_iter().next();
        let mut state = now.ok_or_else(|| StoreError("the store gave no answer".to_owned()))?;
        if let Some(Logged::Decision { state: then, .. }) = store.logged(&self.judging(at))? {
            state.readings.extend(read_logged::<State>(&then)?.readings);
        }
        let open = state.readings.iter().filter(|(_, reading)| reading.has_no_upper_bound());
        let open: Vec<Key> = open.map(|(key, _)| key.clone()).collect();
        let kept = if open.is_empty() { BTreeMap::new() } else { store.histories(&open)? };
        for (key, (history, _)) in kept {
            if let History::Counter(kept) = &history
                && let Some(Asked::Count { meaning, .. }) = asks.asked.get(&key)
            {
                state.gaps.insert(key, Gap::of(meaning, kept));
            }
        }
        Ok(state)
    }

    /// Decides for some places, as [`Message::decide_all`] does, and says what the message leaves behind for later ones: the
    /// delta, which a store joins with what it keeps. The places of files that leave something behind are decided too; these
    /// decisions come last, have `asked: false`, and are left out if no rule has anything to say. What is left behind does not
    /// depend on the places that are asked for.
    pub fn judge<'m>(&'m mut self, places: &'m [Place], at: Instant, state: &State) -> Judged<'m> {
        let Self { evaluator, source, record, reading } = self;
        let begun = evaluator.now();
        let Evaluator { set, method, engine, .. } = &mut **evaluator;
        let full_record = || source.record(set, record);
        let engine_reading = Reading { input: source.input(), record: &full_record };
        let question = Question { places, at, state };
        let (decisions, delta) = judge_reading(set, *method, engine, engine_reading, question);
        let deciding = evaluator.now().saturating_sub(begun);
        if let Some(observer) = &evaluator.observer {
            let decided = decisions.as_deref().unwrap_or_default();
            let (at, reading) = (Moment::Instant(at), *reading);
            observer.decided(&Observed { places, at, decided, reading, deciding });
        }
        let Evaluator { set, engine, .. } = &**evaluator;
        let times = DecisionTimes::One(at);
        let judged = JudgedMessage { set, engine, source: *source, times, decisions };
        Judged { rulings: Rulings { judged, places }, delta }
    }

    /// Like [`Message::decide`], but the ruling borrows from the evaluator and outlives the message.
    pub(super) fn into_ruling(self, place: Place, at: Moment, state: &State) -> Ruling<'e> {
        let Self { evaluator, source, record, reading } = self;
        let judged =
            judge(evaluator, source, &record, reading, AskedPlaces::One(place), (at, state));
        Ruling { judged, place }
    }

    /// The rule set and the complete record, for explanations.
    pub(crate) fn rules_and_record(&mut self) -> (&RuleSet, &Record) {
        let set = &self.evaluator.set;
        (set, self.source.record(set, &self.record))
    }

    fn judge_places(
        &mut self,
        asked: AskedPlaces<'_>,
        at: Moment,
        state: &State,
    ) -> JudgedMessage<'_> {
        judge(self.evaluator, self.source, &self.record, self.reading, asked, (at, state))
    }
}

/// Decides the message that the evaluator has read, and tells the observer.
fn judge<'r>(
    evaluator: &'r mut Evaluator,
    source: Source<'r>,
    record: &OnceCell<Record>,
    reading: Duration,
    asked: AskedPlaces<'_>,
    (at, state): (Moment, &State),
) -> JudgedMessage<'r> {
    let begun = evaluator.now();
    // The rule set is borrowed, not cloned: a clone for each message would write to a counter that all threads share.
    let Evaluator { set, method, engine, .. } = &mut *evaluator;
    let full_record = || source.record(set, record);
    let engine_reading = Reading { input: source.input(), record: &full_record };
    let times = DecisionTimes::new(set, asked.places(), at);
    let decide = |engine: &mut Engine, asked: AskedPlaces<'_>, at| {
        decide_reading(set, *method, engine, engine_reading, asked, (at, state))
    };
    let decisions = times.decide(set, engine, asked, decide);
    let deciding = evaluator.now().saturating_sub(begun);
    if let Some(observer) = &evaluator.observer {
        let decided = decisions.as_deref().unwrap_or_default();
        let at = times.moment();
        observer.decided(&Observed { places: asked.places(), at, decided, reading, deciding });
    }
    JudgedMessage { set: &evaluator.set, engine: &evaluator.engine, source, times, decisions }
}

impl<'e> Source<'e> {
    /// The text that the engine's values point into.
    pub(super) fn input(self) -> &'e str {
        match self {
            Self::Json { input, .. } => input,
            Self::Record(_) => "",
        }
    }

    /// The complete record. JSON is read again in full, once, into `read`.
    pub(super) fn record<'r>(self, set: &RuleSet, read: &'r OnceCell<Record>) -> &'r Record
    where
        'e: 'r,
    {
        match self {
            // Never fails: the full reader accepts every record that the engine accepts.
            Self::Json { json, .. } => read
                .get_or_init(|| set.read(json).unwrap_or_else(|_| Record::unknown(set.schema()))),
            Self::Record(record) => record,
        }
    }
}

impl AskedPlaces<'_> {
    pub(super) fn places(&self) -> &[Place] {
        match self {
            Self::One(place) => std::slice::from_ref(place),
            Self::All(places) => places,
        }
    }
}
