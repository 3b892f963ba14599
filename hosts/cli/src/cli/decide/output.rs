//! Decisions to stdout: as a table for people, or a line of JSON for each record.

use super::Format;
use crate::stdio::{self, Results};
use crate::stop::Stop;
use lexloci::output;
use lexloci::show::{Table, decisions};
use lexloci::sink::{Json, Lines, Output};
use lexloci::{Decided, Decision, Imported, RecordError, RecordPosition};
use serde::Serialize;

const HEADER: [&str; 6] = ["RECORD", "PLACE", "OUTCOME", "DUE", "RULE", "WORDS"];

/// The columns that name what is decided: cut, they are of no use.
const NAMES: usize = 2;

/// What is to be said about one record.
#[derive(Debug, Default)]
pub struct Written {
    rows: Vec<[String; 6]>,
    /// Whole lines.
    lines: Output<Json>,
    complaints: Vec<String>,
}

/// Where results go.
pub struct Printer {
    /// Its lines go out record by record, so that whatever ends the program costs none that is finished.
    out: Results,
    /// `None` for JSON lines.
    table: Option<Table<6>>,
}

#[derive(Serialize)]
struct Fault<'a> {
    /// `null` when not even its id could be read.
    record: Option<&'a str>,
    position: FilePosition<'a>,
    error: &'a RecordError,
}

#[derive(Serialize)]
struct FilePosition<'a> {
    file: &'a str,
    #[serde(flatten)]
    position: &'a RecordPosition,
}

/// Any thread can write results, one record at a time.
impl Written {
    /// One record was decided.
    pub fn decided(decided: &Decided, format: Format) -> Self {
        match format {
            Format::Table => Self::rows(decided),
            Format::Jsonl | Format::Dsa => Self::lines([decided]),
        }
    }

    /// A row of the table for each decision.
    fn rows(decided: &Decided) -> Self {
        let Decided { record, decisions, .. } = decided;
        let names = decisions::places(decisions.iter().map(|each| &each.places));
        let row = |(decision, places): (&Decision, String)| {
            [
                record.to_string(),
                places,
                decisions::outcome(decision),
                decisions::due(decision),
                decisions::rules(decision),
                decisions::words(decision),
            ]
        };
        Self { rows: decisions.iter().zip(names).map(row).collect(), ..Self::default() }
    }

    /// One record could not be read, or does not say where or when to judge it.
    pub fn fault(file: &str, imported: &Imported<'_>, error: &RecordError, format: Format) -> Self {
        let position = &imported.position;
        let place = format!("{file}, {position}");
        let id = imported.id();
        match format {
            Format::Table => {
                let name = id.map_or_else(|| place.clone(), |id| format!("{id} ({place})"));
                let code = format!("error {}", error.code.as_str());
                let none = String::new;
                let row = [name, none(), code, none(), none(), error.to_string()];
                Self { rows: vec![row], ..Self::default() }
            }
            Format::Jsonl => Self::lines([Fault {
                record: id.as_deref(),
                position: FilePosition { file, position },
                error,
            }]),
            Format::Dsa => Self::complaints([format!("{place}: {error}")]),
        }
    }

    /// A line of JSON for each.
    pub fn lines(each: impl IntoIterator<Item = impl Serialize>) -> Self {
        let lines = each.into_iter().map(|one| output!("{}\n", Output::value(&one)));
        Self { lines: lines.collect(), ..Self::default() }
    }

    /// They go to stderr: a line that is no statement has no place among them.
    pub fn complaints(errors: impl IntoIterator<Item = String>) -> Self {
        Self { complaints: errors.into_iter().collect(), ..Self::default() }
    }
}

impl Printer {
    pub fn new(format: Format) -> Self {
        let table = match format {
            Format::Table => Some(Table::new(HEADER, NAMES, stdio::columns())),
            Format::Jsonl | Format::Dsa => None,
        };
        Self { out: Results::new(), table }
    }

    /// Writes what is to be said about a record.
    pub fn put(&mut self, written: Written) -> Result<(), Stop> {
        let Written { rows, lines, complaints } = written;
        let mut table = vec![];
        for row in rows {
            // Writing to memory cannot fail.
            let _ = self.table.as_mut().map(|drawn| drawn.row(&mut table, row));
        }
        self.out.put(&Output::of(Lines(String::from_utf8_lossy(&table))))?;
        self.out.put(&lines)?;
        for complaint in complaints {
            stdio::complain(&output!("error: {}", complaint));
        }
        Ok(())
    }

    /// Writes what still waits.
    pub fn finish(&mut self) -> Result<(), Stop> {
        let mut table = vec![];
        // Writing to memory cannot fail.
        let _ = self.table.as_mut().map(|drawn| drawn.flush(&mut table));
        self.out.put(&Output::of(Lines(String::from_utf8_lossy(&table))))?;
        self.out.finish()
    }
}
