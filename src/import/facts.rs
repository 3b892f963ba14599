//! Facts: what a host knows but messengers do not send, such as the members of a chat, the age of an author, orders
//! about a message, hashes of a file. Each line of JSON names what it is about and contains a piece of a record. Facts
//! are merged into records before the records are read.

mod merge;
mod schema;

pub(crate) use schema::facts_schema;

use super::bytes::fill;
use crate::base::limits;
use crate::base::time::Instant;
use crate::diagnostic::{Code, nearest, one_of};
use crate::record::{self, RecordError};
use crate::world::schema::Schema;
use crate::world::standard::{
    StandardField, account, author, chat, dotted, forward, media, message, reply, source,
};
use merge::{Conflict, Merge};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, Result};
use std::sync::Arc;

/// The version of the format.
pub(crate) const VERSION: &str = "lexloci.facts/1";

/// What facts can be about, by the key of the line. Facts about a message overrule all others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum About {
    Chat,
    Author,
    Media,
    Message,
}

impl About {
    const ALL: &[(About, &str)] = &[
        (About::Chat, "chat"),
        (About::Author, "author"),
        (About::Media, "media"),
        (About::Message, "message"),
    ];

    /// The record type whose fields these facts give.
    fn piece_of(self) -> &'static str {
        match self {
            Self::Media => media::KIND.record,
            Self::Chat | Self::Author | Self::Message => Schema::MESSAGE,
        }
    }
}

/// Fields that say what the message is. They come from the platform, and are not facts about the message.
const NO_FACTS: &[StandardField] = &[
    message::SCHEMA,
    message::ID,
    message::PLATFORM,
    message::EVENT,
    message::SENT_AT,
    message::SENT_AT_PRECISION,
    message::EDITED_AT,
    message::PARTS,
    message::LINKS,
    message::WALLETS,
    message::TAGS,
    message::MEDIA,
    message::SOURCE,
];

/// The other keys of a line: the version, who states the facts, when they were true, and the piece of a record.
const SCHEMA: &str = "schema";
const BY: &str = "by";
const AS_OF: &str = "as_of";
const FACTS: &str = "facts";
const OTHER_KEYS: &[&str] = &[SCHEMA, BY, AS_OF, FACTS];

/// Facts of a host, checked and ready to be merged into records.
#[derive(Clone, Debug)]
pub struct Facts {
    schema: Schema,
    /// The name of the file in explanations.
    name: Arc<str>,
    lines: Vec<Line>,
    /// For each thing that facts are about, the indices of the lines about it.
    about: HashMap<(About, Box<str>), Vec<usize>>,
}

#[derive(Clone, Debug)]
struct Line {
    number: usize,
    about: About,
    /// The piece as JSON. It is read when it is needed, since most facts are about chats that are not in the input.
    piece: Box<str>,
    by: Option<Box<str>>,
    as_of: Option<Instant>,
}

/// What is wrong with a line of facts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {error}")]
#[non_exhaustive]
pub struct FactsError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub error: RecordError,
}

impl Facts {
    /// Reads JSON lines. `name` is the name of their source in records and explanations.
    ///
    /// A line may have 1 MiB, and all lines together 512 MiB, because they are kept in memory.
    ///
    /// # Errors
    /// The outer error means that the input cannot be read. The inner errors are those of faulty lines; reading stops
    /// after 1,000 of them.
    pub(crate) fn read(
        schema: &Schema,
        name: &str,
        mut input: impl BufRead,
    ) -> Result<std::result::Result<Self, Vec<FactsError>>> {
        let mut facts = Self {
            schema: schema.clone(),
            name: name.into(),
            lines: vec![],
            about: HashMap::new(),
        };
        let (mut faults, mut merged_facts) = (vec![], HashMap::new());
        let (mut bytes, mut total) = (vec![], 0);
        for number in 1.. {
            let length = read_line(&mut input, &mut bytes)?;
            if length == 0 {
                break;
            }
            total += length;
            let read = if total > limits::FACTS_BYTES {
                Err(too_large("all lines together have", limits::FACTS_BYTES))
            } else if length > limits::FACTS_LINE_BYTES {
                Err(too_large("the line has", limits::FACTS_LINE_BYTES))
            } else {
                facts.line(number, &bytes, &mut merged_facts)
            };
            faults.extend(read.err().map(|error| FactsError { line: number, error }));
            if faults.len() >= limits::FACTS_FAULTS || total > limits::FACTS_BYTES {
                break;
            }
        }
        Ok(if faults.is_empty() { Ok(facts) } else { Err(faults) })
    }

