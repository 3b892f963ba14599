//! Slips in conditions.

use super::foreign;
use super::tokens::{
    Tokens, elements, first_path, in_brackets, last_path, last_word, open_brackets, unquoted, up_to,
};
use super::{Mend, Rule, Slip, begins_clause, first, is_keyword};
use crate::diagnostic::foreign::{is_nothing, part_of_instant};

impl Slip<'_> {
    pub(super) fn condition(&self) -> Option<Mend> {
        self.part_of_instant()
            .or_else(|| self.aggregate())
            .or_else(|| self.element_condition())
            .or_else(|| self.quantifier_as_function())
            .or_else(|| self.number_of())
            .or_else(|| self.points())
            .or_else(|| self.unnamed_elements())
            .or_else(|| self.phrase_without_quotes())
            .or_else(|| self.index())
            .or_else(|| self.list_in_brackets())
            .or_else(|| self.after_is())
            .or_else(|| self.after_not())
            .or_else(|| self.without_else())
            .or_else(|| self.nothing_before_in())
            .or_else(|| self.operand())
    }

    /// `at.hour >= 22`.
    fn part_of_instant(&self) -> Option<Mend> {
        let is_member = self.found == "."
            && self.follows("at")
            && self.before.len() == self.start
            && self.wants(Rule::kw_and);
        let name = first_path(self.rest).split('.').next().unwrap_or_default();
        is_member.then(|| {
            Mend::say(part_of_instant(name, "at").unwrap_or_else(|| {
                "`at` has no fields: compare it with an instant: `at >= 2026-03-01T22:00:00Z`"
                    .to_owned()
            }))
            .about(
                self.start - "at".len()..self.position(name) + name.len(),
                format!("`at` is an instant, which has no `{name}`"),
            )
        })
    }

    /// The text from `found` to the end of the condition.
    fn rest_of_condition(&self) -> &str {
        let text = self.text.get(self.start..).unwrap_or_default();
        up_to(text, begins_clause)
    }

    /// `"casino" within 5 words of "bonus"`, `"casino" near "bonus"`.
    pub(super) fn distance(&self) -> Option<Mend> {
        if self.wants(Rule::kw_near)
            && self.is_one_of(&["within", "before", "after", "followed", "around"])
            && (self.next().starts_with('"') || self.next() == "by" || self.counts_words())
        {
            let help = "write `\"casino\" near \"bonus\" (5 words)` for either order, or `\"casino\" ..5.. \"bonus\"` for this order";
            let tokens: Vec<_> = Tokens::of(self.rest).take(4).collect();
            let edit = match tokens.as_slice() {
                [(_, number), (_, "word" | "words"), (_, "of"), (at, other)]
                    if self.found == "within" && unquoted(other).is_some() =>
                {
                    let range = self.start..self.here().end + at + other.len();
                    Some((range, format!("near {other} ({number} words)")))
                }
                _ => None,
            };
            return Some(Mend::say(help).maybe_edit(edit));
        }
        let after_near =
            self.wants(Rule::lparen) && self.wants(Rule::bad_gap) && !self.wants(Rule::kw_and);
        let other = Tokens::of(self.before).last().map_or("\"…\"", |(_, token)| token);
        after_near.then(|| {
            Mend::say(format!("say how many words may lie between them: `near {other} (5 words)`"))
        })
    }

    /// Whether a number of words follows.
    fn counts_words(&self) -> bool {
        Tokens::of(self.rest).nth(1).is_some_and(|(_, token)| token.starts_with("word"))
    }

    /// `sum(m.size for m in media)`, `count distinct link.host in links`.
    fn aggregate(&self) -> Option<Mend> {
        if self.found == "for"
            && let Some(at) = opening_of_last(self.before)
            && self.before.get(..at).map(last_word) == Some("sum")
        {
            let help = "write a blank before the bracket: `sum (m.size) for m in media`";
            return Some(Mend::say(help).edit(at..at, " "));
        }
        if self.found == "for" && self.wants(Rule::rparen) {
            return self.comprehension();
        }
        if !self.only(Rule::kw_for) || self.follows("pauses") {
            return None;
        }
        if matches!(self.found, "+" | "-" | "*" | "/" | "?") {
            return Some(Mend::say(
                "put a calculated value in brackets: `sum (m.size * 2) for m in media`",
            ));
        }
        let path = last_path(self.before);
        let name = path.split('.').next().unwrap_or_default();
        if self.found == "in" && path.contains('.') {
            let list = first_path(self.rest.trim_start());
            let help = format!("name the elements with `for`: `{path} for {name} in {list}`");
            return Some(Mend::say(help).edit(self.start..self.start, format!("for {name} ")));
        }
        Some(Mend::say(
            "name the elements with `for`: `sum m.size for m in media`, `count distinct link.host for link in links`",
        ))
    }

    /// `sum(m.size for m in media)`.
    fn comprehension(&self) -> Option<Mend> {
        let (open, _) = open_brackets(self.before).pop().filter(|(_, bracket)| *bracket == "(")?;
        let function = self.text.get(..open).map(last_word)?;
        let inside = self.text.get(open..).and_then(in_brackets)?;
        match function {
            "sum" => {
                let written = format!("sum {}", inside.trim());
                let range = open - function.len()..open + inside.len() + 2;
                Some(
                    Mend::say(format!("write it without brackets: `{written}`"))
                        .edit(range, written),
                )
            }
            "any" | "all" | "no" | "count" | "len" | "length" => Some(Mend::say(
                "name the elements first, and write the condition after `where`: `any link in links where (…)`, `count link in links where (…)`",
            )),
            _ => None,
        }
    }

    /// `any link in links: link.host == "…"`.
    fn element_condition(&self) -> Option<Mend> {
        if self.only(Rule::lparen) && self.follows("where") {
            let body = self.rest_of_condition();
            let help = "put the condition in brackets: `where (…)`";
            let end = self.start + body.len();
            let is_closed =
                self.text.get(end..).is_some_and(|rest| rest.trim_start().starts_with(')'))
                    && open_brackets(self.before).iter().all(|(_, open)| *open != "(");
            let edit = if is_closed {
                Some((self.start..self.start, "(".to_owned()))
            } else {
                (!body.is_empty()).then(|| (self.start..end, format!("({body})")))
            };
            return Some(Mend::say(help).maybe_edit(edit));
        }
        if !self.wants(Rule::kw_where) || self.wants(Rule::kw_and) {
            return None;
        }
        if self.counts() && self.found != ":" && self.found != "(" {
            return Some(Mend::say(
                "to count all elements write `length(links)`; to count some, `count link in links where (…)`",
            ));
        }
        let help = "write the condition after `where`, in brackets: `any link in links where (…)`";
        let edit = match self.found {
            "(" => Some((self.start..self.start, "where ".to_owned())),
            ":" | "|" => {
                let body = self.rest.get(..self.rest_of_condition().len().saturating_sub(1));
                body.map(|body| {
                    let range = self.before.len()..self.here().end + body.len();
                    (range, format!(" where ({})", body.trim()))
                })
            }
            _ => None,
        };
        Some(Mend::say(help).maybe_edit(edit))
    }

    /// Whether the quantifier that ends at this place is a `count`: `count link in links`.
    fn counts(&self) -> bool {
        let words = self.before.rsplit(|c: char| c.is_whitespace() || c == '(');
        words.filter(|word| !word.is_empty()).nth(3) == Some("count")
    }

    /// `count(links)`, `any(links)`.
    fn quantifier_as_function(&self) -> Option<Mend> {
        let word = last_word(self.before);
        if !self.only(Rule::name) || self.found != "(" {
            return None;
        }
        let inside = self.text.get(self.start..).and_then(in_brackets).unwrap_or_default();
        match word {
            "count" => {
                let is_path = !inside.is_empty() && first_path(inside) == inside;
                let list = if is_path { inside } else { "links" };
                let help = format!(
                    "write `length({list})` for all elements; `count link in links where (…)` counts some of them"
                );
                let start = self.before.len() - word.len();
                let edit = is_path.then(|| (start..self.before.len(), "length".to_owned()));
                Some(Mend::say(help).maybe_edit(edit))
            }
            "any" | "all" | "no" => {
                let help = "name the elements of a list: `any link in links where (…)`; conditions are joined with `and` and `or`";
                let start = self.before.len() - word.len();
                let end = self.start + inside.len() + 2;
                let edit = for_elements(word, inside).map(|written| (start..end, written));
                Some(Mend::say(help).maybe_edit(edit))
            }
            _ => None,
        }
    }

    /// `at least 2 (…)`, `2 of (…)`, `at most 2 of (…)`.
    fn number_of(&self) -> Option<Mend> {
        if self.only(Rule::kw_of) && self.found == "(" {
            return Some(
                Mend::say("write `of` before the bracket: `at least 2 of (…)`")
                    .edit(self.start..self.start, "of "),
            );
        }
        let number = last_word(self.before);
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if self.found == "of" && is_number && self.wants(Rule::kw_and) && self.next() == "(" {
            let start = self.before.len() - number.len();
            let help = format!("write `at least {number} of (…)`");
            return Some(Mend::say(help).edit(start..start, "at least "));
        }
        let most = Tokens::of(self.rest).next().and_then(|(_, token)| token.parse::<u32>().ok());
        (self.found == "most" && self.wants(Rule::kw_least)).then(|| {
            let least = most.map_or(3, |most| most.saturating_add(1));
            Mend::say(format!("write `not at least {least} of (…)`"))
        })
    }

    /// `any of links where (…)`, `any links where (…)`.
    fn unnamed_elements(&self) -> Option<Mend> {
        if self.only(Rule::kw_in) && self.found == "where" {
            let list = last_word(self.before);
            let element = list.strip_suffix('s').unwrap_or("element");
            let start = self.before.len() - list.len();
            let help =
                format!("name the elements of the list: `{element} in {list} where ({element}.…)`");
            return Some(Mend::say(help).edit(start..start, format!("{element} in ")));
        }
        if self.only(Rule::kw_in)
            && self.is_word()
            && !is_keyword(self.found)
            && !self.follows("of")
        {
            let help = format!("write `in` before the list: `in {}`", self.found);
            return Some(Mend::say(help).edit(self.start..self.start, "in "));
        }
        if self.follows("in") && self.found == "[" && self.wants(Rule::kw_spans) {
            return Some(Mend::say(
                "name a list of the message after `in`, and test its elements: `all link in links where (link.host in [\"a.example\"])`",
            ));
        }
        if !self.only(Rule::kw_in) || !self.follows("of") {
            return None;
        }
        let list = self.found;
        let element = list.strip_suffix('s').unwrap_or("element");
        let help = format!("name the elements of the list: `{element} in {list} where (…)`");
        let range = self.before.len() - "of".len()..self.before.len();
        Some(Mend::say(help).edit(range, format!("{element} in")))
    }

    /// `text mentions quick loan`.
    fn phrase_without_quotes(&self) -> Option<Mend> {
        if !self.wants(Rule::kw_and) || !self.is_word() || is_keyword(self.found) {
            return None;
        }
        let word = last_word(self.before);
        let before_word = self.before.strip_suffix(word)?.trim_end();
        if before_word.ends_with("matches") {
            return Some(Mend::say(
                "write the name of one pattern, or the regex: `matches r\"…\"`",
            ));
        }
        if !before_word.ends_with("mentions") || word.is_empty() {
            return None;
        }
        let start = self.before.len() - word.len();
        let text = self.text.get(start..)?;
        let ends = |token: &str, rest: &str| is_keyword(token) || begins_clause(token, rest);
        let phrase = up_to(text, ends);
        let written = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
        let help = format!("put the phrase in quotes: `mentions \"{written}\"`");
        Some(Mend::say(help).edit(start..start + phrase.len(), format!("\"{written}\"")))
    }

    /// `score (5 * chat.scam, …)`, `score [5 when chat.scam]`.
    fn points(&self) -> Option<Mend> {
        if self.only(Rule::kw_when) && self.found == "*" {
            return Some(
                Mend::say("write `when` between the points and the condition: `5 when chat.scam`")
                    .edit(self.here(), "when"),
            );
        }
        let is_score = self.follows("score") && (self.found == "[" || self.is_number());
        is_score.then(|| {
            Mend::say("write the points in round brackets: `score (5 when chat.scam, 3 when chat.public) >= 5`")
        })
    }

    /// `links[0].host`, `labels["fraud"].score`, `text[0:5]`. A counter has a key in such brackets, and nothing after it.
    fn index(&self) -> Option<Mend> {
        let is_member = self.found == "." && self.before.ends_with(']');
        let open = if is_member {
            self.before.rfind('[')?
        } else if self.found == ":" && self.wants(Rule::rbracket) {
            open_brackets(self.before).last().filter(|(_, bracket)| *bracket == "[")?.0
        } else {
            return None;
        };
        let before = self.text.get(..open)?;
        let path = last_path(before);
        if path.is_empty() || !before.ends_with(path) || is_keyword(path) {
            return None;
        }
        let inside = in_brackets(self.text.get(open..)?).unwrap_or_default();
        if let Some(key) = unquoted(inside).filter(|key| crate::syntax::is_name(key)) {
            let help = format!("write the key after a dot: `{path}.{key}`");
            return Some(Mend::say(help).edit(open..open + inside.len() + 2, format!(".{key}")));
        }
        let last = last_word(path);
        let element = last.strip_suffix('s').filter(|one| !one.is_empty()).unwrap_or("element");
        Some(Mend::say(format!(
            "a list has no positions: ask about its elements: `any {element} in {path} where (…)`"
        )))
    }

    /// `chat.type in ("group", "channel")`, `chat.type in { … }`.
    fn list_in_brackets(&self) -> Option<Mend> {
        if self.found == ","
            && self.wants(Rule::kw_and)
            && !self.wants(Rule::comma)
            && !self.wants(Rule::rparen)
        {
            return self.list_without_brackets();
        }
        let open = if self.found == "{" && self.follows("in") {
            self.start
        } else if self.found == "," && self.wants(Rule::rparen) {
            open_brackets(self.before).last().filter(|(_, bracket)| *bracket == "(")?.0
        } else {
            return None;
        };
        if self.text.get(..open).map(|text| last_word(text.trim_end())) != Some("in") {
            return first(&[(
                true,
                "join conditions with `and` or `or`; a list stands in square brackets: `[\"a\", \"b\"]`",
            )]);
        }
        let inside = self.text.get(open..).and_then(in_brackets)?;
        let list = format!("[{}]", elements(inside).join(", "));
        let help = format!("write a list in square brackets: `{list}`");
        Some(Mend::say(help).edit(open..open + inside.len() + 2, list))
    }

    /// `chat.type in "group", "channel"`, `chat.public, chat.scam`.
    fn list_without_brackets(&self) -> Option<Mend> {
        let tokens: Vec<_> = Tokens::of(self.before).collect();
        if let [.., (at, "in"), _] = tokens.as_slice() {
            let start = at + "in".len();
            let ends = |token: &str, rest: &str| is_keyword(token) || begins_clause(token, rest);
            let list = up_to(self.text.get(start..)?, ends);
            let written = format!("[{}]", elements(list).join(", "));
            let help = format!("write a list in square brackets: `{written}`");
            return Some(Mend::say(help).edit(start..start + list.len(), format!(" {written}")));
        }
        let help = "join two conditions with `and` or `or`, not `,`";
        Some(Mend::say(help).edit(self.with_blanks_before(), " and"))
    }

    /// What people write after `is`.
    fn after_is(&self) -> Option<Mend> {
        if !self.wants(Rule::kw_known) {
            return None;
        }
        let text = self.text.get(self.start..)?;
        let mut tokens = Tokens::of(text);
        let (_, first_token) = tokens.next()?;
        let second = tokens.next();
        let means_missing = |word: &str| word.eq_ignore_ascii_case("missing") || is_nothing(word);
        if means_missing(first_token) {
            return Some(Mend::say("write `is missing`").edit(self.here(), "missing"));
        }
        let is_start = self.before.len() - "is".len();
        let value = self.before.get(..is_start).map_or("", |text| last_path(text.trim_end()));
        let (is_not, truth) = match second {
            Some(second) if first_token == "not" => (true, second),
            _ => (false, (0, first_token)),
        };
        if matches!(truth.1, "true" | "false") && !value.is_empty() {
            let holds = (truth.1 == "true") != is_not;
            let written = if holds { value.to_owned() } else { format!("not {value}") };
            let range = self.position(value)..self.start + truth.0 + truth.1.len();
            return Some(
                Mend::say(format!("write the condition alone: `{written}`")).edit(range, written),
            );
        }
        if first_token == "not" {
            let help = "write `is known`, or put `not` before the condition: `not (reply is none)`";
            let edit = match second {
                Some((at, word)) if means_missing(word) => {
                    Some((self.start..self.start + at + word.len(), "known"))
                }
                Some((at, "known")) => Some((self.start..self.start + at + 5, "missing")),
                Some((_, value)) if value.starts_with(|c: char| c == '"' || c.is_ascii_digit()) => {
                    Some((is_start..self.here().end, "!="))
                }
                Some((_, "in")) => Some((is_start..self.here().end, "not")),
                _ => None,
            };
            return Some(
                Mend::say(help).maybe_edit(edit.map(|(range, text)| (range, text.to_owned()))),
            );
        }
        if let Some((operator, length)) = foreign::operator(text) {
            let help = format!("write `{operator}` instead of `is {}`", text.get(..length)?);
            return Some(Mend::say(help).edit(is_start..self.start + length, operator));
        }
        if first_token == "in" {
            return Some(
                Mend::say("delete `is`: write `chat.type in [\"a\", \"b\"]`")
                    .edit(is_start..self.start, ""),
            );
        }
        if self.is_string() || self.is_number() || self.found == "[" {
            let help = format!("compare with `==`: `== {}`", self.found);
            return Some(Mend::say(help).edit(is_start..self.before.len(), "=="));
        }
        first(&[
            (
                matches!(self.found, "true" | "false"),
                "write the condition alone: `chat.public` or `not chat.public`",
            ),
            (
                self.is_one_of(&["empty", "blank"]),
                "write `length(links) == 0` for an empty list, `== \"\"` for an empty text, and `is missing` for a value that the record does not have",
            ),
            (
                true,
                "`is` asks only whether a value is known; write a condition alone (`chat.public`), and compare other values with `==`",
            ),
        ])
    }

    /// `text not contains "x"`, `chat.title not == "x"`.
    fn after_not(&self) -> Option<Mend> {
        let is_negated_operator =
            self.follows("not") && self.wants(Rule::kw_mentions) && !self.wants(Rule::kw_and);
        if !is_negated_operator {
            return None;
        }
        let not = self.before.len() - "not".len();
        if matches!(self.found, "=" | "equals" | "equal") {
            let end = self.text.get(self.start..)?.trim_start_matches('=');
            let end = if self.found == "=" { self.position(end) } else { self.here().end };
            return Some(Mend::say("write `!=`").edit(not..end, "!="));
        }
        let value = last_path(self.before.get(..not)?.trim_end());
        let text = self.text.get(self.start..)?;
        let (operator, length) = foreign::operator(text).unwrap_or((self.found, self.found.len()));
        let after = text.get(length..)?;
        let (at, sought) = Tokens::of(after).next()?;
        if value.is_empty() {
            return Some(Mend::say(
                "write `not` before the whole condition, in brackets: `not (text mentions \"…\")`",
            ));
        }
        let help = format!("write `not` before the condition: `not ({value} {operator} …)`");
        let is_whole = unquoted(sought).is_some() || sought.starts_with("r\"");
        let edit = is_whole.then(|| {
            let start = self.position(value);
            let end = self.start + length + at + sought.len();
            (start..end, format!("not ({value} {operator} {sought})"))
        });
        Some(Mend::say(help).maybe_edit(edit))
    }

    /// `when if chat.public then text mentions "quick loan"  then review`.
    fn without_else(&self) -> Option<Mend> {
        let ends = self.found == "}" || self.found == ")" || begins_clause(self.found, self.rest);
        (self.wants(Rule::kw_else) && ends).then(|| {
            Mend::say(
                "an `if` in a value needs `else`; to ask for two things at once, write `chat.public and text mentions \"…\"`",
            )
        })
    }

    /// `any link in links where (not in licensed)`.
    fn nothing_before_in(&self) -> Option<Mend> {
        if !self.wants_operand() || self.found != "in" {
            return None;
        }
        let list = match in_brackets(self.rest.trim_start()) {
            Some(inside) => format!("[{inside}]"),
            None => first_path(self.rest.trim_start()).to_owned(),
        };
        let (not, start) = match self.before.strip_suffix("not") {
            Some(before) if self.follows("not") => ("not ", before.len()),
            _ => ("", self.start),
        };
        let Some(sought) = self.element() else {
            return Some(Mend::say(format!(
                "write what is looked for before `{not}in`: `any link in links where (link.host {not}in {list})`"
            )));
        };
        let help = format!("write what is looked for: `{sought} {not}in {list}`");
        Some(Mend::say(help).edit(start..self.here().end, format!("{sought} {not}in")))
    }

    /// What can be looked up of each element, in the brackets after `where`: `link.host`.
    fn element(&self) -> Option<String> {
        let (open, _) = open_brackets(self.before).pop().filter(|(_, bracket)| *bracket == "(")?;
        let head = self.text.get(..open)?.trim_end().strip_suffix("where")?.trim_end();
        let list = last_path(head);
        let name = last_word(head.strip_suffix(list)?.trim_end().strip_suffix("in")?.trim_end());
        let field = match list {
            "links" => ".host",
            "wallets" => ".address",
            _ => "",
        };
        (!name.is_empty()).then(|| format!("{name}{field}"))
    }

    /// A missing operand, and words that are not operators.
    fn operand(&self) -> Option<Mend> {
        let follows = |word| self.wants_operand() && self.follows(word);
        if self.wants_operand() && matches!(self.found, "mentions" | "matches" | "contains") {
            let help = format!("write what is searched before `{0}`: `text {0} …`", self.found);
            return Some(Mend::say(help).edit(self.start..self.start, "text "));
        }
        let is_operator = matches!(
            self.found,
            "and" | "or" | "=" | ">" | "<" | "!" | "*" | "+" | ")" | "]" | ","
        );
        let follows_connective = ["and", "or", "not"].iter().any(|word| self.follows(word));
        if self.wants_operand()
            && !follows_connective
            && (is_operator || begins_clause(self.found, self.rest))
        {
            return Some(Mend::say(format!("write a condition or value before `{}`", self.found)));
        }
        first(&[
            (
                self.wants_operand() && self.found == ".",
                "write a name before the dot: `chat.title`",
            ),
            (
                self.found == "does" || self.found == "doesn",
                "write `not` before the condition: `not (text mentions \"…\")`",
            ),
            (follows("and"), "write a condition after `and`, or delete `and`"),
            (follows("or"), "write a condition after `or`, or delete `or`"),
            (follows("not"), "write a condition after `not`, or delete `not`"),
            (
                self.wants_operand() && matches!(self.found, "$" | "@"),
                "write the name alone, without a sign before it",
            ),
            (
                self.wants_operand() && self.found == "{",
                "write conditions in round brackets, `(…)`, and lists in square ones, `[…]`",
            ),
            (self.wants_operand() && self.found == "<", "write a value before the operator"),
        ])
    }
}

/// Whether a text ends in the path with which a condition begins, such as `when sent_at`.
pub(super) fn ends_in_first_path(text: &str) -> bool {
    let path = last_path(text);
    let before = text.strip_suffix(path).unwrap_or_default().trim_end();
    !path.is_empty()
        && (before.ends_with('(')
            || matches!(last_word(before), "when" | "unless" | "and" | "or" | "not"))
}

/// The position of the `(` that matches the `)` at the end of a text.
fn opening_of_last(text: &str) -> Option<usize> {
    let inside = text.strip_suffix(')')?;
    open_brackets(inside).pop().filter(|(_, bracket)| *bracket == "(").map(|(at, _)| at)
}

/// `any link in links where (…)` for `any(… for link in links)`.
fn for_elements(word: &str, inside: &str) -> Option<String> {
    let (condition, after) = inside.split_once(" for ")?;
    let (name, list) = after.split_once(" in ")?;
    let is_list = first_path(list.trim()) == list.trim();
    let written = format!("{word} {} in {} where ({})", name.trim(), list.trim(), condition.trim());
    is_list.then_some(written)
}
