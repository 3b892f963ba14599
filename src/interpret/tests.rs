//! Every line of the semantics, by table.

use super::Interpreter;
use super::testing::{
    NOON, and, compare, constant, contains, dot, expr, instant, int, judged, list, message, not,
    or, program, quantified, read, rule, test, text, truth,
};
use crate::functions::builtins;
use crate::outcome::Truth::{False, True, Unknown};
use crate::outcome::{Event, Finding};
use crate::program::{CompareOp, Define, Expr, ExprKind, Norm, TextTest};
use crate::syntax::tree::{ArithmeticOp, Quantifier};
use crate::value::{Type, Value};
use serde_json::{Value as Json, json};

fn members_at_least(least: i64) -> Expr {
    compare(read("chat.members"), CompareOp::GreaterOrEqual, int(least))
}

/// `Q link in links where (link.deceptive)`
fn deceptive(quantifier: Quantifier) -> Expr {
    quantified(quantifier, read("links"), |link| dot(link, "deceptive"))
}

fn count(op: CompareOp, number: i64) -> Expr {
    compare(deceptive(Quantifier::Count), op, int(number))
}

fn at_least(least: u32, of: impl Into<Vec<Expr>>) -> Expr {
    truth(ExprKind::AtLeast { least, of: of.into() })
}

fn sum(first: Expr, op: ArithmeticOp, second: Expr) -> Expr {
    expr(ExprKind::Arithmetic { first: Box::new(first), rest: vec![(op, second)] }, Type::Int)
}

fn positive(number: Expr) -> Expr {
    compare(number, CompareOp::Greater, int(0))
}

fn unknown() -> Expr {
    read("chat.public")
}

/// Links by whether they are deceptive; `null` where nobody knows.
fn links(deceptive: Json) -> Json {
    let link = |one: &Json| if one.is_null() { json!({}) } else { json!({ "deceptive": one }) };
    json!({ "links": deceptive.as_array().unwrap().iter().map(link).collect::<Vec<_>>(), "chat": {} })
}

fn found(when: Expr, json: &Json) -> Finding {
    found_of(&rule("world.rule", when), json)
}

fn found_of(norm: &Norm, json: &Json) -> Finding {
    let (program, record) = (program(), message(json));
    Interpreter::new(&program, &record, instant(NOON)).condition(norm)
}

/// `text[3..5]` for each piece of evidence.
fn places(finding: &Finding) -> Vec<String> {
    let place =
        |one: &crate::outcome::Evidence| format!("{}{:?} {}", one.part, one.bytes, one.text);
    finding.evidence.iter().map(place).collect()
}

