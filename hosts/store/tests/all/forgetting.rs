//! What is erased when somebody is forgotten, and what stays.

use crate::agree::{commit, server};
use crate::histories::{at, counter};
use crate::threads::spec;
use lexloci::state::{
    Cause, CauseKey, Committed, CounterSpec, Delta, Entry, EntryDelta, Erased, History, Judging,
    Key, Kind, Line, Logged, MarkAct, MarkActor, MarkDelta, MarkHistory, MarkWhat, Memory, Ruled,
    Said, Store, Verdict, Whom,
};
use lexloci::{Instant, Text};
use lexloci_store::{Sqlite, export, import};
use std::collections::BTreeMap;

const A: &str = "tg:1";
const B: &str = "tg:2";
const CHAT: &str = "chat:9";

/// Does the same with a store of each kind.
fn in_each(name: &str, test: impl Fn(&mut dyn Store)) {
    let mut memory = Memory::new(None);
    test(&mut memory);
    test(&mut Sqlite::open(":memory:", None).unwrap());
    if let Some(server) = server() {
        test(&mut server.store(name, None));
    }
}

fn judging(record: &str, author: Option<&str>, (version, judged): (i128, i128)) -> Judging {
    Judging {
        record: record.into(),
        version: Some(at(version)),
        digest: "d".into(),
        ruleset: "r".into(),
        at: at(judged),
        author: author.map(Text::from),
    }
}

fn counts(of: &str, second: i128) -> EntryDelta {
    let certain = Some(Said { at: at(second), value: None, weight: 1 });
    let cause = Cause { certain, ..Cause::default() };
    let entry = Entry { causes: [(CauseKey::default(), cause)].into(), ..Entry::default() };
    let CounterSpec { meaning, policy, .. } = spec();
    EntryDelta { key: counter("eu.plain", of), meaning, policy, entry }
}

fn mark(of: &str) -> Key {
    Key { kind: Kind::Mark, ..counter("eu.warned", of) }
}

fn first(of: &str) -> Key {
    Key { kind: Kind::First, ..counter("eu.r label", of) }
}

fn sets(of: &str, record: &str, second: i128) -> MarkDelta {
    let by =
        MarkActor::Rule { rule: "eu.r".into(), record: record.into(), version: Some(at(second)) };
    let acts = [MarkAct { at: at(second), what: MarkWhat::Set { until: None }, by }].into();
    MarkDelta { key: mark(of), history: MarkHistory { acts, ..MarkHistory::default() } }
}

/// What a message counts under the key of its author and under that of its chat, where it also sets a mark.
fn left(author: &str, record: &str, second: i128) -> Delta {
    Delta {
        entries: vec![counts(author, second), counts(CHAT, second)],
        marks: vec![sets(author, record, second), sets(CHAT, record, second)],
        firsts: vec![(first(record), at(second))],
    }
}

/// The instants at which records count under a key.
fn counted(store: &mut dyn Store, of: &str) -> Vec<(Text, Instant)> {
    let key = counter("eu.plain", of);
    let (history, _) = store.histories(std::slice::from_ref(&key)).unwrap().remove(&key).unwrap();
    let History::Counter(meanings) = history else { panic!("{history:?}") };
    let entries = meanings.into_values().flat_map(|entries| entries.entries);
    entries.map(|(record, entry)| (record, entry.last().unwrap())).collect()
}

/// When a mark was set, and when an outcome was first asked for.
fn marked(store: &mut dyn Store, of: &str, record: &str) -> (Vec<Instant>, Option<Instant>) {
    let keys = [mark(of), first(record)];
    let mut histories: BTreeMap<_, _> = store.histories(&keys).unwrap();
    let History::Mark(marks) = histories.remove(&keys[0]).unwrap().0 else { panic!("no mark") };
    let History::First(first) = histories.remove(&keys[1]).unwrap().0 else { panic!("no first") };
    (marks.acts.into_iter().map(|act| act.at).collect(), first)
}

