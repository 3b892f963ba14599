//! Looks up the cells of a record in the index, and wakes the rules whose conditions may be true or unknown. Only these
//! are evaluated.

use super::active::ApplicableRules;
use super::counts::Tally;
use super::eval::Eval;
use super::slots::Cell;
use crate::plan::{Base, Column, ColumnIndex, Path, Plan, ValueIndex, index_number};
use crate::program::outcome::Truth;
use crate::record::Voice;
use crate::world::value::Value;

/// The rules woken so far, without duplicates.
#[derive(Clone, Debug, Default)]
pub(super) struct Woken {
    pub(super) rules: Vec<u32>,
    /// The number of the current request.
    request: u32,
    /// For each rule, the number of the request that woke it last.
    last_request: Vec<u32>,
}

impl Woken {
    pub(super) fn new(norms: usize) -> Self {
        Self { rules: vec![], request: 0, last_request: vec![0; norms] }
    }

    /// Clears the rules before the next record, place or instant.
    pub(super) fn clear(&mut self) {
        self.rules.clear();
        self.request = self.request.checked_add(1).unwrap_or_else(|| {
            self.last_request.fill(0);
            1
        });
    }

    pub(super) fn add_all(&mut self, rules: ApplicableRules<'_>) {
        self.rules.extend(rules.iter().filter_map(|rule| u32::try_from(rule).ok()));
    }

    /// Drops the counters, whose numbers follow those of the norms, unless they are wanted.
    pub(super) fn keep_if_wanted(&mut self, norms: usize, are_wanted: bool) {
        if !are_wanted {
            self.rules.retain(|root| (*root as usize) < norms);
        }
    }

    pub(super) fn add(&mut self, rules: &[u32], applicable: ApplicableRules<'_>) {
        for rule in rules {
            let Some(last) = self.last_request.get_mut(*rule as usize) else { continue };
            if *last != self.request && applicable.contains(*rule as usize) {
                *last = self.request;
                self.rules.push(*rule);
            }
        }
    }
}

