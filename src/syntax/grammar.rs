//! The pest grammar, and what its rules are called in messages.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Location, Span};
use pest::error::{Error, ErrorVariant, InputLocation};

mod slip;

#[derive(Debug, pest_derive::Parser)]
#[grammar = "grammar/loci.pest"]
#[grammar = "grammar/words.pest"]
pub(super) struct LociGrammar;

/// A syntax error in our words. `text` is what pest read, `offset` where it starts in the file.
pub(super) fn diagnostic(error: &Error<Rule>, file: FileId, text: &str, offset: usize) -> Diagnostic {
    let start = match error.location {
        InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
    };
    let found = next_word(text.get(start..).unwrap_or(""));
    let byte = |at: usize| u32::try_from(offset + at).unwrap_or(u32::MAX);
    let at = Location { file, span: Span { start: byte(start), end: byte(start + found.len()) } };
    let positives = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => positives.as_slice(),
        ErrorVariant::CustomError { .. } => &[],
    };
    let message = if found.is_empty() {
        format!("{}, found the end", expected(positives))
    } else {
        format!("{}, found `{found}`", expected(positives))
    };
    slip::hint(Diagnostic::new(Code::Syntax, at, message), positives, text, start, found)
}

/// What a message marks: a word, a number, a string as far as its line, or one sign.
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

/// Rules that together are one thing to a reader, and what it is called. A set counts when one of its first two is there.
const KINDS: [(&[Rule], &str); 4] = [
    (
        &[
            Rule::chain, Rule::quantifier, Rule::path, Rule::at_least, Rule::at_least_head, Rule::spans, Rule::spans_head, Rule::call,
            Rule::call_head, Rule::group, Rule::list, Rule::instant, Rule::date, Rule::duration, Rule::number,
            Rule::string, Rule::name, Rule::conditional, Rule::kw_if, Rule::kw_true, Rule::kw_false, Rule::kw_any,
            Rule::kw_all, Rule::kw_no, Rule::kw_count, Rule::kw_not, Rule::negative, Rule::lparen, Rule::lbracket,
            Rule::expr, Rule::prefix, Rule::count, Rule::kw_at, Rule::kw_spans,
        ],
        "an expression",
    ),
    (
        &[
            Rule::kw_and, Rule::kw_or, Rule::coalesce, Rule::eq, Rule::ne, Rule::le, Rule::ge, Rule::lt, Rule::gt,
            Rule::bad_eq, Rule::bad_and, Rule::bad_or, Rule::not_in, Rule::kw_in, Rule::kw_contains, Rule::starts_with,
            Rule::ends_with, Rule::plus, Rule::minus, Rule::times, Rule::divide, Rule::mentions_test, Rule::kw_mentions,
            Rule::matches_test, Rule::kw_matches, Rule::is_missing, Rule::is_known, Rule::bad_not_mentions,
            Rule::kw_not, Rule::kw_starts, Rule::kw_ends, Rule::kw_is,
        ],
        "an operator",
    ),
    (
        &[
            Rule::kw_when, Rule::kw_basis, Rule::kw_category, Rule::kw_review, Rule::kw_mode, Rule::kw_unless,
            Rule::kw_on, Rule::kw_then, Rule::in_force_head,
        ],
        "a clause of the rule",
    ),
    (
        &[
            Rule::kw_binds, Rule::kw_status, Rule::kw_deadline, Rule::kw_verified, Rule::kw_unverified, Rule::kw_url,
            Rule::in_force_head,
        ],
        "a clause of the article",
    ),
];

/// `expected a name or `{``: every thing once, tokens last.
fn expected(positives: &[Rule]) -> String {
    let kinds = KINDS.iter().filter(|(rules, _)| rules.iter().take(2).any(|rule| positives.contains(rule)));
    let (mut names, covered): (Vec<_>, Vec<_>) = kinds.map(|(rules, name)| (*name, *rules)).unzip();
    let rest = positives.iter().filter(|rule| !covered.iter().any(|rules| rules.contains(rule)));
    names.extend(rest.map(|rule| describe(*rule)));
    names.sort_unstable_by_key(|name| (name.starts_with('`'), *name));
    names.dedup();
    match names.split_last() {
        Some((last, [])) => format!("expected {last}"),
        Some((last, rest)) => format!("expected {} or {last}", rest.join(", ")),
        None => "this cannot be read".to_owned(),
    }
}

