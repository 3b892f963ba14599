//! Operators, quotes, brackets and comments as other languages write them.

use super::tokens::{Tokens, around, last_path, last_word, open_brackets};
use super::{Mend, Rule, Slip, begins_clause, begins_clause_of, is_keyword};
use crate::syntax::is_name_character;
use crate::syntax::words::{Block, ItemWord};

/// Operators of other languages, and ours.
const OPERATORS: &[(&str, &str)] = &[
    ("===", "=="),
    ("!==", "!="),
    ("<>", "!="),
    ("=!", "!="),
    ("~=", "!="),
    ("=<", "<="),
    ("=>", ">="),
    ("==>", ">="),
    (":=", "="),
    ("=~", "matches"),
    ("~", "matches"),
    ("&", "and"),
    ("|", "or"),
];

impl Slip<'_> {
    pub(super) fn sign(&self) -> Option<Mend> {
        self.arrow()
            .or_else(|| self.operator())
            .or_else(|| self.not_sign())
            .or_else(|| self.colon())
            .or_else(|| self.semicolon())
            .or_else(|| self.comma())
            .or_else(|| self.comment())
            .or_else(|| self.closing_bracket())
            .or_else(|| self.question_mark())
    }

    /// `when A -> restrict`, `when A => restrict`.
    fn arrow(&self) -> Option<Mend> {
        let is_arrow = self.found == ">" && self.before.ends_with(['-', '='])
            || self.found == ":" && self.wants(Rule::kw_then) && self.wants(Rule::kw_and);
        let has_then = Tokens::of(self.rest).any(|(_, token)| token == "then");
        let in_rule = Tokens::of(self.before).any(|(_, token)| token == "when");
        (is_arrow && in_rule && !has_then).then(|| {
            let start = self.before.trim_end_matches(['-', '=']).len();
            let start = if self.found == ":" { self.before.len() } else { start };
            Mend::say("write `then` before the actions").edit(start..self.here().end, " then")
        })
    }

    fn operator(&self) -> Option<Mend> {
        let range = around(self.text, self.here(), |c| "=<>!~&|^:".contains(c));
        let written = self.text.get(range.clone())?;
        let (_, ours) = OPERATORS.iter().find(|(foreign, _)| *foreign == written)?;
        let is_operator = self.wants(Rule::kw_and) || self.wants_operand() || written == ":=";
        let help = format!("write `{ours}` instead of `{written}`");
        // `=>` can be an arrow, and `|` can part the elements of a list.
        let is_certain = !matches!(written, "=>" | "==>" | "|" | "~" | "=~");
        is_operator.then(|| Mend::say(help).edit(range, *ours).safe_if(is_certain))
    }

    /// `!chat.public`.
    fn not_sign(&self) -> Option<Mend> {
        if self.found != "!" {
            return None;
        }
        let help = "write `not` before the condition";
        let is_before_operand = self.rest.starts_with(|c: char| is_name_character(c) || c == '(');
        let mend = Mend::say(help);
        Some(if is_before_operand { mend.edit(self.here(), "not ") } else { mend })
    }

    /// `basis: fraud`.
    fn colon(&self) -> Option<Mend> {
        if self.found == ":"
            && self.wants(Rule::kw_when)
            && self.before.ends_with(|c: char| c.is_ascii_digit())
        {
            let help = "write `when` before a condition: `5 when chat.scam`";
            return Some(Mend::say(help).edit(self.with_blanks_before(), " when"));
        }
        let word = last_word(self.before);
        let is_sign = matches!(self.found, ":" | "=") && !self.rest.starts_with('=');
        let has_meaning = [Rule::kw_and, Rule::colon, Rule::equals, Rule::kw_where, Rule::bad_eq];
        let follows_keyword = is_keyword(word)
            && ItemWord::of(word).is_none()
            && last_path(self.before) == word
            && !has_meaning.iter().any(|rule| self.wants(*rule));
        (is_sign && follows_keyword).then(|| {
            let help = format!("delete it: no `{}` follows `{word}`", self.found);
            Mend::say(help).edit(self.with_blanks_before(), "").safe_if(true)
        })
    }

    /// A comma between clauses.
    fn comma(&self) -> Option<Mend> {
        let after = self.rest.trim_start().strip_prefix(self.next()).unwrap_or("");
        let is_clause = begins_clause(self.next(), after)
            || self.wants(Rule::kw_expect) && begins_clause_of(Block::Test, self.next());
        let is_needed = self.wants(Rule::comma) || self.found != ",";
        if !is_needed && self.wants(Rule::open) && self.next() == "{" {
            let help = "delete it: the braces follow directly";
            return Some(Mend::say(help).edit(self.here(), "").safe_if(true));
        }
        (is_clause && !is_needed).then(|| {
            let help = "delete it: there is no `,` between clauses";
            Mend::say(help).edit(self.here(), "").safe_if(true)
        })
    }

    fn semicolon(&self) -> Option<Mend> {
        if self.found != ";" {
            return None;
        }
        // At the end of a line, a `;` can be deleted safely.
        let is_line_end = self.line_rest().trim().is_empty() || self.next() == "}";
        let help = "delete it: clauses and items do not end with `;`";
        Some(Mend::say(help).edit(self.here(), "").safe_if(is_line_end))
    }

    /// `// why`, `/* why */`.
    fn comment(&self) -> Option<Mend> {
        let sign = self.text.get(self.start..)?.get(..2)?;
        if sign == "/*" {
            return Some(Mend::say("begin each line of a comment with `#`"));
        }
        let is_comment = sign == "//" || sign == "--" && self.before.len() < self.start;
        let range = self.start..self.start + 2;
        is_comment.then(|| Mend::say("begin a comment with `#`").edit(range, "#"))
    }

    /// A closing bracket that nothing opens, or that closes another kind.
    fn closing_bracket(&self) -> Option<Mend> {
        let opening = match self.found {
            ")" => "(",
            "]" => "[",
            "}" => "{",
            _ => return None,
        };
        let open = open_brackets(self.before);
        if open.iter().any(|(_, bracket)| *bracket == opening) {
            let (_, innermost) = open.last().filter(|(_, innermost)| *innermost != opening)?;
            if self.next() == closing_of(innermost) {
                let help = format!("delete it: the `{opening}` before it is closed");
                return Some(Mend::say(help).edit(self.here(), ""));
            }
            let closing = closing_of(innermost);
            let help = format!("a `{innermost}` before this is not closed: add `{closing}`");
            return Some(Mend::say(help).edit(self.start..self.start, closing));
        }
        match open.last() {
            Some((_, "(")) if self.wants(Rule::rparen) => {
                Some(Mend::say("close the bracket with `)`").edit(self.here(), ")"))
            }
            Some((_, "[")) if self.wants(Rule::rbracket) => {
                Some(Mend::say("close the list with `]`").edit(self.here(), "]"))
            }
            _ => {
                let help = format!("delete it: no `{opening}` is open here");
                Some(Mend::say(help).edit(self.here(), ""))
            }
        }
    }

    /// `a ? b : c`.
    fn question_mark(&self) -> Option<Mend> {
        let is_choice = self.found == "?" && self.wants(Rule::kw_and);
        is_choice
            .then(|| Mend::say("write a choice as `if A then B else C`, and a default as `A ?? B`"))
    }

    /// Strings in other quotes, and quotes in strings.
    pub(super) fn quote(&self) -> Option<Mend> {
        if let "'" | "`" = self.found {
            let help = "write strings in double quotes: `\"…\"`";
            let inside = self.line_rest().split_once(self.found).map(|(inside, _)| inside);
            let prefix = if self.wants(Rule::regex) && self.wanted.len() < 4 { "r" } else { "" };
            let edit = inside.filter(|inside| !inside.contains(['"', '\\'])).map(|inside| {
                (self.start..self.here().end + inside.len() + 1, format!("{prefix}\"{inside}\""))
            });
            return Some(Mend::say(help).maybe_edit(edit));
        }
        let touches_string = self.text.get(..self.start).is_some_and(|text| text.ends_with('"'));
        let is_text = self.is_word() || self.is_number();
        let (inside, _) = self.line_rest().split_once('"')?;
        let is_text = is_text && !inside.contains([',', ':', '{', '}', '[', ']']);
        (touches_string && is_text).then(|| {
            let range = self.start - 1..self.here().end + inside.len() + 1;
            let help = "write a quote inside a string as `\\\"`";
            Mend::say(help).edit(range, format!("\\\"{}{inside}\\\"", self.found))
        })
    }
}

/// The bracket that closes another.
fn closing_of(opening: &str) -> &'static str {
    match opening {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}
