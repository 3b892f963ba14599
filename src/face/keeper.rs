//! [`Keeper`]: an evaluator with a store, for hosts that want one call. It decides batches of records with what earlier ones
//! left behind, and keeps what they leave behind themselves.

use crate::base::sink::{Json, Output};
use crate::base::time::Instant;
use crate::face::evaluator::Evaluator;
use crate::face::message::Message;
use crate::face::receipt::Decided;
use crate::face::ruleset::RuleSet;
use crate::record::RecordError;
use crate::state::{
    Asks, Commit, Committed, Committing, CounterSpec, Delta, Judging, Key, Logged, Memory,
    Outgoing, Reading, State, Store, StoreError, StreamPosition,
};
use crate::world::place::Place;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};

/// How often a batch is decided again because others changed what it had read. Each time, another batch was kept in between,
/// so all batches together come to an end.
const ATTEMPTS: usize = 1_000;

/// An evaluator with a store. Each thread has its own; several may share what their stores keep.
///
/// ```
/// use lexloci::state::Memory;
/// use lexloci::{Compiler, Given, Instant, Keeper};
///
/// let set = Compiler::new().file("fr.loci", r#"jurisdiction FR { zone "Europe/Paris" }
/// policy terms "Terms of service" {}
/// counter promises "Promises of income" {
///   per author.key  over 30 days  since 2026-01-01  when text mentions "passive income"
/// }
/// rule third "The third promise in a month" { basis terms  when promises reaches 3  then label }"#).compile()?;
/// let places = [set.place("FR").ok_or("no such place")?];
/// let mut keeper = Keeper::new(&set, Memory::new(None))?;
/// let mut outcomes = vec![];
/// for day in 1..=4 {
///     let json = format!(r#"{{ "id": "{day}", "platform": "x", "sent_at": "2026-03-0{day}T12:00:00Z",
///         "author": {{ "account": {{ "id": 7 }} }}, "parts": [{{ "kind": "text", "text": "Passive income!" }}] }}"#);
///     let at = Instant::parse(&format!("2026-03-0{day}T12:00:00Z"))?;
///     let kept = keeper.judge(&[Given { json: json.as_bytes(), places: &places, at }]);
///     kept.stored?;
///     for decided in kept.decided {
///         outcomes.push(decided?.decisions[0].outcome.to_string());
///     }
/// }
/// assert_eq!(outcomes, ["none", "none", "label", "none"]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Keeper<S> {
    evaluator: Evaluator,
    /// Those of the rules.
    counters: Vec<CounterSpec>,
    store: S,
}

/// A record to judge: its JSON, the places and the instant.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say all")]
pub struct Given<'a> {
    pub json: &'a [u8],
    pub places: &'a [Place],
    pub at: Instant,
}

/// What became of a batch.
#[derive(Debug)]
#[non_exhaustive]
pub struct Kept {
    /// The decisions about each record, or why it could not be read. Those that were made before are the ones that are
    /// logged. They have a receipt if the store keeps them.
    pub decided: Vec<Result<Decided, RecordError>>,
    /// For each record, whether the store keeps its judging since this call.
    pub is_new: Vec<bool>,
    /// Whether the store keeps what the batch leaves behind. If not, the decisions were made as if all state were unknown,
    /// nothing was kept, and the batch must be given again.
    pub stored: Result<(), StoreError>,
}

/// A record of a batch that is being judged.
struct Judged {
    decided: Decided,
    delta: Delta,
    /// `None` if nothing is to be kept.
    judging: Option<Judging>,
    state: State,
    /// Whether the store has kept or forgotten the judging, or the batch has it already. Then it leaves nothing behind.
    is_known: bool,
}

/// A record of a batch that was read for the first time.
#[expect(clippy::large_enum_variant, reason = "almost all are of the large one")]
enum Begun {
    /// It asks nothing, or cannot be read.
    Judged(Result<Judged, RecordError>),
    Asks(Asks),
}

/// What the records of a batch have changed so far.
#[derive(Default)]
struct Changes {
    /// What was added to each key: the records and deltas, by their position in the batch.
    keys: BTreeMap<Key, Vec<usize>>,
    /// The keys that were loaded, with the numbers of their last changes.
    loaded: BTreeMap<Key, u64>,
    /// A copy of the loaded keys, to which the changes of the batch are added.
    scratch: Option<Memory>,
}

