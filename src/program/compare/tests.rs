//! Tests comparisons with a table of operands and the answers of each operator.

use super::CompareOp::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
use super::{Bounds, TextTest, compare, covers, equal_bounds, is_in};
use crate::base::time::Instant;
use crate::program::outcome::Truth;
use crate::world::place::Place;
use crate::world::value::{Decimal, Places, SurfacePart, Value};
use std::sync::Arc;

/// Each row has two operands, then the answers of `==  !=  <  <=  >  >=`: true, false, or unknown (`?`). The checker
/// refuses an operator marked `.` for operands of this type.
const COMPARISONS: &str = "
    1                       2                       F T T T F F
    2                       2                       T F F T F T
    -1                      1                       F T T T F F
    9223372036854775807     9223372036854775807     T F F T F T
    -9223372036854775808    9223372036854775807     F T T T F F
    1                       1.0                     T F F T F T
    1.000000001             1                       F T F F T T
    0.1                     0.2                     F T T T F F
    -0.5                    -0.25                   F T T T F F
    9223372036854775807     999999999999999999.9    F T F F T T
    'a'                     'a'                     T F F T F T
    'a'                     'b'                     F T T T F F
    'a'                     'A'                     F T F F T T
    'a'                     'ab'                    F T T T F F
    ''                      'a'                     F T T T F F
    '\u{ffff}'              '\u{10000}'             F T T T F F
    'a|b'                   'a|b'                   T F F T F T
    surface:a|b             surface:a|b             T F F T F T
    surface:a               'a'                     T F F T F T
    surface:a|b             'a'                     F T F F T T
    2026-03-01T00:00:00Z    2026-03-01T00:00:00Z    T F F T F T
    2026-03-01T00:00:00Z    2026-03-01T00:00:01Z    F T T T F F
    2026-03-01T01:00:00Z    2026-03-01T06:00:00+05:00    T F F T F T
    60s                     60s                     T F F T F T
    60s                     3600s                   F T T T F F
    -60s                    60s                     F T T T F F
    true                    true                    T F . . . .
    true                    false                   F T . . . .
    false                   true                    F T . . . .
    everywhere              everywhere              T F . . . .
    places:KZ               everywhere              F T . . . .
    1                       'a'                     ? ? ? ? ? ?
    true                    1                       ? ? ? ? ? ?
    60s                     60                      ? ? ? ? ? ?
    2026-03-01T00:00:00Z    '2026-03-01T00:00:00Z'  ? ? ? ? ? ?
    missing                 1                       ? ? ? ? ? ?
    1                       missing                 ? ? ? ? ? ?
    missing                 missing                 ? ? ? ? ? ?
    missing                 true                    ? ? . . . .
    3..5                    2                       F T F F T T
    2..5                    2                       ? ? F ? ? T
    1..2                    2                       ? ? ? T F ?
    1..3                    2                       ? ? ? ? ? ?
    1..3                    4                       F T T T F F
    1..3                    3..4                    ? ? ? T F ?
    1..3                    4..6                    F T T T F F
    1..3                    2..2                    ? ? ? ? ? ?
    1..3                    missing                 ? ? ? ? ? ?
";

/// An operand in the notation of the tables: `1..3` is an unknown value between 1 and 3. `None` if it is `missing`.
pub(in crate::program) fn operand(written: &str) -> Option<Bounds> {
    match written.split_once("..") {
        _ if written == "missing" => None,
        Some((low, high)) => Some([value(low), value(high)]),
        None => Some(equal_bounds(&value(written))),
    }
}

pub(in crate::program) fn value(written: &str) -> Value {
    let unescaped =
        |text: &str| text.replace("\\u{ffff}", "\u{ffff}").replace("\\u{10000}", "\u{10000}");
    match written {
        "true" | "false" => return Value::Bool(written == "true"),
        "everywhere" => return Value::Places(Places::Everywhere),
        _ => {}
    }
    if let Some(text) = written.strip_prefix('\'') {
        return Value::text(unescaped(text.strip_suffix('\'').unwrap()).replace('|', "\n"));
    }
    if let Some(parts) = written.strip_prefix("surface:") {
        let part = |text: &str| SurfacePart {
            name: "text".into(),
            text: text.into(),
            part: None,
            start: 0,
        };
        return Value::Surface(parts.split('|').map(part).collect());
    }
    if let Some(codes) = written.strip_prefix("places:") {
        return Value::Places(Places::Only(codes.split(',').map(place).collect()));
    }
    if let Some(elements) = written.strip_prefix('[') {
        let elements = elements.strip_suffix(']').unwrap().split(';');
        return Value::List(elements.filter(|one| !one.is_empty()).map(value).collect());
    }
    if let Some(seconds) = written.strip_suffix('s') {
        return Value::Duration(seconds.parse::<i128>().unwrap() * 1_000_000_000);
    }
    if written.contains('T') {
        return Value::Instant(Instant::parse(written).unwrap());
    }
    match written.parse() {
        Ok(int) => Value::Int(int),
        Err(_) => Value::Number(Decimal::parse(written).unwrap()),
    }
}

