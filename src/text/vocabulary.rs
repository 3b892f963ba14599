//! The words of all phrases, indexed so that a word of a text is compared with few of them.

use super::letters::{class_key, mixes_scripts, plain_key, stands_for};
use super::lookup::{Lookup, LookupBuilder};
use super::numbers::{Number, PERCENT_SIGNS, numbers, percent_words};
use super::reading::{TextWord, WordPattern, has_repetition};
use super::words::{LeetCandidate, LetterRun, MIN_SPELLED, Words};
use crate::syntax::tree::Modifier;
use foldhash::fast::RandomState;
use indexmap::IndexSet;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

/// The index of a word of a phrase.
pub(crate) type WordId = usize;

/// Distinct words, numbered. A pattern shares them with the scanner of all patterns.
pub(crate) type WordSet = IndexSet<Arc<WordPattern>, RandomState>;

/// The words of all phrases, indexed by keys. A word of a text has the same key as each word that it can match.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    words: WordSet,
    /// By the [`plain_key`] of each letter: for words without disguise.
    pub(crate) by_plain_key: Lookup,
    /// By the [`class_key`] of each letter: for words in disguise and leetspeak.
    pub(crate) by_class: Lookup,
    /// By the class of each letter, without repetitions: for leetspeak with repeated letters.
    by_distinct_class: Lookup,
    /// The lengths in letters of the words of `loose` phrases.
    loose_lengths: BTreeSet<usize>,
    /// The `#` and `#%` of phrases.
    numbers: Vec<(Number, WordId)>,
    /// If there is a `#%`: the words that can be a percent sign, or the last of several.
    percent_words: BTreeSet<WordId>,
    /// Whether a `!` after a word can belong to a word of a `loose` phrase.
    may_end_in_exclamation: bool,
}

/// A place of a vocabulary word in a text. A phrase is a sequence of steps.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) word: WordId,
    /// The indices of the text's words that it covers. Flags are not words, so their range is empty.
    pub(crate) words: Range<usize>,
    /// Bytes of the original.
    pub(crate) bytes: Range<usize>,
}

/// Steps by the index of their first word.
pub(crate) type Steps = BTreeMap<usize, Vec<Step>>;

impl Vocabulary {
    /// Builds the index in time n log n.
    pub(crate) fn of(mut words: WordSet) -> Self {
        let number = |(id, word): (_, &Arc<WordPattern>)| Some((word.number?, id));
        let numbers: Vec<(Number, WordId)> = words.iter().enumerate().filter_map(number).collect();
        let mut percent_words_found = BTreeSet::new();
        if numbers.iter().any(|(number, _)| *number == Number::Percentage) {
            percent_words_found.extend(percent_words().map(|word| words.insert_full(word).0));
        }
        let [mut by_plain_key, mut by_class, mut by_distinct_class] =
            std::array::from_fn(|_| LookupBuilder::default());
        let (mut loose_lengths, mut may_end_in_exclamation) = (BTreeSet::new(), false);
        for (id, word) in words.iter().enumerate().filter(|(_, word)| word.number.is_none()) {
            for text in word.texts() {
                // Words of a text are looked up folded, so `exact` words are indexed by the words that they fold to.
                if word.modifier == Modifier::Exact {
                    for (_, folded) in Words::of(text).iter() {
                        by_plain_key.insert(folded.chars().map(plain_key), word.is_prefix, id);
                    }
                    continue;
                }
                by_plain_key.insert(text.chars().map(plain_key), word.is_prefix, id);
                let classes = text.chars().map(class_key);
                if word.modifier == Modifier::Loose {
                    loose_lengths.insert(classes.clone().count());
                    may_end_in_exclamation |=
                        word.is_prefix || text.ends_with(|last| stands_for('!', last));
                    by_distinct_class.insert(
                        without_repetitions(classes.clone()),
                        word.is_prefix,
                        id,
                    );
                }
                by_class.insert(classes, word.is_prefix, id);
            }
        }
        Self {
            words,
            by_plain_key: by_plain_key.build(),
            by_class: by_class.build(),
            by_distinct_class: by_distinct_class.build(),
            loose_lengths,
            numbers,
            percent_words: percent_words_found,
            may_end_in_exclamation,
        }
    }

    /// A word by its index.
    pub(crate) fn get(&self, word: WordId) -> Option<&Arc<WordPattern>> {
        self.words.get_index(word)
    }

    /// Whether there are `loose` phrases. Only they need leetspeak.
    pub(crate) fn is_loose(&self) -> bool {
        !self.loose_lengths.is_empty()
    }

    /// Whether a `!` after a word can be leetspeak. Texts often contain `!`, and it is rarely leetspeak.
    pub(crate) fn may_end_in_exclamation(&self) -> bool {
        self.may_end_in_exclamation
    }

    /// Finds the words of the vocabulary in a text.
    pub(crate) fn read(&self, text: &Words) -> Steps {
        let mut steps = Steps::new();
        for (number, bytes) in text.bytes().enumerate() {
            let Some(word) = text.word(number) else { continue };
            self.read_word(word, |id| add(&mut steps, number..number + 1, &bytes, id));
        }
        if self.is_loose() {
            self.read_loose(text, &mut steps);
        }
        if self.has_numbers() {
            self.read_numbers(text, &mut steps);
        }
        steps
    }

