//! The words that phrases ask for, filed so that a word of a text is compared with few of them.

use super::fold::Folded;
use super::letters::{class, mixes_scripts, plain};
use super::reading::{TextWord, WordPattern, has_repetition};
use super::words::{SPELLED, Spelled, Unit, Words};
use crate::syntax::tree::Modifier;
use foldhash::HashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A word of a phrase, by its number.
pub(crate) type WordId = usize;

/// The words of all phrases. They are filed under shapes: words of a text that can be read as one have its shape too.
#[derive(Clone, Debug, Default)]
pub(crate) struct Vocabulary {
    words: Vec<WordPattern>,
    ids: HashMap<(String, bool, Modifier, &'static str), WordId>,
    /// By [`plain`] letters: for words in no disguise.
    plain: Lexicon,
    /// By [`class`] of letters: for words in disguise and leetspeak.
    disguised: Lexicon,
    /// By class, repeated ones made one: for leetspeak with repeated letters.
    repeated: Lexicon,
    /// How many letters the words of `loose` phrases have.
    spelled: BTreeSet<usize>,
}

/// Words by their shape.
#[derive(Clone, Debug, Default)]
struct Lexicon {
    whole: HashMap<String, Vec<WordId>>,
    prefixes: HashMap<String, Vec<WordId>>,
    /// The lengths in characters of the shapes of prefixes.
    lengths: BTreeSet<usize>,
}

/// What a word is filed under.
#[derive(Clone, Debug)]
pub(crate) struct Shape {
    pub(crate) letters: String,
    /// Of the beginning of words.
    pub(crate) prefix: bool,
}

/// Where a word of the vocabulary stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) word: WordId,
    /// The number of the word after it.
    pub(crate) after: usize,
    /// In the original.
    pub(crate) bytes: Range<usize>,
}

/// By the number of the word where they begin.
pub(crate) type Steps = BTreeMap<usize, Vec<Step>>;

impl Vocabulary {
    /// The number of a word; it is added when it is new.
    pub(crate) fn insert(&mut self, word: WordPattern) -> WordId {
        let id = self.words.len();
        let key = (word.text.clone(), word.prefix, word.modifier, word.spelling.name());
        let known = *self.ids.entry(key).or_insert(id);
        if known == id {
            self.file(&word, id);
            self.words.push(word);
        }
        known
    }

    fn file(&mut self, word: &WordPattern, id: WordId) {
        for Shape { letters, prefix } in shapes(word, plain) {
            self.plain.insert(letters, prefix, id);
        }
        for Shape { letters, prefix } in disguised(word) {
            if word.modifier == Modifier::Loose {
                self.spelled.insert(letters.chars().count());
                self.repeated.insert(dedup(&letters), prefix, id);
            }
            self.disguised.insert(letters, prefix, id);
        }
    }

    /// What all words are filed under when in no disguise.
    pub(crate) fn plain_shapes(&self) -> impl Iterator<Item = (Shape, WordId)> {
        let of = |(id, word)| shapes(word, plain).map(move |shape| (shape, id));
        self.words.iter().enumerate().flat_map(of)
    }

    /// What all words are filed under when in disguise.
    pub(crate) fn disguised_shapes(&self) -> impl Iterator<Item = (Shape, WordId)> {
        let of = |(id, word)| disguised(word).map(move |shape| (shape, id));
        self.words.iter().enumerate().flat_map(of)
    }

    /// A word by its number.
    pub(crate) fn get(&self, word: WordId) -> Option<&WordPattern> {
        self.words.get(word)
    }

    /// Whether leetspeak is sought.
    pub(crate) fn is_loose(&self) -> bool {
        !self.spelled.is_empty()
    }

    /// The words of the vocabulary in a text.
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

    /// The words that a word of a text is.
    pub(crate) fn read_word(&self, word: TextWord<'_>, mut found: impl FnMut(WordId)) {
        let mut check = |id: WordId| {
            if self.get(id).is_some_and(|own| own.is(word)) {
                found(id);
            }
        };
        self.plain.find(&shape(word.folded.chars(), plain), &mut check);
        if word.disguised {
            self.disguised.find(&shape(word.folded.chars(), class), &mut check);
        }
    }

    /// The words that are written in leetspeak.
    pub(crate) fn read_loose(&self, text: &Words, steps: &mut Steps) {
        text.units(|unit| {
            let Unit { words, letters, bytes, disguised } = unit;
            let shape = shape(letters.chars(), class);
            let mut check = |id: WordId| {
                if self.is_loosely(id, letters, disguised) {
                    add(steps, words.clone(), &bytes, id);
                }
            };
            self.disguised.find(&shape, &mut check);
            if has_repetition(letters) {
                self.repeated.find(&dedup(&shape), &mut check);
            }
        });
        for run in text.spelled() {
            self.read_spelled(text, &run, steps);
        }
        for Unit { words, letters, bytes, .. } in text.flags() {
            self.disguised.find_whole(&shape(letters.chars(), class), |id| {
                if self.is_loosely(id, &letters, false) {
                    add(steps, words.clone(), &bytes, id);
                }
            });
        }
    }

