//! Reads a column of a table whose cells are separated by commas, semicolons, tabs or bars.

use super::{Collector, Column, ListFault, Row, day};
use csv::{ReaderBuilder, StringRecord};

/// Separators, likeliest first.
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
    let has_head = columns.iter().any(|column| matches!(column, Column::Named(_)));
    let head = if has_head && reader.read_record(&mut row).unwrap_or(false) {
        row.clone()
    } else {
        StringRecord::new()
    };
    let index = |column: &Column| column_index(column, &head);
    let entry = index(entry)?;
    let (from, until) = (from.map(index).transpose()?, until.map(index).transpose()?);
    loop {
        match reader.read_record(&mut row) {
            Ok(false) => return Ok(()),
            Ok(true) => {}
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                collector.broken(u32::try_from(line).unwrap_or(u32::MAX), error.to_string());
                continue;
            }
        }
        let line = row.position().map_or(0, csv::Position::line);
        let line = u32::try_from(line).unwrap_or(u32::MAX);
        let cell = |at: Option<usize>| at.and_then(|at| row.get(at)).unwrap_or_default();
        let days = day(cell(from)).and_then(|from| Ok((from, day(cell(until))?)));
        match (cell(Some(entry)).trim(), days) {
            ("", _) => {
                collector.broken(line, "the column of entries is empty in this line".to_owned())
            }
            (entry, Ok((from, until))) => collector.row(&Row { line, entry, from, until }),
            (_, Err(message)) => collector.broken(line, message),
        }
    }
}

/// The index of a column.
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

/// The separator with which the first row has all columns that are named or numbered.
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
    let has = |separator: &u8| head.is_some_and(|head| head.as_bytes().contains(separator));
    let likeliest = SEPARATORS.into_iter().filter(has).find(|one| fits(one));
    likeliest.or_else(|| SEPARATORS.into_iter().find(|one| fits(one))).unwrap_or(b',')
}
