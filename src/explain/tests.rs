//! Each way a rule can come out, as a reader sees it.

use super::{Explanation, explain};
use crate::interpret::testing::{NOON, compiled, given, instant};
use crate::place::Place;

/// Explains rules of the world; each begins on line 5.
fn explained(items: &str, record: &str) -> Explanation {
    let world = format!(
        "jurisdiction WORLD {{ zone \"UTC\" }}\npolicy p \"P\" {{}}\npolicy later \"L\" {{ in force from 2027-01-01 }}\n\
         define yes() = platform == \"test\"\n{items}"
    );
    let kz = "jurisdiction KZ { zone \"UTC\" }\npolicy p \"P\" {}\nrule abroad \"A\" { basis p when chat.public then label }";
    let (program, sources) = compiled(&[("kz.loci", kz), ("world.loci", &world)]);
    explain(&program, &sources, &given(&program, record), Place::WORLD, instant(NOON))
}

/// What is said of `world.r`.
fn said(items: &str, record: &str) -> String {
    let explanation = explained(items, record);
    explanation.rules.iter().find(|rule| rule.rule == "world.r").unwrap().to_string()
}

#[test]
fn each_way_to_come_out() {
    let large =
        "rule r \"R\" { basis p when chat.members >= 1000\n  and   chat.public then restrict }";
    let either = large.replace("  and ", "  or ");
    for (items, record, expected) in [
        (
            large,
            r#"{ "chat": { "members": 120 } }"#,
            "did not fire.\n  chat.members is 120; the rule needs at least 1000 (world.loci:5:27).\n",
        ),
        (
            large,
            r#"{ "chat": { "members": 1200, "public": false } }"#,
            "did not fire.\n  chat.public is false; the rule needs `chat.public` (world.loci:6:9).\n",
        ),
        (
            &either,
            r#"{ "chat": { "members": 1, "public": false } }"#,
            "did not fire.\n  chat.members is 1, chat.public is false; the rule needs \
             `chat.members >= 1000 or chat.public` (world.loci:5:27).\n",
        ),
        (
            "rule r \"R\" { basis p when yes() unless text contains \"x\" then label }",
            r#"{ "text": "x\u001b[2J" }"#,
            "did not fire.\n  Its own exemption holds: text is \"x\\u{1b}[2J\"; \
             `text contains \"x\"` (world.loci:5:40).\n",
        ),
        (
            "rule r \"R\" { basis p when text contains \"x\" and chat.members > 3 then review within 2 hours by policy p, label }",
            r#"{ "text": "axe", "chat": { "members": 7 } }"#,
            "fired.\n  Basis: P.\n  Words: \"x\" in text (\"x\").\n  Fact: chat.members is 7.\n  \
             It asks for review, due 2026-03-01T14:00:00Z.\n  It asks for label.\n",
        ),
        (
            large,
            r#"{ "chat": { "public": true } }"#,
            "could not be decided.\n  Basis: P.\n  Not known: chat.members.\n  \
             chat.members is missing; the rule needs at least 1000 (world.loci:5:27).\n",
        ),
        (
            "rule r \"R\" { basis p when yes() then label }\nexception e \"E\" to r { basis p when yes() }",
            "{}",
            "was lifted.\n  Basis: P.\n  It is lifted by world.e \"E\": P.\n",
        ),
        (
            "rule r \"R\" { basis later in force from 2028-01-01 until 2029-01-01 when yes() then label }",
            "{}",
            "is not in force.\n  the rule is in force from 2028-01-01 until 2029-01-01.\n  \
             world.later is in force from 2027-01-01.\n",
        ),
    ] {
        assert_eq!(said(items, record), format!("world.r \"R\" {expected}"), "{items}");
    }
}

#[test]
fn the_whole_begins_with_the_outcome_and_ends_elsewhere() {
    let explanation = explained("rule r \"R\" { basis p when chat.public then label }", "{}");
    let text = explanation.to_string();
    let first =
        "In WORLD at 2026-03-01T12:00:00Z: none, though not everything is known.\n\nworld.r \"R\"";
    assert!(text.starts_with(first), "{text}");
    assert!(text.ends_with("1 rule speaks for another place.\n"), "{text}");
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["rules"][0]["state"], "other_place");
    assert_eq!(json["rules"][1]["state"], "undetermined");
}
