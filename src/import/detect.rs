//! Chooses the importer for an input by its first keys, or the importer for each of its values.

use super::canonical::Canonical;
use super::importer::{Conversion, IMPORTERS, Importer};
use super::nesting::Nesting;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::fmt;
use std::io::{BufRead, Cursor, Read, Result};

/// How many bytes at the beginning of an input are searched for the keys of a document.
const MAX_SEARCHED: usize = 64 << 10;

/// An input that has not been read yet.
type Input<'a> = Box<dyn BufRead + Send + 'a>;

/// Returns the importer of an input that is one document, or `None` for a sequence of values. Also returns the input
/// from its beginning.
pub(super) fn importer_of_document<'a>(
    mut input: Input<'a>,
) -> Result<(Option<&'static dyn Importer>, Input<'a>)> {
    let mut beginning = vec![];
    let importer = loop {
        let chunk = super::bytes::fill(&mut input)?;
        let length = chunk.len();
        beginning.extend_from_slice(chunk);
        input.consume(length);
        match read_first_keys(&beginning) {
            FirstKeys::Document(importer) => break Some(importer),
            FirstKeys::Values => break None,
            FirstKeys::Unclear if length == 0 || beginning.len() > MAX_SEARCHED => break None,
            FirstKeys::Unclear => {}
        }
    };
    Ok((importer, Box::new(Cursor::new(beginning).chain(input))))
}

/// What the first keys of an input say about its format.
enum FirstKeys {
    Document(&'static dyn Importer),
    /// Values one after another.
    Values,
    /// The keys so far do not decide.
    Unclear,
}

fn read_first_keys(bytes: &[u8]) -> FirstKeys {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    match bytes.split_first() {
        None => FirstKeys::Unclear,
        Some((b'{', inside)) => read_keys_inside(inside).unwrap_or(FirstKeys::Unclear),
        Some(_) => FirstKeys::Values,
    }
}

/// Reads the keys of an object, whose bytes begin after the opening bracket. `None` if the bytes end before a key
/// decides.
fn read_keys_inside(inside: &[u8]) -> Option<FirstKeys> {
    let mut at = 0;
    let skip_blanks = |at: usize| {
        let rest = inside.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count()
    };
    loop {
        at = skip_blanks(at);
        if inside.get(at) == Some(&b'}') {
            return Some(FirstKeys::Values);
        }
        let length = value_length(inside.get(at..)?)?;
        if inside.get(at) != Some(&b'"') {
            return Some(FirstKeys::Values);
        }
        let key = inside.get(at + 1..at + length - 1).unwrap_or_default();
        if std::str::from_utf8(key).is_ok_and(|key| importer_by_key(key).is_some()) {
            return Some(FirstKeys::Values);
        }
        at = skip_blanks(at + length);
        at = skip_blanks(at + usize::from(inside.get(at) == Some(&b':')));
        let first = *inside.get(at)?;
        if let Some(importer) = document_by_key(key, first) {
            return Some(FirstKeys::Document(importer));
        }
        at += value_length(inside.get(at..)?)?;
    }
}

/// The importer whose documents have this key with a value that begins with this byte.
fn document_by_key(key: &[u8], first: u8) -> Option<&'static dyn Importer> {
    IMPORTERS.into_iter().find(|importer| match importer.conversion() {
        Conversion::Document { keys, .. } => {
            keys.iter().any(|(known, begins)| known.as_bytes() == key && *begins == first)
        }
        Conversion::Canonical { .. } | Conversion::Values { .. } => false,
    })
}

/// The importer whose values are recognised by this key.
fn importer_by_key(key: &str) -> Option<&'static dyn Importer> {
    IMPORTERS.into_iter().find(|importer| match importer.conversion() {
        Conversion::Canonical { keys } | Conversion::Values { keys, .. } => keys.contains(&key),
        Conversion::Document { .. } => false,
    })
}

