//! Writes values as a person would. Texts come from strangers, so they are quoted, cut and escaped: nothing in them can
//! control a terminal.

use crate::world::value::{Places, Value, duration};

/// The most places that are listed.
const MAX_PLACES: usize = 6;

/// The most characters of a condition that are shown.
const MAX_CONDITION: usize = 300;

/// The most characters of a text that are shown.
pub(super) const MAX_TEXT: usize = 60;

pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Bool(truth) => truth.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => quoted(text),
        Value::Surface(parts) => match &**parts {
            [] => quoted(""),
            parts => parts.iter().map(|part| quoted(&part.text)).collect::<Vec<_>>().join(" and "),
        },
        Value::Instant(instant) => instant.to_string(),
        Value::Duration(nanos) => duration(*nanos),
        Value::Places(Places::Everywhere) => "everywhere".into(),
        Value::Places(Places::Only(places)) => {
            let named: Vec<String> =
                places.iter().take(MAX_PLACES).map(ToString::to_string).collect();
            let more = places.len() - named.len();
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            format!("{}{more}", named.join(", "))
        }
        Value::Record(_) => "known".into(),
        Value::List(elements) => counted(elements.len(), "element"),
        Value::Map(entries) => counted(entries.len(), "entry"),
        Value::Absent => "none".into(),
    }
}

/// A text in quotes, cut, with control and direction characters escaped.
pub(super) fn quoted(text: &str) -> String {
    format!("{:?}", cut(text, MAX_TEXT))
}

/// The first characters of a text, with `…` if anything was cut.
pub(super) fn cut(text: &str, max: usize) -> String {
    let mut cut: String = text.chars().take(max).collect();
    if cut.len() < text.len() {
        cut.push('…');
    }
    cut
}

/// A condition as it is written, but with long regexes cut, because readers learn nothing from them.
pub(super) fn brief(source: &str) -> String {
    let mut rest = source;
    let mut brief = String::new();
    while let Some((before, after)) = rest.split_once("r\"") {
        let Some((regex, after)) = after.split_once('"') else { break };
        brief += &format!("{before}r\"{}\"", cut(regex, MAX_TEXT));
        rest = after;
    }
    cut(&(brief + rest), MAX_CONDITION)
}

fn counted(count: usize, noun: &str) -> String {
    match (count, noun.strip_suffix('y')) {
        (0, _) => "empty".into(),
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{count} {stem}ies"),
        (_, None) => format!("{count} {noun}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{brief, shown};
    use crate::world::place::Place;
    use crate::world::value::{Places, Value};
    use std::sync::Arc;

    #[test]
    fn values_are_shown_as_people_write_them() {
        for (value, text) in [
            (Value::text("a\u{1b}[31m\u{202e}қ"), r#""a\u{1b}[31m\u{202e}қ""#),
            (Value::Duration(90 * 60_000_000_000), "90 minutes"),
            (Value::Duration(86_400_000_000_000), "1 day"),
            (Value::Duration(1), "1 nanosecond"),
            (Value::List(Arc::from([])), "empty"),
            (Value::List(Arc::from([Value::Int(1), Value::Int(2)])), "2 elements"),
        ] {
            assert_eq!(shown(&value), text);
        }
        let regex = |inside: &str| format!("text matches r\"{inside}\" and chat.public");
        assert_eq!(brief(&regex(&"x".repeat(99))), regex(&format!("{}…", "x".repeat(60))));
        assert_eq!(brief(&regex("a|b")), regex("a|b"));
        let places = ["AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE"]
            .map(|code| Place::parse(code).unwrap());
        let places = Value::Places(Places::Only(places.into_iter().collect()));
        assert_eq!(shown(&places), "AT, BE, BG, CY, CZ, DE and 2 more");
        assert_eq!(shown(&Value::text("x".repeat(99))).chars().count(), 63);
    }
}
