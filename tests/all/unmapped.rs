//! Nothing that a source says is lost silently: each value is in the record, or is named in `source.unmapped`.

use super::import::import;
use crate::shared;
use lexloci::InputFormat;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;

/// Paths of values that records do not have as they are written, with the reason. `*` stands for one key or index, `**` for
/// any number of them, and a path covers what is below it.
const EXCUSES: &[(&str, &str)] = &[
    ("/**/date", "an instant of the record is the same in another notation"),
    ("/**/edit_date", "likewise"),
    ("/**/date_unixtime", "likewise"),
    ("/**/edited_unixtime", "likewise"),
    ("/**/forward_date", "`forward_origin` has the same date"),
    ("/**/is_forum", "a boolean of the record with another name"),
    ("/**/is_topic_message", "the message has a thread"),
    ("/**/type", "a word of the record, which can be another word"),
    ("/**/media_type", "likewise"),
    ("/**/from_id", "the number that bots see, which differs"),
    ("/**/actor_id", "likewise"),
    ("/**/forwarded_from_id", "likewise"),
    ("/**/thumb", "a smaller copy of a picture"),
    ("/**/thumbnail", "likewise"),
    ("/**/thumbnail_file_size", "likewise"),
    ("/**/photo/*", "likewise: the largest size is in the record"),
    ("/**/file", "the reason why the file is missing, in other words"),
    ("/**/text_entities/*/text", "the text of the same message, if the two differ"),
    ("/**/text_entities/*/href", "likewise"),
    ("/location", "a venue has the same place"),
    ("/update_id", "the number of the update, not of the message"),
    ("/name", "the name of a chat in a file without messages of it"),
    ("/id", "likewise its number"),
    ("/about", "what the export says about itself"),
    ("/chats/about", "likewise"),
];

/// The values in a document that are not nothing, each with its pointer.
fn leaves(value: &Value, at: &str, found: &mut Vec<(String, Value)>) {
    match value {
        Value::Null | Value::Bool(false) => {}
        Value::Object(fields) => {
            fields.iter().for_each(|(key, field)| leaves(field, &format!("{at}/{key}"), found));
        }
        Value::Array(list) => {
            let numbered = list.iter().enumerate();
            numbered.for_each(|(number, each)| leaves(each, &format!("{at}/{number}"), found));
        }
        Value::Bool(true) | Value::Number(_) | Value::String(_) => {
            found.push((at.to_owned(), value.clone()));
        }
    }
}

