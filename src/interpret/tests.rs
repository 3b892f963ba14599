//! Tests of the semantics, by tables of conditions, records and results.

mod aggregates;

use super::Interpreter;
use super::testing::{NOON, compiled, found, given, instant, named};
use crate::base::limits::{EVIDENCE, QUOTATION};
use crate::base::time::{Instant, Zone};
use crate::program::Program;
use crate::program::outcome::Truth::{self, False, True, Unknown};
use crate::program::outcome::{Event, Evidence, Finding, Incoming};
use crate::world::value::Value;
use std::collections::BTreeSet;

/// Definitions for the conditions. On every record of these tests, `yes` is true and `never` is false.
const PRELUDE: &str = r#"
jurisdiction WORLD { zone "UTC" }
policy terms_of_service "Terms of service" {}
terms money { en: "passive income", "double your (money|deposit)"  ru: "доход*" }
terms caution { en: "fraud" }
set bad_hosts: domain { "bad.example", "old.example" until 2026-01-01 }
define yes() = platform == "test"
define never() = platform == "none"
define both(a: bool, b: bool) = a and b
define hosted(x: link, name: text) = x.host == name
define shady(x: link) = x.deceptive
define positive(n: int) = n > 0
define is_old() = at > sent_at + 12 hours
define is_member(code: place) = code in EU
define orders_of_b() = count x in reports.orders where (x.ref contains "B")
define deceptive() = count link in links where (link.deceptive)
"#;

/// One rule for each condition: `world.r0`, `world.r1`, and so on.
fn rules<'w>(conditions: impl IntoIterator<Item = &'w str>) -> Program {
    let mut source = PRELUDE.to_owned();
    for (number, when) in conditions.into_iter().enumerate() {
        source += &format!(
            "rule r{number} \"Rule\" {{\n basis terms_of_service\n when {when}\n then label\n}}\n"
        );
    }
    compiled(&[("world.loci", &source)]).0
}

fn finding_of(when: &str, json: &str) -> Finding {
    found(&rules([when]), "world.r0", json)
}

