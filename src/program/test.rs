//! Checked tests: their records, places, instants and expectations.

use super::Ground;
use crate::base::source::Location;
use crate::base::time::{Day, Instant};
use crate::record::{Record, RecordError};
use crate::world::place::Place;
use crate::world::schema::Schema;

/// A test of the language, or one case of it.
#[derive(Clone, Debug)]
pub struct Test {
    /// `kz.loci`'s prefix: `kz`
    pub file: String,
    /// A case adds what it is called.
    pub title: String,
    pub given: Given,
    /// Entries that stand in sets for this test.
    pub entries: Vec<TestEntry>,
    pub place: Place,
    /// `None`: the latest date of the record.
    pub instant: Option<Instant>,
    pub expect: Vec<Expectation>,
    pub at: Location,
}

#[derive(Clone, Debug)]
pub struct TestEntry {
    /// Its number.
    pub set: usize,
    pub text: String,
    pub from: Option<Day>,
    pub until: Option<Day>,
    /// The rule file of the test.
    pub list: String,
}

/// The record of a test, as JSON.
#[derive(Clone, Debug)]
pub struct Given {
    pub json: String,
    /// As a host writes it, nothing filled in: it comes from a file.
    pub from_host: bool,
}

impl Given {
    pub fn read(&self, schema: &Schema) -> Result<Record, RecordError> {
        if self.from_host {
            Record::read(schema, self.json.as_bytes())
        } else {
            Record::given(schema, &self.json)
        }
    }
}

#[derive(Clone, Debug)]
pub struct Expectation {
    pub kind: ExpectationKind,
    pub at: Location,
}

/// Numbers of norms are indices into the program's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectationKind {
    /// No content outcome.
    NoOutcome,
    /// Neither an outcome nor an obligation.
    Nothing,
    /// An outcome or obligation of the decision; `by` is a norm.
    Act {
        action: usize,
        to: Option<String>,
        due: Option<ExpectedDue>,
        until: Option<Instant>,
        by: Option<usize>,
    },
    Not(usize),
    /// In shadow or not.
    Fires(usize),
    Undetermined(usize),
    Defeated {
        rule: usize,
        by: usize,
    },
    Gap {
        whether: bool,
        rule: usize,
    },
    /// A rule rests on just these words.
    Evidence {
        words: String,
        part: Option<String>,
        by: Option<usize>,
    },
    /// Whether a norm that bears on the decision rests on this ground, which is in force.
    Cites {
        whether: bool,
        ground: Ground,
        by: Option<usize>,
    },
    /// Whether everything was known that could have mattered.
    Complete(bool),
}

impl ExpectationKind {
    /// The rules and exceptions that it names.
    pub fn norms(&self) -> Vec<usize> {
        match self {
            Self::NoOutcome | Self::Nothing | Self::Complete(_) => vec![],
            Self::Act { by, .. } | Self::Evidence { by, .. } | Self::Cites { by, .. } => {
                by.iter().copied().collect()
            }
            Self::Not(norm)
            | Self::Fires(norm)
            | Self::Undetermined(norm)
            | Self::Gap { rule: norm, .. } => {
                vec![*norm]
            }
            Self::Defeated { rule, by } => vec![*rule, *by],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectedDue {
    At(Instant),
    /// The statute's own.
    Words(String),
    /// There is neither.
    Unknown,
}
