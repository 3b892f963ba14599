//! Warns of a phrase that a rule looks for although its own exemption lets every message with that phrase pass.

use super::Checker;
use crate::base::source::Location;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Expr, ExprKind, PatternName, PatternRef};

/// A pattern that a condition looks for, and where it does.
type Asked<'a> = (&'a PatternRef, Location);

impl Checker<'_> {
    /// Compares what each rule and exception looks for with its `unless` and with the exceptions to it.
    pub(super) fn exempt(&mut self) {
        let mut found = vec![];
        let norms = &self.program.norms;
        for norm in norms {
            let exceptions = norm.defeated_by.iter().filter_map(|exception| norms.get(*exception));
            let mut exempting = vec![];
            for condition in norm.unless.iter().chain(exceptions.map(|exception| &exception.when)) {
                sufficient(condition, &mut exempting);
            }
            let mut wanted = vec![];
            mentioned(&norm.when, &mut wanted);
            for (exemption, at) in exempting {
                found.extend(
                    wanted.iter().filter_map(|(wanted, _)| self.overlap(wanted, exemption, at)),
                );
            }
        }
        self.found.extend(found);
    }

    /// The warning for two patterns that share phrases.
    fn overlap(
        &self,
        wanted: &PatternRef,
        exemption: &PatternRef,
        at: Location,
    ) -> Option<Diagnostic> {
        let wanted = self.program.patterns.get(wanted.pattern)?;
        let exemption = self.program.patterns.get(exemption.pattern)?;
        let exempt = wanted.matcher.exempted_by(&exemption.matcher);
        let first = wanted.matcher.written().get(*exempt.first()?)?.shown();
        let more = match exempt.len() {
            1 => String::new(),
            count => format!(", and {} more", count - 1),
        };
        let message = format!(
            "a message with {first}{more} is always exempt: the phrase is also in {}",
            named(&exemption.name)
        );
        let help =
            "delete it in one of the two, or tie the exemption to a place in the text with `near`";
        Some(Diagnostic::new(Code::ExemptPhrase, at, message).help(help))
    }
}

fn named(name: &PatternName) -> String {
    match name {
        PatternName::Terms(id) => format!("`{id}`"),
        PatternName::Inline(phrase) => phrase.clone(),
    }
}

/// The patterns each of which alone makes a condition true.
fn sufficient<'a>(condition: &'a Expr, found: &mut Vec<Asked<'a>>) {
    if let ExprKind::Or(alternatives) = &condition.kind {
        alternatives.iter().for_each(|each| sufficient(each, found));
    } else if let ExprKind::Mentions { pattern, .. } = &condition.kind
        && pattern.near.is_none()
    {
        found.push((pattern, condition.at));
    }
}

/// The patterns that a condition looks for. What is below a `not` it does not look for.
fn mentioned<'a>(condition: &'a Expr, found: &mut Vec<Asked<'a>>) {
    if let ExprKind::Mentions { pattern, .. } = &condition.kind {
        found.push((pattern, condition.at));
    } else if !matches!(condition.kind, ExprKind::Not(_)) {
        condition.children().for_each(|child| mentioned(child, found));
    }
}
