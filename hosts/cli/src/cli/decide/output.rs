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

/// The first columns are never cut: a part of the name of a record or place would be of no use.
const UNCUT_COLUMNS: usize = 2;

/// The output for one record. Every thread can make it for its own records.
#[derive(Debug, Default)]
pub struct RecordOutput {
    rows: Vec<[String; 6]>,
    /// Whole lines.
    lines: Output<Json>,
    errors: Vec<String>,
}

/// Writes the output to stdout and stderr.
pub struct Printer {
    /// Written record by record, so that no finished result is lost when something ends the program.
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
    pub fn lines(each: impl IntoIterator<Item = impl Serialize>) -> Self {
        let lines = each.into_iter().map(|one| output!("{}\n", Output::value(&one)));
        Self { lines: lines.collect(), ..Self::default() }
    }

    /// Errors for stderr, because stdout has only statements.
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
        let mut table = vec![];
        for row in rows {
            // Writing to memory cannot fail.
            let _ = self.table.as_mut().map(|drawn| drawn.row(&mut table, row));
        }
        self.out.put(&Output::of(Lines(String::from_utf8_lossy(&table))))?;
        self.out.put(&lines)?;
        for error in errors {
            stdio::stderr_line(&output!("error: {}", error));
        }
        Ok(())
    }

    /// Writes the rows of the table that still wait for the width of their columns.
    pub fn finish(&mut self) -> Result<(), Stop> {
        let mut table = vec![];
        // Writing to memory cannot fail.
        let _ = self.table.as_mut().map(|drawn| drawn.flush(&mut table));
        self.out.put(&Output::of(Lines(String::from_utf8_lossy(&table))))?;
        self.out.finish()
    }
}
