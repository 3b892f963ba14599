//! One record of a file, and where and when it is judged.

use super::disk::Disk;
use super::stop::Stop;
use lexloci::session::question::Question;
use lexloci::session::records;
use lexloci::{Instant, Place, Record, RecordError, RuleSet};

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
pub fn judged(set: &RuleSet, disk: &Disk, name: &str, question: &Question) -> Result<Judged, Stop> {
    let (file, which) = records::name(disk, name);
    let found = records::find(disk, set, file, &which).map_err(Stop::with_lines)?;
    let found = found.ok_or_else(|| Stop::failed(records::missing(file, &which)))?;
    let record = found.record;
    let unfit = |error: RecordError| Stop::failed(format_args!("{}: {error}", record.id()));
    let at = question.instant(record.latest()).map_err(unfit)?;
    let places = question.places(set, &record, at).map_err(unfit)?;
    Ok(Judged { record, places, at })
}
