//! Computes the derived fields of a record when it is read: what its author wrote, what its readers see, and whether
//! links deceive.

use super::fields::Fields;
use crate::world::standard::{
    StandardField, account, chat, forward, link, media, message, part, source,
};
use crate::world::value::{SurfacePart, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The kinds of part that make up the field `text`: what the author wrote as the message.
pub(crate) const WRITTEN: [&str; 4] = ["text", "caption", "rich", "content_warning"];

/// `source.format` of records that no importer wrote.
pub(crate) const OWN: &str = "lexloci";

/// The text fields of nested records that a reader sees outside the parts.
pub(crate) const SEEN: [(&[StandardField], StandardField); 3] = [
    (&[message::FORWARD, forward::ACCOUNT], account::NAME),
    (&[message::FORWARD, forward::CHAT], chat::TITLE),
    (&[message::FORWARD], forward::NAME),
];
/// The text fields of list elements that a reader sees outside the parts.
pub(crate) const SEEN_IN_LISTS: [(StandardField, &[StandardField]); 2] = [
    (message::LINKS, &[link::DISPLAY, link::URL]),
    (message::MEDIA, &[media::FILE_NAME, media::OCR, media::TRANSCRIPT]),
];

/// The surfaces `text` and `any_text` of a message.
pub(super) fn surfaces(message: Fields<'_>) -> (Arc<[SurfacePart]>, Arc<[SurfacePart]>) {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let (mut written, mut seen) = (vec![], vec![]);
    for part in message.list(message::PARTS) {
        let (Some(kind), Some(text)) = (part.text(part::KIND), part.text(part::TEXT)) else {
            continue;
        };
        let count = counts.entry(kind).or_default();
        let name = if *count == 0 { kind.clone() } else { format!("{kind}[{count}]").into() };
        *count += 1;
        let surface = SurfacePart { name, text: text.clone() };
        if WRITTEN.contains(&&**kind) {
            written.push(surface.clone());
        }
        seen.push(surface);
    }
    seen.extend(outside_parts(message));
    (written.into(), seen.into())
}

/// Completes the links of a record that an importer wrote. Importers check every link and mark only the deceptive ones,
/// so a link without a mark is not deceptive. `None` for other records.
pub(super) fn links(message: Fields<'_>) -> Option<Value> {
    let format = message.record(message::SOURCE).and_then(|source| source.text(source::FORMAT));
    if format.is_none_or(|format| **format == *OWN) {
        return None;
    }
    let links = message.list(message::LINKS).map(|link| {
        let mut values = link.values.to_vec();
        if let Some(slot) = link.place(link::DECEPTIVE).and_then(|at| values.get_mut(at)) {
            slot.get_or_insert(Value::Bool(false));
        }
        Value::Record(values.into())
    });
    Some(Value::List(links.collect()))
}

/// The texts of [`SEEN`] and [`SEEN_IN_LISTS`], without those that are the text of a part.
fn outside_parts(message: Fields<'_>) -> Vec<SurfacePart> {
    let parts: BTreeSet<&str> = message
        .list(message::PARTS)
        .filter_map(|part| part.text(part::TEXT))
        .map(|text| &**text)
        .collect();
    let mut found = vec![];
    for (path, field) in SEEN {
        let record = path.iter().try_fold(message, |record, field| record.record(*field));
        let text = record.and_then(|record| record.text(field));
        let names = path.iter().chain([&field]).map(|field| field.name);
        found.extend(text.map(|text| (names.collect::<Vec<_>>().join("."), text)));
    }
    for (list, fields) in SEEN_IN_LISTS {
        for (number, element) in message.list(list).enumerate() {
            // The part that contains a link already shows its words, and also its address if the words are the address.
            let is_link = list == message::LINKS;
            let inside = is_link && element.int(link::PART).is_some();
            let own_words = is_link && element.text(link::VIA).is_some_and(|via| **via == *"url");
            for field in fields.iter().copied().filter(|field| match *field {
                link::DISPLAY => !inside,
                link::URL => !(inside && own_words),
                _ => true,
            }) {
                let text = element.text(field);
                let path = || format!("{}[{number}].{}", list.name, field.name);
                found.extend(text.map(|text| (path(), text)));
            }
        }
    }
    found.retain(|(_, text)| !text.is_empty() && !parts.contains(&***text));
    let surface =
        |(name, text): (String, &Arc<str>)| SurfacePart { name: name.into(), text: text.clone() };
    found.into_iter().map(surface).collect()
}
