//! Words of other languages and of plain English, with the words of this language that stand for them.

use super::tokens::{Tokens, last_path, last_word, unquoted, up_to};
use super::{Mend, Rule, Slip, begins_clause, rule_name};
use crate::syntax::words::ItemWord;

/// First words of items.
const ITEMS: &[(ItemWord, &[&str])] = &[
    (ItemWord::Use, &["import", "include", "require", "load", "using", "from"]),
    (
        ItemWord::Define,
        &[
            "def",
            "let",
            "const",
            "var",
            "fn",
            "func",
            "function",
            "macro",
            "condition",
            "definition",
        ],
    ),
    (ItemWord::Rule, &["detection", "rules", "norm"]),
    (ItemWord::Exception, &["except", "exemption"]),
    (ItemWord::Test, &["case", "scenario", "example", "describe", "it"]),
    (
        ItemWord::Set,
        &["list", "lookup", "table", "blocklist", "denylist", "allowlist", "whitelist"],
    ),
    (
        ItemWord::Terms,
        &["words", "keywords", "phrases", "dictionary", "lexicon", "term", "vocabulary"],
    ),
    (ItemWord::Pattern, &["regex", "regexp", "re"]),
    (ItemWord::Law, &["statute", "act", "regulation", "directive", "legislation", "code"]),
    (ItemWord::Jurisdiction, &["country", "place", "region", "state"]),
    (ItemWord::Policy, &["guideline", "standard"]),
    (ItemWord::Office, &["authority", "team", "desk", "department"]),
    (ItemWord::Record, &["extend", "type", "struct", "class", "interface", "schema"]),
];

/// The first word of an item that a foreign word stands for.
pub(in crate::syntax::grammar) fn item(word: &str) -> Option<ItemWord> {
    let is_meant = |(_, words): &&(ItemWord, &[&str])| {
        words.iter().any(|other| word.eq_ignore_ascii_case(other))
    };
    ITEMS.iter().find(is_meant).map(|(item, _)| *item)
}

/// Where a keyword was expected: the words that people write for it, and the help.
const KEYWORDS: &[(Rule, &[&str], &str)] = &[
    (
        Rule::kw_when,
        &[
            "if",
            "where",
            "given",
            "condition",
            "conditions",
            "provided",
            "detection",
            "selection",
            "whenever",
        ],
        "write `when` before a condition",
    ),
    (
        Rule::kw_then,
        &["action", "actions", "do", "outcome", "outcomes", "effect", "measure", "consequence"],
        "write `then` before the actions",
    ),
    (
        Rule::kw_unless,
        &["except", "excepting", "excluding", "without"],
        "write `unless` before a condition under which the rule does not apply",
    ),
    (
        Rule::kw_basis,
        &[
            "law",
            "policy",
            "article",
            "cites",
            "legal",
            "per",
            "source",
            "reference",
            "references",
            "grounds",
        ],
        "write `basis` before the article or policy that the rule rests on",
    ),
    (
        Rule::kw_severity,
        &["level", "priority", "risk"],
        "write `severity low`, `medium`, `high` or `critical`",
    ),
    (
        Rule::kw_until,
        &["to", "till", "through", "thru"],
        "write `until` before the first day or instant at which it no longer holds",
    ),
    (
        Rule::kw_to,
        &["for", "from", "of", "on", "lifts", "against", "overrides"],
        "write `to` before the rules that the exception lifts",
    ),
    (Rule::kw_zone, &["timezone", "time_zone", "tz"], "write `zone` before the time zone"),
    (Rule::kw_holidays, &["closed", "feasts"], "write `holidays` before the days"),
    (
        Rule::kw_languages,
        &["lang", "langs", "speaks"],
        "write `languages` before the codes of the languages",
    ),
    (
        Rule::kw_binds,
        &["obliges", "addresses", "obligates"],
        "write `binds` before whom the article binds",
    ),
    (
        Rule::kw_deadline,
        &["within", "limit", "term"],
        "write `deadline` before the time limit of an article",
    ),
    (
        Rule::kw_verified,
        &["checked", "reviewed"],
        "write `verified` before the day on which a person read the text of the law",
    ),
    (
        Rule::in_force_head,
        &["effective", "valid", "applicable"],
        "write `in force` before `from` and the first day",
    ),
    (
        Rule::kw_url,
        &["link", "href", "website", "uri"],
        "write `url` before the address of the text",
    ),
    (
        Rule::kw_article,
        &["art", "section", "sec", "paragraph", "par", "para", "provision", "chapter", "clause"],
        "write `article` before its name and its number",
    ),
    (
        Rule::kw_given,
        &["record", "input", "message", "with"],
        "write `given` before the record of the test",
    ),
    (
        Rule::kw_expect,
        &["then", "assert", "should", "outcome", "result"],
        "write `expect` before the expected outcome",
    ),
    (
        Rule::kw_at,
        &["on", "date", "time", "when", "now"],
        "write `at` before the instant of the decision",
    ),
    (Rule::kw_cases, &["examples", "table"], "write `cases` before the braces with the cases"),
    (Rule::kw_else, &["otherwise"], "write `else` before the other value"),
    (
        Rule::kw_in,
        &["of", "from", "within"],
        "write `in` before the list: `any link in links where (…)`",
    ),
    (
        Rule::kw_where,
        &["if", "with", "having", "when", "that", "such", "whose"],
        "write `where` before the condition on the element, in brackets: `any link in links where (…)`",
    ),
];