/// Links, one for each word: `true` if it is deceptive, `false` if it is not, `?` if that is unknown.
fn links(deceptive: &str) -> String {
    let link = |known: &str| match known {
        "?" => r#"{ "url": "a.example" }"#.to_owned(),
        known => format!(r#"{{ "url": "a.example", "deceptive": {known} }}"#),
    };
    let links: Vec<String> = deceptive.split_whitespace().map(link).collect();
    format!(r#"{{ "links": [{}] }}"#, links.join(", "))
}

/// The evidence as `text[3, 5] words`: the part, the range of bytes, and the words there.
fn evidence_texts(finding: &Finding) -> Vec<String> {
    let place = |one: &Evidence| format!("{}{:?} {}", one.part, one.bytes, one.text);
    finding.evidence.iter().map(place).collect()
}

/// A name, a condition, a record, the truth, and what is missing.
type Row<'r> = (&'r str, &'r str, &'r str, Truth, &'r str);

fn check(table: &[Row<'_>]) {
    let program = rules(table.iter().map(|row| row.1));
    for (number, (name, when, record, truth, missing)) in table.iter().enumerate() {
        let finding = found(&program, &format!("world.r{number}"), record);
        let found: Vec<String> = finding.missing.into_iter().collect();
        assert_eq!(
            (finding.truth, found.join(" ")),
            (*truth, (*missing).to_owned()),
            "{name}: {when}"
        );
    }
}

/// Decisions of these tests are made at noon on 1 March 2026.
#[test]
fn the_instant_of_the_decision_is_compared_with_others() {
    let sent = r#"{ "sent_at": "2026-02-28T12:00:00Z" }"#;
    check(&[
        ("later", "at > sent_at", sent, True, ""),
        ("after a day, to the second", "at > sent_at + 24 hours", sent, False, ""),
        ("from a day on", "at >= sent_at + 24 hours", sent, True, ""),
        ("with the shift on its own side", "at - 24 hours >= sent_at", sent, True, ""),
        ("on the right", "sent_at + 1 day < (at + 1 second)", sent, True, ""),
        ("a day of the calendar", "at < 2026-03-02", "{}", True, ""),
        ("missing", "at > edited_at + 24 hours", sent, Unknown, "edited_at"),
        ("in a definition", "is_old() and not (at < sent_at)", sent, True, ""),
        (
            "of an element",
            "any o in reports.orders where (at > o.received_at + 24 hours)",
            r#"{ "reports": { "orders": [{ "authority": "A", "country": "KZ", "received_at": "2026-02-27T12:00:00Z" }] } }"#,
            True,
            "",
        ),
    ]);
}

/// The United Kingdom left the Union on 1 February 2020.
#[test]
fn a_place_lies_in_another_at_the_instant_of_the_decision() {
    let order = |country: &str| {
        format!(
            r#"{{ "reports": {{ "orders": [{{ "authority": "A", "country": "{country}" }}] }} }}"#
        )
    };
    let (french, british, kazakh) = (order("FR"), order("GB"), order("KZ"));
    let state = "any o in reports.orders where (o.country in EU)";
    check(&[
        ("a member", state, &french, True, ""),
        ("a former member", state, &british, False, ""),
        ("no member", state, &kazakh, False, ""),
        ("missing", "chat.country in EU", "{}", Unknown, "chat.country"),
        ("outside", "all o in reports.orders where (o.country not in EU)", &british, True, ""),
        ("itself", "any o in reports.orders where (o.country in FR)", &french, True, ""),
        (
            "a part of a country",
            "chat.country in FR",
            r#"{ "chat": { "country": "FR-IDF" } }"#,
            True,
            "",
        ),
        (
            "a part of a member",
            "chat.country in EU",
            r#"{ "chat": { "country": "FR-IDF" } }"#,
            True,
            "",
        ),
        (
            "the whole in its part",
            "chat.country in FR-IDF",
            r#"{ "chat": { "country": "FR" } }"#,
            False,
            "",
        ),
        ("the world", "chat.country in WORLD", r#"{ "chat": { "country": "KZ" } }"#, True, ""),
        ("a parameter", "is_member(chat.country)", r#"{ "chat": { "country": "DE" } }"#, True, ""),
    ]);
    let program = rules(["chat.country in EU"]);
    let record = given(&program, r#"{ "chat": { "country": "GB" } }"#);
    for (at, truth) in [("2020-01-31T22:59:59Z", True), ("2020-01-31T23:00:00Z", False)] {
        let interpreter = Interpreter::new(&program, &record, instant(at));
        assert_eq!(interpreter.condition(named(&program, "world.r0")).truth, truth, "{at}");
    }
}

#[test]
fn a_missing_value_makes_a_condition_unknown() {
    let seven = r#"{ "chat": { "members": 7 } }"#;
    check(&[
        ("a missing field", "chat.members >= 7", "{}", Unknown, "chat.members"),
        ("a missing record", "reply.external", "{}", Unknown, "reply"),
        ("a present field", "chat.members >= 7", seven, True, ""),
        ("not", "not chat.public", "{}", Unknown, "chat.public"),
        ("false beats unknown", "chat.public and never()", "{}", False, ""),
        ("unknown beats true", "chat.public and yes()", "{}", Unknown, "chat.public"),
        ("true beats unknown", "chat.public or yes()", "{}", True, ""),
        ("unknown beats false", "chat.public or never()", "{}", Unknown, "chat.public"),
        (
            "only unknown subtrees count",
            "(chat.scam and never()) or chat.public",
            "{}",
            Unknown,
            "chat.public",
        ),
        (
            "all unknown operands count",
            "chat.scam or chat.members > chat.strikes",
            "{}",
            Unknown,
            "chat.members chat.scam chat.strikes",
        ),
        ("equal truths", "chat.public == yes()", "{}", Unknown, "chat.public"),
        ("overflow", "9223372036854775807 + chat.members > 0", seven, Unknown, "overflow"),
        ("division by zero", "1 / (chat.members - 7) > 0", seven, Unknown, "division by zero"),
        (
            "a missing operand before a division by zero",
            "chat.strikes / (chat.members - 7) > 0",
            seven,
            Unknown,
            "chat.strikes",
        ),
        (
            "no answer",
            "abs(6 - 9223372036854775807 - chat.members) > 0",
            seven,
            Unknown,
            "abs(…) has no answer",
        ),
        ("an unknown argument", "abs(chat.members) > 0", "{}", Unknown, "chat.members"),
    ]);
}

#[test]
fn quantifiers_follow_three_valued_logic() {
    let bad = |quantifier| format!("{quantifier} link in links where (link.deceptive)");
    let flags = |quantifier| format!("{quantifier} flag in flags where (flag == \"guest\")");
    let (any, all, no) = (bad("any"), bad("all"), bad("no"));
    let table = [
        (flags("any"), "-", Unknown, "flags"),
        (flags("all"), "-", Unknown, "flags"),
        (flags("no"), "-", Unknown, "flags"),
        (format!("({}) >= 0", flags("count")), "-", Unknown, "flags"),
        (any.clone(), "", False, ""),
        (all.clone(), "", False, ""),
        (no.clone(), "", True, ""),
        ("no link in links where (not link.deceptive)".to_owned(), "", True, ""),
        (any.clone(), "? true", True, ""),
        (any, "? false", Unknown, "links[].deceptive"),
        (all.clone(), "true ?", Unknown, "links[].deceptive"),
        (all, "false ?", False, ""),
        (no.clone(), "false ?", Unknown, "links[].deceptive"),
        (no, "true ?", False, ""),
    ];
    let records = table.each_ref().map(|(_, deceptive, ..)| match *deceptive {
        "-" => "{}".to_owned(),
        deceptive => links(deceptive),
    });
    let rows =
        table.iter().zip(&records).map(|((when, deceptive, truth, missing), record)| -> Row<'_> {
            (deceptive, when, record, *truth, missing)
        });
    check(&rows.collect::<Vec<_>>());
}

#[test]
fn a_count_is_decided_if_unknown_elements_cannot_change_it() {
    let count = "(count link in links where (link.deceptive))";
    let table = [
        (">= 1", "true ?", True),
        ("> 1", "true ?", Unknown),
        ("== 3", "true ?", False),
        ("!= 3", "true ?", True),
        ("< 3", "true ?", True),
        ("== 2", "true ? ?", Unknown),
        ("== 2", "true true false", True),
        ("+ 5 > 1", "true ?", True),
        ("- 2 > 0", "true ?", False),
        ("* 2 > 1", "true ?", True),
        ("* 2 > 2", "true ?", Unknown),
        ("/ 3 > 0", "true ?", False),
        ("+ 5 > 1", "true false", True),
    ]
    .map(|(rest, deceptive, truth)| (format!("{count} {rest}"), links(deceptive), truth));
    let rows = table.iter().map(|(when, record, truth)| -> Row<'_> {
        let missing = if *truth == Unknown { "links[].deceptive" } else { "" };
        ("a count", when, record, *truth, missing)
    });
    check(&rows.collect::<Vec<_>>());
    check(&[
        ("by its name", "deceptive() >= 1", &links("true ?"), True, ""),
        ("by its name", "deceptive() >= 2", &links("true ?"), Unknown, "links[].deceptive"),
        ("as an argument", "positive(deceptive())", &links("true ?"), True, ""),
        ("of an if", "(if yes() then deceptive() else 0) >= 1", &links("true ?"), True, ""),
        ("in a list", "deceptive() not in [0, 3]", &links("true ?"), True, ""),
        ("perhaps in a list", "deceptive() in [2]", &links("true ?"), Unknown, "links[].deceptive"),
        ("enough", "at least 1 of (chat.public, yes())", "{}", True, ""),
        ("perhaps enough", "at least 2 of (chat.public, yes())", "{}", Unknown, "chat.public"),
        ("too few", "at least 2 of (chat.public, never(), never())", "{}", False, ""),
    ]);
}

#[test]
fn conditions_can_be_known_although_values_are_missing() {
    let zero = r#"{ "chat": { "members": 0 } }"#;
    check(&[
        ("the default", "(chat.members ?? 1) > 0", "{}", True, ""),
        ("a value before its default", "(chat.members ?? 1) > 0", zero, False, ""),
        (
            "no default either",
            "(chat.members ?? chat.strikes) > 0",
            "{}",
            Unknown,
            "chat.members chat.strikes",
        ),
        ("missing", "chat.members is missing", "{}", True, ""),
        ("known", "chat.members is known", zero, True, ""),
        ("if true", "(if yes() then 1 else 0) > 0", "{}", True, ""),
        ("if false", "(if never() then 1 else 0) > 0", "{}", False, ""),
        ("if unknown", "(if chat.public then 1 else 0) > 0", "{}", Unknown, "chat.public"),
        ("whichever arm", "(if chat.public then 6 else 5) >= 5", "{}", True, ""),
        (
            "whichever later arm",
            "(if chat.public then 6 else if never() then 0 else 5) >= 5",
            "{}",
            True,
            "",
        ),
        (
            "one of two arms",
            "(if chat.public then 6 else if yes() then chat.members else 5) >= 5",
            "{}",
            Unknown,
            "chat.members chat.public",
        ),
        (
            "an arm that was passed",
            "(if yes() then 6 else if chat.public then 0 else 1) >= 5",
            "{}",
            True,
            "",
        ),
        ("within an arm", "(if chat.public then 6.5 else 5) * 2 >= 10", "{}", True, ""),
        (
            "arms without an order",
            "(if chat.public then \"a\" else \"b\") != \"c\"",
            "{}",
            Unknown,
            "chat.public",
        ),
        ("arguments stay unknown", "both(chat.public, yes())", "{}", Unknown, "chat.public"),
        ("an unknown argument may not matter", "both(chat.public, never())", "{}", False, ""),
        (
            "an argument by its own path",
            "any link in links where (shady(link))",
            &links("?"),
            Unknown,
            "links[].deceptive",
        ),
        (
            "elements as arguments",
            "any link in links where (hosted(link, \"a.example\"))",
            &links("?"),
            True,
            "",
        ),
    ]);
}

#[test]
fn unless_follows_three_valued_logic() {
    let source = format!(
        "{PRELUDE} rule r {{ basis terms_of_service when yes() unless chat.public then label }}"
    );
    let (program, _) = compiled(&[("world.loci", &source)]);
    for (record, truth) in [
        ("{}", Unknown),
        (r#"{ "chat": { "public": true } }"#, False),
        (r#"{ "chat": { "public": false } }"#, True),
    ] {
        assert_eq!(found(&program, "world.r", record).truth, truth, "{record}");
    }
}

#[test]
fn conditions_on_texts_look_at_each_part() {
    let record = r#"{ "parts": [{ "text": "one two" }, { "kind": "caption", "text": "three" }], "chat": { "title": "b" } }"#;
    check(&[
        ("in any part", "text contains \"hre\"", record, True, ""),
        ("not across parts", "text contains \"two\\nthree\"", record, False, ""),
        ("as a value its parts are joined", "text == \"one two\\nthree\"", record, True, ""),
        ("as an argument too", "length(text) == 13", record, True, ""),
        ("an empty text", "text == \"\"", "{}", True, ""),
        ("the first part", "text starts with \"one\"", record, True, ""),
        ("not the second", "text starts with \"three\"", record, False, ""),
        ("the last part", "text ends with \"three\"", record, True, ""),
        ("not the first", "text ends with \"two\"", record, False, ""),
        ("a list", "chat.title in [\"a\", \"b\"]", record, True, ""),
        ("not in a list", "chat.title not in [\"a\"]", record, True, ""),
    ]);
}

#[test]
fn evidence_supports_the_condition_and_nothing_else() {
    let hosts = [
        "links[0].url[0, 14] https://b.org/",
        "links[1].url[0, 14] https://b.com/",
        "links[0].host[0, 2] b.",
        "links[1].host[0, 2] b.",
    ];
    let of_b = ["text[1, 2] b", "caption[2, 3] b"];
    let table = [
        ("all matches of all parts", "text contains \"b\"", &of_b[..]),
        (
            "no short circuit",
            "text contains \"қ\" or text contains \"b\"",
            &["text[1, 2] b", "caption[0, 2] қ", "caption[2, 3] b"],
        ),
        ("nothing where it did not matter", "yes() or (text contains \"қ\" and never())", &[]),
        (
            "the true ones of several",
            "at least 1 of (text contains \"қ\", never())",
            &["caption[0, 2] қ"],
        ),
        ("nothing under not", "yes() or not text contains \"b\"", &[]),
        ("a double negation", "not (never() or not text contains \"b\")", &of_b),
        (
            "what is false",
            "not ((not text contains \"қ\") and text contains \"b\")",
            &["caption[0, 2] қ"],
        ),
        ("elements by their paths", "any x in links where (x.host contains \"b.\")", &hosts),
        ("nothing in no", "yes() or no x in links where (x.host contains \"b.\")", &[]),
        ("a negated `no`", "not (no x in links where (x.host contains \"b.\"))", &hosts),
        ("bodies of counts", "(count x in links where (x.host contains \"b.\")) > 1", &hosts),
        (
            "only true bodies",
            "any x in links where (x.host contains \"b.\" and x.deceptive)",
            &[hosts[1], hosts[3]],
        ),
        ("every element", "all x in links where (x.url is known)", &hosts[..2]),
        (
            "elements that are false",
            "not (all x in links where (x.host contains \"org\"))",
            &hosts[1..2],
        ),
        ("both true", "(text contains \"b\") == yes()", &of_b),
        ("both false", "(not text contains \"b\") == never()", &of_b),
        ("truths that differ", "(text contains \"b\") != never()", &of_b),
        ("not equal", "not ((text contains \"b\") == never())", &of_b),
        ("a true if", "if text contains \"b\" then yes() else never()", &of_b),
        ("a false if", "if not text contains \"b\" then never() else yes()", &of_b),
        ("an if of numbers", "(if text contains \"b\" then 1 else 0) + 1 > 1", &of_b),
        ("nothing of a false rule", "text contains \"b\" and never()", &[]),
        ("nothing of an unknown rule", "text contains \"b\" and chat.public", &[]),
        ("in arguments", "both(text contains \"қ\", yes())", &["caption[0, 2] қ"]),
        (
            "surfaces before fields",
            "(any x in links where (x.host contains \".org\")) and text contains \"қ\"",
            &["caption[0, 2] қ", hosts[0], "links[0].host[1, 5] .org"],
        ),
        ("matches", "any m in spans(text, r\"[ab]\") where (m.text != \"a\")", &of_b),
        ("the number of matches", "length(spans(text, r\"b\")) >= 2", &of_b),
        ("words of a text", "any w in mixed_words(text) where (w != \"x\")", &["caption[0, 3] қb"]),
        ("the number of words", "length(mixed_words(text)) == 1", &["caption[0, 3] қb"]),
        (
            "tags",
            "any tag in tags.hashtags where (tag == \"fund\")",
            &["tags.hashtags[0][0, 4] fund"],
        ),
        (
            "a mention",
            "any one in tags.mentions where (one.username == \"ann\")",
            &["text[0, 3] aba"],
        ),
        ("a part", "any one in parts where (one.kind == \"caption\")", &["caption[0, 3] қb"]),
        (
            "a match and a link in one part",
            "any m in spans(text, r\"қ\") where (m.part == 1 and m.surface == \"caption\")",
            &["caption[0, 2] қ"],
        ),
    ];
    let record = r#"{ "parts": [{ "text": "aba" }, { "kind": "caption", "text": "қb" }],
        "links": [{ "host": "b.org", "url": "https://b.org/" }, { "host": "b.com", "url": "https://b.com/", "deceptive": true }],
        "tags": { "hashtags": ["fund"], "mentions": [{ "username": "ann", "part": 0, "start": 0, "end": 3 }] } }"#;
    let program = rules(table.iter().map(|row| row.1));
    for (number, (name, when, expected)) in table.into_iter().enumerate() {
        let finding = found(&program, &format!("world.r{number}"), record);
        assert_eq!(evidence_texts(&finding), expected, "{name}: {when}");
    }
}

#[test]
fn evidence_says_what_found_it() {
    let record = r#"{ "text": "Fraud? No: PASSIVE income, double your money",
        "links": [{ "host": "shop.bad.example" }, { "host": "old.example" }] }"#;
    for (when, expected) in [
        (
            "text mentions money",
            r#"PASSIVE income {"terms":"world.money"}; double your money {"terms":"world.money"}"#,
        ),
        ("text mentions \"no\"", r#"No {"pattern":"\"no\""}"#),
        (
            "text mentions money near caution (1 words)",
            r#"Fraud {"terms":"world.caution"}; PASSIVE income {"terms":"world.money"}"#,
        ),
        ("text mentions caution near money (0 words)", ""),
        ("text matches r\"[A-Z]{3,}\"", r#"PASSIVE {"regex":"[A-Z]{3,}"}"#),
        (
            "any x in links where (x.host in bad_hosts)",
            r#"https://shop.bad.example/ {"list":"links"}; shop.bad.example {"set":"world.bad_hosts","entry":{"value":"bad.example","list":"world.loci"}}"#,
        ),
        (
            "any s in spans(text, money) where (s.text contains \"your\")",
            r#"double your money {"terms":"world.money"}; your {"literal":"your"}"#,
        ),
    ] {
        let finding = finding_of(when, record);
        let by = |one: &Evidence| {
            format!("{} {}", one.text, serde_json::to_value(&one.found_by).unwrap())
        };
        let found: Vec<String> = finding.evidence.iter().map(by).collect();
        assert_eq!(found.join("; "), expected, "{when}");
    }
    let part = finding_of(
        "any s in spans(text, money) where (s.text contains \"your\" and s.surface == \"text\" and s.part == 0 and s.end - s.start == 17)",
        record,
    );
    assert_eq!(
        evidence_texts(&part),
        ["text[27, 44] double your money", "text[34, 38] your"],
        "into the original text"
    );
}

#[test]
fn evidence_is_bounded() {
    let long = "x".repeat(1000);
    let finding =
        finding_of(&format!("text contains \"{long}\""), &format!(r#"{{ "text": "{long}" }}"#));
    let evidence = finding.evidence.first().unwrap();
    assert_eq!((evidence.bytes, evidence.text.len()), ([0, 1000], QUOTATION));
    let finding = finding_of("text contains \"x\"", &format!(r#"{{ "text": "{long}" }}"#));
    assert_eq!(finding.evidence.len(), EVIDENCE);
    assert_eq!(finding.evidence.last().unwrap().bytes, [15, 16], "the first ones are kept");
    let twenty = vec![r#"{ "url": "a.com", "host": "a.com" }"#; 20].join(", ");
    let finding = finding_of(
        "any x in links where (x.host contains \".com\")",
        &format!(r#"{{ "links": [{twenty}] }}"#),
    );
    let parts: Vec<&str> = finding.evidence.iter().map(|one| one.part.as_str()).collect();
    let first: Vec<String> = (0..EVIDENCE).map(|at| format!("links[{at}].url")).collect();
    assert_eq!(parts, first, "the tenth link does not come before the second");
}

/// Each of these takes minutes if offsets are counted anew for every match.
#[test]
fn many_matches_cost_little() {
    let words = "a ".repeat(8_000);
    let record = format!(r#"{{ "text": "{words}" }}"#);
    let conditions = [
        "text mentions \"a\"",
        "text contains \"a\"",
        "text mentions \"a\" near \"a\" (1 words)",
        "(count s in spans(text, \"a\") where (s.text != \"\")) > 1",
    ];
    let program = rules(conditions);
    for (number, when) in conditions.iter().enumerate() {
        let finding = found(&program, &format!("world.r{number}"), &record);
        let last = finding.evidence.last().map(|one| one.bytes);
        assert_eq!((finding.truth, last), (True, Some([30, 31])), "{when}");
    }
}

#[test]
fn orders_received_later_are_not_seen() {
    let order = |authority: &str, received: &str| {
        format!(
            r#"{{ "authority": "{authority}", "country": "KZ", "ref": "{authority}/1" {received} }}"#
        )
    };
    let at = |instant: &str| format!(r#", "received_at": "{instant}""#);
    let orders = [
        order("LATE", &at("2026-03-01T12:00:01Z")),
        order("B", &at(NOON)),
        order("B", &at("2026-02-01T00:00:00Z")),
        order("A", &at("2026-01-01T00:00:00Z")),
        order("B", ""),
    ];
    let record = format!(r#"{{ "reports": {{ "orders": [{}] }} }}"#, orders.join(", "));
    let of_b = "in reports.orders where (x.ref contains \"B\")";
    assert_eq!(
        finding_of("any x in reports.orders where (x.authority == \"LATE\")", &record).truth,
        False
    );
    assert_eq!(finding_of("length(reports.orders) == 4", &record).truth, True);
    let finding = finding_of(&format!("any x {of_b}"), &record);
    let parts: Vec<&str> = finding.evidence.iter().map(|one| one.part.as_str()).collect();
    let whole = [1, 2, 4].map(|at| format!("reports.orders[{at}].ref"));
    assert_eq!(parts, whole, "evidence points into the whole record");
    let first = Some(instant("2026-02-01T00:00:00Z"));
    for (when, expected) in [
        (format!("any x {of_b}"), first),
        (format!("(count x {of_b}) > 2"), first),
        (format!("not (no x {of_b})"), first),
        (format!("at least 1 of (any x {of_b}, never())"), first),
        ("no x in reports.orders where (x.ref contains \"X\")".to_owned(), None),
        (format!("((any x {of_b}) and never()) or yes()"), None),
        (format!("(count x {of_b}) + 1 > 3"), first),
        (format!("not ((count x {of_b}) == 0)"), first),
        (format!("positive(count x {of_b})"), first),
        (format!("(any x {of_b}) == yes()"), first),
        (format!("(no x {of_b}) == never()"), first),
        (format!("if any x {of_b} then yes() else never()"), first),
        (format!("(if no x {of_b} then 0 else 1) == 1"), first),
        ("orders_of_b() >= 3".to_owned(), first),
    ] {
        let finding = finding_of(&when, &record);
        assert_eq!(
            (finding.truth, finding.events.get(&Event::Order).and_then(first_received)),
            (True, expected),
            "{when}"
        );
    }
}

fn first_received(orders: &BTreeSet<Incoming>) -> Option<Instant> {
    orders.iter().filter_map(|order| order.received_at).min()
}

#[test]
fn events_are_read_from_the_record() {
    let program = rules([]);
    let reports = r#"{ "reports": { "received_at": "2026-02-01T00:00:00Z", "known_at": "2026-03-02T00:00:00Z",
        "submitted_at": "2026-02-02T00:00:00Z" }, "visibility": { "removed_at": "2026-02-03T00:00:00Z" } }"#;
    let record = given(&program, reports);
    let interpreter = Interpreter::new(&program, &record, instant(NOON));
    assert_eq!(interpreter.event(Event::Decision), Some(instant(NOON)));
    assert_eq!(interpreter.event(Event::Report), Some(instant("2026-02-01T00:00:00Z")));
    assert_eq!(interpreter.event(Event::Submission), Some(instant("2026-02-02T00:00:00Z")));
    assert_eq!(interpreter.event(Event::Removal), Some(instant("2026-02-03T00:00:00Z")));
    assert_eq!(interpreter.event(Event::Knowledge), None, "not yet known");
}

#[test]
fn a_trace_agrees_with_the_finding() {
    let program = rules(["(any link in links where (link.deceptive)) and chat.public"]);
    let record = given(&program, &links("false ? true"));
    let interpreter = Interpreter::new(&program, &record, instant(NOON));
    let norm = named(&program, "world.r0");
    let trace = interpreter.trace(norm);
    let when = trace.when.unwrap();
    let [any, public] = when.children.as_slice() else { panic!("{when:?}") };
    assert_eq!((&when.value, &any.value, &public.value), (&None, &Some(Value::Bool(true)), &None));
    let bodies: Vec<_> = any.children.iter().skip(1).collect();
    assert_eq!(bodies.len(), 3);
    assert_eq!(bodies[0].path.as_deref(), Some("links[2].deceptive"), "what decided comes first");
}

/// A function of a host that answers with another type than it declares.
#[test]
fn an_answer_of_another_type_makes_a_condition_unknown() {
    let mut program = rules(["not (abs(chat.members) > 0)"]);
    for function in &mut program.functions {
        function.run = std::sync::Arc::new(|_| Some(Value::Bool(true)));
    }
    let finding = found(&program, "world.r0", r#"{ "chat": { "members": 7 } }"#);
    let missing: Vec<_> = finding.missing.into_iter().collect();
    assert_eq!(
        (finding.truth, missing),
        (Unknown, vec!["abs(…) gave a value of another type than declared".to_owned()])
    );
}

/// `old.example` leaves the set at midnight, which is five hours earlier in Almaty than in UTC.
#[test]
fn an_entry_leaves_its_set_at_midnight_in_the_zone() {
    let program = rules(["any x in links where (x.host in bad_hosts)"]);
    let record = given(&program, r#"{ "links": [{ "host": "old.example" }] }"#);
    let interpreter = Interpreter::new(&program, &record, instant("2025-12-31T20:00:00Z"));
    let when = &named(&program, "world.r0").when;
    for (zone, truth) in [("Asia/Almaty", False), ("UTC", True)] {
        let zone = Zone::named(zone).unwrap();
        assert_eq!(interpreter.value(when, &zone).truth(), truth, "{zone:?}");
    }
    assert_eq!(interpreter.value(when, &Zone::utc()).truth(), True);
}

/// What a comparison of numbers rests on: the elements that make a number so great, and nothing where it is small.
#[test]
fn evidence_of_numbers_is_what_makes_them_great() {
    let record = r#"{ "text": "a b b c", "chat": { "members": 7 } }"#;
    let matches =
        |word: &str| format!("(count m in spans(text, \"{word}\") where (m.text != \"\"))");
    let (a, b) = (matches("a"), matches("b"));
    let table = [
        (format!("{b} >= 2"), "b b"),
        (format!("{b} < 3"), ""),
        (format!("{b} == 2"), "b b"),
        (format!("{b} != 3"), ""),
        (format!("{b} != 1"), "b b"),
        (format!("not ({b} < 2)"), "b b"),
        (format!("not ({b} > 2)"), ""),
        (format!("{b} > {a}"), "b b"),
        (format!("{a} < {b}"), "b b"),
        (format!("{a} == {b} - 1"), "a b b"),
        (format!("{a} + {b} >= 3"), "a b b"),
        (format!("{a} - {b} <= -1"), "b b"),
        (format!("{b} - {a} >= 1"), "b b"),
        (format!("-{b} <= -2"), "b b"),
        (format!("-{b} >= -2"), ""),
        (format!("{b} * -1 < 0"), "b b"),
        (format!("{b} * chat.members >= 14"), "b b"),
        (format!("4 / {b} <= 2"), "b b"),
        (format!("4 / {b} >= 2"), ""),
        (format!("abs({b}) >= 2"), "b b"),
        (format!("(if {a} > 0 then {b} else 0) >= 2"), "a b b"),
        (format!("{b} in [1, 2]"), "b b"),
    ];
    let program = rules(table.iter().map(|(when, _)| when.as_str()));
    for (number, (when, expected)) in table.iter().enumerate() {
        let finding = found(&program, &format!("world.r{number}"), record);
        let words: Vec<_> = finding.evidence.iter().map(|one| one.text.as_str()).collect();
        assert_eq!((finding.truth, words.join(" ")), (True, (*expected).to_owned()), "{when}");
    }
}
