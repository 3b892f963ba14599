//! What norms come to together in a place, by table.

use super::{Decision, ShadowState, Visible, decide, decide_all};
use crate::interpret::Interpreter;
use crate::interpret::testing::{
    NOON, constant, contains, dot, instant, message, program, quantified, read, rule,
};
use crate::outcome::Event;
use crate::place::Place;
use crate::program::{
    Act, Action, ActionKind, Article, Basis, Deadline, Expr, Ground, InForce, Limit, Norm,
    NormKind, Party, Policy, Program, RuleBody, Start, Status, Takes, Trigger,
};
use crate::source::Location;
use crate::syntax::tree::Quantifier;
use crate::time::{Day, Period, Unit};
use serde_json::{Value as Json, json, to_value};

const LABEL: usize = 0;
const RESTRICT: usize = 1;
const SUSPEND: usize = 2;
const ESCALATE: usize = 3;

fn place(code: &str) -> Place {
    Place::parse(code).unwrap()
}

fn hours(amount: u32) -> Period {
    Period { amount, unit: Unit::Hour }
}

fn from(day: &str) -> InForce {
    InForce { start: Start::From(Day::parse(day).unwrap()), until: None }
}

fn by(day: &str) -> InForce {
    InForce { start: Start::By(Day::parse(day).unwrap()), until: None }
}

fn begins(start: Start) -> InForce {
    InForce { start, until: None }
}

fn within(amount: u32, event: Event) -> Deadline {
    Deadline { limit: Limit::Within(hours(amount)), event }
}

fn words(words: &str) -> Deadline {
    Deadline { limit: Limit::Words(words.into()), event: Event::Decision }
}

fn article(id: &str, in_force: InForce, deadlines: Vec<Deadline>) -> Article {
    Article {
        id: id.into(),
        law: "Law".into(),
        original: None,
        number: id.into(),
        url: None,
        doc: String::new(),
        in_force,
        status: Status::InForce,
        party: Party::Platform,
        trigger: Trigger::Standing,
        deadlines,
        verified: Err("a test".into()),
        zone: None,
        at: Location::default(),
    }
}

fn act(action: usize) -> Act {
    Act { action, to: None, within: None, keep: None, at: Location::default() }
}

fn body(norm: &mut Norm) -> &mut RuleBody {
    match &mut norm.kind {
        NormKind::Rule(body) => body,
        NormKind::Exception { .. } => panic!("{} is an exception", norm.id),
    }
}

/// A rule of the place that its id begins with.
fn asks(id: &str, when: Expr, then: Vec<Act>) -> Norm {
    let mut norm = rule(id, when);
    norm.place = place(&id.split('.').next().unwrap().to_uppercase());
    body(&mut norm).then = then;
    norm
}

fn cites(mut norm: Norm, grounds: impl Into<Vec<Ground>>) -> Norm {
    norm.basis = Basis { all: false, grounds: grounds.into() };
    norm
}