/// The help where `says` stands for an operator.
pub(super) const SAYS_IS_NO_SEARCH: &str =
    "`says` names a wording; to search a text, write `mentions`";

/// Operators in words.
const OPERATORS: &[(&str, &[&str])] = &[
    (">=", &["gte", "ge", "greater than or equal to", "at least"]),
    ("<=", &["lte", "le", "less than or equal to", "at most"]),
    (">", &["gt", "greater than", "more than", "larger than", "exceeds", "above", "over", "after"]),
    ("<", &["lt", "less than", "fewer than", "smaller than", "below", "under", "before"]),
    ("!=", &["neq", "ne", "not equal to", "not equal", "differs from"]),
    ("==", &["eq", "equals", "equal to", "equal", "same as"]),
    ("contains", &["includes", "include", "including", "containing", "has"]),
    ("mentions", &["mentioning"]),
    ("starts with", &["startswith", "starts_with", "begins with", "beginning with", "hasprefix"]),
    ("ends with", &["endswith", "ends_with", "ending with", "hassuffix"]),
    ("matches", &["rlike", "regexp", "regex", "similar to", "matching"]),
    ("in", &["among", "one of", "any of", "isin", "is_in"]),
    ("is missing", &["isnull", "is_null"]),
    ("is known", &["exists", "isnotnull", "notnull"]),
    ("and", &["but"]),
    ("+", &["plus"]),
    ("-", &["minus"]),
    ("*", &["times", "multiplied by"]),
    ("/", &["divided by"]),
];

/// The operator that the words at the start of a text stand for, and their length.
pub(super) fn operator(text: &str) -> Option<(&'static str, usize)> {
    let length = |words: &str| {
        let mut tokens = Tokens::of(text);
        words.split(' ').try_fold(0, |_, word| {
            let (at, token) = tokens.next()?;
            token.eq_ignore_ascii_case(word).then_some(at + token.len())
        })
    };
    let rows =
        OPERATORS.iter().flat_map(|(ours, words)| words.iter().map(move |words| (*ours, words)));
    rows.filter_map(|(ours, words)| Some((ours, length(words)?))).max_by_key(|(_, length)| *length)
}

/// Quantifiers of other languages.
const QUANTIFIERS: &[(&str, &[&str])] = &[
    ("any", &["exists", "some", "exist", "for", "has", "either"]),
    ("all", &["every", "each", "forall", "foreach"]),
    ("no", &["none", "without", "neither"]),
];

