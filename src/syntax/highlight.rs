//! Classifies the words of a text for highlighting. Each word is classified by itself, so that incomplete and wrong text
//! is highlighted too.

use super::first_word;
use super::words::{self, ItemWord, Role, Word};
use crate::base::time::Unit;
use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

/// Classes of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// A word of the language.
    Keyword,
    /// A name or a field.
    Name,
    /// A number, a day, an instant or a unit of time.
    Number,
    /// A string, a pattern or a regular expression.
    Text,
    /// A comment.
    Comment,
    /// An operator or a bracket.
    Sign,
}

/// The words of the language.
static KEYWORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| words::single_words(|word| !word.has(Role::Unit)).collect());

/// The words of expressions and records. In a text without items, all other words are names.
static EXPRESSION_WORDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| words::single_words(Word::is_of_expressions).collect());

/// Whether a word is a unit of time, such as `day` or `days`.
fn is_unit(word: &str) -> bool {
    let one = word.strip_suffix('s').unwrap_or(word);
    Unit::ALL.iter().any(|unit| unit.word() == one)
}

/// The length of the operator at the start of a text, or of one character if there is no operator.
fn sign_length(rest: &str) -> usize {
    let signs = words::all().filter(|row| row.is_sign() && rest.starts_with(row.word));
    let longest = signs.map(|row| row.word.len()).max();
    longest.or(rest.chars().next().map(char::len_utf8)).unwrap_or(0)
}

/// The words of a text with their classes, in order, without blanks.
pub fn highlight(text: &str) -> Vec<(Range<usize>, Class)> {
    let has_items = text.lines().any(|line| ItemWord::of(first_word(line.trim_start())).is_some());
    let mut found: Vec<(Range<usize>, Class)> = vec![];
    let mut at = 0;
    while let Some((length, class)) = text.get(at..).and_then(|rest| next_word(rest, has_items)) {
        let after_dot = at > 0 && text.get(..at).is_some_and(|before| before.ends_with('.'));
        let number_before = found.last().is_some_and(|(_, class)| *class == Class::Number);
        let word = text.get(at..at + length).unwrap_or_default();
        let class = match class {
            Some(Class::Keyword) if after_dot => Some(Class::Name),
            Some(Class::Name) if number_before && is_unit(word) => Some(Class::Number),
            class => class,
        };
        found.extend(class.map(|class| (at..at + length, class)));
        at += length;
    }
    found
}

/// The length and class of the first word of a text. Blanks have no class.
fn next_word(rest: &str, has_items: bool) -> Option<(usize, Option<Class>)> {
    let c = rest.chars().next()?;
    let length_while =
        |continues: fn(char) -> bool| rest.find(|c| !continues(c)).unwrap_or(rest.len());
    Some(match c {
        c if c.is_whitespace() => (length_while(char::is_whitespace), None),
        '#' => (rest.find('\n').unwrap_or(rest.len()), Some(Class::Comment)),
        '"' => (string_length(rest, 1, true), Some(Class::Text)),
        'r' if rest.starts_with("r\"") => (string_length(rest, 2, false), Some(Class::Text)),
        c if c.is_ascii_digit() => (
            length_while(|c| c.is_ascii_alphanumeric() || "_.:-+".contains(c)),
            Some(Class::Number),
        ),
        c if c.is_alphabetic() || c == '_' => {
            let length = length_while(|c| c.is_alphanumeric() || c == '_');
            let word = rest.get(..length).unwrap_or_default();
            let is_keyword =
                if has_items { KEYWORDS.contains(word) } else { EXPRESSION_WORDS.contains(word) };
            (length, Some(if is_keyword { Class::Keyword } else { Class::Name }))
        }
        _ => (sign_length(rest), Some(Class::Sign)),
    })
}

/// The length of a string up to its closing quote or the end of its line. `open` is the length of its opening quote.
fn string_length(rest: &str, open: usize, escapes: bool) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(open) {
        match c {
            '\n' => return at,
            '"' if !escaped => return at + 1,
            _ => escaped = escapes && c == '\\' && !escaped,
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::{Class, KEYWORDS, highlight};

    fn classes(text: &str) -> String {
        let letter = |class| match class {
            Class::Keyword => 'k',
            Class::Name => 'n',
            Class::Number => '0',
            Class::Text => 't',
            Class::Comment => '#',
            Class::Sign => 's',
        };
        let mut out = " ".repeat(text.len());
        for (range, class) in highlight(text) {
            let letters = letter(class).to_string().repeat(range.len());
            out.replace_range(range, &letters);
        }
        out
    }

    #[test]
    fn each_word_has_its_class() {
        for (text, letters) in [
            ("chat.members >= 10_000", "nnnnsnnnnnnn ss 000000"),
            ("text mentions \"a\\\"b\" near x", "nnnn kkkkkkkk tttttt kkkk n"),
            ("chat.in == r\"\\d\" # why", "nnnnsnn ss ttttt #####"),
            ("sent_at < 2026-01-01 and law", "nnnnnnn s 0000000000 kkk nnn"),
            ("law a \"open", "kkk n ttttt"),
            ("author.age > 24 hours", "nnnnnnsnnn s 00 00000"),
        ] {
            assert_eq!(classes(text), letters, "{text}");
        }
        assert!(KEYWORDS.contains("jurisdiction"));
        assert!(highlight("қ \u{1b} \"").len() == 3);
    }
}
