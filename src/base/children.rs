//! An iterator over the expressions directly inside another. It is used so often that the common cases (none, one, two,
//! a list) allocate nothing.

use std::iter::{Chain, Flatten};
use std::{array, slice, vec};

/// The expressions directly inside one, in order.
pub(crate) type Children<'a, T> = Chain<
    Chain<Flatten<array::IntoIter<Option<&'a T>, 2>>, slice::Iter<'a, T>>,
    vec::IntoIter<&'a T>,
>;

pub(crate) fn none<'a, T>() -> Children<'a, T> {
    of([None; 2], &[], vec![])
}

pub(crate) fn one<T>(of_it: &T) -> Children<'_, T> {
    of([Some(of_it), None], &[], vec![])
}

pub(crate) fn two<'a, T>(first: &'a T, second: &'a T) -> Children<'a, T> {
    of([Some(first), Some(second)], &[], vec![])
}

pub(crate) fn list<T>(of_it: &[T]) -> Children<'_, T> {
    of([None; 2], of_it, vec![])
}

/// All other cases, in a box.
pub(crate) fn others<'a, T>(of_it: impl Iterator<Item = &'a T>) -> Children<'a, T> {
    of([None; 2], &[], of_it.collect())
}

fn of<'a, T>(few: [Option<&'a T>; 2], list: &'a [T], others: Vec<&'a T>) -> Children<'a, T> {
    few.into_iter().flatten().chain(list).chain(others)
}
