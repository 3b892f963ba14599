//! Text to tree. Reading never fails: it returns what it could read together with a diagnostic for each part it
//! could not.

mod build;
mod grammar;
mod kids;
mod layout;
mod scan;
pub mod tree;

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::limits;
use crate::source::{FileId, Location, Span};
use build::Builder;
use grammar::{LociGrammar, Rule};
use pest::Parser as _;
use pest::iterators::Pair;

/// The keywords that start items.
pub const ITEMS: [&str; 14] = [
    "jurisdiction",
    "use",
    "law",
    "policy",
    "office",
    "terms",
    "set",
    "define",
    "rule",
    "exception",
    "test",
    "record",
    "action",
    "bloc",
];

/// Reads a whole rule file. Linear in the text.
pub fn read(file: FileId, text: &str) -> (tree::File, Vec<Diagnostic>) {
    if text.len() > limits::FILE_BYTES {
        let message = format!("the file has {} bytes", text.len());
        let help = "a rule file has at most 1 MiB: put long lists into files of their own";
        let diagnostic =
            Diagnostic::new(Code::TooLarge, Location { file, span: Span::default() }, message);
        return (unread(text), vec![diagnostic.help(help)]);
    }
    let scanned = match scan::scan(file, text) {
        Ok(scanned) => scanned,
        Err(too_deep) => return (unread(text), vec![too_deep]),
    };
    let pairs = match LociGrammar::parse(Rule::file, text) {
        Ok(pairs) => pairs,
        Err(error) => return (unread(text), vec![grammar::diagnostic(&error, file, text, 0)]),
    };
    let mut builder = Builder::new(file, text);
    let mut out = tree::File { comments: scanned.comments, ..tree::File::default() };
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
    if !ITEMS.contains(&word) {
        let diagnostic =
            Diagnostic::new(Code::Syntax, at, format!("expected an item, found `{word}`"));
        return Err(match nearest(word, ITEMS) {
            Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")).fix(at, meant, true),
            None => diagnostic.help(format!("an item starts with {}", ITEMS.join(", "))),
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

fn first_word(text: &str) -> &str {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next().unwrap_or("")
}

fn length(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// A file of which nothing could be read: no name that it declares is at fault.
fn unread(text: &str) -> tree::File {
    let items = text.lines().filter(|line| ITEMS.contains(&first_word(line)));
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
    let scanned = scan::scan(FileId::default(), text);
    let pairs = scanned.ok().and_then(|_| LociGrammar::parse(Rule::file, text).ok())?;
    let inside = pairs.flatten().filter(|pair| pair.as_rule() != Rule::file);
    inside.map(|pair| kids::span(&pair)).find(|unit| unit.start == start)
}

/// What a REPL should do with the text typed so far.
#[derive(Debug, PartialEq, Eq)]
pub enum Typed {
    /// An expression.
    Expression(Box<tree::Expr>),
    /// It could go on.
    NeedsMore,
    /// It cannot become one.
    Wrong(Vec<Diagnostic>),
}

/// Reads an expression as typed into a REPL.
pub fn typed(file: FileId, text: &str) -> Typed {
    match scan::scan(file, text) {
        Err(too_deep) => return Typed::Wrong(vec![too_deep]),
        Ok(scanned) if !scanned.found.is_empty() => return Typed::Wrong(scanned.found),
        Ok(_) => {}
    }
    match LociGrammar::parse(Rule::lone_expr, text) {
        Ok(pairs) => {
            let mut builder = Builder::new(file, text);
            match builder.lone_expr(pairs) {
                Ok(expr) if builder.found.is_empty() => Typed::Expression(Box::new(expr)),
                Ok(_) => Typed::Wrong(builder.found),
                Err(drift) => Typed::Wrong(vec![drift]),
            }
        }
        Err(error) => unfinished(text, grammar::diagnostic(&error, file, text, 0)),
    }
}

/// A fault at the very end only means that more has to come.
fn unfinished(text: &str, diagnostic: Diagnostic) -> Typed {
    let at = diagnostic.at.map_or(0, |at| at.span.start as usize);
    if at >= text.trim_end().len() { Typed::NeedsMore } else { Typed::Wrong(vec![diagnostic]) }
}

/// Reads a record in the notation of `given`: JSON whose keys need no quotes.
///
/// # Errors
/// All faults found.
pub fn record(file: FileId, text: &str) -> Result<tree::Json, Vec<Diagnostic>> {
    let scanned = scan::scan(file, text).map_err(|too_deep| vec![too_deep])?;
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
