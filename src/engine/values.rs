//! The values of expressions: read from cells, calculated, or counted.

use super::eval::Eval;
use super::slots::{Cell, Run};
use crate::plan::{Node, NodeId, Surface, Walk};
use crate::program::arithmetic::{bounds_of, calculate, negate, negated_bounds};
use crate::program::compare::{Bounds, as_text, equal_bounds, hull, identity};
use crate::program::functions::none_as;
use crate::program::outcome::Truth;
use crate::program::tally::{Distinct, Sum, Tally};
use crate::syntax::tree::{Aggregate, ArithmeticOp};
use crate::world::place::Place;
use crate::world::value::Value;
use std::borrow::Cow;
use std::ops::{ControlFlow, Range};

/// The result of an expression.
#[derive(Clone, Debug)]
pub(super) enum EvalResult<'a> {
    Known(ValueRef<'a>),
    /// None: the record that it would be in does not exist.
    Absent,
    /// An unknown value, with its least and its greatest possible value.
    Between(Box<Bounds>),
    Unknown,
}

/// A value, borrowed where possible.
#[derive(Clone, Debug)]
pub(super) enum ValueRef<'a> {
    /// A single value that is not a text, or the answer of a function.
    Single(Value),
    Constant(&'a Value),
    Text(&'a str),
    Surface(Surface),
    Everywhere,
    Places(&'a [Place]),
    List(u32, Run),
    /// A record or map; it is only known to be present.
    Present,
}

impl<'a> Eval<'a> {
    pub(super) fn result_of_cell(&self, cell: Cell) -> EvalResult<'a> {
        EvalResult::Known(match cell {
            Cell::Missing => return EvalResult::Unknown,
            Cell::Absent => return EvalResult::Absent,
            Cell::Present | Cell::List(_) => ValueRef::Present,
            Cell::Bool(truth) => ValueRef::Single(Value::Bool(truth)),
            Cell::Int(int) => ValueRef::Single(Value::Int(int)),
            Cell::Number(number) => ValueRef::Single(Value::Number(number)),
            Cell::Text(text) => ValueRef::Text(self.slots.text(self.input, text)),
            Cell::Instant(instant) => ValueRef::Single(Value::Instant(instant)),
            Cell::Duration(nanos) => ValueRef::Single(Value::Duration(nanos)),
            Cell::Everywhere => ValueRef::Everywhere,
            Cell::Places(run) => {
                ValueRef::Places(self.slots.places.get(run.range()).unwrap_or_default())
            }
        })
    }

    pub(super) fn value(&mut self, id: NodeId) -> EvalResult<'a> {
        let plan = self.plan;
        match plan.nodes.get(id) {
            Node::Const(number) => match plan.nodes.constant(*number) {
                Some(Value::Text(text)) => EvalResult::Known(ValueRef::Text(text)),
                Some(value) => EvalResult::Known(ValueRef::Constant(value)),
                None => EvalResult::Unknown,
            },
            Node::At => EvalResult::Known(ValueRef::Single(Value::Instant(self.at))),
            Node::Path(path) => match (self.cell(*path), self.list(*path)) {
                (Cell::List(_), Some((shape, run))) => {
                    EvalResult::Known(ValueRef::List(shape, run))
                }
                (cell, _) => self.result_of_cell(cell),
            },
            Node::Surface(surface) => match self.slots.parts {
                Some(_) => EvalResult::Known(ValueRef::Surface(*surface)),
                None => EvalResult::Unknown,
            },
            Node::Negate(inner) => match self.value(*inner) {
                EvalResult::Known(value) => {
                    known_or_unknown(self.to_value(value).and_then(|value| negate(&value).ok()))
                }
                EvalResult::Between(bounds) => between(negated_bounds(&bounds)),
                other @ (EvalResult::Absent | EvalResult::Unknown) => other,
            },
            Node::Arithmetic { first, rest } => {
                let mut so_far = self.value(*first);
                for (op, operand) in rest {
                    let operand = self.value(*operand);
                    so_far = self.calculate(*op, so_far, operand);
                }
                so_far
            }
            Node::Coalesce { value, default } => match self.value(*value) {
                EvalResult::Known(value) => EvalResult::Known(value),
                EvalResult::Absent | EvalResult::Between(_) | EvalResult::Unknown => {
                    self.value(*default)
                }
            },
            Node::If { arms, otherwise } => self.conditional(arms, *otherwise),
            Node::Length(list) => {
                self.list(*list).map_or(EvalResult::Unknown, |(_, run)| known_int(run.len.into()))
            }
            Node::Count(walk) => self.count(walk),
            Node::Aggregate { aggregate, values, condition } => {
                self.aggregate(*aggregate, values, *condition)
            }
            Node::Score(parts) => self.score(parts),
            Node::Call { function, args } => self.call(*function as usize, args),
            Node::Recall(recall) => self.recall(recall),
            // Lists written in a rule occur only on the right of `in`.
            Node::List(_) => EvalResult::Unknown,
            Node::Truth(_)
            | Node::Not(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::AtLeast { .. }
            | Node::Compare { .. }
            | Node::SameTruth(..)
            | Node::In { .. }
            | Node::InPlace { .. }
            | Node::InSet { .. }
            | Node::TextTest { .. }
            | Node::Mentions { .. }
            | Node::Near { .. }
            | Node::Matches { .. }
            | Node::Is(..)
            | Node::Any(_)
            | Node::All(_)
            | Node::Interpreted(_) => match self.truth(id) {
                Truth::Unknown => EvalResult::Unknown,
                truth @ (Truth::True | Truth::False) => {
                    EvalResult::Known(ValueRef::Single(Value::Bool(truth == Truth::True)))
                }
            },
        }
    }

    /// The value of the first arm whose condition is true. If a condition before it is unknown, only the bounds of the
    /// value are known.
    fn conditional(&mut self, arms: &'a [(NodeId, NodeId)], otherwise: NodeId) -> EvalResult<'a> {
        let mut arms = arms.iter();
        while let Some((condition, value)) = arms.next() {
            match self.truth(*condition) {
                Truth::True => return self.value(*value),
                Truth::Unknown => {
                    let first = range(&self.value(*value));
                    return between(self.bounds_of_arms(first, arms, otherwise));
                }
                Truth::False => {}
            }
        }
        self.value(otherwise)
    }

    /// The bounds of all arms that may be chosen: the first has these bounds, the others are among the rest.
    fn bounds_of_arms(
        &mut self,
        mut bounds: Option<Bounds>,
        rest: std::slice::Iter<'a, (NodeId, NodeId)>,
        otherwise: NodeId,
    ) -> Option<Bounds> {
        for (condition, value) in rest {
            let truth = self.truth(*condition);
            if truth != Truth::False {
                bounds = hull(&bounds?, &range(&self.value(*value))?);
            }
            if truth == Truth::True {
                return bounds;
            }
        }
        hull(&bounds?, &range(&self.value(otherwise))?)
    }

    fn calculate(
        &self,
        op: ArithmeticOp,
        left: EvalResult<'a>,
        right: EvalResult<'a>,
    ) -> EvalResult<'a> {
        match (left, right) {
            (EvalResult::Absent, _) | (_, EvalResult::Absent) => EvalResult::Absent,
            (EvalResult::Known(left), EvalResult::Known(right)) => {
                let sides = self.to_value(left).zip(self.to_value(right));
                known_or_unknown(sides.and_then(|(left, right)| calculate(op, &left, &right).ok()))
            }
            (left, right) => between(bounds_of(op, range(&left).as_ref(), range(&right).as_ref())),
        }
    }

    fn count(&mut self, walk: &Walk) -> EvalResult<'a> {
        let Some((shape, run)) = self.list(walk.list) else { return EvalResult::Unknown };
        let (mut least, mut most) = (0, u64::from(run.len));
        self.for_each((walk.level, shape), run, |eval| {
            match eval.truth(walk.body) {
                Truth::True => least += 1,
                Truth::False => most -= 1,
                Truth::Unknown => {}
            }
            ControlFlow::Continue(())
        });
        match (i64::try_from(least), i64::try_from(most)) {
            _ if least == most => known_int(least),
            (Ok(least), Ok(most)) => between(Some([Value::Int(least), Value::Int(most)])),
            _ => EvalResult::Unknown,
        }
    }

    fn aggregate(
        &mut self,
        aggregate: Aggregate,
        values: &Walk,
        condition: NodeId,
    ) -> EvalResult<'a> {
        let Some((shape, run)) = self.list(values.list) else { return EvalResult::Unknown };
        let (mut sum, mut distinct) = (Sum::default(), Distinct::default());
        self.for_each((values.level, shape), run, |eval| {
            let counts = eval.truth(condition);
            if counts == Truth::False {
                return ControlFlow::Continue(());
            }
            let value = eval.value(values.body);
            let bounds = (aggregate == Aggregate::Sum).then(|| range(&value)).flatten();
            let known = match value {
                EvalResult::Known(value) => eval.to_value(value),
                // What is none adds nothing, and is no value.
                EvalResult::Absent => return ControlFlow::Continue(()),
                EvalResult::Between(_) | EvalResult::Unknown => None,
            };
            match aggregate {
                Aggregate::Sum => sum.add(counts, known.as_ref(), bounds.as_ref()),
                Aggregate::CountDistinct => distinct.add(counts, known.as_ref().map(identity)),
            }
            ControlFlow::Continue(())
        });
        of_tally(match aggregate {
            Aggregate::Sum => sum.result(),
            Aggregate::CountDistinct => distinct.result(),
        })
    }

    fn score(&mut self, parts: &'a [(NodeId, NodeId)]) -> EvalResult<'a> {
        let mut sum = Sum::default();
        for (points, condition) in parts {
            let counts = self.truth(*condition);
            let points = self.plan.nodes.as_constant(*points);
            sum.add(counts, points, points.map(equal_bounds).as_ref());
        }
        of_tally(sum.result())
    }

    /// Calls a function. A call without a result is unknown; the interpreter gives the reason.
    fn call(&mut self, function: usize, args: &'a [NodeId]) -> EvalResult<'a> {
        let Some(function) = self.program.functions.get(function) else {
            return EvalResult::Unknown;
        };
        let (mut values, mut is_none) = (vec![], false);
        for (arg, (_, ty)) in args.iter().zip(&function.params) {
            let value = match self.value(*arg) {
                EvalResult::Known(value) => self.to_value(value),
                EvalResult::Absent => {
                    let read = none_as(ty);
                    is_none |= read.is_none();
                    read
                }
                EvalResult::Between(_) | EvalResult::Unknown => None,
            };
            values.push(value);
        }
        if is_none {
            return EvalResult::Absent;
        }
        let values: Option<Vec<Value>> = values.into_iter().collect();
        let answer = values.map(|values| function.call(&values, &self.program.schema));
        known_or_unknown(answer.and_then(Result::ok))
    }

    /// A value in the form that functions and calculations need.
    fn to_value(&self, value: ValueRef<'a>) -> Option<Value> {
        match value {
            ValueRef::Single(value) => Some(value),
            ValueRef::Constant(value) => Some(value.clone()),
            ValueRef::Text(text) => Some(Value::text(text)),
            ValueRef::Surface(_) => self.textual(&value).map(Value::text),
            ValueRef::Everywhere | ValueRef::Places(_) | ValueRef::List(..) | ValueRef::Present => {
                None
            }
        }
    }

    /// The texts to search in a value: the parts of a surface, or one text. A part may be a passage.
    pub(super) fn pieces<'v>(&'v self, value: &'v ValueRef<'a>) -> impl Iterator<Item = &'v str> {
        self.texts(value).flat_map(|(text, passages)| {
            let whole = passages.is_none().then_some(text);
            let passages = passages.unwrap_or_default().iter();
            whole.into_iter().chain(passages.filter_map(|passage| text.get(passage.clone())))
        })
    }

    /// The texts of which a value has all or some passages: the parts of a surface, or one text.
    pub(super) fn texts<'v>(
        &'v self,
        value: &'v ValueRef<'a>,
    ) -> impl Iterator<Item = (&'v str, Option<&'v [Range<usize>]>)> {
        let (single, surface) = match value {
            ValueRef::Text(text) => (Some(*text), None),
            ValueRef::Single(Value::Text(text)) => (Some(&**text), None),
            ValueRef::Surface(surface) => (None, Some(*surface)),
            ValueRef::Single(_)
            | ValueRef::Constant(_)
            | ValueRef::Everywhere
            | ValueRef::Places(_)
            | ValueRef::List(..)
            | ValueRef::Present => (None, None),
        };
        let parts = surface.into_iter();
        let parts = parts.flat_map(|surface| self.slots.texts_of(surface, self.input));
        single.into_iter().map(|text| (text, None)).chain(parts)
    }

    /// The text of a value, if it is compared as a text.
    pub(super) fn textual<'v>(&'v self, value: &'v ValueRef<'a>) -> Option<Cow<'v, str>> {
        match value {
            ValueRef::Text(text) => Some(Cow::Borrowed(text)),
            ValueRef::Single(value) => as_text(value),
            ValueRef::Constant(value) => as_text(value),
            ValueRef::Surface(_) => {
                let mut pieces = self.pieces(value);
                match (pieces.next(), pieces.next()) {
                    (Some(only), None) => Some(only.into()),
                    _ => Some(self.pieces(value).collect::<Vec<_>>().join("\n").into()),
                }
            }
            ValueRef::Everywhere | ValueRef::Places(_) | ValueRef::List(..) | ValueRef::Present => {
                None
            }
        }
    }
}

