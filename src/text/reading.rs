//! Decides, letter by letter, whether a word of a text matches a word of a phrase. This is the definition of matching;
//! all other files only find the candidates fast.

use super::letters::{bare, is_leet_sign, looks_like, stands_for};
use super::spelling::Spelling;
use crate::syntax::tree::Modifier;
use std::hash::{Hash, Hasher};

/// A word of a phrase, or a beginning of a word.
#[derive(Clone, Debug)]
pub(crate) struct WordPattern {
    /// The word as written in the phrase.
    first: Variant,
    /// Other ways to write it.
    others: Vec<Variant>,
    pub(crate) prefix: bool,
    pub(crate) modifier: Modifier,
    spelling: &'static Spelling,
}

/// A way to write a word.
#[derive(Clone, Debug)]
struct Variant {
    /// As written for an `exact` phrase, else folded.
    text: Box<str>,
    /// Whether the spellings of the language apply.
    uses_spelling: bool,
    /// Whether the text may have marks that the pattern lacks: see [`MIN_UNMARKED`].
    unmarked: bool,
}

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextWord<'a> {
    /// As it is written.
    pub(crate) written: &'a str,
    /// Folded.
    pub(crate) folded: &'a str,
    /// Whether it is in disguise: it mixes scripts, or consists of lookalikes only. Each letter may be any letter that
    /// it looks like.
    pub(crate) disguised: bool,
    /// Whether it has marks that are not part of a letter. Then all its letters are compared without marks.
    pub(crate) dropped_marks: bool,
}

/// How letters may be compared.
#[derive(Clone, Copy, Debug)]
struct Reading {
    disguised: bool,
    bare: bool,
    leet: bool,
}

/// A word with at least this many letters that is written without marks also matches with marks: `benefices` matches
/// `bénéfices`. In shorter words a mark makes a different word (`pate`, `pâté`).
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
        (&self.first.text, self.prefix, self.modifier, self.spelling.name())
    }

    pub(crate) fn new(
        text: &str,
        prefix: bool,
        modifier: Modifier,
        language: Option<&str>,
    ) -> Self {
        let spelling = Spelling::of(language);
        let variant = |text: &str, uses_spelling| {
            let is_plain = text.chars().all(|c| bare(c) == c && spelling.substitute(c).is_none());
            let unmarked = uses_spelling && is_plain && text.chars().count() >= MIN_UNMARKED;
            Variant { text: text.into(), uses_spelling, unmarked }
        };
        let mut others = vec![];
        if modifier != Modifier::Exact {
            others.extend(spelling.without_umlauts(text).map(|text| variant(&text, true)));
            others.extend(spelling.with_umlauts(text).map(|text| variant(&text, false)));
        }
        Self { first: variant(text, true), others, prefix, modifier, spelling }
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
            return if self.prefix {
                word.written.starts_with(self.text())
            } else {
                word.written == self.text()
            };
        }
        let letters = word.folded.chars();
        let is_foreign = |c: char| bare(c) != c && !self.spelling.has(c);
        let bare = word.dropped_marks || !word.folded.is_ascii() && letters.clone().any(is_foreign);
        self.reads(letters, Reading { disguised: word.disguised, bare, leet: false })
    }

    /// Whether a run of letters, digits and signs is this word in leetspeak. Only for `loose` phrases.
    pub(crate) fn matches_loosely(&self, candidate: &str, disguised: bool) -> bool {
        let reading = Reading {
            disguised: disguised || candidate.contains(is_leet_sign),
            bare: true,
            leet: true,
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
                && (self.prefix || letters.next().is_none())
        })
    }

    /// Whether a letter of a text matches a letter of the word.
    fn is_letter(&self, variant: &Variant, c: char, own: char, reading: Reading) -> bool {
        let fits = |own: char| {
            c == own
                || reading.bare && bare(c) == bare(own)
                || reading.disguised && (looks_like(c, own) || looks_like(bare(c), own))
                || reading.leet && stands_for(c, own)
        };
        fits(own)
            || variant.uses_spelling && self.spelling.substitute(own).is_some_and(fits)
            || reading.disguised && bare(own) != own && self.spelling.has(own) && fits(bare(own))
            || variant.unmarked && (bare(c) == own || self.spelling.substitute(c) == Some(own))
    }

    /// Compares a word with a text in which letters may be repeated: each run of equal letters of the word matches a
    /// run of the text, in order. One letter of the text can match two letters in a row, so all ways to divide the
    /// text are tracked.
    fn reads_repeated(&self, variant: &Variant, candidate: &str, reading: Reading) -> bool {
        let mut own: Vec<char> = variant.text.chars().collect();
        own.dedup();
        // `open[n]` says whether the text so far may end at letter `n` of the word.
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
            if self.prefix && open.last() == Some(&true) {
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
