//! Bounds what is evaluated for each element of a list.

use super::{Estimate, SMALL};
use crate::base::steps;
use crate::check::types::is_textual;
use crate::program::bound::{Bound, Grounds, Sum};
use crate::program::{ElementValues, Expr, ExprKind};
use crate::syntax::tree::Aggregate;
use crate::world::standard::{notice, order};
use crate::world::value::Type;

/// What is evaluated for each element of a list.
pub(super) struct PerElement<'e> {
    pub(super) list: &'e Expr,
    /// A condition, a value or both: the value is last.
    pub(super) parts: Vec<&'e Expr>,
    /// `None` for a quantifier.
    aggregate: Option<Aggregate>,
    /// The type of the result: a truth or a number.
    ty: &'e Type,
}

impl<'e> PerElement<'e> {
    pub(super) fn of(Expr { kind, ty, .. }: &'e Expr) -> Option<Self> {
        if let ExprKind::Quantified { list, body, .. } = kind {
            Some(Self { list, parts: vec![body], aggregate: None, ty })
        } else if let ExprKind::Aggregate { aggregate, of } = kind {
            let ElementValues { list, condition, value } = of;
            let parts = condition.as_deref().into_iter().chain([&**value]).collect();
            Some(Self { list, parts, aggregate: Some(*aggregate), ty })
        } else {
            None
        }
    }

    /// What adding or counting the value of an element costs.
    fn own_cost(&self, parts: &[Bound]) -> Sum {
        match self.aggregate {
            None => Sum::default(),
            Some(Aggregate::Sum) => Sum::constant(steps::ADDITION),
            Some(Aggregate::CountDistinct) => {
                let value = self.parts.last().zip(parts.last());
                let text = value.filter(|(value, _)| is_textual(&value.ty));
                let bytes = text.map_or_else(Sum::default, |(_, bound)| bound.size.clone());
                let of_parts = text.map_or_else(Sum::default, |(_, bound)| bound.parts.clone());
                bytes
                    .times(steps::BYTE_TOLD_APART)
                    .plus(&of_parts.times(steps::PART))
                    .plus(&Sum::constant(steps::IDENTITY))
            }
        }
    }
}

impl Estimate<'_> {
    /// All elements together are no larger than the list.
    pub(super) fn per_element(&self, per_element: &PerElement<'_>, locals: usize) -> Bound {
        let list = self.bound(per_element.list, locals);
        let parts = per_element.parts.iter().map(|part| self.bound(part, locals + 1));
        let parts: Vec<Bound> = parts.collect();
        let all = || parts.iter().chain([&list]);
        let of_element = self.grounds_of_element(&per_element.list.ty);
        let grounds = all().map(|part| part.grounds).fold(of_element, Ord::max);
        let reasons = all().map(|part| part.reasons).fold(0, u64::saturating_add);
        let each = self.each_evaluation(per_element.ty, grounds, reasons);
        // An element is passed on itself, too.
        let made = match of_element {
            Grounds::Nothing | Grounds::Evidence => steps::GROUNDS,
            // An aggregate may rest on them whatever they are.
            Grounds::Events if per_element.aggregate.is_some() => 2 * steps::EVENT_MADE,
            Grounds::Events => steps::EVENT_MADE,
        };
        let first = Sum::constant(steps::ELEMENT + made).plus(&per_element.own_cost(&parts));
        let cost = parts.iter().map(|part| &part.cost).fold(first, Sum::plus);
        let evaluations = parts.iter().map(|part| &part.evaluations);
        let evaluations = evaluations.fold(Sum::default(), Sum::plus);
        let once = |each: u64, of_list: &Sum| Sum::constant(each).plus(of_list);
        Bound {
            cost: once(each, &list.cost).plus(&self.for_each(&list, &cost, locals)),
            evaluations: once(1, &list.evaluations).plus(&self.for_each(
                &list,
                &evaluations,
                locals,
            )),
            size: Sum::constant(SMALL),
            length: Sum::default(),
            parts: Sum::default(),
            reasons,
            grounds,
            searched: all().flat_map(|part| &part.searched).copied().collect(),
        }
    }

    /// What a result that rests on an element of a list rests on.
    pub(super) fn grounds_of_element(&self, list: &Type) -> Grounds {
        let Type::List(of) = list else { return Grounds::Evidence };
        let name = of.record().and_then(|id| self.program.schema.record(id)).map(|(name, _)| name);
        let is_event =
            name.is_some_and(|name| [order::REF, notice::REF].iter().any(|one| one.record == name));
        if is_event { Grounds::Events } else { Grounds::Evidence }
    }

    /// What the elements of a list cost together.
    pub(super) fn for_each(&self, list: &Bound, cost: &Sum, level: usize) -> Sum {
        let (of_size, of_part, same_for_each) = cost.clone().without(level);
        let of_all = list.size.clone().times(of_size).plus(&list.parts.clone().times(of_part));
        list.length.times_sum(&same_for_each, self.limits.most()).plus(&of_all)
    }
}
