//! The floors: what single parts of the work cost. Reading the JSON is a part of every engine; the others are different ways
//! to search the text.

use crate::bounds::Fold;
use crate::facts::{Facts, words};
use crate::rules::{Rule, Test};
use serde::Deserialize;
use std::collections::{BTreeSet, HashSet};

/// Something that is done to one message; the number keeps the optimiser from dropping it.
pub type Step = Box<dyn FnMut(&[u8], &str) -> usize>;

pub const PARSE_ONLY: &str =
    "serde_json into a borrowed struct of the fields used (**parse-only floor**)";

/// Each step with its name. A step gets the bytes of the JSON, and the text that was read from it.
pub fn all(rules: &[Rule]) -> Vec<(&'static str, Step)> {
    let keywords: BTreeSet<&str> = rules
        .iter()
        .flat_map(|rule| match &rule.test {
            Test::Words(words) => words.as_slice(),
            Test::Regex { .. } | Test::Fields { .. } => &[],
        })
        .map(String::as_str)
        .collect();
    let keywords: Vec<&str> = keywords.into_iter().collect();
    let table: HashSet<String> = keywords.iter().map(|word| (*word).to_owned()).collect();
    let charwise =
        daachorse::CharwiseDoubleArrayAhoCorasick::<u32>::new(&keywords).expect("an automaton");
    let automaton = |kind| {
        aho_corasick::AhoCorasick::builder()
            .kind(Some(kind))
            .build(&keywords)
            .expect("an automaton")
    };
    let nfa = automaton(aho_corasick::AhoCorasickKind::ContiguousNFA);
    let fold = Fold::new();
    vec![
        (PARSE_ONLY, Box::new(|json, _| Facts::read(json).visibility.countries.len())),
        (
            "serde_json into an owned struct of all fields",
            Box::new(|json, _| Whole::read(json).visibility.countries.len()),
        ),
        (
            "serde_json into a `Value`",
            Box::new(|json, _| {
                serde_json::from_slice::<serde_json::Value>(json)
                    .expect("JSON")
                    .as_object()
                    .map_or(0, |object| object.len())
            }),
        ),
        (
            "serde_json, everything skipped",
            Box::new(|json, _| {
                usize::from(serde_json::from_slice::<serde::de::IgnoredAny>(json).is_ok())
            }),
        ),
        ("`str::to_lowercase`", Box::new(|_, text| text.to_lowercase().len())),
        (
            "`to_lowercase`, split into words",
            Box::new(|_, text| words(&text.to_lowercase()).count()),
        ),
        (
            "`to_lowercase`, split into words, probed in a hash set",
            Box::new(move |_, text| {
                words(&text.to_lowercase()).filter(|word| table.contains(*word)).count()
            }),
        ),
        (
            "words of UAX 29",
            Box::new(|_, text| {
                unicode_segmentation::UnicodeSegmentation::unicode_words(text).count()
            }),
        ),
        (
            "fold, split and hash in one pass by table",
            Box::new(move |_, text| {
                let mut all = 0u64;
                fold.words(text, |hash| all ^= hash);
                all as usize
            }),
        ),
        (
            "daachorse, charwise, over the keywords",
            Box::new(move |_, text| charwise.find_overlapping_iter(text).count()),
        ),
        (
            "aho-corasick, contiguous NFA, over the keywords",
            Box::new(move |_, text| nfa.find_overlapping_iter(text).count()),
        ),
    ]
}

/// Every field of the messages, copied into memory of its own.
#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read, because reading is what is measured")]
struct Whole {
    id: String,
    platform: String,
    sent_at: String,
    parts: Vec<WholePart>,
    chat: WholeChat,
    author: WholeAuthor,
    language: WholeLanguage,
    visibility: WholeVisibility,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read, because reading is what is measured")]
struct WholePart {
    kind: String,
    text: String,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read, because reading is what is measured")]
struct WholeChat {
    r#type: String,
    members: i64,
    strikes: i64,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read, because reading is what is measured")]
struct WholeAuthor {
    account: WholeAccount,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read, because reading is what is measured")]
struct WholeAccount {
    is_bot: bool,
}

#[derive(Debug, Deserialize)]
#[expect(dead_code, reason = "only read, because reading is what is measured")]
struct WholeLanguage {
    declared: String,
}

#[derive(Debug, Deserialize)]
struct WholeVisibility {
    countries: Vec<String>,
}

impl Whole {
    fn read(json: &[u8]) -> Self {
        serde_json::from_slice(json).expect("the benchmark wrote it")
    }
}