impl RuleSet {
    /// The counters, as a store must know them.
    pub fn counters(&self) -> Vec<CounterSpec> {
        let specs = self.program().counters.iter().flat_map(|counter| {
            let copies = if counter.has_shadow { &[false, true][..] } else { &[false][..] };
            copies.iter().map(|shadow| CounterSpec {
                item: counter.id.clone(),
                shadow: *shadow,
                meaning: counter.meaning.clone(),
                keeps: counter.over.saturating_add(counter.lateness),
                policy: counter.policy(),
            })
        });
        specs.collect()
    }
}

impl<S: Store> Keeper<S> {
    /// Joins the rules with a store, and tells the store which counters they have.
    ///
    /// # Errors
    /// When the store does not answer.
    pub fn new(set: &RuleSet, store: S) -> Result<Self, StoreError> {
        Self::of(set.evaluator(), store)
    }

    /// Joins an evaluator with a store.
    pub(crate) fn of(evaluator: Evaluator, mut store: S) -> Result<Self, StoreError> {
        let counters = evaluator.rule_set().counters();
        store.adopt(&counters)?;
        Ok(Self { evaluator, counters, store })
    }

    /// Puts other rules into service.
    ///
    /// # Errors
    /// When the store does not answer. Then the rules before stay in service.
    pub fn replace(&mut self, set: &RuleSet) -> Result<(), StoreError> {
        let counters = set.counters();
        self.store.adopt(&counters)?;
        (self.evaluator, self.counters) = (set.evaluator(), counters);
        Ok(())
    }

    /// The rules.
    pub fn rule_set(&self) -> &RuleSet {
        self.evaluator.rule_set()
    }

    /// The store.
    pub fn store(&mut self) -> &mut S {
        &mut self.store
    }

    /// The store alone.
    pub fn into_store(self) -> S {
        self.store
    }

