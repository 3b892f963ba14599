//! Finds links, tags, wallets, telephone numbers, mail addresses and bank cards in texts, all in linear time.

mod contacts;
mod disguise;
mod links;
mod tags;
mod urls;
mod wallets;

pub(crate) use contacts::{Contact, Contacts, contacts_of_part};
pub(crate) use links::{Entity, Link, deceives, links_of_part, links_outside};
pub(crate) use tags::tags;
pub(crate) use wallets::{Wallet, wallets};

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// Ranges of a text that are already taken, for example by links.
#[derive(Debug)]
struct Covered(Vec<(usize, usize)>);

impl Covered {
    fn new(mut ranges: Vec<(usize, usize)>) -> Self {
        ranges.sort_unstable();
        // Each end is raised to the largest end so far, because the search needs ascending ends.
        let mut largest_end = 0;
        for (_, end) in &mut ranges {
            largest_end = largest_end.max(*end);
            *end = largest_end;
        }
        Self(ranges)
    }

    /// Whether a range overlaps none of the taken ranges.
    fn is_free(&self, start: usize, end: usize) -> bool {
        let before = self.0.partition_point(|&(other, _)| other < end);
        let last = before.checked_sub(1).and_then(|last| self.0.get(last));
        last.is_none_or(|&(_, other)| other <= start)
    }
}

/// Whether a character is a letter of any alphabet.
fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    c.general_category_group() == GeneralCategoryGroup::Letter
}

/// Whether a character is a letter, a number or `_`. No name begins after such a character.
fn is_word_char(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
    )
}

/// Whether a character is a digit of any script.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && c.general_category() == GeneralCategory::DecimalNumber)
}

/// The character before a position.
fn char_before(text: &str, at: usize) -> Option<char> {
    text.get(..at).and_then(|head| head.chars().next_back())
}

/// The character at a position.
fn char_at(text: &str, at: usize) -> Option<char> {
    text.get(at..).and_then(|rest| rest.chars().next())
}

/// The longest beginning of a text in which all characters satisfy a condition.
fn leading_run(text: &str, accepts: impl Fn(char) -> bool) -> &str {
    text.get(..text.find(|c| !accepts(c)).unwrap_or(text.len())).unwrap_or_default()
}

/// The longest end of a text in which all characters satisfy a condition.
fn trailing_run(text: &str, accepts: impl Fn(char) -> bool) -> &str {
    let start = text.char_indices().rev().take_while(|(_, c)| accepts(*c)).last();
    start.and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
