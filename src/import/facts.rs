//! Reads facts, and merges them into records before the records are read. Facts are what a host knows but messengers do
//! not send, such as the members of a chat, the age of an author, orders about a message, or hashes of a file. Each line
//! of JSON names its subject and contains a piece of a record.

mod merge;
mod schema;

pub(crate) use schema::facts_schema;

use super::bytes::read_line;
use crate::base::limits;
use crate::base::time::Instant;
use crate::diagnostic::{Code, listed, nearest};
use crate::record::{self, RecordError};
use crate::world::schema::Schema;
use crate::world::standard::{
    StandardField, account, author, chat, dotted, forward, media, message, reply, source,
};
use merge::{Conflict, MergedRecord};
use serde_json::{Map, Value};
use std::collections::{BTreeSet, HashMap};
use std::io::{BufRead, Result};
use std::sync::Arc;

/// The version of the format of facts.
pub(crate) const VERSION: &str = "lexloci.facts/1";

/// What facts are about. Facts about a message overrule all others, so the message comes last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Subject {
    Chat,
    Author,
    Media,
    Message,
}

impl Subject {
    const ALL: [Self; 4] = [Self::Chat, Self::Author, Self::Media, Self::Message];

    /// The key in a line under which the id of the subject is.
    fn key(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Author => "author",
            Self::Media => "media",
            Self::Message => "message",
        }
    }

    /// The record type that has the fields of the facts.
    fn record_type(self) -> &'static str {
        match self {
            Self::Media => media::KIND.record,
            Self::Chat | Self::Author | Self::Message => Schema::MESSAGE,
        }
    }
}

/// Fields that facts must not give. They say what the message is, so they come from the platform.
const RESERVED_FIELDS: &[StandardField] = &[
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
    message::ABSENT,
    message::SOURCE,
];

/// The keys of a line without its subject: the version, who states the facts, when they were true, and the piece of a
/// record.
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
    lines: Vec<FactsLine>,
    /// For each subject with its id, the indices of the lines about it.
    by_subject: HashMap<(Subject, Box<str>), Vec<usize>>,
}

#[derive(Clone, Debug)]
struct FactsLine {
    number: usize,
    subject: Subject,
    /// The JSON of the piece. It is parsed when it is needed, because most facts are about chats that are not in the
    /// input.
    piece: Box<str>,
    by: Option<Box<str>>,
    as_of: Option<Instant>,
}