    /// The number of lines.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are no lines.
    pub fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    fn line(
        &mut self,
        number: usize,
        line: &[u8],
        merged_facts: &mut HashMap<(About, Box<str>), Merge>,
    ) -> std::result::Result<(), RecordError> {
        let json = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
        if json.is_empty() {
            return Ok(());
        }
        record::check(json)?;
        let Ok(Value::Object(line)) = serde_json::from_slice(json) else {
            return Err(RecordError::new(Code::BadFacts, "", "expected an object"));
        };
        let (about, key) = subject_of(&line)?;
        let known = |key: &str| {
            OTHER_KEYS.contains(&key) || About::ALL.iter().any(|(_, about)| *about == key)
        };
        if let Some(unknown) = line.keys().find(|key| !known(key)) {
            let hint = match nearest(unknown, OTHER_KEYS.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => one_of(OTHER_KEYS),
            };
            let message = format!("`{unknown}` is not a key that a line of facts can have; {hint}");
            return Err(RecordError::new(Code::BadFacts, "", message));
        }
        if line.get(SCHEMA).is_some_and(|version| version != VERSION) {
            return Err(RecordError::new(Code::BadFacts, SCHEMA, format!("expected `{VERSION}`")));
        }
        let Some(piece) = line.get(FACTS).filter(|piece| piece.is_object()) else {
            return Err(RecordError::new(
                Code::BadFacts,
                FACTS,
                "expected part of a record (an object)",
            ));
        };
        let no_fact = |field: &&StandardField| {
            about.piece_of() == Schema::MESSAGE && piece.get(field.name).is_some()
        };
        if let Some(field) = NO_FACTS.iter().find(no_fact) {
            let message =
                "this field belongs to the message itself, so it cannot be a fact about it";
            let path = format!("{FACTS}.{}", field.name);
            return Err(RecordError::new(Code::BadFacts, path, message));
        }
        record::check_piece(&self.schema, about.piece_of(), piece.to_string().as_bytes())
            .map_err(|error| RecordError { path: format!("{FACTS}.{}", error.path), ..error })?;
        let text = |key: &str| match line.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(RecordError::new(Code::BadFacts, key, "expected a text")),
        };
        let as_of = text(AS_OF)?.map(Instant::parse).transpose();
        let as_of =
            as_of.map_err(|error| RecordError::new(Code::BadFacts, AS_OF, error.to_string()))?;
        let line = Line {
            number,
            about,
            piece: piece.to_string().into(),
            by: text(BY)?.map(Box::from),
            as_of,
        };
        self.add(line, key, piece, merged_facts)
    }

    /// Adds a line, unless it contradicts an earlier one about the same thing.
    fn add(
        &mut self,
        line: Line,
        key: Box<str>,
        piece: &Value,
        merged_facts: &mut HashMap<(About, Box<str>), Merge>,
    ) -> std::result::Result<(), RecordError> {
        let key = (line.about, key);
        let same = self.about.entry(key.clone()).or_default();
        if !same.is_empty() {
            let merge = merged_facts.entry(key).or_default();
            if merge.is_empty() {
                for earlier in same.iter().filter_map(|at| self.lines.get(*at)) {
                    if let Ok(piece) = serde_json::from_str(&earlier.piece) {
                        // A line never contradicts itself.
                        let _ = merge.merge_piece(
                            &self.schema,
                            earlier.about.piece_of(),
                            &piece,
                            earlier.number,
                        );
                    }
                }
            }
            merge.merge_piece(&self.schema, line.about.piece_of(), piece, line.number).map_err(
                |conflict| {
                    let earlier = format!("line {}", conflict.earlier.unwrap_or_default());
                    contradiction(&conflict, "this line", &earlier)
                },
            )?;
        }
        same.push(self.lines.len());
        self.lines.push(line);
        Ok(())
    }

    /// Merges the facts about a record into it, and adds the numbers of their lines to `used`.
    ///
    /// # Errors
    /// When facts contradict each other or the record.
    pub(super) fn merge(
        &self,
        record: &mut Value,
        used: &mut BTreeSet<usize>,
    ) -> std::result::Result<(), RecordError> {
        let mut merge = Merge::of(std::mem::take(record));
        let mut lines = self.about(merge.record());
        lines.sort_by_key(|(line, place)| (line.about, line.number, place.len()));
        let mut merged = Ok(());
        for (line, place) in lines {
            used.insert(line.number);
            let Ok(piece) = serde_json::from_str(&line.piece) else { continue };
            let added = merge.merge_at(&self.schema, &place, line.about, &piece, line.number);
            merged = merged.and(added.map_err(|conflict| {
                let other = conflict.earlier.map(|earlier| format!("line {earlier}"));
                let other = other.unwrap_or_else(|| "the message".into());
                let here = format!("line {} of {}", line.number, self.name);
                contradiction(&conflict, &here, &other)
            }));
        }
        let origins: Map<String, Value> = merge
            .provenance()
            .filter_map(|(path, number)| Some((path.clone(), self.origin(*number)?.into())))
            .collect();
        *record = merge.into_record();
        if !origins.is_empty()
            && let Some(record) = record.as_object_mut()
        {
            let empty = || Value::Object(Map::new());
            let source = record.entry(message::SOURCE.name).or_insert_with(empty);
            if let Some(source) = source.as_object_mut() {
                let facts = source.entry(source::FACTS.name).or_insert_with(empty);
                facts.as_object_mut().into_iter().for_each(|facts| facts.extend(origins.clone()));
            }
        }
        merged
    }

    /// The numbers of the lines that are not in `used`.
    pub fn unused(&self, used: &BTreeSet<usize>) -> Vec<usize> {
        let numbers = self.lines.iter().map(|line| line.number);
        numbers.filter(|number| !used.contains(number)).collect()
    }

    /// The origin of the facts in a line: `crm, 2026-05-01T00:00:00Z (facts.jsonl, line 3)`.
    fn origin(&self, number: usize) -> Option<String> {
        let at = self.lines.binary_search_by_key(&number, |line| line.number).ok()?;
        let line = self.lines.get(at)?;
        let from = format!("{}, line {number}", self.name);
        let as_of = line.as_of.map(|instant| instant.to_string());
        let who: Vec<&str> = line.by.as_deref().into_iter().chain(as_of.as_deref()).collect();
        Some(if who.is_empty() { from } else { format!("{} ({from})", who.join(", ")) })
    }

    /// The lines about a record, each with the place in the record that it is about.
    fn about(&self, record: &Value) -> Vec<(&Line, String)> {
        let mut found = vec![];
        let mut add = |about: About, key: &str, place: &str| {
            let lines = self.about.get(&(about, Box::from(key))).into_iter().flatten();
            let lines = lines.filter_map(|at| self.lines.get(*at));
            found.extend(lines.map(|line| (line, place.to_owned())));
        };
        for (about, path, is_other) in IDENTITIES {
            let id = path.iter().try_fold(record, |value, field| value.get(field.name));
            let (Some(id), Some((_, around))) = (id.filter(|id| id.is_i64()), path.split_last())
            else {
                continue;
            };
            add(*about, &id.to_string(), &if *is_other { dotted(around) } else { String::new() });
        }
        if let Some(id) = record.get(message::ID.name).and_then(Value::as_str) {
            add(About::Message, id, "");
        }
        let files = record.get(message::MEDIA.name).and_then(Value::as_array);
        for (number, file) in files.into_iter().flatten().enumerate() {
            let keys = [media::UNIQUE_ID, media::PATH].into_iter();
            let keys = keys.filter_map(|key| file.get(key.name)?.as_str());
            keys.for_each(|key| {
                add(About::Media, key, &format!("{}[{number}]", message::MEDIA.name))
            });
        }
        found
    }
}