    /// The words that are spelled out in a run of letters that stand apart.
    fn read_spelled(&self, text: &Words, run: &Spelled<'_>, steps: &mut Steps) {
        let letters = run.letters.concat();
        let shape = shape(letters.chars(), class);
        let bounds: Vec<(usize, usize)> = bounds(&letters).zip(bounds(&shape)).collect();
        // How many characters stand before each word, and before the end.
        let mut starts = vec![0];
        starts.extend(run.letters.iter().scan(0, |before, word| {
            *before += word.chars().count();
            Some(*before)
        }));
        for (from, &start) in starts.iter().enumerate() {
            let lengths = self.spelled.range(SPELLED..);
            for &length in lengths.take_while(|&length| start + length < bounds.len()) {
                let Ok(to) = starts.binary_search(&(start + length)) else { continue };
                let ends = (bounds.get(start), bounds.get(start + length));
                let (Some(first), Some(last)) = ends else { break };
                let letters = letters.get(first.0..last.0).unwrap_or_default();
                let shape = shape.get(first.1..last.1).unwrap_or_default();
                let Some(span) = text.cover(run.first + from..run.first + to) else { break };
                self.disguised.find_whole(shape, |id| {
                    if self.is_loosely(id, letters, mixes_scripts(letters.chars())) {
                        add(steps, span.words.clone(), &span.bytes, id);
                    }
                });
            }
        }
    }

    fn is_loosely(&self, id: WordId, letters: &str, disguised: bool) -> bool {
        self.get(id).is_some_and(|own| {
            own.modifier == Modifier::Loose && own.is_loosely(letters, disguised)
        })
    }
}

/// The shapes of a word, one for each way to write it.
fn shapes(word: &WordPattern, file: fn(char) -> char) -> impl Iterator<Item = Shape> {
    word.ways().map(move |way| {
        // What is sought as written is filed as what it folds to, for so are words of a text.
        let folded = Folded::of(&way.iter().collect::<String>());
        Shape { letters: shape(folded.as_str().chars(), file), prefix: word.prefix }
    })
}

/// Those in disguise; what is sought as written has none.
fn disguised(word: &WordPattern) -> impl Iterator<Item = Shape> {
    let has_any = word.modifier != Modifier::Exact;
    shapes(word, class).filter(move |_| has_any)
}

/// Two readings may be one word; twice the step would double the paths with each such word.
fn add(steps: &mut Steps, words: Range<usize>, bytes: &Range<usize>, word: WordId) {
    let of_word = steps.entry(words.start).or_default();
    let known = of_word.iter_mut().find(|step| (step.word, step.after) == (word, words.end));
    match known {
        // With the signs about it.
        Some(step) => step.bytes = step.bytes.start.min(bytes.start)..step.bytes.end.max(bytes.end),
        None => of_word.push(Step { word, after: words.end, bytes: bytes.clone() }),
    }
}

fn shape(letters: impl Iterator<Item = char>, file: fn(char) -> char) -> String {
    letters.map(file).collect()
}

fn dedup(shape: &str) -> String {
    let mut last = None;
    shape.chars().filter(|&c| last.replace(c) != Some(c)).collect()
}

/// Where each character begins, and where the last ends.
fn bounds(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()])
}

impl Lexicon {
    fn insert(&mut self, shape: String, prefix: bool, id: WordId) {
        let ids = if prefix {
            self.lengths.insert(shape.chars().count());
            self.prefixes.entry(shape).or_default()
        } else {
            self.whole.entry(shape).or_default()
        };
        // Two ways to write a word may have one shape.
        if ids.last() != Some(&id) {
            ids.push(id);
        }
    }

    /// The words whose shape a shape is, or begins with.
    fn find(&self, shape: &str, mut found: impl FnMut(WordId)) {
        self.whole.get(shape).into_iter().flatten().for_each(|&id| found(id));
        let Some(&longest) = self.lengths.last() else { return };
        let ends = bounds(shape).enumerate().take(longest + 1);
        for (_, end) in ends.filter(|(length, _)| self.lengths.contains(length)) {
            let beginning = shape.get(..end).unwrap_or_default();
            self.prefixes.get(beginning).into_iter().flatten().for_each(|&id| found(id));
        }
    }

    /// The words, and beginnings of words, that have exactly this shape.
    fn find_whole(&self, shape: &str, mut found: impl FnMut(WordId)) {
        self.whole.get(shape).into_iter().flatten().for_each(|&id| found(id));
        self.prefixes.get(shape).into_iter().flatten().for_each(|&id| found(id));
    }
}
