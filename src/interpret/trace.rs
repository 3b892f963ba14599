//! What is noted of an evaluation: its steps as a tree, for explanations, or how each condition came out, for coverage.
//! Trees are bounded, whatever the rule: what decided a result is kept longest, and what was left out is counted.

use super::{Interpreter, Origin};
use crate::base::source::Location;
use crate::base::time::Zone;
use crate::interpret::Evaluated;
use crate::program::outcome::Truth;
use crate::program::{Counter, ElementValues, Expr, ExprKind, Norm};
use crate::state::Key;
use crate::syntax::tree::Quantifier;
use crate::world::value::{Type, Value};
use std::collections::HashMap;
use std::mem::Discriminant;
use std::rc::Rc;

/// The most elements of a quantifier that a trace keeps: no person reads more. Those that decided the result come first.
const TRACED_ELEMENTS: usize = 8;
/// The most steps inside one step that are kept.
const MOST_STEPS: usize = 2_000;
/// The most finished steps that wait for the step around them. Beyond it, only the results of steps are kept.
const MOST_WAITING: usize = 50_000;

/// The result of an expression and of all expressions inside it.
#[derive(Clone, Debug)]
pub(crate) struct Trace<'a> {
    pub(crate) expr: &'a Expr,
    /// `None` means unknown.
    pub(crate) value: Option<Value>,
    /// Where the value is in the record: `links[0].host`.
    pub(crate) path: Option<String>,
    /// For a counter or mark: the key under which it was read.
    pub(crate) state: Option<Rc<Key>>,
    /// In the order of evaluation. For a quantifier: its list, then its body for some elements. For a definition: its
    /// arguments, then its body.
    pub(crate) children: Vec<Trace<'a>>,
    /// How many elements of its list were left out.
    pub(crate) left_out_elements: usize,
    /// How many steps inside the elements or parts that were kept at first were left out.
    pub(crate) left_out_steps: usize,
    /// The number of steps inside that were kept.
    size: usize,
}

/// The traces of both clauses of a norm.
#[derive(Clone, Debug)]
pub(crate) struct NormTrace<'a> {
    pub(crate) when: Option<Trace<'a>>,
    pub(crate) unless: Option<Trace<'a>>,
}

/// What is evaluated for each element of a list.
#[derive(Clone, Copy)]
pub(super) struct PerElement<'a> {
    /// What is evaluated first.
    first: &'a Expr,
    /// Its truth for the elements that decide the result; `None` if no element decides more than another.
    deciding: Option<bool>,
}

/// How a condition came out, wherever it was evaluated: whether it was ever true, false, unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Outcomes {
    pub(crate) is_true: bool,
    pub(crate) is_false: bool,
    pub(crate) is_unknown: bool,
}

/// How each condition came out, by its place and kind.
pub(crate) type Noted = HashMap<(Location, Discriminant<ExprKind>), Outcomes>;

/// What is noted of evaluations.
#[derive(Debug, Default)]
pub(super) enum Notes<'a> {
    #[default]
    Nothing,
    /// Finished traces that have no parent yet, and the number of steps in them.
    Traces {
        finished: Vec<Trace<'a>>,
        size: usize,
    },
    Conditions(Noted),
}

impl<'a> Interpreter<'a> {
    /// Evaluates like [`Interpreter::value`] and returns the trace.
    pub(crate) fn trace_value(&self, expr: &'a Expr, zone: &Zone) -> Option<Trace<'a>> {
        self.traced(|| {
            self.value(expr, zone);
        })
        .into_iter()
        .next()
    }

    /// Evaluates like [`Interpreter::condition`] and returns the trace.
    pub(crate) fn trace(&self, norm: &'a Norm) -> NormTrace<'a> {
        let mut clauses = self
            .traced(|| {
                self.condition(norm);
            })
            .into_iter();
        NormTrace { when: clauses.next(), unless: clauses.next() }
    }

    /// Evaluates like [`Interpreter::condition`] and returns how each condition in it came out.
    pub(crate) fn note_conditions(&self, norm: &'a Norm) -> Noted {
        self.noted(|| {
            self.condition(norm);
        })
    }

    /// Finds out whether and how a counter counts the record, and returns how each condition in the counter came out.
    pub(crate) fn note_counter(&self, counter: &'a Counter) -> Noted {
        self.noted(|| {
            if self.counted_when(counter).0 != Truth::False {
                self.slots(counter);
            }
        })
    }

    fn noted(&self, evaluate: impl FnOnce()) -> Noted {
        self.notes.replace(Notes::Conditions(Noted::default()));
        evaluate();
        match self.notes.take() {
            Notes::Conditions(noted) => noted,
            Notes::Nothing | Notes::Traces { .. } => Noted::default(),
        }
    }

    fn traced(&self, evaluate: impl FnOnce()) -> Vec<Trace<'a>> {
        self.notes.replace(Notes::Traces { finished: vec![], size: 0 });
        evaluate();
        match self.notes.take() {
            Notes::Traces { finished, .. } => finished,
            Notes::Nothing | Notes::Conditions(_) => vec![],
        }
    }
}

impl<'a> Notes<'a> {
    /// The number of finished traces before an evaluation, whose own traces follow.
    pub(super) fn begin(&self) -> usize {
        if let Self::Traces { finished, .. } = self { finished.len() } else { 0 }
    }

