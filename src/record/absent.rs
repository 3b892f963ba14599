//! Known absence: the records that the source of a message says do not exist, which the field `absent` names.

use super::fields::Fields;
use super::{RecordError, json};
use crate::diagnostic::Code;
use crate::world::schema::{Presence, Schema};
use crate::world::standard::message;
use crate::world::value::{RecordId, Type, Value};
use std::sync::Arc;

/// The fields of a record as they are read.
type Slots = [Option<Value>];

/// Makes none what the field `absent` names.
///
/// # Errors
/// When the paths are not in order, or when one of them names a record that cannot be none.
pub(super) fn mark(
    schema: &Schema,
    message: RecordId,
    fields: &mut Slots,
) -> Result<(), RecordError> {
    let paths = paths(Fields { schema, id: message, values: fields });
    check_order(&paths)?;
    for (number, path) in paths.iter().enumerate() {
        mark_path(schema, message, fields, path).map_err(|why| {
            let at = format!("{}[{number}]", message::ABSENT.name);
            let message = format!("{} cannot be listed as none: {why}", json::quoted(path));
            RecordError::new(Code::BadAbsence, at, message)
        })?;
    }
    Ok(())
}

fn paths(message: Fields<'_>) -> Vec<Arc<str>> {
    let Some(Value::List(paths)) = message.value(message::ABSENT) else { return vec![] };
    let path = |path: &Value| if let Value::Text(path) = path { Some(path.clone()) } else { None };
    paths.iter().filter_map(path).collect()
}

fn check_order(paths: &[Arc<str>]) -> Result<(), RecordError> {
    let is_sorted = paths.windows(2).all(|pair| pair.first() < pair.last());
    if is_sorted {
        return Ok(());
    }
    let message = "expected each path once, sorted by its bytes";
    Err(RecordError::new(Code::BadAbsence, message::ABSENT.name, message))
}

/// Makes the record at a path none.
///
/// INVARIANT: the recursion is no deeper than the schema nests records.
fn mark_path(
    schema: &Schema,
    id: RecordId,
    fields: &mut Slots,
    path: &str,
) -> Result<(), &'static str> {
    const NO_FIELD: &str = "there is no such field";
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let (_, record) = schema.record(id).ok_or(NO_FIELD)?;
    let (at, _, field) = record.fields.get_full(name).ok_or(NO_FIELD)?;
    let Type::Record(inner) = field.ty else { return Err("it is not a record") };
    let slot = fields.get_mut(at).ok_or(NO_FIELD)?;
    match (rest, &*slot) {
        (None, _) if field.presence != Presence::Optional => Err("every message has such a record"),
        (None, None) => {
            *slot = Some(Value::Absent);
            Ok(())
        }
        (None, Some(_)) => Err("the record also has a value for it; delete one of the two"),
        (Some(rest), Some(Value::Record(values))) => {
            let mut values = values.to_vec();
            mark_path(schema, inner, &mut values, rest)?;
            *slot = Some(Value::Record(values.into()));
            Ok(())
        }
        (Some(_), None) => Err("the record that it is in is missing"),
        (Some(_), Some(_)) => Err("the record that it is in is none itself"),
    }
}