impl Slip<'_> {
    /// `exists link in links where (…)`: the quantifier was read as a field.
    pub(super) fn quantifier(&self) -> Option<Mend> {
        let word = last_word(self.before);
        let is_meant = |(_, words): &&(&str, &[&str])| {
            words.iter().any(|other| word.eq_ignore_ascii_case(other))
        };
        let (ours, _) = QUANTIFIERS.iter().find(is_meant)?;
        let names_element = self.wants(Rule::kw_and) && self.is_word() && self.next() == "in";
        let help = format!("write `{ours}` instead of `{word}`: `{ours} {} in …`", self.found);
        let start = self.before.len() - word.len();
        names_element.then(|| Mend::say(help).edit(start..self.before.len(), *ours))
    }

    pub(super) fn foreign_word(&self) -> Option<Mend> {
        if self.wants(Rule::kw_and)
            && let Some(mend) = self.foreign_operator()
        {
            return Some(mend);
        }
        let is_meant = |(rule, words, _): &&(Rule, &[&str], &str)| {
            // After a whole operand, these words are no operators.
            let can_stand_here = !self.wants(Rule::kw_and)
                || ![Rule::kw_when, Rule::kw_in, Rule::kw_where].contains(rule);
            self.wants(*rule) && can_stand_here && self.is_one_of(words)
        };
        if self.wants(Rule::kw_else) && self.is_one_of(&["elif", "elsif", "elseif"]) {
            return Some(Mend::say("write `else if`").edit(self.here(), "else if"));
        }
        let (rule, _, help) = KEYWORDS.iter().find(is_meant)?;
        // `when:`, `art.`
        let sign =
            usize::from(self.rest.starts_with([':', '.']) && rule_name(*rule).word().is_some());
        let range = self.start..self.here().end + sign;
        Some(Mend::say(*help).edit(range, rule_name(*rule).token()?))
    }

    fn foreign_operator(&self) -> Option<Mend> {
        let text = self.text.get(self.start..)?;
        match self.found.to_ascii_lowercase().as_str() {
            "between" => return self.between(),
            "like" | "ilike" => return self.like(),
            "else" | "otherwise" if !self.wants(Rule::kw_else) => {
                return Some(Mend::say(
                    "a rule has no `else`: write a second rule with the opposite condition, such as `when not (…)`",
                ));
            }
            "ago" => return self.ago(),
            "says" if self.wants(Rule::kw_and) && self.next().starts_with('"') => {
                return Some(Mend::say(SAYS_IS_NO_SEARCH).edit(self.here(), "mentions"));
            }
            "within" => return self.within_last(),
            "mod" | "modulo" => {
                return Some(Mend::say("delete it: there is no remainder of a division"));
            }
            "if" | "where" | "when" | "provided" => return self.condition_after_condition(),
            "xor" => {
                let help =
                    "write out that one holds without the other: `(A and not B) or (B and not A)`";
                return Some(Mend::say(help));
            }
            _ => {}
        }
        let (ours, length) = operator(text)?;
        let help = format!("write `{ours}` instead of `{}`", text.get(..length)?);
        Some(Mend::say(help).edit(self.start..self.start + length, ours))
    }

    /// `chat.scam where chat.public`, `5 if chat.public else 3`.
    fn condition_after_condition(&self) -> Option<Mend> {
        if Tokens::of(up_to(self.rest, begins_clause)).any(|(_, token)| token == "else") {
            return Some(Mend::say("write the condition first: `if A then B else C`"));
        }
        let help = format!("join two conditions with `and`, not `{}`", self.found);
        Some(Mend::say(help).edit(self.here(), "and"))
    }

    /// `sent_at within last 7 days`.
    fn within_last(&self) -> Option<Mend> {
        let is_filler = |token: &str| matches!(token, "last" | "the" | "past");
        let mut tokens = Tokens::of(self.rest).skip_while(|(_, token)| is_filler(token));
        let ((_, number), (at, unit)) = (tokens.next()?, tokens.next()?);
        let is_number = number.bytes().all(|byte| byte.is_ascii_digit());
        let written = format!("> at - {number} {unit}");
        let help = format!(
            "compare with the instant of the decision: `{} {written}`",
            last_path(self.before)
        );
        let range = self.start..self.here().end + at + unit.len();
        is_number.then(|| Mend::say(help).edit(range, written))
    }

    /// `sent_at > 7 days ago`.
    fn ago(&self) -> Option<Mend> {
        let unit = last_word(self.before);
        let number = self.second_last_word();
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        let before = self.text.get(..self.position(number)).unwrap_or_default().trim_end();
        if !is_number || before.ends_with('-') {
            let help = "delete `ago`: `at - 7 days` is 7 days before the decision";
            return Some(Mend::say(help).edit(self.with_blanks_before(), ""));
        }
        let written = format!("at - {number} {unit}");
        let help = format!("write `{written}` for {number} {unit} before the decision");
        Some(Mend::say(help).edit(self.position(number)..self.here().end, written))
    }

    /// `chat.members between 100 and 1_000`.
    fn between(&self) -> Option<Mend> {
        let value = last_path(self.before);
        let is_and = |token: &str, _: &str| token == "and";
        let low = up_to(self.rest, is_and);
        let after = self.rest.get(low.len()..).unwrap_or_default().trim_start();
        let ends = |token: &str, rest: &str| {
            matches!(token, "and" | "or" | "," | ")" | "}") || begins_clause(token, rest)
        };
        let high = after.strip_prefix("and").map_or("", |rest| up_to(rest, ends));
        let (low_value, high_value) = (low.trim(), high.trim());
        if value.is_empty() || low_value.is_empty() || high_value.is_empty() {
            return Some(Mend::say(
                "write both limits: `chat.members >= 100 and chat.members <= 1_000`",
            ));
        }
        let written = format!("({value} >= {low_value} and {value} <= {high_value})");
        let start = self.before.len() - value.len();
        let mend = Mend::say(format!("write both limits: `{written}`"));
        let sign = self.text.get(..start).and_then(|text| Tokens::of(text).last());
        // The value is only a part of what is compared.
        let is_part = sign.is_some_and(|(_, sign)| matches!(sign, "+" | "-" | "*" | "/" | "?"));
        let range = start..self.position(high) + high.len();
        Some(if is_part { mend } else { mend.edit(range, written) })
    }

    /// `text like "%quick loan%"`.
    fn like(&self) -> Option<Mend> {
        let (at, token) = Tokens::of(self.rest).next()?;
        let Some(sought) = unquoted(token) else {
            return Some(Mend::say(
                "write `mentions \"…\"` to find words, `contains \"…\"` to find letters",
            ));
        };
        let sought = sought.trim_matches('%');
        let help = format!(
            "write `mentions \"{sought}\"` to find words, or `contains \"{sought}\"` to find letters as they are"
        );
        let range = self.start..self.here().end + at + token.len();
        Some(Mend::say(help).edit(range, format!("mentions \"{sought}\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::super::is_keyword;
    use super::{ITEMS, KEYWORDS, OPERATORS, item, operator};
    use crate::syntax::grammar::rule_name;
    use crate::syntax::words::ItemWord;
    use std::collections::BTreeSet;

    /// A word with two meanings would always get the help of the first.
    #[test]
    fn each_word_has_one_meaning() {
        let items: Vec<_> = ITEMS.iter().flat_map(|(_, words)| *words).collect();
        assert_eq!(items.iter().collect::<BTreeSet<_>>().len(), items.len());
        for (ours, words) in ITEMS {
            assert!(words.iter().all(|word| item(word) == Some(*ours)), "{words:?}");
            assert!(words.iter().all(|word| ItemWord::of(word).is_none()), "{words:?}");
        }
        for (ours, words) in OPERATORS {
            let is_meant = |word: &&str| operator(word) == Some((*ours, word.len()));
            assert!(words.iter().all(is_meant), "{words:?}");
            // `over` and `before` begin clauses of other items. After a value in a rule, they can only mean `>` and `<`.
            let is_ours = |word: &&str| is_keyword(word) && !["over", "before"].contains(word);
            assert!(!words.iter().any(is_ours), "{words:?}");
        }
        for (rule, words, _) in KEYWORDS {
            let ours = rule_name(*rule).token();
            assert!(words.iter().all(|word| Some(*word) != ours), "{words:?}");
        }
    }
}
