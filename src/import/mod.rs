//! Converts messages of all known formats to canonical JSON, and merges facts of the host into them.

mod activitypub;
mod bot_api;
mod bytes;
mod canonical;
mod detect;
mod draft;
mod export;
mod facts;
mod foreign;
mod imported;
mod importer;
mod instant;
mod lenient;
mod links;
mod mojibake;
mod nesting;
mod numbers;
mod skipped;
mod split;
mod tags;
mod utf16;

pub(crate) use facts::facts_schema;
pub use facts::{Facts, FactsError};
pub use imported::{Imported, Position};
pub use importer::InputFormat;

use crate::base::limits;
use crate::record::{self, RecordError};
use importer::{Conversion, Converted, Document, Importer};
use nesting::Nesting;
use serde_json::Value;
use skipped::Skipped;
use split::Splitter;
use std::borrow::Cow;
use std::collections::{BTreeSet, VecDeque};
use std::fmt;
use std::io::{BufRead, Result};

/// Reads the messages of an input one after another, in memory bounded by the largest of them.
///
/// ```
/// use lexloci::{Import, InputFormat};
///
/// let set = lexloci::Compiler::new().file("world.loci", r#"jurisdiction WORLD { zone "UTC" }"#).compile()?;
/// let update = br#"{ "update_id": 1, "channel_post": {
///     "message_id": 7, "date": 1770000000, "chat": { "id": -1001, "type": "channel", "username": "News" },
///     "text": "here", "entities": [{ "type": "text_link", "offset": 0, "length": 4, "url": "https://a.example" }] } }"#;
/// let mut import = Import::new(&update[..], InputFormat::AUTO);
/// while let Some(imported) = import.next_message()? {
///     let record = imported.read(set.schema())?;
///     assert_eq!((record.id(), record.text_of("links[0].host")), ("tg:-1001/7", Some("a.example")));
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Import<'a> {
    format: InputFormat,
    input: Input<'a>,
    /// Converted messages that were not returned yet.
    waiting: VecDeque<Imported<'static>>,
    skipped: Skipped,
    facts: Option<&'a Facts>,
    /// The numbers of the lines of facts that were about at least one record.
    used_facts: BTreeSet<usize>,
}

enum Input<'a> {
    Unopened {
        bytes: Box<dyn BufRead + Send + 'a>,
        /// Whether each line is a message.
        lines: bool,
    },
    Values(Splitter<'a>),
    Document(Box<dyn Document + Send + 'a>),
}

impl fmt::Debug for Import<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Import").field("format", &self.format).finish_non_exhaustive()
    }
}

impl<'a> Import<'a> {
    /// Imports JSON lines, an array, values one after another, or a document with many messages.
    pub fn new(input: impl BufRead + Send + 'a, format: InputFormat) -> Self {
        Self {
            format,
            input: Input::Unopened { bytes: Box::new(input), lines: false },
            waiting: VecDeque::new(),
            skipped: Skipped::default(),
            facts: None,
            used_facts: BTreeSet::new(),
        }
    }

