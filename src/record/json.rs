//! Reads canonical JSON into values by the schema. Refuses unknown and repeated fields, inexact numbers and anything
//! too large, and names the path. The time is linear in the text.

use super::{RecordError, UNKNOWN, VERSION};
use crate::base::limits;
use crate::base::time::Instant;
use crate::diagnostic::{Code, nearest};
use crate::world::by_name::ByName;
use crate::world::place::{Place, PlaceKind};
use crate::world::schema::{Field, Presence, RecordType, Schema};
use crate::world::standard::{StandardField, message, ruling};
use crate::world::value::{Decimal, Places, RecordId, Type, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeSet;
use std::fmt::{self, Write};
use std::sync::Arc;

/// The values of all fields of a message, and its texts with their paths.
type FieldsAndTexts = (Vec<Option<Value>>, Vec<(String, Arc<str>)>);

/// Reads a complete record, without its derived fields.
pub(super) fn read(
    schema: &Schema,
    message: RecordId,
    json: &[u8],
) -> Result<FieldsAndTexts, RecordError> {
    let mut reader = RecordReader::new(schema);
    match reader.read(&Type::Record(message), json)? {
        Some(Value::Record(fields)) => Ok((fields.to_vec(), reader.texts)),
        _ => Err(RecordError::new(Code::WrongType, "", "expected an object, found null")),
    }
}

/// Checks what does not depend on the schema. Refuses text that is not JSON, repeated keys, anything over a limit.
pub(crate) fn check(json: &[u8]) -> Result<(), RecordError> {
    RecordReader::new(&Schema::default()).read(&Type::Opaque, json).map(|_| ())
}

/// Checks a piece of a record of some type: fields may be absent, but those that are present must be valid.
pub(crate) fn check_piece(
    schema: &Schema,
    record_type: &str,
    json: &[u8],
) -> Result<(), RecordError> {
    let Some((id, _)) = schema.named(record_type) else {
        let message = format!("the schema has no `{record_type}`");
        return Err(RecordError::new(Code::Internal, "", message));
    };
    let mut reader = RecordReader { is_piece: true, ..RecordReader::new(schema) };
    reader.read(&Type::Record(id), json).map(|_| ())
}

struct RecordReader<'s> {
    schema: &'s Schema,
    /// Whether required fields may be absent. Inside lists and maps they may not.
    is_piece: bool,
    /// Whether the next value belongs to an optional field whose type is an enum.
    is_optional_enum: bool,
    /// The path of the current value. After an error, the path of the fault.
    path: Path,
    /// How many values were read.
    values: usize,
    text_bytes: usize,
    texts: Vec<(String, Arc<str>)>,
    /// Why reading stopped. Errors of `serde` carry only a text.
    fault: Option<RecordError>,
}

/// A path such as `links[2].host`, and the number of objects and arrays around the value there.
#[derive(Debug, Default)]
struct Path {
    written: String,
    depth: usize,
}

impl Path {
    /// Enters a field of a record or an entry of a map. [`Path::leave`] needs the result.
    fn enter_key(&mut self, key: &str) -> usize {
        let dot = if self.written.is_empty() { "" } else { "." };
        self.enter(format_args!("{dot}{key}"))
    }

    /// Enters an element of a list. [`Path::leave`] needs the result.
    fn enter_element(&mut self, index: usize) -> usize {
        self.enter(format_args!("[{index}]"))
    }

    fn enter(&mut self, step: fmt::Arguments<'_>) -> usize {
        let length_outside = self.written.len();
        // Writing to a string does not fail.
        let _ = self.written.write_fmt(step);
        self.depth += 1;
        length_outside
    }

    fn leave(&mut self, length_outside: usize) {
        self.written.truncate(length_outside);
        self.depth = self.depth.saturating_sub(1);
    }
}

impl<'s> RecordReader<'s> {
    fn new(schema: &'s Schema) -> Self {
        Self {
            schema,
            is_piece: false,
            is_optional_enum: false,
            path: Path::default(),
            values: 0,
            text_bytes: 0,
            texts: vec![],
            fault: None,
        }
    }

