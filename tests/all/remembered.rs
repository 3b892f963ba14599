//! What explanations say of counters and marks: numbers, windows, and the messages behind them.

use crate::source::repository_root;
use lexloci::state::{History, Key, Kind, Known, MarkWhat, Memory, ROWS, Store};
use lexloci::{Compiler, Explanation, Found, Given, Instant, Keeper, Place, RuleSet, State, Why};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};

const RULES: &str = r#"jurisdiction EU { zone "Europe/Brussels" }
policy terms "Terms of service" {}
counter promises { per author.key  over 1 hour  since 2026-03-01  lateness 10 minutes  when text mentions "passive income" }
counter views { per author.key  over 1 hour  since 2026-03-01  when text mentions "passive income"  adds metrics.views }
mark warned on author
rule third { basis terms  when promises reaches 3  then limit, mark warned for 2 days }
rule many { basis terms  when text mentions "passive income" and promises >= 3 and views >= 15  on unknown review  then label }
rule again { basis terms  when text mentions "passive income" and warned is set  then demote }
"#;

fn set() -> RuleSet {
    Compiler::new().file("eu.loci", RULES).compile().unwrap_or_else(|failure| panic!("{failure}"))
}

/// Minutes after midnight in Brussels, on the first day that counts.
fn minute(minutes: i128) -> Instant {
    let start = Instant::parse("2026-02-28T23:00:00Z").unwrap();
    Instant::from_unix_nanos(start.unix_nanos() + minutes * 60_000_000_000).unwrap()
}

fn json(id: &str, minutes: i128, author: &str, text: &str) -> String {
    let (id, at) = (serde_json::json!(id), minute(minutes));
    format!(
        r#"{{ "id": {id}, "platform": "telegram", "sent_at": "{at}", "author": {author}, "metrics": {{ "views": 5 }},
            "parts": [{{ "kind": "text", "text": "{text}" }}] }}"#
    )
}

