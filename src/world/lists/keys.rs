//! The keys of a set, stored compactly: all texts in one string, and a hash table of their indices.

use super::SetKind;
use foldhash::fast::RandomState;
use hashbrown::HashTable;
use std::hash::{BuildHasher, Hasher};

/// The distinct keys of a set, numbered in the order in which they were added.
#[derive(Clone, Debug, Default)]
pub(super) struct Keys {
    text: String,
    /// Where each key ends in `text`. INVARIANT: ascending, at character boundaries.
    ends: Vec<u32>,
    table: HashTable<u32>,
    /// Seeded anew in each process, so that nobody can prepare a list whose entries collide.
    state: RandomState,
}

impl Keys {
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn get(&self, number: u32) -> &str {
        text(&self.text, &self.ends, number)
    }

    /// The number of a form, and whether it is new; `None` when there is no room for it.
    pub(super) fn insert(&mut self, kind: SetKind, form: &str) -> Option<(u32, bool)> {
        let Self { text: all, ends, table, state } = self;
        let hash = hash(state, kind, form);
        if let Some(number) = table.find(hash, |number| text(all, ends, *number) == form) {
            return Some((*number, false));
        }
        let number = u32::try_from(ends.len()).ok()?;
        let end = u32::try_from(all.len() + form.len()).ok()?;
        all.push_str(form);
        ends.push(end);
        table.insert_unique(hash, number, |number| {
            self::hash(state, kind, text(all, ends, *number))
        });
        Some((number, true))
    }

    /// The numbers of all keys that cover a form, the widest first. Takes time linear in the length of the form.
    pub(super) fn covering(&self, kind: SetKind, form: &str) -> impl Iterator<Item = u32> {
        let mut hasher = self.state.build_hasher();
        kind.steps(form).filter_map(move |(step, covered)| {
            hash_step(&mut hasher, step);
            let equals = |number: &u32| self.get(*number) == covered;
            self.table.find(hasher.finish(), equals).copied()
        })
    }

    /// Frees the memory that was reserved for further keys.
    pub(super) fn shrink_to_fit(&mut self, kind: SetKind) {
        let Self { text: all, ends, table, state } = self;
        all.shrink_to_fit();
        ends.shrink_to_fit();
        table.shrink_to_fit(|number| hash(state, kind, text(all, ends, *number)));
    }

    /// Bytes of memory.
    pub(super) fn bytes(&self) -> usize {
        self.text.capacity()
            + self.ends.capacity() * size_of::<u32>()
            + self.table.allocation_size()
    }
}

fn text<'a>(all: &'a str, ends: &[u32], number: u32) -> &'a str {
    let end = |number: usize| ends.get(number).map_or(0, |end| *end as usize);
    let number = number as usize;
    let start = number.checked_sub(1).map_or(0, end);
    all.get(start..end(number)).unwrap_or_default()
}

/// Hashes step by step, so that one pass over a form gives the hashes of all its prefixes that may be keys.
fn hash(state: &RandomState, kind: SetKind, form: &str) -> u64 {
    let mut hasher = state.build_hasher();
    for (step, _) in kind.steps(form) {
        hash_step(&mut hasher, step);
    }
    hasher.finish()
}

fn hash_step(hasher: &mut impl Hasher, step: &str) {
    hasher.write(step.as_bytes());
    hasher.write_u8(0xff);
}
