//! Several hosts commit histories that share keys. Each decides by what it read, and again when that has changed.

use crate::agree::{logged, server};
use crate::histories::{at, counter};
use lexloci::state::{
    Asked, Asks, Cause, CauseKey, Commit, Committed, Committing, CounterSpec, Delta, Entry,
    EntryDelta, History, Judging, Key, Memory, Policy, Reading, Said, Store, Window,
};
use lexloci_store::Sqlite;
use std::collections::BTreeMap;
use std::sync::Barrier;

const THREADS: i128 = 4;
const RECORDS: i128 = 60;

fn keys() -> Vec<Key> {
    ["tg:1", "tg:2", "tg:3"].map(|of| counter("eu.plain", of)).into()
}

pub fn spec() -> CounterSpec {
    CounterSpec {
        item: "eu.plain".into(),
        shadow: false,
        meaning: "meaning".into(),
        keeps: 1_000_000_000_000_000,
        policy: Policy::UntilReversed,
    }
}

pub fn judging(number: i128) -> Judging {
    Judging {
        record: format!("tg:1/{number}").into(),
        version: Some(at(number)),
        digest: "d".into(),
        ruleset: "r".into(),
        at: at(number),
        author: Some("tg:1".into()),
    }
}

pub fn ask(record: &Judging, keys: &[Key]) -> Asks {
    let window = Window { after: at(-1), until: at(1_000_000) };
    let asked = Asked::Count {
        meaning: "meaning".into(),
        window,
        since: at(0),
        policy: Policy::UntilReversed,
        distinct: false,
        value: None,
    };
    let asked = keys.iter().map(|key| (key.clone(), asked.clone())).collect();
    Asks { record: record.record.clone(), asked }
}

/// A record that counts under some keys, and took thresholds.
pub fn delta(number: i128, took: &BTreeMap<Key, u64>) -> Delta {
    let entries = took.iter().map(|(key, took)| {
        let certain = Some(Said { at: at(number), value: None, weight: 1 });
        let cause = Cause { certain, ..Cause::default() };
        let causes = [(CauseKey::default(), cause)].into();
        let took = (*took > 0).then_some(*took).into_iter().collect();
        let entry = Entry { causes, took };
        let (meaning, policy) = ("meaning".into(), Policy::UntilReversed);
        EntryDelta { key: key.clone(), meaning, policy, entry }
    });
    Delta { entries: entries.collect(), ..Delta::default() }
}

/// What happened to the commits of a thread.
#[derive(Clone, Copy, Default)]
struct Commits {
    kept: u64,
    refused: u64,
    /// How often at most one of them was refused until it was kept.
    most: u64,
}

/// Reads, decides and commits records, each until it is kept. All threads have read before one commits.
fn work(
    store: &mut dyn Store,
    records: impl Iterator<Item = i128>,
    all_have_read: &Barrier,
) -> Commits {
    let (mut commits, mut is_first) = (Commits::default(), true);
    for number in records {
        let mut refused = 0;
        let judging = judging(number);
        // Each counts under two of three keys.
        let (_, own): (Vec<_>, Vec<_>) =
            keys().into_iter().zip(0..).partition(|(_, index)| number % 3 == *index);
        let own: Vec<_> = own.into_iter().map(|(key, _)| key).collect();
        loop {
            let state = store.read(&[ask(&judging, &own)]).unwrap().remove(0);
            if std::mem::take(&mut is_first) {
                all_have_read.wait();
            }
            let took = state.readings.iter().map(|(key, reading)| {
                let Reading::Count(count) = reading else { panic!("{reading:?}") };
                assert_eq!(count.possible, Some(count.certain));
                (key.clone(), count.certain + 1)
            });
            let delta = delta(number, &took.collect());
            let (decided, snapshot) = logged(&judging);
            let one = Committing {
                judging: &judging,
                delta: &delta,
                read: &state.revisions,
                decided,
                state: snapshot,
                outbox: vec![],
            };
            match store.commit(&Commit { judgings: vec![one], position: None }).unwrap() {
                Committed::Kept(kept) => {
                    assert_eq!(kept, [true]);
                    commits.kept += 1;
                    commits.most = commits.most.max(refused);
                    break;
                }
                Committed::Changed(keys) => {
                    assert!(!keys.is_empty());
                    commits.refused += 1;
                    refused += 1;
                }
            }
        }
    }
    commits
}

/// Every number from one to that of the entries was taken, once.
fn check(name: &str, store: &mut dyn Store) {
    for (key, (history, _)) in store.histories(&keys()).unwrap() {
        let History::Counter(meanings) = history else { panic!("{key:?}") };
        let entries = &meanings["meaning"].entries;
        let mut took: Vec<_> = entries.values().flat_map(|entry| entry.took.clone()).collect();
        took.sort_unstable();
        let wanted: Vec<u64> = (1..=entries.len() as u64).collect();
        assert_eq!(took, wanted, "{name} {key:?}");
        assert_eq!(entries.len() as i128, THREADS * RECORDS * 2 / 3, "{name}");
    }
}

/// All threads at once, and that this ends: a commit is refused only if another was kept since it has read. `--nocapture` shows
/// how often that was.
#[expect(clippy::print_stdout, reason = "a test keeps it to itself unless it is asked for")]
fn in_threads(name: &str, stores: Vec<Box<dyn Store + Send>>) {
    let all_have_read = Barrier::new(stores.len());
    let threads: Vec<Commits> = std::thread::scope(|scope| {
        let threads = stores.into_iter().enumerate().map(|(number, mut store)| {
            let all_have_read = &all_have_read;
            scope.spawn(move || {
                let first = number as i128;
                let records = (0..RECORDS).map(move |record| record * THREADS + first);
                work(&mut *store, records, all_have_read)
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let kept: u64 = threads.iter().map(|commits| commits.kept).sum();
    let refused: u64 = threads.iter().map(|commits| commits.refused).sum();
    let most = threads.iter().map(|commits| commits.most).max().unwrap();
    println!("{name}: {kept} commits kept, {refused} refused, one of them {most} times");
    assert_eq!(i128::from(kept), THREADS * RECORDS);
    // Any two of the first records share a key, so one of them was kept at once and the others were refused.
    assert!(i128::from(refused) >= THREADS - 1);
    // Each of them has one commit under way, so one that is kept refuses at most those of the others.
    assert!(i128::from(refused) <= (THREADS - 1) * i128::from(kept));
    for commits in threads {
        assert!(commits.most <= kept - commits.kept);
    }
}

#[test]
fn four_threads_count_as_one_does_in_sqlite() {
    let mut one = Memory::new(None);
    one.adopt(&[spec()]).unwrap();
    assert_eq!(work(&mut one, 0..THREADS * RECORDS, &Barrier::new(1)).refused, 0);
    check("memory", &mut one);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let open = || Sqlite::open(&path, None).unwrap();
    open().adopt(&[spec()]).unwrap();
    let stores = (0..THREADS).map(|_| Box::new(open()) as Box<dyn Store + Send>);
    in_threads("sqlite", stores.collect());
    check("sqlite", &mut open());
}

#[test]
fn four_threads_count_as_one_does_in_postgres() {
    let Some(server) = server() else { return };
    let open = || server.store("threads", None);
    open().adopt(&[spec()]).unwrap();
    let stores = (0..THREADS).map(|_| Box::new(open()) as Box<dyn Store + Send>);
    in_threads("postgres", stores.collect());
    check("postgres", &mut open());
}
