//! Classifies the input of a session: complete or not, an item or an expression.

use crate::base::source::Span;
use crate::base::stack::with_large_stack;
use crate::syntax;

/// Whether an expression or item is incomplete, so that a session should read another line.
pub fn is_unfinished(text: &str) -> bool {
    with_large_stack(|| syntax::is_unfinished(text))
}

/// Whether a text begins an item, such as `rule x {`; else it is an expression.
pub fn is_item(text: &str) -> bool {
    syntax::is_item(text)
}

/// The items of a rule file: keyword, name and location, as far as the text can be read.
pub fn items(text: &str) -> Vec<(&'static str, String, Span)> {
    with_large_stack(|| syntax::items(text))
}
