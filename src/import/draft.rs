//! The record that an importer fills in with parts, links and media. The fields that follow from these are the same in
//! every format, so they are completed here.

use super::foreign::{Foreign, Notes};
use super::mojibake::is_mojibake;
use super::tags::add_marked_tags;
use super::utf16::{Stretch, UnitPositions};
use super::{contacts, links, utf16};
use crate::record::VERSION;
use crate::record::written::{self, ContactLists, FoundIn, Object, TagLists, object};
use crate::world::standard::{
    StandardField, dotted, entity, link, message, part, source, visibility,
};
use serde_json::Value;
use std::collections::BTreeSet;

/// The words of `entity.type`; a test compares them with the schema. Any other word becomes `unknown`.
pub(super) const ENTITY_KINDS: &[&str] = &[
    "mention",
    "hashtag",
    "cashtag",
    "bot_command",
    "url",
    "email",
    "phone_number",
    "bank_card_number",
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "blockquote",
    "expandable_blockquote",
    "code",
    "pre",
    "text_link",
    "text_mention",
    "custom_emoji",
    "date_time",
    "media_timestamp",
    "subscript",
    "superscript",
    "marked",
    "anchor",
    "anchor_link",
    "reference",
    "reference_link",
    "mathematical_expression",
    "unknown",
];

/// How many values a record names at most that were not read.
const MAX_UNMAPPED: usize = 200;

/// A range that the source marks. Offset and length are in UTF-16 units, as received.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) kind: &'static str,
    pub(super) offset: i64,
    pub(super) length: i64,
    pub(super) value: Option<String>,
}

impl Mark {
    pub(super) fn new(kind: &str, offset: i64, length: i64, value: Option<String>) -> Self {
        let known = ENTITY_KINDS.iter().copied().find(|known| *known == kind);
        Self { kind: known.unwrap_or("unknown"), offset, length, value }
    }
}

/// A text with its entities.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) pointer: String,
    pub(super) entities: Vec<Entity>,
}

/// A marked range of a part, in bytes.
#[derive(Debug)]
pub(super) struct Entity {
    /// One of [`ENTITY_KINDS`].
    pub(super) kind: &'static str,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: Option<String>,
    /// The received offset and length, if the source counts UTF-16 units.
    pub(super) utf16: Option<[i64; 2]>,
    /// Whether the received offsets did not fit the text.
    pub(super) repaired: bool,
}

impl Part {
    /// A part with marks whose offsets are UTF-16 units.
    pub(super) fn new(kind: &'static str, text: String, pointer: String, marks: Vec<Mark>) -> Self {
        let units = UnitPositions::of(if marks.is_empty() { "" } else { &text });
        let entity = |mark: Mark| {
            let Mark { kind, offset, length, value } = mark;
            let Stretch { start, end, repaired } = units.stretch(offset, length);
            Entity { kind, start, end, value, utf16: Some([offset, length]), repaired }
        };
        let entities = marks.into_iter().map(entity).collect();
        Self { kind, text, pointer, entities }
    }

    /// The words of an entity.
    pub(super) fn words(&self, entity: &Entity) -> &str {
        self.text.get(entity.start..entity.end).unwrap_or_default()
    }

    fn json(&self) -> Value {
        let entity = |entity: &Entity| {
            object([
                (entity::TYPE, entity.kind.into()),
                (entity::START, entity.start.into()),
                (entity::END, entity.end.into()),
                (entity::UTF16, entity.utf16.map(|utf16| utf16.to_vec()).into()),
                (entity::VALUE, entity.value.clone().into()),
                (entity::REPAIRED, entity.repaired.then_some(true).into()),
            ])
        };
        let entities = self.entities.iter().map(entity).map(Value::Object).collect();
        let part = object([
            (part::KIND, self.kind.into()),
            (part::TEXT, self.text.as_str().into()),
            (part::POINTER, self.pointer.as_str().into()),
            (part::ENTITIES, Value::Array(entities)),
        ]);
        Value::Object(part)
    }
}

/// A text that is put together from pieces, with the ranges of the marked pieces.
#[derive(Debug, Default)]
pub(super) struct MarkedText {
    pub(super) text: String,
    /// The length of the text in UTF-16 units.
    pub(super) units: i64,
    marks: Vec<Mark>,
}

impl MarkedText {
    pub(super) fn push(&mut self, piece: &str) {
        self.units += utf16::length(piece);
        self.text.push_str(piece);
    }

    /// Marks the text from an offset to its end.
    pub(super) fn mark_from(&mut self, offset: i64, kind: &str, value: Option<String>) {
        self.marks.push(Mark::new(kind, offset, self.units - offset, value));
    }

    pub(super) fn into_part(self, kind: &'static str, pointer: String) -> Part {
        Part::new(kind, self.text, pointer, self.marks)
    }
}

/// A record that an importer is filling in.
#[derive(Debug)]
pub(super) struct Draft {
    /// The field `platform`.
    platform: &'static str,
    /// The field `source.format`.
    format: &'static str,
    id: String,
    /// Other fields of the record that are read and not derived: `sent_at`, `chat`, …
    pub(super) fields: Object,
    pub(super) parts: Vec<Part>,
    pub(super) links: Vec<Object>,
    pub(super) media: Vec<Object>,
    pub(super) flags: BTreeSet<&'static str>,
    /// The tags that the source lists. `None` if it only marks them in the parts.
    pub(super) tags: Option<TagLists>,
    /// What was not read in texts that hold JSON, as JSON pointers.
    pub(super) unmapped: Vec<String>,
    /// The paths of records that do not exist.
    absent: BTreeSet<String>,
    /// Fields of `source` other than the format, warnings and unmapped keys.
    pub(super) source: Object,
}

