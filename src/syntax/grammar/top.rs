//! Diagnostics for text between items that does not begin an item.

use super::next_word;
use super::slip::{foreign_item, last_word};
use crate::base::source::{FileId, Location, Span};
use crate::diagnostic::{Code, Diagnostic, nearest, one_of};
use crate::syntax::words::ItemWord;

/// Comments of other languages: how they begin and end.
const COMMENTS: [(&str, Option<&str>); 6] = [
    ("//", None),
    ("--", None),
    (";;", None),
    ("/*", Some("*/")),
    ("<!--", Some("-->")),
    ("\"\"\"", Some("\"\"\"")),
];

/// The diagnostic for a text that does not begin an item. `before` is the part of the file that comes before this text.
pub(in crate::syntax) fn no_item(file: FileId, before: &str, text: &str) -> Diagnostic {
    let start = before.len();
    let at = |length: usize| Location { file, span: Span::of(start..start + length) };
    let expected = |found: &str| {
        let message = format!("expected an item, found `{found}`");
        Diagnostic::new(Code::Syntax, at(found.len()), message)
    };
    if let Some((begin, end)) = COMMENTS.iter().find(|(begin, _)| text.starts_with(begin)) {
        let diagnostic = expected(begin);
        let Some(end) = end else {
            return diagnostic.help("begin a comment with `#`").fix(at(begin.len()), "#", true);
        };
        let diagnostic = diagnostic.help("begin each line of a comment with `#`");
        let whole = text.get(begin.len()..).and_then(|rest| rest.split_once(end));
        return match whole.filter(|(_, after)| after.trim().is_empty()) {
            Some((inside, _)) => {
                let lines: Vec<String> =
                    inside.trim().lines().map(|line| format!("# {}", line.trim())).collect();
                let length = begin.len() + inside.len() + end.len();
                diagnostic.fix(at(length), lines.join("\n"), true)
            }
            None => diagnostic,
        };
    }
    let word = next_word(text);
    let diagnostic = expected(word);
    let line = text.lines().next().unwrap_or_default().trim_end();
    let line_before = before.trim_end_matches([' ', '\t']).rsplit('\n').next().unwrap_or_default();
    if line_before.starts_with("use ") && word == "," {
        return diagnostic
            .help("write `use` for each file, on a line of its own: `use \"lib/crypto.loci\"`");
    }
    if line_before.starts_with("use ") && line_before.ends_with('"') {
        let help = format!(
            "delete `{line}`: the names of a library are written alone, or after its path: `lib.crypto.coins`"
        );
        return diagnostic.help(help).fix(at(line.len()), "", false);
    }
    if matches!(word, "}" | ")" | "]") {
        return diagnostic.help("delete it: no bracket is open here").fix(
            at(word.len()),
            "",
            false,
        );
    }
    if word == ";" {
        let help = "delete it: clauses and items do not end with `;`";
        return diagnostic.help(help).fix(at(word.len()), "", line == ";");
    }
    if ["when", "if", "unless", "then", "select", "given"]
        .contains(&word.to_ascii_lowercase().as_str())
    {
        let help =
            "write it in the braces of a rule: `rule NAME \"…\" { basis …  when …  then … }`";
        return diagnostic.help(help);
    }
    if !word.is_empty() && word == last_word(line_before.trim_end()) {
        let help = format!("delete it: `{word}` stands twice");
        return diagnostic.help(help).fix(at(word.len()), "", false);
    }
    let items = ItemWord::ALL.map(ItemWord::word);
    // A misspelt word is likelier than a word of another language.
    let exact = foreign_item(word).map(ItemWord::word);
    let meant = match nearest(&word.to_ascii_lowercase(), items) {
        Some(meant) if meant == word.to_ascii_lowercase() || exact.is_none() => Some((meant, true)),
        _ => exact.map(|meant| (meant, false)),
    };
    match meant {
        Some((meant, safe)) => {
            diagnostic.help(format!("did you mean `{meant}`?")).fix(at(word.len()), meant, safe)
        }
        None if before.ends_with(' ') => {
            diagnostic.help("this is in no item: a `}` before it may close its item too early")
        }
        None => diagnostic.help(one_of(&items)),
    }
}

/// The item that an author probably meant to begin with a word.
pub(in crate::syntax) fn meant(word: &str) -> Option<ItemWord> {
    ItemWord::of(word).or_else(|| foreign_item(word)).or_else(|| {
        nearest(&word.to_ascii_lowercase(), ItemWord::ALL.map(ItemWord::word))
            .and_then(ItemWord::of)
    })
}
