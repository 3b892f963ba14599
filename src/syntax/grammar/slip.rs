//! Help for the most common syntax errors: what to write instead, and a fix where it can be told.

mod actions;
mod conditions;
mod foreign;
mod items;
mod law;
mod lists;
mod numbers;
mod records;
mod signs;
mod tokens;

pub(in crate::syntax) use foreign::item as foreign_item;

use super::{Rule, rule_name};
use crate::base::source::{Location, Span};
use crate::diagnostic::{Diagnostic, nearest};
use crate::syntax::words::{Block, first_words, single_words};
use std::ops::Range;
use tokens::{Tokens, is_name_character, last_word};

/// Adds help to a syntax error. `wanted` are the rules that the parser expected, and `start` is the position of `found`
/// in `text`.
pub(super) fn hint(
    error: Diagnostic,
    wanted: &[Rule],
    text: &str,
    start: usize,
    found: &str,
) -> Diagnostic {
    let before = text.get(..start).unwrap_or("").trim_end();
    let rest = text.get(start + found.len()..).unwrap_or("");
    let slip = Slip { wanted, text, start, before, found, rest };
    let Some(Mend { help, edit }) = slip.mend() else { return error };
    let at = error.at.unwrap_or_default();
    let offset = at.span.start as usize - start;
    let error = error.help(help);
    match edit {
        Some(Edit { range, text, safe }) => {
            let span = Span::of(range.start + offset..range.end + offset);
            error.fix(Location { span, ..at }, text, safe)
        }
        None => error,
    }
}

/// What to write instead of a mistake.
struct Mend {
    help: String,
    edit: Option<Edit>,
}

/// A change of the text that makes the mend.
struct Edit {
    /// The bytes to replace. An empty range inserts.
    range: Range<usize>,
    text: String,
    /// Whether it certainly does what the author meant.
    safe: bool,
}

impl Mend {
    fn say(help: impl Into<String>) -> Self {
        Self { help: help.into(), edit: None }
    }

    fn edit(self, range: Range<usize>, text: impl Into<String>) -> Self {
        Self { edit: Some(Edit { range, text: text.into(), safe: false }), ..self }
    }

    /// A change that may be missing, because the text after the mistake is not what most authors write there.
    fn maybe_edit(self, edit: Option<(Range<usize>, String)>) -> Self {
        match edit {
            Some((range, text)) => self.edit(range, text),
            None => self,
        }
    }

    fn safe_if(self, safe: bool) -> Self {
        Self { edit: self.edit.map(|edit| Edit { safe, ..edit }), ..self }
    }
}

/// The help of the first row whose mistake has happened.
fn first(rows: &[(bool, &str)]) -> Option<Mend> {
    rows.iter().find(|(has_happened, _)| *has_happened).map(|(_, help)| Mend::say(*help))
}

/// A place at which the parser expected something else than it found.
struct Slip<'t> {
    /// What the parser expected.
    wanted: &'t [Rule],
    text: &'t str,
    /// The position of `found` in `text`.
    start: usize,
    /// The text before `found`, without the blanks at its end.
    before: &'t str,
    found: &'t str,
    /// The text after `found`.
    rest: &'t str,
}

impl<'t> Slip<'t> {
    /// The first help that fits. What names one mistake stands before what fits many.
    fn mend(&self) -> Option<Mend> {
        let mends: [fn(&Self) -> Option<Mend>; 15] = [
            Self::number,
            Self::sign,
            Self::quote,
            Self::distance,
            Self::quantifier,
            Self::item,
            Self::lists,
            Self::records,
            Self::law,
            Self::action,
            Self::foreign_word,
            Self::misspelt,
            Self::condition,
            Self::bracket,
            Self::comma_or_operator,
        ];
        mends.iter().find_map(|mend| mend(self))
    }

    fn wants(&self, rule: Rule) -> bool {
        self.wanted.contains(&rule)
    }

    /// Whether a condition or value was expected.
    fn wants_operand(&self) -> bool {
        self.wants(Rule::quantifier) || self.wants(Rule::chain)
    }

    /// Whether little else than this was expected.
    fn only(&self, rule: Rule) -> bool {
        self.wants(rule) && self.wanted.len() < 4
    }

    fn is_word(&self) -> bool {
        self.found.starts_with(|c: char| c.is_ascii_alphabetic())
    }

    fn is_string(&self) -> bool {
        self.found.starts_with('"')
    }

    fn is_number(&self) -> bool {
        self.found.starts_with(|c: char| c.is_ascii_digit())
    }

