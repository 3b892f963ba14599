//! Turns the text of a rule file into a syntax tree, and formats the text. Reading never fails: the result has the items
//! that could be read, and a diagnostic for each other part of the text.

mod build;
mod grammar;
mod pairs;
mod highlight;
mod layout;
mod scan;
pub mod tree;
mod input;
pub mod words;

pub use highlight::{Class, highlight};
pub use input::{SessionInput, is_item, is_unfinished, items, name_of, read_input, record};

use crate::base::limits;
use crate::base::source::{FileId, Location, Span};
use crate::base::steps;
use crate::diagnostic::{Code, Diagnostic};
use build::Builder;
use foldhash::HashMap;
use grammar::{LociGrammar, Others, Rule};
use pest::Parser as _;
use pest::iterators::{Pair, Pairs};
use std::borrow::Cow;
use words::ItemWord;

/// Whether a text is a name that items, parameters and functions can have.
pub fn is_name(text: &str) -> bool {
    let parsed = (text.len() <= limits::NAME_BYTES)
        .then(|| LociGrammar::parse(Rule::name, text).ok())
        .flatten();
    parsed.is_some_and(|name| name.as_str() == text)
}

/// The day that a text in quotes means: `2026-03-01` for `01.03.2026` and for `1 March 2026`.
pub(crate) fn day_in_text(text: &str) -> Option<String> {
    grammar::day_in_text(text)
}

/// Whether names and words of the language can contain a character.
fn is_name_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Reads a rule file. Linear in the text.
pub fn read(file: FileId, text: &str) -> (tree::File, Vec<Diagnostic>) {
    if let Some(too_large) = too_large(file, text) {
        return (unreadable(text), vec![too_large]);
    }
    let scanned = scan::file(file, text);
    let readable = blank_out(text, &scanned.refused);
    match LociGrammar::parse(Rule::file, &readable) {
        Ok(pairs) => build(file, text, scanned, pairs),
        Err(error) => {
            (unreadable(text), vec![grammar::diagnostic(&error, file, text, 0, &Others::of(text))])
        }
    }
}

fn too_large(file: FileId, text: &str) -> Option<Diagnostic> {
    let message = format!("the file has {} bytes", text.len());
    let help = "move long lists into files of their own: a rule file may have at most 1 MiB";
    let at = Location { file, span: Span::default() };
    let is_too_large = text.len() > limits::FILE_BYTES;
    is_too_large.then(|| Diagnostic::new(Code::TooLarge, at, message).help(help))
}

/// The tree of a file that was parsed, and all its faults.
fn build(
    file: FileId,
    text: &str,
    scanned: scan::ScanResult,
    pairs: Pairs<'_, Rule>,
) -> (tree::File, Vec<Diagnostic>) {
    let (mut builder, others) = (Builder::new(file, text), Others::of(text));
    let mut out = tree::File { comments: scanned.comments, ..tree::File::default() };
    out.broken.extend(scanned.refused.iter().flat_map(|item| broken_at(text, *item)));
    let mut found = scanned.found;
    found.sort_by_key(|diagnostic| diagnostic.at);
    let mut in_items = vec![];
    for pair in pairs.flat_map(Pair::into_inner).filter(|pair| pair.as_rule() != Rule::EOI) {
        let mut span = pairs::span(&pair);
        let read = if pair.as_rule() == Rule::bad_item {
            if let Some(item) = out.items.pop_if(|last| is_continued(text, last, span)) {
                span.start = item.span.start;
            }
            Err(fault_of_item(file, pair.get_input(), span, &found, &others))
        } else {
            builder.item(pair).map_err(Some)
        };
        match read {
            Ok(item) => out.items.push(item),
            Err(diagnostic) => {
                in_items.extend(diagnostic);
                out.broken.extend(broken_at(text, span));
            }
        }
    }
    out.comments.retain(|comment| !builder.docs.contains(comment));
    found.append(&mut in_items);
    found.append(&mut builder.found);
    found.sort_by_key(|diagnostic| diagnostic.at);
    (out, found)
}

/// Whether the text after a definition or list belongs to it: it is on the same line, and begins no item.
fn is_continued(text: &str, last: &tree::Item, next: Span) -> bool {
    let is_open = matches!(
        last.kind,
        tree::ItemKind::Define(_)
            | tree::ItemKind::Set(_)
            | tree::ItemKind::Register(_)
            | tree::ItemKind::Mark(_)
    );
    let between = text.get(last.span.end as usize..next.start as usize).unwrap_or("\n");
    let begins_item = || ItemWord::of(first_word(text.get(next.range()).unwrap_or(""))).is_some();
    is_open && !between.contains('\n') && !begins_item()
}

/// Reads an item alone, to find out where it goes wrong. `None` when the scan, whose diagnostics are in order, has already
/// reported a mistake inside it.
fn fault_of_item(
    file: FileId,
    text: &str,
    span: Span,
    scanned: &[Diagnostic],
    others: &Others<'_>,
) -> Option<Diagnostic> {
    let starts = |diagnostic: &Diagnostic| diagnostic.at.map_or(0, |at| at.span.start);
    let first = scanned.partition_point(|diagnostic| starts(diagnostic) < span.start);
    let mut from_here = scanned.iter().skip(first).inspect(|_| steps::spend(|| 1));
    let is_inside = |diagnostic: &Diagnostic| diagnostic.at.is_some_and(|at| span.covers(at.span));
    if from_here.by_ref().take_while(|one| starts(one) < span.end).any(is_inside) {
        return None;
    }
    let start = span.start as usize;
    let (before, alone) = (text.get(..start)?, text.get(span.range())?);
    let word = grammar::next_word(alone);
    if ItemWord::of(word).is_none() {
        return Some(grammar::no_item(file, before, alone));
    }
    Some(match LociGrammar::parse(Rule::lone_item, alone) {
        Err(error) => grammar::diagnostic(&error, file, alone, start, others),
        // The item itself can be read, so only its position is wrong.
        Ok(_) => {
            let at = Location { file, span: Span::of(start..start + word.len()) };
            let message = format!("`{word}` is not at the start of a line");
            Diagnostic::new(Code::ItemNotAtLineStart, at, message)
                .help("start every item on a line of its own")
        }
    })
}

