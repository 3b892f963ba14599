//! Writes records in the notation of `given`, as rule files have them.

use crate::base::escape::quoted;
use crate::base::time::Instant;
use crate::syntax::tree::Knowledge;
use crate::world::standard::message;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The most characters of a line.
const MAX_WIDTH: usize = 110;

/// A record in the notation of `given`, with `reply: none` for what the record says does not exist.
pub(super) fn written_message(mut message: Value, indent: usize) -> String {
    let fields = message.as_object_mut();
    let absent = fields.and_then(|fields| fields.shift_remove(message::ABSENT.name));
    let paths = absent.as_ref().and_then(Value::as_array).into_iter().flatten();
    let absent: BTreeSet<&str> = paths.filter_map(Value::as_str).collect();
    for path in &absent {
        path.split('.').try_fold(&mut message, |around, name| {
            Some(around.as_object_mut()?.entry(name).or_insert_with(|| json!({})))
        });
    }
    Writer { absent }.written(&message, "", indent)
}

/// Writes the parts of a record.
struct Writer<'r> {
    /// The paths of what does not exist.
    absent: BTreeSet<&'r str>,
}

impl Writer<'_> {
    /// JSON in the notation of `given`: keys that are words have no quotes, and a value that is too wide for one line is
    /// spread over several lines.
    fn written(&self, value: &Value, path: &str, indent: usize) -> String {
        let flat = self.on_one_line(value, path);
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
                    format!("{}: {}", key(name), self.written(value, &below(path, name), inside))
                };
                block(fields.iter().map(field).collect(), '{', '}')
            }
            Value::Array(values) => {
                let path = below(path, ELEMENT);
                let values = values.iter().map(|value| self.written(value, &path, inside));
                block(values.collect(), '[', ']')
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => flat,
        }
    }

    fn on_one_line(&self, value: &Value, path: &str) -> String {
        match value {
            _ if self.absent.contains(path) => Knowledge::None.word().to_owned(),
            Value::String(text) if is_instant(text) => text.clone(),
            Value::String(text) => quoted(text),
            Value::Array(values) => {
                let path = below(path, ELEMENT);
                let values = values.iter().map(|value| self.on_one_line(value, &path));
                format!("[{}]", values.collect::<Vec<_>>().join(", "))
            }
            Value::Object(fields) if fields.is_empty() => "{}".to_owned(),
            Value::Object(fields) => {
                let field = |(name, value): (&String, &Value)| {
                    format!("{}: {}", key(name), self.on_one_line(value, &below(path, name)))
                };
                format!("{{ {} }}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value.to_string(),
        }
    }
}

/// Stands in a path for any element of a list.
const ELEMENT: &str = "[]";

fn below(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
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
