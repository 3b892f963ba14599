//! Fills the wording of a rule for the person concerned: for statements of reasons, and for explanations to reviewers.

use super::force::cited;
use super::{Decision, Matched, Outcome, last_end};
use crate::base::time::Instant;
use crate::program::{Filling, Ground, Placeholder, Program, RuleBody, Wording, WordingText};
use crate::world::place::Place;

/// For whom a wording is written.
pub(crate) struct Reader<'r> {
    /// The language that the host asks for. The languages of the place come after it.
    pub(crate) language: Option<&'r str>,
    /// Masks personal data in a text.
    pub(crate) mask: &'r dyn Fn(&str) -> String,
    /// How the decision can be contested.
    pub(crate) appeal: Option<&'r str>,
}

/// The wording of a rule in one language.
pub(crate) struct Reading<'p> {
    pub(crate) wording: &'p Wording,
    pub(crate) text: &'p WordingText,
    /// The text with its placeholders filled, or the first placeholder for which there is nothing to write.
    pub(crate) filled: Result<String, Placeholder>,
}

impl Decision {
    /// The strictest outcomes. Weaker ones are in no statement.
    pub(crate) fn strictest(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| self.is_strictest(outcome))
    }

    /// The wording of a rule that fired, with the grounds that people are told. `None` if the rule says nothing.
    pub(crate) fn reading<'p>(
        &self,
        program: &'p Program,
        (rule, matched, grounds): (&RuleBody, &Matched, &[Ground]),
        at: Instant,
        reader: &Reader<'_>,
    ) -> Option<Reading<'p>> {
        let Reader { language, mask, appeal } = reader;
        let wording = program.wordings.get(rule.says?)?;
        let languages = language.iter().copied().chain(Place::common_languages(&self.places));
        let text = wording.text(languages)?;
        let zone = program.zone_of_all(&self.places, at);
        let asked =
            self.strictest().filter(|outcome| outcome.rules.binary_search(&matched.rule).is_ok());
        let filled = text.fill(&Filling {
            evidence: matched.evidence.iter().map(|one| mask(&one.text)).collect(),
            rule: mask(&matched.title),
            article: cited(program, grounds),
            until: last_end(asked).map(|end| end.local(&zone).named().to_string()),
            appeal: appeal.map(str::to_owned),
        });
        Some(Reading { wording, text, filled })
    }
}
