//! Outcomes that last for some time, from when their rule first asked for them: by the keeper and a store in memory.

use lexloci::state::{Asked, Delta, Kind, Memory, Reading, Store, Whom};
use lexloci::{Compiler, Decided, Decision, Given, Instant, Keeper, Method, Place, RuleSet, State};

const NANOS_A_DAY: i128 = 86_400_000_000_000;
const METHODS: [Method; 3] = [Method::Engine, Method::Unindexed, Method::Interpreter];

/// A rule of the EU, with outcomes of all kinds, and what other files say.
fn rules(others: &[(&str, &str)]) -> RuleSet {
    let eu = r#"
        jurisdiction EU { zone "UTC" }
        policy terms "Terms of service" {}
        rule promise "Promises of income" {
          basis terms
          when text mentions "passive income"
          then label for 7 days, suspend author for 2 days, suspend chat for 3 days, review
        }
        rule dated "What lasts from an instant of the message" {
          basis terms
          when text mentions "tomorrow"
          then limit until sent_at + 1 day, demote for 1 day from report.received_at, restrict, review
        }"#;
    let mut compiler = Compiler::new().file("eu.loci", eu);
    for (name, text) in others {
        compiler = compiler.file(*name, *text);
    }
    compiler.compile().unwrap_or_else(|failure| panic!("{failure}"))
}

fn day(day: u32) -> Instant {
    Instant::parse(&format!("2026-03-{day:02}T12:00:00Z")).unwrap()
}

/// A message that was sent on the first day.
fn message(id: &str, text: &str, more: &str) -> String {
    format!(
        r#"{{ "id": "{id}", "platform": "telegram", "sent_at": "{}",
            "author": {{ "account": {{ "id": 7 }} }}, "chat": {{ "id": -100, "type": "channel", "public": true }},
            "visibility": {{ "audience": "public", "countries": "*" }},
            "parts": [{{ "kind": "text", "text": "{text}" }}] {more} }}"#,
        day(1)
    )
}

fn promise(id: &str) -> String {
    message(id, "Passive income!", "")
}

fn keeper(set: &RuleSet) -> Keeper<Memory> {
    Keeper::new(set, Memory::new(None)).unwrap()
}

fn judge(keeper: &mut Keeper<Memory>, place: &str, json: &str, at: Instant) -> Decision {
    let places = [keeper.rule_set().place(place).unwrap()];
    let kept = keeper.judge(&[Given { json: json.as_bytes(), places: &places, at }]);
    kept.stored.unwrap();
    let mut decided = kept.decided.into_iter().next().unwrap().unwrap();
    decided.decisions.remove(0)
}

/// `label since 1 until 8`
fn outcomes(decision: &Decision) -> Vec<String> {
    let days = |word: &str, at: Option<Instant>| {
        let first = day(1).unix_nanos() / NANOS_A_DAY;
        at.map_or(String::new(), |at| {
            format!(" {word} {}", at.unix_nanos() / NANOS_A_DAY - first + 1)
        })
    };
    let one = |one: &lexloci::Outcome| {
        format!("{one}{}{}", days("since", one.since), days("until", one.until))
    };
    decision.outcomes.iter().map(one).collect()
}

#[test]
fn the_time_of_an_outcome_begins_when_its_rule_first_asks_for_it() {
    let set = rules(&[]);
    let mut keeper = keeper(&set);
    for (at, expected) in [
        (1, &["label until 8", "suspend author until 3", "suspend chat until 4"][..]),
        (
            2,
            &[
                "label since 1 until 8",
                "suspend author since 1 until 3",
                "suspend chat since 1 until 4",
            ],
        ),
        (3, &["label since 1 until 8", "suspend chat since 1 until 4"]),
        (7, &["label since 1 until 8"]),
        (8, &[]),
        (30, &[]),
    ] {
        let decision = judge(&mut keeper, "EU", &promise("m"), day(at));
        assert_eq!(outcomes(&decision), expected, "{at}");
        // The rule fires all the same, and what it asks of people is asked for.
        assert_eq!(decision.matched.len(), 1);
        assert_eq!(decision.obligations[0].action, "review");
        assert!(decision.complete);
    }
    // Another message has a time of its own.
    let other = judge(&mut keeper, "EU", &promise("other"), day(30));
    assert_eq!(other.outcomes.len(), 3);
}