#[test]
fn whoever_is_forgotten_takes_nothing_along_of_another_author_of_the_same_id() {
    in_each("collide", |store| {
        store.adopt(&[spec()]).unwrap();
        let of_a = (judging("m1", Some(A), (5, 5)), left(A, "m1", 5));
        let of_b = (judging("m1", Some(B), (7, 7)), left(B, "m1", 7));
        commit(store, &[of_a, of_b], "1");
        let m1 = |second| vec![(Text::from("m1"), at(second))];
        assert_eq!(counted(store, CHAT), m1(5));
        let erased = store.forget(&Whom::Author(A.into())).unwrap();
        let two = Erased { entries: 2, acts: 2, firsts: 1, judgings: 1 };
        assert_eq!(erased, two);
        assert_eq!(counted(store, A), []);
        assert_eq!(counted(store, B), m1(7));
        // Under the key of both, the entry is what the judging of the other left.
        assert_eq!(counted(store, CHAT), m1(7));
        assert_eq!(marked(store, A, "m1"), (vec![], Some(at(7))));
        assert_eq!(marked(store, B, "m1"), (vec![at(7)], Some(at(7))));
        assert_eq!(marked(store, CHAT, "m1"), (vec![at(7)], Some(at(7))));
        assert_eq!(store.show(&Whom::Author(A.into())).unwrap(), []);
        assert_eq!(store.forget(&Whom::Author(B.into())).unwrap(), two);
        assert_eq!(counted(store, CHAT), []);
        assert_eq!(store.show(&Whom::Record("m1".into())).unwrap(), []);
    });
}

/// A record is forgotten with all that judgings left, whoever its author was for them.
#[test]
fn a_record_is_forgotten_whoever_wrote_it() {
    in_each("record", |store| {
        store.adopt(&[spec()]).unwrap();
        let of_nobody = (judging("m1", None, (5, 5)), left(A, "m1", 5));
        let of_a = (judging("m1", Some(A), (5, 6)), left(A, "m1", 5));
        let of_b = (judging("m1", Some(B), (7, 7)), left(B, "m1", 7));
        commit(store, &[of_nobody, of_a, of_b], "1");
        let erased = store.forget(&Whom::Record("m1".into())).unwrap();
        assert_eq!((erased.entries, erased.judgings), (3, 3));
        assert_eq!(store.show(&Whom::Record("m1".into())).unwrap(), []);
        for author in [A, B] {
            assert_eq!(store.show(&Whom::Author(author.into())).unwrap(), []);
        }
    });
}

/// What a judging left whose author was not known is nobody's. It goes with the record.
#[test]
fn what_nobody_is_known_to_have_written_stays_when_an_author_is_forgotten() {
    in_each("nobody", |store| {
        store.adopt(&[spec()]).unwrap();
        let entries = vec![counts(CHAT, 5)];
        let of_nobody = Delta { entries, ..Delta::default() };
        let entries = vec![counts(CHAT, 4), counts(A, 4)];
        let of_a = Delta { entries, ..Delta::default() };
        commit(store, &[(judging("m1", None, (5, 5)), of_nobody)], "1");
        commit(store, &[(judging("m1", Some(A), (4, 6)), of_a)], "2");
        assert_eq!(counted(store, CHAT), [("m1".into(), at(4))]);
        let erased = store.forget(&Whom::Author(A.into())).unwrap();
        assert_eq!((erased.entries, erased.judgings), (2, 1));
        assert_eq!(counted(store, CHAT), [("m1".into(), at(5))]);
    });
}

