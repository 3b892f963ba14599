//! Counts, by name, the parts of an input that hold no message.

use std::collections::BTreeMap;

/// How many names are counted separately. Names come from the input, and a hostile input has a new one in every line.
const MAX_NAMES: usize = 64;
/// How many characters of a name are kept.
const MAX_NAME_CHARACTERS: usize = 40;
/// The name under which all others are counted.
const OTHERS: &str = "others";

/// How often each kind of update, section of an export, or other part without a message occurred. The size is bounded for
/// every input.
#[derive(Debug, Default)]
pub(super) struct SkipCounts(BTreeMap<String, usize>);

impl SkipCounts {
    pub(super) fn count(&mut self, name: &str) {
        let name: String = name.chars().take(MAX_NAME_CHARACTERS).collect();
        let name =
            if self.0.len() < MAX_NAMES || self.0.contains_key(&name) { &name } else { OTHERS };
        *self.0.entry(name.to_owned()).or_default() += 1;
    }

    pub(super) fn counts(&self) -> impl Iterator<Item = (&str, usize)> {
        self.0.iter().map(|(name, count)| (name.as_str(), *count))
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_NAME_CHARACTERS, MAX_NAMES, OTHERS, SkipCounts};

    #[test]
    fn a_hostile_input_has_a_bounded_number_of_names() {
        let mut skipped = SkipCounts::default();
        for number in 0..10_000 {
            skipped.count(&format!("{number:0>100}"));
            skipped.count(&format!("n{number}"));
        }
        let counts: Vec<_> = skipped.counts().collect();
        assert_eq!(counts.len(), MAX_NAMES + 1);
        assert_eq!(counts.iter().map(|(_, count)| count).sum::<usize>(), 20_000);
        assert!(counts.iter().all(|(name, _)| name.chars().count() <= MAX_NAME_CHARACTERS));
        assert!(counts.iter().any(|(name, count)| *name == OTHERS && *count > 9_000));
    }
}
