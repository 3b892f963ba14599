//! Computes derived fields of a record when it is read: what its author wrote, says, quotes and asks, what its readers see,
//! and who speaks.

use super::fields::Fields;
use crate::base::limits;
use crate::text::Passages;
use crate::world::schema::Schema;
use crate::world::standard::{
    StandardField, account, author, chat, entity, forward, link, media, message, part,
};
use crate::world::value::{RecordId, SurfacePart, Type, Value};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

/// Whose words a text of the message contains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Voice {
    /// The author's words. They make up the field `text`.
    Author,
    /// The words of a message that this one quotes.
    Quoted,
    Button,
    Other,
}

impl Voice {
    pub(crate) const ALL: [Self; 4] = [Self::Author, Self::Quoted, Self::Button, Self::Other];

    /// The voice of the parts of a kind.
    pub(crate) fn of(kind: &str) -> Self {
        match kind {
            "text" | "caption" | "rich" | "content_warning" => Self::Author,
            "quote" => Self::Quoted,
            "button" => Self::Button,
            _ => Self::Other,
        }
    }
}

/// The types of entities that mark a quotation.
pub(crate) const QUOTATIONS: [&str; 2] = ["blockquote", "expandable_blockquote"];

/// `source.format` of records that no importer wrote.
pub(crate) const OWN_FORMAT: &str = "lexloci";

/// The text fields in nested records that readers of a message see in addition to its parts.
pub(crate) const VISIBLE_FIELDS: [(&[StandardField], StandardField); 3] = [
    (&[message::FORWARD, forward::ACCOUNT], account::NAME),
    (&[message::FORWARD, forward::CHAT], chat::TITLE),
    (&[message::FORWARD], forward::NAME),
];

/// The text fields in list elements that readers of a message see in addition to its parts.
pub(crate) const VISIBLE_LIST_FIELDS: [(StandardField, &[StandardField]); 2] = [
    (message::LINKS, &[link::DISPLAY, link::URL]),
    (message::MEDIA, &[media::FILE_NAME, media::OCR, media::TRANSCRIPT]),
];

/// For each part, by its number, the passages of its text. `None` if the author states all of the text, or did not write it.
pub(super) type PartPassages = Vec<Option<Box<Passages>>>;

/// The passages of the parts of a message.
pub(super) fn passages(message: Fields<'_>) -> PartPassages {
    let mut left = limits::PASSAGES;
    let of_part = |part: Fields<'_>| {
        let text = part.text(part::TEXT)?;
        let is_authors = Voice::of(part.text(part::KIND)?) == Voice::Author;
        is_authors.then(|| Passages::of(text, &quotations(part), &mut left)).flatten()
    };
    message.list(message::PARTS).map(of_part).collect()
}

/// The ranges of a part that its entities mark as quotations.
pub(crate) fn quotations(part: Fields<'_>) -> Vec<Range<usize>> {
    let is_quotation = |entity: &Fields<'_>| {
        entity.text(entity::TYPE).is_some_and(|ty| QUOTATIONS.contains(&&**ty))
    };
    let quotations = part.list(part::ENTITIES).filter(is_quotation);
    let range = |entity: Fields<'_>| {
        let bound = |field| usize::try_from(entity.int(field)?).ok();
        Some(bound(entity::START)?..bound(entity::END)?)
    };
    quotations.filter_map(range).collect()
}

/// The surfaces of a message with their fields. `any_text` is the first.
pub(super) fn surfaces(
    message: Fields<'_>,
    passages: &PartPassages,
) -> [(StandardField, Arc<[SurfacePart]>); 7] {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let mut visible = vec![];
    let [mut authored, mut buttons] = [const { vec![] }; 2];
    let [mut own, mut quoted, mut asked, mut stated] = [const { vec![] }; 4];
    for (number, part) in message.list(message::PARTS).enumerate() {
        let (Some(kind), Some(text)) = (part.text(part::KIND), part.text(part::TEXT)) else {
            continue;
        };
        let count = counts.entry(kind).or_default();
        let name = if *count == 0 { kind.clone() } else { format!("{kind}[{count}]").into() };
        *count += 1;
        let whole = SurfacePart { name, text: text.clone(), part: Some(number), start: 0 };
        visible.push(whole.clone());
        match (Voice::of(kind), passages.get(number).and_then(Option::as_deref)) {
            (Voice::Author, None) => {
                own.push(whole.clone());
                stated.push(whole.clone());
                authored.push(whole);
            }
            (Voice::Author, Some(passages)) => {
                own.extend(passages_of(&whole, &passages.own));
                quoted.extend(passages_of(&whole, &passages.quoted));
                asked.extend(passages_of(&whole, &passages.asked));
                stated.extend(passages_of(&whole, &passages.stated));
                authored.push(whole);
            }
            (Voice::Quoted, _) => quoted.push(whole),
            (Voice::Button, _) => buttons.push(whole),
            (Voice::Other, _) => {}
        }
    }
    visible.extend(texts_outside_parts(message));
    [
        (message::ANY_TEXT, visible.into()),
        (message::TEXT, authored.into()),
        (message::OWN_TEXT, own.into()),
        (message::QUOTED_TEXT, quoted.into()),
        (message::ASKED_TEXT, asked.into()),
        (message::STATED_TEXT, stated.into()),
        (message::BUTTON_TEXT, buttons.into()),
    ]
}

