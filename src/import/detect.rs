//! Which format an input or a message of it is in, by the keys that it begins with.

use super::Format;
use super::nesting::Nesting;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::fmt;
use std::io::{BufRead, Cursor, Read, Result};

/// Bytes in which an export shows itself.
const BEGINNING: usize = 64 << 10;

/// Keys of an export, and how the value of such a key begins. The program writes other parts of an account before the
/// chats.
const EXPORT: &[(&str, u8)] = &[
    ("messages", b'['),
    ("chats", b'{'),
    ("left_chats", b'{'),
    ("personal_information", b'{'),
    ("profile_pictures", b'['),
    ("stories", b'{'),
    ("stories", b'['),
    ("contacts", b'{'),
    ("frequent_contacts", b'{'),
    ("sessions", b'{'),
    ("web_sessions", b'{'),
    ("other_data", b'{'),
];

/// Keys that only one of the other formats has.
const ITEMS: &[(&str, Format)] = &[
    ("schema", Format::Record),
    ("parts", Format::Record),
    ("platform", Format::Record),
    ("update_id", Format::Telegram),
    ("message_id", Format::Telegram),
    ("date", Format::Telegram),
    ("ok", Format::Telegram),
];

/// The format of an input that may be an export, and the input from its beginning.
pub(super) fn of_input<'a>(
    mut input: Box<dyn BufRead + 'a>,
) -> Result<(Format, Box<dyn BufRead + 'a>)> {
    let mut beginning = vec![];
    let format = loop {
        let chunk = super::bytes::fill(&mut input)?;
        let length = chunk.len();
        beginning.extend_from_slice(chunk);
        input.consume(length);
        match of_beginning(&beginning) {
            Some(format) => break format,
            None if length == 0 || beginning.len() > BEGINNING => break Format::Auto,
            None => {}
        }
    };
    Ok((format, Box::new(Cursor::new(beginning).chain(input))))
}

/// `None` when more has to be seen.
fn of_beginning(bytes: &[u8]) -> Option<Format> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    let inside = match bytes.split_first() {
        None => return None,
        Some((b'{', inside)) => inside,
        Some(_) => return Some(Format::Auto),
    };
    let mut at = 0;
    let skip_blanks = |at: usize| {
        let rest = inside.get(at..).unwrap_or_default();
        at + rest.iter().take_while(|byte| byte.is_ascii_whitespace() || **byte == b',').count()
    };
    loop {
        at = skip_blanks(at);
        if inside.get(at) == Some(&b'}') {
            return Some(Format::Auto);
        }
        let key = value(inside.get(at..)?)?;
        if inside.get(at) != Some(&b'"') {
            return Some(Format::Auto);
        }
        let name = inside.get(at + 1..at + key - 1).unwrap_or_default();
        if ITEMS.iter().any(|(key, _)| key.as_bytes() == name) {
            return Some(Format::Auto);
        }
        at = skip_blanks(at + key);
        at = skip_blanks(at + usize::from(inside.get(at) == Some(&b':')));
        let first = *inside.get(at)?;
        if EXPORT.iter().any(|(key, begins)| key.as_bytes() == name && *begins == first) {
            return Some(Format::TelegramExport);
        }
        at += value(inside.get(at..)?)?;
    }
}

/// The length of the value that some bytes begin with; `None` when it does not end in them.
fn value(bytes: &[u8]) -> Option<usize> {
    let (mut nesting, mut begun) = (Nesting::default(), false);
    super::bytes::end_of_value(bytes, &mut nesting, &mut begun)
}

/// The format of one message: records are what it is taken for unless it shows otherwise.
pub(super) fn of_item(json: &[u8]) -> Format {
    let mut found = Format::Record;
    // Reading ends with an error when the keys say enough, and the reader of the format says what else is wrong.
    let _ = serde_json::Deserializer::from_slice(json).deserialize_map(Keys(&mut found));
    found
}

struct Keys<'f>(&'f mut Format);

impl<'de> Visitor<'de> for Keys<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if let Some((_, format)) = ITEMS.iter().find(|(known, _)| *known == key) {
                *self.0 = *format;
                return Err(A::Error::custom("enough"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{Format, of_beginning, of_item};

    #[test]
    fn formats_show_themselves() {
        for (json, format) in [
            (
                r#"{"name": "x", "type": "private_group", "id": 7, "messages": ["#,
                Some(Format::TelegramExport),
            ),
            ("\u{feff} {\n \"about\": \"…\", \"chats\": {", Some(Format::TelegramExport)),
            (
                r#"{"about": "[{\"", "personal_information": {"user_id": 1}"#,
                Some(Format::TelegramExport),
            ),
            (r#"{"about": "…", "stories": {"about": "…""#, Some(Format::TelegramExport)),
            (r#"{"id": 7, "messages": "#, None),
            (r#"{"id": 7, "messages": 3}"#, Some(Format::Auto)),
            (r#"{"id": 7, "messages": 3"#, None),
            (r#"{"update_id": 7, "messages": ["#, Some(Format::Auto)),
            (r#"{"id": "x", "platform": "#, Some(Format::Auto)),
            ("", None),
            ("[{", Some(Format::Auto)),
            ("nonsense", Some(Format::Auto)),
            ("{nonsense}", Some(Format::Auto)),
            ("{}", Some(Format::Auto)),
            ("{\"a\"", None),
        ] {
            assert_eq!(of_beginning(json.as_bytes()), format, "{json}");
        }
        for (json, format) in [
            (r#"{"update_id": 1"#, Format::Telegram),
            (r#"{"chat": {"schema": 1}, "message_id": 1}"#, Format::Telegram),
            (r#"{"ok": true, "result": []}"#, Format::Telegram),
            (r#"{"id": 1, "schema": 1, "update_id": 1}"#, Format::Record),
            ("[]", Format::Record),
            ("{", Format::Record),
        ] {
            assert_eq!(of_item(json.as_bytes()), format, "{json}");
        }
    }
}
