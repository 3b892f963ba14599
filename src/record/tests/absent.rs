//! What is not in a record: what is missing, what is unknown, and what does not exist.

use super::{SCHEMA, VALIDATOR, field, minimal, read, with};
use crate::record::{Audience, VERSION};
use crate::world::schema::Schema;
use crate::world::value::{Places, Value};
use serde_json::{Value as Json, json};

#[test]
fn a_record_that_does_not_exist_is_none() {
    let read = |absent: Json| {
        read(&json!({
            "id": "t", "platform": "t", "reply": { "author": { "account": {} } }, "absent": absent,
        }))
    };
    let record = read(json!(["forward", "reply.chat"])).unwrap();
    let message = SCHEMA.named(Schema::MESSAGE).unwrap().1;
    let Value::Record(fields) = record.root() else { panic!() };
    assert_eq!(fields[message.fields.get_index_of("forward").unwrap()], Some(Value::Absent));
    for (absent, fault) in [
        (json!(["reply.chat", "forward"]), "absent: expected each path once, sorted by its bytes"),
        (json!(["forward", "forward"]), "absent: expected each path once, sorted by its bytes"),
        (
            json!(["reply"]),
            "absent[0]: `reply` cannot be listed as none: the record also has a value for it; delete one of the two",
        ),
        (
            json!(["replies"]),
            "absent[0]: `replies` cannot be listed as none: there is no such field",
        ),
        (json!([""]), "absent[0]: `` cannot be listed as none: there is no such field"),
        (
            json!(["chat"]),
            "absent[0]: `chat` cannot be listed as none: every message has such a record",
        ),
        (
            json!(["chat.title"]),
            "absent[0]: `chat.title` cannot be listed as none: it is not a record",
        ),
        (
            json!(["forward.chat"]),
            "absent[0]: `forward.chat` cannot be listed as none: the record that it is in is missing",
        ),
        (
            json!(["forward", "forward.chat"]),
            "absent[1]: `forward.chat` cannot be listed as none: the record that it is in is none itself",
        ),
    ] {
        let found = read(absent).unwrap_err();
        assert_eq!((found.code.as_str(), found.to_string()), ("LX7015", fault.to_owned()));
    }
}

#[test]
fn an_optional_word_that_is_unknown_is_missing() {
    let chat_type = |word: &str| read(&with("chat", json!({ "type": word })));
    for (record, at) in [
        (with("event", json!("unknown")), "event"),
        (with("chat", json!({ "type": "unknown" })), "chat"),
        (with("author", json!({ "kind": "unknown" })), "author"),
        (with("visibility", json!({ "audience": "unknown" })), "visibility"),
    ] {
        assert!(VALIDATOR.is_valid(&record), "{record}");
        let record = read(&record).unwrap();
        match field(&record, at) {
            None => {}
            Some(Value::Record(fields)) => {
                let is_given = |value: &&Value| !matches!(value, Value::Places(_));
                assert_eq!(fields.iter().flatten().find(is_given), None, "{at}");
            }
            Some(other) => panic!("{at}: {other:?}"),
        }
    }
    assert_eq!(chat_type("unknowns").unwrap_err().code.as_str(), "LX7004");
    // These words are not optional.
    for record in [
        with("source", json!({ "format": "unknown" })),
        with("flags", json!(["unknown"])),
        with("links", json!([{ "url": "https://a.example/", "via": "unknown" }])),
    ] {
        assert_eq!(read(&record).unwrap_err().code.as_str(), "LX7004", "{record}");
        assert!(!VALIDATOR.is_valid(&record), "{record}");
    }
}

#[test]
fn absent_fields_have_their_default_or_are_missing() {
    for mut record in [minimal(), with("links", Json::Null), with("service", Json::Null)] {
        record["schema"] = VERSION.into();
        let record = read(&record).unwrap();
        assert_eq!(field(&record, "links"), Some(&Value::List([].into())));
        assert_eq!(field(&record, "event"), None);
        assert_eq!(field(&record, "flags"), None);
        assert_eq!(field(&record, "service"), None);
        assert_eq!(field(&record, "text"), Some(&Value::Surface([].into())));
        assert_eq!(record.latest(), None);
        assert_eq!(
            (record.audience(), record.visible_in()),
            (Audience::Unknown, &Places::Everywhere)
        );
    }
}
