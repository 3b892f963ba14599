//! Terminals and logs. Control sequences are escaped, and text for one line stays on one line.

use super::{Output, Put, Sink, escape_with, if_visible};
use std::borrow::Cow;
use std::fmt::Display;

/// A terminal, or a log that a person or a CI service reads. Text is written on one line; [`Lines`] and [`SourceLines`]
/// keep line ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Terminal;

impl Sink for Terminal {
    fn escape(text: &str, out: &mut String) {
        escape_with(text, out, char_of_line);
    }
}

/// A text that keeps its line ends.
#[derive(Clone, Copy, Debug)]
pub struct Lines<T>(pub T);

impl<T: Display> Put<Terminal> for Lines<T> {
    fn put(&self, out: &mut String) {
        escape_with(&self.0.to_string(), out, char_of_lines);
    }
}

/// Rule source for its author. A no-break space or another unusual blank is a mistake, so it is written `\u{…}` too.
/// Each character is escaped by itself. So the escaped text before an offset gives the offset in the escaped text.
#[derive(Clone, Copy, Debug)]
pub struct SourceLines<T>(pub T);

impl<T: Display> Put<Terminal> for SourceLines<T> {
    fn put(&self, out: &mut String) {
        escape_with(&self.0.to_string(), out, char_of_source);
    }
}

/// A text as [`Terminal`] shows it, for code that builds its output from strings.
pub fn plain(text: &str) -> Cow<'_, str> {
    escaped(text, char_of_line)
}

/// A text as [`Lines`] shows it.
pub fn plain_lines(text: &str) -> Cow<'_, str> {
    escaped(text, char_of_lines)
}

/// Rule source as [`SourceLines`] shows it.
pub fn source_lines(text: &str) -> Cow<'_, str> {
    escaped(text, char_of_source)
}

/// Escapes a text. A text without characters to escape is not copied.
fn escaped(text: &str, keep: fn(char) -> Option<char>) -> Cow<'_, str> {
    if text.chars().all(|c| keep(c) == Some(c)) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    escape_with(text, &mut out, keep);
    Cow::Owned(out)
}

/// The character that one line shows for a character. Blanks of every kind become spaces.
fn char_of_line(c: char) -> Option<char> {
    if c.is_whitespace() { Some(' ') } else { if_visible(c) }
}

fn char_of_lines(c: char) -> Option<char> {
    if c == '\n' { Some(c) } else { char_of_line(c) }
}

fn char_of_source(c: char) -> Option<char> {
    match c {
        '\n' | '\r' | '\t' | ' ' => Some(c),
        c if c.is_whitespace() => None,
        c => if_visible(c),
    }
}

impl Output<Terminal> {
    /// Text with colours, from a rendering library. Sequences that only set colours are kept, and everything else is
    /// escaped. Text from outside must be escaped before rendering, because here it could still set a colour.
    pub fn drawn(text: &str) -> Self {
        let mut out = Self::new();
        let mut rest = text;
        while let Some(at) = rest.find('\u{1b}') {
            let (before, sequence) = rest.split_at(at);
            Lines(before).put(&mut out.text);
            let colour_length = colour_length(sequence);
            let (escape, after) = sequence.split_at(colour_length.unwrap_or('\u{1b}'.len_utf8()));
            match colour_length {
                Some(_) => out.text.push_str(escape),
                None => Lines(escape).put(&mut out.text),
            }
            rest = after;
        }
        Lines(rest).put(&mut out.text);
        out
    }
}

/// The length of the colour sequence (`ESC [ … m`) at the start of a text.
fn colour_length(text: &str) -> Option<usize> {
    let inside = text.strip_prefix("\u{1b}[")?;
    let end = inside.find(|c: char| !c.is_ascii_digit() && c != ';')?;
    inside.get(end..)?.starts_with('m').then_some("\u{1b}[".len() + end + 1)
}
