//! Merges facts into a record, field by field. Two different values of a field are a conflict. There are two exceptions:
//! facts replace a value that an importer only concluded from others, and facts about a message overrule those about its
//! chat.

use super::Subject;
use crate::record::UNKNOWN;
use crate::world::schema::{Presence, Schema};
use crate::world::standard::{account, author, chat, message};
use crate::world::value::{RecordId, Type};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A record, and where the facts in it came from.
#[derive(Debug, Default)]
pub(super) struct MergedRecord {
    pub(super) record: Value,
    pub(super) origins: Origins,
}

/// The lines of facts that fields came from.
#[derive(Debug, Default)]
pub(super) struct Origins {
    /// For the path of each field that facts gave, the number of their line.
    pub(super) line_of_field: BTreeMap<String, usize>,
    /// The number of the line that is being merged.
    line: usize,
    /// Whether this line overrules earlier lines.
    overrules: bool,
}

/// Two different values of a field.
#[derive(Debug)]
pub(super) struct Conflict {
    pub(super) path: String,
    /// The value in the line that was being merged.
    pub(super) value: Value,
    pub(super) other: Value,
    /// The line of facts that the other value came from, if it came from facts.
    pub(super) earlier: Option<usize>,
}

impl MergedRecord {
    pub(super) fn new(record: Value) -> Self {
        Self { record, ..Self::default() }
    }

    /// Merges a piece of a record type into the record itself.
    pub(super) fn merge_piece(
        &mut self,
        schema: &Schema,
        record_type: &str,
        piece: &Value,
        line: usize,
    ) -> Result<(), Conflict> {
        (self.origins.line, self.origins.overrules) = (line, false);
        self.origins.merge(schema, record_type, &mut self.record, piece, "")
    }

    /// Merges facts into the value at a path: the message, one of its media, or a chat or account in it. A chat or account
    /// gets only the fields that facts give for itself.
    pub(super) fn merge_at(
        &mut self,
        schema: &Schema,
        path: &str,
        subject: Subject,
        piece: &Value,
        line: usize,
    ) -> Result<(), Conflict> {
        (self.origins.line, self.origins.overrules) = (line, subject == Subject::Message);
        let pointer = format!("/{}", path.replace(['.', '['], "/").replace(']', ""));
        let (record_type, piece) = match subject {
            _ if path.is_empty() => (Schema::MESSAGE, Some(piece)),
            Subject::Media => (subject.record_type(), Some(piece)),
            Subject::Chat => (chat::ID.record, piece.get(message::CHAT.name)),
            Subject::Author => {
                let author = piece.get(message::AUTHOR.name);
                (account::ID.record, author.and_then(|author| author.get(author::ACCOUNT.name)))
            }
            Subject::Message => (Schema::MESSAGE, None),
        };
        let record = &mut self.record;
        let into = if path.is_empty() { Some(record) } else { record.pointer_mut(&pointer) };
        let Some((into, piece)) = into.zip(piece) else { return Ok(()) };
        self.origins.merge(schema, record_type, into, piece, path)
    }
}

impl Origins {
    fn merge(
        &mut self,
        schema: &Schema,
        record_type: &str,
        into: &mut Value,
        piece: &Value,
        path: &str,
    ) -> Result<(), Conflict> {
        match schema.named(record_type) {
            Some((id, _)) => self.merge_fields(schema, id, into, piece, path),
            None => Ok(()),
        }
    }

    fn merge_fields(
        &mut self,
        schema: &Schema,
        id: RecordId,
        into: &mut Value,
        piece: &Value,
        path: &str,
    ) -> Result<(), Conflict> {
        let (Some((_, record)), Some(piece)) = (schema.record(id), piece.as_object()) else {
            return Ok(());
        };
        let Some(into) = as_object(into) else { return Ok(()) };
        for (key, value) in piece.iter().filter(|(_, value)| has_value(value)) {
            let Some(field) = record.fields.get(key) else { continue };
            let is_word = matches!(field.ty, Type::Enum(_));
            // Such a fact says no more than that nobody knows.
            if is_word && value == UNKNOWN && field.presence == Presence::Optional {
                continue;
            }
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let slot = into.entry(key).or_insert(Value::Null);
            match &field.ty {
                Type::Record(id) => self.merge_fields(schema, *id, slot, value, &path)?,
                Type::Map(_) | Type::Opaque if value.is_object() => {
                    self.merge_entries(slot, value, &path)?
                }
                Type::List(element) if matches!(**element, Type::Record(_)) => {
                    self.append_elements(slot, value, &path)
                }
                Type::Bool
                | Type::Int
                | Type::Number
                | Type::Text
                | Type::Surface
                | Type::Instant
                | Type::Duration
                | Type::Enum(_)
                | Type::Place
                | Type::Places
                | Type::List(_)
                | Type::Map(_)
                | Type::Opaque => self.set_value(slot, value, path, is_word)?,
            }
        }
        Ok(())
    }

    /// Merges each entry of a map as one value, because the score of a label and its author belong together.
    fn merge_entries(
        &mut self,
        into: &mut Value,
        entries: &Value,
        path: &str,
    ) -> Result<(), Conflict> {
        let entries =
            entries.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        let Some(into) = as_object(into) else { return Ok(()) };
        for (key, value) in entries {
            let slot = into.entry(key).or_insert(Value::Null);
            self.set_value(slot, value, format!("{path}.{key}"), false)?;
        }
        Ok(())
    }

    /// Adds the elements that the list does not contain yet. Orders and notices from several sources are all kept.
    fn append_elements(&mut self, into: &mut Value, elements: &Value, path: &str) {
        if into.is_null() {
            *into = Value::Array(vec![]);
        }
        let (Some(into), Some(elements)) = (into.as_array_mut(), elements.as_array()) else {
            return;
        };
        for element in elements {
            if !into.contains(element) {
                self.line_of_field.insert(format!("{path}[{}]", into.len()), self.line);
                into.push(element.clone());
            }
        }
    }

    /// Sets a value. The word `unknown` gives way to every other one.
    fn set_value(
        &mut self,
        slot: &mut Value,
        value: &Value,
        path: String,
        is_word: bool,
    ) -> Result<(), Conflict> {
        if slot == value {
            return Ok(());
        }
        let earlier = self.line_of_field.get(&path).copied();
        let gives_way = match earlier {
            Some(_) => self.overrules,
            None => slot.is_null() || is_word && slot == UNKNOWN || is_concluded(&path),
        };
        if !gives_way {
            let (value, other) = (value.clone(), slot.clone());
            return Err(Conflict { path, value, other, earlier });
        }
        *slot = value.clone();
        self.line_of_field.insert(path, self.line);
        Ok(())
    }
}

/// Whether a fact says anything.
fn has_value(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Object(fields) => fields.values().any(has_value),
        Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => true,
    }
}

/// Whether an importer only concluded a value from others: who can see the message.
fn is_concluded(path: &str) -> bool {
    path.strip_prefix(message::VISIBILITY.name).is_some_and(|rest| rest.starts_with('.'))
}

/// The fields of a value. A value that is not an object becomes an empty object.
fn as_object(value: &mut Value) -> Option<&mut Map<String, Value>> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}
