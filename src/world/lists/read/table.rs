//! Reads a column of a table whose cells are separated by commas, semicolons, tabs or bars.

use super::{Collector, Column, ListFault, day, line_number};
use csv::{ReaderBuilder, StringRecord};

/// The possible separators, the most common first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Adds the entries of a column.
///
/// # Errors
/// When the table has no such column.
pub(super) fn read(
    text: &str,
    entry: &Column,
    from: Option<&Column>,
    until: Option<&Column>,
    collector: &mut Collector<'_>,
) -> Result<(), ListFault> {
    let columns: Vec<&Column> = [Some(entry), from, until].into_iter().flatten().collect();
    let separator = separator(text, &columns);
    let mut reader = ReaderBuilder::new()
        .delimiter(separator)
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut row = StringRecord::new();
    let mut head = StringRecord::new();
    if columns.iter().any(|column| matches!(column, Column::Named(_))) {
        // A table that cannot be read has no columns, which is reported.
        let _ = reader.read_record(&mut head);
    }
    let index = |column: &Column| column_index(column, &head);
    let entry = index(entry)?;
    let (from, until) = (from.map(index).transpose()?, until.map(index).transpose()?);
    loop {
        match reader.read_record(&mut row) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                collector.report(line_number(line), error.to_string());
                continue;
            }
        }
        let line = line_number(row.position().map_or(0, csv::Position::line));
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default();
        let days = day(cell(from)).and_then(|from| Ok((from, day(cell(until))?)));
        match (cell(Some(entry)).trim(), days) {
            ("", _) => {
                collector.report(line, "the column of entries is empty in this line".to_owned())
            }
            (entry, Ok(days)) => collector.add(line, entry, days),
            (_, Err(message)) => collector.report(line, message),
        }
    }
}

fn column_index(column: &Column, head: &StringRecord) -> Result<usize, ListFault> {
    match column {
        Column::Numbered(column) => Ok(column.saturating_sub(1)),
        Column::Named(name) => head.iter().position(|cell| is_named(cell, name)).ok_or_else(|| {
            let names: Vec<String> = head.iter().map(|name| format!("`{}`", name.trim())).collect();
            let message =
                format!("there is no column `{name}`; the columns are {}", names.join(", "));
            ListFault { line: 1, message }
        }),
    }
}

fn is_named(cell: &str, name: &str) -> bool {
    cell.trim().to_lowercase() == name.trim().to_lowercase()
}

/// The separator that gives the first row all wanted columns. A separator that occurs in the row is preferred.
fn separator(text: &str, columns: &[&Column]) -> u8 {
    let head = text.lines().find(|line| !line.trim().is_empty() && !line.starts_with('#'));
    let fits = |separator: &u8| {
        let mut reader = ReaderBuilder::new()
            .delimiter(*separator)
            .has_headers(false)
            .from_reader(head.unwrap_or_default().as_bytes());
        let mut row = StringRecord::new();
        reader.read_record(&mut row).unwrap_or(false)
            && columns.iter().all(|column| match column {
                Column::Named(name) => row.iter().any(|cell| is_named(cell, name)),
                Column::Numbered(least) => row.len() >= *least && (row.len() > 1 || *least == 1),
            })
    };
    let occurs = |separator: &u8| head.is_some_and(|head| head.as_bytes().contains(separator));
    let fitting = || SEPARATORS.into_iter().filter(fits);
    fitting().find(occurs).or_else(|| fitting().next()).unwrap_or(b',')
}
