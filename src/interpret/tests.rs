//! Tests of the semantics, by tables of conditions, records and results.

mod absence;
mod aggregates;
mod evidence;
mod registers;

use super::testing::{NOON, compiled, found, given, instant, named};
use super::{Interpreter, Trace};
use crate::base::time::Zone;
use crate::program::Program;
use crate::program::outcome::Truth::{self, False, True, Unknown};
use crate::program::outcome::{Evidence, Finding};
use crate::world::standard::{BY_TRUSTED_FLAGGER, notice};
use crate::world::value::{Type, Value};

/// Definitions for the conditions. On every record of these tests, `yes` is true and `never` is false.
const PRELUDE: &str = r#"
jurisdiction WORLD { zone "UTC" }
policy terms_of_service "Terms of service" {}
terms money { en: "passive income", "double your (money|deposit)"  ru: "доход*" }
terms caution { en: "fraud" }
pattern digits = r"[0-9]+"
set bad_hosts: domain { "bad.example", "old.example" until 2026-01-01 }
register fresh: domain { "in.example", "out.example" until 2026-01-15 } { complete from 2026-01-01  as of 2026-02-01  fresh for 90 days }
register stale: domain { "in.example" } { complete from 2026-01-01  as of 2026-02-01  fresh for 28 days }
register later: domain { "in.example" } { complete from 2026-03-02  as of 2026-03-02  fresh for 1 year }
register bare: domain { "in.example" }
register nobody: domain { complete from 2026-01-01  as of 2026-02-01  fresh for 2 months  empty }
register members: number { 7 } { complete from 2026-01-01  as of 2026-02-01  fresh for 4 weeks }
define is_listed(x: link) = x.host in stale
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
fn a_name_of_a_regex_stands_for_it() {
    let text = r#"{ "text": "12 or 7" }"#;
    check(&[
        ("matches", "text matches digits", text, True, ""),
        ("mentions", "text mentions digits", text, True, ""),
        ("no match", "text mentions digits", r#"{ "text": "twelve" }"#, False, ""),
        ("spans", "length(spans(text, digits)) == 2", text, True, ""),
        ("a missing text", "chat.title matches digits", "{}", Unknown, "chat.title"),
    ]);
    assert_eq!(
        evidence_texts(&finding_of("text mentions digits", text)),
        ["text[0, 2] 12", "text[6, 7] 7"]
    );
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

/// `reply.external` is none, and the condition is false for each of the first nine links.
#[test]
fn an_element_that_is_none_does_not_come_before_the_one_that_decides() {
    let test = "if link.deceptive then reply.external else link.via == \"button\"";
    let program = rules([&*format!("any link in links where ({test})")]);
    let deceptive = r#"{ "url": "a.example", "deceptive": true }, "#.repeat(9);
    let button = r#"{ "url": "a.example", "deceptive": false, "via": "button" }"#;
    let record = format!(r#"{{ "absent": ["reply"], "links": [{deceptive}{button}] }}"#);
    let record = given(&program, &record);
    let interpreter = Interpreter::new(&program, &record, instant(NOON));
    let any = interpreter.trace(named(&program, "world.r0")).when.unwrap();
    assert_eq!(any.children[1].value, Some(Value::Bool(true)), "what decided comes first");
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

#[test]
fn a_notice_can_be_by_a_trusted_flagger() {
    let schema = rules([]).schema;
    let (_, record) = schema.named(notice::BY.record).unwrap();
    let Type::Enum(words) = &record.fields.get(notice::BY.name).unwrap().ty else { panic!() };
    assert!(words.iter().any(|word| &**word == BY_TRUSTED_FLAGGER));
}

/// `d3` has 8,000 parts with all definitions expanded, and a list has many elements; a person reads a few of them.
#[test]
fn traces_are_bounded_and_say_what_they_leave_out() {
    fn steps(trace: &Trace<'_>) -> usize {
        1 + trace.children.iter().map(steps).sum::<usize>()
    }
    let joined = |name: &str| vec![format!("{name}()"); 20].join(" or ");
    let source = format!(
        "{PRELUDE}define d0() = chat.members > 3\ndefine d1() = {}\ndefine d2() = {}\ndefine d3() = {}\n",
        joined("d0"),
        joined("d1"),
        joined("d2")
    );
    let rule = |name: &str, when: &str| {
        format!("rule {name} \"Rule\" {{\n basis terms_of_service\n when {when}\n then label\n}}\n")
    };
    let source = source + &rule("a", "d3()") + &rule("b", "any l in links where (l.url == \"c\")");
    let (program, _) = compiled(&[("world.loci", &source)]);
    let links: Vec<_> = (0..100).map(|_| r#"{ "url": "a.example" }"#).collect();
    let record = given(
        &program,
        &format!(r#"{{ "chat": {{}}, "links": [{}, {{ "url": "c" }}] }}"#, links.join(", ")),
    );
    let interpreter = Interpreter::new(&program, &record, instant(NOON));
    let trace = interpreter.trace(named(&program, "world.a")).when.unwrap();
    assert!(steps(&trace) < 2_200, "{}", steps(&trace));
    let trace = interpreter.trace(named(&program, "world.b")).when.unwrap();
    assert_eq!((trace.children.len(), trace.left_out_elements, trace.left_out_steps), (9, 93, 0));
    assert_eq!(trace.children[1].value, Some(Value::Bool(true)));
}
