//! What is known of a record without the interpreter: what a store has to be asked, and what a quiet record leaves behind.

use super::eval::Eval;
use super::recall::entry_of;
use crate::decision::{Visible, entry_delta, visible};
use crate::plan::{Node, Path, Recall, Recalled};
use crate::program::Counter;
use crate::state::{Asked, Asks, Delta, Key, add_ask};
use crate::world::place::Place;
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// What is known of a record without the interpreter, once the rules whose condition is false are left out.
pub(crate) struct Shortcut<'s, 'a> {
    pub(super) eval: &'s mut Eval<'a>,
    /// The norms whose conditions are not false, and the counters whose conditions are not.
    pub(super) roots: &'s [u32],
}

impl<'a> Shortcut<'_, 'a> {
    fn is_plain(&self) -> bool {
        !self.eval.has_received && !self.eval.has_rulings
    }

    /// The index of a counter, and the counter; `None` for a norm.
    fn counter(&self, root: u32) -> Option<(usize, &'a Counter)> {
        let index = (root as usize).checked_sub(self.eval.program.norms.len())?;
        Some((index, self.eval.program.counters.get(index)?))
    }

    /// What the record leaves behind if no rule has anything to say. `None` if a rule has, or if only the interpreter can tell.
    pub(crate) fn delta(&mut self) -> Option<Delta> {
        let mut delta = Delta::default();
        if !self.is_plain() {
            return None;
        }
        for root in self.roots {
            let (index, counter) = self.counter(*root)?;
            let additions = self.eval.additions(index, counter)?;
            let (at, state) = (self.eval.at, self.eval.state);
            for (shadow, additional) in additions.both() {
                delta.entries.extend(additional.by_key.iter().map(|(of, addition)| {
                    let key = counter.key(of.clone(), shadow);
                    entry_delta(counter, key, &addition.entry, at, state)
                }));
            }
        }
        delta.entries.sort_by(|a, b| a.key.cmp(&b.key));
        Some(delta)
    }

    /// What a store has to be asked. `None` if only the interpreter can tell.
    pub(crate) fn asks(&mut self, places: &[Place]) -> Option<Asks> {
        let mut asked = BTreeMap::new();
        if !self.is_plain() {
            return None;
        }
        for root in self.roots {
            match self.counter(*root) {
                Some((index, counter)) => self.ask_for_thresholds(index, counter, &mut asked)?,
                None => self.ask_for_norm(*root as usize, places, &mut asked)?,
            }
        }
        if asked.is_empty() {
            return Some(Asks::default());
        }
        let id = self.eval.slots.text(self.eval.input, self.eval.slots.header.id);
        Some(Asks { record: id.into(), asked })
    }

    fn ask_for_thresholds(
        &mut self,
        index: usize,
        counter: &'a Counter,
        asked: &mut BTreeMap<Key, Asked>,
    ) -> Option<()> {
        if counter.thresholds.is_empty() {
            return Some(());
        }
        let additions = self.eval.additions(index, counter)?;
        for (shadow, additional) in additions.both() {
            for (of, addition) in &additional.by_key {
                let ask = counter.asked(self.eval.at, &addition.entry);
                add_ask(asked, counter.key(of.clone(), shadow), ask);
            }
        }
        Some(())
    }

    fn ask_for_norm(
        &mut self,
        index: usize,
        places: &[Place],
        asked: &mut BTreeMap<Key, Asked>,
    ) -> Option<()> {
        let (program, plan) = (self.eval.program, self.eval.plan);
        for counting in program.counters_of(std::slice::from_ref(&index), false) {
            self.ask_for_thresholds(counting, program.counters.get(counting)?, asked)?;
        }
        let (norm, reads) = (program.norms.get(index)?, plan.reads.get(index)?.as_ref()?);
        if norm.begins_times() {
            let (at, id) = (self.eval.at, self.eval.slots.header.id);
            let record = self.eval.slots.text(self.eval.input, id);
            for place in self.places_of(norm.place, places) {
                program.ask_for_starts(norm, (place, at), record, asked);
            }
        }
        if reads.is_empty() || self.places_of(norm.place, places).next().is_none() {
            return Some(());
        }
        for read in reads {
            let Node::Recall(recall) = plan.nodes.get(read.node) else { return None };
            self.eval.ask_each(&read.lists, recall, asked)?;
        }
        Some(())
    }

    /// The places in which the norms of a place apply: of those that are asked for, and of those of files that leave something
    /// behind.
    fn places_of<'q>(
        &'q self,
        place: Place,
        asked: &'q [Place],
    ) -> impl Iterator<Item = Place> + 'q {
        let Eval { program, at, slots, .. } = &*self.eval;
        let is_seen = |writer: &&Place| {
            visible(slots.header.visibility(), &program.blocs, **writer, *at) != Visible::No
        };
        let all = asked.iter().chain(program.writers.iter().filter(is_seen)).copied();
        all.filter(move |one| program.blocs.within(*one, place, *at))
    }
}

impl<'a> Eval<'a> {
    /// Adds what a store is asked for a read, for each element of some lists.
    fn ask_each(
        &mut self,
        lists: &'a [(Path, u32)],
        recall: &'a Recall,
        asked: &mut BTreeMap<Key, Asked>,
    ) -> Option<()> {
        let Some(((list, level), inside)) = lists.split_first() else {
            return self.ask(recall, asked);
        };
        let Some((shape, run)) = self.list(*list) else { return Some(()) };
        let mut known = Some(());
        self.for_each((*level, shape), run, |eval| {
            known = eval.ask_each(inside, recall, asked);
            if known.is_none() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        known
    }

    /// Adds what a store is asked for a read. `None` if only the interpreter can tell.
    fn ask(&mut self, recall: &'a Recall, asked: &mut BTreeMap<Key, Asked>) -> Option<()> {
        match recall.of {
            Recalled::Count { counter: index } => {
                let counter = self.program.counters.get(index as usize)?;
                let Ok(of) = self.key(&recall.key) else { return Some(()) };
                let key = counter.key(of, recall.in_shadow);
                let additions = self.additions_seen(index as usize, counter, recall.reader)?;
                let ask = counter.asked(self.at, entry_of(&additions, &key));
                add_ask(asked, key, ask);
            }
            Recalled::Reaches { counter: index, least: _ } => {
                let counter = self.program.counters.get(index as usize)?;
                if let (Some(key), added) = self.threshold(index as usize, counter, recall)? {
                    add_ask(asked, key, counter.asked(self.at, &added));
                }
            }
            Recalled::Mark { mark, read: _ } => {
                if let Some(key) = self.key_of_mark(self.program.marks.get(mark as usize)?, recall)
                {
                    add_ask(asked, key, Asked::Mark { at: self.at });
                }
            }
        }
        Some(())
    }
}
