//! Whether a word of a text is a word that a phrase asks for. This is the meaning of matching, letter by letter;
//! everything else finds the words to ask about, fast.

use super::letters::{bare, is_leet_sign, leet_for, passes_for};
use super::spelling::Spelling;
use crate::syntax::tree::Modifier;
use std::hash::{Hash, Hasher};

/// A word that is asked for, or the beginning of one.
#[derive(Clone, Debug)]
pub(crate) struct WordPattern {
    /// The word as it is asked for.
    first: Way,
    /// Other ways to write it.
    others: Vec<Way>,
    pub(crate) prefix: bool,
    pub(crate) modifier: Modifier,
    spelling: &'static Spelling,
}

/// A way to write a word.
#[derive(Clone, Debug)]
struct Way {
    /// As written for an `exact` phrase, else folded.
    text: Box<str>,
    /// Whether letters may be typed as others.
    typed: bool,
    /// Whether the text may have marks that the pattern lacks: see [`UNMARKED`].
    unmarked: bool,
}

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TextWord<'a> {
    /// As it stands.
    pub(crate) written: &'a str,
    /// Folded.
    pub(crate) folded: &'a str,
    /// It is in disguise: it mixes scripts, or is made of lookalikes only. All letters stand for what they pass for.
    pub(crate) disguised: bool,
    /// It has marks that are part of no letter: none of its marks counts.
    pub(crate) defaced: bool,
}

/// How letters may be read.
#[derive(Clone, Copy, Debug)]
struct Reading {
    disguised: bool,
    bare: bool,
    leet: bool,
}

/// A word of so many letters, written without marks, is found with them too: `benefices` for *bénéfices*. In shorter
/// ones a mark makes another word (*pate*, *pâté*).
const UNMARKED: usize = 6;
/// So many of one letter are for emphasis or disguise; two are spelling.
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
    /// All else follows from these.
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
        let way = |text: &str, typed| {
            let is_plain = text.chars().all(|c| bare(c) == c && spelling.typed(c).is_none());
            let unmarked = typed && is_plain && text.chars().count() >= UNMARKED;
            Way { text: text.into(), typed, unmarked }
        };
        let mut others = vec![];
        if modifier != Modifier::Exact {
            others.extend(spelling.written_out(text).map(|text| way(&text, true)));
            others.extend(spelling.drawn_in(text).map(|text| way(&text, false)));
        }
        Self { first: way(text, true), others, prefix, modifier, spelling }
    }

    /// The word: as written for an `exact` phrase, else folded.
    pub(crate) fn text(&self) -> &str {
        &self.first.text
    }

    /// All ways to write the word.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.ways().map(|way| &*way.text)
    }

    fn ways(&self) -> impl Iterator<Item = &Way> {
        std::iter::once(&self.first).chain(&self.others)
    }

    /// Whether a word of a text is this one.
    pub(crate) fn is(&self, word: TextWord<'_>) -> bool {
        if self.modifier == Modifier::Exact {
            return if self.prefix {
                word.written.starts_with(self.text())
            } else {
                word.written == self.text()
            };
        }
        let letters = word.folded.chars();
        let is_foreign = |c: char| bare(c) != c && !self.spelling.has(c);
        let bare = word.defaced || !word.folded.is_ascii() && letters.clone().any(is_foreign);
        self.reads(letters, Reading { disguised: word.disguised, bare, leet: false })
    }

    /// Whether a run of letters, digits and signs is this word in leetspeak; `loose` asks for it.
    pub(crate) fn is_loosely(&self, unit: &str, disguised: bool) -> bool {
        let reading =
            Reading { disguised: disguised || unit.contains(is_leet_sign), bare: true, leet: true };
        self.reads(unit.chars(), reading)
            || has_repetition(unit)
                && self.ways().any(|way| self.reads_repeated(way, unit, reading))
    }

    fn reads(&self, letters: impl Iterator<Item = char> + Clone, reading: Reading) -> bool {
        self.ways().any(|way| {
            let mut letters = letters.clone();
            way.text
                .chars()
                .all(|own| letters.next().is_some_and(|c| self.is_letter(way, c, own, reading)))
                && (self.prefix || letters.next().is_none())
        })
    }

    /// Whether one letter of a text may stand for one of the word.
    fn is_letter(&self, way: &Way, c: char, own: char, reading: Reading) -> bool {
        let stands = |own: char| {
            c == own
                || reading.bare && bare(c) == bare(own)
                || reading.disguised && (passes_for(c, own) || passes_for(bare(c), own))
                || reading.leet && leet_for(c, own)
        };
        stands(own)
            || way.typed && self.spelling.typed(own).is_some_and(stands)
            || reading.disguised && bare(own) != own && self.spelling.has(own) && stands(bare(own))
            || way.unmarked && (bare(c) == own || self.spelling.typed(c) == Some(own))
    }

    /// With repeated letters on either side read as one: a run of the text for each run of the word, in order. A letter
    /// may stand for two that follow each other, so all ways to divide the text are held at once.
    fn reads_repeated(&self, way: &Way, unit: &str, reading: Reading) -> bool {
        let mut own: Vec<char> = way.text.chars().collect();
        own.dedup();
        // `open[n]`: what was read so far may end in the letter `n` of the word.
        let mut open = vec![false; own.len()];
        for (at, c) in unit.chars().enumerate() {
            let is = |n: usize| own.get(n).is_some_and(|&own| self.is_letter(way, c, own, reading));
            let was = |n: Option<usize>| match n {
                Some(n) => open.get(n).copied().unwrap_or(false),
                None => at == 0,
            };
            open =
                (0..own.len()).map(|n| is(n) && (was(Some(n)) || was(n.checked_sub(1)))).collect();
            if self.prefix && open.last() == Some(&true) {
                return true;
            }
        }
        open.last() == Some(&true)
    }
}

/// Whether a letter stands three times in a row.
pub(crate) fn has_repetition(word: &str) -> bool {
    let (mut last, mut run) = (None, 0);
    word.chars().any(|c| {
        run = if last.replace(c) == Some(c) { run + 1 } else { 1 };
        run >= REPEATED && c.is_alphabetic()
    })
}
