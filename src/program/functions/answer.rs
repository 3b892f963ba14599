//! Calls a function and checks the type of its result, because a function of a host may violate its signature.

use super::Function;
use crate::world::place::Place;
use crate::world::schema::{Field, Schema};
use crate::world::value::{Type, Value};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The reason why a call of a function has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoAnswer {
    /// The function has no result for these arguments.
    Absent,
    /// The result of the host's function does not have the declared type.
    OtherType,
    /// The host's function panicked.
    Panicked,
}

impl Function {
    /// The result for these arguments. A panic in the host's code is caught, unless panics abort the program, as on
    /// wasm32.
    ///
    /// # Errors
    /// The reason why there is no result.
    pub(crate) fn call(&self, args: &[Value], schema: &Schema) -> Result<Value, NoAnswer> {
        // It is safe to continue after a panic: the function gets only shared values, and we never see its own state.
        let answer = catch_unwind(AssertUnwindSafe(|| (self.run)(args)));
        let answer = answer.map_err(|_| NoAnswer::Panicked)?.ok_or(NoAnswer::Absent)?;
        if has_type(&answer, &self.result, schema) { Ok(answer) } else { Err(NoAnswer::OtherType) }
    }

    /// The reason as it appears under `missing` in decisions.
    pub(crate) fn reason(&self, why: NoAnswer) -> String {
        let name = &self.name;
        match why {
            NoAnswer::Absent => format!("{name}(…) has no answer"),
            NoAnswer::OtherType => format!("{name}(…) gave a value of another type than declared"),
            NoAnswer::Panicked => format!("{name}(…) panicked"),
        }
    }
}

/// Whether a value has a type. An integer is also a number.
fn has_type(value: &Value, ty: &Type, schema: &Schema) -> bool {
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
            elements.iter().all(|element| has_type(element, ty, schema))
        }
        (Value::Map(entries), Type::Map(ty)) => {
            entries.values().all(|entry| has_type(entry, ty, schema))
        }
        (Value::Record(fields), Type::Record(id)) => {
            schema.record(*id).is_some_and(|(_, record)| {
                let fits = |(value, field): (&Option<Value>, &Field)| {
                    value.as_ref().is_none_or(|value| has_type(value, &field.ty, schema))
                };
                fields.len() == record.fields.len()
                    && fields.iter().zip(record.fields.values()).all(fits)
            })
        }
        _ => false,
    }
}
