//! What evaluation costs, in steps: a step takes about a nanosecond (`benches/hostile.rs`). The checker adds these up
//! before anything runs, and tests count what is really spent. They are those of the interpreter, which is the slower evaluator.

use super::limits::EVIDENCE;

/// Evaluating one expression, apart from what follows.
pub(crate) const EXPRESSION: u64 = 80;
/// Reading a field: its path is noted, and whether it is missing.
pub(crate) const FIELD: u64 = 300;
/// Passing on one reason why a result is unknown.
pub(crate) const REASON: u64 = 80;
/// Passing on one piece of evidence.
pub(crate) const PIECE: u64 = 20;
/// Passing on the pieces of evidence that a result rests on.
pub(crate) const GROUNDS: u64 = PIECE * EVIDENCE as u64;
/// Passing on one order or notice that a result rests on.
pub(crate) const EVENT: u64 = 165;
/// Making an order or notice of a list an event that a result rests on.
pub(crate) const EVENT_MADE: u64 = 440;
/// Making an element of a list the current one.
pub(crate) const ELEMENT: u64 = 300;
/// Searching a text, apart from its length: each match becomes a piece of evidence.
pub(crate) const SEARCH: u64 = 2_400;
/// Reading one part of a surface such as `any_text`, apart from its length.
pub(crate) const PART: u64 = 100;
/// Comparing two elements of lists.
pub(crate) const COMPARISON: u64 = 100;
/// Adding the value of an element to a sum.
pub(crate) const ADDITION: u64 = 100;
/// Telling the value of an element apart from those of other elements, apart from its length.
pub(crate) const IDENTITY: u64 = 300;
/// Comparing a country with the members of a bloc.
pub(crate) const MEMBERS: u64 = 1_000;
/// Looking up a value in a set or list, apart from its length and the elements of the list.
pub(crate) const LOOKUP: u64 = 200;
/// A match of `spans`, which becomes a record.
pub(crate) const SPAN: u64 = 200;

/// What each byte of a text costs that is read once, as by `contains`.
pub(crate) const BYTE_READ: u64 = 1;
/// What each byte costs of a text that is told apart from other texts, as the same words in any spelling.
pub(crate) const BYTE_TOLD_APART: u64 = 100;
/// What each byte costs that is normalised and looked up in a set.
pub(crate) const BYTE_LOOKED_UP: u64 = 60;
/// The least that each byte costs in which a regular expression is searched.
pub(crate) const BYTE_MATCHED: u64 = 25;
/// What each byte costs that an automaton with few states reads once.
pub(crate) const BYTE_SCANNED: u64 = 8;
/// Making a state of an automaton that has many.
pub(crate) const STATE_MADE: u64 = 400;
/// One more character that may come next in such a state.
pub(crate) const CHARACTER_OPEN: u64 = 20;
/// What each byte costs of a text that is folded and split into words.
pub(crate) const BYTE_SPLIT: u64 = 60;
/// What each byte costs of a text in whose words a pattern is searched, apart from what is found.
pub(crate) const BYTE_MENTIONED: u64 = 20;
/// Going on to the next word of a sequence of words.
pub(crate) const NODE: u64 = 40;
/// A place where a part of a phrase is.
pub(crate) const PLACE: u64 = 400;
/// One more phrase that has this part.
pub(crate) const PHRASE: u64 = 30;
/// What each byte costs of a text whose words are known already: it is looked up.
pub(crate) const BYTE_KNOWN: u64 = 2;
/// What each byte costs of a text in which two patterns are near each other.
pub(crate) const BYTE_NEAR: u64 = 40;

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
