//! Reading fields of a record by name, where the library itself needs one. Rules read by number.

use crate::base::time::Instant;
use crate::world::schema::Schema;
use crate::world::value::{RecordId, Type, Value};
use std::sync::Arc;

/// A record with its type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'r> {
    pub(super) schema: &'r Schema,
    pub(super) id: RecordId,
    pub(super) values: &'r [Option<Value>],
}

impl<'r> Fields<'r> {
    /// The number and type of a field.
    fn field(self, name: &str) -> Option<(usize, &'r Type)> {
        let (_, record) = self.schema.record(self.id)?;
        record.fields.get_full(name).map(|(at, _, field)| (at, &field.ty))
    }

    /// The number of a field.
    pub(super) fn place(self, name: &str) -> Option<usize> {
        self.field(name).map(|(at, _)| at)
    }

    pub(super) fn value(self, name: &str) -> Option<&'r Value> {
        let (at, _) = self.field(name)?;
        self.values.get(at)?.as_ref()
    }

    pub(super) fn text(self, name: &str) -> Option<&'r Arc<str>> {
        match self.value(name) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn int(self, name: &str) -> Option<i64> {
        match self.value(name) {
            Some(Value::Int(int)) => Some(*int),
            _ => None,
        }
    }

    pub(super) fn instant(self, name: &str) -> Option<Instant> {
        match self.value(name) {
            Some(Value::Instant(instant)) => Some(*instant),
            _ => None,
        }
    }

    pub(super) fn record(self, name: &str) -> Option<Self> {
        match (self.field(name)?, self.value(name)?) {
            ((_, Type::Record(id)), Value::Record(values)) => {
                Some(Self { id: *id, values, ..self })
            }
            _ => None,
        }
    }

    /// The records of a list, none when it is missing.
    pub(super) fn list(self, name: &str) -> impl Iterator<Item = Self> {
        let id = self.field(name).and_then(|(_, ty)| match ty {
            Type::List(of) => match **of {
                Type::Record(id) => Some(id),
                _ => None,
            },
            _ => None,
        });
        let elements = match self.value(name) {
            Some(Value::List(elements)) => elements,
            _ => [].as_slice(),
        };
        elements.iter().filter_map(move |element| match element {
            Value::Record(values) => Some(Self { id: id?, values, ..self }),
            _ => None,
        })
    }
}
