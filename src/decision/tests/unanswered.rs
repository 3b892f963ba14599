//! Tests of orders and notices that no rule answers.

use super::{
    Interpreter, NOON, decide_all, decided, given, instant, place, program_of, program_with,
};
use crate::decision::Obligation;
use serde_json::{json, to_value};

const ORDERS: &str = r#"{ "reports": {
    "orders": [
        { "authority": "A", "country": "KZ", "ref": "1", "received_at": "2026-03-01T06:00:00Z" },
        { "authority": "B", "country": "KZ", "received_at": "2026-03-01T06:00:00Z" },
        { "authority": "C", "country": "FR", "places": ["KZ", "DE"] },
        { "authority": "D", "country": "KZ", "received_at": "2026-03-02T06:00:00Z" },
        { "authority": "F", "country": "BR", "places": [] }
    ],
    "notices": [{ "kind": "E", "country": "FR" }] } }"#;

/// The senders of the orders and notices that no rule answers in a place. One file has these rules, and a rule of the world
/// is about the order of B.
fn unanswered(file: &str, rules: &str, code: &str) -> Vec<String> {
    let program = program_of(&[
        (file, rules),
        (
            "WORLD",
            "rule w \"W\" { basis desk when any x in reports.orders where (x.authority == \"B\") then review }",
        ),
    ]);
    let decision = decided(&program, code, ORDERS);
    decision.unanswered.iter().map(|one| one.from.to_string()).collect()
}

#[test]
fn no_order_vanishes() {
    let rule = |condition: &str| {
        format!(
            "rule r \"R\" {{ basis desk when any x in reports.orders where ({condition}) then restrict }}"
        )
    };
    let undetermined = |extra: &str| {
        format!(
            "rule r \"R\" {{ basis desk {extra} when any x in reports.orders where (x.authority == \"A\") and chat.scam then restrict }}"
        )
    };
    for (name, kz, expected) in [
        ("without rules", String::new(), vec!["A", "B", "C"]),
        ("a rule that fires because of it", rule("x.authority == \"A\""), vec!["B", "C"]),
        ("a rule that fires because of all", rule("x.authority != \"\""), vec![]),
        ("a rule in shadow", rule("x.authority == \"A\"").replace("basis desk", "basis desk mode shadow"), vec!["A", "B", "C"]),
        ("an undetermined rule", undetermined(""), vec!["A", "B", "C"]),
        ("one that asks people", undetermined("on unknown review"), vec!["B", "C"]),
        (
            "one that may be about any of them",
            "rule r \"R\" { basis desk on unknown review when any x in reports.orders where (x.complete) then restrict }".into(),
            vec![],
        ),
        (
            "a lifted rule",
            rule("x.authority == \"A\"") + "\nexception e \"E\" to r { basis desk when yes() }",
            vec!["A", "B", "C"],
        ),
    ] {
        assert_eq!(unanswered("KZ", &kz, "KZ"), expected, "{name}");
    }
}

/// A rule of a place, its country or its bloc answers an order; a rule of another place does not.
#[test]
fn rules_of_places_around_answer_an_order() {
    let rule = "rule r \"R\" { basis desk when any x in reports.orders where (x.authority == \"C\") then review }";
    for (file, code, expected) in [
        ("EU", "DE", vec![]),
        ("EU", "DE-BY", vec![]),
        ("DE", "DE-BY", vec![]),
        ("DE-BY", "DE-BY", vec![]),
        ("DE-BY", "DE", vec!["C"]),
        ("FR", "DE", vec!["C"]),
    ] {
        assert_eq!(unanswered(file, rule, code), expected, "{file} {code}");
    }
}

#[test]
fn an_order_is_for_its_places_and_else_its_country() {
    for (code, expected) in [
        ("KZ", vec!["A", "B", "C"]),
        ("FR", vec!["E"]),
        ("DE", vec!["C"]),
        ("BR", vec!["F"]),
        ("US", vec![]),
    ] {
        assert_eq!(unanswered("KZ", "", code), expected, "{code}");
    }
}

#[test]
fn an_answer_says_where_the_order_is() {
    let program = program_of(&[("KZ", "")]);
    let decision = to_value(decided(&program, "KZ", ORDERS)).unwrap();
    let first = json!({ "path": "reports.orders[0]", "from": "A", "ref": "1", "received_at": "2026-03-01T06:00:00Z" });
    assert_eq!(decision["unanswered"][0], first);
}

/// The obligations as `ACTION to TARGET due DUE`, with `held` and the clock that has not started.
fn asked(clause: &str, files: &[(&str, &str)], code: &str, record: &str) -> Vec<String> {
    let decision = decided(&program_with(clause, files), code, record);
    let text = |one: &Obligation| {
        let to = one.to.as_ref().map_or(String::new(), |to| format!(" to {to}"));
        let due = one.due.map_or(String::new(), |due| format!(" due {due}"));
        let clock = one.clock.as_ref().map_or(String::new(), |clock| format!(" {clock}"));
        let until = one.until.map_or(String::new(), |until| format!(" until {until}"));
        let held = if one.held { " held" } else { "" };
        format!("{}{to}{due}{clock}{until}{held} [{}]", one.action, one.rules.join(", "))
    };
    decision.obligations.iter().map(text).collect()
}

