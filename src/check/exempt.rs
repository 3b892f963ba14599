//! Warnings about phrases that a rule asks for and its own exemption lets pass, wherever they stand.

use super::Checker;
use crate::base::source::Location;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Expr, ExprKind, PatternName, PatternRef};

/// A pattern that is asked for alone, and where.
type Asked<'a> = (&'a PatternRef, Location);

impl Checker<'_> {
    /// Compares what each rule and exception asks for with its `unless` and with the exceptions to it.
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

    /// The first phrase of a pattern that another has too.
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
            "{first}{more} is exempt wherever it stands: {} has it",
            named(&exemption.name)
        );
        let help = "take it out of one of the two, or tie the exemption to a place: `near`";
        Some(Diagnostic::new(Code::ExemptPhrase, at, message).help(help))
    }
}

fn named(name: &PatternName) -> String {
    match name {
        PatternName::Terms(id) => format!("`{id}`"),
        PatternName::Inline(phrase) => phrase.clone(),
    }
}

/// The patterns of which one is enough to make a condition true.
fn sufficient<'a>(condition: &'a Expr, found: &mut Vec<Asked<'a>>) {
    match &condition.kind {
        ExprKind::Or(of) => of.iter().for_each(|each| sufficient(each, found)),
        ExprKind::Mentions { pattern, .. } if pattern.near.is_none() => {
            found.push((pattern, condition.at));
        }
        _ => {}
    }
}

/// The patterns that a condition asks for, not those that it asks not to be there.
fn mentioned<'a>(condition: &'a Expr, found: &mut Vec<Asked<'a>>) {
    match &condition.kind {
        ExprKind::Not(_) => {}
        ExprKind::Mentions { pattern, .. } => found.push((pattern, condition.at)),
        _ => condition.children().for_each(|child| mentioned(child, found)),
    }
}
