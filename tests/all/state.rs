//! Counters and marks: decisions with what earlier messages left behind, by the keeper and a store in memory.

use crate::shipped::at_root;
use lexloci::state::{Delta, Memory, Store, Whom};
use lexloci::{Compiler, Decision, Given, Instant, Keeper, Method, Place, RuleSet, State};

/// A rule set with one file for the EU.
fn rules(text: &str) -> RuleSet {
    let file = format!(
        "jurisdiction EU {{ zone \"Europe/Brussels\" }}\npolicy terms \"Terms of service\" {{}}\n{text}"
    );
    Compiler::new().file("eu.loci", &file).compile().unwrap_or_else(|failure| panic!("{failure}"))
}

fn place(code: &str) -> Place {
    rules("").place(code).unwrap()
}

/// An instant on the first days of March 2026: minutes after midnight.
fn minute(minutes: i128) -> Instant {
    let start = Instant::parse("2026-03-01T00:00:00Z").unwrap();
    Instant::from_unix_nanos(start.unix_nanos() + minutes * 60_000_000_000).unwrap()
}

/// A message of an account, with more fields as JSON.
fn message(id: u32, minutes: i128, text: &str, more: &str) -> String {
    let at = minute(minutes);
    format!(
        r#"{{ "id": "m{id}", "platform": "telegram", "sent_at": "{at}",
            "author": {{ "account": {{ "id": 7 }} }}, "chat": {{ "id": -100, "type": "channel", "public": true }},
            "visibility": {{ "audience": "public", "countries": "*" }},
            "parts": [{{ "kind": "text", "text": "{text}" }}] {more} }}"#
    )
}

/// Judges a message when it is sent, and returns the decision for the EU.
fn judge(keeper: &mut Keeper<Memory>, json: &str, at: Instant) -> Decision {
    let places = [place("EU")];
    let kept = keeper.judge(&[Given { json: json.as_bytes(), places: &places, at }]);
    kept.stored.unwrap();
    let mut decided = kept.decided.into_iter().next().unwrap().unwrap();
    decided.decisions.remove(0)
}

fn keeper(text: &str) -> Keeper<Memory> {
    Keeper::new(&rules(text), Memory::new(None)).unwrap()
}

const PROMISES: &str = r#"
counter promises { per author.key  over 24 hours  since 2026-01-01  when text mentions "passive income" }
rule second { basis terms  when promises reaches 2  then label for 168 hours }
rule third  { basis terms  when promises reaches 3  then limit }
"#;

#[test]
fn a_threshold_is_taken_once() {
    let mut keeper = keeper(PROMISES);
    let outcomes: Vec<_> = (0..5)
        .map(|n| {
            let json = message(n, i128::from(n) * 60, "Passive income!", "");
            judge(&mut keeper, &json, minute(i128::from(n) * 60)).outcome.to_string()
        })
        .collect();
    assert_eq!(outcomes, ["none", "label", "limit", "none", "none"]);
}

#[test]
fn a_window_ends_to_the_nanosecond() {
    let hits = |minutes: i128| {
        let mut keeper = keeper(PROMISES);
        judge(&mut keeper, &message(1, 0, "Passive income!", ""), minute(0));
        let json = message(2, minutes, "Passive income!", "");
        judge(&mut keeper, &json, minute(minutes)).outcome.to_string()
    };
    assert_eq!([hits(24 * 60 - 1), hits(24 * 60)], ["label", "none"]);
}

#[test]
fn a_redelivery_gives_the_logged_decision_and_changes_nothing() {
    let mut keeper = keeper(PROMISES);
    let first = message(1, 0, "Passive income!", "");
    let second = message(2, 1, "Passive income!", "");
    judge(&mut keeper, &first, minute(0));
    let label = judge(&mut keeper, &second, minute(1));
    assert_eq!(label.outcome, "label");
    for _ in 0..3 {
        assert_eq!(judge(&mut keeper, &second, minute(1)), label);
        assert_eq!(judge(&mut keeper, &first, minute(0)).outcome, "none");
    }
    assert_eq!(
        judge(&mut keeper, &message(3, 2, "Passive income!", ""), minute(2)).outcome,
        "limit"
    );
}