/// The keys of objects in a value.
fn add_keys(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            keys.extend(fields.keys().cloned());
            fields.values().for_each(|field| add_keys(field, keys));
        }
        Value::Array(list) => list.iter().for_each(|each| add_keys(each, keys)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The words and signs of a text. White space is none.
fn words(text: &str) -> Vec<&str> {
    let words = text.split_inclusive(|c: char| !c.is_alphanumeric());
    let words = words.flat_map(|word| {
        let sign = word.chars().next_back().filter(|c| !c.is_alphanumeric());
        let (word, sign) = word.split_at(word.len() - sign.map_or(0, char::len_utf8));
        [word, sign.trim()]
    });
    words.filter(|word| !word.is_empty()).collect()
}

/// Whether the words of a text are in another, one after another.
fn has_words(text: &str, sought: &str) -> bool {
    let sought = words(sought);
    sought.is_empty() || words(text).windows(sought.len()).any(|words| words == sought)
}

/// Whether a pointer is at or below a path with wildcards.
fn is_below(path: &str, pointer: &str) -> bool {
    let (path, pointer): (Vec<_>, Vec<_>) =
        (path.split('/').collect(), pointer.split('/').collect());
    fn fits(path: &[&str], pointer: &[&str]) -> bool {
        match (path, pointer) {
            ([], _) => true,
            (["**", rest @ ..], _) => (0..=pointer.len()).any(|skip| fits(rest, &pointer[skip..])),
            ([first, path @ ..], [key, pointer @ ..]) => {
                (first == key || *first == "*") && fits(path, pointer)
            }
            (_, []) => false,
        }
    }
    fits(&path, &pointer)
}

/// What was looked for in records.
#[derive(Default)]
struct Search {
    values: usize,
    /// By their pointers: the document, and the value.
    lost: BTreeMap<String, (String, Value)>,
    /// The excuses that were needed.
    used: BTreeSet<usize>,
}

impl Search {
    /// Looks for each value of a document in its records.
    fn add(&mut self, name: &str, bytes: &[u8]) {
        // One file is broken on purpose.
        let Ok(document) = serde_json::from_slice::<Value>(bytes) else { return };
        let read = import(bytes, InputFormat::AUTO);
        let (mut inside, mut named) = (vec![], vec![]);
        for record in &read.records {
            leaves(record, "", &mut inside);
            named.extend(record["source"]["unmapped"].as_array().into_iter().flatten().cloned());
        }
        let named: Vec<_> = named.iter().filter_map(Value::as_str).collect();
        let plain = |value: &Value| {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_lowercase);
            text.trim_start_matches('@').to_owned()
        };
        let texts: Vec<_> = inside.iter().map(|(_, value)| plain(value)).collect();
        let ids = inside.iter().filter(|(at, _)| at.ends_with("/id"));
        let ids: Vec<_> = ids.map(|(_, value)| plain(value)).collect();
        let mut keys = BTreeSet::new();
        read.records.iter().for_each(|record| add_keys(record, &mut keys));
        let mut all = vec![];
        leaves(&document, "", &mut all);
        for (at, value) in all {
            self.values += 1;
            // Updates without a message are counted.
            let kind = at.split('/').nth(1).unwrap_or_default();
            let sought = plain(&value);
            let key = at.rsplit('/').next().unwrap_or_default();
            // A short text is inside many words by chance, and a number inside many texts.
            let is_in_the_record = match value {
                Value::Bool(_) => keys.contains(key),
                Value::Number(_) => {
                    texts.contains(&sought) || ids.iter().any(|id| has_words(id, &sought))
                }
                _ if sought.chars().count() < 4 => {
                    keys.contains(&sought) || texts.iter().any(|text| has_words(text, &sought))
                }
                _ => keys.contains(&sought) || texts.iter().any(|text| text.contains(&sought)),
            };
            let is_known = is_in_the_record
                || read.skipped.contains_key(kind)
                || named.iter().any(|name| is_below(name, &at));
            if is_known {
                continue;
            }
            match EXCUSES.iter().position(|(path, _)| is_below(path, &at)) {
                Some(number) => drop(self.used.insert(number)),
                None => drop(self.lost.insert(at, (name.to_owned(), value))),
            }
        }
    }
}

#[test]
fn nothing_of_a_payload_is_lost_silently() {
    let mut search = Search::default();
    for folder in ["telegram/bot_api/public", "telegram/desktop_export/public"] {
        let Some(folder) = shared::path(folder) else { return };
        for file in fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            search.add(&file.display().to_string(), &fs::read(&file).unwrap());
        }
    }
    let Search { values, lost, used } = search;
    assert!(values > 2_500, "{values}");
    assert!(lost.is_empty(), "{lost:#?}");
    assert_eq!(used, (0..EXCUSES.len()).collect(), "an excuse that nothing needs");
}

/// Giveaways, stories, games, stickers, topics and invoices have texts that a reader sees.
#[test]
fn nothing_of_a_rare_payload_is_lost_silently() {
    let updates = include_str!("../cases/telegram/rare.jsonl");
    let mut search = Search::default();
    for (number, line) in updates.lines().enumerate() {
        search.add(&format!("line {}", number + 1), line.as_bytes());
    }
    assert!(search.values > 100, "{}", search.values);
    assert!(search.lost.is_empty(), "{:#?}", search.lost);
}