    fn read(&mut self, ty: &Type, json: &[u8]) -> Result<Option<Value>, RecordError> {
        let limit = self.schema.limits.bytes;
        if json.len() > limit {
            let message = format!("the record has {} bytes, more than {limit}", json.len());
            return Err(RecordError::new(Code::RecordTooLarge, "", message));
        }
        let text = std::str::from_utf8(json).map_err(|error| {
            let message = format!("the record is not valid UTF-8 at byte {}", error.valid_up_to());
            RecordError::new(Code::BadJson, "", message)
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut json = serde_json::Deserializer::from_str(text);
        let value = ValueSeed { reader: self, ty }.deserialize(&mut json);
        let value = value.and_then(|value| json.end().map(|()| value));
        value.map_err(|error| self.fault.take().unwrap_or_else(|| self.fault_of(&error)))
    }

    /// The fault for an error of `serde_json`. The kind of the error is private, so its text is compared.
    fn fault_of(&self, error: &serde_json::Error) -> RecordError {
        let text = error.to_string();
        let path = self.shown_path();
        // `serde_json` reports `unexpected end of hex escape` when no other escape follows `\ud83d`.
        if text.contains("surrogate") || text.starts_with("unexpected end of hex escape") {
            let (line, column) = (error.line(), error.column());
            let message = format!(
                "a `\\u…` at line {line} column {column} is only half of a character, such as an emoji that was cut in two: export the message again, or replace it with `\\ufffd`, the sign for a lost character"
            );
            return RecordError::new(Code::LoneSurrogate, path, message);
        }
        if text.starts_with("number out of range") {
            return RecordError::new(Code::LossyNumber, path, text);
        }
        RecordError::new(Code::BadJson, path, format!("this is not JSON: {text}"))
    }

    /// The current path, shortened and escaped, because keys of maps come from the record and may be hostile.
    fn shown_path(&self) -> String {
        short(&self.path.written, 200)
    }

    fn fail<E: Error>(&mut self, code: Code, message: impl Into<String>) -> E {
        let fault = RecordError::new(code, self.shown_path(), message);
        let error = E::custom(&fault);
        self.fault.get_or_insert(fault);
        error
    }

    fn fail_repeated_key<E: Error>(&mut self, key: &str) -> E {
        self.fail(Code::DuplicateKey, format!("the key {} occurs twice", quoted(key)))
    }

    fn mismatch<E: Error>(&mut self, ty: &Type, found: &str) -> E {
        let message = format!("expected {}, found {found}", self.describe(ty));
        self.fail(Code::WrongType, message)
    }

    fn describe(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "true or false".into(),
            Type::Int => "a whole number".into(),
            Type::Number => "a number".into(),
            Type::Text | Type::Surface | Type::Duration => "a string".into(),
            Type::Instant => "an RFC 3339 instant such as `2026-03-01T12:00:00Z`".into(),
            Type::Enum(words) => format!("one of {}", words.join(", ")),
            Type::Place => "a country or subdivision of ISO 3166 such as `KZ`".into(),
            Type::Places => "`*` or a list of countries".into(),
            Type::Record(id) => {
                format!(
                    "an object ({})",
                    self.schema.record(*id).map_or("record", |(name, _)| name)
                )
            }
            Type::List(_) => "a list".into(),
            Type::Map(_) => "an object".into(),
            Type::Opaque => "anything".into(),
        }
    }

    fn count_value<E: Error>(&mut self) -> Result<(), E> {
        self.values += 1;
        if self.values > limits::RECORD_NODES {
            let message = format!("the record has more than {} values", limits::RECORD_NODES);
            return Err(self.fail(Code::RecordTooLarge, message));
        }
        Ok(())
    }

    /// Counts an object or a list, and checks how deep it is nested.
    fn count_container<E: Error>(&mut self) -> Result<(), E> {
        self.count_value()?;
        if self.path.depth >= limits::RECORD_DEPTH {
            let message = format!(
                "objects and lists are nested more than {} deep: remove some levels, or leave out this part of the record",
                limits::RECORD_DEPTH
            );
            return Err(self.fail(Code::RecordTooLarge, message));
        }
        Ok(())
    }

    fn text<E: Error>(&mut self, ty: &Type, text: &str) -> Result<Option<Value>, E> {
        self.count_value()?;
        self.text_bytes += text.len();
        let limit = self.schema.limits.text;
        if self.text_bytes > limit {
            let message = format!("the texts of the record have more than {limit} bytes");
            return Err(self.fail(Code::RecordTooLarge, message));
        }
        let is_optional_enum = std::mem::take(&mut self.is_optional_enum);
        let value = match ty {
            Type::Text => {
                let text: Arc<str> = text.into();
                self.texts.push((self.path.written.clone(), text.clone()));
                Some(Value::Text(text))
            }
            Type::Enum(words) if words.iter().any(|word| word == text) => Some(Value::text(text)),
            Type::Enum(_) if is_optional_enum && text == UNKNOWN => return Ok(None),
            Type::Enum(_) => None,
            Type::Instant => Instant::parse(text).ok().map(Value::Instant),
            Type::Place => Place::parse(text)
                .filter(|place| place.kind() != PlaceKind::World)
                .map(|place| Value::text(place.code())),
            Type::Places => (text == "*").then_some(Value::Places(Places::Everywhere)),
            Type::Opaque => return Ok(None),
            Type::Bool
            | Type::Int
            | Type::Number
            | Type::Surface
            | Type::Duration
            | Type::Record(_)
            | Type::List(_)
            | Type::Map(_) => {
                return Err(self.mismatch(ty, &format!("the text {}", quoted(text))));
            }
        };
        value.map(Some).ok_or_else(|| self.mismatch(ty, &quoted(text)))
    }

    fn list<'de, A: SeqAccess<'de>>(
        &mut self,
        element_type: &Type,
        mut list: A,
    ) -> Result<Vec<Value>, A::Error> {
        let limit = self.schema.most_elements(element_type);
        let mut values = vec![];
        for index in 0.. {
            let length_outside = self.path.enter_element(index);
            let seed = ValueSeed { reader: self, ty: element_type };
            let Some(element) = list.next_element_seed(seed)? else {
                self.path.leave(length_outside);
                break;
            };
            if index >= limit {
                let message = format!("the list has more than {limit} elements");
                return Err(self.fail(Code::RecordTooLarge, message));
            }
            match element {
                Some(element) => values.push(element),
                None if *element_type == Type::Opaque => {}
                None => return Err(self.mismatch(element_type, "null")),
            }
            self.path.leave(length_outside);
        }
        Ok(values)
    }

    fn record<'de, A: MapAccess<'de>>(
        &mut self,
        id: RecordId,
        mut map: A,
    ) -> Result<Value, A::Error> {
        let schema = self.schema;
        let Some((name, record)) = schema.record(id) else {
            return Err(self.fail(Code::Internal, "the schema has no such record"));
        };
        let mut values: Vec<Option<Value>> = vec![None; record.fields.len()];
        let mut seen = vec![false; record.fields.len()];
        while let Some(key) = map.next_key_seed(KeySeed(record))? {
            let (at, key, field) = match key {
                Key::Field(at, key, field) => (at, key, field),
                Key::Unknown(key) => {
                    self.path.enter_key(&key);
                    let message = unknown_field_message(name, record, &key);
                    return Err(self.fail(Code::UnknownRecordField, message));
                }
            };
            let length_outside = self.path.enter_key(key);
            if field.presence == Presence::Derived {
                let message = if field.ty == Type::Surface {
                    format!(
                        "`{key}` is computed from `parts`, so write \
                        `\"parts\": [{{\"kind\": \"text\", \"text\": \"…\"}}]`"
                    )
                } else {
                    format!("`{key}` is computed from the other fields, so leave it out")
                };
                return Err(self.fail(Code::UnknownRecordField, message));
            }
            if seen.get_mut(at).is_none_or(|seen| std::mem::replace(seen, true)) {
                return Err(self.fail_repeated_key(key));
            }
            self.is_optional_enum =
                field.presence == Presence::Optional && matches!(field.ty, Type::Enum(_));
            let value = map.next_value_seed(ValueSeed { reader: self, ty: &field.ty })?;
            self.check_value(name, key, value.as_ref())?;
            if let Some(slot) = values.get_mut(at) {
                *slot = value;
            }
            self.path.leave(length_outside);
        }
        for (slot, (key, field)) in values.iter_mut().zip(&record.fields) {
            match &field.presence {
                _ if slot.is_some() => {}
                Presence::Default(value) => *slot = Some(value.clone()),
                Presence::Required if self.is_piece => {}
                Presence::Required => {
                    self.path.enter_key(key);
                    let message = format!("every `{name}` must have a field `{key}`");
                    return Err(self.fail(Code::MissingField, message));
                }
                Presence::Optional | Presence::Derived => {}
            }
        }
        Ok(Value::Record(values.into()))
    }

    /// Checks texts whose type does not say enough. The version is checked as soon as it is read: otherwise a record of
    /// another version would be refused for a field that this version does not have, which tells its author less.
    fn check_value<E: Error>(
        &mut self,
        record: &str,
        key: &str,
        value: Option<&Value>,
    ) -> Result<(), E> {
        let Some(Value::Text(text)) = value else { return Ok(()) };
        let is = |field: StandardField| (record, key) == (field.record, field.name);
        let expected = if is(message::SCHEMA) && **text != *VERSION {
            format!("`{VERSION}`")
        } else if is(ruling::PLACE) && !Place::can_be(text) {
            "a place such as `KZ`, `EU` or `WORLD`".to_owned()
        } else {
            return Ok(());
        };
        Err(self.fail(Code::WrongType, format!("expected {expected}, found {}", quoted(text))))
    }

    fn map<'de, A: MapAccess<'de>>(
        &mut self,
        value_type: &Type,
        mut map: A,
    ) -> Result<ByName<Value>, A::Error> {
        let (mut values, mut seen) = (ByName::default(), BTreeSet::new());
        while let Some(key) = map.next_key::<String>()? {
            let length_outside = self.path.enter_key(&key);
            if !seen.insert(key.clone()) {
                return Err(self.fail_repeated_key(&key));
            }
            match map.next_value_seed(ValueSeed { reader: self, ty: value_type })? {
                Some(value) => drop(values.insert(key, value)),
                None if *value_type == Type::Opaque => {}
                None => return Err(self.mismatch(value_type, "null")),
            }
            self.path.leave(length_outside);
        }
        Ok(values)
    }
}

/// A key of a JSON object, with the field of the record that it names.
enum Key<'s> {
    Field(usize, &'s str, &'s Field),
    Unknown(String),
}