/// The version of a message does not matter, as a record counts once in a counter.
#[test]
fn an_edit_does_not_begin_the_time_anew() {
    let set = rules(&[]);
    let mut keeper = keeper(&set);
    judge(&mut keeper, "EU", &promise("m"), day(1));
    let edited = message("m", "More passive income!", &format!(r#", "edited_at": "{}""#, day(5)));
    assert_eq!(outcomes(&judge(&mut keeper, "EU", &edited, day(5))), ["label since 1 until 8"]);
}

#[test]
fn judgings_in_another_order_give_the_same() {
    let set = rules(&[]);
    let days = [1, 4, 2, 4, 6];
    let mut orders = vec![days.to_vec(), days.iter().rev().copied().collect()];
    orders.push(vec![4, 6, 1, 1, 2]);
    let kept = orders.into_iter().map(|order| {
        let mut keeper = keeper(&set);
        for at in order {
            judge(&mut keeper, "EU", &promise("m"), day(at));
        }
        let first = judge(&mut keeper, "EU", &promise("m"), day(7));
        let lines = keeper.store().show(&Whom::Record("m".into())).unwrap();
        let is_first =
            |line: &lexloci::state::Line| matches!(line, lexloci::state::Line::First { .. });
        (outcomes(&first), lines.into_iter().filter(is_first).collect::<Vec<_>>())
    });
    let kept: Vec<_> = kept.collect();
    assert_eq!(kept[0].0, ["label since 1 until 8"]);
    assert_eq!(kept[0].1.len(), 3);
    assert!(kept.iter().all(|one| *one == kept[0]), "{kept:#?}");
    // A judging before the first one that is kept begins the time.
    let mut keeper = keeper(&set);
    judge(&mut keeper, "EU", &promise("m"), day(10));
    let earlier = judge(&mut keeper, "EU", &promise("m"), day(4));
    assert_eq!(outcomes(&earlier)[0], "label until 11");
    assert_eq!(outcomes(&judge(&mut keeper, "EU", &promise("m"), day(10)))[0], "label until 17");
    assert_eq!(
        outcomes(&judge(&mut keeper, "EU", &promise("m"), day(9))),
        ["label since 4 until 11"]
    );
}

#[test]
fn the_first_of_a_batch_begins_the_time_for_the_others() {
    let set = rules(&[]);
    let mut keeper = keeper(&set);
    let (json, places) = (promise("m"), [set.place("EU").unwrap()]);
    let given = |at| Given { json: json.as_bytes(), places: &places, at: day(at) };
    let kept = keeper.judge(&[given(1), given(2), given(8), given(1)]);
    kept.stored.unwrap();
    let decided: Vec<Decided> = kept.decided.into_iter().map(Result::unwrap).collect();
    let labels = decided.iter().map(|one| outcomes(&one.decisions[0]).into_iter().next());
    let labels: Vec<_> = labels.map(Option::unwrap_or_default).collect();
    assert_eq!(labels, ["label until 8", "label since 1 until 8", "", "label until 8"]);
}

/// The decisions about a message on some days, by each method.
fn decided_on(days: &[u32], state: &State) -> Vec<Decision> {
    let set = rules(&[]);
    let place = set.place("EU").unwrap();
    let by = |method| {
        let mut evaluator = set.evaluator_by(method);
        let json = promise("m");
        let mut message = evaluator.read(json.as_bytes()).unwrap();
        let decided = |at: &u32| message.decide(place, day(*at), state).into_decision();
        days.iter().map(decided).collect::<Vec<_>>()
    };
    METHODS.into_iter().flat_map(by).collect()
}

#[test]
fn without_a_store_the_time_begins_with_the_decision() {
    let decisions = decided_on(&[1, 9], &State::default());
    let labels: Vec<_> = decisions.iter().map(|one| outcomes(one).swap_remove(0)).collect();
    assert_eq!(labels, ["label until 8", "label until 16"].repeat(3));
    assert!(decisions.iter().all(|one| one.complete));
}

#[test]
fn a_store_that_does_not_answer_leaves_the_end_unknown() {
    for decision in decided_on(&[9], &State::silent("no connection")) {
        assert_eq!(outcomes(&decision), ["label", "suspend author", "suspend chat"]);
        assert_eq!(
            decision.outcomes[0].until_missing,
            ["the start of label by eu.promise in EU (no connection)"]
        );
        assert!(!decision.complete);
    }
}

#[test]
fn only_rules_that_may_fire_ask_and_only_for_what_begins_then() {
    let set = rules(&[]);
    let eu = [set.place("EU").unwrap()];
    for method in METHODS {
        let mut evaluator = set.evaluator_by(method);
        let mut asks = |json: &str| {
            let asks = evaluator.read(json.as_bytes()).unwrap().asks(&eu, day(1));
            let keys = asks.asked.iter().map(|(key, asked)| {
                assert_eq!((key.kind, asked), (Kind::First, &Asked::First));
                key.to_string()
            });
            keys.collect::<Vec<_>>()
        };
        assert_eq!(asks(&message("m", "Good morning", "")), [""; 0], "{method:?}");
        // No time begins when this rule first asks for something.
        assert_eq!(asks(&message("m", "Tomorrow", "")), [""; 0], "{method:?}");
        assert_eq!(
            asks(&promise("m")),
            [
                "outcome label by eu.promise in EU for m",
                "outcome suspend author by eu.promise in EU for m",
                "outcome suspend chat by eu.promise in EU for m",
            ],
            "{method:?}"
        );
    }
}

/// Germany has an exception until the fifth, and an exception to it.
const GERMANY: &str = r#"
    jurisdiction DE { zone "UTC" }
    policy local "Local" {}
    exception lawful to eu.promise {
      basis local
      in force until 2026-03-05
      when chat.public
    }
    exception unlawful to lawful { basis local  when text mentions "abroad" }"#;

#[test]
fn a_place_whose_file_can_lift_the_rule_has_a_time_of_its_own() {
    let set = rules(&[("de.loci", GERMANY)]);
    let mut keeper = keeper(&set);
    let mut label = |place: &str, at: u32| {
        let decision = judge(&mut keeper, place, &promise("m"), day(at));
        outcomes(&decision).into_iter().next().unwrap_or_default()
    };
    assert_eq!(label("DE", 1), "");
    assert_eq!(label("DE-BY", 2), "");
    assert_eq!(label("FR", 3), "label since 1 until 8");
    assert_eq!(label("DE", 6), "label until 13");
    assert_eq!(label("DE-BY", 7), "label since 6 until 13");
    assert_eq!(label("FR", 9), "");
    assert_eq!(label("DE", 9), "label since 6 until 13");
}

#[test]
fn asking_for_other_places_changes_nothing_that_is_kept() {
    let set = rules(&[("de.loci", GERMANY), ("kz.loci", "jurisdiction KZ { zone \"UTC\" }")]);
    let delta = |method, codes: &[&str], json: &str, at| -> Delta {
        let places: Vec<Place> = codes.iter().map(|code| set.place(code).unwrap()).collect();
        let mut evaluator = set.evaluator_by(method);
        let mut message = evaluator.read(json.as_bytes()).unwrap();
        let asks = message.asks(&places, at);
        let state = Memory::new(None).read(&[asks]).unwrap().remove(0);
        message.judge(&places, at, &state).into_parts().1
    };
    let abroad = message("m", "Passive income abroad", "");
    let only_kz =
        message("m", "Passive income", "").replace(r#""countries": "*""#, r#""countries": ["KZ"]"#);
    for (json, at, expected) in [
        (promise("m"), 1, &["EU"][..]),
        (promise("m"), 6, &["DE", "EU"]),
        (abroad, 1, &["DE", "EU"]),
        (only_kz, 1, &[]),
    ] {
        for method in METHODS {
            for codes in [&["FR"][..], &["KZ"], &["DE"], &["FR", "KZ", "DE", "EU"], &[]] {
                let delta = delta(method, codes, &json, day(at));
                let labels = delta.firsts.iter().filter(|(key, _)| key.item.starts_with("label"));
                let places = labels.map(|(key, _)| key.item.rsplit(' ').next().unwrap());
                assert_eq!(places.collect::<Vec<_>>(), expected, "{method:?} {codes:?} {json}");
                assert!(delta.firsts.iter().all(|(_, first)| *first == day(at)));
            }
        }
    }
}

/// What the store knows already is not written again, and what it knows of later is.
#[test]
fn only_earlier_times_are_written() {
    let set = rules(&[]);
    let places = [set.place("EU").unwrap()];
    for method in METHODS {
        let mut evaluator = set.evaluator_by(method);
        let json = promise("m");
        let mut message = evaluator.read(json.as_bytes()).unwrap();
        let mut firsts = |known: u32| {
            let asks = message.asks(&places, day(3));
            let readings =
                asks.asked.into_keys().map(|key| (key, Reading::First(Some(day(known)))));
            let state = State { readings: readings.collect(), ..State::default() };
            message.judge(&places, day(3), &state).delta().firsts.len()
        };
        assert_eq!([firsts(2), firsts(3), firsts(4)], [0, 0, 3], "{method:?}");
    }
}

/// A rule in shadow asks for nothing, so no time begins. When it goes live, it does.
#[test]
fn in_shadow_no_time_begins() {
    let text = |mode: &str| {
        format!(
            "jurisdiction FR {{ zone \"UTC\" }}\npolicy local \"Local\" {{}}\n\
             rule tried {{ basis local {mode} when text mentions \"tomorrow\" then age_restrict for 2 days }}"
        )
    };
    let shadow = rules(&[("fr.loci", &text("mode shadow"))]);
    let mut keeper = keeper(&shadow);
    let json = message("m", "Tomorrow", "");
    assert_eq!(judge(&mut keeper, "FR", &json, day(1)).shadow.len(), 1);
    keeper.replace(&rules(&[("fr.loci", &text(""))])).unwrap();
    let live = judge(&mut keeper, "FR", &json, day(20));
    assert!(outcomes(&live).contains(&"age_restrict until 22".to_owned()), "{live:?}");
}

#[test]
fn an_explanation_says_since_when_an_outcome_is_asked_for() {
    let set = rules(&[]);
    let mut keeper = keeper(&set);
    judge(&mut keeper, "EU", &promise("m"), day(1));
    let mut explained = |at: u32| {
        let (mut evaluator, json) = (set.evaluator(), promise("m"));
        let mut message = evaluator.read(json.as_bytes()).unwrap();
        let places = [set.place("EU").unwrap()];
        let state = message.recall(keeper.store(), &places, day(at)).unwrap();
        let text = message.explain(places[0], day(at), &state).to_string();
        let asks = text.lines().filter(|line| line.contains("It asks for"));
        asks.map(|line| line.trim().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(
        explained(3),
        [
            "It asks for label since 2026-03-01 12:00 UTC until 2026-03-08 12:00 UTC.",
            "It asks for suspend author since 2026-03-01 12:00 UTC until 2026-03-03 12:00 UTC, which is over.",
            "It asks for suspend chat since 2026-03-01 12:00 UTC until 2026-03-04 12:00 UTC.",
            "It asks for review.",
        ]
    );
    // The judging that is kept began the time.
    assert_eq!(explained(1)[0], "It asks for label until 2026-03-08 12:00 UTC.");
}

/// The receipt of a decision says that it rests on what the store answered.
#[test]
fn what_was_asked_first_is_part_of_the_receipt_and_of_the_schema() {
    let schema = serde_json::from_str(lexloci::DECISION_SCHEMA).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let set = rules(&[]);
    let mut keeper = keeper(&set);
    let (json, places) = (promise("m"), [set.place("FR").unwrap()]);
    let states = [1, 2].map(|at| {
        let kept = keeper.judge(&[Given { json: json.as_bytes(), places: &places, at: day(at) }]);
        kept.stored.unwrap();
        let decided = kept.decided.into_iter().next().unwrap().unwrap();
        // That of the file of the EU is returned too: what it asks for is owed.
        let asked: Vec<bool> = decided.decisions.iter().map(|one| one.asked).collect();
        assert_eq!(asked, [true, false]);
        let line = serde_json::to_value(&decided).unwrap();
        let faults: Vec<_> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}\n{line:#}");
        assert_eq!(serde_json::from_value::<Decided>(line).unwrap(), decided);
        decided.receipt.unwrap().state.unwrap()
    });
    assert_ne!(states[0], states[1]);
}