#[test]
fn missing_is_not_false() {
    use CompareOp::{Equal, Greater, GreaterOrEqual, Less};
    use Quantifier::{All, Any, No};
    const DECEPTIVE: &[&str] = &["[].deceptive"];
    let absent = json!({ "chat": {} });
    for (name, when, record, result, missing) in [
        ("a missing field", members_at_least(9), absent.clone(), Unknown, &["chat.members"][..]),
        ("a missing record", members_at_least(9), json!({}), Unknown, &["chat"]),
        ("a present field", members_at_least(9), json!({ "chat": { "members": 9 } }), True, &[]),
        ("not", not(unknown()), absent.clone(), Unknown, &["chat.public"]),
        ("false beats unknown", and([unknown(), constant(false)]), absent.clone(), False, &[]),
        (
            "unknown beats true",
            and([unknown(), constant(true)]),
            absent.clone(),
            Unknown,
            &["chat.public"],
        ),
        ("true beats unknown", or([unknown(), constant(true)]), absent.clone(), True, &[]),
        (
            "unknown beats false",
            or([unknown(), constant(false)]),
            absent.clone(),
            Unknown,
            &["chat.public"],
        ),
        (
            "only unknown subtrees count",
            or([and([members_at_least(1), constant(false)]), unknown()]),
            absent.clone(),
            Unknown,
            &["chat.public"],
        ),
        (
            "equal truths",
            compare(unknown(), Equal, constant(true)),
            absent.clone(),
            Unknown,
            &["chat.public"],
        ),
        ("any of a missing list", deceptive(Any), json!({}), Unknown, &["links"]),
        ("all of a missing list", deceptive(All), json!({}), Unknown, &["links"]),
        ("no of a missing list", deceptive(No), json!({}), Unknown, &["links"]),
        ("count of a missing list", count(GreaterOrEqual, 0), json!({}), Unknown, &["links"]),
        ("any of none", deceptive(Any), links(json!([])), False, &[]),
        ("all of none", deceptive(All), links(json!([])), False, &[]),
        ("no of none", deceptive(No), links(json!([])), True, &[]),
        (
            "the vacuous all",
            quantified(No, read("links"), |link| not(dot(link, "deceptive"))),
            links(json!([])),
            True,
            &[],
        ),
        ("any of true and unknown", deceptive(Any), links(json!([null, true])), True, &[]),
        (
            "any of false and unknown",
            deceptive(Any),
            links(json!([null, false])),
            Unknown,
            DECEPTIVE,
        ),
        ("all of true and unknown", deceptive(All), links(json!([true, null])), Unknown, DECEPTIVE),
        ("all of false and unknown", deceptive(All), links(json!([false, null])), False, &[]),
        ("no of false and unknown", deceptive(No), links(json!([false, null])), Unknown, DECEPTIVE),
        ("no of true and unknown", deceptive(No), links(json!([true, null])), False, &[]),
        ("1 or 2 are at least 1", count(GreaterOrEqual, 1), links(json!([true, null])), True, &[]),
        (
            "1 or 2 are more than 1",
            count(Greater, 1),
            links(json!([true, null])),
            Unknown,
            DECEPTIVE,
        ),
        ("1 or 2 are 3", count(Equal, 3), links(json!([true, null])), False, &[]),
        ("1 or 2 are less than 3", count(Less, 3), links(json!([true, null])), True, &[]),
        ("1 to 3 are 2", count(Equal, 2), links(json!([true, null, null])), Unknown, DECEPTIVE),
        (
            "an undecided count elsewhere is unknown",
            positive(sum(deceptive(Quantifier::Count), ArithmeticOp::Add, int(5))),
            links(json!([true, null])),
            Unknown,
            DECEPTIVE,
        ),
        ("at least 1", at_least(1, [unknown(), constant(true)]), absent.clone(), True, &[]),
        (
            "at least 2",
            at_least(2, [unknown(), constant(true)]),
            absent.clone(),
            Unknown,
            &["chat.public"],
        ),
        (
            "at least 2 of too few",
            at_least(2, [unknown(), constant(false)]),
            absent.clone(),
            False,
            &[],
        ),
        (
            "overflow",
            positive(sum(int(i64::MAX), ArithmeticOp::Add, int(1))),
            absent.clone(),
            Unknown,
            &["overflow"],
        ),
        (
            "division",
            positive(sum(int(1), ArithmeticOp::Divide, int(0))),
            absent.clone(),
            Unknown,
            &["division by zero"],
        ),
        (
            "unknown operands come before their reasons",
            positive(sum(read("chat.members"), ArithmeticOp::Divide, int(0))),
            absent,
            Unknown,
            &["chat.members"],
        ),
    ] {
        let judged = judged(&program(), when, &record);
        assert_eq!(judged, (result, missing.iter().map(ToString::to_string).collect()), "{name}");
    }
}

#[test]
fn ways_out_of_unknown() {
    let members = || Box::new(read("chat.members"));
    let default = |default: Expr| {
        positive(expr(
            ExprKind::Coalesce { value: members(), default: Box::new(default) },
            Type::Int,
        ))
    };
    let is_known = || truth(ExprKind::IsKnown(members()));
    let chosen = |condition: Expr| {
        positive(expr(
            ExprKind::If { arms: vec![(condition, int(1))], otherwise: Box::new(int(0)) },
            Type::Int,
        ))
    };
    let (absent, present) = (json!({ "chat": {} }), json!({ "chat": { "members": 0 } }));
    for (name, when, record, result) in [
        ("the default", default(int(1)), &absent, True),
        ("a value before its default", default(int(1)), &present, False),
        ("a default that is missing too", default(read("chat.members")), &absent, Unknown),
        ("is missing", not(is_known()), &absent, True),
        ("is known", is_known(), &present, True),
        ("if true", chosen(constant(true)), &absent, True),
        ("if false", chosen(constant(false)), &absent, False),
        ("if unknown", chosen(unknown()), &absent, Unknown),
    ] {
        assert_eq!(judged(&program(), when, record).0, result, "{name}");
    }
}

