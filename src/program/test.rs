//! Checked `test` items: their records, places, instants and expectations.

use super::{Expr, Ground};
use crate::base::source::Location;
use crate::base::time::{Day, Instant};
use crate::record::{Record, RecordError};
use crate::world::place::Place;
use crate::world::schema::Schema;

/// A `test` item, or one case of it.
#[derive(Clone, Debug)]
pub struct Test {
    /// The prefix of its file: `kz` for `kz.loci`.
    pub file: String,
    /// The title; for a case, the title of the test followed by that of the case.
    pub title: String,
    pub given: Given,
    /// Earlier messages, in the order in which they were judged.
    pub before: Vec<Before>,
    /// What it supposes of sets.
    pub sets: Vec<GivenSet>,
    pub place: Place,
    /// `None` means the latest date in the record.
    pub instant: Option<Instant>,
    pub expect: Vec<Expectation>,
    pub at: Location,
}

/// An earlier message, or several that differ only in id and time.
#[derive(Clone, Debug)]
pub struct Before {
    /// Its record. If it has no `id`, it gets one, and if it has no `sent_at`, it was sent when it is judged.
    pub given: Given,
    /// When it was judged.
    pub at: Instant,
    /// How often, and the nanoseconds in between.
    pub repeated: Option<(u32, i128)>,
}

/// A counter whose count a test expects.
#[derive(Clone, Debug)]
pub struct AskedCount {
    /// Whether only what the message of the test itself adds is meant.
    pub is_delta: bool,
    /// Index into the counters of the program.
    pub counter: usize,
    /// `None` means the key of the record of the test.
    pub key: Option<Vec<Expr>>,
    /// The counter and its key as they are written.
    pub written: String,
}

/// In one test, what is written alike means the same.
impl PartialEq for AskedCount {
    fn eq(&self, other: &Self) -> bool {
        (self.is_delta, self.counter, &self.written)
            == (other.is_delta, other.counter, &other.written)
    }
}

impl Eq for AskedCount {}

/// Entries added to a set for one test. A register is complete in that test.
#[derive(Clone, Debug)]
pub struct GivenSet {
    /// Index into the sets of the program.
    pub set: usize,
    pub entries: Vec<TestEntry>,
    /// The rule file of the test, named in evidence as the list of the entries.
    pub list: String,
}

#[derive(Clone, Debug)]
pub struct TestEntry {
    pub text: String,
    pub from: Option<Day>,
    pub until: Option<Day>,
}

/// The record of a test, as JSON.
#[derive(Clone, Debug)]
pub struct Given {
    pub json: String,
    /// Whether it is a complete record, as hosts write it. Otherwise, omitted fields are filled in.
    pub is_complete: bool,
}

impl Test {
    /// How many messages were judged before its own.
    pub fn earlier_messages(&self) -> u64 {
        self.before.iter().map(|before| before.repeated.map_or(1, |(times, _)| times.into())).sum()
    }
}

impl Given {
    pub fn read(&self, schema: &Schema) -> Result<Record, RecordError> {
        if self.is_complete {
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

/// Rules and exceptions are given as indices into the norms of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectationKind {
    /// No content outcome.
    NoOutcome,
    /// Neither an outcome nor an obligation.
    Nothing,
    /// An outcome or obligation of the decision; `by` is the rule that asks for it.
    Act {
        action: usize,
        to: Option<String>,
        due: Option<ExpectedDue>,
        until: Option<Instant>,
        by: Option<usize>,
        /// Whether the test also expects a stricter outcome, so that this one need not be the strictest.
        is_overruled: bool,
    },
    /// Whether an order or notice is unanswered. With `from`: one of this authority or kind.
    Unanswered {
        is_expected: bool,
        from: Option<String>,
    },
    Not(usize),
    /// The rule fires, in shadow or live.
    Fires(usize),
    Undetermined(usize),
    Defeated {
        rule: usize,
        by: usize,
    },
    Gap {
        is_expected: bool,
        rule: usize,
    },
    /// A rule has exactly these words as evidence.
    Evidence {
        words: String,
        part: Option<String>,
        by: Option<usize>,
    },
    /// Whether some norm in the decision cites this ground, and the ground is in force.
    Cites {
        is_expected: bool,
        ground: Ground,
        by: Option<usize>,
    },
    /// How much a counter has.
    Count {
        of: AskedCount,
        /// `None` means that it is not known exactly. A test cannot expect that.
        equals: Option<u64>,
    },
    /// Whether a rule sets a mark.
    Marks {
        is_expected: bool,
        /// Index into the marks of the program.
        mark: usize,
        until: Option<Instant>,
    },
    /// Whether the decision is complete: nothing was missing that could have changed it.
    Complete(bool),
}

impl ExpectationKind {
    /// The rules and exceptions that it names.
    pub fn norms(&self) -> Vec<usize> {
        match self {
            Self::NoOutcome
            | Self::Nothing
            | Self::Unanswered { .. }
            | Self::Count { .. }
            | Self::Marks { .. }
            | Self::Complete(_) => vec![],
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
    /// The words of the statute, such as "promptly".
    Words(String),
    /// The deadline has neither an instant nor words.
    Unknown,
}
