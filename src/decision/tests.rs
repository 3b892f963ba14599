//! Tests of decisions: how the norms of a place act together.

mod judged;
mod orders;
mod outcomes;
mod unanswered;

use super::{Decision, ShadowState, decide, decide_all};
use crate::interpret::Interpreter;
use crate::interpret::testing::{NOON, compiled, given, instant};
use crate::program::{Norm, NormKind, Program};
use crate::world::place::Place;
use serde_json::{Value as Json, json, to_value};

/// Law that the files of these tests cite. On every record, `yes` is true and `never` is false.
const PRELUDE: &str = r#"
law acts "The Acts" {
  article old "1"      { in force from 2020-01-01  binds platform, on order  deadline 24 hours from order.received_at  verified 2026-01-01 }
  article new "2"      { in force from 2027-01-01  binds platform, standing  verified 2026-01-01 }
  article prompt "3"   { in force from 2020-01-01  binds platform, standing  deadline 6 hours from decision  deadline "promptly"  verified 2026-01-01 }
  article found_later "4"  { in force by 2026-04-03    binds platform, standing  verified 2026-01-01 }
  article unknown "5"  { in force from unknown     binds platform, standing  verified 2026-01-01 }
  article waits "7"    { in force from 2020-01-01  binds platform, on order  deadline 1 hour from order.received_at  pauses for force_majeure, clarification  verified 2026-01-01 }
  article sets "8"     { in force from 2020-01-01  binds platform, on order  deadline order.deadline  verified 2026-01-01 }
  article given "9"    { in force from 2020-01-01  binds platform, on order  deadline order.deadline else 2 working days from order.given_at  verified 2026-01-01 }
  article authors "6"  { in force from 2020-01-01  binds author, standing  verified 2026-01-01 }
}
policy desk "Desk" { in force from 2020-01-01 }
policy later "Desk to come" { in force from 2027-01-01 }
office team "Team" {}
define yes() = platform == "test"
define never() = platform == "none"
"#;

fn place(code: &str) -> Place {
    Place::parse(code).unwrap()
}

/// A rule set with one file for each place. Each file begins with the prelude.
fn program_of(files: &[(&str, &str)]) -> Program {
    program_with("", files)
}

/// Like [`program_of`]. Each jurisdiction has this clause.
fn program_with(clause: &str, files: &[(&str, &str)]) -> Program {
    let file = |(code, items): &(&str, &str)| {
        let text = format!("jurisdiction {code} {{ zone \"UTC\" {clause} }}\n{PRELUDE}\n{items}");
        (format!("{}.loci", code.to_lowercase()), text)
    };
    let files: Vec<(String, String)> = files.iter().map(file).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (&**name, &**text)).collect();
    compiled(&files).0
}

fn kz(items: &str) -> Program {
    program_of(&[("KZ", items)])
}

fn decided(program: &Program, code: &str, record: &str) -> Decision {
    let record = given(program, record);
    decide(&Interpreter::new(program, &record, instant(NOON)), place(code))
}

/// The decision for Kazakhstan on an empty record, as JSON.
fn kz_decision(items: &str) -> Json {
    to_value(decided(&kz(items), "KZ", "{}")).unwrap()
}

#[test]
fn the_strictest_outcomes_win() {
    let program = program_of(&[
        (
            "KZ",
            "rule a \"A\" { basis desk when yes() then label }
                rule b \"B\" { basis desk when yes() then restrict, suspend author }",
        ),
        ("FR", "rule c \"C\" { basis desk when yes() then restrict }"),
        ("WORLD", "rule d \"D\" { basis desk when never() then remove }"),
    ]);
    for (code, outcome, account, matched) in [
        ("KZ", "restrict", "suspend", vec!["kz.a", "kz.b"]),
        ("FR", "restrict", "none", vec!["fr.c"]),
        ("FR-IDF", "restrict", "none", vec!["fr.c"]),
        ("DE", "none", "none", vec![]),
    ] {
        let decision = decided(&program, code, "{}");
        let rules: Vec<&str> = decision.matched.iter().map(|one| one.rule.as_str()).collect();
        let found = (&*decision.outcome, &*decision.account, rules, decision.outcome_due);
        assert_eq!(found, (outcome, account, matched, None), "{code}");
    }
}

