//! Which of many patterns stand in a text, all of them at once: what the engine asks of every message.

use super::{Matcher, Words};

/// The patterns of a rule set. It says which match, not where; where is asked of the few that matter
/// ([`Matcher::find`]).
#[derive(Clone, Debug, Default)]
pub struct Scanner {
    patterns: Vec<Matcher>,
}

/// What a scan needs of memory, kept from text to text.
#[derive(Clone, Debug, Default)]
pub struct Scratch {}

impl Scanner {
    /// Patterns are known by their numbers in this order.
    pub fn new<'a>(patterns: impl Iterator<Item = &'a Matcher>) -> Self {
        Self { patterns: patterns.cloned().collect() }
    }

    /// Reports each pattern that matches in the text, once, in no particular order.
    pub fn scan(&self, text: &str, _scratch: &mut Scratch, found: &mut impl FnMut(usize)) {
        let words = Words::of(text);
        for (number, pattern) in self.patterns.iter().enumerate() {
            if !pattern.find(&words).is_empty() {
                found(number);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Scanner, Scratch};
    use crate::syntax::tree::Modifier;
    use crate::text::{Matcher, PhraseSource};

    fn matcher(raw: &str) -> Matcher {
        let source = PhraseSource {
            language: None,
            modifier: Modifier::Plain,
            pieces: vec![raw],
            gaps: vec![],
        };
        Matcher::compile(&[source]).0
    }

    #[test]
    fn each_pattern_that_matches_is_reported_once() {
        let patterns = ["crypto", "buy now", "absent"].map(matcher);
        let mut found = vec![];
        let mut scratch = Scratch::default();
        Scanner::new(patterns.iter())
            .scan("buy now: crypto, crypto", &mut scratch, &mut |n| found.push(n));
        found.sort_unstable();
        assert_eq!(found, [0, 1]);
    }
}
