//! A hash table of words: a filter of a few bytes per word, then slots with open addressing. The hash is computed
//! letter by letter, which also gives the hashes of all beginnings of a word.

use super::vocabulary::WordId;

/// The bits of a letter that are hashed. The scanner's table of characters has room for these only.
pub(crate) const LETTER_MASK: u32 = 0xffff << 4;

/// The bits of a letter, at their place in an entry of the scanner's table.
pub(crate) const fn letter_bits(letter: char) -> u32 {
    (letter as u32) << 4 & LETTER_MASK
}

/// The hash of a word so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hash(u64);

impl Hash {
    #[inline]
    pub(crate) fn with(self, letter: u32) -> Self {
        Self((self.0.rotate_left(5) ^ u64::from(letter)).wrapping_mul(0x517c_c1b7_2722_0a95))
    }

    /// The upper bits, which are mixed best.
    #[inline]
    fn bits(self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
}

/// A multimap from hashes to words. Different words can have the same hash, so each result must be compared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    filter: Vec<u64>,
    slots: Vec<Slot>,
    words: Vec<WordId>,
}

/// A hash and its words, `words[first..first + count]`. A slot with a count of zero is empty.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    tag: u32,
    first: u32,
    count: u32,
}

impl Table {
    pub(crate) fn new(mut entries: Vec<(Hash, WordId)>) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        entries.sort_unstable_by_key(|(hash, word)| (hash.0, *word));
        entries.dedup();
        let size = (entries.len() * 2).next_power_of_two();
        let mut table = Self {
            filter: vec![0; (size * 8 / 64).max(1)],
            slots: vec![Slot::default(); size],
            words: entries.iter().map(|&(_, word)| word).collect(),
        };
        let mut first = 0;
        for group in entries.chunk_by(|(a, _), (b, _)| a == b) {
            if let [(hash, _), ..] = group {
                table.insert(*hash, first, group.len());
            }
            first += group.len();
        }
        table
    }

    fn insert(&mut self, hash: Hash, first: usize, count: usize) {
        let (at, bit) = self.filter_place(hash);
        if let Some(bits) = self.filter.get_mut(at) {
            *bits |= bit;
        }
        let (Ok(first), Ok(count)) = (u32::try_from(first), u32::try_from(count)) else { return };
        let (mut at, tag) = self.slot_place(hash);
        while self.slots.get(at).is_some_and(|slot| slot.count > 0) {
            at = (at + 1) & (self.slots.len() - 1);
        }
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Slot { tag, first, count };
        }
    }

    /// Whether a word may have this hash. A false answer is always right; a true one is sometimes wrong.
    #[inline]
    fn may_have(&self, hash: Hash) -> bool {
        let (at, bit) = self.filter_place(hash);
        self.filter.get(at).is_some_and(|bits| bits & bit != 0)
    }

    /// Collects every word with a hash.
    #[inline]
    pub(crate) fn find(&self, hash: Hash, found: &mut Vec<WordId>) {
        if self.may_have(hash) {
            self.find_in_slots(hash, found);
        }
    }

    #[cold]
    fn find_in_slots(&self, hash: Hash, found: &mut Vec<WordId>) {
        let (mut at, tag) = self.slot_place(hash);
        while let Some(slot) = self.slots.get(at).filter(|slot| slot.count > 0) {
            if slot.tag == tag {
                let words = slot.first as usize..(slot.first + slot.count) as usize;
                found.extend_from_slice(self.words.get(words).unwrap_or_default());
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    #[inline]
    fn filter_place(&self, hash: Hash) -> (usize, u64) {
        let bits = hash.bits();
        let at = (bits >> 6) as usize & self.filter.len().wrapping_sub(1);
        (at, 1 << (bits & 63))
    }

    #[inline]
    fn slot_place(&self, hash: Hash) -> (usize, u32) {
        let bits = hash.bits();
        ((bits >> 3) as usize & (self.slots.len().wrapping_sub(1)), (bits >> 32) as u32)
    }
}
