//! What a reader is shown for each way in which a rule can come out.

use super::{Explanation, explain};
use crate::face::compiler::Compiler;
use crate::interpret::Interpreter;
use crate::interpret::testing::{NOON, compiled, given, instant};
use crate::state::State;
use crate::world::place::Place;

/// Explains the rules in `items`, which begin on line 5 of `world.loci`.
fn explained(items: &str, record: &str) -> Explanation {
    let world = format!(
        "jurisdiction WORLD {{ zone \"UTC\" }}\npolicy p \"P\" {{}}\npolicy later \"L\" {{ in force from 2027-01-01 }}\n\
         define yes() = platform == \"test\"\n{items}"
    );
    let kz = "jurisdiction KZ { zone \"UTC\" }\npolicy p \"P\" {}\nrule abroad \"A\" { basis p when chat.public then label }";
    let (program, sources) = compiled(&[("kz.loci", kz), ("world.loci", &world)]);
    let record = given(&program, record);
    explain(&Interpreter::new(&program, &record, instant(NOON)), &sources, Place::WORLD)
}

/// The explanation of `world.r`.
fn rule_text(items: &str, record: &str) -> String {
    let explanation = explained(items, record);
    explanation.rules.iter().find(|rule| rule.rule == "world.r").unwrap().to_string()
}

