//! Seeks many literals in a text at once. Of each literal its last bytes are looked for, by a filter of bits that is in the
//! nearest cache; only where that lets something through is anything compared. An automaton of a thousand literals costs
//! a look-up in farther memory for each byte.

use rustc_hash::FxHashMap;

/// Bits of a filter, as a power of two.
const BITS: u32 = 16;
/// Lengths of what is looked for, the longest first: the longer it is, the less is let through.
const LENGTHS: [usize; 3] = [8, 4, 3];

/// Literals of three bytes or more, by number.
#[derive(Debug)]
pub(crate) struct Literals {
    literals: Box<[Box<[u8]>]>,
    /// Those of [`LENGTHS`] that some literal needs.
    filters: Vec<Filter>,
}

/// The last bytes of some literals, so many of each.
#[derive(Debug)]
struct Filter {
    length: usize,
    /// By hash.
    bits: Box<[u64]>,
    /// By these bytes: the literals that end with them.
    literals: FxHashMap<u64, Vec<usize>>,
}

impl Literals {
    /// `None` when there are none.
    pub(super) fn new(literals: Vec<Box<[u8]>>) -> Option<Self> {
        let mut filters: Vec<_> = LENGTHS.into_iter().map(Filter::new).collect();
        for (number, literal) in literals.iter().enumerate() {
            let longest = filters.iter_mut().find(|filter| filter.length <= literal.len());
            if let Some(filter) = longest {
                filter.add(number, literal);
            }
        }
        filters.retain(|filter| !filter.literals.is_empty());
        (!literals.is_empty()).then(|| Self { literals: literals.into(), filters })
    }

    /// Reports each literal in a text, once for each place where it stands.
    pub(crate) fn find(&self, text: &str, mut found: impl FnMut(usize)) {
        let text = text.as_bytes();
        for filter in &self.filters {
            filter.find(text, |number, end| {
                let literal = self.literals.get(number).map_or(&[][..], |literal| literal);
                if text.get(..end).is_some_and(|head| head.ends_with(literal)) {
                    found(number);
                }
            });
        }
    }
}

impl Filter {
    fn new(length: usize) -> Self {
        Self { length, bits: vec![0; 1 << (BITS - 6)].into(), literals: FxHashMap::default() }
    }

    fn add(&mut self, number: usize, literal: &[u8]) {
        let Some(last) = literal.last_chunk::<8>().copied().or_else(|| padded(literal)) else {
            return;
        };
        let gram = last_of(last, self.length);
        let hash = hash(gram);
        if let Some(word) = self.bits.get_mut(hash / 64) {
            *word |= 1 << (hash % 64);
        }
        self.literals.entry(gram).or_default().push(number);
    }

    /// Reports what may end where.
    fn find(&self, text: &[u8], mut may_end: impl FnMut(usize, usize)) {
        // What ends within the first seven bytes has too few before it for a whole word.
        for end in self.length..=text.len().min(7) {
            if let Some(word) = text.get(..end).and_then(padded) {
                self.look_up(word, end, &mut may_end);
            }
        }
        for (start, window) in text.windows(8).enumerate() {
            if let Ok(word) = window.try_into() {
                self.look_up(word, start + 8, &mut may_end);
            }
        }
    }

    #[inline]
    fn look_up(&self, word: [u8; 8], end: usize, may_end: &mut impl FnMut(usize, usize)) {
        let gram = last_of(word, self.length);
        let hash = hash(gram);
        if self.bits.get(hash / 64).is_some_and(|word| word >> (hash % 64) & 1 == 1) {
            self.let_through(gram, end, may_end);
        }
    }

    #[cold]
    fn let_through(&self, gram: u64, end: usize, may_end: &mut impl FnMut(usize, usize)) {
        for number in self.literals.get(&gram).into_iter().flatten() {
            may_end(*number, end);
        }
    }
}

/// At most eight bytes at the end of a word, zeros before them.
fn padded(bytes: &[u8]) -> Option<[u8; 8]> {
    let mut word = [0; 8];
    let start = word.len().checked_sub(bytes.len())?;
    word.get_mut(start..)?.copy_from_slice(bytes);
    Some(word)
}

/// The last bytes of a word, so many.
#[inline]
fn last_of(word: [u8; 8], length: usize) -> u64 {
    u64::from_le_bytes(word) >> (64 - 8 * length)
}

#[inline]
fn hash(gram: u64) -> usize {
    // The shift leaves sixteen bits.
    usize::try_from(gram.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (64 - BITS)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::Literals;
    use proptest::collection::vec;
    use proptest::prelude::{prop_assert_eq, proptest};
    use std::collections::BTreeSet;

    #[test]
    fn a_literal_is_found_once_wherever_it_stands() {
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
            let stands = |number: &usize| text.contains(&literals[*number]);
            let expected: BTreeSet<usize> = (0..literals.len()).filter(stands).collect();
            prop_assert_eq!(found, expected);
        }
    }
}
