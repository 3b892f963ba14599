//! Records out of what messengers write: canonical JSON, Telegram's Bot API, Telegram Desktop's exports. Each is turned
//! into canonical JSON, which the one reader reads, so that there is one truth about what a record is.

mod bot_api;
mod bytes;
mod detect;
mod draft;
mod export;
mod facts;
mod foreign;
mod instant;
mod lenient;
mod links;
mod mojibake;
mod nesting;
mod numbers;
mod rich;
mod split;
mod utf16;
mod walk;

pub(crate) use facts::facts_schema;
pub use facts::{Facts, FactsError};

use crate::diagnostic::Code;
use crate::record::{self, Record, RecordError};
use crate::world::schema::Schema;
use nesting::Nesting;
use serde::Serialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::Value;
use split::Splitter;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::fmt;
use std::io::{BufRead, Result};
use walk::{Walker, What};

/// What an input holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// Whichever of the others it looks like, message by message.
    #[default]
    Auto,
    /// Canonical records, as `lexloci schema record` describes them.
    Record,
    /// Telegram Bot API: updates, messages, answers of `getUpdates`.
    Telegram,
    /// Telegram Desktop: `result.json` of a chat or of a whole account.
    TelegramExport,
}

impl Format {
    /// All formats by the names that users give them.
    pub const ALL: &[(&str, Format)] = &[
        ("auto", Format::Auto),
        ("record", Format::Record),
        ("telegram", Format::Telegram),
        ("telegram-export", Format::TelegramExport),
    ];
}

/// Where a record stands in its input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Position {
    /// In JSON lines: the line, from 1.
    Line(usize),
    /// In an array or among objects over several lines: its number, from 1.
    Number(usize),
    /// In an export: a JSON pointer.
    Pointer(String),
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "line {line}"),
            Self::Number(number) => write!(f, "record {number}"),
            Self::Pointer(pointer) if pointer.is_empty() => f.write_str("the document"),
            Self::Pointer(pointer) => f.write_str(pointer),
        }
    }
}

/// The canonical JSON of one message, not read yet, or why there is none.
#[derive(Clone, Debug)]
pub struct Imported<'a> {
    /// Where the message stands.
    pub position: Position,
    /// What there is of it, also when there is a fault.
    json: Cow<'a, [u8]>,
    fault: Option<RecordError>,
}

impl Imported<'_> {
    /// The canonical JSON.
    ///
    /// # Errors
    /// Why there is none.
    pub fn json(&self) -> std::result::Result<&[u8], RecordError> {
        match &self.fault {
            Some(fault) => Err(fault.clone()),
            None => Ok(&self.json),
        }
    }

    /// Reads the record through a schema, [`crate::RuleSet::schema`].
    ///
    /// # Errors
    /// The first fault found, with its column where the position names the line.
    pub fn read(&self, schema: &Schema) -> std::result::Result<Record, RecordError> {
        Record::read(schema, self.json()?).map_err(|error| self.placed(error))
    }

    /// A fault that the reader found, which counts lines from the beginning of the record.
    pub(crate) fn placed(&self, mut error: RecordError) -> RecordError {
        error.message = match self.position {
            Position::Line(_) => error.message.replace(" at line 1 column ", " at column "),
            Position::Number(_) | Position::Pointer(_) => {
                error.message.replace(" at line ", " at its line ")
            }
        };
        error
    }

    /// The same, apart from the import that it came from.
    pub fn into_owned(self) -> Imported<'static> {
        let Self { position, json, fault } = self;
        Imported { position, json: Cow::Owned(json.into_owned()), fault }
    }

    /// The id of a record that cannot be read, if it stands before what is broken.
    pub fn id(&self) -> Option<String> {
        let mut id = None;
        // Whatever is wrong has been said when the record was read.
        let _ = serde_json::Deserializer::from_slice(&self.json).deserialize_map(Id(&mut id));
        id.filter(|id| (1..=256).contains(&id.chars().count()))
    }
}

