//! The tree of reasons: the value of each part of a condition, down to the fields that it reads.

use super::is_zero;
use super::memory::Remembered;
use super::shown::shown;
use crate::base::source::Sources;
use crate::base::time::Zone;
use crate::decision::judged;
use crate::interpret::{Interpreter, Trace};
use crate::program::{Expr, ExprKind, ScorePart};
use crate::world::value::{Type, Value};
use serde::Serialize;

/// The most parts of one step that are shown.
const MOST_PARTS: usize = 100;

/// A part of a condition, with its value and its own parts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// The source text, blanks collapsed.
    pub text: String,
    /// The value as a person would write it; `None` if it is unknown.
    pub value: Option<String>,
    /// Whether it is a condition rather than a value.
    pub is_condition: bool,
    /// Whether the condition is true; `None` if that is unknown, or if it is no condition.
    #[serde(skip)]
    pub truth: Option<bool>,
    /// Whether it decided the value of the condition that it is a part of.
    #[serde(skip)]
    pub decides: bool,
    /// The path of the value in the record, if the text does not give it: `links[0].host`.
    pub path: Option<String>,
    /// For a counter or mark: what it had, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory: Option<Remembered>,
    /// The parts, in source order; for a quantifier, the elements that decided it come first.
    pub steps: Vec<Step>,
    /// How many of its steps are left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub more: usize,
    /// How many more elements its list has, for which no step is shown.
    #[serde(skip_serializing_if = "is_zero")]
    pub more_elements: usize,
}

/// How the two clauses of a rule or exception came out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Steps {
    /// Its `when`.
    pub when: Step,
    /// Its `unless`, if it has one.
    pub unless: Option<Step>,
}

/// How the clauses of the norm with an index came out.
pub(crate) fn of_norm(
    interpreter: &Interpreter<'_>,
    sources: &Sources,
    norm: usize,
) -> Option<Steps> {
    let hidden_events = judged(interpreter, norm)?.hidden;
    let norm = interpreter.program.norms.get(norm)?;
    // As if these orders and notices were not in the record.
    let trace = interpreter.without(&hidden_events, |interpreter| interpreter.trace(norm));
    let shown = Shown { interpreter, sources, zone: &norm.zone };
    let when = shown.step(&trace.when?);
    Some(Steps { when, unless: trace.unless.map(|unless| shown.step(&unless)) })
}

/// How an expression came out.
pub(crate) fn of_expression<'a>(
    interpreter: &Interpreter<'a>,
    sources: &Sources,
    expr: &'a Expr,
    zone: &Zone,
) -> Option<Step> {
    let shown = Shown { interpreter, sources, zone };
    interpreter.trace_value(expr, zone).map(|trace| shown.step(&trace))
}

/// What steps are made with.
struct Shown<'s, 'a> {
    interpreter: &'s Interpreter<'a>,
    sources: &'s Sources,
    /// The zone of times in sentences.
    zone: &'s Zone,
}

impl Shown<'_, '_> {
    fn step(&self, trace: &Trace<'_>) -> Step {
        let sources = self.sources;
        let text = sources.on_one_line(trace.expr.at);
        let path = trace.path.clone().filter(|path| !path.is_empty() && *path != text);
        // A path such as `links[0].host` is one step; its parts are not shown.
        let is_path = matches!(trace.expr.kind, ExprKind::Field { .. } | ExprKind::Entry { .. });
        let inner = match trace.children.as_slice() {
            // `not in` is a `not` of an `in` with the same source text.
            [same] if same.expr.at == trace.expr.at => same,
            _ => trace,
        };
        let Trace { children, left_out_elements, left_out_steps, .. } = inner;
        let (parts, left_out, more_elements) = if is_path {
            (&[][..], 0, 0)
        } else {
            (children.as_slice(), *left_out_steps, *left_out_elements)
        };
        let mut steps: Vec<Step> = if let ExprKind::Score(scored) = &trace.expr.kind {
            let scored = scored.iter().zip(parts);
            scored.map(|(part, trace)| with_points(part, self.step(trace))).collect()
        } else {
            let shown = parts.iter().filter(|part| is_shown(part.expr));
            shown.map(|part| self.step(part)).collect()
        };
        let truth = match trace.value {
            Some(Value::Bool(truth)) => Some(truth),
            _ => None,
        };
        mark_deciding(&trace.expr.kind, truth, &mut steps);
        let more = left_out + steps.len().saturating_sub(MOST_PARTS);
        steps.truncate(MOST_PARTS);
        Step {
            text,
            value: trace.value.as_ref().map(shown),
            is_condition: trace.expr.ty == Type::Bool,
            truth,
            decides: true,
            path,
            memory: trace
                .state
                .as_ref()
                .map(|key| Remembered::of(self.interpreter, key, self.zone)),
            steps,
            more,
            more_elements,
        }
    }
}

/// Marks the parts that decided a value. One false part makes an `and` false, and one true part an `or` true.
fn mark_deciding(kind: &ExprKind, truth: Option<bool>, parts: &mut [Step]) {
    let one_decides = if let ExprKind::And(_) = kind {
        truth == Some(false)
    } else if let ExprKind::Or(_) = kind {
        truth == Some(true)
    } else {
        return;
    };
    let mut is_decided = false;
    for part in parts {
        part.decides = part.truth == truth && !is_decided;
        is_decided |= one_decides && part.decides;
    }
}

fn with_points(part: &ScorePart, condition: Step) -> Step {
    Step { text: format!("{} when {}", part.points_text(), condition.text), ..condition }
}

/// Whether a part is shown. A literal is not shown, because its text says its value.
fn is_shown(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Const(_) | ExprKind::Message | ExprKind::Local(_) => false,
        ExprKind::List(elements) => {
            elements.iter().any(|element| !matches!(element.kind, ExprKind::Const(_)))
        }
        ExprKind::At
        | ExprKind::Field { .. }
        | ExprKind::Entry { .. }
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Not(_)
        | ExprKind::Compare { .. }
        | ExprKind::In { .. }
        | ExprKind::InPlace { .. }
        | ExprKind::InSet { .. }
        | ExprKind::TextTest { .. }
        | ExprKind::Mentions { .. }
        | ExprKind::Matches { .. }
        | ExprKind::Spans { .. }
        | ExprKind::Is(..)
        | ExprKind::Coalesce { .. }
        | ExprKind::Negate(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::If { .. }
        | ExprKind::Call { .. }
        | ExprKind::Counter { .. }
        | ExprKind::Reaches { .. }
        | ExprKind::Mark { .. }
        | ExprKind::Defined { .. }
        | ExprKind::Quantified { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::Score(_)
        | ExprKind::AtLeast { .. } => true,
    }
}