/// An error in a line of facts.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {error}")]
#[non_exhaustive]
pub struct FactsError {
    /// The number of the line, from 1.
    pub line: usize,
    /// What is wrong with the line.
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
            by_subject: HashMap::new(),
        };
        let (mut faults, mut merged_facts) = (vec![], HashMap::new());
        let (mut bytes, mut total) = (vec![], 0);
        for number in 1.. {
            let limit = limits::FACTS_LINE_BYTES;
            let length = read_line(&mut input, &mut bytes, limit, |_| ())?;
            if length == 0 {
                break;
            }
            total += length;
            let read = if total > limits::FACTS_BYTES {
                Err(too_large("all lines together have", limits::FACTS_BYTES))
            } else if length > limit {
                Err(too_large("the line has", limit))
            } else {
                facts.add_line(number, &bytes, &mut merged_facts)
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

    fn add_line(
        &mut self,
        number: usize,
        line: &[u8],
        merged_facts: &mut HashMap<(Subject, Box<str>), MergedRecord>,
    ) -> std::result::Result<(), RecordError> {
        let json = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii();
        if json.is_empty() {
            return Ok(());
        }
        record::check(json)?;
        let Ok(Value::Object(line)) = serde_json::from_slice(json) else {
            return Err(bad_facts("", "expected an object"));
        };
        let (subject, id) = subject_of(&line)?;
        let is_known = |key: &str| OTHER_KEYS.contains(&key) || key == subject.key();
        if let Some(unknown) = line.keys().find(|key| !is_known(key)) {
            let hint = match nearest(unknown, OTHER_KEYS.iter().copied()) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!(
                    "delete it; the keys beside `{}` are {}",
                    subject.key(),
                    listed(OTHER_KEYS)
                ),
            };
            return Err(bad_facts(
                "",
                format!("`{unknown}` cannot be a key of a line of facts; {hint}"),
            ));
        }
        if line.get(SCHEMA).is_some_and(|version| version != VERSION) {
            return Err(bad_facts(SCHEMA, format!("expected `{VERSION}`")));
        }
        let Some(piece) = line.get(FACTS).filter(|piece| piece.is_object()) else {
            return Err(bad_facts(FACTS, "expected part of a record (an object)"));
        };
        let is_given = |field: &&StandardField| piece.get(field.name).is_some();
        if subject.record_type() == Schema::MESSAGE
            && let Some(field) = RESERVED_FIELDS.iter().find(is_given)
        {
            let message =
                "this field belongs to the message itself, so it cannot be a fact about it";
            return Err(bad_facts(format!("{FACTS}.{}", field.name), message));
        }
        let json_of_piece = piece.to_string();
        record::check_piece(&self.schema, subject.record_type(), json_of_piece.as_bytes())
            .map_err(|error| RecordError { path: format!("{FACTS}.{}", error.path), ..error })?;
        let text = |key: &str| match line.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str())),
            Some(_) => Err(bad_facts(key, "expected a text")),
        };
        let as_of = text(AS_OF)?.map(Instant::parse).transpose();
        let as_of = as_of.map_err(|error| bad_facts(AS_OF, error.to_string()))?;
        let by = text(BY)?.map(Box::from);
        let line = FactsLine { number, subject, piece: json_of_piece.into(), by, as_of };
        self.add(line, id, piece, merged_facts)
    }

    /// Adds a line, unless it contradicts an earlier line about the same subject.
    fn add(
        &mut self,
        line: FactsLine,
        id: Box<str>,
        piece: &Value,
        merged_facts: &mut HashMap<(Subject, Box<str>), MergedRecord>,
    ) -> std::result::Result<(), RecordError> {
        let (schema, record_type) = (&self.schema, line.subject.record_type());
        let key = (line.subject, id);
        let same_subject = self.by_subject.entry(key.clone()).or_default();
        if let Some(first) = same_subject.first().and_then(|at| self.lines.get(*at)) {
            let merged = merged_facts.entry(key).or_insert_with(|| {
                let mut merged = MergedRecord::default();
                if let Ok(piece) = serde_json::from_str(&first.piece) {
                    // A single line never contradicts itself.
                    let _ = merged.merge_piece(schema, record_type, &piece, first.number);
                }
                merged
            });
            merged.merge_piece(schema, record_type, piece, line.number).map_err(|conflict| {
                let earlier = format!("line {}", conflict.earlier.unwrap_or_default());
                conflict_error(&conflict, "this line", &earlier)
            })?;
        }
        same_subject.push(self.lines.len());
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
        let mut merged = MergedRecord::new(std::mem::take(record));
        let mut lines = self.lines_about(&merged.record);
        lines.sort_by_key(|(line, place)| (line.subject, line.number, place.len()));
        let mut result = Ok(());
        for (line, place) in lines {
            used.insert(line.number);
            let Ok(piece) = serde_json::from_str(&line.piece) else { continue };
            let added = merged.merge_at(&self.schema, &place, line.subject, &piece, line.number);
            result = result.and(added.map_err(|conflict| {
                let other = conflict.earlier.map(|earlier| format!("line {earlier}"));
                let other = other.unwrap_or_else(|| "the message".into());
                let here = format!("line {} of {}", line.number, self.name);
                conflict_error(&conflict, &here, &other)
            }));
        }
        result = result.and(self.check_absent(&merged));
        *record = merged.record;
        let lines = merged.origins.line_of_field;
        let origins = lines.into_iter().filter_map(|(path, line)| Some((path, self.origin(line)?)));
        let origins: Vec<_> = origins.map(|(path, origin)| (path, origin.into())).collect();
        if origins.is_empty() {
            return result;
        }
        let empty = || Value::Object(Map::new());
        let source = record.as_object_mut().map(|record| record.entry(message::SOURCE.name));
        let source = source.and_then(|source| source.or_insert_with(empty).as_object_mut());
        let facts = source.map(|source| source.entry(source::FACTS.name));
        if let Some(facts) = facts.and_then(|facts| facts.or_insert_with(empty).as_object_mut()) {
            facts.extend(origins);
        }
        result
    }

    /// Refuses facts in a part of the message that does not exist, as its field `absent` says.
    fn check_absent(&self, merged: &MergedRecord) -> std::result::Result<(), RecordError> {
        let absent = merged.record.get(message::ABSENT.name).and_then(Value::as_array);
        for path in absent.into_iter().flatten().filter_map(Value::as_str) {
            let is_inside = |field: &str| {
                field
                    .strip_prefix(path)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            };
            let mut given = merged.origins.line_of_field.iter();
            if let Some((field, line)) = given.find(|(field, _)| is_inside(field)) {
                let file = &self.name;
                let message = format!(
                    "line {line} of {file} gives this field, but the message says that there is no `{path}`: correct or delete the line"
                );
                return Err(RecordError::new(Code::ContradictoryFacts, field, message));
            }
        }
        Ok(())
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

    /// The lines about a record, each with the path of the value that they are merged into.
    fn lines_about(&self, record: &Value) -> Vec<(&FactsLine, String)> {
        let mut found = vec![];
        let mut add = |subject: Subject, id: &str, place: &str| {
            let lines = self.by_subject.get(&(subject, Box::from(id))).into_iter().flatten();
            let lines = lines.filter_map(|at| self.lines.get(*at));
            found.extend(lines.map(|line| (line, place.to_owned())));
        };
        for (subject, path, is_other_message) in IDENTITIES {
            let id = path.iter().try_fold(record, |value, field| value.get(field.name));
            let (Some(id), Some((_, around))) = (id.filter(|id| id.is_i64()), path.split_last())
            else {
                continue;
            };
            let place = if *is_other_message { dotted(around) } else { String::new() };
            add(*subject, &id.to_string(), &place);
        }
        if let Some(id) = record.get(message::ID.name).and_then(Value::as_str) {
            add(Subject::Message, id, "");
        }
        let files = record.get(message::MEDIA.name).and_then(Value::as_array);
        for (number, file) in files.into_iter().flatten().enumerate() {
            let place = format!("{}[{number}]", message::MEDIA.name);
            let ids = [media::UNIQUE_ID, media::PATH].into_iter();
            let ids = ids.filter_map(|id| file.get(id.name)?.as_str());
            ids.for_each(|id| add(Subject::Media, id, &place));
        }
        found
    }
}

