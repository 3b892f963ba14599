//! The test speech is sound: every line is a record, every record has its row of labels, and the sets hold what they say.
//! The page of the law shows what the shipped rules do to the messages that rules may be written after. What they do to those
//! that are set aside is counted when somebody asks for it, once, and never listed.

use super::corpora::PLACES;
use super::shipped::{at_root, rules};
use crate::import::import;
use lexloci::{InputFormat, Instant, State};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
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

// ---- what the rules do to it ---------------------------------------------------

/// What burdens a message, somewhere.
const BURDENS: [&str; 5] = ["remove", "restrict", "limit", "demote", "age_restrict"];
const PAGE: &str = "docs/reference/law.md";
const BEGIN: &str = "<!-- the speech: generated, LEXLOCI_UPDATE=1 writes it -->\n";
const END: &str = "<!-- the speech ends -->";

/// How many messages are burdened, of how many.
#[derive(Clone, Copy, Default)]
struct Share {
    burdened: usize,
    all: usize,
}

impl Share {
    fn cell(self) -> String {
        if self.all == 0 { "–".to_owned() } else { format!("{}/{}", self.burdened, self.all) }
    }
}

/// What is burdened of the messages of a set, by theme and language; `all` stands for each of them.
fn burdened(set: &Set) -> BTreeMap<(String, String), Share> {
    let (rules, labels) = (rules(), labels());
    let places: Vec<_> = PLACES.iter().map(|code| rules.place(code).unwrap()).collect();
    let mut evaluator = rules.evaluator();
    let mut shares = BTreeMap::<_, Share>::new();
    for line in file(&format!("{}.jsonl", set.name)).lines() {
        let value: Value = serde_json::from_str(line).unwrap();
        let at = Instant::parse(value["sent_at"].as_str().unwrap()).unwrap();
        let record = rules.read(line.as_bytes()).unwrap();
        let decisions = evaluator.decide_all(&record, &places, at, &State::default()).unwrap();
        let mut outcomes = decisions.iter().flat_map(|decision| &decision.outcomes);
        let is_burdened = outcomes.any(|outcome| BURDENS.contains(&&*outcome.action));
        let [_, language, theme, _] = &labels[value["id"].as_str().unwrap()];
        for theme in [theme, "all"] {
            for language in [language, "all"] {
                let share = shares.entry((theme.to_owned(), language.to_owned())).or_default();
                share.all += 1;
                share.burdened += usize::from(is_burdened);
            }
        }
    }
    shares
}

/// `97 %`, or nothing if there is nothing to divide by.
fn percent(part: usize, whole: usize) -> String {
    (part * 100).checked_div(whole).map_or_else(String::new, |rate| format!("{rate} %"))
}

/// A table with the themes below one another and the languages beside one another, and both rates of each.
fn table() -> String {
    let [found, wronged] = [&SETS[0], &SETS[1]].map(burdened);
    let languages: Vec<&str> =
        LANGUAGES.iter().map(|(language, _)| *language).chain(["all"]).collect();
    let share = |of: &BTreeMap<(String, String), Share>, theme: &str, language: &str| {
        of.get(&(theme.to_owned(), language.to_owned())).copied().unwrap_or_default()
    };
    let rates = |theme: &str, language: &str| {
        let (found, wronged) = (share(&found, theme, language), share(&wronged, theme, language));
        [
            percent(found.burdened, found.all),
            percent(found.burdened, found.burdened + wronged.burdened),
        ]
    };
    let mut themes: BTreeSet<&str> =
        found.keys().chain(wronged.keys()).map(|(theme, _)| theme.as_str()).collect();
    themes.remove("all");
    let mut text = format!(
        "| theme | {} | recall | precision |\n|---|{}---|---|\n",
        languages.join(" | "),
        "---|".repeat(languages.len())
    );
    for theme in themes.into_iter().chain(["all"]) {
        let cells = languages.iter().map(|language| {
            let pair = [share(&found, theme, language), share(&wronged, theme, language)];
            pair.map(Share::cell).join(", ")
        });
        let cells: Vec<_> = cells.chain(rates(theme, "all")).collect();
        writeln!(text, "| `{theme}` | {} |", cells.join(" | ")).unwrap();
    }
    for (name, which) in [("recall", 0), ("precision", 1)] {
        let cells: Vec<_> =
            languages.iter().map(|language| rates("all", language)[which].clone()).collect();
        writeln!(text, "| {name} | {} | | |", cells.join(" | ")).unwrap();
    }
    text
}

/// `LEXLOCI_UPDATE=1` writes the table anew.
#[test]
fn the_table_of_the_speech_is_fresh() {
    let page = fs::read_to_string(at_root(PAGE)).unwrap();
    let (head, rest) = page.split_once(BEGIN).unwrap();
    let (old, tail) = rest.split_once(END).unwrap();
    let new = table();
    if old == new {
        return;
    }
    if std::env::var_os("LEXLOCI_UPDATE").is_some() {
        return fs::write(at_root(PAGE), [head, BEGIN, &new, END, tail].concat()).unwrap();
    }
    let differ = old.lines().zip(new.lines()).find(|(old, new)| old != new);
    panic!("{PAGE} is stale; LEXLOCI_UPDATE=1 writes it: {differ:?}");
}

/// Counts what the rules do to the messages that are set aside. It says nothing more, or the next rules would be written after
/// them.
#[test]
#[ignore = "the messages that are set aside are scored once, when the rules are done"]
#[expect(clippy::print_stdout, reason = "what was counted is for people to read")]
fn what_is_set_aside_is_counted() {
    for set in &SETS[2..] {
        let shares = burdened(set);
        println!("{}: {} burdened", set.name, shares[&("all".into(), "all".into())].cell());
    }
}
