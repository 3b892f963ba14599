//! Types and values of the language. Cloning is cheap, and no value is a float.

use crate::base::time::Instant;
use crate::world::by_name::ByName;
use crate::world::place::Place;
use std::fmt;
use std::sync::Arc;

/// The type of an expression or record field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// `true`, `false`
    Bool,
    /// A signed integer of 64 bits.
    Int,
    /// A decimal with nine places: scores, seconds.
    Number,
    /// A string.
    Text,
    /// The texts that a reader of the message sees, part by part (`text`, `any_text`), or passages of them (`own_text`).
    /// Where a [`Type::Text`] is needed, the parts are joined by line ends.
    Surface,
    /// A point in time.
    Instant,
    /// A span of elapsed time.
    Duration,
    /// One of these words; its values are texts.
    Enum(Arc<[String]>),
    /// A country or subdivision of ISO 3166, `KZ`, `FR-IDF`; its values are texts.
    Place,
    /// Some places, or everywhere.
    Places,
    /// A record type of the schema.
    Record(RecordId),
    /// Elements of one type.
    List(Box<Type>),
    /// Values of one type by name.
    Map(Box<Type>),
    /// Whatever the host put there; rules cannot read it.
    Opaque,
}

/// The values inside a value, by type.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Inside<'t> {
    /// A value of the type contains no other values.
    Nothing,
    Record(RecordId),
    List(&'t Type),
    Map(&'t Type),
    Unknown,
}

impl Type {
    /// The record type that this type is, or that a list or map of this type has inside.
    pub(crate) fn record(&self) -> Option<RecordId> {
        match self.inside() {
            Inside::Record(id) => Some(id),
            Inside::List(of) | Inside::Map(of) => of.record(),
            Inside::Nothing | Inside::Unknown => None,
        }
    }

    /// The values inside a value of this type.
    pub(crate) fn inside(&self) -> Inside<'_> {
        match self {
            Self::Record(id) => Inside::Record(*id),
            Self::List(of) => Inside::List(of),
            Self::Map(of) => Inside::Map(of),
            Self::Opaque => Inside::Unknown,
            Self::Bool
            | Self::Int
            | Self::Number
            | Self::Text
            | Self::Surface
            | Self::Instant
            | Self::Duration
            | Self::Enum(_)
            | Self::Place
            | Self::Places => Inside::Nothing,
        }
    }
}

/// A record type by its number in the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RecordId(pub(crate) usize);

/// A value. Strings, enums and places are all [`Value::Text`].
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value {
    /// A truth value.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A decimal.
    Number(Decimal),
    /// A string, a word of an enum, or a place.
    Text(Arc<str>),
    /// The parts of a surface.
    Surface(Arc<[SurfacePart]>),
    /// A point in time.
    Instant(Instant),
    /// Nanoseconds.
    Duration(i128),
    /// Some places, or everywhere.
    Places(Places),
    /// The fields in the order of the schema. `None` is a missing field.
    Record(Arc<[Option<Value>]>),
    /// The elements.
    List(Arc<[Value]>),
    /// The values by name, in the order of the record.
    Map(Arc<ByName<Value>>),
    /// There is no such thing, as the source of the record says: the message answers nothing. What is missing is unknown
    /// instead, and has no value.
    Absent,
}

impl Value {
    /// A string value.
    pub fn text(text: impl AsRef<str>) -> Self {
        Self::Text(Arc::from(text.as_ref()))
    }
}

/// One text that a reader sees, or a passage of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfacePart {
    /// Its name in evidence: the kind of the part (`text`, `caption`, `button[1]` for the second button) or the path
    /// of the field (`links[0].display`).
    pub name: Arc<str>,
    /// What it says.
    pub text: Arc<str>,
    /// Its number in `parts`, from 0; `None` if it is not one of the parts.
    pub part: Option<usize>,
    /// The position of its first byte in the part or field: a surface such as `own_text` has only passages of it.
    pub start: usize,
}

/// Where a record is visible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Places {
    /// In every country.
    Everywhere,
    /// In these places.
    Only(Arc<[Place]>),
}

/// A decimal number with nine places, in billionths. Decimals of records are rounded to nine places, half away from
/// zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Decimal(i128);

impl Decimal {
    const ONE: i128 = 1_000_000_000;

    /// Converts an integer.
    pub fn from_int(int: i64) -> Self {
        Self(i128::from(int) * Self::ONE)
    }

    /// Converts a float of a record. `None` when it is not finite or beyond 10^18.
    pub fn from_f64(float: f64) -> Option<Self> {
        let billionths = (float * 1e9).round();
        #[expect(clippy::cast_possible_truncation, reason = "bounded above")]
        (billionths.abs() < 1e27).then_some(Self(billionths as i128))
    }

    /// Reads a number such as `12` or `-0.75`. `None` when the text is no number, has more than nine places, or is
    /// beyond 10^18.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) || fraction.len() > 9 || whole.len() > 18 {
            return None;
        }
        let billionths = format!("{whole}{fraction:0<9}").parse::<i128>().ok()?;
        Some(Self(if negative { -billionths } else { billionths }))
    }

    pub(crate) fn from_billionths(billionths: i128) -> Self {
        Self(billionths)
    }

    pub(crate) fn billionths(self) -> i128 {
        self.0
    }

    /// The sum; `None` when it overflows.
    pub fn plus(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).map(Self)
    }

    /// The difference; `None` when it overflows.
    pub fn minus(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }

    /// The product, rounded toward zero; `None` when it overflows.
    pub fn times(self, other: Self) -> Option<Self> {
        self.0.checked_mul(other.0).map(|product| Self(product / Self::ONE))
    }

    /// The quotient, rounded toward zero; `None` when it overflows or `other` is zero.
    pub fn over(self, other: Self) -> Option<Self> {
        self.0.checked_mul(Self::ONE)?.checked_div(other.0).map(Self)
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let one = Self::ONE.unsigned_abs();
        let (whole, rest) = (self.0.unsigned_abs() / one, self.0.unsigned_abs() % one);
        let fraction = format!("{rest:09}");
        let fraction = fraction.trim_end_matches('0');
        write!(f, "{sign}{whole}{}{fraction}", if fraction.is_empty() { "" } else { "." })
    }
}

/// Writes a length of time as a whole number of the largest possible unit.
pub(crate) fn duration(nanos: i128) -> String {
    const SECOND: i128 = 1_000_000_000;
    let units = [
        ("day", 86_400 * SECOND),
        ("hour", 3600 * SECOND),
        ("minute", 60 * SECOND),
        ("second", SECOND),
    ];
    let largest = units.into_iter().find(|(_, length)| nanos % length == 0);
    let (unit, length) = largest.unwrap_or(("nanosecond", 1));
    let amount = nanos / length;
    format!("{amount} {unit}{}", if amount.abs() == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::Decimal;

    #[test]
    fn decimals_are_exact() {
        let decimal = |text| Decimal::parse(text).unwrap();
        assert_eq!(decimal("0.1").plus(decimal("0.2")), Some(decimal("0.3")));
        assert_eq!(decimal("-1.50").to_string(), "-1.5");
        assert_eq!(decimal("7").over(decimal("0")), None);
        assert_eq!(decimal("1").over(decimal("3")).unwrap().to_string(), "0.333333333");
        assert_eq!(Decimal::from_f64(0.87), Decimal::parse("0.87"));
        for wrong in ["", "-", ".5", "1.", "1e3", "1.0000000001", "9999999999999999999"] {
            assert_eq!(Decimal::parse(wrong), None, "{wrong}");
        }
    }
}