#[test]
fn what_was_compared_has_its_value_and_its_parts() {
    let points = "define points() = score (3 when text mentions \"offer\", 2 when chat.members > 10, 4 when chat.public)\n\
                  rule r \"R\" { basis p when points() >= 5 then label }";
    let sum = "rule r \"R\" { basis p when (chat.members ?? 0) + length(text) > 20 then label }";
    let count = "rule r \"R\" { basis p when (count link in links where (link.host == \"a.example\")) >= 1 then label }";
    let either = "rule r \"R\" { basis p when chat.members > 100 or chat.public then label }";
    let two = "rule r \"R\" { basis p when at least 2 of (chat.public, chat.members > 3, chat.members > 50) then label }";
    for (items, record, expected) in [
        (
            points,
            r#"{ "text": "offer", "chat": { "members": 3, "public": true } }"#,
            "Fact: points() is 7.\n  Fact: chat.public is true.\n  Score: 7 (",
        ),
        (
            points,
            r#"{ "text": "x", "chat": { "members": 30, "public": false } }"#,
            "points() is 2, text is \"x\", chat.members is 30, chat.public is false; the rule needs `points() >= 5`",
        ),
        (
            sum,
            r#"{ "text": "four", "chat": { "members": 30 } }"#,
            "Basis: P.\n  Fact: `(chat.members ?? 0) + length(text)` is 34.\n  Fact: chat.members is 30.\n  \
             Fact: length(text) is 4.\n  It asks",
        ),
        (
            sum,
            r#"{ "text": "four", "chat": { "members": 3 } }"#,
            "`(chat.members ?? 0) + length(text)` is 7, chat.members is 3, length(text) is 4, text is \"four\"; the rule needs",
        ),
        (count, r#"{ "links": [] }"#, "is 0, links is empty; the rule needs"),
        (
            either,
            r#"{ "chat": { "members": 3, "public": true } }"#,
            "Basis: P.\n  Fact: chat.public is true.\n  It asks",
        ),
        (
            two,
            r#"{ "chat": { "members": 30, "public": true } }"#,
            "Basis: P.\n  Fact: chat.public is true.\n  Fact: chat.members is 30.\n  It asks",
        ),
    ] {
        let text = rule_text(items, record);
        assert!(text.contains(expected), "{text}\n{expected}");
    }
}

#[test]
fn every_state_has_its_sentences() {
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
            "did not fire.\n  The rule needs one of these (world.loci:5:27):\n    \
             chat.members is 1; the rule needs at least 1000 (world.loci:5:27).\n    \
             chat.public is false; the rule needs `chat.public` (world.loci:6:8).\n",
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
             It asks for review, due 2026-03-01 14:00 UTC.\n  It asks for label.\n",
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
            "was lifted.\n  Basis: P.\n  It is lifted by world.e \"E\": P.\n  \
             Exception world.e \"E\" applies.\n    Fact: platform is \"test\".\n",
        ),
        (
            "rule r \"R\" { basis p when score (5 when text contains \"x\", 3 when chat.public, -1 when chat.scam) >= 5 then label }",
            r#"{ "text": "axe", "chat": { "public": true, "scam": false } }"#,
            "fired.\n  Basis: P.\n  Words: \"x\" in text (\"x\").\n  Fact: chat.public is true.\n  \
             Score: 8 (5 for `text contains \"x\"`: true; 3 for `chat.public`: true; -1 for `chat.scam`: false).\n  \
             It asks for label.\n",
        ),
        (
            "rule r \"R\" { basis p when score (5 when text contains \"x\", 3 when chat.public) >= 5 then label }",
            r#"{ "chat": { "public": true } }"#,
            "did not fire.\n  text is \"\", chat.public is true; \
             the rule needs `score (5 when text contains \"x\", 3 when chat.public) >= 5` (world.loci:5:27).\n  \
             Score: 3 (5 for `text contains \"x\"`: false; 3 for `chat.public`: true).\n",
        ),
        (
            "rule r \"R\" { basis p when score (5 when text contains \"x\", 3 when forward.chat.public) >= 5 then label }",
            r#"{ "text": "x", "absent": ["forward"] }"#,
            "fired.\n  Basis: P.\n  Words: \"x\" in text (\"x\").\n  \
             Score: 5 (5 for `text contains \"x\"`: true; 3 for `forward.chat.public`: false).\n  \
             It asks for label.\n",
        ),
        (
            "register known: text { \"TON\" } { complete from 2026-01-01  as of 2026-02-01  fresh for 2 weeks }\n\
             rule r \"R\" { basis p when chat.title not in known then label }",
            r#"{ "chat": { "title": "x" } }"#,
            "could not be decided.\n  Basis: P.\n  Not known: register world.known.\n  \
             chat.title is \"x\", register world.known is complete from 2026-01-01 until 2026-02-15; \
             the rule needs `chat.title not in known` (world.loci:6:27).\n",
        ),
        (
            "register known: text { \"TON\" } { complete from 2026-01-01  as of 2026-02-01  fresh for 90 days }\n\
             rule r \"R\" { basis p when chat.title not in known then label }",
            r#"{ "chat": { "title": "x" } }"#,
            "fired.\n  Basis: P.\n  Fact: chat.title is \"x\".\n  \
             Fact: register world.known is complete from 2026-01-01 until 2026-05-02.\n  It asks for label.\n",
        ),
        (
            "register known: text { \"TON\" }\nrule r \"R\" { basis p when chat.title in known or chat.title == \"y\" then label }",
            r#"{ "chat": { "title": "TON" } }"#,
            "fired.\n  Basis: P.\n  Words: \"TON\" in chat.title (in world.known: \"ton\", world.loci).\n  Fact: chat.title is \"TON\".\n  It asks for label.\n",
        ),
        (
            "rule r \"R\" { basis later in force from 2028-01-01 until 2029-01-01 when yes() then label }",
            "{}",
            "is not in force.\n  the rule is in force from 2028-01-01 until 2029-01-01.\n  \
             world.later is in force from 2027-01-01.\n",
        ),
    ] {
        assert_eq!(rule_text(items, record), format!("world.r \"R\" {expected}"), "{items}");
    }
}

