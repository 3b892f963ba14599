//! Writes a decision with its reasons as a document: as JSON, as Markdown, or as one HTML file that loads nothing else.
//! Message texts come from strangers, so nothing in them becomes markup.

mod html;
mod markdown;

use crate::base::sink::{Html, Json, Markdown, Output};
use crate::base::time::{Moment, Zone};
use crate::decision::{Citation, Decision, NOTHING, Outcome};
use crate::face::evaluator::{Evaluator, State};
use crate::program::outcome::Evidence;
use crate::record::{Record, SchemaMismatch};
use crate::views::explain::{Explained, Explanation, Why};
use crate::views::timeline::{Stretch, Timeline};
use crate::world::place::Place;
use serde::Serialize;
use std::collections::BTreeSet;

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
}

/// The reasons for one decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Section {
    /// The places in which the decision holds.
    pub places: Vec<Place>,
    /// The names of these places.
    #[serde(skip)]
    names: Vec<String>,
    /// The reasons, for the first of these places.
    pub explanation: Explanation,
    /// When the decision changes there.
    pub timeline: Timeline,
}

/// How a piece of text is shown.
enum Piece<'t> {
    Plain(&'t str),
    /// Evidence, and the rules that rest on it.
    Marked(&'t str, String),
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
            let names = decision.places.iter().map(|place| set.name_of(*place)).collect();
            let explanation = self.explain(record, first, at, state)?;
            let timelines = set.timelines(record, &[first])?;
            let Some(timeline) = timelines.into_iter().next() else { continue };
            sections.push(Section { places: decision.places, names, explanation, timeline });
        }
        let mut parts: Vec<(String, String)> =
            record.parts().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        // Texts of other fields are shown only if a rule rests on them.
        let all = sections.iter().flat_map(|section| rule_evidence(&section.explanation.decision));
        for (_, Evidence { part, .. }) in all {
            let is_known = parts.iter().any(|(name, _)| part == name);
            if let Some(text) = record.text_of(part).filter(|_| !is_known) {
                parts.push((part.to_string(), text.to_owned()));
            }
        }
        let (record, ruleset) = (record.id().to_owned(), set.digest().to_owned());
        let zone = set.zone_of_all(places, at);
        Ok(Page { v: 1, record, at, ruleset, sections, zone, parts })
    }
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

    /// When it was decided, as its head says.
    fn when(&self) -> String {
        match self.at {
            Moment::Instant(at) => format!("At {}", at.local(&self.zone).named()),
            Moment::Day(day) => format!("On {day} from midnight"),
        }
    }
}

impl Section {
    /// When it was decided, in the time of the place, if the head of the page does not say so already.
    fn when(&self, page: &Page) -> Option<String> {
        let Explanation { at, zone, .. } = &self.explanation;
        let when = format!("At {}", at.local(zone).named());
        (when != page.when()).then_some(when)
    }

    /// The rules that matter to the decision, and the other rules of this place.
    fn rules(&self) -> (Vec<&Explained>, Vec<&Explained>) {
        let here = self.explanation.rules.iter();
        let here = here.filter(|rule| !matches!(rule.why, Why::OtherPlace { .. }));
        here.partition(|rule| rule.why.is_relevant())
    }

    /// The index of the stretch of the timeline that contains the instant of the decision.
    fn current_stretch(&self) -> usize {
        let at = self.explanation.at;
        let begun = |stretch: &&Stretch| stretch.from.is_none_or(|from| from <= at);
        self.timeline.stretches.iter().take_while(begun).count().saturating_sub(1)
    }

    /// A part of the message, split where evidence begins and ends.
    fn pieces<'t>(&self, part: &str, text: &'t str) -> Vec<Piece<'t>> {
        let mut evidence = rule_evidence(&self.explanation.decision);
        evidence.retain(|(_, evidence)| evidence.part == part);
        let ends = evidence.iter().flat_map(|(_, evidence)| evidence.bytes);
        let cuts: BTreeSet<usize> = ends.chain([0, text.len()]).collect();
        let piece = |(start, end): (&usize, &usize)| {
            let covering = evidence.iter().filter(|(_, evidence)| {
                let [from, to] = &evidence.bytes;
                from <= start && end <= to
            });
            let mut rules: Vec<&str> = covering.map(|(rule, _)| *rule).collect();
            rules.dedup();
            let text = text.get(*start..*end).unwrap_or_default();
            match rules.is_empty() {
                true => Piece::Plain(text),
                false => Piece::Marked(text, rules.join(", ")),
            }
        };
        cuts.iter().zip(cuts.iter().skip(1)).map(piece).collect()
    }
}

/// The rules that fired, those in shadow mode included, each with a piece of its evidence.
fn rule_evidence(decision: &Decision) -> Vec<(&str, &Evidence)> {
    let matched = decision.matched.iter().map(|rule| (&*rule.rule, &rule.evidence));
    let shadow = decision.shadow.iter().map(|rule| (&*rule.rule, &rule.evidence));
    let all = matched.chain(shadow);
    all.flat_map(|(rule, pieces)| pieces.iter().map(move |piece| (rule, piece))).collect()
}

/// Everything that a decision asks for, on one line, with times of a zone.
fn outcome_text(decision: &Decision, zone: &Zone) -> String {
    let with_end = |outcome: &Outcome| format!("{outcome}{}", outcome.end_text(zone));
    let mut acts: Vec<String> = decision.outcomes.iter().map(with_end).collect();
    acts.extend(decision.obligations.iter().map(|obligation| obligation.action.to_string()));
    let acts = if acts.is_empty() { NOTHING.to_owned() } else { acts.join(", ") };
    let doubt = if decision.complete { "" } else { ", though not everything is known" };
    format!("{acts}{doubt}")
}

/// The text of a citation, and the web address of the cited text if it has one.
fn text_and_url(citation: &Citation) -> (String, Option<&str>) {
    let (text, url) = match citation {
        Citation::Article { law, article, url } => (format!("{law}, {article}"), url),
        Citation::Policy { policy, url } => (policy.to_string(), url),
    };
    let is_web = |url: &&str| url.starts_with("https://") || url.starts_with("http://");
    (text, url.as_deref().filter(is_web))
}