    /// Finds what `#` and `#%` stand for.
    pub(crate) fn read_numbers(&self, text: &Words, steps: &mut Steps) {
        numbers(text, |number, span| {
            for (_, id) in self.numbers.iter().filter(|(own, _)| *own == number) {
                add(steps, span.words.clone(), &span.bytes, *id);
            }
        });
    }

    /// Whether a text that has digits may have a number or a percentage, given the words that were found in it.
    pub(crate) fn may_have_number(&self, number: Number, text: &str, found: &[Step]) -> bool {
        match number {
            Number::Any => true,
            Number::Percentage => {
                text.contains(PERCENT_SIGNS)
                    || found.iter().any(|step| self.percent_words.contains(&step.word))
            }
        }
    }

    /// Whether any phrase has a number.
    pub(crate) fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }

    /// The vocabulary words that a word of a text matches. A word may be reported twice.
    pub(crate) fn read_word(&self, word: TextWord<'_>, mut found: impl FnMut(WordId)) {
        let mut candidates = vec![];
        self.by_plain_key.find(word.folded.chars().map(plain_key), &mut candidates);
        if word.is_disguised {
            self.by_class.find(word.folded.chars().map(class_key), &mut candidates);
        }
        for id in candidates {
            if self.get(id).is_some_and(|own| own.matches(word)) {
                found(id);
            }
        }
    }

    /// Finds words written in leetspeak.
    pub(crate) fn read_loose(&self, text: &Words, steps: &mut Steps) {
        let mut candidates = vec![];
        text.leet_candidates(|candidate| {
            let LeetCandidate { words, letters, bytes, is_disguised } = candidate;
            let classes = letters.chars().map(class_key);
            self.by_class.find(classes.clone(), &mut candidates);
            if has_repetition(letters) {
                self.by_distinct_class.find(without_repetitions(classes), &mut candidates);
            }
            for id in candidates.drain(..) {
                if self.matches_loosely(id, letters, is_disguised) {
                    add(steps, words.clone(), &bytes, id);
                }
            }
        });
        for run in text.letter_runs() {
            self.read_letter_run(text, &run, steps);
        }
        for LeetCandidate { words, letters, bytes, .. } in text.flags() {
            self.read_letters(&letters, |_| false, |id| add(steps, words.clone(), &bytes, id));
        }
    }

    /// Finds the words that consist of these letters, which are spaced out in the text.
    fn read_letters(
        &self,
        letters: &str,
        is_disguised: fn(&str) -> bool,
        mut found: impl FnMut(WordId),
    ) {
        let (mut candidates, length) = (vec![], letters.chars().count());
        self.by_class.find_same_letters(letters.chars().map(class_key), &mut candidates);
        for id in candidates {
            let is_whole =
                |own: &Arc<WordPattern>| own.texts().any(|text| text.chars().count() == length);
            if self.get(id).is_some_and(is_whole)
                && self.matches_loosely(id, letters, is_disguised(letters))
            {
                found(id);
            }
        }
    }

    /// Finds the words that are spelled out in a run of spaced letters.
    fn read_letter_run(&self, text: &Words, run: &LetterRun<'_>, steps: &mut Steps) {
        let letters = run.letters.concat();
        let bounds: Vec<usize> = char_bounds(&letters).collect();
        // The number of characters before each word, and before the end.
        let mut starts = vec![0];
        starts.extend(run.letters.iter().scan(0, |before, word| {
            *before += word.chars().count();
            Some(*before)
        }));
        for (from, &start) in starts.iter().enumerate() {
            let lengths = self.loose_lengths.range(MIN_SPELLED..);
            for &length in lengths.take_while(|&length| start + length < bounds.len()) {
                let Ok(to) = starts.binary_search(&(start + length)) else { continue };
                let ends = (bounds.get(start), bounds.get(start + length));
                let (Some(&first), Some(&last)) = ends else { break };
                let letters = letters.get(first..last).unwrap_or_default();
                let Some(span) = text.span_of(run.first + from..run.first + to) else { break };
                let mixes = |letters: &str| mixes_scripts(letters.chars());
                self.read_letters(letters, mixes, |id| {
                    add(steps, span.words.clone(), &span.bytes, id);
                });
            }
        }
    }

    fn matches_loosely(&self, id: WordId, letters: &str, is_disguised: bool) -> bool {
        self.get(id).is_some_and(|own| {
            own.modifier == Modifier::Loose && own.matches_loosely(letters, is_disguised)
        })
    }
}

/// Adds a step unless it is there already. Each duplicate would double the number of paths.
fn add(steps: &mut Steps, words: Range<usize>, bytes: &Range<usize>, word: WordId) {
    let steps_at_word = steps.entry(words.start).or_default();
    match steps_at_word.iter_mut().find(|step| step.word == word && step.words == words) {
        // Signs around the word that are not needed to read it are not part of it.
        Some(step) if narrowness(bytes) < narrowness(&step.bytes) => step.bytes = bytes.clone(),
        Some(_) => {}
        None => steps_at_word.push(Step { word, words, bytes: bytes.clone() }),
    }
}

/// The order of the readings of the same words: the shortest comes first.
pub(crate) fn narrowness(bytes: &Range<usize>) -> (usize, usize) {
    (bytes.len(), bytes.start)
}

/// The letters without those that equal the letter before.
fn without_repetitions(letters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut last = None;
    letters.filter(move |&c| last.replace(c) != Some(c))
}

/// The byte at which each character begins, and the end of the last.
fn char_bounds(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()])
}