struct KeySeed<'s>(&'s RecordType);

impl<'de, 's> DeserializeSeed<'de> for KeySeed<'s> {
    type Value = Key<'s>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'s> Visitor<'_> for KeySeed<'s> {
    type Value = Key<'s>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<Self::Value, E> {
        Ok(match self.0.fields.get_full(key) {
            Some((at, key, field)) => Key::Field(at, key, field),
            None => Key::Unknown(key.to_owned()),
        })
    }
}

/// Reads a value of a type. The result is `None` for `null`, and for opaque values, which rules cannot read.
struct ValueSeed<'r, 's, 't> {
    reader: &'r mut RecordReader<'s>,
    ty: &'t Type,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_, '_> {
    type Value = Option<Value>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_any(self)
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "values of all other types are refused")]
impl<'de> Visitor<'de> for ValueSeed<'_, '_, '_> {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reader.describe(self.ty))
    }

    fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
        self.reader.count_value()?;
        Ok(None)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Self::Value, E> {
        self.reader.count_value()?;
        match self.ty {
            Type::Bool => Ok(Some(Value::Bool(truth))),
            Type::Opaque => Ok(None),
            ty => Err(self.reader.mismatch(ty, &truth.to_string())),
        }
    }

    fn visit_i64<E: Error>(self, int: i64) -> Result<Self::Value, E> {
        self.reader.count_value()?;
        match self.ty {
            Type::Int => Ok(Some(Value::Int(int))),
            Type::Number => Ok(Some(Value::Number(Decimal::from_int(int)))),
            Type::Opaque => Ok(None),
            ty => Err(self.reader.mismatch(ty, &int.to_string())),
        }
    }

    fn visit_u64<E: Error>(self, int: u64) -> Result<Self::Value, E> {
        match i64::try_from(int) {
            Ok(int) => self.visit_i64(int),
            Err(_) if *self.ty == Type::Int => {
                self.reader.count_value()?;
                let most = i64::MAX;
                let message = format!("the number {int} is too large: the limit is {most}");
                Err(self.reader.fail(Code::LossyNumber, message))
            }
            #[expect(clippy::cast_precision_loss, reason = "no field holds so large a number")]
            Err(_) => self.visit_f64(int as f64),
        }
    }

    fn visit_f64<E: Error>(self, float: f64) -> Result<Self::Value, E> {
        self.reader.count_value()?;
        match self.ty {
            Type::Int => exact_int(float).map(|int| Some(Value::Int(int))).ok_or_else(|| {
                // A float of this size may differ from the number that was written.
                let message = if float.fract() == 0.0 {
                    format!("the number is too large (about {float:e})")
                } else {
                    format!("{float} is not a whole number")
                };
                self.reader.fail(Code::LossyNumber, message)
            }),
            Type::Number => Decimal::from_f64(float)
                .map(|decimal| Some(Value::Number(decimal)))
                .ok_or_else(|| {
                    self.reader.fail(Code::LossyNumber, format!("the number {float} is too large"))
                }),
            Type::Opaque => Ok(None),
            ty => Err(self.reader.mismatch(ty, "a number")),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        self.reader.text(self.ty, text)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        self.reader.count_container()?;
        match self.ty {
            Type::List(element) => {
                let is_piece = std::mem::take(&mut self.reader.is_piece);
                let list = self.reader.list(element, list)?;
                self.reader.is_piece = is_piece;
                Ok(Some(Value::List(list.into())))
            }
            Type::Places => {
                let codes = self.reader.list(&Type::Place, list)?;
                Ok(Some(Value::Places(Places::Only(places(&codes).collect()))))
            }
            Type::Opaque => self.reader.list(&Type::Opaque, list).map(|_| None),
            ty => Err(self.reader.mismatch(ty, "a list")),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        self.reader.count_container()?;
        match self.ty {
            Type::Record(id) => self.reader.record(*id, map).map(Some),
            Type::Map(value) => {
                let is_piece = std::mem::take(&mut self.reader.is_piece);
                let map = self.reader.map(value, map)?;
                self.reader.is_piece = is_piece;
                Ok(Some(Value::Map(Arc::new(map))))
            }
            Type::Opaque => self.reader.map(&Type::Opaque, map).map(|_| None),
            ty => Err(self.reader.mismatch(ty, "an object")),
        }
    }
}

/// The places with these codes.
pub(super) fn places(codes: &[Value]) -> impl Iterator<Item = Place> {
    codes.iter().filter_map(|code| {
        let Value::Text(code) = code else { return None };
        Place::parse(code)
    })
}

/// The integer that equals a float. From 2^53 on, floats skip integers, so the JSON may have had another number.
fn exact_int(float: f64) -> Option<i64> {
    const LIMIT: f64 = 9_007_199_254_740_992.0;
    #[expect(clippy::cast_possible_truncation, reason = "bounded and integral")]
    (float.fract() == 0.0 && float.abs() < LIMIT).then_some(float as i64)
}

fn unknown_field_message(name: &str, record: &RecordType, key: &str) -> String {
    let known = record.fields.iter().filter(|(_, field)| field.presence != Presence::Derived);
    match nearest(key, known.map(|(known, _)| known.as_str())) {
        Some(meant) => format!("`{name}` has no field {}; did you mean `{meant}`?", quoted(key)),
        None => format!("`{name}` has no field {}", quoted(key)),
    }
}

pub(super) fn quoted(text: &str) -> String {
    format!("`{}`", short(text, 40))
}

/// The beginning of a text of the record, with control characters escaped, for a message.
fn short(text: &str, limit: usize) -> String {
    let short: String = text.chars().take(limit).collect();
    let dots = if short.len() < text.len() { "…" } else { "" };
    format!("{}{dots}", short.escape_debug())
}
