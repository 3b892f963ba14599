//! Tests of the instants at which decisions change.

use super::{Timeline, timeline};
use crate::base::steps::spent;
use crate::interpret::testing::{compiled, given};
use crate::world::place::Place;

/// The stretches as `FROM OUTCOME because CAUSES`, for a rule of France with this condition.
fn stretches(when: &str, record: &str) -> Vec<String> {
    let rule = format!("when {when} then label");
    stretches_of_rule("FR", &rule, record)
}

/// The stretches for a rule of a place with these clauses.
fn stretches_of_rule(place: &str, clauses: &str, record: &str) -> Vec<String> {
    let rule = format!("rule label_it \"Rule\" {{\n basis terms_of_service\n {clauses}\n}}\n");
    stretches_of(place, &rule, record)
}

/// The stretches for the rules of a place.
fn stretches_of(place: &str, rules: &str, record: &str) -> Vec<String> {
    let source = format!(
        "jurisdiction {place} {{ zone \"UTC\" }}\npolicy terms_of_service \"Terms\" {{}}\n{rules}"
    );
    let file = format!("{}.loci", place.to_lowercase());
    let (program, sources) = compiled(&[(&file, &source)]);
    let record = given(&program, record);
    let place = Place::parse(place).unwrap();
    let Timeline { stretches, .. } = timeline(&program, &sources, &record, vec![place]).unwrap();
    let shown = stretches.iter().map(|stretch| {
        let from = stretch.from.map_or("always".to_owned(), |from| from.to_string());
        let causes: Vec<_> = stretch.because.iter().map(ToString::to_string).collect();
        format!("{from} {} {}", stretch.decision.outcome, causes.join(", ")).trim().to_owned()
    });
    shown.collect()
}

/// Rules that are over, or have not begun, are not evaluated at each change.
#[test]
fn rules_of_one_day_each_take_linear_work() {
    let steps = |count: usize| {
        // Months of 28 days.
        let day = |n: usize| format!("{}-{:02}-{:02}", 2026 + n / 336, n / 28 % 12 + 1, n % 28 + 1);
        let rule = |n: usize| {
            let (from, until) = (day(n), day(n + 1));
            format!(
                "rule r{n} \"R\" {{ basis terms_of_service  in force from {from} until {until}  when chat.public  then label }}\n"
            )
        };
        spent();
        let rules: String = (0..count).map(rule).collect();
        let found = stretches_of("FR", &rules, r#"{ "chat": { "public": true } }"#);
        assert!(found.len() > count, "{found:?}");
        spent()
    };
    let [some, twice] = [100, 200].map(steps);
    assert!(some > 0 && twice < some * 5 / 2, "{some} steps, then {twice}");
}

#[test]
fn a_comparison_with_the_instant_of_the_decision_is_visited() {
    let sent = r#"{ "sent_at": "2026-02-28T12:00:00Z" }"#;
    assert_eq!(
        stretches("at >= sent_at + 24 hours and at - 2 days < sent_at", sent),
        [
            "always none",
            "2026-03-01T12:00:00Z label at >= sent_at + 24 hours changes",
            "2026-03-02T12:00:00Z none at - 2 days < sent_at changes",
        ]
    );
    assert_eq!(
        stretches("at > sent_at + 1 hour", sent),
        ["always none", "2026-02-28T13:00:00.000000001Z label at > sent_at + 1 hour changes"]
    );
    // The comparison changes before everything that the record and the rules date.
    assert_eq!(
        stretches("at < sent_at - 400 days", sent),
        ["always label", "2025-01-24T12:00:00Z none at < sent_at - 400 days changes"]
    );
}

/// The instant is known only from the moment on at which the order is seen.
#[test]
fn a_comparison_with_an_element_is_visited_once_the_element_is_seen() {
    // They are not meant for France, so that none of them is unanswered there.
    let orders = r#"{ "reports": { "orders": [
        { "authority": "A", "country": "US", "received_at": "2026-03-01T12:00:00Z" }, { "authority": "A", "country": "US", "received_at": "2026-03-04T12:00:00Z" }
    ] } }"#;
    let late = "count o in reports.orders where (at >= o.received_at + 24 hours)";
    let changes = "at >= o.received_at + 24 hours changes";
    assert_eq!(
        stretches(&format!("{late} >= 2"), orders),
        ["always none".to_owned(), format!("2026-03-05T12:00:00Z label {changes}")]
    );
    let waits = "any o in reports.orders where (at < o.received_at + 24 hours)";
    let changes = "at < o.received_at + 24 hours changes";
    assert_eq!(
        stretches(waits, orders),
        [
            "always none".to_owned(),
            "2026-03-01T12:00:00Z label order.received_at is reached".to_owned(),
            format!("2026-03-02T12:00:00Z none {changes}"),
            "2026-03-04T12:00:00Z label order.received_at is reached".to_owned(),
            format!("2026-03-05T12:00:00Z none {changes}"),
        ]
    );
}

#[test]
fn membership_of_a_place_that_a_condition_reads_is_visited() {
    assert_eq!(
        stretches("chat.country in EU", r#"{ "chat": { "country": "GB" } }"#),
        [
            "always none",
            "1972-12-31T23:00:00Z label membership in EU begins",
            "2020-01-31T23:00:00Z none membership in EU ends",
        ]
    );
}

/// Two rules change when the membership ends: one reads it in the end of its outcome, the other compares with that instant.
#[test]
fn what_an_end_reads_belongs_to_the_rule_of_the_outcome() {
    let rules = "rule first \"First\" { basis terms_of_service when platform == \"test\" then label }
         rule second \"Second\" { basis terms_of_service when platform == \"test\"
           then restrict until (if chat.country in EU then sent_at + 1 day else sent_at + 9_000 days) }
         rule third \"Third\" { basis terms_of_service when at >= 2020-01-31T23:00:00Z then limit }";
    let record = r#"{ "sent_at": "2019-01-01T00:00:00Z", "chat": { "country": "GB" } }"#;
    let stretches = stretches_of("FR", rules, record);
    let left =
        "2020-01-31T23:00:00Z restrict membership in EU ends, at >= 2020-01-31T23:00:00Z changes";
    assert!(stretches.iter().any(|stretch| stretch == left), "{stretches:#?}");
}