    pub(super) fn end(&mut self, before: usize, expr: &'a Expr, result: &Evaluated) {
        match self {
            Self::Nothing => {}
            Self::Traces { finished, size } => {
                let children = finished.split_off(before);
                let of_children = steps_of(&children);
                let mut trace = Trace::new(expr, result, children);
                *size = (*size).saturating_sub(of_children);
                if *size > MOST_WAITING {
                    trace.leave_out_all();
                }
                *size += trace.steps();
                finished.push(trace);
            }
            Self::Conditions(noted) => {
                if expr.ty != Type::Bool {
                    return;
                }
                let key = (expr.at, std::mem::discriminant(&expr.kind));
                let outcomes = noted.entry(key).or_default();
                match result.truth() {
                    Truth::True => outcomes.is_true = true,
                    Truth::False => outcomes.is_false = true,
                    Truth::Unknown => outcomes.is_unknown = true,
                }
            }
        }
    }

    /// Keeps few of the elements of a list that were evaluated so far.
    pub(super) fn shorten_elements(&mut self, before: usize, per_element: PerElement<'_>) {
        let Self::Traces { finished, size } = self else { return };
        // An element has one or two traces.
        if finished.len() - before > 4 * TRACED_ELEMENTS {
            let all = finished.split_off(before);
            let of_all = steps_of(&all);
            let (kept, _) = per_element.most_telling(all);
            *size = size.saturating_sub(of_all - steps_of(&kept));
            finished.extend(kept);
        }
    }
}

impl<'a> PerElement<'a> {
    /// Elements decide a result by this truth of a condition.
    pub(super) fn of_condition(condition: &'a Expr, deciding: bool) -> Self {
        Self { first: condition, deciding: Some(deciding) }
    }

    /// Elements decide a result if their condition is true; without a condition, all do.
    pub(super) fn of_values(of: &'a ElementValues) -> Self {
        match of.condition.as_deref() {
            Some(condition) => Self::of_condition(condition, true),
            None => Self { first: &of.value, deciding: None },
        }
    }

    fn of(expr: &'a Expr) -> Option<Self> {
        if let ExprKind::Quantified { quantifier, body, .. } = &expr.kind {
            Some(Self::of_condition(body, *quantifier != Quantifier::All))
        } else if let ExprKind::Aggregate { of, .. } = &expr.kind {
            Some(Self::of_values(of))
        } else {
            None
        }
    }

    /// The traces of a few elements, and how many elements these are: those that decide the result come first, then those that
    /// are unknown.
    fn most_telling<'t>(self, traces: Vec<Trace<'t>>) -> (Vec<Trace<'t>>, usize) {
        let mut elements: Vec<Vec<Trace<'t>>> = vec![];
        for trace in traces {
            match elements.last_mut().filter(|_| !std::ptr::eq(trace.expr, self.first)) {
                Some(element) => element.push(trace),
                None => elements.push(vec![trace]),
            }
        }
        elements.sort_by_key(|element| self.rank(element));
        elements.truncate(TRACED_ELEMENTS);
        let count = elements.len();
        (elements.into_iter().flatten().collect(), count)
    }

    fn rank(self, element: &[Trace<'_>]) -> u8 {
        let truth = match element.first().and_then(|first| first.value.as_ref()) {
            None => return 1,
            // What is none is false.
            Some(value) => *value == Value::Bool(true),
        };
        if self.deciding == Some(!truth) { 2 } else { 0 }
    }
}

impl<'a> Trace<'a> {
    fn new(expr: &'a Expr, result: &Evaluated, mut children: Vec<Trace<'a>>) -> Self {
        let mut left_out_elements = 0;
        if let (Some(per_element), Some(list)) = (PerElement::of(expr), children.first()) {
            let all = if let Some(Value::List(all)) = &list.value { all.len() } else { 0 };
            let (kept, count) = per_element.most_telling(children.split_off(1));
            children.extend(kept);
            left_out_elements = all.saturating_sub(count);
        }
        let (path, state) = match &result.origin {
            Origin::Field(path) => (Some(path.clone()), None),
            Origin::Excerpt { part, .. } => (Some(part.to_string()), None),
            // A condition around it has its origin too.
            Origin::State(key) => (None, expr.kind.is_state().then(|| key.clone())),
            Origin::Nowhere | Origin::Each(_) => (None, None),
        };
        let value = result.value.clone();
        let mut trace = Self {
            expr,
            value,
            path,
            state,
            children,
            left_out_elements,
            left_out_steps: 0,
            size: 0,
        };
        trace.shorten();
        trace
    }

    /// How a condition came out; `None` if the expression is no condition. A condition that is none is false.
    pub(crate) fn truth(&self) -> Option<Truth> {
        match (&self.value, &self.expr.ty) {
            (Some(Value::Bool(truth)), _) => Some((*truth).into()),
            (Some(Value::Absent), Type::Bool) => Some(Truth::False),
            (None, Type::Bool) => Some(Truth::Unknown),
            _ => None,
        }
    }

    /// The number of steps, this one included.
    fn steps(&self) -> usize {
        1 + self.size
    }

    /// Leaves out what is inside the last parts until few steps are left: first inside those that did not decide the
    /// result. The results of the parts themselves are kept.
    fn shorten(&mut self) {
        let mut size = steps_of(&self.children);
        for decided in [false, true] {
            for child in self.children.iter_mut().rev() {
                if size > MOST_STEPS && (child.value == self.value) == decided {
                    size -= child.size;
                    child.leave_out_all();
                }
            }
        }
        self.size = size;
    }

    fn leave_out_all(&mut self) {
        self.left_out_steps += self.size;
        self.size = 0;
        self.children.clear();
    }
}

/// The number of steps in traces.
fn steps_of(traces: &[Trace<'_>]) -> usize {
    traces.iter().map(Trace::steps).sum()
}
