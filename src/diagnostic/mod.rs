//! Everything lexloci says about rule files, lists and records: one table of codes, one message type.
//! Only hosts turn a diagnostic into coloured text or JSON.

pub(crate) mod codes;
mod levels;

pub use codes::Code;
pub use levels::{Group, Level, Levels};

use crate::base::source::Location;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing is refused.
    Warning,
    /// The rule set is refused.
    Error,
}

/// A change to a file that would mend the fault. `safe` means that it keeps or obviously restores
/// what the author meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to replace; an empty span inserts.
    pub at: Location,
    /// What to write there.
    pub text: String,
    /// Whether a tool may apply it unasked.
    pub safe: bool,
}

/// One message about one place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Diagnostic {
    /// What kind of fault.
    pub code: Code,
    /// How bad it is: that of its code, or the level that somebody set for a lint.
    pub severity: Severity,
    /// What happened, with the words of the user in backticks.
    pub message: String,
    /// Where; `None` when no file is at fault.
    pub at: Option<Location>,
    /// What the marked place is, when the message alone does not say it.
    pub label: String,
    /// Other places that matter, each with what it is.
    pub related: Vec<(Location, String)>,
    /// How to mend it.
    pub help: Option<String>,
    /// The mend as data.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// A message about a place.
    pub fn new(code: Code, at: Location, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            code,
            severity: code.severity(),
            message,
            at: Some(at),
            label: String::new(),
            related: vec![],
            help: None,
            fix: None,
        }
    }

    /// A message about no file: a missing directory, an empty rule set.
    pub fn general(code: Code, message: impl Into<String>) -> Self {
        Self { at: None, ..Self::new(code, Location::default(), message) }
    }

    /// Says what the marked place is.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Points at another place that matters.
    #[must_use]
    pub fn related(mut self, at: Location, what: impl Into<String>) -> Self {
        self.related.push((at, what.into()));
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Gives the mend as data.
    #[must_use]
    pub fn fix(mut self, at: Location, text: impl Into<String>, safe: bool) -> Self {
        self.fix = Some(Fix { at, text: text.into(), safe });
        self
    }

    /// Says what was probably meant at its place, `written` as it has to stand there; else gives another help.
    #[must_use]
    pub(crate) fn meant(self, near: Option<(&str, String)>, otherwise: impl Into<String>) -> Self {
        match (near, self.at) {
            (Some((meant, written)), Some(at)) => {
                self.help(format!("did you mean `{meant}`?")).fix(at, written, false)
            }
            _ => self.help(otherwise),
        }
    }

    /// Whether the rule set is refused because of it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }

    /// Whether it is an error at every level: no lint.
    pub(crate) fn is_fault(&self) -> bool {
        self.is_error() && self.code.group().is_none()
    }
}

/// The candidate that a mistyped word most likely meant, if one is near enough: at most a third of
/// its letters differ (Damerau-Levenshtein), as rustc does.
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