impl Eval<'_> {
    /// Wakes the applicable rules, or with the index only those that may be true.
    pub(super) fn wake_all(
        &mut self,
        woken: &mut Woken,
        applicable: ApplicableRules<'_>,
        is_indexed: bool,
    ) {
        woken.clear();
        if !is_indexed {
            woken.add_all(applicable);
            return;
        }
        self.wake(woken, applicable);
        // A rule whose law is judged by receipt may not see all orders and notices that the index and the nodes see.
        if self.has_received {
            woken.add(&self.plan.judged_by_receipt, applicable);
        }
    }

    /// Drops the roots that are false.
    pub(super) fn keep_possible(&mut self, roots: &mut Vec<u32>, tally: &mut Tally) {
        let (plan, has_received) = (self.plan, self.has_received);
        roots.retain(|root| {
            let number = *root as usize;
            let truth = tally.evaluate(number, || self.root(number));
            let may_see_less =
                || has_received && plan.judged_by_receipt.binary_search(root).is_ok();
            truth != Truth::False || may_see_less()
        });
    }

    /// Wakes each applicable rule that has a firing trigger.
    fn wake(&mut self, woken: &mut Woken, applicable: ApplicableRules<'_>) {
        let plan = self.plan;
        if plan.index.has_patterns() {
            self.scan_parts();
            let mut index = 0;
            while let Some((pattern, voices)) = self.memo.found_pattern(index) {
                woken.add(plan.index.pattern(Voice::Other, pattern), applicable);
                for voice in [Voice::Author, Voice::Quoted, Voice::Button] {
                    if voices.has(voice) {
                        woken.add(plan.index.pattern(voice, pattern), applicable);
                    }
                }
                index += 1;
            }
        }
        if let Some(literals) = &plan.index.literals {
            for part in self.slots.searched_parts(plan) {
                let text = self.slots.text(self.input, part.text);
                literals.find(text, |literal| {
                    woken.add(plan.index.literal(Voice::Other, literal), applicable);
                    if part.voice != Voice::Other {
                        woken.add(plan.index.literal(part.voice, literal), applicable);
                    }
                });
            }
        }
        // If the texts of the message are unknown, all conditions on them are unknown.
        if self.slots.parts.is_none() {
            woken.add(&plan.index.on_texts, applicable);
        }
        for column in &plan.index.columns {
            self.wake_by_column(column, woken, applicable);
        }
        for (node, wanted, rules) in &plan.index.tests {
            if self.truth(*node) != (!wanted).into() {
                woken.add(rules, applicable);
            }
        }
    }

    fn wake_by_column(
        &mut self,
        index: &ColumnIndex,
        woken: &mut Woken,
        applicable: ApplicableRules<'_>,
    ) {
        let Column { shape, slot } = index.column;
        if shape == 0 {
            return self.wake_by_cell(index, self.slots.cell(0, slot as usize), woken, applicable);
        }
        if self.lacks_list(self.plan, shape) {
            woken.add(&index.missing, applicable);
        }
        let rows = self.slots.row_count(&self.plan.shapes, shape) as usize;
        let size = self.plan.shapes.size(shape);
        for row in 0..rows {
            let cell = self.slots.cell(shape, row * size + slot as usize);
            self.wake_by_cell(index, cell, woken, applicable);
        }
    }

    /// Whether the list with elements of a shape is missing, or a list around it.
    fn lacks_list(&self, plan: &Plan, shape: u32) -> bool {
        let Some(Path { base, slot }) = plan.shapes.owner(shape) else { return false };
        match base {
            Base::Message => self.slots.cell(0, slot as usize) == Cell::Missing,
            Base::Element { shape: outer, .. } => {
                let size = plan.shapes.size(outer);
                let rows = self.slots.row_count(&plan.shapes, outer) as usize;
                let lacks = |row: usize| {
                    self.slots.cell(outer, row * size + slot as usize) == Cell::Missing
                };
                (0..rows).any(lacks) || self.lacks_list(plan, outer)
            }
        }
    }

    fn wake_by_cell(
        &mut self,
        index: &ColumnIndex,
        cell: Cell,
        woken: &mut Woken,
        applicable: ApplicableRules<'_>,
    ) {
        if !matches!(cell, Cell::Missing | Cell::Absent) {
            woken.add(&index.known, applicable);
        }
        let number = match cell {
            Cell::Missing => return woken.add(&index.missing, applicable),
            Cell::Absent => return woken.add(&index.none, applicable),
            Cell::Bool(truth) => {
                let [no, yes] = &index.truths;
                return woken.add(if truth { yes } else { no }, applicable);
            }
            Cell::Text(text) => {
                if let Some(value) = index.texts.get(self.slots.text(self.input, text)) {
                    self.wake_by_value(value, woken, applicable);
                }
                if !index.mentions.is_empty() {
                    for pattern in self.scan_text(text) {
                        if let Some(rules) = index.mentions.get(pattern) {
                            woken.add(rules, applicable);
                        }
                    }
                }
                return;
            }
            Cell::Everywhere => return woken.add(&index.everywhere, applicable),
            Cell::Places(run) => {
                for place in self.slots.places.get(run.range()).unwrap_or_default() {
                    if let Some(rules) = index.places.get(place) {
                        woken.add(rules, applicable);
                    }
                }
                return;
            }
            Cell::Present | Cell::List(_) => return,
            Cell::Int(int) => index_number(&Value::Int(int)),
            Cell::Number(number) => index_number(&Value::Number(number)),
            Cell::Instant(instant) => index_number(&Value::Instant(instant)),
            Cell::Duration(nanos) => Some(nanos),
        };
        let Some(number) = number else { return };
        if let Some(value) = index.numbers.get(&number) {
            self.wake_by_value(value, woken, applicable);
        }
        for (_, rule) in index.at_least.iter().take_while(|(bound, _)| *bound <= number) {
            woken.add(&[*rule], applicable);
        }
        for (_, rule) in index.at_most.iter().take_while(|(bound, _)| *bound >= number) {
            woken.add(&[*rule], applicable);
        }
    }

    fn wake_by_value(
        &mut self,
        index: &ValueIndex,
        woken: &mut Woken,
        applicable: ApplicableRules<'_>,
    ) {
        woken.add(&index.rules, applicable);
        for column in &index.and_also {
            self.wake_by_column(column, woken, applicable);
        }
    }
}
