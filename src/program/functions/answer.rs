//! Calls a function and holds it to its signature: a host may have registered one that breaks its word.

use super::Function;
use crate::world::place::Place;
use crate::world::schema::{Field, Schema};
use crate::world::value::{Type, Value};

impl Function {
    /// The answer to these arguments; `None` when there is none, or when it is not of the declared type.
    pub(crate) fn answer(&self, args: &[Value], schema: &Schema) -> Option<Value> {
        (self.run)(args).filter(|answer| is_of(answer, &self.result, schema))
    }
}

/// Whether a value is of a type. An integer is also a number.
fn is_of(value: &Value, ty: &Type, schema: &Schema) -> bool {
    match (value, ty) {
        (Value::Bool(_), Type::Bool)
        | (Value::Int(_), Type::Int | Type::Number)
        | (Value::Number(_), Type::Number)
        | (Value::Text(_), Type::Text)
        | (Value::Surface(_), Type::Surface)
        | (Value::Instant(_), Type::Instant)
        | (Value::Duration(_), Type::Duration)
        | (Value::Places(_), Type::Places)
        | (_, Type::Opaque) => true,
        (Value::Text(word), Type::Enum(words)) => words.iter().any(|one| **one == **word),
        (Value::Text(code), Type::Place) => Place::parse(code).is_some(),
        (Value::List(elements), Type::List(ty)) => {
            elements.iter().all(|element| is_of(element, ty, schema))
        }
        (Value::Map(entries), Type::Map(ty)) => {
            entries.values().all(|entry| is_of(entry, ty, schema))
        }
        (Value::Record(fields), Type::Record(id)) => {
            schema.record(*id).is_some_and(|(_, record)| {
                let fits = |(value, field): (&Option<Value>, &Field)| {
                    value.as_ref().is_none_or(|value| is_of(value, &field.ty, schema))
                };
                fields.len() == record.fields.len()
                    && fields.iter().zip(record.fields.values()).all(fits)
            })
        }
        _ => false,
    }
}
