//! Help for the most common syntax errors.

use super::{Rule, rule_name};
use crate::base::source::{Location, Span};
use crate::diagnostic::{Diagnostic, nearest};
use crate::syntax::words::{Block, first_words};
use std::ops::Range;

/// Adds help to a syntax error. `wanted` are the rules that the parser expected, and `start` is the position of `found`
/// in `text`.
pub(super) fn hint(
    error: Diagnostic,
    wanted: &[Rule],
    text: &str,
    start: usize,
    found: &str,
) -> Diagnostic {
    let keywords = wanted.iter().filter_map(|rule| rule_name(*rule).token());
    let at = error.at.unwrap_or_default();
    let before = text.get(..start).unwrap_or("").trim_end();
    if found == "for" && word_before_bracket(before) == Some("sum") {
        return error.help("write a blank before the bracket: `sum (m.size) for m in media`");
    }
    if let Some(meant) = is_word(found).then(|| keyword(found, keywords)).flatten() {
        return error.help(format!("did you mean `{meant}`?")).fix(at, meant, false);
    }
    let rest = text.get(start + found.len()..).unwrap_or("");
    if let Some((groups, number)) = number_in_groups(text, start, found) {
        let offset = at.span.start as usize - start;
        let whole = Location { span: Span::of(groups.start + offset..groups.end + offset), ..at };
        let help = format!("write the number without separators: `{number}`");
        return error.help(help).fix(whole, number, false);
    }
    let slip = Slip { wanted, before, found, rest };
    match sign(found, before).or_else(|| slip.help()) {
        Some(help) if matches!(found, ";" | ":") => {
            // At the end of a line, a `;` can be deleted safely.
            let is_line_end = rest.split('\n').next().is_some_and(|line| line.trim().is_empty());
            error.help(help).fix(at, "", found == ";" && is_line_end)
        }
        Some(help) => error.help(help),
        None => error,
    }
}

/// The number around an error at the comma of `1,000` or at the second group of `1 000`: its range, and its digits.
fn number_in_groups(text: &str, start: usize, found: &str) -> Option<(Range<usize>, String)> {
    let before = text.get(..start)?.trim_end_matches(' ');
    let first = before.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    let mut number = Some(first).filter(|first| (1..=3).contains(&first.len()))?.to_owned();
    let (mut end, separator) = (before.len(), if found == "," { "," } else { " " });
    while let Some(group) = text.get(end..).and_then(|rest| rest.strip_prefix(separator)) {
        let digits = group.split(|c: char| !is_name_character(c)).next()?;
        if digits.len() != 3 || !digits.bytes().all(|b| b.is_ascii_digit()) {
            break;
        }
        number.push_str(digits);
        end += separator.len() + digits.len();
    }
    (end > before.len()).then(|| (before.len() - first.len()..end, number))
}

fn is_word(found: &str) -> bool {
    found.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The keyword that a word was probably meant to be: the same in lower case, or with a similar spelling.
fn keyword<'k>(found: &str, keywords: impl Iterator<Item = &'k str> + Clone) -> Option<&'k str> {
    let lower_case = found.to_ascii_lowercase();
    let same = keywords.clone().find(|keyword| *keyword == lower_case);
    // Words of two letters are similar to too many others.
    same.or_else(|| nearest(&lower_case, keywords).filter(|_| found.len() > 2))
}

/// Help for operators and punctuation of other languages.
fn sign(found: &str, before: &str) -> Option<&'static str> {
    Some(match found {
        ";" => "delete it: clauses and items do not end with `;`",
        ":" => "delete it: no `:` follows a keyword",
        "'" => "write strings in double quotes: `\"…\"`",
        "!" => "write `not (…)`",
        ">" if before.ends_with('<') => "“not equal” is written `!=`",
        ">" | "<" | "=" if before.ends_with(['>', '<', '=']) => {
            "write one of these: `==`, `!=`, `<`, `<=`, `>`, `>=`"
        }
        "%" => "write 90 % as `0.9`",
        _ => return None,
    })
}

/// A place at which the parser expected something else than it found.
struct Slip<'t> {
    /// What the parser expected.
    wanted: &'t [Rule],
    before: &'t str,
    found: &'t str,
    rest: &'t str,
}

