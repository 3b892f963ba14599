//! Errors and warnings about rule files, lists and records: the table of codes and the type of all messages. Hosts
//! render them as text or JSON.

pub(crate) mod codes;
pub(crate) mod foreign;
mod levels;

pub use codes::Code;
pub use levels::{Group, Level, Levels};

use crate::base::source::Location;
use foreign::Meant;

/// Whether a diagnostic is an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The rule set is accepted.
    Warning,
    /// The rule set is refused.
    Error,
}

/// A change to a file that fixes the problem. A `safe` change certainly does what the author meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The text to replace. An empty span inserts.
    pub at: Location,
    /// The text to write there.
    pub text: String,
    /// Whether a tool may apply it without asking.
    pub safe: bool,
}

/// A message about a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// The kind of problem.
    pub code: Code,
    /// The default severity of its code, or the one that was set for a lint.
    pub severity: Severity,
    /// The problem, with the words of the user in backticks.
    pub message: String,
    /// The marked place. `None` when the message is not about a file.
    pub at: Option<Location>,
    /// A label for the marked place. Empty when the message alone is enough.
    pub label: String,
    /// Other relevant places, each with a label.
    pub related: Vec<(Location, String)>,
    /// How to fix it.
    pub help: Option<String>,
    /// The fix as data.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A message about a place.
    pub fn new(code: Code, at: Location, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity(),
            message: message.into(),
            at: Some(at),
            label: String::new(),
            related: vec![],
            help: None,
            fix: None,
        }
    }

    /// A message that is not about a file, such as a missing directory or an empty rule set.
    pub fn general(code: Code, message: impl Into<String>) -> Self {
        Self { at: None, ..Self::new(code, Location::default(), message) }
    }

    /// Sets the label of the marked place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds another relevant place.
    #[must_use]
    pub fn related(mut self, at: Location, label: impl Into<String>) -> Self {
        self.related.push((at, label.into()));
        self
    }

    /// Sets the help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets the fix.
    #[must_use]
    pub fn fix(mut self, at: Location, text: impl Into<String>, safe: bool) -> Self {
        self.fix = Some(Fix { at, text: text.into(), safe });
        self
    }

    /// Suggests the word that was probably meant. `near` is the word, and the text with which the fix replaces the marked place.
    /// Without them, the help is `otherwise`.
    #[must_use]
    pub(crate) fn suggest(
        self,
        near: Option<(&str, String)>,
        otherwise: impl Into<String>,
    ) -> Self {
        match (near, self.at) {
            (Some((meant, written)), Some(at)) => {
                self.help(format!("did you mean `{meant}`?")).fix(at, written, false)
            }
            _ => self.help(otherwise),
        }
    }

    /// Suggests the word of a list that was probably meant instead of the written one: it means the same, is spelt
    /// similarly, or shares a part with it. The fix writes it in the notation of the place. If several are likely, lists
    /// those, otherwise all.
    #[must_use]
    pub(crate) fn suggest_word(
        self,
        written: &str,
        words: &[&str],
        notation: fn(&str) -> String,
    ) -> Self {
        let one = foreign::same(written, words).or_else(|| nearest(written, words.iter().copied()));
        let likely = foreign::with_part(written, words);
        match (one, &*likely) {
            (Some(word), _) | (None, &[word]) => self.suggest(Some((word, notation(word))), ""),
            (None, []) => self.help(one_of(words)),
            (None, likely) => self.help(one_of(likely)),
        }
    }

    /// Says what to write instead of a foreign word. If that is a word, the fix writes it at the marked place.
    #[must_use]
    pub(crate) fn meant(self, meant: Meant) -> Self {
        match meant {
            Meant::Word(word) => self.suggest(Some((word, word.to_owned())), ""),
            Meant::Help(help) => self.help(help),
        }
    }

    /// Whether the rule set is refused because of this diagnostic.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it is an error that no level can turn off, because it is not a lint.
    pub(crate) fn is_fault(&self) -> bool {
        self.is_error() && self.code.group().is_none()
    }
}

/// The help that lists all words that are allowed at a place.
pub(crate) fn one_of(words: &[impl AsRef<str>]) -> String {
    format!("write one of these: {}", listed(words))
}

/// Words in a list: `` `a`, `b` ``.
pub(crate) fn listed(words: &[impl AsRef<str>]) -> String {
    let words: Vec<_> = words.iter().map(|word| format!("`{}`", word.as_ref())).collect();
    words.join(", ")
}

/// The candidate that a misspelt word most likely means. At most a third of its letters may differ
/// (Damerau-Levenshtein), as in rustc.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let allowed = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= allowed)
        .map(|candidate| (strsim::damerau_levenshtein(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Whether a written word differs from the word near it in at most one letter.
pub(crate) fn is_slip(near: &str, written: &str) -> bool {
    strsim::damerau_levenshtein(near, written) < 2
}
