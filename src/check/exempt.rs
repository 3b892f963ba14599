//! Warns when a rule looks for a phrase, but every message with that phrase is exempt from the rule.

use super::Checker;
use crate::base::source::Location;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Expr, ExprKind, PatternName, PatternRef};

/// A pattern that makes a condition true on its own, and the location of that condition.
type LocatedPattern<'a> = (&'a PatternRef, Location);

impl Checker<'_> {
    /// Compares the patterns in the `when` of each rule and exception with those in its `unless` and in its exceptions.
    pub(super) fn warn_exempt_phrases(&mut self) {
        let mut found = vec![];
        let norms = &self.program.norms;
        for norm in norms {
            let exceptions = norm.defeated_by.iter().filter_map(|exception| norms.get(*exception));
            let mut exempting = vec![];
            for condition in norm.unless.iter().chain(exceptions.map(|exception| &exception.when)) {
                collect_sufficient(condition, &mut exempting);
            }
            let mut wanted = vec![];
            collect_mentioned(&norm.when, &mut wanted);
            for (exemption, at) in exempting {
                found.extend(wanted.iter().filter_map(|one| self.overlap(one, exemption, at)));
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
            count => format!("; the same is true of {} more", count - 1),
        };
        let lifting = shown_name(&exemption.name);
        let message = format!(
            "{first} never makes the rule fire, because this phrase contains words of {lifting}, which lift the rule{more}"
        );
        let help = format!(
            "delete {first}, or narrow the phrases of {lifting}, so that they are not found in it"
        );
        Some(Diagnostic::new(Code::ExemptPhrase, at, message).help(help))
    }
}

fn shown_name(name: &PatternName) -> String {
    match name {
        PatternName::Terms(id) => format!("`{id}`"),
        PatternName::Inline(phrase) => phrase.clone(),
    }
}

/// Collects the patterns that make a condition true on their own.
fn collect_sufficient<'a>(condition: &'a Expr, found: &mut Vec<LocatedPattern<'a>>) {
    if let ExprKind::Or(alternatives) = &condition.kind {
        alternatives.iter().for_each(|each| collect_sufficient(each, found));
    } else if let ExprKind::Mentions { pattern, .. } = &condition.kind
        && pattern.near.is_none()
    {
        found.push((pattern, condition.at));
    }
}

/// Collects the patterns that a condition looks for, except those inside a `not`.
fn collect_mentioned<'a>(condition: &'a Expr, found: &mut Vec<&'a PatternRef>) {
    if let ExprKind::Mentions { pattern, .. } = &condition.kind {
        found.push(pattern);
    } else if !matches!(condition.kind, ExprKind::Not(_)) {
        condition.children().for_each(|child| collect_mentioned(child, found));
    }
}