impl Slip<'_> {
    fn wants(&self, rule: Rule) -> bool {
        self.wanted.contains(&rule)
    }

    /// Whether little else than this was expected.
    fn only(&self, rule: Rule) -> bool {
        self.wants(rule) && self.wanted.len() < 4
    }

    fn is_word(&self) -> bool {
        is_word(self.found)
    }

    fn is_string(&self) -> bool {
        self.found.starts_with('"')
    }

    fn is_number(&self) -> bool {
        self.found.starts_with(|c: char| c.is_ascii_digit())
    }

    /// Whether a word is the last before this place.
    fn follows(&self, word: &str) -> bool {
        last_word(self.before) == word
    }

    /// Help for a word, sign or bracket that is missing at this place or before it.
    fn help(&self) -> Option<&'static str> {
        let groups =
            [self.in_item(), self.in_law_or_terms(), self.in_condition(), self.in_action()];
        let mut slips = groups.into_iter().flatten().chain(self.anywhere());
        slips.find(|(has_happened, _)| *has_happened).map(|(_, help)| help)
    }

    /// Slips in the first line of an item.
    fn in_item(&self) -> Vec<(bool, &'static str)> {
        let is_dash = self.found == "-" && self.rest.starts_with(is_name_character);
        vec![
            (self.found == "/" && self.rest.starts_with('/'), "begin a comment with `#`"),
            (
                self.wants(Rule::open) && is_dash || self.only(Rule::string) && self.found == "-",
                "write names with letters, digits and `_` only",
            ),
            (
                self.only(Rule::kw_to) && self.found == "{",
                "say what the exception lifts: `exception NAME \"…\" to RULE { … }`",
            ),
            (self.only(Rule::string) && self.found == "{", "write a title first: `\"…\"`"),
            (
                self.only(Rule::name) && self.is_number() && self.follows("article"),
                "write a name first, and the number in quotes: `article orders \"207(1)\" { … }`",
            ),
            (
                self.only(Rule::name) && self.found == "if" && self.follows("then"),
                "an action has no condition of its own: write it after `when`, or write a second rule",
            ),
            (
                self.only(Rule::name) && self.is_word(),
                "choose another name: this word is a keyword",
            ),
            (
                self.only(Rule::code) && self.is_word(),
                "write the code of the place in capitals: `KZ`",
            ),
            (
                self.only(Rule::colon) && self.found == "{",
                "write what the entries are, such as `: domain`, before `{`",
            ),
        ]
    }

    /// Slips in clauses of law, lists of words, and dates.
    fn in_law_or_terms(&self) -> Vec<(bool, &'static str)> {
        let follows_force = self.follows("force");
        vec![
            (self.only(Rule::date), "write the day as `2026-03-01`"),
            (
                self.wants(Rule::kw_from)
                    && (self.is_number() || follows_force && self.is_word())
                    && !is_clause(self.found),
                "write `from` before a first day: `in force from 2026-01-01`",
            ),
            (
                self.is_string() && self.follows("basis"),
                "name an article or a policy of the file: `basis code.article`; its title and number are in the `law` item",
            ),
            (
                self.only(Rule::string) && self.follows("unverified"),
                "write the reason in quotes: `unverified \"nobody has read the text\"`",
            ),
            (
                self.found == "r" && self.rest.starts_with('"'),
                "a list of terms has phrases only; write a regex after `matches` or in `spans(…)`",
            ),
            (
                self.only(Rule::duration) && self.is_number(),
                "write the duration as `24 hours` or `7 days`",
            ),
            (
                self.wants(Rule::unit) && self.found == "business",
                "write `working days`: they leave out Saturdays, Sundays and the holidays of the place",
            ),
            (
                self.wants(Rule::language) && !self.wants(Rule::comma) && self.is_string(),
                "write the language first: `en: \"…\"`",
            ),
        ]
    }

    /// Slips in conditions.
    fn in_condition(&self) -> Vec<(bool, &'static str)> {
        let follows = |word| self.wants(Rule::quantifier) && self.follows(word);
        vec![
            (
                self.only(Rule::lparen) && self.follows("where"),
                "put the condition in brackets: `where (…)`",
            ),
            (
                self.wants(Rule::kw_where) && self.counts(),
                "to count all elements write `length(links)`; to count some, `count link in links where (…)`",
            ),
            (
                self.wants(Rule::kw_where) && self.before.ends_with(is_name_character),
                "write `where` before the bracket: `any link in links where (…)`",
            ),
            (
                self.found == "does" || self.found == "doesn",
                "write `not` before the condition: `not (text mentions \"…\")`",
            ),
            (
                self.wants(Rule::kw_known) && matches!(self.found, "true" | "false"),
                "write the condition alone: `chat.public` or `not chat.public`",
            ),
            (
                self.wants(Rule::kw_known) && self.found == "not",
                "write `is known`, or put `not` before the condition: `not (reply is none)`",
            ),
            (
                self.wants(Rule::kw_known),
                "`is` asks only whether a value is known; write a field that is true or false alone (`chat.public`), and compare others with `==`",
            ),
            (follows("and"), "write a condition after `and`, or delete `and`"),
            (follows("or"), "write a condition after `or`, or delete `or`"),
            (follows("not"), "write a condition after `not`, or delete `not`"),
            (
                self.only(Rule::kw_for) && matches!(self.found, "+" | "-" | "*" | "/" | "?"),
                "put a calculated value in brackets: `sum (m.size * 2) for m in media`",
            ),
            (
                self.only(Rule::kw_for) && !self.follows("pauses"),
                "name the elements with `for`: `sum m.size for m in media`, `count distinct link.host for link in links`",
            ),
            (self.only(Rule::regex) && self.is_word(), "write the regex here: `matches r\"…\"`"),
        ]
    }

    /// Slips in actions and expectations.
    fn in_action(&self) -> Vec<(bool, &'static str)> {
        let in_act = self.wants(Rule::to_arg) || self.wants(Rule::kw_to) && self.wants(Rule::comma);
        let is_word = self.is_word() && !is_clause(self.found);
        let expectation = self.before.rsplit("expect").next().unwrap_or_default();
        let follows_rule = self.wants(Rule::kw_expect)
            && expectation.rsplit(',').next().is_some_and(|act| act.contains(" by "));
        vec![
            (
                self.only(Rule::kw_unknown) && self.found == "unanswered" && self.follows("on"),
                "write `on unanswered` in the `jurisdiction` item",
            ),
            (
                in_act && self.found == "due",
                "delete it: the deadline comes from the article that the rule cites",
            ),
            (
                in_act && is_word && self.follows("suspend"),
                "write `suspend author` or `suspend chat`",
            ),
            (
                follows_rule && matches!(self.found, "due" | "until"),
                "write `due …` and `until …` before `by …`",
            ),
            (
                in_act && self.is_string(),
                "write `to` before a name in quotes, or delete the text; notes are comments above the item: `## …`",
            ),
            (
                in_act && self.found == "by",
                "delete it: an action names no rule; a test does, after `expect`",
            ),
            (
                in_act && is_word,
                "write `to` before whom the action is for, such as `escalate to astana`, or `,` before another action",
            ),
        ]
    }

    fn anywhere(&self) -> Vec<(bool, &'static str)> {
        let ends_condition =
            matches!(self.found, "then" | "unless" | "when" | "basis" | "on" | "}");
        vec![
            (self.only(Rule::string) && self.is_word(), "put this in quotes: `\"…\"`"),
            (
                self.wants(Rule::comma) && (self.is_word() || self.is_string()),
                "a `,` may be missing before this",
            ),
            (
                self.wants(Rule::rparen) && (ends_condition || self.found.is_empty()),
                "a bracket before this is not closed: add `)`",
            ),
            (self.wants(Rule::close) && self.found.is_empty(), "the item is not closed: add `}`"),
            (self.wants(Rule::kw_and) && self.is_word(), "join two conditions with `and` or `or`"),
        ]
    }

    /// Whether the quantifier before this place is a `count`.
    fn counts(&self) -> bool {
        let words = self.before.rsplit(|c: char| c.is_whitespace() || c == '(');
        words.filter(|word| !word.is_empty()).nth(3) == Some("count")
    }
}

/// Whether a word begins a clause of a rule.
fn is_clause(found: &str) -> bool {
    first_words(|row| row.starts_clause_of(Block::Rule)).any(|word| word == found)
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c| !is_name_character(c)).next().unwrap_or_default()
}

/// The word before the bracket whose other end is the end of a text: `sum` for `x or sum(a + (b))`.
fn word_before_bracket(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let open = text.char_indices().rev().find(|(_, c)| {
        match c {
            ')' => depth += 1,
            '(' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    let (open, _) = open.filter(|_| text.ends_with(')'))?;
    text.get(..open).map(last_word)
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
