//! Decides, letter by letter, whether a word of a text matches a word of a phrase. This file defines when two words
//! match; `lookup`, `table`, `vocabulary` and `scanner` only find candidates fast.

use super::letters::{is_leet_sign, is_schwa, looks_like, stands_for, without_mark};
use super::numbers::Number;
use super::spelling::Spelling;
use crate::syntax::tree::Modifier;
use std::hash::{Hash, Hasher};

/// A word of a phrase. With a `*` it is the beginning of a word.
#[derive(Clone, Debug)]
pub(crate) struct WordPattern {
    /// The word of the phrase itself.
    first: Variant,
    /// Its other spellings.
    others: Vec<Variant>,
    pub(crate) is_prefix: bool,
    pub(crate) modifier: Modifier,
    /// Set for a `#`, which is no word.
    pub(crate) number: Option<Number>,
    spelling: &'static Spelling,
}

/// A way to write a word.
#[derive(Clone, Debug)]
struct Variant {
    /// As written for an `exact` phrase, else folded.
    text: Box<str>,
    /// Whether the spellings of the language apply.
    uses_spelling: bool,
    /// Whether marks in the text are ignored: see [`MIN_UNMARKED`].
    ignores_marks: bool,
}

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextWord<'a> {
    /// As it is written.
    pub(crate) written: &'a str,
    /// Folded.
    pub(crate) folded: &'a str,
    /// Whether it mixes scripts, or consists of lookalikes only. Then each letter may be any letter that it looks like.
    pub(crate) is_disguised: bool,
    /// Whether folding dropped marks from it. Then all its letters are compared without marks.
    pub(crate) has_dropped_marks: bool,
}

/// How letters may be compared.
#[derive(Clone, Copy, Debug)]
struct Reading {
    by_shape: bool,
    without_marks: bool,
    as_leet: bool,
}

/// A word of a phrase without marks also finds the word with marks if it has at least this many letters: `benefices`
/// finds `bénéfices`. In shorter words a mark makes a different word (`pate`, `pâté`).
const MIN_UNMARKED: usize = 6;
/// This many equal letters in a row are emphasis or disguise. Two are normal spelling.
pub(crate) const REPEATED: usize = 3;

impl PartialEq for WordPattern {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for WordPattern {}

impl Hash for WordPattern {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity().hash(state);
    }
}

impl WordPattern {
    /// The arguments of `new`; everything else follows from them.
    fn identity(&self) -> (&str, bool, Modifier, &'static str) {
        (&self.first.text, self.is_prefix, self.modifier, self.spelling.name())
    }

    pub(crate) fn new(
        text: &str,
        is_prefix: bool,
        modifier: Modifier,
        language: Option<&str>,
    ) -> Self {
        let spelling = Spelling::of(language);
        let variant = |text: &str, uses_spelling| {
            let has_mark = |c| without_mark(c) != c || spelling.substitute(c).is_some();
            let ignores_marks = uses_spelling
                && !text.chars().any(has_mark)
                && text.chars().count() >= MIN_UNMARKED;
            Variant { text: text.into(), uses_spelling, ignores_marks }
        };
        let mut others = vec![];
        if modifier != Modifier::Exact {
            others.extend(spelling.without_umlauts(text).map(|text| variant(&text, true)));
            others.extend(spelling.with_umlauts(text).map(|text| variant(&text, false)));
        }
        Self { first: variant(text, true), others, is_prefix, modifier, number: None, spelling }
    }

    /// A `#` or `#%`. No word has its text.
    pub(crate) fn of_number(number: Number) -> Self {
        let own = Self::new(number.written(), false, Modifier::Plain, None);
        Self { number: Some(number), ..own }
    }

    /// The word: as written for an `exact` phrase, otherwise folded.
    pub(crate) fn text(&self) -> &str {
        &self.first.text
    }