/// The length of the value at the beginning of some bytes; `None` if the value does not end in them.
fn value_length(bytes: &[u8]) -> Option<usize> {
    let (mut nesting, mut has_begun) = (Nesting::default(), false);
    super::bytes::end_of_value(bytes, &mut nesting, &mut has_begun)
}

/// The importer of a value, by the first key that belongs to an importer. A value without such a key counts as a canonical
/// record.
pub(super) fn importer_of_value(json: &[u8]) -> &'static dyn Importer {
    let mut found = None;
    // Reading stops with an error as soon as a key is decisive. The importer reports all other errors.
    let _ = serde_json::Deserializer::from_slice(json).deserialize_map(FindKey(&mut found));
    found.unwrap_or(&Canonical)
}

/// Finds the first key that belongs to an importer.
struct FindKey<'f>(&'f mut Option<&'static dyn Importer>);

impl<'de> Visitor<'de> for FindKey<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            *self.0 = importer_by_key(&key);
            if self.0.is_some() {
                return Err(A::Error::custom("enough"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Conversion, FirstKeys, IMPORTERS, importer_of_value, read_first_keys};
    use std::collections::BTreeSet;

    /// The name of the importer of a document, `values`, or an empty text if more bytes are needed.
    fn seen(json: &str) -> &'static str {
        match read_first_keys(json.as_bytes()) {
            FirstKeys::Document(importer) => importer.name(),
            FirstKeys::Values => "values",
            FirstKeys::Unclear => "",
        }
    }

    #[test]
    fn documents_are_recognised_by_their_keys() {
        let export = "telegram-export";
        for (json, expected) in [
            (r#"{"name": "x", "type": "private_group", "id": 7, "messages": ["#, export),
            ("\u{feff} {\n \"about\": \"…\", \"chats\": {", export),
            (r#"{"about": "[{\"", "personal_information": {"user_id": 1}"#, export),
            (r#"{"about": "…", "stories": {"about": "…""#, export),
            (r#"{"id": 7, "messages": "#, ""),
            (r#"{"id": 7, "messages": 3}"#, "values"),
            (r#"{"id": 7, "messages": 3"#, ""),
            (r#"{"update_id": 7, "messages": ["#, "values"),
            (r#"{"id": "x", "platform": "#, "values"),
            (r#"{"id": "x", "type": "Note", "attributedTo": "#, "values"),
            ("", ""),
            ("[{", "values"),
            ("nonsense", "values"),
            ("{nonsense}", "values"),
            ("{}", "values"),
            ("{\"a\"", ""),
        ] {
            assert_eq!(seen(json), expected, "{json}");
        }
    }

    #[test]
    fn values_are_recognised_by_their_first_keys() {
        for (json, expected) in [
            (r#"{"update_id": 1"#, "telegram"),
            (r#"{"chat": {"schema": 1}, "message_id": 1}"#, "telegram"),
            (r#"{"ok": true, "result": []}"#, "telegram"),
            (r#"{"id": 1, "schema": 1, "update_id": 1}"#, "record"),
            (r#"{"@context": [], "id": "x", "schema": 1}"#, "activitypub"),
            ("[]", "record"),
            ("{", "record"),
        ] {
            assert_eq!(importer_of_value(json.as_bytes()).name(), expected, "{json}");
        }
    }

    #[test]
    fn no_key_and_no_name_belongs_to_two_importers() {
        let (mut known, mut names) = (BTreeSet::new(), BTreeSet::new());
        for importer in IMPORTERS {
            assert!(names.insert(importer.name()) && importer.name() != "auto");
            let keys: Vec<_> = match importer.conversion() {
                Conversion::Canonical { keys } | Conversion::Values { keys, .. } => {
                    keys.iter().map(|key| (*key, b' ')).collect()
                }
                Conversion::Document { keys, .. } => keys.to_vec(),
            };
            for key in keys {
                assert!(known.insert(key), "{key:?} of {}", importer.name());
            }
        }
    }
}
