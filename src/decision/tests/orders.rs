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
