//! Bounds on the cost of expressions and on the size of their values. Both depend on the sizes of parameters and of elements
//! of quantifiers, so a bound is a sum over them: a constant, and a factor for each.
//!
//! All elements of a list together are no larger than the list. So a body whose cost grows with the size of its element
//! costs, for all elements together, as much as for one element of the size of the list. This holds for sums only: a
//! product of two sizes counts one of them as the largest that it can be, for it may be the same element twice.

use std::collections::{BTreeMap, BTreeSet};

/// A size that is not known before a definition is called or a quantifier runs, by the level of the local.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unknown {
    /// The bytes of text and the number of values inside it.
    Size(usize),
    /// The number of its elements.
    Length(usize),
    /// The number of parts of surfaces inside it.
    Parts(usize),
}

/// The largest sizes that a record allows.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Bytes of text, values and elements.
    pub size: u64,
    /// Parts of one surface.
    pub parts: u64,
}

/// What a result can rest on. Passing it on costs more, the more it can be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grounds {
    #[default]
    Nothing,
    /// A few pieces of evidence.
    Evidence,
    /// Evidence, and all orders and notices.
    Events,
}

/// A constant, and a factor for each size.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    constant: u64,
    factors: BTreeMap<Unknown, u64>,
}

/// The bounds of an expression on the largest record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bound {
    /// The steps that each evaluation takes.
    pub cost: Sum,
    /// How many expressions each evaluation evaluates.
    pub evaluations: Sum,
    /// The bytes of text and the number of values inside its value.
    pub size: Sum,
    /// The number of elements of its value, if that is a list.
    pub length: Sum,
    /// The number of parts of surfaces inside its value: those of `any_text`, or of several surfaces in a list.
    pub parts: Sum,
    /// How many reasons there can be why its result is unknown.
    pub reasons: u64,
    /// What its result can rest on. A definition does not count what its parameters rest on.
    pub grounds: Grounds,
    /// What is searched in texts of the record. Each text is split into words once, and searched once for each pattern, however
    /// often a condition asks.
    pub searched: BTreeSet<Search>,
}

/// A pattern that is searched in some texts of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Search {
    /// Its index.
    pub pattern: usize,
    pub texts: Texts,
}

/// Texts of the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Texts {
    /// Any text, as a whole.
    Whole,
    /// The author's own words, or quotations.
    Passages,
    /// The author's questions, or statements: passages of the own words.
    Sentences,
    /// The text on a button, as a whole.
    Button,
}

impl Sum {
    pub fn constant(constant: u64) -> Self {
        Self { constant, factors: BTreeMap::new() }
    }

    pub fn of(unknown: Unknown) -> Self {
        Self { constant: 0, factors: BTreeMap::from([(unknown, 1)]) }
    }

    #[must_use]
    pub fn plus(mut self, other: &Self) -> Self {
        self.constant = self.constant.saturating_add(other.constant);
        for (unknown, factor) in &other.factors {
            let own = self.factors.entry(*unknown).or_default();
            *own = own.saturating_add(*factor);
        }
        self
    }

    #[must_use]
    pub fn times(mut self, number: u64) -> Self {
        self.constant = self.constant.saturating_mul(number);
        self.factors.values_mut().for_each(|factor| *factor = factor.saturating_mul(number));
        self
    }

    /// The product of two sums. Where two sizes are multiplied, the second one counts as the largest.
    #[must_use]
    pub fn times_sum(&self, other: &Self, most: Most) -> Self {
        let of_sizes = Self { constant: 0, ..self.clone() }.times(other.at_most(most));
        of_sizes.plus(&other.clone().times(self.constant))
    }

    /// The value if each size is the largest.
    pub fn at_most(&self, most: Most) -> u64 {
        let sizes = self.factors.iter().map(|(unknown, factor)| match unknown {
            Unknown::Size(_) | Unknown::Length(_) => factor.saturating_mul(most.size),
            Unknown::Parts(_) => factor.saturating_mul(most.parts),
        });
        sizes.fold(self.constant, u64::saturating_add)
    }

    /// The same sum with a constant of at most `most`.
    #[must_use]
    pub fn capped(self, most: u64) -> Self {
        Self { constant: self.constant.min(most), ..self }
    }

    /// The smaller of two sums, if one of them is a constant.
    #[must_use]
    pub fn smaller_of<'s>(&'s self, other: &'s Self) -> &'s Self {
        let is_less = |one: &Self, than: &Self| {
            one.factors.is_empty() && (!than.factors.is_empty() || one.constant < than.constant)
        };
        if is_less(other, self) { other } else { self }
    }

    /// Replaces sizes by sums.
    #[must_use]
    pub fn with(&self, sum: impl Fn(Unknown) -> Sum) -> Self {
        let sizes = self.factors.iter().map(|(unknown, factor)| sum(*unknown).times(*factor));
        sizes.fold(Self::constant(self.constant), |all, one| all.plus(&one))
    }

    /// Takes out the sizes of a local: the factors of its size and length together, that of its parts, and the rest.
    #[must_use]
    pub fn without(mut self, level: usize) -> (u64, u64, Self) {
        let mut take = |unknown| self.factors.remove(&unknown).unwrap_or_default();
        let of_size = take(Unknown::Size(level)).saturating_add(take(Unknown::Length(level)));
        (of_size, take(Unknown::Parts(level)), self)
    }
}

#[cfg(test)]
mod tests {
    use super::{Most, Sum, Unknown};

    #[test]
    fn a_product_of_two_sizes_counts_one_as_the_largest() {
        let size = |level| Sum::of(Unknown::Size(level));
        let left = size(0).times(2).plus(&Sum::constant(3));
        let right = size(1).times(5).plus(&Sum::constant(7));
        // (2a + 3)(5b + 7) = 10ab + 14a + 15b + 21
        let product = left.times_sum(&right, Most { size: 100, parts: 10 });
        assert_eq!(
            product,
            size(0).times(2 * 507).plus(&size(1).times(15)).plus(&Sum::constant(21))
        );
    }

    #[test]
    fn a_constant_may_be_smaller() {
        let (one, two, size) = (Sum::constant(1), Sum::constant(2), Sum::of(Unknown::Size(0)));
        assert_eq!(one.smaller_of(&two), &one);
        assert_eq!(two.smaller_of(&one), &one);
        assert_eq!(size.smaller_of(&two), &two);
        assert_eq!(two.smaller_of(&size), &two);
    }

    #[test]
    fn sizes_are_replaced_by_sums() {
        let sum = Sum::of(Unknown::Size(0)).times(3).plus(&Sum::constant(1));
        let replaced = sum.with(|_| Sum::of(Unknown::Size(4)).plus(&Sum::constant(10)));
        assert_eq!(replaced, Sum::of(Unknown::Size(4)).times(3).plus(&Sum::constant(31)));
        let most = Most { size: 2, parts: 3 };
        assert_eq!(replaced.at_most(most), 37);
        assert_eq!(Sum::of(Unknown::Parts(0)).plus(&replaced).at_most(most), 40);
        assert_eq!(replaced.without(4), (3, 0, Sum::constant(31)));
    }
}
