//! Semantic tokens: what each word of a rule file is, so that an editor can colour names by what they mean.

use super::{NameKind, Workspace};
use crate::face::analysis::{Class, highlight};
use std::collections::HashMap;
use std::ops::Range;

/// A word of a text, and what it is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Token {
    /// Its bytes.
    pub bytes: Range<usize>,
    /// What kind of word it is. A keyword that is used as a name counts as a name.
    pub class: Class,
    /// What it means, if it is a known name.
    pub name: Option<NameKind>,
    /// Whether the name is declared here.
    pub is_declaration: bool,
}

impl Workspace {
    /// The words of a file in order, without the blanks between them. Unfinished and faulty text has tokens too. Checks the
    /// file if it changed; otherwise linear in the text.
    pub fn tokens(&mut self, path: &str) -> Vec<Token> {
        let names = self.analysis.names_of(path);
        let names: HashMap<_, _> = names.iter().map(|name| (name.at.span.range(), name)).collect();
        let text = self.text(path).unwrap_or_default();
        let token = |(bytes, class): (Range<usize>, Class)| {
            let name = names.get(&bytes);
            let class = if name.is_some() && class == Class::Keyword { Class::Name } else { class };
            let is_declaration = name.is_some_and(|name| name.at == name.declared);
            Token { bytes, class, name: name.map(|name| name.kind), is_declaration }
        };
        highlight(text).into_iter().map(token).collect()
    }
}
