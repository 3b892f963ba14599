//! Slips in what texts are searched for: `mentions` and `near`.

use super::tokens::{Tokens, elements, last_word, unquoted, up_to};
use super::{Mend, Rule, Slip, begins_clause, is_keyword};

impl Slip<'_> {
    pub(super) fn searched(&self) -> Option<Mend> {
        self.near()
            .or_else(|| self.near_without_subject())
            .or_else(|| self.modifier_after_phrase())
            .or_else(|| self.regex_after_mentions())
            .or_else(|| self.list_after_mentions())
    }

    /// `near 5 words "bonus"`, `near(5) "bonus"`.
    fn near(&self) -> Option<Mend> {
        if !self.follows("near") || !(self.is_number() || self.found == "(") {
            return None;
        }
        let text = self.text.get(self.start..)?;
        let tokens: Vec<_> = Tokens::of(text).take(7).collect();
        let is_number = |token: &str| token.bytes().all(|byte| byte.is_ascii_digit());
        let number = tokens.iter().map(|(_, token)| *token).find(|token| is_number(token));
        let number = number.unwrap_or("5");
        let other = tokens.iter().find(|(_, token)| unquoted(token).is_some());
        let (end, other) =
            other.map_or((None, "\"…\""), |(at, token)| (Some(at + token.len()), token));
        let written = format!("{other} ({number} words)");
        let help = format!("write the number of words after the phrase: `near {written}`");
        let edit = end.map(|end| (self.start..self.start + end, format!(" {written}")));
        let blank = usize::from(self.before.len() < self.start);
        Some(Mend::say(help).maybe_edit(
            edit.map(|(range, text)| (range, text.get(blank..).unwrap_or_default().to_owned())),
        ))
    }

    /// `text mentions "a" and ("b" near "c" (5 words))`.
    fn near_without_subject(&self) -> Option<Mend> {
        if self.found != "near" || self.wants(Rule::kw_near) || !self.wants(Rule::kw_and) {
            return None;
        }
        let (at, phrase) = Tokens::of(self.before).last()?;
        let help = format!("write what is searched before it: `text mentions {phrase} near …`");
        Some(Mend::say(help).edit(at..at, "text mentions "))
    }

    /// `mentions "casino" exact`.
    fn modifier_after_phrase(&self) -> Option<Mend> {
        let (at, phrase) = Tokens::of(self.before).last()?;
        let is_after = matches!(self.found, "exact" | "loose") && unquoted(phrase).is_some();
        is_after.then(|| {
            let written = format!("{} {phrase}", self.found);
            let help = format!("write `{}` before the phrase: `{written}`", self.found);
            Mend::say(help).edit(at..self.here().end, written)
        })
    }

    /// `mentions r"casino"`.
    fn regex_after_mentions(&self) -> Option<Mend> {
        let touches = self.text.get(..self.start).is_some_and(|text| text.ends_with('r'));
        if !touches || !self.is_string() || self.second_last_word() != "mentions" {
            return None;
        }
        let before = self.before.strip_suffix('r')?.trim_end();
        let start = before.len() - "mentions".len();
        let help = format!("write a regex after `matches`: `matches r{}`", self.found);
        Some(Mend::say(help).edit(start..before.len(), "matches"))
    }

    /// `mentions "casino", "bet"`, `contains any ["casino", "bet"]`.
    fn list_after_mentions(&self) -> Option<Mend> {
        let several = "write the words as alternatives of one phrase, `text mentions \"(casino|bet)\"`, or repeat the condition with `or`";
        let quantifies = matches!(last_word(self.before), "any" | "all" | "either" | "one");
        let searches = ["contains", "mentions", "matches", "in"].contains(&self.second_last_word());
        if quantifies && searches && matches!(self.found, "[" | "(" | "{") {
            return Some(Mend::say(several));
        }
        let tokens: Vec<_> = Tokens::of(self.before).collect();
        let [.., (start, "mentions"), (at, first)] = tokens.as_slice() else { return None };
        if self.found != "," || self.wants(Rule::comma) {
            return None;
        }
        let ends = |token: &str, rest: &str| is_keyword(token) || begins_clause(token, rest);
        let list = up_to(self.text.get(*at..)?, ends);
        let words: Option<Vec<&str>> = elements(list).into_iter().map(unquoted).collect();
        let words = words.filter(|words| words.iter().all(|word| !word.contains([' ', '(', '|'])));
        let Some(words) = words else {
            let subject = self
                .text
                .get(..*start)
                .map_or("", |text| super::tokens::last_path(text.trim_end()));
            return Some(Mend::say(format!(
                "repeat the condition for each: `{subject} mentions {first} or {subject} mentions …`"
            )));
        };
        let phrase = format!("\"({})\"", words.join("|"));
        let help = format!("write the words as alternatives of one phrase: `mentions {phrase}`");
        Some(Mend::say(help).edit(*at..at + list.len(), phrase))
    }
}