#[test]
fn people_are_asked_for_what_the_clause_says() {
    let orders = ORDERS;
    let secret =
        r#"{ "reports": { "orders": [{ "authority": "A", "country": "KZ", "secret": true }] } }"#;
    let notice = r#"{ "reports": { "notices": [{ "kind": "N", "country": "KZ", "received_at": "2026-03-01T09:00:00Z" }] } }"#;
    let answering = "rule r \"R\" { basis desk when any x in reports.orders where (x.authority == \"A\") then review within 3 hours from order.received_at by policy desk }";
    for (name, clause, rules, record, expected) in [
        ("nothing", "", "", orders, vec![]),
        (
            "acts",
            "on unanswered review, escalate to team",
            "",
            orders,
            vec!["escalate to kz.team []", "review []"],
        ),
        (
            "the earliest order",
            "on unanswered review within 2 hours from order.received_at by policy desk",
            "",
            orders,
            vec!["review due 2026-03-01T08:00:00Z order.received_at []"],
        ),
        (
            "a service level that is not in force",
            "on unanswered review within 2 hours from order.received_at by policy later",
            "",
            orders,
            vec!["review []"],
        ),
        (
            "only orders start the clock of orders",
            "on unanswered review within 2 hours from order.received_at by policy desk, escalate to team within 1 hour from notice.received_at by policy desk",
            "",
            notice,
            vec!["escalate to kz.team due 2026-03-01T10:00:00Z notice.received_at []"],
        ),
        (
            "what a rule asks for too",
            "on unanswered review within 2 hours from order.received_at by policy desk",
            answering,
            orders,
            vec!["review due 2026-03-01T08:00:00Z order.received_at [kz.r]"],
        ),
        (
            "a secret order",
            "on unanswered notify to author",
            "",
            secret,
            vec!["notify to author held []"],
        ),
        (
            "a retention",
            "on unanswered preserve for 1 day from order.received_at",
            "",
            orders,
            vec!["preserve until 2026-03-02T06:00:00Z []"],
        ),
    ] {
        assert_eq!(asked(clause, &[("KZ", rules)], "KZ", record), expected, "{name}");
    }
}

#[test]
fn the_nearest_clause_counts() {
    let record = r#"{ "reports": { "orders": [{ "authority": "A", "country": "DE", "places": ["DE", "DE-BY", "US"] }] } }"#;
    let everywhere = "on unanswered escalate to team";
    for (files, code, expected) in [
        (vec!["DE-BY", "DE", "EU", "WORLD"], "DE-BY", vec!["de_by.team"]),
        (vec!["DE", "EU", "WORLD"], "DE-BY", vec!["de.team"]),
        (vec!["EU", "EEA", "WORLD"], "DE-BY", vec!["eea.team", "eu.team"]),
        (vec!["WORLD"], "DE", vec!["world.team"]),
        (vec!["DE", "EU", "WORLD"], "US", vec!["world.team"]),
        (vec!["DE"], "FR", vec![]),
    ] {
        let written: Vec<(&str, &str)> = files.iter().map(|code| (*code, "")).collect();
        let expected: Vec<String> =
            expected.iter().map(|to| format!("escalate to {to} []")).collect();
        assert_eq!(asked(everywhere, &written, code, record), expected, "{files:?} {code}");
    }
}

#[test]
fn places_share_a_decision_only_if_the_same_orders_are_for_them() {
    let program = program_of(&[("WORLD", "")]);
    let record = given(&program, ORDERS);
    let interpreter = Interpreter::new(&program, &record, instant(NOON));
    let places = ["KZ", "FR", "DE", "US", "JP"].map(place);
    let groups = decide_all(&interpreter, &places);
    let groups: Vec<(Vec<String>, usize)> = groups
        .iter()
        .map(|one| (one.places.iter().map(ToString::to_string).collect(), one.unanswered.len()))
        .collect();
    let group = |codes: &[&str], orders| (codes.iter().map(ToString::to_string).collect(), orders);
    assert_eq!(
        groups,
        [group(&["DE"], 1), group(&["FR"], 1), group(&["JP", "US"], 0), group(&["KZ"], 3)]
    );
}

#[test]
fn an_argument_of_a_definition_is_answered_too() {
    let rules = "define from_a(orders: [order]) = any x in orders where (x.authority == \"A\")
        rule r \"R\" { basis desk when from_a(reports.orders) then review }";
    assert_eq!(unanswered("KZ", rules, "KZ"), ["B", "C"]);
}
