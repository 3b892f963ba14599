//! Coverage of rules by tests: whether tests reach each rule, each of its clauses, and each condition both true and false.
//! If they do not, it says why.

mod gather;
mod lcov;

pub use lcov::Lcov;

use crate::base::sink::{Json, Output};
use crate::base::source::{Location, Position, Sources};
use crate::face::ruleset::RuleSet;
use serde::Serialize;

/// What the tests reach.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Coverage {
    /// Everything that tests can reach, by rule, and within a rule in source order.
    pub points: Vec<Point>,
    /// How many tests were run.
    pub tests: usize,
}

/// Something that a test can reach.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Point {
    /// The rule, exception, counter or definition.
    pub owner: String,
    /// Its kind.
    pub kind: PointKind,
    /// What happens in a test that reaches it: ``it fires``, ``` `chat.public` is false ```.
    pub what: String,
    /// Where it is written.
    pub at: Location,
    /// How many tests reach it.
    pub tests: usize,
    /// If no test reaches it, why.
    pub why: Option<String>,
}

/// Kinds of [`Point`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum PointKind {
    /// A rule fires or does not; an exception applies or does not; a counter counts a message.
    Rule,
    /// A clause takes effect: `unless` exempts, `on unknown` asks for something, a basis is cited.
    Clause,
    /// A condition is true or false.
    Branch,
}

/// How many of all points are reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the names say all")]
#[non_exhaustive]
pub struct Share {
    pub reached: usize,
    pub all: usize,
}

/// The coverage by the tests that a filter selects; see [`super::run`].
pub fn coverage(set: &RuleSet, filter: Option<&str>) -> Coverage {
    gather::coverage(set, filter)
}

impl Point {
    /// Whether a test reaches it.
    pub fn is_reached(&self) -> bool {
        self.tests > 0
    }
}

impl Share {
    /// The share in percent. It is rounded down, so 100 means that all points are reached. Without points it is 100.
    pub fn percent(self) -> usize {
        (self.reached * 100).checked_div(self.all).unwrap_or(100)
    }

    fn of<'p>(points: impl Iterator<Item = &'p Point>) -> Self {
        points.fold(Self::default(), |share, point| Self {
            reached: share.reached + usize::from(point.is_reached()),
            all: share.all + 1,
        })
    }
}

impl Coverage {
    /// The share of all points that tests reach.
    pub fn share(&self) -> Share {
        Share::of(self.points.iter())
    }

    /// The share of the points of one kind.
    pub fn share_of(&self, kind: PointKind) -> Share {
        Share::of(self.points.iter().filter(|point| point.kind == kind))
    }

    /// The share of each rule, exception, counter and definition, by name.
    pub fn owners(&self) -> Vec<(&str, Share)> {
        let owners = self.points.chunk_by(|a, b| a.owner == b.owner);
        owners
            .filter_map(|points| Some((points.first()?.owner.as_str(), Share::of(points.iter()))))
            .collect()
    }

    /// As JSON, with a version. Points have the line and column at which they are written.
    pub fn json(&self, sources: &Sources) -> Output<Json> {
        #[derive(Serialize)]
        struct Report<'a> {
            v: u32,
            tests: usize,
            percent: usize,
            rules: Share,
            clauses: Share,
            branches: Share,
            points: Vec<Row<'a>>,
        }
        #[derive(Serialize)]
        struct Row<'a> {
            rule: &'a str,
            kind: PointKind,
            what: &'a str,
            file: &'a str,
            line: usize,
            col: usize,
            tests: usize,
            #[serde(skip_serializing_if = "Option::is_none")]
            why: Option<&'a str>,
        }
        let points = self.points.iter().map(|point| {
            let Position { line, col, .. } = sources.position(point.at.file, point.at.span.start);
            Row {
                rule: &point.owner,
                kind: point.kind,
                what: &point.what,
                file: sources.name(point.at.file),
                line,
                col,
                tests: point.tests,
                why: point.why.as_deref(),
            }
        });
        let report = Report {
            v: 1,
            tests: self.tests,
            percent: self.share().percent(),
            rules: self.share_of(PointKind::Rule),
            clauses: self.share_of(PointKind::Clause),
            branches: self.share_of(PointKind::Branch),
            points: points.collect(),
        };
        Output::value(&report)
    }

    /// In the format of LCOV, which editors and CI services read: rules as functions, conditions as branches.
    pub fn lcov(&self, sources: &Sources) -> Output<Lcov> {
        lcov::lcov(self, sources)
    }
}
