//! One record out of a file: `messages.jsonl:3`, `messages.jsonl:tg:-1001/42`, or a file that holds only one.

use super::input::{Position, Raw, Splitter};
use super::question::Question;
use super::stop::Stop;
use lexloci::{Instant, Place, RECORD_BYTES, Record, RecordError, RuleSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// Which record of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The only one.
    Only,
    /// By line or number, or else by its id.
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
pub fn judged(set: &RuleSet, name: &str, question: &Question) -> Result<Judged, Stop> {
    let (file, which) = self::name(name);
    let record = read(set, file, &which)?;
    let unfit = |error: RecordError| Stop::Failed(format!("{}: {error}", record.id()));
    let at = question.instant(&record).map_err(unfit)?;
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

/// One record of a file as its host wrote it.
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
pub fn read(set: &RuleSet, file: &str, which: &Which) -> Result<Record, Stop> {
    raw(set, file, which).map(|found| found.record)
}

/// The same, with its JSON.
///
/// # Errors
/// As [`read`].
pub fn raw(set: &RuleSet, file: &str, which: &Which) -> Result<Found, Stop> {
    let mut only = None;
    let mut number = 0;
    let mut splitter = splitter(file)?;
    while let Some(raw) = splitter.next().map_err(|error| Stop::io(file, &error))? {
        number += 1;
        let position = raw.position;
        let found = |raw: &Raw<'_>| {
            let record = raw.read(set);
            let record =
                record.map_err(|error| Stop::Failed(format!("{file}, {position}: {error}")))?;
            Ok(Found { record, json: raw.json().into_owned(), number })
        };
        let line = match position {
            Position::Line(number) | Position::Number(number) => number.to_string(),
        };
        match which {
            Which::Nth(wanted) if *wanted == number => return found(&raw),
            Which::Nth(_) => {}
            Which::Named(name) if *name == line => return found(&raw),
            // Another record that cannot be read is not the one that was asked for.
            Which::Named(name) => {
                if raw.read(set).is_ok_and(|record| record.id() == name) {
                    return found(&raw);
                }
            }
            Which::Only if only.is_some() => {
                let hint = format!(
                    "`{file}` holds several records; name one as `{file}:LINE` or `{file}:ID`"
                );
                return Err(Stop::Failed(hint));
            }
            Which::Only => only = Some(found(&raw)?),
        }
    }
    only.ok_or_else(|| match which {
        Which::Only => Stop::Failed(format!("`{file}` holds no record")),
        Which::Named(name) => Stop::Failed(format!("`{file}` has no record `{name}`")),
        Which::Nth(number) => Stop::Failed(format!("`{file}` has no record {number}")),
    })
}

/// Looks at every record of a file.
///
/// # Errors
/// When the file cannot be read.
pub fn each(file: &str, mut look: impl FnMut(&Raw<'_>)) -> Result<(), Stop> {
    let mut splitter = splitter(file)?;
    while let Some(raw) = splitter.next().map_err(|error| Stop::io(file, &error))? {
        look(&raw);
    }
    Ok(())
}

fn splitter(file: &str) -> Result<Splitter<'static>, Stop> {
    let input: Box<dyn Read> = if file == "-" {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(file).map_err(|error| Stop::io(file, &error))?)
    };
    let lines = file.ends_with(".jsonl") || file.ends_with(".ndjson");
    Ok(Splitter::new(BufReader::new(input), lines, RECORD_BYTES))
}
