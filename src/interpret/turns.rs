//! The instants at which conditions change because time passes: comparisons with `at`, and places that join or leave a
//! bloc. A timeline decides at each of them.

use super::evaluated::Evaluated;
use super::{Interpreter, Scope};
use crate::base::source::Location;
use crate::base::time::Instant;
use crate::program::compare::as_text;
use crate::program::{CompareOp, Expr, ExprKind, Norm};
use crate::world::place::Place;
use crate::world::value::Value;
use std::collections::BTreeSet;

/// The instants at which conditions may change because time passes.
#[derive(Debug, Default)]
pub(crate) struct Turns<'a> {
    /// The norm that is being evaluated.
    norm: &'a str,
    found: BTreeSet<Turn<'a>>,
}

/// An instant at which a condition of a norm may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Turn<'a> {
    pub(crate) at: Instant,
    /// The id of the norm.
    pub(crate) norm: &'a str,
    pub(crate) cause: TurnCause,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TurnCause {
    /// A comparison with `at` changes.
    Comparison(Location),
    /// A country joins or leaves a bloc.
    Membership { bloc: Place, begins: bool },
}

impl<'a> Interpreter<'a> {
    /// The instants at which the conditions evaluated so far may change.
    pub(crate) fn turns(self) -> BTreeSet<Turn<'a>> {
        self.turns.into_inner().unwrap_or_default().found
    }

    /// Says which norm is evaluated next.
    pub(super) fn watch_norm(&self, norm: &'a Norm) {
        if let Some(turns) = self.turns.borrow_mut().as_mut() {
            turns.norm = &norm.id;
        }
    }

    /// Notes when a comparison with `at` changes. `at > x` and `at <= x` change right after the instant x.
    pub(super) fn watch_comparison(
        &self,
        op: CompareOp,
        operands: [&Expr; 2],
        sides: &[Evaluated; 2],
        location: Location,
    ) {
        let mut turns = self.turns.borrow_mut();
        let Some(turns) = turns.as_mut() else { return };
        let [left, right] = sides;
        let (op, at, other) = match operands.map(starts_with_at) {
            [true, _] => (op, left, right),
            [_, true] => (op.mirrored(), right, left),
            [false, false] => return,
        };
        let Some(Value::Instant(at)) = &at.value else { return };
        let is_after = matches!(op, CompareOp::Greater | CompareOp::LessOrEqual);
        for bound in other.value_bounds().into_iter().flatten() {
            let Value::Instant(bound) = bound else { continue };
            // The instant of the decision moves as much as its side of the comparison.
            let turn = self.at.plus_nanos(bound.since(*at) + i128::from(is_after));
            turns.add(turn, TurnCause::Comparison(location));
        }
    }

    #[inline(never)]
    pub(super) fn in_place(&self, item: &'a Expr, place: Place, scope: &mut Scope) -> Evaluated {
        let item = [self.eval(item, scope)];
        if item.iter().any(Evaluated::is_none) {
            return Evaluated::known(Value::Bool(false));
        }
        let [code] = item.each_ref().map(|item| item.value.as_ref().and_then(as_text));
        let Some(code) = code else { return Evaluated::unknown(&item) };
        let blocs = &self.program.blocs;
        if let Some(turns) = self.turns.borrow_mut().as_mut() {
            for (at, begins) in blocs.changes(place, &code) {
                turns.add(Some(at), TurnCause::Membership { bloc: place, begins });
            }
        }
        let truth = blocs.contain(place, &code, self.at).into();
        Evaluated::of_truth(truth, &item).resting_on_all_of(&item)
    }
}

impl<'a> Turns<'a> {
    fn add(&mut self, at: Option<Instant>, cause: TurnCause) {
        self.found.extend(at.map(|at| Turn { at, norm: self.norm, cause }));
    }
}

/// Whether an expression is `at`, or a calculation that begins with it.
fn starts_with_at(expr: &Expr) -> bool {
    if let ExprKind::Arithmetic { first, .. } = &expr.kind {
        starts_with_at(first)
    } else {
        matches!(expr.kind, ExprKind::At)
    }
}
