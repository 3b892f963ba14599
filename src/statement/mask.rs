//! Masks personal data in texts that become public (article 24(5) of Regulation (EU) 2022/2065): addresses, numbers,
//! accounts, and the names that the record contains.

use crate::text::is_ignorable;
use crate::world::schema::Schema;
use crate::world::standard::{
    StandardField, account, author, card, chat, email, entity, forward, link, mention, part, phone,
    wallet,
};
use crate::world::value::{Type, Value};
use regex::{Regex, RegexBuilder, escape};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The fields with names of persons, accounts and chats, and whether the single words of such a name are masked too.
const NAMES: [(StandardField, bool); 15] = [
    (account::NAME, true),
    (account::USERNAME, false),
    (account::URL, false),
    (author::SIGNATURE, true),
    (author::TAG, false),
    (chat::TITLE, false),
    (chat::USERNAME, false),
    (forward::NAME, true),
    (forward::SIGNATURE, true),
    (link::TELEGRAM, false),
    (mention::USERNAME, false),
    (wallet::ADDRESS, false),
    (phone::NUMBER, false),
    (email::ADDRESS, false),
    (card::NUMBER, false),
];

/// The kind of a part that is the name of a person in an address book.
const CONTACT: &str = "contact";

/// Shorter names are not masked, because many ordinary words equal them.
const MIN_LETTERS: usize = 3;

/// Patterns of personal data, in the order in which they are masked, each with its replacement.
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
    /// The mask for texts about a message.
    pub(super) fn of(schema: &Schema, message: &Value) -> Self {
        let mut names = BTreeSet::new();
        if let Some((id, _)) = schema.named(Schema::MESSAGE) {
            collect(schema, &Type::Record(id), message, &mut names);
        }
        // The longest come first, so that a full name is found before a part of that name.
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
        let masked =
            patterns().iter().fold(Cow::Borrowed(&*line), |text, (pattern, replacement)| {
                Cow::Owned(pattern.replace_all(&text, *replacement).into_owned())
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
        let compiled = PATTERNS.iter().map(|(pattern, by)| Some((Regex::new(pattern).ok()?, *by)));
        compiled.flatten().collect()
    })
}

/// Characters that readers do not see. Between the characters of a name or number, they would hide it from the patterns.
fn is_invisible(c: char) -> bool {
    c.is_control() && !c.is_whitespace() || is_ignorable(c)
}

/// Collects the names in a value and in everything inside it.
fn collect(schema: &Schema, ty: &Type, value: &Value, names: &mut BTreeSet<String>) {
    if let (Type::List(element_type), Value::List(elements)) = (ty, value) {
        elements.iter().for_each(|element| collect(schema, element_type, element, names));
    }
    let (Type::Record(id), Value::Record(fields)) = (ty, value) else { return };
    let Some((kind, record_type)) = schema.record(*id) else { return };
    for ((name, field), inner) in record_type.fields.iter().zip(fields.iter()) {
        let Some(inner) = inner else { continue };
        let row = NAMES.iter().find(|(known, _)| known.record == kind && known.name == name);
        if let (Some((_, by_words)), Value::Text(person)) = (row, inner) {
            add(person, *by_words, names);
        }
        collect(schema, &field.ty, inner, names);
    }
    if kind == part::TEXT.record {
        collect_mentions(schema, value, names);
        let text = |field: StandardField| match field.value_in(schema, value) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        };
        if let (Some(kind), Some(name)) = (text(part::KIND), text(part::TEXT))
            && **kind == *CONTACT
        {
            add(name, true, names);
        }
    }
}

/// Collects the names of people whom a part of the message mentions by name instead of by account.
fn collect_mentions(schema: &Schema, part: &Value, names: &mut BTreeSet<String>) {
    let (Some(Value::Text(text)), Some(Value::List(entities))) =
        (part::TEXT.value_in(schema, part), part::ENTITIES.value_in(schema, part))
    else {
        return;
    };
    for entity in entities.iter() {
        let read = |field: StandardField| field.value_in(schema, entity);
        let (Some(Value::Text(kind)), Some(Value::Int(start)), Some(Value::Int(end))) =
            (read(entity::TYPE), read(entity::START), read(entity::END))
        else {
            continue;
        };
        let range = usize::try_from(*start).ok().zip(usize::try_from(*end).ok());
        let name = range.and_then(|(start, end)| text.get(start..end));
        if let Some(name) = name.filter(|_| &**kind == "text_mention") {
            add(name, true, names);
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
