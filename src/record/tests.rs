mod absent;
mod authors;
mod faults;
mod given;
mod schema;

use super::{Audience, Record, RecordError, VERSION, json_schema};
use crate::base::source::FileId;
use crate::base::time::Instant;
use crate::check::standard::{LIBRARY, lower};
use crate::syntax;
use crate::world::place::Place;
use crate::world::schema::Schema;
use crate::world::value::{Places, SurfacePart, Value};
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

/// The minimal record with two rulings. The second has some fields of its own.
fn rulings(other: Json) -> Json {
    let ruling = |place: &str| json!({ "given_at": "2026-03-05T00:00:00Z", "place": place, "rules": ["kz.r"], "verdict": "upheld" });
    let mut second = ruling("WORLD");
    second.as_object_mut().unwrap().extend(other.as_object().unwrap().clone());
    with("reports", json!({ "rulings": [ruling("EU"), second] }))
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
