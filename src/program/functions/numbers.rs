//! Functions on numbers and durations.

use super::{Cost, Function, row};
use crate::program::compare::as_decimal;
use crate::world::value::Type::{Duration, Int, Number};
use crate::world::value::{Decimal, Value};
use std::cmp::Ordering;

pub(super) fn rows() -> Vec<Function> {
    vec![
        row("abs", "The integer without its sign.", [("x", Int)], Int, Cost::Call(1), |[x]| {
            let Value::Int(x) = x else { return None };
            x.checked_abs().map(Value::Int)
        }),
        row(
            "abs",
            "The number without its sign.",
            [("x", Number)],
            Number,
            Cost::Call(1),
            |[x]| {
                let x = as_decimal(x)?;
                Decimal::default().minus(x).map(|negated| Value::Number(x.max(negated)))
            },
        ),
        row(
            "min",
            "The smaller of two integers.",
            [("a", Int), ("b", Int)],
            Int,
            Cost::Call(1),
            |[a, b]| either(a, b, Ordering::is_le),
        ),
        row(
            "min",
            "The smaller of two numbers.",
            [("a", Number), ("b", Number)],
            Number,
            Cost::Call(1),
            |[a, b]| either(a, b, Ordering::is_le),
        ),
        row(
            "max",
            "The larger of two integers.",
            [("a", Int), ("b", Int)],
            Int,
            Cost::Call(1),
            |[a, b]| either(a, b, Ordering::is_ge),
        ),
        row(
            "max",
            "The larger of two numbers.",
            [("a", Number), ("b", Number)],
            Number,
            Cost::Call(1),
            |[a, b]| either(a, b, Ordering::is_ge),
        ),
        row(
            "days",
            "The whole days, of 24 hours each.",
            [("time", Duration)],
            Int,
            Cost::Call(1),
            |[time]| whole_units(time, 86_400),
        ),
        row("hours", "The whole hours.", [("time", Duration)], Int, Cost::Call(1), |[time]| {
            whole_units(time, 3600)
        }),
    ]
}

fn whole_units(time: &Value, seconds: i128) -> Option<Value> {
    let Value::Duration(nanos) = time else { return None };
    i64::try_from(nanos / (seconds * 1_000_000_000)).ok().map(Value::Int)
}

/// Returns `a` if its order to `b` is the wanted one, otherwise `b`.
fn either(a: &Value, b: &Value, wanted: fn(Ordering) -> bool) -> Option<Value> {
    let order = as_decimal(a)?.cmp(&as_decimal(b)?);
    Some(if wanted(order) { a.clone() } else { b.clone() })
}
