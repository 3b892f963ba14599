//! The free texts of a statement: what was found, and why it is unlawful or against the terms. They have no markup and
//! no personal data, and are never longer than the database allows.

use super::vocabulary::Automation;

/// The maximum numbers of characters that the database accepts.
const MAX_FACTS: usize = 5000;
const MAX_EXPLANATION: usize = 2000;
const MAX_GROUND: usize = 500;

/// What a statement says where article 17(5) asks for none.
pub(super) const EXEMPT: &str = "It follows orders under article 9 of Regulation (EU) 2022/2065 alone, for which article 17(5) \
    asks for no statement of reasons; this one is made all the same.";

/// Who decided, by how far the decision is automated.
pub(super) fn who_decided(automation: Automation) -> &'static str {
    match automation {
        Automation::Fully => "The program decided, and no person looked at it first.",
        Automation::Partially => "The program decided, and persons look at what it decides.",
        Automation::Not => "A person decided.",
    }
}

/// What was found, and what was done about it.
pub(super) fn facts(sentences: &[String]) -> String {
    cut(&sentences.join(" "), MAX_FACTS)
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
pub(super) fn distinct(texts: impl IntoIterator<Item = String>, max: usize) -> Vec<String> {
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
