//! Words and hash probes. One pass over the bytes folds, splits and hashes the words. One bit for each hash rules out nearly
//! every word that is no keyword. Rules that test fields only are stored by place and language. A regular expression is
//! tried only if its literal may occur.

use super::automaton::ByFields;
use crate::engine::{Engine, place};
use crate::facts::Facts;
use crate::rules::{Rule, Test};
use regex::Regex;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

pub struct Probes {
    fold: Box<Fold>,
    /// A bit for each keyword, at its hash.
    filter: Box<[u64; FILTER / 64]>,
    keywords: HashMap<u64, Vec<Posting>, BuildHasherDefault<NoHasher>>,
    /// A bit for each literal, at the hash of its last bytes.
    tails: Box<[u64; TAILS / 64]>,
    literals: Option<daachorse::CharwiseDoubleArrayAhoCorasick<u32>>,
    regexes: Vec<Vec<(Regex, Posting)>>,
    by_fields: ByFields,
}

#[derive(Clone, Copy)]
struct Posting {
    place: usize,
    members: i64,
    number: u32,
}

/// The number of bits for keywords.
const FILTER: usize = 1 << 20;
/// The number of bits for literals.
const TAILS: usize = 1 << 16;

impl Probes {
    pub fn new(rules: &[Rule]) -> Self {
        let fold = Fold::new();
        let mut filter = Box::new([0u64; FILTER / 64]);
        let mut tails = Box::new([0u64; TAILS / 64]);
        let mut keywords: HashMap<u64, Vec<Posting>, BuildHasherDefault<NoHasher>> =
            HashMap::default();
        let (mut literals, mut regexes) = (vec![], vec![]);
        for rule in rules {
            let posting = Posting { place: rule.place, members: rule.members, number: rule.number };
            match &rule.test {
                Test::Words(words) => {
                    for word in words {
                        let mut hash = 0;
                        fold.words(word, |word| hash = word);
                        filter[bit::<FILTER>(hash).0] |= bit::<FILTER>(hash).1;
                        keywords.entry(hash).or_default().push(posting);
                    }
                }
                Test::Regex { pattern, literal } => {
                    let at = tail(literal.as_bytes());
                    tails[at.0] |= at.1;
                    let regex = Regex::new(pattern).expect("a regex");
                    let known =
                        literals.iter().position(|known| known == literal).unwrap_or_else(|| {
                            literals.push(literal.clone());
                            regexes.push(vec![]);
                            literals.len() - 1
                        });
                    regexes[known].push((regex, posting));
                }
                Test::Fields { .. } => {}
            }
        }
        let literals = (!literals.is_empty()).then(|| {
            daachorse::CharwiseDoubleArrayAhoCorasick::new(&literals).expect("an automaton")
        });
        Self { fold, filter, keywords, tails, literals, regexes, by_fields: ByFields::new(rules) }
    }

    /// Whether a literal may occur in a text. In a match a literal is followed by a sign and a number, so only such places
    /// are looked at.
    fn may_have_literal(&self, text: &[u8]) -> bool {
        text.windows(2).enumerate().any(|(at, two)| {
            matches!(two[0], b' ' | b',' | b'.' | b':' | b'-')
                && (two[1].is_ascii_digit() || matches!(two[1], b' ' | b',' | b'.' | b':' | b'-'))
                && at >= TAIL
                && {
                    let (word, bit) = tail(&text[..at]);
                    self.tails[word] & bit != 0
                }
        })
    }
}

impl Engine for Probes {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        if facts.is_bot() {
            return;
        }
        let visible = facts.visibility.countries.iter().filter_map(|code| place(code));
        let visible = visible.fold(0u64, |all, place| all | 1 << place);
        let members = facts.members();
        let applies = |rule: &Posting| visible & 1 << rule.place != 0 && members > rule.members;
        let before = hits.len();
        self.fold.words(facts.text(), |hash| {
            let (word, bit) = bit::<FILTER>(hash);
            if self.filter[word] & bit != 0 {
                let rules = self.keywords.get(&hash).into_iter().flatten();
                hits.extend(rules.filter(|rule| applies(rule)).map(|rule| rule.number));
            }
        });
        if let Some(literals) = &self.literals
            && self.may_have_literal(facts.text().as_bytes())
        {
            for hit in literals.find_overlapping_iter(facts.text()) {
                let rules = self.regexes[hit.value() as usize].iter();
                hits.extend(
                    rules
                        .filter(|(regex, rule)| applies(rule) && regex.is_match(facts.text()))
                        .map(|(_, rule)| rule.number),
                );
            }
        }
        if hits.len() > before + 1 {
            hits[before..].sort_unstable();
            let mut kept = before + 1;
            for at in before + 1..hits.len() {
                if hits[at] != hits[kept - 1] {
                    hits[kept] = hits[at];
                    kept += 1;
                }
            }
            hits.truncate(kept);
        }
        self.by_fields.judge(&facts, hits);
    }
}

/// How many bytes at the end of a literal are hashed.
const TAIL: usize = 4;

/// The position of the bit for the last bytes of a text: word and mask.
fn tail(text: &[u8]) -> (usize, u64) {
    let end = text.last_chunk::<TAIL>().copied().unwrap_or_default();
    bit::<TAILS>(u64::from(u32::from_le_bytes(end)).wrapping_mul(0x9e37_79b9_7f4a_7c15))
}

/// The position of the bit for a hash: word and mask.
fn bit<const BITS: usize>(hash: u64) -> (usize, u64) {
    let at = (hash >> 40) as usize % BITS;
    (at / 64, 1 << (at % 64))
}

/// Gives keys back as they are, because they are hashes already.
#[derive(Default)]
struct NoHasher(u64);

impl Hasher for NoHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {}

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// For each character of up to two bytes in UTF-8: its lower case, or 0 if it does not belong to words.
pub struct Fold([u16; 0x800]);

impl Fold {
    pub fn new() -> Box<Self> {
        let mut table = Box::new(Self([0; 0x800]));
        for (at, lower) in (0u32..).zip(table.0.iter_mut()) {
            let Some(c) = char::from_u32(at).filter(|c| crate::facts::is_word(*c)) else {
                continue;
            };
            let mut small = c.to_lowercase();
            let one = small.next().filter(|_| small.next().is_none()).unwrap_or(c);
            *lower = u16::try_from(u32::from(one)).unwrap_or(at as u16);
        }
        table
    }

    /// Calls `word` with the hash of each word of a text, in lower case.
    pub fn words(&self, text: &str, mut word: impl FnMut(u64)) {
        let bytes = text.as_bytes();
        let (mut hash, mut at) = (START, 0);
        while let Some(&first) = bytes.get(at) {
            let letter = if first < 0x80 {
                at += 1;
                u32::from(self.0[usize::from(first)])
            } else if first < 0xe0 {
                let second = bytes.get(at + 1).copied().unwrap_or_default();
                at += 2;
                u32::from(self.0[usize::from(first & 0x1f) << 6 | usize::from(second & 0x3f)])
            } else {
                let c = text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or_default();
                at += c.len_utf8();
                if crate::facts::is_word(c) {
                    c.to_lowercase().next().map_or(0, u32::from)
                } else {
                    0
                }
            };
            if letter != 0 {
                hash = (hash.rotate_left(5) ^ u64::from(letter)).wrapping_mul(MULTIPLY);
            } else if hash != START {
                word(hash);
                hash = START;
            }
        }
        if hash != START {
            word(hash);
        }
    }
}

const START: u64 = 0x1234_5678_9abc_def1;
const MULTIPLY: u64 = 0x517c_c1b7_2722_0a95;
