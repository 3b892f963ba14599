//! What follows from all counters, marks and rules together: counters that depend on themselves, chains of counters, and
//! copies for rules in shadow.

use super::{Checker, arrows, from_least};
use crate::base::limits;
use crate::base::source::Location;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{NormKind, RuleBody};
use crate::world::place::Place;
use std::collections::{BTreeMap, BTreeSet};

/// The most circles that are reported.
const MAX_CIRCLES: usize = 16;

/// For each counter that a counter depends on, the norms through which it does: a rule that is counted, then an exception to
/// the norm before.
type Through = BTreeMap<usize, Vec<usize>>;

/// Counters, each after those that it depends on.
#[derive(Default)]
struct Order {
    counters: Vec<usize>,
    /// Counters that depend on each other in a circle. There may be more.
    circles: Vec<Vec<usize>>,
}

impl Checker<'_> {
    /// Finds the counters that each norm reads. Refuses counters that depend on themselves and long chains of counters.
    /// Decides which counters and marks need a copy for rules in shadow. Finds where the times of outcomes begin.
    pub(super) fn link_state(&mut self) {
        let program = &self.program;
        let counters: Vec<Vec<usize>> =
            program.norms.iter().map(|norm| program.counters_read(norm.expressions())).collect();
        for (norm, counters) in self.program.norms.iter_mut().zip(counters) {
            norm.counters = counters;
        }
        let program = &self.program;
        let starts: Vec<_> =
            (0..program.norms.len()).map(|norm| program.find_starts(norm)).collect();
        for (norm, starts) in self.program.norms.iter_mut().zip(starts) {
            if let NormKind::Rule(rule) = &mut norm.kind {
                rule.starts_in = starts;
            }
        }
        self.program.writers = self.program.find_writers();
        let through: Vec<Through> =
            (0..self.program.counters.len()).map(|counter| self.depends_on(counter)).collect();
        let order = order(&through);
        for circle in &order.circles {
            self.refuse_circle_of_counters(circle, &through);
        }
        if order.circles.is_empty() {
            self.refuse_long_chain(&order, &through);
        }
        self.find_shadows(&order, &through);
    }

    /// The counters that are read by the rules that a counter counts, and by the exceptions to them. The rules are judged in
    /// the place of the counter, so the exceptions of places inside it do not matter.
    fn depends_on(&self, index: usize) -> Through {
        let (mut seen, mut through) = (BTreeSet::new(), Through::new());
        let Some(counter) = self.program.counters.get(index) else { return through };
        let mut pending: Vec<Vec<usize>> =
            counter.counted_rules().iter().rev().map(|rule| vec![*rule]).collect();
        while let Some(path) = pending.pop() {
            let Some(last) = path.last().copied().filter(|last| seen.insert(*last)) else {
                continue;
            };
            let Some(norm) = self.program.norms.get(last) else { continue };
            for read in &norm.counters {
                through.entry(*read).or_insert_with(|| path.clone());
            }
            let exceptions = norm.defeated_by.iter().filter(|exception| {
                let place =
                    self.program.norms.get(**exception).map_or(Place::WORLD, |norm| norm.place);
                self.program.blocs.ever_within(counter.place, place)
            });
            pending.extend(exceptions.map(|exception| {
                let mut longer = path.clone();
                longer.push(*exception);
                longer
            }));
        }
        through
    }

    fn refuse_circle_of_counters(&mut self, circle: &[usize], through: &[Through]) {
        let circle = from_least(circle);
        let next = circle.iter().skip(1).chain(circle.first());
        let mut members: Vec<(Location, String)> = vec![];
        for (counter, next) in circle.iter().zip(next) {
            let counted = self.program.counters.get(*counter);
            members.extend(counted.map(|counter| (counter.at, counter.id.to_string())));
            let path = through.get(*counter).and_then(|through| through.get(next));
            let norms = path.into_iter().flatten().filter_map(|norm| self.program.norms.get(*norm));
            members.extend(norms.map(|norm| (norm.at, norm.id.clone())));
        }
        let [(_, counter), (_, rule), ..] = &*members else { return };
        let message = if circle.len() == 1 {
            format!("the counter depends on itself: {}", arrows(&members))
        } else {
            format!("counters depend on each other in a circle: {}", arrows(&members))
        };
        let help = format!(
            "whether a message counts must not depend on the count: do not count `{rule}` in `{counter}`, or move the condition on the number to a rule that is not counted"
        );
        self.report_circle(Code::CyclicCounter, &members, message, help);
    }

    /// Refuses the longest chain in which each counter counts a rule that reads the next, if it is too long.
    fn refuse_long_chain(&mut self, order: &Order, through: &[Through]) {
        // For each counter, the length of its longest chain, and the last counter of it.
        let mut chains: Vec<(usize, usize)> = (0..through.len()).map(|own| (1, own)).collect();
        for counter in &order.counters {
            let others = through.get(*counter).into_iter().flat_map(BTreeMap::keys);
            let longest = others.filter_map(|other| chains.get(*other)).max().copied();
            if let (Some(chain), Some((length, last))) = (chains.get_mut(*counter), longest) {
                *chain = (length + 1, last);
            }
        }
        let longest = chains.iter().enumerate().max_by_key(|(_, (length, _))| *length);
        let limit = limits::COUNTER_CHAIN;
        let Some((first, (length, last))) = longest.filter(|(_, (length, _))| *length > limit)
        else {
            return;
        };
        let counter = |index| self.program.counters.get(index);
        let (Some(first), Some(last)) = (counter(first), counter(*last)) else { return };
        let message = format!(
            "a chain of {length} counters leads from `{}` to `{}`: each counts a rule that reads the next",
            first.id, last.id
        );
        let help = format!(
            "the limit is {limit} counters: in a rule of the chain, ask about the message instead of a counter"
        );
        let fault = Diagnostic::new(Code::TooDeep, first.at, message).help(help);
        self.found.push(fault.related(last.at, "the end of the chain"));
    }

    fn find_shadows(&mut self, order: &Order, through: &[Through]) {
        let rules = self.program.norms.iter().filter_map(|norm| norm.kind.rule());
        let acts = rules.filter(|rule| rule.shadow).flat_map(RuleBody::acts);
        let changes = acts.filter_map(|act| self.program.mark_change(act));
        let changed: BTreeSet<usize> = changes.map(|(_, mark)| mark).collect();
        for (index, mark) in self.program.marks.iter_mut().enumerate() {
            mark.has_shadow = changed.contains(&index);
        }
        let mut has_shadow = vec![false; through.len()];
        for index in &order.counters {
            let counter = self.program.counters.get(*index);
            let mut rules = counter.into_iter().flat_map(|counter| counter.counted_rules());
            let mut others = through.get(*index).into_iter().flat_map(BTreeMap::keys);
            let is_copied = rules.any(|rule| self.program.is_in_shadow(*rule))
                || others.any(|other| has_shadow.get(*other) == Some(&true));
            if let Some(own) = has_shadow.get_mut(*index) {
                *own = is_copied;
            }
        }
        for (counter, has_shadow) in self.program.counters.iter_mut().zip(has_shadow) {
            counter.has_shadow = has_shadow;
        }
    }
}

