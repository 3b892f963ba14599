//! What is computed when a record is read: the texts that its author wrote and that its readers see, part by part, and
//! what importers leave unsaid.

use super::fields::Fields;
use crate::world::value::{SurfacePart, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The kinds of part that the author wrote as the message itself.
pub(crate) const WRITTEN: [&str; 3] = ["text", "caption", "rich"];

/// The format of records that no importer wrote.
pub(crate) const OWN: &str = "lexloci";

/// Fields outside the parts that a reader sees: of a record in the message, and of the elements of a list.
pub(crate) const SEEN: [(&[&str], &str); 3] =
    [(&["forward", "account"], "name"), (&["forward", "chat"], "title"), (&["forward"], "name")];
pub(crate) const SEEN_IN_LISTS: [(&str, &[&str]); 2] =
    [("links", &["display", "url"]), ("media", &["file_name", "ocr", "transcript"])];

/// The surfaces `text` and `any_text` of a message.
pub(super) fn surfaces(message: Fields<'_>) -> (Arc<[SurfacePart]>, Arc<[SurfacePart]>) {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    let (mut written, mut seen) = (vec![], vec![]);
    for part in message.list("parts") {
        let (Some(kind), Some(text)) = (part.text("kind"), part.text("text")) else { continue };
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

/// The links of a record that an importer wrote: where it does not say that one deceives, it has looked, and it does
/// not. `None` when nothing is to be added.
pub(super) fn links(message: Fields<'_>) -> Option<Value> {
    let format = message.record("source").and_then(|source| source.text("format"));
    if format.is_none_or(|format| **format == *OWN) {
        return None;
    }
    let links = message.list("links").map(|link| {
        let mut values = link.values.to_vec();
        if let Some(slot) = link.place("deceptive").and_then(|at| values.get_mut(at)) {
            slot.get_or_insert(Value::Bool(false));
        }
        Value::Record(values.into())
    });
    Some(Value::List(links.collect()))
}

/// The fields of [`SEEN`] and [`SEEN_IN_LISTS`] that do not stand in a part already.
fn outside_parts(message: Fields<'_>) -> Vec<SurfacePart> {
    let parts: BTreeSet<&str> =
        message.list("parts").filter_map(|part| part.text("text")).map(|text| &**text).collect();
    let mut found = vec![];
    for (path, field) in SEEN {
        let record = path.iter().try_fold(message, |record, field| record.record(field));
        let text = record.and_then(|record| record.text(field));
        found.extend(text.map(|text| (format!("{}.{field}", path.join(".")), text)));
    }
    for (list, fields) in SEEN_IN_LISTS {
        for (number, element) in message.list(list).enumerate() {
            // The words of a link inside a part are that part's; so is the address that is its own words.
            let inside = element.int("part").is_some();
            let own_words = element.text("via").is_some_and(|via| **via == *"url");
            for field in fields.iter().filter(|field| match **field {
                "display" => !inside,
                "url" => !(inside && own_words),
                _ => true,
            }) {
                let text = element.text(field);
                found.extend(text.map(|text| (format!("{list}[{number}].{field}"), text)));
            }
        }
    }
    found.retain(|(_, text)| !text.is_empty() && !parts.contains(&***text));
    let surface =
        |(name, text): (String, &Arc<str>)| SurfacePart { name: name.into(), text: text.clone() };
    found.into_iter().map(surface).collect()
}
