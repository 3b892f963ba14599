//! Evaluates sums and counts of the values of a list's elements.

use super::evaluated::{Evaluated, Origin, Support};
use super::view::incoming;
use super::{Interpreter, Scope};
use crate::program::ElementValues;
use crate::program::arithmetic::Influence;
use crate::program::compare::identity;
use crate::program::outcome::Truth;
use crate::program::tally::{Distinct, Sum, Tally};
use crate::syntax::tree::Aggregate;
use crate::text::outline;
use crate::world::value::{Type, Value};
use std::collections::BTreeSet;

/// A value that counts only if a condition is true.
struct Part {
    condition: Evaluated,
    /// Not evaluated if the condition is false.
    value: Evaluated,
}

impl<'a> Interpreter<'a> {
    #[inline(never)]
    pub(super) fn aggregate(
        &self,
        aggregate: Aggregate,
        of: &'a ElementValues,
        scope: &mut Scope,
    ) -> Evaluated {
        let list = self.eval(&of.list, scope);
        let Some(Value::List(elements)) = &list.value else { return Evaluated::unknown([&list]) };
        let mut parts = vec![];
        for (index, element) in elements.iter().enumerate() {
            let origin = list.origin.element(index, |path| self.view.position(path, index));
            scope.locals.push(Evaluated::with_origin(element.clone(), origin));
            parts.push(self.part(of, scope));
            scope.locals.pop();
        }
        let tally = match aggregate {
            Aggregate::Sum => sum_of(&parts),
            Aggregate::CountDistinct => distinct_of(&parts),
        };
        let mut result = with_tally(tally, &parts);
        for (index, (element, part)) in elements.iter().zip(&parts).enumerate() {
            let influence = match aggregate {
                Aggregate::Sum => part.influence_on_sum(),
                Aggregate::CountDistinct => part.influence_on_count(),
            };
            let Some(influence) = influence else { continue };
            let mut support = part.condition.grounds.clone();
            support.add_evidence(self.element_clue(&of.list.ty, &list, index, element));
            if let (Some(event), Type::List(ty)) = (of.event, &of.list.ty) {
                let incoming = incoming(&self.program.schema, ty, element);
                support.add_events(event, &BTreeSet::from([incoming]));
            }
            result = part.supporting(result, support, influence);
        }
        result
    }

    fn part(&self, of: &'a ElementValues, scope: &mut Scope) -> Part {
        let always = || Evaluated::known(Value::Bool(true));
        let condition =
            of.condition.as_deref().map_or_else(always, |condition| self.eval(condition, scope));
        let value = if condition.truth() == Truth::False {
            Evaluated::default()
        } else {
            self.eval(&of.value, scope)
        };
        Part { condition, value }
    }
}

impl Part {
    /// Whether the part surely makes a sum greater or smaller.
    fn influence_on_sum(&self) -> Option<Influence> {
        let bounds = self.value.value_bounds().filter(|_| self.condition.truth() == Truth::True);
        Influence::of_part(bounds.as_ref())
    }

    fn influence_on_count(&self) -> Option<Influence> {
        let is_counted = self.condition.truth() == Truth::True && self.value.value.is_some();
        is_counted.then_some(Influence::Raises)
    }

    /// Adds what the part rests on to the result, which the part raises or lowers.
    fn supporting(&self, result: Evaluated, support: Support, influence: Influence) -> Evaluated {
        let itself = Evaluated { grounds: support, ..Evaluated::default() };
        result.influenced_by(&itself, influence).influenced_by(&self.value, Influence::Raises)
    }
}

fn sum_of(parts: &[Part]) -> Tally {
    let mut sum = Sum::default();
    for Part { condition, value } in parts {
        sum.add(condition.truth(), value.value.as_ref(), value.value_bounds().as_ref());
    }
    sum.result()
}

/// Words that were found in the message are the same words in any spelling.
fn distinct_of(parts: &[Part]) -> Tally {
    let mut distinct = Distinct::default();
    for Part { condition, value: Evaluated { value, origin, .. } } in parts {
        let identity = value.as_ref().map(|value| match (value, origin) {
            (Value::Text(words), Origin::Excerpt { .. }) => outline(words),
            _ => identity(value),
        });
        distinct.add(condition.truth(), identity);
    }
    distinct.result()
}

fn with_tally(tally: Tally, parts: &[Part]) -> Evaluated {
    match tally {
        Tally::Known(value) => Evaluated::known(value),
        Tally::None(why) => Evaluated::missing(why),
        Tally::Unknown(bounds) => {
            let operands = parts.iter().flat_map(|part| [&part.condition, &part.value]);
            Evaluated { bounds, ..Evaluated::unknown(operands) }
        }
    }
}
