//! Reads the short notation of records, as tests and the session write it, wherever records are read: `{ text: "…" }`.

use crate::base::source::FileId;
use crate::base::stack::with_large_stack;
use crate::diagnostic::Code;
use crate::record::{RecordError, canonical_json, notation_to_json};
use crate::syntax;
use crate::world::standard::message;
use serde::de::IgnoredAny;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The canonical JSON of a record in the short notation; `None` if the record is canonical already.
pub(super) fn canonical(written: &[u8]) -> Option<Result<String, RecordError>> {
    if written.starts_with(b"{\"schema\"") {
        return None;
    }
    let text = std::str::from_utf8(written).ok()?.trim();
    let inside = text.strip_prefix('{')?.trim_start();
    if inside.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '#')) {
        let read =
            || syntax::record(FileId::default(), text).map(|tree| notation_to_json(&tree, None));
        return Some(match with_large_stack(read) {
            Ok(json) => canonical_json(&json),
            Err(faults) => Err(refused(faults.first().map_or("", |fault| &fault.message))),
        });
    }
    // Canonical records name their schema, and have parts instead of a text.
    let keys: BTreeMap<Cow<'_, str>, IgnoredAny> = serde_json::from_str(text).ok()?;
    let is_short =
        !keys.contains_key(message::SCHEMA.name) && keys.contains_key(message::TEXT.name);
    is_short.then(|| canonical_json(text))
}

fn refused(message: &str) -> RecordError {
    let message = format!("this is neither JSON nor the notation of tests: {message}");
    RecordError::new(Code::BadJson, "", message)
}
