//! The graph of exceptions: no circle, no reach beyond its place, none that can never apply.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::place::Place;
use crate::program::{Ground, Norm, NormKind, Status};

impl Checker<'_> {
    /// Links exceptions to what they defeat. After it every `defeats` is an index of a norm, and following them ends.
    pub(super) fn defeat(&mut self) {
        let edges: Vec<_> = self
            .program
            .norms
            .iter()
            .enumerate()
            .filter_map(|(index, norm)| match norm.kind {
                NormKind::Exception { defeats } => Some((index, defeats)),
                NormKind::Rule(_) => None,
            })
            .collect();
        for (exception, target) in edges {
            if self.circle(exception) {
                self.refuse_circle(exception);
            } else if self.admits(exception, target)
                && let Some(target) = self.program.norms.get_mut(target)
            {
                target.defeated_by.push(exception);
            }
        }
    }

    fn defeats(&self, norm: usize) -> Option<usize> {
        match self.program.norms.get(norm)?.kind {
            NormKind::Exception { defeats } => Some(defeats),
            NormKind::Rule(_) => None,
        }
    }

    /// Whether following the exception leads back to it.
    fn circle(&self, exception: usize) -> bool {
        let mut at = exception;
        for _ in 0..self.program.norms.len() {
            match self.defeats(at) {
                Some(next) if next == exception => return true,
                Some(next) => at = next,
                None => return false,
            }
        }
        // A circle further on, which its own members report.
        false
    }

    fn refuse_circle(&mut self, exception: usize) {
        let mut names = vec![];
        let mut at = exception;
        while let Some(norm) = self.program.norms.get(at) {
            names.push(norm.id.clone());
            match self.defeats(at) {
                Some(next) if next != exception => at = next,
                _ => break,
            }
        }
        let first = names.iter().min().cloned();
        let Some(norm) = self.program.norms.get(exception) else { return };
        // One message for the circle, at the first of its members.
        if first.as_ref() == Some(&norm.id) {
            let message = format!("exceptions lift each other in a circle: `{}` → `{}`", names.join("` → `"), norm.id);
            let others = names.iter().skip(1).filter_map(|id| self.program.norms.iter().find(|norm| norm.id == *id));
            let diagnostic = Diagnostic::new(Code::CyclicException, norm.at, message).help("let the last of them lift the rule itself");
            let diagnostic = others.fold(diagnostic, |diagnostic, other| diagnostic.related(other.at, "in the circle"));
            self.found.push(diagnostic);
        }
    }

    /// Whether an exception may defeat its target.
    fn admits(&mut self, exception: usize, target: usize) -> bool {
        let (Some(from), Some(to)) = (self.program.norms.get(exception), self.program.norms.get(target)) else {
            return false;
        };
        if !self.program.blocs.ever_within(from.place, to.place) {
            let message = format!("`{}` is a rule of {}, and {} does not lie in it", to.id, to.place, from.place);
            let diagnostic = Diagnostic::new(Code::OutOfPlace, from.at, message)
                .related(to.at, "the rule")
                .help("an exception lifts rules of its own place and of those above it");
            self.found.push(diagnostic);
            return false;
        }
        if from.place != Place::WORLD && self.is_global(target) {
            let message = format!("`{}` acts everywhere, so {} cannot lift it", to.id, from.place);
            let diagnostic = Diagnostic::new(Code::GlobalDefeat, from.at, message)
                .related(to.at, "the rule")
                .help("only exceptions of `world.loci` defeat a rule that removes or suspends globally");
            self.found.push(diagnostic);
            return false;
        }
        if let Some(why) = self.never_applies(from, to) {
            let diagnostic = Diagnostic::new(Code::DeadException, from.at, format!("the exception can never apply: {why}"))
                .related(to.at, "what it would lift")
                .help("mend its dates, or delete it");
            self.found.push(diagnostic);
        }
        true
    }

    /// Whether a norm acts everywhere, or bears on one that does.
    fn is_global(&self, norm: usize) -> bool {
        let mut at = norm;
        for _ in 0..=self.program.norms.len() {
            match self.program.norms.get(at).map(|norm| (&norm.kind, norm.place)) {
                Some((NormKind::Exception { defeats }, _)) => at = *defeats,
                Some((NormKind::Rule(rule), place)) => {
                    return place == Place::WORLD
                        && rule.then.iter().any(|act| self.program.actions.get_index(act.action).is_some_and(|(_, action)| action.global));
                }
                None => return false,
            }
        }
        false
    }

    fn never_applies(&self, exception: &Norm, target: &Norm) -> Option<&'static str> {
        if !Self::overlap(exception.in_force, target.in_force) {
            return Some("it and what it lifts are never in force on one day");
        }
        let dead = |ground: &Ground| match ground {
            Ground::Article(article) => self.program.articles.get(*article).is_some_and(|article| {
                matches!(article.status, Status::Adopted | Status::Draft) || !Self::overlap(article.in_force, target.in_force)
            }),
            Ground::Policy(policy) => {
                self.program.policies.get(*policy).is_some_and(|policy| !Self::overlap(policy.in_force, target.in_force))
            }
        };
        let grounds = &exception.basis.grounds;
        let all_dead = !grounds.is_empty() && grounds.iter().all(dead);
        if all_dead || (exception.basis.all && grounds.iter().any(dead)) {
            return Some("what it rests on is never in force together with the rule");
        }
        None
    }
}
