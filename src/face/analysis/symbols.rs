//! The outline of a rule file: its items and what they contain, by name and place.

use crate::base::source::{FileId, Span};
use crate::base::stack::with_large_stack;
use crate::syntax;
use crate::syntax::tree::{
    Article, Case, Exception, Field, File, Item, ItemKind, Name, Rule, Test, Text,
};
use std::ops::Range;

/// An item of a rule file, or a named part of an item.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Symbol {
    /// What it is called: a name, the title of a test, the path after `use`.
    pub name: String,
    /// More about it, to show after the name: the title of a law or rule, what an exception lifts. It may be empty.
    pub detail: String,
    /// What kind of item it is.
    pub kind: SymbolKind,
    /// The bytes of the whole item.
    pub bytes: Range<usize>,
    /// The bytes of its name.
    pub name_bytes: Range<usize>,
    /// What it contains, in order.
    pub children: Vec<Symbol>,
}

/// A kind of item, or of a part of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[expect(missing_docs, reason = "each has the name of the keyword that it stands for")]
pub enum SymbolKind {
    Jurisdiction,
    Use,
    Law,
    Article,
    Policy,
    Office,
    Terms,
    Set,
    Define,
    Rule,
    Exception,
    Test,
    /// A row of a test.
    Case,
    Record,
    Field,
    Action,
    Bloc,
}

/// The outline of a text, as far as it can be read. Linear in the text.
pub(crate) fn outline(text: &str) -> Vec<Symbol> {
    with_large_stack(|| {
        let (File { items, .. }, _) = syntax::read(FileId::default(), text);
        items.iter().map(symbol).collect()
    })
}

fn symbol(item: &Item) -> Symbol {
    let titled = |kind, name: &Name, title: &str| named(kind, name, title, item.span);
    match &item.kind {
        ItemKind::Jurisdiction(it) => {
            titled(SymbolKind::Jurisdiction, &it.code, value(it.zone.as_ref()))
        }
        ItemKind::Use(path) => text(SymbolKind::Use, path, item.span),
        ItemKind::Law(it) => Symbol {
            children: it.articles.iter().map(article).collect(),
            ..titled(SymbolKind::Law, &it.name, &it.title.value)
        },
        ItemKind::Policy(it) => titled(SymbolKind::Policy, &it.name, &it.title.value),
        ItemKind::Office(it) => titled(SymbolKind::Office, &it.name, &it.title.value),
        ItemKind::Terms(it) => titled(SymbolKind::Terms, &it.name, ""),
        ItemKind::Set(it) => titled(SymbolKind::Set, &it.name, &it.kind.text),
        ItemKind::Define(it) => titled(SymbolKind::Define, &it.name, ""),
        ItemKind::Rule(it) => titled(SymbolKind::Rule, &it.name, value(it.title.as_ref())),
        ItemKind::Exception(Exception { to, rule: Rule { name, .. } }) => {
            titled(SymbolKind::Exception, name, &format!("to {}", to.dotted()))
        }
        ItemKind::Test(it) => test(it, item.span),
        ItemKind::Record(it) => Symbol {
            children: it.fields.iter().map(field).collect(),
            ..titled(SymbolKind::Record, &it.name, "")
        },
        ItemKind::Action(it) => titled(SymbolKind::Action, &it.name, ""),
        ItemKind::Bloc(it) => titled(SymbolKind::Bloc, &it.code, &it.title.value),
    }
}

fn article(article: &Article) -> Symbol {
    named(SymbolKind::Article, &article.name, &article.number.value, article.span)
}

fn field(field: &Field) -> Symbol {
    named(SymbolKind::Field, &field.name, "", field.span)
}

fn test(test: &Test, span: Span) -> Symbol {
    let case = |(number, case): (usize, &Case)| match &case.title {
        Some(title) => text(SymbolKind::Case, title, case.span),
        None => {
            let name = (number + 1).to_string();
            let (bytes, name_bytes) = (case.span.range(), case.span.range());
            let (detail, children) = (String::new(), vec![]);
            Symbol { name, detail, kind: SymbolKind::Case, bytes, name_bytes, children }
        }
    };
    Symbol {
        children: test.cases.iter().enumerate().map(case).collect(),
        ..text(SymbolKind::Test, &test.title, span)
    }
}

fn named(kind: SymbolKind, name: &Name, detail: &str, span: Span) -> Symbol {
    Symbol {
        name: name.text.clone(),
        detail: detail.to_owned(),
        kind,
        bytes: span.range(),
        name_bytes: name.span.range(),
        children: vec![],
    }
}

fn text(kind: SymbolKind, text: &Text, span: Span) -> Symbol {
    Symbol {
        name: text.value.clone(),
        detail: String::new(),
        kind,
        bytes: span.range(),
        name_bytes: text.span.range(),
        children: vec![],
    }
}

fn value(text: Option<&Text>) -> &str {
    text.map_or("", |text| &text.value)
}
