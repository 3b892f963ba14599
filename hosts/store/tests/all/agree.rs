//! Every store answers as the model does.

use crate::histories::{Chance, at};
use crate::model::{Event, Model};
use crate::server::Server;
use lexloci::state::{
    Ask, Asks, Commit, Committed, Committing, Delta, History, Judging, Key, Line, Logged, MarkAct,
    MarkActor, MarkHistory, Memory, Outgoing, Store, StreamPosition, Whom,
};
use lexloci::{Instant, Text};
use lexloci_store::Sqlite;
use std::collections::BTreeMap;

/// How many histories are tried: `LEXLOCI_HISTORIES`.
pub fn histories(usual: u64) -> u64 {
    std::env::var("LEXLOCI_HISTORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(usual)
}

/// A server that does not wait for the disk: nothing but the operating system loses power in these tests.
pub fn server() -> Option<Server> {
    Server::start(&["fsync=off", "max_connections=40"])
}

/// What is logged for a judging: a decision and a snapshot.
pub fn logged(judging: &Judging) -> (Text, Text) {
    let decided = format!("{{\"record\":\"{}\",\"at\":\"{}\"}}", judging.record, judging.at);
    (decided.into(), "[]".into())
}

/// Commits a batch without having read anything.
pub fn commit(store: &mut dyn Store, batch: &[(Judging, Delta)], position: &str) -> Committed {
    let read = BTreeMap::new();
    let judgings = batch.iter().map(|(judging, delta)| {
        let record = judging.record.clone();
        let outbox = Outgoing { record, kind: "notice".into(), payload: "{\"to\":1}".into() };
        let outbox = if delta.marks.is_empty() { vec![] } else { vec![outbox] };
        let (decided, state) = logged(judging);
        Committing { judging, delta, read: &read, decided, state, outbox }
    });
    let position = Some(StreamPosition { stream: "messages".into(), at: position.into() });
    store.commit(&Commit { judgings: judgings.collect(), position }).unwrap()
}

/// What is done to marks, by author.
type Marks = BTreeMap<(Key, Option<Text>), MarkHistory>;

/// What is kept about somebody, in an order that does not depend on the store. A mark may have several lines.
fn shown(store: &mut dyn Store, whom: &Whom) -> (Marks, Vec<String>) {
    let (mut marks, mut others) = (BTreeMap::new(), vec![]);
    for line in store.show(whom).unwrap() {
        match line {
            Line::Mark { key, author, history } => {
                marks.entry((key, author)).or_insert_with(MarkHistory::default).join(&history);
            }
            line => others.push(serde_json::to_string(&line).unwrap()),
        }
    }
    others.sort_unstable();
    (marks, others)
}

/// The stores that are compared, the reference first.
struct Stores {
    named: Vec<(&'static str, Box<dyn Store>)>,
}

impl Stores {
    fn all<T: PartialEq + std::fmt::Debug>(
        &mut self,
        seed: u64,
        mut ask: impl FnMut(&mut dyn Store) -> T,
    ) -> T {
        let mut answers = self.named.iter_mut().map(|(name, store)| (*name, ask(&mut **store)));
        let (_, wanted) = answers.next().unwrap();
        for (name, answer) in answers {
            assert_eq!(answer, wanted, "{name} differs from memory in history {seed}");
        }
        wanted
    }
}

/// One history, against the model and each other.
fn compare(seed: u64, begins: Option<Instant>, rows: usize, mut stores: Stores) {
    let mut chance = Chance::new(seed);
    let mut model = Model { begins, rows, events: vec![] };
    let mut batches: Vec<Vec<(Judging, Delta)>> = vec![];
    if chance.random.u32(..10) > 0 {
        adopt(&mut chance, &mut model, &mut stores, seed);
    }
    for step in 0..chance.random.usize(4..14) {
        match chance.random.u32(..20) {
            0 => adopt(&mut chance, &mut model, &mut stores, seed),
            1 => {
                let swept = chance.at();
                stores.all(seed, |store| store.sweep(swept).unwrap());
                model.events.push(Event::Sweep(swept));
            }
            2 => {
                let whom = chance.whom();
                stores.all(seed, |store| shown(store, &whom));
                stores.all(seed, |store| store.ids().unwrap());
                stores.all(seed, |store| store.forget(&whom).unwrap());
                let left = stores.all(seed, |store| store.show(&whom).unwrap());
                assert_eq!(left, [], "history {seed}");
                model.events.push(Event::Forget(whom));
            }
            3 => {
                let (key, when, what) = chance.person_mark();
                stores.all(seed, |store| store.mark(&key, "lead", when, &what).unwrap());
                let by = MarkActor::Person { person: "lead".into() };
                let acts = [MarkAct { at: when, what, by }].into();
                model.events.push(Event::Mark(key, MarkHistory { acts, ..MarkHistory::default() }));
            }
            4 | 5 if !batches.is_empty() => {
                // An earlier batch is delivered again.
                let batch = &batches[chance.random.usize(..batches.len())];
                let kept = stores.all(seed, |store| commit(store, batch, &step.to_string()));
                assert_eq!(kept, Committed::Kept(vec![false; batch.len()]), "history {seed}");
            }
            _ => {
                let batch: Vec<_> =
                    (0..chance.random.usize(1..4)).map(|_| chance.judged()).collect();
                let mut new = vec![];
                for (judging, delta) in &batch {
                    let is_known =
                        model.knows(judging) || new.iter().any(|(one, _)| one == judging);
                    if !is_known {
                        new.push((judging.clone(), delta.clone()));
                    }
                }
                stores.all(seed, |store| commit(store, &batch, &step.to_string()));
                model.events.push(Event::Commit(new));
                batches.push(batch);
            }
        }
        let asks = chance.asks();
        check(seed, &model, &mut stores, &asks);
    }
    let keys = Chance::keys();
    stores.all(seed, |store| without_numbers(store.histories(&keys).unwrap()));
    stores.all(seed, |store| store.position("messages").unwrap());
    stores.all(seed, |store| store.latest().unwrap());
    stores.all(seed, |store| {
        store.pending(1000).unwrap().into_iter().map(|(_, outgoing)| outgoing).collect::<Vec<_>>()
    });
    for (judging, _) in batches.iter().flatten() {
        stores.all(seed, |store| match store.logged(judging).unwrap() {
            Some(Logged::Decision { decided, state }) => Some((decided, state)),
            Some(Logged::Forgotten { digest }) => {
                assert_eq!(digest.len(), 64);
                None
            }
            Some(Logged::ForgottenVersion) | None => {
                panic!("a judging was lost in history {seed}")
            }
        });
    }
}

pub fn without_numbers(histories: BTreeMap<Key, (History, u64)>) -> BTreeMap<Key, History> {
    histories.into_iter().map(|(key, (history, _))| (key, history)).collect()
}

fn adopt(chance: &mut Chance, model: &mut Model, stores: &mut Stores, seed: u64) {
    let specs = chance.specs();
    stores.all(seed, |store| store.adopt(&specs).unwrap());
    model.events.push(Event::Adopt(specs));
}

fn check(seed: u64, model: &Model, stores: &mut Stores, asks: &[Asks]) {
    let wanted: Vec<BTreeMap<_, _>> = asks
        .iter()
        .map(|asks| asks.iter().map(|ask: Ask<'_>| (ask.key.clone(), model.answer(&ask))).collect())
        .collect();
    for (name, store) in &mut stores.named {
        let found: Vec<_> =
            store.read(asks).unwrap().into_iter().map(|state| state.readings).collect();
        assert_eq!(found, wanted, "{name} in history {seed}: {asks:#?}");
    }
}

/// The beginning of the store and the limit of rows of a history.
fn setting(seed: u64) -> (Option<Instant>, usize) {
    let mut random = fastrand::Rng::with_seed(seed ^ 0x5eed);
    let begins = (random.u32(..4) == 0).then(|| at(i128::from(random.u32(..40))));
    let rows = if random.u32(..4) == 0 { random.usize(1..4) } else { 10_000 };
    (begins, rows)
}

#[test]
fn memory_and_sqlite_answer_as_the_model_does() {
    for seed in 0..histories(2_000) {
        let (begins, rows) = setting(seed);
        let memory = Memory::new(begins).with_rows(rows);
        let sqlite = Sqlite::open(":memory:", begins).unwrap().with_rows(rows);
        let named: Vec<(_, Box<dyn Store>)> =
            vec![("memory", Box::new(memory)), ("sqlite", Box::new(sqlite))];
        compare(seed, begins, rows, Stores { named });
    }
}

/// Judgings in any order, and more than once, leave the same behind.
#[test]
fn the_order_of_judgings_makes_no_difference() {
    for seed in 0..histories(2_000) / 4 {
        let mut chance = Chance::new(seed);
        let specs = chance.specs();
        let mut judged: Vec<_> = (0..12).map(|_| chance.judged()).collect();
        // A judging has one result.
        let mut known = std::collections::BTreeSet::new();
        judged.retain(|(judging, _)| known.insert(judging.clone()));
        let keys = Chance::keys();
        let mut left = |store: &mut dyn Store, judged: &[(Judging, Delta)]| {
            store.adopt(&specs).unwrap();
            for batch in judged.chunks(chance.random.usize(1..4)) {
                commit(store, batch, "1");
                if chance.random.bool() {
                    commit(store, batch, "1");
                }
            }
            without_numbers(store.histories(&keys).unwrap())
        };
        let wanted = left(&mut Memory::new(None), &judged);
        fastrand::Rng::with_seed(seed).shuffle(&mut judged);
        assert_eq!(left(&mut Memory::new(None), &judged), wanted, "memory in history {seed}");
        let mut sqlite = Sqlite::open(":memory:", None).unwrap();
        assert_eq!(left(&mut sqlite, &judged), wanted, "sqlite in history {seed}");
    }
}

/// Fewer histories than for SQLite: each of them makes tables of its own.
#[test]
fn postgres_answers_as_the_model_does() {
    let Some(server) = server() else { return };
    for seed in 0..histories(2_000) / 20 {
        let (begins, rows) = setting(seed);
        let memory = Memory::new(begins).with_rows(rows);
        let postgres = server.store(&format!("history{seed}"), begins).with_rows(rows);
        let named: Vec<(_, Box<dyn Store>)> =
            vec![("memory", Box::new(memory)), ("postgres", Box::new(postgres))];
        compare(seed, begins, rows, Stores { named });
    }
}
