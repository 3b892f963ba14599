//! Finds which of many patterns match a text, in one pass. The engine does this for every message.
//!
//! The pass hashes each word while it reads the characters, and looks the hash up in a table of the words of all patterns.
//! Only the few texts with such a word need more work. Each character that has a row in a table of characters is handled
//! by that row. At any other character, the specification ([`Words`]) reads the text between the spaces around it. A word
//! is folded only if the table may contain it.

mod chars;
mod pass;

use super::matcher::{Part, Phrases, PhrasesBuilder, Places};
use super::numbers::Number;
use super::vocabulary::{Step, Steps, WordId};
use super::words::Span;
use super::{Matcher, Words};
use aho_corasick::AhoCorasick;
use pass::{Found, Reader};
use std::cell::LazyCell;
use std::collections::BTreeSet;

/// The patterns of a rule set. It finds which of them match; [`Matcher::find`] finds where.
#[derive(Clone, Debug)]
pub struct Scanner {
    reader: Reader,
    phrases: Phrases,
    /// For each phrase, the index of its pattern.
    owners: Vec<usize>,
    signs: Option<AhoCorasick>,
    /// The `#` and `#%` of phrases, each with a word that a text must have too.
    numbers: BTreeSet<(Number, Option<WordId>)>,
}

/// The buffers of a scan, reused for the next text.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    found: Found,
    /// Nodes of the trie that were reached, each with the index of the next step.
    open: Vec<(usize, usize)>,
    places: Vec<(Part, Span)>,
    parts: Vec<Part>,
    reported: Vec<usize>,
}

impl Scratch {
    /// The size of its buffers in bytes.
    pub(crate) fn memory(&self) -> usize {
        let Self { found, open, places, parts, reported } = self;
        found.memory()
            + open.capacity() * size_of::<(usize, usize)>()
            + places.capacity() * size_of::<(Part, Span)>()
            + parts.capacity() * size_of::<Part>()
            + reported.capacity() * size_of::<usize>()
    }
}

