//! Writes decisions to stdout: as a table for people, or as a line of JSON for each record.

use super::Format;
use crate::stdio::{self, Results};
use crate::stop::Stop;
use lexloci::output;
use lexloci::show::{Table, decisions};
use lexloci::sink::{Json, Lines, Output};
use lexloci::{Decided, Decision, Imported, RecordError, RecordPosition};
use serde::Serialize;

const HEADER: [&str; 6] = ["RECORD", "PLACE", "OUTCOME", "DUE", "RULE", "WORDS"];

/// How many of the first columns are never cut. A cut name of a record or place would be useless.
const UNCUT_COLUMNS: usize = 2;

/// The output for one record. Each thread makes the outputs for its records.
#[derive(Debug, Default)]
pub struct RecordOutput {
    rows: Vec<[String; 6]>,
    /// Complete lines of JSON.
    lines: Output<Json>,
    errors: Vec<String>,
}

/// Writes the output to stdout and stderr.
pub struct Printer {
    /// It is written record by record. If something ends the program, no finished result is lost.
    out: Results,
    /// `None` for JSON lines.
    table: Option<Table<6>>,
}

#[derive(Serialize)]
struct Fault<'a> {
    /// `null` if not even its id could be read.
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

impl RecordOutput {
    /// The output for a record that was decided.
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

    /// The output for a record that could not be read, or that does not say where or when to judge it.
    pub fn fault(file: &str, imported: &Imported<'_>, error: &RecordError, format: Format) -> Self {
        let position = &imported.position;
        let place = format!("{file}, {position}");
        let id = imported.id();
        match format {
            Format::Table => {
                let name = id.map_or_else(|| place.clone(), |id| format!("{id} ({place})"));
                let code = format!("error {}", error.code.as_str());
                let empty = String::new;
                let row = [name, empty(), code, empty(), empty(), error.to_string()];
                Self { rows: vec![row], ..Self::default() }
            }
            Format::Jsonl => Self::lines([Fault {
                record: id.as_deref(),
                position: FilePosition { file, position },
                error,
            }]),
            Format::Dsa => Self::errors([format!("{place}: {error}")]),
        }
    }

    /// A line of JSON for each value.
    pub fn lines(values: impl IntoIterator<Item = impl Serialize>) -> Self {
        let lines = values.into_iter().map(|value| output!("{}\n", Output::value(&value)));
        Self { lines: lines.collect(), ..Self::default() }
    }

    /// The errors for a record. They go to stderr, because stdout contains only statements.
    pub fn errors(errors: impl IntoIterator<Item = String>) -> Self {
        Self { errors: errors.into_iter().collect(), ..Self::default() }
    }
}

impl Printer {
    pub fn new(format: Format) -> Self {
        let table = match format {
            Format::Table => Some(Table::new(HEADER, UNCUT_COLUMNS, stdio::columns())),
            Format::Jsonl | Format::Dsa => None,
        };
        Self { out: Results::new(), table }
    }

    /// Writes the output for a record.
    pub fn put(&mut self, output: RecordOutput) -> Result<(), Stop> {
        let RecordOutput { rows, lines, errors } = output;
        let mut text = vec![];
        for row in rows {
            // Writing to memory cannot fail.
            let _ = self.table.as_mut().map(|table| table.row(&mut text, row));
        }
        self.out.put(&Output::of(Lines(String::from_utf8_lossy(&text))))?;
        self.out.put(&lines)?;
        for error in errors {
            stdio::stderr_line(&output!("error: {}", error));
        }
        Ok(())
    }

    /// Writes the rows that the table still holds back to find the width of its columns.
    pub fn finish(&mut self) -> Result<(), Stop> {
        let mut text = vec![];
        // Writing to memory cannot fail.
        let _ = self.table.as_mut().map(|table| table.flush(&mut text));
        self.out.put(&Output::of(Lines(String::from_utf8_lossy(&text))))?;
        self.out.finish()
    }
}