/// Some passages of a part.
fn passages_of(whole: &SurfacePart, ranges: &[Range<usize>]) -> impl Iterator<Item = SurfacePart> {
    let passage = |range: &Range<usize>| {
        let text = whole.text.get(range.clone())?.into();
        Some(SurfacePart { text, start: range.start, ..whole.clone() })
    };
    ranges.iter().filter_map(passage)
}

/// How many parts a surface has at most.
#[derive(Clone, Copy, Debug)]
pub(crate) struct MostParts {
    /// A surface of whole parts of the message.
    pub(crate) whole: usize,
    /// A surface of passages of the parts.
    pub(crate) passages: usize,
    /// The surface `any_text`.
    pub(crate) seen: usize,
}

/// How many parts the surfaces have at most.
pub(crate) fn most_parts(schema: &Schema) -> MostParts {
    let message = schema.named(Schema::MESSAGE).map(|(_, message)| message);
    let most = |list: StandardField| {
        let field = message.and_then(|message| message.fields.get(list.name));
        let Some(Type::List(of)) = field.map(|field| &field.ty) else { return 0 };
        schema.most_elements(of)
    };
    let whole = most(message::PARTS);
    let in_lists = VISIBLE_LIST_FIELDS.iter().map(|(list, fields)| most(*list) * fields.len());
    let seen = whole + VISIBLE_FIELDS.len() + in_lists.sum::<usize>();
    MostParts { whole, passages: whole + limits::PASSAGES, seen }
}

/// Who speaks in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Speaker<Address> {
    /// The chat or account with this id.
    Id(i64),
    /// The account at this address.
    At(Address),
}

impl<Address> Speaker<Address> {
    /// The chat, if the message was sent in its name. The platform then gives the same account for all chats, so the account
    /// does not tell who speaks. No chat has the id of an account.
    pub(crate) fn of(
        chat: Option<i64>,
        account: Option<i64>,
        address: Option<Address>,
    ) -> Option<Self> {
        chat.or(account).map(Self::Id).or_else(|| address.map(Self::At))
    }
}

impl Speaker<()> {
    /// Adds the key of a chat or account of a platform to a text. If the name of the platform is too long, there is no key,
    /// and the result is false: long keys could fill the memory.
    pub(crate) fn write_key(to: &mut String, platform: &str, id: i64) -> bool {
        let has_key = platform.len() <= limits::NAME_BYTES;
        // Writing to a string does not fail.
        has_key && write!(to, "{platform}:{id}").is_ok()
    }
}

/// Fills in the keys of the authors in a message. `texts` are the texts of the record with their paths.
pub(super) fn add_author_keys(
    schema: &Schema,
    id: RecordId,
    values: &mut [Option<Value>],
    texts: &mut Vec<(String, Arc<str>)>,
) {
    let message = Fields { schema, id, values };
    let Some(platform) = message.text(message::PLATFORM).cloned() else { return };
    let Some((_, message)) = schema.record(id) else { return };
    let mut keys = AuthorKeys { schema, platform: &platform, texts };
    for ((name, field), value) in message.fields.iter().zip(values) {
        if let Some(with_keys) = keys.filled(&field.ty, value.as_ref(), name) {
            *value = Some(with_keys);
        }
    }
}

struct AuthorKeys<'a> {
    schema: &'a Schema,
    platform: &'a str,
    texts: &'a mut Vec<(String, Arc<str>)>,
}