impl Scanner {
    /// Builds a scanner. The number of a pattern is its index in `patterns`.
    pub fn new<'a>(patterns: impl Iterator<Item = &'a Matcher>) -> Self {
        let mut builder = PhrasesBuilder::default();
        let mut owners = vec![];
        for (owner, pattern) in patterns.enumerate() {
            builder.extend(&pattern.phrases);
            owners.resize(builder.len(), owner);
        }
        let mut phrases = builder.build();
        let automaton = || AhoCorasick::new(&phrases.signs).ok();
        Self {
            signs: (!phrases.signs.is_empty()).then(automaton).flatten(),
            numbers: phrases.numbers(),
            reader: Reader::new(std::mem::take(&mut phrases.vocabulary), phrases.signs.iter()),
            phrases,
            owners,
        }
    }

    /// Reports each pattern that matches, once, in no particular order.
    pub fn scan(&self, text: &str, scratch: &mut Scratch, found: &mut impl FnMut(usize)) {
        scratch.clear();
        self.reader.read(text, &mut scratch.found);
        let words = LazyCell::new(|| Words::of(text));
        if scratch.found.may_be_loose {
            self.read_loose(&words, &mut scratch.found.steps);
        }
        if scratch.found.may_have_digits && self.may_have_numbers(text, &scratch.found.steps) {
            self.read_numbers(&words, &mut scratch.found.steps);
        }
        if !scratch.found.steps.is_empty() {
            scratch.found.merge();
            self.walk(scratch);
        }
        if scratch.found.may_have_signs && self.signs.is_some() {
            self.read_signs(&words, scratch);
        }
        if !scratch.places.is_empty() {
            self.report(scratch, found);
        }
    }

    #[cold]
    fn read_loose(&self, words: &Words, found: &mut Vec<Step>) {
        let mut steps = Steps::new();
        self.reader.vocabulary.read_loose(words, &mut steps);
        found.extend(steps.into_values().flatten());
    }

    /// Whether a text that has digits may have a phrase with a number, given the words that were found in it.
    fn may_have_numbers(&self, text: &str, found: &[Step]) -> bool {
        let is_in_text = |(number, word): &(Number, Option<WordId>)| {
            word.is_none_or(|word| found.iter().any(|step| step.word == word))
                && self.reader.vocabulary.may_have_number(*number, text, found)
        };
        self.numbers.iter().any(is_in_text)
    }

    #[cold]
    fn read_numbers(&self, words: &Words, found: &mut Vec<Step>) {
        let mut steps = Steps::new();
        self.reader.vocabulary.read_numbers(words, &mut steps);
        found.extend(steps.into_values().flatten());
    }

    /// Finds the sequences of words that occur in the text.
    fn walk(&self, scratch: &mut Scratch) {
        let Scratch { found: Found { steps, .. }, open, places, .. } = scratch;
        let trie = &self.phrases.trie;
        for (index, first) in steps.iter().enumerate() {
            open.push((0, index));
            while let Some((node, index)) = open.pop() {
                let Some(step) = steps.get(index) else { continue };
                let Some((node, ends)) = trie.child(node, step.word) else { continue };
                if ends {
                    let bytes = first.bytes.start..step.bytes.end;
                    let span = Span { bytes, words: first.words.start..step.words.end };
                    places.push((Part::Words(node), span));
                }
                // A flag is not a word, so no word follows it: it can only match a phrase of one word.
                if step.words.is_empty() {
                    continue;
                }
                let from = steps.partition_point(|next| next.words.start < step.words.end);
                let next = steps.iter().enumerate().skip(from);
                let next = next.take_while(|(_, next)| next.words.start == step.words.end);
                let next = next.filter(|(_, next)| !next.words.is_empty());
                open.extend(next.map(|(index, _)| (node, index)));
            }
        }
    }

    #[cold]
    fn read_signs(&self, words: &Words, scratch: &mut Scratch) {
        let Some(signs) = &self.signs else { return };
        let present: BTreeSet<usize> = signs
            .find_overlapping_iter(words.folded())
            .map(|found| found.pattern().as_usize())
            .collect();
        for number in present {
            let signs = self.phrases.signs.get_index(number).into_iter();
            let spans = signs.flat_map(|signs| words.signs(signs));
            scratch.places.extend(spans.map(|span| (Part::Signs(number), span)));
        }
    }

    /// Reports each pattern with a phrase whose parts occur in the text in order.
    fn report(&self, scratch: &mut Scratch, report: &mut impl FnMut(usize)) {
        let Scratch { places, parts, reported, .. } = scratch;
        parts.extend(places.iter().map(|(part, _)| *part));
        parts.sort_unstable();
        parts.dedup();
        let mut places_by_part = None;
        for part in parts.iter() {
            for &number in self.phrases.starting_with(*part) {
                let found = (self.phrases.phrases.get(number), self.owners.get(number));
                let (Some(pieces), Some(&owner)) = found else { continue };
                let occurs = |part| parts.binary_search(&part).is_ok();
                if reported.contains(&owner) || !pieces.all_pieces_occur(occurs) {
                    continue;
                }
                let occurs = pieces.single_piece().is_some() || {
                    let places = places_by_part.get_or_insert_with(|| by_part(places));
                    !pieces.find(places).is_empty()
                };
                if occurs {
                    reported.push(owner);
                    report(owner);
                }
            }
        }
    }
}

impl Scratch {
    fn clear(&mut self) {
        self.found.clear();
        self.open.clear();
        self.places.clear();
        self.parts.clear();
        self.reported.clear();
    }
}

fn by_part(places: &[(Part, Span)]) -> Places {
    let mut by_part = Places::new();
    for (part, span) in places {
        by_part.entry(*part).or_default().push(span.clone());
    }
    by_part
}

#[cfg(test)]
mod tests;