#[test]
fn an_undetermined_rule_asks_for_no_outcome() {
    let decision = kz_decision(
        "rule r \"R\" { basis desk when chat.public on unknown escalate to team then restrict }",
    );
    assert_eq!((&decision["outcome"], &decision["complete"]), (&json!("none"), &json!(false)));
    assert_eq!(decision["undetermined"][0]["missing"], json!(["chat.public"]));
    let escalate = json!([{ "action": "escalate", "to": "kz.team", "due": null, "words": [], "rules": ["kz.r"] }]);
    assert_eq!(decision["obligations"], escalate);
}

#[test]
fn exceptions_follow_three_valued_logic() {
    for (rule, exception, counter_exception, state, missing) in [
        ("yes()", "yes()", "never()", "defeated", ""),
        ("yes()", "never()", "never()", "matched", ""),
        ("yes()", "chat.scam", "never()", "undetermined", "chat.scam"),
        ("yes()", "yes()", "yes()", "matched", ""),
        ("yes()", "yes()", "chat.fake", "undetermined", "chat.fake"),
        ("yes()", "chat.scam", "yes()", "matched", ""),
        ("chat.public", "yes()", "never()", "", ""),
        (
            "chat.public",
            "chat.scam",
            "chat.fake",
            "undetermined",
            "chat.fake chat.public chat.scam",
        ),
        ("never()", "chat.scam", "never()", "", ""),
    ] {
        let decision = kz_decision(&format!(
            "rule r \"R\" {{ basis desk when {rule} then restrict }}
             exception e \"E\" to r {{ basis desk when {exception} }}
             exception c \"C\" to e {{ basis desk when {counter_exception} }}"
        ));
        let states = ["matched", "defeated", "undetermined"];
        let found = states.into_iter().filter(|list| decision[list][0]["rule"] == "kz.r");
        assert_eq!(found.collect::<String>(), state, "{rule}, {exception}, {counter_exception}");
        let by = json!([{ "exception": "kz.e", "title": "E", "basis": [{ "policy": "Desk", "url": null }] }]);
        assert!(state != "defeated" || decision["defeated"][0]["by"] == by, "{decision}");
        let unknown = decision["undetermined"][0]["missing"].as_array().into_iter().flatten();
        let unknown: Vec<&str> = unknown.filter_map(Json::as_str).collect();
        assert_eq!(unknown.join(" "), missing, "{rule}, {exception}, {counter_exception}");
    }
}

#[test]
fn a_lifted_exception_is_reported() {
    for (rule, exception, counter_exception, expected) in [
        ("when yes()", "yes()", "yes()", json!([["kz.e", ["kz.c"]]])),
        ("when yes()", "yes()", "never()", json!([["kz.r", ["kz.e"]]])),
        ("when yes()", "never()", "yes()", json!([])),
        ("when yes()", "chat.scam", "yes()", json!([])),
        ("when yes()", "yes()", "chat.scam", json!([])),
        ("when never()", "yes()", "yes()", json!([])),
        ("mode shadow when yes()", "yes()", "yes()", json!([])),
    ] {
        let decision = kz_decision(&format!(
            "rule r \"R\" {{ basis desk {rule} then restrict }}
             exception e \"E\" to r {{ basis desk when {exception} }}
             exception c \"C\" to e {{ basis desk when {counter_exception} }}"
        ));
        let defeated = decision["defeated"].as_array().into_iter().flatten();
        let found: Vec<Json> =
            defeated.map(|one| json!([one["rule"], [one["by"][0]["exception"]]])).collect();
        assert_eq!(json!(found), expected, "{rule}, {exception}, {counter_exception}");
    }
}

#[test]
fn an_exception_acts_only_in_its_place_and_time() {
    for (code, basis, outcome, gaps) in [
        ("KZ", "desk", "restrict", 0),
        ("DE", "desk", "none", 0),
        ("DE", "acts.new", "restrict", 0),
        ("DE", "acts.prompt, acts.new", "none", 0),
        ("DE", "acts.found_later", "restrict", 1),
    ] {
        let lift = format!("exception lift \"Lift\" to world.r {{ basis {basis} when yes() }}");
        let program = program_of(&[
            ("WORLD", "rule r \"R\" { basis desk when yes() then restrict }"),
            ("DE", &lift),
        ]);
        let decision = decided(&program, code, "{}");
        assert_eq!((&*decision.outcome, decision.gaps.len()), (outcome, gaps), "{code} {basis}");
    }
}

