//! One automaton finds all keywords, and the literals of the regular expressions. Each of them leads to the rules that need
//! it.

use crate::engine::{Engine, place};
use crate::facts::{Facts, is_word};
use crate::rules::{PLACES, Rule, Test};
use regex::Regex;
use std::collections::HashMap;

pub trait Automaton {
    fn build(patterns: &[&str]) -> Self;
    /// Calls `found` with start, end and pattern of each occurrence, overlapping ones too.
    fn each(&self, text: &str, found: impl FnMut(usize, usize, usize));
}

pub struct Nfa(aho_corasick::AhoCorasick);

impl Automaton for Nfa {
    fn build(patterns: &[&str]) -> Self {
        let kind = Some(aho_corasick::AhoCorasickKind::ContiguousNFA);
        Self(aho_corasick::AhoCorasick::builder().kind(kind).build(patterns).expect("an automaton"))
    }

    fn each(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        for hit in self.0.find_overlapping_iter(text) {
            found(hit.start(), hit.end(), hit.pattern().as_usize());
        }
    }
}

pub struct Charwise(daachorse::CharwiseDoubleArrayAhoCorasick<u32>);

impl Automaton for Charwise {
    fn build(patterns: &[&str]) -> Self {
        Self(daachorse::CharwiseDoubleArrayAhoCorasick::new(patterns).expect("an automaton"))
    }

    fn each(&self, text: &str, mut found: impl FnMut(usize, usize, usize)) {
        for hit in self.0.find_overlapping_iter(text) {
            found(hit.start(), hit.end(), hit.value() as usize);
        }
    }
}

pub struct Postings<A> {
    automaton: A,
    rules: Vec<Rule>,
    /// For each pattern, the rules that have it as a keyword, and those whose regular expression needs it.
    postings: Vec<(Vec<u32>, Vec<u32>)>,
    regexes: HashMap<u32, Regex>,
    by_fields: ByFields,
    /// A bit for each rule that fires in this message.
    fired: Vec<u64>,
    /// The rules whose bits are set, to clear them again.
    set_bits: Vec<u32>,
}

impl<A: Automaton> Postings<A> {
    pub fn new(rules: &[Rule]) -> Self {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let (mut patterns, mut postings, mut regexes) = (vec![], vec![], HashMap::new());
        let mut slot = |word, postings: &mut Vec<_>| {
            *numbers.entry(word).or_insert_with(|| {
                patterns.push(word);
                postings.push((vec![], vec![]));
                patterns.len() - 1
            })
        };
        for (index, rule) in (0u32..).zip(rules) {
            match &rule.test {
                Test::Words(words) => {
                    for word in words {
                        let at = slot(word.as_str(), &mut postings);
                        postings[at].0.push(index);
                    }
                }
                Test::Regex { pattern, literal } => {
                    let at = slot(literal.as_str(), &mut postings);
                    postings[at].1.push(index);
                    regexes.insert(index, Regex::new(pattern).expect("a regex"));
                }
                Test::Fields { .. } => {}
            }
        }
        Self {
            automaton: A::build(&patterns),
            rules: rules.to_vec(),
            postings,
            regexes,
            by_fields: ByFields::new(rules),
            fired: vec![0; rules.len().div_ceil(64)],
            set_bits: vec![],
        }
    }
}

impl<A: Automaton> Engine for Postings<A> {
    fn judge(&mut self, json: &[u8], hits: &mut Vec<u32>) {
        let facts = Facts::read(json);
        let visible = facts.visibility.countries.iter().filter_map(|code| place(code));
        let visible = visible.fold(0u64, |all, place| all | 1 << place);
        if facts.is_bot() {
            return;
        }
        let lower = facts.lower();
        let Self { automaton, postings, rules, regexes, fired, set_bits, .. } = self;
        automaton.each(&lower, |start, end, pattern| {
            let (words, literals) = &postings[pattern];
            let is_whole = || {
                let before = lower[..start].chars().next_back().is_some_and(is_word);
                !before && !lower[end..].chars().next().is_some_and(is_word)
            };
            let words = if !words.is_empty() && is_whole() { words.as_slice() } else { &[] };
            for &index in words.iter().chain(literals) {
                let rule = &rules[index as usize];
                let fires = visible & 1 << rule.place != 0
                    && facts.members() > rule.members
                    && fired[index as usize / 64] & 1 << (index % 64) == 0
                    && regexes.get(&index).is_none_or(|regex| regex.is_match(facts.text()));
                if fires {
                    fired[index as usize / 64] |= 1 << (index % 64);
                    set_bits.push(index);
                    hits.push(rule.number);
                }
            }
        });
        for index in set_bits.drain(..) {
            fired[index as usize / 64] = 0;
        }
        self.by_fields.judge(&facts, hits);
    }
}

/// The rules that test fields only, by place and language: strikes, members and number of each.
pub struct ByFields(HashMap<(usize, &'static str), Vec<(i64, i64, u32)>>);

impl ByFields {
    pub fn new(rules: &[Rule]) -> Self {
        let mut by_key: HashMap<_, Vec<_>> = HashMap::new();
        for rule in rules {
            if let Test::Fields { language, strikes } = &rule.test {
                by_key.entry((rule.place, *language)).or_default().push((
                    *strikes,
                    rule.members,
                    rule.number,
                ));
            }
        }
        Self(by_key)
    }

    pub fn judge(&self, facts: &Facts<'_>, hits: &mut Vec<u32>) {
        let (strikes, members) = (facts.chat.strikes, facts.members());
        // Every rule asks for some strikes.
        if facts.is_bot() || strikes == 0 {
            return;
        }
        let Some(language) =
            crate::messages::LANGUAGES.iter().find(|known| **known == facts.language.declared)
        else {
            return;
        };
        for place in facts.visibility.countries.iter().filter_map(|code| place(code)) {
            debug_assert!(place < PLACES.len());
            let here = self.0.get(&(place, *language)).into_iter().flatten();
            hits.extend(
                here.filter(|rule| strikes > rule.0 && members > rule.1).map(|rule| rule.2),
            );
        }
    }
}
