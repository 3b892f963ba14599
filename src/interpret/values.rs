//! Operators on known values. Nothing wraps, nothing is rounded but quotients, toward zero.

use crate::program::CompareOp;
use crate::program::outcome::Truth;
use crate::syntax::tree::ArithmeticOp;
use crate::world::place::Place;
use crate::world::schema::{Field, Schema};
use crate::world::value::{Decimal, Places, Type, Value};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::mem::discriminant;

/// Why a calculation has no result, as `missing` says it.
pub(crate) const OVERFLOW: &str = "overflow";
pub(crate) const DIVISION_BY_ZERO: &str = "division by zero";
/// Why a comparison has none.
pub(crate) const INCOMPARABLE: &str = "values that cannot be compared";

/// A string, or a surface as one: its parts joined by line ends.
pub(crate) fn as_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Surface(parts) => match &**parts {
            [only] => Some(Cow::Borrowed(&only.text)),
            parts => Some(Cow::Owned(
                parts.iter().map(|part| &*part.text).collect::<Vec<_>>().join("\n"),
            )),
        },
        _ => None,
    }
}

/// An entry of a set as it is looked up.
pub(crate) fn as_entry(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Int(int) => Some(Cow::Owned(int.to_string())),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        other => as_text(other),
    }
}

/// Whether a value is of a type. An integer stands wherever a number does.
pub(crate) fn is_of(value: &Value, ty: &Type, schema: &Schema) -> bool {
    match (value, ty) {
        (Value::Bool(_), Type::Bool)
        | (Value::Int(_), Type::Int | Type::Number)
        | (Value::Number(_), Type::Number)
        | (Value::Text(_), Type::Text)
        | (Value::Surface(_), Type::Surface)
        | (Value::Instant(_), Type::Instant)
        | (Value::Duration(_), Type::Duration)
        | (Value::Places(_), Type::Places)
        | (_, Type::Opaque) => true,
        (Value::Text(word), Type::Enum(words)) => words.iter().any(|one| **one == **word),
        (Value::Text(code), Type::Place) => Place::parse(code).is_some(),
        (Value::List(elements), Type::List(ty)) => {
            elements.iter().all(|element| is_of(element, ty, schema))
        }
        (Value::Map(entries), Type::Map(ty)) => {
            entries.values().all(|entry| is_of(entry, ty, schema))
        }
        (Value::Record(fields), Type::Record(id)) => {
            schema.record(*id).is_some_and(|(_, record)| {
                let fits = |(value, field): (&Option<Value>, &Field)| {
                    value.as_ref().is_none_or(|value| is_of(value, &field.ty, schema))
                };
                fields.len() == record.fields.len()
                    && fields.iter().zip(record.fields.values()).all(fits)
            })
        }
        _ => false,
    }
}

/// The order of two values of one type; `None` of two. Texts are ordered by code points; values that have no order
/// are told apart only, and the checker lets nobody ask for more.
pub(crate) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    Some(match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Int(_) | Value::Number(_), Value::Int(_) | Value::Number(_)) => {
            decimal(a).cmp(&decimal(b))
        }
        (Value::Instant(a), Value::Instant(b)) => a.cmp(b),
        (Value::Duration(a), Value::Duration(b)) => a.cmp(b),
        (Value::Text(_) | Value::Surface(_), Value::Text(_) | Value::Surface(_)) => {
            as_text(a).cmp(&as_text(b))
        }
        _ if discriminant(a) != discriminant(b) => return None,
        _ if a == b => Ordering::Equal,
        _ => Ordering::Less,
    })
}

pub(crate) fn holds(op: CompareOp, order: Ordering) -> bool {
    match op {
        CompareOp::Equal => order.is_eq(),
        CompareOp::NotEqual => order.is_ne(),
        CompareOp::Less => order.is_lt(),
        CompareOp::LessOrEqual => order.is_le(),
        CompareOp::Greater => order.is_gt(),
        CompareOp::GreaterOrEqual => order.is_ge(),
    }
}

/// Compares two values each of which is only known to lie between two. `None` when it depends on where.
pub(crate) fn compare(op: CompareOp, left: &[Value; 2], right: &[Value; 2]) -> Option<bool> {
    let ([left_low, left_high], [right_low, right_high]) = (left, right);
    let lowest = order(left_low, right_high)?;
    let highest = order(left_high, right_low)?;
    let can_be = |order_of: Ordering| match order_of {
        Ordering::Less => lowest.is_lt(),
        Ordering::Equal => lowest.is_le() && highest.is_ge(),
        Ordering::Greater => highest.is_gt(),
    };
    let possible =
        [Ordering::Less, Ordering::Equal, Ordering::Greater].into_iter().filter(|one| can_be(*one));
    let mut answers = possible.map(|order| holds(op, order));
    let first = answers.next()?;
    answers.all(|answer| answer == first).then_some(first)
}

/// Whether a list has an element that is only known to lie between two, or places cover a place.
pub(crate) fn is_in(item: &[Value; 2], list: &Value) -> Truth {
    match list {
        Value::List(elements) => elements
            .iter()
            .map(|one| compare(CompareOp::Equal, item, &[one.clone(), one.clone()]))
            .map(|equal| equal.map_or(Truth::Unknown, Truth::from))
            .fold(Truth::False, Truth::or),
        Value::Places(Places::Everywhere) => Truth::True,
        Value::Places(Places::Only(places)) => {
            let [item, _] = item;
            as_text(item).is_some_and(|code| covers(places, &code)).into()
        }
        _ => Truth::False,
    }
}

