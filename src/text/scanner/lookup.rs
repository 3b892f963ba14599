//! Words, and beginnings of words, by the hash of their shape.

use super::super::vocabulary::{Shape, WordId};
use super::chars::number;
use super::table::{Hash, Table};

/// Words by their shape. What it finds may be otherwise and has to be compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Lookup {
    pub(crate) whole: Table,
    pub(crate) prefixes: Table,
    /// Bit `n`: beginnings of `n` letters are sought. Longer ones are filed by their first [`LONGEST`].
    pub(crate) lengths: u64,
}

/// Letters of the longest beginning of a word that has a hash of its own.
const LONGEST: usize = 63;

impl Lookup {
    pub(crate) fn new(shapes: impl Iterator<Item = (Shape, WordId)>) -> Self {
        let (mut whole, mut prefixes, mut lengths) = (vec![], vec![], 0);
        for (Shape { letters, prefix }, word) in shapes {
            if prefix {
                let length = letters.chars().count().min(LONGEST);
                lengths |= 1 << length;
                prefixes.push((Hash::of(letters.chars().take(length)), word));
            } else {
                whole.push((Hash::of(letters.chars()), word));
            }
        }
        Self { whole: Table::new(whole), prefixes: Table::new(prefixes), lengths }
    }

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
}
