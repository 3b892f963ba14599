//! Reads list files: lines, the format of `hosts`, a column of a table, strings and keys inside JSON.

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
    /// One entry on each line, with its days; or a `hosts` file.
    Lines,
    /// A table with separated columns.
    Table {
        /// The column of the entry.
        entry: Column,
        /// The column of its first day.
        from: Option<Column>,
        /// The column of the first day on which it is no longer in the set.
        until: Option<Column>,
    },
    /// JSON or JSON lines: the strings of an array, the keys of an object.
    Json {
        /// A JSON pointer in which `*` matches every element or value.
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
    /// By its number, from 1, in a table whose first line is an entry.
    Numbered(usize),
}

impl Layout {
    /// The layout that the name of a file suggests, unless the rule file names one.
    pub fn of(name: &str) -> Self {
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        match ending.as_str() {
            "json" => Self::Json { pointer: String::new(), lines: false },
            "jsonl" | "ndjson" => Self::Json { pointer: String::new(), lines: true },
            _ => Self::Lines,
        }
    }

    /// This layout with a pointer into JSON.
    pub fn with_pointer(self, pointer: &str) -> Self {
        let lines = matches!(self, Self::Json { lines: true, .. });
        Self::Json { pointer: pointer.to_owned(), lines }
    }
}

/// A line of a list file, and what is wrong with it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListFault {
    /// The number of the line, from 1.
    pub line: u32,
    /// What is wrong, with the words of the line in backticks.
    pub message: String,
}

/// The faults of a list file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// Lines that are not entries.
    pub broken: Faults,
    /// Entries that occur a second time.
    pub duplicates: Faults,
}

/// The lines with one kind of fault: how many there are, and the first of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// How many lines have the fault.
    pub count: usize,
    /// The first of these lines, at most [`SHOWN`].
    pub first: Vec<ListFault>,
}

/// How many faults of one kind are kept for a list.
pub const SHOWN: usize = 5;

impl Faults {
    fn push(&mut self, line: u32, message: String) {
        self.count += 1;
        if self.first.len() < SHOWN {
            self.first.push(ListFault { line, message });
        }
    }
}

/// A row of a list: an entry with its line and its days.
struct Row<'a> {
    line: u32,
    entry: &'a str,
    from: Option<Day>,
    until: Option<Day>,
}

/// Adds the rows of a list to a set, and collects the faults.
struct Collector<'s> {
    set: &'s mut Set,
    read: Read,
    /// The first line that did not fit into the set.
    full: Option<u32>,
}

impl Set {
    /// Adds the entries of a file. Lines that are not entries are left out and reported.
    ///
    /// # Errors
    /// Why no entry of the file can be read with this layout, and the line of the fault.
    pub fn read(&mut self, list: List, text: &str, layout: &Layout) -> Result<Read, ListFault> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        self.open(header::complete(list, text));
        let mut collector = Collector { set: self, read: Read::default(), full: None };
        let done = match layout {
            Layout::Lines => {
                lines::read(text, &mut collector);
                Ok(())
            }
            Layout::Table { entry, from, until } => {
                table::read(text, entry, from.as_ref(), until.as_ref(), &mut collector)
            }
            Layout::Json { pointer, lines } => json::read(text, pointer, *lines, &mut collector),
        };
        let Collector { read, full, .. } = collector;
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

impl Collector<'_> {
    fn row(&mut self, row: &Row<'_>) {
        if self.set.len() >= limits::ENTRIES {
            self.full.get_or_insert(row.line);
            return;
        }
        match self.set.add(row.entry, Some(row.line), row.from, row.until) {
            Ok(true) => {}
            Ok(false) => {
                let message = format!("`{}` is listed twice", row.entry.trim());
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
    // An instant means its day, because exported tables write days as instants.
    let day = text.split_once(['T', ' ']).map_or(text, |(day, _)| day);
    Day::parse(day).map(Some).map_err(|error| error.to_string())
}

/// A line number. No file has more lines than fit.
fn number(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}
