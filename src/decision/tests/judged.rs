//! Tests of law that counts by another day than that of the decision: `judged by receipt`, `judged by sending`.

use super::{decided, place};
use crate::base::time::Instant;
use crate::decision::{Assembly, Decision, decide};
use crate::interpret::Interpreter;
use crate::interpret::testing::{compiled, given, instant};
use crate::program::Program;
use serde_json::{Value as Json, json, to_value};

/// The decision is made at noon of 1 March 2026. `gone` ended on 1 January, `newest` is in force, `comes` is not yet.
const LAW: &str = r#"
jurisdiction KZ { zone "UTC" }
law acts "Acts" {
  article gone "1"   { in force from 2020-01-01 until 2026-01-01  judged by receipt  binds platform, on order  deadline 24 hours from order.received_at  verified 2026-01-01 }
  article newest "2"    { in force from 2026-02-01  judged by receipt  binds platform, on order  deadline 48 hours from order.received_at  verified 2026-01-01 }
  article comes "3" { in force from 2027-01-01  judged by receipt  binds platform, on order  verified 2026-01-01 }
  article open "4"  { in force by 2026-02-01    judged by receipt  binds platform, on order  verified 2026-01-01 }
  article always "5" { in force from 2020-01-01  binds platform, standing  deadline 6 hours from decision  verified 2026-01-01 }
  article said "6"  { in force from 2026-01-01 until 2026-02-15  judged by sending  binds platform, standing  verified 2026-01-01 }
  article kept "7"  { in force from 2026-01-01 until 2026-02-15  judged by sending, also when repealed since  binds platform, standing  verified 2026-01-01 }
  article late "8"   { in force from 2026-01-15  judged by sending  binds platform, standing  verified 2026-01-01 }
}
"#;

fn program(rules: &str) -> Program {
    compiled(&[("kz.loci", &format!("{LAW}\n{rules}"))]).0
}

fn rule(basis: &str, when: &str) -> Program {
    program(&format!(
        "rule r \"R\" {{ basis {basis} when {when} on unknown review then restrict }}"
    ))
}

/// A record with orders of authority A that came in on these days; without a day, that is not known.
fn orders(days: &[Option<&str>]) -> String {
    let order = |day: &Option<&str>| match day {
        Some(day) => {
            json!({ "authority": "A", "country": "KZ", "received_at": format!("{day}T00:00:00Z") })
        }
        None => json!({ "authority": "A", "country": "KZ" }),
    };
    let orders: Vec<Json> = days.iter().map(order).collect();
    json!({ "reports": { "orders": orders } }).to_string()
}

const ANY: &str = "any x in reports.orders where (x.authority == \"A\")";

fn shown(decision: &Decision) -> Json {
    let decision = to_value(decision).unwrap();
    let articles = |rule: &Json| -> Vec<Json> {
        let basis = rule["basis"].as_array().cloned().unwrap_or_default();
        basis.iter().map(|one| one["article"].clone()).collect()
    };
    json!([
        decision["matched"].as_array().unwrap().first().map_or(vec![], articles),
        decision["gaps"][0]["unknown"],
        decision["outcome_due"]["due"],
    ])
}

#[test]
fn an_order_is_judged_by_the_law_of_the_day_on_which_it_came_in() {
    let (old, new) = (Some("2025-12-01"), Some("2026-02-28"));
    let (between, early) = (Some("2026-01-10"), Some("2019-01-01"));
    for (basis, days, expected) in [
        ("acts.gone", &[old][..], json!([["1"], null, "2025-12-02T00:00:00Z"])),
        ("acts.gone", &[new], json!([[], null, null])),
        ("acts.gone", &[early], json!([[], null, null])),
        ("acts.newest", &[old], json!([[], null, null])),
        ("acts.newest", &[new], json!([["2"], null, "2026-03-02T00:00:00Z"])),
        ("acts.newest", &[new, old], json!([["2"], null, "2026-03-02T00:00:00Z"])),
        ("acts.comes", &[new], json!([[], null, null])),
        // Each order starts the clocks of its own articles.
        ("acts.gone, acts.newest", &[old, new], json!([["1", "2"], null, "2025-12-02T00:00:00Z"])),
        ("acts.gone, acts.newest", &[new], json!([["2"], null, "2026-03-02T00:00:00Z"])),
        ("acts.gone, acts.newest", &[between], json!([[], null, null])),
        // An article that counts by the decision's day makes all orders count, and its own clock runs.
        ("acts.newest, acts.always", &[between], json!([["5"], null, "2026-03-01T18:00:00Z"])),
        ("all of acts.newest, acts.always", &[between], json!([[], null, null])),
        (
            "all of acts.newest, acts.always",
            &[new],
            json!([["2", "5"], null, "2026-03-01T18:00:00Z"]),
        ),
        ("all of acts.gone, acts.newest", &[old, new], json!([[], null, null])),
        // What is not known makes no rule fire, and is a gap.
        ("acts.gone", &[None], json!([[], ["kz.acts.gone"], null])),
        ("acts.gone", &[None, old], json!([["1"], null, "2025-12-02T00:00:00Z"])),
        ("acts.comes", &[None], json!([[], ["kz.acts.comes"], null])),
        ("acts.open", &[between], json!([[], ["kz.acts.open"], null])),
        ("acts.open", &[new], json!([["4"], null, null])),
    ] {
        let decision = decided(&rule(basis, ANY), "KZ", &orders(days));
        assert_eq!(shown(&decision), expected, "{basis} {days:?}");
    }
}