fn place(code: &str) -> Place {
    Place::parse(code).unwrap()
}

#[test]
fn each_comparison_gives_its_answers() {
    for row in COMPARISONS.lines().filter(|row| !row.trim().is_empty()) {
        let mut columns = row.split_whitespace();
        let (left, right) = (columns.next().unwrap(), columns.next().unwrap());
        let operators = [Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual];
        let answers: Vec<_> = columns.collect();
        assert_eq!(answers.len(), operators.len(), "{row}");
        for (op, answer) in operators.into_iter().zip(answers) {
            let expected = match answer {
                "T" => Truth::True,
                "F" => Truth::False,
                "?" => Truth::Unknown,
                _ => continue,
            };
            let (a, b) = (operand(left), operand(right));
            assert_eq!(compare(op, a.as_ref(), b.as_ref()), expected, "{left} {op:?} {right}");
            let mirrored = compare(op.mirrored(), b.as_ref(), a.as_ref());
            assert_eq!(mirrored, expected, "{right} {:?} {left}", op.mirrored());
        }
    }
}

#[test]
fn in_gives_these_answers() {
    for (item, list, expected) in [
        ("1", "[1;2]", Truth::True),
        ("3", "[1;2]", Truth::False),
        ("1", "[1.0]", Truth::True),
        ("'a'", "['a';'b']", Truth::True),
        ("'A'", "['a']", Truth::False),
        ("surface:a", "['a']", Truth::True),
        ("60s", "[60s]", Truth::True),
        ("1", "[]", Truth::False),
        ("1..2", "[1]", Truth::Unknown),
        ("1..2", "[5]", Truth::False),
        ("missing", "[1]", Truth::Unknown),
        ("missing", "[]", Truth::Unknown),
        ("1", "missing", Truth::Unknown),
        ("1", "['a']", Truth::Unknown),
        ("'KZ'", "everywhere", Truth::True),
        ("'KZ'", "places:KZ,DE", Truth::True),
        ("'FR'", "places:KZ,DE", Truth::False),
        ("'FR-IDF'", "places:FR", Truth::True),
        ("'FR'", "places:FR-IDF", Truth::False),
        ("missing", "places:KZ", Truth::Unknown),
    ] {
        let list_value = (list != "missing").then(|| value(list));
        let truth = is_in(operand(item).as_ref(), list_value.as_ref());
        assert_eq!(truth, expected, "{item} in {list}");
    }
}

#[test]
fn a_country_covers_its_subdivisions_only() {
    let france = [place("FR")];
    for (code, expected) in [("FR", true), ("FR-IDF", true), ("DE", false), ("nowhere", false)] {
        assert_eq!(covers(&france, code), expected, "{code}");
    }
    assert!(!covers(&[place("FR-IDF")], "FR"));
}

#[test]
fn text_tests_examine_the_right_parts() {
    use TextTest::{Contains, EndsWith, StartsWith};
    for (op, parts, wanted, expected) in [
        (Contains, vec!["one two", "three"], "three", true),
        (Contains, vec!["one two", "three"], "two\nthree", false),
        (Contains, vec!["one"], "One", false),
        (Contains, vec![], "", false),
        (StartsWith, vec!["one", "two"], "one", true),
        (StartsWith, vec!["one", "two"], "two", false),
        (EndsWith, vec!["one", "two"], "two", true),
        (EndsWith, vec!["one", "two"], "one", false),
    ] {
        let found = op.parts(parts.iter()).any(|part| op.is_true_of(part, wanted));
        assert_eq!(found, expected, "{parts:?} {op:?} {wanted}");
    }
}

#[test]
fn a_surface_is_the_text_of_its_parts() {
    let text = super::as_text(&value("surface:a|b")).map(|text| text.into_owned());
    assert_eq!(text.as_deref(), Some("a\nb"));
    let parts: Arc<[SurfacePart]> = [].into();
    assert_eq!(super::as_text(&Value::Surface(parts)).as_deref(), Some(""));
}
