//! What is read out of the text of a part, where a host did not say it: links, tags and wallets.

mod links;
mod tags;
mod wallets;

pub(crate) use links::{Entity, Link, deceives, links_of_part, links_outside};
pub(crate) use tags::{Tags, tags};
pub(crate) use wallets::{Wallet, wallets};

/// Whether a character belongs to a name, so that what follows it does not begin one.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The character before a place.
fn before(text: &str, at: usize) -> Option<char> {
    text.get(..at).and_then(|head| head.chars().next_back())
}

/// The beginning of a text whose characters all pass.
fn run(text: &str, of: impl Fn(char) -> bool) -> &str {
    text.get(..text.find(|c| !of(c)).unwrap_or(text.len())).unwrap_or_default()
}
