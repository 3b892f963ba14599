//! Finds words in messages, even if they are disguised. A text is folded and split into words once, the phrases of a
//! pattern are compiled once, and matches refer to the original text.
//!
//! A phrase matches whole words. Case, width, style and invisible characters do not matter (`fold`). A word that mixes
//! scripts matches every word that it looks like. A word of one script matches only itself, in any spelling of its
//! language (`spelling`), unless all its letters are lookalikes (`letters`). `reading` decides all of this, letter by letter. Scripts without spaces between words
//! (Chinese, Japanese, Thai) are split into single characters or clusters. A phrase is then also found inside longer
//! text. The notation of phrases is described in `phrase`.
//!
//! [`Words`] and [`Matcher`] are the specification; [`Scanner`] finds which of many patterns match, fast.
//!
//! ```
//! use lexloci::text::{Matcher, Modifier, PhraseSource, Words};
//!
//! let phrase = PhraseSource {
//!     modifier: Modifier::Plain,
//!     language: Some("ru"),
//!     pieces: vec!["пассивн* доход*"],
//!     gaps: vec![],
//! };
//! let (matcher, faults) = Matcher::compile(&[phrase]);
//! assert!(faults.is_empty());
//! // With a Latin a and o in it, and a soft hyphen.
//! let found = matcher.find(&Words::of("Всем: Пaссив\u{ad}ный дoход!"));
//! assert_eq!(found.len(), 1);
//! ```

mod confusables;
mod fold;
mod foreign;
mod letters;
mod spelling;
mod words;
mod phrase;
mod reading;
mod numbers;
mod table;
mod lookup;
mod vocabulary;
mod matcher;
mod scanner;
mod lints;
mod insight;
mod regular;
mod outline;
mod passages;

pub(crate) use fold::is_ignorable;
pub(crate) use foreign::{
    ForeignSign, Listed, PatternSign, foreign_sign, pattern_sign, without_doubled_backslashes,
};
pub use insight::{Miss, Reason, Written};
pub(crate) use letters::is_schwa;
pub use matcher::Matcher;
pub(crate) use matcher::Places;
pub(crate) use outline::{outline, outline_of_text};
pub(crate) use passages::Passages;
pub use regular::Regex;
pub(crate) use regular::regex_advice;
pub use scanner::{Scanner, Scratch};
pub use words::Words;

pub use crate::syntax::tree::Modifier;
use std::ops::Range;

/// One phrase to compile, as it is written.
#[derive(Clone, Debug)]
pub struct PhraseSource<'a> {
    /// How closely a text must match.
    pub modifier: Modifier,
    /// Its language, which determines how it may be spelled. Phrases of all languages are searched in every text.
    pub language: Option<&'a str>,
    /// The texts between the quotes, with their escapes.
    pub pieces: Vec<&'a str>,
    /// How many words may be between each piece and the next; `None` is any number. There is one gap fewer than there are
    /// pieces.
    pub gaps: Vec<Option<u32>>,
}

/// A mistake in a phrase, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternFault {
    /// The index of the phrase.
    pub phrase: usize,
    /// The index of the piece.
    pub piece: usize,
    /// The bytes of the mistake in the raw piece.
    pub bytes: Range<usize>,
    /// The kind of mistake.
    pub kind: FaultKind,
    /// What is wrong, in a few words.
    pub message: String,
}

/// The kinds of fault. Those from [`FaultKind::MixedScript`] on are warnings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// The notation is wrong (LX2010).
    Wrong,
    /// A `loose` phrase has too few letters (LX2010).
    LooseTooShort,
    /// The escape does not exist (LX0007).
    BadEscape,
    /// The phrase can never match (LX2011).
    Dead,
    /// The phrase has more alternatives than `limits::ALTERNATIVES` (LX6002).
    TooLarge,
    /// A gap is wider than `limits::GAP` (LX6002).
    LongGap,
    /// A word of the phrase mixes scripts (LX4004).
    MixedScript,
    /// The phrase is the same as an earlier one (LX4003).
    Duplicate,
    /// Another phrase finds everything that it finds (LX4020).
    Subsumed,
    /// The phrase is so short that it is found in too many texts (LX4021).
    Short,
}

/// A match, in the original text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Bytes of the original.
    pub bytes: Range<usize>,
    /// The indices of its words. For signs and emoji, this is an empty range between two words.
    pub words: Range<usize>,
    /// The index of the phrase.
    pub phrase: usize,
}

impl Match {
    /// The match in a passage that begins at this byte of the text.
    pub(crate) fn relative_to(&self, start: usize) -> Self {
        let Self { bytes, words, phrase } = self.clone();
        let bytes = bytes.start.saturating_sub(start)..bytes.end.saturating_sub(start);
        Self { bytes, words, phrase }
    }
}

/// A text in the form in which a `set` of texts compares it: folded, with single spaces.
pub fn folded(text: &str) -> String {
    let folded = fold::Folded::of(text);
    folded.as_str().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The matches of `a` and of `b` that have a match of the other kind nearby, before or after, with at most `words`
/// words between.
pub fn near(a: &[Match], b: &[Match], words: u32) -> (Vec<Match>, Vec<Match>) {
    let paired = |some: &[Match], others: &[Match]| {
        some.iter().filter(|one| has_partner(one, others, words as usize)).cloned().collect()
    };
    (paired(a, b), paired(b, a))
}

/// INVARIANT: `others` are in order and do not overlap, so the nearest ones are the neighbours of `one`.
fn has_partner(one: &Match, others: &[Match], words: usize) -> bool {
    // Folding can make several words of one character. They begin at the same byte, and their numbers order them.
    let place = |found: &Match| (found.bytes.start, found.words.start);
    let after = others.partition_point(|other| place(other) <= place(one));
    let neighbours = [after.checked_sub(1), Some(after)];
    neighbours.into_iter().flatten().filter_map(|at| others.get(at)).any(|other| {
        let between = if place(other) <= place(one) {
            one.words.start.saturating_sub(other.words.end)
        } else {
            other.words.start.saturating_sub(one.words.end)
        };
        between <= words
    })
}

/// The same range in the three units that hosts count in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offsets {
    /// UTF-8 bytes.
    pub bytes: [usize; 2],
    /// Unicode scalar values.
    pub chars: [usize; 2],
    /// UTF-16 units.
    pub utf16: [usize; 2],
}

impl Offsets {
    /// Converts a range of bytes. An end inside a character is moved to the start of that character.
    pub fn of(text: &str, bytes: Range<usize>) -> Self {
        let before = |end: usize| {
            let boundary = (0..=end.min(text.len())).rev().find_map(|end| text.get(..end));
            let head = boundary.unwrap_or_default();
            (head.len(), head.chars().count(), head.encode_utf16().count())
        };
        let (start, end) = (before(bytes.start), before(bytes.end));
        Self { bytes: [start.0, end.0], chars: [start.1, end.1], utf16: [start.2, end.2] }
    }
}

#[cfg(test)]
mod tests;
