//! Words, and beginnings of words, by the hash of their shape.

use super::table::{Hash, Table, number};
use super::vocabulary::WordId;

/// Words by their shape. What it finds may be otherwise and has to be compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lookup {
    pub(crate) whole: Table,
    pub(crate) prefixes: Table,
    /// Bit `n`: beginnings of `n` letters are sought. Longer ones are filed by their first [`LONGEST`].
    pub(crate) lengths: u64,
}

/// What becomes a [`Lookup`].
#[derive(Debug, Default)]
pub(crate) struct Filing {
    whole: Vec<(Hash, WordId)>,
    prefixes: Vec<(Hash, WordId)>,
    lengths: u64,
}

/// Letters of the longest beginning of a word that has a hash of its own.
const LONGEST: usize = 63;

impl Filing {
    /// Files a word, or the beginning of one, under the letters of a shape.
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

    /// Makes the tables, in time n log n.
    pub(crate) fn done(self) -> Lookup {
        Lookup {
            whole: Table::new(self.whole),
            prefixes: Table::new(self.prefixes),
            lengths: self.lengths,
        }
    }
}

impl Lookup {
    /// Adds the words that letters may be, or begin with.
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

    /// Adds the words, and the beginnings of words, that letters may be.
    pub(crate) fn find_whole(&self, letters: impl Iterator<Item = char>, found: &mut Vec<WordId>) {
        let (hash, beginning, _) = hashes(letters);
        self.whole.find(hash, found);
        self.prefixes.find(beginning, found);
    }
}

/// The hash of all letters, that of the first [`LONGEST`], and how many those are.
fn hashes(letters: impl Iterator<Item = char>) -> (Hash, Hash, usize) {
    let start = (Hash::default(), Hash::default(), 0);
    letters.fold(start, |(hash, beginning, length), c| {
        let hash = hash.with(number(c));
        if length < LONGEST { (hash, hash, length + 1) } else { (hash, beginning, length) }
    })
}
