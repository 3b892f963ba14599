//! The words of all phrases, indexed so that a word of a text is compared with few of them.

use super::letters::{class, mixes_scripts, plain, stands_for};
use super::lookup::{Lookup, LookupBuilder};
use super::reading::{TextWord, WordPattern, has_repetition};
use super::words::{LeetCandidate, MIN_SPELLED, Spelled, Words};
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
    /// By [`plain`] letters: for words without disguise.
    pub(crate) plain: Lookup,
    /// By [`class`] of letters: for words in disguise and leetspeak.
    pub(crate) disguised: Lookup,
    /// By class, with repetitions removed: for leetspeak with repeated letters.
    repeated: Lookup,
    /// The lengths in letters of the words of `loose` phrases.
    spelled: BTreeSet<usize>,
    /// Whether a `!` after a word can belong to a word of a `loose` phrase.
    ends_in_mark: bool,
}

/// Where a word of the vocabulary occurs in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) word: WordId,
    /// The index of the word after the step.
    pub(crate) after: usize,
    /// Bytes of the original.
    pub(crate) bytes: Range<usize>,
}

/// Steps, by the index of the word at which they begin.
pub(crate) type Steps = BTreeMap<usize, Vec<Step>>;

impl Vocabulary {
    /// Builds the index in time n log n.
    pub(crate) fn of(words: WordSet) -> Self {
        let (mut plain_words, mut disguised, mut repeated) =
            (LookupBuilder::default(), LookupBuilder::default(), LookupBuilder::default());
        let (mut spelled, mut ends_in_mark) = (BTreeSet::new(), false);
        for (id, word) in words.iter().enumerate() {
            for text in word.texts() {
                // Words of a text are looked up folded, so `exact` words are indexed by the words that they fold to.
                if word.modifier == Modifier::Exact {
                    for (_, folded) in Words::of(text).iter() {
                        plain_words.insert(folded.chars().map(plain), word.prefix, id);
                    }
                    continue;
                }
                plain_words.insert(text.chars().map(plain), word.prefix, id);
                let classes = text.chars().map(class);
                if word.modifier == Modifier::Loose {
                    spelled.insert(classes.clone().count());
                    ends_in_mark |= word.prefix || text.ends_with(|last| stands_for('!', last));
                    repeated.insert(dedup(classes.clone()), word.prefix, id);
                }
                disguised.insert(classes, word.prefix, id);
            }
        }
        let (plain, disguised, repeated) =
            (plain_words.build(), disguised.build(), repeated.build());
        Self { words, plain, disguised, repeated, spelled, ends_in_mark }
    }

    /// A word by its index.
    pub(crate) fn get(&self, word: WordId) -> Option<&Arc<WordPattern>> {
        self.words.get_index(word)
    }

    /// Whether there are `loose` phrases. Only they need leetspeak.
    pub(crate) fn is_loose(&self) -> bool {
        !self.spelled.is_empty()
    }

    /// Whether a `!` after a word can be leetspeak. Texts often contain `!`, and it is rarely leetspeak.
    pub(crate) fn ends_in_mark(&self) -> bool {
        self.ends_in_mark
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
        steps
    }

    /// The vocabulary words that a word of a text matches. A word may be reported twice.
    pub(crate) fn read_word(&self, word: TextWord<'_>, mut found: impl FnMut(WordId)) {
        let mut candidates = vec![];
        self.plain.find(word.folded.chars().map(plain), &mut candidates);
        if word.disguised {
            self.disguised.find(word.folded.chars().map(class), &mut candidates);
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
            let LeetCandidate { words, letters, bytes, disguised } = candidate;
            let classes = letters.chars().map(class);
            self.disguised.find(classes.clone(), &mut candidates);
            if has_repetition(letters) {
                self.repeated.find(dedup(classes), &mut candidates);
            }
            for id in candidates.drain(..) {
                if self.matches_loosely(id, letters, disguised) {
                    add(steps, words.clone(), &bytes, id);
                }
            }
        });
        for run in text.spelled() {
            self.read_spelled(text, &run, steps);
        }
        for LeetCandidate { words, letters, bytes, .. } in text.flags() {
            self.read_letters(&letters, |_| false, |id| add(steps, words.clone(), &bytes, id));
        }
    }

    /// Finds words whose letters are spaced out.
    fn read_letters(
        &self,
        letters: &str,
        disguised: fn(&str) -> bool,
        mut found: impl FnMut(WordId),
    ) {
        let (mut candidates, length) = (vec![], letters.chars().count());
        self.disguised.find_same_letters(letters.chars().map(class), &mut candidates);
        for id in candidates {
            let is_whole =
                |own: &Arc<WordPattern>| own.texts().any(|text| text.chars().count() == length);
            if self.get(id).is_some_and(is_whole)
                && self.matches_loosely(id, letters, disguised(letters))
            {
                found(id);
            }
        }
    }

    /// Finds the words that are spelled out in a run of spaced letters.
    fn read_spelled(&self, text: &Words, run: &Spelled<'_>, steps: &mut Steps) {
        let letters = run.letters.concat();
        let bounds: Vec<usize> = bounds(&letters).collect();
        // The number of characters before each word, and before the end.
        let mut starts = vec![0];
        starts.extend(run.letters.iter().scan(0, |before, word| {
            *before += word.chars().count();
            Some(*before)
        }));
        for (from, &start) in starts.iter().enumerate() {
            let lengths = self.spelled.range(MIN_SPELLED..);
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

    fn matches_loosely(&self, id: WordId, letters: &str, disguised: bool) -> bool {
        self.get(id).is_some_and(|own| {
            own.modifier == Modifier::Loose && own.matches_loosely(letters, disguised)
        })
    }
}

/// Adds a step unless it is there already. Each duplicate would double the number of paths.
fn add(steps: &mut Steps, words: Range<usize>, bytes: &Range<usize>, word: WordId) {
    let steps_at_word = steps.entry(words.start).or_default();
    let known = steps_at_word.iter_mut().find(|step| (step.word, step.after) == (word, words.end));
    match known {
        // Include the signs around it.
        Some(step) => step.bytes = step.bytes.start.min(bytes.start)..step.bytes.end.max(bytes.end),
        None => steps_at_word.push(Step { word, after: words.end, bytes: bytes.clone() }),
    }
}

/// Removes repeated letters.
fn dedup(letters: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut last = None;
    letters.filter(move |&c| last.replace(c) != Some(c))
}

/// The start of each character, and the end of the last.
fn bounds(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()])
}