/// What a reader of a message calls a grammar rule; tokens by their text in backticks. There is no wildcard arm: a new
/// rule does not compile until it has a name that people understand.
pub(super) fn describe(rule: Rule) -> &'static str {
    match rule {
        Rule::EOI => "the end",
        Rule::file => "a rule file",
        Rule::lone_item | Rule::item | Rule::bad_item | Rule::item_start => "an item",
        Rule::lone_expr | Rule::expr | Rule::chain | Rule::operand => "an expression",
        Rule::lone_record => "a record",
        Rule::jurisdiction_item => "a jurisdiction",
        Rule::zone_clause => "a time zone",
        Rule::use_item => "a use",
        Rule::bloc_item => "a bloc",
        Rule::member => "a member with `from` and its day",
        Rule::law_item => "a law",
        Rule::article => "an article",
        Rule::article_clause | Rule::rule_clause | Rule::action_clause => "a clause",
        Rule::url_clause => "an url",
        Rule::original_clause => "an original title",
        Rule::status_clause | Rule::status_in_force => "a status",
        Rule::binds_clause => "a `binds` clause",
        Rule::trigger => "a trigger",
        Rule::deadline_clause => "a deadline",
        Rule::clock => "a clock",
        Rule::verified_clause => "a day of verification",
        Rule::unverified_clause => "a reason why it is unverified",
        Rule::in_force => "an `in force` clause",
        Rule::in_force_head => "`in force`",
        Rule::from_date => "a first day",
        Rule::from_unknown => "an unknown first day",
        Rule::by_date => "a day of reading",
        Rule::until_date => "a last day",
        Rule::policy_item | Rule::by_policy => "a policy",
        Rule::office_item => "an office",
        Rule::languages_clause => "languages",
        Rule::terms_item => "a list of terms",
        Rule::term_group => "terms of a language, such as `en: \"word\"`",
        Rule::language => "a language code, such as `en`",
        Rule::phrase => "a phrase in quotes",
        Rule::gap => "a gap",
        Rule::some_gap | Rule::bad_gap => "a gap, such as `..5..`",
        Rule::set_item => "a set",
        Rule::set_file => "a file of entries",
        Rule::set_body => "entries",
        Rule::set_entry => "an entry",
        Rule::define_item => "a definition",
        Rule::params => "parameters",
        Rule::param => "a parameter",
        Rule::type_name => "a type",
        Rule::list_type => "a list type",
        Rule::map_type => "a map type",
        Rule::enum_type => "a type of words",
        Rule::rule_item => "a rule",
        Rule::exception_item => "an exception",
        Rule::basis_clause => "a legal basis",
        Rule::all_of => "`all of`",
        Rule::category_clause => "a category",
        Rule::review_clause => "a review date",
        Rule::mode_clause => "a mode",
        Rule::when_clause => "a `when` clause",
        Rule::unless_clause => "an `unless` clause",
        Rule::unknown_clause => "an `on unknown` clause",
        Rule::then_clause => "a `then` clause",
        Rule::act => "an action",
        Rule::to_arg => "a target after `to`",
        Rule::within_arg => "a time limit after `within`",
        Rule::for_arg => "a period after `for`",
        Rule::test_item | Rule::postfix => "a test",
        Rule::given_clause => "a record after `given`",
        Rule::place_clause => "a place",
        Rule::at_clause => "an instant",
        Rule::expect_clause
        | Rule::expectation
        | Rule::expect_not
        | Rule::expect_undetermined
        | Rule::expect_defeated
        | Rule::expect_act => "an expectation",
        Rule::due_arg => "an instant after `due`",
        Rule::by_path => "a rule after `by`",
        Rule::object => "a record in braces",
        Rule::pair => "a field with its value",
        Rule::key => "a field name",
        Rule::json => "a value",
        Rule::array | Rule::list => "a list in square brackets",
        Rule::record_item => "a record type",
        Rule::field => "a field",
        Rule::default => "a default",
        Rule::action_item => "an action type",
        Rule::level_clause => "a strictness",
        Rule::kw_obligation => "`obligation`",
        Rule::obligation_clause | Rule::scope_clause => "a clause of the action",
        Rule::takes_clause => "an argument of the action",
        Rule::kw_global => "`global`",
        Rule::dsa_clause => "a code of the DSA",
        Rule::conditional => "a conditional",
        Rule::else_if => "`else if`",
        Rule::prefix | Rule::kw_not => "`not`",
        Rule::infix => "an operator",
        Rule::not_in => "`not in`",
        Rule::starts_with => "`starts with`",
        Rule::ends_with => "`ends with`",
        Rule::is_missing => "an `is missing` test",
        Rule::is_known => "an `is known` test",
        Rule::mentions_test | Rule::bad_not_mentions => "a `mentions` test",
        Rule::matches_test => "a `matches` test",
        Rule::bad_regex | Rule::regex => "a regex, such as `r\"…\"`",
        Rule::pattern | Rule::pattern_operand => "a pattern",
        Rule::near => "a `near` clause",
        Rule::group => "an expression in brackets",
        Rule::quantifier => "a quantifier",
        Rule::at_least => "an `at least` test",
        Rule::at_least_head => "`at least`",
        Rule::spans => "a call of `spans`",
        Rule::spans_head => "`spans(`",
        Rule::call | Rule::call_head => "a function call",
        Rule::name => "a name",
        Rule::word => "a word",
        Rule::word_char => "a letter",
        Rule::path => "a name or field path",
        Rule::code => "the code of a place, such as `KZ`",
        Rule::reserved => "a keyword",
        Rule::string => "a string",
        Rule::number | Rule::literal_number | Rule::count => "a number",
        Rule::date => "a day, such as `2026-03-01`",
        Rule::instant => "an instant, such as `2026-03-01T12:00:00Z`",
        Rule::duration => "a duration, such as `24 hours`",
        Rule::unit => "a unit of time",
        Rule::open => "`{`",
        Rule::close => "`}`",
        Rule::lparen => "`(`",
        Rule::rparen => "`)`",
        Rule::lbracket => "`[`",
        Rule::rbracket => "`]`",
        Rule::comma => "`,`",
        Rule::colon => "`:`",
        Rule::equals => "`=`",
        Rule::bar => "`|`",
        Rule::optional => "`?`",
        Rule::eq | Rule::bad_eq => "`==`",
        Rule::ne => "`!=`",
        Rule::le => "`<=`",
        Rule::ge => "`>=`",
        Rule::lt => "`<`",
        Rule::gt => "`>`",
        Rule::plus => "`+`",
        Rule::minus | Rule::negative => "`-`",
        Rule::times => "`*`",
        Rule::divide => "`/`",
        Rule::coalesce => "`??`",
        Rule::bad_and | Rule::kw_and => "`and`",
        Rule::bad_or | Rule::kw_or => "`or`",
        Rule::kw_account => "`account`",
        Rule::kw_action => "`action`",
        Rule::kw_all => "`all`",
        Rule::kw_any => "`any`",
        Rule::kw_article => "`article`",
        Rule::kw_at => "`at`",
        Rule::kw_basis => "`basis`",
        Rule::kw_binds => "`binds`",
        Rule::kw_bloc => "`bloc`",
        Rule::kw_by => "`by`",
        Rule::kw_category => "`category`",
        Rule::kw_contains => "`contains`",
        Rule::kw_content => "`content`",
        Rule::kw_count => "`count`",
        Rule::kw_deadline => "`deadline`",
        Rule::kw_defeated => "`defeated`",
        Rule::kw_define => "`define`",
        Rule::kw_derived => "`derived`",
        Rule::kw_dsa => "`dsa`",
        Rule::kw_due => "`due`",
        Rule::kw_else => "`else`",
        Rule::kw_ends => "`ends`",
        Rule::kw_exact => "`exact`",
        Rule::kw_exception => "`exception`",
        Rule::kw_expect => "`expect`",
        Rule::kw_false => "`false`",
        Rule::kw_for => "`for`",
        Rule::kw_from => "`from`",
        Rule::kw_given => "`given`",
        Rule::kw_if => "`if`",
        Rule::kw_in => "`in`",
        Rule::kw_is => "`is`",
        Rule::kw_jurisdiction => "`jurisdiction`",
        Rule::kw_known => "`known`",
        Rule::kw_languages => "`languages`",
        Rule::kw_law => "`law`",
        Rule::kw_least => "`least`",
        Rule::kw_loose => "`loose`",
        Rule::kw_matches => "`matches`",
        Rule::kw_mentions => "`mentions`",
        Rule::kw_missing => "`missing`",
        Rule::kw_mode => "`mode`",
        Rule::kw_near => "`near`",
        Rule::kw_no => "`no`",
        Rule::kw_null => "`null`",
        Rule::kw_of => "`of`",
        Rule::kw_office => "`office`",
        Rule::kw_on => "`on`",
        Rule::kw_original => "`original`",
        Rule::kw_policy => "`policy`",
        Rule::kw_record => "`record`",
        Rule::kw_review => "`review`",
        Rule::kw_rule => "`rule`",
        Rule::kw_set => "`set`",
        Rule::kw_spans => "`spans`",
        Rule::kw_standing => "`standing`",
        Rule::kw_starts => "`starts`",
        Rule::kw_status => "`status`",
        Rule::kw_takes => "`takes`",
        Rule::kw_terms => "`terms`",
        Rule::kw_test => "`test`",
        Rule::kw_then => "`then`",
        Rule::kw_to => "`to`",
        Rule::kw_true => "`true`",
        Rule::kw_undetermined => "`undetermined`",
        Rule::kw_unknown => "`unknown`",
        Rule::kw_unless => "`unless`",
        Rule::kw_until => "`until`",
        Rule::kw_unverified => "`unverified`",
        Rule::kw_url => "`url`",
        Rule::kw_use => "`use`",
        Rule::kw_verified => "`verified`",
        Rule::kw_when => "`when`",
        Rule::kw_where => "`where`",
        Rule::kw_with => "`with`",
        Rule::kw_within => "`within`",
        Rule::kw_words => "`words`",
        Rule::kw_zone => "`zone`",
        Rule::blank | Rule::WHITESPACE => "a blank",
        Rule::COMMENT => "a comment",
    }
}
