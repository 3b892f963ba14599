//! Functions on whole texts and lists.

use super::{Cost, Function, int, row, text};
use crate::text::Words;
use crate::world::value::Type::{self, Int, Text};
use crate::world::value::Value;

pub(super) fn rows() -> Vec<Function> {
    let any_list = Type::List(Box::new(Type::Opaque));
    vec![
        row(
            "length",
            "The number of characters.",
            [("text", Text)],
            Int,
            Cost::Byte { steps: 1, growth: 0 },
            |[text]| int(self::text(text)?.chars().count()),
        ),
        Function {
            counts_elements: true,
            ..row(
                "length",
                "The number of elements.",
                [("list", any_list)],
                Int,
                Cost::Call(1),
                |[list]| {
                    let Value::List(elements) = list else { return None };
                    int(elements.len())
                },
            )
        },
        row(
            "words",
            "The number of words, divided as `mentions` divides them.",
            [("text", Text)],
            Int,
            Cost::Byte { steps: 60, growth: 0 },
            |[text]| int(Words::of(self::text(text)?).bytes().count()),
        ),
        row(
            "lower",
            "The text in lower case.",
            [("text", Text)],
            Text,
            Cost::Byte { steps: 8, growth: 2 },
            |[text]| Some(Value::text(self::text(text)?.to_lowercase())),
        ),
    ]
}
