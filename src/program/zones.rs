//! The zones in which the days of places begin.

use super::Program;
use crate::base::time::{Moment, Zone};
use crate::world::place::Place;

impl Program {
    /// The zone in which the days of a place begin: that of its nearest file, or UTC without any.
    pub fn zone_of(&self, place: Place, at: impl Into<Moment>) -> Zone {
        let chain = self.blocs.chain(place, at);
        let nearest = chain.iter().find_map(|place| self.zones.get(place));
        nearest.cloned().unwrap_or_else(Zone::utc)
    }

    /// The zone of several places, if all have the same; otherwise UTC.
    pub fn zone_of_all(&self, places: &[Place], at: impl Into<Moment>) -> Zone {
        let at = at.into();
        let mut zones = places.iter().map(|place| self.zone_of(*place, at));
        let first = zones.next().unwrap_or_else(Zone::utc);
        if zones.all(|zone| zone == first) { first } else { Zone::utc() }
    }
}
