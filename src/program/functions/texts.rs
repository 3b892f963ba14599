//! Functions on whole texts and lists.

use super::{Function, int, row, text};
use crate::base::limits::RECORD_TEXT;
use crate::text::Words;
use crate::world::value::Type::{self, Int, Text};
use crate::world::value::Value;

pub(super) fn rows() -> Vec<Function> {
    let any_list = Type::List(Box::new(Type::Opaque));
    let text_cost = RECORD_TEXT as u64;
    vec![
        row("length", "The number of characters.", [("text", Text)], Int, text_cost, |[text]| {
            int(self::text(text)?.chars().count())
        }),
        Function {
            counts_elements: true,
            ..row("length", "The number of elements.", [("list", any_list)], Int, 1, |[list]| {
                let Value::List(elements) = list else { return None };
                int(elements.len())
            })
        },
        row(
            "words",
            "The number of words, divided as `mentions` divides them.",
            [("text", Text)],
            Int,
            text_cost,
            |[text]| int(Words::of(self::text(text)?).bytes().count()),
        ),
        row("lower", "The text in lower case.", [("text", Text)], Text, text_cost, |[text]| {
            Some(Value::text(self::text(text)?.to_lowercase()))
        }),
    ]
}
