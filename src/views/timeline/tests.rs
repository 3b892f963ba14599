//! Tests of the instants at which decisions change.

use super::{Timeline, timeline};
use crate::interpret::testing::{compiled, given};
use crate::world::place::Place;

/// The stretches as `FROM OUTCOME because CAUSES`, for a rule with this condition.
fn stretches(when: &str, record: &str) -> Vec<String> {
    stretches_of(
        &format!(
            "rule label_it \"Rule\" {{\n basis terms_of_service\n when {when}\n then label\n}}\n"
        ),
        record,
    )
}

fn stretches_of(rules: &str, record: &str) -> Vec<String> {
    let source = format!(
        "jurisdiction FR {{ zone \"Europe/Paris\" }}\npolicy terms_of_service \"Terms\" {{}}\n{rules}"
    );
    let (program, sources) = compiled(&[("fr.loci", &source)]);
    let record = given(&program, record);
    let place = Place::parse("FR").unwrap();
    let Timeline { stretches, .. } = timeline(&program, &sources, &record, vec![place]).unwrap();
    let shown = stretches.iter().map(|stretch| {
        let from = stretch.from.map_or("always".to_owned(), |from| from.to_string());
        let causes: Vec<_> = stretch.because.iter().map(ToString::to_string).collect();
        format!("{from} {} {}", stretch.decision.outcome, causes.join(", ")).trim().to_owned()
    });
    shown.collect()
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
    let orders = r#"{ "reports": { "orders": [
        { "authority": "A", "country": "FR", "received_at": "2026-03-01T12:00:00Z" }, { "authority": "A", "country": "FR", "received_at": "2026-03-04T12:00:00Z" }
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
    let stretches = stretches_of(rules, record);
    let left =
        "2020-01-31T23:00:00Z restrict membership in EU ends, at >= 2020-01-31T23:00:00Z changes";
    assert!(stretches.iter().any(|stretch| stretch == left), "{stretches:#?}");
}
