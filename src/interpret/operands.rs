//! Compares and calculates with operands that were evaluated.

use super::evaluated::Evaluated;
use crate::program::CompareOp;
use crate::program::arithmetic::{
    Influence, bounds_of, calculate, influences, negate, negated_bounds,
};
use crate::program::compare::compare;
use crate::syntax::tree::ArithmeticOp;
use crate::world::value::Value;
use std::cmp::Ordering;

/// If both sides are conditions, the result rests on both of them. Otherwise it rests on what makes one side so great and
/// the other so small.
#[inline(never)]
pub(super) fn compare_sides(
    op: CompareOp,
    are_conditions: bool,
    sides: [Evaluated; 2],
) -> Evaluated {
    // A condition that is none is false.
    let sides = if are_conditions { sides.map(Evaluated::read_as_condition) } else { sides };
    let [left, right] = sides.each_ref().map(Evaluated::value_bounds);
    let truth = compare(op, left.as_ref(), right.as_ref());
    let result = Evaluated::of_truth(truth, &sides).either_way();
    if sides.iter().any(Evaluated::is_none) {
        return result;
    }
    let [left_side, right_side] = &sides;
    match op.asserted_order(truth, left.as_ref(), right.as_ref()) {
        None => result,
        Some(_) if are_conditions => result.resting_on_all_of(&sides),
        Some(Ordering::Equal) => result.resting_on_all_of(&sides),
        Some(Ordering::Less) => {
            result.resting_on(&left_side.upper_grounds).resting_on(&right_side.grounds)
        }
        Some(Ordering::Greater) => {
            result.resting_on(&left_side.grounds).resting_on(&right_side.upper_grounds)
        }
    }
}

#[inline(never)]
pub(super) fn combine(op: ArithmeticOp, [left, right]: [Evaluated; 2]) -> Evaluated {
    if left.is_none() || right.is_none() {
        return Evaluated::known(Value::Absent);
    }
    let [left_range, right_range] = [left.value_bounds(), right.value_bounds()];
    let result = match (&left.value, &right.value) {
        (Some(left), Some(right)) => from_calculation(calculate(op, left, right)),
        _ => Evaluated {
            bounds: bounds_of(op, left_range.as_ref(), right_range.as_ref()),
            ..Evaluated::unknown([&left, &right])
        },
    };
    let [of_left, of_right] = influences(op, left_range.as_ref(), right_range.as_ref());
    result.influenced_by(&left, of_left).influenced_by(&right, of_right)
}

#[inline(never)]
pub(super) fn negate_operand(operand: Evaluated) -> Evaluated {
    let result = match &operand.value {
        Some(value) => from_calculation(negate(value)),
        None => Evaluated {
            bounds: operand.bounds.as_ref().and_then(negated_bounds),
            ..Evaluated::unknown([&operand])
        },
    };
    result.influenced_by(&operand, Influence::Lowers)
}

fn from_calculation(result: Result<Value, &'static str>) -> Evaluated {
    result.map_or_else(Evaluated::missing, Evaluated::known)
}
