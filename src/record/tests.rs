use super::{Audience, Record, RecordError, VERSION, json_schema};
use crate::base::limits;
use crate::base::source::FileId;
use crate::base::time::Instant;
use crate::check::standard::{LIBRARY, lower};
use crate::syntax;
use crate::world::place::Place;
use crate::world::schema::Schema;
use crate::world::value::{Places, SurfacePart, Value};
use proptest::prelude::*;
use serde_json::{Value as Json, json};
use std::sync::LazyLock;

static SCHEMA: LazyLock<Schema> = LazyLock::new(|| {
    let trees: Vec<_> =
        LIBRARY.iter().map(|(_, text)| syntax::read(FileId::default(), text).0).collect();
    let files: Vec<_> = trees.iter().map(|tree| (FileId::default(), tree)).collect();
    lower(&files, &mut vec![]).0.schema
});

static VALIDATOR: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let schema: Json = serde_json::from_str(&json_schema(&SCHEMA)).unwrap();
    jsonschema::draft202012::options().should_validate_formats(true).build(&schema).unwrap()
});

/// A record with many fields.
fn sample() -> Json {
    json!({
        "schema": VERSION, "id": "tg:-1001/42", "platform": "telegram", "event": "edited",
        "sent_at": "2026-03-01T12:00:00Z", "edited_at": "2026-03-01T13:00:00+05:00",
        "parts": [
            { "kind": "text", "text": "Қазақша 😀 text", "entities": [{ "type": "bold", "start": 15, "end": 19, "utf16": [8, 2] }] },
            { "kind": "button", "text": "Buy", "pointer": "/reply_markup/0" },
            { "kind": "button", "text": "Sell" },
            { "kind": "caption", "text": "a caption" },
        ],
        "links": [
            { "url": "https://a.example/x", "via": "button", "display": "Join", "host": "a.example" },
            { "url": "b.example", "via": "url", "host": "b.example", "part": 0, "start": 0, "end": 2 },
        ],
        "tags": { "hashtags": ["x"], "mentions": [{ "user_id": 7 }] },
        "media": [{ "kind": "photo", "duration_s": 1.5, "ocr": "seen", "file_name": "Buy", "hashes": { "md5": "00" } }],
        "chat": { "id": -1001, "type": "channel", "public": true, "members": 7.0, "country": "KZ" },
        "forward": { "origin": "channel", "name": "Ann", "chat": { "title": "News" } },
        "visibility": { "audience": "public", "countries": ["KZ", "FR"], "except": ["FR-IDF"] },
        "labels": { "scam": { "score": 0.87 }, "spam": { "score": 1 } },
        "reports": {
            "count": 3, "by_reason": { "spam": 3 },
            "orders": [{ "authority": "KZ-MAI", "country": "KZ", "received_at": "2026-03-02T00:00:00Z" }],
            "notices": [{ "kind": "copyright", "country": "FR", "received_at": "2026-03-03T00:00:00Z" }],
        },
        "flags": ["spoiler"], "service": null, "ext": { "any": [1, { "thing": null }] },
    })
}

fn read(json: &Json) -> Result<Record, RecordError> {
    Record::read(&SCHEMA, json.to_string().as_bytes())
}

fn minimal() -> Json {
    json!({ "id": "x", "platform": "test" })
}

/// The minimal record with one more field.
fn with(field: &str, value: Json) -> Json {
    let mut record = minimal();
    record[field] = value;
    record
}

/// The minimal record with two rulings, of which the second has other fields.
fn rulings(other: Json) -> Json {
    let ruling = |place: &str| json!({ "given_at": "2026-03-05T00:00:00Z", "place": place, "rules": ["kz.r"], "verdict": "upheld" });
    let mut second = ruling("WORLD");
    second.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    with("reports", json!({ "rulings": [ruling("EU"), second] }))
}

/// The keys of the authors in a record, with their paths.
fn keys_in(record: &Record) -> Vec<(&str, &str)> {
    let is_key = |(path, _): &&(String, _)| path.ends_with(".key");
    record.texts.iter().filter(is_key).map(|(path, key)| (path.as_str(), &**key)).collect()
}

fn field<'r>(record: &'r Record, name: &str) -> Option<&'r Value> {
    let Value::Record(fields) = record.root() else { panic!("no record") };
    let (_, message) = SCHEMA.named(Schema::MESSAGE).unwrap();
    fields[message.fields.get_index_of(name).unwrap()].as_ref()
}

fn names(surface: Option<&Value>) -> Vec<&str> {
    let Some(Value::Surface(parts)) = surface else { panic!("no surface") };
    parts.iter().map(|SurfacePart { name, .. }| &**name).collect()
}

