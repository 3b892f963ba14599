//! One automaton over all keywords and the literals of the regular expressions; each leads to the rules that need it.

use crate::engine::{Engine, place};
use crate::facts::{Facts, is_word};
use crate::rules::{PLACES, Rule, Test};
use regex::Regex;
use std::collections::HashMap;

/// Finds all occurrences, overlapping ones too.
pub trait Automaton {
    fn build(patterns: &[&str]) -> Self;
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
    /// By pattern: the rules that have it as a keyword, those whose regular expression needs it.
    of: Vec<(Vec<u32>, Vec<u32>)>,
    regexes: HashMap<u32, Regex>,
    by_fields: ByFields,
    /// Which rules have been seen in this message.
    seen: Vec<u64>,
    touched: Vec<u32>,
}

impl<A: Automaton> Postings<A> {
    pub fn new(rules: &[Rule]) -> Self {
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let (mut patterns, mut of, mut regexes) = (vec![], vec![], HashMap::new());
        let mut slot = |word, of: &mut Vec<_>| {
            *numbers.entry(word).or_insert_with(|| {
                patterns.push(word);
                of.push((vec![], vec![]));
                patterns.len() - 1
            })
        };
        for (index, rule) in (0u32..).zip(rules) {
            match &rule.test {
                Test::Words(words) => {
                    for word in words {
                        let at = slot(word.as_str(), &mut of);
                        of[at].0.push(index);
                    }
                }
                Test::Regex { pattern, literal } => {
                    let at = slot(literal.as_str(), &mut of);
                    of[at].1.push(index);
                    regexes.insert(index, Regex::new(pattern).expect("a regex"));
                }
                Test::Fields { .. } => {}
            }
        }
        Self {
            automaton: A::build(&patterns),
            rules: rules.to_vec(),
            of,
            regexes,
            by_fields: ByFields::new(rules),
            seen: vec![0; rules.len().div_ceil(64)],
            touched: vec![],
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
        let Self { automaton, of, rules, regexes, seen, touched, .. } = self;
        automaton.each(&lower, |start, end, pattern| {
            let (words, literals) = &of[pattern];
            let is_whole = || {
                let before = lower[..start].chars().next_back().is_some_and(is_word);
                !before && !lower[end..].chars().next().is_some_and(is_word)
            };
            let words = if !words.is_empty() && is_whole() { words.as_slice() } else { &[] };
            for &index in words.iter().chain(literals) {
                let rule = &rules[index as usize];
                let fires = visible & 1 << rule.place != 0
                    && facts.members() > rule.members
                    && seen[index as usize / 64] & 1 << (index % 64) == 0
                    && regexes.get(&index).is_none_or(|regex| regex.is_match(facts.text()));
                if fires {
                    seen[index as usize / 64] |= 1 << (index % 64);
                    touched.push(index);
                    hits.push(rule.number);
                }
            }
        });
        for index in touched.drain(..) {
            seen[index as usize / 64] = 0;
        }
        self.by_fields.judge(&facts, hits);
    }
}

/// The rules on fields alone, by place and language.
pub struct ByFields(HashMap<(usize, &'static str), Vec<(i64, i64, u32)>>);

impl ByFields {
    pub fn new(rules: &[Rule]) -> Self {
        let mut of: HashMap<_, Vec<_>> = HashMap::new();
        for rule in rules {
            if let Test::Fields { language, strikes } = &rule.test {
                of.entry((rule.place, *language)).or_default().push((
                    *strikes,
                    rule.members,
                    rule.number,
                ));
            }
        }
        Self(of)
    }

    pub fn judge(&self, facts: &Facts<'_>, hits: &mut Vec<u32>) {
        let (strikes, members) = (facts.chat.strikes, facts.members());
        // No rule asks for fewer.
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
