//! ActivityPub: converts a post, or the activity that contains one, to a record. It reads the form that Mastodon
//! writes, and known keys of other servers. Unknown keys are listed in `source.unmapped`.

mod html;
mod post;

use super::foreign::{Foreign, Notes, path};
use super::importer::{Conversion, ConvertedValue, Importer};
use crate::diagnostic::Code;
use crate::record::RecordError;
use serde_json::Value;

/// Reads posts of the fediverse.
pub(super) struct ActivityPub;

impl Importer for ActivityPub {
    fn name(&self) -> &'static str {
        "activitypub"
    }

    fn reads(&self) -> &'static str {
        "ActivityPub, as Mastodon sends it: `Create` and `Update` of a post, a bare post, or a collection of them"
    }

    fn conversion(&self) -> Conversion {
        let keys = &["@context", "actor", "object", "attributedTo", "published", "inReplyTo"];
        Conversion::Values { keys, convert }
    }
}

/// Types of object that Mastodon treats as posts.
const POST_TYPES: &[&str] =
    &["Note", "Question", "Article", "Page", "Image", "Audio", "Video", "Event"];

/// Types of collection, and the keys under which their members are.
const COLLECTION_TYPES: &[&str] =
    &["Collection", "CollectionPage", "OrderedCollection", "OrderedCollectionPage"];
const KEYS_OF_MEMBERS: &[&str] = &["items", "orderedItems"];

/// An activity around a post.
struct Envelope<'f, 'v> {
    activity: &'f Foreign<'v>,
    /// `Create`, `Update`.
    kind: &'v str,
}

fn convert(payload: &Value, repairs: &[&'static str]) -> ConvertedValue {
    let (mut converted, notes) = (ConvertedValue::default(), Notes::default());
    match Foreign::of(payload, "", &notes) {
        Some(payload) => convert_payload(&payload, repairs, &mut converted),
        None => converted.records.push(Err(not_a_post(""))),
    }
    converted
}

/// Converts a post, an activity, or a collection of them.
fn convert_payload(
    payload: &Foreign<'_>,
    repairs: &[&'static str],
    converted: &mut ConvertedValue,
) {
    match type_of(payload) {
        Some(kind) if COLLECTION_TYPES.contains(&kind) => {
            for key in KEYS_OF_MEMBERS {
                for (member, at) in values(payload, key) {
                    match payload.object_at(member, &at) {
                        // A collection inside a collection is not read.
                        Some(member) => convert_activity_or_post(&member, repairs, converted),
                        None => converted.records.push(Err(not_a_post(&at))),
                    }
                }
            }
        }
        Some(_) | None => convert_activity_or_post(payload, repairs, converted),
    }
}

fn convert_activity_or_post(
    payload: &Foreign<'_>,
    repairs: &[&'static str],
    converted: &mut ConvertedValue,
) {
    match type_of(payload) {
        Some(kind) if POST_TYPES.contains(&kind) => {
            converted.records.push(post::record_of_post(payload, None, repairs));
        }
        Some(kind @ ("Create" | "Update")) => match payload.object("object") {
            Some(object) if type_of(&object).is_some_and(|kind| POST_TYPES.contains(&kind)) => {
                let envelope = Envelope { activity: payload, kind };
                converted.records.push(post::record_of_post(&object, Some(&envelope), repairs));
            }
            // For example, an `Update` of an account.
            Some(object) => {
                let object_type = type_of(&object).unwrap_or("?");
                converted.skipped.push(format!("{kind} of {object_type}"));
            }
            None => {
                let message = format!("expected the post of the `{kind}` (an object)");
                let path = path(&payload.pointer("object"));
                converted.records.push(Err(RecordError::new(Code::WrongType, path, message)));
            }
        },
        Some(kind) => converted.skipped.push(kind.to_owned()),
        None => converted.records.push(Err(not_a_post(&payload.at))),
    }
}

/// The type of an object. If it has several types, the first known type counts, or the first of all if none is known.
fn type_of<'v>(object: &Foreign<'v>) -> Option<&'v str> {
    let words = || values(object, "type").into_iter().filter_map(|(word, _)| word.as_str());
    let known = |word: &&str| POST_TYPES.contains(word) || COLLECTION_TYPES.contains(word);
    words().find(known).or_else(|| words().next())
}

/// The values of a key, each with its pointer. In JSON-LD, a single value need not be in a list.
fn values<'v>(object: &Foreign<'v>, key: &str) -> Vec<(&'v Value, String)> {
    let at = object.pointer(key);
    match object.get(key) {
        None => vec![],
        Some(Value::Array(list)) => {
            let numbered = list.iter().enumerate().filter(|(_, value)| !value.is_null());
            numbered.map(|(number, value)| (value, format!("{at}/{number}"))).collect()
        }
        Some(value) => vec![(value, at)],
    }
}

/// The address that a value refers to: the value itself, or the `id` of an object. `at` is the pointer of the value.
fn address<'v>(parent: &Foreign<'v>, value: &'v Value, at: &str) -> Option<&'v str> {
    match value {
        Value::String(address) => Some(address.as_str()).filter(|address| !address.is_empty()),
        Value::Object(_) => parent.object_at(value, at)?.text("id"),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => None,
    }
}

fn not_a_post(at: &str) -> RecordError {
    let message = "expected a post or an activity of ActivityPub (an object with a `type`)";
    RecordError::new(Code::WrongType, path(at), message)
}
