//! Markdown pages (CommonMark with tables).

use super::{Output, Put, Sink, escape_with, if_visible, is_visible};
use std::fmt::{Display, Write};

/// A Markdown page. Text in it stays on one line and is never read as markup, at any position in the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Markdown;

impl Sink for Markdown {
    fn escape(text: &str, out: &mut String) {
        let mut line = String::new();
        escape_inline(text, &mut line);
        out.push_str(&escape_start(&line));
    }
}

/// Text in the middle of a line. Blanks at its ends are kept.
#[derive(Clone, Copy, Debug)]
pub struct Inline<T>(pub T);

impl<T: Display> Put<Markdown> for Inline<T> {
    fn put(&self, out: &mut String) {
        escape_inline(&self.0.to_string(), out);
    }
}

/// Text between backticks. A backtick in it is written `'`.
#[derive(Clone, Copy, Debug)]
pub struct Code<T>(pub T);

impl<T: Display> Put<Markdown> for Code<T> {
    fn put(&self, out: &mut String) {
        let keep = |c| if c == '`' { Some('\'') } else { if_visible(c) };
        escape_with(&self.0.to_string(), out, keep);
    }
}

/// The address of a link, between `<` and `>`.
#[derive(Clone, Copy, Debug)]
pub struct Address<T>(pub T);

impl<T: Display> Put<Markdown> for Address<T> {
    fn put(&self, out: &mut String) {
        for c in self.0.to_string().chars() {
            if is_visible(c) && !matches!(c, '<' | '>' | '\\' | '\n') && !c.is_whitespace() {
                out.push(c);
            } else {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "%{byte:02X}");
                }
            }
        }
    }
}

impl Output<Markdown> {
    /// The lines of this output, each as an output of its own.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Self> {
        self.text.split('\n').map(|line| Self { text: line.into(), ..Self::new() })
    }

    /// The same line, escaped so that it begins no list and no block of code.
    pub(crate) fn with_escaped_start(&self) -> Self {
        Self { text: escape_start(&self.text), ..Self::new() }
    }
}

/// Signs that begin no markup inside a line. Parentheses and `;` are markup only after `[` and `&`, which are escaped.
const PLAIN_SIGNS: &str = ".,'-:?/%();\"";

fn escape_inline(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '\n' => out.push(' '),
            c if c.is_ascii_punctuation() && !PLAIN_SIGNS.contains(c) => {
                out.push('\\');
                out.push(c);
            }
            c if is_visible(c) => out.push(c),
            c => out.extend(c.escape_unicode()),
        }
    }
}

/// Escapes the start of a line, so that the line begins no list and no block of code.
fn escape_start(line: &str) -> String {
    let text = line.trim_start();
    let after_digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = text.len() - after_digits.len();
    let begins_item =
        if digits == 0 { text.starts_with('-') } else { after_digits.starts_with(['.', ')']) };
    match text.split_at_checked(digits) {
        Some((number, rest)) if begins_item => format!("{number}\\{rest}"),
        // Blanks are removed, because four of them would begin a block of code.
        Some(_) | None => text.to_owned(),
    }
}
