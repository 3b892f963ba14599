//! Registers, and which sets and registers norms look into.

use super::{ExprKind, Norm, Program};
use crate::base::source::Location;
use crate::base::time::{Day, Period};
use crate::world::place::Place;
use std::collections::BTreeSet;

/// What the file of a register says of its completeness.
#[derive(Clone, Debug)]
pub struct Register {
    /// Index into [`super::Program::sets`].
    pub set: usize,
    /// The place of the file that declares it; `None` in a library.
    pub place: Option<Place>,
    pub complete_from: Option<Day>,
    /// The day that its entries describe: as the register says, or else the earliest day that its lists say.
    pub as_of: Option<Day>,
    pub fresh_for: Option<Period>,
    pub at: Location,
}

impl Program {
    /// The sets that a norm looks into, by index, in the definitions that it calls too.
    pub(crate) fn sets_of(&self, norm: &Norm) -> BTreeSet<usize> {
        let parts = norm.expressions().flat_map(|expr| self.parts_of(expr));
        let sets = parts.filter_map(|part| {
            if let ExprKind::InSet { set, .. } = part.kind { Some(set) } else { None }
        });
        sets.collect()
    }
}
