//! The parser that pest generates from the grammar, and the messages for its syntax errors.

use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use pest::error::{Error, ErrorVariant, InputLocation};

mod names;
mod slip;

pub(super) use names::{RuleName, rule_name};

#[derive(Debug, pest_derive::Parser)]
#[grammar = "grammar/loci.pest"]
#[grammar = "grammar/words.pest"]
pub(super) struct LociGrammar;

/// The diagnostic for a syntax error. `text` is the text that pest read, and `offset` its position in the file.
pub(super) fn diagnostic(
    error: &Error<Rule>,
    file: FileId,
    text: &str,
    offset: usize,
) -> Diagnostic {
    let start = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let found = next_word(text.get(start..).unwrap_or(""));
    let at = Location { file, span: Span::of(offset + start..offset + start + found.len()) };
    let positives = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        ErrorVariant::CustomError { .. } => &[],
    };
    let message = if found.is_empty() {
        format!("{}, found the end of the text", expected(positives))
    } else {
        format!("{}, found `{found}`", expected(positives))
    };
    slip::hint(Diagnostic::new(Code::Syntax, at, message), positives, text, start, found)
}

/// The word that a message marks: a word, a number, a string up to the end of its line, or one character.
pub(super) fn next_word(text: &str) -> &str {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let end = match text.chars().next() {
        Some('"') => text.get(1..).and_then(|rest| rest.find(['"', '\n'])).map_or(1, |at| at + 2),
        Some(c) if is_word(c) => text.find(|c| !is_word(c)).unwrap_or(text.len()),
        Some(c) if !c.is_whitespace() => c.len_utf8(),
        _ => 0,
    };
    text.get(..end).unwrap_or(text).trim_end()
}

/// Groups of rules that a message combines under one name. A group is used if one of its first two rules was expected.
const GROUPS: [(&[Rule], &str); 4] = [
    (
        &[
            Rule::chain,
            Rule::quantifier,
            Rule::path,
            Rule::at_least,
            Rule::at_least_head,
            Rule::spans,
            Rule::spans_head,
            Rule::call,
            Rule::call_head,
            Rule::group,
            Rule::list,
            Rule::instant,
            Rule::date,
            Rule::duration,
            Rule::number,
            Rule::string,
            Rule::name,
            Rule::conditional,
            Rule::kw_if,
            Rule::kw_true,
            Rule::kw_false,
            Rule::kw_any,
            Rule::kw_all,
            Rule::kw_no,
            Rule::kw_count,
            Rule::kw_not,
            Rule::negative,
            Rule::lparen,
            Rule::lbracket,
            Rule::expr,
            Rule::prefix,
            Rule::count,
            Rule::kw_at,
            Rule::kw_spans,
        ],
        "a condition or value",
    ),
    (
        &[
            Rule::kw_and,
            Rule::kw_or,
            Rule::coalesce,
            Rule::eq,
            Rule::ne,
            Rule::le,
            Rule::ge,
            Rule::lt,
            Rule::gt,
            Rule::bad_eq,
            Rule::bad_and,
            Rule::bad_or,
            Rule::not_in,
            Rule::kw_in,
            Rule::kw_contains,
            Rule::starts_with,
            Rule::ends_with,
            Rule::plus,
            Rule::minus,
            Rule::times,
            Rule::divide,
            Rule::mentions_test,
            Rule::kw_mentions,
            Rule::matches_test,
            Rule::kw_matches,
            Rule::is_missing,
            Rule::is_known,
            Rule::bad_not_mentions,
            Rule::kw_not,
            Rule::kw_starts,
            Rule::kw_ends,
            Rule::kw_is,
        ],
        "an operator",
    ),
    (
        &[
            Rule::kw_when,
            Rule::kw_basis,
            Rule::kw_category,
            Rule::kw_review,
            Rule::kw_mode,
            Rule::kw_unless,
            Rule::kw_on,
            Rule::kw_then,
            Rule::in_force_head,
        ],
        "a clause of the rule",
    ),
    (
        &[
            Rule::kw_binds,
            Rule::kw_status,
            Rule::kw_deadline,
            Rule::kw_pauses,
            Rule::kw_demands,
            Rule::kw_verified,
            Rule::kw_unverified,
            Rule::kw_url,
            Rule::in_force_head,
        ],
        "a clause of the article",
    ),
];

/// The start of a message, such as ``expected a name or `{` ``. Each name occurs once. Tokens come last.
fn expected(positives: &[Rule]) -> String {
    let groups = GROUPS
        .iter()
        .filter(|(rules, _)| rules.iter().take(2).any(|rule| positives.contains(rule)));
    let (mut names, covered): (Vec<_>, Vec<_>) =
        groups.map(|(rules, name)| (RuleName::Thing(name), *rules)).unzip();
    let rest = positives.iter().filter(|rule| !covered.iter().any(|rules| rules.contains(rule)));
    names.extend(rest.map(|rule| rule_name(*rule)));
    names.sort_unstable();
    names.dedup();
    match names.split_last() {
        Some((last, [])) => format!("expected {last}"),
        Some((last, rest)) => {
            let rest: Vec<_> = rest.iter().map(RuleName::to_string).collect();
            format!("expected {} or {last}", rest.join(", "))
        }
        None => "this cannot be read".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{GROUPS, Rule, rule_name};
    use crate::syntax::words::tests::{Grammar, Names};

    /// If a group lacked an operator or clause, messages would list that word next to the name of the group.
    #[test]
    fn each_group_has_all_its_rules() {
        let grammar = Grammar::read();
        let [expressions, operators, in_rules, in_articles] = GROUPS.map(|(rules, _)| rules);
        let missing = |wanted: Names, rules: &[Rule], name: fn(Rule) -> String| {
            let known: Names = rules.iter().map(|rule| name(*rule)).collect();
            wanted.difference(&known).cloned().collect::<Vec<_>>()
        };
        for (rules, members) in
            [(expressions, &["expr", "prefix", "operand"][..]), (operators, &["infix", "postfix"])]
        {
            let name = |rule| format!("{rule:?}");
            assert_eq!(missing(grammar.beginnings(members), rules, name), [""; 0]);
        }
        // Messages name a clause by its first word.
        for (rules, clause) in [(in_rules, "rule_clause"), (in_articles, "article_clause")] {
            let word = |rule| rule_name(rule).token().unwrap_or_default().to_owned();
            assert_eq!(missing(grammar.starts(&[clause]), rules, word), [""; 0]);
        }
    }
}
