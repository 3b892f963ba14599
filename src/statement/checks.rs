//! The demands of the database on a statement that its JSON Schema does not express.

use super::texts;
use super::vocabulary::{ILLEGAL_EXPLANATION, INCOMPATIBLE_EXPLANATION};
use super::{Statement, StatementError};
use crate::base::time::{Day, Zone};
use crate::decision::{Outcome, last_end};

/// The day on which the last of several outcomes ends; `None` if one has no end or an unknown end.
pub(super) fn end_date(
    field: &'static str,
    outcomes: &[&Outcome],
) -> Result<Option<Day>, StatementError> {
    let last = last_end(outcomes.iter().copied());
    last.map(|last| check_day(field, last.day(&Zone::utc()), FIRST_DAY)).transpose()
}

/// The earliest day that the database accepts for a measure.
pub(super) const FIRST_DAY: &str = "2020-01-01";

/// The day, if the database accepts it.
pub(super) fn check_day(field: &'static str, day: Day, from: &str) -> Result<Day, StatementError> {
    let until = "2038-01-01";
    let bounds = (Day::parse(from), Day::parse(until));
    match bounds {
        (Ok(first), Ok(last)) if (first..=last).contains(&day) => Ok(day),
        _ => {
            let message = format!(
                "{day} is not between {from} and {until}, the days that the database accepts"
            );
            Err(StatementError { field, message })
        }
    }
}

/// Checks the demands of the database that its JSON Schema does not express.
pub(super) fn check_statement(statement: Statement) -> Result<Statement, Vec<StatementError>> {
    let mut wrong = vec![];
    let mut report =
        |field, message: &str| wrong.push(StatementError { field, message: message.into() });
    if statement.decision_visibility.is_empty() && statement.decision_account.is_none() {
        report(
            "decision_visibility",
            "the action has no code of the Transparency Database: add `dsa \"…\"` to its `action` item",
        );
    }
    let grounds = [
        ("illegal_content_legal_ground", &statement.illegal_content_legal_ground),
        (ILLEGAL_EXPLANATION, &statement.illegal_content_explanation),
        ("incompatible_content_ground", &statement.incompatible_content_ground),
        (INCOMPATIBLE_EXPLANATION, &statement.incompatible_content_explanation),
    ];
    for (field, text) in grounds {
        if text.as_ref().is_some_and(|text| !texts::says_something(text)) {
            report(field, "there is no letter or digit in it: give the rule and its basis a title");
        }
    }
    if statement.category_addition.contains(&statement.category) {
        report("category_addition", "it repeats the category");
    }
    if wrong.is_empty() { Ok(statement) } else { Err(wrong) }
}
