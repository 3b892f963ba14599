//! Tests of what a result rests on: the words that it quotes, and the orders and notices that start clocks.

use super::{evidence_texts, finding_of, rules};
use crate::base::limits::{EVIDENCE, QUOTATION};
use crate::base::time::Instant;
use crate::interpret::Interpreter;
use crate::interpret::testing::{NOON, found, given, instant};
use crate::program::outcome::Truth::{False, True, Unknown};
use crate::program::outcome::{Event, Evidence, Incoming};
use std::collections::BTreeSet;

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
        (format!("(if chat.public then {a} else {b}) >= 1"), "a b b"),
        (format!("(if chat.public then {a} else {b}) <= 2"), ""),
    ];
    let program = rules(table.iter().map(|(when, _)| when.as_str()));
    for (number, (when, expected)) in table.iter().enumerate() {
        let finding = found(&program, &format!("world.r{number}"), record);
        let words: Vec<_> = finding.evidence.iter().map(|one| one.text.as_str()).collect();
        assert_eq!((finding.truth, words.join(" ")), (True, (*expected).to_owned()), "{when}");
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
        ("length(reports.orders) >= 4".to_owned(), Some(instant("2026-01-01T00:00:00Z"))),
        ("length(reports.orders) < 5".to_owned(), None),
        (format!("(if chat.public then 6 else count x {of_b}) >= 3"), first),
        (format!("(if chat.public then count x {of_b} else 6) >= 3"), first),
        (format!("(if chat.public then 1 else count x {of_b}) <= 3"), None),
        (format!("(if chat.public then (count x {of_b}) else 0) >= 0"), first),
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

/// The days in January on which the orders came in that may make a condition true.
#[test]
fn an_unknown_condition_names_the_orders_that_may_make_it_true() {
    let order = |(authority, reference): &(&str, &str), day: usize| {
        format!(
            r#"{{ "authority": "{authority}", "country": "KZ"{reference}, "received_at": "2026-01-0{day}T00:00:00Z" }}"#
        )
    };
    let orders = [("A", r#", "ref": "1""#), ("A", ""), ("B", r#", "ref": "1""#)];
    let orders: Vec<String> = orders.iter().zip(1..).map(|(one, day)| order(one, day)).collect();
    let record = format!(r#"{{ "reports": {{ "orders": [{}] }} }}"#, orders.join(", "));
    let of = |test: &str| format!("in reports.orders where ({test})");
    let (of_a, numbered) = (of("x.authority == \"A\""), of("x.ref == \"2\""));
    for (when, expected) in [
        (format!("(any x {of_a}) and chat.public"), "1 2"),
        (format!("chat.public or any x {numbered}"), "2"),
        (format!("any x {numbered}"), "2"),
        (format!("all x {}", of("x.ref == \"1\"")), "1 2 3"),
        (format!("not (no x {numbered})"), "2"),
        (format!("count x {} >= 3", of("x.ref == \"1\"")), "1 2 3"),
        (format!("(count x {}) + 1 > 3", of("x.ref == \"1\"")), "1 2 3"),
        (format!("sum length(x.ref) for x {of_a} >= 2"), "1 2"),
        (format!("count distinct x.ref for x {of_a} >= 2"), "1 2"),
        (format!("at least 2 of (any x {of_a}, chat.public, never())"), "1 2"),
        (format!("if chat.public then any x {of_a} else never()"), "1 2"),
        (format!("if any x {numbered} then yes() else never()"), "2"),
        (format!("(if any x {numbered} then 1 else 2) == 1"), "2"),
        ("length(reports.orders) > 2 and chat.public".to_owned(), "1 2 3"),
        (format!("chat.public or not (any x {of_a})"), ""),
        (format!("not (chat.public or not (any x {of_a}))"), "1 2"),
        (format!("not (chat.public or no x {of_a})"), "1 2"),
        (format!("(no x {of_a}) == chat.public"), "1 2"),
        (format!("if chat.public or not (any x {of_a}) then never() else yes()"), "1 2"),
        (format!("not (all x {} or chat.public)", of("x.ref != \"1\"")), "1 3"),
        (format!("not (all x {})", of("x.ref == \"1\"")), "2"),
        (format!("no x {numbered}"), ""),
        ("chat.public".to_owned(), ""),
    ] {
        let finding = finding_of(&when, &record);
        let orders = finding.events.get(&Event::Order).into_iter().flatten();
        // The tenth character of `2026-01-02T00:00:00Z` is the day.
        let day = |order: &Incoming| order.received_at?.to_string().chars().nth(9);
        let days: Vec<String> = orders.filter_map(day).map(String::from).collect();
        assert_eq!((finding.truth, days.join(" ")), (Unknown, expected.to_owned()), "{when}");
        assert_eq!(finding.evidence, [], "{when}");
    }
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
