//! The input of a session, written line by line: whether it is an expression or an item, and whether it is complete.

use super::grammar::{self, LociGrammar, Others, Rule};
use super::pairs::BuildResult;
use super::tree::{
    Action, Bloc, Define, Exception, Item, ItemKind, Jurisdiction, Law, Mark, NamedRegex, Office,
    Policy, Record, Set, Terms, Test, Wording,
};
use super::words::{self, ItemWord, Role};
use super::{Builder, first_word, read, scan, tree};
use crate::base::source::{FileId, Span};
use crate::diagnostic::{Code, Diagnostic};
use pest::Parser as _;
use pest::iterators::{Pair, Pairs};

/// What the input of a session is so far.
#[derive(Debug, PartialEq, Eq)]
pub enum SessionInput {
    /// An expression.
    Expression(Box<tree::Expr>),
    /// Incomplete, and without a mistake so far.
    NeedsMore,
    /// Wrong, whatever follows.
    Wrong(Vec<Diagnostic>),
}

/// Reads an expression that is the input of a session.
pub fn read_input(file: FileId, text: &str) -> SessionInput {
    match read_lone(file, text, Rule::lone_expr, Builder::expr) {
        Ok(expr) => SessionInput::Expression(Box::new(expr)),
        Err(found) if is_incomplete(text, &found) => SessionInput::NeedsMore,
        Err(found) => SessionInput::Wrong(found),
    }
}

/// Reads a record in the notation of `given`: JSON whose keys need no quotes.
///
/// # Errors
/// All faults of the record.
pub fn record(file: FileId, text: &str) -> Result<tree::Json, Vec<Diagnostic>> {
    read_lone(file, text, Rule::lone_record, Builder::json)
}

/// Reads a text that is nothing but the child of a `lone_…` rule.
fn read_lone<'t, T>(
    file: FileId,
    text: &'t str,
    rule: Rule,
    build: fn(&mut Builder<'t>, Pair<'t, Rule>) -> BuildResult<T>,
) -> Result<T, Vec<Diagnostic>> {
    let pairs = parse_lone(file, text, rule)?;
    let mut builder = Builder::new(file, text);
    let child = pairs.flat_map(Pair::into_inner).next().ok_or_else(|| builder.nothing());
    match child.and_then(|child| build(&mut builder, child)) {
        Ok(built) if builder.found.is_empty() => Ok(built),
        Ok(_) => Err(builder.found),
        Err(mismatch) => Err(vec![mismatch]),
    }
}

fn parse_lone(file: FileId, text: &str, rule: Rule) -> Result<Pairs<'_, Rule>, Vec<Diagnostic>> {
    scan::input(file, text)?;
    LociGrammar::parse(rule, text)
        .map_err(|error| vec![grammar::diagnostic(&error, file, text, 0, &Others::of(text))])
}

/// Whether the only fault is a syntax error at the very end: then the rest of the text may follow.
fn is_incomplete(text: &str, faults: &[Diagnostic]) -> bool {
    let written = u32::try_from(text.trim_end().len()).unwrap_or(u32::MAX);
    matches!(faults, [Diagnostic { code: Code::Syntax, at: Some(at), .. }] if at.span.start >= written)
}

/// Whether a text begins an item: its first word, and then a name or a title. The first word alone is not enough,
/// because fields may have the same names.
pub fn is_item(text: &str) -> bool {
    let text = after_comments(text);
    let word = first_word(text);
    let after_word = text.get(word.len()..).unwrap_or_default();
    let next = after_word.trim_start();
    let is_operator =
        |word| words::first_words(|row| row.has(Role::Operator)).any(|other| other == word);
    ItemWord::of(word).is_some()
        && after_word.starts_with(char::is_whitespace)
        && next.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '"'))
        && !is_operator(first_word(next))
}

/// Whether the input so far is incomplete, as an expression or as an item.
pub fn is_unfinished(text: &str) -> bool {
    let file = FileId::default();
    if is_item(text) {
        let parsed = parse_lone(file, text, Rule::lone_item);
        parsed.is_err_and(|found| is_incomplete(text, &found))
    } else {
        read_input(file, text) == SessionInput::NeedsMore
    }
}

/// The items of a text that can be read: first word, name and span of each.
pub fn items(text: &str) -> Vec<(&'static str, String, Span)> {
    let (file, _) = read(FileId::default(), text);
    file.items.iter().map(|item| (item.kind.keyword(), name_of(item), item.span)).collect()
}

/// The name of an item, or its code, path or title: what distinguishes it from others of its kind.
pub fn name_of(item: &Item) -> String {
    match &item.kind {
        ItemKind::Law(Law { name, .. })
        | ItemKind::Policy(Policy { name, .. })
        | ItemKind::Office(Office { name, .. })
        | ItemKind::Terms(Terms { name, .. })
        | ItemKind::Pattern(NamedRegex { name, .. })
        | ItemKind::Set(Set { name, .. })
        | ItemKind::Register(Set { name, .. })
        | ItemKind::Wording(Wording { name, .. })
        | ItemKind::Define(Define { name, .. })
        | ItemKind::Mark(Mark { name, .. })
        | ItemKind::Rule(tree::Rule { name, .. })
        | ItemKind::Exception(Exception { rule: tree::Rule { name, .. }, .. })
        | ItemKind::Record(Record { name, .. })
        | ItemKind::Action(Action { name, .. })
        | ItemKind::Jurisdiction(Jurisdiction { code: name, .. })
        | ItemKind::Bloc(Bloc { code: name, .. }) => name.text.clone(),
        ItemKind::Counter(counter) => counter.name.text.clone(),
        ItemKind::Use(text) | ItemKind::Test(Test { title: text, .. }) => text.value.clone(),
    }
}

/// The text after the comments at its start.
fn after_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    while rest.starts_with('#') {
        rest = rest.split_once('\n').map_or("", |(_, after)| after).trim_start();
    }
    rest
}
