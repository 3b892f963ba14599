//! When several places are judged: all at one instant, or each group at its own.

use crate::base::time::{Day, Instant, Moment};
use crate::decision::{self, Decision};
use crate::engine::{Engine, Header};
use crate::face::message::AskedPlaces;
use crate::face::ruleset::RuleSet;
use crate::world::place::Place;
use std::collections::BTreeMap;

/// When places are judged.
#[derive(Clone, Debug)]
pub(super) enum Sittings {
    /// All at one instant.
    Together(Instant),
    /// A day was asked for, and it does not begin at the same instant in all of the places.
    Apart(Day, BTreeMap<Instant, Vec<Place>>),
}

impl Sittings {
    pub(super) fn new(set: &RuleSet, places: &[Place], at: Moment) -> Self {
        let day = match at {
            Moment::Instant(instant) => return Self::Together(instant),
            Moment::Day(day) => day,
        };
        let mut sittings: BTreeMap<Instant, Vec<Place>> = BTreeMap::new();
        for place in places {
            sittings.entry(set.instant_in(*place, day)).or_default().push(*place);
        }
        match sittings.keys().next() {
            Some(instant) if sittings.len() == 1 => Self::Together(*instant),
            Some(_) => Self::Apart(day, sittings),
            None => Self::Together(set.instant_in(Place::WORLD, day)),
        }
    }

    /// The instant, or the day if there are several.
    pub(super) fn moment(&self) -> Moment {
        match self {
            Self::Together(instant) => Moment::Instant(*instant),
            Self::Apart(day, _) => Moment::Day(*day),
        }
    }

    /// The decisions of all sittings. `None` if no rule has anything to say in any of them.
    pub(super) fn decide(
        &self,
        set: &RuleSet,
        engine: &mut Engine,
        asked: AskedPlaces<'_>,
        decide: impl Fn(&mut Engine, AskedPlaces<'_>, Instant) -> Option<Vec<Decision>>,
    ) -> Option<Vec<Decision>> {
        let groups = match self {
            Self::Together(at) => return decide(engine, asked, *at),
            Self::Apart(_, groups) => groups,
        };
        let mut is_quiet = true;
        let mut all = vec![];
        for (at, places) in groups {
            let decisions = decide(engine, AskedPlaces::All(places), *at);
            is_quiet &= decisions.is_none();
            let quiet = || quiet(set, engine.header(), places, *at);
            all.extend(dated(*at, decisions.unwrap_or_else(quiet)));
        }
        (!is_quiet).then(|| in_order(all))
    }

    /// The decision about one place when no rule has anything to say.
    pub(super) fn quiet_in(&self, set: &RuleSet, header: &Header, place: Place) -> Decision {
        let at = set.instant_in(place, self.moment());
        decision::empty_decision(header.visibility(), &set.program().blocs, place, at)
    }

    /// The decisions when no rule has anything to say in any sitting.
    pub(super) fn quiet(&self, set: &RuleSet, header: &Header, places: &[Place]) -> Vec<Decision> {
        match self {
            Self::Together(at) => quiet(set, header, places, *at),
            Self::Apart(_, groups) => {
                let one = |(at, places): (&Instant, &Vec<Place>)| {
                    dated(*at, quiet(set, header, places, *at))
                };
                in_order(groups.iter().flat_map(one).collect())
            }
        }
    }
}

fn quiet(set: &RuleSet, header: &Header, places: &[Place], at: Instant) -> Vec<Decision> {
    decision::empty_decisions(header.visibility(), &set.program().blocs, places, at)
}

fn dated(at: Instant, decisions: Vec<Decision>) -> impl Iterator<Item = Decision> {
    decisions.into_iter().map(move |decision| Decision { at: Some(at), ..decision })
}

/// Decisions in the order of their first places, as those of one sitting are.
fn in_order(mut decisions: Vec<Decision>) -> Vec<Decision> {
    decisions.sort_by(|a, b| a.places.cmp(&b.places));
    decisions
}
