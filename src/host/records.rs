//! One record out of a file: `messages.jsonl:3`, `messages.jsonl:tg:-1001/42`, `result.json:/messages/2`, or a file
//! that holds only one.

use super::input::Reading;
use super::stop::Stop;
use lexloci::{Record, RecordPosition, RuleSet};
use std::path::Path;

/// Which record of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which {
    /// The only one.
    Only,
    /// By line, number or pointer, or else by its id.
    Named(String),
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

/// Reads one record of a file, `-` for stdin.
///
/// # Errors
/// When there is no such file or record, or it cannot be read.
pub fn read(set: &RuleSet, reading: &Reading, file: &str, which: &Which) -> Result<Record, Stop> {
    let mut import = reading.open(file)?;
    let mut only = None;
    let mut ordinal = 0;
    while let Some(imported) = import.next_message().map_err(|error| Stop::io(file, &error))? {
        ordinal += 1;
        let position = imported.position.clone();
        let unreadable = |error| Stop::Failed(format!("{file}, {position}: {error}"));
        let named = |name: &str| match &position {
            RecordPosition::Line(number) | RecordPosition::Number(number) => {
                *name == number.to_string()
            }
            RecordPosition::Pointer(pointer) => name == pointer || *name == ordinal.to_string(),
        };
        match which {
            Which::Named(name) if named(name) => {
                return imported.read(set.schema()).map_err(unreadable);
            }
            // Another record that cannot be read is not the one that was asked for.
            Which::Named(name) => {
                let record = imported.read(set.schema());
                if let Some(record) = record.ok().filter(|record| record.id() == name) {
                    return Ok(record);
                }
            }
            Which::Only if only.is_some() => {
                let hint = format!(
                    "`{file}` holds several records; name one as `{file}:LINE`, `{file}:ID` or, in an \
                    export, `{file}:NUMBER`"
                );
                return Err(Stop::Failed(hint));
            }
            Which::Only => only = Some(imported.read(set.schema()).map_err(unreadable)?),
        }
    }
    only.ok_or_else(|| match which {
        Which::Only => Stop::Failed(format!("`{file}` holds no record")),
        Which::Named(name) => Stop::Failed(format!("`{file}` has no record `{name}`")),
    })
}
