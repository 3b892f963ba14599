//! The rules of the benchmark, as plain data: each engine writes them in its own language. All of them ask *place in
//! visible_in and … and members > n and not a bot*; what stands at the dots differs.

use super::lexicon::{Script, is_plain};
use super::messages;
use fastrand::Rng;
use std::collections::BTreeSet;
use std::path::Path;

/// The jurisdictions, each with a two hundredth, hundredth, … of the rules: fifty.
pub const PLACES: [&str; 50] = [
    "KZ", "RU", "UZ", "KG", "TJ", "TM", "AM", "AZ", "GE", "BY", "UA", "MD", "DE", "FR", "IT", "ES",
    "PT", "NL", "BE", "AT", "CH", "SE", "NO", "DK", "FI", "PL", "CZ", "SK", "HU", "RO", "BG", "GR",
    "TR", "IL", "AE", "SA", "EG", "IN", "PK", "BD", "ID", "MY", "PH", "TH", "VN", "JP", "KR", "CN",
    "BR", "US",
];

/// How many different keywords 10,000 rules have.
pub const VOCABULARY: usize = 23_388;
/// As many as any set here has; smaller sets are the first of them.
pub const MOST: usize = 10_000;
const WORDS: usize = 5;

/// One rule. Its number is its identity in every engine.
#[derive(Clone, Debug)]
pub struct Rule {
    pub number: u32,
    /// Index into [`PLACES`].
    pub place: usize,
    /// The chat has more members than this.
    pub members: i64,
    pub test: Test,
}

/// What else a rule asks.
#[derive(Clone, Debug)]
pub enum Test {
    /// Any of these whole words, in any case: eight rules of ten.
    Words(Vec<String>),
    /// A regular expression on the text as written: one of ten. `literal` occurs in whatever matches.
    Regex { pattern: String, literal: String },
    /// Fields alone: one of ten.
    Fields { language: &'static str, strikes: i64 },
}

impl Rule {
    pub fn place(&self) -> &'static str {
        PLACES[self.place]
    }
}

/// Writes [`MOST`] rules. Where the word lists of the shared data are present, keywords are theirs; what is lacking, or
/// everything, is invented.
pub fn write(seed: u64, shared: &Path) -> Vec<Rule> {
    let mut rng = Rng::with_seed(seed ^ 0x5eed_0001);
    let mut slots = vocabulary(&mut rng, shared);
    // Every keyword stands once, some more often: the smaller their number, the more.
    while slots.len() < MOST * WORDS {
        let at = (rng.f64().powi(2) * VOCABULARY as f64) as usize;
        slots.push(slots[at].clone());
    }
    rng.shuffle(&mut slots);
    (0..MOST as u32)
        .zip(slots.chunks(WORDS))
        .map(|(number, words)| rule(&mut rng, number, words))
        .collect()
}

fn rule(rng: &mut Rng, number: u32, words: &[String]) -> Rule {
    let test = match number % 10 {
        3 => {
            let literal = words[0].clone();
            Test::Regex { pattern: format!("{literal}[ ,.:-]{{1,3}}[0-9]{{2,6}}"), literal }
        }
        7 => Test::Fields {
            language: messages::LANGUAGES[rng.usize(..messages::LANGUAGES.len())],
            strikes: rng.i64(6..12),
        },
        _ => {
            let mut words: Vec<String> =
                words.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect();
            rng.shuffle(&mut words);
            Test::Words(words)
        }
    };
    // Most thresholds lie where most chats do.
    let members = 10f64.powf(1.5 + 4.3 * rng.f64()) as i64;
    Rule { number, place: rng.usize(..PLACES.len()), members, test }
}

fn vocabulary(rng: &mut Rng, shared: &Path) -> Vec<String> {
    let mut listed: Vec<String> = listed(shared).into_iter().collect();
    rng.shuffle(&mut listed);
    listed.truncate(VOCABULARY);
    let mut all: BTreeSet<String> = listed.iter().cloned().collect();
    let scripts = [Script::Cyrillic, Script::Cyrillic, Script::Latin, Script::Arabic];
    let mut number = 400;
    while listed.len() < VOCABULARY {
        number += 1 + rng.usize(..12);
        let word = scripts[rng.usize(..scripts.len())].word(number);
        if is_plain(&word) && all.insert(word.clone()) {
            listed.push(word);
        }
    }
    rng.shuffle(&mut listed);
    listed
}

/// The word lists of the shared data: whole single words of the scripts that the messages are written in.
fn listed(shared: &Path) -> BTreeSet<String> {
    let folders = ["lists/words", "lists/words/ldnoobw", "lists/words/ldnoobw_v2"];
    let files =
        folders.iter().filter_map(|folder| std::fs::read_dir(shared.join(folder)).ok()).flatten();
    files
        .filter_map(|file| std::fs::read_to_string(file.ok()?.path()).ok())
        .flat_map(|text| text.lines().map(|line| line.trim().to_lowercase()).collect::<Vec<_>>())
        .filter(|word| is_plain(word))
        .collect()
}
