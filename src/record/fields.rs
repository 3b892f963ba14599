//! Reads standard fields of a record for the library itself. Rules read fields by index.

use crate::base::time::Instant;
use crate::world::schema::Schema;
use crate::world::standard::StandardField;
use crate::world::value::{RecordId, Type, Value};
use std::sync::Arc;

/// A record value with its type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'r> {
    pub(crate) schema: &'r Schema,
    pub(crate) id: RecordId,
    pub(crate) values: &'r [Option<Value>],
}

impl<'r> Fields<'r> {
    /// The index and type of a field.
    fn field(self, field: StandardField) -> Option<(usize, &'r Type)> {
        let (_, record) = self.schema.record(self.id)?;
        record.fields.get_full(field.name).map(|(at, _, field)| (at, &field.ty))
    }

    /// The index of a field in [`Fields::values`].
    pub(crate) fn index(self, field: StandardField) -> Option<usize> {
        self.field(field).map(|(at, _)| at)
    }

    pub(crate) fn value(self, field: StandardField) -> Option<&'r Value> {
        let (at, _) = self.field(field)?;
        self.values.get(at)?.as_ref()
    }

    pub(crate) fn text(self, field: StandardField) -> Option<&'r Arc<str>> {
        match self.value(field) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn int(self, field: StandardField) -> Option<i64> {
        match self.value(field) {
            Some(Value::Int(int)) => Some(*int),
            _ => None,
        }
    }

    pub(crate) fn instant(self, field: StandardField) -> Option<Instant> {
        match self.value(field) {
            Some(Value::Instant(instant)) => Some(*instant),
            _ => None,
        }
    }

    pub(crate) fn record(self, field: StandardField) -> Option<Self> {
        match (self.field(field)?, self.value(field)?) {
            ((_, Type::Record(id)), Value::Record(values)) => {
                Some(Self { id: *id, values, ..self })
            }
            _ => None,
        }
    }

    /// The records of a list. There are none if the list is missing.
    pub(crate) fn list(self, field: StandardField) -> impl Iterator<Item = Self> {
        let id = self.field(field).and_then(|(_, ty)| {
            let Type::List(element) = ty else { return None };
            let Type::Record(id) = **element else { return None };
            Some(id)
        });
        let elements = match self.value(field) {
            Some(Value::List(elements)) => elements,
            _ => [].as_slice(),
        };
        elements.iter().filter_map(move |element| {
            let Value::Record(values) = element else { return None };
            Some(Self { id: id?, values, ..self })
        })
    }
}
