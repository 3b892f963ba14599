//! Finds, by the hash of letters, the words of phrases that a word of a text may match.

use super::table::{Hash, Table, letter_bits};
use super::vocabulary::WordId;

/// Words of phrases by the hash of their letters. Different letters can have the same hash, so the caller compares each
/// result.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lookup {
    pub(crate) whole: Table,
    /// Words with a `*`.
    pub(crate) prefixes: Table,
    /// Bit `n` is set if there are prefixes of `n` letters. Longer prefixes are stored under their first [`MAX_PREFIX`]
    /// letters.
    pub(crate) lengths: u64,
}

/// Builds a [`Lookup`].
#[derive(Debug, Default)]
pub(crate) struct LookupBuilder {
    whole: Vec<(Hash, WordId)>,
    prefixes: Vec<(Hash, WordId)>,
    lengths: u64,
}

/// At most this many letters of a prefix are hashed, because [`Lookup::lengths`] has one bit for each length.
const MAX_PREFIX: usize = 63;

impl LookupBuilder {
    /// Adds a word of a phrase under its letters.
    pub(crate) fn insert(
        &mut self,
        letters: impl Iterator<Item = char>,
        is_prefix: bool,
        word: WordId,
    ) {
        let (hash, beginning, length) = hashes(letters);
        if is_prefix {
            self.lengths |= 1 << length;
            self.prefixes.push((beginning, word));
        } else {
            self.whole.push((hash, word));
        }
    }

    /// Builds the tables in time n log n.
    pub(crate) fn build(self) -> Lookup {
        Lookup {
            whole: Table::new(self.whole),
            prefixes: Table::new(self.prefixes),
            lengths: self.lengths,
        }
    }
}

impl Lookup {
    /// Collects the words that have these letters, and the prefixes with which these letters begin.
    pub(crate) fn find(&self, letters: impl Iterator<Item = char>, found: &mut Vec<WordId>) {
        let mut hash = Hash::default();
        let mut lengths = self.lengths;
        for c in letters {
            hash = hash.with(letter_bits(c));
            lengths >>= 1;
            if lengths & 1 != 0 {
                self.prefixes.find(hash, found);
            }
        }
        self.whole.find(hash, found);
    }

    /// Collects the words and the prefixes that have these letters and no others.
    pub(crate) fn find_same_letters(
        &self,
        letters: impl Iterator<Item = char>,
        found: &mut Vec<WordId>,
    ) {
        let (hash, beginning, _) = hashes(letters);
        self.whole.find(hash, found);
        self.prefixes.find(beginning, found);
    }
}

/// The hash of all letters, the hash of the first [`MAX_PREFIX`] letters, and the number of letters in the second hash.
fn hashes(letters: impl Iterator<Item = char>) -> (Hash, Hash, usize) {
    let start = (Hash::default(), Hash::default(), 0);
    letters.fold(start, |(hash, beginning, length), c| {
        let hash = hash.with(letter_bits(c));
        if length < MAX_PREFIX { (hash, hash, length + 1) } else { (hash, beginning, length) }
    })
}
