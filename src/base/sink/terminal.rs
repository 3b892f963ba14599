//! Terminals and logs. Control sequences are escaped, and text for one line stays on one line.

use super::{Output, Put, Sink, escape_with, visible};
use std::fmt::Display;

/// A terminal, or a log that a person or a CI service reads. Text is written on one line; [`Lines`] and [`SourceLines`]
/// keep line ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminal;

/// The text on one line: blanks of every kind become spaces.
impl Sink for Terminal {
    fn escape(text: &str, out: &mut String) {
        escape_with(text, out, |c| if c.is_whitespace() { Some(' ') } else { visible(c) });
    }
}

/// A text that keeps its line ends.
#[derive(Clone, Copy, Debug)]
pub struct Lines<T>(pub T);

impl<T: Display> Put<Terminal> for Lines<T> {
    fn put(&self, out: &mut String) {
        escape_with(&self.0.to_string(), out, |c| match c {
            '\n' => Some(c),
            c if c.is_whitespace() => Some(' '),
            c => visible(c),
        });
    }
}

/// Rule source for its author. A no-break space or another unusual blank is a mistake, so it is written `\u{…}` too.
/// Each character is escaped by itself, so an offset can be converted by escaping the text before it.
#[derive(Clone, Copy, Debug)]
pub struct SourceLines<T>(pub T);

impl<T: Display> Put<Terminal> for SourceLines<T> {
    fn put(&self, out: &mut String) {
        escape_with(&self.0.to_string(), out, |c| match c {
            '\n' | '\r' | '\t' | ' ' => Some(c),
            c if c.is_whitespace() => None,
            c => visible(c),
        });
    }
}

impl Output<Terminal> {
    /// Text with colours, from a rendering library. Sequences that only set colours are kept, and everything else is
    /// escaped. Text from outside must be escaped before rendering, because here it could still set a colour.
    pub fn drawn(text: &str) -> Self {
        let mut out = Self::new();
        let mut rest = text;
        while let Some(at) = rest.find('\u{1b}') {
            let (before, from) = rest.split_at(at);
            Lines(before).put(&mut out.text);
            let (escape, after) = from.split_at(colour(from).unwrap_or('\u{1b}'.len_utf8()));
            if escape.len() > 1 {
                out.text.push_str(escape);
            } else {
                Lines(escape).put(&mut out.text);
            }
            rest = after;
        }
        Lines(rest).put(&mut out.text);
        out
    }
}

/// The length of the colour sequence (`ESC [ … m`) at the start of a text.
fn colour(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\u{1b}[")?;
    let end = inside.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    inside.get(end..)?.starts_with('m').then_some("\u{1b}[".len() + end + 1)
}
