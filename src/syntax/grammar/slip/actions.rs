//! Slips in the actions of rules and in the expectations of tests.

use super::conditions::ends_in_first_path;
use super::items::name_of;
use super::tokens::{Tokens, first_path, last_path, last_word, unquoted};
use super::{Mend, Rule, Slip, begins_clause, first, is_keyword};

/// What is missing from a time limit in other words.
const LIMIT: &str = "write `within`, and the policy that sets the limit";

/// The actions that are done at once: none of them has a time limit.
const OUTCOMES: [&str; 7] =
    ["label", "age_restrict", "limit", "demote", "restrict", "remove", "suspend"];

impl Slip<'_> {
    pub(super) fn action(&self) -> Option<Mend> {
        if matches!(self.found, "[" | "{" | "(") && (self.follows("then") || self.follows("expect"))
        {
            return Some(Mend::say(
                "write actions without brackets, with `,` between them: `then label, review`",
            ));
        }
        let is_order =
            self.only(Rule::kw_unknown) && self.found == "unanswered" && self.follows("on");
        if is_order {
            return Some(Mend::say("write `on unanswered` in the `jurisdiction` item"));
        }
        if self.only(Rule::kw_unknown)
            && self.is_one_of(&["missing", "error", "null", "none", "undetermined"])
        {
            return Some(Mend::say("write `on unknown`").edit(self.here(), "unknown"));
        }
        if self.wants(Rule::kw_on)
            && self.is_one_of(&["if", "when"])
            && matches!(self.next(), "unknown" | "missing")
        {
            let end = self.here().end
                + self.rest.find(self.next()).unwrap_or_default()
                + self.next().len();
            return Some(
                Mend::say("write `on unknown` before the actions")
                    .edit(self.start..end, "on unknown"),
            );
        }
        if self.only(Rule::kw_unknown) && self.is_word() && self.follows("on") {
            let help = format!("write `on unknown {}`", self.found);
            return Some(Mend::say(help).edit(self.start..self.start, "unknown "));
        }
        if self.only(Rule::kw_policy) && self.is_word() {
            let help = format!("write `policy` before its name: `by policy {}`", self.found);
            return Some(Mend::say(help).edit(self.start..self.start, "policy "));
        }
        if self.only(Rule::act) && self.follows("then") && !self.is_word() {
            return Some(Mend::say(
                "write an action after `then`, such as `label`, `restrict` or `escalate to paris`",
            ));
        }
        if self.wants(Rule::kw_within) {
            return self.in_then();
        }
        // `when sent_at within 24 hours` compares.
        let is_operator =
            self.found == "within" && self.wants(Rule::kw_and) && ends_in_first_path(self.before);
        let is_time = matches!(self.found, "within" | "until" | "for")
            && !is_operator
            && self.next().starts_with(|c: char| c.is_ascii_digit());
        if self.wants(Rule::kw_then) && is_time {
            return Some(Mend::say(format!(
                "write `{}` after the action: `escalate to paris within 24 hours by policy NAME`, `restrict for 30 days`",
                self.found
            )));
        }
        if self.wants(Rule::expectation) && matches!(self.found, "no" | "not") {
            return Some(Mend::say(
                "write `none` for no outcome of the content, or `not NAME` for a rule that does not fire",
            ));
        }
        self.expectation()
    }

    /// After an action of a rule.
    fn in_then(&self) -> Option<Mend> {
        if matches!(self.found, "and" | "&" | "plus" | "+" | "also") {
            let help = format!("write `,` between two actions, not `{}`", self.found);
            return Some(Mend::say(help).edit(self.with_blanks_before(), ","));
        }
        if let Some(mend) = self.limit_in_words() {
            return Some(mend);
        }
        let is_number = self.next().starts_with(|c: char| c.is_ascii_digit());
        if self.is_one_of(&["in", "after", "before", "by"]) && is_number {
            return Some(self.limit_of_policy());
        }
        let place = self.next();
        if self.found == "in"
            && place.len() == 2
            && place.bytes().all(|byte| byte.is_ascii_uppercase())
        {
            let help = format!(
                "delete `in {place}`: the rules of a file act in the place of the file alone"
            );
            let end = self.here().end + self.rest.find(place).unwrap_or_default() + place.len();
            return Some(Mend::say(help).edit(self.before.len()..end, ""));
        }
        if self.is_number() {
            let unit = self.next();
            if Tokens::of(self.rest).nth(1).is_some_and(|(_, token)| token == "by") {
                let help =
                    format!("write `within` before a time limit: `within {} {unit}`", self.found);
                return Some(Mend::say(help).edit(self.start..self.start, "within "));
            }
            let help = format!("write `for` before a period: `for {} {unit}`", self.found);
            return Some(Mend::say(help).edit(self.start..self.start, "for "));
        }
        self.account().or_else(|| self.argument())
    }

    /// `escalate to paris in 24 hours`.
    fn limit_of_policy(&self) -> Mend {
        let period = period_at_start(self.rest);
        let after = self.rest.get(period.len()..).unwrap_or_default();
        if let [(_, "by"), (_, "policy"), (_, policy)] =
            &*Tokens::of(after).take(3).collect::<Vec<_>>()
        {
            let help = format!("write `within`: `within {} by policy {policy}`", period.trim());
            return Mend::say(help).edit(self.here(), "within");
        }
        self.within(period, self.others.policy())
    }

    /// `review by ads due 24 hours`, `review due 24 hours`.
    fn limit_in_words(&self) -> Option<Mend> {
        let after = self.rest.trim_start();
        let named = (self.found == "by").then(|| first_path(after));
        let (word, text) = match named {
            Some(name) => Tokens::of(after.get(name.len()..)?)
                .next()
                .and_then(|(at, word)| Some((word, after.get(name.len() + at + word.len()..)?)))?,
            None => (self.found, self.rest),
        };
        let is_limit =
            word == "due" || named.is_some() && matches!(word, "within" | "in" | "after");
        let period = period_at_start(text);
        if !is_limit || period.is_empty() || OUTCOMES.contains(&self.action_before()) {
            return None;
        }
        Some(self.within(period, named.or_else(|| self.others.policy())))
    }

    /// A time limit instead of what stands from here to the end of a period.
    fn within(&self, period: &str, policy: Option<&str>) -> Mend {
        let range = self.start..self.position(period) + period.len();
        let is_empty = period.is_empty();
        let period = if is_empty { "24 hours" } else { period.trim() };
        let Some(policy) = policy else {
            return Mend::say(format!(
                "{LIMIT}: `within {period} by policy desk`; the file declares it with `policy desk \"Service levels\" {{}}`"
            ));
        };
        let meant = format!("within {period} by policy {policy}");
        let help = format!("{LIMIT}: `{meant}`");
        Mend::say(help).maybe_edit((!is_empty).then_some((range, meant)))
    }

    /// The action to which this place belongs: `escalate` after `then label, escalate to paris`.
    fn action_before(&self) -> &str {
        let (mut action, mut begins) = ("", false);
        for (_, token) in Tokens::of(self.before) {
            if begins {
                action = token;
            }
            begins = matches!(token, "then" | ",");
        }
        action
    }

    /// `suspend user`.
    fn account(&self) -> Option<Mend> {
        if !self.follows("suspend") || !self.is_word() || begins_clause(self.found, self.rest) {
            return None;
        }
        let help = "write `suspend author` or `suspend chat`";
        let edit = match self.found.to_ascii_lowercase().as_str() {
            "user" | "account" | "sender" | "poster" | "owner" | "member" => Some("author"),
            "channel" | "group" | "room" | "community" | "forum" => Some("chat"),
            _ => None,
        };
        Some(Mend::say(help).maybe_edit(edit.map(|word| (self.here(), word.to_owned()))))
    }

    /// What people write after an action.
    fn argument(&self) -> Option<Mend> {
        let action = last_word(self.before);
        let is_sent = matches!(action, "escalate" | "notify" | "report");
        let to = || (self.start..self.start, "to ".to_owned());
        if is_sent
            && (self.is_string() && action != "notify" || self.is_word() && !is_keyword(self.found))
        {
            let help =
                format!("write `to` before whom the action is for: `{action} to {}`", self.found);
            return Some(Mend::say(help).maybe_edit(Some(to())));
        }
        if let Some(text) = unquoted(self.found) {
            let name = name_of(text);
            return Some(Mend::say(format!(
                "give the text that people read a name with `wording {name} {{ en: \"{text}\" }}`, and write `says {name}` in the rule; notes are comments above it: `## …`"
            )));
        }
        let names_action = self.is_word() && !is_keyword(self.found) || self.found == "review";
        if let Some(mend) = first(&[
            (
                matches!(self.found, "else" | "otherwise" | "elif"),
                "a rule has no `else`: write a second rule with the opposite condition, such as `when not (…)`",
            ),
            (
                matches!(self.found, "if" | "where" | "provided"),
                "an action has no condition of its own: write it after `when`, or write a second rule",
            ),
            (
                self.found == "due",
                "delete it: the deadline comes from the article that the rule cites",
            ),
            (
                self.found == "by" && self.next() == "policy",
                "write `by policy …` directly after the time limit: `within 24 hours by policy desk`",
            ),
            (self.found == "by", "delete it: an action names no rule; a test does, after `expect`"),
            (
                self.found == "(",
                "write whom or what an action is for without brackets: `suspend author`, `escalate to paris`",
            ),
        ]) {
            return Some(mend);
        }
        let end = self.before.len();
        (names_action && (!is_keyword(action) || action == "review")).then(|| {
            Mend::say(format!(
                "write `,` before another action: `{action}, {}`; write `to` before whom an action is for",
                self.found
            ))
            .edit(end..end, ",")
        })
    }

    /// After an expectation of a test.
    fn expectation(&self) -> Option<Mend> {
        if !self.wants(Rule::kw_expect) {
            return None;
        }
        let expectation = self.before.rsplit("expect").next().unwrap_or_default();
        let last = expectation.rsplit(',').next().unwrap_or_default();
        let follows_rule = Tokens::of(last).any(|(_, token)| token == "by");
        if let Some(mend) = first(&[
            (
                self.found == "by" && matches!(last_word(self.before), "none" | "nothing"),
                "delete it: `none` and `nothing` name no rule",
            ),
            (
                follows_rule && matches!(self.found, "due" | "until"),
                "write `due …` and `until …` before `by …`",
            ),
            (
                self.wants(Rule::kw_due) && self.is_string(),
                "write `to` before a name in quotes, or `evidence` for words of the message: `evidence \"quick loan\"`",
            ),
        ]) {
            return Some(mend);
        }
        let is_sent = matches!(last_word(self.before), "escalate" | "notify" | "report");
        let is_name = self.is_word() && !is_keyword(self.found) && self.wants(Rule::kw_due);
        if is_sent && is_name {
            let help = format!("write `to` before whom the action is for: `to {}`", self.found);
            return Some(Mend::say(help).edit(self.start..self.start, "to "));
        }
        let action = last_path(self.before);
        let end = self.before.len();
        (is_name && (!is_keyword(action) || action == "review")).then(|| {
            Mend::say(format!("write `,` before another expectation: `{action}, {}`", self.found))
                .edit(end..end, ",")
        })
    }
}

/// The period at the start of a text, such as ` 3 working days`, with the blanks before it. Empty if there is none.
fn period_at_start(text: &str) -> &str {
    let is_of_period = |token: &str| {
        let units = ["minute", "hour", "day", "week", "month", "year"];
        token == "working" || units.iter().any(|unit| token.starts_with(unit))
    };
    let mut tokens = Tokens::of(text);
    let is_number = |(_, token): (usize, &str)| token.starts_with(|c: char| c.is_ascii_digit());
    if !tokens.next().is_some_and(is_number) {
        return "";
    }
    let unit = tokens.take_while(|(_, token)| is_of_period(token)).last();
    unit.and_then(|(at, token)| text.get(..at + token.len())).unwrap_or_default()
}
