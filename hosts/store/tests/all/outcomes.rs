//! Outcomes that last for some time, from when their rule first asked for them, with each store.

use crate::agree::server;
use lexloci::state::{Line, Memory, Store, Whom};
use lexloci::{Compiler, Given, Instant, Keeper, RuleSet};
use lexloci_store::Sqlite;

fn rules() -> RuleSet {
    let eu = r#"
        jurisdiction EU { zone "UTC" }
        policy terms "Terms of service" {}
        rule promise { basis terms  when text mentions "passive income"  then label for 7 days, review }"#;
    Compiler::new().file("eu.loci", eu).compile().unwrap()
}

fn day(day: u32) -> Instant {
    Instant::parse(&format!("2026-03-{day:02}T12:00:00Z")).unwrap()
}

/// Since when and until when the label is asked for on some days; `None` if it is not.
fn labels<S: Store>(keeper: &mut Keeper<S>, days: &[u32]) -> Vec<Option<[Option<Instant>; 2]>> {
    let json = format!(
        r#"{{ "id": "m", "platform": "telegram", "sent_at": "{}", "author": {{ "account": {{ "id": 7 }} }},
            "parts": [{{ "kind": "text", "text": "Passive income!" }}] }}"#,
        day(1)
    );
    let places = [keeper.rule_set().place("EU").unwrap()];
    let judge = |day: Instant| {
        let kept = keeper.judge(&[Given { json: json.as_bytes(), places: &places, at: day }]);
        kept.stored.unwrap();
        let decided = kept.decided.into_iter().next().unwrap().unwrap();
        let [decision] = &*decided.decisions else { panic!("{decided:?}") };
        assert_eq!(decision.obligations[0].action, "review");
        decision.outcomes.first().map(|label| [label.since, label.until])
    };
    days.iter().copied().map(day).map(judge).collect()
}

/// Does the same with a store of each kind: the one that begins, and one that goes on.
fn first_asked<S: Store>(store: S, another: impl FnOnce(S) -> S) {
    let set = rules();
    let mut keeper = Keeper::new(&set, store).unwrap();
    let (since, until) = (Some(day(3)), Some(day(10)));
    assert_eq!(labels(&mut keeper, &[4, 3]), [Some([None, Some(day(11))]), Some([None, until])]);
    let mut keeper = Keeper::new(&set, another(keeper.into_store())).unwrap();
    let expected = [Some([since, until]), Some([since, until]), None, Some([None, until])];
    assert_eq!(labels(&mut keeper, &[5, 9, 10, 3]), expected);
    let author = Whom::Author("telegram:7".into());
    let firsts = |store: &mut S| {
        let lines = store.show(&author).unwrap().into_iter();
        lines
            .filter_map(|line| match line {
                Line::First { key, at, .. } => Some((key.to_string(), at)),
                _ => None,
            })
            .collect::<Vec<_>>()
    };
    let label = "outcome label by eu.promise in EU for m";
    assert_eq!(firsts(keeper.store()), [(label.to_owned(), day(3))]);
    assert_eq!(keeper.store().forget(&author).unwrap().firsts, 1);
    assert_eq!(firsts(keeper.store()), []);
}

#[test]
fn the_time_of_an_outcome_begins_once_in_each_store() {
    first_asked(Memory::new(None), |store| store);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    first_asked(Sqlite::open(&path, None).unwrap(), |store| {
        drop(store);
        Sqlite::open(&path, None).unwrap()
    });
    if let Some(server) = server() {
        first_asked(server.store("outcomes", None), |store| {
            drop(store);
            server.store("outcomes", None)
        });
    }
}

/// Two hosts look at one message at the same time. One of them was first.
#[test]
fn of_two_hosts_one_was_first() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let found = std::thread::scope(|scope| {
        let host = |at: u32| {
            let path = &path;
            scope.spawn(move || {
                let store = Sqlite::open(path, None).unwrap();
                labels(&mut Keeper::new(&rules(), store).unwrap(), &[at]).remove(0)
            })
        };
        [host(1), host(2)].map(|host| host.join().unwrap().unwrap())
    });
    assert_eq!(found[0], [None, Some(day(8))]);
    assert!([[None, Some(day(9))], [Some(day(1)), Some(day(8))]].contains(&found[1]), "{found:?}");
    let store = Sqlite::open(&path, None).unwrap();
    let later = labels(&mut Keeper::new(&rules(), store).unwrap(), &[3]);
    assert_eq!(later, [Some([Some(day(1)), Some(day(8))])]);
}
