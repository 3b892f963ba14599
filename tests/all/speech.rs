//! The test speech is sound: every line is a record, every record has its row of labels, and the sets hold what they say.
//! What rules do to these messages is not asked here.

use crate::import::import;
use lexloci::InputFormat;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A set, the beginning of its ids, how many messages it has of each hundred, and its forms of which there is a fifth.
struct Set {
    name: &'static str,
    prefix: &'static str,
    hundreds: usize,
    wanted: &'static [&'static str],
}

/// Where an offer stands apart from the plain text.
const CARRIERS: &[&str] = &["button", "bot", "miniapp", "caption", "bilingual"];
/// What speaks of an offer and makes none.
const REPORTS: &[&str] = &["quote", "question", "news"];

const SETS: [Set; 4] = [
    Set { name: "offending", prefix: "off", hundreds: 2, wanted: CARRIERS },
    Set { name: "innocent", prefix: "inn", hundreds: 2, wanted: REPORTS },
    Set { name: "held-offending", prefix: "hof", hundreds: 1, wanted: CARRIERS },
    Set { name: "held-innocent", prefix: "hin", hundreds: 1, wanted: REPORTS },
];

/// How many messages of each language there are at least among a hundred.
const LANGUAGES: [(&str, usize); 6] =
    [("en", 22), ("fr", 15), ("id", 12), ("kk", 10), ("ru", 25), ("tr", 15)];

fn file(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases/speech").join(name))
        .unwrap()
}

fn records(set: &Set) -> Vec<Value> {
    let lines = file(&format!("{}.jsonl", set.name));
    let read = import(lines.as_bytes(), InputFormat::named("record").unwrap());
    assert_eq!(read.faults, Vec::<String>::new(), "{}", set.name);
    assert_eq!(read.records.len(), lines.lines().count(), "{}", set.name);
    read.records
}

/// The columns of `labels.csv` without the note, by id.
fn labels() -> BTreeMap<String, [String; 4]> {
    let text = file("labels.csv");
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("id,set,language,theme,form,note"));
    let mut labels = BTreeMap::new();
    for line in lines {
        let cells: Vec<&str> = line.splitn(6, ',').collect();
        let [id, set, language, theme, form, _note] = cells.as_slice() else { panic!("{line}") };
        let row = [set, language, theme, form].map(|cell| (*cell).to_owned());
        assert!(labels.insert((*id).to_owned(), row).is_none(), "{id} has two rows");
    }
    labels
}

fn strings<'a>(record: &'a Value, list: &str, field: &'a str) -> impl Iterator<Item = &'a str> {
    record[list].as_array().unwrap().iter().filter_map(move |item| item[field].as_str())
}

/// Whether a link opens an app inside Telegram: `t.me/bot/app`.
fn opens_app(link: &str) -> bool {
    let path = link.strip_prefix("https://").unwrap_or(link).strip_prefix("t.me/");
    path.and_then(|path| path.split_once("_bot/")).is_some_and(|(_, app)| !app.is_empty())
}

/// Whether the record has what its form says.
fn has_form(record: &Value, form: &str) -> bool {
    match form {
        "button" => strings(record, "parts", "kind").any(|kind| kind == "button"),
        "caption" => strings(record, "parts", "kind").any(|kind| kind == "caption"),
        "bot" => record["author"]["kind"] == "bot" || record["via_bot"].is_object(),
        "miniapp" => strings(record, "links", "url").any(opens_app),
        _ => true,
    }
}

#[test]
fn every_line_of_the_speech_is_a_record_with_labels() {
    let labels = labels();
    let mut ids = BTreeSet::new();
    for set in &SETS {
        for record in records(set) {
            let id = record["id"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            let Some([name, language, _, form]) = labels.get(id) else {
                panic!("{id} has no labels")
            };
            assert_eq!(name, set.name, "{id}");
            assert!(id.starts_with(&format!("{}-{language}-", set.prefix)), "{id} is {language}");
            assert!(has_form(&record, form), "{id} has no {form}");
        }
    }
    assert_eq!(ids, labels.into_keys().collect());
}

#[test]
fn the_sets_of_the_speech_have_their_languages_and_forms() {
    let labels = labels();
    for set in &SETS {
        let rows = || labels.values().filter(|[name, ..]| name == set.name);
        assert_eq!(rows().count(), set.hundreds * 100, "{}", set.name);
        let wanted = rows().filter(|[.., form]| set.wanted.contains(&form.as_str())).count();
        assert!(wanted * 5 >= rows().count(), "{}: {wanted} of {:?}", set.name, set.wanted);
        for form in set.wanted {
            assert!(rows().any(|[.., has]| has == form), "{} has no {form}", set.name);
        }
        for (language, least) in LANGUAGES {
            let count = rows().filter(|[_, has, ..]| has == language).count();
            assert!(count >= least * set.hundreds, "{}: {count} in {language}", set.name);
        }
    }
}

#[test]
fn the_speech_is_public_and_leads_nowhere() {
    for record in SETS.iter().flat_map(records) {
        let id = &record["id"];
        assert_eq!(record["chat"]["public"], true, "{id}");
        assert!(record["sent_at"].as_str().unwrap().starts_with("2026-11-"), "{id}");
        for host in strings(&record, "links", "host") {
            assert!(host == "t.me" || host.ends_with(".example"), "{id} names {host}");
        }
        let invented = strings(&record, "links", "telegram").all(|name| name.contains("_demo"));
        assert!(invented, "{id} names a handle that may be taken");
    }
}
