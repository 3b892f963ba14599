//! Conditions whose truth no record can change.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::outcome::Truth;
use crate::program::{CompareOp, Expr, ExprKind, Norm, TextTest};
use crate::syntax::tree::{ArithmeticOp, Quantifier};
use crate::world::value::{Decimal, Value};
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
        ExprKind::Compare { op, left, right } => compare(*op, left, right),
        ExprKind::In { item, list } => is_in(item, list),
        ExprKind::TextTest { op, text, part } => text_test(*op, constant(text)?, constant(part)?),
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

fn compare(op: CompareOp, left: &Expr, right: &Expr) -> Option<Truth> {
    if divides_by_zero(left) || divides_by_zero(right) {
        return Some(Truth::Unknown);
    }
    let ordering = match (constant(left), constant(right)) {
        (Some(left), Some(right)) => order(left, right)?,
        _ if same(left, right) && is_stable(left) => Ordering::Equal,
        _ => return None,
    };
    Some(
        match op {
            CompareOp::Equal => ordering.is_eq(),
            CompareOp::NotEqual => ordering.is_ne(),
            CompareOp::Less => ordering.is_lt(),
            CompareOp::LessOrEqual => ordering.is_le(),
            CompareOp::Greater => ordering.is_gt(),
            CompareOp::GreaterOrEqual => ordering.is_ge(),
        }
        .into(),
    )
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

fn is_in(item: &Expr, list: &Expr) -> Option<Truth> {
    let ExprKind::List(of) = &list.kind else { return None };
    let item = constant(item)?;
    let of = of.iter().map(constant).collect::<Option<Vec<_>>>()?;
    Some(of.into_iter().any(|element| order(item, element) == Some(Ordering::Equal)).into())
}

fn text_test(op: TextTest, text: &Value, part: &Value) -> Option<Truth> {
    let (Value::Text(text), Value::Text(part)) = (text, part) else { return None };
    Some(
        match op {
            TextTest::Contains => text.contains(&**part),
            TextTest::StartsWith => text.starts_with(&**part),
            TextTest::EndsWith => text.ends_with(&**part),
        }
        .into(),
    )
}

fn constant(expr: &Expr) -> Option<&Value> {
    match &expr.kind {
        ExprKind::Const(value) => Some(value),
        _ => None,
    }
}

fn order(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
        (Value::Int(a), Value::Int(b)) => Some(a.cmp(b)),
        (Value::Int(a), Value::Number(b)) => Some(Decimal::from_int(*a).cmp(b)),
        (Value::Number(a), Value::Int(b)) => Some(a.cmp(&Decimal::from_int(*b))),
        (Value::Number(a), Value::Number(b)) => Some(a.cmp(b)),
        (Value::Text(a), Value::Text(b)) => Some(a.cmp(b)),
        (Value::Instant(a), Value::Instant(b)) => Some(a.cmp(b)),
        (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
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
