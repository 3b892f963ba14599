//! Arithmetic on values. Overflow gives no result instead of wrapping. Only products and quotients are rounded, toward
//! zero.

#[cfg(test)]
mod tests;

use super::compare::as_decimal;
use crate::syntax::tree::ArithmeticOp;
use crate::world::value::{Decimal, Type, Value};

/// The reasons why a calculation has no result, as they appear in `missing`.
pub(crate) const OVERFLOW: &str = "overflow";
pub(crate) const DIVISION_BY_ZERO: &str = "division by zero";

/// The type of `left op right`; `None` if the operator is not defined for these types.
pub(crate) fn type_of(left: &Type, op: ArithmeticOp, right: &Type) -> Option<Type> {
    use ArithmeticOp::{Add, Divide, Multiply, Subtract};
    match (left, op, right) {
        (Type::Int, _, Type::Int) => Some(Type::Int),
        (Type::Int | Type::Number, _, Type::Int | Type::Number) => Some(Type::Number),
        (Type::Instant, Subtract, Type::Instant) => Some(Type::Duration),
        (Type::Instant, Add | Subtract, Type::Duration) => Some(Type::Instant),
        (Type::Duration, Add | Subtract, Type::Duration) => Some(Type::Duration),
        (Type::Duration, Multiply | Divide, Type::Int) => Some(Type::Duration),
        _ => None,
    }
}

/// The result of `a op b`, for operands whose types [`type_of`] accepts.
///
/// # Errors
/// Why there is no result.
pub(crate) fn calculate(op: ArithmeticOp, a: &Value, b: &Value) -> Result<Value, &'static str> {
    use ArithmeticOp::{Add, Divide, Multiply, Subtract};
    use Value::{Duration, Instant, Int, Number};
    if op == Divide && as_decimal(b) == Some(Decimal::default()) {
        return Err(DIVISION_BY_ZERO);
    }
    let result = match (op, a, b) {
        (Add, Int(a), Int(b)) => a.checked_add(*b).map(Int),
        (Subtract, Int(a), Int(b)) => a.checked_sub(*b).map(Int),
        (Multiply, Int(a), Int(b)) => a.checked_mul(*b).map(Int),
        (Divide, Int(a), Int(b)) => a.checked_div(*b).map(Int),
        (Add, Duration(a), Duration(b)) => a.checked_add(*b).map(Duration),
        (Subtract, Duration(a), Duration(b)) => a.checked_sub(*b).map(Duration),
        (Multiply, Duration(a), Int(b)) => a.checked_mul(i128::from(*b)).map(Duration),
        (Divide, Duration(a), Int(b)) => a.checked_div(i128::from(*b)).map(Duration),
        (Add, Instant(a), Duration(b)) => a.plus_nanos(*b).map(Instant),
        (Subtract, Instant(a), Duration(b)) => {
            b.checked_neg().and_then(|back| a.plus_nanos(back)).map(Instant)
        }
        (Subtract, Instant(a), Instant(b)) => Some(Duration(a.since(*b))),
        _ => as_decimal(a)
            .zip(as_decimal(b))
            .and_then(|(a, b)| match op {
                Add => a.plus(b),
                Subtract => a.minus(b),
                Multiply => a.times(b),
                Divide => a.over(b),
            })
            .map(Number),
    };
    result.ok_or(OVERFLOW)
}

/// The result of `-value`.
///
/// # Errors
/// Why there is no result.
pub(crate) fn negate(value: &Value) -> Result<Value, &'static str> {
    match value {
        Value::Int(int) => int.checked_neg().map(Value::Int),
        Value::Number(number) => Decimal::default().minus(*number).map(Value::Number),
        Value::Duration(nanos) => nanos.checked_neg().map(Value::Duration),
        Value::Bool(_)
        | Value::Text(_)
        | Value::Surface(_)
        | Value::Instant(_)
        | Value::Places(_)
        | Value::Record(_)
        | Value::List(_)
        | Value::Map(_) => None,
    }
    .ok_or(OVERFLOW)
}

/// The bounds of a result, from the bounds of its operands. Only sums and differences have bounds; a product or
/// quotient of operands with bounds is unknown.
pub(crate) fn bounds_of(
    op: ArithmeticOp,
    left: Option<(i64, i64)>,
    right: Option<(i64, i64)>,
) -> Option<(i64, i64)> {
    let ((left_low, left_high), (right_low, right_high)) = left.zip(right)?;
    match op {
        ArithmeticOp::Add => left_low.checked_add(right_low).zip(left_high.checked_add(right_high)),
        ArithmeticOp::Subtract => {
            left_low.checked_sub(right_high).zip(left_high.checked_sub(right_low))
        }
        ArithmeticOp::Multiply | ArithmeticOp::Divide => None,
    }
}

/// The least and the greatest result of `-value`.
pub(crate) fn negated_bounds(bounds: Option<(i64, i64)>) -> Option<(i64, i64)> {
    bounds_of(ArithmeticOp::Subtract, Some((0, 0)), bounds)
}