#[test]
fn all_fields_of_a_record_are_read() {
    let record = read(&sample()).unwrap();
    assert_eq!(record.id(), "tg:-1001/42");
    assert_eq!(record.latest(), Some(Instant::parse("2026-03-03T00:00:00Z").unwrap()));
    assert_eq!(record.audience(), Audience::Public);
    let country = |code| Place::parse(code).unwrap();
    assert_eq!(record.visible_in(), &Places::Only([country("KZ"), country("FR")].into()));
    assert_eq!(record.except(), [country("FR-IDF")]);
    assert_eq!(names(field(&record, "text")), ["text", "caption"]);
    assert_eq!(
        names(field(&record, "any_text")),
        [
            "text",
            "button",
            "button[1]",
            "caption",
            "forward.chat.title",
            "forward.name",
            "links[0].display",
            "links[0].url",
            "media[0].ocr"
        ]
    );
    for (part, text) in [
        ("button[1]", Some("Sell")),
        ("links[1].host", Some("b.example")),
        ("media[0].file_name", Some("Buy")),
        ("chat.title", None),
    ] {
        assert_eq!(record.text_of(part), text, "{part}");
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
        (with("txet", json!("x")), "txet: a `message` has no field `txet`"),
        (with("text", json!("x")), "text: `text` is computed from `parts`"),
        (with("chat", json!({ "membres": 1 })), "did you mean `members`?"),
        (with("event", json!("gone")), "event: expected one of new, edited, deleted, found `gone`"),
        (with("id\u{1b}[2J", json!(1)), "id\\u{1b}[2J: a `message` has no field `id\\u{1b}[2J`"),
    ] {
        let error = read(&record).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

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
fn the_example_messages_are_read() {
    for line in include_str!("../../examples/messages.jsonl").lines() {
        let record: Json = serde_json::from_str(line).unwrap();
        assert!(VALIDATOR.is_valid(&record), "{line}");
        if let Err(error) = read(&record) {
            panic!("{error}: {line}");
        }
    }
}

/// Reads records that a reference mapping made from real messages. Their folder is not part of the project.
#[test]
fn records_of_the_reference_mapping_are_read() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/data/canonical/golden");
    let Ok(files) = std::fs::read_dir(folder) else {
        return std::io::Write::write_all(&mut std::io::stderr(), b"no golden records here\n")
            .unwrap();
    };
    for file in files {
        let path = file.unwrap().path();
        let json: Json = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        let records = json.as_array().cloned().unwrap_or_else(|| vec![json]);
        for record in records {
            assert!(VALIDATOR.is_valid(&record), "{}: {record}", path.display());
            if let Err(error) = read(&record) {
                panic!("{}: {error}: {record}", path.display());
            }
        }
    }
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
fn what_changes_say_replaces_what_was_none() {
    let merged = |changes: Json| -> Json {
        let base = json!({
            "author": { "account": { "id": 1 } }, "absent": ["forward", "reply", "via_bot"],
        });
        let merged = super::merge_patched(&base.to_string(), &changes.to_string()).unwrap();
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
    let merged = super::merge_patched(&base.to_string(), r#"{ "absent": ["reply"] }"#).unwrap();
    let merged: Json = serde_json::from_str(&merged).unwrap();
    assert_eq!(merged, json!({ "absent": ["reply"] }));
}

#[test]
fn a_ruling_dates_the_record_and_changes_nothing_of_where_it_is_seen() {
    let mut record =
        rulings(json!({ "given_at": "2026-03-07T00:00:00Z", "version": "2026-03-01T00:00:00Z" }));
    record["visibility"] = json!({ "hidden": ["KZ"] });
    let read = read(&record).unwrap();
    assert_eq!(read.latest(), Some(Instant::parse("2026-03-07T00:00:00Z").unwrap()));
    assert_eq!((read.visible_in(), read.except()), (&Places::Everywhere, [].as_slice()));
    assert_eq!(read.text_of("reports.rulings[1].rules[0]"), Some("kz.r"));
    assert!(VALIDATOR.is_valid(&record));
}

/// The chat for which the author speaks, else the account.
#[test]
fn the_key_of_an_author_is_that_of_who_speaks() {
    let account = json!({ "id": 77, "url": "https://example.social/users/ann" });
    for (author, key) in [
        (json!({ "account": account }), Some("test:77")),
        (json!({ "account": account, "chat": { "id": -100 } }), Some("test:-100")),
        (json!({ "account": account, "chat": {} }), Some("test:77")),
        (json!({ "chat": { "id": -100 } }), Some("test:-100")),
        (json!({ "account": { "url": account["url"] } }), account["url"].as_str()),
        (json!({ "account": { "name": "Ann" } }), None),
        (json!({}), None),
    ] {
        let record = read(&with("author", author.clone())).unwrap();
        let found = keys_in(&record);
        assert_eq!(found, key.map(|key| ("author.key", key)).into_iter().collect::<Vec<_>>());
        assert_eq!(record.text_of("author.key"), key, "{author}");
        let answered = read(&with("reply", json!({ "author": author }))).unwrap();
        assert_eq!(answered.text_of("reply.author.key"), key, "{author}");
    }
    let mut record = with("author", json!({ "chat": { "id": 7 } }));
    record["absent"] = json!(["author.account", "reply"]);
    assert_eq!(keys_in(&read(&record).unwrap()), [("author.key", "test:7")]);
    record["platform"] = "x".repeat(limits::NAME_BYTES + 1).into();
    assert_eq!(keys_in(&read(&record).unwrap()), []);
    let message = read(&with("author", json!({ "key": "x" }))).unwrap_err().message;
    assert_eq!(message, "`key` is computed from the other fields, so leave it out");
}
