//! Canonical records: the form to which all other formats are converted, and which hosts may write themselves.

use super::importer::{Conversion, Importer};

/// Reads canonical records.
pub(super) struct Canonical;

impl Importer for Canonical {
    fn name(&self) -> &'static str {
        "record"
    }

    fn reads(&self) -> &'static str {
        "canonical records, as `lexloci schema record` describes them"
    }

    fn conversion(&self) -> Conversion {
        Conversion::Canonical { keys: &["schema", "parts", "platform"] }
    }
}
