//! Writes records in the notation of `given`, as rule files have them.

use crate::base::escape::quoted;
use crate::base::time::Instant;
use crate::world::standard::message;
use serde_json::{Map, Value, json};

/// The most characters of a line.
const MAX_WIDTH: usize = 110;

/// A record in the notation of `given`, with `reply: none` for what the record says does not exist.
pub(super) fn written_message(mut message: Value, indent: usize) -> String {
    let fields = message.as_object_mut();
    let absent = fields.and_then(|fields| fields.shift_remove(message::ABSENT.name));
    let paths = absent.as_ref().and_then(Value::as_array).into_iter().flatten();
    for path in paths.filter_map(Value::as_str) {
        let slot = path.split('.').try_fold(&mut message, |around, name| {
            Some(around.as_object_mut()?.entry(name).or_insert_with(|| json!({})))
        });
        slot.into_iter().for_each(|slot| *slot = json!({ NONE: true }));
    }
    written_record(&message, indent)
}

/// The only key of an object that stands for `none`. No record has it.
const NONE: &str = "none";

/// JSON in the notation of `given`: keys that are words have no quotes, and a value that is too wide for one line is spread
/// over several lines.
fn written_record(value: &Value, indent: usize) -> String {
    let flat = on_one_line(value);
    if indent + flat.chars().count() <= MAX_WIDTH {
        return flat;
    }
    let pad = " ".repeat(indent);
    let inside = indent + 2;
    let block = |lines: Vec<String>, open: char, close: char| {
        let lines: String = lines.iter().map(|line| format!("{pad}  {line},\n")).collect();
        format!("{open}\n{lines}{pad}{close}")
    };
    match value {
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                format!("{}: {}", key(name), written_record(value, inside))
            };
            block(fields.iter().map(field).collect(), '{', '}')
        }
        Value::Array(values) => {
            block(values.iter().map(|value| written_record(value, inside)).collect(), '[', ']')
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => flat,
    }
}

fn on_one_line(value: &Value) -> String {
    match value {
        Value::String(text) if is_instant(text) => text.clone(),
        Value::String(text) => quoted(text),
        Value::Array(values) => {
            format!("[{}]", values.iter().map(on_one_line).collect::<Vec<_>>().join(", "))
        }
        Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
        Value::Object(fields) if is_none(fields) => NONE.to_owned(),
        Value::Object(fields) => {
            let fields: Vec<_> = fields
                .iter()
                .map(|(name, value)| format!("{}: {}", key(name), on_one_line(value)))
                .collect();
            format!("{{ {} }}", fields.join(", "))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

fn is_none(fields: &Map<String, Value>) -> bool {
    fields.len() == 1 && fields.get(NONE) == Some(&Value::Bool(true))
}

/// Whether a text is an instant, which needs no quotes.
fn is_instant(text: &str) -> bool {
    let is_plain =
        text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | 'T' | ':' | '.' | 'Z' | '+'));
    is_plain && Instant::parse(text).is_ok()
}

fn key(name: &str) -> String {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    let is_word = name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit());
    if is_word { name.to_owned() } else { quoted(name) }
}
