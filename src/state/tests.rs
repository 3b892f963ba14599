//! What is kept is a join: the order in which it arrives, and how often, make no difference.

use super::{
    Asked, Asks, Cause, CauseKey, Commit, Committed, Committing, Contribution, Count, CounterSpec,
    Delta, Earlier, Entry, EntryDelta, Erased, History, Judging, Key, Kind, Known, LATEST, Logged,
    MOST, MarkAct, MarkActor, MarkHistory, MarkWhat, Memory, Outgoing, Policy, Reading, Ruled,
    Said, Shares, State, Store, StreamPosition, Verdict, Whom, Window,
};
use crate::{Instant, Text};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::{Just, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::{option, sample};
use std::collections::{BTreeMap, BTreeSet};

fn at(seconds: i128) -> Instant {
    Instant::from_unix_nanos(seconds * 1_000_000_000).unwrap()
}

fn instants() -> impl Strategy<Value = Instant> {
    (0_i128..6).prop_map(at)
}

fn said() -> impl Strategy<Value = Said> {
    let value = option::of(sample::select(vec!["\"a\"", "\"b\""]).prop_map(Text::from));
    (instants(), value, 1_u64..4).prop_map(|(at, value, weight)| Said { at, value, weight })
}

fn ruled() -> impl Strategy<Value = Ruled> {
    let verdict = prop_oneof![Just(Verdict::Upheld), Just(Verdict::Reversed)];
    (instants(), verdict).prop_map(|(given_at, verdict)| Ruled { given_at, verdict })
}

fn entry() -> impl Strategy<Value = Entry> {
    let rule = option::of(sample::select(vec!["eu.r", "eu.s"]).prop_map(Text::from));
    let key = (rule, option::of(instants())).prop_map(|(rule, version)| CauseKey { rule, version });
    let cause = (option::of(said()), option::of((instants(), said())), option::of(ruled()))
        .prop_map(|(certain, maybe, ruling)| Cause { certain, maybe, ruling });
    (btree_map(key, cause, 0..4), btree_set(1_u64..5, 0..3))
        .prop_map(|(causes, took)| Entry { causes, took })
}

fn actor() -> impl Strategy<Value = MarkActor> {
    let rule = (sample::select(vec!["eu.r", "eu.s"]), option::of(instants())).prop_map(
        |(rule, version)| MarkActor::Rule { rule: rule.into(), record: "tg:1/1".into(), version },
    );
    prop_oneof![3 => rule, 1 => Just(MarkActor::Person { person: "lead".into() })]
}

fn history() -> impl Strategy<Value = MarkHistory> {
    let what = prop_oneof![
        2 => option::of(instants()).prop_map(|until| MarkWhat::Set { until }),
        1 => Just(MarkWhat::Clear),
    ];
    let act = (instants(), what, actor()).prop_map(|(at, what, by)| MarkAct { at, what, by });
    (btree_set(act, 0..5), btree_map(actor(), ruled(), 0..3))
        .prop_map(|(acts, rulings)| MarkHistory { acts, rulings })
}

fn policies() -> [Policy; 2] {
    [Policy::UntilReversed, Policy::OnceUpheld]
}

proptest! {
    #[test]
    fn entries_are_a_join(a in entry(), b in entry(), c in entry()) {
        let join = |left: &Entry, right: &Entry| {
            let mut joined = left.clone();
            joined.join(right);
            joined
        };
        prop_assert_eq!(join(&a, &b), join(&b, &a));
        prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
        prop_assert_eq!(&join(&a, &a), &a);
        prop_assert_eq!(join(&join(&a, &b), &b), join(&a, &b));
        prop_assert!(a.last().max(b.last()) >= join(&a, &b).last());
    }

    #[test]
    fn the_share_of_an_author_is_what_the_author_left(
        left in vec((option::of(sample::select(vec!["tg:1", "tg:2"])), entry()), 1..6),
    ) {
        let left: Vec<(Option<Text>, Entry)> =
            left.into_iter().map(|(author, entry)| (author.map(Text::from), entry)).collect();
        let joined = |of: &dyn Fn(&Option<Text>) -> bool| {
            let mut entries = left.iter().filter(|(author, _)| of(author)).map(|(_, entry)| entry);
            let mut first = entries.next()?.clone();
            entries.for_each(|entry| first.join(entry));
            Some(first)
        };
        let shares = Shares::of(left.clone()).unwrap();
        prop_assert_eq!(Some(shares.whole().clone()), joined(&|_| true));
        for (author, share) in shares.iter() {
            prop_assert_eq!(Some(share.clone()), joined(&|of| of.as_ref() == author));
        }
        let forgotten = Text::from("tg:1");
        let rest = joined(&|of| of.as_ref() != Some(&forgotten));
        prop_assert_eq!(shares.has(&forgotten), left.iter().any(|(of, _)| of.as_ref() == Some(&forgotten)));
        let without = shares.without(&forgotten);
        prop_assert_eq!(without.as_ref().map(|shares| shares.whole().clone()), rest);
        prop_assert!(without.is_none_or(|shares| !shares.has(&forgotten)));
    }

    #[test]
    fn histories_of_marks_are_a_join(a in history(), b in history(), c in history()) {
        let join = |left: &MarkHistory, right: &MarkHistory| {
            let mut joined = left.clone();
            joined.join(right);
            joined
        };
        prop_assert_eq!(join(&a, &b), join(&b, &a));
        prop_assert_eq!(join(&join(&a, &b), &c), join(&a, &join(&b, &c)));
        prop_assert_eq!(&join(&a, &a), &a);
        prop_assert_eq!(join(&join(&a, &b), &b), join(&a, &b));
    }

    /// What is certain goes away only by a ruling, and its instant never becomes later.
    #[test]
    fn what_is_certain_stays_so(a in entry(), b in entry()) {
        let mut unruled = b;
        unruled.causes.values_mut().for_each(|cause| cause.ruling = None);
        let mut joined = a.clone();
        joined.join(&unruled);
        for policy in policies() {
            if let Contribution::Certain(before) = a.contribution(policy) {
                let Contribution::Certain(after) = joined.contribution(policy) else {
                    panic!("{joined:?} counts no more")
                };
                prop_assert!(after.at <= before.at && after.weight >= before.weight);
            }
        }
    }

    #[test]
    fn what_is_kept_is_read_back_from_json(entry in entry(), history in history()) {
        let json = serde_json::to_string(&entry).unwrap();
        prop_assert_eq!(serde_json::from_str::<Entry>(&json).unwrap(), entry, "{}", json);
        let json = serde_json::to_string(&history).unwrap();
        prop_assert_eq!(serde_json::from_str::<MarkHistory>(&json).unwrap(), history, "{}", json);
    }

    /// A mark that is over makes no difference later on.
    #[test]
    fn a_mark_that_is_over_is_not_set(history in history(), now in instants(), later in instants()) {
        if history.is_over(now) {
            prop_assert_eq!(history.standing(now.max(later)), None);
        }
    }
}

fn cause(certain: Option<Said>, ruling: Option<Verdict>) -> Cause {
    let ruling = ruling.map(|verdict| Ruled { given_at: at(9), verdict });
    Cause { certain, maybe: None, ruling }
}

fn plain(seconds: i128) -> Said {
    Said { at: at(seconds), value: None, weight: 1 }
}

fn by_rule(rule: &str, cause: Cause) -> (CauseKey, Cause) {
    (CauseKey { rule: Some(rule.into()), version: None }, cause)
}

#[test]
fn rulings_decide_which_causes_count() {
    let entry =
        |causes: [(CauseKey, Cause); 2]| Entry { causes: causes.into(), took: BTreeSet::new() };
    let both = entry([
        by_rule("r", cause(Some(plain(1)), Some(Verdict::Reversed))),
        by_rule("s", cause(Some(plain(2)), None)),
    ]);
    assert_eq!(both.contribution(Policy::UntilReversed), Contribution::Certain(plain(2)));
    assert_eq!(both.contribution(Policy::OnceUpheld), Contribution::Nothing);
    let both = entry([
        by_rule("r", cause(Some(plain(1)), Some(Verdict::Upheld))),
        by_rule("s", cause(Some(Said { weight: 2 * MOST, ..plain(0) }), Some(Verdict::Upheld))),
    ]);
    let most = Said { weight: MOST, ..plain(0) };
    assert_eq!(both.contribution(Policy::OnceUpheld), Contribution::Certain(most));
    assert_eq!(both.last(), Some(at(1)));
    // Of two rulings at the same instant, the reversal counts.
    let upheld = Ruled { given_at: at(9), verdict: Verdict::Upheld };
    assert!(upheld < Ruled { verdict: Verdict::Reversed, ..upheld });
    assert!(upheld > Ruled { given_at: at(8), verdict: Verdict::Reversed });
}

#[test]
fn the_latest_maybe_counts_until_something_is_certain() {
    let maybe = |judged, said| Cause { maybe: Some((at(judged), said)), ..Cause::default() };
    let entry =
        |cause| Entry { causes: [(CauseKey::default(), cause)].into(), took: BTreeSet::new() };
    let mut known = entry(maybe(5, plain(3)));
    known.join(&entry(maybe(4, plain(1))));
    assert_eq!(known.contribution(Policy::UntilReversed), Contribution::Maybe(plain(3)));
    known.join(&entry(cause(Some(plain(7)), None)));
    assert_eq!(known.contribution(Policy::UntilReversed), Contribution::Certain(plain(7)));
}

fn rule_at(seconds: i128) -> MarkActor {
    let version = Some(at(seconds));
    MarkActor::Rule { rule: "eu.r".into(), record: format!("tg:1/{seconds}").into(), version }
}

fn act(seconds: i128, what: MarkWhat, by: MarkActor) -> MarkAct {
    MarkAct { at: at(seconds), what, by }
}

fn set(until: Option<i128>) -> MarkWhat {
    MarkWhat::Set { until: until.map(at) }
}

fn acts(acts: impl IntoIterator<Item = MarkAct>) -> MarkHistory {
    MarkHistory { acts: acts.into_iter().collect(), rulings: BTreeMap::new() }
}

#[test]
fn a_mark_keeps_its_beginning_and_takes_the_later_end() {
    let history = acts([
        act(1, set(Some(10)), rule_at(1)),
        act(5, set(Some(8)), rule_at(5)),
        act(7, set(Some(20)), rule_at(5)),
    ]);
    let standing = |seconds| history.standing(at(seconds));
    assert_eq!(standing(0), None);
    let set = standing(9).unwrap();
    assert_eq!((set.since, set.until), (at(1), Some(at(20))));
    assert_eq!(set.by, [rule_at(1), rule_at(5)]);
    assert!(standing(19).is_some() && standing(20).is_none());
    assert!(!history.is_over(at(19)) && history.is_over(at(20)));
    // After a gap it begins anew.
    let mut later = history.clone();
    later.join(&acts([act(30, MarkWhat::Set { until: None }, rule_at(30))]));
    assert_eq!(later.standing(at(31)).unwrap().since, at(30));
    let many =
        acts((0..40).map(|second| act(second, MarkWhat::Set { until: None }, rule_at(second))));
    let by = many.standing(at(50)).unwrap().by;
    assert_eq!((by.len(), by.last()), (LATEST, Some(&rule_at(39))));
}

#[test]
fn a_clear_outweighs_a_set_of_the_same_judging() {
    let history = acts([act(1, MarkWhat::Clear, rule_at(1)), act(1, set(Some(10)), rule_at(1))]);
    assert_eq!(history.standing(at(2)), None);
}

#[test]
fn persons_outweigh_rules_on_versions_that_are_not_younger() {
    let lead = || MarkActor::Person { person: "lead".into() };
    // A rule looks again at an old version, and at one that is younger.
    let cleared = acts([
        act(1, set(None), rule_at(1)),
        act(3, MarkWhat::Clear, lead()),
        act(4, set(None), rule_at(3)),
    ]);
    assert_eq!(cleared.standing(at(5)), None);
    assert!(cleared.standing(at(2)).is_some());
    let mut again = cleared.clone();
    again.join(&acts([act(5, set(None), rule_at(4))]));
    assert_eq!(again.standing(at(5)).unwrap().since, at(5));
    // At the same instant the person counts, whatever the kinds of the acts are.
    let same = acts([act(3, set(None), rule_at(3)), act(3, set(Some(9)), lead())]);
    assert_eq!(same.standing(at(4)).unwrap().until, Some(at(9)));
    assert!(!same.is_over(at(100)));
}

#[test]
fn a_reversal_takes_back_what_the_rule_did() {
    let mut history = acts([act(1, set(None), rule_at(1)), act(2, set(None), rule_at(2))]);
    let ruled = Ruled { given_at: at(3), verdict: Verdict::Reversed };
    history.rulings.insert(rule_at(1), ruled);
    assert_eq!(history.standing(at(4)).unwrap().since, at(2));
    let upheld = Ruled { given_at: at(5), verdict: Verdict::Upheld };
    history.join(&MarkHistory { acts: BTreeSet::new(), rulings: [(rule_at(1), upheld)].into() });
    assert_eq!(history.standing(at(4)).unwrap().since, at(1));
    history.retain(|by| by.record().is_none_or(|record| record.as_str() != "tg:1/1"));
    assert_eq!((history.acts.len(), history.rulings.len()), (1, 0));
}

fn key(of: &str) -> Key {
    Key { kind: Kind::Counter, item: "eu.c".into(), shadow: false, of: of.into() }
}

#[test]
fn keys_concern_whole_values() {
    let concerns = |of: &str, id: &str| key(of).concerns(&Whom::Author(id.into()), false);
    assert!(concerns(r#"["tg:77"]"#, "tg:77") && concerns(r#"["a",3,"tg:77"]"#, "tg:77"));
    assert!(!concerns(r#"["tg:770"]"#, "tg:77") && !concerns(r#"["x,\"tg:77\","]"#, "tg:77"));
    assert!(concerns(r#"["a\"b"]"#, "a\"b") && concerns("tg:1/2", "tg:1/2"));
    // What is kept under a key that may be an author's or a record's.
    let (author, record) = (Whom::Author("tg:77".into()), Whom::Record("tg:77".into()));
    let counter = key(r#"["tg:77"]"#);
    let first = Key { kind: Kind::First, ..counter.clone() };
    assert!(counter.concerns(&record, false) && !counter.concerns(&record, true));
    assert!(first.concerns(&record, true) && !first.concerns(&author, false));
}

fn spec(meaning: &str, keeps: i128) -> CounterSpec {
    CounterSpec {
        item: "eu.c".into(),
        shadow: false,
        meaning: meaning.into(),
        keeps: keeps * 1_000_000_000,
        policy: Policy::UntilReversed,
    }
}

fn judging(record: &str, seconds: i128) -> Judging {
    Judging {
        record: record.into(),
        version: Some(at(seconds)),
        digest: "d".into(),
        ruleset: "r".into(),
        at: at(seconds),
        author: Some("tg:77".into()),
    }
}

fn delta(seconds: i128) -> Delta {
    let causes = [(CauseKey::default(), cause(Some(plain(seconds)), None))].into();
    let entry = Entry { causes, took: BTreeSet::new() };
    let meaning = "m".into();
    let policy = Policy::UntilReversed;
    let entries = vec![EntryDelta { key: key(r#"["tg:77"]"#), meaning, policy, entry }];
    Delta { entries, ..Delta::default() }
}

/// Commits a record that counts.
fn commit(store: &mut Memory, record: &str, seconds: i128, read: &BTreeMap<Key, u64>) -> Committed {
    let (judging, delta) = (judging(record, seconds), delta(seconds));
    let outbox =
        vec![Outgoing { record: record.into(), kind: "notice".into(), payload: "{}".into() }];
    let (decided, state) = ("{}".into(), "{}".into());
    let one = Committing { judging: &judging, delta: &delta, read, decided, state, outbox };
    let position =
        Some(StreamPosition { stream: "s".into(), at: seconds.to_string().as_str().into() });
    store.commit(&Commit { judgings: vec![one], position }).unwrap()
}

fn read(store: &mut Memory, after: i128, until: i128) -> (Count, State) {
    let asked = Asked::Count {
        meaning: "m".into(),
        window: Window { after: at(after), until: at(until) },
        since: at(0),
        policy: Policy::UntilReversed,
        distinct: false,
        value: None,
    };
    let asks = Asks { record: "asker".into(), asked: [(key(r#"["tg:77"]"#), asked)].into() };
    let state = store.read(&[asks]).unwrap().remove(0);
    let Reading::Count(count) = state.readings[&key(r#"["tg:77"]"#)].clone() else { panic!() };
    (count, state)
}

#[test]
fn memory_counts_once_and_refuses_what_rests_on_old_readings() {
    let mut store = Memory::new(None);
    store.adopt(&[spec("m", 10)]).unwrap();
    let (count, state) = read(&mut store, 0, 100);
    assert_eq!((count.certain, count.possible), (0, Some(0)));
    assert_eq!(commit(&mut store, "a", 5, &state.revisions), Committed::Kept(vec![true]));
    assert_eq!(commit(&mut store, "a", 5, &state.revisions), Committed::Kept(vec![false]));
    let refused = commit(&mut store, "b", 6, &state.revisions);
    assert_eq!(refused, Committed::Changed(vec![key(r#"["tg:77"]"#)]));
    assert_eq!(commit(&mut store, "b", 6, &BTreeMap::new()), Committed::Kept(vec![true]));
    let (count, _) = read(&mut store, 5, 100);
    assert_eq!((count.certain, count.possible), (1, Some(1)));
    assert_eq!(count.latest, [Earlier { at: at(6), record: "b".into() }]);
    let pending = store.pending(9).unwrap();
    let records: Vec<_> = pending.iter().map(|(_, outgoing)| &*outgoing.record).collect();
    assert_eq!(records, ["a", "b"]);
    store.sent(&[pending[0].0]).unwrap();
    assert_eq!(store.pending(9).unwrap(), pending[1..]);
    assert_eq!(store.position("s").unwrap().as_deref(), Some("6"));
    let (count, _) = read(&mut store, 4, 100);
    assert_eq!(count.certain, 2);
}

#[test]
fn memory_says_what_it_does_not_know() {
    // Not adopted.
    let mut store = Memory::new(None);
    commit(&mut store, "a", 5, &BTreeMap::new());
    assert_eq!(read(&mut store, 0, 100).0.possible, None);
    // Adopted after a judging: that instant and those before it are not known.
    store.adopt(&[spec("m", 10)]).unwrap();
    assert_eq!(read(&mut store, 4, 100).0.possible, None);
    assert_eq!(read(&mut store, 5, 100).0.possible, Some(0));
    // Another meaning for some time: what happened meanwhile is not known.
    commit(&mut store, "b", 8, &BTreeMap::new());
    store.adopt(&[spec("other", 10)]).unwrap();
    commit(&mut store, "c", 9, &BTreeMap::new());
    store.adopt(&[spec("m", 10)]).unwrap();
    assert_eq!(read(&mut store, 8, 100).0.possible, None);
    let (count, _) = read(&mut store, 9, 100);
    assert_eq!((count.certain, count.possible), (0, Some(0)));
    // A store that begins late.
    let mut store = Memory::new(Some(at(20)));
    store.adopt(&[spec("m", 10)]).unwrap();
    assert_eq!(read(&mut store, 18, 100).0.possible, None);
    let first = Instant::from_unix_nanos(20_000_000_000 - 1).unwrap();
    assert!(Known::From(at(20)).covers(Window { after: first, until: at(100) }, at(0)));
    assert_eq!(read(&mut store, 20, 100).0.possible, Some(0));
}

#[test]
fn memory_sweeps_limits_and_forgets() {
    let mut store = Memory::new(None).with_rows(3);
    store.adopt(&[spec("m", 10)]).unwrap();
    for (record, seconds) in [("a", 1), ("b", 2), ("c", 3), ("d", 4)] {
        commit(&mut store, record, seconds, &BTreeMap::new());
    }
    let (count, _) = read(&mut store, 0, 100);
    assert_eq!((count.certain, count.possible), (3, None));
    assert_eq!(read(&mut store, 1, 100).0.possible, Some(3));
    assert_eq!(store.sweep(at(12)).unwrap(), 1);
    assert_eq!(read(&mut store, 1, 100).0.possible, None);
    assert_eq!(read(&mut store, 2, 100).0.possible, Some(2));
    // A window that was lengthened waits.
    store.adopt(&[spec("m", 100)]).unwrap();
    assert_eq!(read(&mut store, 1, 100).0.possible, None);
    let erased = store.forget(&Whom::Record("c".into())).unwrap();
    assert_eq!(erased, Erased { entries: 1, judgings: 1, ..Erased::default() });
    assert_eq!(commit(&mut store, "c", 3, &BTreeMap::new()), Committed::Kept(vec![false]));
    let logged = store.logged(&judging("c", 3)).unwrap();
    assert!(matches!(logged, Some(Logged::Forgotten { .. })), "{logged:?}");
    let erased = store.forget(&Whom::Author("tg:77".into())).unwrap();
    assert_eq!(erased, Erased { entries: 1, judgings: 3, ..Erased::default() });
    assert_eq!(read(&mut store, 2, 100).0.certain, 0);
}

/// What the keeper does within a batch: the later record sees what the earlier one left, in a store of its own.
#[test]
fn histories_fill_another_store() {
    let mut store = Memory::new(None);
    store.adopt(&[spec("m", 10)]).unwrap();
    let keys = [key(r#"["tg:77"]"#)];
    let mut scratch = Memory::new(None);
    scratch.load(store.histories(&keys).unwrap());
    assert_eq!(read(&mut scratch, 0, 100).0.possible, Some(0));
    commit(&mut store, "a", 5, &BTreeMap::new());
    scratch.load(store.histories(&keys).unwrap());
    assert_eq!(read(&mut scratch, 0, 100), read(&mut store, 0, 100));
    scratch.join(&"b".into(), &delta(6));
    let (count, _) = read(&mut scratch, 0, 100);
    assert_eq!((count.certain, count.possible), (2, Some(2)));
    let histories = store.histories(&keys).unwrap();
    let (History::Counter(meanings), 1..) = &histories[&keys[0]] else { panic!("{histories:?}") };
    assert_eq!(meanings["m"].entries.len(), 1);
}

/// What a store with many entries under a key says about a window, for a record that has one of them.
fn reading(store: &mut Memory, asked: &Asked) -> Reading {
    let key = key(r#"["tg:77"]"#);
    let asks = Asks { record: "r3".into(), asked: [(key.clone(), asked.clone())].into() };
    store.read(&[asks]).unwrap().remove(0).readings.remove(&key).unwrap()
}

proptest! {
    /// The order of time that is kept for many entries stays that of the entries.
    #[test]
    fn many_entries_are_counted_as_if_anew(
        joined in vec((0_usize..24, entry()), 20..60),
        (after, until) in (instants(), instants()),
        (once_upheld, distinct) in (proptest::bool::ANY, proptest::bool::ANY),
    ) {
        let policy = policies()[usize::from(once_upheld)];
        let spec = CounterSpec { policy, ..spec("m", 100) };
        let value = distinct.then(|| "\"a\"".into());
        let window = Window { after, until };
        let asked = Asked::Count { meaning: "m".into(), window, since: at(0), policy, distinct, value };
        let key = key(r#"["tg:77"]"#);
        let mut store = Memory::new(None);
        store.adopt(std::slice::from_ref(&spec)).unwrap();
        let agrees = |store: &mut Memory| {
            let histories = store.histories(std::slice::from_ref(&key)).unwrap();
            let mut anew = Memory::new(None);
            anew.adopt(std::slice::from_ref(&spec)).unwrap();
            anew.load(histories.clone());
            let Reading::Count(count) = reading(store, &asked) else { panic!() };
            let same = Reading::Count(count.clone()) == reading(&mut anew, &asked);
            let (History::Counter(meanings), _) = &histories[&key] else { panic!() };
            let others = meanings["m"].entries.iter().filter(|(record, _)| &***record != "r3");
            let said = others.filter_map(|(_, entry)| match entry.contribution(policy) {
                Contribution::Certain(said) if window.contains(said.at) => Some(said),
                Contribution::Certain(_) | Contribution::Maybe(_) | Contribution::Nothing => None,
            });
            let said: Vec<_> = said.collect();
            let values: BTreeSet<_> = said.iter().filter_map(|said| said.value.clone()).collect();
            let weights = said.iter().map(|said| said.weight).sum();
            same && count.certain == if distinct { values.len() as u64 } else { weights }
        };
        for (number, entry) in joined {
            let meaning = "m".into();
            let entries = vec![EntryDelta { key: key.clone(), meaning, policy, entry }];
            store.join(&format!("r{number}").as_str().into(), &Delta { entries, ..Delta::default() });
            prop_assert!(agrees(&mut store));
        }
        store.forget(&Whom::Record("r5".into())).unwrap();
        prop_assert!(agrees(&mut store));
    }
}
