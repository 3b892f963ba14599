//! Finding the phrases of a pattern in a text. All words of all phrases stand in one vocabulary and all phrases in
//! one trie of words, so that a text costs a few look-ups per word, however many phrases there are.

use super::lookalikes::{leet, skeleton, squeezed};
use super::phrase::{Alternative, Fault, Phrase, WordPattern};
use super::words::{Form, SPELLED, Span, Words};
use super::{FaultKind, Match, PatternFault, PhraseSource};
use crate::syntax::tree::Modifier;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ops::Range;

/// All phrases of one pattern, compiled.
#[derive(Clone, Debug, Default)]
pub struct Matcher {
    vocabulary: Vocabulary,
    trie: Trie,
    /// What is sought as it stands.
    signs: Vec<String>,
    phrases: BTreeMap<usize, Pieces>,
    /// The phrases that begin with a part.
    beginning: BTreeMap<Part, Vec<usize>>,
}

/// One phrase.
#[derive(Clone, Debug)]
struct Pieces {
    /// The alternatives for each piece.
    pieces: Vec<Vec<Part>>,
    gaps: Vec<u32>,
}

/// What phrases are made of and share: words in a row, by their node in the trie, or signs, by their number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Words(usize),
    Signs(usize),
}

/// Where the parts stand in a text, in order.
type Places = BTreeMap<Part, Vec<Span>>;
/// A word of a phrase, by its number in the vocabulary.
type WordId = usize;

/// The words of all phrases.
#[derive(Clone, Debug, Default)]
struct Vocabulary {
    ids: HashMap<(Modifier, WordPattern), WordId>,
    lexicons: BTreeMap<Form, Lexicon>,
}

/// What words of a text are compared with when read in one form.
#[derive(Clone, Debug, Default)]
struct Lexicon {
    whole: HashMap<String, Vec<WordId>>,
    prefixes: HashMap<String, Vec<WordId>>,
    /// The lengths in bytes of the prefixes.
    prefix_bytes: BTreeSet<usize>,
    /// The lengths in letters of all.
    letters: BTreeSet<usize>,
}

/// For each word of a text where a word of the vocabulary begins: which, and the number of the word after it.
type Steps = BTreeMap<usize, Vec<(WordId, usize)>>;

/// All sequences of words. A node is what was read so far; node 0 is nothing.
#[derive(Clone, Debug, Default)]
struct Trie {
    edges: HashMap<(usize, WordId), usize>,
    /// The nodes that end a sequence.
    ends: HashSet<usize>,
}

