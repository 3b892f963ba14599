//! What each word of a rule file is, for colours that know what names mean.

use super::Workspace;
use super::definition::{NameKind, bytes};
use crate::face::analysis::{Class, highlight};
use std::collections::HashMap;
use std::ops::Range;

/// A word of a text, and what it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Token {
    /// Its bytes.
    pub bytes: Range<usize>,
    /// What kind of word it is, also where it means nothing.
    pub class: Class,
    /// What it stands for, if it is a name that could be resolved.
    pub name: Option<NameKind>,
    /// Whether it is where that is declared.
    pub is_declaration: bool,
}

impl Workspace {
    /// The words of a file in order; blanks are in none. Whatever is typed so far has tokens. Checks the file if it
    /// changed, then linear in the text.
    pub fn tokens(&mut self, path: &str) -> Vec<Token> {
        let names = self.analysis.names_of(path);
        let names: HashMap<_, _> = names.iter().map(|name| (bytes(name.at), name)).collect();
        let text = self.text(path).unwrap_or_default();
        let token = |(bytes, class): (Range<usize>, Class)| {
            let name = names.get(&bytes);
            // A word of the language that is a name here is a name.
            let class = if name.is_some() && class == Class::Keyword { Class::Name } else { class };
            let is_declaration = name.is_some_and(|name| name.at == name.declared);
            Token { bytes, class, name: name.map(|name| name.kind), is_declaration }
        };
        highlight(text).into_iter().map(token).collect()
    }
}
