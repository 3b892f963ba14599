//! The JSON Schema of records says what the reader accepts.

use super::{SCHEMA, VALIDATOR, minimal, read, sample, with};
use crate::record::{Record, json_schema};
use proptest::prelude::*;
use serde_json::{Value as Json, json};

#[test]
fn the_json_schema_and_the_reader_agree_on_these_records() {
    for record in [minimal(), sample(), with("links", Json::Null)] {
        assert!(VALIDATOR.is_valid(&record), "{:?}", VALIDATOR.validate(&record));
        assert!(read(&record).is_ok());
    }
    for record in [
        json!({}),
        json!([]),
        with("text", json!("x")),
        with("unknown", json!(1)),
        with("chat", json!({ "unknown": 1 })),
        with("schema", json!("lexloci.message/2")),
        with("event", json!("gone")),
        with("links", json!([{ "url": "x" }])),
        with("links", json!([null])),
        with("sent_at", json!("yesterday")),
        with("chat", json!({ "members": 1.5 })),
        with("chat", json!({ "country": "kz" })),
        with("visibility", json!({ "countries": "KZ" })),
    ] {
        assert!(!VALIDATOR.is_valid(&record), "{record}");
        assert!(read(&record).is_err(), "{record}");
    }
    let text = json_schema(&SCHEMA);
    assert!(
        text.contains("actual knowledge") && text.contains("\"$defs\""),
        "fields are documented"
    );
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_map(Json::from),
        any::<u64>().prop_map(Json::from),
        any::<f64>().prop_map(Json::from),
        ".{0,8}".prop_map(Json::from),
        prop_oneof![Just("*"), Just("KZ"), Just("text"), Just("2026-03-01T12:00:00Z")]
            .prop_map(Json::from),
    ];
    let key = prop_oneof![
        Just("chat"),
        Just("parts"),
        Just("links"),
        Just("visibility"),
        Just("kind"),
        Just("text"),
        Just("id"),
        Just("entities"),
        Just("start"),
        Just("end"),
        Just("url"),
        Just("via"),
        Just("labels"),
        Just("countries"),
    ];
    leaf.prop_recursive(4, 32, 6, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..5).prop_map(Json::from),
            proptest::collection::vec((key.clone(), inner), 0..6).prop_map(|pairs| pairs
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect()),
        ]
    })
}

/// Replaces the value number `at` of a document, counted from the top.
fn replace(json: &mut Json, at: &mut usize, value: &Json) {
    if *at == 0 {
        *json = value.clone();
    }
    *at = at.wrapping_sub(1);
    match json {
        Json::Array(elements) => {
            elements.iter_mut().for_each(|element| replace(element, at, value))
        }
        Json::Object(fields) => fields.values_mut().for_each(|field| replace(field, at, value)),
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

proptest! {
    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..64), at in 0..600_usize) {
        let mut json = sample().to_string().into_bytes();
        let end = (at + bytes.len() / 8).min(json.len());
        json.splice(at.min(end)..end, bytes.iter().copied());
        for json in [bytes.as_slice(), &json] {
            let _ = Record::read(&SCHEMA, json);
            let _ = Record::given(&SCHEMA, &String::from_utf8_lossy(json));
        }
    }

    #[test]
    fn the_json_schema_accepts_every_record_that_the_reader_accepts(value in any_json(), at in 0..120_usize) {
        let mut record = sample();
        replace(&mut record, &mut { at }, &value);
        let (read, valid) = (read(&record), VALIDATOR.is_valid(&record));
        prop_assert!(valid || read.is_err(), "{record}");
        let _ = Record::given(&SCHEMA, &record.to_string());
    }
}
