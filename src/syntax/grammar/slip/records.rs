//! Slips in tests, in their records, and in the fields of `schema.loci`.

use super::tokens::{Tokens, elements, in_brackets, last_path, last_word, open_brackets, unquoted};
use super::{Mend, Rule, SIMPLE_TYPES, Slip, begins_clause_of, first};
use crate::syntax::words::{Block, ItemWord};

/// Values of other languages.
const VALUES: &[(&str, &[&str])] = &[
    ("true", &["true", "yes", "on"]),
    ("false", &["false", "no", "off"]),
    ("null", &["null", "nil", "undefined", "nan"]),
];

impl Slip<'_> {
    pub(super) fn records(&self) -> Option<Mend> {
        self.value()
            .or_else(|| self.record_without_braces())
            .or_else(|| self.pair())
            .or_else(|| self.case())
            .or_else(|| self.field())
            .or_else(|| self.word_of_clause_missing())
            .or_else(|| self.word_first())
    }

    /// `{ type: channel }`, `{ public: True }`.
    fn value(&self) -> Option<Mend> {
        if !self.wants(Rule::json) || !self.is_word() {
            return None;
        }
        if self.next() == ":" {
            let field = last_word(self.before.trim_end_matches(':'));
            let help = format!("write a record in braces: `{field}: {{ {}: … }}`", self.found);
            return Some(Mend::say(help));
        }
        if let Some((value, _)) = VALUES.iter().find(|(_, words)| self.is_one_of(words)) {
            let help = format!("write `{value}` instead of `{}`", self.found);
            return Some(Mend::say(help).edit(self.here(), *value));
        }
        let text = format!("\"{}\"", self.found);
        let is_alone = self.next().starts_with([',', '}', ']']);
        let mend = Mend::say(format!("put a text in quotes: `{text}`"));
        Some(if is_alone { mend.edit(self.here(), text) } else { mend })
    }

    /// `given text: "quick loan"`, `given "quick loan"`.
    fn record_without_braces(&self) -> Option<Mend> {
        let field = last_word(self.before);
        let is_named = self.found == ":" && self.second_last_word() == "given";
        let is_bare = self.is_string() && field == "given";
        if self.is_string() && self.wants(Rule::open) && self.second_last_word() == "given" {
            let record = format!("{{ {field}: {} }}", self.found);
            let help = format!("write the record in braces: `given {record}`");
            return Some(
                Mend::say(help).edit(self.before.len() - field.len()..self.here().end, record),
            );
        }
        if !self.wants(Rule::open) || !(is_named || is_bare) {
            return None;
        }
        let value = if is_named {
            Tokens::of(self.rest).next().map(|(at, token)| (self.here().end + at, token))
        } else {
            Some((self.start, self.found))
        };
        let (at, value) = value.filter(|(_, value)| unquoted(value).is_some())?;
        let (start, field) =
            if is_named { (self.before.len() - field.len(), field) } else { (self.start, "text") };
        let is_whole = self
            .text
            .get(at + value.len()..)
            .is_some_and(|rest| !rest.trim_start().starts_with(','));
        let record = format!("{{ {field}: {value}{} }}", if is_whole { "" } else { ", …" });
        let help = format!("write the record in braces: `given {record}`");
        Some(Mend::say(help).maybe_edit(is_whole.then(|| (start..at + value.len(), record))))
    }

    /// `{ text = "a" }`.
    fn pair(&self) -> Option<Mend> {
        let is_pair =
            self.only(Rule::colon) && self.item_word() == Some(ItemWord::Test) && !self.in_cases();
        let help = "write `:` between a field and its value";
        if !is_pair || self.next() == ":" {
            return is_pair.then(|| Mend::say("write `:` after the field, and then its value"));
        }
        let is_value = self.is_string()
            || self.is_number()
            || matches!(self.found, "{" | "[" | "true" | "false" | "null");
        let end = self.before.len();
        Some(match self.found {
            "=" => Mend::say(help).edit(self.with_blanks_before(), ":").safe_if(true),
            _ if is_value => Mend::say(help).edit(end..end, ":").safe_if(true),
            _ => Mend::say(help),
        })
    }

    /// Whether the innermost open brace is that of `cases`.
    fn in_cases(&self) -> bool {
        open_brackets(self.before).last().is_some_and(|(at, _)| {
            self.text.get(..*at).is_some_and(|text| last_word(text.trim_end()) == "cases")
        })
    }

    /// `"before" at 2026-03-01 expect restrict`.
    fn case(&self) -> Option<Mend> {
        let end = self.before.len();
        let begins_case = begins_clause_of(Block::Case, self.found);
        (self.only(Rule::colon) && begins_case && self.in_cases()).then(|| {
            Mend::say(
                "write `:` after the title of a case: `\"before\": at 2026-03-01 expect none`",
            )
            .edit(end..end, ":")
            .safe_if(true)
        })
    }

    /// `tier: int default 0`, `tier: text?`, `tier text`.
    fn field(&self) -> Option<Mend> {
        if self.item_word() != Some(ItemWord::Record) {
            return None;
        }
        if self.follows("default") && self.wants(Rule::optional) {
            let ty = self.before.trim_end_matches("default").trim_end();
            let value = if self.is_string() || self.is_number() { self.found } else { "…" };
            let help = format!("write the default after `=`: `{} = {value}`", last_word(ty));
            let range = self.before.len() - "default".len()..self.before.len();
            return Some(Mend::say(help).edit(range, "="));
        }
        if self.found == "?" {
            let ty = last_word(self.before);
            let name = self.before.trim_end_matches(ty).trim_end();
            let name = name.strip_suffix(':').map(last_word).filter(|name| !name.is_empty());
            let help = name.map_or_else(
                || "write `?` after the name of the field: `tier?: text`".to_owned(),
                |name| format!("write `?` after the name of the field: `{name}?: {ty}`"),
            );
            let edit = name.map(|name| {
                let start = self.position(name);
                (start..self.here().end, format!("{name}?: {ty}"))
            });
            return Some(Mend::say(help).maybe_edit(edit));
        }
        if self.found == "(" && matches!(last_word(self.before), "enum" | "oneof" | "Literal") {
            let inside = self.text.get(self.start..).and_then(in_brackets)?;
            let words = elements(inside).join(" | ").replace('"', "");
            let start = self.before.len() - last_word(self.before).len();
            let help = format!("write the words with bars between them: `{words}`");
            return Some(Mend::say(help).edit(start..self.start + inside.len() + 2, words));
        }
        let type_of_field = format!(
            "write the type of the field: {SIMPLE_TYPES}, a list such as `[text]`, words such as `free | paid`, or a record"
        );
        first(&[
            (
                self.wants(Rule::optional)
                    && matches!(
                        last_word(self.before),
                        "optional" | "null" | "nullable" | "required"
                    ),
                "delete it: a field that may be missing has `?` after its name: `tier?: text`",
            ),
            (
                self.wants(Rule::colon) && self.wants(Rule::optional),
                "write `:` between the name and the type of a field: `tier?: text`",
            ),
            (
                self.wants(Rule::colon) && self.follows("?") || self.wants(Rule::type_name),
                &type_of_field,
            ),
        ])
    }

    /// `given { … } 2026-03-01 expect none`, `test "a" { { text: "a" } … }`.
    fn word_of_clause_missing(&self) -> Option<Mend> {
        let follows_number = self.before.ends_with(|c: char| c.is_ascii_digit());
        if !self.wants(Rule::kw_given)
            || self.wants(Rule::comma)
            || self.is_number() && follows_number
        {
            return None;
        }
        if self.found == "when" && self.next() == "{" {
            let help = "write `given` before the record of the test";
            return Some(Mend::say(help).edit(self.here(), "given"));
        }
        if self.found == "{" && begins_clause_of(Block::Test, self.next()) {
            return None;
        }
        let word = match self.found {
            "{" if Tokens::of(self.rest).nth(1).is_some_and(|(_, token)| token == ":")
                && self.next().starts_with('"') =>
            {
                "cases"
            }
            "{" => "given",
            _ if self.is_number() => "at",
            _ => return None,
        };
        let help = format!("write `{word}` before it");
        Some(Mend::say(help).edit(self.start..self.start, format!("{word} ")))
    }

    /// `expect one fires`, `expect one not fires`.
    fn word_first(&self) -> Option<Mend> {
        let words = ["fires", "undetermined", "defeated", "fired", "applies"];
        if self.wants(Rule::kw_due) && self.found == "=" {
            let rule = last_path(self.before);
            return Some(Mend::say(format!(
                "write `fires {rule}` or `not {rule}` for a rule, or the action alone: `restrict by {rule}`"
            )));
        }
        if self.only(Rule::number)
            && self.is_one_of(&["true", "false"])
            && let Some(before) = self.before.trim_end().strip_suffix("==")
        {
            let rule = last_path(before.trim_end());
            return Some(Mend::say(format!(
                "write `fires {rule}` or `not {rule}` for a rule, `marks {rule}` or `not marks {rule}` for a mark, or a number for a counter: `{rule} == 3`"
            )));
        }
        if !self.wants(Rule::kw_due) || !self.is_one_of(&words) {
            return None;
        }
        let rule = last_path(self.before);
        let word = if self.is_one_of(&["fired", "applies"]) { "fires" } else { self.found };
        let written = format!("{word} {rule}");
        let range = self.before.len() - rule.len()..self.here().end;
        Some(Mend::say(format!("write `{word}` first: `expect {written}`")).edit(range, written))
    }
}
