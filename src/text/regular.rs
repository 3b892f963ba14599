//! Regular expressions of rules, for what words cannot describe.

mod effort;
mod linear;

use crate::base::limits;
use effort::steps_per_byte;
use linear::Linear;
use regex_automata::meta;
use regex_syntax::ast::ErrorKind;
use regex_syntax::hir::Hir;
use regex_syntax::{Error, parse};
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// A regular expression. It is compiled when the file is checked, and matches in linear time.
#[derive(Clone, Debug)]
pub struct Regex {
    source: Box<str>,
    compiled: meta::Regex,
    expression: Hir,
    /// Prepared when a text has more than [`SEARCHES`] matches, or when ordinary searches are slow (`instead_of_slow`).
    /// `None` if it would be no faster, or if the expression is too large.
    linear: Arc<OnceLock<Option<Linear>>>,
    steps_per_byte: u64,
}

/// This many matches are searched for one by one, which is fast, although each search may read the whole text.
const SEARCHES: usize = 32;

/// If no match can have more bytes than this, no search reads much more than its match.
const SHORT_MATCH: usize = 256;

impl Regex {
    /// Compiles within `limits::REGEX_BYTES` and `limits::REGEX_PROGRAM`.
    ///
    /// # Errors
    /// A short message, if the expression is invalid or too large, or can match nothing or only the empty string.
    pub fn compile(source: &str) -> Result<Self, String> {
        if source.len() > limits::REGEX_BYTES {
            return Err(format!(
                "the regular expression is longer than {} bytes",
                limits::REGEX_BYTES
            ));
        }
        let parsed = parse(source).map_err(|error| described(&error))?;
        match (parsed.properties().minimum_len(), parsed.properties().maximum_len()) {
            (None, _) => return Err("the regular expression can never match anything".to_owned()),
            (_, Some(0)) => {
                return Err("the regular expression matches only the empty string".to_owned());
            }
            _ => {}
        }
        // Groups are never read, so no one-pass automata are built: that of `\w` would take a megabyte. The states of
        // the automaton are built when they are needed, because few messages use them.
        let config = meta::Config::new()
            .nfa_size_limit(Some(limits::REGEX_PROGRAM))
            .onepass(false)
            .dfa(false);
        let compiled = meta::Builder::new().configure(config).build(source);
        compiled
            .map(|compiled| Self {
                source: source.into(),
                compiled,
                steps_per_byte: steps_per_byte(&parsed, !has_short_matches(&parsed)),
                expression: parsed,
                linear: Arc::default(),
            })
            .map_err(|_| "the regular expression is too large when compiled".to_owned())
    }

    /// The expression as it is written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The first `limit` matches that are not empty.
    pub fn find(&self, text: &str, limit: usize) -> Vec<Range<usize>> {
        if let Some(linear) = self.instead_of_slow(text) {
            return linear.find(text, limit).0;
        }
        let mut found = vec![];
        for (searched, one) in self.compiled.find_iter(text).enumerate() {
            if found.len() >= limit {
                break;
            }
            if searched >= SEARCHES
                && let Some(linear) = self.linear.get_or_init(|| self.prepare())
            {
                return linear.find(text, limit).0;
            }
            found.extend((!one.is_empty()).then(|| one.range()));
        }
        found
    }

    fn prepare(&self) -> Option<Linear> {
        if has_short_matches(&self.expression) && !has_edges(&self.expression) {
            return None;
        }
        Linear::new(&self.expression)
    }

    /// What searches instead of an ordinary search, which is slow if it has to find edges of words (`\b`) in a text beyond
    /// ASCII.
    fn instead_of_slow(&self, text: &str) -> Option<&Linear> {
        let is_slow = has_edges(&self.expression) && !text.is_ascii();
        is_slow.then(|| self.linear.get_or_init(|| self.prepare()).as_ref())?
    }

    /// The most steps for each byte of a text in which it is searched.
    pub(crate) fn steps_per_byte(&self) -> u64 {
        self.steps_per_byte
    }

    /// Whether it matches anywhere.
    pub fn is_match(&self, text: &str) -> bool {
        self.instead_of_slow(text)
            .map_or_else(|| self.compiled.is_match(text), |linear| linear.is_match(text))
    }
}

/// Whether each search reads little more than its match.
fn has_short_matches(expression: &Hir) -> bool {
    expression.properties().maximum_len().is_some_and(|bytes| bytes <= SHORT_MATCH)
}

/// Whether it asks for edges of words as Unicode has them.
fn has_edges(expression: &Hir) -> bool {
    expression.properties().look_set().contains_word_unicode()
}

