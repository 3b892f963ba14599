//! Takes the children of pest's pairs one by one, and reports when the grammar and the builder do not agree.

use super::grammar::{Rule, rule_name};
use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use pest::iterators::{Pair, Pairs};

/// A part of the tree, or an `Internal` diagnostic when the grammar and the builder do not agree.
pub(super) type BuildResult<T> = Result<T, Diagnostic>;

/// The span of a pair, without the blanks and comments at its end. Rules that end in `*` or `?` may have consumed some.
pub(super) fn span(pair: &Pair<'_, Rule>) -> Span {
    let (text, span) = (pair.as_str(), pair.as_span());
    let mut end = span.end();
    if text.ends_with(char::is_whitespace) || text.contains('#') {
        let mut last = pair.clone();
        while let Some(child) = last.clone().into_inner().next_back() {
            last = child;
        }
        end = last.as_span().end();
    }
    Span::of(span.start()..end)
}

/// The children of one pair, in order. Keywords and punctuation are skipped, unless a method asks for them.
///
/// Each method says what the grammar must have produced. If it did not, the caller gets an `Internal` diagnostic with
/// what was expected and what was found.
pub(super) struct Children<'i> {
    file: FileId,
    owner: Rule,
    span: Span,
    pairs: Pairs<'i, Rule>,
}

impl<'i> Children<'i> {
    pub(super) fn of(file: FileId, pair: Pair<'i, Rule>) -> Self {
        Children { file, owner: pair.as_rule(), span: span(&pair), pairs: pair.into_inner() }
    }

    /// The next child, which may be a token.
    pub(super) fn raw(&mut self) -> Option<Pair<'i, Rule>> {
        self.pairs.next()
    }

    /// The next child that is not a token.
    pub(super) fn next(&mut self) -> Option<Pair<'i, Rule>> {
        self.pairs.by_ref().find(|pair| !is_token(pair.as_rule()))
    }

    /// The next child that is not a token. It must exist.
    pub(super) fn any(&mut self) -> BuildResult<Pair<'i, Rule>> {
        self.next().ok_or_else(|| self.mismatch("something", None))
    }

    /// The next child. It must be of the rule `want`.
    pub(super) fn take(&mut self, want: Rule) -> BuildResult<Pair<'i, Rule>> {
        match self.next() {
            Some(pair) if pair.as_rule() == want => Ok(pair),
            other => Err(self.mismatch(&rule_name(want).to_string(), other)),
        }
    }

    /// The next child if it is of the rule `want`.
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

    /// The remaining children. All of them must be of the rule `want`.
    pub(super) fn all(mut self, want: Rule) -> BuildResult<Vec<Pair<'i, Rule>>> {
        let mut out = Vec::with_capacity(self.pairs.len());
        while let Some(pair) = self.next() {
            if pair.as_rule() != want {
                return Err(self.mismatch(&rule_name(want).to_string(), Some(pair)));
            }
            out.push(pair);
        }
        Ok(out)
    }

    /// The diagnostic for a grammar and a builder that do not agree.
    pub(super) fn mismatch(&self, want: &str, found: Option<Pair<'_, Rule>>) -> Diagnostic {
        let found = found.map_or("nothing".into(), |pair| rule_name(pair.as_rule()).to_string());
        let at = Location { file: self.file, span: self.span };
        let message = format!("in {}: expected {want}, found {found}", rule_name(self.owner));
        Diagnostic::new(Code::Internal, at, message)
    }
}

/// Whether a rule is a keyword or punctuation, which the tree does not keep.
fn is_token(rule: Rule) -> bool {
    rule_name(rule).token().is_some()
}
