//! Reads the strings and keys at a JSON pointer. Other values are skipped, and no memory is allocated for them.

use super::{Collector, ListFault, line_number};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// A step of a pointer.
enum Step {
    Named(String),
    /// `*`: every element, every value.
    Each,
}

/// Adds the entries at a pointer.
///
/// # Errors
/// When the text is not JSON, the pointer is not a JSON pointer, or nothing is there.
pub(super) fn read(
    text: &str,
    pointer: &str,
    lines: bool,
    collector: &mut Collector<'_>,
) -> Result<(), ListFault> {
    let steps = steps(pointer)?;
    let mut walk = Walk { text, at: 0, line: 1, arrived: false, collector };
    if !lines {
        walk.document(text, &steps)?;
    }
    for line in text.lines().filter(|line| lines && !line.trim().is_empty()) {
        if let Err(fault) = walk.document(line, &steps) {
            walk.collector.report(fault.line, fault.message);
        }
    }
    if walk.arrived {
        return Ok(());
    }
    let message = format!("there is nothing at `{pointer}`: {}", keys(text));
    Err(ListFault { line: 1, message })
}

/// The keys at the root, for a message.
fn keys(text: &str) -> String {
    const NAMED: usize = 8;
    let mut keys = vec![];
    each(text, |key, _| {
        if keys.len() < NAMED {
            keys.extend(key.map(|key| key.trim_matches('"')));
        }
    });
    match keys.as_slice() {
        [] => "the file is not an object with keys".to_owned(),
        keys => format!("the keys of the file are `{}`", keys.join("`, `")),
    }
}

/// The steps of a JSON pointer (RFC 6901), in which `*` matches everything.
fn steps(pointer: &str) -> Result<Vec<Step>, ListFault> {
    let mut parts = pointer.split('/');
    if parts.next().is_some_and(|before| !before.is_empty()) {
        let message = format!("`{pointer}` is not a JSON pointer, which begins with `/`");
        return Err(ListFault { line: 1, message });
    }
    let step = |part: &str| match part {
        "*" => Step::Each,
        part => Step::Named(part.replace("~1", "/").replace("~0", "~")),
    };
    Ok(parts.map(step).collect())
}

/// Follows the pointer through a file, and counts lines.
struct Walk<'t, 's, 'w> {
    text: &'t str,
    at: usize,
    line: usize,
    /// Whether the pointer has led anywhere.
    arrived: bool,
    collector: &'w mut Collector<'s>,
}

impl<'t> Walk<'t, '_, '_> {
    fn document(&mut self, document: &'t str, steps: &[Step]) -> Result<(), ListFault> {
        // The whole document is parsed here, so that nothing below can fail.
        match serde_json::from_str::<&RawValue>(document) {
            Ok(raw) => self.value(raw.get(), steps),
            Err(error) => {
                let line = self.line_of(document) + line_number(error.line().saturating_sub(1));
                let message = format!("this is not JSON: {error}");
                return Err(ListFault { line, message });
            }
        }
        Ok(())
    }

    fn value(&mut self, raw: &'t str, steps: &[Step]) {
        match steps.split_first() {
            None => self.entries(raw),
            Some((Step::Each, rest)) => each(raw, |_, value| self.value(value, rest)),
            Some((Step::Named(name), rest)) => {
                let mut place = 0_usize;
                each(raw, |key, value| {
                    let is_named = match key {
                        Some(key) => unquoted(key).is_some_and(|key| key == *name),
                        None => name.parse() == Ok(place),
                    };
                    place += 1;
                    if is_named {
                        self.value(value, rest);
                    }
                });
            }
        }
    }

    /// Adds the strings of an array, the keys of an object, or a single string.
    fn entries(&mut self, raw: &'t str) {
        self.arrived = true;
        if raw.starts_with(['[', '{']) {
            each(raw, |key, value| self.entry(key.unwrap_or(value)));
        } else {
            self.entry(raw);
        }
    }

    fn entry(&mut self, raw: &'t str) {
        let line = self.line_of(raw);
        let is_number = raw.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        match unquoted(raw).or_else(|| is_number.then_some(Cow::Borrowed(raw))) {
            Some(entry) => self.collector.add(line, &entry, (None, None)),
            None => {
                self.collector.report(line, "the entry is neither a text nor a number".to_owned())
            }
        }
    }

    /// The line of a piece of the text. Call it for the pieces in the order of the text.
    fn line_of(&mut self, piece: &str) -> u32 {
        let at = piece.as_ptr().addr().saturating_sub(self.text.as_ptr().addr());
        let between = self.text.get(self.at..at).unwrap_or_default();
        self.line += between.bytes().filter(|b| *b == b'\n').count();
        self.at = self.at.max(at);
        line_number(self.line)
    }
}

/// The text of a JSON string.
fn unquoted(raw: &str) -> Option<Cow<'_, str>> {
    // A string without escapes needs no parser and no memory.
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    if inside.contains('\\') {
        serde_json::from_str::<String>(raw).ok().map(Cow::Owned)
    } else {
        Some(Cow::Borrowed(inside))
    }
}

/// Calls a function for each element of an array, or for each key and value of an object; not for other values.
fn each<'t>(raw: &'t str, call: impl FnMut(Option<&'t str>, &'t str)) {
    let mut reader = serde_json::Deserializer::from_str(raw);
    // Any other value is an error here, and means that the pointer does not match.
    let _ = Each(call).deserialize(&mut reader);
}

struct Each<F>(F);

impl<'t, F: FnMut(Option<&'t str>, &'t str)> DeserializeSeed<'t> for Each<F> {
    type Value = ();
    fn deserialize<D: Deserializer<'t>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'t, F: FnMut(Option<&'t str>, &'t str)> Visitor<'t> for Each<F> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array or an object")
    }

    fn visit_seq<A: SeqAccess<'t>>(mut self, mut elements: A) -> Result<(), A::Error> {
        while let Some(element) = elements.next_element::<&RawValue>()? {
            (self.0)(None, element.get());
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'t>>(mut self, mut entries: A) -> Result<(), A::Error> {
        while let Some(key) = entries.next_key::<&RawValue>().map_err(A::Error::custom)? {
            let value: &RawValue = entries.next_value()?;
            (self.0)(Some(key.get()), value.get());
        }
        Ok(())
    }
}
