//! Iterates over the direct children of an expression. The common cases (none, one, two, a list) allocate nothing.

use std::iter::{Chain, Flatten};
use std::{array, slice, vec};

/// The direct children of an expression, in order.
pub(crate) type Children<'a, T> = Chain<
    Chain<Flatten<array::IntoIter<Option<&'a T>, 2>>, slice::Iter<'a, T>>,
    vec::IntoIter<&'a T>,
>;

pub(crate) fn none<'a, T>() -> Children<'a, T> {
    chain([None; 2], &[], vec![])
}

pub(crate) fn one<T>(child: &T) -> Children<'_, T> {
    chain([Some(child), None], &[], vec![])
}

pub(crate) fn two<'a, T>(first: &'a T, second: &'a T) -> Children<'a, T> {
    chain([Some(first), Some(second)], &[], vec![])
}

pub(crate) fn list<T>(items: &[T]) -> Children<'_, T> {
    chain([None; 2], items, vec![])
}

/// Any other children, collected into a vector.
pub(crate) fn others<'a, T>(items: impl Iterator<Item = &'a T>) -> Children<'a, T> {
    chain([None; 2], &[], items.collect())
}

fn chain<'a, T>(few: [Option<&'a T>; 2], list: &'a [T], others: Vec<&'a T>) -> Children<'a, T> {
    few.into_iter().flatten().chain(list).chain(others)
}
