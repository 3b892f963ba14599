//! Comparison of values: their order, membership in a list or in places, and tests on texts. The checker, the
//! interpreter and the engine share this code.

#[cfg(test)]
pub(super) mod tests;

use crate::program::outcome::Truth;
use crate::syntax::tree::BinaryOp;
use crate::world::place::Place;
use crate::world::value::{Decimal, Places, Value};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::mem::discriminant;

/// The reason why a comparison has no answer, as it appears in `missing`.
pub(crate) const INCOMPARABLE: &str = "values that cannot be compared";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextTest {
    Contains,
    StartsWith,
    EndsWith,
}

/// The least and the greatest value that an operand can have. They are equal if the value is known.
pub(crate) type Bounds = [Value; 2];

/// The bounds of a known value: both are the value.
pub(crate) fn equal_bounds(value: &Value) -> Bounds {
    [value.clone(), value.clone()]
}

/// Whether the value is none.
fn is_none(bounds: &Bounds) -> bool {
    bounds.contains(&Value::Absent)
}

impl CompareOp {
    /// Whether the comparison is true for operands in this order.
    pub(crate) fn accepts(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }

    /// What a comparison says about the left operand: that it is great, small or equal. A true `n >= 3` says that `n` is
    /// great, a false one that it is small. A true `n != 3` says on which side of 3 it is. `None` if the truth is unknown.
    pub(crate) fn asserted_order(
        self,
        truth: Truth,
        left: Option<&Bounds>,
        right: Option<&Bounds>,
    ) -> Option<Ordering> {
        let holds = match truth {
            Truth::True => true,
            Truth::False => false,
            Truth::Unknown => return None,
        };
        match (self, holds) {
            (Self::Equal, true) | (Self::NotEqual, false) => Some(Ordering::Equal),
            (Self::Greater | Self::GreaterOrEqual, true)
            | (Self::Less | Self::LessOrEqual, false) => Some(Ordering::Greater),
            (Self::Less | Self::LessOrEqual, true)
            | (Self::Greater | Self::GreaterOrEqual, false) => Some(Ordering::Less),
            (Self::Equal, false) | (Self::NotEqual, true) => {
                let ([left, _], [right, _]) = left.zip(right)?;
                order(left, right)
            }
        }
    }

    /// The operator as it is written.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Equal => BinaryOp::Equal,
            Self::NotEqual => BinaryOp::NotEqual,
            Self::Less => BinaryOp::Less,
            Self::LessOrEqual => BinaryOp::LessOrEqual,
            Self::Greater => BinaryOp::Greater,
            Self::GreaterOrEqual => BinaryOp::GreaterOrEqual,
        }
        .word()
    }

    /// The operator that gives the same answer when the operands are exchanged: `a < b` is `b > a`.
    pub(crate) fn mirrored(self) -> Self {
        match self {
            Self::Equal | Self::NotEqual => self,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }
}

/// The bounds of a value that is within either bounds. None unless the values are numbers, instants or durations, because
/// other values have no least and greatest.
pub(crate) fn hull([a_low, a_high]: &Bounds, [b_low, b_high]: &Bounds) -> Option<Bounds> {
    let of_numbers = as_decimal(a_low).zip(as_decimal(b_low)).is_some();
    let of_times = matches!(
        (a_low, b_low),
        (Value::Instant(_), Value::Instant(_)) | (Value::Duration(_), Value::Duration(_))
    );
    if !of_numbers && !of_times {
        return None;
    }
    let low = if order(a_low, b_low)?.is_le() { a_low } else { b_low };
    let high = if order(a_high, b_high)?.is_ge() { a_high } else { b_high };
    Some([low.clone(), high.clone()])
}

/// The truth of `left op right`. Where an operand is none, only `!=` is true. Unknown if an operand is missing, if the
/// answer is not the same for all values within the bounds, or if values of these two types have no order.
pub(crate) fn compare(op: CompareOp, left: Option<&Bounds>, right: Option<&Bounds>) -> Truth {
    if [left, right].into_iter().flatten().any(is_none) {
        return (op == CompareOp::NotEqual).into();
    }
    let Some(([left_low, left_high], [right_low, right_high])) = left.zip(right) else {
        return Truth::Unknown;
    };
    let ends = order(left_low, right_high).zip(order(left_high, right_low));
    let Some((lowest, highest)) = ends else { return Truth::Unknown };
    let is_possible = |order: &Ordering| match order {
        Ordering::Less => lowest.is_lt(),
        Ordering::Equal => lowest.is_le() && highest.is_ge(),
        Ordering::Greater => highest.is_gt(),
    };
    let orders = [Ordering::Less, Ordering::Equal, Ordering::Greater];
    let mut answers = orders.into_iter().filter(is_possible).map(|order| op.accepts(order));
    match answers.next() {
        Some(first) if answers.all(|answer| answer == first) => first.into(),
        Some(_) | None => Truth::Unknown,
    }
}