/// The id of a message may be the key of an author, too.
#[test]
fn a_record_whose_id_is_the_key_of_an_author_is_forgotten_without_the_author() {
    in_each("alike", |store| {
        store.adopt(&[spec()]).unwrap();
        commit(store, &[(judging("m1", Some(A), (5, 5)), left(A, "m1", 5))], "1");
        commit(store, &[(judging(A, Some(B), (7, 7)), left(B, A, 7))], "2");
        let shown = store.show(&Whom::Record(A.into())).unwrap();
        let is_of_m1 = |line: &Line| serde_json::to_string(line).unwrap().contains("m1");
        assert!(!shown.iter().any(is_of_m1), "{shown:?}");
        let erased = store.forget(&Whom::Record(A.into())).unwrap();
        assert_eq!(erased, Erased { entries: 2, acts: 2, firsts: 1, judgings: 1 });
        assert_eq!(counted(store, A), [("m1".into(), at(5))]);
        assert_eq!(counted(store, B), []);
        // The other way round, what is kept of the message stays.
        commit(store, &[(judging(A, Some(B), (9, 9)), left(B, A, 9))], "3");
        store.forget(&Whom::Author(A.into())).unwrap();
        assert_eq!(counted(store, B), [(A.into(), at(9))]);
        assert_eq!(marked(store, B, A), (vec![at(9)], Some(at(9))));
    });
}

/// A version that was forgotten is not counted again, whatever it is judged by. A later version is something new.
#[test]
fn a_version_that_was_forgotten_is_not_counted_again() {
    in_each("versions", |store| {
        store.adopt(&[spec()]).unwrap();
        let delta = left(A, "m1", 5);
        let first = judging("m1", Some(A), (5, 5));
        commit(store, &[(first.clone(), delta.clone())], "1");
        store.forget(&Whom::Author(A.into())).unwrap();
        let by_other_rules = Judging { ruleset: "s".into(), ..first.clone() };
        let with_a_ruling = Judging { digest: "e".into(), ..first.clone() };
        let later = Judging { at: at(20), ..first.clone() };
        for judging in [&by_other_rules, &with_a_ruling, &later] {
            assert_eq!(store.logged(judging).unwrap(), Some(Logged::ForgottenVersion));
            let kept = commit(store, &[(judging.clone(), delta.clone())], "2");
            assert_eq!(kept, Committed::Kept(vec![true]));
            // The decision is logged, and what is to be sent out is sent.
            let logged = store.logged(judging).unwrap();
            assert!(matches!(logged, Some(Logged::Decision { .. })), "{logged:?}");
        }
        assert_eq!(store.pending(10).unwrap().len(), 4);
        assert_eq!(counted(store, CHAT), []);
        assert_eq!(marked(store, CHAT, "m1"), (vec![], None));
        assert_eq!(commit(store, &[(first, delta)], "3"), Committed::Kept(vec![false]));
        // The same id of somebody else, and an edit.
        let of_b = judging("m1", Some(B), (5, 5));
        assert_eq!(store.logged(&of_b).unwrap(), None);
        commit(store, &[(of_b, left(B, "m1", 5))], "4");
        assert_eq!(counted(store, CHAT), [("m1".into(), at(5))]);
        let edited = judging("m1", Some(A), (8, 8));
        assert_eq!(store.logged(&edited).unwrap(), None);
        commit(store, &[(edited, left(A, "m1", 8))], "5");
        assert_eq!(counted(store, A), [("m1".into(), at(8))]);
    });
}

/// What a person upheld on one version, as the judging of another one says it.
fn upheld(of: &str, version: i128) -> EntryDelta {
    let ruling = Some(Ruled { given_at: at(version), verdict: Verdict::Upheld });
    let key = CauseKey { rule: Some("eu.r".into()), version: Some(at(version)) };
    let EntryDelta { entry, .. } = counts(of, version);
    let causes = entry.causes.into_values().map(|cause| (key.clone(), Cause { ruling, ..cause }));
    let entry = Entry { causes: causes.collect(), took: [1].into() };
    EntryDelta { entry, ..counts(of, version) }
}

