//! Tests of the language: what they ask about, and what they expect.

use super::{At, Json, Name, Path, SetEntry, Target, Text};
use crate::base::source::Span;
use crate::base::time::{Day, Instant};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    pub title: Text,
    pub scene: Scene,
    /// What holds in every case.
    pub expect: Vec<Expectation>,
    pub cases: Vec<Case>,
}

/// A row of a table test: what it changes about the scene of its test, and what comes out then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub title: Option<Text>,
    pub scene: Scene,
    pub expect: Vec<Expectation>,
    pub span: Span,
}

/// What a test asks about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    pub given: Option<Given>,
    /// Entries that stand in sets.
    pub entries: Vec<TestEntries>,
    pub place: Option<Name>,
    pub at: Option<At<Moment>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestEntries {
    pub set: Path,
    pub entries: Vec<SetEntry>,
}

/// A record: out of a file, written here, or out of a file with changes written here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub file: Option<Text>,
    pub fields: Option<Json>,
    pub span: Span,
}

/// A day means its midnight in the zone of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Day(Day),
    Instant(Instant),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    pub kind: ExpectationKind,
    pub span: Span,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpectationKind {
    /// `restrict by RULE`, `none`, `escalate to astana due …`
    Act {
        action: Name,
        to: Option<Target>,
        due: Option<Due>,
        until: Option<At<Instant>>,
        by: Option<Path>,
    },
    /// Neither an outcome nor an obligation.
    Nothing,
    /// The rule does not fire.
    Not(Path),
    /// It does, in shadow or not.
    Fires(Path),
    Undetermined(Path),
    Defeated {
        rule: Path,
        by: Path,
    },
    /// It would matter if its law were known to be in force, or not.
    Gap {
        whether: bool,
        rule: Path,
    },
    /// A rule rests on just these words.
    Evidence {
        words: Text,
        part: Option<Text>,
        by: Option<Path>,
    },
    /// A rule that fires, or an exception that lifts one, rests on this article or policy, or none does.
    Cites {
        whether: bool,
        ground: Path,
        by: Option<Path>,
    },
    /// Everything was known that could have mattered, or not.
    Complete(bool),
}

/// By when something is due: an instant, or the statute's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    At(At<Instant>),
    Words(Text),
    /// There is no instant, and there are no words.
    Unknown,
}
