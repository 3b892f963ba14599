//! What a condition may cost at most: computed from record limits before anything runs, so that evaluation needs no
//! fuel and no clock. A step is about the work of comparing two numbers.

use super::Checker;
use crate::base::limits;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{Expr, ExprKind, Norm, Program};

/// Elements that a list of a record may have.
const LIST: u64 = limits::RECORD_LIST as u64;
/// What looking through all texts of a record costs: a step a byte.
const TEXT: u64 = limits::RECORD_TEXT as u64;

impl Checker<'_> {
    /// The bound of a norm, reported when it is over the limit.
    pub(super) fn cost(&mut self, norm: &Norm) -> u64 {
        let conditions = [Some(&norm.when), norm.unless.as_ref()].into_iter().flatten();
        let mut whole = 0_u64;
        let mut depth = 0;
        for condition in conditions {
            whole = whole.saturating_add(self.cost_of(condition));
            depth = depth.max(self.depth_of(condition));
        }
        if whole > limits::COST {
            let diagnostic = Diagnostic::new(
                Code::TooCostly,
                norm.at,
                format!("the condition may take {whole} steps on one record"),
            )
            .help(format!(
                "a condition takes at most {} steps: quantifiers inside quantifiers multiply",
                limits::COST
            ));
            self.found.push(diagnostic);
        }
        if depth > limits::CONDITION_DEPTH {
            let diagnostic = Diagnostic::new(
                Code::TooDeep,
                norm.at,
                format!("the condition is {depth} deep when definitions are unfolded"),
            )
            .help("at most 64 conditions stand inside each other");
            self.found.push(diagnostic);
        }
        whole
    }

    pub(super) fn cost_of(&self, expr: &Expr) -> u64 {
        cost_of(&self.program, expr)
    }

    pub(super) fn depth_of(&self, expr: &Expr) -> usize {
        let inside = expr.children().map(|child| self.depth_of(child)).max().unwrap_or(0);
        let body = match &expr.kind {
            ExprKind::Defined { define, .. } => {
                self.program.defines.get(*define).map_or(0, |define| define.depth)
            }
            _ => 0,
        };
        1 + inside.max(body)
    }
}

/// What an expression costs at most on the largest record.
pub(crate) fn cost_of(program: &Program, expr: &Expr) -> u64 {
    if let ExprKind::Quantified { list, body, .. } = &expr.kind {
        // A list of matches is bounded by the text that it was found in.
        let elements = if matches!(list.kind, ExprKind::Spans { .. }) { TEXT } else { LIST };
        let body = cost_of(program, body).saturating_add(1).saturating_mul(elements);
        return cost_of(program, list).saturating_add(body);
    }
    let inside = expr.children().map(|child| cost_of(program, child)).fold(0, u64::saturating_add);
    let own = match &expr.kind {
        ExprKind::Mentions { text, .. }
        | ExprKind::Matches { text, .. }
        | ExprKind::Spans { text, .. }
        | ExprKind::TextTest { text, .. } => text_cost(text),
        ExprKind::InSet { item, .. } => text_cost(item).min(1_000),
        ExprKind::In { list, .. } => match &list.kind {
            ExprKind::List(of) => of.len() as u64,
            _ => LIST,
        },
        ExprKind::Call { function, .. } => {
            program.functions.get(*function).map_or(1, |function| function.cost)
        }
        ExprKind::Defined { define, .. } => {
            program.defines.get(*define).map_or(1, |define| define.cost)
        }
        _ => 1,
    };
    own.saturating_add(inside)
}

/// The texts of all elements of a list are no more than all texts of the record, so one of them costs its share.
fn text_cost(text: &Expr) -> u64 {
    let mut root = text;
    while let ExprKind::Field { of, .. } | ExprKind::Entry { of, .. } = &root.kind {
        root = of;
    }
    if matches!(root.kind, ExprKind::Local(_)) { TEXT / LIST + 1 } else { TEXT }
}
