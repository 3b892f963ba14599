//! A model of the times of outcomes: when rules first asked for them, and until when they are asked for.

use super::state::{File, OUTCOMES, PLACES, above_of, later};
use lexloci::{Decision, Instant, Visible};
use std::collections::{BTreeMap, BTreeSet};

/// When rules first asked for outcomes, as it follows from the decisions that were made.
pub(super) struct Times {
    /// The places whose files can lift a rule, by its id; its own is among them.
    starts: BTreeMap<String, BTreeSet<&'static str>>,
    /// What it asks for, and for how many minutes.
    asks: BTreeMap<String, (&'static str, Option<i64>)>,
    /// By record, rule and place.
    firsts: BTreeMap<(String, String, &'static str), Instant>,
}

impl Times {
    pub(super) fn of(files: &[File]) -> Self {
        let mut times =
            Self { starts: BTreeMap::new(), asks: BTreeMap::new(), firsts: BTreeMap::new() };
        for ((code, _), file) in PLACES.iter().zip(files) {
            let id = |rule: &str, place: &str| format!("{}.{rule}", place.to_lowercase());
            times.asks.insert(id("last", code), ("demote", None));
            for (index, (state, ..)) in file.readers.iter().enumerate() {
                let rule = id(&format!("reads{index}"), code);
                times.asks.insert(rule.clone(), OUTCOMES[state / 5 % OUTCOMES.len()]);
                times.starts.entry(rule).or_default().insert(code);
            }
            let above = above_of(code);
            for (_, lifted) in &file.exceptions {
                // `plain0`, `reads0`, and those of the places above.
                if let Some(place) = (lifted % (above.len() + 2)).checked_sub(2) {
                    times.starts.entry(id("reads0", above[place])).or_default().insert(code);
                }
            }
        }
        times
    }

    /// The place whose file has the last say about a rule in a place.
    fn nearest(&self, rule: &str, place: &str) -> Option<&'static str> {
        let starts = self.starts.get(rule)?;
        let mut chain = [place].into_iter().chain(above_of(place).iter().copied());
        chain.find_map(|one| starts.get(one).copied())
    }

    /// Compares the outcomes of decisions about a record with what follows from those before.
    pub(super) fn check(&mut self, record: &str, at: Instant, decisions: &[Decision]) {
        let places = |one: &Decision| -> Vec<String> {
            one.places.iter().map(ToString::to_string).collect()
        };
        for one in decisions.iter().filter(|one| one.visible != Visible::No) {
            for (place, rule) in places(one).iter().flat_map(|place| {
                one.matched.iter().map(move |matched| (place, matched.rule.as_str()))
            }) {
                if let Some(nearest) = self.nearest(rule, place).filter(|nearest| nearest == place)
                {
                    let key = (record.to_owned(), rule.to_owned(), nearest);
                    let first = self.firsts.entry(key).or_insert(at);
                    *first = at.min(*first);
                }
            }
        }
        for one in decisions {
            for place in places(one) {
                let mut expected: BTreeMap<&str, (Option<Instant>, Vec<Option<Instant>>)> =
                    BTreeMap::new();
                for matched in &one.matched {
                    let rule = matched.rule.as_str();
                    let Some((act, minutes)) = self.asks.get(rule) else { continue };
                    let first = self.nearest(rule, &place).and_then(|nearest| {
                        self.firsts.get(&(record.to_owned(), rule.to_owned(), nearest)).copied()
                    });
                    let start = first.map_or(at, |first| first.min(at));
                    let end = minutes.map(|minutes| later(start, minutes));
                    if end.is_some_and(|end| end <= at) {
                        continue;
                    }
                    let (since, ends) = expected.entry(act).or_default();
                    let before = minutes.map(|_| start).filter(|start| *start < at);
                    *since = [*since, before].into_iter().flatten().min();
                    ends.push(end);
                }
                let expected: Vec<_> = expected
                    .into_iter()
                    .map(|(act, (since, ends))| {
                        let all: Option<Vec<Instant>> = ends.into_iter().collect();
                        (act.to_owned(), since, all.and_then(|ends| ends.into_iter().max()))
                    })
                    .collect();
                let found = one.outcomes.iter().filter(|outcome| outcome.action != "label");
                let mut found: Vec<_> =
                    found.map(|one| (one.to_string(), one.since, one.until)).collect();
                found.sort();
                assert_eq!(found, expected, "{record} in {place} at {at}");
            }
        }
    }
}
