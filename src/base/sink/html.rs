//! HTML pages: text inside elements, and values of attributes.

use super::{Put, Sink, escape_with, if_visible, is_visible};
use std::fmt::Display;

/// An HTML page. Text goes between tags; [`Attribute`] is for text inside quotes. Characters that are invisible or
/// change the text direction are written as `\u{…}` in an element of the class `hidden`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Html;

impl Sink for Html {
    fn escape(text: &str, out: &mut String) {
        for c in text.chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                '\n' => out.push_str("&#10;"),
                c if is_visible(c) => out.push(c),
                c => {
                    out.push_str("<span class=\"hidden\">");
                    out.extend(c.escape_unicode());
                    out.push_str("</span>");
                }
            }
        }
    }
}

/// Text where elements are not allowed: in the value of an attribute, or in a title.
#[derive(Clone, Copy, Debug)]
pub struct Attribute<T>(pub T);

impl<T: Display> Put<Html> for Attribute<T> {
    fn put(&self, out: &mut String) {
        let mut text = String::new();
        escape_with(&self.0.to_string(), &mut text, if_visible);
        Html::escape(&text, out);
    }
}
