//! Slips in tests about counters and marks: what came before, and what is expected of them.

use super::tokens::{Tokens, last_path, last_word};
use super::{Mend, Rule, Slip};

/// How an earlier message is written.
const BEFORE: &str = "`before { … } at 2026-03-01T12:00:00Z`";

impl Slip<'_> {
    pub(super) fn in_test(&self) -> Option<Mend> {
        let mends = [
            Self::earlier_message,
            Self::repeated_message,
            Self::expected_mark,
            Self::expected_count,
        ];
        mends.iter().find_map(|mend| mend(self))
    }

    /// `before { … } expect …`, `before 2 of { … }`, `before [{ … }]`, `mark warned` among the clauses.
    fn earlier_message(&self) -> Option<Mend> {
        if self.only(Rule::kw_at) && self.before.ends_with('}') && self.text_of_clause() == "before"
        {
            return Some(Mend::say(format!("say when it was judged, after the record: {BEFORE}")));
        }
        if self.follows("before") && self.is_number() {
            let help = format!("write `repeat {} of {{ … }} every 1 hour`", self.found);
            return Some(Mend::say(help));
        }
        if self.follows("before") && self.found == "[" {
            return Some(Mend::say(format!(
                "write {BEFORE} for each of them, or `repeat 2 of {{ … }} every 1 hour`"
            )));
        }
        let is_state = matches!(self.found, "mark" | "marked" | "counter" | "state" | "memory");
        (self.wants(Rule::kw_before) && !self.wants(Rule::eq) && is_state).then(|| {
            Mend::say(format!("only earlier messages count and set marks: write {BEFORE}"))
        })
    }

    /// `repeat 2 { … }`, `repeat 2 times of { … }`, `repeat 2 of { … } expect …`.
    fn repeated_message(&self) -> Option<Mend> {
        if self.only(Rule::kw_of) && self.text_of_clause() == "repeat" {
            let help = "write `of` before the record: `repeat 2 of { … } every 1 hour`";
            let mend = Mend::say(help);
            return Some(match (self.found, self.next()) {
                ("{" | "from", _) => mend.edit(self.start..self.start, "of "),
                (_, "of") => mend.edit(self.with_blanks_before(), ""),
                (_, "{" | "from") if self.is_word() => mend.edit(self.here(), "of"),
                (_, _) => mend,
            });
        }
        (self.only(Rule::kw_every) && self.text_of_clause() == "repeat")
            .then(|| Mend::say("say how far apart they are: `repeat 2 of { … } every 1 hour`"))
    }

    /// The last of the words that begin an earlier message. Empty if there is none before.
    fn text_of_clause(&self) -> &str {
        let words = Tokens::of(self.before).map(|(_, token)| token);
        words.filter(|word| matches!(*word, "before" | "repeat")).last().unwrap_or_default()
    }

    /// `expect warned is set`, `expect mark warned`, `marks warned for 30 days`, `marks warned until 2026-04-04`.
    fn expected_mark(&self) -> Option<Mend> {
        let name = last_path(self.before);
        let day = self.text.get(self.start..self.start + "2026-04-04".len());
        if let Some(day) = day.filter(|_| self.only(Rule::instant) && self.follows("until"))
            && crate::syntax::day_in_text(day).is_some_and(|read| read == day)
        {
            let meant = format!("{day}T00:00:00Z");
            let help = format!("write the instant: the midnight of that day in UTC is `{meant}`");
            return Some(Mend::say(help).edit(self.start..self.start + day.len(), meant));
        }
        if self.wants(Rule::kw_until) && self.found == "for" && self.second_last_word() == "marks" {
            return Some(Mend::say(format!(
                "write when it ends: `marks {name} until 2026-03-01T00:00:00Z`"
            )));
        }
        if !self.wants(Rule::eq) {
            return None;
        }
        let word = last_word(self.before);
        if word == "mark" && self.is_word() && !super::is_keyword(self.found) {
            let help = format!("write `marks {}`: the message of the test sets it", self.found);
            return Some(Mend::say(help).edit(self.position(word)..self.before.len(), "marks"));
        }
        if self.found != "is" {
            return None;
        }
        let second = self.next();
        let third = Tokens::of(self.rest).nth(1).map_or("", |(_, token)| token);
        let (meant, last) = match (second, third) {
            ("set", _) => (format!("marks {name}"), second),
            ("not", "set") => (format!("not marks {name}"), third),
            (_, _) => return None,
        };
        let help = format!("write `{meant}`: it is about what the message of the test sets");
        let end = self.position(last) + last.len();
        Some(Mend::say(help).edit(self.position(name)..end, meant))
    }

    /// `expect violations >= 3`, `expect violations 3`, `expect delta violations + 1`, `expect not delta violations`.
    fn expected_count(&self) -> Option<Mend> {
        if last_word(self.before) == "delta" && self.second_last_word() == "not" && self.is_word() {
            let help = format!("write what is added: `delta {} == 0`", self.found);
            return Some(Mend::say(help));
        }
        if !self.wants(Rule::eq) {
            return None;
        }
        let counter = last_path(self.before);
        if self.found == "per" {
            return Some(Mend::say(format!(
                "for another key than that of the message, write it in brackets: `{counter}[\"test:7\"] == 1`"
            )));
        }
        let delta = if self.second_last_word() == "delta" { "delta " } else { "" };
        let number = if self.is_number() { self.found } else { self.next() };
        if self.is_number() || self.found == "=" && number.starts_with(|c: char| c.is_ascii_digit())
        {
            let help = format!("write the number that is expected: `{delta}{counter} == {number}`");
            let end = if self.is_number() { self.start } else { self.here().end };
            let equals = if self.is_number() { "== " } else { "==" };
            return Some(Mend::say(help).edit(self.start..end, equals));
        }
        let compares =
            self.only(Rule::eq) || matches!(self.found, "<" | ">" | "=" | "!" | "reaches" | "is");
        compares.then(|| {
            Mend::say(format!("write the number that is expected: `{delta}{counter} == 1`"))
        })
    }
}
