//! Checks the graph of exceptions. Reports circles, exceptions to rules of other places, and exceptions that can never
//! apply.

use super::{Checker, arrows, from_least};
use crate::base::time::Day;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Ground, InForce, Norm, Status};
use crate::world::place::Place;
use std::collections::HashMap;

/// The most circles that are reported. Exceptions that lift many others can be in very many circles.
const MAX_CIRCLES: usize = 16;

impl Checker<'_> {
    /// Links each exception to the norms that it defeats. Exceptions that are refused get no link, so the links form no
    /// circle.
    pub(super) fn link_exceptions(&mut self) {
        let (order, circles) = self.order();
        for circle in circles {
            self.refuse_circle(&circle);
        }
        // For each norm so far, a rule that acts in all places and that it lifts, or that it is.
        let mut global_rules: HashMap<usize, Option<usize>> = HashMap::new();
        for norm in order {
            let mut global_rule = self.global_action(norm).map(|_| norm);
            for target in self.defeats(norm).to_vec() {
                // A target without an entry closes a circle.
                let Some(rule) = global_rules.get(&target).copied() else { continue };
                global_rule = global_rule.or(rule);
                if self.may_defeat(norm, target, rule) {
                    self.link(norm, target);
                }
            }
            global_rules.insert(norm, global_rule);
        }
        for norm in &mut self.program.norms {
            norm.defeated_by.sort_unstable();
        }
    }

    fn link(&mut self, exception: usize, target: usize) {
        let Some(lifted) = self.program.norms.get_mut(target) else { return };
        lifted.defeated_by.push(exception);
        let depth = lifted.depth + 1;
        if let Some(exception) = self.program.norms.get_mut(exception) {
            exception.depth = exception.depth.max(depth);
        }
    }

    /// The norms that an exception lifts.
    fn defeats(&self, norm: usize) -> &[usize] {
        self.program.norms.get(norm).map_or(&[], |norm| norm.kind.defeats())
    }

    /// All norms, each after those that it lifts, and the circles. The search is depth-first: an exception to a norm that is
    /// still being visited closes a circle.
    fn order(&self) -> (Vec<usize>, Vec<Vec<usize>>) {
        let mut visits = vec![Visit::Never; self.program.norms.len()];
        let (mut order, mut circles) = (vec![], vec![]);
        for start in 0..visits.len() {
            let (mut path, mut next) = (vec![], Some(start));
            loop {
                if let Some(norm) = next
                    && let Some(visit) = visits.get_mut(norm)
                {
                    match *visit {
                        Visit::Never => {
                            *visit = Visit::Open { step: path.len() };
                            path.push((norm, self.defeats(norm).iter()));
                        }
                        Visit::Open { step } if circles.len() < MAX_CIRCLES => {
                            let circle = path.iter().skip(step);
                            circles.push(circle.map(|(norm, _)| *norm).collect());
                        }
                        Visit::Open { .. } | Visit::Closed => {}
                    }
                }
                let Some((norm, targets)) = path.last_mut() else { break };
                next = targets.next().copied();
                if next.is_none() {
                    order.push(*norm);
                    if let Some(visit) = visits.get_mut(*norm) {
                        *visit = Visit::Closed;
                    }
                    path.pop();
                }
            }
        }
        (order, circles)
    }

    fn refuse_circle(&mut self, circle: &[usize]) {
        let norms = from_least(circle).into_iter().filter_map(|norm| self.program.norms.get(norm));
        let members: Vec<_> = norms.map(|norm| (norm.at, norm.id.clone())).collect();
        let message = format!("exceptions lift each other in a circle: {}", arrows(&members));
        let help = "break the circle: in one of these exceptions, write after `to` the rule that you want to lift";
        self.report_circle(Code::CyclicException, &members, message, help);
    }

    /// Whether an exception may defeat a target. If not, reports the reason. `global_rule` is a rule that acts in all places:
    /// the target, or one that the target lifts.
    fn may_defeat(&mut self, exception: usize, target: usize, global_rule: Option<usize>) -> bool {
        let (Some(from), Some(to)) =
            (self.program.norms.get(exception), self.program.norms.get(target))
        else {
            return false;
        };
        if !self.program.blocs.ever_within(from.place, to.place) {
            let message = format!(
                "`{}` belongs to {}, and {} is not inside {}",
                to.id, to.place, from.place, to.place
            );
            let diagnostic = Diagnostic::new(Code::OutOfPlace, from.at, message)
                .related(to.at, "what it would lift")
                .help("an exception can lift only a rule of its own place, or of a place that contains it");
            self.found.push(diagnostic);
            return false;
        }
        if from.place != Place::WORLD
            && let Some((rule, action)) = global_rule.and_then(|rule| self.global_action(rule))
        {
            let is_rule = global_rule == Some(target);
            let lifted =
                if is_rule { "it".to_owned() } else { format!("its exception `{}`", to.id) };
            let message = format!(
                "`{}` asks for `{action}`, which acts in all places: an exception of {} cannot lift {lifted}",
                rule.id, from.place
            );
            let diagnostic = Diagnostic::new(Code::GlobalDefeat, from.at, message)
                .related(to.at, if is_rule { "the rule" } else { "the exception that it would lift" })
                .help("move the exception to `world.loci`, or make the condition of the rule narrower");
            self.found.push(diagnostic);
            return false;
        }
        if let Some(why) = self.why_dead(from, to) {
            let message = match from.kind.defeats() {
                [_] => format!("the exception can never apply: {why}"),
                _ => format!("the exception can never lift `{}`: {why}", to.id),
            };
            let diagnostic = Diagnostic::new(Code::DeadException, from.at, message)
                .related(to.at, "the rule that it would lift")
                .help("correct the dates, or delete the exception");
            self.found.push(diagnostic);
        }
        true
    }

    /// A rule, and its first action that applies in all places.
    fn global_action(&self, rule: usize) -> Option<(&Norm, &str)> {
        let norm = self.program.norms.get(rule).filter(|norm| norm.place == Place::WORLD)?;
        let acts = norm.kind.rule().into_iter().flat_map(|rule| &rule.then);
        let mut actions = acts.filter_map(|act| self.program.actions.get_index(act.action));
        let (name, _) = actions.find(|(_, action)| action.global)?;
        Some((norm, name))
    }

    /// Why an exception can never lift its target, judged by dates alone; `None` if it can.
    fn why_dead(&self, exception: &Norm, target: &Norm) -> Option<&'static str> {
        let (own, lifted) = (self.windows(exception), self.windows(target));
        if own.is_empty() {
            return Some("it is never in force on the same day as its own basis");
        }
        let both: Vec<_> =
            own.iter().flat_map(|one| lifted.iter().filter_map(|other| one.and(*other))).collect();
        // If the rule itself is never in force, the exception is not to blame.
        if both.is_empty() && !lifted.is_empty() {
            return Some("it is never in force on the same day as the rule");
        }
        let membership = self.program.blocs.membership(exception.place, target.place);
        let meets_membership = |days: &Window| {
            membership
                .iter()
                .any(|(from, until)| days.and(Window { from: *from, until: *until }).is_some())
        };
        if !both.is_empty() && !both.iter().any(meets_membership) {
            return Some("while both are in force, its place is not inside the place of the rule");
        }
        None
    }

    /// The days on which a norm and its basis can be in force. A beginning that is unknown may be any day.
    fn windows(&self, norm: &Norm) -> Vec<Window> {
        let own = Window::of(norm.in_force);
        let mut grounds = norm.basis.grounds.iter().map(|ground| self.window(*ground));
        if norm.basis.grounds.is_empty() {
            return vec![own];
        }
        if norm.basis.all {
            let all = grounds.try_fold(own, |all, ground| all.and(ground?));
            return all.into_iter().collect();
        }
        grounds.filter_map(|ground| own.and(ground?)).collect()
    }

    fn window(&self, ground: Ground) -> Option<Window> {
        match ground {
            Ground::Policy(policy) => Some(Window::of(self.program.policies.get(policy)?.in_force)),
            Ground::Article(article) => {
                let article = self.program.articles.get(article)?;
                let is_pending = matches!(article.status, Status::Adopted | Status::Draft);
                let window = Window::of(article.in_force);
                let until = window.until.filter(|_| !article.outlives_repeal());
                (!is_pending).then_some(Window { until, ..window })
            }
        }
    }
}

/// How far the search for circles has come with a norm.
#[derive(Clone, Copy)]
enum Visit {
    Never,
    /// It is on the path that is being followed, at this step.
    Open {
        step: usize,
    },
    Closed,
}

/// A range of days. `until` is the first day after it.
#[derive(Clone, Copy)]
struct Window {
    from: Option<Day>,
    until: Option<Day>,
}

impl Window {
    fn of(in_force: InForce) -> Self {
        Self { from: in_force.start.day(), until: in_force.until }
    }

    /// The days in both ranges, if there are any.
    fn and(self, other: Self) -> Option<Self> {
        let from = self.from.max(other.from);
        let until = self.until.into_iter().chain(other.until).min();
        let is_empty = from.zip(until).is_some_and(|(from, until)| until <= from);
        (!is_empty).then_some(Self { from, until })
    }
}
