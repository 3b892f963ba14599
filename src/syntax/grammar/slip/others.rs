//! What a file declares beside an item that could not be read, so that its message can name it.

use super::tokens::{Tokens, unquoted};
use std::cell::OnceCell;

/// The laws and policies of a file. They are looked for when a message first asks for one.
pub(in crate::syntax) struct Others<'t> {
    text: &'t str,
    found: OnceCell<Vec<Ground>>,
}

/// A law or a policy.
struct Ground {
    name: String,
    title: String,
    is_policy: bool,
    /// The names of its articles.
    articles: Vec<String>,
}

impl<'t> Others<'t> {
    /// Those of a file with this text.
    pub(in crate::syntax) fn of(text: &'t str) -> Self {
        Self { text, found: OnceCell::new() }
    }

    /// A policy.
    pub(super) fn policy(&self) -> Option<&str> {
        self.grounds().iter().find(|ground| ground.is_policy).map(|policy| policy.name.as_str())
    }

    /// Whether a policy has this name.
    pub(super) fn is_declared(&self, name: &str) -> bool {
        self.grounds().iter().any(|ground| ground.is_policy && ground.name == name)
    }

    /// The paths that a rule can cite of the law or policy with a title.
    pub(super) fn grounds_titled(&self, title: &str) -> Vec<String> {
        let title = title.to_lowercase();
        let Some(ground) = self.grounds().iter().find(|one| one.title.to_lowercase() == title)
        else {
            return vec![];
        };
        if ground.is_policy {
            return vec![ground.name.clone()];
        }
        ground.articles.iter().map(|article| format!("{}.{article}", ground.name)).collect()
    }

    fn grounds(&self) -> &[Ground] {
        self.found.get_or_init(|| grounds(self.text))
    }
}

/// The laws and policies that begin a line of a text. Linear in the text.
fn grounds(text: &str) -> Vec<Ground> {
    let mut grounds: Vec<Ground> = vec![];
    for line in text.lines() {
        let mut tokens = Tokens::of(line).map(|(_, token)| token);
        if let Some(rest) = line.strip_prefix("policy ").or_else(|| line.strip_prefix("law ")) {
            let mut words = Tokens::of(rest).map(|(_, token)| token);
            let name = words.next().unwrap_or_default().to_owned();
            let title = words.next().and_then(unquoted).unwrap_or_default().to_owned();
            let is_policy = line.starts_with("policy ");
            grounds.push(Ground { name, title, is_policy, articles: vec![] });
        }
        while tokens.any(|token| token == "article") {
            if let (Some(name), Some(law)) = (tokens.next(), grounds.last_mut()) {
                law.articles.push(name.to_owned());
            }
        }
    }
    grounds
}
