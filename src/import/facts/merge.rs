//! Merges facts into a record, field by field. Two different values of a field are a conflict, unless an importer only
//! assumed its value, or facts about the message itself overrule those about its chat.

use super::About;
use crate::world::schema::Schema;
use crate::world::standard::{StandardField, account, author, chat, dotted, message, reports};
use crate::world::value::{RecordId, Type};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A record, and the line of facts that each field came from.
#[derive(Debug, Default)]
pub(super) struct Merge {
    record: Value,
    from: BTreeMap<String, usize>,
    /// The line that is being merged.
    line: usize,
    /// Whether this line overrules earlier lines.
    overrules: bool,
}

/// Two values for one field.
#[derive(Debug)]
pub(super) struct Conflict {
    pub(super) path: String,
    pub(super) value: Value,
    pub(super) other: Value,
    /// The line of facts that the other value came from, if there is one.
    pub(super) earlier: Option<usize>,
}

impl Merge {
    pub(super) fn of(record: Value) -> Self {
        Self { record, ..Self::default() }
    }

    pub(super) fn record(&self) -> &Value {
        &self.record
    }

    pub(super) fn into_record(self) -> Value {
        self.record
    }

    pub(super) fn is_empty(&self) -> bool {
        self.record.is_null()
    }

    pub(super) fn provenance(&self) -> impl Iterator<Item = (&String, &usize)> {
        self.from.iter()
    }

    /// Merges a piece of a record type into the record itself.
    pub(super) fn merge_piece(
        &mut self,
        schema: &Schema,
        record_type: &str,
        piece: &Value,
        line: usize,
    ) -> Result<(), Conflict> {
        let mut record = std::mem::take(&mut self.record);
        (self.line, self.overrules) = (line, false);
        let merged = self.merge_into(schema, record_type, &mut record, piece, String::new());
        self.record = record;
        merged
    }

    /// Merges facts into the place that they are about: the message, one of its media, or a chat or account in it. For
    /// a chat or account, only its own fields are merged.
    pub(super) fn merge_at(
        &mut self,
        schema: &Schema,
        place: &str,
        about: About,
        piece: &Value,
        line: usize,
    ) -> Result<(), Conflict> {
        let mut record = std::mem::take(&mut self.record);
        (self.line, self.overrules) = (line, about == About::Message);
        let pointer = format!("/{}", place.replace(['.', '['], "/").replace(']', ""));
        let (record_type, piece) = match about {
            _ if place.is_empty() => (Schema::MESSAGE, Some(piece)),
            About::Media => (about.piece_of(), Some(piece)),
            About::Chat => (chat::ID.record, piece.get(message::CHAT.name)),
            About::Author => {
                let author = piece.get(message::AUTHOR.name);
                (account::ID.record, author.and_then(|author| author.get(author::ACCOUNT.name)))
            }
            About::Message => (Schema::MESSAGE, None),
        };
        let into = if place.is_empty() { Some(&mut record) } else { record.pointer_mut(&pointer) };
        let merged = match into.zip(piece) {
            Some((into, piece)) => {
                self.merge_into(schema, record_type, into, piece, place.to_owned())
            }
            None => Ok(()),
        };
        self.record = record;
        merged
    }

    fn merge_into(
        &mut self,
        schema: &Schema,
        record_type: &str,
        into: &mut Value,
        piece: &Value,
        path: String,
    ) -> Result<(), Conflict> {
        match schema.named(record_type) {
            Some((id, _)) => self.fields(schema, id, into, piece, &path),
            None => Ok(()),
        }
    }

    fn fields(
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
        let Some(into) = object_of(into) else { return Ok(()) };
        let has_value = |value: &Value| {
            !value.is_null() && value.as_object().is_none_or(|fields| !fields.is_empty())
        };
        for (key, value) in piece.iter().filter(|(_, value)| has_value(value)) {
            let Some(field) = record.fields.get(key) else { continue };
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            let slot = into.entry(key).or_insert(Value::Null);
            match &field.ty {
                Type::Record(id) => self.fields(schema, *id, slot, value, &path)?,
                Type::Map(_) | Type::Opaque if value.is_object() => {
                    self.entries(slot, value, &path)?
                }
                Type::List(element) if matches!(**element, Type::Record(_)) => {
                    self.append(slot, value, &path)
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
                | Type::Opaque => self.set(slot, value, path)?,
            }
        }
        Ok(())
    }

    /// Merges each entry of a map as one value, because the score of a label and its author belong together.
    fn entries(&mut self, into: &mut Value, entries: &Value, path: &str) -> Result<(), Conflict> {
        let entries =
            entries.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
        let Some(into) = object_of(into) else { return Ok(()) };
        for (key, value) in entries {
            self.set(into.entry(key).or_insert(Value::Null), value, format!("{path}.{key}"))?;
        }
        Ok(())
    }

    /// Adds the elements that the list does not contain yet. Orders and notices from several sources are all kept.
    fn append(&mut self, into: &mut Value, elements: &Value, path: &str) {
        if into.is_null() {
            *into = Value::Array(vec![]);
        }
        let (Some(into), Some(elements)) = (into.as_array_mut(), elements.as_array()) else {
            return;
        };
        for element in elements {
            if !into.contains(element) {
                self.from.insert(format!("{path}[{}]", into.len()), self.line);
                into.push(element.clone());
            }
        }
    }

    fn set(&mut self, slot: &mut Value, value: &Value, path: String) -> Result<(), Conflict> {
        if slot == value {
            return Ok(());
        }
        let earlier = self.from.get(&path).copied();
        let gives_way = match earlier {
            Some(_) => self.overrules,
            None => slot.is_null() || is_assumed(&path, slot),
        };
        if !gives_way {
            let (value, other) = (value.clone(), slot.clone());
            return Err(Conflict { path, value, other, earlier });
        }
        *slot = value.clone();
        self.from.insert(path, self.line);
        Ok(())
    }
}

/// Whether importers assumed this value because the host had not given one: who can see the message, or that there are
/// no reports.
fn is_assumed(path: &str, value: &Value) -> bool {
    let is_in = |field: StandardField| {
        path.strip_prefix(field.name).is_some_and(|rest| rest.starts_with('.'))
    };
    is_in(message::VISIBILITY)
        || (path == dotted(&[message::REPORTS, reports::COUNT]) && value == &Value::from(0))
        || value == "unknown"
}

/// The fields of a value. A value that is not an object becomes an empty object.
fn object_of(value: &mut Value) -> Option<&mut Map<String, Value>> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut()
}
