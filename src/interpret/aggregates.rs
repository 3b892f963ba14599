//! Evaluates sums and counts of the values of a list's elements, and counts of conditions: `at least` and scores.

use super::evaluated::{Evaluated, Origin, Support};
use super::trace::PerElement;
use super::{Interpreter, Scope};
use crate::base::steps;
use crate::program::arithmetic::Influence;
use crate::program::compare::identity;
use crate::program::outcome::Truth;
use crate::program::tally::{Distinct, Sum, Tally};
use crate::program::{ElementValues, Expr, ScorePart};
use crate::syntax::tree::Aggregate;
use crate::text::outline;
use crate::world::value::{Type, Value};

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
        let Some(elements) = self.elements(&of.list.ty, &list) else {
            return Evaluated::unknown([&list]);
        };
        let per_element = PerElement::of_values(of);
        let parts = self.for_each(elements, per_element, scope, |scope| self.part(of, scope));
        let mut result = with_tally(
            match aggregate {
                Aggregate::Sum => sum_of(&parts),
                Aggregate::CountDistinct => distinct_of(&parts),
            },
            &parts,
        );
        for (index, part) in parts.iter().enumerate() {
            if result.value.is_none() && part.condition.truth() != Truth::False {
                result.possible.add_of(Truth::Unknown, &self.element_events(elements, index));
            }
            let element = self.element_support(elements, index);
            result = match aggregate {
                Aggregate::Sum => part.supporting_sum(result, element),
                Aggregate::CountDistinct => part.supporting_count(result, element),
            };
        }
        result
    }

    #[inline(never)]
    pub(super) fn at_least(
        &self,
        least: u32,
        operands: &'a [Expr],
        scope: &mut Scope,
    ) -> Evaluated {
        let conditions = self.eval_all(operands, scope);
        let (surely, possibly) = Evaluated::tally(&conditions);
        let least = least as usize;
        let truth = match (surely >= least, possibly >= least) {
            (true, _) => Truth::True,
            (_, false) => Truth::False,
            (false, true) => Truth::Unknown,
        };
        Evaluated::joined(truth, &conditions)
    }

    #[inline(never)]
    pub(super) fn score(&self, parts: &'a [ScorePart], scope: &mut Scope) -> Evaluated {
        let mut evaluated = vec![];
        for ScorePart { points, condition } in parts {
            let condition = self.eval(condition, scope);
            evaluated.push(Part { condition, value: Evaluated::known(points.clone()) });
        }
        let mut result = with_tally(sum_of(&evaluated), &evaluated);
        for part in &evaluated {
            result = part.supporting_sum(result, Support::default());
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
            let value = self.eval(&of.value, scope);
            if of.value.ty == Type::Bool { value.read_as_condition().either_way() } else { value }
        };
        // What is none does not count.
        let condition =
            if value.is_none() { Evaluated::known(Value::Bool(false)) } else { condition };
        Part { condition, value }
    }
}

impl Part {
    /// Adds what a sum rests on: the element and its condition if it makes the sum greater or smaller, and that the value is
    /// neither smaller nor greater. A zero changes nothing, but a sum rests on its not being another number.
    fn supporting_sum(&self, mut result: Evaluated, element: Support) -> Evaluated {
        let influence = Influence::of_part(self.value.value_bounds().as_ref());
        match (self.condition.truth(), influence) {
            (Truth::False, _) => {}
            (Truth::True, Some(influence)) => {
                let itself = Evaluated { grounds: element, ..Evaluated::default() };
                return result
                    .influenced_by(&itself, influence)
                    .influenced_by(&self.condition, influence)
                    .influenced_by(&self.value, Influence::Raises);
            }
            // The bounds include zero, so a positive value does not matter to the lower one, nor a negative one to the upper.
            (Truth::Unknown, Some(Influence::Raises)) => {
                result.upper_grounds.add(&self.value.upper_grounds);
            }
            (Truth::Unknown, Some(Influence::Lowers)) => result.grounds.add(&self.value.grounds),
            (Truth::True | Truth::Unknown, None | Some(Influence::Either)) => {
                return result.influenced_by(&self.value, Influence::Raises);
            }
        }
        result
    }

    /// Adds what a count of different values rests on that it is so great: the elements that surely count.
    fn supporting_count(&self, mut result: Evaluated, element: Support) -> Evaluated {
        if self.condition.truth() == Truth::True && self.value.value.is_some() {
            let Evaluated { grounds, upper_grounds, .. } = &self.value;
            for support in [&element, &self.condition.grounds, grounds, upper_grounds] {
                result.grounds.add(support);
            }
        }
        result
    }
}

fn sum_of(parts: &[Part]) -> Tally {
    let mut sum = Sum::default();
    for Part { condition, value } in parts {
        steps::spend(|| steps::ADDITION);
        sum.add(condition.truth(), value.value.as_ref(), value.value_bounds().as_ref());
    }
    sum.result()
}

/// Words that were found in the message are the same words in any spelling.
fn distinct_of(parts: &[Part]) -> Tally {
    let mut distinct = Distinct::default();
    for Part { condition, value } in parts {
        steps::spend(|| {
            let parts = steps::PART * value.parts();
            steps::IDENTITY + steps::BYTE_TOLD_APART * value.bytes() + parts
        });
        let Evaluated { value, origin, .. } = value;
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
            Evaluated { bounds, ..Evaluated::unknown(operands).for_number() }
        }
    }
}
