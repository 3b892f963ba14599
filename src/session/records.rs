//! Finds the record that a command names: `messages.jsonl:3`, `messages.jsonl:tg:-1001/42`, `result.json:/messages/2`,
//! or a file that holds only one record.

use super::Host;
use crate::{Import, Imported, Record, RecordPosition, RuleSet};

/// Says which record of a file is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The only record of the file.
    Only,
    /// The record at this line, number or JSON pointer. If there is none, the record with this id.
    Named(String),
    /// The record with this number, from 1.
    Nth(usize),
}

/// A record of a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Found {
    /// The record.
    pub record: Record,
    /// Its canonical JSON.
    pub json: String,
    /// Its number in the file, from 1.
    pub number: usize,
}

/// Splits `FILE:WHICH`. Ids may contain colons too, so the file is the shortest part before a colon that is a file.
pub fn name<'t>(host: &dyn Host, text: &'t str) -> (&'t str, Which) {
    let ends = text.match_indices(':').map(|(at, _)| at);
    for end in ends {
        if let (Some(file), Some(which)) = (text.get(..end), text.get(end + 1..))
            && host.is_file(file.as_ref())
        {
            return (file, Which::Named(which.into()));
        }
    }
    (text, Which::Only)
}

/// Reads one record of a file; `Ok(None)` when there is no such record.
///
/// # Errors
/// When the file or the record cannot be read.
pub fn find(
    host: &dyn Host,
    set: &RuleSet,
    file: &str,
    which: &Which,
) -> Result<Option<Found>, String> {
    let mut found = None;
    host.messages(set, file, &mut |import| {
        found = find_in(set, import, file, which)?;
        Ok(())
    })?;
    Ok(found)
}

fn find_in(
    set: &RuleSet,
    mut import: Import<'_>,
    file: &str,
    which: &Which,
) -> Result<Option<Found>, String> {
    let mut only = None;
    let mut number = 0;
    while let Some(imported) = import.next_message().map_err(|error| format!("{file}: {error}"))? {
        number += 1;
        let found = || {
            let position = &imported.position;
            let unreadable = |error| format!("{file}, {position}: {error}");
            let record = imported.read(set.schema()).map_err(unreadable)?;
            let json = imported.json().map_err(unreadable)?;
            Ok(Found { record, json: String::from_utf8_lossy(json).into_owned(), number })
        };
        let is_meant = match which {
            Which::Nth(wanted) => *wanted == number,
            Which::Named(name) => {
                // A record that cannot be read has no id.
                let has_id = || imported.read(set.schema()).is_ok_and(|record| record.id() == name);
                is_at(name, &imported.position, number) || has_id()
            }
            Which::Only if only.is_some() => {
                return Err(format!(
                    "`{file}` holds several records; name one as `{file}:LINE`, `{file}:ID` or, in an \
                     export, `{file}:NUMBER`"
                ));
            }
            Which::Only => {
                only = Some(found()?);
                false
            }
        };
        if is_meant {
            return found().map(Some);
        }
    }
    Ok(only)
}

/// The message for a file that has no such record.
pub fn missing(file: &str, which: &Which) -> String {
    match which {
        Which::Only => format!("`{file}` holds no record"),
        Which::Named(name) => format!("`{file}` has no record `{name}`"),
        Which::Nth(number) => format!("`{file}` has no record {number}"),
    }
}

/// Whether a name is the line, the number or the JSON pointer of a record.
fn is_at(name: &str, position: &RecordPosition, number: usize) -> bool {
    match position {
        RecordPosition::Line(at) | RecordPosition::Number(at) => *name == at.to_string(),
        RecordPosition::Pointer(pointer) => name == pointer || *name == number.to_string(),
    }
}

/// Looks at every record of a file.
///
/// # Errors
/// When the file cannot be read.
pub fn each(
    host: &dyn Host,
    set: &RuleSet,
    file: &str,
    look: &mut dyn FnMut(&Imported<'_>),
) -> Result<(), String> {
    host.messages(set, file, &mut |mut import| {
        while let Some(imported) =
            import.next_message().map_err(|error| format!("{file}: {error}"))?
        {
            look(&imported);
        }
        Ok(())
    })
}
