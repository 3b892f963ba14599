//! Lists the expressions inside an expression.

use super::{ElementValues, Expr, ExprKind, Program};
use crate::base::children::{self, Children};
use std::collections::BTreeSet;

impl Program {
    /// An expression and all inside it, also in the definitions that it calls, each of these once. In no particular order.
    pub(crate) fn parts_of<'p>(&'p self, expr: &'p Expr) -> impl Iterator<Item = &'p Expr> {
        let (mut pending, mut called) = (vec![expr], BTreeSet::new());
        std::iter::from_fn(move || {
            let part = pending.pop()?;
            if let ExprKind::Defined { define, .. } = part.kind
                && called.insert(define)
            {
                pending.extend(self.defines.get(define).map(|define| &define.body));
            }
            pending.extend(part.children());
            Some(part)
        })
    }
}

impl Expr {
    /// The expressions directly inside, in the order in which they are evaluated. A call does not contain the body of its
    /// definition.
    pub fn children(&self) -> impl Iterator<Item = &Expr> {
        self.kind.children()
    }

    /// The expression at a path. A path is the index of a child, then the index of a child of that child, and so on.
    pub fn at_path(&mut self, path: &[usize]) -> Option<&mut Expr> {
        path.iter().try_fold(self, |expr, number| expr.kind.children_mut().into_iter().nth(*number))
    }
}

impl ExprKind {
    /// Whether it makes a condition from other conditions: `and`, `or`, `not`, `at least`.
    pub fn is_connective(&self) -> bool {
        match self {
            Self::And(_) | Self::Or(_) | Self::Not(_) | Self::AtLeast { .. } => true,
            Self::Const(_)
            | Self::At
            | Self::Message
            | Self::Local(_)
            | Self::Field { .. }
            | Self::Entry { .. }
            | Self::List(_)
            | Self::Compare { .. }
            | Self::In { .. }
            | Self::InPlace { .. }
            | Self::InSet { .. }
            | Self::TextTest { .. }
            | Self::Mentions { .. }
            | Self::Matches { .. }
            | Self::Spans { .. }
            | Self::Is(..)
            | Self::Coalesce { .. }
            | Self::Negate(_)
            | Self::Arithmetic { .. }
            | Self::Quantified { .. }
            | Self::Aggregate { .. }
            | Self::Score(_)
            | Self::If { .. }
            | Self::Call { .. }
            | Self::Counter { .. }
            | Self::Reaches { .. }
            | Self::Mark { .. }
            | Self::Defined { .. } => false,
        }
    }

    /// Whether it reads a counter or a mark itself.
    pub(crate) fn is_state(&self) -> bool {
        matches!(self, Self::Counter { .. } | Self::Reaches { .. } | Self::Mark { .. })
    }

    /// The counter that it reads itself.
    pub(crate) fn counter(&self) -> Option<usize> {
        if let Self::Counter { counter, .. } | Self::Reaches { counter, .. } = self {
            return Some(*counter);
        }
        None
    }

    fn children(&self) -> Children<'_, Expr> {
        match self {
            Self::Const(_) | Self::At | Self::Message | Self::Local(_) | Self::Mark { .. } => {
                children::none()
            }
            Self::Counter { key, .. } | Self::Reaches { key, .. } => {
                children::list(key.as_deref().unwrap_or_default())
            }
            Self::Field { of: inner, .. }
            | Self::Entry { of: inner, .. }
            | Self::Not(inner)
            | Self::Is(_, inner)
            | Self::Negate(inner)
            | Self::InPlace { item: inner, .. }
            | Self::InSet { item: inner, .. }
            | Self::Mentions { text: inner, .. }
            | Self::Matches { text: inner, .. }
            | Self::Spans { text: inner, .. } => children::one(inner),
            Self::Compare { left: first, right: second, .. }
            | Self::In { item: first, list: second }
            | Self::TextTest { text: first, part: second, .. }
            | Self::Coalesce { value: first, default: second }
            | Self::Quantified { list: first, body: second, .. } => children::two(first, second),
            Self::Aggregate { of: ElementValues { list, condition, value, .. }, .. } => {
                let condition = condition.as_deref().into_iter();
                children::others(std::iter::once(&**list).chain(condition).chain([&**value]))
            }
            Self::Score(parts) => children::others(parts.iter().map(|part| &part.condition)),
            Self::List(of)
            | Self::And(of)
            | Self::Or(of)
            | Self::AtLeast { of, .. }
            | Self::Call { args: of, .. }
            | Self::Defined { args: of, .. } => children::list(of),
            Self::Arithmetic { first, rest } => {
                let rest = rest.iter().map(|(_, operand)| operand);
                children::others(std::iter::once(&**first).chain(rest))
            }
            Self::If { arms, otherwise } => {
                let arms = arms.iter().flat_map(|(condition, value)| [condition, value]);
                children::others(arms.chain([&**otherwise]))
            }
        }
    }

    /// The same expressions as [`ExprKind::children`], in the same order.
    fn children_mut(&mut self) -> Vec<&mut Expr> {
        match self {
            Self::Const(_) | Self::At | Self::Message | Self::Local(_) | Self::Mark { .. } => {
                vec![]
            }
            Self::Counter { key, .. } | Self::Reaches { key, .. } => {
                key.iter_mut().flatten().collect()
            }
            Self::Field { of: inner, .. }
            | Self::Entry { of: inner, .. }
            | Self::Not(inner)
            | Self::Is(_, inner)
            | Self::Negate(inner)
            | Self::InPlace { item: inner, .. }
            | Self::InSet { item: inner, .. }
            | Self::Mentions { text: inner, .. }
            | Self::Matches { text: inner, .. }
            | Self::Spans { text: inner, .. } => vec![inner],
            Self::Compare { left: first, right: second, .. }
            | Self::In { item: first, list: second }
            | Self::TextTest { text: first, part: second, .. }
            | Self::Coalesce { value: first, default: second }
            | Self::Quantified { list: first, body: second, .. } => vec![first, second],
            Self::Score(parts) => parts.iter_mut().map(|part| &mut part.condition).collect(),
            Self::List(of)
            | Self::And(of)
            | Self::Or(of)
            | Self::AtLeast { of, .. }
            | Self::Call { args: of, .. }
            | Self::Defined { args: of, .. } => of.iter_mut().collect(),
            Self::Arithmetic { first, rest } => {
                let rest = rest.iter_mut().map(|(_, operand)| operand);
                std::iter::once(&mut **first).chain(rest).collect()
            }
            Self::If { arms, otherwise } => {
                let arms = arms.iter_mut().flat_map(|(condition, value)| [condition, value]);
                arms.chain([&mut **otherwise]).collect()
            }
            Self::Aggregate { of: ElementValues { list, condition, value, .. }, .. } => {
                let condition = condition.as_deref_mut().into_iter();
                std::iter::once(&mut **list).chain(condition).chain([&mut **value]).collect()
            }
        }
    }
}
