//! Reads JSON as messengers write it. Text that is almost JSON is repaired first, with a warning. Telegram Desktop
//! writes control characters as `\x1F`, and programs that cut texts leave half of a surrogate pair.

use crate::diagnostic::Code;
use crate::record::{self, RecordError};
use serde_json::Value;
use std::borrow::Cow;

/// The warning about a control character that was written as `\x1F` or without any escape.
const CONTROL_CHARACTER: &str = "W-JSON-XHH";
/// The warning about half of a surrogate pair. It is read as U+FFFD, which also has one UTF-16 unit, so that offsets stay
/// right.
const LONE_SURROGATE: &str = "W-LONE-SURROGATE";
/// The warning about bytes that are not UTF-8. They are read as U+FFFD.
const NOT_UTF8: &str = "W-NOT-UTF8";

/// A value, and the warnings about repairs of its JSON.
pub(super) type RepairedValue = (Value, Vec<&'static str>);

/// Reads a value. Refuses repeated keys and values over a limit.
///
/// # Errors
/// The reason why the text is not JSON, even after repair.
pub(super) fn read(json: &[u8]) -> Result<RepairedValue, RecordError> {
    let error = match record::check(json) {
        Ok(()) => return Ok((parse(json)?, vec![])),
        Err(error) => error,
    };
    if !matches!(error.code, Code::BadJson | Code::LoneSurrogate) {
        return Err(error);
    }
    let (repaired, warnings) = repair(json);
    if warnings.is_empty() {
        return Err(error);
    }
    record::check(repaired.as_bytes())?;
    Ok((parse(repaired.as_bytes())?, warnings))
}

fn parse(json: &[u8]) -> Result<Value, RecordError> {
    let json = json.strip_prefix(b"\xef\xbb\xbf").unwrap_or(json);
    serde_json::from_slice(json)
        .map_err(|error| RecordError::new(Code::BadJson, "", format!("this is not JSON: {error}")))
}

/// Repairs JSON as far as possible, in linear time, and returns a warning about each kind of repair.
pub(super) fn repair(json: &[u8]) -> (String, Vec<&'static str>) {
    let text = String::from_utf8_lossy(json);
    let mut repairer = Repairer { repaired: String::with_capacity(text.len()), warnings: vec![] };
    if matches!(text, Cow::Owned(_)) {
        repairer.warnings.push(NOT_UTF8);
    }
    let mut rest = &*text;
    let mut in_string = false;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            '\\' if in_string => repairer.repair_escape(rest),
            c if in_string && c < ' ' => {
                repairer.replace(CONTROL_CHARACTER, &format!("\\u{:04x}", u32::from(c)));
                c.len_utf8()
            }
            c => {
                in_string ^= c == '"';
                repairer.repaired.push(c);
                c.len_utf8()
            }
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    repairer.warnings.sort_unstable();
    repairer.warnings.dedup();
    (repairer.repaired, repairer.warnings)
}

struct Repairer {
    repaired: String,
    warnings: Vec<&'static str>,
}

impl Repairer {
    /// Writes a text instead of a faulty one, with a warning.
    fn replace(&mut self, warning: &'static str, text: &str) {
        self.warnings.push(warning);
        self.repaired.push_str(text);
    }

    /// Copies or repairs an escape, and returns its length.
    fn repair_escape(&mut self, rest: &str) -> usize {
        if let Some(digits) = rest.strip_prefix("\\x").and_then(|rest| hex(rest, 2)) {
            self.replace(CONTROL_CHARACTER, &format!("\\u{digits:04x}"));
            return 4;
        }
        let unit = |rest: &str| rest.strip_prefix("\\u").and_then(|rest| hex(rest, 4));
        let length = match unit(rest) {
            Some(high) if (0xd800..0xdc00).contains(&high) => {
                let low = rest.get(6..).and_then(unit);
                if low.is_some_and(|low| (0xdc00..0xe000).contains(&low)) { 12 } else { 0 }
            }
            Some(low) if (0xdc00..0xe000).contains(&low) => 0,
            Some(_) => 6,
            None => rest.chars().take(2).map(char::len_utf8).sum(),
        };
        if length == 0 {
            self.replace(LONE_SURROGATE, "\\ufffd");
            return 6;
        }
        self.repaired.push_str(rest.get(..length).unwrap_or(rest));
        length
    }
}

/// The number at the start of a text, with this many hexadecimal digits.
fn hex(text: &str, digits: usize) -> Option<u32> {
    let digits =
        text.get(..digits).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::{CONTROL_CHARACTER, LONE_SURROGATE, NOT_UTF8, read};
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};
    use serde_json::json;

    #[test]
    fn text_that_is_nearly_json_is_repaired_with_a_warning() {
        for (json, text, names) in [
            (&br#""a""#[..], "a", &[][..]),
            (b"\xef\xbb\xbf\"a\"", "a", &[]),
            (br#""a\x1Fb""#, "a\u{1f}b", &[CONTROL_CHARACTER]),
            (br#""a\\x1Fb""#, "a\\x1Fb", &[]),
            (br#""\\\x0A""#, "\\\n", &[CONTROL_CHARACTER]),
            (b"\"a\tb\"", "a\tb", &[CONTROL_CHARACTER]),
            (br#""\ud83d\ude00""#, "😀", &[]),
            (br#""\ud83d!""#, "\u{fffd}!", &[LONE_SURROGATE]),
            (br#""\ude00\ud83d\ud83d\ude00""#, "\u{fffd}\u{fffd}😀", &[LONE_SURROGATE]),
            (b"\"\xff\\x01\"", "\u{fffd}\u{1}", &[CONTROL_CHARACTER, NOT_UTF8]),
        ] {
            assert_eq!(read(json).unwrap(), (json!(text), names.to_vec()));
        }
    }

    #[test]
    fn other_text_is_refused() {
        for (json, code) in [
            (&b"{\"a\": \\x1F}"[..], "LX7001"),
            (b"\"\\x1\"", "LX7001"),
            (b"\"\\q\"", "LX7001"),
            (b"{\"a\":1,\"a\":1}", "LX7002"),
            (b"{\"a\":\"\\x01\",\"a\":1}", "LX7002"),
            (b"{}{}", "LX7001"),
            (b"", "LX7001"),
            (b"1e999", "LX7005"),
        ] {
            assert_eq!(read(json).unwrap_err().code.as_str(), code);
        }
    }

    proptest! {
        #[test]
        fn no_input_makes_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40), text in "\"(\\\\|x|1|F|u|d8|\"|😀|\u{1}){0,20}\"") {
            let _ = (read(&bytes), read(text.as_bytes()));
        }

        #[test]
        fn valid_json_is_read_without_repairs(text in ".{0,40}") {
            let (value, names) = read(json!([text]).to_string().as_bytes()).unwrap();
            prop_assert_eq!(value, json!([text]));
            prop_assert!(names.is_empty());
        }
    }
}
