//! The JSON Schema of a line of facts, derived from that of records: in a piece of a record, no field is required.

use super::{AS_OF, About, BY, FACTS, NO_FACTS, SCHEMA, VERSION};
use crate::record::json_schema;
use crate::world::schema::Schema;
use crate::world::standard::StandardField;
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of the lines that [`super::Facts::read`] accepts.
pub(crate) fn facts_schema(schema: &Schema) -> String {
    let mut message: Value = serde_json::from_str(&json_schema(schema)).unwrap_or_default();
    let defs = message.get_mut("$defs").map(Value::take).unwrap_or_default();
    let mut pieces = Pieces { defs: defs.as_object().cloned().unwrap_or_default() };
    let message = pieces.piece(message, NO_FACTS);
    pieces.defs.insert("piece_of_message".into(), message);
    let lines: Vec<Value> =
        About::ALL.iter().map(|(about, key)| pieces.line(*about, key)).collect();
    let root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": VERSION,
        "description": "A line of facts: what they are about, who states them, and a piece of a record.",
        "oneOf": lines,
        "$defs": pieces.defs,
    });
    serde_json::to_string_pretty(&root).unwrap_or_default()
}

struct Pieces {
    defs: Map<String, Value>,
}

impl Pieces {
    fn line(&mut self, about: About, key: &str) -> Value {
        let record_type = about.piece_of();
        self.define(record_type);
        let id = match about {
            About::Chat => {
                json!({ "description": "The id of a chat, as bots see it.", "type": "integer" })
            }
            About::Author => {
                json!({ "description": "The id of an account or chat, as bots see it.", "type": "integer" })
            }
            About::Media => {
                json!({ "description": "The `unique_id` or `path` of a file.", "type": "string" })
            }
            About::Message => json!({ "description": "The id of a record.", "type": "string" }),
        };
        json!({
            "type": "object",
            "required": [key, FACTS],
            "additionalProperties": false,
            "properties": {
                key: id,
                SCHEMA: { "const": VERSION },
                BY: { "description": "Who states the facts.", "type": ["string", "null"] },
                AS_OF: { "description": "When the facts were true.", "type": ["string", "null"], "format": "date-time" },
                FACTS: { "$ref": format!("#/$defs/piece_of_{record_type}") },
            },
        })
    }

    /// Defines the pieces of a record type.
    fn define(&mut self, record_type: &str) {
        let name = format!("piece_of_{record_type}");
        if self.defs.contains_key(&name) {
            return;
        }
        let Some(complete) = self.defs.get(record_type).cloned() else { return };
        // The name is inserted before the fields are visited, because one of them may have the same type.
        self.defs.insert(name.clone(), Value::Null);
        let piece = self.piece(complete, &[]);
        self.defs.insert(name, piece);
    }

    /// The schema of an object in which nothing is required. Records in lists and maps keep their required fields.
    fn piece(&mut self, mut object: Value, without: &[StandardField]) -> Value {
        for key in ["required", "$schema", "title", "$defs"] {
            object.as_object_mut().and_then(|object| object.shift_remove(key));
        }
        let Some(fields) = object.get_mut("properties").and_then(Value::as_object_mut) else {
            return object;
        };
        without.iter().for_each(|field| drop(fields.shift_remove(field.name)));
        for field in fields.values_mut() {
            for place in ["/$ref", "/anyOf/0/$ref"] {
                let Some(Value::String(reference)) = field.pointer_mut(place) else { continue };
                let Some(record_type) = reference.strip_prefix("#/$defs/").map(str::to_owned)
                else {
                    continue;
                };
                *reference = format!("#/$defs/piece_of_{record_type}");
                self.define(&record_type);
            }
            // The reader treats `null` as absent.
            let refuses_null = field.as_object().is_some_and(|field| !field.contains_key("anyOf"));
            if refuses_null {
                *field = json!({ "anyOf": [field.take(), { "type": "null" }] });
            }
        }
        object
    }
}