    /// Reads each line as a message, even if the first one is broken.
    #[must_use]
    pub fn lines(mut self) -> Self {
        if let Input::Unopened { lines, .. } = &mut self.input {
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

    /// The parts of the input without a message, by name, with their counts: kinds of update, sections of an export. If
    /// an input has very many names, most are counted together as `others`.
    pub fn skipped(&self) -> impl Iterator<Item = (&str, usize)> {
        let in_document = match &self.input {
            Input::Document(document) => Some(document.skipped().counts()),
            Input::Unopened { .. } | Input::Values(_) => None,
        };
        self.skipped.counts().chain(in_document.into_iter().flatten())
    }

    /// The numbers of the lines of facts that were about some record so far.
    pub fn used_facts(&self) -> &BTreeSet<usize> {
        &self.used_facts
    }

    /// The next message, `None` at the end.
    ///
    /// # Errors
    /// When the input cannot be read any further.
    pub fn next_message(&mut self) -> Result<Option<Imported<'_>>> {
        self.open()?;
        loop {
            if let Some(imported) = self.waiting.pop_front() {
                return Ok(Some(imported));
            }
            match self.advance()? {
                Next::Converted(records) => {
                    let records = records.into_iter().map(|made| self.finish(made));
                    let records: Vec<_> = records.collect();
                    self.waiting.extend(records);
                }
                Next::Record => break,
                Next::End => return Ok(None),
            }
        }
        // The value is borrowed here and not in the loop: a borrow that is returned from a loop lasts through all of
        // it.
        Ok(match &self.input {
            Input::Values(values) => Some(values.current()),
            Input::Unopened { .. } | Input::Document(_) => None,
        })
    }

    /// Converts the next value or message.
    fn advance(&mut self) -> Result<Next> {
        match &mut self.input {
            Input::Document(document) => Ok(match document.next()? {
                Some((pointer, record)) => Next::Converted(vec![ConvertedRecord {
                    position: Position::Pointer(pointer),
                    record,
                }]),
                None => Next::End,
            }),
            Input::Values(values) => {
                if !values.advance()? {
                    return Ok(Next::End);
                }
                let value = values.current();
                if value.fault.is_some() {
                    return Ok(Next::Record);
                }
                let importer = self.format.importer();
                let importer = importer.unwrap_or_else(|| detect::importer_of_value(&value.json));
                Ok(convert(importer, &value, self.facts.is_some(), &mut self.skipped))
            }
            Input::Unopened { .. } => Ok(Next::End),
        }
    }

    /// Merges facts of the host into a record, and writes it as JSON.
    fn finish(
        &mut self,
        ConvertedRecord { position, record }: ConvertedRecord,
    ) -> Imported<'static> {
        let (json, fault) = match record {
            Ok(mut record) => {
                let merged = self.facts.map(|facts| facts.merge(&mut record, &mut self.used_facts));
                (record.to_string().into_bytes(), merged.and_then(std::result::Result::err))
            }
            Err(fault) => (vec![], Some(fault)),
        };
        Imported { position, json: Cow::Owned(json), fault }
    }

    /// Decides from the beginning of the input how to read it.
    fn open(&mut self) -> Result<()> {
        let Input::Unopened { bytes, lines } = &mut self.input else { return Ok(()) };
        let (mut bytes, lines) = (std::mem::replace(bytes, Box::new(std::io::empty())), *lines);
        let mut importer = self.format.importer();
        if importer.is_none() && !lines {
            (importer, bytes) = detect::importer_of_document(bytes)?;
        }
        self.input = match importer.map(Importer::conversion) {
            Some(Conversion::Document { open, .. }) => Input::Document(open(bytes)),
            Some(Conversion::Canonical { .. } | Conversion::Values { .. }) | None => {
                Input::Values(Splitter::new(bytes, lines, limits::RECORD_BYTES))
            }
        };
        Ok(())
    }
}

/// What comes next in an input.
enum Next {
    /// Messages that were converted.
    Converted(Vec<ConvertedRecord>),
    /// The current value of the splitter is a canonical record.
    Record,
    End,
}

/// A converted record, or the reason why there is none.
struct ConvertedRecord {
    position: Position,
    record: std::result::Result<Value, RecordError>,
}

/// Converts a value of an input. `facts` says whether facts will be merged into its records.
fn convert(
    importer: &dyn Importer,
    value: &Imported<'_>,
    facts: bool,
    skipped: &mut Skipped,
) -> Next {
    let made = |record| ConvertedRecord { position: value.position.clone(), record };
    match importer.conversion() {
        Conversion::Values { convert, .. } => {
            let converted = match lenient::read(&value.json) {
                Ok((payload, repairs)) => convert(&payload, &repairs),
                Err(fault) => Converted::fault(fault),
            };
            converted.skipped.iter().for_each(|name| skipped.count(name));
            Next::Converted(converted.records.into_iter().map(made).collect())
        }
        Conversion::Canonical { .. } if facts => {
            let record = record::check(&value.json).and_then(|()| lenient::read(&value.json));
            Next::Converted(vec![made(record.map(|(record, _)| record))])
        }
        // Documents are recognised only at the beginning of an input, so a single value is never one.
        Conversion::Canonical { .. } | Conversion::Document { .. } => Next::Record,
    }
}

/// Whether a bracket of some JSON is still open. If so, a REPL reads another line.
pub fn is_unfinished_json(json: &str) -> bool {
    let mut nesting = Nesting::default();
    nesting.read(json.as_bytes());
    nesting.open()
}
