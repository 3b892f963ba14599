//! Help for the most common syntax errors: what to write instead, and a fix where it can be told.

mod actions;
mod branches;
mod conditions;
mod foreign;
mod items;
mod law;
mod lists;
mod numbers;
mod others;
mod phrases;
mod records;
mod scenes;
mod signs;
mod state;
mod texts;
mod tokens;

pub(super) use foreign::item as foreign_item;
pub(in crate::syntax) use numbers::day_in_text;
pub(in crate::syntax) use others::Others;
pub(super) use tokens::last_word;

use super::{Rule, either, rule_name};
use crate::base::source::{Location, Span};
use crate::diagnostic::{Diagnostic, nearest};
use crate::syntax::is_name_character;
use crate::syntax::words::{Block, ItemWord, all as all_words, first_words, single_words};
use std::ops::Range;
use tokens::{Tokens, open_brackets, unquoted};

/// The types that are no lists and no records.
const SIMPLE_TYPES: &str = "`bool`, `int`, `number`, `text`, `instant`, `duration`, `place`";

/// Adds help to a syntax error. `wanted` are the rules that the parser expected, and `start` is the position of `found`
/// in `text`, which is an item of a file with `others`.
pub(super) fn hint(
    error: Diagnostic,
    wanted: &[Rule],
    text: &str,
    (start, found): (usize, &str),
    others: &Others<'_>,
) -> Diagnostic {
    let before = text.get(..start).unwrap_or("").trim_end();
    let rest = text.get(start + found.len()..).unwrap_or("");
    let slip = Slip { wanted, text, start, before, found, rest, others };
    let Some(Mend { help, edit, about }) = slip.mend() else { return error };
    let at = error.at.unwrap_or_default();
    let offset = at.span.start as usize - start;
    let place = |range: Range<usize>| {
        let span = Span::of(range.start + offset..range.end + offset);
        Location { span, ..at }
    };
    let error = match about {
        Some((range, message)) => Diagnostic { message, at: Some(place(range)), ..error },
        None => error,
    };
    let error = error.help(help);
    match edit {
        Some(Edit { range, text, safe }) => error.fix(place(range), text, safe),
        None => error,
    }
}

/// What to write instead of a mistake.
struct Mend {
    help: String,
    edit: Option<Edit>,
    /// The place and the message, where the mistake begins before the word that the parser could not read.
    about: Option<(Range<usize>, String)>,
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
        Self { help: help.into(), edit: None, about: None }
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

