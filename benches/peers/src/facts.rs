//! The fields that the rules use, read from the JSON of a message without copying. Most engines work on these. Reading them
//! and nothing else is the floor that all engines are compared with.

use serde::Deserialize;
use std::borrow::Cow;

/// The fields that rules use.
#[derive(Debug, Deserialize)]
pub struct Facts<'a> {
    #[serde(borrow)]
    pub parts: Vec<Part<'a>>,
    pub chat: Chat,
    pub author: Author,
    #[serde(borrow)]
    pub language: Language<'a>,
    #[serde(borrow)]
    pub visibility: Visibility<'a>,
}

#[derive(Debug, Deserialize)]
pub struct Part<'a> {
    #[serde(borrow)]
    pub text: Cow<'a, str>,
}

#[derive(Debug, Deserialize)]
pub struct Chat {
    pub members: i64,
    pub strikes: i64,
}

#[derive(Debug, Deserialize)]
pub struct Author {
    pub account: Account,
}

#[derive(Debug, Deserialize)]
pub struct Account {
    pub is_bot: bool,
}

#[derive(Debug, Deserialize)]
pub struct Language<'a> {
    pub declared: &'a str,
}

#[derive(Debug, Deserialize)]
pub struct Visibility<'a> {
    #[serde(borrow)]
    pub countries: Vec<&'a str>,
}

impl<'a> Facts<'a> {
    pub fn read(json: &'a [u8]) -> Self {
        serde_json::from_slice(json).expect("the benchmark wrote it")
    }

    pub fn text(&self) -> &str {
        self.parts.first().map_or("", |part| &part.text)
    }

    pub fn members(&self) -> i64 {
        self.chat.members
    }

    pub fn is_bot(&self) -> bool {
        self.author.account.is_bot
    }

    /// The text in lower case, for engines that do not fold case themselves.
    pub fn lower(&self) -> String {
        self.text().to_lowercase()
    }
}

/// Whole words: the longest runs of letters, digits and marks.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_word(c)).filter(|word| !word.is_empty())
}

pub fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || !c.is_ascii()
            && (c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c))
}
