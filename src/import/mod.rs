//! Converts messages of all known formats to canonical JSON, and merges facts of the host into them.

mod activitypub;
mod bot_api;
mod bytes;
mod canonical;
mod contacts;
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
mod shorthand;
mod skipped;
mod split;
mod tags;
mod utf16;

pub(crate) use facts::facts_schema;
pub use facts::{Facts, FactsError};
pub use imported::{Imported, Position};
pub use importer::InputFormat;

use crate::base::limits;
use crate::record;
use importer::{Conversion, ConvertedRecord, ConvertedValue, Document, Importer};
use nesting::Nesting;
use skipped::SkipCounts;
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
    skipped: SkipCounts,
    facts: Option<&'a Facts>,
    /// The numbers of the lines of facts that were about at least one record.
    used_facts: BTreeSet<usize>,
}

enum Input<'a> {
    Unopened {
        bytes: Box<dyn BufRead + Send + 'a>,
        /// Whether each line is a message.
        is_lines: bool,
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
            input: Input::Unopened { bytes: Box::new(input), is_lines: false },
            waiting: VecDeque::new(),
            skipped: SkipCounts::default(),
            facts: None,
            used_facts: BTreeSet::new(),
        }
    }

    /// Reads each line as a message, even if the first line is broken.
    #[must_use]
    pub fn lines(mut self) -> Self {
        if let Input::Unopened { is_lines, .. } = &mut self.input {
            *is_lines = true;
        }
        self
    }

    /// Merges facts of the host into the records.
    #[must_use]
    pub fn facts(mut self, facts: &'a Facts) -> Self {
        self.facts = Some(facts);
        self
    }

    /// The parts of the input without a message, such as kinds of update and sections of an export: the name of each, and
    /// how often it came. If an input has very many names, most are counted together as `others`.
    pub fn skipped(&self) -> impl Iterator<Item = (&str, usize)> {
        let in_document = match &self.input {
            Input::Document(document) => Some(document.skipped().counts()),
            Input::Unopened { .. } | Input::Values(_) => None,
        };
        self.skipped.counts().chain(in_document.into_iter().flatten())
    }

    /// The numbers of the lines of facts that were about at least one record so far.
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
                    for record in records {
                        let imported = self.with_facts(record);
                        self.waiting.push_back(imported);
                    }
                }
                Next::Canonical => break,
                Next::End => return Ok(None),
            }
        }
        // The loop must not return the borrowed value, because the borrow would then last for the whole loop.
        Ok(match &self.input {
            Input::Values(values) => Some(values.current()),
            Input::Unopened { .. } | Input::Document(_) => None,
        })
    }

    /// Converts the next value or message.
    fn advance(&mut self) -> Result<Next> {
        match &mut self.input {
            Input::Document(document) => {
                let record = document.next_record()?;
                Ok(record.map_or(Next::End, |record| Next::Converted(vec![record])))
            }
            Input::Values(values) => {
                if !values.advance()? {
                    return Ok(Next::End);
                }
                let value = values.current();
                if value.fault.is_some() {
                    return Ok(Next::Canonical);
                }
                let importer = self.format.importer();
                let importer = importer.unwrap_or_else(|| detect::importer_of_value(&value.json));
                Ok(convert(importer, &value, self.facts.is_some(), &mut self.skipped))
            }
            Input::Unopened { .. } => Ok(Next::End),
        }
    }

    /// Merges facts of the host into a record, and writes it as JSON.
    fn with_facts(&mut self, converted: ConvertedRecord) -> Imported<'static> {
        let (json, fault) = match converted.record {
            Ok(mut record) => {
                let merged = self.facts.map(|facts| facts.merge(&mut record, &mut self.used_facts));
                (record.to_string().into_bytes(), merged.and_then(std::result::Result::err))
            }
            Err(fault) => (vec![], Some(fault)),
        };
        Imported { position: converted.position, json: Cow::Owned(json), fault }
    }

    /// Decides from the beginning of the input how to read it.
    fn open(&mut self) -> Result<()> {
        let Input::Unopened { bytes, is_lines } = &mut self.input else { return Ok(()) };
        let (is_lines, mut bytes) =
            (*is_lines, std::mem::replace(bytes, Box::new(std::io::empty())));
        let mut importer = self.format.importer();
        if importer.is_none() && !is_lines {
            (importer, bytes) = detect::importer_of_document(bytes)?;
        }
        self.input = match importer.map(Importer::conversion) {
            Some(Conversion::Document { open, .. }) => Input::Document(open(bytes)),
            Some(Conversion::Canonical { .. } | Conversion::Values { .. }) | None => {
                Input::Values(Splitter::new(bytes, is_lines, limits::RECORD_BYTES))
            }
        };
        Ok(())
    }
}

/// The next records of an input.
enum Next {
    /// Records of messages that were converted.
    Converted(Vec<ConvertedRecord>),
    /// The current value of the splitter, which is a canonical record.
    Canonical,
    /// There are no more records.
    End,
}

/// Converts a value of an input. Canonical records change only if they are in the short notation, or if facts will be
/// merged into them.
fn convert(
    importer: &dyn Importer,
    value: &Imported<'_>,
    has_facts: bool,
    skipped: &mut SkipCounts,
) -> Next {
    let converted = |record| ConvertedRecord { position: value.position.clone(), record };
    let conversion = importer.conversion();
    if matches!(conversion, Conversion::Canonical { .. })
        && let Some(json) = shorthand::canonical(&value.json)
    {
        let record = json.and_then(|json| lenient::read(json.as_bytes()));
        return Next::Converted(vec![converted(record.map(|(record, _)| record))]);
    }
    match conversion {
        Conversion::Values { convert, .. } => {
            let of_value = match lenient::read(&value.json) {
                Ok((payload, repairs)) => convert(&payload, &repairs),
                Err(fault) => ConvertedValue::of_fault(fault),
            };
            of_value.skipped.iter().for_each(|name| skipped.count(name));
            Next::Converted(of_value.records.into_iter().map(converted).collect())
        }
        Conversion::Canonical { .. } if has_facts => {
            let record = record::check(&value.json).and_then(|()| lenient::read(&value.json));
            Next::Converted(vec![converted(record.map(|(record, _)| record))])
        }
        // Documents are recognised only at the beginning of an input, so a single value is never one.
        Conversion::Canonical { .. } | Conversion::Document { .. } => Next::Canonical,
    }
}

/// Whether a bracket of some JSON is still open. If so, a REPL reads another line.
pub fn is_unfinished_json(json: &str) -> bool {
    let mut nesting = Nesting::default();
    nesting.read(json.as_bytes());
    nesting.is_open()
}
