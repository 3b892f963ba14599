//! Conditions whose truth no record can change.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::compare::{as_text, compare, exactly, is_in};
use crate::program::outcome::Truth;
use crate::program::{CompareOp, Expr, ExprKind, Norm, TextTest};
use crate::syntax::tree::{ArithmeticOp, Quantifier};
use crate::world::value::Value;
use std::cmp::Ordering;

impl Checker<'_> {
    /// Reports every part of a norm's condition that is constant, the largest such part once.
    pub(super) fn constants(&mut self, norm: &Norm) {
        for condition in [Some(&norm.when), norm.unless.as_ref()].into_iter().flatten() {
            self.report_constants(condition);
        }
    }

    pub(super) fn report_constants(&mut self, expr: &Expr) {
        let is_truth = expr.ty == crate::world::value::Type::Bool;
        match truth(expr).filter(|_| is_truth) {
            Some(constant) => {
                let how = match constant {
                    Truth::True => "never false",
                    Truth::False => "never true",
                    Truth::Unknown => "never known",
                };
                let diagnostic =
                    Diagnostic::new(Code::ConstantCondition, expr.at, format!("this is {how}"))
                        .help("no record changes it: read a field, or delete it");
                self.found.push(diagnostic);
            }
            None => {
                // `x == true` and `if x then true else y` say `true` to compare or to give it.
                let gives = matches!(expr.kind, ExprKind::Compare { .. } | ExprKind::If { .. });
                for child in expr.children().filter(|child| !(gives && constant(child).is_some())) {
                    self.report_constants(child);
                }
            }
        }
    }
}

/// The truth of a condition if it is the same on every record. Not complete: what it says is so, what it does not say
/// may still be.
fn truth(expr: &Expr) -> Option<Truth> {
    match &expr.kind {
        ExprKind::Const(Value::Bool(truth)) => Some((*truth).into()),
        ExprKind::Not(inner) => truth(inner).map(|truth| !truth),
        ExprKind::And(parts) => {
            let contradiction = contradicts(parts).then_some(Truth::False);
            contradiction.or_else(|| fold(parts, Truth::False, Truth::and))
        }
        ExprKind::Or(parts) => {
            let tautology = contradicts(parts).then_some(Truth::True);
            // `x or not x` is not true of an unknown x, but it is never false: no record makes it matter.
            tautology.or_else(|| fold(parts, Truth::True, Truth::or))
        }
        ExprKind::AtLeast { least, of } => {
            let (least, all) = (usize::try_from(*least).unwrap_or(usize::MAX), of.len());
            (least == 0 || least > all).then(|| (least == 0).into())
        }
        ExprKind::Compare { op, left, right } => of_comparison(*op, left, right),
        ExprKind::In { item, list } => of_membership(item, list),
        ExprKind::TextTest { op, text, part } => {
            of_text_test(*op, constant(text)?, constant(part)?)
        }
        ExprKind::Quantified { quantifier, body, .. } => match (quantifier, truth(body)?) {
            (Quantifier::Any, Truth::False) => Some(Truth::False),
            (Quantifier::No, Truth::False) => Some(Truth::True),
            _ => None,
        },
        _ => None,
    }
}

/// `and` or `or` over parts of which one decides, or all are constant.
fn fold(parts: &[Expr], decides: Truth, join: fn(Truth, Truth) -> Truth) -> Option<Truth> {
    let truths: Vec<_> = parts.iter().map(truth).collect();
    if truths.contains(&Some(decides)) {
        return Some(decides);
    }
    truths.into_iter().try_fold(!decides, |all, part| Some(join(all, part?)))
}

/// Whether some part is the negation of another.
fn contradicts(parts: &[Expr]) -> bool {
    // Quadratic, so only where people write by hand.
    parts.len() <= 64
        && parts.iter().any(|part| match &part.kind {
            ExprKind::Not(inner) => parts.iter().any(|other| same(inner, other)),
            _ => false,
        })
}

