//! Searches a text for many literals at once. At each byte, a bit filter that fits into the first-level cache tells
//! whether a literal may end there. Only then are literals compared. An automaton for a thousand literals would need a
//! lookup in slower memory at each byte.

use rustc_hash::FxHashMap;

/// 2^64 divided by the golden ratio. Multiplying by it spreads keys over the high bits of a hash (Knuth's Fibonacci
/// hashing).
pub(super) const GOLDEN_RATIO: u64 = 0x9e37_79b9_7f4a_7c15;
/// The lengths of the endings in the filters, the longest first. Longer endings give fewer false hits.
const LENGTHS: [usize; 3] = [8, 4, 3];
/// The number of 64-bit words in a filter: eight kilobytes.
const WORDS: usize = 1 << 10;

/// Literals of three bytes or more, by index.
#[derive(Debug)]
pub(crate) struct Literals {
    literals: Box<[Box<[u8]>]>,
    /// One filter for each of [`LENGTHS`]. All filters are tested at each byte, because a branch would cost more than
    /// the test.
    filters: [Filter; LENGTHS.len()],
}

/// The literals whose endings have one length.
#[derive(Debug)]
struct Filter {
    length: usize,
    /// The bits of the filter, by the hash of the ending.
    bits: Box<[u64; WORDS]>,
    /// The literals by their last bytes.
    literals: FxHashMap<u64, Vec<usize>>,
}

impl Literals {
    /// `None` if there are no literals.
    pub(super) fn new(literals: Vec<Box<[u8]>>) -> Option<Self> {
        let mut filters = LENGTHS.map(Filter::new);
        for (number, literal) in literals.iter().enumerate() {
            let longest = filters.iter_mut().find(|filter| filter.length <= literal.len());
            if let Some(filter) = longest {
                filter.add(number, literal);
            }
        }
        (!literals.is_empty()).then(|| Self { literals: literals.into(), filters })
    }

    /// Reports each literal in a text, once for each occurrence.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(usize)) {
        let text = text.as_bytes();
        let [eight, four, three] = &self.filters;
        let mut word = 0;
        for (at, byte) in text.iter().enumerate() {
            word = shift_in(word, byte);
            // The lengths are repeated here as constants so that the compiler can use them.
            let may_end = eight.bit(ending(word, 8)) | four.bit(ending(word, 4));
            if may_end | three.bit(ending(word, 3)) != 0 {
                self.compare(word, text.get(..=at).unwrap_or_default(), &mut found);
            }
        }
    }

    /// Reports the literals with which the text ends. `word` contains its last eight bytes.
    #[cold]
    fn compare(&self, word: u64, text: &[u8], found: &mut impl FnMut(usize)) {
        for filter in &self.filters {
            let ending = ending(word, filter.length);
            if filter.bit(ending) == 0 {
                continue;
            }
            for number in filter.literals.get(&ending).into_iter().flatten() {
                if self.literals.get(*number).is_some_and(|literal| text.ends_with(literal)) {
                    found(*number);
                }
            }
        }
    }
}

impl Filter {
    fn new(length: usize) -> Self {
        Self { length, bits: Box::new([0; WORDS]), literals: FxHashMap::default() }
    }

    fn add(&mut self, number: usize, literal: &[u8]) {
        let ending = ending(literal.iter().fold(0, shift_in), self.length);
        let (at, bit) = bit_position(ending);
        if let Some(word) = self.bits.get_mut(at) {
            *word |= 1 << bit;
        }
        self.literals.entry(ending).or_default().push(number);
    }

    /// 1 if a literal may end with these bytes, else 0.
    #[inline]
    fn bit(&self, ending: u64) -> u64 {
        let (at, bit) = bit_position(ending);
        self.bits.get(at).map_or(0, |word| word >> bit & 1)
    }
}

/// Shifts the next byte into the last eight bytes of a text.
#[inline]
fn shift_in(word: u64, byte: &u8) -> u64 {
    word >> 8 | u64::from(*byte) << 56
}

/// The last `length` bytes of a word.
#[inline]
fn ending(word: u64, length: usize) -> u64 {
    word >> (64 - 8 * length)
}

/// The position of an ending in a filter: the index of a word, and one of the 2^6 bits in that word.
#[inline]
fn bit_position(ending: u64) -> (usize, u64) {
    let hash = ending.wrapping_mul(GOLDEN_RATIO) >> (64 - WORDS.ilog2() - 6);
    ((hash / 64) as usize, hash % 64)
}

#[cfg(test)]
mod tests {
    use super::Literals;
    use proptest::collection::vec;
    use proptest::prelude::{prop_assert_eq, proptest};
    use std::collections::BTreeSet;

    #[test]
    fn a_literal_is_found_once_wherever_it_is() {
        for literal in [
            "abc",
            "😀",
            "abcde",
            "abcdefgh",
            "abcdefghi",
            "abcdefghij",
            "abcdefghijk",
            "abcdefghijklm",
        ] {
            let literals = Literals::new(vec![literal.as_bytes().into()]).unwrap();
            for before in 0..9 {
                for after in ["", " "] {
                    let text = format!("{:before$}{literal}{after}", "");
                    let mut count = 0;
                    literals.find(&text, |_| count += 1);
                    assert_eq!(count, 1, "{literal} in {text:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn all_literals_are_found_and_nothing_else(
            literals in vec("[aж]{3,13}", 0..12),
            text in "[aж]{0,40}",
        ) {
            let bytes: Vec<Box<[u8]>> = literals.iter().map(|one| one.as_bytes().into()).collect();
            let mut found = BTreeSet::new();
            if let Some(literals) = Literals::new(bytes) {
                literals.find(&text, |number| { found.insert(number); });
            }
            let is_in_text = |number: &usize| text.contains(&literals[*number]);
            let expected: BTreeSet<usize> = (0..literals.len()).filter(is_in_text).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
