//! Reads the entries of a set from list files: from lines, `hosts` files, a column of a table, or strings and keys in
//! JSON.

mod header;
mod json;
mod lines;
mod table;

use super::{List, Set, too_many_entries};
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

impl ListFault {
    /// The message without its last part, which says how to write an entry of the set's kind.
    pub(crate) fn without_advice(&self) -> &str {
        self.message.rsplit_once(": write ").map_or(&self.message, |(what, _)| what)
    }
}

/// The faults that reading a list file found. The other lines were read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFaults {
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
    /// The first of these lines, at most [`MAX_KEPT_FAULTS`].
    pub first: Vec<ListFault>,
}

/// At most this many faults of each kind are kept for a list. A list in a wrong format has a fault in every line.
pub const MAX_KEPT_FAULTS: usize = 5;

impl Faults {
    fn push(&mut self, line: u32, message: String) {
        self.count += 1;
        if self.first.len() < MAX_KEPT_FAULTS {
            self.first.push(ListFault { line, message });
        }
    }
}

/// Adds the entries of a list to a set, and collects the faults.
struct Collector<'s> {
    set: &'s mut Set,
    faults: ListFaults,
    /// The first line for which the set had no room.
    overflow_line: Option<u32>,
}

/// The first day of an entry, and the first day on which it is no longer in the set.
type Days = (Option<Day>, Option<Day>);

impl Set {
    /// Adds the entries of a file. Lines that are not entries are left out and reported.
    ///
    /// # Errors
    /// Why no entry of the file can be read with this layout, and the line of the fault.
    pub fn read(
        &mut self,
        list: List,
        text: &str,
        layout: &Layout,
    ) -> Result<ListFaults, ListFault> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        self.open(header::complete(list, text));
        let mut collector =
            Collector { set: self, faults: ListFaults::default(), overflow_line: None };
        let result = match layout {
            Layout::Lines => {
                lines::read(text, &mut collector);
                Ok(())
            }
            Layout::Table { entry, from, until } => {
                table::read(text, entry, from.as_ref(), until.as_ref(), &mut collector)
            }
            Layout::Json { pointer, lines } => json::read(text, pointer, *lines, &mut collector),
        };
        let Collector { faults, overflow_line, .. } = collector;
        self.close(faults.broken.count);
        result?;
        match overflow_line {
            None => Ok(faults),
            Some(line) => Err(ListFault { line, message: too_many_entries() }),
        }
    }
}

impl Collector<'_> {
    fn add(&mut self, line: u32, entry: &str, (from, until): Days) {
        if self.set.is_full() {
            self.overflow_line.get_or_insert(line);
            return;
        }
        match self.set.add(entry, Some(line), from, until) {
            Ok(true) => {}
            Ok(false) => {
                let message = format!("`{}` is listed twice", entry.trim());
                self.faults.duplicates.push(line, message);
            }
            Err(message) => self.report(line, message),
        }
    }

    /// Reports a line that is not an entry.
    fn report(&mut self, line: u32, message: String) {
        self.faults.broken.push(line, message);
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

/// A line number in 32 bits. A file of the allowed size never has more lines.
fn line_number(line: impl TryInto<u32>) -> u32 {
    line.try_into().unwrap_or(u32::MAX)
}
