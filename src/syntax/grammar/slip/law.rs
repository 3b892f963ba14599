//! Slips in laws, policies, offices and in the clauses of a rule that are not conditions.

use super::items::name_of;
use super::tokens::{Tokens, first_path, in_brackets, unquoted, up_to};
use super::{Mend, Rule, Slip, begins_clause, begins_clause_of, either, first};
use crate::base::time::Day;
use crate::syntax::is_name_character;
use crate::syntax::words::{Block, ItemWord};

impl Slip<'_> {
    pub(super) fn law(&self) -> Option<Mend> {
        self.basis()
            .or_else(|| self.articles_in_braces())
            .or_else(|| self.clause_of_article())
            .or_else(|| self.missing_word())
            .or_else(|| self.binds())
            .or_else(|| self.start_of_clock())
            .or_else(|| self.word_of_clause())
            .or_else(|| self.notes())
            .or_else(|| self.office())
            .or_else(|| self.dates())
    }

    /// `basis policy fraud`, `basis fraud and ads`.
    fn basis(&self) -> Option<Mend> {
        let in_basis =
            self.wants(Rule::kw_basis) && self.wants(Rule::comma) && !self.wants(Rule::kw_within);
        if in_basis && matches!(self.found, "and" | "or" | "&") {
            let (first, second) =
                (super::tokens::last_path(self.before), first_path(self.rest.trim_start()));
            let help = format!(
                "write `basis {first}, {second}` if one of them is enough, or `basis all of {first}, {second}` if all must bind"
            );
            return Some(Mend::say(help).edit(self.with_blanks_before(), ","));
        }
        let cited = self.before.rsplit("basis").next().unwrap_or_default();
        let is_ground =
            |c: char| is_name_character(c) || matches!(c, '.' | ',') || c.is_whitespace();
        let is_title = self.wants(Rule::kw_basis) && cited.chars().all(is_ground);
        (is_title && self.before.ends_with(',') || in_basis).then(|| self.titled_basis()).flatten()
    }

    /// `basis "Criminal Code"`: a rule names what it rests on, and the title stands in the item of the law.
    pub(super) fn titled_basis(&self) -> Option<Mend> {
        let title = unquoted(self.found)?;
        let here = |path: &str| {
            let help = format!("write the name of what the rule rests on: `basis {path}`");
            Mend::say(help).edit(self.here(), path)
        };
        let is_path = title.contains('.') && title.split('.').all(crate::syntax::is_name);
        if is_path || self.others.is_declared(title) {
            return Some(here(title));
        }
        match &*self.others.grounds_titled(title) {
            [] => {}
            [only] => return Some(here(only)),
            several => {
                let paths: Vec<_> = several.iter().map(|path| format!("`basis {path}`")).collect();
                return Some(Mend::say(format!("name the article: {}", either(&paths))));
            }
        }
        let name = name_of(title);
        let policy = self.others.policy().map_or_else(String::new, |policy| {
            format!("; or cite a policy of the file: `basis {policy}`")
        });
        Some(Mend::say(format!(
            "declare the law and its article, and name them: `law {name} \"{title}\" {{ article orders \"1\" {{ in force from unknown  binds platform, standing  unverified \"nobody has read the text\" }} }}`, and `basis {name}.orders`{policy}"
        )))
    }

    /// `articles { orders "9" { … } }`, `article { … }`.
    fn articles_in_braces(&self) -> Option<Mend> {
        let (start, open) = if self.wants(Rule::kw_article) && self.next() == "{" {
            (self.start, self.rest.trim_start())
        } else if self.follows("article") && self.found == "{" {
            (self.before.len() - "article".len(), self.text.get(self.start..)?)
        } else {
            return None;
        };
        let inside = in_brackets(open)?;
        let (mut written, mut end, mut depth) = (String::new(), 0, 0_usize);
        let mut last = "";
        for (at, token) in Tokens::of(inside) {
            let begins = depth == 0 && (last.is_empty() || last == "}");
            if begins && token != "article" {
                written.push_str(inside.get(end..at)?);
                written.push_str("article ");
                end = at;
            }
            match token {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            last = token;
        }
        written.push_str(inside.get(end..)?);
        let written = written.trim();
        let head =
            written.split_once('{').map_or("article NAME \"9\"", |(head, _)| head.trim_end());
        let help =
            format!("write each article alone, without the braces around it: `{head} {{ … }}`");
        let range = start..self.position(open) + inside.len() + 2;
        Some(Mend::say(help).edit(range, written))
    }

    /// `law dsa "…" { in force from 2024-02-17 }`.
    fn clause_of_article(&self) -> Option<Mend> {
        if !self.wants(Rule::kw_article) || !begins_clause_of(Block::Article, self.found) {
            return None;
        }
        let ends = |token: &str, _: &str| {
            matches!(token, "article" | "original") || begins_clause_of(Block::Article, token)
        };
        let clause = format!("{}{}", self.found, up_to(self.rest, ends));
        let word = if self.found == "in" { "in force" } else { self.found };
        Some(Mend::say(format!(
            "`{word}` stands in an article: `article NAME \"number\" {{ {clause} … }}`"
        )))
    }

    /// `deadline without undue delay`, `deadline no later than 24 hours from decision`.
    pub(super) fn deadline_in_words(&self) -> Option<Mend> {
        let last = super::last_word(self.before);
        let start = if last == "deadline" {
            self.start
        } else if self.second_last_word() == "deadline" {
            self.before.len() - last.len()
        } else {
            return None;
        };
        let text = self.text.get(start..)?;
        let is_word = |token: &str| token.starts_with(|c: char| c.is_ascii_alphabetic());
        let begins_other = |token: &str, rest: &str| {
            let is_clause = begins_clause_of(Block::Article, token);
            is_clause && (token != "in" || rest.trim_start().starts_with("force"))
        };
        let words = up_to(text, |token, rest| {
            !is_word(token) || token == "from" || begins_other(token, rest)
        });
        let after = text.get(words.len()..)?.trim_start();
        if words.is_empty() || self.item_word() != Some(ItemWord::Law) {
            return None;
        }
        let range = start..start + words.len();
        if after.starts_with(|c: char| c.is_ascii_digit()) {
            let help = format!("delete `{words}`: `deadline {}`", up_to(after, begins_other));
            return Some(Mend::say(help).edit(start..self.position(after), ""));
        }
        let help = format!("put the words of the law in quotes: `deadline \"{words}\"`");
        let message = format!("the words `{words}` are not in quotes");
        Some(Mend::say(help).edit(range.clone(), format!("\"{words}\"")).about(range, message))
    }

    /// The first word of a clause is missing.
    fn missing_word(&self) -> Option<Mend> {
        let last = super::last_word(self.before);
        if self.second_last_word() == "basis"
            && begins_clause(last, "")
            && !self.wants(Rule::kw_within)
        {
            return Some(Mend::say("name an article or a policy after `basis`: `basis fraud`"));
        }
        if last == "the" && self.is_word() {
            let help = format!("delete `the`: write `{}` alone", self.found);
            return Some(Mend::say(help).edit(self.before.len() - last.len()..self.start, ""));
        }
        if self.only(Rule::kw_by) && self.is_number() && self.follows("review") {
            return Some(
                Mend::say("write `by` before the day: `review by 2027-06-30`")
                    .edit(self.start..self.start, "by "),
            );
        }
        if self.wants(Rule::in_force_head)
            && !self.wants(Rule::kw_from)
            && matches!(self.found, "from" | "until")
        {
            let help = format!("write `in force` before it: `in force {} 2026-01-01`", self.found);
            return Some(Mend::say(help).edit(self.start..self.start, "in force "));
        }
        let begins_days = matches!(self.next(), "from" | "by" | "until");
        if self.wants(Rule::in_force_head)
            && matches!(self.found, "in" | "\"in\"" | "force")
            && begins_days
        {
            return Some(Mend::say("write `in force`").edit(self.here(), "in force"));
        }
        if self.wants(Rule::kw_binds) && matches!(self.found, "of" | "an" | "a") {
            return Some(Mend::say(match self.second_last_word() {
                "from" => {
                    "write the event alone: `from order.received_at`, `from notice.received_at`, `from knowledge` or `from decision`"
                }
                _ => "write the word alone: `on order`, `on notice` or `on knowledge`",
            }));
        }
        if self.wants(Rule::kw_mode)
            && self.is_one_of(&["enabled", "disabled", "active", "status", "state"])
        {
            return Some(Mend::say(
                "delete it: each rule is in use; a rule on trial has `mode shadow`",
            ));
        }
        let is_short = self.is_word() && self.found.len() < 4;
        let names_article = self.is_word() && self.next().starts_with('"');
        let word = if self.wants(Rule::kw_on) && self.found == "unknown" {
            "on"
        } else if self.wants(Rule::kw_languages) && !self.wants(Rule::comma) && is_short {
            "languages"
        } else if self.wants(Rule::kw_zone) && self.is_string() {
            "zone"
        } else if self.wants(Rule::kw_article) && names_article {
            "article"
        } else {
            return None;
        };
        let help = format!("write `{word}` before it: `{word} {}`", self.found);
        Some(Mend::say(help).edit(self.start..self.start, format!("{word} ")))
    }

    /// `binds author and platform, standing`.
    fn binds(&self) -> Option<Mend> {
        let one = super::last_word(self.before);
        if self.second_last_word() == "binds" && matches!(self.found, "on" | "standing") {
            let end = self.before.len();
            let help = format!("write `,` before the trigger: `binds {one}, {}`", self.found);
            return Some(Mend::say(help).edit(end..end, ","));
        }
        let is_second =
            matches!(self.found, "and" | "or" | "&") && self.second_last_word() == "binds";
        let other = first_path(self.rest.trim_start());
        is_second.then(|| {
            Mend::say(format!(
                "an article binds one of them: write two articles, one that `binds {one}` and one that `binds {other}`"
            ))
        })
    }

    /// `deadline 24 hours after receipt of the order`.
    fn start_of_clock(&self) -> Option<Mend> {
        let is_clock =
            self.wants(Rule::kw_from) && !self.follows("force") && !self.wants(Rule::kw_column);
        let is_start = self.is_one_of(&["after", "of", "since", "upon", "following", "on"]);
        (is_clock && is_start && self.wanted.len() > 2).then(|| {
            Mend::say(
                "write the event after `from`: `from order.received_at`, `from order.given_at`, `from notice.received_at`, `from knowledge` or `from decision`",
            )
        })
    }

    /// `severity 3`, `languages "it", "en"`.
    fn word_of_clause(&self) -> Option<Mend> {
        if !self.only(Rule::word) {
            return None;
        }
        if unquoted(self.found).is_some() {
            let text = self.text.get(self.start..)?;
            let list = up_to(text, |token, _| token != "," && unquoted(token).is_none());
            let bare = list.replace('"', "");
            let help = format!("write it without quotes: `{}`", bare.trim());
            return Some(Mend::say(help).edit(self.start..self.start + list.len(), bare));
        }
        first(&[
            (self.follows("severity"), "write `low`, `medium`, `high` or `critical`"),
            (self.follows("mode"), "write `shadow` or `live`"),
            (
                self.follows("category"),
                "write one of the categories that `lexloci doc category` lists",
            ),
            (self.follows("languages"), "write the codes of the languages: `languages it, en`"),
        ])
    }

    /// Metadata of other rule systems, such as `description: "…"`.
    fn notes(&self) -> Option<Mend> {
        let notes = [
            "title",
            "name",
            "description",
            "desc",
            "id",
            "author",
            "comment",
            "note",
            "message",
            "reason",
            "date",
            "owner",
            "version",
            "tags",
            "falsepositives",
            "logsource",
            "summary",
        ];
        let is_value = matches!(self.next(), ":" | "=") || self.next().starts_with('"');
        (self.wants(Rule::kw_basis) && !self.wants(Rule::kw_and) && is_value && self.is_one_of(&notes)).then(|| {
            Mend::say(
                "delete it: the title of a rule stands in quotes after its name, and notes are comments above it: `## …`",
            )
        })
    }

    /// `office rome "Rome" { languages it  email "…" }`.
    fn office(&self) -> Option<Mend> {
        let is_clause =
            self.is_word() && matches!(self.next(), ":" | "=") || self.next().starts_with('"');
        (self.wants(Rule::kw_languages) && self.is_word() && is_clause).then(|| {
            Mend::say(format!(
                "delete `{} …`: an office has only `languages`; write how to reach it in a comment above it: `## …`",
                self.found
            ))
        })
    }

    fn dates(&self) -> Option<Mend> {
        let begins = begins_clause(self.found, self.rest);
        let is_first_day = if self.follows("force") {
            self.is_number() || self.is_word() && !begins
        } else {
            // In a set of numbers, another number is another entry.
            let follows_number = self.before.ends_with(|c: char| c.is_ascii_digit());
            self.is_number() && !self.wants(Rule::kw_deadline) && !follows_number
        };
        if self.wants(Rule::kw_from) && is_first_day {
            let help = "write `from` before a first day: `in force from 2026-01-01`";
            let edit = if self.is_number() {
                Some((self.start..self.start, "from ".to_owned()))
            } else {
                None
            };
            let edit = edit.or_else(|| {
                let is_word_for_it =
                    self.is_one_of(&["since", "starting", "beginning", "after", "on"]);
                is_word_for_it.then(|| (self.here(), "from".to_owned()))
            });
            return Some(Mend::say(help).maybe_edit(edit));
        }
        if let Some(day) =
            unquoted(self.found).filter(|_| self.wants(Rule::date) && self.wanted.len() < 4)
        {
            let mend = Mend::say(format!("write the day without quotes: `{day}`"));
            let is_day = day.starts_with(|c: char| c.is_ascii_digit());
            return Some(mend.maybe_edit(is_day.then(|| (self.here(), day.to_owned()))));
        }
        if self.only(Rule::date) && self.is_word() {
            let mut words = self.line_rest().split_whitespace();
            if let Some(day) = words.find(|word| Day::parse(word).is_ok()) {
                let help = format!("write the day alone: `{day}`");
                let end = self.position(day) + day.len();
                return Some(Mend::say(help).edit(self.start..end, day));
            }
        }
        if self.only(Rule::date) && self.follows("verified") {
            let help = "write the day on which a person read the text of the law, such as `verified 2026-03-01`; if nobody has read it, write `unverified \"nobody has read the text\"`";
            let start = self.before.len() - "verified".len();
            let edit = self.is_one_of(&["no", "false", "never", "none"]).then(|| {
                (start..self.here().end, "unverified \"nobody has read the text\"".to_owned())
            });
            return Some(Mend::say(help).maybe_edit(edit));
        }
        first(&[
            (self.wants(Rule::date) && self.wanted.len() < 4, "write the day as `2026-03-01`"),
            (
                self.only(Rule::string) && self.follows("unverified"),
                "write the reason in quotes: `unverified \"nobody has read the text\"`",
            ),
            (
                self.only(Rule::duration) && self.is_number(),
                "write the duration as `24 hours` or `7 days`",
            ),
        ])
    }
}
