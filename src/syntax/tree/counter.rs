//! Counters and marks.

use super::{Expr, Name, Path, Spanned, Text};
use crate::base::source::Span;
use crate::base::time::{Day, Period};

/// `counter NAME "title" { per author.key  over 90 days  since 2026-12-01  when chat.public }`. The checker decides which
/// clauses it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counter {
    pub name: Name,
    pub title: Option<Text>,
    pub per: Option<Per>,
    pub over: Option<Spanned<Period>>,
    pub since: Option<Spanned<Day>>,
    pub when: Option<Expr>,
    pub counts: Option<Counted>,
    pub distinct: Option<Expr>,
    pub adds: Option<Expr>,
    pub lateness: Option<Spanned<Period>>,
}

impl Counter {
    /// All expressions in it, in the order in which they are explained.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let per = self
            .per
            .iter()
            .flat_map(|per| per.each.iter().map(|(_, list)| &**list).chain(&per.values));
        per.chain(&self.when).chain(&self.distinct).chain(&self.adds)
    }
}

/// `per author.key, chat.id`, `per each link in links: link.host`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Per {
    /// The name of the elements, and their list.
    pub each: Option<(Name, Box<Expr>)>,
    /// At least one.
    pub values: Vec<Expr>,
    pub span: Span,
}

/// `counts rules R, S upheld`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// At least one.
    pub rules: Vec<Path>,
    /// The word `upheld`.
    pub upheld: Option<Span>,
    pub span: Span,
}

/// `mark NAME on author "title"`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    pub name: Name,
    /// `author`, `chat` or `message`.
    pub on: Name,
    pub title: Option<Text>,
}