    fn about(self, range: Range<usize>, message: impl Into<String>) -> Self {
        Self { about: Some((range, message.into())), ..self }
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
    /// What else the file declares.
    others: &'t Others<'t>,
}

impl<'t> Slip<'t> {
    /// The first help that fits. What names one mistake stands before what fits many.
    fn mend(&self) -> Option<Mend> {
        let mends: [fn(&Self) -> Option<Mend>; 23] = [
            Self::keyword_in_quotes,
            Self::twice,
            Self::state,
            Self::number,
            Self::sign,
            Self::quote,
            Self::distance,
            Self::searched,
            Self::quantifier,
            Self::deadline_in_words,
            Self::branches,
            Self::texts,
            Self::item,
            Self::lists,
            Self::records,
            Self::law,
            Self::action,
            Self::foreign_word,
            Self::misspelt,
            Self::condition,
            Self::open_bracket,
            Self::comma_or_operator,
            Self::last_resort,
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

    /// The first word of the item.
    fn item_word(&self) -> Option<ItemWord> {
        Tokens::of(self.text).next().and_then(|(_, word)| ItemWord::of(word))
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
        let colon = usize::from(self.rest.starts_with(':') && !self.wants(Rule::kw_and));
        let range = self.start..self.here().end + colon;
        Some(Mend::say(help).edit(range, meant).safe_if(same.is_some()))
    }

    /// A word or a sign that stands twice.
    fn twice(&self) -> Option<Mend> {
        let last = Tokens::of(self.before).last().map(|(_, token)| token);
        let is_twice = last == Some(self.found)
            && (self.is_word()
                || matches!(self.found, "," | ":" | "=" | "." | "{")
                || self.is_string());
        // `a.b b` is not written twice: the first `b` is a part of a path.
        let is_in_path = self.before.trim_end_matches(is_name_character).ends_with('.');
        let begins_record = self.found == "{"
            && self.wants(Rule::kw_given)
            && !begins_clause_of(Block::Test, self.next());
        // `===` is an operator of another language.
        let is_operator = self.found == "=" && self.before.len() == self.start;
        (is_twice && !is_in_path && !begins_record && !is_operator).then(|| {
            let help = if self.is_string() {
                "delete it: the text stands twice".to_owned()
            } else {
                format!("delete it: `{}` stands twice", self.found)
            };
            // The second may be the first part of a path.
            Mend::say(help).edit(self.before.len() - self.found.len()..self.start, "")
        })
    }

    /// A keyword in quotes.
    fn keyword_in_quotes(&self) -> Option<Mend> {
        let word = unquoted(self.found)?;
        let meant = self
            .wanted
            .iter()
            .filter_map(|rule| rule_name(*rule).word())
            .find(|token| *token == word)?;
        Some(Mend::say(format!("write it without quotes: `{meant}`")).edit(self.here(), meant))
    }

    /// A bracket that is not closed, where only the text after it shows that.
    fn open_bracket(&self) -> Option<Mend> {
        let ends_condition = self.found == "}" || begins_clause(self.found, self.rest);
        let ends_record = !self.wants(Rule::kw_expect)
            && !self.wants(Rule::colon)
            && self.item_word() == Some(ItemWord::Test)
            && self.next() != ":"
            && (self.found == "}" || begins_clause_of(Block::Test, self.found));
        first(&[
            (
                self.wants(Rule::rbracket) && (ends_record || self.found == "}"),
                "a list before this is not closed: add `]`",
            ),
            (
                self.wants(Rule::close) && ends_record && self.found != "}",
                "a record before this is not closed: add `}`",
            ),
            (
                self.wants(Rule::rparen) && (ends_condition || self.found.is_empty()),
                "a bracket before this is not closed: add `)`",
            ),
            (
                self.wants(Rule::close)
                    && (self.found.is_empty() || ItemWord::of(self.found).is_some()),
                "the item is not closed: add `}`",
            ),
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
        let in_braces = open_brackets(self.before).last().is_some_and(|(_, open)| *open == "{");
        let in_record =
            in_braces && self.item_word() == Some(ItemWord::Test) && !self.wants(Rule::kw_expect);
        if in_record && !self.wants(Rule::kw_from) {
            return self.next() == ":";
        }
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

    /// What can stand here, if nothing else is known about the mistake.
    fn last_resort(&self) -> Option<Mend> {
        let is_comma = self.found == "," && !self.wants(Rule::comma);
        let word = last_word(self.before);
        if let Some(name) = unquoted(self.found).filter(|name| crate::syntax::is_name(name))
            && (self.wants(Rule::name) || self.wants(Rule::act))
        {
            let help = format!("write the name without quotes: `{name}`");
            return Some(Mend::say(help).edit(self.here(), name));
        }
        if !is_comma && !word.is_empty() {
            if self.only(Rule::string) {
                return Some(Mend::say(format!("write a text in quotes after `{word}`")));
            }
            if self.only(Rule::name) {
                return Some(Mend::say(format!("write a name after `{word}`")));
            }
        }
        let follows_dot = self.before.ends_with('.');
        let type_needed = format!(
            "write a type: {SIMPLE_TYPES}, a list such as `[text]`, or a record such as `chat`"
        );
        let [rule_clause, test_clause] = [(Block::Rule, "rule"), (Block::Test, "test")]
            .map(|(block, name)| format!("write a clause of the {name}: {}", clauses_of(block)));
        first(&[
            (self.wants(Rule::word) && follows_dot, "write the name of a field after the dot"),
            (self.only(Rule::code), "write the code of a place: two letters, such as `KZ`"),
            (
                self.wants(Rule::kw_gap) && self.follows("not"),
                "write the name of a rule after `not`",
            ),
            (self.wants(Rule::language), "write the code of a language first: `en: \"…\"`"),
            (self.wants(Rule::type_name), &type_needed),
            (
                self.only(Rule::trigger),
                "write `standing`, or when the article binds: `on order`, `on notice`, `on knowledge`",
            ),
            (is_comma, "write what is missing before the `,`, or delete it"),
            (
                self.only(Rule::json),
                "write a value: a text in quotes, a number, a day, `true`, `false`, `null`, a list in `[…]` or a record in `{…}`",
            ),
            (
                self.wants(Rule::pair) || self.wants(Rule::key),
                "write a field, `:` and its value: `{ text: \"quick loan\" }`",
            ),
            (
                self.only(Rule::expectation),
                "write what is expected: an action such as `restrict by NAME`, `none`, `nothing`, `fires NAME` or `not NAME`",
            ),
            (self.wants(Rule::kw_basis) && !self.wants(Rule::kw_and), &rule_clause),
            (
                self.wants(Rule::kw_binds),
                "write a clause of the article: `in force`, `binds`, `deadline`, `verified` or another that `lexloci doc article` lists",
            ),
            (
                self.wants(Rule::comma)
                    && self.item_word() == Some(ItemWord::Test)
                    && !self.wants(Rule::kw_expect),
                "write `,` between two fields, and `:` between a field and its value",
            ),
            (self.wants(Rule::kw_expect), &test_clause),
        ])
    }

    /// Whether what was found can only be the start of a condition: a quantifier, or a word with an operator after it.
    fn begins_condition(&self) -> bool {
        let starts =
            ["any", "all", "no", "not", "count", "at", "if", "text", "sum", "score", "spans"];
        let is_operator = |word: &str| {
            first_words(|row| row.has(crate::syntax::words::Role::Operator))
                .any(|other| other == word)
                || matches!(word, "=" | "!" | "<" | ">")
        };
        let next = self.next();
        let ends = matches!(next, "" | "}" | ")") || begins_clause(next, "then");
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

/// Whether a word begins a clause of a rule: `in` only before `force`, and `review` only before `by`.
fn begins_clause(word: &str, rest: &str) -> bool {
    let second = match word {
        "in" => "force",
        "review" => "by",
        _ => "",
    };
    begins_clause_of(Block::Rule, word) && rest.trim_start().starts_with(second)
}

/// The clauses of a block, by the words that begin them.
fn clauses_of(block: Block) -> String {
    let rows = all_words().filter(|row| row.starts_clause_of(block));
    either(&rows.map(|row| format!("`{}`", row.word)).collect::<Vec<_>>())
}

/// Whether a word begins a clause of a block.
fn begins_clause_of(block: Block, word: &str) -> bool {
    first_words(|row| row.starts_clause_of(block)).any(|first| first == word)
}
