//! Checks uses of `at`, the instant of the decision. Rules may compare `at`, plus or minus constant durations, with another
//! instant, and may not use it in any other way. So the instants at which a condition
//! changes can be computed from the record.

use super::Checker;
use crate::base::source::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{CompareOp, Expr, ExprKind};
use crate::syntax::tree::{self, ArithmeticOp, BinaryOp};
use crate::world::value::Type;
use std::collections::BTreeSet;

const HELP: &str =
    "compare it with an instant by `<`, `<=`, `>` or `>=`: `at > sent_at + 24 hours`";

/// `at`, and the constant durations that are added to it or subtracted from it.
type Shifted<'t> = (Span, Vec<(ArithmeticOp, &'t tree::Expr)>);

/// What a value is calculated from, as far as comparisons with `at` and keys of counters have to know it.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    /// Whether it depends on `at`.
    pub(super) reads_at: bool,
    /// Whether it depends on a counter or a mark.
    pub(super) reads_state: bool,
    /// The parameters that it depends on, by their indices in the definition that is being checked.
    pub(super) params: BTreeSet<usize>,
}

impl Checker<'_> {
    /// Reports `at` outside a comparison.
    pub(super) fn lone_instant(&mut self, span: Span) -> Option<Expr> {
        self.refuse(Code::LooseInstant, span, "`at` is not compared with an instant", HELP)
    }

    /// Checks a comparison with `at` on one side or on both.
    pub(super) fn compare_with_at(
        &mut self,
        op: CompareOp,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        if matches!(op, CompareOp::Equal | CompareOp::NotEqual) {
            let message = "`at` is earlier or later than another instant, and hardly ever equal";
            return self.refuse(Code::LooseInstant, span, message, HELP);
        }
        match (shifted(left), shifted(right)) {
            (Some(at), None) if !reads_at(right) => {
                let (left, right) = (self.at_side(at, left.span), self.other_side(right));
                self.compare(op, left?, right?, span)
            }
            (None, Some(at)) if !reads_at(left) => {
                let (left, right) = (self.other_side(left), self.at_side(at, right.span));
                self.compare(op, left?, right?, span)
            }
            _ => self.refuse_comparison(op, left, right, span),
        }
    }

    /// The side of a comparison that is `at`, with its shifts.
    fn at_side(&mut self, (at, shifts): Shifted<'_>, span: Span) -> Option<Expr> {
        let first = self.node(ExprKind::At, Type::Instant, at);
        if shifts.is_empty() {
            return Some(first);
        }
        let rest = shifts.into_iter().map(|(op, by)| Some((op, self.expr(by)?)));
        let rest = rest.collect::<Option<Vec<_>>>()?;
        let kind = ExprKind::Arithmetic { first: Box::new(first), rest };
        Some(self.node(kind, Type::Instant, span))
    }

    /// The side of a comparison that is compared with `at`. It must not depend on `at` itself.
    fn other_side(&mut self, side: &tree::Expr) -> Option<Expr> {
        let lowered = self.expr(side)?;
        if lowered.ty == Type::Instant {
            self.compare_origin(&lowered)?;
        }
        Some(lowered)
    }

    /// Reports a value that is compared with `at`, here or by a definition, and depends on `at` itself. What a parameter
    /// depends on is checked where the definition is called.
    pub(super) fn compare_origin(&mut self, compared: &Expr) -> Option<()> {
        let origin = self.origin(compared);
        if origin.reads_at {
            let message = "`at` is compared with an instant that depends on `at` itself";
            return self.refuse(Code::LooseInstant, compared.at.span, message, HELP);
        }
        self.compared_params.extend(origin.params);
        Some(())
    }

    /// What an expression is calculated from.
    pub(super) fn origin(&self, expr: &Expr) -> Origin {
        let mut origin = Origin {
            reads_at: self.program.reads_at(expr),
            reads_state: self.program.reads_state(expr),
            params: BTreeSet::default(),
        };
        self.add_origin_of_locals(expr, &mut origin);
        origin
    }

    fn add_origin_of_locals(&self, expr: &Expr, origin: &mut Origin) {
        if let ExprKind::Local(level) = expr.kind
            && let Some(local) = self.locals.get(level)
        {
            origin.reads_at |= local.origin.reads_at;
            origin.reads_state |= local.origin.reads_state;
            origin.params.extend(&local.origin.params);
        }
        expr.children().for_each(|part| self.add_origin_of_locals(part, origin));
    }

    /// Reports a comparison in which `at` does not stand alone. Says how to write a comparison of a difference with a
    /// constant duration.
    fn refuse_comparison(
        &mut self,
        op: CompareOp,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let at = self.at(span);
        let message = "`at` has to stand alone on one side of the comparison";
        let diagnostic = Diagnostic::new(Code::LooseInstant, at, message);
        let mend = self
            .without_difference(op, left, right)
            .or_else(|| self.without_difference(op.mirrored(), right, left));
        // The fix must not delete a comment.
        let has_comment = self.sources.slice(at).contains('#');
        self.found.push(match mend {
            Some(mend) if has_comment => diagnostic.help(format!("write `{mend}`")),
            Some(mend) => diagnostic.help(format!("write `{mend}`")).fix(at, mend, true),
            None => diagnostic.help(HELP),
        });
        None
    }

    /// `at > x + 24 hours` for `at - x > 24 hours`, and `at < x - 1 hour` for `x - at > 1 hour`. Reports the faults of x
    /// and of the duration.
    fn without_difference(
        &mut self,
        op: CompareOp,
        difference: &tree::Expr,
        duration: &tree::Expr,
    ) -> Option<String> {
        let tree::ExprKind::Arithmetic { first, rest } = &ungrouped(difference).kind else {
            return None;
        };
        let [(ArithmeticOp::Subtract, second)] = &**rest else { return None };
        let (op, sign, instant) = match (&first.kind, &second.kind) {
            (tree::ExprKind::At, _) => (op, '+', second),
            (_, tree::ExprKind::At) => (op.mirrored(), '-', &**first),
            (_, _) => return None,
        };
        let duration = ungrouped(duration);
        let is_name_or_date =
            matches!(instant.kind, tree::ExprKind::Path(_) | tree::ExprKind::Moment(_));
        if !is_name_or_date || !matches!(duration.kind, tree::ExprKind::Duration(_)) {
            return None;
        }
        let (is_instant, is_duration) =
            (self.is_of_type(instant, &Type::Instant), self.is_of_type(duration, &Type::Duration));
        let (op, instant, duration) = (op.word(), self.slice(instant), self.slice(duration));
        (is_instant && is_duration).then(|| format!("at {op} {instant} {sign} {duration}"))
    }

    fn is_of_type(&mut self, expr: &tree::Expr, ty: &Type) -> bool {
        self.expr(expr).is_some_and(|lowered| lowered.ty == *ty)
    }

    fn slice(&self, expr: &tree::Expr) -> &str {
        self.sources.slice(self.at(expr.span))
    }
}

