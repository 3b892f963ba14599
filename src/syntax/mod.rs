//! Text to tree. Reading never fails: it returns what it could read together with a diagnostic for each part it
//! could not.

mod build;
mod grammar;
mod kids;
mod highlight;
mod layout;
mod scan;
pub mod tree;
mod typed;
pub mod words;

pub use highlight::{Class, highlight};
pub use typed::{Typed, is_item, is_unfinished, items, name_of, typed};

use crate::base::limits;
use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic, nearest};
use build::Builder;
use grammar::{LociGrammar, Rule};
use pest::Parser as _;
use pest::iterators::Pair;
use std::borrow::Cow;
use words::ItemWord;

/// Reads a whole rule file. Linear in the text.
pub fn read(file: FileId, text: &str) -> (tree::File, Vec<Diagnostic>) {
    if text.len() > limits::FILE_BYTES {
        let message = format!("the file has {} bytes", text.len());
        let help = "a rule file has at most 1 MiB: put long lists into files of their own";
        let diagnostic =
            Diagnostic::new(Code::TooLarge, Location { file, span: Span::default() }, message);
        return (unread(text), vec![diagnostic.help(help)]);
    }
    let scanned = scan::file(file, text);
    let readable = without(text, &scanned.refused);
    let pairs = match LociGrammar::parse(Rule::file, &readable) {
        Ok(pairs) => pairs,
        Err(error) => return (unread(text), vec![grammar::diagnostic(&error, file, text, 0)]),
    };
    let mut builder = Builder::new(file, text);
    let mut out = tree::File { comments: scanned.comments, ..tree::File::default() };
    out.broken.extend(scanned.refused.iter().filter_map(|item| name_of_broken(text, *item)));
    let mut found = scanned.found;
    for pair in pairs.flat_map(Pair::into_inner).filter(|pair| pair.as_rule() != Rule::EOI) {
        let span = kids::span(&pair);
        let bad = pair.as_rule() == Rule::bad_item;
        match if bad { reread(file, &pair, &found) } else { builder.item(pair).map(Ok) } {
            Ok(Ok(item)) => out.items.push(item),
            Ok(Err(Some(diagnostic))) | Err(diagnostic) => {
                found.push(diagnostic);
                out.broken.extend(name_of_broken(text, span));
            }
            Ok(Err(None)) => out.broken.extend(name_of_broken(text, span)),
        }
    }
    out.comments.retain(|comment| !builder.docs.contains(comment));
    found.append(&mut builder.found);
    found.sort_by_key(|diagnostic| diagnostic.at);
    (out, found)
}

/// Why an item could not be read. A fault that the scan saw inside explains it best; otherwise reading the item again,
/// alone, finds the furthest place it reached.
fn reread(
    file: FileId,
    pair: &Pair<'_, Rule>,
    scanned: &[Diagnostic],
) -> Result<Result<tree::Item, Option<Diagnostic>>, Diagnostic> {
    let span = kids::span(pair);
    let seen = |diagnostic: &Diagnostic| diagnostic.at.is_some_and(|at| span.covers(at.span));
    if scanned.iter().any(seen) {
        return Ok(Err(None));
    }
    let word = grammar::next_word(pair.as_str());
    let at = Location { file, span: Span { start: span.start, end: span.start + length(word) } };
    if ItemWord::of(word).is_none() {
        let items = ItemWord::ALL.map(ItemWord::word);
        let diagnostic =
            Diagnostic::new(Code::Syntax, at, format!("expected an item, found `{word}`"));
        return Err(match nearest(word, items) {
            Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")).fix(at, meant, true),
            None => diagnostic.help(format!("an item starts with {}", items.join(", "))),
        });
    }
    match LociGrammar::parse(Rule::lone_item, pair.as_str()) {
        Err(error) => Err(grammar::diagnostic(&error, file, pair.as_str(), span.start as usize)),
        // Alone it can be read, so it was the place that was wrong.
        Ok(_) => Err(Diagnostic::new(
            Code::ItemNotAtLineStart,
            at,
            format!("`{word}` does not start a line"),
        )
        .help("start every item on a line of its own")),
    }
}

