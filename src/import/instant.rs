//! Converts the dates of other formats, which are seconds since 1970 as numbers or texts.

use super::foreign::Foreign;
use crate::base::time::Instant;
use serde_json::Value;

/// The instant of a field that holds seconds since 1970. 0 counts as absent.
pub(super) fn of_field(object: &Foreign<'_>, key: &str) -> Option<String> {
    let value = object.get(key)?;
    let seconds = match value {
        Value::String(text) if text.is_empty() => return None,
        Value::String(text) => text.parse().ok(),
        Value::Number(number) => number.as_i64(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    let instant = seconds.and_then(of_seconds);
    if instant.is_none() {
        object.warn("W-WRONG-TYPE", key);
    }
    instant.filter(|_| seconds != Some(0))
}

fn of_seconds(seconds: i64) -> Option<String> {
    let nanos = i128::from(seconds).checked_mul(1_000_000_000)?;
    Instant::EPOCH.plus_nanos(nanos).map(|instant| instant.to_string())
}
