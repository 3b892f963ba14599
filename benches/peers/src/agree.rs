//! Checks that all engines find the same pairs of message and rule, before any of them is timed.

use crate::engine::{Engine, Row};
use crate::facts::{Facts, words};
use crate::messages::Messages;
use crate::rules::Rule;
use crate::{bounds, peers};
use std::time::{Duration, Instant};
use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script, UnicodeScript};

/// For each message, the sorted numbers of the rules that the plain loop finds.
pub struct Pairs(pub Vec<Vec<u32>>);

impl Pairs {
    pub fn of(rules: &[Rule], messages: &Messages) -> Self {
        let mut engine = bounds::reference(rules);
        Self(messages.records.iter().map(|record| judged(&mut *engine, record)).collect())
    }

    /// The number of messages in which some rule fires.
    pub fn messages(&self) -> usize {
        self.0.iter().filter(|rules| !rules.is_empty()).count()
    }

    pub fn count(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// The messages to check, first those in which some rule fires.
    fn order(&self) -> impl Iterator<Item = usize> {
        let fires = |at: &usize| !self.0[*at].is_empty();
        (0..self.0.len()).filter(fires).chain((0..self.0.len()).filter(move |at| !fires(at)))
    }
}

/// What an engine finds in a message, sorted.
pub fn judged(engine: &mut dyn Engine, record: &[u8]) -> Vec<u32> {
    let mut hits = vec![];
    engine.judge(record, &mut hits);
    hits.sort_unstable();
    hits
}

/// Leaves out the messages in which lexloci finds more than the loop because its folding does more than lower-casing: there
/// the peers cannot agree with it. Panics if they differ in a message in which both foldings do the same. Returns how many
/// messages are left out.
pub fn leave_out_disguises(rules: &[Rule], messages: &mut Messages) -> usize {
    let reference = Pairs::of(rules, messages);
    let mut engine = (peers::lexloci::ROWS[0].build)(rules);
    let mut expected = reference.0.into_iter();
    let before = messages.records.len();
    messages.records.retain(|record| {
        let expected = expected.next().unwrap_or_default();
        let found = judged(&mut *engine, record);
        let text = Facts::read(record).text().to_owned();
        assert!(
            found == expected || !is_plain(&text),
            "lexloci finds {found:?}, the loop {expected:?} in {text:?}"
        );
        found == expected
    });
    before - messages.records.len()
}

/// Whether lower-casing a text gives the same as lexloci's folding.
fn is_plain(text: &str) -> bool {
    let composed: String = text.nfkc().collect();
    let mixes_scripts = |word: &str| {
        let mut scripts = word
            .chars()
            .map(|c| c.script())
            .filter(|script| !matches!(script, Script::Common | Script::Inherited));
        let first = scripts.next();
        scripts.any(|script| Some(script) != first)
    };
    composed == text
        && caseless::default_case_fold_str(text) == text.to_lowercase()
        && !text.chars().any(|c| is_invisible(c) || is_accented(c))
        && !words(text).any(mixes_scripts)
}

/// The rules list their words as English, so lexloci takes accents, which English does not have, for a disguise.
fn is_accented(c: char) -> bool {
    c.script() == Script::Latin && !c.is_ascii()
}

/// Characters that are not shown: joiners, direction marks, variation selectors, soft hyphens.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Asserts that an engine finds what the loop finds, in as many messages as the time allows. Returns how many these are.
pub fn check(
    row: &Row,
    engine: &mut dyn Engine,
    messages: &Messages,
    reference: &Pairs,
    time: Duration,
) -> usize {
    let start = Instant::now();
    let mut checked = 0;
    for at in reference.order() {
        let record = &messages.records[at];
        let found = judged(engine, record);
        assert!(
            found == reference.0[at],
            "{} finds {found:?} instead of {:?} in {}",
            row.name,
            reference.0[at],
            String::from_utf8_lossy(record)
        );
        checked += 1;
        if start.elapsed() > time {
            break;
        }
    }
    checked
}