impl Matcher {
    /// Compiles phrases. Faulty phrases are left out and reported; a word of mixed scripts is only reported.
    pub fn compile(phrases: &[PhraseSource<'_>]) -> (Self, Vec<PatternFault>) {
        let mut matcher = Self::default();
        let mut faults = vec![];
        let mut seen = HashSet::new();
        for (number, source) in phrases.iter().enumerate() {
            let mut report = |Fault { piece, bytes, kind, message }| {
                faults.push(PatternFault { phrase: number, piece, bytes, kind, message });
            };
            match Phrase::read(source) {
                Ok(phrase)
                    if seen.insert((source.modifier, source.gaps.clone(), phrase.normal())) =>
                {
                    matcher.insert(number, source, &phrase);
                    phrase.mixed.map(report);
                }
                Ok(_) => report(Fault {
                    piece: 0,
                    bytes: 0..source.pieces.first().map_or(0, |raw| raw.len()),
                    kind: FaultKind::Duplicate,
                    message: "the same phrase stands before".to_owned(),
                }),
                Err(fault) => report(fault),
            }
        }
        (matcher, faults)
    }

    /// All matches: leftmost, of those the longest, not overlapping, in order. Time is linear in the text but for
    /// phrases that begin alike (their words in common are read once per place) and gaps (their width).
    pub fn find(&self, text: &Words) -> Vec<Match> {
        let places = self.places(text);
        let begun = places.keys().filter_map(|part| self.beginning.get(part)).flatten();
        let begun: BTreeSet<usize> = begun.copied().collect();
        let mut matches: Vec<Match> = vec![];
        for (phrase, pieces) in begun.iter().filter_map(|phrase| self.phrases.get_key_value(phrase))
        {
            let spans = pieces.find(&places).into_iter();
            matches.extend(spans.map(|Span { bytes, words }| Match {
                bytes,
                words,
                phrase: *phrase,
            }));
        }
        matches.sort_by_key(|found| (found.bytes.start, Reverse(found.bytes.end), found.phrase));
        let mut end = 0;
        matches.retain(|found| {
            let free = found.bytes.start >= end;
            end = if free { found.bytes.end } else { end };
            free
        });
        matches
    }

    fn insert(&mut self, number: usize, source: &PhraseSource<'_>, phrase: &Phrase) {
        let mut part = |alternative: &Alternative| match alternative {
            Alternative::Words(words) => {
                let id = |word| self.vocabulary.insert(source.modifier, word);
                Part::Words(self.trie.insert(words.iter().map(id)))
            }
            Alternative::Signs(signs) => {
                self.signs.push(signs.clone());
                Part::Signs(self.signs.len() - 1)
            }
        };
        let pieces: Vec<Vec<Part>> =
            phrase.pieces.iter().map(|piece| piece.iter().map(&mut part).collect()).collect();
        for &part in pieces.first().into_iter().flatten() {
            self.beginning.entry(part).or_default().push(number);
        }
        self.phrases.insert(number, Pieces { pieces, gaps: source.gaps.clone() });
    }

    fn places(&self, text: &Words) -> Places {
        let mut places = Places::new();
        self.trie.walk(&self.vocabulary.read(text), |node, words| {
            places.entry(Part::Words(node)).or_default().extend(text.cover(words));
        });
        for (number, signs) in self.signs.iter().enumerate() {
            let spans: Vec<Span> = text.signs(signs).collect();
            if !spans.is_empty() {
                places.insert(Part::Signs(number), spans);
            }
        }
        places
    }
}

impl Pieces {
    /// The places of the whole phrase: its first piece, then each following within its gap, to the farthest end.
    fn find(&self, places: &Places) -> Vec<Span> {
        let stands = |piece: &Vec<Part>| piece.iter().any(|part| places.contains_key(part));
        if !self.pieces.iter().all(stands) {
            return vec![];
        }
        let mut pieces = self.pieces.iter().rev().map(|piece| {
            let mut spans: Vec<Span> =
                piece.iter().filter_map(|part| places.get(part)).flatten().cloned().collect();
            spans.sort_by_key(|span| (span.words.start, span.bytes.start));
            spans
        });
        let last = pieces.next().unwrap_or_default();
        pieces.zip(self.gaps.iter().rev()).fold(last, |tails, (heads, &gap)| {
            heads.into_iter().filter_map(|head| with_tail(head, &tails, gap as usize)).collect()
        })
    }
}

/// A span up to the farthest end of those that begin at most `gap` words after it. Those are in order.
fn with_tail(head: Span, tails: &[Span], gap: usize) -> Option<Span> {
    let from = tails.partition_point(|tail| tail.words.start < head.words.end);
    let tail = tails
        .iter()
        .skip(from)
        .take_while(|tail| tail.words.start <= head.words.end + gap)
        .filter(|tail| tail.bytes.start >= head.bytes.end)
        .max_by_key(|tail| tail.bytes.end)?;
    let bytes = head.bytes.start..tail.bytes.end;
    Some(Span { bytes, words: head.words.start..tail.words.end })
}

impl Phrase {
    /// What makes it the same as another: its alternatives, in any order.
    fn normal(&self) -> Vec<BTreeSet<Alternative>> {
        self.pieces.iter().map(|piece| piece.iter().cloned().collect()).collect()
    }
}

impl Vocabulary {
    fn insert(&mut self, modifier: Modifier, word: &WordPattern) -> WordId {
        let next = self.ids.len();
        let id = *self.ids.entry((modifier, word.clone())).or_insert(next);
        if id == next {
            for (form, text) in forms(modifier, &word.text) {
                self.lexicons.entry(form).or_default().insert(text, word.prefix, id);
            }
        }
        id
    }