/// Sorts counters. The search is depth-first: a counter that depends on one that is still being visited closes a circle.
fn order(through: &[Through]) -> Order {
    let (mut is_done, mut order) = (vec![false; through.len()], Order::default());
    for start in 0..through.len() {
        let mut path: Vec<(usize, Vec<usize>)> = vec![];
        let mut next = Some(start);
        loop {
            if let Some(counter) = next {
                let step = path.iter().position(|(open, _)| *open == counter);
                if let Some(step) = step {
                    let circle = path.iter().skip(step).map(|(open, _)| *open).collect();
                    if order.circles.len() < MAX_CIRCLES {
                        order.circles.push(circle);
                    }
                } else if is_done.get(counter) == Some(&false) {
                    let others = through.get(counter).into_iter().flat_map(BTreeMap::keys);
                    path.push((counter, others.rev().copied().collect()));
                }
            }
            let Some((counter, others)) = path.last_mut() else { break };
            next = others.pop();
            if next.is_none() {
                if let Some(is_done) = is_done.get_mut(*counter) {
                    *is_done = true;
                }
                order.counters.push(*counter);
                path.pop();
            }
        }
    }
    order
}

#[cfg(test)]
mod tests {
    use crate::base::limits::COUNTER_CHAIN;
    use crate::base::limits::RecordLimits;
    use crate::interpret::testing::checked;

    /// The errors about a chain of counters.
    fn errors(length: usize) -> Vec<String> {
        let mut text = String::from(
            "jurisdiction WORLD { zone \"UTC\" }\npolicy p \"P\" {}\nrule r0 { basis p  when text mentions \"loan\"  then label }\n",
        );
        for n in 1..=length {
            let counted = n - 1;
            text += &format!(
                "counter c{n} {{ per author.key  over 1 day  since 2026-01-01  counts rules r{counted} }}\nrule r{n} {{ basis p  when c{n} >= 2  then label }}\n"
            );
        }
        checked(&[("world.loci", text.as_str())], RecordLimits::default()).2
    }

    #[test]
    fn a_chain_of_counters_has_a_limit() {
        assert_eq!(errors(COUNTER_CHAIN), [""; 0]);
        let [error] = &*errors(COUNTER_CHAIN + 1) else { panic!() };
        assert!(
            error.contains("a chain of 33 counters leads from `world.c33` to `world.c1`"),
            "{error}"
        );
    }
}