/// Reads a line, but at most one byte more than the limit. Returns the length of the line in the input; 0 at the end.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> Result<usize> {
    line.clear();
    let mut length = 0;
    loop {
        let chunk = fill(input)?;
        let end = chunk.iter().position(|byte| *byte == b'\n');
        let piece = chunk.get(..end.map_or(chunk.len(), |end| end + 1)).unwrap_or(chunk);
        let room = (limits::FACTS_LINE_BYTES + 1).saturating_sub(line.len());
        line.extend_from_slice(piece.get(..room).unwrap_or(piece));
        let read = piece.len();
        input.consume(read);
        length += read;
        if end.is_some() || read == 0 {
            return Ok(length);
        }
    }
}

fn too_large(what: &str, limit: usize) -> RecordError {
    RecordError::new(Code::RecordTooLarge, "", format!("{what} more than {limit} bytes"))
}

/// The ids of chats and accounts in a record. If the flag is true, the message was forwarded from this chat or account,
/// or answers it; then facts about it are merged only into this chat or account. Otherwise they are merged into the
/// message.
const IDENTITIES: &[(About, &[StandardField], bool)] = &[
    (About::Chat, &[message::CHAT, chat::ID], false),
    (About::Chat, &[message::FORWARD, forward::CHAT, chat::ID], true),
    (About::Chat, &[message::REPLY, reply::CHAT, chat::ID], true),
    (About::Author, &[message::AUTHOR, author::ACCOUNT, account::ID], false),
    (About::Author, &[message::AUTHOR, author::CHAT, chat::ID], false),
    (About::Author, &[message::FORWARD, forward::ACCOUNT, account::ID], true),
    (About::Author, &[message::REPLY, reply::AUTHOR, author::ACCOUNT, account::ID], true),
];

