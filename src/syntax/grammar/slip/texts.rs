//! Slips in the texts of lists: how phrases and entries are joined, and the braces around them.

use super::tokens::{Tokens, elements, in_brackets, last_word, unquoted};
use super::{Mend, Rule, Slip};
use crate::syntax::words::ItemWord;

impl Slip<'_> {
    pub(super) fn texts(&self) -> Option<Mend> {
        self.joined_phrases()
            .or_else(|| self.phrases_near_each_other())
            .or_else(|| self.lines_with_dashes())
            .or_else(|| self.texts_without_braces())
            .or_else(|| self.regex_among_terms())
    }

    /// `en: "quick loan" or "fast cash"`: the parser reads `or` as the code of a language.
    fn joined_phrases(&self) -> Option<Mend> {
        let is_joint = |token: &str| matches!(token, "or" | "and" | "|" | "/" | "&" | "+" | ";");
        let joint = Tokens::of(self.before).last().filter(|_| self.only(Rule::colon));
        let start = match joint {
            Some((at, joint)) if self.is_string() && is_joint(joint) => at,
            _ if is_joint(self.found) && self.next().starts_with('"') => self.start,
            _ => return None,
        };
        let before = self.text.get(..start)?.trim_end();
        match self.item_word() {
            Some(ItemWord::Terms) if before.ends_with('"') => {}
            Some(ItemWord::Wording) if before.ends_with('"') => {
                return Some(Mend::say(
                    "delete one of the texts: a wording has one in each language",
                ));
            }
            _ => return None,
        }
        let joint = Tokens::of(self.text.get(start..)?).next()?.1;
        if matches!(joint, "and" | "&" | "+") {
            return Some(Mend::say(
                "a list is found if one of its phrases is; for both, write `text mentions \"…\" and text mentions \"…\"` in the rule",
            ));
        }
        let (mut written, mut end) = (String::new(), start);
        let mut tokens = Tokens::of(self.text.get(start..)?);
        while let Some((_, joint)) = tokens.next()
            && (is_joint(joint) || joint == ",")
            && let Some((at, phrase)) = tokens.next()
            && unquoted(phrase).is_some()
        {
            written.push_str(&format!(", {phrase}"));
            end = start + at + phrase.len();
        }
        let help = format!("write `,` between two phrases, not `{joint}`");
        Some(Mend::say(help).edit(before.len()..end, written))
    }

    /// `en: "invite" near "deposit"`: the parser reads `near` as the code of a language.
    fn phrases_near_each_other(&self) -> Option<Mend> {
        let is_near = ["near", "within", "before", "after", "then", "followed"];
        let word = last_word(self.before);
        let (first, end) = match self.found {
            found if self.is_string() && is_near.contains(&word) => {
                (self.before.strip_suffix(word)?.trim_end(), Some(self.start + found.len()))
            }
            _ if is_near.contains(&word) => (self.before.strip_suffix(word)?.trim_end(), None),
            _ => return None,
        };
        if !self.only(Rule::colon) || self.item_word() != Some(ItemWord::Terms) {
            return None;
        }
        let phrase = Tokens::of(first).last().filter(|(_, phrase)| unquoted(phrase).is_some())?.1;
        let other = if end.is_some() { self.found } else { "\"…\"" };
        let gap = format!("{phrase} ..5.. {other}");
        let help = format!("say how many words may lie between them: `{gap}`");
        let edit = end.map(|end| (first.len()..end, format!(" ..5.. {other}")));
        Some(Mend::say(help).maybe_edit(edit))
    }

    /// Lines that begin with `-`, as in YAML.
    fn lines_with_dashes(&self) -> Option<Mend> {
        let is_list = self.only(Rule::phrase) || self.wants(Rule::set_entry);
        if self.found != "-" || !is_list {
            return None;
        }
        let (mut parts, mut end) = (vec![], self.start);
        for line in self.text.get(self.start..)?.lines() {
            let Some(part) = line.trim().strip_prefix('-') else { break };
            let part = part.trim().trim_end_matches(',');
            let is_plain = !part.is_empty() && !part.contains(['"', '{', '}', ':', '#', '\\']);
            parts.push(match unquoted(part) {
                Some(_) => part.to_owned(),
                None if is_plain => format!("\"{part}\""),
                None => return None,
            });
            end = self.position(line) + line.trim_end().len();
        }
        let (word, ends) = if self.only(Rule::phrase) { ("phrases", ":") } else { ("entries", "") };
        let language = last_word(self.before.strip_suffix(ends)?);
        let list = parts.join(", ");
        let written =
            if ends.is_empty() { list.clone() } else { format!("{language}{ends} {list}") };
        let help = format!("write the {word} without `-`, with `,` between them: `{written}`");
        Some(Mend::say(help).edit(self.start..end, list))
    }

    /// `terms offers = "quick loan", "fast cash"`, `wording hidden "…"`.
    fn texts_without_braces(&self) -> Option<Mend> {
        let item = self.item_word();
        let is_list = matches!(item, Some(ItemWord::Terms | ItemWord::Wording));
        if !is_list || !self.only(Rule::open) {
            return None;
        }
        let text = self.text.get(self.start..)?;
        let list = text.trim_start_matches([':', '=', '>', ' ']);
        let (list, length) = match in_brackets(list) {
            Some(inside) => (inside, inside.len() + 2),
            None => (list.trim_end(), list.trim_end().len()),
        };
        let texts = elements(list);
        if texts.is_empty() || texts.iter().any(|text| unquoted(text).is_none()) {
            return None;
        }
        // The language decides how words are matched, and other letters are hardly English.
        let language = if list.is_ascii() { "en" } else { "CODE" };
        let written = format!("{{ {language}: {} }}", texts.join(", "));
        let help =
            format!("put the texts in braces, after the code of their language: `{written}`");
        let start = self.start + text.len() - text.trim_start_matches([':', '=', '>', ' ']).len();
        let edit =
            list.is_ascii().then(|| (self.before.len()..start + length, format!(" {written}")));
        Some(Mend::say(help).maybe_edit(edit))
    }

    /// `terms cards { en: r"[0-9]{16}" }`.
    fn regex_among_terms(&self) -> Option<Mend> {
        let start = if self.found == "r" && self.wants(Rule::phrase) {
            self.start
        } else if self.only(Rule::colon) && self.follows("r") {
            // After a comma, the parser reads `r` as the code of a language.
            self.before.len() - 1
        } else {
            return None;
        };
        let (_, regex) = Tokens::of(self.text.get(start..)?).next()?;
        if !regex.starts_with("r\"") || self.item_word() != Some(ItemWord::Terms) {
            return None;
        }
        let tokens: Vec<_> = Tokens::of(self.text).map(|(_, token)| token).take(8).collect();
        let name = tokens.get(1)?;
        let is_alone =
            matches!(tokens.as_slice(), [_, _, "{", _, ":", only, "}"] if *only == regex);
        let name = if is_alone { (*name).to_owned() } else { format!("{name}_regex") };
        let written = format!("pattern {name} = {regex}");
        let help = format!(
            "a list of terms has phrases only: write `{written}`, and `text matches {name}` in the rule"
        );
        let edit = is_alone.then(|| (0..self.text.trim_end().len(), written));
        Some(Mend::say(help).maybe_edit(edit))
    }
}