    /// All ways to write the word.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.variants().map(|variant| &*variant.text)
    }

    fn variants(&self) -> impl Iterator<Item = &Variant> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Whether a word of a text matches.
    pub(crate) fn matches(&self, word: TextWord<'_>) -> bool {
        if self.modifier == Modifier::Exact {
            return if self.is_prefix {
                word.written.starts_with(self.text())
            } else {
                word.written == self.text()
            };
        }
        let letters = word.folded.chars();
        let has_foreign_mark = |c: char| without_mark(c) != c && !self.spelling.has(c);
        let without_marks = word.has_dropped_marks
            || !word.folded.is_ascii() && letters.clone().any(has_foreign_mark);
        self.reads(letters, Reading { by_shape: word.is_disguised, without_marks, as_leet: false })
    }

    /// Whether letters, digits and signs are this word in leetspeak. Only words of `loose` phrases are compared like this.
    pub(crate) fn matches_loosely(&self, candidate: &str, is_disguised: bool) -> bool {
        let reading = Reading {
            by_shape: is_disguised || candidate.contains(is_leet_sign),
            without_marks: true,
            as_leet: true,
        };
        self.reads(candidate.chars(), reading)
            || has_repetition(candidate)
                && self.variants().any(|variant| self.reads_repeated(variant, candidate, reading))
    }

    fn reads(&self, letters: impl Iterator<Item = char> + Clone, reading: Reading) -> bool {
        self.variants().any(|variant| {
            let mut letters = letters.clone();
            variant
                .text
                .chars()
                .all(|own| letters.next().is_some_and(|c| self.is_letter(variant, c, own, reading)))
                && (self.is_prefix || letters.next().is_none())
        })
    }

    /// Whether a letter of a text matches a letter of the word.
    fn is_letter(&self, variant: &Variant, c: char, own: char, reading: Reading) -> bool {
        let fits = |own: char| {
            c == own
                || is_schwa(c) && is_schwa(own)
                || reading.without_marks && without_mark(c) == without_mark(own)
                || reading.by_shape && (looks_like(c, own) || looks_like(without_mark(c), own))
                || reading.as_leet && stands_for(c, own)
        };
        fits(own)
            || variant.uses_spelling && self.spelling.substitute(own).is_some_and(fits)
            || reading.by_shape && self.spelling.has(own) && fits(without_mark(own))
            || variant.ignores_marks
                && (without_mark(c) == own || self.spelling.substitute(c) == Some(own))
    }

    /// Compares a word with a text in which letters may be repeated. Each run of equal letters of the word matches a run
    /// of letters of the text, in order. A letter of the text may match two neighbouring runs of the word, so all
    /// divisions of the text are tracked.
    fn reads_repeated(&self, variant: &Variant, candidate: &str, reading: Reading) -> bool {
        let mut own: Vec<char> = variant.text.chars().collect();
        own.dedup();
        // `open[n]`: whether the letters of the text so far can match the letters of the word up to `n`.
        let mut open = vec![false; own.len()];
        for (at, c) in candidate.chars().enumerate() {
            let matches =
                |n: usize| own.get(n).is_some_and(|&own| self.is_letter(variant, c, own, reading));
            let reached = |n: Option<usize>| match n {
                Some(n) => open.get(n).copied().unwrap_or(false),
                None => at == 0,
            };
            open = (0..own.len())
                .map(|n| matches(n) && (reached(Some(n)) || reached(n.checked_sub(1))))
                .collect();
            if self.is_prefix && open.last() == Some(&true) {
                return true;
            }
        }
        open.last() == Some(&true)
    }
}

/// Whether a letter occurs three times in a row.
pub(crate) fn has_repetition(word: &str) -> bool {
    let (mut last, mut run) = (None, 0);
    word.chars().any(|c| {
        run = if last.replace(c) == Some(c) { run + 1 } else { 1 };
        run >= REPEATED && c.is_alphabetic()
    })
}
