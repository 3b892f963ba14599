//! Arithmetic on values. Overflow gives no result instead of wrapping. Only products and quotients are rounded, toward
//! zero.

#[cfg(test)]
mod tests;

use super::compare::{Bounds, as_decimal, equal_bounds, hull};
use crate::syntax::tree::ArithmeticOp;
use crate::world::value::{Decimal, Type, Value};
use std::cmp::Ordering;

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

/// The result of `a op b`, for operands whose types [`type_of`] accepts. None if an operand is none.
///
/// # Errors
/// Why there is no result.
pub(crate) fn calculate(op: ArithmeticOp, a: &Value, b: &Value) -> Result<Value, &'static str> {
    use ArithmeticOp::{Add, Divide, Multiply, Subtract};
    use Value::{Duration, Instant, Int, Number};
    if [a, b].contains(&&Value::Absent) {
        return Ok(Value::Absent);
    }
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
        Value::Absent => Some(Value::Absent),
    }
    .ok_or(OVERFLOW)
}

/// The bounds of `left op right`, from the bounds of its operands. None if a result within them would overflow, or if the
/// divisor can be zero.
///
/// Each operation is monotonic in each operand while the sign of the other is fixed, so the extremes are at the ends.
pub(crate) fn bounds_of(
    op: ArithmeticOp,
    left: Option<&Bounds>,
    right: Option<&Bounds>,
) -> Option<Bounds> {
    let (left, right) = left.zip(right)?;
    if op == ArithmeticOp::Divide && may_be_zero(right) {
        return None;
    }
    let of_ends = left.iter().flat_map(|left| right.iter().map(move |right| (left, right)));
    let ends =
        of_ends.map(|(left, right)| calculate(op, left, right).ok().map(|end| equal_bounds(&end)));
    ends.reduce(|one, other| hull(&one?, &other?)).flatten()
}

fn may_be_zero([low, high]: &Bounds) -> bool {
    let zero = Some(Decimal::default());
    as_decimal(low) <= zero && as_decimal(high) >= zero
}

/// How a greater operand changes the result of a calculation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Influence {
    Raises,
    Lowers,
    /// It depends on the sign of the other operand, which is unknown.
    Either,
}

impl Influence {
    fn reversed(self) -> Self {
        match self {
            Self::Raises => Self::Lowers,
            Self::Lowers => Self::Raises,
            Self::Either => Self::Either,
        }
    }

    /// The influence of a part of a sum, which raises the sum if it is greater than zero. `None` if it may do neither.
    pub(crate) fn of_part(part: Option<&Bounds>) -> Option<Self> {
        match part?.each_ref().map(sign) {
            [Some(Ordering::Greater), _] => Some(Self::Raises),
            [_, Some(Ordering::Less)] => Some(Self::Lowers),
            _ => None,
        }
    }

    /// The influence of a factor, from the bounds of the other one.
    fn of_factor(other: Option<&Bounds>) -> Self {
        let signs = other.map(|bounds| bounds.each_ref().map(sign));
        match signs {
            Some([Some(Ordering::Equal | Ordering::Greater), _]) => Self::Raises,
            Some([_, Some(Ordering::Equal | Ordering::Less)]) => Self::Lowers,
            Some(_) | None => Self::Either,
        }
    }
}

/// The influence of each operand.
pub(crate) fn influences(
    op: ArithmeticOp,
    left: Option<&Bounds>,
    right: Option<&Bounds>,
) -> [Influence; 2] {
    match op {
        ArithmeticOp::Add => [Influence::Raises, Influence::Raises],
        ArithmeticOp::Subtract => [Influence::Raises, Influence::Lowers],
        ArithmeticOp::Multiply => [Influence::of_factor(right), Influence::of_factor(left)],
        ArithmeticOp::Divide => {
            [Influence::of_factor(right), Influence::of_factor(left).reversed()]
        }
    }
}

fn sign(value: &Value) -> Option<Ordering> {
    if let Value::Duration(nanos) = value {
        return Some(nanos.cmp(&0));
    }
    as_decimal(value).map(|number| number.cmp(&Decimal::default()))
}

/// The bounds of `-value`.
pub(crate) fn negated_bounds([low, high]: &Bounds) -> Option<Bounds> {
    Some([negate(high).ok()?, negate(low).ok()?])
}
