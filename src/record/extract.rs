//! What is read out of the text of a part, where a host did not say it: links, tags, wallets, telephone numbers, mail
//! addresses, bank cards. Everything takes linear time.

mod contacts;
mod disguise;
mod links;
mod tags;
mod urls;
mod wallets;

pub(crate) use contacts::{Contact, contacts_of_part};
pub(crate) use links::{Entity, Link, links_of_part};
pub(crate) use tags::{Tags, tags};
pub(crate) use wallets::{Wallet, wallets};

use unicode_properties::{GeneralCategory, GeneralCategoryGroup, UnicodeGeneralCategory};

/// A letter of any alphabet.
fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    c.general_category_group() == GeneralCategoryGroup::Letter
}

/// Whether a character belongs to a name, so that what follows it does not begin one: letters, numbers, `_`.
fn is_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    matches!(
        c.general_category_group(),
        GeneralCategoryGroup::Letter | GeneralCategoryGroup::Number
    )
}

/// A digit of any script.
fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && c.general_category() == GeneralCategory::DecimalNumber)
}

/// The character before a place.
fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at).and_then(|head| head.chars().next_back())
}

/// The character at a place.
fn after(text: &str, at: usize) -> Option<char> {
    text.get(at..).and_then(|rest| rest.chars().next())
}

/// The beginning of a text whose characters all pass.
fn run(text: &str, of: impl Fn(char) -> bool) -> &str {
    text.get(..text.find(|c| !of(c)).unwrap_or(text.len())).unwrap_or_default()
}

/// The end of a text whose characters all pass.
fn run_back(text: &str, of: impl Fn(char) -> bool) -> &str {
    let start = text.char_indices().rev().take_while(|(_, c)| of(*c)).last();
    start.and_then(|(at, _)| text.get(at..)).unwrap_or_default()
}

#[cfg(test)]
mod tests;
