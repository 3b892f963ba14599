//! Fills the wording of a rule for the person concerned, for statements of reasons and for explanations to reviewers.

use super::force::cited;
use super::{Decision, Matched, Outcome, last_end};
use crate::interpret::Interpreter;
use crate::program::{Filling, Ground, Placeholder, RuleBody, Wording, WordingText};
use crate::world::place::Place;

/// The person to whom a wording is addressed.
pub(crate) struct Addressee<'a> {
    /// The language that the host asks for. The languages of the places come after it.
    pub(crate) language: Option<&'a str>,
    /// The places in which the person is concerned.
    pub(crate) places: &'a [Place],
    /// Masks personal data in a text.
    pub(crate) mask: &'a dyn Fn(&str) -> String,
    /// How the decision can be contested.
    pub(crate) appeal: Option<&'a str>,
}

/// The wording of a rule in one language.
pub(crate) struct FilledWording<'p> {
    pub(crate) wording: &'p Wording,
    pub(crate) text: &'p WordingText,
    /// The text with its placeholders filled, or the first placeholder for which there is nothing to write.
    pub(crate) result: Result<String, Placeholder>,
}

impl Decision {
    /// The strictest outcomes. Weaker ones are in no statement.
    pub(crate) fn strictest(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| self.is_strictest(outcome))
    }

    /// The wording of a rule that fired, filled for its addressee. `grounds` are those that it names. `None` if the rule has no
    /// wording.
    pub(crate) fn wording_for<'p>(
        &self,
        interpreter: &Interpreter<'p>,
        (rule, matched, grounds): (&RuleBody, &Matched, &[Ground]),
        addressee: &Addressee<'_>,
    ) -> Option<FilledWording<'p>> {
        let Addressee { language, places, mask, appeal } = addressee;
        let (program, at) = (interpreter.program, interpreter.at);
        let wording = program.wordings.get(rule.says?)?;
        let languages = language.iter().copied().chain(Place::common_languages(places));
        let text = wording.text(languages)?;
        let zone = program.zone_of_all(places, at);
        let asked = self.strictest().filter(|outcome| outcome.is_asked_by(&matched.rule));
        let quotes = matched.evidence.iter().filter_map(|one| interpreter.quote(one, mask));
        let result = text.fill(&Filling {
            evidence: quotes.collect(),
            rule: mask(&matched.title),
            article: cited(program, grounds),
            until: last_end(asked).map(|end| end.local(&zone).named().to_string()),
            appeal: appeal.map(str::to_owned),
        });
        Some(FilledWording { wording, text, result })
    }
}
