//! Adds and counts values that may be unknown. Interpreter and engine use the same calculation.

use super::arithmetic::{OVERFLOW, bounds_of, calculate};
use super::compare::{Bounds, equal_bounds, hull};
use super::outcome::Truth;
use crate::syntax::tree::ArithmeticOp;
use crate::world::value::Value;
use std::collections::BTreeSet;

/// A sum so far.
#[derive(Clone, Debug)]
pub(crate) struct Sum {
    /// The sum of the known parts, or the reason why there is none.
    known: Result<Value, &'static str>,
    /// The bounds of the whole sum. `None` if a part has none, or if a bound overflows.
    bounds: Option<Bounds>,
    has_unknown: bool,
}

/// The different values so far.
#[derive(Clone, Debug, Default)]
pub(crate) struct Distinct {
    certain: BTreeSet<String>,
    possible: BTreeSet<String>,
    /// The number of elements that may have any value.
    unknown: usize,
}

/// The result of a sum or count.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Tally {
    Known(Value),
    /// It cannot be calculated, for this reason.
    None(&'static str),
    /// It is unknown, but may have bounds.
    Unknown(Option<Bounds>),
}

impl Default for Sum {
    fn default() -> Self {
        let zero = Value::Int(0);
        Self { bounds: Some(equal_bounds(&zero)), known: Ok(zero), has_unknown: false }
    }
}

impl Sum {
    /// Adds a value that counts only if a condition is true.
    pub(crate) fn add(&mut self, counts: Truth, value: Option<&Value>, bounds: Option<&Bounds>) {
        let zero = equal_bounds(&Value::Int(0));
        let part = match counts {
            Truth::False => return,
            Truth::True => bounds.cloned(),
            Truth::Unknown => bounds.and_then(|bounds| hull(bounds, &zero)),
        };
        match value.filter(|_| counts == Truth::True) {
            Some(value) => {
                let known = self.known.clone();
                self.known = known.and_then(|known| calculate(ArithmeticOp::Add, &known, value));
            }
            None => self.has_unknown = true,
        }
        self.bounds = bounds_of(ArithmeticOp::Add, self.bounds.as_ref(), part.as_ref());
    }

    pub(crate) fn result(self) -> Tally {
        match self.known {
            _ if self.has_unknown => Tally::Unknown(self.bounds),
            Ok(known) => Tally::Known(known),
            Err(why) => Tally::None(why),
        }
    }
}

impl Distinct {
    /// Adds the identity of an element's value, which counts only if a condition is true.
    pub(crate) fn add(&mut self, counts: Truth, identity: Option<String>) {
        match (counts, identity) {
            (Truth::False, _) => {}
            (Truth::True, Some(identity)) => {
                self.certain.insert(identity);
            }
            (Truth::Unknown, Some(identity)) => {
                self.possible.insert(identity);
            }
            (Truth::True | Truth::Unknown, None) => self.unknown += 1,
        }
    }

    /// The least is the number of values that are certain. Each other element adds at most one.
    pub(crate) fn result(self) -> Tally {
        let least = self.certain.len();
        let most = least + self.possible.difference(&self.certain).count() + self.unknown;
        let [least, most] = [least, most].map(|count| i64::try_from(count).map(Value::Int));
        match (least, most) {
            (Ok(least), Ok(most)) if least == most => Tally::Known(least),
            (Ok(least), Ok(most)) => Tally::Unknown(Some([least, most])),
            _ => Tally::None(OVERFLOW),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Distinct, Sum, Tally};
    use crate::program::arithmetic::OVERFLOW;
    use crate::program::compare::equal_bounds;
    use crate::program::outcome::Truth::{self, False, True, Unknown};
    use crate::world::value::Value;

    fn sum(parts: &[(Truth, Option<i64>)]) -> Tally {
        let mut sum = Sum::default();
        for (counts, value) in parts {
            let value = value.map(Value::Int);
            sum.add(*counts, value.as_ref(), value.as_ref().map(equal_bounds).as_ref());
        }
        sum.result()
    }

    fn between(least: i64, most: i64) -> Tally {
        Tally::Unknown(Some([Value::Int(least), Value::Int(most)]))
    }

    #[test]
    fn what_is_unknown_widens_the_bounds_of_a_sum() {
        for (parts, result) in [
            (&[][..], Tally::Known(Value::Int(0))),
            (&[(True, Some(3)), (False, None), (True, Some(-1))], Tally::Known(Value::Int(2))),
            (&[(True, Some(3)), (Unknown, Some(2)), (Unknown, Some(-5))], between(-2, 5)),
            (&[(True, Some(3)), (True, None)], Tally::Unknown(None)),
            (&[(Unknown, None)], Tally::Unknown(None)),
            (&[(Unknown, Some(0))], between(0, 0)),
            (&[(True, Some(i64::MAX)), (True, Some(1))], Tally::None(OVERFLOW)),
            (&[(True, Some(i64::MAX)), (Unknown, Some(1))], Tally::Unknown(None)),
        ] {
            assert_eq!(sum(parts), result, "{parts:?}");
        }
    }

    #[test]
    fn an_unknown_element_adds_at_most_one_value() {
        for (parts, result) in [
            (&[][..], Tally::Known(Value::Int(0))),
            (
                &[(True, Some("a")), (True, Some("a")), (False, Some("b"))],
                Tally::Known(Value::Int(1)),
            ),
            (&[(True, Some("a")), (Unknown, Some("a"))], Tally::Known(Value::Int(1))),
            (&[(Unknown, Some("b")), (Unknown, Some("b")), (True, None)], between(0, 2)),
            (&[(True, Some("a")), (Unknown, None)], between(1, 2)),
        ] {
            let mut distinct = Distinct::default();
            for (counts, identity) in parts {
                distinct.add(*counts, identity.map(str::to_owned));
            }
            assert_eq!(distinct.result(), result, "{parts:?}");
        }
    }
}
