//! Finds the rules that can apply in some places at an instant: rules in force that belong to these places or to places
//! that contain them.

use super::Compiled;
use crate::base::time::Instant;
use crate::plan::{Bits, Stretch};
use crate::world::place::Place;
use rustc_hash::FxHashMap;

/// The greatest number of stretches of time in the cache. Laws change on few days.
const MAX_STRETCHES: usize = 64;

/// A cache of the rules in force, and of the places of the last request.
#[derive(Clone, Debug, Default)]
pub(super) struct RuleCache {
    /// The rules in force, by stretch of time.
    in_force: FxHashMap<Stretch, Bits>,
    /// The jurisdictions that contain a place. Cleared when a country joins or leaves a bloc.
    chains: FxHashMap<Place, Bits>,
    /// The stretch between two such changes for which `chains` is valid.
    membership: Stretch,
    /// The places of the last request.
    places: Vec<Place>,
    /// The jurisdictions that contain `places`.
    jurisdictions: Bits,
}

/// The rules that can apply.
#[derive(Clone, Copy)]
pub(super) struct ApplicableRules<'a> {
    in_force: &'a Bits,
    jurisdictions: &'a Bits,
    /// For each norm, the index of its jurisdiction.
    jurisdiction_of: &'a [u32],
}

impl ApplicableRules<'_> {
    pub(super) fn contains(self, rule: usize) -> bool {
        let jurisdiction = self.jurisdiction_of.get(rule).copied().unwrap_or(u32::MAX);
        self.jurisdictions.contains(jurisdiction as usize) && self.in_force.contains(rule)
    }

    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        (0..self.jurisdiction_of.len()).filter(move |rule| self.contains(*rule))
    }
}

impl RuleCache {
    pub(super) fn rules<'a>(
        &'a mut self,
        compiled: Compiled<'a>,
        [asked, writers]: [&[Place]; 2],
        at: Instant,
    ) -> ApplicableRules<'a> {
        let calendar = &compiled.plan.calendar;
        let (stretch, membership) = (calendar.stretch(at), calendar.membership(at));
        if membership != self.membership {
            self.membership = membership;
            self.chains.clear();
            self.places.clear();
            self.jurisdictions.clear();
        }
        if self.places.split_at_checked(asked.len()) != Some((asked, writers)) {
            self.places.clear();
            self.places.extend_from_slice(asked);
            self.places.extend_from_slice(writers);
            self.jurisdictions.clear();
            for place in &self.places {
                let chain = self
                    .chains
                    .entry(*place)
                    .or_insert_with(|| calendar.jurisdictions(&compiled.program.blocs, *place, at));
                self.jurisdictions.add(chain);
            }
        }
        if self.in_force.len() >= MAX_STRETCHES && !self.in_force.contains_key(&stretch) {
            self.in_force.clear();
        }
        let in_force = self.in_force.entry(stretch).or_insert_with(|| calendar.in_force(stretch));
        ApplicableRules {
            in_force,
            jurisdictions: &self.jurisdictions,
            jurisdiction_of: calendar.jurisdiction_of_rules(),
        }
    }
}
