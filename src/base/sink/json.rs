//! JSON. Invisible characters are written as `\u` escapes, so the value stays the same.

use super::{Output, Sink, is_visible};
use serde::Serialize;
use std::fmt::Write;

/// JSON, on one line or on several.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Json;

/// The text inside the quotes of a JSON string.
impl Sink for Json {
    fn escape(text: &str, out: &mut String) {
        let quoted = serde_json::to_string(text).unwrap_or_default();
        let inside = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        push_visible(inside.unwrap_or_default(), out);
    }
}

impl Output<Json> {
    /// A value on one line, without a line end. A value that JSON cannot express, such as a map whose keys are not
    /// strings, becomes `null`.
    pub fn value(value: &(impl Serialize + ?Sized)) -> Self {
        Self::json(&serde_json::to_string(value).unwrap_or_else(|_| "null".into()))
    }

    /// A text that is JSON already. Line ends are kept.
    pub fn json(json: &str) -> Self {
        let mut out = Self::new();
        push_visible(json, &mut out.text);
        out
    }
}

/// Appends JSON with invisible characters escaped. Line ends and tabs are kept, because in JSON they occur only outside
/// strings. All other invisible characters occur only inside strings, where escapes are allowed.
fn push_visible(json: &str, out: &mut String) {
    for c in json.chars() {
        match c {
            '\r' => out.push(' '),
            '\n' | '\t' | ' ' => out.push(c),
            // The first two tests are cheap, and true for most characters.
            c if c.is_ascii_graphic() || c.is_alphanumeric() || is_visible(c) => out.push(c),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "\\u{unit:04x}");
                }
            }
        }
    }
}