#[test]
fn a_rule_needs_law_in_force() {
    for (clauses, outcome, cited, gaps) in [
        ("basis acts.prompt, acts.new", "restrict", 1, json!(null)),
        ("basis all of acts.prompt, acts.new", "none", 0, json!(null)),
        ("basis all of acts.prompt, desk", "restrict", 2, json!(null)),
        (
            "basis acts.unknown, acts.found_later, acts.new",
            "none",
            0,
            json!(["kz.acts.found_later", "kz.acts.unknown"]),
        ),
        ("basis acts.prompt, acts.unknown", "restrict", 1, json!(null)),
        ("basis all of acts.prompt, acts.unknown", "none", 0, json!(["kz.acts.unknown"])),
        ("basis all of acts.new, acts.unknown", "none", 0, json!(null)),
        ("basis desk in force from unknown", "none", 0, json!(["kz.r"])),
        ("basis desk in force from 2026-03-02", "none", 0, json!(null)),
        ("basis desk in force from 2026-03-01", "restrict", 1, json!(null)),
    ] {
        let decision =
            kz_decision(&format!("rule r \"R\" {{ {clauses} when yes() then restrict }}"));
        let basis = decision["matched"][0]["basis"].as_array().map_or(0, Vec::len);
        let found = (decision["outcome"].as_str(), basis, &decision["gaps"][0]["unknown"]);
        assert_eq!(found, (Some(outcome), cited, &gaps), "{clauses}");
    }
}

#[test]
fn days_begin_in_the_zone_of_the_file() {
    let outcome = |zone: &str| {
        let text = format!(
            "jurisdiction KZ {{ zone \"{zone}\" }}
{PRELUDE}
rule r \"R\" {{ basis desk in force from 2026-03-02 when yes() then restrict }}"
        );
        decided(&compiled(&[("kz.loci", &text)]).0, "KZ", "{}").outcome
    };
    // Noon of 1 March in Greenwich.
    assert_eq!((outcome("UTC"), outcome("Pacific/Kiritimati")), ("none".into(), "restrict".into()));
}

#[test]
fn equal_obligations_are_merged() {
    let decision = kz_decision(
        "rule a \"A\" { basis desk when yes() then escalate to team within 48 hours by policy desk }
         rule b \"B\" { basis desk when yes() then escalate to team within 12 hours by policy desk }
         rule c \"C\" { basis acts.prompt when yes() then escalate to team }
         rule d \"D\" { basis desk when yes() then escalate to team within 1 hour by policy later }
         rule e \"E\" { basis desk when yes() then preserve for 1 month }
         rule f \"F\" { basis desk when yes() then preserve for 9 hours }",
    );
    let expected = json!([
        { "action": "escalate", "to": "kz.team", "due": "2026-03-01T18:00:00Z", "words": ["promptly"],
          "rules": ["kz.a", "kz.b", "kz.c", "kz.d"] },
        { "action": "preserve", "to": null, "due": null, "words": [], "until": "2026-04-01T12:00:00Z",
          "rules": ["kz.e", "kz.f"] },
    ]);
    assert_eq!((&decision["obligations"], &decision["outcome_due"]), (&expected, &Json::Null));
}

#[test]
fn a_time_limit_needs_its_policy_in_force() {
    let decision = kz_decision(
        "rule r \"R\" { basis acts.prompt when yes() then escalate to team within 1 hour by policy later }",
    );
    let expected = json!([{ "action": "escalate", "to": "kz.team", "due": null, "words": [], "rules": ["kz.r"] }]);
    assert_eq!(decision["obligations"], expected, "the deadline of the law is not used instead");
}