    fn read(&self, text: &Words) -> Steps {
        let mut steps = Steps::new();
        let mut add = |words: Range<usize>, ids: &[WordId]| {
            for step in ids.iter().map(|&id| (id, words.end)) {
                let of_word = steps.entry(words.start).or_default();
                // Two readings may be one word; twice the step would double the paths with each such word.
                if !of_word.contains(&step) {
                    of_word.push(step);
                }
            }
        };
        for word in 0..text.len() {
            for (form, reading) in text.readings(word) {
                if let Some(lexicon) = self.lexicons.get(&form) {
                    lexicon.find(reading, |ids| add(word..word + 1, ids));
                }
            }
        }
        if let Some(lexicon) = self.lexicons.get(&Form::Leet) {
            for (words, reading) in text.glued() {
                lexicon.find(reading, |ids| add(words.clone(), ids));
            }
            lexicon.find_spelled(text, add);
        }
        steps
    }
}

/// The readings that a word of a phrase accepts, and what they have to be.
fn forms(modifier: Modifier, word: &str) -> Vec<(Form, String)> {
    let mut forms = match modifier {
        Modifier::Exact => return vec![(Form::Written, word.to_owned())],
        Modifier::Plain => vec![],
        Modifier::Loose => {
            vec![(Form::Leet, leet(word)), (Form::Squeezed, squeezed(&leet(word)))]
        }
    };
    forms.extend([(Form::Folded, word.to_owned()), (Form::Skeleton, skeleton(word))]);
    forms
}

impl Lexicon {
    fn insert(&mut self, text: String, prefix: bool, id: WordId) {
        self.letters.insert(text.chars().count());
        if prefix {
            self.prefix_bytes.insert(text.len());
            self.prefixes.entry(text).or_default().push(id);
        } else {
            self.whole.entry(text).or_default().push(id);
        }
    }

    /// The words that a reading is, or begins with.
    fn find<'a>(&'a self, reading: &str, mut found: impl FnMut(&'a [WordId])) {
        found(ids(&self.whole, reading));
        for &length in self.prefix_bytes.range(..=reading.len()) {
            if let Some(beginning) = reading.get(..length) {
                found(ids(&self.prefixes, beginning));
            }
        }
    }

    /// The words, or beginnings, that are spelled out letter by letter.
    fn find_spelled<'a>(&'a self, text: &Words, mut found: impl FnMut(Range<usize>, &'a [WordId])) {
        for run in text.spelled() {
            for from in 0..run.len() {
                let lengths = self.letters.range(SPELLED..=(run.len() - from).max(SPELLED));
                for (words, letters) in lengths.filter_map(|&length| run.part(from, length)) {
                    found(words.clone(), ids(&self.whole, letters));
                    found(words, ids(&self.prefixes, letters));
                }
            }
        }
    }
}

fn ids<'a>(of: &'a HashMap<String, Vec<WordId>>, text: &str) -> &'a [WordId] {
    of.get(text).map_or(&[], Vec::as_slice)
}

impl Trie {
    /// The node that ends a sequence.
    fn insert(&mut self, words: impl Iterator<Item = WordId>) -> usize {
        let end = words.fold(0, |node, word| {
            let next = self.edges.len() + 1;
            *self.edges.entry((node, word)).or_insert(next)
        });
        self.ends.insert(end);
        end
    }

    /// All sequences in a text, by their first word.
    fn walk(&self, steps: &Steps, mut found: impl FnMut(usize, Range<usize>)) {
        for &start in steps.keys() {
            let mut open = vec![(0, start)];
            while let Some((node, at)) = open.pop() {
                for &(word, after) in steps.get(&at).into_iter().flatten() {
                    let Some(&next) = self.edges.get(&(node, word)) else { continue };
                    if self.ends.contains(&next) {
                        found(next, start..after);
                    }
                    open.push((next, after));
                }
            }
        }
    }
}
