//! The rows for the words of expressions and phrases, and for the units of time.

use super::Role::{Clause, Expectation, Inner, Operand, Operator, Part, Phrase, Value};
use super::{Block, Role, Word};
use crate::base::time::Unit;
use crate::syntax::tree::{Aggregate, ArithmeticOp, BinaryOp, Modifier, Quantifier};

pub(super) const EXPRESSIONS: &[Word] = rows! {
    // ---- phrases
    Modifier::Exact.word() => [Phrase],
        "exact \"TON\"",
        "Finds a phrase only as it is written, with the same capitals and script.";
    Modifier::Loose.word() => [Phrase],
        "loose \"casino\"",
        "Finds a phrase also in leetspeak, and with its letters spaced out or repeated.";
    ".." => [Phrase],
        "\"invite\" ..5.. \"deposit\"",
        "Finds the first part of a phrase and then the second, with at most that many words between them.";
    "..." => [Phrase],
        "\"invite\" ... \"deposit\"",
        "Finds the first part of a phrase and then the second, anywhere up to the end of the text.";
    // ---- expressions
    "and" => [Operator],
        "A and B",
        "True when both are true. Write brackets when you mix it with `or`.";
    "or" => [Operator],
        "A or B",
        "True when at least one is true. Write brackets when you mix it with `and`.";
    "not" => [Operand, Expectation],
        "not A",
        "True when A is false. Unknown stays unknown. In a test: `expect not RULE`, the rule does not fire.";
    BinaryOp::In.word() => [Operator, Clause(&[Block::Test, Block::Case]), Inner, Part],
        "x in xs",
        "Whether a value is in a list or a set, or a place in another, such as `x in EU`. In `any x in xs`: the list to go through. In a test: the place to decide for.";
    BinaryOp::NotIn.word() => [Operator],
        "x not in xs",
        "Whether a value is missing from a list or a set, or a place lies outside another.";
    BinaryOp::Contains.word() => [Operator],
        "text contains \"abc\"",
        "Whether a text contains another, exactly as written.";
    BinaryOp::StartsWith.word() => [Operator],
        "url starts with \"tg:\"",
        "Whether a text begins with another, exactly as written.";
    BinaryOp::EndsWith.word() => [Operator],
        "host ends with \".example\"",
        "Whether a text ends with another, exactly as written.";
    "mentions" => [Operator],
        "text mentions TERMS",
        "Whether the words of a phrase or of `terms` occur in a text, as whole words and even in disguise.";
    "near" => [Inner],
        "text mentions A near B (12 words)",
        "Whether A and B both occur, with at most that many words between them.";
    "words" => [Inner],
        "near B (12 words)",
        "The unit of the distance after `near`.";
    "matches" => [Operator],
        "text matches r\"[0-9]+ %\"",
        "Whether a regular expression matches somewhere in a text. Its time is linear in the text.";
    "spans" => [Operand],
        "spans(text, TERMS)",
        "The list of all matches of a pattern in a text, for use in `any`, `all`, `no` and `count`.";
    "is missing" => [Operator],
        "chat.public is missing",
        "Whether nobody said what the value is.";
    "is known" => [Operator],
        "chat.public is known",
        "Whether the record has the value.";
    "is set" => [Operator],
        "warned is set",
        "Whether a mark stands on the account, the chat or the message at hand.";
    "reaches" => [Operator],
        "violations reaches 3",
        "Whether this message takes a counter from below a number to it or above. Only a message that is counted itself can do that.";
    "is none" => [Operator],
        "reply is none",
        "Whether the record says that there is no such thing: the message answers nothing.";
    Quantifier::Any.word() => [Operand],
        "any x in xs where (CONDITION)",
        "Whether the condition is true for at least one element.";
    Quantifier::All.word() => [Operand],
        "all x in xs where (CONDITION)",
        "Whether the condition is true for every element, and the list is not empty.";
    Quantifier::No.word() => [Operand],
        "no x in xs where (CONDITION)",
        "Whether the condition is true for no element.";
    Quantifier::Count.word() => [Operand],
        "count x in xs where (CONDITION)",
        "The number of elements for which the condition is true.";
    Aggregate::Sum.word() => [Operand],
        "sum x.size for x in xs where (CONDITION)",
        "The sum of a number of each element for which the condition is true; without `where`, of all elements. An empty sum is 0.";
    Aggregate::CountDistinct.word() => [Operand],
        "count distinct x.id for x in xs where (CONDITION)",
        "How many different values the elements have for which the condition is true; without `where`, all elements.";
    "score" => [Operand],
        "score (5 when A, 3 when B) >= 5",
        "The sum of the points of the conditions that are true. Points may be negative.";
    "where" => [Inner],
        "any x in xs where (CONDITION)",
        "Introduces the condition on each element.";
    "at least" => [Operand],
        "at least 2 of (A, B, C)",
        "Whether at least that many of the conditions are true.";
    "of" => [Inner, Part],
        "at least 2 of (A, B, C)",
        "Introduces the conditions of `at least`. After `repeat 299`: what is repeated.";
    "if" => [Operand],
        "if A then x else y",
        "The first value when the condition is true, otherwise the second.";
    "else" => [Inner, Part],
        "if A then x else y",
        "The value when the condition is false. In a deadline: the time allowed when the order sets no instant.";
    "at" => [Operand, Clause(&[Block::Test, Block::Case])],
        "at > x + 24 hours",
        "The instant of the decision, which is compared with another instant. In a test: the day or instant at which to decide.";
    "true" => [Operand, Value],
        "true",
        "The truth value true.";
    "false" => [Operand, Value],
        "false",
        "The truth value false.";
    BinaryOp::Equal.word() => [Operator],
        "x == y",
        "Whether two values are equal.";
    BinaryOp::NotEqual.word() => [Operator],
        "x != y",
        "Whether two values differ.";
    BinaryOp::Less.word() => [Operator],
        "x < y",
        "Whether x is less or earlier than y.";
    BinaryOp::LessOrEqual.word() => [Operator],
        "x <= y",
        "Whether x is at most y, or not later than y.";
    BinaryOp::Greater.word() => [Operator],
        "x > y",
        "Whether x is greater or later than y.";
    BinaryOp::GreaterOrEqual.word() => [Operator],
        "x >= y",
        "Whether x is at least y, or not earlier than y.";
    BinaryOp::Coalesce.word() => [Operator],
        "x ?? default",
        "The value of x, or the default when x is missing.";
    ArithmeticOp::Add.word() => [Operator],
        "x + y",
        "The sum; an instant and a duration give a later instant.";
    ArithmeticOp::Subtract.word() => [Operator, Operand],
        "x - y",
        "The difference; two instants give a duration. `-x` is the negative of x.";
    ArithmeticOp::Multiply.word() => [Operator],
        "x * y",
        "The product.";
    ArithmeticOp::Divide.word() => [Operator],
        "x / y",
        "The quotient. Division by zero is unknown.";
    // ---- units of time
    Unit::Second.word() => [Role::Unit],
        "30 seconds",
        "A unit of elapsed time.";
    Unit::Minute.word() => [Role::Unit],
        "30 minutes",
        "A unit of elapsed time.";
    Unit::Hour.word() => [Role::Unit],
        "24 hours",
        "A unit of elapsed time.";
    Unit::Day.word() => [Role::Unit],
        "7 days",
        "A day of the calendar, in the time zone of the file.";
    Unit::WorkingDay.word() => [Role::Unit],
        "3 working days",
        "A day that is neither a Saturday, nor a Sunday, nor a holiday of the place.";
    Unit::Week.word() => [Role::Unit],
        "2 weeks",
        "Seven days of the calendar.";
    Unit::Month.word() => [Role::Unit],
        "6 months",
        "A month of the calendar. From 31 January it ends on the last day of February.";
    Unit::Year.word() => [Role::Unit],
        "1 year",
        "A year of the calendar.";
};