/// Whether the value of an expression is calculated from `at`. A condition inside it does not count: its own comparison with
/// `at` is checked separately.
pub(super) fn reads_at(expr: &tree::Expr) -> bool {
    use tree::ExprKind as Tree;
    match &expr.kind {
        Tree::At => true,
        Tree::Group(_)
        | Tree::Negate(_)
        | Tree::Arithmetic { .. }
        | Tree::Call { .. }
        | Tree::List(_)
        | Tree::Binary { op: BinaryOp::Coalesce, .. } => expr.children().any(reads_at),
        Tree::Aggregate { value, .. } => reads_at(value),
        Tree::If { arms, otherwise } => {
            arms.iter().map(|(_, value)| value).chain([&**otherwise]).any(reads_at)
        }
        Tree::Bool(_)
        | Tree::Number(_)
        | Tree::Text(_)
        | Tree::Moment(_)
        | Tree::Duration(_)
        | Tree::Subdivision(_)
        | Tree::Path(_)
        | Tree::Spans { .. }
        | Tree::Not(_)
        | Tree::And(_)
        | Tree::Or(_)
        | Tree::Binary { .. }
        | Tree::Mentions { .. }
        | Tree::Matches { .. }
        | Tree::Is(..)
        | Tree::IsSet(_)
        | Tree::Keyed { .. }
        | Tree::Reaches { .. }
        | Tree::Quantified { .. }
        | Tree::Score(_)
        | Tree::AtLeast { .. } => false,
    }
}

/// `at` plus or minus constant durations.
fn shifted(expr: &tree::Expr) -> Option<Shifted<'_>> {
    let expr = ungrouped(expr);
    if let tree::ExprKind::At = expr.kind {
        return Some((expr.span, vec![]));
    }
    let tree::ExprKind::Arithmetic { first, rest } = &expr.kind else { return None };
    let (at, mut shifts) = shifted(first)?;
    for (op, by) in rest {
        let is_sum = matches!(op, ArithmeticOp::Add | ArithmeticOp::Subtract);
        let is_constant = matches!(ungrouped(by).kind, tree::ExprKind::Duration(_));
        shifts.push((is_sum && is_constant).then_some((*op, by))?);
    }
    Some((at, shifts))
}

fn ungrouped(expr: &tree::Expr) -> &tree::Expr {
    if let tree::ExprKind::Group(inner) = &expr.kind { ungrouped(inner) } else { expr }
}