/// Its JSON, whatever there is of it.
impl AsRef<[u8]> for Imported<'_> {
    fn as_ref(&self) -> &[u8] {
        &self.json
    }
}

/// Keeps the string that stands under `id`.
struct Id<'a>(&'a mut Option<String>);

impl<'de> Visitor<'de> for Id<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while let Some(key) = map.next_key::<String>()? {
            if key == "id" && self.0.is_none() {
                *self.0 = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

/// Reads the messages of an input one after another, in memory bounded by the largest of them.
///
/// ```
/// use lexloci::{Format, Import};
///
/// let set = lexloci::Compiler::new().file("world.loci", r#"jurisdiction WORLD { zone "UTC" }"#).compile()?;
/// let update = br#"{ "update_id": 1, "channel_post": {
///     "message_id": 7, "date": 1770000000, "chat": { "id": -1001, "type": "channel", "username": "News" },
///     "text": "here", "entities": [{ "type": "text_link", "offset": 0, "length": 4, "url": "https://a.example" }] } }"#;
/// let mut import = Import::new(&update[..], Format::Auto);
/// while let Some(imported) = import.next_message()? {
///     let record = imported.read(set.schema())?;
///     assert_eq!((record.id(), record.text_of("links[0].host")), ("tg:-1001/7", Some("a.example")));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Import<'a> {
    format: Format,
    source: Source<'a>,
    /// Converted, and not asked for yet.
    waiting: VecDeque<Imported<'static>>,
    passed: BTreeMap<String, usize>,
    facts: Option<&'a Facts>,
    /// The lines of facts that were about some record.
    used: BTreeSet<usize>,
}

enum Source<'a> {
    /// Not looked at yet, and whether its name says that it holds JSON lines.
    Unknown(Box<dyn BufRead + 'a>, bool),
    Items(Splitter<'a>),
    Export(Box<Walker<'a>>),
}

impl fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import").field("format", &self.format).finish_non_exhaustive()
    }
}

impl<'a> Import<'a> {
    /// Of an input: JSON lines, an array, or objects one after another.
    pub fn new(input: impl BufRead + 'a, format: Format) -> Self {
        let source = Source::Unknown(Box::new(input), false);
        Self {
            format,
            source,
            waiting: VecDeque::new(),
            passed: BTreeMap::new(),
            facts: None,
            used: BTreeSet::new(),
        }
    }

    /// Says that each line is a message, also when the first one is broken.
    #[must_use]
    pub fn lines(mut self) -> Self {
        if let Source::Unknown(_, lines) = &mut self.source {
            *lines = true;
        }
        self
    }

    /// Merges facts of the host into the records.
    #[must_use]
    pub fn facts(mut self, facts: &'a Facts) -> Self {
        self.facts = Some(facts);
        self
    }

    /// What held no message, by name, and how often it was met: kinds of update, parts of an export.
    pub fn passed(&self) -> impl Iterator<Item = (&str, usize)> {
        let in_export = match &self.source {
            Source::Export(walker) => Some(walker.passed()),
            Source::Unknown(..) | Source::Items(_) => None,
        };
        let all = self.passed.iter().chain(in_export.into_iter().flatten());
        all.map(|(name, count)| (name.as_str(), *count))
    }

    /// The lines of facts that were about some record so far.
    pub fn used_facts(&self) -> &BTreeSet<usize> {
        &self.used
    }

    /// The next message, `None` at the end.
    ///
    /// # Errors
    /// When the input cannot be read on.
    pub fn next_message(&mut self) -> Result<Option<Imported<'_>>> {
        self.open()?;
        loop {
            if let Some(imported) = self.waiting.pop_front() {
                return Ok(Some(imported));
            }
            match self.convert_next()? {
                Some(records) => {
                    let records = records.into_iter().map(|made| self.finished(made));
                    let records: Vec<_> = records.collect();
                    self.waiting.extend(records);
                }
                None => break,
            }
        }
        // Asked for again: what is borrowed in a loop stays borrowed through it.
        Ok(match &self.source {
            Source::Items(items) if items.is_at_record() => Some(items.current()),
            Source::Items(_) | Source::Unknown(..) | Source::Export(_) => None,
        })
    }

