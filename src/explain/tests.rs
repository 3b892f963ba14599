//! Each way a rule can come out, as a reader sees it.

use super::{Why, explain};
use crate::interpret::testing::{
    NOON, and, compare, constant, contains, instant, int, message, not, or, program, read, rule,
};
use crate::place::Place;
use crate::program::{CompareOp, Expr, Ground, InForce, Norm, NormKind, Program, Start};
use crate::source::{FileId, Location, Sources, Span};
use crate::time::Day;
use serde_json::{Value as Json, json};

/// Gives an expression the place of these words in the source.
fn at(sources: &str, words: &str, expr: Expr) -> Expr {
    let start = u32::try_from(sources.find(words).unwrap()).unwrap();
    let span = Span { start, end: start + u32::try_from(words.len()).unwrap() };
    Expr { at: Location { file: FileId::default(), span }, ..expr }
}

fn members(op: CompareOp, number: i64) -> Expr {
    compare(read("chat.members"), op, int(number))
}

fn explained(
    mut program: Program,
    norms: Vec<Norm>,
    source: &str,
    record: &Json,
) -> super::Explanation {
    let mut sources = Sources::default();
    sources.add("world.loci", source);
    program.norms = norms;
    explain(&program, &sources, &message(record), Place::WORLD, instant(NOON))
}

fn sentence(when: Expr, source: &str, record: &Json) -> String {
    explained(program(), vec![rule("world.rule", when)], source, record).rules[0].to_string()
}

const SOURCE: &str = "when chat.members >= 1000\n  and   chat.public\n unless text contains \"x\"";

#[test]
fn the_first_unmet_condition_is_named_with_what_it_read() {
    let large = || at(SOURCE, "chat.members >= 1000", members(CompareOp::GreaterOrEqual, 1000));
    let public = || at(SOURCE, "chat.public", read("chat.public"));
    let whole = "chat.members >= 1000\n  and   chat.public";
    for (when, record, expected) in [
        (
            and([large(), public()]),
            json!({ "chat": { "members": 120, "public": true } }),
            "chat.members is 120; the rule needs at least 1000 (world.loci:1:6).",
        ),
        (
            and([large(), public()]),
            json!({ "chat": { "members": 1200, "public": false } }),
            "chat.public is false; the rule needs `chat.public` (world.loci:2:9).",
        ),
        (
            at(SOURCE, whole, or([large(), public()])),
            json!({ "chat": { "members": 1, "public": false } }),
            "chat.members is 1, chat.public is false; \
             the rule needs `chat.members >= 1000 and chat.public` (world.loci:1:6).",
        ),
    ] {
        let expected = format!("world.rule \"Title of world.rule\" did not fire.\n  {expected}\n");
        assert_eq!(sentence(when, SOURCE, &record), expected);
    }
}

#[test]
fn an_exemption_that_holds_is_no_unmet_condition() {
    let words = "text contains \"x\"";
    let mut norm = rule("world.rule", constant(true));
    norm.unless = Some(at(SOURCE, words, contains(read("text"), "x")));
    let record = json!({ "text": [["text", "x\u{1b}[2J"]] });
    let explanation = explained(program(), vec![norm], SOURCE, &record);
    let expected = "world.rule \"Title of world.rule\" did not fire.\n  Its own exemption holds: text is \
                    \"x\\u{1b}[2J\"; `text contains \"x\"` (world.loci:3:9).\n";
    assert_eq!(explanation.rules[0].to_string(), expected, "and nothing steers a terminal");
}

#[test]
fn what_fired_shows_its_words_and_facts() {
    let when = and([contains(read("text"), "x"), not(members(CompareOp::Less, 3))]);
    let record = json!({ "text": [["text", "axe"]], "chat": { "members": 7 } });
    let expected = "world.rule \"Title of world.rule\" fired.\n  Words: \"x\" in text (\"x\").\n  \
                    Fact: chat.members is 7.\n";
    assert_eq!(sentence(when, SOURCE, &record), expected);
}

#[test]
fn what_is_undecided_names_what_is_missing() {
    let when = and([
        at(SOURCE, "chat.members >= 1000", members(CompareOp::GreaterOrEqual, 1000)),
        constant(true),
    ]);
    let expected = "world.rule \"Title of world.rule\" could not be decided.\n  Not known: chat.members.\n  \
                    chat.members is missing; the rule needs at least 1000 (world.loci:1:6).\n";
    assert_eq!(sentence(when, SOURCE, &json!({ "chat": {} })), expected);
}

#[test]
fn lifted_elsewhere_or_not_in_force() {
    let mut lifted = rule("world.lifted", constant(true));
    lifted.defeated_by = vec![0];
    let mut exception = rule("world.exception", constant(true));
    exception.kind = NormKind::Exception { defeats: 2 };
    let mut abroad = rule("kz.abroad", constant(true));
    abroad.place = Place::parse("KZ").unwrap();
    let mut later = rule("world.later", constant(true));
    let from = Start::From(Day::parse("2027-01-01").unwrap());
    later.in_force = InForce { start: from, until: None };
    later.basis.grounds = vec![Ground::Policy(7)];
    let norms = vec![exception, abroad, lifted, later];
    let explanation = explained(program(), norms, "", &json!({}));
    let whys: Vec<&Why> = explanation.rules.iter().map(|rule| &rule.why).collect();
    assert!(matches!(whys[0], Why::OtherPlace { place } if place.code() == "KZ"));
    assert!(matches!(whys[1], Why::Defeated { by } if by[0].exception == "world.exception"));
    let because = vec!["the rule is in force from 2027-01-01".to_owned()];
    assert_eq!(whys[2], &Why::NotInForce { because });
    let text = explanation.to_string();
    assert!(text.starts_with("In WORLD at 2026-03-01T12:00:00Z: none.\n"), "{text}");
    assert!(
        text.contains("It is lifted by world.exception \"Title of world.exception\"."),
        "{text}"
    );
    assert!(text.ends_with("1 rule speaks for another place.\n"), "{text}");
    assert_eq!(serde_json::to_value(&explanation).unwrap()["rules"][1]["state"], "defeated");
}