/// The text with some items blank, every other byte in its place.
fn without<'t>(text: &'t str, items: &[Span]) -> Cow<'t, str> {
    if items.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for item in items {
        let (start, end) = (out.len().max(item.start as usize), item.end as usize);
        out.push_str(text.get(out.len()..start).unwrap_or_default());
        let refused = text.get(start..end).unwrap_or_default();
        // The line ends stay, so that the next item still starts a line.
        out.extend(refused.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    }
    out.push_str(text.get(out.len()..).unwrap_or_default());
    Cow::Owned(out)
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("")
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// A file of which nothing could be read: no name that it declares is at fault.
fn unread(text: &str) -> tree::File {
    let items = text.lines().filter(|line| ItemWord::of(first_word(line)).is_some());
    let broken = items.filter_map(second_word).collect();
    tree::File { broken, ..tree::File::default() }
}

/// `rule NAME …` is broken, so uses of NAME are not at fault.
fn name_of_broken(text: &str, span: Span) -> Option<String> {
    let item = text.get(span.start as usize..span.end as usize)?;
    second_word(item)
}

fn second_word(item: &str) -> Option<String> {
    let name = item.split_whitespace().nth(1)?;
    Some(first_word(name).to_owned()).filter(|name| !name.is_empty())
}

/// A rule file in the canonical layout: the same items in the same order with the same comments.
///
/// # Errors
/// What is wrong with the file, or with the formatter: a text that would not say the same is never given out.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    let (tree, found) = read(file, text);
    if !found.is_empty() {
        return Err(found);
    }
    let formatted = layout::format(text).unwrap_or_default();
    let (again, found) = read(file, &formatted);
    let comments = |tree: &tree::File, text: &str| -> Vec<String> {
        let slice = |span: &Span| text.get(span.start as usize..span.end as usize).unwrap_or("");
        tree.comments.iter().map(|comment| slice(comment).trim_end().to_owned()).collect()
    };
    let same = found.is_empty()
        && shape(&again) == shape(&tree)
        && comments(&again, &formatted) == comments(&tree, text);
    if same {
        return Ok(formatted);
    }
    let at = Location { file, span: Span::default() };
    let message = "the formatted file would not say the same, so it is left as it is";
    Err(vec![Diagnostic::new(Code::Internal, at, message)])
}

/// A tree without what differs when only the layout does.
fn shape(file: &tree::File) -> String {
    let debug = format!("{:?}", tree::File { comments: vec![], ..file.clone() });
    let mut pieces = debug.split("Span { start: ");
    let mut out = pieces.next().unwrap_or("").to_owned();
    out.extend(pieces.map(|piece| piece.split_once('}').map_or("", |(_, rest)| rest)));
    out
}

/// The largest part of a rule file that begins at a byte: an item, an article, a clause, a word. Linear in the text.
pub fn unit_at(text: &str, start: u32) -> Option<Span> {
    let scanned = scan::file(FileId::default(), text);
    let is_safe = scanned.refused.is_empty();
    let pairs = is_safe.then(|| LociGrammar::parse(Rule::file, text).ok()).flatten()?;
    let inside = pairs.flatten().filter(|pair| pair.as_rule() != Rule::file);
    inside.map(|pair| kids::span(&pair)).find(|unit| unit.start == start)
}

/// Reads a record in the notation of `given`: JSON whose keys need no quotes.
///
/// # Errors
/// All faults found.
pub fn record(file: FileId, text: &str) -> Result<tree::Json, Vec<Diagnostic>> {
    let scanned = scan::alone(file, text).map_err(|too_deep| vec![too_deep])?;
    if !scanned.found.is_empty() {
        return Err(scanned.found);
    }
    let pairs = LociGrammar::parse(Rule::lone_record, text)
        .map_err(|error| vec![grammar::diagnostic(&error, file, text, 0)])?;
    let mut builder = Builder::new(file, text);
    match builder.lone_record(pairs) {
        Ok(json) if builder.found.is_empty() => Ok(json),
        Ok(_) => Err(builder.found),
        Err(drift) => Err(vec![drift]),
    }
}

#[cfg(test)]
mod tests;