/// The commonest errors in plain words.
const PLAIN: &[(ErrorKind, &str)] = &[
    (ErrorKind::ClassUnclosed, "`[` is not closed"),
    (ErrorKind::ClassRangeInvalid, "the range is in the wrong order, like `z-a`"),
    (ErrorKind::EscapeUnexpectedEof, "there is nothing after the backslash"),
    (ErrorKind::EscapeUnrecognized, "the backslash has no meaning before this character"),
    (ErrorKind::GroupUnclosed, "`(` is not closed"),
    (ErrorKind::GroupUnopened, "`)` has no `(` before it"),
    (ErrorKind::RepetitionCountUnclosed, "the count after `{` is not closed"),
    (ErrorKind::RepetitionMissing, "there is nothing to repeat before this sign"),
    (
        ErrorKind::UnsupportedBackreference,
        "a reference to a group, such as `\\1`, is not supported",
    ),
    (ErrorKind::UnsupportedLookAround, "`(?=`, `(?!`, `(?<=` and `(?<!` are not supported"),
];

/// How to mend a regular expression that cannot be compiled.
pub(crate) fn regex_advice(source: &str) -> &'static str {
    if let Err(Error::Parse(error)) = parse(source)
        && *error.kind() == ErrorKind::UnsupportedLookAround
    {
        return if source.contains("[0-9]") || source.contains("\\d") {
            "write `\\b` for the edge of a number or word: `\\b[0-9]{16}\\b`"
        } else {
            "write `\\b` for the edge of a word, or join two conditions with `and`, `not` or `unless`"
        };
    }
    if super::foreign::without_doubled_backslashes(source).is_some() {
        return "write each backslash once: in `r\"…\"`, nothing is escaped twice";
    }
    "correct the regular expression; to search for a sign such as `[` itself, write `\\[`"
}

/// The kind of the error and its column, without the crate's drawing of the expression.
fn described(error: &Error) -> String {
    let (kind, span) = match error {
        Error::Parse(error) => {
            let plain = PLAIN.iter().find(|(kind, _)| kind == error.kind());
            let kind =
                plain.map_or_else(|| error.kind().to_string(), |(_, plain)| (*plain).to_owned());
            (kind, *error.span())
        }
        Error::Translate(error) => (error.kind().to_string(), *error.span()),
        _ => return "the regular expression cannot be read".to_owned(),
    };
    let kind = kind.lines().next().unwrap_or_default();
    format!("{kind} (character {} of the regular expression)", span.start.column)
}

#[cfg(test)]
mod tests {
    use super::Regex;

    #[test]
    fn find_returns_no_empty_match_and_no_more_than_the_limit() {
        let regex = Regex::compile(r"[0-9]*").unwrap();
        assert_eq!(regex.find("a 12 b 345 c 6", 2), [2..4, 7..10]);
        assert!(regex.is_match(""));
        assert_eq!(regex.source(), "[0-9]*");
    }

    #[test]
    fn many_matches_are_those_of_an_ordinary_search() {
        let text = "a 12 b 345 ж6 ".repeat(100);
        for source in ["[0-9]*", r"\w+", r"(?:[0-9]+ )?\w", "(a|)"] {
            let found = Regex::compile(source).unwrap().find(&text, 10_000);
            let ordinary = regex::Regex::new(source).unwrap();
            let ranges = ordinary.find_iter(&text).map(|one| one.range());
            assert_eq!(found, ranges.filter(|one| !one.is_empty()).collect::<Vec<_>>(), "{source}");
            assert_eq!(Regex::compile(source).unwrap().find(&text, 40), &found[..40], "{source}");
        }
    }

    #[test]
    fn edges_of_words_are_those_of_an_ordinary_search() {
        let text = "a 12 слово, ещё-одно 345 ж6 ".repeat(20);
        for source in [
            r"\w.*\bq|\w",
            r"\b[а-я]+",
            r"(?i)\bСЛ\w+\b",
            r"\bнет",
            r"6\B|-\b",
            r"(?:\bq)?1*",
            r"(?:\B[а-я]{9}q)?$",
        ] {
            let (regex, ordinary) =
                (Regex::compile(source).unwrap(), regex::Regex::new(source).unwrap());
            let ranges = ordinary.find_iter(&text).map(|one| one.range());
            let ranges: Vec<_> = ranges.filter(|one| !one.is_empty()).collect();
            assert_eq!(regex.find(&text, 100_000), ranges, "{source}");
            assert_eq!(regex.is_match(&text), ordinary.is_match(&text), "{source}");
        }
    }

    #[test]
    fn faults_are_one_short_line() {
        for (source, message) in [
            ("a(b", "`(` is not closed (character 2 of the regular expression)"),
            (
                r"(a)\1",
                "a reference to a group, such as `\\1`, is not supported (character 4 of the regular expression)",
            ),
            (r"\p{Nope}", "Unicode property not found (character 1 of the regular expression)"),
            ("", "the regular expression matches only the empty string"),
            ("^|$", "the regular expression matches only the empty string"),
            (r"[^\s\S]", "the regular expression can never match anything"),
            (r"(\pL{1000}){1000}", "the regular expression is too large when compiled"),
        ] {
            assert_eq!(Regex::compile(source).unwrap_err(), message, "{source}");
        }
        assert!(Regex::compile(&"a".repeat(1025)).is_err());
    }
}
