//! The free texts of a statement: what was found, and why it is unlawful or against the terms. They have no markup and
//! no personal data, and are never longer than the database allows.

use super::mask::Mask;
use crate::base::time::Local;
use crate::decision::Matched;
use crate::program::{Article, Norm, Policy};
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
    rules: &[(&Matched, &Norm)],
    measures: &[String],
    places: &[Place],
    at: Local<'_>,
    ruleset: &str,
) -> String {
    let places = places.iter().map(|place| place.code()).collect::<Vec<_>>().join(", ");
    let mut sentences = vec![format!("Decided on {at} for {places}.")];
    for (matched, _) in rules {
        sentences.push(format!(
            "Rule {}: {}.",
            matched.rule,
            without_final_period(&mask.text(&matched.title))
        ));
        let mut words: Vec<String> = vec![];
        for evidence in &matched.evidence {
            let quoted =
                format!("“{}” in {}", mask.text(&evidence.text), mask.text(&evidence.part));
            if words.len() < MAX_QUOTES && !words.contains(&quoted) {
                words.push(quoted);
            }
        }
        if !words.is_empty() {
            sentences.push(format!("It rests on the words {}.", words.join("; ")));
        }
    }
    sentences.push(format!("Measure: {}.", measures.join(", ")));
    sentences.push(format!("Rules {ruleset}."));
    cut(&sentences.join(" "), MAX_FACTS)
}

/// `Consumer Code (Code de la consommation), L222-16-1`
pub(super) fn legal_ground(articles: &[&Article]) -> String {
    let cited = articles.iter().map(|article| {
        let original = article.original.as_ref();
        let original = original.map_or(String::new(), |original| format!(" ({original})"));
        format!("{}{original}, {}", article.law, article.number)
    });
    cut(&join_distinct(cited, "; "), MAX_GROUND)
}

/// The titles of the policies: `Terms of service: promotions`.
pub(super) fn terms_ground(policies: &[&Policy]) -> String {
    cut(&join_distinct(policies.iter().map(|policy| policy.title.clone()), "; "), MAX_GROUND)
}

/// The reason: what the rule is about, and what the provisions say.
pub(super) fn explanation(mask: &Mask, rules: &[(&Matched, &Norm)], provisions: &[&str]) -> String {
    let rules = rules.iter().flat_map(|(matched, norm)| [&*matched.title, &*norm.doc]);
    let all = rules
        .chain(provisions.iter().copied())
        .map(|text| mask.text(text))
        .filter(|text| !text.is_empty());
    cut(&join_distinct(all.map(|text| without_final_period(&text) + "."), " "), MAX_EXPLANATION)
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
fn join_distinct(texts: impl Iterator<Item = String>, between: &str) -> String {
    let mut all: Vec<String> = vec![];
    for text in texts {
        if !all.contains(&text) {
            all.push(text);
        }
    }
    all.join(between)
}

fn without_final_period(text: &str) -> String {
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
