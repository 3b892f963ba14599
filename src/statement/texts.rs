//! The free texts of a statement: what was found, and why it is unlawful or against the terms. They have no markup and
//! no personal data, and are never longer than the database allows.

use super::mask::Mask;
use crate::base::time::Local;
use crate::decision::Matched;
use crate::world::place::Place;

/// The maximum numbers of characters that the database accepts.
const MAX_FACTS: usize = 5000;
const MAX_EXPLANATION: usize = 2000;
const MAX_GROUND: usize = 500;

/// The maximum number of pieces of evidence that are quoted for a rule.
const MAX_QUOTES: usize = 8;

/// What was found, and what was done about it.
pub(super) fn facts(
    mask: &Mask,
    rules: &[(&Matched, Vec<String>)],
    measures: &[String],
    places: &[Place],
    at: Local<'_>,
    ruleset: &str,
) -> String {
    let places = places.iter().map(|place| place.code()).collect::<Vec<_>>().join(", ");
    let mut sentences = vec![format!("Decided on {at} for {places}.")];
    for (matched, rests_on) in rules {
        sentences.push(format!(
            "Rule {}: {}.",
            matched.rule,
            without_final_period(&mask.text(&matched.title))
        ));
        sentences.extend(rests_on.iter().cloned());
    }
    sentences.push(format!("Measure: {}.", measures.join(", ")));
    sentences.push(format!("Rules {ruleset}."));
    cut(&sentences.join(" "), MAX_FACTS)
}

/// The words on which a rule rests, each with the part of the message in which it is.
pub(super) fn found(mask: &Mask, matched: &Matched) -> Option<String> {
    let quoted = matched.evidence.iter().map(|evidence| {
        format!("“{}” in {}", mask.text(&evidence.text), mask.text(&evidence.part))
    });
    let words = distinct(quoted, MAX_QUOTES);
    (!words.is_empty()).then(|| format!("It rests on the words {}.", words.join("; ")))
}

/// The law or the policies, as long as the database allows.
pub(super) fn ground(cited: &str) -> String {
    cut(cited, MAX_GROUND)
}

/// Why, for a rule that does not say it: what it is about, its law, and what it rests on.
pub(super) fn reason(title: &str, cited: &str, rests_on: Vec<String>) -> String {
    let facts = [title, cited].map(|text| without_final_period(text) + ".");
    facts.into_iter().chain(rests_on).collect::<Vec<_>>().join(" ")
}

/// The reasons of several rules.
pub(super) fn explanation(reasons: Vec<String>) -> String {
    cut(&join_distinct(reasons, " "), MAX_EXPLANATION)
}

/// Whether a text has a letter or digit that the database accepts: it refuses texts without one.
pub(super) fn says_something(text: &str) -> bool {
    let counts = |c: char| {
        c.is_alphanumeric()
            && matches!(c, '\0'..='\u{24f}' | '\u{370}'..='\u{5ff}' | '\u{620}'..='\u{6ff}' | '\u{900}'..='\u{dff}'
                | '\u{1e00}'..='\u{1fff}' | '\u{3041}'..='\u{3163}' | '\u{3165}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
            && !matches!(c, '\u{aa}' | '\u{b2}' | '\u{b3}' | '\u{b5}' | '\u{b9}'..='\u{be}')
    };
    text.chars().any(counts)
}

/// Joins the texts with `between`, without repetitions.
fn join_distinct(texts: impl IntoIterator<Item = String>, between: &str) -> String {
    distinct(texts, usize::MAX).join(between)
}

/// The first different texts, at most `max`.
fn distinct(texts: impl IntoIterator<Item = String>, max: usize) -> Vec<String> {
    let mut all: Vec<String> = vec![];
    for text in texts {
        if all.len() < max && !all.contains(&text) {
            all.push(text);
        }
    }
    all
}

pub(super) fn without_final_period(text: &str) -> String {
    text.trim_end_matches(['.', ' ']).to_owned()
}

/// A text on one line, cut to at most `max` characters.
fn cut(text: &str, max: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= max {
        return line;
    }
    let kept: String = line.chars().take(max - 1).collect();
    format!("{}…", kept.trim_end())
}