fn of_comparison(op: CompareOp, left: &Expr, right: &Expr) -> Option<Truth> {
    if divides_by_zero(left) || divides_by_zero(right) {
        return Some(Truth::Unknown);
    }
    match (constant(left), constant(right)) {
        (Some(left), Some(right)) => {
            let truth = compare(op, Some(&exactly(left)), Some(&exactly(right)));
            (truth != Truth::Unknown).then_some(truth)
        }
        _ if same(left, right) && is_stable(left) => Some(op.accepts(Ordering::Equal).into()),
        _ => None,
    }
}

fn divides_by_zero(expr: &Expr) -> bool {
    let zero = |operand: &Expr| matches!(constant(operand), Some(Value::Int(0)));
    match &expr.kind {
        ExprKind::Arithmetic { first, rest } => {
            divides_by_zero(first)
                || rest.iter().any(|(op, operand)| *op == ArithmeticOp::Divide && zero(operand))
        }
        _ => false,
    }
}

/// Whether an expression reads one thing and no more, so that it equals itself whenever it is known.
fn is_stable(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Field { .. } | ExprKind::Entry { .. } | ExprKind::Local(_))
}

fn of_membership(item: &Expr, list: &Expr) -> Option<Truth> {
    let ExprKind::List(elements) = &list.kind else { return None };
    let elements = elements.iter().map(|element| constant(element).cloned());
    let list = Value::List(elements.collect::<Option<_>>()?);
    Some(is_in(Some(&exactly(constant(item)?)), Some(&list)))
}

fn of_text_test(op: TextTest, text: &Value, part: &Value) -> Option<Truth> {
    Some(op.is_true_of(&as_text(text)?, &as_text(part)?).into())
}

fn constant(expr: &Expr) -> Option<&Value> {
    match &expr.kind {
        ExprKind::Const(value) => Some(value),
        _ => None,
    }
}

/// Whether two expressions are the same but for where they stand.
fn same(a: &Expr, b: &Expr) -> bool {
    let alike = match (&a.kind, &b.kind) {
        (ExprKind::Const(a), ExprKind::Const(b)) => a == b,
        (ExprKind::Message, ExprKind::Message) => true,
        (ExprKind::Local(a), ExprKind::Local(b)) => a == b,
        (ExprKind::Field { path: a, .. }, ExprKind::Field { path: b, .. }) => a == b,
        (ExprKind::Entry { path: a, .. }, ExprKind::Entry { path: b, .. }) => a == b,
        (ExprKind::Not(_), ExprKind::Not(_))
        | (ExprKind::And(_), ExprKind::And(_))
        | (ExprKind::Or(_), ExprKind::Or(_))
        | (ExprKind::In { .. }, ExprKind::In { .. })
        | (ExprKind::IsKnown(_), ExprKind::IsKnown(_)) => true,
        (ExprKind::Compare { op: a, .. }, ExprKind::Compare { op: b, .. }) => a == b,
        (ExprKind::TextTest { op: a, .. }, ExprKind::TextTest { op: b, .. }) => a == b,
        (ExprKind::InSet { set: a, .. }, ExprKind::InSet { set: b, .. }) => a == b,
        (ExprKind::Mentions { pattern: a, .. }, ExprKind::Mentions { pattern: b, .. }) => a == b,
        (ExprKind::Matches { regex: a, .. }, ExprKind::Matches { regex: b, .. }) => a == b,
        (ExprKind::Spans { of: a, .. }, ExprKind::Spans { of: b, .. }) => a == b,
        (
            ExprKind::Quantified { quantifier: a, .. },
            ExprKind::Quantified { quantifier: b, .. },
        ) => a == b,
        _ => false,
    };
    alike
        && a.children().count() == b.children().count()
        && a.children().zip(b.children()).all(|(a, b)| same(a, b))
}