#[test]
fn exceptions_are_explained_in_every_state() {
    let items = |clauses: &str, first: &str, second: &str| {
        format!(
            "rule r \"R\" {{ basis p when yes() then label }}\n\
             exception e \"E\" to r {{ basis p {clauses} when {first} }}\n\
             exception f \"F\" to e {{ basis p when {second} }}"
        )
    };
    let applies = "Fact: platform is \"test\".\n";
    for (clauses, first, second, expected) in [
        (
            "",
            "yes()",
            "yes()",
            format!(
                "  Exception world.e \"E\" is itself lifted.\n    It is lifted by world.f \"F\": P.\n    \
                 Exception world.f \"F\" applies.\n      {applies}"
            ),
        ),
        (
            "",
            "yes()",
            "chat.scam",
            "  Not known: chat.scam.\n  \
             The rule's own condition holds; it is not known whether an exception applies.\n  \
             Exception world.e \"E\" could not be decided.\n    Not known: chat.scam.\n    \
             The exception's own condition holds; it is not known whether an exception applies.\n    \
             Exception world.f \"F\" could not be decided.\n      Not known: chat.scam.\n      \
             chat.scam is missing; the exception needs `chat.scam` (world.loci:7:37).\n"
                .into(),
        ),
        (
            "",
            "not yes()",
            "yes()",
            "  Exception world.e \"E\" does not apply.\n    \
             platform is \"test\"; the exception needs `not yes()` (world.loci:6:38).\n"
                .into(),
        ),
        (
            "in force from 2027-01-01",
            "yes()",
            "yes()",
            "  Exception world.e \"E\" is not in force.\n    \
             the exception is in force from 2027-01-01.\n"
                .into(),
        ),
        (
            "in force by 2027-01-01",
            "yes()",
            "yes()",
            "  Exception world.e \"E\" may be in force.\n    \
             the exception was in force by 2027-01-01; its first day is not known.\n"
                .into(),
        ),
    ] {
        let text = rule_text(&items(clauses, first, second), "{}");
        assert!(text.ends_with(&expected), "{text}\n{expected}");
    }
}