impl AuthorKeys<'_> {
    /// A copy of a value with the keys of the authors filled in; `None` if there is none to fill in.
    ///
    /// INVARIANT: the recursion is no deeper than the nesting that a record may have.
    fn filled(&mut self, ty: &Type, value: Option<&Value>, path: &str) -> Option<Value> {
        if !self.schema.has_authors(ty) {
            return None;
        }
        match (ty, value?) {
            (Type::Record(id), Value::Record(values)) => self.in_record(*id, values, path),
            (Type::List(of), Value::List(elements)) => {
                let numbered = elements.iter().enumerate();
                let changed = numbered
                    .filter_map(|(at, one)| {
                        Some((at, self.filled(of, Some(one), &format!("{path}[{at}]"))?))
                    })
                    .collect();
                Some(Value::List(replaced(elements, changed, |value| value)?.into()))
            }
            (Type::Map(of), Value::Map(entries)) => {
                let mut changed: Vec<(String, Value)> = vec![];
                for (name, one) in entries.iter() {
                    let with_keys = self.filled(of, Some(one), &format!("{path}.{name}"));
                    changed.extend(with_keys.map(|value| (name.clone(), value)));
                }
                if changed.is_empty() {
                    return None;
                }
                let mut entries = (**entries).clone();
                for (name, with_keys) in changed {
                    entries.insert(name, with_keys);
                }
                Some(Value::Map(Arc::new(entries)))
            }
            _ => None,
        }
    }

    fn in_record(&mut self, id: RecordId, values: &[Option<Value>], path: &str) -> Option<Value> {
        let (name, record) = self.schema.record(id)?;
        let mut changed = vec![];
        for (at, ((field_name, field), value)) in record.fields.iter().zip(values).enumerate() {
            let with_keys = self.filled(&field.ty, value.as_ref(), &format!("{path}.{field_name}"));
            changed.extend(with_keys.map(|value| (at, value)));
        }
        if name == author::KEY.record {
            let author = Fields { schema: self.schema, id, values };
            let key = author.index(author::KEY).zip(self.key(author));
            changed.extend(key.map(|(at, key)| {
                self.texts.push((format!("{path}.{}", author::KEY.name), key.clone()));
                (at, Value::Text(key))
            }));
        }
        Some(Value::Record(replaced(values, changed, Some)?.into()))
    }

    fn key(&self, author: Fields<'_>) -> Option<Arc<str>> {
        let account = author.record(author::ACCOUNT);
        let speaker = Speaker::of(
            author.record(author::CHAT).and_then(|chat| chat.int(chat::ID)),
            account.and_then(|account| account.int(account::ID)),
            account.and_then(|account| account.text(account::URL)),
        );
        match speaker? {
            Speaker::At(address) => Some(address.clone()),
            Speaker::Id(id) => {
                let mut key = String::new();
                Speaker::write_key(&mut key, self.platform, id).then(|| key.into())
            }
        }
    }
}

/// A copy of values in which some are changed, by their indices. `None` if no value is changed.
fn replaced<T: Clone>(
    values: &[T],
    changed: Vec<(usize, Value)>,
    new: impl Fn(Value) -> T,
) -> Option<Vec<T>> {
    if changed.is_empty() {
        return None;
    }
    let mut values = values.to_vec();
    for (at, value) in changed {
        if let Some(slot) = values.get_mut(at) {
            *slot = new(value);
        }
    }
    Some(values)
}

/// The texts of [`VISIBLE_FIELDS`] and [`VISIBLE_LIST_FIELDS`], without those that are the text of a part.
fn texts_outside_parts(message: Fields<'_>) -> Vec<SurfacePart> {
    let parts: BTreeSet<&str> = message
        .list(message::PARTS)
        .filter_map(|part| part.text(part::TEXT))
        .map(|text| &**text)
        .collect();
    let mut found = vec![];
    for (path, field) in VISIBLE_FIELDS {
        let record = path.iter().try_fold(message, |record, field| record.record(*field));
        let text = record.and_then(|record| record.text(field));
        let names = path.iter().chain([&field]).map(|field| field.name);
        found.extend(text.map(|text| (names.collect::<Vec<_>>().join("."), text)));
    }
    for (list, fields) in VISIBLE_LIST_FIELDS {
        for (number, element) in message.list(list).enumerate() {
            // If a link is in a part, that part already shows its words. The words may be its address.
            let is_link = list == message::LINKS;
            let is_in_part = is_link && element.int(link::PART).is_some();
            let is_address = is_link && element.text(link::VIA).is_some_and(|via| **via == *"url");
            for field in fields.iter().filter(|field| match **field {
                link::DISPLAY => !is_in_part,
                link::URL => !(is_in_part && is_address),
                _ => true,
            }) {
                let path = || format!("{}[{number}].{}", list.name, field.name);
                found.extend(element.text(*field).map(|text| (path(), text)));
            }
        }
    }
    found.retain(|(_, text)| !text.is_empty() && !parts.contains(&***text));
    let surface = |(name, text): (String, &Arc<str>)| SurfacePart {
        name: name.into(),
        text: text.clone(),
        part: None,
        start: 0,
    };
    found.into_iter().map(surface).collect()
}
