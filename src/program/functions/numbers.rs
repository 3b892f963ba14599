//! Numbers and durations.

use super::{Function, row};
use crate::world::value::Type::{Duration, Int, Number};
use crate::world::value::{Decimal, Value};
use std::cmp::Ordering;

pub(super) fn rows() -> Vec<Function> {
    vec![
        row("abs", "The integer without its sign.", [("x", Int)], Int, 1, |[x]| match x {
            Value::Int(x) => x.checked_abs().map(Value::Int),
            _ => None,
        }),
        row("abs", "The number without its sign.", [("x", Number)], Number, 1, |[x]| {
            let x = number(x)?;
            Decimal::default().minus(x).map(|negated| Value::Number(x.max(negated)))
        }),
        row("min", "The smaller of two integers.", [("a", Int), ("b", Int)], Int, 1, |[a, b]| {
            either(a, b, Ordering::is_le)
        }),
        row(
            "min",
            "The smaller of two numbers.",
            [("a", Number), ("b", Number)],
            Number,
            1,
            |[a, b]| either(a, b, Ordering::is_le),
        ),
        row("max", "The larger of two integers.", [("a", Int), ("b", Int)], Int, 1, |[a, b]| {
            either(a, b, Ordering::is_ge)
        }),
        row(
            "max",
            "The larger of two numbers.",
            [("a", Number), ("b", Number)],
            Number,
            1,
            |[a, b]| either(a, b, Ordering::is_ge),
        ),
        row("days", "The whole days, of 24 hours each.", [("time", Duration)], Int, 1, |[time]| {
            whole(time, 86_400)
        }),
        row("hours", "The whole hours.", [("time", Duration)], Int, 1, |[time]| whole(time, 3600)),
    ]
}

/// An integer stands wherever a number does.
fn number(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(int) => Some(Decimal::from_int(*int)),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

fn whole(time: &Value, seconds: i128) -> Option<Value> {
    match time {
        Value::Duration(nanos) => {
            i64::try_from(nanos / (seconds * 1_000_000_000)).ok().map(Value::Int)
        }
        _ => None,
    }
}

/// The first when it compares so with the second, else the second.
fn either(a: &Value, b: &Value, first: fn(Ordering) -> bool) -> Option<Value> {
    let order = number(a)?.cmp(&number(b)?);
    Some(if first(order) { a.clone() } else { b.clone() })
}