    /// Judges records in their order, each with what those before it left behind, and keeps what they leave behind, all
    /// together or nothing. A judging that was kept before gives the decision that is logged, and changes nothing. When others
    /// change what the batch has read, it is decided again.
    pub fn judge(&mut self, batch: &[Given<'_>]) -> Kept {
        self.judge_from(batch, None, |_| vec![])
    }

    /// Like [`Keeper::judge`]. Keeps the position of a stream with the batch, and what is to be sent out because of each
    /// decision.
    pub fn judge_from(
        &mut self,
        batch: &[Given<'_>],
        position: Option<&StreamPosition>,
        outbox: impl Fn(&Decided) -> Vec<Outgoing>,
    ) -> Kept {
        for _ in 0..ATTEMPTS {
            match self.attempt(batch, position, &outbox) {
                Ok(Some(kept)) => return kept,
                Ok(None) => {}
                Err(error) => return self.without_store(batch, error),
            }
        }
        let error = StoreError("others change what the batch reads all the time".to_owned());
        self.without_store(batch, error)
    }

    /// Decides as if all state were unknown.
    fn without_store(&mut self, batch: &[Given<'_>], error: StoreError) -> Kept {
        let silent = State::silent(error.0.as_str());
        let decided = batch.iter().map(|given| {
            let mut message = self.evaluator.read(given.json)?;
            Ok(message.judge(given.places, given.at, &silent).into_decided().0)
        });
        let decided: Vec<_> = decided.collect();
        Kept { is_new: vec![false; decided.len()], decided, stored: Err(error) }
    }

    /// Decides a batch and keeps it. `None` if others changed what it has read.
    fn attempt(
        &mut self,
        batch: &[Given<'_>],
        position: Option<&StreamPosition>,
        outbox: &impl Fn(&Decided) -> Vec<Outgoing>,
    ) -> Result<Option<Kept>, StoreError> {
        let mut begun = vec![];
        for given in batch {
            begun.push(self.begin(*given, &begun)?);
        }
        let mut states = self.read(&begun)?.into_iter();
        let mut changes = Changes::default();
        let mut judged: Vec<Result<Judged, RecordError>> = vec![];
        for (given, begun) in batch.iter().zip(begun) {
            let mut one = match begun {
                Begun::Judged(judged) => judged,
                Begun::Asks(asks) => {
                    let mut state = states.next().unwrap_or_default();
                    let store = (&mut self.store, &*self.counters);
                    changes.update(store, &asks, &judged, &mut state)?;
                    let Self { evaluator, store, .. } = self;
                    match evaluator.read(given.json) {
                        Ok(message) => {
                            Ok(judge_message(message, store, *given, Some(state), judged.iter())?)
                        }
                        Err(error) => Err(error),
                    }
                }
            };
            if let Ok(one) = &mut one {
                let is_same = |earlier: &Judged| earlier.judging == one.judging;
                one.is_known |= one.judging.is_some() && judged.iter().flatten().any(is_same);
                if !one.is_known {
                    changes.add(judged.len(), one);
                }
            }
            judged.push(one);
        }
        let mut commit = Commit { judgings: vec![], position: position.cloned() };
        for one in judged.iter().flatten().filter(|one| !one.is_known) {
            let Some(judging) = &one.judging else { continue };
            commit.judgings.push(Committing {
                judging,
                delta: &one.delta,
                read: &one.state.revisions,
                outbox: outbox(&one.decided),
                decided: Output::<Json>::value(&one.decided).into_string().into(),
                state: Output::<Json>::value(&one.state).into_string().into(),
            });
        }
        if !commit.judgings.is_empty() || commit.position.is_some() {
            match self.store.commit(&commit)? {
                // Another host has kept one of these judgings meanwhile: its decision counts.
                Committed::Kept(new) if new.contains(&false) => return Ok(None),
                Committed::Kept(_) => {}
                Committed::Changed(_) => return Ok(None),
            }
        }
        let is_new = |one: &Judged| !one.is_known && one.judging.is_some();
        let is_new = judged.iter().map(|one| one.as_ref().is_ok_and(is_new)).collect();
        let decided = judged.into_iter().map(|one| one.map(|one| one.decided)).collect();
        Ok(Some(Kept { decided, is_new, stored: Ok(()) }))
    }

    /// Reads a record. One that asks nothing is judged at once, so that it is read only once.
    fn begin(&mut self, given: Given<'_>, before: &[Begun]) -> Result<Begun, StoreError> {
        let Self { evaluator, store, .. } = self;
        let mut message = match evaluator.read(given.json) {
            Ok(message) => message,
            Err(error) => return Ok(Begun::Judged(Err(error))),
        };
        let asks = message.asks(given.places, given.at);
        if !asks.is_empty() {
            return Ok(Begun::Asks(asks));
        }
        let before = before.iter().filter_map(Begun::judged);
        let judged = judge_message(message, store, given, None, before)?;
        Ok(Begun::Judged(Ok(judged)))
    }

    /// Asks the store about the records that ask something.
    fn read(&mut self, begun: &[Begun]) -> Result<Vec<State>, StoreError> {
        let asking: Vec<Asks> = begun.iter().filter_map(Begun::asks).cloned().collect();
        if asking.is_empty() { Ok(vec![]) } else { self.store.read(&asking) }
    }
}

impl Begun {
    fn judged(&self) -> Option<&Result<Judged, RecordError>> {
        match self {
            Self::Judged(judged) => Some(judged),
            Self::Asks(_) => None,
        }
    }

    fn asks(&self) -> Option<&Asks> {
        match self {
            Self::Judged(_) => None,
            Self::Asks(asks) => Some(asks),
        }
    }
}

/// Judges a record with what the store answered, if it was asked. A judging that was kept before, by the store or earlier in the
/// batch, gives the decision that is logged.
fn judge_message<'b>(
    mut message: Message<'_>,
    store: &mut impl Store,
    given: Given<'_>,
    answer: Option<State>,
    before: impl Iterator<Item = &'b Result<Judged, RecordError>>,
) -> Result<Judged, StoreError> {
    let is_asked = answer.is_some();
    let mut state = answer.unwrap_or_default();
    let judged = message.judge(given.places, given.at, &state);
    if !is_asked && judged.is_quiet() {
        let (decided, delta) = judged.into_decided();
        return Ok(Judged { decided, delta, judging: None, state, is_known: false });
    }
    let receipt = judged.receipt(&state);
    let (decided, mut delta) = judged.into_decided();
    let decided = Decided { receipt: Some(receipt), ..decided };
    let judging = message.judging(given.at);
    let mut in_batch = before.flatten();
    let in_batch = in_batch.find(|one| one.judging.as_ref() == Some(&judging));
    let in_batch = in_batch.map(|one| (one.decided.clone(), one.state.clone()));
    let (logged, is_known) = match (in_batch, store.logged(&judging)?) {
        (Some(before), _) => (Some(before), true),
        (None, Some(Logged::Decision { decided, state })) => {
            (Some((read_logged::<Decided>(&decided)?, read_logged::<State>(&state)?)), true)
        }
        (None, Some(Logged::Forgotten { .. })) => (None, true),
        (None, Some(Logged::ForgottenVersion)) => {
            delta = Delta::default();
            (None, false)
        }
        (None, None) => (None, false),
    };
    let delta = without_forgotten(store, &judging, delta)?;
    let same_places = |logged: &Decided| {
        logged.receipt.as_ref().is_some_and(|receipt| receipt.places == given.places)
    };
    let decided = match logged {
        Some((logged, _)) if same_places(&logged) => logged,
        // A question about other places is answered anew, by what was known then. It changes nothing that is kept.
        Some((_, then)) => {
            state.readings.extend(then.readings);
            let judged = message.judge(given.places, given.at, &state);
            let receipt = judged.receipt(&state);
            Decided { receipt: Some(receipt), ..judged.into_decided().0 }
        }
        None => decided,
    };
    Ok(Judged { decided, delta, judging: Some(judging), state, is_known })
}

/// What a judging leaves behind, without what persons ruled on versions that were forgotten.
fn without_forgotten(
    store: &mut impl Store,
    judging: &Judging,
    delta: Delta,
) -> Result<Delta, StoreError> {
    let mut forgotten = BTreeSet::new();
    for version in delta.other_versions(judging.version) {
        let other = Judging { version: Some(version), ..judging.clone() };
        match store.logged(&other)? {
            Some(Logged::ForgottenVersion | Logged::Forgotten { .. }) => {
                forgotten.insert(version);
            }
            Some(Logged::Decision { .. }) | None => {}
        }
    }
    Ok(delta.without(&forgotten).into_owned())
}

/// The decisions or the state that a store has logged.
pub(crate) fn read_logged<T: DeserializeOwned>(line: &str) -> Result<T, StoreError> {
    let fault = |error| StoreError(format!("a line of its log cannot be read: {error}"));
    serde_json::from_str(line).map_err(fault)
}

impl Changes {
    /// Notes what a record of the batch has changed.
    fn add(&mut self, number: usize, judged: &Judged) {
        for key in judged.delta.keys() {
            self.keys.entry(key.clone()).or_default().push(number);
        }
        if let Some(scratch) = &mut self.scratch {
            scratch.join(&judged.decided.record, &judged.delta);
        }
    }

    /// Brings what was read up to date with what the records before it in the batch have changed.
    fn update<S: Store>(
        &mut self,
        (store, counters): (&mut S, &[CounterSpec]),
        asks: &Asks,
        judged: &[Result<Judged, RecordError>],
        state: &mut State,
    ) -> Result<(), StoreError> {
        let changed = asks.asked.iter().filter(|(key, _)| self.keys.contains_key(*key));
        let changed: BTreeMap<_, _> =
            changed.map(|(key, asked)| (key.clone(), asked.clone())).collect();
        if changed.is_empty() {
            return Ok(());
        }
        let new = changed.keys().filter(|key| !self.loaded.contains_key(*key));
        let new: Vec<Key> = new.cloned().collect();
        let histories = store.histories(&new)?;
        if self.scratch.is_none() {
            let mut scratch = Memory::new(None);
            scratch.adopt(counters)?;
            self.scratch = Some(scratch);
        }
        let Some(scratch) = &mut self.scratch else { return Ok(()) };
        self.loaded.extend(histories.iter().map(|(key, (_, revision))| (key.clone(), *revision)));
        scratch.load(histories);
        let before: BTreeSet<usize> =
            new.iter().filter_map(|key| self.keys.get(key)).flatten().copied().collect();
        for one in before.into_iter().filter_map(|number| judged.get(number)?.as_ref().ok()) {
            scratch.join(&one.decided.record, &one.delta);
        }
        let asks = Asks { record: asks.record.clone(), asked: changed };
        let [now] = <[State; 1]>::try_from(scratch.read(&[asks])?)
            .map_err(|_| StoreError("the store gave no answer".to_owned()))?;
        for (key, mut reading) in now.readings {
            // Only the store knows whether it has all that happened in the window.
            if let Reading::Count(count) = &mut reading
                && let Some(Reading::Count(before)) = state.readings.get(&key)
                && before.possible.is_none()
            {
                count.possible = None;
            }
            let revision = self.loaded.get(&key).copied().unwrap_or_default();
            state.revisions.insert(key.clone(), revision);
            state.readings.insert(key, reading);
        }
        Ok(())
    }
}
