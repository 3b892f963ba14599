//! One record out of a file: `messages.jsonl:3`, `messages.jsonl:tg:-1001/42`, `result.json:/messages/2`, or a file
//! that holds only one.

use super::input::Reading;
use super::question::Question;
use super::stop::Stop;
use lexloci::{Imported, Instant, Place, Record, RecordError, RecordPosition, RuleSet};
use std::path::Path;

/// Which record of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The only one.
    Only,
    /// By line, number or pointer, or else by its id.
    Named(String),
    /// The first is 1.
    Nth(usize),
}

/// A record, and where and when it is judged.
#[derive(Debug)]
pub struct Judged {
    pub record: Record,
    pub places: Vec<Place>,
    pub at: Instant,
}

/// Reads one record by its name, and what a question means for it.
///
/// # Errors
/// When it cannot be read, or does not say where or when to judge it.
pub fn judged(
    set: &RuleSet,
    reading: &Reading,
    name: &str,
    question: &Question,
) -> Result<Judged, Stop> {
    let (file, which) = self::name(name);
    let record = find(set, reading, file, &which)?.record;
    let unfit = |error: RecordError| Stop::Failed(format!("{}: {error}", record.id()));
    let at = question.instant(record.latest()).map_err(unfit)?;
    let places = question.places(set, &record, at).map_err(unfit)?;
    Ok(Judged { record, places, at })
}

/// Splits `FILE:WHICH`. Ids have colons too, so the file is the shortest beginning that is one.
pub fn name(text: &str) -> (&str, Which) {
    let ends = text.match_indices(':').map(|(at, _)| at);
    for end in ends {
        if let (Some(file), Some(which)) = (text.get(..end), text.get(end + 1..))
            && Path::new(file).is_file()
        {
            return (file, Which::Named(which.into()));
        }
    }
    (text, Which::Only)
}

/// One record of a file, and its canonical JSON.
#[derive(Clone, Debug)]
pub struct Found {
    pub record: Record,
    pub json: String,
    /// Its number, from 1.
    pub number: usize,
}

/// Reads one record of a file, `-` for stdin.
///
/// # Errors
/// When there is no such file or record, or it cannot be read.
pub fn find(set: &RuleSet, reading: &Reading, file: &str, which: &Which) -> Result<Found, Stop> {
    let mut only = None;
    let mut number = 0;
    let mut import = reading.open(file)?;
    while let Some(imported) = import.next_message().map_err(|error| Stop::io(file, &error))? {
        number += 1;
        let found = || {
            let position = &imported.position;
            let unreadable = |error| Stop::Failed(format!("{file}, {position}: {error}"));
            let record = imported.read(set.schema()).map_err(unreadable)?;
            let json = imported.json().map_err(unreadable)?;
            Ok(Found { record, json: String::from_utf8_lossy(json).into_owned(), number })
        };
        match which {
            Which::Nth(wanted) if *wanted == number => return found(),
            Which::Nth(_) => {}
            Which::Named(name) if is_at(name, &imported.position, number) => return found(),
            // Another record that cannot be read is not the one that was asked for.
            Which::Named(name) => {
                if imported.read(set.schema()).is_ok_and(|record| record.id() == name) {
                    return found();
                }
            }
            Which::Only if only.is_some() => {
                let hint = format!(
                    "`{file}` holds several records; name one as `{file}:LINE`, `{file}:ID` or, in an \
                    export, `{file}:NUMBER`"
                );
                return Err(Stop::Failed(hint));
            }
            Which::Only => only = Some(found()?),
        }
    }
    only.ok_or_else(|| match which {
        Which::Only => Stop::Failed(format!("`{file}` holds no record")),
        Which::Named(name) => Stop::Failed(format!("`{file}` has no record `{name}`")),
        Which::Nth(number) => Stop::Failed(format!("`{file}` has no record {number}")),
    })
}

/// Whether a name is a line or a number, in an export also a pointer.
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
    reading: &Reading,
    file: &str,
    mut look: impl FnMut(&Imported<'_>),
) -> Result<(), Stop> {
    let mut import = reading.open(file)?;
    while let Some(imported) = import.next_message().map_err(|error| Stop::io(file, &error))? {
        look(&imported);
    }
    Ok(())
}
