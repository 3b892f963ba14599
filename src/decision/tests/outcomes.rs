//! Tests of outcomes: which are kept, and when they end.

use super::{NOON, decided, instant, kz};
use crate::base::shared::Text;
use crate::base::time::Zone;
use crate::decision::end_text;
use serde_json::json;

#[test]
fn every_outcome_is_kept_until_it_ends() {
    let kept = |items: &str, record: &str| {
        let decision = decided(&kz(items), "KZ", record);
        let outcomes = decision.outcomes.iter().map(|one| {
            json!([
                one.to_string(),
                one.due,
                one.until,
                one.until_clock,
                one.until_missing,
                one.rules
            ])
        });
        json!([decision.complete, outcomes.collect::<Vec<_>>()])
    };
    let rule = |name: &str, basis: &str, acts: &str| {
        format!("rule {name} \"R\" {{ basis {basis} when yes() then {acts} }}\n")
    };
    let ordered = r#"{ "sent_at": "2026-02-01T00:00:00Z", "reports": { "received_at": "2026-02-20T12:00:00Z" } }"#;
    for (name, items, record, expected) in [
        (
            "a label does not vanish behind a restriction",
            rule("a", "desk", "label") + &rule("b", "desk", "restrict, suspend chat"),
            "{}",
            json!([
                true,
                [
                    ["restrict", null, null, null, [], ["kz.b"]],
                    ["label", null, null, null, [], ["kz.a"]],
                    ["suspend chat", null, null, null, [], ["kz.b"]],
                ]
            ]),
        ),
        (
            "the latest end counts",
            rule("a", "desk", "label for 1 day") + &rule("b", "desk", "label for 3 days"),
            "{}",
            json!([true, [["label", null, "2026-03-04T12:00:00Z", null, [], ["kz.a", "kz.b"]]]]),
        ),
        (
            "no end counts more than an end",
            rule("a", "desk", "label for 1 day") + &rule("b", "desk", "label"),
            "{}",
            json!([true, [["label", null, null, null, [], ["kz.a", "kz.b"]]]]),
        ),
        (
            "an end that is none is no end",
            rule("a", "desk", "label until forward.date + 1 day")
                + &rule("b", "desk", "label for 1 day"),
            r#"{ "absent": ["forward"] }"#,
            json!([true, [["label", null, null, null, [], ["kz.a", "kz.b"]]]]),
        ),
        (
            "author and chat are told apart",
            rule("a", "desk", "suspend chat for 1 day, suspend author"),
            "{}",
            json!([
                true,
                [
                    ["suspend author", null, null, null, [], ["kz.a"]],
                    ["suspend chat", null, "2026-03-02T12:00:00Z", null, [], ["kz.a"]],
                ]
            ]),
        ),
        (
            "what is over is not asked for",
            rule(
                "a",
                "desk",
                "label until sent_at + 28 days, restrict for 9 days from report.received_at",
            ),
            ordered,
            json!([true, []]),
        ),
        (
            "what ends later is",
            rule(
                "a",
                "desk",
                "label until sent_at + 29 days, restrict for 10 days from report.received_at",
            ),
            ordered,
            json!([
                true,
                [
                    ["restrict", null, "2026-03-02T12:00:00Z", null, [], ["kz.a"]],
                    ["label", null, "2026-03-02T00:00:00Z", null, [], ["kz.a"]],
                ]
            ]),
        ),
        (
            "each has its own deadline",
            rule("a", "acts.prompt", "label") + &rule("b", "desk", "restrict"),
            "{}",
            json!([
                true,
                [
                    ["restrict", null, null, null, [], ["kz.b"]],
                    ["label", "2026-03-01T18:00:00Z", null, null, [], ["kz.a"]],
                ]
            ]),
        ),
        (
            "one end that is not known makes the latest end unknown",
            rule("a", "desk", "label for 9 days, restrict for 9 days, limit for 9 days")
                + &rule("b", "desk", "label until edited_at, restrict for 9 days from removal")
                + &rule("c", "desk", "limit until edited_at, limit"),
            "{}",
            json!([
                false,
                [
                    ["restrict", null, null, "removal", [], ["kz.a", "kz.b"]],
                    ["limit", null, null, null, [], ["kz.a", "kz.c"]],
                    ["label", null, null, null, ["edited_at"], ["kz.a", "kz.b"]],
                ]
            ]),
        ),
        (
            "an end that is not known",
            rule("a", "desk", "label until edited_at, restrict for 9 days from removal"),
            "{}",
            json!([
                false,
                [
                    ["restrict", null, null, "removal", [], ["kz.a"]],
                    ["label", null, null, null, ["edited_at"], ["kz.a"]],
                ]
            ]),
        ),
    ] {
        assert_eq!(kept(&items, record), expected, "{name}");
    }
}

#[test]
fn an_end_that_is_not_known_says_what_it_waits_for() {
    let until = Some(instant(NOON));
    let edited = [Text::from("edited_at")];
    for (until, clock, missing, expected) in [
        (None, None, &[][..], ""),
        (until, None, &[], " until 2026-03-01 12:00 UTC"),
        (None, Some("removal"), &[], ", its end not known before removal"),
        (
            until,
            Some("removal"),
            &[],
            " until 2026-03-01 12:00 UTC or later, its end not known before removal",
        ),
        (None, None, &edited, ", its end not known without edited_at"),
        (
            None,
            Some("removal"),
            &edited,
            ", its end not known before removal and without edited_at",
        ),
    ] {
        assert_eq!(end_text(&Zone::utc(), until, clock, missing), expected);
    }
}

/// Each of several orders asks for its own time, and the latest end counts.
#[test]
fn the_last_order_ends_an_outcome() {
    let program = kz("rule r \"R\" { basis acts.old
        when count x in reports.orders where (x.authority == \"A\") >= 1
        then restrict for 9 days from order.received_at, preserve for 9 days from order.received_at }");
    let order =
        |received_at: &str| format!(r#"{{ "authority": "A", "country": "KZ"{received_at} }}"#);
    let (over, running) = (
        order(r#", "received_at": "2026-02-18T12:00:00Z""#),
        order(r#", "received_at": "2026-02-22T12:00:00Z""#),
    );
    for (orders, outcomes, retention) in [
        (vec![over.clone()], json!([]), json!(["2026-02-27T12:00:00Z", null])),
        (
            vec![over.clone(), running],
            json!([["2026-03-03T12:00:00Z", null]]),
            json!(["2026-03-03T12:00:00Z", null]),
        ),
        (
            vec![over, order("")],
            json!([[null, "order.received_at"]]),
            json!(["2026-02-27T12:00:00Z", "order.received_at"]),
        ),
    ] {
        let record = format!(r#"{{ "reports": {{ "orders": [{}] }} }}"#, orders.join(", "));
        let decision = decided(&program, "KZ", &record);
        let ends = decision.outcomes.iter().map(|one| json!([one.until, one.until_clock]));
        assert_eq!(json!(ends.collect::<Vec<_>>()), outcomes, "{record}");
        let [task] = &decision.obligations[..] else { panic!("{decision:?}") };
        assert_eq!(json!([task.until, task.until_clock]), retention, "{record}");
    }
}
