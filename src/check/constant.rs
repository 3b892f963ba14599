//! Warns about conditions that give the same result for every record.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::compare::{Bounds, as_text, compare, equal_bounds, is_in};
use crate::program::outcome::Truth;
use crate::program::tally::{Sum, Tally};
use crate::program::{CompareOp, Expr, ExprKind, Norm, TextTest};
use crate::syntax::tree::{ArithmeticOp, Knowledge, Quantifier};
use crate::world::value::{Type, Value};
use std::cmp::Ordering;
use std::mem::discriminant;

/// What a counter cannot say.
pub(super) const KEEPS_NO_MORE: &str = "a store keeps at most 10,000 messages of a counter for each key: compare with a smaller number, or let the counter count fewer messages";

impl Checker<'_> {
    /// Reports the constant parts of a norm's conditions; a constant part inside another is not reported again.
    pub(super) fn report_constants_of(&mut self, norm: &Norm) {
        for condition in norm.conditions() {
            self.report_constants(condition);
        }
    }

    /// Reports the constant parts of an expression.
    pub(super) fn report_constants(&mut self, expr: &Expr) {
        let is_condition = expr.ty == Type::Bool;
        let constant =
            constant_truth(expr).or_else(|| self.asks_each_state(expr).then_some(Truth::True));
        let beyond = self.beyond_what_is_kept(expr);
        match constant.or(beyond).filter(|_| is_condition) {
            Some(constant) => {
                let result = match constant {
                    Truth::True => "never false",
                    Truth::False => "never true",
                    Truth::Unknown => "never known",
                };
                let message = format!("this condition is {result}");
                let help = if beyond.is_some() {
                    KEEPS_NO_MORE
                } else {
                    "correct it, or delete it: it treats all messages alike"
                };
                let diagnostic = Diagnostic::new(Code::ConstantCondition, expr.at, message);
                self.found.push(diagnostic.help(help));
            }
            None => {
                // The `true` in `x == true` and in `if x then true else y` is a value, not a condition.
                let has_values =
                    matches!(expr.kind, ExprKind::Compare { .. } | ExprKind::If { .. });
                for child in
                    expr.children().filter(|child| !(has_values && constant_value(child).is_some()))
                {
                    self.report_constants(child);
                }
            }
        }
    }

    /// The truth of a comparison of a counter with a number above all that a store keeps of it under a key.
    fn beyond_what_is_kept(&self, expr: &Expr) -> Option<Truth> {
        let ExprKind::Compare { op, left, right } = &expr.kind else { return None };
        let bounds = |side: &Expr| {
            let ExprKind::Counter { counter, .. } = side.kind else {
                return constant_value(side).map(equal_bounds);
            };
            Some([Value::Int(0), Value::Int(self.most_certain(counter)?)])
        };
        let truth = compare(*op, bounds(left).as_ref(), bounds(right).as_ref());
        (truth != Truth::Unknown).then_some(truth)
    }

    /// Whether an `or` asks for each state of a value: known, missing, and none if it can be none.
    fn asks_each_state(&self, expr: &Expr) -> bool {
        let ExprKind::Or(parts) = &expr.kind else { return false };
        let asks = |state: Knowledge, value: &Expr| {
            parts.iter().any(|part| {
                matches!(&part.kind, ExprKind::Is(asked, of) if *asked == state && are_equal(of, value))
            })
        };
        let has_all = |part: &Expr| {
            let ExprKind::Is(Knowledge::Known, value) = &part.kind else { return false };
            asks(Knowledge::Missing, value)
                && (asks(Knowledge::None, value) || !self.can_be_none(value))
        };
        parts.len() <= 64 && parts.iter().any(has_all)
    }
}

