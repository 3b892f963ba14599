//! Sets.

use super::{block, text};
use crate::syntax::tree::{At, Column, ListFile, Set, SetEntries, SetEntry};
use crate::time::Day;

pub(super) fn set(set: &Set) -> String {
    let head = format!("set {}: {}", set.name.text, set.kind.text);
    match &set.entries {
        SetEntries::Files(files) => {
            let files: Vec<_> = files.iter().map(list_file).collect();
            format!("{head} from {}", files.join(", "))
        }
        SetEntries::Inline(entries) => {
            let entries: Vec<_> = entries.iter().map(set_entry).collect();
            block(&head, &entries)
        }
    }
}

fn set_entry(entry: &SetEntry) -> String {
    // A number has no quotes: its span has no room for them.
    let bare = entry.text.raw.len() == (entry.text.span.end - entry.text.span.start) as usize;
    let value = if bare { entry.text.raw.clone() } else { text(&entry.text) };
    let day = |word: &str, day: &Option<At<Day>>| {
        day.as_ref().map_or(String::new(), |day| format!(" {word} {}", day.value))
    };
    format!("{value}{}{},", day("from", &entry.from), day("until", &entry.until))
}

fn list_file(file: &ListFile) -> String {
    let ListFile { path, column, from, until, pointer, sha256, source, as_of, span: _ } = file;
    let columns = [("column", column), ("from column", from), ("until column", until)];
    let columns = columns
        .into_iter()
        .filter_map(|(word, at)| Some(format!("{word} {}", self::column(at.as_ref()?))));
    let texts = [("pointer", pointer), ("sha256", sha256), ("source", source)];
    let texts =
        texts.into_iter().filter_map(|(word, one)| Some(format!("{word} {}", text(one.as_ref()?))));
    let as_of = as_of.iter().map(|day| format!("as of {}", day.value));
    let clauses: Vec<_> = columns.chain(texts).chain(as_of).collect();
    match clauses.as_slice() {
        [] => text(path),
        clauses => block(&text(path), clauses),
    }
}

fn column(column: &Column) -> String {
    match column {
        Column::Named(name) => text(name),
        Column::Numbered(number) => number.value.to_string(),
    }
}