#[test]
fn shown_exceptions_are_limited_in_number_and_depth() {
    let mut items = "rule r \"R\" { basis p when yes() then label }\n".to_owned();
    for number in 0..20 {
        let (idle, nested) = (format!("a{number}"), format!("z{number}"));
        let under = if number == 0 { "r".into() } else { format!("z{}", number - 1) };
        items += &format!(
            "exception {idle} \"A\" to r {{ basis p when chat.public }}\n\
             exception {nested} \"Z\" to {under} {{ basis p when yes() }}\n"
        );
    }
    let explanation = explained(&items, r#"{ "chat": { "public": false } }"#);
    let rule = explanation.rules.iter().find(|rule| rule.rule == "world.r").unwrap();
    assert_eq!((rule.exceptions.len(), &*rule.exceptions[0].exception), (8, "world.z0"));
    assert!(rule.exceptions[0].exceptions[0].exceptions[0].exceptions.is_empty());
}

#[test]
fn definitions_are_followed_to_the_part_that_decided() {
    let definitions = "define crowd = chat.members >= 1000\n\
        define open = chat.public and crowd\n\
        define bad_link = any link in links where (link.host == \"x.org\")\n\
        define signs = at least 2 of (crowd, chat.public, chat.scam)\n";
    let record = r#"{ "chat": { "members": 120, "public": true }, "text": "x", "links": [{ "url": "https://a.org", "host": "a.org" }] }"#;
    for (when, expected) in [
        (
            "open",
            "  chat.members is 120; the rule needs `open`: `crowd`: at least 1000 (world.loci:5:16).\n",
        ),
        (
            "bad_link",
            "  links is 1 element, links[0].host is \"a.org\"; the rule needs `bad_link`: \
             `any link in links where (link.host == \"x.org\")` (world.loci:7:19).\n",
        ),
        (
            "chat.scam and crowd",
            "  chat.members is 120; the rule needs `crowd`: at least 1000 (world.loci:5:16).\n",
        ),
        (
            "no link in links where (not (chat.fake and link.host == \"y.org\"))",
            "  links is 1 element, links[0].host is \"a.org\"; the rule needs \
             `no link in links where (not (chat.fake and link.host == \"y.org\"))` (world.loci:9:27).\n",
        ),
        (
            "crowd or bad_link or text == \"y\" or text == \"z\"",
            "  The rule needs one of these (world.loci:9:27):\n    \
             chat.members is 120; the rule needs `crowd`: at least 1000 (world.loci:5:16).\n    or one of 3 more.\n",
        ),
        ("signs and chat.public", "and 1 holds: `chat.public` (world.loci:8:16).\n"),
    ] {
        let record = if when.starts_with("signs") {
            record.replace("120", "120, \"scam\": false")
        } else {
            record.into()
        };
        let text = rule_text(
            &format!("{definitions}rule r \"R\" {{ basis p when {when} then label }}"),
            &record,
        );
        assert!(text.ends_with(expected), "{text}\n{expected}");
    }
}

#[test]
fn what_a_rule_asks_for_is_shown_with_its_date() {
    let items = |mode: &str| {
        format!("rule r \"R\" {{ basis p {mode} when yes() then label, preserve for 6 months }}")
    };
    for (mode, asks) in [
        ("", "It asks for label.\n  It asks for preserve until 2026-09-01 12:00 UTC.\n"),
        ("mode shadow", "It asks for label.\n  It asks for preserve.\n"),
    ] {
        let text = rule_text(&items(mode), "{}");
        assert!(text.ends_with(asks), "{text}");
    }
}

#[test]
fn a_score_of_many_parts_shows_those_that_are_true() {
    let parts: String =
        (1..=17).map(|members| format!("1 when chat.members < {members}, ")).collect();
    let rule = format!(
        "rule r \"R\" {{ basis p when score ({parts}2 when chat.public) >= 3 then label }}"
    );
    let text = rule_text(&rule, r#"{ "chat": { "members": 16, "public": true } }"#);
    let score = text.lines().find(|line| line.contains("Score")).unwrap();
    assert!(score.starts_with("  Score: 3 (1 for `chat.members < 17`: true; 2 for `chat.public`: true; 1 for `chat.members < 1`: false; "), "{score}");
    assert!(score.ends_with("; 1 for `chat.members < 14`: false; and 2 more)."), "{score}");
}

#[test]
fn what_is_over_or_held_is_said() {
    let record = r#"{ "sent_at": "2026-02-01T00:00:00Z", "reports": {
        "notices": [{ "kind": "k", "country": "KZ", "received_at": "2026-02-20T00:00:00Z", "secret": true }] } }"#;
    let rule = "rule r \"R\" { basis p when any x in reports.notices where (x.kind == \"k\")
        then label until sent_at + 7 days, restrict until edited_at, notify to author }";
    let text = rule_text(rule, record);
    let asks = "It asks for label, which is over.\n  \
        It asks for restrict, its end not known without edited_at.\n  \
        It asks for notify to author, held because the order or notice is secret: a person decides.\n";
    assert!(text.ends_with(asks), "{text}");
    let explanation = serde_json::to_value(explained(rule, record)).unwrap();
    let asks = explanation["rules"].as_array().unwrap().iter().find(|one| one["rule"] == "world.r");
    let asks = &asks.unwrap()["asks"];
    assert_eq!((&asks[0]["over"], &asks[2]["held"]), (&true.into(), &true.into()), "{asks}");
}

#[test]
fn what_is_asked_because_no_rule_answers_is_said() {
    let kz = "jurisdiction KZ { zone \"UTC\" on unanswered notify to author, review within 2 hours from order.received_at by policy p }
        policy p \"P\" {}";
    let set = Compiler::new().file("kz.loci", kz).compile().unwrap();
    let record = set.given(
        r#"{ reports: { orders: [{ authority: "A", country: "KZ", ref: "7", secret: true, received_at: 2026-03-01T06:00:00Z }] } }"#,
    );
    let (record, kz, state) = (record.unwrap(), set.place("KZ").unwrap(), State::default());
    let text = set.evaluator().explain(&record, kz, instant(NOON), &state).unwrap().to_string();
    let page = set.evaluator().page(&record, &[kz], instant(NOON), &state).unwrap();
    let (markdown, html) = (page.markdown().into_string(), page.html().into_string());
    for sentence in [
        "is not answered by any rule of this place.",
        "So this is asked for: notify to author, held because the order or notice is secret: a person decides.",
        "So this is asked for: review, due 2026-03-01 08:00 UTC (the clock runs from order.received",
    ] {
        for shown in [&text, &markdown, &html] {
            assert!(shown.replace('\\', "").contains(sentence), "{sentence}\n{shown}");
        }
    }
}