#[test]
fn functions_and_definitions() {
    let mut program = program();
    program.functions = builtins();
    let abs = program.functions.iter().position(|one| one.name == "abs").unwrap();
    let length = program.functions.iter().position(|one| one.name == "length").unwrap();
    let call = |function, arg: Expr| expr(ExprKind::Call { function, args: vec![arg] }, Type::Int);
    let local = |level, ty| expr(ExprKind::Local(level), ty);
    // define both(a: bool, b: bool) = a and b
    let body = and([local(0, Type::Bool), local(1, Type::Bool)]);
    let params = vec![("a".into(), Type::Bool), ("b".into(), Type::Bool)];
    program.defines.push(Define { id: "world.both".into(), params, body });
    let both = |a, b| truth(ExprKind::Defined { define: 0, args: vec![a, b] });
    let equals = |left, right| compare(left, CompareOp::Equal, int(right));
    let record = json!({ "text": [["text", "ab"], ["caption", "c"]], "chat": {}, "links": [{}] });
    for (name, when, expected) in [
        ("no answer", positive(call(abs, int(i64::MIN))), (Unknown, vec!["abs(…) has no answer"])),
        (
            "unknown argument",
            positive(call(abs, read("chat.members"))),
            (Unknown, vec!["chat.members"]),
        ),
        ("a surface is one text", equals(call(length, read("text")), 4), (True, vec![])),
        ("arguments stay unknown", both(unknown(), constant(true)), (Unknown, vec!["chat.public"])),
        ("and may not matter", both(unknown(), constant(false)), (False, vec![])),
        (
            "a definition sees its arguments only",
            quantified(Quantifier::Any, read("links"), |_| both(constant(true), constant(true))),
            (True, vec![]),
        ),
    ] {
        let (truth, missing) = judged(&program, when, &record);
        assert_eq!((truth, missing.iter().map(String::as_str).collect()), expected, "{name}");
    }
}

#[test]
fn lists_and_texts() {
    let words = |words: &[&str]| {
        expr(ExprKind::List(words.iter().map(|word| text(word)).collect()), list(Type::Text))
    };
    let is_in =
        |list| truth(ExprKind::In { item: Box::new(read("chat.title")), list: Box::new(list) });
    let record =
        json!({ "text": [["text", "one two"], ["caption", "three"]], "chat": { "title": "b" } });
    for (name, when, result) in [
        ("in", is_in(words(&["a", "b"])), True),
        ("not in", is_in(words(&["a"])), False),
        ("contains, in any part", contains(read("text"), "hre"), True),
        ("not across parts", contains(read("text"), "two\nthree"), False),
        (
            "as a value its parts are joined",
            compare(read("text"), CompareOp::Equal, text("one two\nthree")),
            True,
        ),
        ("starts with the first part", test(TextTest::StartsWith, read("text"), "one"), True),
        ("not the second", test(TextTest::StartsWith, read("text"), "three"), False),
        ("ends with the last part", test(TextTest::EndsWith, read("text"), "three"), True),
        ("not the first", test(TextTest::EndsWith, read("text"), "two"), False),
    ] {
        assert_eq!(judged(&program(), when, &record).0, result, "{name}");
    }
}

#[test]
fn evidence_is_of_true_atoms_in_positive_polarity() {
    let record = json!({
        "text": [["text", "aba"], ["caption", "қb"]],
        "any_text": [["text", "aba"], ["caption", "қb"]],
        "links": [{ "host": "b.org" }, { "host": "b.com", "deceptive": true }],
        "chat": {},
    });
    let has = |word| contains(read("text"), word);
    let hosts = |quantifier| {
        quantified(quantifier, read("links"), |link| contains(dot(link, "host"), "b."))
    };
    let all_b = ["text[1, 2] b", "caption[2, 3] b"];
    for (name, when, expected) in [
        ("all matches of all parts", has("b"), &all_b[..]),
        (
            "no short circuit",
            or([has("қ"), has("b")]),
            &["text[1, 2] b", "caption[0, 2] қ", "caption[2, 3] b"],
        ),
        (
            "also where it did not matter",
            or([constant(true), and([has("қ"), constant(false)])]),
            &["caption[0, 2] қ"],
        ),
        ("not under not", and([has("қ"), not(not(constant(true)))]), &["caption[0, 2] қ"]),
        ("nothing under not", or([constant(true), not(has("b"))]), &[]),
        ("twice turned is straight", not(not(has("b"))), &all_b),
        (
            "elements by their paths",
            hosts(Quantifier::Any),
            &["links[0].host[0, 2] b.", "links[1].host[0, 2] b."],
        ),
        ("nothing in no", or([constant(true), hosts(Quantifier::No)]), &[]),
        (
            "no turns",
            not(hosts(Quantifier::No)),
            &["links[0].host[0, 2] b.", "links[1].host[0, 2] b."],
        ),
        (
            "bodies of counts",
            compare(hosts(Quantifier::Count), CompareOp::Greater, int(1)),
            &["links[0].host[0, 2] b.", "links[1].host[0, 2] b."],
        ),
        ("nothing compared", compare(has("b"), CompareOp::Equal, constant(true)), &[]),
        ("nothing of a false rule", and([has("b"), constant(false)]), &[]),
        (
            "surfaces before fields",
            and([hosts(Quantifier::All), has("қ")]),
            &["caption[0, 2] қ", "links[0].host[0, 2] b.", "links[1].host[0, 2] b."],
        ),
        ("nothing of an unknown rule", and([has("b"), unknown()]), &[]),
    ] {
        assert_eq!(places(&found(when, &record)), expected, "{name}");
    }
    let mut norm = rule("world.rule", has("қ"));
    norm.unless = Some(not(has("b")));
    assert_eq!(places(&found_of(&norm, &record)).len(), 3, "`unless` turns, `not` turns back");
    norm.unless = Some(has("x"));
    assert_eq!(places(&found_of(&norm, &record)), ["caption[0, 2] қ"]);
}

