//! Slips in lists: terms, patterns, sets and types.

use super::tokens::{
    Tokens, around, elements, in_brackets, last_path, open_brackets, unquoted, up_to,
};
use super::{Mend, Rule, Slip, first};
use crate::syntax::words::ItemWord;

impl Slip<'_> {
    pub(super) fn lists(&self) -> Option<Mend> {
        self.phrases()
            .or_else(|| self.gap())
            .or_else(|| self.regex())
            .or_else(|| self.alternatives())
            .or_else(|| self.set())
            .or_else(|| self.types())
    }

    /// `en: quick loan, fast cash`, `en: ["quick loan", "fast cash"]`, `en = "…"` in terms and wordings.
    fn phrases(&self) -> Option<Mend> {
        let text = self.text.get(self.start..)?;
        if !matches!(self.item_word(), Some(ItemWord::Terms | ItemWord::Wording)) {
            return None;
        }
        if self.only(Rule::phrase) && matches!(self.found, "[" | "(" | "{") {
            let inside = in_brackets(text)?;
            let help = format!("write the phrases without brackets: `{}`", inside.trim());
            let range = self.start..self.start + inside.len() + 2;
            return Some(Mend::say(help).edit(range, inside.trim()).safe_if(true));
        }
        let is_regex = self.found == "r" && self.rest.starts_with('"');
        if self.only(Rule::phrase) && self.is_word() && !is_regex {
            return Some(self.in_quotes("put each phrase in quotes"));
        }
        if self.wants(Rule::language)
            && self.next() == ":"
            && let Some(code) = unquoted(self.found)
        {
            let help = format!("write the language without quotes: `{code}: …`");
            return Some(Mend::say(help).edit(self.here(), code).safe_if(true));
        }
        if self.only(Rule::open) && self.is_word() && self.found.len() < 4 {
            let help = format!("write the language in the braces: `{{ {}: \"…\" }}`", self.found);
            return Some(Mend::say(help));
        }
        if self.only(Rule::colon) && self.found == "=" {
            let help = "write `:` after the language: `en: \"…\"`";
            return Some(Mend::say(help).edit(self.with_blanks_before(), ":").safe_if(true));
        }
        if self.only(Rule::colon) && self.is_string() {
            let (language, end) = (super::last_word(self.before), self.before.len());
            let begins = self.before.strip_suffix(language).unwrap_or_default();
            let help = format!("write `:` after the language: `{language}: {}`", self.found);
            // On the line of a phrase, a word after it may join two phrases.
            let is_first = begins.trim_end_matches(' ').ends_with(['{', ',', '\n']);
            return Some(Mend::say(help).edit(end..end, ":").safe_if(is_first));
        }
        let language = Tokens::of(self.before)
            .last()
            .and_then(|(at, token)| Some((at, token, unquoted(token)?)));
        if self.found == ":"
            && let Some((at, token, code)) = language
        {
            let help = format!("write the language without quotes: `{code}: …`");
            return Some(Mend::say(help).edit(at..at + token.len(), code));
        }
        first(&[(
            self.wants(Rule::language) && !self.wants(Rule::comma) && self.is_string(),
            "write the language first: `en: \"…\"`",
        )])
    }

    /// Words without quotes where elements in quotes belong.
    fn in_quotes(&self, help: &str) -> Mend {
        let text = self.text.get(self.start..).unwrap_or_default();
        let list = up_to(text, |token, _| matches!(token, "{" | ";"));
        let parts: Vec<&str> = elements(list)
            .into_iter()
            .flat_map(|part| part.split('|'))
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .collect();
        // A line end or a `:` may begin something else.
        let is_plain = |part: &&str| !part.contains(['\n', ':', '"', '\\', '#']);
        let quoted: Vec<String> = parts.iter().map(|part| format!("\"{part}\"")).collect();
        let written = quoted.join(", ");
        if parts.iter().all(is_plain) {
            return Mend::say(format!("{help}: `{written}`"))
                .edit(self.start..self.start + list.len(), written);
        }
        let part = parts.first().map_or(self.found, |part| part.lines().next().unwrap_or(part));
        Mend::say(format!("{help}: `\"{}\"`", part.trim()))
    }

    /// `"invite" ..5 words.. "deposit"`.
    fn gap(&self) -> Option<Mend> {
        if self.found == "." && self.wants(Rule::some_gap) {
            let range = around(self.text, self.here(), |c| c.is_ascii_digit() || c == '.');
            let number = self.text.get(range.clone())?.trim_matches('.');
            let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
            let gap = format!("..{number}..");
            return is_number.then(|| {
                Mend::say(format!("write two dots on each side of the number: `{gap}`"))
                    .edit(range, gap)
            });
        }
        if !self.only(Rule::string) || !self.before.ends_with("..") || !self.is_number() {
            return None;
        }
        let after = self
            .rest
            .trim_start()
            .trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .trim_start();
        let gap = format!("..{}..", self.found);
        let help = format!("write the number of words alone between the dots: `{gap}`");
        let edit = after
            .strip_prefix("..")
            .map(|after| (self.before.len() - 2..self.position(after), gap.clone()));
        Some(Mend::say(help).maybe_edit(edit))
    }

    /// `/[0-9]{16}/i`.
    fn regex(&self) -> Option<Mend> {
        if !self.wants(Rule::regex) || self.wanted.len() > 3 {
            return None;
        }
        if self.found != "/" {
            return first(&[(
                self.is_word() || matches!(self.found, "[" | "(" | "{" | "^" | "\\"),
                "write the regex in quotes with `r` before them: `r\"…\"`",
            )]);
        }
        let help = "write a regex as `r\"…\"`";
        let line = self.line_rest();
        let mut previous = ' ';
        let end = line.char_indices().find_map(|(at, c)| {
            let ends = c == '/' && previous != '\\';
            previous = c;
            ends.then_some(at)
        });
        let Some((body, after)) =
            end.and_then(|end| Some((line.get(..end)?, line.get(end + 1..)?)))
        else {
            return Some(Mend::say(help));
        };
        if body.contains('"') {
            return Some(Mend::say(help));
        }
        let flags = after.len() - after.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
        let ignores_case = after.get(..flags).is_some_and(|flags| flags.contains('i'));
        let ours =
            format!("r\"{}{}\"", if ignores_case { "(?i)" } else { "" }, body.replace("\\/", "/"));
        let range = self.start..self.here().end + body.len() + 1 + flags;
        Some(Mend::say(format!("write the regex as `{ours}`")).edit(range, ours))
    }

    /// `text mentions ["casino", "bet"]`.
    fn alternatives(&self) -> Option<Mend> {
        if !self.only(Rule::pattern) {
            return None;
        }
        let list = "write the words as alternatives of one phrase, `text mentions \"(casino|bet)\"`, or list them in `terms`";
        if matches!(self.found, "any" | "all" | "one" | "either" | "of") {
            return Some(Mend::say(list));
        }
        if self.is_word() || self.is_number() {
            return Some(Mend::say(format!(
                "put the phrase in quotes: `mentions \"{}\"`",
                self.found
            )));
        }
        if !matches!(self.found, "[" | "(" | "{") {
            return None;
        }
        let inside = self.text.get(self.start..).and_then(in_brackets).unwrap_or_default();
        let tokens = Tokens::of(inside).map(|(_, token)| token);
        let texts: Option<Vec<&str>> =
            tokens.filter(|token| !matches!(*token, "," | "or" | "|")).map(unquoted).collect();
        let Some(texts) = texts.filter(|texts| !texts.is_empty()) else {
            return Some(Mend::say(list));
        };
        let range = self.start..self.start + inside.len() + 2;
        let is_word = |text: &&str| !text.contains([' ', '(', ')', '|']);
        if texts.iter().all(is_word) {
            let phrase = format!("\"({})\"", texts.join("|"));
            let help =
                format!("write the words as alternatives of one phrase: `mentions {phrase}`");
            return Some(Mend::say(help).edit(range, phrase));
        }
        let subject = last_path(self.before.trim_end_matches("mentions").trim_end());
        let subject = if subject.is_empty() { "text" } else { subject };
        let each: Vec<String> =
            texts.iter().map(|text| format!("{subject} mentions \"{text}\"")).collect();
        Some(Mend::say(format!(
            "repeat the condition, `{}`, or list the phrases in `terms`",
            each.join(" or ")
        )))
    }

    /// `set hosts = […]`, `set hosts: domain { loans.example }`, `set hosts: domain { from "lists/x.txt" }`.
    fn set(&self) -> Option<Mend> {
        let in_entries = self.wants(Rule::set_entry) && !self.wants(Rule::json);
        if in_entries && self.found == "from" {
            let (open, _) = open_brackets(self.before).pop()?;
            let inside = self.text.get(open..).and_then(in_brackets)?;
            let help = format!("write the file without braces: `{}`", inside.trim());
            return Some(Mend::say(help).edit(open..open + inside.len() + 2, inside.trim()));
        }
        if in_entries && self.next() == ":" && self.item_word() == Some(ItemWord::Test) {
            return Some(Mend::say(
                "write the record directly after `given`: `given { text: \"…\" }`",
            ));
        }
        if in_entries && self.is_word() {
            return Some(self.in_quotes("put each entry in quotes"));
        }
        let set = self
            .item_word()
            .filter(|item| matches!(item, ItemWord::Set | ItemWord::Register))
            .map(ItemWord::word);
        if let Some(set) = set
            && self.only(Rule::colon)
            && matches!(self.found, "=" | "{" | "[" | "from")
        {
            let entries =
                self.text.get(self.start..).map_or("", |text| text.trim_start_matches(['=', ' ']));
            let entries = in_brackets(entries).map_or("\"…\"", str::trim);
            let name = super::last_word(self.before);
            return Some(Mend::say(format!(
                "write what the entries are, and put them in braces: `{set} {name}: domain {{ {entries} }}`; other kinds are `url`, `text` and `number`"
            )));
        }
        let is_sign = matches!(self.found, ":" | "=")
            || self.is_one_of(&["since", "starting", "beginning", "after", "as"]);
        let day = self.rest.trim_start();
        let day =
            day.get(..day.find(|c: char| !c.is_ascii_digit() && c != '-').unwrap_or(day.len()))?;
        let follows_entry = self.wants(Rule::kw_from) && self.wants(Rule::kw_until);
        if set.is_some() && follows_entry && is_sign && !day.is_empty() {
            let help = format!("write `from` before the first day: `from {day}`");
            return Some(Mend::say(help).edit(self.with_blanks_before(), " from"));
        }
        let names_file = self.is_word() && self.next().starts_with('"');
        if self.wants(Rule::kw_from) && names_file && set.is_some() {
            let help = format!("write `from` before the file, not `{}`", self.found);
            return Some(Mend::say(help).edit(self.here(), "from"));
        }
        if self.wants(Rule::open) && self.wants(Rule::kw_from) && self.wanted.len() < 4 {
            let inside = self
                .text
                .get(self.start..)
                .filter(|text| text.starts_with('['))
                .and_then(in_brackets);
            let edit = inside.map(|inside| {
                (self.start..self.start + inside.len() + 2, format!("{{ {} }}", inside.trim()))
            });
            let help = "write the entries in braces: `{ \"…\", \"…\" }`";
            return matches!(self.found, "[" | "(" | "=").then(|| Mend::say(help).maybe_edit(edit));
        }
        if self.only(Rule::colon) && set.is_some() && self.is_word() {
            let end = self.before.len();
            let help = format!("write `:` before what the entries are: `: {}`", self.found);
            return Some(Mend::say(help).edit(end..end, ":").safe_if(true));
        }
        if self.only(Rule::kw_from) && self.follows("complete") {
            let help = "write `from` and a day after `complete`: `complete from 2026-01-01`";
            let precedes_day =
                self.is_word() && self.next().starts_with(|c: char| c.is_ascii_digit());
            let edit = precedes_day.then(|| (self.here(), "from".to_owned()));
            return Some(Mend::say(help).maybe_edit(edit));
        }
        let is_column =
            self.wants(Rule::string) && self.wants(Rule::number) && self.follows("column");
        (is_column && self.is_word()).then(|| {
            let name = format!("\"{}\"", self.found);
            Mend::say(format!("put the name of the column in quotes: `column {name}`"))
                .edit(self.here(), name)
        })
    }

    /// `tier?: "free" | "paid"`.
    fn types(&self) -> Option<Mend> {
        if !self.wants(Rule::type_name) || !self.is_string() {
            return None;
        }
        let text = self.text.get(self.start..)?;
        let is_part = |token: &str| token == "|" || unquoted(token).is_some();
        let words = up_to(text, |token, _| !is_part(token));
        let bare = words.replace('"', "");
        let count = Tokens::of(words).filter(|(_, token)| *token != "|").count();
        let help = format!("write the words without quotes: `{}`", bare.trim());
        let edit = (count > 1).then(|| (self.start..self.start + words.len(), bare.clone()));
        Some(Mend::say(help).maybe_edit(edit))
    }
}