impl Draft {
    pub(super) fn new(platform: &'static str, format: &'static str, id: String) -> Self {
        Self {
            platform,
            format,
            id,
            fields: Object::new(),
            parts: vec![],
            links: vec![],
            media: vec![],
            flags: BTreeSet::new(),
            tags: None,
            unmapped: vec![],
            absent: BTreeSet::new(),
            source: Object::new(),
        }
    }

    /// Sets a field, unless the value is null.
    pub(super) fn set(&mut self, field: StandardField, value: impl Into<Value>) {
        let value = value.into();
        if !value.is_null() {
            self.fields.insert(field.name.to_owned(), value);
        }
    }

    /// Says that there is no such record, because the source would have it. Does nothing if the record was set, or if the
    /// record around it was not.
    pub(super) fn set_none(&mut self, path: &[StandardField]) {
        let value_at = |path: &[StandardField]| {
            let (first, rest) = path.split_first()?;
            rest.iter().try_fold(self.get(*first)?, |value, field| value.get(field.name))
        };
        let around = path.split_last().map(|(_, around)| around).unwrap_or_default();
        if value_at(path).is_none() && (around.is_empty() || value_at(around).is_some()) {
            self.absent.insert(dotted(path));
        }
    }

    /// Sets who can see the message. No source says in which countries.
    pub(super) fn set_audience(&mut self, audience: &str) {
        self.set(message::VISIBILITY, object([(visibility::AUDIENCE, audience.into())]));
    }

    /// A field that was set.
    pub(super) fn get(&self, field: StandardField) -> Option<&Value> {
        self.fields.get(field.name)
    }

    /// Adds a part for a text field of the source. Returns the index of the part, or `None` if there is no text.
    pub(super) fn add_text(
        &mut self,
        kind: &'static str,
        from: &Foreign<'_>,
        key: &str,
        marks: Vec<Mark>,
    ) -> Option<usize> {
        let text = from.text(key)?;
        self.parts.push(Part::new(kind, text.to_owned(), from.pointer(key), marks));
        Some(self.parts.len() - 1)
    }

    /// Completes the record with the links, tags, wallets and numbers that its parts and links contain.
    pub(super) fn finish(mut self, notes: Notes, unmapped: Vec<String>) -> Value {
        let mut unmapped = [unmapped, std::mem::take(&mut self.unmapped)].concat();
        if unmapped.len() > MAX_UNMAPPED {
            notes.warn("W-MORE-UNMAPPED", "");
            unmapped.truncate(MAX_UNMAPPED);
        }
        let (mut marked_tags, mut contacts) = (TagLists::default(), ContactLists::default());
        // The indices of the parts that are words of a link. Such a part is not searched for links, even if it looks
        // like a link.
        let parts_of_links: BTreeSet<u64> =
            self.links.iter().filter_map(|link| link.get(link::PART.name)?.as_u64()).collect();
        for (number, part) in self.parts.iter().enumerate() {
            self.links.extend(links::of_part(
                part,
                number,
                parts_of_links.contains(&(number as u64)),
            ));
            add_marked_tags(part, number, &mut marked_tags);
            contacts.add(contacts::of_part(part), number);
            if part.entities.iter().any(|entity| entity.repaired) {
                notes.warn("W-ENTITY-OFFSET", &part.pointer);
            }
            if is_mojibake(&part.text) {
                notes.warn("W-MOJIBAKE", &part.pointer);
            }
        }
        let wallets = wallets(&self.parts, &self.links);
        let mut source = object([(source::FORMAT, self.format.into())]);
        source.append(&mut self.source);
        source.append(&mut object([
            (source::WARNINGS, notes.into_warnings().into()),
            (source::UNMAPPED, unmapped.into()),
        ]));
        let mut record = object([
            (message::SCHEMA, VERSION.into()),
            (message::ID, self.id.into()),
            (message::PLATFORM, self.platform.into()),
            (message::EVENT, "new".into()),
        ]);
        record.append(&mut self.fields);
        record.append(&mut object([
            (message::PARTS, self.parts.iter().map(Part::json).collect()),
            (message::LINKS, objects(self.links)),
            (message::WALLETS, wallets.into()),
        ]));
        let contacts = contacts.into_fields().into_iter().filter(|(_, list)| !list.is_empty());
        record.extend(contacts.map(|(field, list)| (field.name.to_owned(), list.into())));
        record.append(&mut object([
            (message::TAGS, self.tags.unwrap_or(marked_tags).json()),
            (message::MEDIA, objects(self.media)),
            (message::FLAGS, self.flags.into_iter().collect()),
            (message::LABELS, Value::Object(Object::new())),
            (message::ABSENT, self.absent.into_iter().collect()),
            (message::SOURCE, source.into()),
        ]));
        Value::Object(record)
    }
}

fn objects(list: Vec<Object>) -> Value {
    list.into_iter().map(Value::Object).collect()
}

/// The wallets of all parts, then of all links.
fn wallets(parts: &[Part], links: &[Object]) -> Vec<Value> {
    let mut found = vec![];
    for (number, part) in parts.iter().enumerate() {
        found.extend(written::wallets(&part.text, FoundIn::Part(number)));
    }
    for (number, link) in links.iter().enumerate() {
        let url = link.get(link::URL.name).and_then(Value::as_str).unwrap_or_default();
        found.extend(written::wallets(url, FoundIn::Link(number)));
    }
    found
}
