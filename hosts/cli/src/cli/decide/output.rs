//! Writes decisions to stdout: as a table for people, or as a line of JSON for each record.

use super::Format;
use crate::stdio::{self, Results};
use crate::stop::Stop;
use lexloci::output;
use lexloci::show::{Table, decisions};
use lexloci::sink::{Json, Output, Terminal};
use lexloci::{Decided, Decision, Imported, Place, RecordError, RecordPosition, RuleSet};
use serde::Serialize;

const HEADER: [&str; 6] = ["RECORD", "PLACE", "OUTCOME", "DUE", "RULE", "WORDS"];

/// The first columns, which name the record and the place, are cut last: a cut name is of little use.
const CUT_LAST: usize = 2;

/// The output for one record. The threads that decide make it, and one [`Printer`] writes it.
#[derive(Debug, Default)]
pub struct RecordOutput {
    rows: Vec<[String; 6]>,
    /// Lines of JSON, each with its line end.
    lines: Output<Json>,
    errors: Vec<String>,
}

/// Writes the output to stdout and stderr.
pub struct Printer {
    /// JSON lines are written after each record: if something ends the program, no finished result is lost. The table
    /// holds back its first rows to find its widths.
    results: Results,
    table: Table<6>,
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
    /// The output for a record that was decided. Tables name each of the places in `named`.
    pub fn decided(set: &RuleSet, decided: &Decided, named: &[Place], format: Format) -> Self {
        match format {
            Format::Table => Self::rows(set, decided, named),
            Format::Jsonl | Format::Dsa => Self::lines([decided]),
        }
    }

    /// A row of the table for each decision.
    fn rows(set: &RuleSet, decided: &Decided, named: &[Place]) -> Self {
        let Decided { record, at, decisions, .. } = decided;
        let groups = decisions::places(decisions.iter().map(|each| &each.places), named);
        let row = |(decision, places): (&Decision, String)| {
            [
                record.to_string(),
                places,
                decisions::outcome(decision),
                decisions::due(set, decision, *at),
                decisions::rules(decision),
                decisions::words(decision),
            ]
        };
        Self { rows: decisions.iter().zip(groups).map(row).collect(), ..Self::default() }
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
        let mut lines = Output::new();
        for value in values {
            lines.push(&Output::value(&value));
            lines.literal("\n");
        }
        Self { lines, ..Self::default() }
    }

    /// Errors in place of statements. They go to stderr, because stdout contains only statements.
    pub fn errors(errors: impl IntoIterator<Item = String>) -> Self {
        Self { errors: errors.into_iter().collect(), ..Self::default() }
    }
}

#[cfg(feature = "sqlite")]
impl RecordOutput {
    /// The output as bytes, for a temporary file: a line for people, then the lines of JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        let Self { rows, lines, errors } = self;
        let for_people = Output::<Json>::value(&(rows, errors));
        [for_people.as_str(), "\n", lines.as_str()].concat().into_bytes()
    }

    /// Reads what [`RecordOutput::to_bytes`] made.
    ///
    /// # Errors
    /// When the bytes are others.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let text = String::from_utf8_lossy(bytes);
        let (for_people, lines) = text.split_once('\n').unwrap_or_default();
        let (rows, errors) = serde_json::from_str(for_people)?;
        Ok(Self { rows, lines: Output::json(lines), errors })
    }
}

impl Printer {
    pub fn new() -> Self {
        Self {
            results: Results::new(),
            table: Table::new(HEADER, CUT_LAST, stdio::screen_columns()),
        }
    }

    /// Writes the output for a record.
    pub fn put(&mut self, output: RecordOutput) -> Result<(), Stop> {
        let RecordOutput { rows, lines, errors } = output;
        let rows: Output<Terminal> = rows.into_iter().map(|row| self.table.row(row)).collect();
        self.results.put(&rows)?;
        self.results.put(&lines)?;
        for error in errors {
            stdio::stderr_line(&output!("error: {}", error));
        }
        Ok(())
    }

    /// Writes the rows that the table still holds back to find the width of its columns.
    pub fn finish(&mut self) -> Result<(), Stop> {
        self.results.put(&self.table.flush())?;
        self.results.finish()
    }
}
