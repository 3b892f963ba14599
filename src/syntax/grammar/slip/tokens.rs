//! The tokens of a text that could not be parsed: words, strings and signs.

use crate::syntax::is_name_character;
use std::ops::Range;

/// The tokens of a text with their positions, without blanks and comments.
pub(super) struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Tokens<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, at: 0 }
    }
}

impl<'t> Iterator for Tokens<'t> {
    type Item = (usize, &'t str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let rest = self.text.get(self.at..)?;
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            if !trimmed.starts_with('#') {
                break;
            }
            self.at += trimmed.find('\n').unwrap_or(trimmed.len());
        }
        let rest = self.text.get(self.at..)?;
        let token = rest.get(..length(rest)?)?;
        let at = self.at;
        self.at += token.len();
        Some((at, token))
    }
}

/// The length of the token at the start of a text.
fn length(text: &str) -> Option<usize> {
    if let Some(raw) = text.strip_prefix("r\"") {
        return Some(raw.find(['"', '\n']).map_or(text.len(), |end| end + 3));
    }
    let first = text.chars().next()?;
    if first == '"' {
        let mut is_escaped = false;
        let inside = text.char_indices().skip(1);
        let mut ends = inside.filter(|(_, c)| {
            let ends = matches!(c, '"' | '\n') && !is_escaped;
            is_escaped = *c == '\\' && !is_escaped;
            ends
        });
        return Some(ends.next().map_or(text.len(), |(end, _)| end + 1));
    }
    if is_name_character(first) {
        return Some(text.find(|c| !is_name_character(c)).unwrap_or(text.len()));
    }
    Some(first.len_utf8())
}

/// The word at the end of a text. Empty if it ends in something else.
pub(in crate::syntax::grammar) fn last_word(text: &str) -> &str {
    text.rsplit(|c| !is_name_character(c)).next().unwrap_or_default()
}

/// The path at the end of a text, such as `chat.title`.
pub(super) fn last_path(text: &str) -> &str {
    let path = text.rsplit(|c| !is_name_character(c) && c != '.').next().unwrap_or_default();
    path.trim_start_matches(|c: char| !c.is_ascii_alphabetic())
}

/// The path at the start of a text.
pub(super) fn first_path(text: &str) -> &str {
    let end = text.find(|c| !is_name_character(c) && c != '.').unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// The brackets that are open at the end of a text, with their positions.
pub(super) fn open_brackets(text: &str) -> Vec<(usize, &str)> {
    let mut open = vec![];
    for (at, token) in Tokens::of(text) {
        match token {
            "(" | "[" | "{" => open.push((at, token)),
            ")" | "]" | "}" => drop(open.pop()),
            _ => {}
        }
    }
    open
}

/// What a text begins with, if that is a bracket: the text between it and the bracket that closes it.
pub(super) fn in_brackets(text: &str) -> Option<&str> {
    let mut depth = 0_usize;
    let closes = |(at, token): (usize, &str)| {
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        (depth == 0).then_some(at)
    };
    let end = Tokens::of(text).find_map(closes)?;
    text.starts_with(['(', '[', '{']).then(|| text.get(1..end)).flatten()
}

/// The elements of a list that are parted by commas, without the blanks around them.
pub(super) fn elements(list: &str) -> Vec<&str> {
    let mut ends: Vec<usize> = vec![];
    let mut depth = 0_usize;
    for (at, token) in Tokens::of(list) {
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "," if depth == 0 => ends.push(at),
            _ => {}
        }
    }
    ends.push(list.len());
    let starts = std::iter::once(0).chain(ends.iter().map(|end| end + 1));
    let parts = starts.zip(&ends).filter_map(|(start, end)| list.get(start..*end));
    parts.map(str::trim).filter(|part| !part.is_empty()).collect()
}

/// The text in quotes, without them.
pub(super) fn unquoted(token: &str) -> Option<&str> {
    token.strip_prefix('"')?.strip_suffix('"')
}

/// The part of a text up to the first token that ends it, without the blanks before that token. A closing bracket that
/// is not opened in the part ends it too.
pub(super) fn up_to(text: &str, ends: impl Fn(&str, &str) -> bool) -> &str {
    let (mut depth, mut end) = (0_usize, 0);
    for (at, token) in Tokens::of(text) {
        let after = at + token.len();
        match token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" if depth == 0 => break,
            ")" | "]" | "}" => depth -= 1,
            _ if depth == 0 && ends(token, text.get(after..).unwrap_or_default()) => break,
            _ => {}
        }
        end = after;
    }
    text.get(..end).unwrap_or_default()
}

/// The digits and separators around a range, as far as they go without a blank.
pub(super) fn around(
    text: &str,
    range: Range<usize>,
    is_part: impl Fn(char) -> bool,
) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or_default();
    let after = text.get(range.end..).unwrap_or_default();
    let start = before.trim_end_matches(&is_part).len();
    let end = text.len() - after.trim_start_matches(&is_part).len();
    start..end
}

#[cfg(test)]
mod tests {
    use super::{Tokens, elements, in_brackets, open_brackets, up_to};

    #[test]
    fn brackets_in_strings_and_comments_do_not_count() {
        let text = "(a \")\" r\"[\" # }\n [b])c";
        let tokens: Vec<_> = Tokens::of(text).map(|(_, token)| token).collect();
        assert_eq!(tokens, ["(", "a", "\")\"", "r\"[\"", "[", "b", "]", ")", "c"]);
        assert_eq!(in_brackets(text), text.get(1..text.len() - 2));
        assert_eq!(open_brackets("{ \"(\" ( [ ]"), [(0, "{"), (6, "(")]);
        assert_eq!(in_brackets("(a"), None);
    }

    #[test]
    fn lists_and_parts_end_where_their_brackets_do() {
        assert_eq!(elements("a, f(b, c), \"d, e\",,"), ["a", "f(b, c)", "\"d, e\""]);
        let is_then = |token: &str, _: &str| token == "then";
        assert_eq!(up_to("a (then) b  then c", is_then), "a (then) b");
        assert_eq!(up_to("a) then", is_then), "a");
    }
}