/// The truth of a condition, if it is the same on every record. The search is incomplete: `None` can also mean that a
/// constant condition was not recognised.
fn constant_truth(expr: &Expr) -> Option<Truth> {
    match &expr.kind {
        ExprKind::Const(Value::Bool(truth)) => Some((*truth).into()),
        ExprKind::Not(inner) => constant_truth(inner).map(|truth| !truth),
        ExprKind::And(parts) => {
            let is_never_true = has_contradiction(parts) || excludes(parts);
            let contradiction = is_never_true.then_some(Truth::False);
            contradiction.or_else(|| joined_truth(parts, Truth::False, Truth::and))
        }
        ExprKind::Or(parts) => {
            let tautology = has_contradiction(parts).then_some(Truth::True);
            // `x or not x` is unknown when x is unknown, but it is never false, and the warning says only that.
            tautology.or_else(|| joined_truth(parts, Truth::True, Truth::or))
        }
        ExprKind::AtLeast { least, of } => {
            let (least, all) = (usize::try_from(*least).unwrap_or(usize::MAX), of.len());
            (least == 0 || least > all).then(|| (least == 0).into())
        }
        ExprKind::Compare { op, left, right } => truth_of_comparison(*op, left, right),
        ExprKind::In { item, list } => truth_of_membership(item, list),
        ExprKind::TextTest { op, text, part } => {
            truth_of_text_test(*op, constant_value(text)?, constant_value(part)?)
        }
        ExprKind::Quantified { quantifier, body, .. } => {
            truth_of_quantifier(*quantifier, constant_truth(body)?)
        }
        ExprKind::Const(_)
        | ExprKind::At
        | ExprKind::Message
        | ExprKind::Local(_)
        | ExprKind::Field { .. }
        | ExprKind::Entry { .. }
        | ExprKind::List(_)
        | ExprKind::InPlace { .. }
        | ExprKind::InSet { .. }
        | ExprKind::Mentions { .. }
        | ExprKind::Matches { .. }
        | ExprKind::Spans { .. }
        | ExprKind::Is(..)
        | ExprKind::Coalesce { .. }
        | ExprKind::Negate(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::Score(_)
        | ExprKind::If { .. }
        | ExprKind::Call { .. }
        | ExprKind::Counter { .. }
        | ExprKind::Reaches { .. }
        | ExprKind::Mark { .. }
        | ExprKind::Defined { .. } => None,
    }
}

/// A body that is false for every element decides `any` and `no`. `all` and `count` still depend on the number of
/// elements.
fn truth_of_quantifier(quantifier: Quantifier, body: Truth) -> Option<Truth> {
    match (quantifier, body) {
        (Quantifier::Any, Truth::False) => Some(Truth::False),
        (Quantifier::No, Truth::False) => Some(Truth::True),
        (Quantifier::Any | Quantifier::No, Truth::True | Truth::Unknown)
        | (Quantifier::All | Quantifier::Count, _) => None,
    }
}

/// The truth of an `and` or `or`, when one part decides it or all parts are constant.
fn joined_truth(parts: &[Expr], decides: Truth, join: fn(Truth, Truth) -> Truth) -> Option<Truth> {
    let truths: Vec<_> = parts.iter().map(constant_truth).collect();
    if truths.contains(&Some(decides)) {
        return Some(decides);
    }
    truths.into_iter().try_fold(!decides, |all, part| Some(join(all, part?)))
}

/// Whether one part negates another: `x` and `not x`.
fn has_contradiction(parts: &[Expr]) -> bool {
    let is_negated = |part: &Expr| {
        let ExprKind::Not(inner) = &part.kind else { return false };
        parts.iter().any(|other| are_equal(inner, other))
    };
    // Quadratic, so only for lists that a person could have written.
    parts.len() <= 64 && parts.iter().any(is_negated)
}

/// Whether two parts say different things of one value: that it is known, missing or none.
fn excludes(parts: &[Expr]) -> bool {
    let is_other = |part: &Expr| {
        let ExprKind::Is(one, value) = &part.kind else { return false };
        parts.iter().any(|part| {
            matches!(&part.kind, ExprKind::Is(other, of) if one != other && are_equal(value, of))
        })
    };
    parts.len() <= 64 && parts.iter().any(is_other)
}

fn truth_of_comparison(op: CompareOp, left: &Expr, right: &Expr) -> Option<Truth> {
    if divides_by_zero(left) || divides_by_zero(right) {
        return Some(Truth::Unknown);
    }
    match (constant_value(left), constant_value(right)) {
        (Some(left), Some(right)) => {
            let truth = compare(op, Some(&equal_bounds(left)), Some(&equal_bounds(right)));
            (truth != Truth::Unknown).then_some(truth)
        }
        _ if are_equal(left, right) && is_stable(left) => Some(op.accepts(Ordering::Equal).into()),
        _ => {
            let truth = compare(op, bounds(left).as_ref(), bounds(right).as_ref());
            (truth != Truth::Unknown).then_some(truth)
        }
    }
}

/// The bounds of a constant, of a count or of a score, whatever the record is.
fn bounds(expr: &Expr) -> Option<Bounds> {
    if let ExprKind::Counter { .. } = expr.kind {
        return Some([Value::Int(0), Value::Int(i64::MAX)]);
    }
    let ExprKind::Score(parts) = &expr.kind else { return constant_value(expr).map(equal_bounds) };
    let mut sum = Sum::default();
    for part in parts {
        sum.add(Truth::Unknown, Some(&part.points), Some(&equal_bounds(&part.points)));
    }
    match sum.result() {
        Tally::Unknown(bounds) => bounds,
        Tally::Known(_) | Tally::None(_) => None,
    }
}

fn divides_by_zero(expr: &Expr) -> bool {
    let is_zero = |operand: &Expr| matches!(constant_value(operand), Some(Value::Int(0)));
    let ExprKind::Arithmetic { first, rest } = &expr.kind else { return false };
    divides_by_zero(first)
        || rest.iter().any(|(op, operand)| *op == ArithmeticOp::Divide && is_zero(operand))
}

/// Whether an expression only reads one value, so that it equals itself whenever it is known.
fn is_stable(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Field { .. } | ExprKind::Entry { .. } | ExprKind::Local(_))
}

