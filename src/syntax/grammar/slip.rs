//! The commonest slips of people who write rules, each with the way out.

use super::{Rule, called};
use crate::diagnostic::{Diagnostic, nearest};

/// Adds to a syntax error what was most likely meant. `start` is where `found` stands in `text`.
pub(super) fn hint(
    error: Diagnostic,
    wanted: &[Rule],
    text: &str,
    start: usize,
    found: &str,
) -> Diagnostic {
    let keywords = wanted.iter().filter_map(|rule| called(*rule).token());
    let at = error.at.unwrap_or_default();
    if let Some(meant) = is_word(found).then(|| keyword(found, keywords)).flatten() {
        return error.help(format!("did you mean `{meant}`?")).fix(at, meant, false);
    }
    let before = text.get(..start).unwrap_or("").trim_end();
    match sign(found, before).or_else(|| missing(wanted, found, before)) {
        Some(help) if matches!(found, ";" | ":") => {
            // At the end of a line it can be nothing but the habit of another notation.
            let rest = text.get(start + found.len()..).unwrap_or("");
            let ends = rest.split('\n').next().is_some_and(|line| line.trim().is_empty());
            error.help(help).fix(at, "", found == ";" && ends)
        }
        Some(help) => error.help(help),
        None => error,
    }
}

fn is_word(found: &str) -> bool {
    found.starts_with(|c: char| c.is_ascii_alphabetic())
}

/// The keyword that a word is, but for capitals or a letter.
fn keyword<'k>(
    found: &str,
    mut keywords: impl Iterator<Item = &'k str> + Clone,
) -> Option<&'k str> {
    let small = found.to_ascii_lowercase();
    let like = keywords.clone().find(|keyword| *keyword == small);
    // Words of two letters are near everything.
    like.or_else(|| (found.len() > 2).then(|| nearest(&small, keywords.by_ref())).flatten())
}

/// Signs that other notations have.
fn sign(found: &str, before: &str) -> Option<&'static str> {
    Some(match found {
        ";" => "clauses and items need no `;`: delete it",
        ":" => "a keyword needs no `:` after it: delete it",
        "'" => "strings stand in double quotes: `\"…\"`",
        "!" => "write `not (…)`",
        ">" if before.ends_with('<') => "unequal is written `!=`",
        ">" | "<" | "=" if before.ends_with(['>', '<', '=']) => {
            "comparisons are `==  !=  <  <=  >  >=`"
        }
        "%" => "write a share as a decimal: `0.9`",
        "/" if before.ends_with('/') => "a comment begins with `#`",
        _ => return None,
    })
}

/// What is left out at the place or before it.
fn missing(wanted: &[Rule], found: &str, before: &str) -> Option<&'static str> {
    let wants = |rule: Rule| wanted.contains(&rule);
    let only = |rule: Rule| wants(rule) && wanted.len() < 4;
    let digits = found.starts_with(|c: char| c.is_ascii_digit());
    let quote = found.starts_with('"');
    let clause = matches!(found, "then" | "unless" | "when" | "basis" | "on" | "}");
    let slips = [
        (only(Rule::date), "days are written `2026-03-01`"),
        (
            wants(Rule::kw_from) && digits,
            "write `from` before a first day: `in force from 2026-01-01`",
        ),
        (only(Rule::duration) && digits, "durations are written `24 hours`, `7 days`"),
        (only(Rule::string) && found == "-", "names have letters, digits and `_`"),
        (only(Rule::string) && found == "{", "it needs a title: `\"…\"`"),
        (only(Rule::string) && is_word(found), "put it in quotes: `\"…\"`"),
        (
            only(Rule::name) && is_word(found),
            "this word has a meaning of its own: choose another name",
        ),
        (only(Rule::code) && is_word(found), "the codes of places stand in capitals: `KZ`"),
        (
            only(Rule::colon) && found == "{",
            "say of what kind its entries are: `set NAME: domain { … }`",
        ),
        (
            wants(Rule::language) && !wants(Rule::comma) && quote,
            "say the language first: `en: \"…\"`",
        ),
        (wants(Rule::comma) && (is_word(found) || quote), "a `,` may be missing before it"),
        (
            wants(Rule::rparen) && (clause || found.is_empty()),
            "a bracket before it is not closed: add `)`",
        ),
        (wants(Rule::close) && found.is_empty(), "the item is not closed: add `}`"),
        (
            wants(Rule::kw_where) && before.ends_with(is_name),
            "a quantifier reads `any x in xs where (…)`",
        ),
        (
            wants(Rule::quantifier) && breaks_off(before),
            "a condition follows `and`, `or` and `not`: write it, or delete the word",
        ),
        (wants(Rule::kw_and) && is_word(found), "join two conditions with `and` or `or`"),
    ];
    slips.into_iter().find(|(slipped, _)| *slipped).map(|(_, help)| help)
}

fn breaks_off(before: &str) -> bool {
    let last = before.rsplit(|c| !is_name(c)).next();
    matches!(last, Some("and" | "or" | "not"))
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}
