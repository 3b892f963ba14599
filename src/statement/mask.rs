//! Personal data out of texts that become public (article 24(5) of Regulation (EU) 2022/2065): addresses, numbers,
//! accounts, and the names that the record itself knows.

use crate::world::schema::Schema;
use crate::world::standard::{
    StandardField, account, author, chat, entity, forward, mention, part,
};
use crate::world::value::{RecordId, Type, Value};
use regex::{Regex, RegexBuilder, escape};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// Where records hold names of persons, accounts and chats; and whether each word of it is a name by itself.
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

/// Shorter words stand in too many other words' places.
const LETTERS: usize = 3;

/// What is masked, in this order, and what stands for it.
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
        // The longest first: a full name before a part of it.
        let mut names: Vec<String> = names.iter().map(|name| escape(name)).collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        let pattern = format!(r"(?i)(?:^|\b|[@＠])(?:{})(?:\b|$)", names.join("|"));
        // A record with so many names that the pattern is too large: then nothing of its words is quoted at all.
        let names = (!names.is_empty())
            .then(|| RegexBuilder::new(&pattern).size_limit(4 << 20).build())
            .transpose();
        Self { names: names.unwrap_or_else(|_| Regex::new(r"\S+").ok()) }
    }

    /// The text without personal data, in one line, without what cannot be seen.
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

/// Characters that hide what is written from these patterns and not from readers.
fn is_invisible(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
}

fn collect(schema: &Schema, id: RecordId, fields: &[Option<Value>], names: &mut BTreeSet<String>) {
    let Some((kind, ty)) = schema.record(id) else { return };
    for ((field, declared), value) in ty.fields.iter().zip(fields) {
        let Some(value) = value else { continue };
        let named = NAMES.iter().find(|(of, _)| of.record == kind && of.name == field);
        if let (Some((_, by_words)), Value::Text(name)) = (named, value) {
            add(name, *by_words, names);
        }
        within(schema, &declared.ty, value, names);
    }
    if kind == part::TEXT.record {
        mentioned(schema, id, fields, names);
    }
}

fn within(schema: &Schema, ty: &Type, value: &Value, names: &mut BTreeSet<String>) {
    match (ty, value) {
        (Type::Record(id), Value::Record(fields)) => collect(schema, *id, fields, names),
        (Type::List(of), Value::List(elements)) => {
            elements.iter().for_each(|element| within(schema, of, element, names));
        }
        _ => {}
    }
}

/// People whom a part mentions by their names instead of by their accounts.
fn mentioned(
    schema: &Schema,
    id: RecordId,
    fields: &[Option<Value>],
    names: &mut BTreeSet<String>,
) {
    let of = |id: RecordId, fields: &[Option<Value>], of: StandardField| -> Option<Value> {
        let at = schema.record(id)?.1.fields.get_index_of(of.name)?;
        fields.get(at)?.clone()
    };
    let (Some(Value::Text(text)), Some(Value::List(entities)), Some((entity_id, _))) = (
        of(id, fields, part::TEXT),
        of(id, fields, part::ENTITIES),
        schema.named(entity::TYPE.record),
    ) else {
        return;
    };
    for mark in entities.iter() {
        let Value::Record(mark) = mark else { continue };
        let kind = of(entity_id, mark, entity::TYPE);
        let is_person = matches!(&kind, Some(Value::Text(kind)) if &**kind == "text_mention");
        if let (true, Some(Value::Int(start)), Some(Value::Int(end))) =
            (is_person, of(entity_id, mark, entity::START), of(entity_id, mark, entity::END))
        {
            let range = usize::try_from(start).ok().zip(usize::try_from(end).ok());
            if let Some(name) = range.and_then(|(start, end)| text.get(start..end)) {
                add(name, true, names);
            }
        }
    }
}

fn add(name: &str, by_words: bool, names: &mut BTreeSet<String>) {
    let long = |word: &str| word.chars().filter(|c| c.is_alphanumeric()).count() >= LETTERS;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if by_words {
        names.extend(name.split(' ').filter(|word| long(word)).map(str::to_owned));
    }
    if long(&name) {
        names.insert(name);
    }
}
