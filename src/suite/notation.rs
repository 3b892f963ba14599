//! Writes records in the notation of `given`, as rule files have them.

use crate::base::escape::quoted;
use crate::base::time::Instant;
use serde_json::Value;

/// The most characters of a line.
const MAX_WIDTH: usize = 110;

/// JSON in the notation of `given`: keys that are words have no quotes, and a value that is too wide for one line is spread
/// over several lines.
pub(super) fn written_record(value: &Value, indent: usize) -> String {
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