/// A message of one account.
fn promise(id: &str, minutes: i128) -> String {
    json(id, minutes, r#"{ "account": { "id": 7 } }"#, "Passive income!")
}

fn keeper(set: &RuleSet, begins: Option<Instant>) -> Keeper<Memory> {
    Keeper::new(set, Memory::new(begins)).unwrap()
}

fn keep(keeper: &mut Keeper<Memory>, place: Place, (json, minutes): (&str, i128)) {
    let given = Given { json: json.as_bytes(), places: &[place], at: minute(minutes) };
    let kept = keeper.judge(&[given]);
    kept.stored.unwrap();
    kept.decided.into_iter().for_each(|decided| drop(decided.unwrap()));
}

/// Why a message is decided as it is, by what a store knows.
fn explained(set: &RuleSet, store: &mut Memory, json: &str, minutes: i128) -> Explanation {
    let (place, at) = (set.place("EU").unwrap(), minute(minutes));
    let mut evaluator = set.evaluator();
    let mut message = evaluator.read(json.as_bytes()).unwrap();
    let state = message.recall(store, &[place], at).unwrap();
    message.explain(place, at, &state)
}

/// What an explanation says of a rule.
fn of_rule(explanation: &Explanation, rule: &str) -> String {
    explanation.rules.iter().find(|one| one.rule == rule).unwrap().to_string()
}

/// A store in which an account has made promises at some minutes.
fn after(set: &RuleSet, begins: Option<Instant>, promises: &[(&str, i128)]) -> Memory {
    let (mut keeper, place) = (keeper(set, begins), set.place("EU").unwrap());
    for (id, minutes) in promises {
        keep(&mut keeper, place, (&promise(id, *minutes), *minutes));
    }
    keeper.into_store()
}

#[test]
fn the_messages_that_count_are_named_as_a_time_line() {
    let set = set();
    let mut store = after(&set, None, &[("old", 30), ("a", 100), ("b", 125)]);
    let explanation = explained(&set, &mut store, &promise("c", 130), 130);
    insta::assert_snapshot!(explanation);
    let page = |store: &mut Memory| {
        let (record, at) = (set.read(promise("c", 130).as_bytes()).unwrap(), minute(130));
        let (mut evaluator, places) = (set.evaluator(), [set.place("EU").unwrap()]);
        let state = evaluator.message(&record).unwrap().recall(store, &places, at).unwrap();
        evaluator.page(&record, &places, at, &state).unwrap()
    };
    insta::assert_snapshot!("as_markdown", page(&mut store).markdown().as_str());
    let json: serde_json::Value = serde_json::from_str(page(&mut store).json().as_str()).unwrap();
    let rules = &json["sections"][0]["explanation"]["rules"];
    let third = rules.as_array().unwrap().iter().find(|rule| rule["rule"] == "eu.third").unwrap();
    insta::assert_json_snapshot!("as_json", third["memory"]);
}

#[test]
fn a_rule_that_does_not_fire_says_what_the_counter_had() {
    let set = set();
    let mut store = after(&set, None, &[("a", 100)]);
    let explanation = explained(&set, &mut store, &promise("c", 130), 130);
    assert_eq!(
        of_rule(&explanation, "eu.many"),
        "eu.many \"many\" did not fire.\n  \
         promises is 2; the rule needs `promises >= 3` (eu.loci:7:66).\n  \
         eu.promises of \"telegram:7\" is 2, counted after 2026-03-01 01:10 +01:00 and until 2026-03-01 02:20 +01:00:\n    \
         2026-03-01 01:40 +01:00 \"a\";\n    \
         2026-03-01 02:10 +01:00 this message.\n"
    );
}

#[test]
fn at_most_sixteen_messages_are_named() {
    let set = set();
    let ids: Vec<String> = (0..20).map(|n| format!("m{n}")).collect();
    let promises: Vec<(&str, i128)> =
        ids.iter().zip(100..).map(|(id, at)| (id.as_str(), at)).collect();
    let mut store = after(&set, None, &promises);
    let explanation = explained(&set, &mut store, &promise("last", 130), 130);
    let text = of_rule(&explanation, "eu.many");
    assert!(text.contains("is 21, "), "{text}");
    assert!(
        text.contains(":\n    4 messages before these;\n    2026-03-01 01:44 +01:00 \"m4\";\n"),
        "{text}"
    );
    assert_eq!(text.matches(" +01:00 \"m").count(), 32, "{text}");
    // Of what is added up, the store names sixteen and cannot say how many more there are.
    assert!(text.contains("is 105, ") && text.contains("perhaps messages before these"), "{text}");
}

#[test]
fn a_number_that_is_not_certain_says_why() {
    let set = set();
    let unknown = json("x", 120, "{}", "Passive income!");
    let begins = Some(minute(90));
    let mut store = after(&set, begins, &[("a", 100)]);
    for (store, json, expected) in [
        (
            &mut store,
            promise("c", 130),
            "is at least 2, counted after 2026-03-01 01:10 +01:00 and until 2026-03-01 02:20 +01:00:\n",
        ),
        (&mut Memory::new(None), promise("c", 130), "is at least 1, "),
        (&mut Memory::new(None), unknown, "Not known: author.key.\n"),
    ] {
        let text = of_rule(&explained(&set, store, &json, 130), "eu.many");
        assert!(text.contains(expected), "{text}");
    }
    let why = |store: &mut Memory| {
        let text = explained(&set, store, &promise("c", 130), 130).to_string();
        let why = text.lines().find_map(|line| line.strip_prefix("  Not certain: "));
        why.unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    let from =
        |time| format!("the store knows only what happened from 2026-03-01 {time} +01:00 on");
    let began = "it began then, or has removed what was older.";
    assert_eq!(why(&mut store), format!("{}: {began}", from("01:30")));
    // The counter counted something else until the rules were replaced.
    let other = RULES.replace("mentions \"passive income\" }", "mentions \"income\" }");
    let other = Compiler::new().file("eu.loci", other).compile().unwrap();
    let mut store = after(&other, None, &[("a", 100)]);
    store.adopt(&set.counters()).unwrap();
    let renewed = "before, the counter meant something else.";
    assert_eq!(why(&mut store), format!("{}: {renewed}", from("01:40:00.000000001")));
    let never = "the store was not told of this counter, or was told of another meaning of it.";
    assert_eq!(why(&mut Memory::new(None)), never);
    assert_eq!(why(&mut after(&other, None, &[("a", 100)])), never);
    let mut full = after(&set, None, &[("a", 100)]);
    let key = key(Kind::Counter, "eu.promises");
    let mut histories = full.histories(std::slice::from_ref(&key)).unwrap();
    if let History::Counter(kept) = &mut histories.get_mut(&key).unwrap().0 {
        let kept = kept.values_mut().next().unwrap();
        kept.known = Known::From(minute(95));
        let entry = kept.entries.values().next().unwrap().clone();
        kept.entries.extend((1..ROWS).map(|n| (n.to_string().as_str().into(), entry.clone())));
    }
    full.load(histories);
    let dropped = "there were too many messages to keep the older ones.";
    assert_eq!(why(&mut full), format!("{}: {dropped}", from("01:35")));
}

fn key(kind: Kind, item: &str) -> Key {
    Key { kind, item: item.into(), shadow: false, of: "[\"telegram:7\"]".into() }
}

#[test]
fn a_message_that_may_count_is_named_with_what_is_missing() {
    let set = Compiler::new()
        .file(
            "eu.loci",
            RULES.replace("when text mentions \"passive income\" }", "when chat.public }"),
        )
        .compile()
        .unwrap();
    let mut store = Keeper::new(&set, Memory::new(None)).unwrap().into_store();
    let text = of_rule(&explained(&set, &mut store, &promise("c", 130), 130), "eu.many");
    assert!(text.contains("eu.promises of \"telegram:7\" is between 0 and 1, "), "{text}");
    assert!(text.contains("    2026-03-01 02:10 +01:00 perhaps this message.\n"), "{text}");
    let doubt = "  Not certain: it is not known without chat.public whether this message counts.\n";
    assert!(text.contains(doubt), "{text}");
}

#[test]
fn what_no_store_was_asked_and_what_none_answered_says_so() {
    let (set, json) = (set(), promise("c", 130));
    let (place, mut evaluator) = (set.place("EU").unwrap(), set.evaluator());
    let mut message = evaluator.read(json.as_bytes()).unwrap();
    for (state, why) in [
        (State::default(), "not asked"),
        (State::silent("the store does not answer"), "the store does not answer"),
    ] {
        let text = of_rule(&message.explain(place, minute(130), &state), "eu.many");
        assert!(
            text.contains(&format!("eu.promises of \"telegram:7\" is not known: {why}.\n")),
            "{text}"
        );
    }
}

#[test]
fn a_mark_says_who_set_it_and_until_when() {
    let set = set();
    let mut store = after(&set, None, &[("a", 100), ("b", 101), ("c", 102)]);
    let text =
        |store: &mut Memory| of_rule(&explained(&set, store, &promise("d", 130), 130), "eu.again");
    let since = "eu.warned of \"telegram:7\" is set since 2026-03-01 01:42 +01:00, until 2026-03-03 01:42 +01:00";
    let by_rule = format!("  {since}, by eu.third on \"c\".\n");
    assert!(text(&mut store).contains(&by_rule), "{}", text(&mut store));
    let key = key(Kind::Mark, "eu.warned");
    store.mark(&key, "moderator:5", minute(110), &MarkWhat::Set { until: None }).unwrap();
    let by_person = "without an end, by eu.third on \"c\", \"moderator:5\" (a person).\n";
    assert!(text(&mut store).contains(by_person), "{}", text(&mut store));
    store.mark(&key, "moderator:5", minute(111), &MarkWhat::Clear).unwrap();
    assert!(
        text(&mut store).contains("eu.warned of \"telegram:7\" is not set.\n"),
        "{}",
        text(&mut store)
    );
}

#[test]
fn a_tree_of_steps_has_the_time_line_below_the_number() {
    let set = set();
    let mut store = after(&set, None, &[("a", 100)]);
    let (record, at) = (set.read(promise("c", 130).as_bytes()).unwrap(), minute(130));
    let mut evaluator = set.evaluator();
    let places = [set.place("EU").unwrap()];
    let state = evaluator.message(&record).unwrap().recall(&mut store, &places, at).unwrap();
    let steps = evaluator.steps_of("eu.many", &record, at, &state).unwrap().unwrap();
    let tree = lexloci::show::clauses(&steps);
    let line = "promises = 2\n          eu.promises of \"telegram:7\" is 2, counted after";
    assert!(tree.contains(line) && tree.contains("+01:00 this message.\n"), "{tree}");
    // An expression counts the message itself, too.
    let promises = set.expression("promises", places[0]).unwrap();
    let answer = evaluator.evaluate(&promises, &record, at, &state).unwrap();
    assert_eq!(answer.value, Ok(lexloci::Value::Int(2)));
}

/// A later version without the words: it did not bring the counter to three, though its strike stays.
#[test]
fn a_version_that_does_not_count_takes_nothing() {
    let set = set();
    let mut store = after(&set, None, &[("a", 100), ("b", 101), ("c", 102)]);
    let edited = json("c", 102, r#"{ "account": { "id": 7 } }"#, "Hello");
    let edited =
        edited.replace("\"author\"", &format!("\"edited_at\": \"{}\", \"author\"", minute(110)));
    let counted = edited.replace("Hello", "Passive income!");
    let took = |store: &mut Memory, json: &str| {
        let place = set.place("EU").unwrap();
        let mut evaluator = set.evaluator();
        let mut message = evaluator.read(json.as_bytes()).unwrap();
        // Of the edited version the rules ask nothing, so the counter is asked about as for the other one.
        let asks = set.evaluator().read(counted.as_bytes()).unwrap().asks(&[place], minute(110));
        let state = store.read(&[asks]).unwrap().remove(0);
        message.explain(place, minute(110), &state).to_string().contains("brings it to 3")
    };
    assert!(took(&mut store, &counted) && !took(&mut store, &edited));
}

/// The guide has the rules, and what is printed.
#[test]
fn the_guide_shows_what_is_explained() {
    let path = repository_root().join("docs/guide/memory.md");
    let guide = std::fs::read_to_string(&path).unwrap();
    let block = |begin: &str| guide.split(begin).nth(1).unwrap().split("```").next().unwrap();
    let set = Compiler::new().file("eu.loci", block("```loci\n")).compile().unwrap();
    assert!(set.warnings().is_empty(), "{:?}", set.warnings());
    let promises = [("a", 9), ("b", 12), ("c", 17), ("d", 18)];
    let mut store = after(&set, Some(minute(9 * 60)), &promises.map(|(id, hour)| (id, hour * 60)));
    let explanation = explained(&set, &mut store, &promise("c", 17 * 60), 17 * 60).to_string();
    let shown = block("```text\n");
    if std::env::var_os("LEXLOCI_UPDATE").is_some() {
        let text = format!("```text\n{shown}");
        let text = guide.replace(&text, &format!("```text\n{explanation}"));
        std::fs::write(&path, text).unwrap();
        return;
    }
    assert_eq!(shown, explanation);
}

/// The mark that a message itself set was not set when it was judged.
#[test]
fn a_judging_that_is_kept_is_explained_by_what_was_known_then() {
    let set = set();
    let mut store = after(&set, None, &[("a", 100), ("b", 101), ("c", 102), ("d", 105)]);
    let explanation = explained(&set, &mut store, &promise("c", 102), 102);
    assert!(
        of_rule(&explanation, "eu.again").contains("eu.warned of \"telegram:7\" is not set.\n")
    );
    assert!(matches!(
        explanation.rules.iter().find(|one| one.rule == "eu.third").unwrap().why,
        Why::Fired { .. }
    ));
    let text = of_rule(&explanation, "eu.third");
    assert!(
        !text.contains("\"d\"") && text.contains("this message, which brings it to 3.\n"),
        "{text}"
    );
}

#[test]
fn words_of_strangers_do_not_reach_the_terminal() {
    let set = set();
    let mut store = after(&set, None, &[("\u{1b}[31m\u{202e}a", 100)]);
    let text = of_rule(&explained(&set, &mut store, &promise("c", 130), 130), "eu.many");
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The messages that an explanation names are those that count: of the same account, with the words, in the window.
    #[test]
    fn explanations_name_the_messages_that_count(sent in vec((0_i128..180, any::<bool>()), 1..40)) {
        let set = set();
        let (mut keeper, place) = (keeper(&set, None), set.place("EU").unwrap());
        let ids: Vec<String> = (0..sent.len()).map(|n| format!("m{n:02}")).collect();
        for (number, (id, (minutes, promises))) in ids.iter().zip(&sent).enumerate() {
            let text = if *promises { "Passive income!" } else { "Hello" };
            let record = json(id, *minutes, r#"{ "account": { "id": 7 } }"#, text);
            if *promises {
                let explanation = explained(&set, keeper.store(), &record, *minutes);
                let before = ids.iter().zip(&sent).take(number);
                let mut counted: Vec<(i128, &str)> = before
                    .filter(|(_, (at, promises))| *promises && *at > minutes - 60 && *at <= minutes + 10)
                    .map(|(id, (at, _))| (*at, id.as_str()))
                    .collect();
                counted.sort_unstable();
                let more = counted.len().saturating_sub(16);
                let named = explanation.rules.iter().find(|one| one.rule == "eu.many").unwrap();
                let memory = match &named.why {
                    Why::Fired { memory, .. } => memory,
                    Why::NotMet(condition) => &condition.memory,
                    other => panic!("{other:?}"),
                };
                let one = memory.iter().find(|one| &*one.seen.name == "eu.promises").unwrap();
                let tally = one.tally.as_ref().unwrap();
                prop_assert_eq!(tally.before, Some(more as u64));
                let Found::Count { certain, earlier, .. } = &one.seen.found else { panic!() };
                prop_assert_eq!(*certain, counted.len() as u64 + 1);
                let named: Vec<(i128, &str)> = earlier
                    .iter()
                    .rev()
                    .map(|one| ((one.at.unix_nanos() - minute(0).unix_nanos()) / 60_000_000_000, &*one.record))
                    .collect();
                prop_assert_eq!(&named[..], &counted[more..]);
            }
            keep(&mut keeper, place, (&record, *minutes));
        }
    }
}