fn too_large(subject_and_verb: &str, limit: usize) -> RecordError {
    let message = format!("{subject_and_verb} more than {limit} bytes");
    RecordError::new(Code::RecordTooLarge, "", message)
}

fn bad_facts(path: impl Into<String>, message: impl Into<String>) -> RecordError {
    RecordError::new(Code::BadFacts, path, message)
}

/// The ids of chats and accounts in a record. The flag is true if they belong to another message, which this message
/// forwards or answers. Facts about such a chat or account are merged only into it; all others are merged into the
/// message, because a chat or author can also give other fields of its messages.
const IDENTITIES: &[(Subject, &[StandardField], bool)] = &[
    (Subject::Chat, &[message::CHAT, chat::ID], false),
    (Subject::Chat, &[message::FORWARD, forward::CHAT, chat::ID], true),
    (Subject::Chat, &[message::REPLY, reply::CHAT, chat::ID], true),
    (Subject::Author, &[message::AUTHOR, author::ACCOUNT, account::ID], false),
    (Subject::Author, &[message::AUTHOR, author::CHAT, chat::ID], false),
    (Subject::Author, &[message::FORWARD, forward::ACCOUNT, account::ID], true),
    (Subject::Author, &[message::REPLY, reply::AUTHOR, author::ACCOUNT, account::ID], true),
];

/// The subject of a line, with its id.
fn subject_of(line: &Map<String, Value>) -> std::result::Result<(Subject, Box<str>), RecordError> {
    let mut subjects = Subject::ALL.into_iter().filter(|subject| line.contains_key(subject.key()));
    let (Some(subject), None) = (subjects.next(), subjects.next()) else {
        let message =
            "write one of `chat`, `author`, `message` and `media`, to say what the facts are about";
        return Err(bad_facts("", message));
    };
    let value = line.get(subject.key()).unwrap_or(&Value::Null);
    let (number, text) = (value.as_i64().map(|id| id.to_string()), value.as_str());
    let text = text.map(str::to_owned);
    let (id, expected) = match subject {
        Subject::Chat | Subject::Author => (number, "expected an id, such as `-1001234567890`"),
        Subject::Message => (text, "expected the id of a record, such as `tg:-1001234567890/42`"),
        Subject::Media => (text, "expected the `unique_id` or `path` of a file, as a text"),
    };
    Ok((subject, id.ok_or_else(|| bad_facts(subject.key(), expected))?.into()))
}

/// How many characters of a value an error shows.
const MAX_SHOWN_CHARACTERS: usize = 60;

/// The error for two different values of a field. `here` and `other` say where the values are.
fn conflict_error(conflict: &Conflict, here: &str, other: &str) -> RecordError {
    let shown = |value: &Value| {
        let text = value.to_string();
        let cut: String = text.chars().take(MAX_SHOWN_CHARACTERS).collect();
        if cut.len() < text.len() { cut + "…" } else { cut }
    };
    let (value, earlier) = (shown(&conflict.value), shown(&conflict.other));
    let lines = if conflict.earlier.is_some() { "one of the two lines" } else { "the line" };
    let message =
        format!("{here} says `{value}`, but {other} says `{earlier}`: correct or delete {lines}");
    RecordError::new(Code::ContradictoryFacts, &conflict.path, message)
}