/// The text with blanks in the place of some items. All other bytes keep their position.
fn blank_out<'t>(text: &'t str, items: &[Span]) -> Cow<'t, str> {
    if items.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    for item in items {
        let (start, end) = (out.len().max(item.start as usize), item.end as usize);
        out.push_str(text.get(out.len()..start).unwrap_or_default());
        let refused = text.get(start..end).unwrap_or_default();
        // Keep line ends, so that the next item still starts a line.
        out.extend(refused.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
    }
    out.push_str(text.get(out.len()..).unwrap_or_default());
    Cow::Owned(out)
}

fn first_word(text: &str) -> &str {
    text.split(|c| !is_name_character(c)).next().unwrap_or("")
}

/// The tree of a file that could not be read at all. It lists the items as broken, so that their uses are not reported.
pub fn unreadable(text: &str) -> tree::File {
    let items = text.lines().filter(|line| ItemWord::of(first_word(line)).is_some());
    tree::File { broken: items.flat_map(broken).collect(), ..tree::File::default() }
}

/// The entries for an item that could not be read. Because of them, uses of the item are not reported too.
fn broken_at(text: &str, span: Span) -> Vec<tree::Broken> {
    broken(text.get(span.range()).unwrap_or_default())
}

/// With a `-` in its name, a use of it looks for the parts around the `-`, or for the name with `_`.
fn broken(item: &str) -> Vec<tree::Broken> {
    // What broke the item may stand before its first word, such as an invisible character.
    let item = item.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let written = item.split_whitespace().nth(1).unwrap_or_default();
    let ends = |c: char| c != '-' && !is_name_character(c);
    let written = written.split(ends).next().unwrap_or_default();
    let joined = written.contains('-').then(|| written.replace('-', "_"));
    let names = written.split('-').map(str::to_owned).chain(joined);
    let word = grammar::meant(first_word(item));
    names.map(|name| tree::Broken { word, name }).collect()
}

/// A rule file in the canonical layout: the same items in the same order with the same comments.
///
/// The formatter parses its own output, and never returns a text with another tree or other comments.
///
/// # Errors
/// What is wrong with the file, or with the formatter.
pub fn format(file: FileId, text: &str) -> Result<String, Vec<Diagnostic>> {
    if let Some(too_large) = too_large(file, text) {
        return Err(vec![too_large]);
    }
    let scanned = scan::file(file, text);
    if !scanned.refused.is_empty() {
        return Err(read(file, text).1);
    }
    let pairs = LociGrammar::parse(Rule::file, text)
        .map_err(|error| vec![grammar::diagnostic(&error, file, text, 0, &Others::of(text))])?;
    let all_comments = scanned.comments.clone();
    let (tree, found) = build(file, text, scanned, pairs.clone());
    if !found.is_empty() {
        return Err(found);
    }
    let formatted = layout::format(text, pairs, &all_comments);
    let (again, found) = read(file, &formatted);
    let comments = |tree: &tree::File, text: &str| -> Vec<String> {
        let slice = |span: &Span| text.get(span.range()).unwrap_or("");
        tree.comments.iter().map(|comment| slice(comment).trim_end().to_owned()).collect()
    };
    let is_same = found.is_empty()
        && text_of_tree(&again) == text_of_tree(&tree)
        && comments(&again, &formatted) == comments(&tree, text);
    if is_same {
        return Ok(formatted);
    }
    let at = Location { file, span: Span::default() };
    let message = "formatting would change the meaning of the file, so the file is left unchanged";
    Err(vec![Diagnostic::new(Code::Internal, at, message)])
}

/// The tree as text, without spans and comments. Files that differ only in layout give equal texts.
fn text_of_tree(file: &tree::File) -> String {
    let debug = format!("{:?}", tree::File { comments: vec![], ..file.clone() });
    let mut pieces = debug.split("Span { start: ");
    let mut out = pieces.next().unwrap_or("").to_owned();
    out.extend(pieces.map(|piece| piece.split_once('}').map_or("", |(_, rest)| rest)));
    out
}

/// For each byte at which parts of a rule file begin, the largest of these parts: an item, an article, a clause or a word.
/// Linear in the text.
pub fn parts(text: &str) -> HashMap<u32, Span> {
    let scanned = scan::file(FileId::default(), text);
    let is_safe = scanned.refused.is_empty();
    let pairs = is_safe.then(|| LociGrammar::parse(Rule::file, text).ok()).flatten();
    let inside = pairs.into_iter().flat_map(Pairs::flatten);
    let mut parts = HashMap::default();
    // The largest comes first.
    for span in inside.filter(|pair| pair.as_rule() != Rule::file).map(|pair| pairs::span(&pair)) {
        parts.entry(span.start).or_insert(span);
    }
    parts
}

#[cfg(test)]
mod tests;
