//! The digest of a rule set, which every decision names, and the digest of a record, which receipts name.

use crate::base::digest::Parts;
use crate::base::sink::{Json, Output};
use crate::base::source::Sources;
use crate::program::Program;
use crate::program::functions::Cost;
use crate::record::Record;
use crate::state::State;
use crate::world::schema::{Presence, Schema};
use crate::world::value::{Places, Type, Value};
use std::collections::BTreeMap;

/// SHA-256 over everything that a rule set was made of: the names and texts of all files, the standard library included,
/// the lists, and the functions of the host with their versions.
pub(super) fn of_rules(
    sources: &Sources,
    program: &Program,
    lists: BTreeMap<String, String>,
) -> String {
    let mut parts = Parts::new("lexloci", b"1");
    for (_, source) in sources.iter() {
        parts.add("file", source.name.as_bytes());
        parts.add("text", source.text.as_bytes());
    }
    for (name, digest) in lists {
        parts.add("list", name.as_bytes());
        parts.add("sha256", digest.as_bytes());
    }
    for function in &program.functions {
        let signature = format!("{}{:?}{:?}", function.name, function.params, function.result);
        parts.add("function", signature.as_bytes());
        if let Some(version) = &function.version {
            parts.add("version", version.as_bytes());
            let (Cost::Call(steps) | Cost::Byte { steps, .. } | Cost::Digest { steps, .. }) =
                function.cost;
            parts.add("cost", &steps.to_le_bytes());
        }
    }
    parts.finish()
}

/// SHA-256 over the fields of a record, in the order of their names. Neither the layout of the JSON nor the order of fields
/// in the schema changes it.
pub(super) fn of_record(schema: &Schema, record: &Record) -> String {
    let mut parts = Parts::new("lexloci.message", b"1");
    if let Some((id, _)) = schema.named(Schema::MESSAGE) {
        add_value(&mut parts, schema, &Type::Record(id), record.root());
    }
    parts.finish()
}

/// SHA-256 over what a store answered, in the order of the keys.
pub(super) fn of_state(state: &State) -> String {
    let mut parts = Parts::new("lexloci.state", b"1");
    parts.add("json", Output::<Json>::value(state).into_string().as_bytes());
    parts.finish()
}

/// INVARIANT: the recursion is never deeper than a record may nest.
fn add_value(parts: &mut Parts, schema: &Schema, ty: &Type, value: &Value) {
    match value {
        Value::Bool(truth) => parts.add("bool", &[u8::from(*truth)]),
        Value::Int(int) => parts.add("int", &int.to_le_bytes()),
        Value::Number(number) => parts.add("number", &number.billionths().to_le_bytes()),
        Value::Text(text) => parts.add("text", text.as_bytes()),
        Value::Instant(instant) => parts.add("instant", &instant.unix_nanos().to_le_bytes()),
        Value::Duration(nanos) => parts.add("duration", &nanos.to_le_bytes()),
        Value::Places(Places::Everywhere) => parts.add("everywhere", b""),
        Value::Places(Places::Only(places)) => {
            parts.add("places", &(places.len() as u64).to_le_bytes());
            places.iter().for_each(|place| parts.add("place", place.code().as_bytes()));
        }
        // A surface is text for conditions to search. It is derived from other fields, so it is left out.
        Value::Surface(_) => {}
        Value::Record(values) => add_fields(parts, schema, ty, values),
        Value::List(elements) => {
            parts.add("list", &(elements.len() as u64).to_le_bytes());
            let element_type = if let Type::List(of) = ty { of } else { &Type::Opaque };
            elements.iter().for_each(|element| add_value(parts, schema, element_type, element));
        }
        // The field `absent` says it.
        Value::Absent => parts.add("none", b""),
        Value::Map(entries) => {
            parts.add("map", &(entries.len() as u64).to_le_bytes());
            let entry_type = if let Type::Map(of) = ty { of } else { &Type::Opaque };
            let sorted: BTreeMap<&str, &Value> =
                entries.iter().map(|(key, entry)| (key.as_str(), entry)).collect();
            for (key, entry) in sorted {
                parts.add("key", key.as_bytes());
                add_value(parts, schema, entry_type, entry);
            }
        }
    }
}

fn add_fields(parts: &mut Parts, schema: &Schema, ty: &Type, values: &[Option<Value>]) {
    let Type::Record(id) = ty else { return };
    let Some((_, record)) = schema.record(*id) else { return };
    let given = record.fields.iter().zip(values).filter_map(|((name, field), value)| {
        let is_derived = field.presence == Presence::Derived;
        value.as_ref().filter(|_| !is_derived).map(|value| (name.as_str(), (&field.ty, value)))
    });
    let sorted: BTreeMap<_, _> = given.collect();
    parts.add("record", &(sorted.len() as u64).to_le_bytes());
    for (name, (ty, value)) in sorted {
        parts.add("field", name.as_bytes());
        add_value(parts, schema, ty, value);
    }
}