/// A program of these norms, each with the id of what it is an exception to.
fn of(norms: impl IntoIterator<Item = (Norm, Option<&'static str>)>) -> Program {
    let action = |name: &str, kind| Action {
        name: name.into(),
        doc: String::new(),
        kind,
        world_only: false,
        global: false,
        to: Takes::Nothing,
        within: true,
        keep: true,
        dsa: None,
    };
    let kinds = [
        ("label", ActionKind::Content(1)),
        ("restrict", ActionKind::Content(5)),
        ("suspend", ActionKind::Account(1)),
        ("escalate", ActionKind::Obligation),
    ];
    let policy = |id: &str, in_force| Policy {
        id: id.into(),
        title: id.into(),
        url: None,
        in_force,
        zone: None,
        at: Location::default(),
    };
    let mut norms: Vec<_> = norms.into_iter().collect();
    norms.sort_by(|(a, _), (b, _)| a.id.cmp(&b.id));
    let ids: Vec<String> = norms.iter().map(|(norm, _)| norm.id.clone()).collect();
    let number = |id: &str| ids.iter().position(|one| one == id).unwrap();
    let mut table: Vec<Norm> = norms.iter().map(|(norm, _)| norm.clone()).collect();
    for (index, (_, to)) in norms.iter().enumerate() {
        let Some(defeats) = to.map(number) else { continue };
        table[index].kind = NormKind::Exception { defeats };
        table[defeats].defeated_by.push(index);
    }
    Program {
        actions: kinds
            .into_iter()
            .map(|(name, kind)| (name.to_owned(), action(name, kind)))
            .collect(),
        articles: vec![
            article("old", from("2020-01-01"), vec![within(24, Event::Order)]),
            article("new", from("2027-01-01"), vec![]),
            article(
                "known",
                from("2020-01-01"),
                vec![within(6, Event::Decision), words("promptly")],
            ),
            article("by", by("2026-04-03"), vec![]),
            article("never", begins(Start::Unknown), vec![]),
        ],
        policies: vec![policy("desk", from("2020-01-01")), policy("later", from("2027-01-01"))],
        norms: table,
        ..program()
    }
}

const OLD: Ground = Ground::Article(0);
const NEW: Ground = Ground::Article(1);
const KNOWN: Ground = Ground::Article(2);
const BY: Ground = Ground::Article(3);
const NEVER: Ground = Ground::Article(4);

fn decided(program: &Program, code: &str, record: &Json) -> Decision {
    let record = message(record);
    decide(&Interpreter::new(program, &record, instant(NOON)), place(code))
}

/// A decision about a record that says nothing, as JSON.
fn shown(program: &Program, record: &Json) -> Json {
    to_value(decided(program, "KZ", record)).unwrap()
}

fn unknown() -> Expr {
    read("chat.public")
}

fn nothing() -> Json {
    json!({ "chat": {} })
}

#[test]
fn the_strictest_outcomes_win() {
    let program = of([
        (asks("kz.a", constant(true), vec![act(LABEL)]), None),
        (asks("kz.b", constant(true), vec![act(RESTRICT), act(SUSPEND)]), None),
        (asks("fr.c", constant(true), vec![act(RESTRICT)]), None),
        (asks("world.d", constant(false), vec![act(RESTRICT)]), None),
    ]);
    for (code, outcome, account, matched) in [
        ("KZ", "restrict", "suspend", vec!["kz.a", "kz.b"]),
        ("FR", "restrict", "none", vec!["fr.c"]),
        ("DE", "none", "none", vec![]),
    ] {
        let decision = decided(&program, code, &nothing());
        let rules: Vec<&str> = decision.matched.iter().map(|one| one.rule.as_str()).collect();
        assert_eq!(
            (decision.outcome.as_str(), decision.account.as_str(), rules, decision.outcome_due),
            (outcome, account, matched, None),
            "{code}"
        );
    }
}

#[test]
fn an_undetermined_rule_burdens_nobody() {
    let mut rule = asks("kz.rule", unknown(), vec![act(RESTRICT)]);
    body(&mut rule).on_unknown = vec![act(ESCALATE)];
    let decision = shown(&of([(rule, None)]), &nothing());
    assert_eq!(decision["outcome"], "none");
    assert_eq!(decision["complete"], false);
    assert_eq!(decision["undetermined"][0]["missing"], json!(["chat.public"]));
    assert_eq!(decision["obligations"][0]["rules"], json!(["kz.rule"]));
}

#[test]
fn exceptions_defeat_in_three_values() {
    let (yes, no) = (|| constant(true), || constant(false));
    for (name, rule, exception, to_exception, state) in [
        ("a true exception", yes(), yes(), no(), "defeated"),
        ("a false exception", yes(), no(), no(), "matched"),
        ("an unknown exception", yes(), unknown(), no(), "undetermined"),
        ("an exception that is lifted", yes(), yes(), yes(), "matched"),
        ("one that may be lifted", yes(), yes(), unknown(), "undetermined"),
        ("an unknown one that is lifted", yes(), unknown(), yes(), "matched"),
        ("an unknown rule and a true exception", unknown(), yes(), no(), ""),
        ("an unknown rule and an unknown exception", unknown(), unknown(), no(), "undetermined"),
        ("a false rule and an unknown exception", no(), unknown(), no(), ""),
    ] {
        let program = of([
            (asks("kz.rule", rule, vec![act(RESTRICT)]), None),
            (asks("kz.exception", exception, vec![]), Some("kz.rule")),
            (asks("kz.counter", to_exception, vec![]), Some("kz.exception")),
        ]);
        let decision = shown(&program, &nothing());
        let states = ["matched", "defeated", "undetermined"];
        let found: Vec<&str> =
            states.into_iter().filter(|list| decision[list][0]["rule"] == "kz.rule").collect();
        assert_eq!(found.concat(), state, "{name}");
        if state == "defeated" {
            assert_eq!(decision["defeated"][0]["by"][0]["exception"], "kz.exception");
        }
    }
}

#[test]
fn an_exception_acts_in_its_place_and_time_alone() {
    let program = |grounds: &[Ground]| {
        of([
            (asks("world.rule", constant(true), vec![act(RESTRICT)]), None),
            (cites(asks("de.exception", constant(true), vec![]), grounds), Some("world.rule")),
        ])
    };
    for (code, grounds, outcome) in [
        ("KZ", &[][..], "restrict"),
        ("DE", &[], "none"),
        ("DE", &[NEW], "restrict"),
        ("DE", &[OLD, NEW], "none"),
        ("DE", &[BY], "restrict"),
    ] {
        let decision = decided(&program(grounds), code, &nothing());
        assert_eq!(decision.outcome, outcome, "{code} {grounds:?}");
        assert_eq!(decision.gaps.len(), usize::from(grounds == [BY]), "{code} {grounds:?}");
    }
}

#[test]
fn a_rule_needs_law_in_force() {
    for (name, all, grounds, start, outcome, cited, gap) in [
        ("no ground", false, &[][..], Start::Always, "restrict", 0, None),
        ("one of two", false, &[OLD, NEW], Start::Always, "restrict", 1, None),
        ("all of two", true, &[OLD, NEW], Start::Always, "none", 0, None),
        ("all of two that are", true, &[OLD, KNOWN], Start::Always, "restrict", 2, None),
        (
            "one that begins nobody knows when",
            false,
            &[NEVER, BY, NEW],
            Start::Always,
            "none",
            0,
            Some("by never"),
        ),
        ("beside one in force", false, &[OLD, NEVER], Start::Always, "restrict", 1, None),
        ("all, one unknown", true, &[OLD, NEVER], Start::Always, "none", 0, Some("never")),
        ("all, one not in force", true, &[NEW, NEVER], Start::Always, "none", 0, None),
        ("the rule itself", false, &[OLD], Start::Unknown, "none", 0, Some("kz.rule")),
    ] {
        let mut rule = cites(asks("kz.rule", constant(true), vec![act(RESTRICT)]), grounds);
        (rule.basis.all, rule.in_force.start) = (all, start);
        let decision = decided(&of([(rule, None)]), "KZ", &nothing());
        let gaps = decision.gaps.first().map(|gap| gap.unknown.join(" "));
        let basis = decision.matched.first().map_or(0, |matched| matched.basis.len());
        assert_eq!((&*decision.outcome, basis, gaps.as_deref()), (outcome, cited, gap), "{name}");
    }
}

#[test]
fn days_begin_in_the_zone_of_the_file() {
    let zoned = |zone: &str| {
        let mut rule = asks("kz.rule", constant(true), vec![act(RESTRICT)]);
        rule.in_force = from("2026-03-02");
        rule.zone = crate::time::Zone::named(zone).unwrap();
        decided(&of([(rule, None)]), "KZ", &nothing()).outcome
    };
    // Noon of 1 March in Greenwich.
    assert_eq!(zoned("UTC"), "none");
    assert_eq!(zoned("Pacific/Kiritimati"), "restrict");
}

#[test]
fn obligations_are_merged() {
    let escalate =
        |within, keep| Act { to: Some("kz.office".into()), within, keep, ..act(ESCALATE) };
    let level = |amount, policy| Some((hours(amount), Event::Decision, policy));
    let keep = |amount| Some((hours(amount), Event::Decision));
    let program = of([
        (asks("kz.a", constant(true), vec![escalate(level(48, 0), keep(1))]), None),
        (asks("kz.b", constant(true), vec![escalate(level(12, 0), keep(9))]), None),
        (cites(asks("kz.c", constant(true), vec![escalate(None, None)]), [KNOWN]), None),
        (asks("kz.d", constant(true), vec![escalate(level(1, 1), None)]), None),
    ]);
    let decision = shown(&program, &nothing());
    let expected = json!([{
        "action": "escalate", "to": "kz.office", "due": "2026-03-01T18:00:00Z", "words": ["promptly"],
        "until": "2026-03-01T21:00:00Z", "rules": ["kz.a", "kz.b", "kz.c", "kz.d"],
    }]);
    assert_eq!(decision["obligations"], expected);
    assert_eq!(decision["outcome_due"], Json::Null);
}

#[test]
fn a_service_level_needs_its_policy() {
    let within = Some((hours(1), Event::Decision, 1));
    let rule = asks("kz.rule", constant(true), vec![Act { within, ..act(ESCALATE) }]);
    let decision = shown(&of([(cites(rule, [KNOWN]), None)]), &nothing());
    let expected =
        json!({ "action": "escalate", "to": null, "due": null, "words": [], "rules": ["kz.rule"] });
    assert_eq!(decision["obligations"][0], expected, "and does not fall back on the law");
}

#[test]
fn outcomes_have_the_deadlines_of_the_law() {
    let ordered = || {
        quantified(Quantifier::Any, read("reports.orders"), |order| {
            contains(dot(order, "authority"), "KZ")
        })
    };
    let order = |at: &str| json!({ "reports": { "orders": [{ "authority": "KZ-MAI", "received_at": at }] }, "chat": {} });
    let undated = json!({ "reports": { "orders": [{ "authority": "KZ-MAI" }] } });
    let program = |when| of([(cites(asks("kz.rule", when, vec![act(RESTRICT)]), [OLD]), None)]);
    for (name, when, record, expected) in [
        (
            "a clock that runs",
            ordered(),
            order("2026-03-01T06:00:00Z"),
            json!({ "due": "2026-03-02T06:00:00Z", "words": [], "clock": "order.received_at", "rules": ["kz.rule"] }),
        ),
        (
            "one that ran out",
            ordered(),
            order("2026-02-01T06:00:00Z"),
            json!({ "due": "2026-02-02T06:00:00Z", "overdue": true, "words": [], "clock": "order.received_at", "rules": ["kz.rule"] }),
        ),
        (
            "one without its event",
            ordered(),
            undated,
            json!({ "due": null, "words": [], "clock": "order.received_at", "rules": ["kz.rule"] }),
        ),
        ("no rule fires", ordered(), order("2026-03-02T00:00:00Z"), Json::Null),
    ] {
        assert_eq!(shown(&program(when), &record)["outcome_due"], expected, "{name}");
    }
}

#[test]
fn only_winning_outcomes_are_due() {
    let program = of([
        (asks("kz.a", constant(true), vec![act(RESTRICT)]), None),
        (cites(asks("kz.b", constant(true), vec![act(LABEL)]), [KNOWN]), None),
    ]);
    assert_eq!(shown(&program, &nothing())["outcome_due"], Json::Null);
    let mut author = of([(cites(asks("kz.b", constant(true), vec![act(LABEL)]), [KNOWN]), None)]);
    let due = json!({ "due": "2026-03-01T18:00:00Z", "words": ["promptly"], "clock": "decision", "rules": ["kz.b"] });
    assert_eq!(shown(&author, &nothing())["outcome_due"], due);
    author.articles.iter_mut().for_each(|article| article.party = Party::Author);
    assert_eq!(shown(&author, &nothing())["outcome_due"], Json::Null, "what binds the author");
}

#[test]
fn shadow_changes_nothing() {
    let shadow = |id, when| {
        let mut norm =
            asks(id, when, vec![act(RESTRICT), Act { to: Some("x".into()), ..act(ESCALATE) }]);
        body(&mut norm).shadow = true;
        norm
    };
    let program = of([
        (shadow("kz.a", constant(true)), None),
        (shadow("kz.b", constant(true)), None),
        (shadow("kz.c", unknown()), None),
        (shadow("kz.d", constant(false)), None),
        (asks("kz.lift", constant(true), vec![]), Some("kz.b")),
    ]);
    let decision = decided(&program, "KZ", &nothing());
    assert_eq!((decision.outcome.as_str(), decision.complete), ("none", true));
    assert!(decision.obligations.is_empty() && decision.matched.is_empty());
    let states: Vec<_> = decision.shadow.iter().map(|one| (one.rule.as_str(), one.state)).collect();
    use ShadowState::{Defeated, Fires, Undetermined};
    assert_eq!(states, [("kz.a", Fires), ("kz.b", Defeated), ("kz.c", Undetermined)]);
    assert_eq!(decision.shadow[0].would, ["restrict", "escalate to x"]);
}

#[test]
fn places_that_share_a_decision_stand_together() {
    let program = of([(asks("kz.rule", constant(true), vec![act(RESTRICT)]), None)]);
    let record = message(&nothing());
    let interpreter = Interpreter::new(&program, &record, instant(NOON));
    let decisions = decide_all(&interpreter, &["KZ", "FR", "DE", "FR"].map(place));
    let places: Vec<_> = decisions.iter().map(|decision| decision.places.clone()).collect();
    assert_eq!(places, [vec![place("DE"), place("FR")], vec![place("KZ")]]);
    for decision in &decisions {
        for one in &decision.places {
            let alone = decide(&interpreter, *one);
            assert_eq!(Decision { places: decision.places.clone(), ..alone }, *decision);
        }
    }
    assert_eq!(decisions[0].visible, Visible::Unknown);
}

#[test]
fn a_long_chain_of_exceptions_is_no_danger() {
    let mut program = of([(asks("kz.a", constant(true), vec![act(RESTRICT)]), None)]);
    for defeats in 0..20_000 {
        let index = program.norms.len();
        program.norms[defeats].defeated_by.push(index);
        let kind = NormKind::Exception { defeats };
        program.norms.push(Norm { kind, ..asks("kz.exception", constant(true), vec![]) });
    }
    assert_eq!(decided(&program, "KZ", &nothing()).outcome, "restrict", "an even number of them");
}
