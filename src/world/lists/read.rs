//! Reading list files: lines, the format of `hosts`, a column of a table, strings and keys at a place in JSON.

mod header;
mod json;
mod lines;
mod table;

use super::{List, Set};
use crate::base::limits;
use crate::base::time::Day;

/// How a list file is laid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Layout {
    /// An entry a line, with its days; or a line of a `hosts` file.
    Lines,
    /// A table with separated columns.
    Table {
        /// Where the entry is.
        entry: Column,
        /// Where its first day is.
        from: Option<Column>,
        /// Where the first day is on which it is no longer in the set.
        until: Option<Column>,
    },
    /// JSON, or a line of it each: the strings of an array, the keys of an object.
    Json {
        /// A JSON pointer in which `*` stands for every element or value.
        pointer: String,
        /// Whether each line is a document.
        lines: bool,
    },
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// By its name in the first line.
    Named(String),
    /// By its number, from 1, of a table whose first line is an entry.
    Numbered(usize),
}

impl Layout {
    /// The layout that the name of a file suggests, where the rule file says none.
    pub fn of(name: &str) -> Self {
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "json" => Self::Json { pointer: String::new(), lines: false },
            "jsonl" | "ndjson" => Self::Json { pointer: String::new(), lines: true },
            _ => Self::Lines,
        }
    }

    /// The same, with a pointer.
    pub fn with_pointer(self, pointer: &str) -> Self {
        let lines = matches!(self, Self::Json { lines: true, .. });
        Self::Json { pointer: pointer.to_owned(), lines }
    }
}

/// A line of a list file, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListFault {
    /// From 1.
    pub line: u32,
    /// With the words of the line in backticks.
    pub message: String,
}

/// What came of reading a list file beside entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Lines that are no entry.
    pub broken: Faults,
    /// Entries that stand a second time.
    pub duplicates: Faults,
}

/// Lines with the same fault: how many, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// All of them.
    pub count: usize,
    /// At most [`SHOWN`] of them.
    pub first: Vec<ListFault>,
}

/// Faults of one kind that are kept of a list.
pub const SHOWN: usize = 5;

impl Faults {
    fn push(&mut self, line: u32, message: String) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(ListFault { line, message });
        }
    }
}

/// What stands in a list: an entry, its days, its line.
struct Row<'a> {
    line: u32,
    entry: &'a str,
    from: Option<Day>,
    until: Option<Day>,
}

/// Where rows go.
struct Sink<'s> {
    set: &'s mut Set,
    read: Read,
    /// The first line that found no room.
    full: Option<u32>,
}

impl Set {
    /// Adds the entries of a file. Lines that are no entry are left out and reported.
    ///
    /// # Errors
    /// Why the file as a whole cannot be read so, and on which line that shows.
    pub fn read(&mut self, list: List, text: &str, layout: &Layout) -> Result<Read, ListFault> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        self.open(header::complete(list, text));
        let mut sink = Sink { set: self, read: Read::default(), full: None };
        let done = match layout {
            Layout::Lines => {
                lines::read(text, &mut sink);
                Ok(())
            }
            Layout::Table { entry, from, until } => {
                table::read(text, entry, from.as_ref(), until.as_ref(), &mut sink)
            }
            Layout::Json { pointer, lines } => json::read(text, pointer, *lines, &mut sink),
        };
        let Sink { read, full, .. } = sink;
        self.close(read.broken.count);
        done?;
        match full {
            None => Ok(read),
            Some(line) => {
                let message = format!("a set has at most {} entries", limits::ENTRIES);
                Err(ListFault { line, message })
            }
        }
    }
}

impl Sink<'_> {
    fn row(&mut self, row: &Row<'_>) {
        if self.set.len() >= limits::ENTRIES {
            self.full.get_or_insert(row.line);
            return;
        }
        match self.set.add(row.entry, Some(row.line), row.from, row.until) {
            Ok(true) => {}
            Ok(false) => {
                let message = format!("`{}` stands here a second time", row.entry.trim());
                self.read.duplicates.push(row.line, message);
            }
            Err(message) => self.broken(row.line, message),
        }
    }

    fn broken(&mut self, line: u32, message: String) {
        self.read.broken.push(line, message);
    }
}

fn day(text: &str) -> Result<Option<Day>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    // An instant stands for its day, as exports of tables write days.
    let day = text.split_once(['T', ' ']).map_or(text, |(day, _)| day);
    Day::parse(day).map(Some).map_err(|error| error.to_string())
}

/// A line number; files are shorter than that.
fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}
