//! Slips in the first line of an item: its name, its title, and how its body begins.

use super::conditions::ends_in_first_path;
use super::foreign::SAYS_IS_NO_SEARCH;
use super::tokens::{
    Tokens, around, elements, first_path, in_brackets, open_brackets, unquoted, up_to,
};
use super::{Mend, Rule, Slip, begins_clause, first, is_keyword};
use crate::syntax::is_name_character;
use crate::syntax::words::ItemWord;

impl Slip<'_> {
    pub(super) fn item(&self) -> Option<Mend> {
        self.bloc()
            .or_else(|| self.dash_in_name())
            .or_else(|| self.name_of_two_words())
            .or_else(|| self.kind_before_name())
            .or_else(|| self.names_in_brackets())
            .or_else(|| self.name_before_title())
            .or_else(|| self.path_without_quotes())
            .or_else(|| self.place_code())
            .or_else(|| self.body_without_braces())
            .or_else(|| self.definition())
            .or_else(|| self.title())
            .or_else(|| self.name())
    }

    /// Only the standard library declares blocs, and it has no slips.
    fn bloc(&self) -> Option<Mend> {
        let rest = self.text.strip_prefix("bloc ")?;
        let is_country =
            |token: &&str| token.len() == 2 && token.bytes().all(|byte| byte.is_ascii_uppercase());
        let codes: Vec<String> = Tokens::of(rest)
            .map(|(_, token)| token)
            .filter(is_country)
            .map(|code| format!("\"{code}\""))
            .collect();
        let codes = if codes.is_empty() { "\"FR\", \"DE\"".to_owned() } else { codes.join(", ") };
        let help = format!(
            "only the standard library declares blocs; name the places with a definition: `define in_bloc(p: place) = p in [{codes}]`"
        );
        Some(Mend::say(help).about(0.."bloc".len(), "a rules folder cannot have a `bloc`"))
    }

    /// `terms gambling-words { … }`, `basis paid-ads`.
    fn dash_in_name(&self) -> Option<Mend> {
        let takes_name = self.only(Rule::name) || self.wants_operand() && is_keyword(self.found);
        let in_name = self.found == "-" && self.before.len() == self.start
            || takes_name && self.is_word() && self.rest.starts_with('-');
        if !in_name || self.wants(Rule::minus) && self.found == "-" {
            return None;
        }
        let range = around(self.text, self.here(), |c| is_name_character(c) || c == '-');
        let name = self.text.get(range.clone())?.replace('-', "_");
        // `FR-IDF` is a part of a country.
        let is_lower = name.starts_with(|c: char| c.is_ascii_lowercase());
        (is_lower && crate::syntax::is_name(&name)).then(|| {
            Mend::say(format!("a name has letters, digits and `_`: write `{name}`"))
                .edit(range, name)
        })
    }

    /// `terms quick loans { … }`, `law digital services "…" { … }`.
    fn name_of_two_words(&self) -> Option<Mend> {
        let ends: &[&str] = match self.item_word()? {
            // A short word may be the code of a language.
            ItemWord::Terms | ItemWord::Wording if self.found.len() < 4 => &[],
            ItemWord::Terms | ItemWord::Wording | ItemWord::Record => &["{"],
            ItemWord::Set | ItemWord::Register => &[":"],
            ItemWord::Pattern => &["="],
            ItemWord::Define => &["=", "("],
            ItemWord::Law | ItemWord::Policy | ItemWord::Office | ItemWord::Rule => &["\""],
            ItemWord::Counter => &["\"", "{"],
            ItemWord::Mark => &["on"],
            ItemWord::Jurisdiction
            | ItemWord::Use
            | ItemWord::Exception
            | ItemWord::Test
            | ItemWord::Action
            | ItemWord::Bloc => &[],
        };
        let first = super::last_word(self.before);
        let is_head = Tokens::of(self.before).nth(2).is_none() && !first.is_empty();
        let is_name = self.is_word() && !is_keyword(self.found);
        if !is_head || !is_name || !ends.iter().any(|end| self.next().starts_with(end)) {
            return None;
        }
        let name = format!("{first}_{}", self.found);
        let range = self.before.len() - first.len()..self.here().end;
        Some(
            Mend::say(format!("write `_` between the words of a name: `{name}`")).edit(range, name),
        )
    }

    /// `escalate to office paris`, `by rule one`, `mentions terms offers`.
    fn kind_before_name(&self) -> Option<Mend> {
        let kind = super::last_word(self.before);
        let is_kind = ItemWord::of(kind).is_some() || kind == "article";
        let takes_name = [
            "to",
            "by",
            "fires",
            "not",
            "undetermined",
            "defeated",
            "gap",
            "cites",
            "delta",
            "marks",
            "in",
            "mentions",
            "matches",
            "basis",
            "of",
        ];
        let is_name = self.is_word() && !is_keyword(self.found);
        if !is_kind || !is_name || !takes_name.contains(&self.second_last_word()) {
            return None;
        }
        let help = format!(
            "delete `{kind}`: the name stands alone, as in `{} {}`",
            self.second_last_word(),
            self.found
        );
        Some(Mend::say(help).edit(self.before.len() - kind.len()..self.start, ""))
    }

    /// `basis [fraud, ads]`, `languages [it, en]`.
    fn names_in_brackets(&self) -> Option<Mend> {
        let is_list = self.wants(Rule::name) || self.wants(Rule::word) || self.wants(Rule::path);
        let word = super::last_word(self.before);
        let takes_names =
            ["basis", "of", "to", "languages", "demands", "for", "holidays", "from", "use"];
        let is_date = self.only(Rule::date) || self.only(Rule::string);
        if !(is_list && self.wanted.len() < 4 || is_date)
            || !matches!(self.found, "[" | "(" | "{")
            || !takes_names.contains(&word)
        {
            return None;
        }
        let inside = self.text.get(self.start..).and_then(in_brackets)?;
        let elements = elements(inside);
        let is_plain =
            |element: &&str| !element.contains(|c: char| c.is_whitespace() || "{[(".contains(c));
        if elements.is_empty() || !elements.iter().all(is_plain) {
            return None;
        }
        let names = elements.join(", ");
        let help = format!("write it without brackets: `{word} {names}`");
        Some(Mend::say(help).edit(self.start..self.start + inside.len() + 2, names))
    }

    /// `law "Digital Services Act" {`, `article "9" orders {`.
    fn name_before_title(&self) -> Option<Mend> {
        let title =
            unquoted(self.found).filter(|_| self.only(Rule::name) && !self.wants(Rule::open))?;
        let word = super::last_word(self.before);
        if word == "basis" {
            return self.titled_basis();
        }
        if word == "says" && ends_in_first_path(self.before.trim_end_matches(word).trim_end()) {
            let help = SAYS_IS_NO_SEARCH;
            let end = self.before.len();
            return Some(Mend::say(help).edit(end - word.len()..end, "mentions"));
        }
        let next = first_path(self.rest.trim_start());
        let is_name = crate::syntax::is_name(title);
        let takes_title = ["law", "policy", "office", "rule", "exception", "article"];
        let is_head = takes_title.contains(&word) && self.second_last_word() != "by";
        if is_name && (!is_head || self.next().starts_with('"') || self.rest.starts_with('.')) {
            let help = format!("write the name without quotes: `{title}`");
            return Some(Mend::say(help).edit(self.here(), title));
        }
        if is_head && !next.is_empty() && !is_keyword(next) {
            let help = format!("write the name before the title: `{word} {next} \"{title}\"`");
            let range = self.start..self.position(self.rest.trim_start()) + next.len();
            return Some(Mend::say(help).edit(range, format!("{next} \"{title}\"")));
        }
        let name = name_of(title);
        if is_head {
            let help = format!("write a name before the title: `{word} {name} \"{title}\"`");
            return Some(Mend::say(help).edit(self.start..self.start, format!("{name} ")));
        }
        match word {
            "terms" | "set" | "define" | "pattern" | "record" | "action" => {
                let help = format!("write a name without quotes: `{word} {name}`");
                Some(Mend::say(help).edit(self.here(), name))
            }
            "to" if self.item_word() == Some(ItemWord::Exception) => {
                Some(Mend::say("write the title before `to`: `exception NAME \"…\" to RULE { … }`"))
            }
            "says" => Some(Mend::say(format!(
                "give the text a name with `wording {name} {{ en: \"{title}\" }}`, and write `says {name}` here"
            ))),
            _ => Some(Mend::say(format!("write a name after `{word}`, without quotes"))),
        }
    }

    /// `use lib/crypto.loci`.
    fn path_without_quotes(&self) -> Option<Mend> {
        // `article orders 9(4)`
        let is_number = self.is_number() && self.second_last_word() == "article";
        if !self.only(Rule::string) || !(self.is_word() || is_number) {
            return None;
        }
        if let Some((_, after)) =
            self.line_rest().split_once("from ").filter(|_| self.follows("use"))
        {
            let help =
                format!("name the file alone: `use {}`; all its items can be used", after.trim());
            let path = self.position(after);
            return Some(Mend::say(help).edit(self.start..path, ""));
        }
        if self.next().starts_with('"') && !self.follows("test") {
            let help = format!("delete `{}`: the text in quotes follows directly", self.found);
            return Some(
                Mend::say(help).edit(self.start..self.position(self.rest.trim_start()), ""),
            );
        }
        if self.next().starts_with('"') && self.follows("test") {
            let help = "delete the name: a test has only a title";
            return Some(
                Mend::say(help).edit(self.start..self.position(self.rest.trim_start()), ""),
            );
        }
        let takes_title = ["law", "policy", "office", "rule", "exception", "article", "bloc"];
        let title =
            self.text.get(self.start..)?.lines().next().and_then(|line| line.split_once('{'));
        if let Some((title, _)) = title.filter(|(title, _)| {
            let takes_title =
                takes_title.contains(&self.second_last_word()) || self.follows("test");
            takes_title && !title.contains('"')
        }) {
            let title = title.trim_end();
            let what = if is_number { "number" } else { "title" };
            let help = format!("put the {what} in quotes: `\"{title}\"`");
            let range = self.start..self.start + title.len();
            return Some(Mend::say(help).edit(range, format!("\"{title}\"")));
        }
        if is_keyword(self.found) {
            return None;
        }
        let path = self.text.get(self.start..)?;
        let end = path
            .find(|c: char| c.is_whitespace() || matches!(c, ',' | '{' | '}'))
            .unwrap_or(path.len());
        let path = path.get(..end)?;
        let help = format!("put it in quotes: `\"{path}\"`");
        Some(Mend::say(help).edit(self.start..self.start + end, format!("\"{path}\"")))
    }

    /// `jurisdiction kz {`, `jurisdiction Kazakhstan {`.
    fn place_code(&self) -> Option<Mend> {
        if !self.only(Rule::code) || !(self.is_word() || self.is_string()) {
            return None;
        }
        if is_keyword(self.found) {
            return Some(Mend::say(
                "write the code of the place before it: two letters, such as `KZ`",
            ));
        }
        let code = self.found.trim_matches('"').to_ascii_uppercase();
        if code.len() == 2 {
            let help = format!("write the code of the place in capitals, without quotes: `{code}`");
            return Some(Mend::say(help).edit(self.here(), code));
        }
        Some(Mend::say(
            "write the code of the place in capitals: the two letters of ISO 3166, such as `KZ` for Kazakhstan in `kz.loci`",
        ))
    }

    /// `policy ads "Adverts" in force from 2024-01-01`.
    fn body_without_braces(&self) -> Option<Mend> {
        if self.only(Rule::open) && matches!(self.found, "=" | ":") && self.next() == "{" {
            let help = format!("delete `{}`: the braces follow directly", self.found);
            return Some(Mend::say(help).edit(self.with_blanks_before(), "").safe_if(true));
        }
        let text = self.text.get(self.start..)?.trim_end();
        if !open_brackets(self.before).is_empty() && matches!(self.found, ":" | "(" | "[") {
            return None;
        }
        if self.only(Rule::open) && self.is_one_of(&["extends", "inherits", "implements"]) {
            return Some(Mend::say(
                "delete it: a rule extends no other; give a condition that several rules share a name with `define`",
            ));
        }
        if self.only(Rule::open) && self.found == ":" && open_brackets(text).is_empty() {
            let range = self.before.len()..self.start + text.len();
            let body = format!(" {{{}\n}}", text.strip_prefix(':')?);
            return Some(Mend::say("put the clauses in braces: `{ … }`").edit(range, body));
        }
        if self.only(Rule::open) && matches!(self.found, "(" | "[") {
            let help = "put the clauses in braces: `{ … }`";
            let edit = in_brackets(text).map(|body| {
                (self.start..self.start + body.len() + 2, format!("{{ {} }}", body.trim()))
            });
            return Some(Mend::say(help).maybe_edit(edit));
        }
        let clause = [
            "in",
            "from",
            "until",
            "url",
            "zone",
            "languages",
            "article",
            "column",
            "given",
            "at",
            "expect",
        ];
        let begins = clause.contains(&self.found) || begins_clause(self.found, self.rest);
        if !self.wants(Rule::open) || self.wanted.len() > 4 || !begins {
            return None;
        }
        let body = self.text.get(self.start..)?.trim_end();
        let force = if matches!(self.found, "from" | "until") { "in force " } else { "" };
        let is_alone =
            !body.contains('#') && open_brackets(body).is_empty() && body.lines().count() == 1;
        let written = format!("{{ {force}{} }}", if is_alone { body } else { "…" });
        let help = format!("put the clauses in braces: `{written}`");
        let edit = is_alone.then(|| (self.start..self.start + body.len(), written));
        Some(Mend::say(help).maybe_edit(edit))
    }

    /// `define is_big { … }`, `define is_big: …`, `define is_big(c) = …`.
    fn definition(&self) -> Option<Mend> {
        if self.wants(Rule::equals)
            && self.wanted.len() < 4
            && self.item_word() == Some(ItemWord::Pattern)
        {
            let mend = Mend::say("write `=` before the regex: `pattern card = r\"[0-9]{16}\"`");
            return Some(match self.found {
                ":" => mend.edit(self.with_blanks_before(), " =").safe_if(true),
                "r" => mend.edit(self.start..self.start, "= ").safe_if(true),
                _ => mend,
            });
        }
        if self.wants(Rule::equals) && self.wanted.len() < 4 {
            if self.found == ":" && self.before.ends_with(')') {
                let ty = up_to(self.rest, |token, _| token == "=");
                let help =
                    format!("delete `:{ty}`: the type of a definition follows from its value");
                return Some(
                    Mend::say(help).edit(self.before.len()..self.here().end + ty.len(), ""),
                );
            }
            let name = Tokens::of(self.text).nth(1).map_or("NAME", |(_, token)| token);
            let help = format!("write `=` before the value of a definition: `define {name} = …`");
            let body = self.text.get(self.start..).and_then(in_brackets);
            let edit = match (self.found, body) {
                (":", _) => Some((self.with_blanks_before(), " =".to_owned())),
                ("{", Some(body)) => {
                    Some((self.start..self.start + body.len() + 2, format!("= {}", body.trim())))
                }
                _ if self.is_word() => Some((self.start..self.start, "= ".to_owned())),
                _ => None,
            };
            return Some(Mend::say(help).maybe_edit(edit));
        }
        if self.only(Rule::colon) && self.is_word() && self.item_word() == Some(ItemWord::Define) {
            let types = [
                "bool", "int", "number", "text", "instant", "duration", "place", "chat", "link",
                "order", "notice", "media",
            ];
            let ty = super::last_word(self.before);
            if types.contains(&self.found) && !types.contains(&ty) {
                let help = format!("write `:` before the type: `{ty}: {}`", self.found);
                let end = self.before.len();
                return Some(Mend::say(help).edit(end..end, ":").safe_if(true));
            }
            let help = format!("write the name, then `:` and the type: `{}: {ty}`", self.found);
            let range = self.before.len() - ty.len()..self.here().end;
            return Some(Mend::say(help).edit(range, format!("{}: {ty}", self.found)));
        }
        None
    }

    fn title(&self) -> Option<Mend> {
        let item = self.item_word();
        let is_exception = item == Some(ItemWord::Exception);
        let has_title = item.is_some_and(|item| match item {
            ItemWord::Law
            | ItemWord::Policy
            | ItemWord::Office
            | ItemWord::Counter
            | ItemWord::Mark
            | ItemWord::Rule
            | ItemWord::Exception
            | ItemWord::Test
            | ItemWord::Bloc => true,
            ItemWord::Jurisdiction
            | ItemWord::Use
            | ItemWord::Terms
            | ItemWord::Pattern
            | ItemWord::Set
            | ItemWord::Register
            | ItemWord::Wording
            | ItemWord::Define
            | ItemWord::Record
            | ItemWord::Action => false,
        });
        let names_file = self.wants(Rule::open) && self.wants(Rule::kw_from) && self.is_string();
        if names_file && matches!(item, Some(ItemWord::Set | ItemWord::Register)) {
            let help = format!("write `from` before the file: `from {}`", self.found);
            return Some(Mend::say(help).edit(self.start..self.start, "from "));
        }
        if self.only(Rule::open)
            && self.is_string()
            && self.next() != "{"
            && matches!(item, Some(ItemWord::Terms | ItemWord::Wording))
        {
            let help = format!(
                "put the texts in braces, each after its language: `{{ en: {} }}`",
                self.found
            );
            return Some(Mend::say(help));
        }
        if self.only(Rule::open) && self.is_string() && !has_title {
            let help =
                "delete it: this item has no title; write notes in comments above it: `## …`";
            return Some(Mend::say(help).edit(self.with_blanks_before(), ""));
        }
        if is_exception && self.wants(Rule::open) && self.is_string() {
            return Some(Mend::say(
                "write the title before `to`: `exception NAME \"…\" to RULE { … }`",
            ));
        }
        if self.only(Rule::string) && self.found == "{" {
            let (word, name) = (self.second_last_word(), super::last_word(self.before));
            if name == "test" {
                return Some(Mend::say("write a title after `test`: `test \"…\" { … }`"));
            }
            return Some(Mend::say(format!("write a title after the name: `{word} {name} \"…\"`")));
        }
        let is_dash = self.found == "-" && self.rest.starts_with(is_name_character);
        if self.only(Rule::kw_to) && self.is_word() && !is_keyword(self.found) {
            let help = "write `to` before the rules that the exception lifts";
            return Some(Mend::say(help).edit(self.start..self.start, "to "));
        }
        first(&[
            (
                self.wants(Rule::open) && is_dash || self.only(Rule::string) && self.found == "-",
                "write names with letters, digits and `_` only",
            ),
            (
                self.only(Rule::kw_to) && self.found == "{",
                "say what the exception lifts: `exception NAME \"…\" to RULE { … }`",
            ),
        ])
    }

    fn name(&self) -> Option<Mend> {
        if !self.only(Rule::name) {
            return None;
        }
        if self.is_number() && self.follows("article") {
            let title = unquoted(self.next());
            let name = title.map_or_else(|| "orders".to_owned(), name_of);
            let number = self.text.get(self.start..)?;
            let end = number.find(|c: char| c.is_whitespace() || c == '{').unwrap_or(number.len());
            let number = number.get(..end)?;
            let written = format!("{name} \"{number}\"");
            let help = format!("write a name first, and the number in quotes: `article {written}`");
            let end =
                title.map_or(self.start + end, |title| self.position(title) + title.len() + 1);
            return Some(Mend::say(help).edit(self.start..end, written));
        }
        first(&[
            (
                self.is_number() || self.found == "-",
                "begin a name with a letter: names have letters, digits and `_`",
            ),
            (
                self.found == "if" && self.follows("then"),
                "an action has no condition of its own: write it after `when`, or write a second rule",
            ),
            (
                self.is_word()
                    && matches!(super::last_word(self.before), "any" | "all" | "no" | "count"),
                "name the elements of the list: `any link in links where (…)`",
            ),
            (
                self.is_word() && self.rest.starts_with('-'),
                "write names with letters, digits and `_` only, such as `is_big`",
            ),
            (self.is_word(), "choose another name: this word is a keyword"),
        ])
    }
}

/// A name made of the words of a title.
pub(super) fn name_of(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.take(4).map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_");
    match name.chars().next() {
        Some(first) if first.is_ascii_alphabetic() && title.is_ascii() => name,
        _ => "my_name".to_owned(),
    }
}
