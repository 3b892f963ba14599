//! [`Line`]: one thing that a store keeps. As JSON it is a line of an export.

use super::delta::Judging;
use super::entry::{Entry, Policy};
use super::key::Key;
use super::known::Known;
use super::mark::MarkHistory;
use crate::base::shared::Text;
use crate::base::time::Instant;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

/// One thing that a store keeps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Line {
    /// The first line.
    Store {
        version: u32,
        known: Known,
        latest: Option<Instant>,
        /// The salt of the digests, in hexadecimal digits.
        salt: String,
    },
    /// A counter with one of its meanings.
    Counter {
        item: Text,
        shadow: bool,
        meaning: Text,
        policy: Policy,
        /// In nanoseconds.
        keeps: Option<i64>,
        known: Known,
        in_service: bool,
    },
    Entry {
        key: Key,
        meaning: Text,
        policy: Policy,
        record: Text,
        /// Who wrote it, as far as the judgings know that left this. If several authors used its id, each has a line.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        author: Option<Text>,
        entry: Entry,
    },
    Mark {
        key: Key,
        /// Who wrote the records on which rules did this. `None` if that is not known, and for what persons did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        author: Option<Text>,
        history: MarkHistory,
    },
    First {
        key: Key,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        author: Option<Text>,
        at: Instant,
    },
    /// From when on no entry under a key was dropped.
    Dropped {
        key: Key,
        known: Known,
    },
    Judging {
        judging: Judging,
        /// The decisions in their envelope, with their receipt, as JSON.
        #[serde(with = "Json")]
        decided: Text,
        /// The snapshot that they rest on, as JSON.
        #[serde(with = "Json")]
        state: Text,
    },
    /// A judging that was forgotten. All three are salted digests, in hexadecimal digits.
    Forgotten {
        judging: Text,
        /// The author, the record and its version, which are not counted again.
        version: Text,
        /// What was logged.
        digest: Text,
    },
    Outgoing {
        record: Text,
        kind: Text,
        /// JSON.
        #[serde(with = "Json")]
        payload: Text,
    },
    Position {
        stream: Text,
        at: Text,
    },
    /// The last line of an export.
    End {
        /// How many lines stand before it.
        lines: u64,
    },
}

/// Writes a text that is JSON already as it is, and reads it back to the byte.
struct Json;

impl Json {
    fn serialize<S: Serializer>(text: &Text, serializer: S) -> Result<S::Ok, S::Error> {
        let raw: &RawValue = serde_json::from_str(text).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }

    fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Text, D::Error> {
        Ok(Box::<RawValue>::deserialize(deserializer)?.get().into())
    }
}