/// The bounds of a value; `None` if it is unknown or cannot be compared.
pub(super) fn range(result: &EvalResult<'_>) -> Option<Bounds> {
    match result {
        EvalResult::Known(ValueRef::Single(value)) => Some(equal_bounds(value)),
        EvalResult::Known(ValueRef::Constant(value)) => Some(equal_bounds(value)),
        // The caller compares two texts itself. This text meets a value of another type, so the result is unknown.
        EvalResult::Known(ValueRef::Text(text)) => Some([Value::text(text), Value::text(text)]),
        EvalResult::Between(bounds) => Some((**bounds).clone()),
        EvalResult::Absent => Some(equal_bounds(&Value::Absent)),
        EvalResult::Known(_) | EvalResult::Unknown => None,
    }
}

fn of_tally<'a>(tally: Tally) -> EvalResult<'a> {
    match tally {
        Tally::Known(value) => known_or_unknown(Some(value)),
        Tally::None(_) => EvalResult::Unknown,
        Tally::Unknown(bounds) => between(bounds),
    }
}

pub(super) fn between<'a>(bounds: Option<Bounds>) -> EvalResult<'a> {
    bounds.map_or(EvalResult::Unknown, |bounds| EvalResult::Between(Box::new(bounds)))
}

fn known_or_unknown<'a>(result: Option<Value>) -> EvalResult<'a> {
    result.map_or(EvalResult::Unknown, |value| EvalResult::Known(ValueRef::Single(value)))
}

pub(super) fn known_int<'a>(count: u64) -> EvalResult<'a> {
    known_or_unknown(i64::try_from(count).ok().map(Value::Int))
}