/// An edit comes with the rulings on the versions before it. What persons ruled on one that was forgotten does not count again.
#[test]
fn an_edit_brings_back_no_version_that_was_forgotten() {
    in_each("rulings", |store| {
        store.adopt(&[spec()]).unwrap();
        commit(store, &[(judging("m1", Some(A), (5, 5)), left(A, "m1", 5))], "1");
        store.forget(&Whom::Author(A.into())).unwrap();
        let by = |version: i128| MarkActor::Rule {
            rule: "eu.r".into(),
            record: "m1".into(),
            version: Some(at(version)),
        };
        let ruled = Ruled { given_at: at(5), verdict: Verdict::Upheld };
        let rulings = [(by(5), ruled), (by(6), ruled)].into();
        let history = MarkHistory { rulings, ..MarkHistory::default() };
        let delta = Delta {
            entries: vec![upheld(A, 5), upheld(CHAT, 6)],
            marks: vec![MarkDelta { key: mark(A), history }],
            firsts: vec![],
        };
        commit(store, &[(judging("m1", Some(A), (9, 9)), delta.clone())], "2");
        assert_eq!(counted(store, A), []);
        // Another version was not forgotten.
        assert_eq!(counted(store, CHAT), [("m1".into(), at(6))]);
        let key = mark(A);
        let history = store.histories(std::slice::from_ref(&key)).unwrap().remove(&key).unwrap().0;
        let History::Mark(kept) = history else { panic!("{history:?}") };
        assert_eq!(kept.rulings.into_keys().collect::<Vec<_>>(), [by(6)]);
        // Whoever has the same id and was not forgotten.
        commit(store, &[(judging("m1", Some(B), (9, 9)), delta)], "3");
        assert_eq!(counted(store, A), [("m1".into(), at(5))]);
    });
}

/// Indices of PostgreSQL take short values only.
#[test]
fn long_keys_that_begin_alike_are_shown_moved_and_forgotten() {
    // An id that JSON writes as it is, and one that is looked for in all keys.
    for (name, letter) in [("plain", "x"), ("other", "ж")] {
        let [a, b] = ["a", "b"].map(|end| format!("tg:{}{end}", letter.repeat(1300)));
        let fill = |store: &mut dyn Store| {
            store.adopt(&[spec()]).unwrap();
            let of = |author: &str, record, at| {
                (judging(record, Some(author), (at, at)), left(author, record, at))
            };
            commit(store, &[of(&a, "m1", 5), of(&b, "m2", 6)], "1");
            // Kept about them, and not because of their messages.
            for author in [&a, &b] {
                store.mark(&mark(author), "lead", at(7), &MarkWhat::Clear).unwrap();
            }
        };
        let check = |store: &mut dyn Store| {
            assert_eq!(counted(store, &a), [("m1".into(), at(5))]);
            assert_eq!(counted(store, &b), [("m2".into(), at(6))]);
            let author = Whom::Author((&a).into());
            let is_of_b = |line: &Line| serde_json::to_string(line).unwrap().contains(&b);
            let shown = store.show(&author).unwrap();
            assert_eq!(shown.len(), 7);
            assert!(!shown.iter().any(is_of_b), "{shown:?}");
            let erased = store.forget(&author).unwrap();
            assert_eq!(erased, Erased { entries: 2, acts: 3, firsts: 1, judgings: 1 });
            assert_eq!((counted(store, &a), counted(store, &b).len()), (vec![], 1));
            assert_eq!(marked(store, &b, "m2"), (vec![at(6), at(7)], Some(at(6))));
            assert_eq!(store.show(&author).unwrap(), []);
        };
        in_each(name, |store| {
            fill(store);
            check(store);
        });
        let mut text = vec![];
        let mut from = Sqlite::open(":memory:", None).unwrap();
        fill(&mut from);
        export(&mut from, &mut text).unwrap();
        let Some(server) = server() else { return };
        let mut there = server.store("moved", None);
        import(&mut there, &mut &*text).unwrap();
        let mut again = vec![];
        export(&mut there, &mut again).unwrap();
        assert_eq!(sorted(&again), sorted(&text));
        check(&mut there);
    }
}

/// The lines of an export in an order that does not depend on the numbers of keys.
fn sorted(text: &[u8]) -> Vec<&str> {
    let mut lines: Vec<_> = std::str::from_utf8(text).unwrap().lines().collect();
    lines.sort_unstable();
    lines
}