#[test]
fn a_version_that_was_forgotten_counts_neither_in_a_batch_nor_after_it() {
    let mut keeper = keeper(PROMISES);
    let (first, second) =
        (message(1, 0, "Passive income!", ""), message(2, 1, "Passive income!", ""));
    judge(&mut keeper, &first, minute(0));
    keeper.store().forget(&Whom::Author("telegram:7".into())).unwrap();
    // Other judgings of the same version: a later look, and a look with a ruling.
    let places = [place("EU")];
    let ruled = message(1, 0, "Passive income!", &ruling(5, "upheld"));
    let batch = [(&first, 10), (&ruled, 11), (&second, 12)];
    let given =
        batch.map(|(json, at)| Given { json: json.as_bytes(), places: &places, at: minute(at) });
    let kept = keeper.judge(&given);
    kept.stored.unwrap();
    let outcomes: Vec<_> =
        kept.decided.into_iter().map(|one| one.unwrap().decisions[0].outcome.to_string()).collect();
    assert_eq!(outcomes, ["none", "none", "none"]);
    let third = message(3, 13, "Passive income!", "");
    assert_eq!(judge(&mut keeper, &third, minute(13)).outcome, "label");
    // What the author does now counts.
    let edited = format!(r#", "edited_at": "{}""#, minute(14));
    let edited = message(1, 0, "Passive income!!", &edited);
    assert_eq!(judge(&mut keeper, &edited, minute(14)).outcome, "limit");
}

/// A question about other places is answered by what was known when the message was judged, and without its own marks.
#[test]
fn a_judging_of_other_places_sees_no_mark_that_it_set() {
    let rules = |more: &str| {
        let eu = format!(
            "jurisdiction EU {{ zone \"Europe/Brussels\" }}\npolicy terms \"Terms\" {{}}\n{PROMISES}
            mark warned on author \"Warned\"
            rule warn {{ basis terms  when promises reaches 3  then mark warned for 30 days }}\n{more}"
        );
        let fr = "jurisdiction FR { zone \"Europe/Paris\" }\npolicy house \"House\" {}
            rule after { basis house  when text mentions \"passive income\" and eu.warned is set  then demote }
            rule fourth { basis house  when eu.promises >= 4  then age_restrict }";
        let files = Compiler::new().file("eu.loci", &eu).file("fr.loci", fr);
        files.compile().unwrap_or_else(|failure| panic!("{failure}"))
    };
    let read_in_the_eu = "rule again { basis terms  when text mentions \"passive income\" and warned is set  then restrict }
        rule many { basis terms  when promises >= 4  then restrict }";
    for more in ["", read_in_the_eu] {
        let set = rules(more);
        let mut keeper = Keeper::new(&set, Memory::new(None)).unwrap();
        let mut outcome = |n: u32, code: &str| {
            let (json, places) =
                (message(n, n.into(), "Passive income!", ""), [set.place(code).unwrap()]);
            let given = Given { json: json.as_bytes(), places: &places, at: minute(n.into()) };
            let kept = keeper.judge(&[given]);
            kept.stored.unwrap();
            kept.decided.into_iter().next().unwrap().unwrap().decisions[0].outcome.to_string()
        };
        let outcomes: Vec<_> = (1..=3).map(|n| outcome(n, "DE")).collect();
        assert_eq!(outcomes, ["none", "label", "limit"]);
        assert_eq!(outcome(3, "FR"), "limit");
        if !more.is_empty() {
            assert_eq!(outcome(4, "DE"), "restrict");
            // What was asked then is known as it was then.
            assert_eq!(outcome(3, "FR"), "limit");
        }
    }
}

#[test]
fn a_later_look_says_what_the_record_took() {
    let mut keeper = keeper(PROMISES);
    for n in 0..4 {
        let json = message(n, n.into(), "Passive income!", "");
        judge(&mut keeper, &json, minute(n.into()));
    }
    let again = message(1, 1, "Passive income!", "");
    assert_eq!(judge(&mut keeper, &again, minute(30)).outcome, "label");
}

#[test]
fn records_of_one_batch_see_those_before_them() {
    let mut keeper = keeper(PROMISES);
    let jsons: Vec<String> = (0..4).map(|n| message(n, n.into(), "Passive income!", "")).collect();
    let places = [place("EU")];
    let batch: Vec<Given<'_>> = jsons
        .iter()
        .zip(0..)
        .map(|(json, n)| Given { json: json.as_bytes(), places: &places, at: minute(n) })
        .collect();
    let kept = keeper.judge(&batch);
    kept.stored.unwrap();
    let outcomes: Vec<_> =
        kept.decided.into_iter().map(|one| one.unwrap().decisions[0].outcome.to_string()).collect();
    assert_eq!(outcomes, ["none", "label", "limit", "none"]);
}

const STRIKES: &str = r#"
rule offer { basis terms  when text mentions "passive income"  then review }
counter violations { per author.key  over 90 days  since 2026-01-01  counts rules offer upheld }
mark warned on author "Warned"
rule warn { basis terms  when violations reaches 3  then notify to author, mark warned for 180 days }
rule frequent { basis terms  when text mentions "passive income" and warned is set and violations >= 3  then limit }
"#;

fn ruling(minutes: i128, verdict: &str) -> String {
    let at = minute(minutes);
    format!(
        r#", "reports": {{ "rulings": [{{ "given_at": "{at}", "place": "EU", "rules": ["eu.offer"], "verdict": "{verdict}" }}] }}"#
    )
}

/// An edit comes with the rulings on the versions before it.
#[test]
fn an_edit_brings_back_no_version_that_was_forgotten() {
    let first = message(1, 0, "Passive income!", &ruling(5, "upheld"));
    let version = format!(r#""version": "{}", "rules""#, minute(0));
    let more = format!(r#", "edited_at": "{}""#, minute(10)) + &ruling(5, "upheld");
    let edited = message(1, 0, "Good morning", &more.replace(r#""rules""#, &version));
    let next = |id| message(id, 11, "Passive income!", "");
    for (is_forgotten, expected) in [(false, "limit"), (true, "none")] {
        let mut keeper =
            keeper(&STRIKES.replace("warned is set and violations >= 3", "violations >= 1"));
        judge(&mut keeper, &first, minute(6));
        if is_forgotten {
            keeper.store().forget(&Whom::Author("telegram:7".into())).unwrap();
        }
        let (second, places) = (next(2), [place("EU")]);
        let batch = [(&edited, 12), (&second, 13)];
        let given = batch.map(|(json, at)| Given {
            json: json.as_bytes(),
            places: &places,
            at: minute(at),
        });
        let kept = keeper.judge(&given);
        kept.stored.unwrap();
        let second = kept.decided.into_iter().next_back().unwrap().unwrap();
        assert_eq!(second.decisions[0].outcome, expected);
        assert_eq!(judge(&mut keeper, &next(3), minute(14)).outcome, expected);
    }
}

#[test]
fn posts_ruled_on_in_reverse_order_count() {
    let mut keeper = keeper(STRIKES);
    for n in 1..=3 {
        let json = message(n, n.into(), "Passive income!", "");
        let decision = judge(&mut keeper, &json, minute(n.into()));
        assert_eq!(decision.obligations[0].action, "review");
    }
    let mut warned = vec![];
    for (n, at) in [(3, 100), (2, 101), (1, 102)] {
        let json = message(n, n.into(), "Passive income!", &ruling(at, "upheld"));
        let decision = judge(&mut keeper, &json, minute(at));
        warned.push(decision.matched.iter().any(|one| one.rule == "eu.warn"));
        assert_eq!(!decision.marks.is_empty(), warned[warned.len() - 1]);
    }
    assert_eq!(warned, [false, false, true]);
    let next = judge(&mut keeper, &message(4, 200, "Passive income!", ""), minute(200));
    assert_eq!(next.outcome, "limit");
}

#[test]
fn a_reversal_takes_back_the_strike_and_the_mark() {
    let mut keeper = keeper(STRIKES);
    for n in 1..=3 {
        let json = message(n, n.into(), "Passive income!", &ruling(10, "upheld"));
        judge(&mut keeper, &json, minute(10 + i128::from(n)));
    }
    let limited = judge(&mut keeper, &message(4, 200, "Passive income!", ""), minute(200));
    assert_eq!(limited.outcome, "limit");
    let json = message(1, 1, "Passive income!", &ruling(300, "reversed"));
    judge(&mut keeper, &json, minute(300));
    let next = judge(&mut keeper, &message(5, 400, "Passive income!", ""), minute(400));
    assert_eq!(next.outcome, "none");
    // Two strikes are left, so this one is the third.
    let json = message(6, 401, "Passive income!", &ruling(500, "upheld"));
    let warned = judge(&mut keeper, &json, minute(500));
    assert!(warned.matched.iter().any(|one| one.rule == "eu.warn"));
}

#[test]
fn rulings_that_change_nothing_are_told() {
    let set = rules(STRIKES);
    let mut evaluator = set.evaluator();
    let mut told = |place: &str, rule: &str| {
        let ruling = ruling(10, "upheld").replace("\"EU\"", &format!("\"{place}\""));
        let json = message(1, 1, "Good morning", &ruling.replace("eu.offer", rule));
        let idle = evaluator.read(json.as_bytes()).unwrap().idle_rulings();
        let record = set.read(json.as_bytes()).unwrap();
        assert_eq!(evaluator.message(&record).unwrap().idle_rulings(), idle);
        let mut explained = |minutes| {
            let state = State::default();
            evaluator.explain(&record, self::place("EU"), minute(minutes), &state).unwrap()
        };
        assert_eq!(explained(10).idle_rulings, idle);
        assert_eq!(explained(9).idle_rulings, [""; 0]);
        let sentence = idle.first().map(|idle| format!("A ruling changes nothing: {idle}.\n"));
        assert!(explained(10).to_string().contains(&sentence.unwrap_or_default()));
        idle.join(", ")
    };
    assert_eq!(told("EU", "eu.offer"), "");
    // Nothing follows rulings on this rule, so nothing is lost.
    assert_eq!(told("DE", "eu.frequent"), "");
    assert_eq!(told("EU", "eu.ofer"), "there is no rule `eu.ofer` (did you mean `eu.offer`?)");
    assert_eq!(told("EU", "offer"), "there is no rule `offer` (did you mean `eu.offer`?)");
    assert_eq!(
        told("DE", "eu.offer"),
        "counters and marks follow rulings on `eu.offer` for EU, not for DE (name the place whose file counts the rule or sets the mark: EU)"
    );
    assert_eq!(
        told("KZ", "eu.warn"),
        "`eu.warn` does not apply in KZ (name the place whose file counts the rule or sets the mark: EU)"
    );
}

#[test]
fn without_a_store_rules_on_state_are_undetermined() {
    let set = rules(PROMISES);
    let mut evaluator = set.evaluator();
    let json = message(1, 0, "Passive income!", "");
    let silent = State::silent("no connection");
    for (state, why) in [(&State::default(), "not asked"), (&silent, "no connection")] {
        let mut message = evaluator.read(json.as_bytes()).unwrap();
        let decision = message.decide(place("EU"), minute(0), state).into_decision();
        let missing: Vec<_> = decision.undetermined.iter().flat_map(|one| &one.missing).collect();
        let expected = format!("eu.promises ({why})");
        assert_eq!(missing, [expected.as_str(), expected.as_str()]);
    }
}

#[test]
fn asking_for_other_places_changes_no_state() {
    let set = rules(STRIKES);
    let json = message(1, 1, "Passive income!", &ruling(10, "upheld"));
    let delta = |method, codes: &[&str]| -> (Vec<bool>, Delta) {
        let places: Vec<Place> = codes.iter().map(|code| place(code)).collect();
        let mut evaluator = set.evaluator_by(method);
        let mut message = evaluator.read(json.as_bytes()).unwrap();
        let asks = message.asks(&places, minute(20));
        let mut store = Memory::new(None);
        store.adopt(&set.counters()).unwrap();
        let state = store.read(&[asks]).unwrap().remove(0);
        let (decisions, delta) = message.judge(&places, minute(20), &state).into_parts();
        (decisions.iter().map(|one| one.asked).collect(), delta)
    };
    let (asked, expected) = delta(Method::Engine, &["EU"]);
    assert_eq!((asked, expected.entries.len()), (vec![true], 1));
    for method in [Method::Engine, Method::Unindexed, Method::Interpreter] {
        for codes in [&["FR"][..], &["KZ"], &["FR", "KZ", "DE"], &[]] {
            assert_eq!(delta(method, codes).1, expected, "{method:?} {codes:?}");
        }
        assert_eq!(delta(method, &["KZ"]).0, [true, false]);
    }
}

#[test]
fn an_ordinary_message_asks_for_nothing() {
    let set = rules(&format!("{PROMISES}\n{STRIKES}"));
    let json = message(1, 0, "Good morning", "");
    for method in [Method::Engine, Method::Unindexed, Method::Interpreter] {
        let mut evaluator = set.evaluator_by(method);
        let mut message = evaluator.read(json.as_bytes()).unwrap();
        assert!(message.asks(&[place("EU"), place("FR")], minute(0)).is_empty(), "{method:?}");
        let (_, delta) = message.judge(&[place("EU")], minute(0), &State::default()).into_parts();
        assert!(delta.is_empty(), "{method:?}");
    }
}

#[test]
fn decisions_with_memory_follow_the_schema_and_can_be_read_back() {
    let schema = serde_json::from_str(lexloci::DECISION_SCHEMA).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let set = rules(STRIKES);
    let mut keeper = Keeper::new(&set, Memory::new(Some(minute(-5)))).unwrap();
    let places = codes(&set, &["KZ", "FR"]);
    let mut seen = [false; 4];
    for n in 1..=5 {
        let json = message(n, n.into(), "Passive income!", &ruling(10, "upheld"));
        let given =
            Given { json: json.as_bytes(), places: &places, at: minute(10 + i128::from(n)) };
        let kept = keeper.judge(&[given]);
        kept.stored.unwrap();
        let decided = kept.decided.into_iter().next().unwrap().unwrap();
        let line = serde_json::to_value(&decided).unwrap();
        let faults: Vec<_> = schema.iter_errors(&line).map(|error| error.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}\n{line:#}");
        assert_eq!(serde_json::from_value::<lexloci::Decided>(line).unwrap(), decided);
        seen[0] |= decided.decisions.iter().any(|one| !one.asked);
        seen[1] |= decided.decisions.iter().any(|one| !one.state.is_empty());
        seen[2] |= decided.decisions.iter().any(|one| !one.marks.is_empty());
        seen[3] |= decided.receipt.is_some_and(|receipt| receipt.state.is_some());
    }
    assert_eq!(seen, [true; 4]);
}

fn codes(set: &RuleSet, codes: &[&str]) -> Vec<Place> {
    codes.iter().map(|code| set.place(code).unwrap()).collect()
}

/// Labels for a week, slurs of new accounts, break-ins, floods, shares of violations, strikes, appeals: each with both sides of
/// its threshold and its window.
#[test]
fn rules_that_people_run_elsewhere_pass_their_tests() {
    let set = Compiler::new().directory(at_root("tests/memory")).compile().unwrap();
    let warnings: Vec<_> = set.warnings().iter().map(|warning| &warning.message).collect();
    assert!(warnings.is_empty(), "{warnings:?}");
    let report = lexloci::suite::run(&set, None);
    let failed: Vec<_> = report.results.iter().filter(|result| !result.passed()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(report.passed() >= 29, "{} tests", report.passed());
}

#[test]
fn a_copy_in_one_batch_gets_the_same_answer_and_counts_once() {
    let mut keeper = keeper(
        "counter promises { per author.key  over 24 hours  since 2026-01-01  when text mentions \"passive income\" }\n\
         rule second { basis terms  when promises >= 2  then label }",
    );
    let (first, second) =
        (message(1, 0, "Passive income!", ""), message(2, 1, "Passive income!", ""));
    let places = [place("EU")];
    let given = |json, at| Given { json, places: &places, at };
    let batch = [
        given(first.as_bytes(), minute(0)),
        given(second.as_bytes(), minute(1)),
        given(first.as_bytes(), minute(0)),
    ];
    let kept = keeper.judge(&batch);
    kept.stored.unwrap();
    let outcomes: Vec<_> =
        kept.decided.into_iter().map(|one| one.unwrap().decisions[0].outcome.to_string()).collect();
    assert_eq!(outcomes, ["none", "label", "none"]);
}

#[test]
fn a_question_about_other_places_is_answered_and_changes_nothing() {
    let mut keeper = keeper(PROMISES);
    for n in 0..2 {
        let json = message(n, n.into(), "Passive income!", "");
        judge(&mut keeper, &json, minute(n.into()));
    }
    let json = message(1, 1, "Passive income!", "");
    let fr = [rules("").place("FR").unwrap()];
    let kept = keeper.judge(&[Given { json: json.as_bytes(), places: &fr, at: minute(1) }]);
    kept.stored.unwrap();
    let decided = kept.decided.into_iter().next().unwrap().unwrap();
    assert_eq!(decided.decisions[0].places, fr);
    assert_eq!(decided.decisions[0].outcome, "label");
    assert_eq!(
        judge(&mut keeper, &message(2, 2, "Passive income!", ""), minute(2)).outcome,
        "limit"
    );
}

#[test]
fn what_a_store_did_not_say_is_not_missing() {
    let set = rules(
        "mark warned on author\n\
         rule warn  { basis terms  when text mentions \"alpha\"  then mark warned for 3 days }\n\
         rule until { basis terms  when text mentions \"beta\" and warned.until is known  then label }\n\
         rule never { basis terms  when text mentions \"beta\" and warned.until is missing  then limit }",
    );
    let mut keeper = Keeper::new(&set, Memory::new(None)).unwrap();
    judge(&mut keeper, &message(1, 0, "alpha", ""), minute(0));
    let beta = message(2, 1, "beta", "");
    assert_eq!(judge(&mut keeper, &beta, minute(1)).outcome, "label");
    let mut evaluator = set.evaluator();
    let mut message = evaluator.read(beta.as_bytes()).unwrap();
    let decision = message.decide(place("EU"), minute(1), &State::silent("gone")).into_decision();
    let rules: Vec<_> = decision.undetermined.iter().map(|one| one.rule.as_str()).collect();
    assert_eq!((decision.outcome.as_str(), rules), ("none", vec!["eu.never", "eu.until"]));
}

#[test]
fn a_ruling_without_a_version_takes_back_the_strikes_of_all_versions_before_it() {
    let mut keeper = keeper(
        "rule offer { basis terms  when text mentions \"passive income\"  then review }\n\
         counter found { per author.key  over 90 days  since 2026-01-01  counts rules offer }\n\
         rule second { basis terms  when found >= 2  then limit }",
    );
    let edited = r#", "edited_at": "2026-03-01T00:05:00Z""#;
    judge(&mut keeper, &message(1, 0, "Passive income!", ""), minute(0));
    judge(&mut keeper, &message(1, 0, "Passive income!", edited), minute(5));
    let reversed = format!("{edited}{}", ruling(10, "reversed"));
    judge(&mut keeper, &message(1, 0, "Passive income!", &reversed), minute(10));
    let next = judge(&mut keeper, &message(2, 20, "Passive income!", ""), minute(20));
    assert_eq!(next.outcome, "none");
    let third = judge(&mut keeper, &message(3, 21, "Passive income!", ""), minute(21));
    assert_eq!(third.outcome, "limit");
}

#[test]
fn what_is_none_is_one_value_for_all() {
    let mut keeper = keeper(
        "counter sources { per author.key  over 1 hour  since 2026-01-01  when text mentions \"alpha\"  distinct forward.chat.id }\n\
         rule many { basis terms  when sources reaches 2  then limit }",
    );
    for n in 0..3 {
        let json = message(n, n.into(), "alpha", r#", "absent": ["forward"]"#);
        assert_eq!(judge(&mut keeper, &json, minute(n.into())).outcome, "none", "{n}");
    }
}

#[test]
fn a_rule_in_shadow_alone_changes_nothing_live() {
    let set = rules(
        "rule live  { basis terms  when text mentions \"alpha\"  then review }\n\
         rule trial { basis terms  mode shadow  when text mentions \"beta\"  then review }\n\
         counter found { per author.key  over 1 hour  since 2026-01-01  counts rules live, trial }\n\
         rule first { basis terms  when found reaches 1  on unknown review  then label }\n\
         rule tried { basis terms  mode shadow  when found reaches 1  then limit }",
    );
    let mut keeper = Keeper::new(&set, Memory::new(None)).unwrap();
    let nobody = message(1, 0, "beta", "").replace(r#"{ "account": { "id": 7 } }"#, "{}");
    let decision = judge(&mut keeper, &nobody, minute(0));
    assert!(decision.undetermined.is_empty(), "{:?}", decision.undetermined);
    let decision = judge(&mut keeper, &message(2, 1, "beta", ""), minute(1));
    let shadow: Vec<_> = decision.shadow.iter().map(|one| one.rule.as_str()).collect();
    assert_eq!((decision.outcome.as_str(), shadow), ("none", vec!["eu.trial", "eu.tried"]));
    assert_eq!(judge(&mut keeper, &message(3, 2, "alpha", ""), minute(2)).outcome, "label");
}

/// The longest chain: each of 32 counters counts a rule that reads the one before twice.
#[test]
fn a_chain_of_counters_compiles_at_once() {
    let mut text =
        "rule r0 { basis terms  when text mentions \"alpha\"  then review }\n".to_owned();
    for n in 0..32 {
        let next = n + 1;
        text += &format!(
            "counter c{n} {{ per author.key  over 1 hour  since 2026-01-01  counts rules r{n} }}\n\
             rule r{next} {{ basis terms  when c{n} reaches 1 or c{n} reaches 2  then review }}\n"
        );
    }
    let mut keeper = keeper(&text);
    let decision = judge(&mut keeper, &message(1, 0, "alpha", ""), minute(0));
    assert_eq!(decision.matched.len(), 33);
}

/// A country that has left a bloc reads its counter, and does not say what the message adds to it. The file of the bloc does.
#[test]
fn what_a_message_adds_is_asked_for_if_one_reader_knows_it() {
    let head = |code: &str| {
        format!("jurisdiction {code} {{ zone \"UTC\" }}\npolicy terms \"Terms of service\" {{}}\n")
    };
    let eu = head("EU")
        + r#"
counter copies { per author.key  over 1 hour  since 2026-01-01  when text mentions "loan"  distinct chat.id }
rule many { basis terms  when chat.public and copies >= 2  then label }"#;
    let gb = head("GB")
        + "rule many { basis terms  when text mentions \"loan\" and eu.copies >= 3  then label }";
    let set = Compiler::new().file("eu.loci", eu).file("gb.loci", gb).compile().unwrap();
    let json = message(1, 0, "A loan", "");
    for places in [&["GB"][..], &["EU"], &["GB", "EU"]] {
        let places: Vec<Place> = places.iter().map(|code| set.place(code).unwrap()).collect();
        let [specified, planned] = [Method::Interpreter, Method::Engine].map(|method| {
            let mut evaluator = set.evaluator_by(method);
            evaluator.read(json.as_bytes()).unwrap().asks(&places, minute(1))
        });
        assert_eq!(specified, planned, "{places:?}");
        let asked = format!("{:?}", planned.asked.values());
        assert!(asked.contains("-100"), "{places:?}: {asked}");
    }
}

/// What a definition does with a count that is not known yet is not known either.
#[test]
fn a_parameter_does_not_hide_a_counter() {
    let rules = r#"
counter posts { per author.key  over 1 hour  since 2026-01-01  when text mentions "post" }
define or_zero(n: int) = n ?? 0
rule many { basis terms  when or_zero(posts) >= 2  then label }"#;
    let mut keeper = keeper(rules);
    let outcomes: Vec<_> = (0..3)
        .map(|n| judge(&mut keeper, &message(n, n.into(), "A post", ""), minute(n.into())).outcome)
        .collect();
    assert_eq!(outcomes, ["none", "label", "label"]);
}

/// The same judging for other places, one of which asks something: it is kept once.
#[test]
fn one_judging_for_two_places_in_a_batch_is_kept_once() {
    let head = |code: &str| {
        format!("jurisdiction {code} {{ zone \"UTC\" }}\npolicy terms \"Terms of service\" {{}}\n")
    };
    let de = head("DE")
        + r#"
counter posts { per author.key  over 1 hour  since 2026-01-01  when text mentions "post" }
rule many { basis terms  when text mentions "post" and posts >= 2  then label }"#;
    let fr = head("FR") + "rule any_post { basis terms  when text mentions \"post\"  then limit }";
    let set = Compiler::new().file("de.loci", de).file("fr.loci", fr).compile().unwrap();
    let places = [set.place("DE").unwrap(), set.place("FR").unwrap()];
    let json = message(1, 0, "A post", "");
    let given = |place| Given { json: json.as_bytes(), places: place, at: minute(1) };
    let mut keeper = Keeper::new(&set, Memory::new(None)).unwrap();
    let kept = keeper.judge(&[given(&places[..1]), given(&places[1..])]);
    kept.stored.unwrap();
    let outcomes: Vec<_> = kept
        .decided
        .into_iter()
        .map(|one| {
            one.unwrap().decisions.iter().map(|one| one.outcome.to_string()).collect::<Vec<_>>()
        })
        .collect();
    assert!(outcomes[1].contains(&"limit".to_owned()), "{outcomes:?}");
}
