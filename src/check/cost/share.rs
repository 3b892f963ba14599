//! Finds the part of a condition that takes most of the steps, so that a diagnostic can name it.

use super::Estimate;
use super::elements::PerElement;
use crate::program::Expr;
use crate::program::bound::Bound;

/// A part of a condition, and what it costs.
pub(super) struct Share<'e> {
    pub(super) part: &'e Expr,
    /// The steps that it takes for all elements of the quantifiers around it.
    pub(super) steps: u64,
    /// How many quantifiers are around it.
    pub(super) depth: usize,
}

impl Estimate<'_> {
    /// The smallest part that takes more than half of the steps. `lists` are those of the quantifiers around it.
    pub(super) fn dearest<'e>(
        &self,
        expr: &'e Expr,
        half: u64,
        lists: &mut Vec<Bound>,
    ) -> Share<'e> {
        let mut children: Vec<&'e Expr> = expr.children().collect();
        if let Some(PerElement { list, parts, .. }) = PerElement::of(expr) {
            children = vec![list];
            lists.push(self.bound(list, lists.len()));
            let dear = parts.into_iter().find(|part| self.total(part, lists) > half);
            let found = dear.map(|part| self.dearest(part, half, lists));
            lists.pop();
            if let Some(found) = found {
                return found;
            }
        }
        let inside = children.into_iter().find(|child| self.total(child, lists) > half);
        match inside {
            Some(child) => self.dearest(child, half, lists),
            None => Share { part: expr, steps: self.total(expr, lists), depth: lists.len() },
        }
    }

    /// The steps that an expression takes for all elements of the lists around it.
    fn total(&self, expr: &Expr, lists: &[Bound]) -> u64 {
        let Bound { cost, searched, .. } = self.bound(expr, lists.len());
        let around = lists.iter().enumerate().rev();
        let cost = around.fold(cost, |cost, (level, list)| self.for_each(list, &cost, level));
        let search = self.limits.text.saturating_mul(self.search(&searched));
        cost.at_most(self.limits.most()).saturating_add(search)
    }
}