    /// Converts what comes next. `None` at the end, and when it is a record that needs no conversion.
    fn convert_next(&mut self) -> Result<Option<Vec<Made>>> {
        match &mut self.source {
            Source::Export(walker) => Ok(walker.next()?.map(|found| vec![exported(found)])),
            Source::Items(items) => {
                if !items.advance()? {
                    return Ok(None);
                }
                let item = items.current();
                let format = match self.format {
                    Format::Auto => detect::of_item(&item.json),
                    format => format,
                };
                Ok(match (format, self.facts) {
                    _ if item.fault.is_some() => None,
                    (Format::Telegram, _) => Some(updates(&item, &mut self.passed)),
                    (_, Some(_)) => Some(vec![given(&item)]),
                    (_, None) => None,
                })
            }
            Source::Unknown(..) => Ok(None),
        }
    }

    /// The record with what the host knows.
    fn finished(&mut self, Made { position, record }: Made) -> Imported<'static> {
        let (json, fault) = match record {
            Ok(mut record) => {
                let facts = self.facts.map(|facts| facts.merge(&mut record, &mut self.used));
                (record.to_string().into_bytes(), facts.and_then(std::result::Result::err))
            }
            Err(fault) => (vec![], Some(fault)),
        };
        Imported { position, json: Cow::Owned(json), fault }
    }

    /// Looks at the beginning of the input.
    fn open(&mut self) -> Result<()> {
        let Source::Unknown(input, lines) = &mut self.source else { return Ok(()) };
        let (mut input, lines) = (std::mem::replace(input, Box::new(std::io::empty())), *lines);
        let mut format = self.format;
        if format == Format::Auto && !lines {
            (format, input) = detect::of_input(input)?;
        }
        self.source = match format {
            Format::TelegramExport => Source::Export(Box::new(Walker::new(input))),
            Format::Auto | Format::Record | Format::Telegram => {
                Source::Items(Splitter::new(input, lines, crate::base::limits::RECORD_BYTES))
            }
        };
        Ok(())
    }
}

/// Whether a bracket of some JSON is still open: what a REPL asks before it reads another line.
pub fn is_unfinished_json(json: &str) -> bool {
    let mut nesting = Nesting::default();
    nesting.read(json.as_bytes());
    nesting.open()
}

/// A record that was made, or why none was.
struct Made {
    position: Position,
    record: std::result::Result<Value, RecordError>,
}

/// The records of an update.
fn updates(item: &Imported<'_>, passed: &mut BTreeMap<String, usize>) -> Vec<Made> {
    let made = |record| Made { position: item.position.clone(), record };
    let (payload, mended) = match lenient::read(&item.json) {
        Ok(read) => read,
        Err(fault) => return vec![made(Err(fault))],
    };
    let read = bot_api::read(&payload, &mended);
    for kind in read.passed {
        *passed.entry(kind).or_default() += 1;
    }
    read.records.into_iter().map(made).collect()
}

/// A canonical record, for facts to be merged into.
fn given(item: &Imported<'_>) -> Made {
    let record = record::check(&item.json).and_then(|()| lenient::read(&item.json));
    Made { position: item.position.clone(), record: record.map(|(record, _)| record) }
}

/// The record of a message of an export.
fn exported(found: walk::Found) -> Made {
    let record = match found.what {
        What::Fault(fault) => Err(fault),
        What::Message(message, chat, mended) => {
            export::record(&message, &chat, &found.pointer, &mended).ok_or_else(|| RecordError {
                code: Code::WrongType,
                path: String::new(),
                message: "expected a message, an object".into(),
            })
        }
    };
    Made { position: Position::Pointer(found.pointer), record }
}
