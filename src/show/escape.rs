//! Text from outside, made safe for a terminal: message texts, record ids, names in rule files. Invisible and control
//! characters are written as `\u{…}`.

use serde::Serialize;
use std::borrow::Cow;
use std::fmt::Write;

/// The text on one line: every kind of blank becomes a space, and characters that are not visible become `\u{…}`.
pub fn plain(text: &str) -> Cow<'_, str> {
    escape(text, |c| if c.is_whitespace() { Some(' ') } else { printable(c) })
}

/// Like [`plain`], but keeps line ends.
pub fn plain_lines(text: &str) -> Cow<'_, str> {
    escape(text, |c| match c {
        '\n' => Some(c),
        c if c.is_whitespace() => Some(' '),
        c => printable(c),
    })
}

/// Rule source for its author: a no-break space or another unusual blank is a mistake, so it becomes `\u{…}` too. Each
/// character is escaped by itself, so an offset can be mapped by escaping the text before it.
pub fn source(text: &str) -> Cow<'_, str> {
    escape(text, |c| match c {
        '\n' | '\r' | '\t' | ' ' => Some(c),
        c if c.is_whitespace() => None,
        c => printable(c),
    })
}

/// A line of JSON with invisible characters as `\u` escapes: the same value.
pub fn json(line: String) -> String {
    let safe =
        |c: char| c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() || printable(c).is_some();
    if line.chars().all(safe) {
        return line;
    }
    let mut out = String::with_capacity(line.len());
    for c in line.chars() {
        if safe(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    out
}

/// A value as an escaped line of JSON. Empty for a value that JSON cannot express.
pub fn json_of(value: &impl Serialize) -> String {
    json(serde_json::to_string(value).unwrap_or_default())
}

/// Like [`json`], for JSON over several lines.
pub fn json_lines(text: &str) -> String {
    text.lines().map(|line| json(line.to_owned())).collect::<Vec<_>>().join("\n")
}

fn escape(text: &str, keep: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    if text.chars().all(|c| keep(c) == Some(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match keep(c) {
            Some(kept) => out.push(kept),
            None => out.extend(c.escape_unicode()),
        }
    }
    Cow::Owned(out)
}

fn printable(c: char) -> Option<char> {
    crate::sink::is_visible(c).then_some(c)
}

#[cfg(test)]
mod tests {
    use super::{json, plain, plain_lines, source};

    #[test]
    fn hostile_characters_are_written_out() {
        for (hostile, shown) in [
            ("a\u{1b}[31mb", r"a\u{1b}[31mb"),
            ("a\u{202e}b\u{2066}", r"a\u{202e}b\u{2066}"),
            ("a\u{200b}\u{200d}\u{feff}\u{ad}b", r"a\u{200b}\u{200d}\u{feff}\u{ad}b"),
            ("\u{9b}31m\u{7f}\0", r"\u{9b}31m\u{7f}\u{0}"),
            ("\u{e0041}", r"\u{e0041}"),
        ] {
            assert_eq!(plain(hostile), shown);
            assert_eq!(plain_lines(hostile), shown);
            assert_eq!(source(hostile), shown);
        }
    }

    #[test]
    fn ordinary_text_passes() {
        for text in [
            "Пассивный доход 30 %",
            "кепілдендірілген «табыс»",
            "L'été \"n'est\" pas \\ fini",
            "й\u{301}😀हिन्दी",
            "闇ﾊﾞｲﾄ",
        ] {
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn json_keeps_its_value() {
        let text = "a\u{1b}\u{7f}\u{9b}\u{202e}\u{e0041}\u{2028}é\u{a0}😀";
        let line = json(serde_json::to_string(text).unwrap());
        assert_eq!(serde_json::from_str::<String>(&line).unwrap(), text);
        assert_eq!(line, r#""a\u001b\u007f\u009b\u202e\udb40\udc41\u2028é\u00a0😀""#);
    }

    #[test]
    fn blanks() {
        assert_eq!(plain("a\r\nb\u{a0}c\u{2028}d\te"), "a  b c d e");
        assert_eq!(plain_lines("a\r\nb\u{2028}c"), "a \nb c");
        assert_eq!(source("a\tb\u{a0}c\r\n"), "a\tb\\u{a0}c\r\n");
    }
}
