//! `test` items: the situation of a test, and its expectations.

use super::{Expr, Json, Name, Path, SetEntry, Spanned, Target, Text};
use crate::base::source::Span;
use crate::base::time::{Instant, Moment, Period};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Test {
    pub title: Text,
    pub scene: Scene,
    /// The expectations of every case.
    pub expect: Vec<Expectation>,
    pub cases: Vec<Case>,
}

/// One of the `cases` of a test: its changes to the situation, and its expectations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub title: Option<Text>,
    pub scene: Scene,
    pub expect: Vec<Expectation>,
    pub span: Span,
}

/// The situation of a test or a case.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scene {
    pub given: Option<Given>,
    /// Entries that are added to sets.
    pub entries: Vec<TestEntries>,
    /// Earlier messages.
    pub before: Vec<Before>,
    pub place: Option<Name>,
    pub at: Option<Spanned<Moment>>,
}

/// One or more earlier messages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Before {
    /// How it differs from the record of the test.
    pub given: Given,
    pub when: BeforeWhen,
}

/// When earlier messages were sent and judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BeforeWhen {
    At(Spanned<Moment>),
    Repeated {
        times: Spanned<u32>,
        every: Spanned<Period>,
        /// The first instant.
        from: Option<Spanned<Moment>>,
    },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TestEntries {
    pub set: Path,
    pub entries: Vec<SetEntry>,
}

/// A record: from a file, written here, or from a file with changes written here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub file: Option<Text>,
    pub fields: Option<Json>,
    pub span: Span,
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
        /// `author` or `chat`, right after the action.
        account: Option<Name>,
        to: Option<Target>,
        due: Option<Due>,
        until: Option<Spanned<Instant>>,
        by: Option<Path>,
    },
    /// Neither an outcome nor an obligation.
    Nothing,
    /// The rule does not fire.
    Not(Path),
    /// The rule fires, even if it is in shadow.
    Fires(Path),
    Undetermined(Path),
    Defeated {
        rule: Path,
        by: Path,
    },
    /// It is not known whether the rule's law is in force, and the rule would matter if it were. `is_expected` is false
    /// for `not gap`.
    Gap {
        is_expected: bool,
        rule: Path,
    },
    /// The rule quotes exactly these words.
    Evidence {
        words: Text,
        part: Option<Text>,
        by: Option<Path>,
    },
    /// A rule that fires, or an exception that lifts a rule, cites this article or policy. `is_expected` is false for
    /// `not cites`.
    Cites {
        is_expected: bool,
        ground: Path,
        by: Option<Path>,
    },
    /// Whether an order or notice is unanswered. With `from`: one of this authority or kind.
    Unanswered {
        is_expected: bool,
        from: Option<Text>,
    },
    /// How much a counter has, under the key of the message or a given one.
    Count {
        /// Whether only what the message itself adds is meant.
        is_delta: bool,
        counter: Expr,
        equals: Spanned<u32>,
    },
    /// Whether a rule sets a mark. `is_expected` is false for `not marks`.
    Marks {
        is_expected: bool,
        mark: Path,
        until: Option<Spanned<Instant>>,
    },
    /// The decision is complete, or with `false` incomplete.
    Complete(bool),
}

/// The due instant that is expected, or the words of a statute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    At(Spanned<Instant>),
    Words(Text),
    /// There is neither an instant nor words.
    Unknown,
}
