//! The schema of records as JSON Schema (draft 2020-12), for hosts that write records. The reader also checks a few
//! things that JSON Schema cannot express: limits, calendars, that offsets fall between characters, and that `absent` is
//! sorted.

use super::{UNKNOWN, VERSION};
use crate::world::schema::{Presence, RecordType, Schema};
use crate::world::standard::message;
use crate::world::value::Type;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The JSON Schema of canonical records, with the documentation of each field.
pub fn json_schema(schema: &Schema) -> String {
    serde_json::to_string_pretty(&schema_of_message(schema)).unwrap_or_default()
}

/// The JSON Schema of messages, with those of all other record types in `$defs`.
pub(crate) fn schema_of_message(schema: &Schema) -> Value {
    let message = schema.named(Schema::MESSAGE).map(|(_, message)| of_record(schema, message));
    let mut message = message.unwrap_or_default();
    let version = format!("/properties/{}/anyOf/0", message::SCHEMA.name);
    if let Some(version) = message.pointer_mut(&version) {
        *version = json!({ "const": VERSION });
    }
    let absent = format!("/properties/{}/anyOf/0", message::ABSENT.name);
    if let Some(absent) = message.pointer_mut(&absent) {
        let records = schema.nested_records().into_iter().filter(|record| record.is_optional);
        let paths: BTreeSet<String> = records.map(|record| record.path).collect();
        *absent = json!({ "type": "array", "items": { "enum": paths }, "uniqueItems": true });
    }
    let others = schema.records().filter(|(name, _)| *name != Schema::MESSAGE);
    let definitions: Value = others.map(|(name, other)| (name, of_record(schema, other))).collect();
    let dialect = "https://json-schema.org/draft/2020-12/schema".into();
    let head = [("$schema".to_owned(), dialect), ("title".to_owned(), VERSION.into())];
    let keywords = message.as_object().cloned().unwrap_or_default();
    head.into_iter().chain(keywords).chain([("$defs".to_owned(), definitions)]).collect()
}

fn of_record(schema: &Schema, record: &RecordType) -> Value {
    let written_fields =
        || record.fields.iter().filter(|(_, field)| field.presence != Presence::Derived);
    let properties = written_fields().map(|(name, field)| {
        let accepted = of_type(schema, &field.ty);
        let accepted = match (&field.presence, &field.ty) {
            (Presence::Required, _) => accepted,
            // The reader treats `unknown` as absent, too.
            (Presence::Optional, Type::Enum(_)) => {
                json!({ "anyOf": [accepted, { "enum": [null, UNKNOWN] }] })
            }
            // The reader treats `null` as absent.
            (Presence::Optional | Presence::Default(_) | Presence::Derived, _) => {
                json!({ "anyOf": [accepted, { "type": "null" }] })
            }
        };
        (name.as_str(), described(&field.doc, accepted))
    });
    let required = written_fields().filter(|(_, field)| field.presence == Presence::Required);
    let required: Vec<&str> = required.map(|(name, _)| name.as_str()).collect();
    let required = (!required.is_empty()).then(|| ("required", Value::from(required)));
    let keywords = [("type", "object".into())].into_iter().chain(required);
    let properties = ("properties", properties.collect());
    let keywords = keywords.chain([properties, ("additionalProperties", false.into())]);
    described(&record.doc, keywords.collect())
}

fn of_type(schema: &Schema, ty: &Type) -> Value {
    match ty {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Int => json!({ "type": "integer", "minimum": i64::MIN, "maximum": i64::MAX }),
        Type::Number => json!({ "type": "number" }),
        Type::Text | Type::Surface | Type::Duration => json!({ "type": "string" }),
        Type::Instant => json!({ "type": "string", "format": "date-time" }),
        Type::Enum(words) => json!({ "enum": words.to_vec() }),
        Type::Place => json!({ "type": "string", "pattern": "^[A-Z]{2}(-[A-Z0-9]{1,3})?$" }),
        Type::Places => {
            let list = of_type(schema, &Type::List(Box::new(Type::Place)));
            json!({ "anyOf": [{ "const": "*" }, list] })
        }
        Type::Record(id) => {
            let name = schema.record(*id).map_or("", |(name, _)| name);
            json!({ "$ref": format!("#/$defs/{name}") })
        }
        Type::List(element) => json!({ "type": "array", "items": of_type(schema, element) }),
        Type::Map(value) => {
            json!({ "type": "object", "additionalProperties": of_type(schema, value) })
        }
        Type::Opaque => json!({}),
    }
}

/// Puts the documentation of a field or record type before its schema.
fn described(doc: &str, schema: Value) -> Value {
    let Value::Object(schema) = schema else { return schema };
    let description = (!doc.is_empty()).then(|| ("description".to_owned(), doc.into()));
    description.into_iter().chain(schema).collect()
}
