//! Computes the greatest cost of a condition from the size limits of records. Costly conditions are refused before
//! anything runs, so evaluation needs no time limit. Cost is counted in steps; one step is about the work of comparing
//! two numbers.

use super::Checker;
use super::types::is_textual;
use crate::base::limits;
use crate::base::source::Location;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{ElementValues, Expr, ExprKind, Norm, NormKind, Program};

/// The most elements that a list of a record can have.
const MAX_ELEMENTS: u64 = limits::RECORD_LIST as u64;
/// The most bytes of text that a record can have. Searching a text costs one step for each byte.
const MAX_TEXT: u64 = limits::RECORD_TEXT as u64;

impl Checker<'_> {
    /// The greatest cost of a norm: of its conditions and of the ends of its outcomes. Reports a norm that is too costly or
    /// nested too deep.
    pub(super) fn cost_of_norm(&mut self, norm: &Norm) -> u64 {
        let what = match norm.kind {
            NormKind::Rule(_) => "the rule",
            NormKind::Exception { .. } => "the exception",
        };
        let costs = norm.expressions().map(|expr| self.cost_of(expr));
        let total = costs.fold(0, u64::saturating_add);
        let depth = norm.expressions().map(|expr| self.depth_of(expr)).max().unwrap_or(0);
        if total > limits::COST {
            let message = format!("{what} can take {total} steps on the largest record");
            let help = format!(
                "the limit is {} steps: put fewer `any`, `all`, `no`, `count`, `count distinct` and `sum` inside each other, because their costs multiply",
                limits::COST
            );
            self.report(Code::TooCostly, norm.at.span, message, help);
        }
        if depth > limits::CONDITION_DEPTH {
            let message =
                format!("with the definitions that it uses, {what} is nested {depth} deep");
            self.found.push(too_deep(norm.at, message));
        }
        total
    }

    pub(super) fn cost_of(&self, expr: &Expr) -> u64 {
        cost_of(&self.program, expr)
    }

    /// The depth of an expression with all definitions expanded.
    pub(super) fn depth_of(&self, expr: &Expr) -> usize {
        let inside = expr.children().map(|child| self.depth_of(child)).max().unwrap_or(0);
        let ExprKind::Defined { define, .. } = expr.kind else { return 1 + inside };
        let body = self.program.defines.get(define).map_or(0, |define| define.depth);
        1 + inside.max(body)
    }
}

/// The diagnostic for a condition or definition that is nested too deep.
pub(super) fn too_deep(at: Location, message: impl Into<String>) -> Diagnostic {
    let limit = limits::CONDITION_DEPTH;
    let help = format!(
        "the limit is {limit} levels: shorten the chain of definitions that use one another"
    );
    Diagnostic::new(Code::TooDeep, at, message).help(help)
}

/// The cost of an expression on the largest record. Each part is visited once: visiting a part twice at each level would
/// take exponential time.
pub(crate) fn cost_of(program: &Program, expr: &Expr) -> u64 {
    let mut parts = expr.children().map(|child| cost_of(program, child));
    let inside = if let ExprKind::Quantified { list, .. }
    | ExprKind::Aggregate { of: ElementValues { list, .. }, .. } = &expr.kind
    {
        let list_cost = parts.next().unwrap_or(0);
        let of_element = parts.fold(0, u64::saturating_add);
        list_cost.saturating_add(of_element.saturating_mul(most_elements(list)))
    } else {
        parts.fold(0, u64::saturating_add)
    };
    let own = match &expr.kind {
        ExprKind::Quantified { list, .. } => most_elements(list),
        ExprKind::Aggregate { of: ElementValues { list, value, .. }, .. } => {
            let compared = if is_textual(&value.ty) { text_cost(value) } else { 1 };
            most_elements(list).saturating_mul(compared)
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
        // A place lies in a bloc if one of its members is its country.
        ExprKind::InPlace { .. } => 50,
        ExprKind::Const(_)
        | ExprKind::At
        | ExprKind::Message
        | ExprKind::Local(_)
        | ExprKind::Field { .. }
        | ExprKind::Entry { .. }
        | ExprKind::List(_)
        | ExprKind::Not(_)
        | ExprKind::And(_)
        | ExprKind::Or(_)
        | ExprKind::Compare { .. }
        | ExprKind::Is(..)
        | ExprKind::Coalesce { .. }
        | ExprKind::Negate(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::Score(_)
        | ExprKind::AtLeast { .. }
        | ExprKind::If { .. } => 1,
    };
    own.saturating_add(inside)
}

/// The most elements of the list of a quantifier. A text has at most as many matches as bytes.
fn most_elements(list: &Expr) -> u64 {
    if matches!(list.kind, ExprKind::Spans { .. }) { MAX_TEXT } else { MAX_ELEMENTS }
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

#[cfg(test)]
mod tests {
    use super::{MAX_ELEMENTS, cost_of};
    use crate::base::limits::CONDITION_DEPTH;
    use crate::base::source::Location;
    use crate::program::{Expr, ExprKind, Program};
    use crate::syntax::tree::Quantifier;
    use crate::world::value::Type;

    /// `any x in x where (any x in x where (…))`
    fn nested(depth: usize) -> Expr {
        let expr = |kind| Box::new(Expr { kind, ty: Type::Bool, at: Location::default() });
        let innermost = expr(ExprKind::Message);
        *(0..depth).fold(innermost, |body, _| {
            let (quantifier, list) = (Quantifier::Any, expr(ExprKind::Message));
            expr(ExprKind::Quantified { quantifier, list, body })
        })
    }

    #[test]
    fn the_cost_of_a_quantifier_is_that_of_its_body_for_each_element() {
        let cost = |depth| cost_of(&Program::default(), &nested(depth));
        assert_eq!(cost(1), 1 + 2 * MAX_ELEMENTS);
        assert_eq!(cost(2), 1 + (1 + cost(1)) * MAX_ELEMENTS);
    }

    /// Never ends if each level visits its parts twice.
    #[test]
    fn deep_quantifiers_are_counted_in_linear_time() {
        assert_eq!(cost_of(&Program::default(), &nested(CONDITION_DEPTH)), u64::MAX);
    }
}