/// Brazil is in no bloc, so neither the rules nor the place have a date.
#[test]
fn what_changes_before_the_latest_date_of_the_record_is_visited() {
    let edited = r#"{ "sent_at": "2026-02-28T12:00:00Z", "edited_at": "2026-03-10T12:00:00Z" }"#;
    for (clauses, expected) in [
        (
            "when at >= sent_at + 24 hours then label",
            ["always none", "2026-03-01T12:00:00Z label at >= sent_at + 24 hours changes"],
        ),
        (
            "when platform == \"test\" then label until sent_at + 24 hours",
            ["always label", "2026-03-01T12:00:00Z none the outcome of br.label_it ends"],
        ),
    ] {
        assert_eq!(stretches_of_rule("BR", clauses, edited), expected, "{clauses}");
    }
}

#[test]
fn the_end_of_an_outcome_is_visited() {
    let record = r#"{ "sent_at": "2026-02-28T12:00:00Z", "reports": { "received_at": "2026-03-01T00:00:00Z" } }"#;
    assert_eq!(
        stretches_of_rule(
            "BR",
            "when platform == \"test\" then restrict for 3 days from report.received_at, label until sent_at + 5 days",
            record
        ),
        [
            "always restrict",
            "2026-03-01T00:00:00Z restrict report.received_at is reached",
            "2026-03-04T00:00:00Z label the outcome of br.label_it ends",
            "2026-03-05T12:00:00Z none the outcome of br.label_it ends",
        ]
    );
}

/// `preserve` keeps data for a time, and is asked for all the same when it is over.
#[test]
fn the_end_of_a_retention_changes_nothing() {
    let record = r#"{ "sent_at": "2026-02-28T12:00:00Z", "reports": { "received_at": "2026-03-01T00:00:00Z" } }"#;
    assert_eq!(
        stretches_of_rule(
            "BR",
            "when at >= sent_at + 36 hours then preserve for 1 day from report.received_at",
            record
        ),
        ["always none", "2026-03-02T00:00:00Z none at >= sent_at + 36 hours changes",]
    );
}

/// A decision changes when an order comes that no rule answers, when it expires, and when a service level begins.
#[test]
fn unanswered_orders_and_their_service_levels_are_visited() {
    let source =
        "jurisdiction KZ { zone \"UTC\" on unanswered review within 2 hours by policy desk }
        policy desk \"Desk\" { in force from 2026-03-02 }";
    let (program, sources) = compiled(&[("kz.loci", source)]);
    let record = given(
        &program,
        r#"{ "reports": { "orders": [{ "authority": "A", "country": "KZ",
            "received_at": "2026-03-01T08:00:00Z", "expires_at": "2026-03-03T08:00:00Z" }] } }"#,
    );
    let place = Place::parse("KZ").unwrap();
    let Timeline { stretches, .. } = timeline(&program, &sources, &record, vec![place]).unwrap();
    let shown = stretches.iter().map(|stretch| {
        let from = stretch.from.map_or("always".to_owned(), |from| from.to_string());
        let causes: Vec<_> = stretch.because.iter().map(ToString::to_string).collect();
        let dues: Vec<_> =
            stretch.decision.obligations.iter().map(|one| one.due.is_some()).collect();
        format!("{from} {} {dues:?} {}", stretch.decision.unanswered.len(), causes.join(", "))
    });
    assert_eq!(
        shown.collect::<Vec<_>>(),
        [
            "always 0 [] ",
            "2026-03-01T08:00:00Z 1 [false] order.received_at is reached",
            "2026-03-02T00:00:00Z 1 [true] kz.desk begins",
            "2026-03-03T08:00:00Z 0 [] order.expires_at is reached",
        ]
    );
}

#[test]
fn the_completeness_of_a_register_is_visited() {
    let rules = |register: &str| {
        format!(
            "register known: domain {{ \"a.example\" until 2026-04-01 }} {register}\ndefine is_known(x: link) = x.host in known\n\
             rule r \"Rule\" {{ basis terms_of_service  when any l in links where (not is_known(l))  then label }}\n"
        )
    };
    let stretches = |register: &str, host: &str| {
        stretches_of(
            "FR",
            &rules(register),
            &format!(r#"{{ "links": [{{ "url": "x", "host": "{host}" }}] }}"#),
        )
    };
    let register = "{ complete from 2026-01-01  as of 2026-02-01  fresh for 3 months }";
    assert_eq!(
        stretches(register, "b.example"),
        [
            "always none",
            "2026-01-01T00:00:00Z label the completeness of fr.known begins",
            "2026-05-01T00:00:00Z none the completeness of fr.known ends",
        ]
    );
    assert_eq!(
        stretches(register, "a.example"),
        [
            "always none",
            "2026-04-01T00:00:00Z label entries of fr.known begin or end",
            "2026-05-01T00:00:00Z none the completeness of fr.known ends",
        ]
    );
    assert_eq!(stretches("", "b.example"), ["always none"]);
}
