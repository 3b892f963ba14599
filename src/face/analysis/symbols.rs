//! The outline of a rule file: its items, and the articles, fields and cases in them.

use crate::base::source::{FileId, Span};
use crate::base::stack::with_large_stack;
use crate::syntax;
use crate::syntax::tree::{
    Article, Case, Exception, Field, File, Item, ItemKind, Name, Path, Rule, Text, Wording,
};
use std::ops::Range;

/// An item of a rule file, or a named part of an item.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct Symbol {
    /// What it is called: a name, the title of a test, the path after `use`.
    pub name: String,
    /// A text to show after the name: the title of a law or rule, or the rules that an exception lifts. It may be empty.
    pub detail: String,
    /// What kind of item it is.
    pub kind: SymbolKind,
    /// The bytes of the whole item.
    pub bytes: Range<usize>,
    /// The bytes of its name.
    pub name_bytes: Range<usize>,
    /// The symbols inside it, in order.
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
    Pattern,
    Set,
    Register,
    Wording,
    Define,
    Counter,
    Mark,
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

/// The outline of a rule file, as far as it can be read. Linear in the text.
pub(crate) fn outline(text: &str) -> Vec<Symbol> {
    with_large_stack(|| {
        let (File { items, .. }, _) = syntax::read(FileId::default(), text);
        items.iter().map(symbol).collect()
    })
}

fn symbol(item: &Item) -> Symbol {
    let named = |kind, name: &Name, detail: &str| named(kind, name, detail, item.span);
    match &item.kind {
        ItemKind::Jurisdiction(place) => {
            named(SymbolKind::Jurisdiction, &place.code, value(place.zone.as_ref()))
        }
        ItemKind::Use(path) => leaf(SymbolKind::Use, (&path.value, path.span), "", item.span),
        ItemKind::Law(law) => Symbol {
            children: law.articles.iter().map(article).collect(),
            ..named(SymbolKind::Law, &law.name, &law.title.value)
        },
        ItemKind::Policy(policy) => named(SymbolKind::Policy, &policy.name, &policy.title.value),
        ItemKind::Office(office) => named(SymbolKind::Office, &office.name, &office.title.value),
        ItemKind::Pattern(pattern) => named(SymbolKind::Pattern, &pattern.name, ""),
        ItemKind::Terms(terms) => named(SymbolKind::Terms, &terms.name, ""),
        ItemKind::Set(set) => named(SymbolKind::Set, &set.name, &set.kind.text),
        ItemKind::Register(set) => named(SymbolKind::Register, &set.name, &set.kind.text),
        ItemKind::Wording(wording) => {
            named(SymbolKind::Wording, &wording.name, &languages(wording))
        }
        ItemKind::Define(define) => named(SymbolKind::Define, &define.name, ""),
        ItemKind::Counter(counter) => {
            named(SymbolKind::Counter, &counter.name, value(counter.title.as_ref()))
        }
        ItemKind::Mark(mark) => named(SymbolKind::Mark, &mark.name, value(mark.title.as_ref())),
        ItemKind::Rule(rule) => named(SymbolKind::Rule, &rule.name, value(rule.title.as_ref())),
        ItemKind::Exception(Exception { to, rule: Rule { name, .. } }) => {
            let to: Vec<_> = to.iter().map(Path::dotted).collect();
            named(SymbolKind::Exception, name, &format!("to {}", to.join(", ")))
        }
        ItemKind::Test(test) => Symbol {
            children: (1..).zip(&test.cases).map(case).collect(),
            ..leaf(SymbolKind::Test, (&test.title.value, test.title.span), "", item.span)
        },
        ItemKind::Record(record) => Symbol {
            children: record.fields.iter().map(field).collect(),
            ..named(SymbolKind::Record, &record.name, "")
        },
        ItemKind::Action(action) => named(SymbolKind::Action, &action.name, ""),
        ItemKind::Bloc(bloc) => named(SymbolKind::Bloc, &bloc.code, &bloc.title.value),
    }
}

/// `en, kk`
fn languages(wording: &Wording) -> String {
    let languages = wording.texts.iter().map(|text| &*text.language.text);
    languages.collect::<Vec<_>>().join(", ")
}

fn article(article: &Article) -> Symbol {
    named(SymbolKind::Article, &article.name, &article.number.value, article.span)
}

fn field(field: &Field) -> Symbol {
    named(SymbolKind::Field, &field.name, "", field.span)
}

/// A case without a title has its number as its name.
fn case((number, case): (usize, &Case)) -> Symbol {
    let number = number.to_string();
    let name = case.title.as_ref().map_or((&*number, case.span), |text| (&*text.value, text.span));
    leaf(SymbolKind::Case, name, "", case.span)
}

fn named(kind: SymbolKind, name: &Name, detail: &str, span: Span) -> Symbol {
    leaf(kind, (&name.text, name.span), detail, span)
}

/// A symbol that contains no others.
fn leaf(kind: SymbolKind, (name, name_span): (&str, Span), detail: &str, span: Span) -> Symbol {
    Symbol {
        name: name.to_owned(),
        detail: detail.to_owned(),
        kind,
        bytes: span.range(),
        name_bytes: name_span.range(),
        children: vec![],
    }
}

fn value(text: Option<&Text>) -> &str {
    text.map_or("", |text| &text.value)
}
