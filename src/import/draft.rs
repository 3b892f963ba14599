//! A record under way: the parts, links and media that an importer finds, and what follows from them for every format.

use super::foreign::{Foreign, Warnings};
use super::links;
use super::mojibake::is_mojibake;
use super::numbers::Numbers;
use super::utf16::Units;
use crate::record::VERSION;
use crate::record::extract;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub(super) type Object = Map<String, Value>;

/// An object of the fields that are there: `null` is none.
pub(super) fn object<const N: usize>(fields: [(&str, Value); N]) -> Object {
    let there = fields.into_iter().filter(|(_, value)| !value.is_null());
    there.map(|(field, value)| (field.to_owned(), value)).collect()
}

/// The words of `entity.type` in the schema, held to it by a test; what is not among them is `unknown`.
pub(super) const ENTITIES: &[&str] = &[
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

/// A stretch that the source marks, its offsets as received.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) kind: &'static str,
    pub(super) offset: i64,
    pub(super) length: i64,
    pub(super) value: Option<String>,
}

impl Mark {
    pub(super) fn new(kind: &str, offset: i64, length: i64, value: Option<String>) -> Self {
        let known = ENTITIES.iter().copied().find(|known| *known == kind);
        Self { kind: known.unwrap_or("unknown"), offset, length, value }
    }
}

/// A piece of text with what is marked in it.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) kind: &'static str,
    pub(super) text: String,
    pub(super) pointer: String,
    pub(super) entities: Vec<Entity>,
}

/// A mark in bytes of its part.
#[derive(Debug)]
pub(super) struct Entity {
    pub(super) mark: Mark,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) repaired: bool,
}

impl Part {
    pub(super) fn new(kind: &'static str, text: String, pointer: String, marks: Vec<Mark>) -> Self {
        let units = if marks.is_empty() { Units::of("") } else { Units::of(&text) };
        let entity = |mark: Mark| {
            let stretch = units.stretch(mark.offset, mark.length);
            let (start, end) = (stretch.start, stretch.end);
            Entity { mark, start, end, repaired: stretch.repaired }
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
                ("type", entity.mark.kind.into()),
                ("start", entity.start.into()),
                ("end", entity.end.into()),
                ("utf16", vec![entity.mark.offset, entity.mark.length].into()),
                ("value", entity.mark.value.clone().into()),
                ("repaired", entity.repaired.then_some(true).into()),
            ])
        };
        let entities = self.entities.iter().map(entity).map(Value::Object).collect();
        let part = object([
            ("kind", self.kind.into()),
            ("text", self.text.as_str().into()),
            ("pointer", self.pointer.as_str().into()),
            ("entities", Value::Array(entities)),
        ]);
        Value::Object(part)
    }
}

/// A record under way.
#[derive(Debug, Default)]
pub(super) struct Draft {
    /// Fields of the record that are read and not derived: `id`, `sent_at`, `chat`, …
    pub(super) fields: Object,
    pub(super) parts: Vec<Part>,
    pub(super) links: Vec<Object>,
    pub(super) media: Vec<Object>,
    pub(super) flags: BTreeSet<&'static str>,
}

impl Draft {
    /// Sets a field, unless there is nothing to set.
    pub(super) fn set(&mut self, field: &str, value: impl Into<Value>) {
        let value = value.into();
        if !value.is_null() {
            self.fields.insert(field.to_owned(), value);
        }
    }