#[test]
fn evidence_is_bounded() {
    let long = "x".repeat(1000);
    let finding = found(contains(read("text"), &long), &json!({ "text": [["text", long]] }));
    let evidence = finding.evidence.first().unwrap();
    assert_eq!((evidence.bytes, evidence.text.len()), ([0, 1000], crate::limits::QUOTATION));
    let finding =
        found(contains(read("text"), "x"), &json!({ "text": [["text", "x".repeat(99)]] }));
    assert_eq!(finding.evidence.len(), crate::limits::EVIDENCE);
    assert_eq!(finding.evidence.last().unwrap().bytes, [15, 16], "the first ones are kept");
}

#[test]
fn unless_is_kleene_too() {
    let mut norm = rule("world.rule", constant(true));
    norm.unless = Some(unknown());
    let finding = found_of(&norm, &json!({ "chat": {} }));
    assert_eq!((finding.truth, finding.missing), (Unknown, ["chat.public".to_owned()].into()));
    for (public, result) in [(true, False), (false, True)] {
        assert_eq!(found_of(&norm, &json!({ "chat": { "public": public } })).truth, result);
    }
}

#[test]
fn what_comes_later_is_not_seen() {
    let order = |authority: &str, received: &str| json!({ "authority": authority, "received_at": received });
    let record = json!({ "reports": { "orders": [
        order("LATE", "2026-03-01T12:00:01Z"), order("B", NOON), order("B", "2026-02-01T00:00:00Z"),
        order("A", "2026-01-01T00:00:00Z"), { "authority": "B" },
    ] } });
    let by = |quantifier, authority: &'static str| {
        quantified(quantifier, read("reports.orders"), move |order| {
            contains(dot(order, "authority"), authority)
        })
    };
    assert_eq!(found(by(Quantifier::Any, "LATE"), &record).truth, False);
    let finding = found(by(Quantifier::Any, "B"), &record);
    let parts: Vec<&str> = finding.evidence.iter().map(|one| one.part.as_str()).collect();
    let expected = [1, 2, 4].map(|at| format!("reports.orders[{at}].authority"));
    assert_eq!(parts, expected, "evidence points into the whole record");
    let first = Some(instant("2026-02-01T00:00:00Z"));
    let order_of = |when| found(when, &record).events.get(&Event::Order).copied();
    for (name, when, expected) in [
        ("any", by(Quantifier::Any, "B"), first),
        ("a count", compare(by(Quantifier::Count, "B"), CompareOp::Greater, int(2)), first),
        ("not no", not(by(Quantifier::No, "B")), first),
        ("at least", at_least(1, [by(Quantifier::Any, "B"), constant(false)]), first),
        ("nothing of no", by(Quantifier::No, "X"), None),
        (
            "nothing where it is false",
            or([and([by(Quantifier::Any, "B"), constant(false)]), constant(true)]),
            None,
        ),
    ] {
        assert_eq!(order_of(when), expected, "{name}");
    }
}

#[test]
fn events_of_the_record() {
    let program = program();
    let reports = json!({ "reports": { "received_at": "2026-02-01T00:00:00Z", "known_at": "2026-03-02T00:00:00Z" } });
    let record = message(&reports);
    let interpreter = Interpreter::new(&program, &record, instant(NOON));
    assert_eq!(interpreter.event(Event::Decision), Some(instant(NOON)));
    assert_eq!(interpreter.event(Event::Report), Some(instant("2026-02-01T00:00:00Z")));
    assert_eq!(interpreter.event(Event::Knowledge), None, "not yet known");
}

#[test]
fn a_trace_says_what_the_finding_says() {
    let program = program();
    let record = message(&links(json!([false, null, true])));
    let norm = rule("world.rule", and([deceptive(Quantifier::Any), unknown()]));
    let interpreter = Interpreter::new(&program, &record, instant(NOON));
    let trace = interpreter.trace(&norm);
    assert_eq!(trace.finding, interpreter.condition(&norm));
    let when = trace.when.unwrap();
    let [any, public] = when.children.as_slice() else { panic!("{when:?}") };
    assert_eq!((&when.value, &any.value, &public.value), (&None, &Some(Value::Bool(true)), &None));
    let paths: Vec<_> =
        any.children.iter().skip(1).map(|body| (body.path.clone(), body.value.clone())).collect();
    let first = (Some("links[2].deceptive".to_owned()), Some(Value::Bool(true)));
    assert_eq!((paths.len(), paths.first()), (3, Some(&first)), "what decided stands first");
}
