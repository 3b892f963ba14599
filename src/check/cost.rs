//! Computes the greatest cost of a condition from the size limits of records. Costly conditions are refused before
//! anything runs, so evaluation needs no time limit. Cost is counted in steps; one step is about the work of comparing
//! two numbers.

use super::Checker;
use crate::base::limits;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Expr, ExprKind, Norm, Program};

/// The most elements that a list of a record can have.
const MAX_ELEMENTS: u64 = limits::RECORD_LIST as u64;
/// The most bytes of text that a record can have. Searching a text costs one step for each byte.
const MAX_TEXT: u64 = limits::RECORD_TEXT as u64;

impl Checker<'_> {
    /// The greatest cost of a norm. Reports a norm that exceeds the limit.
    pub(super) fn cost(&mut self, norm: &Norm) -> u64 {
        let conditions = [Some(&norm.when), norm.unless.as_ref()].into_iter().flatten();
        let mut total = 0_u64;
        let mut depth = 0;
        for condition in conditions {
            total = total.saturating_add(self.cost_of(condition));
            depth = depth.max(self.depth_of(condition));
        }
        if total > limits::COST {
            let diagnostic = Diagnostic::new(
                Code::TooCostly,
                norm.at,
                format!("the condition can take {total} steps on the largest record"),
            )
            .help(format!(
                "the limit is {} steps: put fewer `any`, `all`, `no` and `count` inside each other, because their costs multiply",
                limits::COST
            ));
            self.found.push(diagnostic);
        }
        if depth > limits::CONDITION_DEPTH {
            let diagnostic = Diagnostic::new(
                Code::TooDeep,
                norm.at,
                format!("with the definitions that it uses, the condition is nested {depth} deep"),
            )
            .help(format!(
                "the limit is {} levels: shorten the chain of definitions that use one another",
                limits::CONDITION_DEPTH
            ));
            self.found.push(diagnostic);
        }
        total
    }

    pub(super) fn cost_of(&self, expr: &Expr) -> u64 {
        cost_of(&self.program, expr)
    }

    pub(super) fn depth_of(&self, expr: &Expr) -> usize {
        let inside = expr.children().map(|child| self.depth_of(child)).max().unwrap_or(0);
        let ExprKind::Defined { define, .. } = expr.kind else { return 1 + inside };
        let body = self.program.defines.get(define).map_or(0, |define| define.depth);
        1 + inside.max(body)
    }
}

/// The cost of an expression on the largest record.
pub(crate) fn cost_of(program: &Program, expr: &Expr) -> u64 {
    let inside = expr.children().map(|child| cost_of(program, child)).fold(0, u64::saturating_add);
    let own = match &expr.kind {
        ExprKind::Quantified { list, body, .. } => {
            // A list of matches is bounded by the text in which they were found.
            let elements =
                if matches!(list.kind, ExprKind::Spans { .. }) { MAX_TEXT } else { MAX_ELEMENTS };
            let body = cost_of(program, body).saturating_add(1).saturating_mul(elements);
            return cost_of(program, list).saturating_add(body);
        }
        ExprKind::Mentions { text, .. }
        | ExprKind::Matches { text, .. }
        | ExprKind::Spans { text, .. }
        | ExprKind::TextTest { text, .. } => text_cost(text),
        ExprKind::InSet { item, .. } => text_cost(item).min(1_000),
        ExprKind::In { list, .. } => {
            if let ExprKind::List(elements) = &list.kind {
                elements.len() as u64
            } else {
                MAX_ELEMENTS
            }
        }
        ExprKind::Call { function, .. } => {
            program.functions.get(*function).map_or(1, |function| function.cost)
        }
        ExprKind::Defined { define, .. } => {
            program.defines.get(*define).map_or(1, |define| define.cost)
        }
        ExprKind::Const(_)
        | ExprKind::Message
        | ExprKind::Local(_)
        | ExprKind::Field { .. }
        | ExprKind::Entry { .. }
        | ExprKind::List(_)
        | ExprKind::Not(_)
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Compare { .. }
        | ExprKind::IsKnown(_)
        | ExprKind::Coalesce { .. }
        | ExprKind::Negate(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::AtLeast { .. }
        | ExprKind::If { .. } => 1,
    };
    own.saturating_add(inside)
}

/// The cost of searching a text. All elements of a list together have no more text than the record, so a text of one
/// element costs only its share of the total.
fn text_cost(text: &Expr) -> u64 {
    let mut root = text;
    while let ExprKind::Field { of, .. } | ExprKind::Entry { of, .. } = &root.kind {
        root = of;
    }
    if matches!(root.kind, ExprKind::Local(_)) { MAX_TEXT / MAX_ELEMENTS + 1 } else { MAX_TEXT }
}
