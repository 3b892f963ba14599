//! What evaluation costs, in steps: a step takes about a nanosecond (`benches/hostile.rs`). The checker adds these up
//! before anything runs, and tests count what is really spent. They are those of the interpreter, which is the slower evaluator.

/// Evaluating one expression, apart from what follows.
pub(crate) const EXPRESSION: u64 = 60;
/// Passing on the pieces of evidence and the events that a result rests on.
pub(crate) const GROUNDS: u64 = 120;
/// Making an element of a list the current one.
pub(crate) const ELEMENT: u64 = 100;
/// Searching a text, apart from its length: each match becomes a piece of evidence.
pub(crate) const SEARCH: u64 = 200;
/// Comparing two elements of lists.
pub(crate) const COMPARISON: u64 = 20;
/// Adding the value of an element to a sum.
pub(crate) const ADDITION: u64 = 100;
/// Telling the value of an element apart from those of other elements, apart from its length.
pub(crate) const IDENTITY: u64 = 300;
/// Comparing a country with the members of a bloc.
pub(crate) const MEMBERS: u64 = 50 * COMPARISON;
/// Looking up a text in a set, apart from its length.
pub(crate) const LOOKUP: u64 = 200;
/// A match of `spans`, which becomes a record.
pub(crate) const SPAN: u64 = 200;

/// What each byte of a text costs that is read once, as by `contains`.
pub(crate) const BYTE_READ: u64 = 1;
/// What each byte costs of a text that is told apart from other texts, as the same words in any spelling.
pub(crate) const BYTE_TOLD_APART: u64 = 100;
/// What each byte costs that is normalised and looked up in a set.
pub(crate) const BYTE_LOOKED_UP: u64 = 16;
/// What each byte costs that a regular expression reads.
pub(crate) const BYTE_MATCHED: u64 = 25;
/// What each byte costs of a text that is folded and split into words.
pub(crate) const BYTE_SPLIT: u64 = 60;
/// What each byte costs of a text in whose words a pattern is searched.
pub(crate) const BYTE_MENTIONED: u64 = 20;

/// Counts steps that are spent. Only tests count: elsewhere `steps` is not even called.
#[inline]
pub(crate) fn spend(steps: impl FnOnce() -> u64) {
    #[cfg(test)]
    counted::SPENT.with(|spent| spent.set(spent.get().saturating_add(steps())));
    #[cfg(not(test))]
    let _ = steps;
}

/// What [`spend`] counted in this thread since this was last asked.
#[cfg(test)]
pub(crate) fn spent() -> u64 {
    counted::SPENT.with(|spent| spent.replace(0))
}

#[cfg(test)]
mod counted {
    use std::cell::Cell;
    thread_local! {
        pub(super) static SPENT: Cell<u64> = const { Cell::new(0) };
    }
}
