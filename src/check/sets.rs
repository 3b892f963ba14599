//! Lowers sets: the entries written in the rule file, and list files with their clauses.

use super::files::{not_ordinary, why_outside};
use super::names::Declared;
use super::{Checker, FileError, FileKind, FileText};
use crate::base::source::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::syntax::tree::{self, ListFile, SetEntries, SetEntry};
use crate::world::lists::{Column, Faults, Layout, List, Set, SetKind};
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn set(&mut self, declared: &Declared<'_, tree::Set>) -> Arc<Set> {
        let Declared { file, item: set } = *declared;
        self.file = file;
        let kind = self.look_up_word(&set.kind.text, set.kind.span, "kind of set", SetKind::ALL);
        let kind = kind.unwrap_or(SetKind::Text);
        let mut lowered = Set::new(self.id(&set.name), kind);
        let found_before = self.found.len();
        match &set.entries {
            SetEntries::Files(files) => {
                for file in files {
                    self.list_file(&mut lowered, file);
                }
            }
            SetEntries::Inline(entries) => self.set_entries(&mut lowered, entries),
        }
        if let Some(clauses) = &set.completeness {
            let mut faults = self.found.iter().skip(found_before);
            let is_read = !faults.any(Diagnostic::is_error);
            lowered.completeness = self.completeness(&set.name, clauses, &lowered, is_read);
        }
        Arc::new(lowered)
    }

    /// Adds the entries written in the rule file.
    pub(super) fn set_entries(&mut self, set: &mut Set, entries: &[SetEntry]) {
        set.open(List { name: self.files.get(self.file).name.to_owned(), ..List::default() });
        for entry in entries {
            self.set_entry(set, entry);
        }
        set.close(0);
    }

    fn set_entry(&mut self, set: &mut Set, entry: &SetEntry) {
        let (from, until) =
            (entry.from.as_ref().map(|day| day.value), entry.until.as_ref().map(|day| day.value));
        if let (Some(from), Some(until)) = (&entry.from, &entry.until) {
            let so = format!("`{}` would never be in the set", entry.text.value);
            if self.refuse_empty(entry.span, "from", from, until, &so) {
                return;
            }
        }
        let text = &entry.text.value;
        match set.add(text, None, from, until) {
            Ok(true) => {}
            Ok(false) => {
                let message = format!("`{text}` is in the set twice");
                self.report(Code::DuplicateEntry, entry.span, message, "delete one of them");
            }
            Err(error) => {
                let message =
                    format!("`{text}` cannot be in a set of the kind `{}`", set.kind.word());
                self.report(Code::BadListEntry, entry.text.span, message, error);
            }
        }
    }

    fn list_file(&mut self, set: &mut Set, file: &ListFile) {
        let (name, span) = (&file.path.value, file.path.span);
        let layout = self.layout(file);
        let read = self.data_file(&file.path, FileKind::List);
        let Some(FileText { text, sha256 }) = read else { return };
        self.check_digest(file, &sha256);
        let list = List {
            name: name.clone(),
            source: file.source.as_ref().map(|source| source.value.clone()),
            as_of: file.as_of.as_ref().map(|day| day.value.to_string()),
            sha256: Some(sha256),
            ..List::default()
        };
        let before = set.len();
        match set.read(list, &text, &layout) {
            Ok(read) => {
                // An entry that another list has too is no fault of this list.
                let entries = set.len() - before + read.duplicates.count;
                self.report_broken_lines(file, set.kind, &read.broken, entries);
                let help = "delete one of the two entries: the second has no effect";
                self.report_lines(Code::DuplicateEntry, name, span, &read.duplicates, help);
            }
            Err(fault) => {
                let message = format!("{name}:{}: {}", fault.line, fault.message);
                let help = if set.is_full() {
                    "split the list into several sets".to_owned()
                } else {
                    where_entries_are(file)
                };
                self.report(Code::UnusableList, span, message, help);
            }
        }
    }

    /// The layout of a list file: its clauses say it, or else the ending of its name.
    fn layout(&mut self, file: &ListFile) -> Layout {
        let column = |column: &tree::Column| match column {
            tree::Column::Named(name) => Column::Named(name.value.clone()),
            tree::Column::Numbered(number) => Column::Numbered(number.value as usize),
        };
        let ListFile { path, column: entry, from, until, pointer, .. } = file;
        for column in [entry, from, until].into_iter().flatten() {
            if let tree::Column::Numbered(number) = column
                && number.value == 0
            {
                let help = "write 1 for the first column";
                self.report(Code::BadNumber, number.span, "there is no column 0", help);
            }
        }
        match (entry, pointer) {
            (Some(_), Some(pointer)) => {
                let message = "a list cannot have both a `column` and a `pointer`";
                let help = "keep one: `column` is for tables, `pointer` for JSON";
                self.report(Code::BadClause, pointer.span, message, help);
            }
            (None, _) if from.is_some() || until.is_some() => {
                let help = "say in which column the entries are: `column \"host\"`";
                let message = "the list has a column for days but none for entries";
                self.report(Code::MissingClause, path.span, message, help);
            }
            _ => {}
        }
        match (entry, pointer) {
            (Some(entry), _) => Layout::Table {
                entry: column(entry),
                from: from.as_ref().map(column),
                until: until.as_ref().map(column),
            },
            (None, Some(pointer)) => Layout::of(&path.value).with_pointer(&pointer.value),
            (None, None) => Layout::of(&path.value),
        }
    }

    /// Reports a list file whose digest differs from the one written in the rule file.
    fn check_digest(&mut self, file: &ListFile, sha256: &str) {
        let Some(pin) = &file.sha256 else { return };
        let wanted = pin.value.strip_prefix("sha256:").unwrap_or(&pin.value);
        if wanted.eq_ignore_ascii_case(sha256) {
            return;
        }
        let is_digest = wanted.len() == 64 && wanted.bytes().all(|b| b.is_ascii_hexdigit());
        let message = if is_digest {
            format!("`{}` has changed: its digest is not the one written here", file.path.value)
        } else {
            "a SHA-256 digest has 64 hexadecimal digits".to_owned()
        };
        let help = format!("look at what changed, then write the new digest: {sha256}");
        self.report(Code::ListChanged, pin.span, message, help);
    }

    /// Warns about broken lines, which are left out. If most lines are broken, the list is refused: it probably has
    /// another kind or layout.
    fn report_broken_lines(
        &mut self,
        file: &ListFile,
        kind: SetKind,
        broken: &Faults,
        entries: usize,
    ) {
        let (name, span) = (&file.path.value, file.path.span);
        if broken.count > entries {
            // Most lines were not meant as such entries, so it would not help to say how to write one.
            let first = broken.first.first();
            let label = first.map_or(String::new(), |one| {
                format!("line {}: {}", one.line, one.without_advice())
            });
            let (all, word) = (broken.count + entries, kind.word());
            let message = if entries == 0 {
                format!("no line of `{name}` fits the set, whose kind is `{word}`")
            } else {
                format!(
                    "{} of {all} lines of `{name}` do not fit the set, whose kind is `{word}`",
                    broken.count
                )
            };
            let at = self.at(span);
            let help = where_entries_are(file);
            self.found
                .push(Diagnostic::new(Code::UnusableList, at, message).label(label).help(help));
        } else {
            self.report_lines(Code::BrokenLine, name, span, broken, "correct or delete the line");
        }
    }

    /// Reports the fault of the first faulty line, and the numbers of other lines with the same fault.
    fn report_lines(&mut self, code: Code, name: &str, span: Span, faults: &Faults, help: &str) {
        let Some((first, others)) = faults.first.split_first() else { return };
        let message = format!("{name}:{}: {}", first.line, first.message);
        let mut label = String::new();
        let more = faults.count - 1;
        if more > 0 {
            let numbers: Vec<_> = others.iter().map(|fault| fault.line.to_string()).collect();
            let (lines, dots) = if more == 1 { ("line", "") } else { ("lines", ", …") };
            let dots = if others.len() < more { dots } else { "" };
            label = format!("the same in {more} more {lines}: {}{dots}", numbers.join(", "));
        }
        let at = self.at(span);
        self.found.push(Diagnostic::new(code, at, message).label(label).help(help));
    }

    /// The text of a data file. Reports a file that cannot be read.
    pub(super) fn data_file(&mut self, path: &tree::Text, kind: FileKind) -> Option<FileText> {
        let read = match why_outside(&path.value) {
            Some(_) => Err(FileError::OutsideRoot),
            None => (self.read_file)(&path.value, kind),
        };
        read.map_err(|error| self.report_file_error(path, &error, kind)).ok()
    }

    fn report_file_error(&mut self, path: &tree::Text, error: &FileError, kind: FileKind) {
        let name = &path.value;
        let (example, limit) = match kind {
            FileKind::List => {
                ("lists/domains.txt", "split it: a list file may have at most 512 MiB")
            }
            FileKind::Record => {
                ("fixtures/message.json", "shorten it: a record may have at most 1 MiB")
            }
        };
        let (code, message, help) = match error {
            FileError::NotFound => (
                Code::FileNotFound,
                format!("there is no file `{name}`"),
                "create the file, or correct its path; paths start at the rules folder".to_owned(),
            ),
            FileError::OutsideRoot => (
                Code::PathOutsideRoot,
                why_outside(name).unwrap_or_else(|| not_ordinary(name)),
                format!(
                    "copy the file into the rules folder, and write its path from there, such as `{example}`"
                ),
            ),
            FileError::TooLarge => {
                (Code::TooLarge, format!("`{name}` is too large"), limit.to_owned())
            }
            FileError::NotUtf8(fault) => (
                Code::NotUtf8,
                format!("`{name}` is not valid UTF-8 in {}", fault.place()),
                fault.help(),
            ),
            FileError::Unreadable(why) => (
                Code::Unreadable,
                format!("`{name}` cannot be read: {why}"),
                "check the file's permissions".to_owned(),
            ),
        };
        self.report(code, path.span, message, help);
    }
}

/// The help for a list file whose lines do not fit the set.
fn where_entries_are(file: &ListFile) -> String {
    let path = &file.path.value;
    let name = path.to_ascii_lowercase();
    if file.column.is_some() {
        "correct the column, or the kind of the set".to_owned()
    } else if file.pointer.is_some() {
        "correct the pointer, or the kind of the set".to_owned()
    } else if matches!(Layout::of(path), Layout::Json { .. }) {
        format!(
            "after the path, say where in the JSON the entries are: for the key `deny`, write `\"{path}\" {{ pointer \"/deny\" }}`"
        )
    } else if name.ends_with(".csv") || name.ends_with(".tsv") {
        format!(
            "after the path, say which column has the entries, such as `\"{path}\" {{ column \"host\" }}` or `\"{path}\" {{ column 2 }}`"
        )
    } else {
        format!(
            "correct the kind of the set; if the file is a table, say after the path which column has the entries, such as `\"{path}\" {{ column 2 }}`"
        )
    }
}