/// Whether one of some places is that of a code, or the country that it lies in.
pub(crate) fn covers(places: &[Place], code: &str) -> bool {
    let covers =
        |place: Place| places.iter().any(|one| *one == place || place.country() == Some(*one));
    Place::parse(code).is_some_and(covers)
}

/// Between which two integers the result lies, where the operands do. Only sums and differences are followed.
pub(crate) fn spread(
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

pub(crate) fn negate(value: &Value) -> Result<Value, &'static str> {
    match value {
        Value::Int(int) => int.checked_neg().map(Value::Int),
        Value::Number(number) => Decimal::default().minus(*number).map(Value::Number),
        Value::Duration(nanos) => nanos.checked_neg().map(Value::Duration),
        _ => None,
    }
    .ok_or(OVERFLOW)
}

/// # Errors
/// Why there is no result.
pub(crate) fn calculate(op: ArithmeticOp, a: &Value, b: &Value) -> Result<Value, &'static str> {
    use ArithmeticOp::{Add, Divide, Multiply, Subtract};
    use Value::{Duration, Instant, Int, Number};
    if op == Divide && decimal(b) == Some(Decimal::default()) {
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
        _ => decimal(a).zip(decimal(b)).and_then(|(a, b)| decimals(op, a, b)).map(Number),
    };
    result.ok_or(OVERFLOW)
}

fn decimals(op: ArithmeticOp, a: Decimal, b: Decimal) -> Option<Decimal> {
    match op {
        ArithmeticOp::Add => a.plus(b),
        ArithmeticOp::Subtract => a.minus(b),
        ArithmeticOp::Multiply => a.times(b),
        ArithmeticOp::Divide => a.over(b),
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(int) => Some(Decimal::from_int(*int)),
        Value::Number(number) => Some(*number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{calculate, compare};
    use crate::base::time::Instant;
    use crate::program::CompareOp::{Equal, Greater, Less, LessOrEqual, NotEqual};
    use crate::syntax::tree::ArithmeticOp::{Add, Divide, Multiply, Subtract};
    use crate::world::value::{Decimal, Value};

    fn number(text: &str) -> Value {
        Value::Number(Decimal::parse(text).unwrap())
    }

    fn instant(text: &str) -> Value {
        Value::Instant(Instant::parse(text).unwrap())
    }

    #[test]
    fn calculations_are_checked() {
        let hour = Value::Duration(3_600_000_000_000);
        for (op, a, b, result) in [
            (Divide, Value::Int(-7), Value::Int(2), Ok(Value::Int(-3))),
            (Divide, Value::Int(7), Value::Int(0), Err("division by zero")),
            (Divide, number("7"), number("0"), Err("division by zero")),
            (Divide, Value::Int(i64::MIN), Value::Int(-1), Err("overflow")),
            (Add, Value::Int(i64::MAX), Value::Int(1), Err("overflow")),
            (Multiply, Value::Int(2), number("0.5"), Ok(number("1"))),
            (Multiply, number("999999999999999999"), number("999999999999999999"), Err("overflow")),
            (
                Subtract,
                instant("2026-03-01T01:00:00Z"),
                instant("2026-03-01T00:00:00Z"),
                Ok(hour.clone()),
            ),
            (
                Add,
                instant("2026-03-01T00:00:00Z"),
                hour.clone(),
                Ok(instant("2026-03-01T01:00:00Z")),
            ),
            (Add, instant("9999-12-30T21:30:00Z"), hour.clone(), Err("overflow")),
            (Multiply, hour.clone(), Value::Int(2), Ok(Value::Duration(7_200_000_000_000))),
            (Subtract, hour.clone(), hour, Ok(Value::Duration(0))),
        ] {
            assert_eq!(calculate(op, &a, &b), result, "{a:?} {op:?} {b:?}");
        }
    }

    #[test]
    fn ranges_are_compared_only_where_every_value_agrees() {
        let range = |low, high| [Value::Int(low), Value::Int(high)];
        for (op, left, right, result) in [
            (Greater, range(3, 5), range(2, 2), Some(true)),
            (Greater, range(2, 5), range(2, 2), None),
            (Greater, range(1, 2), range(2, 2), Some(false)),
            (LessOrEqual, range(1, 2), range(2, 9), Some(true)),
            (Equal, range(1, 3), range(2, 2), None),
            (Equal, range(1, 3), range(4, 4), Some(false)),
            (NotEqual, range(1, 3), range(4, 6), Some(true)),
            (Less, range(1, 3), range(3, 4), None),
        ] {
            assert_eq!(compare(op, &left, &right), result, "{left:?} {op:?} {right:?}");
        }
        let text = |text: &str| [Value::text(text), Value::text(text)];
        assert_eq!(
            compare(Less, &text("\u{ffff}"), &text("\u{10000}")),
            Some(true),
            "by code points"
        );
        assert_eq!(
            compare(Equal, &[Value::Bool(true), Value::Bool(true)], &range(1, 1)),
            None,
            "of two types"
        );
        assert_eq!(
            compare(Equal, &[Value::Int(1), Value::Int(1)], &[number("1.0"), number("1.0")]),
            Some(true)
        );
    }
}
