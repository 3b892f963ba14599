//! What a session asks that takes text as it is typed: whether more has to come, and what it is.

use crate::base::source::Span;
use crate::base::stack::roomy;
use crate::syntax;

/// Whether a text that is typed could go on, an expression or an item: what a session asks before it reads another line.
pub fn is_unfinished(text: &str) -> bool {
    roomy(|| syntax::is_unfinished(text))
}

/// Whether a text begins an item, such as `rule x {`; else it is an expression.
pub fn is_item(text: &str) -> bool {
    syntax::is_item(text)
}

/// The items of a rule file by keyword and name, as far as the text can be read, with where they stand in it.
pub fn items(text: &str) -> Vec<(&'static str, String, Span)> {
    roomy(|| syntax::items(text))
}
