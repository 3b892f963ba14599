//! Writes a decision with its reasons as a document: as JSON, as Markdown, or as one HTML file that loads nothing else.
//! Message texts come from strangers, so nothing in them becomes markup.

mod content;
mod html;
mod lookup;
mod markdown;
#[cfg(test)]
mod tests;
mod words;

use crate::base::sink::{Html, Json, Markdown, Output};
use crate::base::time::{Moment, Zone};
use crate::face::evaluator::Evaluator;
use crate::record::{Record, SchemaMismatch};
use crate::state::State;
use crate::views::explain::{Explained, Explanation, Why};
use crate::views::timeline::{Stretch, Timeline};
use crate::world::place::Place;
use lookup::Lookup;
use serde::Serialize;

/// At most this many places are named in a heading.
const MAX_NAMED: usize = 6;

/// The decisions about one record, with their reasons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Page {
    /// The version of this format.
    pub v: u32,
    /// The record's identity.
    pub record: String,
    /// The instant of the decisions. The day that was asked for if it begins at several instants; then each section has
    /// its own.
    pub at: Moment,
    /// The digest of the rules that it was judged by.
    pub ruleset: String,
    /// One for each group of places whose decisions are the same.
    pub sections: Vec<Section>,
    /// The zone of all places, or UTC. The head of the page gives the instant in it.
    #[serde(skip)]
    zone: Zone,
    /// Each text of the record, with the name of its part.
    #[serde(skip)]
    parts: Vec<(String, String)>,
    /// What it needs to know of the rule set.
    #[serde(skip)]
    lookup: Lookup,
}

/// The reasons for one decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Section {
    /// The places in which the decision holds.
    pub places: Vec<Place>,
    /// The names of these places.
    #[serde(skip)]
    place_names: Vec<String>,
    /// The reasons, for the first of these places.
    pub explanation: Explanation,
    /// When the decision changes there.
    pub timeline: Timeline,
}

impl Evaluator {
    /// The reasons for the decisions about a record.
    ///
    /// # Errors
    /// Only when a rule set with another schema has read the record.
    pub fn page(
        &mut self,
        record: &Record,
        places: &[Place],
        at: impl Into<Moment>,
        state: &State,
    ) -> Result<Page, SchemaMismatch> {
        let set = self.rule_set().clone();
        let decided = self.message(record)?.decide_all(places, at, state).into_decided();
        let at = decided.at;
        let mut sections = vec![];
        for decision in decided.decisions {
            let Some(first) = decision.places.first().copied() else { continue };
            let place_names = decision.places.iter().map(|place| set.name_of(*place)).collect();
            let explanation = self.explain(record, first, at, state)?;
            let timelines = set.timelines(record, &[first])?;
            let Some(timeline) = timelines.into_iter().next() else { continue };
            sections.push(Section { places: decision.places, place_names, explanation, timeline });
        }
        let parts = parts(record, &sections);
        let lookup = Lookup::of(&set);
        let (record, ruleset) = (record.id().to_owned(), set.digest().to_owned());
        let zone = set.zone_of_all(places, at);
        Ok(Page { v: 1, record, at, ruleset, sections, zone, parts, lookup })
    }
}

/// The texts of a record, with the names of their parts. Texts of other fields are there only if a rule rests on them.
fn parts(record: &Record, sections: &[Section]) -> Vec<(String, String)> {
    let parts = record.parts().filter(|(_, text)| !text.is_empty());
    let mut parts: Vec<(String, String)> =
        parts.map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
    let rules = sections.iter().flat_map(|section| section.rules().0);
    for evidence in rules.flat_map(|rule| &rule.evidence) {
        let is_known = parts.iter().any(|(name, _)| evidence.part == *name);
        if let Some(text) = record.text_of(&evidence.part).filter(|_| !is_known) {
            parts.push((evidence.part.to_string(), text.to_owned()));
        }
    }
    parts
}

impl Page {
    /// As JSON, on one line.
    pub fn json(&self) -> Output<Json> {
        Output::value(self)
    }

    /// As Markdown.
    pub fn markdown(&self) -> Output<Markdown> {
        markdown::page(self)
    }

    /// As an HTML file without scripts, fonts or pictures. Its security policy forbids the browser to load any.
    pub fn html(&self) -> Output<Html> {
        html::page(self)
    }

    /// For which places and when it was decided, as its head says.
    fn head(&self) -> String {
        let places: Vec<&str> = self.sections.iter().flat_map(Section::names).collect();
        format!("Decided for {} {}.", some(&places), self.when())
    }

    fn when(&self) -> String {
        match self.at {
            Moment::Instant(at) => format!("at {}", at.local(&self.zone).named()),
            Moment::Day(day) => format!("on {day} from midnight"),
        }
    }
}

impl Section {
    fn names(&self) -> impl Iterator<Item = &str> {
        self.place_names.iter().map(String::as_str)
    }

    /// The places, as a heading names them.
    fn title(&self) -> String {
        some(&self.names().collect::<Vec<_>>())
    }

    /// When it was decided, in the time of the place, if the head of the page does not say so already.
    fn decided(&self, page: &Page) -> Option<String> {
        let Explanation { at, zone, .. } = &self.explanation;
        let when = format!("at {}", at.local(zone).named());
        (when != page.when()).then(|| format!("Decided {when}."))
    }

    /// The rules that matter to the decision, or would if it were known that their law is in force, and the other rules of this
    /// place.
    fn rules(&self) -> (Vec<&Explained>, Vec<&Explained>) {
        let Explanation { decision, rules, .. } = &self.explanation;
        let here = rules.iter().filter(|rule| !matches!(rule.why, Why::OtherPlace { .. }));
        here.partition(|rule| rule.why.is_relevant() || decision.has_gap(&rule.rule))
    }

    /// The index of the stretch of the timeline that contains the instant of the decision.
    fn current_stretch(&self) -> usize {
        let at = self.explanation.at;
        let begun = |stretch: &&Stretch| stretch.from.is_none_or(|from| from <= at);
        self.timeline.stretches.iter().take_while(begun).count().saturating_sub(1)
    }
}

/// The first names, and how many more there are.
fn some(names: &[&str]) -> String {
    match names.split_at_checked(MAX_NAMED) {
        Some((first, rest @ [_, ..])) => format!("{} and {} more", first.join(", "), rest.len()),
        Some(_) | None => names.join(", "),
    }
}
