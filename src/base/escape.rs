//! Reads and writes the escapes of strings and patterns in rule files: `\"`, `\\`, `\n`, `\u{…}`. For output, see
//! `sink`.

use std::fmt::Write;

/// Reads the escape at the start of a text that begins with a backslash. Returns its character and its length in bytes.
/// After a backslash, each character of `signs` means itself.
///
/// # Errors
/// The number of bytes that do not form an escape.
pub(crate) fn read(text: &str, signs: &str) -> Result<(char, usize), usize> {
    let mut chars = text.chars().skip(1);
    match chars.next() {
        Some(c) if matches!(c, '"' | '\\') || signs.contains(c) => Ok((c, 1 + c.len_utf8())),
        Some('n') => Ok(('\n', 2)),
        Some('u') => {
            let rest = text.get(2..).and_then(|rest| rest.strip_prefix('{')).ok_or(2_usize)?;
            let unclosed_length = 3 + rest.bytes().take_while(u8::is_ascii_hexdigit).count();
            let (digits, _) = rest.split_once('}').ok_or(unclosed_length)?;
            let length = digits.len() + 4;
            let is_hex =
                (1..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_hexdigit());
            let scalar = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
            scalar.filter(|_| is_hex).map(|c| (c, length)).ok_or(length)
        }
        Some(c) => Err(1 + c.len_utf8()),
        None => Err(1),
    }
}

/// A text in quotes, escaped so that a rule file reads the same text back.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            // Strings may not contain raw characters that hide or reorder letters, so they are escaped.
            c if c.is_control() || is_invisible(c) => {
                let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Whether a character is invisible, or changes the direction of the text.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}')
}

#[cfg(test)]
mod tests {
    use super::{quoted, read};

    #[test]
    fn escapes_are_read() {
        for (text, signs, expected) in [
            (r#"\"x"#, "", Ok(('"', 2))),
            (r"\\", "", Ok(('\\', 2))),
            (r"\n", "", Ok(('\n', 2))),
            (r"\u{1f600}x", "", Ok(('😀', 9))),
            (r"\*", "*", Ok(('*', 2))),
            (r"\*", "", Err(2)),
            (r"\ж", "", Err(3)),
            (r"\", "", Err(1)),
            (r"\u", "", Err(2)),
            (r"\u{12", "", Err(5)),
            (r"\u{}", "", Err(4)),
            (r"\u{+12}", "", Err(7)),
            (r"\u{d800}", "", Err(8)),
            (r"\u{1234567}", "", Err(11)),
        ] {
            assert_eq!(read(text, signs), expected, "{text}");
        }
    }

    #[test]
    fn reading_a_quoted_text_gives_the_text() {
        for text in ["plain", "a \"b\" \\ c\nd", "\u{0}\u{202e}\u{200b}\u{feff}", "қ 😀"] {
            let written = quoted(text);
            let mut inner = written.strip_prefix('"').unwrap().strip_suffix('"').unwrap();
            let mut back = String::new();
            while let Some(c) = inner.chars().next() {
                let (c, length) =
                    if c == '\\' { read(inner, "").unwrap() } else { (c, c.len_utf8()) };
                back.push(c);
                inner = inner.get(length..).unwrap();
            }
            assert_eq!(back, text);
        }
    }
}