fn truth_of_membership(item: &Expr, list: &Expr) -> Option<Truth> {
    let ExprKind::List(elements) = &list.kind else { return None };
    let elements = elements.iter().map(|element| constant_value(element).cloned());
    let list = Value::List(elements.collect::<Option<_>>()?);
    Some(is_in(Some(&equal_bounds(constant_value(item)?)), Some(&list)))
}

fn truth_of_text_test(op: TextTest, text: &Value, part: &Value) -> Option<Truth> {
    Some(op.is_true_of(&as_text(text)?, &as_text(part)?).into())
}

fn constant_value(expr: &Expr) -> Option<&Value> {
    if let ExprKind::Const(value) = &expr.kind { Some(value) } else { None }
}

/// Whether two expressions have the same meaning; their positions are ignored. Kinds of expressions that are not
/// compared here always count as different.
fn are_equal(a: &Expr, b: &Expr) -> bool {
    let (a_kind, b_kind) = (&a.kind, &b.kind);
    let are_alike = match a_kind {
        ExprKind::Const(a) => matches!(b_kind, ExprKind::Const(b) if a == b),
        ExprKind::Local(a) => matches!(b_kind, ExprKind::Local(b) if a == b),
        ExprKind::Field { path: a, .. } => {
            matches!(b_kind, ExprKind::Field { path: b, .. } if a == b)
        }
        ExprKind::Entry { path: a, .. } => {
            matches!(b_kind, ExprKind::Entry { path: b, .. } if a == b)
        }
        ExprKind::Compare { op: a, .. } => {
            matches!(b_kind, ExprKind::Compare { op: b, .. } if a == b)
        }
        ExprKind::TextTest { op: a, .. } => {
            matches!(b_kind, ExprKind::TextTest { op: b, .. } if a == b)
        }
        ExprKind::InPlace { place: a, .. } => {
            matches!(b_kind, ExprKind::InPlace { place: b, .. } if a == b)
        }
        ExprKind::InSet { set: a, .. } => {
            matches!(b_kind, ExprKind::InSet { set: b, .. } if a == b)
        }
        ExprKind::Mentions { pattern: a, .. } => {
            matches!(b_kind, ExprKind::Mentions { pattern: b, .. } if a == b)
        }
        ExprKind::Matches { regex: a, .. } => {
            matches!(b_kind, ExprKind::Matches { regex: b, .. } if a == b)
        }
        ExprKind::Spans { of: a, .. } => matches!(b_kind, ExprKind::Spans { of: b, .. } if a == b),
        ExprKind::Quantified { quantifier: a, .. } => {
            matches!(b_kind, ExprKind::Quantified { quantifier: b, .. } if a == b)
        }
        ExprKind::Is(a, _) => matches!(b_kind, ExprKind::Is(b, _) if a == b),
        ExprKind::Counter { counter: a, .. } => {
            matches!(b_kind, ExprKind::Counter { counter: b, .. } if a == b)
        }
        ExprKind::Reaches { counter: a, least: a_least, .. } => {
            matches!(b_kind, ExprKind::Reaches { counter: b, least, .. } if (a, a_least) == (b, least))
        }
        ExprKind::Mark { mark: a, read: a_read } => {
            matches!(b_kind, ExprKind::Mark { mark: b, read } if (a, a_read) == (b, read))
        }
        ExprKind::At
        | ExprKind::Message
        | ExprKind::Not(_)
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::In { .. } => discriminant(a_kind) == discriminant(b_kind),
        ExprKind::List(_)
        | ExprKind::Coalesce { .. }
        | ExprKind::Negate(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::Score(_)
        | ExprKind::AtLeast { .. }
        | ExprKind::If { .. }
        | ExprKind::Call { .. }
        | ExprKind::Defined { .. } => false,
    };
    are_alike
        && a.children().count() == b.children().count()
        && a.children().zip(b.children()).all(|(a, b)| are_equal(a, b))
}