    fn is_one_of(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.found.eq_ignore_ascii_case(word))
    }

    fn here(&self) -> Range<usize> {
        self.start..self.start + self.found.len()
    }

    /// From the end of the text before to the end of `found`: what stands there is replaced with its blanks.
    fn with_blanks_before(&self) -> Range<usize> {
        self.before.len()..self.here().end
    }

    /// Whether a word is the last before this place.
    fn follows(&self, word: &str) -> bool {
        last_word(self.before) == word
    }

    /// The word before the last one.
    fn second_last_word(&self) -> &'t str {
        let before = self.before.strip_suffix(last_word(self.before)).unwrap_or_default();
        last_word(before.trim_end())
    }

    /// The rest of the line.
    fn line_rest(&self) -> &'t str {
        self.rest.split('\n').next().unwrap_or_default()
    }

    /// The next token after `found`.
    fn next(&self) -> &'t str {
        Tokens::of(self.rest).next().map_or("", |(_, token)| token)
    }

    /// The position of a part of the text.
    fn position(&self, part: &str) -> usize {
        (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize)
    }

    /// A keyword with a small mistake: in capitals, or with a similar spelling.
    fn misspelt(&self) -> Option<Mend> {
        let lower_case = self.found.to_ascii_lowercase();
        let keywords = || self.wanted.iter().filter_map(|rule| rule_name(*rule).token());
        let same = keywords().find(|keyword| *keyword == lower_case);
        // Words of two letters are similar to too many others, and a word of the language is not misspelt.
        let may_be_misspelt = self.found.len() > 2 && !is_keyword(&lower_case);
        let similar = || may_be_misspelt.then(|| nearest(&lower_case, keywords())).flatten();
        let meant = self.is_word().then(|| same.or_else(similar)).flatten()?;
        let help = format!("did you mean `{meant}`?");
        Some(Mend::say(help).edit(self.here(), meant).safe_if(same.is_some()))
    }

    fn bracket(&self) -> Option<Mend> {
        let ends_condition = self.found == "}" || begins_clause(self.found, self.rest);
        first(&[
            (
                self.wants(Rule::rparen) && (ends_condition || self.found.is_empty()),
                "a bracket before this is not closed: add `)`",
            ),
            (self.wants(Rule::close) && self.found.is_empty(), "the item is not closed: add `}`"),
        ])
    }

    /// A comma between elements or an operator between conditions that is missing. Both are said only if what was found
    /// can begin an element or a condition.
    fn comma_or_operator(&self) -> Option<Mend> {
        if self.wants(Rule::comma) {
            if matches!(self.found, "and" | "or" | "&" | "+") {
                let help = format!("write `,` instead of `{}`", self.found);
                return Some(Mend::say(help).edit(self.with_blanks_before(), ","));
            }
            if self.begins_element() {
                let end = self.before.len();
                return Some(Mend::say("a `,` may be missing before this").edit(end..end, ","));
            }
        }
        let joins = self.wants(Rule::kw_and) && self.begins_condition();
        joins.then(|| Mend::say("join two conditions with `and` or `or`"))
    }

    /// Whether what was found looks like another element of a list.
    fn begins_element(&self) -> bool {
        let after_literal = self.before.ends_with(['"', ']', '}'])
            || self.before.ends_with(|c: char| c.is_ascii_digit());
        if self.is_string() || matches!(self.found, "[" | "{") {
            return after_literal;
        }
        if self.is_number() {
            return self.wants(Rule::rbracket) || after_literal && !self.wants(Rule::kw_and);
        }
        let is_name = self.is_word() && !is_keyword(self.found);
        let after =
            self.rest.trim_start_matches(|c: char| is_name_character(c) || c == '.').trim_start();
        let next = Tokens::of(after).next().map_or("", |(_, token)| token);
        is_name && (matches!(next, "," | "}" | ")" | "]" | ":") || begins_clause(next, ""))
    }

    /// Whether what was found can only be the start of a condition: a quantifier, or a word with an operator after it.
    fn begins_condition(&self) -> bool {
        let starts = [
            "any", "all", "no", "not", "count", "at", "if", "text", "any_text", "sum", "score",
            "spans",
        ];
        let is_operator = |word: &str| {
            first_words(|row| row.has(crate::syntax::words::Role::Operator))
                .any(|other| other == word)
                || matches!(word, "=" | "!" | "<" | ">")
        };
        let next = self.next();
        let ends = next == "}" || next == ")" || begins_clause(next, "then");
        let is_path = self.is_word() && !is_keyword(self.found);
        starts.contains(&self.found)
            || self.found == "("
            || is_path && (self.rest.starts_with(['.', '(']) || is_operator(next) || ends)
    }
}

/// Whether a word of the language stands alone somewhere: `in` and `force` do for `in force`.
fn is_keyword(word: &str) -> bool {
    single_words(|_| true).any(|other| other == word)
}

/// Whether a word begins a clause of a rule. `in` does only before `force`.
fn begins_clause(word: &str, rest: &str) -> bool {
    let is_first = first_words(|row| row.starts_clause_of(Block::Rule)).any(|first| first == word);
    is_first && (word != "in" || rest.trim_start().starts_with("force"))
}
