//! Masks personal data in texts that become public (article 24(5) of Regulation (EU) 2022/2065): addresses, numbers,
//! accounts, and the names that the record contains.

use crate::world::schema::Schema;
use crate::world::standard::{
    StandardField, account, author, chat, entity, forward, mention, part,
};
use crate::world::value::{RecordId, Type, Value};
use regex::{Regex, RegexBuilder, escape};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The fields with names of persons, accounts and chats, and whether the single words of such a name are masked too.
const NAMES: [(StandardField, bool); 9] = [
    (account::NAME, true),
    (account::USERNAME, false),
    (author::SIGNATURE, true),
    (author::TAG, false),
    (chat::TITLE, false),
    (chat::USERNAME, false),
    (forward::NAME, true),
    (forward::SIGNATURE, true),
    (mention::USERNAME, false),
];

/// Shorter names are not masked, because too many ordinary words are the same.
const MIN_LETTERS: usize = 3;

/// What is masked, in this order, and what replaces it.
const PATTERNS: [(&str, &str); 8] = [
    (
        r"(?i)[\p{L}\p{N}._%+-]+\s?(?:[@＠]|\(at\)|\[at\])\s?[\p{L}\p{N}-]+(?:\s?(?:\.|\(dot\)|\[dot\])\s?[\p{L}\p{N}-]+)+",
        "[e-mail]",
    ),
    (r"(?i)\b(?:https?://)?(?:www\.)?(?:t|telegram)\.(?:me|dog)/\S*", "[chat]"),
    (r"(?i)\b(?:tg|ton|bitcoin|ethereum|mailto|tel):\S+", "[address]"),
    (r"(?i)\b(https?://[^\s/?#@]+)[/?#]\S*", "$1/…"),
    (r"[@＠][\p{L}\p{N}_]{2,}", "[account]"),
    (r"(?i)\b0x[0-9a-f]{8,}", "[address]"),
    (r"[A-Za-z0-9_:-]{24,}", "[address]"),
    (r"[+＋]?\p{Nd}(?:[\s().\u{2010}-\u{2015}/-]{0,3}\p{Nd}){8,}", "[number]"),
];

/// Masks texts about one record.
pub(super) struct Mask {
    names: Option<Regex>,
}

impl Mask {
    pub(super) fn of(schema: &Schema, message: &Value) -> Self {
        let mut names = BTreeSet::new();
        if let (Some((id, _)), Value::Record(fields)) = (schema.named(Schema::MESSAGE), message) {
            collect(schema, id, fields, &mut names);
        }
        // The longest first, so that a full name is found before a part of it.
        let mut names: Vec<String> = names.iter().map(|name| escape(name)).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let pattern = format!(r"(?i)(?:^|\b|[@＠])(?:{})(?:\b|$)", names.join("|"));
        // With too many names the pattern exceeds the limit. Then every word is masked.
        let names = (!names.is_empty())
            .then(|| RegexBuilder::new(&pattern).size_limit(4 << 20).build())
            .transpose();
        Self { names: names.unwrap_or_else(|_| Regex::new(r"\S+").ok()) }
    }

    /// The text on one line, without personal data or invisible characters.
    pub(super) fn text(&self, text: &str) -> String {
        let visible: String = text.chars().filter(|c| !is_invisible(*c)).collect();
        let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
        let masked = patterns().iter().fold(Cow::Borrowed(&*line), |text, (pattern, stand_in)| {
            Cow::Owned(pattern.replace_all(&text, *stand_in).into_owned())
        });
        match &self.names {
            Some(names) => names.replace_all(&masked, "[name]").into_owned(),
            None => masked.into_owned(),
        }
    }
}

fn patterns() -> &'static [(Regex, &'static str)] {
    static COMPILED: OnceLock<Vec<(Regex, &'static str)>> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let compiled =
            PATTERNS.iter().map(|(pattern, with)| Some((Regex::new(pattern).ok()?, *with)));
        compiled.flatten().collect()
    })
}

/// Characters that readers do not see, but that keep a pattern from finding what it masks.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

/// Collects the names in a record.
fn collect(schema: &Schema, id: RecordId, fields: &[Option<Value>], names: &mut BTreeSet<String>) {
    let Some((kind, ty)) = schema.record(id) else { return };
    for ((field, declared), value) in ty.fields.iter().zip(fields) {
        let Some(value) = value else { continue };
        let named = NAMES.iter().find(|(known, _)| known.record == kind && known.name == field);
        if let (Some((_, by_words)), Value::Text(name)) = (named, value) {
            add(name, *by_words, names);
        }
        collect_inside(schema, &declared.ty, value, names);
    }
    if kind == part::TEXT.record {
        collect_mentions(schema, id, fields, names);
    }
}

fn collect_inside(schema: &Schema, ty: &Type, value: &Value, names: &mut BTreeSet<String>) {
    match (ty, value) {
        (Type::Record(id), Value::Record(fields)) => collect(schema, *id, fields, names),
        (Type::List(element_type), Value::List(elements)) => {
            for element in elements.iter() {
                collect_inside(schema, element_type, element, names);
            }
        }
        _ => {}
    }
}

/// Collects the names of people whom a text mentions by name instead of by account.
fn collect_mentions(
    schema: &Schema,
    id: RecordId,
    fields: &[Option<Value>],
    names: &mut BTreeSet<String>,
) {
    let value = |id: RecordId, fields: &[Option<Value>], field: StandardField| -> Option<Value> {
        let index = schema.record(id)?.1.fields.get_index_of(field.name)?;
        fields.get(index)?.clone()
    };
    let (Some(Value::Text(text)), Some(Value::List(entities)), Some((entity_id, _))) = (
        value(id, fields, part::TEXT),
        value(id, fields, part::ENTITIES),
        schema.named(entity::TYPE.record),
    ) else {
        return;
    };
    for entity in entities.iter() {
        let Value::Record(entity) = entity else { continue };
        let kind = value(entity_id, entity, entity::TYPE);
        let is_person = matches!(&kind, Some(Value::Text(kind)) if &**kind == "text_mention");
        if let (true, Some(Value::Int(start)), Some(Value::Int(end))) = (
            is_person,
            value(entity_id, entity, entity::START),
            value(entity_id, entity, entity::END),
        ) {
            let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
            if let Some(name) = range.and_then(|(start, end)| text.get(start..end)) {
                add(name, true, names);
            }
        }
    }
}

fn add(name: &str, by_words: bool, names: &mut BTreeSet<String>) {
    let is_long = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).count() >= MIN_LETTERS;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if by_words {
        names.extend(name.split(' ').filter(|word| is_long(word)).map(str::to_owned));
    }
    if is_long(&name) {
        names.insert(name);
    }
}
