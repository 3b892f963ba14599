//! Writes a test from a decision. The test fails when the decision changes later.

use super::expect::{self, Names};
use super::notation::written_message;
use crate::base::escape::quoted;
use crate::base::source::FileId;
use crate::base::time::{Instant, Moment};
use crate::decision::Decision;
use crate::face::ruleset::RuleSet;
use crate::record::{Record, merge_patched};
use crate::syntax;
use crate::world::place::Place;
use crate::world::standard::{StandardField, message};
use serde_json::{Map, Value};

/// The fields that `given` computes from the text of a message if they are missing.
const COMPUTED_FROM_TEXT: [StandardField; 3] = [message::LINKS, message::WALLETS, message::TAGS];
/// The fields of an earlier message that it does not have from the message of its test.
const ITS_OWN: [StandardField; 3] = [message::ID, message::SENT_AT, message::EDITED_AT];
/// The column of the record in a recorded test, to which its other lines are indented.
const RECORD_COLUMN: usize = "  given  ".len();

/// Everything that a recorded test needs: a record, an instant and the decisions.
#[derive(Clone, Debug)]
pub struct Situation<'a> {
    /// The file that the test is written for, without its ending: `kz`.
    pub file: &'a str,
    /// The title of the test.
    pub title: &'a str,
    /// The text after `given`: a record in its notation, or `from "fixtures/x.json"`.
    pub given: &'a str,
    /// The records that were judged before, as text after `before`: the changes to that of `given`, as [`changes`] writes
    /// them, or `from "fixtures/x.json"`; and when they were judged.
    pub before: &'a [(&'a str, Instant)],
    /// When was decided. A day begins at midnight in each place.
    pub at: Moment,
    /// What was decided: one decision for each place, or group of places.
    pub decisions: &'a [Decision],
}

/// A test that passes as long as the decisions stay the same. For a group of places it asks about the first.
pub fn recorded(set: &RuleSet, situation: &Situation<'_>) -> String {
    let program = set.program();
    let names = Names { program, file: situation.file };
    let own_place = program.blocs.place(&situation.file.to_uppercase());
    let expectations = |decision: &Decision| {
        let all = expect::describe(program, decision);
        all.iter().map(|kind| names.wording(kind)).collect::<Vec<_>>()
    };
    let place = |decision: &Decision| decision.places.first().copied().unwrap_or(Place::WORLD);
    let first = situation.decisions.first().map_or(Place::WORLD, place);
    let first = set.instant_in(first, situation.at);
    // A day in a test begins in the zone of its file.
    let zone = own_place.and_then(|place| program.zones.get(&place));
    let is_midnight = zone.is_some_and(|zone| situation.at.instant(zone) == first);
    let at = if is_midnight { situation.at } else { first.into() };
    let mut out = format!("test {} {{\n  given  {}\n", quoted(situation.title), situation.given);
    for (record, at) in situation.before {
        out += &format!("  before {record} at {at}\n");
    }
    if let [decision] = situation.decisions {
        if Some(place(decision)) != own_place {
            out += &format!("  in     {}\n", place(decision));
        }
        out += &format!("  at     {at}\n");
        out += &format!("  expect {}\n", expectations(decision).join(",\n         "));
    } else {
        out += &format!("  at     {at}\n  cases {{\n");
        for decision in situation.decisions {
            let expectations = expectations(decision).join(", ");
            let own = set.instant_in(place(decision), situation.at);
            let own = Some(own).filter(|own| *own != first);
            let own = own.map(|own| format!(" at {own}")).unwrap_or_default();
            out += &format!("    in {}{own} expect {expectations}\n", place(decision));
        }
        out += "  }\n";
    }
    out += "}\n";
    syntax::format(FileId::default(), &out).unwrap_or(out)
}

/// JSON in the notation of `given`, laid out for a rule file. `None` if `given` would make a different record of it, because
/// it computes fields that the JSON of a host leaves out.
pub fn notation(set: &RuleSet, json: &str, from_host: bool) -> Option<String> {
    let Ok(Value::Object(mut fields)) = serde_json::from_str(json) else { return None };
    if !from_host {
        return Some(written_message(Value::Object(fields), RECORD_COLUMN));
    }
    for field in COMPUTED_FROM_TEXT {
        fields.entry(field.name).or_insert(Value::Null);
    }
    let fields = Value::Object(fields);
    let record = set.read(json.as_bytes()).ok()?;
    let given = Record::given(set.schema(), &fields.to_string()).ok()?;
    (given.root() == record.root()).then(|| written_message(fields, RECORD_COLUMN))
}

/// The record of an earlier message in the notation of `before`: the changes to the record of its test. Both are JSON as `given`
/// reads it. `None` if the notation cannot express them.
pub fn changes(given: &str, earlier: &str) -> Option<String> {
    let (Ok(Value::Object(mut given)), Ok(Value::Object(earlier))) =
        (serde_json::from_str(given), serde_json::from_str(earlier))
    else {
        return None;
    };
    for field in ITS_OWN {
        given.shift_remove(field.name);
    }
    let changes = Value::Object(patch(&given, &earlier));
    let merged = merge_patched(&Value::Object(given).to_string(), &changes.to_string()).ok()?;
    let is_exact = serde_json::from_str(&merged).ok() == Some(Value::Object(earlier));
    is_exact.then(|| written_message(changes, RECORD_COLUMN))
}

/// The fields that differ. `null` removes a field.
fn patch(from: &Map<String, Value>, to: &Map<String, Value>) -> Map<String, Value> {
    let removed = from.keys().filter(|name| !to.contains_key(*name));
    let mut changes: Map<_, _> = removed.map(|name| (name.clone(), Value::Null)).collect();
    for (name, value) in to {
        let change = match (from.get(name), value) {
            (Some(same), value) if same == value => continue,
            (Some(Value::Object(from)), Value::Object(to)) => Value::Object(patch(from, to)),
            (_, value) => value.clone(),
        };
        changes.insert(name.clone(), change);
    }
    changes
}