/// What the facts of a line are about.
fn subject_of(line: &Map<String, Value>) -> std::result::Result<(About, Box<str>), RecordError> {
    let mut about = About::ALL.iter().filter(|(_, key)| line.contains_key(*key));
    let (Some((about, key)), None) = (about.next(), about.next()) else {
        let message =
            "write one of `chat`, `author`, `message` and `media`, to say what the facts are about";
        return Err(RecordError::new(Code::BadFacts, "", message));
    };
    let value = line.get(*key).unwrap_or(&Value::Null);
    let id = match about {
        About::Chat | About::Author => value.as_i64().map(|id| id.to_string()),
        About::Media | About::Message => value.as_str().map(str::to_owned),
    };
    let expected = match about {
        About::Chat | About::Author => "expected an id, such as `-1001234567890`",
        About::Message => "expected the id of a record, such as `tg:-1001234567890/42`",
        About::Media => "expected the `unique_id` or `path` of a file, as a text",
    };
    Ok((*about, id.ok_or_else(|| RecordError::new(Code::BadFacts, *key, expected))?.into()))
}

/// The error for two values of one field. `here` and `other` name their places.
fn contradiction(conflict: &Conflict, here: &str, other: &str) -> RecordError {
    let shown = |value: &Value| {
        let text = value.to_string();
        let cut: String = text.chars().take(60).collect();
        if cut.len() < text.len() { cut + "…" } else { cut }
    };
    let (value, earlier) = (shown(&conflict.value), shown(&conflict.other));
    let lines = if conflict.earlier.is_some() { "one of the two lines" } else { "the line" };
    let message =
        format!("{here} says `{value}`, but {other} says `{earlier}`: correct or delete {lines}");
    RecordError::new(Code::ContradictoryFacts, &conflict.path, message)
}
