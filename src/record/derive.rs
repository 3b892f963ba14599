//! Computes the derived fields of a record when it is read: what its author wrote, what its readers see, and whether
//! links deceive.

use super::fields::Fields;
use crate::world::schema::Schema;
use crate::world::standard::{
    StandardField, account, chat, forward, link, media, message, part, source,
};
use crate::world::value::{SurfacePart, Type, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The kinds of part that make up the field `text`, the words of the author.
pub(crate) const AUTHORED_PARTS: [&str; 4] = ["text", "caption", "rich", "content_warning"];

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

/// The surfaces `text` and `any_text` of a message.
pub(super) fn surfaces(message: Fields<'_>) -> (Arc<[SurfacePart]>, Arc<[SurfacePart]>) {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let (mut authored, mut visible) = (vec![], vec![]);
    for (number, part) in message.list(message::PARTS).enumerate() {
        let (Some(kind), Some(text)) = (part.text(part::KIND), part.text(part::TEXT)) else {
            continue;
        };
        let count = counts.entry(kind).or_default();
        let name = if *count == 0 { kind.clone() } else { format!("{kind}[{count}]").into() };
        *count += 1;
        let surface = SurfacePart { name, text: text.clone(), part: Some(number) };
        if AUTHORED_PARTS.contains(&&**kind) {
            authored.push(surface.clone());
        }
        visible.push(surface);
    }
    visible.extend(texts_outside_parts(message));
    (authored.into(), visible.into())
}

/// The most parts of the surfaces `text` and `any_text`.
pub(crate) fn most_parts(schema: &Schema) -> [usize; 2] {
    let message = schema.named(Schema::MESSAGE).map(|(_, message)| message);
    let most = |list: StandardField| {
        let field = message.and_then(|message| message.fields.get(list.name));
        let Some(Type::List(of)) = field.map(|field| &field.ty) else { return 0 };
        schema.most_elements(of)
    };
    let written = most(message::PARTS);
    let in_lists = VISIBLE_LIST_FIELDS.iter().map(|(list, fields)| most(*list) * fields.len());
    [written, written + VISIBLE_FIELDS.len() + in_lists.sum::<usize>()]
}

/// Completes the links of a record that an importer wrote. Importers check every link and mark only the deceptive ones,
/// so a link without a mark is not deceptive. `None` for other records.
pub(super) fn links(message: Fields<'_>) -> Option<Value> {
    let format = message.record(message::SOURCE).and_then(|source| source.text(source::FORMAT));
    if format.is_none_or(|format| **format == *OWN_FORMAT) {
        return None;
    }
    let links = message.list(message::LINKS).map(|link| {
        let mut values = link.values.to_vec();
        if let Some(slot) = link.index(link::DECEPTIVE).and_then(|at| values.get_mut(at)) {
            slot.get_or_insert(Value::Bool(false));
        }
        Value::Record(values.into())
    });
    Some(Value::List(links.collect()))
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
            // The part around a link shows the words of the link, which may be its address.
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
    };
    found.into_iter().map(surface).collect()
}