    /// Adds a part of a text that a field of the source holds as it is. Its number, if there is any text.
    pub(super) fn text(
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

    /// The record, with what its parts and links hold: links, tags, wallets, numbers.
    pub(super) fn finish(
        mut self,
        mut source: Object,
        warnings: Warnings,
        unmapped: Vec<String>,
    ) -> Value {
        let (mut tags, mut numbers) = (Tags::default(), Numbers::default());
        // Words in front of a link are no link themselves, whatever they look like.
        let displays: BTreeSet<u64> =
            self.links.iter().filter_map(|link| link.get("part")?.as_u64()).collect();
        for (number, part) in self.parts.iter().enumerate() {
            self.links.extend(links::of_part(part, number, displays.contains(&(number as u64))));
            tags.read(part);
            numbers.read(part, number);
            if part.entities.iter().any(|entity| entity.repaired) {
                warnings.say("W-ENTITY-OFFSET", &part.pointer);
            }
            if is_mojibake(&part.text) {
                warnings.say("W-MOJIBAKE", &part.pointer);
            }
        }
        let wallets = wallets(&self.parts, &self.links);
        source.insert("warnings".into(), warnings.into_list().into());
        source.insert("unmapped".into(), unmapped.into());
        let mut record = object([
            ("schema", VERSION.into()),
            ("id", self.fields.shift_remove("id").unwrap_or_default()),
            ("platform", "telegram".into()),
            ("event", "new".into()),
        ]);
        record.append(&mut self.fields);
        record.append(&mut object([
            ("parts", self.parts.iter().map(Part::json).collect()),
            ("links", objects(self.links)),
            ("wallets", objects(wallets)),
        ]));
        record.append(&mut numbers.json());
        record.append(&mut object([
            ("tags", tags.json()),
            ("media", objects(self.media)),
            ("flags", self.flags.into_iter().collect()),
            ("labels", Value::Object(Object::new())),
            ("reports", Value::Object(object([("count", 0.into())]))),
            ("source", source.into()),
        ]));
        record.entry("service").or_insert(Value::Null);
        Value::Object(record)
    }
}

fn objects(list: Vec<Object>) -> Value {
    list.into_iter().map(Value::Object).collect()
}

/// The wallets of all parts, then of all links.
fn wallets(parts: &[Part], links: &[Object]) -> Vec<Object> {
    let wallet = |wallet: extract::Wallet, place: [(&str, Value); 3]| {
        let mut found = object([
            ("chain", wallet.chain.into()),
            ("address", wallet.address.into()),
            ("normalized", wallet.normalized.into()),
            ("checksum_ok", wallet.checksum_ok.into()),
            ("testnet", wallet.testnet.into()),
        ]);
        found.append(&mut object(place));
        found
    };
    let mut found = vec![];
    for (number, part) in parts.iter().enumerate() {
        found.extend(extract::wallets(&part.text).into_iter().map(|each| {
            let place =
                [("part", number.into()), ("start", each.start.into()), ("end", each.end.into())];
            wallet(each, place)
        }));
    }
    for (number, link) in links.iter().enumerate() {
        let url = link.get("url").and_then(Value::as_str).unwrap_or_default();
        let place = [("link", number.into()), ("", Value::Null), ("", Value::Null)];
        found.extend(extract::wallets(url).into_iter().map(|each| wallet(each, place.clone())));
    }
    found
}

/// What the platform marked as tags. What only looks like one, and nobody can tap, is none.
#[derive(Debug, Default)]
struct Tags {
    hashtags: Vec<String>,
    cashtags: Vec<String>,
    mentions: Vec<Value>,
    commands: Vec<String>,
}

impl Tags {
    fn read(&mut self, part: &Part) {
        for entity in &part.entities {
            let words = part.words(entity);
            let bare = |sign: char| words.trim_start_matches(sign).to_lowercase();
            match entity.mark.kind {
                "hashtag" => self.hashtags.push(bare('#')),
                "cashtag" => self.cashtags.push(bare('$')),
                // A command can name its bot, `/start@bot`.
                "bot_command" => {
                    let command = bare('/');
                    self.commands.extend(command.split('@').next().map(str::to_owned));
                }
                "mention" => self.mentions.push(object([("username", bare('@').into())]).into()),
                "text_mention" => {
                    let id = entity.mark.value.as_deref().and_then(|id| id.parse::<i64>().ok());
                    self.mentions
                        .extend(id.map(|id| Value::from(object([("user_id", id.into())]))));
                }
                _ => {}
            }
        }
    }

    fn json(self) -> Value {
        let Self { hashtags, cashtags, mentions, commands } = self;
        Value::Object(object([
            ("hashtags", hashtags.into()),
            ("cashtags", cashtags.into()),
            ("mentions", mentions.into()),
            ("commands", commands.into()),
        ]))
    }
}
