//! The parser that pest generates from the grammar, and the messages for its syntax errors.

use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::is_name_character;
use pest::error::{Error, ErrorVariant, InputLocation};

mod names;
mod slip;
mod top;

pub(super) use names::{RuleName, rule_name};
pub(super) use slip::{Others, day_in_text};
pub(super) use top::{meant, no_item};

#[derive(Debug, pest_derive::Parser)]
#[grammar = "grammar/loci.pest"]
#[grammar = "grammar/words.pest"]
pub(super) struct LociGrammar;

/// The diagnostic for a syntax error. `text` is the text that pest read, and `offset` its position in the file, which
/// also declares `others`.
pub(super) fn diagnostic(
    error: &Error<Rule>,
    file: FileId,
    text: &str,
    offset: usize,
    others: &Others<'_>,
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
    let error = Diagnostic::new(Code::Syntax, at, message);
    slip::hint(error, positives, text, (start, found), others)
}

/// The word that a message marks: a word, a number, a string up to the end of its line, or one character.
pub(super) fn next_word(text: &str) -> &str {
    let end = match text.chars().next() {
        Some('"') => text.get(1..).and_then(|rest| rest.find(['"', '\n'])).map_or(1, |at| at + 2),
        Some(c) if is_name_character(c) => {
            text.find(|c| !is_name_character(c)).unwrap_or(text.len())
        }
        Some(c) if !c.is_whitespace() => c.len_utf8(),
        _ => 0,
    };
    text.get(..end).unwrap_or(text).trim_end()
}

macro_rules! groups {
    ($($name:literal: $($rule:ident)+;)+) => { [$((&[$(Rule::$rule),+], $name)),+] };
}

/// Groups of rules that a message combines under one name. A group is used if one of its first two rules was expected.
const GROUPS: [(&[Rule], &str); 5] = groups! {
    "a condition or value":
        chain quantifier path aggregate count_distinct sum_head kw_sum score kw_score at_least at_least_head bad_operand regex
        spans spans_head call call_head keyed keyed_head group list
        instant date duration number string name conditional kw_if kw_true kw_false kw_any kw_all
        kw_no kw_count kw_not subdivision negative lparen lbracket expr prefix count kw_at kw_spans;
    "an operator":
        kw_and kw_or coalesce eq ne le ge lt gt bad_eq bad_and bad_or not_in kw_in kw_contains
        starts_with ends_with plus minus times divide mentions_test kw_mentions matches_test
        kw_matches reaches_test kw_reaches is_missing is_known is_none is_set lbracket bad_not_mentions kw_not kw_starts kw_ends kw_is;
    "a clause of the rule":
        kw_basis kw_category kw_when kw_severity kw_says kw_review kw_mode kw_unless kw_on kw_then in_force_head;
    "a clause of the article":
        kw_binds kw_status kw_deadline kw_pauses kw_judged kw_demands kw_verified kw_unverified kw_url
        in_force_head;
    "a clause of the counter":
        kw_per kw_over kw_since kw_when kw_counts kw_distinct kw_adds kw_lateness;
};

/// The start of a message, such as ``expected a name or `{` ``. It lists each name once, and tokens last.
fn expected(positives: &[Rule]) -> String {
    let groups = GROUPS
        .iter()
        .filter(|(rules, _)| rules.iter().take(2).any(|rule| positives.contains(rule)));
    let (mut names, covered): (Vec<_>, Vec<_>) =
        groups.map(|(rules, name)| (RuleName::Thing(name), *rules)).unzip();
    // Few actions take `author` or `chat`, and these words would be the first in the list for every action. Few rules have
    // keywords.
    let is_listed = |rule: &Rule| {
        !matches!(rule, Rule::account_word | Rule::mark_action | Rule::mark_arg | Rule::keywords)
            && !covered.iter().any(|rules| rules.contains(rule))
    };
    let rest = positives.iter().filter(|rule| is_listed(rule));
    names.extend(rest.map(|rule| rule_name(*rule)));
    names.sort_unstable();
    names.dedup();
    let names: Vec<_> = names.iter().map(RuleName::to_string).collect();
    if names.is_empty() {
        "this cannot be read".to_owned()
    } else {
        format!("expected {}", either(&names))
    }
}

/// `a, b or c`.
fn either(words: &[String]) -> String {
    match words.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => words.concat(),
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
        let [expressions, operators, in_rules, in_articles, in_counters] =
            GROUPS.map(|(rules, _)| rules);
        let missing = |wanted: Names, rules: &[Rule], name: fn(Rule) -> String| {
            let known: Names = rules.iter().map(|rule| name(*rule)).collect();
            wanted.difference(&known).cloned().collect::<Vec<_>>()
        };
        for (rules, members) in
            [(expressions, &["expr", "prefix", "operand"][..]), (operators, &["infix", "postfix"])]
        {
            let name = |rule| format!("{rule:?}");
            assert_eq!(missing(grammar.first_rules(members), rules, name), [""; 0]);
        }
        // Messages name a clause by its first word.
        for (rules, clause) in [
            (in_rules, "rule_clause"),
            (in_articles, "article_clause"),
            (in_counters, "counter_clause"),
        ] {
            let word = |rule| rule_name(rule).token().unwrap_or_default().to_owned();
            assert_eq!(missing(grammar.first_tokens(&[clause]), rules, word), [""; 0]);
        }
    }
}
