//! Records as authors of tests write them, and changes to them.

use super::{SCHEMA, field, names, read, with};
use crate::record::{Record, merge_patched};
use crate::world::value::Value;
use serde_json::{Value as Json, json};

#[test]
fn given_fills_in_fields_that_authors_leave_out() {
    let given = |json: Json| Record::given(&SCHEMA, &json.to_string());
    let record = given(json!({
        "text": "Hello", "parts": [{ "text": "more" }], "chat": { "type": "channel", "public": true },
        "links": [{ "url": "HTTPS://Пример.KZ/a" }, { "host": "b.example" }, { "url": "c.example/x" }],
        "media": [{ "ocr": "seen" }], "forward": { "name": "Ann" },
    }))
    .unwrap();
    assert_eq!(record.id(), "given");
    assert_eq!(names(field(&record, "text")), ["text", "text[1]"]);
    for (path, text) in [
        ("platform", "test"),
        ("links[0].host", "xn--e1afmkfd.kz"),
        ("links[0].scheme", "https"),
        ("links[1].url", "https://b.example/"),
        ("links[2].host", "c.example"),
        ("media[0].ocr", "seen"),
    ] {
        assert_eq!(record.text_of(path), Some(text), "{path}");
    }
    assert_eq!(record.text_of("links[2].scheme"), None);
    assert!(given(json!({})).is_ok());
    for (json, code) in [
        (json!({ "text": 1 }), "LX7004"),
        (json!({ "text": "x", "parts": 1 }), "LX7004"),
        (json!({ "txt": "x" }), "LX7003"),
        (json!([]), "LX7004"),
    ] {
        assert_eq!(given(json).unwrap_err().code.as_str(), code);
    }
    let doubled = Record::given(&SCHEMA, "{\"chat\":{\"id\":1,\"id\":1}}").unwrap_err();
    assert_eq!((doubled.code.as_str(), doubled.path.as_str()), ("LX7002", "chat.id"));
}

#[test]
fn given_texts_are_searched_for_links_tags_and_wallets() {
    let given = |json: Json| Record::given(&SCHEMA, &json.to_string()).unwrap();
    let length = |record: &Record, name: &str| match field(record, name) {
        Some(Value::List(elements)) => elements.len(),
        other => panic!("{other:?}"),
    };
    let text = "Хочу https://shop.example/x #Акция @someone 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";
    let record = given(json!({ "text": text }));
    for (path, found) in [
        ("links[0].host", "shop.example"),
        ("tags.hashtags[0]", "акция"),
        ("tags.mentions[0].username", "someone"),
        ("wallets[0].address", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"),
    ] {
        assert_eq!(record.text_of(path), Some(found), "{path}");
    }
    // What a part shows is not shown twice.
    assert_eq!(names(field(&record, "any_text")), ["text"]);
    let record = given(json!({ "text": text, "links": [], "wallets": [] }));
    assert_eq!((length(&record, "links"), length(&record, "wallets")), (0, 0));
    let marked =
        json!([{ "type": "text_link", "start": 0, "end": 4, "value": "https://hidden.example/" }]);
    let record = given(json!({ "parts": [{ "text": "here", "entities": marked }] }));
    assert_eq!(record.text_of("links[0].host"), Some("hidden.example"));
    assert_eq!(names(field(&record, "any_text")), ["text", "links[0].url"]);
    // Nothing is extracted from canonical records, which list their links themselves.
    let part = json!([{ "kind": "text", "text": text }]);
    assert_eq!(length(&read(&with("parts", part)).unwrap(), "links"), 0);
}

#[test]
fn what_changes_say_replaces_what_was_none() {
    let merged = |changes: Json| -> Json {
        let base = json!({
            "author": { "account": { "id": 1 } }, "absent": ["forward", "reply", "via_bot"],
        });
        let merged = merge_patched(&base.to_string(), &changes.to_string()).unwrap();
        serde_json::from_str(&merged).unwrap()
    };
    let author = json!({ "account": { "id": 1 } });
    for (changes, expected) in [
        (
            json!({ "reply": { "author": { "account": { "id": 3 } } } }),
            json!({ "author": author, "reply": { "author": { "account": { "id": 3 } } },
                "absent": ["forward", "via_bot"] }),
        ),
        (
            json!({ "reply": null, "forward": {} }),
            json!({ "author": author, "forward": {}, "absent": ["via_bot"] }),
        ),
        (
            json!({ "absent": ["author.account"] }),
            json!({ "author": {}, "absent": ["author.account", "forward", "reply", "via_bot"] }),
        ),
        (
            json!({ "absent": ["author"] }),
            json!({ "absent": ["author", "forward", "reply", "via_bot"] }),
        ),
    ] {
        assert_eq!(merged(changes.clone()), expected, "{changes}");
    }
    let base = json!({ "reply": {}, "absent": ["reply.chat"] });
    let merged = merge_patched(&base.to_string(), r#"{ "absent": ["reply"] }"#).unwrap();
    let merged: Json = serde_json::from_str(&merged).unwrap();
    assert_eq!(merged, json!({ "absent": ["reply"] }));
}
