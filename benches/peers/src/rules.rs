//! The rules of the benchmark, as plain data. Each engine gets them in its own language. All rules test *place in
//! visible_in and … and members > n and not a bot*, with another test in place of the dots.

use super::lexicon::{Script, is_plain};
use super::messages;
use fastrand::Rng;
use std::collections::BTreeSet;
use std::path::Path;

/// The jurisdictions. Each rule belongs to a random one of them.
pub const PLACES: [&str; 50] = [
    "KZ", "RU", "UZ", "KG", "TJ", "TM", "AM", "AZ", "GE", "BY", "UA", "MD", "DE", "FR", "IT", "ES",
    "PT", "NL", "BE", "AT", "CH", "SE", "NO", "DK", "FI", "PL", "CZ", "SK", "HU", "RO", "BG", "GR",
    "TR", "IL", "AE", "SA", "EG", "IN", "PK", "BD", "ID", "MY", "PH", "TH", "VN", "JP", "KR", "CN",
    "BR", "US",
];

/// How many different keywords 10,000 rules have.
pub const VOCABULARY: usize = 23_388;
/// The number of rules in the largest set. Smaller sets are the first rules of it.
pub const MOST: usize = 10_000;
/// The number of keywords that a rule gets, before duplicates are removed.
const WORDS: usize = 5;

/// One rule. Its number is its identity in every engine.
#[derive(Clone, Debug)]
pub struct Rule {
    pub number: u32,
    /// Index into [`PLACES`].
    pub place: usize,
    /// The chat must have more members than this.
    pub members: i64,
    pub test: Test,
}

/// What else a rule tests.
#[derive(Clone, Debug)]
pub enum Test {
    /// The text has any of these whole words, in upper or lower case. Eight of ten rules are of this kind.
    Words(Vec<String>),
    /// A regular expression matches the text as written. Every match contains `literal`. One of ten rules is of this kind.
    Regex { pattern: String, literal: String },
    /// Only fields are tested. One of ten rules is of this kind.
    Fields { language: &'static str, strikes: i64 },
}

impl Rule {
    pub fn place(&self) -> &'static str {
        PLACES[self.place]
    }
}

/// Writes [`MOST`] rules. Keywords come from the word lists of the shared data. If there are not enough, the others are
/// invented.
pub fn write(seed: u64, shared: &Path) -> Vec<Rule> {
    let mut rng = Rng::with_seed(seed ^ 0x5eed_0001);
    let mut slots = vocabulary(&mut rng, shared);
    // Every keyword is used at least once, and keywords with smaller numbers more often.
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
    // The thresholds are distributed like the sizes of the chats.
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