/// The order of two values of the same type; integers and decimals count as the same. `None` if the types differ. Texts
/// are ordered by code points. Truths, places, lists, maps and records can only be equal or unequal: `Less` means
/// unequal, and the checker refuses `<` and `>` for them.
pub(crate) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    Some(match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Int(_) | Value::Number(_), Value::Int(_) | Value::Number(_)) => {
            as_decimal(a).cmp(&as_decimal(b))
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

/// The truth of `item in list`: whether an element equals the item, or whether places contain it. False where the item or
/// the list is none.
pub(crate) fn is_in(item: Option<&Bounds>, list: Option<&Value>) -> Truth {
    if item.is_some_and(is_none) || list == Some(&Value::Absent) {
        return Truth::False;
    }
    let Some((item, list)) = item.zip(list) else { return Truth::Unknown };
    match list {
        Value::List(elements) => elements
            .iter()
            .map(|element| compare(CompareOp::Equal, Some(item), Some(&equal_bounds(element))))
            .fold(Truth::False, Truth::or),
        Value::Places(Places::Everywhere) => Truth::True,
        Value::Places(Places::Only(places)) => {
            let [item, _] = item;
            as_text(item).is_some_and(|code| covers(places, &code)).into()
        }
        Value::Bool(_)
        | Value::Int(_)
        | Value::Number(_)
        | Value::Text(_)
        | Value::Surface(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Record(_)
        | Value::Map(_)
        | Value::Absent => Truth::False,
    }
}

/// Whether the places contain the place with this code, or the country that it lies in.
pub(crate) fn covers(places: &[Place], code: &str) -> bool {
    let is_covered =
        |place: Place| places.iter().any(|one| *one == place || place.country() == Some(*one));
    Place::parse(code).is_some_and(is_covered)
}

impl TextTest {
    /// The operator as it is written.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Contains => BinaryOp::Contains,
            Self::StartsWith => BinaryOp::StartsWith,
            Self::EndsWith => BinaryOp::EndsWith,
        }
        .word()
    }

    /// The parts of a surface that the test examines: `contains` examines all parts, `starts with` the first, `ends
    /// with` the last. A plain text has one part.
    pub(crate) fn parts<P>(self, mut parts: impl Iterator<Item = P>) -> impl Iterator<Item = P> {
        let (one, all) = match self {
            Self::Contains => (None, Some(parts)),
            Self::StartsWith => (parts.next(), None),
            Self::EndsWith => (parts.last(), None),
        };
        one.into_iter().chain(all.into_iter().flatten())
    }

    /// Whether the test is true for one part. Texts are compared exactly: case and disguised letters matter.
    pub(crate) fn is_true_of(self, text: &str, wanted: &str) -> bool {
        match self {
            Self::Contains => text.contains(wanted),
            Self::StartsWith => text.starts_with(wanted),
            Self::EndsWith => text.ends_with(wanted),
        }
    }
}

/// A text that is the same for values that `==` finds equal, and only for them. Texts and other values are not told apart,
/// because no expression can be either.
pub(crate) fn identity(value: &Value) -> String {
    let number = || Some(as_decimal(value)?.to_string());
    as_text(value).map(Cow::into_owned).or_else(number).unwrap_or_else(|| format!("{value:?}"))
}

/// The text of a text or surface. The parts of a surface are joined by line ends.
pub(crate) fn as_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Text(text) => Some(Cow::Borrowed(text)),
        Value::Surface(parts) => match &**parts {
            [only] => Some(Cow::Borrowed(&only.text)),
            parts => Some(Cow::Owned(
                parts.iter().map(|part| &*part.text).collect::<Vec<_>>().join("\n"),
            )),
        },
        Value::Bool(_)
        | Value::Int(_)
        | Value::Number(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Places(_)
        | Value::Record(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Absent => None,
    }
}

/// The text under which a value is looked up in a set.
pub(crate) fn as_set_entry(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::Int(int) => Some(Cow::Owned(int.to_string())),
        Value::Number(number) => Some(Cow::Owned(number.to_string())),
        Value::Bool(_)
        | Value::Text(_)
        | Value::Surface(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Places(_)
        | Value::Record(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Absent => as_text(value),
    }
}

/// A number as a decimal.
pub(in crate::program) fn as_decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(int) => Some(Decimal::from_int(*int)),
        Value::Number(number) => Some(*number),
        Value::Bool(_)
        | Value::Text(_)
        | Value::Surface(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Places(_)
        | Value::Record(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Absent => None,
    }
}
