//! The input of a session, written line by line: whether it is an expression or an item, and whether it is complete.

use super::grammar::{self, LociGrammar, Rule};
use super::tree::{Item, ItemKind};
use super::words::{self, ItemWord, Role};
use super::{Builder, first_word, read, scan, tree};
use crate::base::source::FileId;
use crate::diagnostic::Diagnostic;
use pest::Parser as _;

/// What the input of a session is so far.
#[derive(Debug, PartialEq, Eq)]
pub enum SessionInput {
    /// An expression.
    Expression(Box<tree::Expr>),
    /// It is incomplete.
    NeedsMore,
    /// It is wrong, whatever follows.
    Wrong(Vec<Diagnostic>),
}

/// Reads an expression that is the input of a session.
pub fn read_input(file: FileId, text: &str) -> SessionInput {
    match scan::input(file, text) {
        Err(too_deep) => return SessionInput::Wrong(vec![too_deep]),
        Ok(scanned) if !scanned.found.is_empty() => return SessionInput::Wrong(scanned.found),
        Ok(_) => {}
    }
    match LociGrammar::parse(Rule::lone_expr, text) {
        Ok(pairs) => {
            let mut builder = Builder::new(file, text);
            match builder.lone_expr(pairs) {
                Ok(expr) if builder.found.is_empty() => SessionInput::Expression(Box::new(expr)),
                Ok(_) => SessionInput::Wrong(builder.found),
                Err(mismatch) => SessionInput::Wrong(vec![mismatch]),
            }
        }
        Err(error) => unfinished(text, grammar::diagnostic(&error, file, text, 0)),
    }
}

/// An error at the very end only means that the text is incomplete.
fn unfinished(text: &str, diagnostic: Diagnostic) -> SessionInput {
    let at = diagnostic.at.map_or(0, |at| at.span.start as usize);
    if at >= text.trim_end().len() {
        SessionInput::NeedsMore
    } else {
        SessionInput::Wrong(vec![diagnostic])
    }
}

/// Whether a text begins an item: its first word, and then a name or a title. The first word alone is not enough,
/// because fields may have the same names.
pub fn is_item(text: &str) -> bool {
    let text = without_comments(text);
    let word = first_word(text);
    let after = text.get(word.len()..).unwrap_or_default();
    let next = after.trim_start().chars().next();
    let is_name = next.is_some_and(|c| c.is_alphabetic() || matches!(c, '_' | '"'));
    let second = first_word(after.trim_start());
    let is_operator =
        words::first_words(|row| row.has(Role::Operator)).any(|first| first == second);
    ItemWord::of(word).is_some()
        && after.starts_with(char::is_whitespace)
        && is_name
        && !is_operator
}

/// Whether the input so far is incomplete, as an expression or as an item.
pub fn is_unfinished(text: &str) -> bool {
    let file = FileId::default();
    if !is_item(text) {
        return read_input(file, text) == SessionInput::NeedsMore;
    }
    match scan::input(file, text) {
        Ok(scanned) if scanned.found.is_empty() => {}
        _ => return false,
    }
    match LociGrammar::parse(Rule::lone_item, text) {
        Ok(_) => false,
        Err(error) => {
            unfinished(text, grammar::diagnostic(&error, file, text, 0)) == SessionInput::NeedsMore
        }
    }
}

/// The items of a text that can be read: first word, name and span of each.
pub fn items(text: &str) -> Vec<(&'static str, String, crate::base::source::Span)> {
    let (file, _) = read(FileId::default(), text);
    file.items.iter().map(|item| (item.kind.keyword(), name_of(item), item.span)).collect()
}

/// The name of an item, or its code, path or title: what distinguishes it from others of its kind.
pub fn name_of(item: &Item) -> String {
    let name = match &item.kind {
        ItemKind::Jurisdiction(it) => &it.code.text,
        ItemKind::Use(path) => &path.value,
        ItemKind::Law(it) => &it.name.text,
        ItemKind::Policy(it) => &it.name.text,
        ItemKind::Office(it) => &it.name.text,
        ItemKind::Terms(it) => &it.name.text,
        ItemKind::Set(it) => &it.name.text,
        ItemKind::Define(it) => &it.name.text,
        ItemKind::Rule(it) => &it.name.text,
        ItemKind::Exception(it) => &it.rule.name.text,
        ItemKind::Test(it) => &it.title.value,
        ItemKind::Record(it) => &it.name.text,
        ItemKind::Action(it) => &it.name.text,
        ItemKind::Bloc(it) => &it.code.text,
    };
    name.clone()
}

fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, after)| after).trim_start();
    }
    rest
}