#[test]
fn orders_under_other_law_are_not_in_the_record_for_the_rule() {
    let (old, new) = (Some("2025-12-01"), Some("2026-02-28"));
    let count = "count x in reports.orders where (x.authority == \"A\") >= 2";
    let no = "no x in reports.orders where (x.authority == \"A\")";
    for (when, days, articles) in [
        (count, &[old, new][..], json!([])),
        (count, &[new, new, old], json!(["2"])),
        // Without an order that supports it, the law of the decision's day counts.
        (no, &[old], json!(["2"])),
        (no, &[new], json!([])),
    ] {
        let decision = decided(&rule("acts.newest", when), "KZ", &orders(days));
        assert_eq!(shown(&decision)[0], articles, "{when} {days:?}");
    }
    // Paths are those of the whole record.
    let program = rule("acts.newest", ANY);
    let record = given(&program, &orders(&[old, new]));
    let interpreter = Interpreter::new(&program, &record, instant("2026-03-01T12:00:00Z"));
    let rules = program.rules();
    let assembly =
        Assembly::new(&program, record.visibility(), interpreter.at, &rules, &interpreter);
    let verdicts = assembly.verdicts(place("KZ"));
    let verdict = verdicts.values().next().unwrap();
    let seen: Vec<&str> =
        verdict.finding.events.values().flatten().map(|one| one.path.as_str()).collect();
    assert_eq!(seen, ["reports.orders[1]"]);
    assert!(verdict.hidden.iter().eq(["reports.orders[0]"]), "{:?}", verdict.hidden);
    let decision = assembly.decide(place("KZ"));
    let unanswered: Vec<&str> = decision.unanswered.iter().map(|one| one.path.as_str()).collect();
    assert_eq!(unanswered, ["reports.orders[0]"], "the rule answers only what it sees");
}

#[test]
fn the_end_of_an_outcome_depends_on_no_order_that_the_rule_does_not_see() {
    let until = "restrict until (if any y in reports.orders where (y.ref == \"1\") then sent_at + 10 days else sent_at + 1 day)";
    let program = program(&format!("rule r \"R\" {{ basis acts.newest when {ANY} then {until} }}"));
    for (day, end) in [("2026-02-20", "2026-03-11"), ("2025-12-01", "2026-03-02")] {
        let record = json!({ "sent_at": "2026-03-01T00:00:00Z", "reports": { "orders": [
            { "authority": "A", "country": "KZ", "ref": "2", "received_at": "2026-02-28T00:00:00Z" },
            { "authority": "B", "country": "KZ", "ref": "1", "received_at": format!("{day}T00:00:00Z") },
        ] } });
        let decision = to_value(decided(&program, "KZ", &record.to_string())).unwrap();
        assert_eq!(decision["outcomes"][0]["until"], json!(format!("{end}T00:00:00Z")), "{day}");
    }
}

#[test]
fn a_message_is_judged_by_the_law_of_the_day_on_which_it_was_sent() {
    let at = |sent: &str, edited: &str, basis: &str, decided: &str| {
        let program = rule(basis, "platform == \"test\"");
        let dates = [("sent_at", sent), ("edited_at", edited)];
        let dates = dates.into_iter().filter(|(_, day)| !day.is_empty());
        let record: serde_json::Map<String, Json> =
            dates.map(|(name, day)| (name.into(), json!(format!("{day}T00:00:00Z")))).collect();
        let record = given(&program, &Json::Object(record).to_string());
        let at: Instant = instant(&format!("{decided}T00:00:00Z"));
        shown(&decide(&Interpreter::new(&program, &record, at), place("KZ")))
    };
    for (sent, edited, basis, decided, expected) in [
        ("2026-01-10", "", "acts.said", "2026-02-01", json!([["6"], null, null])),
        ("2026-01-10", "", "acts.said", "2026-03-01", json!([[], null, null])),
        ("2025-12-10", "", "acts.said", "2026-02-01", json!([[], null, null])),
        ("2026-01-10", "", "acts.kept", "2026-03-01", json!([["7"], null, null])),
        ("2025-12-10", "", "acts.kept", "2026-03-01", json!([[], null, null])),
        // An edited message is a new version.
        ("2025-12-10", "2026-01-10", "acts.kept", "2026-03-01", json!([["7"], null, null])),
        ("2026-01-10", "", "acts.late", "2026-03-01", json!([[], null, null])),
        ("2026-01-20", "", "acts.late", "2026-03-01", json!([["8"], null, null])),
        ("", "", "acts.late", "2026-03-01", json!([[], ["kz.acts.late"], null])),
        ("", "", "acts.said", "2026-03-01", json!([[], null, null])),
        ("", "", "acts.kept", "2026-03-01", json!([[], ["kz.acts.kept"], null])),
    ] {
        let found = at(sent, edited, basis, decided);
        assert_eq!(found, expected, "sent {sent}, edited {edited}, {basis}, decided {decided}");
    }
}

#[test]
fn an_exception_is_judged_by_its_own_law() {
    let program = program(&format!(
        "rule r \"R\" {{ basis acts.always when {ANY} then restrict }}
         exception e \"E\" to r {{ basis acts.gone when any y in reports.orders where (y.ref == \"1\") }}"
    ));
    for (day, outcome, gaps) in [
        (Some("2025-12-01"), "none", 0),
        (Some("2026-02-28"), "restrict", 0),
        (None, "restrict", 1),
    ] {
        let record = orders(&[day]).replace("\"authority\"", "\"ref\":\"1\",\"authority\"");
        let decision = decided(&program, "KZ", &record);
        assert_eq!((&*decision.outcome, decision.gaps.len()), (outcome, gaps), "{day:?}");
    }
}
