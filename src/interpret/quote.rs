//! The words of a message that others may read about a decision: those that the rule looks for, and no others.

use super::Interpreter;
use crate::program::PatternName;
use crate::program::outcome::{Evidence, FoundBy};
use crate::text::Words;
use crate::world::lists::SetKind;

impl Interpreter<'_> {
    /// The words that a rule looks for in what it found, each run of them masked, with `…` between the runs where others stand in the
    /// gaps of a phrase. Of a set it is the entry and not what the message has. `None` if the rule does not say which words it
    /// looks for: what a regular expression, a function or a condition on elements finds can be anything.
    pub(crate) fn quote(
        &self,
        evidence: &Evidence,
        mask: &dyn Fn(&str) -> String,
    ) -> Option<String> {
        match &evidence.found_by {
            FoundBy::Terms(id) => self.words_sought(evidence, mask, |name| match name {
                PatternName::Terms(own) => **own == **id,
                PatternName::Inline(_) => false,
            }),
            FoundBy::Pattern(written) => self.words_sought(evidence, mask, |name| match name {
                PatternName::Inline(own) => **own == **written,
                PatternName::Terms(_) => false,
            }),
            FoundBy::Text(_) => Some(mask(&evidence.text)),
            FoundBy::Set(id, entry) => {
                let set = self.program.sets.iter().find(|set| *set.id == **id)?;
                match set.kind {
                    SetKind::Domain | SetKind::Text => Some(mask(&entry.value)),
                    SetKind::Url | SetKind::Wallet | SetKind::Hash | SetKind::Number => None,
                }
            }
            FoundBy::Regex(_) | FoundBy::Function(_) | FoundBy::List(_) => None,
        }
    }

    fn words_sought(
        &self,
        evidence: &Evidence,
        mask: &dyn Fn(&str) -> String,
        is_name: impl Fn(&PatternName) -> bool,
    ) -> Option<String> {
        let whole = self.whole(evidence);
        let words = Words::of(whole);
        let mut patterns = self.program.patterns.iter().filter(|pattern| is_name(&pattern.name));
        let ranges = patterns.find_map(|pattern| {
            let ranges = pattern.matcher.words_of_match(&words);
            (!ranges.is_empty()).then_some(ranges)
        })?;
        let runs = ranges.into_iter().filter_map(|range| whole.get(range)).map(mask);
        Some(runs.collect::<Vec<_>>().join(" … "))
    }

    /// All words of a piece of evidence, which itself keeps only the first of many.
    fn whole<'s>(&'s self, evidence: &'s Evidence) -> &'s str {
        let [start, end] = evidence.bytes;
        let text = self.record.text_of(&evidence.part);
        text.and_then(|text| text.get(start..end)).unwrap_or(&evidence.text)
    }
}
