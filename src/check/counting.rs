//! What follows from all counters, marks and rules together: counters that depend on themselves, and copies for rules in
//! shadow.

use super::{Checker, arrows, from_least};
use crate::base::source::Location;
use crate::diagnostic::Code;
use crate::program::{ActionKind, Expr, ExprKind, Program, RuleBody};
use crate::world::place::Place;
use std::collections::{BTreeMap, BTreeSet};

/// The most circles that are reported.
const MAX_CIRCLES: usize = 16;

/// For each counter that a counter depends on, the norms through which it does: a rule that is counted, then an exception to
/// the norm before.
type Through = BTreeMap<usize, Vec<usize>>;

impl Checker<'_> {
    /// Reports counters that depend on themselves, and finds out of which counters and marks rules in shadow read a copy.
    pub(super) fn link_state(&mut self) {
        let program = &self.program;
        let counters: Vec<Vec<usize>> =
            program.norms.iter().map(|norm| program.counters_read(norm.expressions())).collect();
        for (norm, counters) in self.program.norms.iter_mut().zip(counters) {
            norm.counters = counters;
        }
        self.program.writers = self.program.find_writers();
        let through: Vec<Through> =
            (0..self.program.counters.len()).map(|counter| self.depends_on(counter)).collect();
        for circle in circles(&through) {
            self.refuse_circle_of_counters(&circle, &through);
        }
        self.find_shadows(&through);
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
            for read in norm.expressions().flat_map(|expr| counters_in(&self.program, expr)) {
                through.entry(read).or_insert_with(|| path.clone());
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
            members.extend(counted.map(|counter| (counter.at, counter.id.clone())));
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

    fn find_shadows(&mut self, through: &[Through]) {
        let rules = self.program.norms.iter().filter_map(|norm| norm.kind.rule());
        let marked: BTreeSet<String> = rules
            .filter(|rule| rule.shadow)
            .flat_map(RuleBody::acts)
            .filter(|act| is_about_mark(&self.program, act.action))
            .filter_map(|act| act.to.clone())
            .collect();
        for mark in &mut self.program.marks {
            mark.has_shadow = marked.contains(&mark.id);
        }
        let counters = self.program.counters.iter();
        let mut has_shadow: Vec<bool> = counters
            .map(|counter| {
                let mut rules = counter.counted_rules().iter();
                rules.any(|rule| self.program.is_in_shadow(*rule))
            })
            .collect();
        // A counter gets a copy once one that it depends on has one. Each round but the last adds one.
        loop {
            let dependent = has_shadow.iter().zip(through).map(|(own, through)| {
                *own || through.keys().any(|other| has_shadow.get(*other) == Some(&true))
            });
            let next: Vec<bool> = dependent.collect();
            if next == has_shadow {
                break;
            }
            has_shadow = next;
        }
        for (counter, has_shadow) in self.program.counters.iter_mut().zip(has_shadow) {
            counter.has_shadow = has_shadow;
        }
    }
}

/// Circles of counters. The search is depth-first: a counter that depends on one that is still being visited closes a circle.
fn circles(through: &[Through]) -> Vec<Vec<usize>> {
    let (mut is_done, mut found) = (vec![false; through.len()], vec![]);
    for start in 0..through.len() {
        let mut path: Vec<(usize, Vec<usize>)> = vec![];
        let mut next = Some(start);
        loop {
            if let Some(counter) = next {
                let step = path.iter().position(|(open, _)| *open == counter);
                if let Some(step) = step {
                    let circle = path.iter().skip(step).map(|(open, _)| *open).collect();
                    if found.len() < MAX_CIRCLES {
                        found.push(circle);
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
                path.pop();
            }
        }
    }
    found
}

/// The counters that an expression reads, also in the definitions that it calls.
fn counters_in<'p>(program: &'p Program, expr: &'p Expr) -> impl Iterator<Item = usize> + 'p {
    program.parts_of(expr).filter_map(|part| {
        if let ExprKind::Counter { counter, .. } | ExprKind::Reaches { counter, .. } = part.kind {
            return Some(counter);
        }
        None
    })
}

fn is_about_mark(program: &Program, action: usize) -> bool {
    let action = program.actions.get_index(action);
    action.is_some_and(|(_, action)| matches!(action.kind, ActionKind::Mark(_)))
}