#[test]
fn an_explanation_names_all_outcomes() {
    let rules = "rule r \"R\" { basis p when yes() then limit, suspend chat }
        rule s \"S\" { basis p when yes() then label }";
    let text = explained(rules, "{}").to_string();
    assert!(
        text.starts_with("In WORLD at 2026-03-01 12:00 UTC: limit, label, suspend chat.\n"),
        "{text}"
    );
}

#[test]
fn an_explanation_begins_with_the_outcome_and_ends_with_other_places() {
    let explanation = explained("rule r \"R\" { basis p when chat.public then label }", "{}");
    let text = explanation.to_string();
    let first =
        "In WORLD at 2026-03-01 12:00 UTC: none, though not everything is known.\n\nworld.r \"R\"";
    assert!(text.starts_with(first), "{text}");
    assert!(text.ends_with("1 rule speaks for another place.\n"), "{text}");
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["rules"][0]["state"], "other_place");
    assert_eq!(json["rules"][1]["state"], "undetermined");
}

#[test]
fn reviewers_see_what_the_person_reads() {
    let wordings = "wording told { en: \"{rule}: {evidence} ({article}). {appeal}\", kk: \"{rule}\" }\n\
        wording kept { en: \"{rule}\\nuntil {until}\" }\n";
    let rule = |clauses: &str| {
        format!(
            "{wordings}rule r \"R {{x}}\" {{ basis p  when text contains \"x\" or chat.public or \
             any o in reports.orders where (o.country == \"KZ\")  {clauses} }}"
        )
    };
    let order = r#"{ "text": "y", "reports": { "orders": [{ "authority": "A", "country": "KZ", "secret": true }] } }"#;
    for (clauses, record, wanted) in [
        (
            "says told  then label",
            "{ \"text\": \"x\" }",
            Some("The person reads (world.told, en): R {x}: “x” (P). {appeal}"),
        ),
        (
            "says told  then label",
            "{ \"text\": \"\", \"chat\": { \"public\": true } }",
            Some(
                "The person does not read world.told: there are no words to quote for {evidence}.",
            ),
        ),
        (
            "says kept  then label for 3 days",
            "{ \"text\": \"x\" }",
            Some("The person reads (world.kept, en): R {x} until 2026-03-04 12:00 UTC"),
        ),
        (
            "says kept  then label until edited_at, restrict",
            "{ \"text\": \"x\" }",
            Some("The person does not read world.kept: no end is known for {until}."),
        ),
        (
            "says told  then label",
            order,
            Some("The person does not read world.told: it rests on a secret order or notice."),
        ),
        (
            "says told  then label }\nrule s \"S\" { basis p  when chat.scam  then restrict",
            "{ \"text\": \"x\", \"chat\": { \"scam\": true } }",
            Some("The person does not read world.told: another rule asks for something stricter."),
        ),
        (
            "says kept  then label for 3 days }\nrule s \"S\" { basis p  when chat.scam  then restrict",
            "{ \"text\": \"x\", \"chat\": { \"scam\": true } }",
            Some("The person does not read world.kept: another rule asks for something stricter."),
        ),
        (
            "says told  then review",
            "{ \"text\": \"x\" }",
            Some("The person does not read world.told: the rule asks for no measure."),
        ),
        ("says told  mode shadow  then label", "{ \"text\": \"x\" }", None),
        ("then label", "{ \"text\": \"x\" }", None),
    ] {
        let explanation = explained(&rule(clauses), record);
        let rule = explanation.rules.iter().find(|rule| rule.rule == "world.r").unwrap();
        let said = rule.says.as_ref().map(ToString::to_string);
        assert_eq!(said.as_deref(), wanted, "{clauses} {record}");
        let is_shown = rule.to_string().contains("The person");
        assert_eq!(is_shown, wanted.is_some(), "{rule}");
    }
}
