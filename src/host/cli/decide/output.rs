//! Decisions to stdout: as a table for people, or a line of JSON for each record.

use super::Format;
use crate::host::stop::Stop;
use crate::host::table::{self, Table};
use crate::host::{escape, report};
use lexloci::{Decision, Instant, RecordError, RecordPosition};
use serde::Serialize;
use std::io::{Stdout, Write};

const HEADER: [&str; 6] = ["RECORD", "PLACE", "OUTCOME", "DUE", "RULE", "WORDS"];

/// The columns that name what is decided: cut, they are of no use.
const NAMES: usize = 2;

/// Where results go.
pub struct Output<'a> {
    /// Its lines go out one by one, so that whatever ends the program costs none that is finished.
    out: Stdout,
    /// `None` for JSON lines.
    table: Option<Table<6>>,
    ruleset: &'a str,
}

#[derive(Serialize)]
struct Decided<'a> {
    record: &'a str,
    at: Instant,
    ruleset: &'a str,
    decisions: &'a [Decision],
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

impl<'a> Output<'a> {
    pub fn new(format: Format, ruleset: &'a str) -> Self {
        let table = (format == Format::Table).then(|| Table::new(HEADER, NAMES, table::room()));
        Self { out: std::io::stdout(), table, ruleset }
    }

    /// One record was decided.
    pub fn decided(
        &mut self,
        record: &str,
        at: Instant,
        decisions: &[Decision],
    ) -> Result<(), Stop> {
        let Some(table) = &mut self.table else {
            return self.line(&Decided { record, at, ruleset: self.ruleset, decisions });
        };
        let largest = decisions.iter().map(|each| each.places.len()).max();
        for decision in decisions {
            let is_largest = Some(decision.places.len()) == largest;
            let cells = [
                record.to_string(),
                report::places(&decision.places, decisions.len() - 1, is_largest),
                report::outcome(decision),
                report::due(decision),
                report::rules(decision),
                report::words(decision),
            ];
            table.row(&mut self.out, cells)?;
        }
        Ok(())
    }

    /// One record could not be read, or does not say where or when to judge it.
    pub fn fault(
        &mut self,
        record: Option<&str>,
        file: &str,
        position: &RecordPosition,
        error: &RecordError,
    ) -> Result<(), Stop> {
        let Some(table) = &mut self.table else {
            return self.line(&Fault { record, position: FilePosition { file, position }, error });
        };
        let place = format!("{file}, {position}");
        let name = record.map_or_else(|| place.clone(), |id| format!("{id} ({place})"));
        let code = format!("error {}", error.code.as_str());
        Ok(table.row(
            &mut self.out,
            [name, String::new(), code, String::new(), String::new(), error.to_string()],
        )?)
    }

    /// Writes what still waits.
    pub fn finish(&mut self) -> Result<(), Stop> {
        if let Some(table) = &mut self.table {
            table.flush(&mut self.out)?;
        }
        Ok(self.out.flush()?)
    }

    /// A line of JSON.
    pub fn line(&mut self, line: &impl Serialize) -> Result<(), Stop> {
        Ok(writeln!(self.out, "{}", escape::json_of(line))?)
    }
}
