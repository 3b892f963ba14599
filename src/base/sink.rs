//! Escapes text from outside for the place where it is shown. The type of an [`Output`] names that place.
//!
//! ```
//! use lexloci::sink::{Html, Output, Terminal};
//!
//! let title = "a < b\u{1b}[2J";
//! let page: Output<Html> = lexloci::output!("<h1>{}</h1>", title);
//! assert_eq!(page.as_str(), "<h1>a &lt; b<span class=\"hidden\">\\u{1b}</span>[2J</h1>");
//! let line: Output<Terminal> = lexloci::output!("title: {}", title);
//! assert_eq!(line.as_str(), "title: a < b\\u{1b}[2J");
//! ```
//!
//! Only string literals of the program are appended without escaping. This does not compile:
//!
//! ```compile_fail
//! let title = "from outside";
//! let page: lexloci::sink::Output<lexloci::sink::Html> = lexloci::output!("<h1>{title}</h1>");
//! ```

mod graph;
mod html;
mod json;
mod markdown;
mod terminal;

pub use graph::{Dot, Mermaid};
pub use html::{Attribute, Html};
pub use json::Json;
pub use markdown::{Address, Code, Inline, Markdown};
pub use terminal::{Lines, SourceLines, Terminal, plain, plain_lines, source_lines};

use std::fmt::{self, Display, Write};
use std::marker::PhantomData;
use unicode_normalization::char::is_combining_mark;

/// A place where text is shown, and how text from outside is escaped for it.
pub trait Sink {
    /// Appends a text, escaped so that readers see exactly this text: it contains no markup, no terminal control and no
    /// invisible character.
    fn escape(text: &str, out: &mut String);
}

/// Text that is ready for a sink: literals of the program, and outside text that was escaped for this sink.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Output<S> {
    text: String,
    sink: PhantomData<S>,
}

/// A value that can be appended to an output. Everything that implements `Display` is escaped; another output of the
/// same sink is not escaped again.
pub trait Put<S> {
    /// Appends the escaped value.
    fn put(&self, out: &mut String);
}

impl<S: Sink, T: Display + ?Sized> Put<S> for T {
    fn put(&self, out: &mut String) {
        S::escape(&self.to_string(), out);
    }
}

impl<S> Put<S> for Output<S> {
    fn put(&self, out: &mut String) {
        out.push_str(&self.text);
    }
}

impl<S> Put<S> for &Output<S> {
    fn put(&self, out: &mut String) {
        out.push_str(&self.text);
    }
}

impl<S> Output<S> {
    /// An empty output.
    pub const fn new() -> Self {
        Self { text: String::new(), sink: PhantomData }
    }

    /// A single text, escaped.
    pub fn of(text: impl Put<S>) -> Self {
        let mut out = Self::new();
        text.put(&mut out.text);
        out
    }

    /// Appends a literal of the program, such as the styles of a page.
    pub fn literal(&mut self, literal: &'static str) {
        self.text.push_str(literal);
    }

    /// Appends another output.
    pub fn push(&mut self, other: &Self) {
        self.text.push_str(&other.text);
    }

    /// Several outputs with a separator between them.
    pub fn join(all: impl IntoIterator<Item = Self>, separator: &'static str) -> Self {
        let mut out = Self::new();
        for (index, each) in all.into_iter().enumerate() {
            out.text.push_str(if index > 0 { separator } else { "" });
            out.push(&each);
        }
        out
    }

    /// The text, escaped.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The escaped text. Its type no longer names the sink.
    pub fn into_string(self) -> String {
        self.text
    }

    /// Whether the output is empty.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Used only by [`put!`](crate::put).
    #[doc(hidden)]
    pub fn push_escaped(&mut self, text: fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(text);
    }

    /// Used only by [`put!`](crate::put).
    #[doc(hidden)]
    pub fn argument<'a, T: Put<S> + ?Sized>(&self, part: &'a T) -> Argument<'a, S, T> {
        Argument { part, sink: PhantomData }
    }
}

impl<S> FromIterator<Output<S>> for Output<S> {
    fn from_iter<I: IntoIterator<Item = Self>>(all: I) -> Self {
        Self::join(all, "")
    }
}

impl<S> Extend<Output<S>> for Output<S> {
    fn extend<I: IntoIterator<Item = Self>>(&mut self, all: I) {
        all.into_iter().for_each(|each| self.push(&each));
    }
}

/// An argument of [`put!`](crate::put), escaped when it is written.
#[doc(hidden)]
#[derive(Debug)]
pub struct Argument<'a, S, T: ?Sized> {
    part: &'a T,
    sink: PhantomData<S>,
}

impl<S, T: Put<S> + ?Sized> Display for Argument<'_, S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.part.put(&mut text);
        f.pad(&text)
    }
}

/// Appends to an [`Output`](crate::sink::Output), as `write!` does, with every argument escaped for its sink. The
/// format is a literal with `{}` for each argument in order; a name such as `{title}` does not compile.
#[macro_export]
macro_rules! put {
    ($out:expr, $format:literal $(, $argument:expr)* $(,)?) => {
        // `concat!` keeps names out of the literal: they would not be escaped.
        $out.push_escaped(::std::format_args!(::std::concat!($format), $($out.argument(&$argument)),*))
    };
}

/// An [`Output`](crate::sink::Output) from a literal and arguments, as [`put!`](crate::put) takes them.
#[macro_export]
macro_rules! output {
    ($format:literal $(, $argument:expr)* $(,)?) => {{
        let mut out = $crate::sink::Output::new();
        $crate::put!(out, $format $(, $argument)*);
        out
    }};
}

/// Whether a character is shown as itself: it controls no terminal, is not invisible and does not change the text
/// direction. Rust's `escape_debug` knows these characters: it escapes control, bidirectional, zero-width, private-use
/// and unassigned characters. It escapes quotes and combining marks too. Ordinary text has them, so here they are
/// visible.
pub fn is_visible(c: char) -> bool {
    matches!(c, '\\' | '"' | '\'')
        || is_combining_mark(c)
        // `escape_debug` takes the voicing marks of half-width katakana for combining marks.
        || matches!(c, '\u{ff9e}' | '\u{ff9f}')
        || !c.escape_debug().any(|part| part == '\\')
}

/// Appends a text. `keep` returns the character to write, or `None` to write it as `\u{…}`.
fn escape_with(text: &str, out: &mut String, keep: impl Fn(char) -> Option<char>) {
    for c in text.chars() {
        match keep(c) {
            Some(kept) => out.push(kept),
            None => out.extend(c.escape_unicode()),
        }
    }
}

fn if_visible(c: char) -> Option<char> {
    is_visible(c).then_some(c)
}

#[cfg(test)]
mod tests;
