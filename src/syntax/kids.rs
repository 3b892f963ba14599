//! Takes the children of pest's pairs one by one, and reports when the grammar and the builder do not agree.

use super::grammar::{Rule, called};
use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use pest::iterators::{Pair, Pairs};

/// A result of the builder, or the diagnostic that grammar and builder do not agree.
pub(super) type Built<T> = Result<T, Diagnostic>;

/// The span of a pair, without trailing blanks and comments. Rules that end in `*` or `?` may have consumed some.
pub(super) fn span(pair: &Pair<'_, Rule>) -> Span {
    let (text, whole) = (pair.as_str(), pair.as_span());
    let mut end = whole.end();
    if text.ends_with(char::is_whitespace) || text.contains('#') {
        let mut last = pair.clone();
        while let Some(child) = last.clone().into_inner().next_back() {
            last = child;
        }
        end = last.as_span().end();
    }
    let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Span { start: byte(whole.start()), end: byte(end) }
}

/// The children of one pair, in order. Keywords and punctuation are skipped, unless a method asks for them.
///
/// Each method says what the grammar must have produced. If it did not, the caller gets an `Internal` diagnostic with
/// what was expected and what was found.
pub(super) struct Kids<'i> {
    file: FileId,
    owner: Rule,
    span: Span,
    pairs: Pairs<'i, Rule>,
}

impl<'i> Kids<'i> {
    pub(super) fn of(file: FileId, pair: Pair<'i, Rule>) -> Self {
        Kids { file, owner: pair.as_rule(), span: span(&pair), pairs: pair.into_inner() }
    }

    /// The next child, which may be a token.
    pub(super) fn raw(&mut self) -> Option<Pair<'i, Rule>> {
        self.pairs.next()
    }

    /// The next child that is not a token.
    pub(super) fn next(&mut self) -> Option<Pair<'i, Rule>> {
        self.pairs.by_ref().find(|pair| !is_token(pair.as_rule()))
    }

    /// The next child that is not a token, which must exist.
    pub(super) fn any(&mut self) -> Built<Pair<'i, Rule>> {
        self.next().ok_or_else(|| self.drift("something", None))
    }

    /// The next child, which must be a `want`.
    pub(super) fn take(&mut self, want: Rule) -> Built<Pair<'i, Rule>> {
        match self.next() {
            Some(pair) if pair.as_rule() == want => Ok(pair),
            other => Err(self.drift(&called(want).to_string(), other)),
        }
    }

    /// The next child if it is a `want`.
    pub(super) fn maybe(&mut self, want: Rule) -> Option<Pair<'i, Rule>> {
        let mut ahead = self.pairs.clone();
        loop {
            let pair = ahead.next()?;
            if pair.as_rule() == want {
                self.pairs = ahead;
                return Some(pair);
            }
            if !is_token(pair.as_rule()) {
                return None;
            }
        }
    }

    /// The remaining children, all of which must be a `want`.
    pub(super) fn all(mut self, want: Rule) -> Built<Vec<Pair<'i, Rule>>> {
        let mut out = Vec::with_capacity(self.pairs.len());
        while let Some(pair) = self.next() {
            if pair.as_rule() != want {
                return Err(self.drift(&called(want).to_string(), Some(pair)));
            }
            out.push(pair);
        }
        Ok(out)
    }

    /// The diagnostic for a grammar and a builder that do not agree.
    pub(super) fn drift(&self, want: &str, found: Option<Pair<'_, Rule>>) -> Diagnostic {
        let found = found.map_or("nothing".into(), |pair| called(pair.as_rule()).to_string());
        let at = Location { file: self.file, span: self.span };
        let message = format!("in {}: expected {want}, found {found}", called(self.owner));
        Diagnostic::new(Code::Internal, at, message)
    }
}

/// Whether it is a keyword or punctuation, which the tree does not keep.
fn is_token(rule: Rule) -> bool {
    called(rule).token().is_some()
}
