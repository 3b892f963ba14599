//! Tests of the life of orders and notices: from when until when they are seen, and which of them are secret.

use super::{decided, kz};
use crate::decision::Decision;
use serde_json::{Value as Json, json};

fn decision(order: &str) -> Decision {
    let program = kz("rule r \"R\" { basis acts.old
           when any x in reports.orders where (x.authority == \"A\") or any x in reports.notices where (x.kind == \"A\")
           then restrict, notify to author, notify to members }");
    decided(&program, "KZ", &format!(r#"{{ "reports": {order} }}"#))
}

fn order(fields: &str) -> String {
    format!(r#"{{ "orders": [{{ "authority": "A", "country": "KZ"{fields} }}] }}"#)
}

#[test]
fn an_order_is_seen_while_it_lives() {
    let notice =
        |fields: &str| format!(r#"{{ "notices": [{{ "kind": "A", "country": "KZ"{fields} }}] }}"#);
    for (reports, outcome) in [
        (order(""), "restrict"),
        (order(r#", "received_at": "2026-03-01T12:00:00Z""#), "restrict"),
        (order(r#", "received_at": "2026-03-01T12:00:01Z""#), "none"),
        (order(r#", "expires_at": "2026-03-01T12:00:01Z""#), "restrict"),
        (order(r#", "expires_at": "2026-03-01T12:00:00Z""#), "none"),
        (order(r#", "withdrawn_at": "2026-03-01T12:00:01Z""#), "restrict"),
        (order(r#", "withdrawn_at": "2026-03-01T12:00:00Z""#), "none"),
        (notice(r#", "expires_at": "2026-03-01T12:00:01Z""#), "restrict"),
        (notice(r#", "withdrawn_at": "2026-03-01T12:00:00Z""#), "none"),
    ] {
        assert_eq!(decision(&reports).outcome, outcome, "{reports}");
    }
}

#[test]
fn telling_the_author_of_a_secret_order_is_held() {
    for (fields, held) in
        [("", false), (r#", "secret": false"#, false), (r#", "secret": true"#, true)]
    {
        let found = decision(&order(fields)).obligations.into_iter();
        let found: Vec<Json> = found.map(|one| json!([one.to, one.held])).collect();
        assert_eq!(json!(found), json!([["author", held], ["members", false]]), "{fields}");
    }
}

#[test]
fn an_undetermined_rule_holds_what_tells_of_a_secret_order() {
    let secret = r#", "ref": "1", "secret": true"#;
    for (when, order_fields, held) in [
        ("(any x in reports.orders where (x.authority == \"A\")) and chat.public", secret, true),
        ("any x in reports.orders where (x.received_at > 2026-01-01)", secret, true),
        ("any x in reports.orders where (x.received_at > 2026-01-01)", "", false),
        ("chat.public or any x in reports.orders where (x.ref == \"2\")", secret, false),
    ] {
        let program = kz(&format!(
            "rule r \"R\" {{ basis desk when {when} on unknown notify to author then restrict }}"
        ));
        let found =
            decided(&program, "KZ", &format!(r#"{{ "reports": {} }}"#, order(order_fields)));
        assert_eq!(found.undetermined.len(), 1, "{when}");
        let obligations: Vec<bool> = found.obligations.iter().map(|one| one.held).collect();
        assert_eq!(obligations, [held], "{when} {order_fields}");
    }
}

#[test]
fn a_secret_order_is_held_whichever_arm_counts() {
    let program = kz("rule r \"R\" { basis desk when
           (if chat.public then 1 else count x in reports.orders where (x.authority == \"A\")) >= 1
           then notify to author }");
    let record = format!(r#"{{ "reports": {} }}"#, order(r#", "secret": true"#));
    let found = decided(&program, "KZ", &record);
    assert!(found.complete && found.obligations.iter().all(|one| one.held), "{found:?}");
    assert_eq!(found.obligations.len(), 1);
}

/// The order may be what makes the rule fire, so the time of the law runs from it.
#[test]
fn the_clock_of_an_undetermined_rule_starts_with_the_order() {
    let program = kz("rule r \"R\" { basis acts.old
           when any x in reports.orders where (x.authority == \"A\" and chat.public)
           on unknown escalate to team then restrict }");
    let record =
        format!(r#"{{ "reports": {} }}"#, order(r#", "received_at": "2026-03-01T10:00:00Z""#));
    let found = decided(&program, "KZ", &record).obligations.into_iter();
    let found: Vec<Json> = found.map(|one| json!([one.to, one.due, one.clock])).collect();
    assert_eq!(json!(found), json!([["kz.team", "2026-03-02T10:00:00Z", "order.received_at"]]));
}
