//! Finds candidates for a word, or for a beginning of a word, by the hash of its letters.

use super::table::{Hash, Table, number};
use super::vocabulary::WordId;

/// A table from the hash of letters to words. Hashes can collide, so each result must be compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lookup {
    pub(crate) whole: Table,
    pub(crate) prefixes: Table,
    /// Bit `n` is set if there are beginnings of `n` letters. Longer ones are stored under their first [`LONGEST`]
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

/// Beginnings of words are hashed up to this number of letters.
const LONGEST: usize = 63;

impl LookupBuilder {
    /// Adds a word, or a beginning of one, under a sequence of letters.
    pub(crate) fn insert(
        &mut self,
        letters: impl Iterator<Item = char>,
        prefix: bool,
        word: WordId,
    ) {
        let (hash, beginning, length) = hashes(letters);
        if prefix {
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
    /// Collects the words that these letters may spell, and the beginnings of words that they may start with.
    pub(crate) fn find(&self, letters: impl Iterator<Item = char>, found: &mut Vec<WordId>) {
        let mut hash = Hash::default();
        let mut lengths = self.lengths;
        for c in letters {
            hash = hash.with(number(c));
            lengths >>= 1;
            if lengths & 1 != 0 {
                self.prefixes.find(hash, found);
            }
        }
        self.whole.find(hash, found);
    }

    /// Collects the words and beginnings of words that these letters may spell.
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

/// The hash of all letters, the hash of the first [`LONGEST`], and how many letters the second hash covers.
fn hashes(letters: impl Iterator<Item = char>) -> (Hash, Hash, usize) {
    let start = (Hash::default(), Hash::default(), 0);
    letters.fold(start, |(hash, beginning, length), c| {
        let hash = hash.with(number(c));
        if length < LONGEST { (hash, hash, length + 1) } else { (hash, beginning, length) }
    })
}
