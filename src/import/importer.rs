//! Defines importers, each of which reads the messages of one format, and lists all of them.

use super::imported::Position;
use super::skipped::SkipCounts;
use super::{activitypub, bot_api, canonical, export};
use crate::record::RecordError;
use serde_json::Value;
use std::fmt;
use std::io::{BufRead, Result};

/// Reads the messages of one format.
///
/// A new format is a file in this folder with one implementation of this trait, and one line in [`IMPORTERS`]. The
/// values of `--from`, detection, `convert`, completion and the table in `docs/records.md` follow from that list.
pub(super) trait Importer: Sync {
    /// The name of the format for `--from`.
    fn name(&self) -> &'static str;

    /// What inputs in this format contain, for documentation and help: a sentence without a full stop.
    fn reads(&self) -> &'static str;

    /// How messages are found in an input, and how they become records.
    fn conversion(&self) -> Conversion;
}

/// All importers, in the order in which help and documentation list them.
pub(super) const IMPORTERS: [&dyn Importer; 4] =
    [&canonical::Canonical, &bot_api::BotApi, &export::DesktopExport, &activitypub::ActivityPub];

/// How an importer finds messages in an input and makes records of them.
pub(super) enum Conversion {
    /// JSON values one after another. Each of them is already a record.
    Canonical {
        /// Keys at the top of a value that tell it from values of other formats.
        keys: &'static [&'static str],
    },
    /// JSON values one after another, each of which holds messages.
    Values {
        /// Keys at the top of a value that tell it from values of other formats.
        keys: &'static [&'static str],
        /// Converts a value to records. The second argument names the repairs of its JSON.
        convert: fn(&Value, &[&'static str]) -> ConvertedValue,
    },
    /// A document with many messages, which need not fit into memory.
    Document {
        /// Keys at the top of a document that tell it from values of other formats, each with the first byte of its
        /// value.
        keys: &'static [(&'static str, u8)],
        /// Starts reading a document.
        open: OpenDocument,
    },
}

/// Starts reading a document.
pub(super) type OpenDocument =
    for<'a> fn(Box<dyn BufRead + Send + 'a>) -> Box<dyn Document + Send + 'a>;

/// A document that is read message by message.
pub(super) trait Document {
    /// The record of the next message, `None` at the end.
    ///
    /// # Errors
    /// When the input cannot be read.
    fn next_record(&mut self) -> Result<Option<ConvertedRecord>>;

    /// The parts without a message that were skipped so far.
    fn skipped(&self) -> &SkipCounts;
}

/// The JSON of a record, or the reason why there is none.
pub(super) type RecordJson = std::result::Result<Value, RecordError>;

/// The record of one message.
pub(super) struct ConvertedRecord {
    pub(super) position: Position,
    pub(super) record: RecordJson,
}

/// The records of one value.
#[derive(Debug, Default)]
pub(super) struct ConvertedValue {
    pub(super) records: Vec<RecordJson>,
    /// The names of things without a message: kinds of update, types of activity.
    pub(super) skipped: Vec<String>,
}

impl ConvertedValue {
    pub(super) fn of_fault(error: RecordError) -> Self {
        Self { records: vec![Err(error)], skipped: vec![] }
    }
}

/// The format of an input: the format of one importer, or `auto`, which recognises the format of each message.
///
/// ```
/// use lexloci::InputFormat;
///
/// let names: Vec<_> = InputFormat::all().map(InputFormat::name).collect();
/// assert_eq!(names, ["auto", "record", "telegram", "telegram-export", "activitypub"]);
/// assert_eq!(InputFormat::named("auto"), Some(InputFormat::AUTO));
/// ```
#[derive(Clone, Copy, Default)]
pub struct InputFormat(Option<&'static dyn Importer>);

impl InputFormat {
    /// Recognises the format of the input. Messages of several formats may be mixed.
    pub const AUTO: Self = Self(None);

    /// All formats: first `auto`, then one for each importer.
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::AUTO)
            .chain(IMPORTERS.into_iter().map(|importer| Self(Some(importer))))
    }

    /// The format of a name, as `--from` takes it.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().find(|format| format.name() == name)
    }

    /// The name of the format.
    pub fn name(self) -> &'static str {
        self.0.map_or("auto", Importer::name)
    }

    /// A description of the inputs in this format, as a sentence without a full stop.
    pub fn reads(self) -> &'static str {
        self.0.map_or(
            "whichever of the others the input looks like; messages of several formats may be mixed, line by line",
            Importer::reads,
        )
    }

    pub(super) fn importer(self) -> Option<&'static dyn Importer> {
        self.0
    }
}

impl PartialEq for InputFormat {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for InputFormat {}

impl fmt::Debug for InputFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("InputFormat").field(&self.name()).finish()
    }
}
