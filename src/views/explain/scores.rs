//! The scores of a condition: the points of each part, and whether it counts.

use super::is_zero;
use super::shown::{brief, shown};
use crate::base::source::Sources;
use crate::interpret::Trace;
use crate::program::ExprKind;
use crate::program::outcome::Truth;
use serde::Serialize;

/// The most scores of a condition, and the most parts of a score, that are shown.
const MAX_PARTS: usize = 16;

/// A score, and what gives its points.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Score {
    /// The sum; `None` if it is not known.
    pub points: Option<String>,
    /// At most 16 parts. If it has more, those that are true come first.
    pub parts: Vec<ScoredPart>,
    /// How many further parts it has.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: usize,
}

/// One part of a score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ScoredPart {
    /// The points that it gives if its condition is true.
    pub points: String,
    /// The source text of its condition, blanks collapsed.
    pub condition: String,
    /// Whether the condition is true; `None` if that is unknown.
    pub holds: Option<bool>,
}

/// Adds the scores inside a trace, outermost first.
pub(super) fn collect_scores(trace: &Trace<'_>, sources: &Sources, scores: &mut Vec<Score>) {
    if scores.len() >= MAX_PARTS {
        return;
    }
    if let ExprKind::Score(parts) = &trace.expr.kind {
        let parts = parts.iter().zip(&trace.children).map(|(part, child)| ScoredPart {
            points: part.points_text(),
            condition: sources.on_one_line(child.expr.at),
            holds: child.truth().and_then(Truth::known),
        });
        let mut parts: Vec<ScoredPart> = parts.collect();
        let more = parts.len().saturating_sub(MAX_PARTS);
        if more > 0 {
            parts.sort_by_key(|part| part.holds != Some(true));
            parts.truncate(MAX_PARTS);
        }
        scores.push(Score { points: trace.value.as_ref().map(shown), parts, more });
    }
    trace.children.iter().for_each(|child| collect_scores(child, sources, scores));
}

/// ``Score: 8 (5 for `full`: true; 3 for `demands`: true; 3.5 for `planted`: not known).``
pub(super) fn sentence(score: &Score) -> String {
    let part = |part: &ScoredPart| {
        let holds = part.holds.map_or_else(|| "not known".to_owned(), |holds| holds.to_string());
        format!("{} for `{}`: {holds}", part.points, brief(&part.condition))
    };
    let more = (score.more > 0).then(|| format!("and {} more", score.more));
    let parts: Vec<String> = score.parts.iter().map(part).chain(more).collect();
    let points = score.points.as_deref().unwrap_or("not known");
    format!("Score: {points} ({}).", parts.join("; "))
}
