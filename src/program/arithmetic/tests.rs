//! Tests calculations with a table of operands, operators and results.

use super::{bounds_of, calculate, negate, negated_bounds, type_of};
use crate::program::compare::Bounds;
use crate::program::compare::tests::value;
use crate::syntax::tree::ArithmeticOp::{self, Add, Divide, Multiply, Subtract};
use crate::world::value::{Type, Value};

const CALCULATIONS: &str = "
    1                       +  2                       =  3
    1                       -  2                       =  -1
    3                       *  -2                      =  -6
    7                       /  2                       =  3
    -7                      /  2                       =  -3
    9223372036854775807     +  1                       =  overflow
    -9223372036854775808    -  1                       =  overflow
    9223372036854775807     *  2                       =  overflow
    -9223372036854775808    /  -1                      =  overflow
    7                       /  0                       =  division-by-zero
    0                       /  0                       =  division-by-zero

    0.1                     +  0.2                     =  0.3
    1                       +  0.5                     =  1.5
    0.5                     -  1                       =  -0.5
    2                       *  0.5                     =  1.0
    0.000000001             *  0.5                     =  0.0
    -0.000000003            *  0.5                     =  -0.000000001
    1                       /  3.0                     =  0.333333333
    -2.0                    /  3                       =  -0.666666666
    7.0                     /  0                       =  division-by-zero
    7                       /  0.0                     =  division-by-zero
    999999999999999999      *  999999999999999999.0    =  overflow

    60s                     +  30s                     =  90s
    60s                     -  90s                     =  -30s
    60s                     *  3                       =  180s
    60s                     *  -1                      =  -60s
    60s                     /  2                       =  30s
    60s                     /  0                       =  division-by-zero
    170141183460469231731s  /  1                       =  170141183460469231731s
    100000000000000000000000000000s + 100000000000000000000000000000s = overflow
    100000000000000000000000000000s * 2 = overflow

    2026-03-01T00:00:00Z    +  3600s                   =  2026-03-01T01:00:00Z
    2026-03-01T00:00:00Z    -  3600s                   =  2026-02-28T23:00:00Z
    2026-03-01T01:00:00Z    -  2026-03-01T00:00:00Z    =  3600s
    2026-03-01T00:00:00Z    -  2026-03-01T01:00:00Z    =  -3600s
    9999-12-30T21:30:00Z    +  3600s                   =  overflow
";

fn operator(symbol: &str) -> ArithmeticOp {
    match symbol {
        "+" => Add,
        "-" => Subtract,
        "*" => Multiply,
        "/" => Divide,
        other => panic!("{other}"),
    }
}

fn type_of_value(value: &Value) -> Type {
    match value {
        Value::Int(_) => Type::Int,
        Value::Number(_) => Type::Number,
        Value::Instant(_) => Type::Instant,
        Value::Duration(_) => Type::Duration,
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_calculation_gives_its_result() {
    for row in CALCULATIONS.lines().filter(|row| !row.trim().is_empty()) {
        let columns: Vec<_> = row.split_whitespace().collect();
        let [left, symbol, right, "=", result] = *columns else { panic!("{row}") };
        let expected = match result {
            "overflow" => Err("overflow"),
            "division-by-zero" => Err("division by zero"),
            result => Ok(value(result)),
        };
        let (left, op, right) = (value(left), operator(symbol), value(right));
        assert_eq!(calculate(op, &left, &right), expected, "{row}");
        let ty = type_of(&type_of_value(&left), op, &type_of_value(&right));
        assert!(ty.is_some(), "{row}: the checker admits it");
        if let Ok(result) = expected {
            assert_eq!(ty, Some(type_of_value(&result)), "{row}");
        }
    }
}

#[test]
fn operators_are_undefined_for_these_types() {
    for (left, op, right) in [
        (Type::Instant, Add, Type::Instant),
        (Type::Duration, Add, Type::Instant),
        (Type::Duration, Add, Type::Int),
        (Type::Int, Multiply, Type::Duration),
        (Type::Duration, Multiply, Type::Number),
        (Type::Duration, Divide, Type::Duration),
        (Type::Text, Add, Type::Text),
        (Type::Bool, Add, Type::Bool),
    ] {
        assert_eq!(type_of(&left, op, &right), None, "{left:?} {op:?} {right:?}");
    }
}

#[test]
fn each_negation_gives_its_result() {
    for (operand, result) in [
        ("7", Ok("-7")),
        ("-0.5", Ok("0.5")),
        ("60s", Ok("-60s")),
        ("-9223372036854775808", Err("overflow")),
        ("'a'", Err("overflow")),
    ] {
        assert_eq!(negate(&value(operand)), result.map(value), "-{operand}");
    }
    assert_eq!(negate(&Value::Duration(i128::MIN)), Err("overflow"));
}

/// The bounds are those of all results, computed one by one.
#[test]
fn bounds_are_the_least_and_the_greatest_result() {
    let ranges: Vec<_> = (-3..=3).flat_map(|low| (low..=3).map(move |high| (low, high))).collect();
    for (op, left, right) in [Add, Subtract, Multiply, Divide].into_iter().flat_map(|op| {
        let pairs = ranges.iter().flat_map(|left| ranges.iter().map(move |right| (left, right)));
        pairs.map(move |(left, right)| (op, *left, *right))
    }) {
        let values = |(low, high): (i64, i64)| low..=high;
        let all =
            values(left).flat_map(|a| values(right).map(move |b| (Value::Int(a), Value::Int(b))));
        let results: Result<Vec<i64>, _> = all.map(|(a, b)| int(calculate(op, &a, &b))).collect();
        let expected = results
            .ok()
            .and_then(|all| Some([*all.iter().min()?, *all.iter().max()?].map(Value::Int)));
        assert_eq!(
            bounds_of(op, Some(&bounds(left)), Some(&bounds(right))),
            expected,
            "{left:?} {op:?} {right:?}"
        );
    }
}

fn int(result: Result<Value, &'static str>) -> Result<i64, &'static str> {
    result.map(|value| if let Value::Int(int) = value { int } else { panic!("{value:?}") })
}

fn bounds((low, high): (i64, i64)) -> Bounds {
    [Value::Int(low), Value::Int(high)]
}

#[test]
fn bounds_that_overflow_are_unknown() {
    let (max, min) = (i64::MAX, i64::MIN);
    for (op, left, right) in
        [(Add, (1, max), (1, 1)), (Subtract, (min, 3), (1, 1)), (Multiply, (1, max), (1, 2))]
    {
        assert_eq!(bounds_of(op, Some(&bounds(left)), Some(&bounds(right))), None);
    }
    assert_eq!(bounds_of(Add, None, Some(&bounds((2, 2)))), None);
    assert_eq!(negated_bounds(&bounds((1, 3))), Some(bounds((-3, -1))));
    assert_eq!(negated_bounds(&bounds((min, 3))), None);
}
