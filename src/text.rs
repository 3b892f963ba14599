//! Finding words in messages through disguise.

use crate::syntax::tree::Modifier;
use std::ops::Range;

/// One phrase to compile, as it is written.
#[derive(Clone, Debug)]
pub struct PhraseSource<'a> {
    pub language: &'a str,
    pub modifier: Modifier,
    /// What stands between the quotes, escapes unresolved.
    pub pieces: Vec<&'a str>,
    /// How many words may lie between a piece and the next; one fewer than pieces.
    pub gaps: Vec<u32>,
}

/// What is wrong with a phrase: which, which piece of it, and the bytes of the raw piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatternFault {
    pub phrase: usize,
    pub piece: usize,
    pub bytes: Range<usize>,
    pub kind: FaultKind,
    pub message: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Wrong notation (LX2010), or escape (LX0007).
    Wrong,
    BadEscape,
    /// Can never match (LX2011).
    Dead,
    /// More than `limits::ALTERNATIVES` (LX6002).
    TooLarge,
    /// A word of it mixes scripts (warning LX4004).
    MixedScript,
    /// Same phrase as an earlier one (warning LX4003).
    Duplicate,
}

/// All phrases of one pattern, compiled.
#[derive(Clone, Debug, Default)]
pub struct Matcher {}

/// A text, folded and split into words once, for any number of matchers.
#[derive(Clone, Debug)]
pub struct Words {}

/// A match, in the original text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    pub bytes: Range<usize>,
    /// Numbers of the words it covers.
    pub words: Range<usize>,
    /// Which phrase.
    pub phrase: usize,
}

impl Words {
    pub fn of(_text: &str) -> Self {
        Self {}
    }
}

impl Matcher {
    /// Compiles phrases. Faulty phrases are left out and reported.
    pub fn compile(_phrases: &[PhraseSource<'_>]) -> (Self, Vec<PatternFault>) {
        (Self {}, vec![])
    }

    /// All matches: leftmost, of those the longest, not overlapping, in order.
    pub fn find(&self, _text: &Words) -> Vec<Match> {
        vec![]
    }
}

/// The matches of `a` and those of `b` that have a partner of the other kind with at most `words` words between, in
/// either order.
pub fn near(_a: &[Match], _b: &[Match], _words: u32) -> (Vec<Match>, Vec<Match>) {
    (vec![], vec![])
}

/// A regular expression: linear time, compiled when the file is checked.
#[derive(Clone, Debug)]
pub struct Regex {}

impl Regex {
    /// Compiles within `limits::REGEX_BYTES` and `limits::REGEX_PROGRAM`.
    pub fn compile(_source: &str) -> Result<Self, String> {
        Ok(Self {})
    }

    pub fn source(&self) -> &str {
        ""
    }

    /// The first `limit` matches that are not empty.
    pub fn find(&self, _text: &str, _limit: usize) -> Vec<Range<usize>> {
        vec![]
    }

    pub fn is_match(&self, _text: &str) -> bool {
        false
    }
}

/// The same range in the three units that hosts count in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offsets {
    pub bytes: [usize; 2],
    pub chars: [usize; 2],
    pub utf16: [usize; 2],
}

impl Offsets {
    pub fn of(_text: &str, bytes: Range<usize>) -> Self {
        Self { bytes: [bytes.start, bytes.end], chars: [0, 0], utf16: [0, 0] }
    }
}
