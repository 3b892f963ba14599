//! Registers: what is not in them is known not to be only while they are complete.

use super::{PRELUDE, check, evidence_texts, finding_of};
use crate::interpret::Interpreter;
use crate::interpret::testing::{compiled, given, instant, named};
use crate::program::outcome::Truth::{self, False, True, Unknown};

fn linked(hosts: &str) -> String {
    let link = |host: &str| format!(r#"{{ "url": "x", "host": "{host}" }}"#);
    let links: Vec<String> = hosts.split_whitespace().map(link).collect();
    format!(r#"{{ "links": [{}] }}"#, links.join(", "))
}

/// Decisions of these tests are made at noon on 1 March 2026.
#[test]
fn absences_are_known_while_a_register_is_complete() {
    let [member, below, former, stranger] =
        ["in.example", "a.in.example", "out.example", "other.example"].map(linked);
    let any = |register: &str| format!("any l in links where (l.host in {register})");
    let no = |register: &str| format!("any l in links where (l.host not in {register})");
    let [fresh, stale, later, bare, nobody] =
        ["fresh", "stale", "later", "bare", "nobody"].map(|name| [any(name), no(name)]);
    let both = linked("in.example other.example");
    check(&[
        ("in it", &fresh[0], &member, True, ""),
        ("in it, not in", &fresh[1], &member, False, ""),
        ("below an entry", &fresh[0], &below, True, ""),
        ("taken out", &fresh[0], &former, False, ""),
        ("never in it", &fresh[0], &stranger, False, ""),
        ("never in it, not in", &fresh[1], &stranger, True, ""),
        ("the value is missing", "chat.title in fresh", "{}", Unknown, "chat.title"),
        ("stale, in it", &stale[0], &member, True, ""),
        ("stale, not in", &stale[1], &member, False, ""),
        ("stale, unknown", &stale[0], &stranger, Unknown, "register world.stale"),
        ("stale, not in unknown", &stale[1], &stranger, Unknown, "register world.stale"),
        ("stale, the value is missing", "chat.title in stale", "{}", Unknown, "chat.title"),
        ("stale, one of two", &stale[0], &both, True, ""),
        ("not yet", &later[0], &stranger, Unknown, "register world.later"),
        ("not yet, in it", &later[0], &member, True, ""),
        ("never complete", &bare[1], &stranger, Unknown, "register world.bare"),
        ("never complete, in it", &bare[0], &member, True, ""),
        ("empty and complete", &nobody[1], &stranger, True, ""),
    ]);
}

#[test]
fn an_unknown_absence_is_an_unknown_condition() {
    let (both, stranger) = (linked("in.example other.example"), linked("other.example"));
    let register = "register world.stale";
    check(&[
        ("all", "all l in links where (l.host in stale)", &both, Unknown, register),
        ("no", "no l in links where (l.host in stale)", &both, False, ""),
        ("count", "count l in links where (l.host in stale) >= 1", &both, True, ""),
        ("count, open", "count l in links where (l.host in stale) >= 2", &both, Unknown, register),
        (
            "decided",
            "chat.public and (any l in links where (l.host in stale))",
            r#"{ "chat": { "public": false } }"#,
            False,
            "",
        ),
        ("definition", "any l in links where (is_listed(l))", &stranger, Unknown, register),
        (
            "score",
            "any l in links where (score (5 when l.host in stale, 3 when yes()) >= 4)",
            &stranger,
            Unknown,
            register,
        ),
        (
            "score, decided",
            "any l in links where (score (5 when l.host in stale, 3 when yes()) >= 3)",
            &stranger,
            True,
            "",
        ),
        (
            "if",
            "any l in links where (if l.host in stale then yes() else never())",
            &stranger,
            Unknown,
            register,
        ),
        (
            "at least",
            "at least 2 of (yes(), \"other.example\" in stale, \"in.example\" in stale)",
            &stranger,
            True,
            "",
        ),
        (
            "two registers",
            "any l in links where (l.host in stale or l.host in bare)",
            &stranger,
            Unknown,
            "register world.bare register world.stale",
        ),
        (
            "one is complete",
            "any l in links where (l.host in stale and l.host in fresh)",
            &stranger,
            False,
            "",
        ),
        ("number", "chat.members in members", r#"{ "chat": { "members": 7 } }"#, True, ""),
        (
            "other number",
            "chat.members not in members",
            r#"{ "chat": { "members": 8 } }"#,
            Unknown,
            "register world.members",
        ),
        ("none", "reply.chat.title in bare", r#"{ "absent": ["reply"] }"#, False, ""),
        ("not none", "reply.chat.title not in bare", r#"{ "absent": ["reply"] }"#, True, ""),
    ]);
}

/// The days are those of the file of the rule, as for entries of sets.
#[test]
fn completeness_begins_and_ends_at_midnight_in_the_zone_of_the_file() {
    let rules = PRELUDE
        .replace("jurisdiction WORLD { zone \"UTC\" }", "jurisdiction KZ { zone \"Asia/Almaty\" }")
        + "rule r \"Rule\" { basis terms_of_service  when any l in links where (l.host not in stale)  then label }\n";
    let (program, _) = compiled(&[("kz.loci", &rules)]);
    let record = given(&program, &linked("other.example"));
    let at = |text: &str| -> Truth {
        let interpreter = Interpreter::new(&program, &record, instant(text));
        interpreter.condition(named(&program, "kz.r")).truth
    };
    assert_eq!(at("2025-12-31T18:59:59.999999999Z"), Unknown);
    assert_eq!(at("2025-12-31T19:00:00Z"), True);
    assert_eq!(at("2026-02-28T18:59:59.999999999Z"), True);
    assert_eq!(at("2026-02-28T19:00:00Z"), Unknown);
}

/// An entry is quoted as that of a set is. What is not in a register is not quoted by that.
#[test]
fn what_is_in_a_register_is_evidence() {
    let found = finding_of("any l in links where (l.host in stale)", &linked("a.in.example"));
    assert_eq!(
        evidence_texts(&found),
        ["links[0].url[0, 1] x", "links[0].host[0, 12] a.in.example"]
    );
    let found = finding_of("any l in links where (l.host not in fresh)", &linked("other.example"));
    assert_eq!(evidence_texts(&found), ["links[0].url[0, 1] x"]);
    let found =
        finding_of("chat.title not in fresh", r#"{ "chat": { "title": "other.example" } }"#);
    assert_eq!((found.truth, found.evidence.len()), (True, 0));
}
