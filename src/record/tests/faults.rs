//! Records that are refused, and what their readers are told.

use super::{SCHEMA, minimal, read, rulings, with};
use crate::base::limits;
use crate::record::Record;
use serde_json::{Value as Json, json};

#[test]
fn each_invalid_field_is_refused_with_its_path() {
    let part = |entity: Json| {
        with("parts", json!([{ "kind": "text", "text": "қ", "entities": [entity] }]))
    };
    for (record, code, path) in [
        (json!([]), "LX7004", ""),
        (json!(null), "LX7004", ""),
        (json!({ "platform": "test" }), "LX7006", "id"),
        (json!({ "id": null, "platform": "test" }), "LX7006", "id"),
        (json!({ "id": "", "platform": "test" }), "LX7004", "id"),
        (with("schema", json!("lexloci.message/2")), "LX7004", "schema"),
        (with("text", json!("x")), "LX7003", "text"),
        (with("chat", json!({ "membres": 1 })), "LX7003", "chat.membres"),
        (with("event", json!("gone")), "LX7004", "event"),
        (with("chat", json!({ "members": "7" })), "LX7004", "chat.members"),
        (with("chat", json!({ "members": 7.5 })), "LX7005", "chat.members"),
        (with("chat", json!({ "members": 9_007_199_254_740_992.0 })), "LX7005", "chat.members"),
        (with("chat", json!({ "members": u64::MAX })), "LX7005", "chat.members"),
        (with("chat", json!({ "country": "UK" })), "LX7004", "chat.country"),
        (with("chat", json!({ "country": "WORLD" })), "LX7004", "chat.country"),
        (with("sent_at", json!("2026-03-01")), "LX7004", "sent_at"),
        (with("sent_at", json!(1_700_000_000)), "LX7004", "sent_at"),
        (with("links", json!([{ "url": "x" }])), "LX7006", "links[0].via"),
        (with("links", json!([null])), "LX7004", "links[0]"),
        (with("links", json!({})), "LX7004", "links"),
        (with("tags", json!({ "hashtags": ["a", 1] })), "LX7004", "tags.hashtags[1]"),
        (with("labels", json!({ "scam": { "score": 1e300 } })), "LX7005", "labels.scam.score"),
        (with("labels", json!({ "scam": null })), "LX7004", "labels.scam"),
        (with("visibility", json!({ "countries": "KZ" })), "LX7004", "visibility.countries"),
        (with("visibility", json!({ "countries": ["XX"] })), "LX7004", "visibility.countries[0]"),
        (with("author", json!({ "key": "telegram:1" })), "LX7003", "author.key"),
        (rulings(json!({ "place": "Europe" })), "LX7004", "reports.rulings[1].place"),
        (rulings(json!({ "place": "kz" })), "LX7004", "reports.rulings[1].place"),
        (rulings(json!({ "verdict": "lifted" })), "LX7004", "reports.rulings[1].verdict"),
        (rulings(json!({ "given_at": null })), "LX7006", "reports.rulings[1].given_at"),
        (with("visibility", json!({ "hidden": ["WORLD"] })), "LX7004", "visibility.hidden[0]"),
        (part(json!({ "type": "bold", "start": 0, "end": 1 })), "LX7004", "parts[0].entities[0]"),
        (part(json!({ "type": "bold", "start": 2, "end": 0 })), "LX7004", "parts[0].entities[0]"),
        (part(json!({ "type": "bold", "start": -1, "end": 0 })), "LX7004", "parts[0].entities[0]"),
    ] {
        let error = read(&record).unwrap_err();
        assert_eq!((error.code.as_str(), error.path.as_str()), (code, path), "{record}: {error}");
    }
}

#[test]
fn text_that_is_not_json_is_refused() {
    for (json, code) in [
        (&b""[..], "LX7001"),
        (b"{", "LX7001"),
        (b"{\"id\":\"x\",\"platform\":\"test\"} {}", "LX7001"),
        (b"\xff", "LX7001"),
        (b"\xef\xbb\xbf\xef\xbb\xbf{}", "LX7001"),
        (b"{\"id\":\"\xc3\"}", "LX7001"),
        (b"{\"id\":1,}", "LX7004"),
        (b"{\"id\":\"a\",\"id\":\"a\"}", "LX7002"),
        (b"{\"ext\":{\"a\":[{\"b\":1,\"b\":1}]}}", "LX7002"),
        (b"{\"labels\":{\"a\":{\"score\":1},\"a\":{\"score\":1}}}", "LX7002"),
        (b"{\"chat\":{\"members\":1e999}}", "LX7005"),
        (b"{\"chat\":{\"members\":123456789012345678901234567890}}", "LX7005"),
        (b"{\"id\":\"\\ud83d\"}", "LX7008"),
        (b"{\"id\":\"\\ud83dx\"}", "LX7008"),
        (b"{\"id\":\"\\ude00\"}", "LX7008"),
        (b"{\"ext\":\"\\ud83d\\ud83d\"}", "LX7008"),
        (b"{\"\\ud83d\":1}", "LX7008"),
    ] {
        let error = Record::read(&SCHEMA, json).unwrap_err();
        assert_eq!(error.code.as_str(), code, "{}: {error}", String::from_utf8_lossy(json));
    }
    let marked = format!("\u{feff}{}", minimal());
    assert!(Record::read(&SCHEMA, marked.as_bytes()).is_ok());
}

#[test]
fn limits_apply_to_fields_that_rules_cannot_read() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let record = |ext: &str| format!("{{\"id\":\"x\",\"platform\":\"test\",\"ext\":{ext}}}");
    let list = |elements: usize, of: &str| format!("[{}]", vec![of; elements].join(","));
    let half = list(limits::RECORD_LIST, "0");
    let long = format!("\"{}\"", "x".repeat(limits::RECORD_TEXT));
    for (ext, fits) in [
        (nested(limits::RECORD_DEPTH - 1), true),
        (nested(limits::RECORD_DEPTH), false),
        (nested(100_000), false),
        (list(limits::RECORD_LIST, "0"), true),
        (list(limits::RECORD_LIST + 1, "0"), false),
        (list(4, &half), true),
        (list(5, &half), false),
        (long, false),
        (" ".repeat(limits::RECORD_BYTES) + "1", false),
    ] {
        let read = Record::read(&SCHEMA, record(&ext).as_bytes());
        match read {
            Ok(_) => assert!(fits),
            Err(error) => assert_eq!((fits, error.code.as_str()), (false, "LX7007"), "{error}"),
        }
    }
}

#[test]
fn error_messages_name_the_mistake() {
    for (record, expected) in [
        (with("txet", json!("x")), "txet: `message` has no field `txet`"),
        (with("text", json!("x")), "text: `text` is computed from `parts`"),
        (with("chat", json!({ "membres": 1 })), "did you mean `members`?"),
        (with("event", json!("gone")), "event: expected one of new, edited, deleted, found `gone`"),
        (with("id\u{1b}[2J", json!(1)), "id\\u{1b}[2J: `message` has no field `id\\u{1b}[2J`"),
    ] {
        let error = read(&record).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
