//! Escapes text for double-quoted labels in Graphviz and Mermaid graphs.

use super::{Sink, escape_with, if_visible};
use std::fmt::Write;

/// A graph in the language of Graphviz.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dot;

impl Sink for Dot {
    fn escape(text: &str, out: &mut String) {
        for c in without_hidden_characters(text).chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                '"' => out.push_str("\\\""),
                '\n' => out.push_str("\\n"),
                c => out.push(c),
            }
        }
    }
}

/// A graph in the language of Mermaid.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mermaid;

/// Every character with a meaning in Mermaid is written as an entity.
impl Sink for Mermaid {
    fn escape(text: &str, out: &mut String) {
        for c in without_hidden_characters(text).chars() {
            match c {
                '\n' => out.push_str("<br>"),
                '"' | '#' | '&' | '<' | '>' | ';' | '`' | '\\' | '[' | ']' | '{' | '}' | '('
                | ')' => {
                    // Writing to a string cannot fail.
                    let _ = write!(out, "#{};", u32::from(c));
                }
                c => out.push(c),
            }
        }
    }
}

fn without_hidden_characters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_with(text, &mut out, |c| if c == '\n' { Some(c) } else { if_visible(c) });
    out
}
