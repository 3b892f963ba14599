//! What is known of a counter or a mark under a key, in full, for explanations.

use super::{Interpreter, takes};
use crate::program::Counter;
use crate::program::outcome::{Found, Truth};
use crate::state::{Contribution, Gap, Key, Kind, Window};
use std::collections::BTreeSet;

/// What is known of a counter or a mark under a key.
pub(crate) struct Remembered<'a> {
    pub(crate) found: Found,
    /// How a counter came to its number.
    pub(crate) tally: Option<Tally<'a>>,
}

/// How a counter came to its number.
pub(crate) struct Tally<'a> {
    pub(crate) counter: &'a Counter,
    pub(crate) window: Window,
    /// How many other messages certainly count, or what they add up to.
    pub(crate) others: u64,
    /// How this record counts.
    pub(crate) own: Contribution,
    /// What was missing, if that is not certain.
    pub(crate) missing: BTreeSet<String>,
    /// Why not all is known that happened in the window.
    pub(crate) gap: Option<Gap>,
    /// The numbers to which this record brings the counter.
    pub(crate) took: Vec<u64>,
}

impl<'a> Interpreter<'a> {
    /// What is known under a key, as conditions read it. What the judging adds to the counter must have been found out.
    pub(crate) fn remembered(&self, key: &Key) -> Remembered<'a> {
        let counters = &self.program.counters;
        let index = counters.binary_search_by(|one| (*one.id).cmp(&key.item)).ok();
        let index = index.filter(|_| key.kind == Kind::Counter);
        let Some((index, counter)) = index.and_then(|index| Some((index, counters.get(index)?)))
        else {
            return Remembered { found: self.find_mark(key), tally: None };
        };
        let additions = self.recall.additions(index).unwrap_or_default();
        let added = additions.of(key.shadow).by_key.get(&key.of).cloned().unwrap_or_default();
        let found = self.find_count(counter, key, &added.entry);
        let tally = self.state().count(key).map(|count| {
            let window = counter.window(self.at);
            let mut own = count.own.clone().unwrap_or_default();
            own.join(&added.entry);
            let own = own.contribution(counter.policy());
            let mut took = counter.thresholds.clone();
            let takes = |least| takes(counter, count, window, &added.entry, least);
            took.retain(|least| takes(*least) == Truth::True);
            let (others, missing) = (count.certain, added.missing);
            let gap = self.recall.gap(key);
            Tally { counter, window, others, own, missing, gap, took }
        });
        Remembered { found, tally }
    }
}
