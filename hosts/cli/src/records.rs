//! Finds one record in a file, and finds out where and when it is judged.

use super::local_host::LocalHost;
use super::stop::Stop;
use lexloci::session::question::Question;
use lexloci::session::records;
use lexloci::{Instant, Place, Record, RecordError, RuleSet};

/// A record, and where and when it is judged.
#[derive(Debug)]
pub struct Case {
    pub record: Record,
    pub places: Vec<Place>,
    pub at: Instant,
}

/// Reads a record by its name. The places or the instant that the question leaves open are taken from the record.
///
/// # Errors
/// When the record cannot be read, or when neither the question nor the record says where or when to judge it.
pub fn read(
    set: &RuleSet,
    host: &LocalHost,
    name: &str,
    question: &Question,
) -> Result<Case, Stop> {
    let (file, which) = records::name(host, name);
    let found = records::find(host, set, file, &which).map_err(Stop::with_lines)?;
    let found = found.ok_or_else(|| Stop::failed(records::missing(file, &which)))?;
    let record = found.record;
    let fault = |error: RecordError| Stop::failed(format_args!("{}: {error}", record.id()));
    let at = question.instant(record.latest()).map_err(fault)?;
    let places = question.places(set, &record, at).map_err(fault)?;
    Ok(Case { record, places, at })
}
