//! Defines what an import gives its caller: the canonical JSON of one message, not read yet, and the place of the message.

use crate::record::{Record, RecordError};
use crate::world::schema::Schema;
use serde::Serialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Where a message is in its input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// In JSON lines: the number of the line, from 1.
    Line(usize),
    /// In an array, or among values that take several lines: its number, from 1.
    Number(usize),
    /// In a document with many messages: a JSON pointer.
    Pointer(String),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Number(number) => write!(f, "record {number}"),
            Self::Pointer(pointer) if pointer.is_empty() => f.write_str("the document"),
            Self::Pointer(pointer) => f.write_str(pointer),
        }
    }
}

/// The canonical JSON of one message, or the reason why there is none.
#[derive(Clone, Debug)]
pub struct Imported<'a> {
    /// Where the message is.
    pub position: Position,
    /// The JSON. After a fault, the part of it that was read.
    pub(super) json: Cow<'a, [u8]>,
    pub(super) fault: Option<RecordError>,
}

impl Imported<'_> {
    /// The canonical JSON.
    ///
    /// # Errors
    /// The reason why there is no JSON.
    pub fn json(&self) -> Result<&[u8], RecordError> {
        match &self.fault {
            Some(fault) => Err(fault.clone()),
            None => Ok(&self.json),
        }
    }

    /// Reads the record through a schema, [`crate::RuleSet::schema`].
    ///
    /// # Errors
    /// The first fault found, with its column if the position is a line.
    pub fn read(&self, schema: &Schema) -> Result<Record, RecordError> {
        Record::read(schema, self.json()?).map_err(|error| self.with_position(error))
    }

    /// Adapts the message of a fault to this position, because the reader counts lines from the beginning of the record.
    pub(crate) fn with_position(&self, mut error: RecordError) -> RecordError {
        error.message = match self.position {
            Position::Line(_) => error.message.replace(" at line 1 column ", " at column "),
            Position::Number(_) | Position::Pointer(_) => {
                error.message.replace(" at line ", " at its line ")
            }
        };
        error
    }

    /// A copy that does not borrow from the import.
    pub fn into_owned(self) -> Imported<'static> {
        let Self { position, json, fault } = self;
        Imported { position, json: Cow::Owned(json.into_owned()), fault }
    }

    /// The id of a record that cannot be read, if the id comes before the fault.
    pub fn id(&self) -> Option<String> {
        let mut id = None;
        // The fault itself was reported when the record was read.
        let _ = serde_json::Deserializer::from_slice(&self.json).deserialize_map(FindId(&mut id));
        id.filter(|id| (1..=crate::base::limits::ID_CHARACTERS).contains(&id.chars().count()))
    }
}

/// The JSON. After a fault, the part of it that was read.
impl AsRef<[u8]> for Imported<'_> {
    fn as_ref(&self) -> &[u8] {
        &self.json
    }
}

/// Finds the text under the key `id`.
struct FindId<'a>(&'a mut Option<String>);

impl<'de> Visitor<'de> for FindId<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "id" && self.0.is_none() {
                *self.0 = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}
