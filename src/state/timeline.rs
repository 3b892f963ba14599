//! [`Timeline`]: what entries of a counter add, in the order of their instants and with running sums. A sum of weights takes no
//! longer when a window has more entries.

use super::ask::Window;
use super::entry::{Contribution, Entry, Policy, Said};
use super::known::Known;
use super::snapshot::{Count, Earlier, LATEST};
use crate::base::shared::Text;
use crate::base::time::Instant;
use std::collections::BTreeSet;

/// What the entries under one key add.
#[derive(Clone, Debug, Default)]
pub(super) struct Timeline {
    certain: Rows,
    maybe: Rows,
}

/// Sorted by instant and record.
#[derive(Clone, Debug, Default)]
struct Rows(Vec<Row>);

/// What one record adds.
#[derive(Clone, Debug)]
struct Row {
    record: Text,
    said: Said,
    /// Its weight and the weights of all rows before it.
    sum: u128,
}

/// What is asked about a count.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub(super) record: &'a str,
    pub(super) window: Window,
    pub(super) since: Instant,
    pub(super) policy: Policy,
    pub(super) distinct: bool,
    pub(super) value: Option<&'a Text>,
}

impl Timeline {
    pub(super) fn new<'e>(
        entries: impl Iterator<Item = (&'e Text, &'e Entry)>,
        policy: Policy,
    ) -> Self {
        let mut timeline = Self::default();
        for (record, entry) in entries {
            if let Some((rows, said)) = timeline.rows(entry.contribution(policy)) {
                rows.0.push(Row { record: record.clone(), said, sum: 0 });
            }
        }
        for rows in [&mut timeline.certain, &mut timeline.maybe] {
            rows.0.sort_by(|a, b| (a.said.at, &a.record).cmp(&(b.said.at, &b.record)));
            rows.add_up(0);
        }
        timeline
    }

    /// Notes that a record adds something else than it did.
    pub(super) fn replace(&mut self, record: &Text, was: Contribution, is: Contribution) {
        if was == is {
            return;
        }
        if let Some((rows, said)) = self.rows(was) {
            rows.remove(record, said.at);
        }
        if let Some((rows, said)) = self.rows(is) {
            rows.insert(record, said);
        }
    }

    /// Where a contribution belongs.
    fn rows(&mut self, contribution: Contribution) -> Option<(&mut Rows, Said)> {
        match contribution {
            Contribution::Certain(said) => Some((&mut self.certain, said)),
            Contribution::Maybe(said) => Some((&mut self.maybe, said)),
            Contribution::Nothing => None,
        }
    }

    /// Counts what other records add. `own` is what the record that asks adds.
    pub(super) fn count(&self, own: Option<&Entry>, known: Known, asking: Asking<'_>) -> Count {
        let is_other = |row: &&Row| *row.record != *asking.record;
        let (certain, maybe) =
            (self.certain.within(asking.window), self.maybe.within(asking.window));
        let latest = certain.iter().rev().filter(is_other).take(LATEST);
        let latest = latest.map(|row| Earlier { at: row.said.at, record: row.record.clone() });
        let mut count = Count { own: own.cloned(), latest: latest.collect(), ..Count::default() };
        let own = own.map_or(Contribution::Nothing, |own| own.contribution(asking.policy));
        let possible = if asking.distinct {
            let others = |rows| <[Row]>::iter(rows).filter(is_other).map(|row| &row.said.value);
            let sure: BTreeSet<&Text> = others(certain).flatten().collect();
            let possible: BTreeSet<&Text> =
                sure.iter().copied().chain(others(maybe).flatten()).collect();
            let own_value = match &own {
                Contribution::Certain(said) => said.value.as_ref(),
                Contribution::Maybe(_) | Contribution::Nothing => asking.value,
            };
            let has = |values: &BTreeSet<&Text>| own_value.is_some_and(|own| values.contains(own));
            (count.value_is_certain, count.value_is_possible) = (has(&sure), has(&possible));
            // An entry without a value may have any.
            let without =
                others(certain).chain(others(maybe)).filter(|value| value.is_none()).count();
            count.certain = sure.len() as u64;
            (possible.len() + without) as u64
        } else {
            let own = match &own {
                Contribution::Certain(said) => [Some(said), None],
                Contribution::Maybe(said) => [None, Some(said)],
                Contribution::Nothing => [None, None],
            };
            let own = own.map(|own| own.filter(|said| asking.window.contains(said.at)));
            let [own_certain, own_maybe] = own.map(|own| own.map_or(0, |said| said.weight.into()));
            let certain = weight(certain) - own_certain;
            count.certain = at_most_all(certain);
            at_most_all(certain + weight(maybe) - own_maybe)
        };
        count.possible = known.covers(asking.window, asking.since).then_some(possible);
        count
    }
}

impl Rows {
    fn insert(&mut self, record: &Text, said: Said) {
        let (Ok(position) | Err(position)) = self.position(record, said.at);
        self.0.insert(position, Row { record: record.clone(), said, sum: 0 });
        self.add_up(position);
    }

    fn remove(&mut self, record: &Text, at: Instant) {
        if let Ok(position) = self.position(record, at) {
            self.0.remove(position);
            self.add_up(position);
        }
    }

    fn position(&self, record: &Text, at: Instant) -> Result<usize, usize> {
        self.0.binary_search_by(|row| (row.said.at, &row.record).cmp(&(at, record)))
    }

    /// Adds up the weights from a row on. Most rows are added at the end.
    fn add_up(&mut self, from: usize) {
        let last = from.checked_sub(1).and_then(|last| self.0.get(last));
        let mut sum = last.map_or(0, |row| row.sum);
        for row in self.0.iter_mut().skip(from) {
            sum += u128::from(row.said.weight);
            row.sum = sum;
        }
    }

    fn within(&self, window: Window) -> &[Row] {
        let until = |end: Instant| self.0.partition_point(|row| row.said.at <= end);
        self.0.get(until(window.after)..until(window.until)).unwrap_or_default()
    }
}

/// The weight of rows that follow each other.
fn weight(rows: &[Row]) -> u128 {
    let first = rows.first().map_or(0, |row| row.sum - u128::from(row.said.weight));
    rows.last().map_or(0, |row| row.sum - first)
}

fn at_most_all(weight: u128) -> u64 {
    u64::try_from(weight).unwrap_or(u64::MAX)
}