#[test]
fn outcomes_have_the_deadlines_of_the_law() {
    let program = kz(
        "rule r \"R\" { basis acts.old when any x in reports.orders where (x.authority == \"KZ-MAI\") then restrict }",
    );
    let order = |received: &str| {
        let order = format!(r#"{{ "authority": "KZ-MAI", "country": "KZ" {received} }}"#);
        format!(r#"{{ "reports": {{ "orders": [{order}] }} }}"#)
    };
    let clock = |due: Json| json!({ "due": due, "words": [], "clock": "order.received_at", "rules": ["kz.r"] });
    let mut overdue = clock(json!("2026-02-02T06:00:00Z"));
    overdue["overdue"] = json!(true);
    for (name, received, expected) in [
        (
            "a running clock",
            r#", "received_at": "2026-03-01T06:00:00Z""#,
            clock(json!("2026-03-02T06:00:00Z")),
        ),
        ("a clock that ran out", r#", "received_at": "2026-02-01T06:00:00Z""#, overdue),
        ("an order without its instant", "", clock(Json::Null)),
        (
            "an order that is received later",
            r#", "received_at": "2026-03-02T00:00:00Z""#,
            Json::Null,
        ),
    ] {
        let decision = decided(&program, "KZ", &order(received));
        assert_eq!(to_value(decision.outcome_due).unwrap(), expected, "{name}");
    }
}

/// The deadline that an article sets for these orders.
fn order_due(article: &str, orders: &str) -> Json {
    let program = kz(&format!(
        "rule r \"R\" {{ basis acts.{article} when any x in reports.orders where (x.authority == \"A\") then restrict }}"
    ));
    let orders = orders.replace("{ A", r#"{ "authority": "A", "country": "KZ""#);
    let decision =
        decided(&program, "KZ", &format!(r#"{{ "reports": {{ "orders": [{orders}] }} }}"#));
    let due = decision.outcome_due.unwrap();
    json!([due.due, due.clock, due.overdue, due.paused])
}

#[test]
fn a_clock_pauses_on_the_grounds_of_its_law() {
    let order = |pauses: &str| {
        format!(r#"{{ A, "received_at": "2026-03-01T11:30:00Z", "paused": [{pauses}] }}"#)
    };
    let pause = |ground: &str, from: &str, until: &str| {
        let until = if until.is_empty() {
            String::new()
        } else {
            format!(r#", "until": "2026-03-01T{until}:00Z""#)
        };
        format!(r#"{{ "ground": "{ground}", "from": "2026-03-01T{from}:00Z"{until} }}"#)
    };
    let due = |at: &str| json!([format!("2026-03-01T{at}:00Z"), "order.received_at", false, false]);
    let paused = json!([null, "order.received_at", false, true]);
    for (name, pauses, expected) in [
        ("no pause", vec![], due("12:30")),
        ("a pause within the period", vec![pause("clarification", "11:40", "11:50")], due("12:40")),
        (
            "a pause that began before the clock",
            vec![pause("force_majeure", "11:00", "11:45")],
            due("12:45"),
        ),
        (
            "a pause that ended before the clock",
            vec![pause("force_majeure", "11:00", "11:10")],
            due("12:30"),
        ),
        ("a ground of another law", vec![pause("manifest_error", "11:40", "11:50")], due("12:30")),
        ("a pause that lasts", vec![pause("clarification", "11:40", "")], paused.clone()),
        (
            "a pause whose end is not known yet",
            vec![pause("clarification", "11:40", "12:10")],
            paused.clone(),
        ),
        (
            "a pause whose beginning is not known yet",
            vec![pause("clarification", "12:10", "12:20")],
            due("12:30"),
        ),
        (
            "two overlapping pauses count once, in any order",
            vec![
                pause("clarification", "11:45", "11:55"),
                pause("force_majeure", "11:40", "11:50"),
            ],
            due("12:45"),
        ),
        (
            "a pause within the time that another added",
            vec![pause("clarification", "11:31", "11:59"), pause("force_majeure", "11:59", "")],
            paused,
        ),
    ] {
        assert_eq!(order_due("waits", &order(&pauses.join(", "))), expected, "{name}");
    }
    let ran_out = r#"{ A, "received_at": "2026-03-01T10:00:00Z", "paused": [{ "ground": "clarification", "from": "2026-03-01T11:30:00Z" }] }"#;
    let expected = json!(["2026-03-01T11:00:00Z", "order.received_at", true, false]);
    assert_eq!(order_due("waits", ran_out), expected, "a pause after the end comes too late");
    let running_too = format!(
        "{}, {}",
        order(&pause("clarification", "11:40", "")),
        r#"{ A, "received_at": "2026-03-01T11:50:00Z" }"#
    );
    assert_eq!(
        order_due("waits", &running_too),
        due("12:50"),
        "a running clock counts although another is paused"
    );
}

#[test]
fn an_order_sets_its_own_deadline() {
    let ordered = json!(["2026-03-04T00:00:00Z", "order.deadline", false, false]);
    // A Thursday.
    let given = r#""given_at": "2026-02-26T15:00:00Z""#;
    for (name, article, orders, expected) in [
        (
            "the deadline that the order sets",
            "sets",
            r#"{ A, "deadline": "2026-03-04T00:00:00Z" }"#.to_owned(),
            ordered.clone(),
        ),
        (
            "the earliest deadline of several orders, whenever they came",
            "sets",
            r#"{ A, "received_at": "2026-02-01T00:00:00Z", "deadline": "2026-03-05T00:00:00Z" },
               { A, "received_at": "2026-02-02T00:00:00Z", "deadline": "2026-03-04T00:00:00Z" }"#
                .to_owned(),
            ordered.clone(),
        ),
        (
            "an order without a deadline",
            "sets",
            "{ A }".to_owned(),
            json!([null, "order.deadline", false, false]),
        ),
        (
            "the deadline of the order, before the number of the article",
            "given",
            format!(r#"{{ A, {given}, "deadline": "2026-03-04T00:00:00Z" }}"#),
            ordered,
        ),
        (
            "without it, the number of the article, in working days",
            "given",
            format!("{{ A, {given} }}"),
            json!(["2026-03-02T15:00:00Z", "order.given_at", false, false]),
        ),
        (
            "an order that was received, without the instant when it was given",
            "given",
            r#"{ A, "received_at": "2026-02-26T15:00:00Z" }"#.to_owned(),
            json!([null, "order.given_at", false, false]),
        ),
    ] {
        assert_eq!(order_due(article, &orders), expected, "{name}");
    }
}

#[test]
fn retention_waits_for_its_event() {
    let program = kz("rule a \"A\" { basis desk when yes() then preserve for 6 months from removal }
         rule b \"B\" { basis desk when yes() then preserve for 1 month, preserve for 1 year from submission }");
    for (record, until, clock) in [
        ("{}", json!("2026-04-01T12:00:00Z"), json!("removal")),
        (
            r#"{ "visibility": { "removed_at": "2026-02-01T00:00:00Z" }, "reports": { "submitted_at": "2026-02-02T00:00:00Z" } }"#,
            json!("2027-02-02T00:00:00Z"),
            Json::Null,
        ),
    ] {
        let decision = to_value(decided(&program, "KZ", record)).unwrap();
        let kept = &decision["obligations"][0];
        assert_eq!((&kept["until"], &kept["until_clock"]), (&until, &clock), "{record}");
    }
}

#[test]
fn only_the_strictest_outcome_has_a_deadline() {
    let label = |basis: &str| format!("rule b \"B\" {{ basis {basis} when yes() then label }}");
    let due = json!({ "due": "2026-03-01T18:00:00Z", "words": ["promptly"], "clock": "decision", "rules": ["kz.b"] });
    let stricter =
        format!("{}\nrule a \"A\" {{ basis desk when yes() then restrict }}", label("acts.prompt"));
    for (items, expected) in
        [(label("acts.prompt"), due), (label("acts.authors"), Json::Null), (stricter, Json::Null)]
    {
        assert_eq!(kz_decision(&items)["outcome_due"], expected, "{items}");
    }
}

#[test]
fn rules_in_shadow_do_not_change_the_decision() {
    let rule = |name: &str, when: &str| {
        format!(
            "rule {name} \"R\" {{ basis desk mode shadow when {when} then restrict, escalate to team }}\n"
        )
    };
    let rules = rule("a", "yes()")
        + &rule("b", "yes()")
        + &rule("c", "chat.public")
        + &rule("d", "never()");
    let program = kz(&format!("{rules}\nexception lift \"L\" to b {{ basis desk when yes() }}"));
    let decision = decided(&program, "KZ", "{}");
    assert_eq!((&*decision.outcome, decision.complete), ("none", true));
    assert!(decision.obligations.is_empty() && decision.matched.is_empty());
    let states: Vec<_> = decision.shadow.iter().map(|one| (&*one.rule, one.state)).collect();
    let expected = [
        ("kz.a", ShadowState::Fires),
        ("kz.b", ShadowState::Defeated),
        ("kz.c", ShadowState::Undetermined),
    ];
    assert_eq!(states, expected);
    assert_eq!(decision.shadow[0].would, ["restrict", "escalate to kz.team"]);
}

#[test]
fn the_record_says_where_it_is_visible() {
    let program = program_of(&[]);
    for (code, visibility, visible) in [
        ("KZ", r#""audience": "public""#, "yes"),
        ("KZ", r#""audience": "private""#, "unknown"),
        ("KZ", r#""audience": "public", "countries": ["FR"]"#, "no"),
        ("FR-IDF", r#""audience": "unlisted", "countries": ["FR"]"#, "yes"),
        ("KZ", r#""audience": "public", "except": ["KZ"]"#, "no"),
        ("WORLD", r#""audience": "public", "countries": ["FR"]"#, "yes"),
        ("WORLD", r#""audience": "private""#, "unknown"),
    ] {
        let decision =
            decided(&program, code, &format!(r#"{{ "visibility": {{ {visibility} }} }}"#));
        assert_eq!(to_value(decision.visible).unwrap(), visible, "{code} {visibility}");
    }
}

#[test]
fn places_with_equal_decisions_are_grouped() {
    let program = kz("rule r \"R\" { basis desk when yes() then restrict }");
    let record = given(&program, "{}");
    let interpreter = Interpreter::new(&program, &record, instant(NOON));
    let decisions = decide_all(&interpreter, &["KZ", "FR", "DE", "FR"].map(place));
    let places: Vec<_> = decisions.iter().map(|decision| decision.places.clone()).collect();
    assert_eq!(places, [vec![place("DE"), place("FR")], vec![place("KZ")]]);
    for decision in &decisions {
        for one in &decision.places {
            let alone = decide(&interpreter, *one);
            assert_eq!(Decision { places: decision.places.clone(), ..alone }, *decision);
        }
    }
}

#[test]
fn a_long_chain_of_exceptions_does_not_overflow_the_stack() {
    let mut program = kz("rule r \"R\" { basis desk when yes() then restrict }");
    let norm = program.norms[0].clone();
    for defeats in 0..20_000 {
        let index = program.norms.len();
        program.norms[defeats].defeated_by.push(index);
        let kind = NormKind::Exception { defeats: vec![defeats] };
        program.norms.push(Norm { kind, depth: defeats + 1, ..norm.clone() });
    }
    assert_eq!(decided(&program, "KZ", "{}").outcome, "restrict", "an even number of exceptions");
}

#[test]
fn the_severity_of_a_rule_is_shown_and_decides_nothing() {
    let rule = |severity: &str| {
        kz_decision(&format!(
            "rule r \"R\" {{ basis desk {severity} when yes() then label }}\n\
             rule s \"S\" {{ basis desk {severity} mode shadow when yes() then label }}"
        ))
    };
    let (mut plain, mut grave) = (rule(""), rule("severity critical"));
    for list in ["matched", "shadow"] {
        assert_eq!(plain[list][0]["severity"], Json::Null, "{list}");
        assert_eq!(grave[list][0]["severity"], "critical", "{list}");
        plain[list].take();
        grave[list].take();
    }
    assert_eq!(plain, grave);
}

#[test]
fn an_exception_lifts_each_rule_that_it_names() {
    let program = kz("rule a \"A\" { basis desk when yes() then label }
        rule b \"B\" { basis desk when yes() then restrict }
        rule c \"C\" { basis desk when yes() then limit }
        exception e \"E\" to a, b { basis desk when yes() }
        exception d \"D\" to b, e { basis desk when chat.scam }
        exception f \"F\" to e { basis desk when chat.public }");
    for (chat, outcome, defeated, undetermined) in [
        (r#""public": false, "scam": false"#, "limit", "kz.a kz.b", ""),
        (r#""public": true, "scam": false"#, "restrict", "kz.e", ""),
        // `b` is lifted by `d`, and `e` too, so that nothing lifts `a`.
        (r#""public": false, "scam": true"#, "limit", "kz.b kz.e", ""),
        (r#""scam": false"#, "limit", "", "kz.a kz.b"),
    ] {
        let decision = decided(&program, "KZ", &format!(r#"{{ "chat": {{ {chat} }} }}"#));
        let ids = |ids: Vec<&str>| ids.join(" ");
        let lifted = ids(decision.defeated.iter().map(|one| &*one.rule).collect());
        let unknown = ids(decision.undetermined.iter().map(|one| &*one.rule).collect());
        let found = (&*decision.outcome, &*lifted, &*unknown);
        assert_eq!(found, (outcome, defeated, undetermined), "{chat}");
    }
}

/// Each layer lifts both exceptions of the layer below, so the number of paths doubles with each layer.
#[test]
fn many_paths_of_exceptions_are_followed_once() {
    let layer = |number: usize| {
        let below = number.checked_sub(1);
        let to = below.map_or("r".into(), |below| format!("a{below}, b{below}"));
        ["a", "b"].map(|name| {
            format!("exception {name}{number} \"E\" to {to} {{ basis desk when yes() }}\n")
        })
    };
    let exceptions: String = (0..60).flat_map(layer).collect();
    let program =
        kz(&format!("rule r \"R\" {{ basis desk when yes() then restrict }}\n{exceptions}"));
    let decision = decided(&program, "KZ", "{}");
    assert_eq!(decision.outcome, "restrict", "an even number of layers");
    assert_eq!(decision.defeated.len(), 60);
}
