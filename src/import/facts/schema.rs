//! Derives the JSON Schema of a line of facts from the JSON Schema of records. In a piece of a record, no field is
//! required.

use super::{AS_OF, BY, FACTS, RESERVED_FIELDS, SCHEMA, Subject, VERSION};
use crate::record::schema_of_message;
use crate::world::schema::Schema;
use crate::world::standard::StandardField;
use serde_json::{Map, Value, json};

/// The JSON Schema (draft 2020-12) of the lines that [`super::Facts::read`] accepts.
pub(crate) fn facts_schema(schema: &Schema) -> String {
    let message = schema_of_message(schema);
    let defs = message.get("$defs").and_then(Value::as_object).cloned();
    let mut pieces = Pieces { defs: defs.unwrap_or_default() };
    let message = pieces.schema_of_piece(message, RESERVED_FIELDS);
    pieces.defs.insert("piece_of_message".into(), message);
    let lines = Subject::ALL.map(|subject| pieces.schema_of_line(subject));
    let root = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": VERSION,
        "description": "A line of facts: what they are about, who states them, and a piece of a record.",
        "oneOf": lines,
        "$defs": pieces.defs,
    });
    serde_json::to_string_pretty(&root).unwrap_or_default()
}

/// The definitions of the schema: those of record types, and those of pieces of them.
struct Pieces {
    defs: Map<String, Value>,
}

impl Pieces {
    fn schema_of_line(&mut self, subject: Subject) -> Value {
        let record_type = subject.record_type();
        self.define_piece(record_type);
        let (description, id_type) = match subject {
            Subject::Chat => ("The id of a chat, as bots see it.", "integer"),
            Subject::Author => ("The id of an account or chat, as bots see it.", "integer"),
            Subject::Media => ("The `unique_id` or `path` of a file.", "string"),
            Subject::Message => ("The id of a record.", "string"),
        };
        json!({
            "type": "object",
            "required": [subject.key(), FACTS],
            "additionalProperties": false,
            "properties": {
                subject.key(): { "description": description, "type": id_type },
                SCHEMA: { "const": VERSION },
                BY: { "description": "Who states the facts.", "type": ["string", "null"] },
                AS_OF: { "description": "When the facts were true.", "type": ["string", "null"], "format": "date-time" },
                FACTS: { "$ref": format!("#/$defs/piece_of_{record_type}") },
            },
        })
    }

    /// Defines the schema of a piece of a record type, unless it is defined already.
    fn define_piece(&mut self, record_type: &str) {
        let name = format!("piece_of_{record_type}");
        if self.defs.contains_key(&name) {
            return;
        }
        let Some(complete) = self.defs.get(record_type).cloned() else { return };
        // The name is inserted before the fields are visited, because one of them may have the same type.
        self.defs.insert(name.clone(), Value::Null);
        let piece = self.schema_of_piece(complete, &[]);
        self.defs.insert(name, piece);
    }

    /// The schema of an object in which nothing is required. Records in lists and maps keep their required fields.
    fn schema_of_piece(&mut self, mut object: Value, without: &[StandardField]) -> Value {
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
                self.define_piece(&record_type);
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
