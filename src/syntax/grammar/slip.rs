//! Help for the most common syntax errors.

use super::{Rule, rule_name};
use crate::diagnostic::{Diagnostic, nearest};

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
    if let Some(meant) = is_word(found).then(|| keyword(found, keywords)).flatten() {
        return error.help(format!("did you mean `{meant}`?")).fix(at, meant, false);
    }
    let before = text.get(..start).unwrap_or("").trim_end();
    match sign(found, before).or_else(|| missing(wanted, found, before)) {
        Some(help) if matches!(found, ";" | ":") => {
            // At the end of a line, a `;` can be deleted safely.
            let rest = text.get(start + found.len()..).unwrap_or("");
            let is_line_end = rest.split('\n').next().is_some_and(|line| line.trim().is_empty());
            error.help(help).fix(at, "", found == ";" && is_line_end)
        }
        Some(help) => error.help(help),
        None => error,
    }
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
        "/" if before.ends_with('/') => "begin a comment with `#`",
        _ => return None,
    })
}

/// Help for a word, sign or bracket that is missing at this place or before it.
fn missing(wanted: &[Rule], found: &str, before: &str) -> Option<&'static str> {
    let wants = |rule: Rule| wanted.contains(&rule);
    let only = |rule: Rule| wants(rule) && wanted.len() < 4;
    let is_number = found.starts_with(|c: char| c.is_ascii_digit());
    let is_string = found.starts_with('"');
    let last_word = before.rsplit(|c| !is_name_character(c)).next();
    let follows = |word: &str| wants(Rule::quantifier) && last_word == Some(word);
    let ends_condition = matches!(found, "then" | "unless" | "when" | "basis" | "on" | "}");
    let slips = [
        (only(Rule::date), "write the day as `2026-03-01`"),
        (
            wants(Rule::kw_from) && is_number,
            "write `from` before a first day: `in force from 2026-01-01`",
        ),
        (only(Rule::duration) && is_number, "write the duration as `24 hours` or `7 days`"),
        (only(Rule::string) && found == "-", "write names with letters, digits and `_` only"),
        (only(Rule::string) && found == "{", "write a title first: `\"…\"`"),
        (only(Rule::string) && is_word(found), "put this in quotes: `\"…\"`"),
        (only(Rule::name) && is_word(found), "choose another name: this word is a keyword"),
        (only(Rule::code) && is_word(found), "write the code of the place in capitals: `KZ`"),
        (
            only(Rule::colon) && found == "{",
            "write what the entries are, such as `: domain`, before `{`",
        ),
        (
            wants(Rule::language) && !wants(Rule::comma) && is_string,
            "write the language first: `en: \"…\"`",
        ),
        (wants(Rule::comma) && (is_word(found) || is_string), "a `,` may be missing before this"),
        (
            wants(Rule::rparen) && (ends_condition || found.is_empty()),
            "a bracket before this is not closed: add `)`",
        ),
        (wants(Rule::close) && found.is_empty(), "the item is not closed: add `}`"),
        (
            wants(Rule::kw_where) && before.ends_with(is_name_character),
            "write `where` before the bracket: `any link in links where (…)`",
        ),
        (follows("and"), "write a condition after `and`, or delete `and`"),
        (follows("or"), "write a condition after `or`, or delete `or`"),
        (follows("not"), "write a condition after `not`, or delete `not`"),
        (wants(Rule::kw_and) && is_word(found), "join two conditions with `and` or `or`"),
    ];
    slips.into_iter().find(|(has_happened, _)| *has_happened).map(|(_, help)| help)
}

fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
