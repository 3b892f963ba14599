//! Slips in counters and marks, and where conditions and actions name them.

use super::tokens::{Tokens, first_path, last_path, last_word, unquoted};
use super::{Mend, Rule, Slip, begins_clause_of};
use crate::base::time::Unit;
use crate::syntax::words::{Block, ItemWord};

/// Words that are no clauses of a counter, and the clause that is meant.
const CLAUSES: [(&str, &[&str]); 8] = [
    ("per", &["by", "for", "key", "keyed", "each", "group", "partition", "of"]),
    ("over", &["within", "in", "window", "during", "last", "past", "period", "interval", "ttl"]),
    ("since", &["from", "starting", "start", "begin", "begins", "after"]),
    ("distinct", &["unique", "different", "uniq"]),
    ("adds", &["weight", "weighs", "add", "sum", "increment", "points", "worth", "plus"]),
    ("lateness", &["late", "grace", "tolerance", "delay", "watermark"]),
    ("counts rules", &["count", "counting", "rules", "rule"]),
    ("when", &["if", "where", "filter", "condition"]),
];

/// What a rule does, and a counter does not.
const OF_RULES: [&str; 8] =
    ["then", "basis", "category", "severity", "says", "mode", "review", "on"];

impl Slip<'_> {
    pub(super) fn state(&self) -> Option<Mend> {
        match self.item_word() {
            Some(ItemWord::Counter) => self.head_of_counter().or_else(|| self.clause_of_counter()),
            Some(ItemWord::Mark) => self.in_mark(),
            Some(ItemWord::Rule | ItemWord::Exception | ItemWord::Define) => {
                self.mark_in_action().or_else(|| self.state_in_condition())
            }
            Some(ItemWord::Test) => self.in_test(),
            Some(
                ItemWord::Jurisdiction
                | ItemWord::Use
                | ItemWord::Law
                | ItemWord::Policy
                | ItemWord::Office
                | ItemWord::Terms
                | ItemWord::Pattern
                | ItemWord::Set
                | ItemWord::Register
                | ItemWord::Wording
                | ItemWord::Record
                | ItemWord::Action
                | ItemWord::Bloc,
            )
            | None => None,
        }
    }

    /// `counter posts per author.key over 1 day`, `counter posts = …`.
    fn head_of_counter(&self) -> Option<Mend> {
        if !self.wants(Rule::open) || self.before.contains('{') {
            return None;
        }
        let name = Tokens::of(self.before).nth(1)?.1;
        if begins_clause_of(Block::Counter, self.found) && !self.rest.contains('{') {
            let clauses = self.text.get(self.start..)?.trim_end();
            let help = format!("write the clauses in braces: `counter {name} {{ per … }}`");
            let range = self.start..self.start + clauses.len();
            return Some(Mend::say(help).edit(range, format!("{{ {clauses} }}")));
        }
        (self.found == "=").then(|| {
            Mend::say(format!(
                "a counter has clauses: `counter {name} {{ per author.key  over 90 days  since 2026-12-01  when … }}`"
            ))
        })
    }

    fn clause_of_counter(&self) -> Option<Mend> {
        if let Some(mend) = self.in_counts().or_else(|| self.in_per()) {
            return Some(mend);
        }
        if self.follows("over") || self.follows("lateness") {
            let after = self.next();
            let is_filler = self.is_one_of(&["last", "the", "past", "a", "one", "within"]);
            let is_number = after.starts_with(|c: char| c.is_ascii_digit());
            let word = last_word(self.before);
            return is_filler.then(|| {
                let help = format!("write a number and a unit: `{word} 30 days`");
                let mend = Mend::say(help);
                if is_number { mend.edit(self.start..self.position(after), "") } else { mend }
            });
        }
        if !self.wants(Rule::kw_per) && !self.wants(Rule::kw_over) {
            return None;
        }
        if OF_RULES.contains(&self.found) {
            return Some(Mend::say(format!(
                "a counter only counts: write `{}` in a rule that reads it, such as `when violations >= 3`",
                self.found
            )));
        }
        if matches!(self.found, "unless" | "except") {
            return Some(Mend::say(
                "a counter has no `unless`: write it after `when`, as in `when chat.public and not (chat.verified)`",
            ));
        }
        let is_meant = |words: &&(&str, &[&str])| self.is_one_of(words.1);
        let (meant, _) = CLAUSES.iter().find(is_meant)?;
        let second = self.next();
        let mut end = self.here().end;
        // `group by`, `count rules`, `each link in links`.
        let is_part =
            matches!((*meant, second), ("per", "by") | ("counts rules", "rules" | "rule"));
        if is_part {
            end = self.position(second) + second.len();
        }
        if self.found == "each" {
            let help = "write `per` before it: `per each link in links: link.host`";
            return Some(Mend::say(help).edit(self.start..self.start, "per "));
        }
        let help = match *meant {
            "per" => "write `per` before whom or what is counted separately",
            "over" => "write `over` before how long a message counts",
            "since" => "write `since` before the first day that counts",
            "distinct" => "write `distinct` before the value, to count each different value once",
            "adds" => "write `adds` before how much a message counts",
            "lateness" => "write `lateness` before how late a message may come in",
            "when" => "write `when` before the condition under which a message counts",
            _ => "write `counts rules` before the names of the rules",
        };
        Some(Mend::say(help).edit(self.start..end, *meant))
    }

    /// `per each link: link.host`, `per link in links: link.host`, `per chat.id platform`.
    fn in_per(&self) -> Option<Mend> {
        let example = "name the element and its list: `per each link in links: link.host`";
        if self.only(Rule::kw_in) {
            return Some(Mend::say(example));
        }
        if self.only(Rule::colon) {
            if self.found == "where" {
                return Some(Mend::say(
                    "write the condition after `when`: `when any link in links where (…)`; `per each` takes all elements",
                ));
            }
            let help = "write `:` after the list: `per each link in links: link.host`";
            let end = self.before.len();
            return Some(Mend::say(help).edit(end..end, ":"));
        }
        let clause = self.before.rsplit("per ").next().filter(|_| self.before.contains("per "))?;
        if self.found == ":" && self.wants(Rule::comma) && clause.contains(" in ") {
            let start = self.position(clause);
            let help = "write `each` before the name of the element: `per each link in links: …`";
            return Some(Mend::say(help).edit(start..start, "each "));
        }
        if self.found == ":" && self.follows("per") {
            let help = "delete the `:` after `per`";
            return Some(Mend::say(help).edit(self.with_blanks_before(), ""));
        }
        if !self.wants(Rule::comma) || !self.wants(Rule::kw_over) {
            return None;
        }
        if self.is_number() && begins_clause_of(Block::Counter, last_word(self.before)) {
            let word = last_word(self.before);
            let comma = self.before.trim_end_matches(word).trim_end();
            let help = format!("delete the `,` before `{word}`");
            return Some(Mend::say(help).edit(comma.len() - 1..comma.len(), ""));
        }
        let is_value = self.is_word()
            && matches!(self.next(), "." | "}" | "(")
                | begins_clause_of(Block::Counter, self.next());
        let is_clause = CLAUSES.iter().any(|(_, words)| self.is_one_of(words));
        (is_value && !is_clause && !OF_RULES.contains(&self.found)).then(|| {
            let end = self.before.len();
            Mend::say("write `,` between two values after `per`").edit(end..end, ",")
        })
    }

    /// `counts offer`, `counts rule offer`, `counts rules offer and other`.
    fn in_counts(&self) -> Option<Mend> {
        if self.only(Rule::kw_rules) {
            let rest = self.next();
            return Some(match self.found {
                "rule" => Mend::say("write `counts rules`, also before one rule")
                    .edit(self.here(), "rules"),
                "when" | "if" | "where" => {
                    Mend::say("delete `counts`: `when` says which messages count")
                        .edit(self.position(last_word(self.before))..self.start, "")
                }
                "messages" | "all" | "posts" => Mend::say(
                    "delete it: without `counts rules`, a counter counts the messages for which `when` is true",
                ),
                "upheld" => Mend::say(format!(
                    "write `upheld` after the rules: `counts rules {rest} upheld`"
                )),
                _ => Mend::say("write `rules` before the names of rules: `counts rules …`")
                    .edit(self.start..self.start, "rules "),
            });
        }
        if self.wants(Rule::kw_upheld) && self.wants(Rule::comma) {
            if matches!(self.found, "and" | "or" | "&" | "|") {
                return Some(
                    Mend::say("write `,` between two rules").edit(self.with_blanks_before(), ","),
                );
            }
            if self.is_one_of(&["if", "once", "confirmed", "reversed", "when", "not", "unless"]) {
                return Some(Mend::say(
                    "write `upheld` after the rules to count what a person has upheld; without it, what rules found counts until a person reverses it",
                ));
            }
        }
        if self.follows("upheld") && self.found == "by" {
            let end = self.here().end + self.rest.find(self.next())? + self.next().len();
            let help = "delete it: only a person can uphold what a rule found";
            return Some(Mend::say(help).edit(self.before.len()..end, ""));
        }
        None
    }

    /// `mark warned author "…"`, `mark warned "…" on author`, `mark warned { on author }`.
    fn in_mark(&self) -> Option<Mend> {
        let name = Tokens::of(self.before).nth(1).map_or("NAME", |(_, token)| token);
        if self.only(Rule::kw_on) {
            if matches!(self.found, "author" | "chat" | "message") && name == "on" {
                return Some(Mend::say(format!(
                    "write the name first: `mark NAME on {}`",
                    self.found
                )));
            }
            if matches!(self.found, "author" | "chat" | "message") {
                let help = format!("write `on` before it: `mark {name} on {}`", self.found);
                return Some(Mend::say(help).edit(self.start..self.start, "on "));
            }
            if matches!(self.found, "to" | "for" | "of" | ":" | "=" | "per") {
                let help =
                    format!("write `on` instead of `{}`: `mark {name} on author`", self.found);
                return Some(Mend::say(help).edit(self.start..self.here().end, "on"));
            }
            return Some(Mend::say(format!(
                "say what is marked, right after the name: `mark {name} on author`, `on chat` or `on message`"
            )));
        }
        if self.wants(Rule::string) && !self.is_string() && self.before.contains(" on ") {
            let help = match self.found {
                "or" | "and" | "," => {
                    "a mark is on one of them: declare another mark for the other"
                }
                "." => "write `author`, `chat` or `message` alone",
                _ => {
                    "delete what follows: the rule says how long, as in `then mark warned for 30 days`"
                }
            };
            return Some(Mend::say(help));
        }
        None
    }

    /// `then mark as warned`, `then mark author warned`, `then clear mark warned`, `then unmark warned`.
    fn mark_in_action(&self) -> Option<Mend> {
        let before = self.before;
        if self.only(Rule::count) || self.only(Rule::duration) {
            let is_end = self.follows("for") && self.is_one_of(&["ever", "always", "good"]);
            return is_end.then(|| {
                Mend::say("delete `for`: without a period, a mark stays until a rule clears it")
            });
        }
        let second = self.second_last_word();
        let act = if matches!(second, "mark" | "clear") { second } else { last_word(before) };
        if self.only(Rule::kw_unknown)
            && self.follows("on")
            && Tokens::of(before).any(|(_, word)| matches!(word, "mark" | "clear"))
        {
            let target = self.found;
            let start = before.len() - "on".len();
            return matches!(target, "author" | "chat" | "message").then(|| {
                Mend::say(format!("delete `on {target}`: the mark itself says what it is on")).edit(
                    before.get(..start).map_or(start, |text| text.trim_end().len())
                        ..self.here().end,
                    "",
                )
            });
        }
        if !self.wants(Rule::kw_within) {
            return None;
        }
        if let Some(name) = unquoted(self.found)
            && matches!(act, "mark" | "clear")
        {
            let help = format!("write the name of the mark without quotes: `{act} {name}`");
            let mend = Mend::say(help);
            let is_name = crate::syntax::is_name(name);
            return Some(if is_name { mend.edit(self.here(), name) } else { mend });
        }
        if matches!(self.found, ":" | "(") && matches!(last_word(before), "mark" | "clear") {
            return Some(Mend::say(format!("write the name of the mark alone: `{act} warned`")));
        }
        let is_filler =
            |word: &str| matches!(word, "as" | "mark" | "author" | "chat" | "message" | "the");
        if matches!(second, "mark" | "clear") && is_filler(last_word(before)) {
            let filler = last_word(before);
            let start = self.position(filler);
            if self.found == "as" {
                let name = Some(self.next()).filter(|name| !name.is_empty())?;
                let end = self.position(name);
                return Some(
                    Mend::say(format!(
                        "write the name of the mark after `{second}`: `{second} {name}`"
                    ))
                    .edit(start..end, ""),
                );
            }
            let help =
                format!("write the name of the mark after `{second}`: `{second} {}`", self.found);
            return Some(Mend::say(help).edit(start..self.start, ""));
        }
        let (word, meant) = (last_word(before), self.found);
        let is_name = self.is_word() && !super::is_keyword(meant);
        if matches!(word, "unmark" | "unset" | "reset" | "unflag") && is_name {
            let help = format!("write `clear` to take a mark away: `clear {meant}`");
            return Some(
                Mend::say(help)
                    .edit(self.position(word)..self.position(word) + word.len(), "clear"),
            );
        }
        if matches!(word, "set" | "marks" | "marked" | "flag") && is_name {
            let help = format!("write `mark` to set a mark: `mark {meant}`");
            return Some(
                Mend::say(help).edit(self.position(word)..self.position(word) + word.len(), "mark"),
            );
        }
        (word == "remove" && meant == "mark").then(|| {
            let start = self.position(word);
            let help = format!("write `clear` to take a mark away: `clear {}`", self.next());
            Mend::say(help).edit(start..self.here().end, "clear")
        })
    }

    /// `count violations >= 3`, `violations per author.key`, `violations in 24 hours`, `warned is not set`.
    fn state_in_condition(&self) -> Option<Mend> {
        let name = last_path(self.before);
        if self.only(Rule::kw_in)
            && matches!(self.found, ">" | ">=" | "<" | "<=" | "==" | "reaches")
            && self.second_last_word() == "count"
        {
            let start = self.position(self.second_last_word());
            let help = format!("write the counter alone: `{name} {} …`", self.found);
            return Some(Mend::say(help).edit(start..self.position(name), ""));
        }
        if self.wants(Rule::kw_set) {
            return self.after_is_of_mark();
        }
        let is_name = !name.is_empty() && !super::is_keyword(name);
        if self.found == "[" && self.wants(Rule::kw_and) && is_name {
            let help = format!("write the key of a counter right after its name: `{name}[…]`");
            return Some(Mend::say(help).edit(self.before.len()..self.start, ""));
        }
        self.in_other_order().or_else(|| self.after_value())
    }

    /// `at least 3 violations`, `3 violations`, `is set warned`, `has warned`.
    fn in_other_order(&self) -> Option<Mend> {
        let (found, last) = (self.found, last_word(self.before));
        let is_count = !last.is_empty() && last.bytes().all(|byte| byte.is_ascii_digit());
        let is_name = self.is_word() && !super::is_keyword(found);
        let written = format!("{found} >= {last}");
        if self.only(Rule::kw_of) && is_name && is_count {
            let help = format!("compare the number: `{written}`");
            return Some(Mend::say(help).edit(self.before.rfind("at")?..self.here().end, written));
        }
        if found == "is" && self.wants_operand() && self.next() == "set" {
            let mark = Tokens::of(self.rest).nth(1).map_or("warned", |(_, token)| token);
            return Some(Mend::say(format!("write the mark first: `{mark} is set`")));
        }
        if !self.wants(Rule::kw_and) || self.wants(Rule::comma) || !is_name {
            return None;
        }
        let is_unit = Unit::ALL.iter().any(|unit| found.starts_with(unit.word()));
        let start = self.before.len() - last.len();
        let before = Tokens::of(self.before.get(..start)?).last().map_or("", |(_, token)| token);
        let begins_operand = matches!(before, "when" | "unless" | "and" | "or" | "not" | "(");
        if is_count && !is_unit && begins_operand {
            let help = format!("compare the number: `{written}`");
            return Some(Mend::say(help).edit(start..self.here().end, written));
        }
        matches!(last, "has" | "mark" | "marked" | "is_marked").then(|| {
            let written = format!("{found} is set");
            let help = format!("write `{written}`");
            Mend::say(help).edit(self.position(last)..self.here().end, written)
        })
    }

    /// `violations per author.key`, `warned was set`, `warned since 2026-03-01`, `warned is set for 30 days`.
    fn after_value(&self) -> Option<Mend> {
        let name = last_path(self.before);
        if self.only(Rule::kw_unknown) && self.follows("on") && self.found == "author" {
            return Some(Mend::say(
                "delete `on author`: the mark itself says what it is on; ask whether it `is set`",
            ));
        }
        if !self.wants(Rule::kw_and) || name.is_empty() {
            return None;
        }
        if self.found == "for" && self.follows("set") && self.second_last_word() == "is" {
            return Some(Mend::say("compare since when it is set: `at >= warned.since + 30 days`"));
        }
        if self.found == "per" {
            return Some(Mend::say(format!(
                "the counter says per what it counts; for another key, write it in brackets: `{name}[{}]`",
                first_path(self.rest.trim_start())
            )));
        }
        let next = self.next();
        let is_verb = matches!(self.found, "was" | "has" | "is_set" | "set");
        if is_verb && matches!(next, "set" | "been" | "then" | "and" | "or" | "}" | ")") {
            let end =
                if next == "set" { self.position(next) + next.len() } else { self.here().end };
            let help = format!("write `{name} is set`");
            return Some(Mend::say(help).edit(self.start..end, "is set"));
        }
        if self.found == "since" && next.starts_with(|c: char| c.is_ascii_digit()) {
            let day = self.rest.split_whitespace().next().unwrap_or_default();
            let help = format!("write a dot before `since`, and compare: `{name}.since >= {day}`");
            return Some(Mend::say(help));
        }
        None
    }

    /// `warned is not set`, `warned is unset`, `author is warned`.
    fn after_is_of_mark(&self) -> Option<Mend> {
        let is_start = self.before.len().checked_sub("is".len())?;
        let value = last_path(self.before.get(..is_start)?.trim_end());
        if self.found == "not" && self.next() == "set" {
            let end = self.position(self.next()) + "set".len();
            let written = format!("not ({value} is set)");
            let help = format!("write `{written}`");
            return Some(Mend::say(help).edit(self.position(value)..end, written));
        }
        if self.is_one_of(&["unset", "cleared", "off", "clear"]) {
            let written = format!("not ({value} is set)");
            let help = format!("write `{written}`");
            return Some(Mend::say(help).edit(self.position(value)..self.here().end, written));
        }
        self.is_one_of(&["marked", "on", "raised", "active"])
            .then(|| Mend::say(format!("write `{value} is set`")).edit(self.here(), "set"))
    }
}
