//! The instants of the decisions for several places: one instant for all, or one for each group of places.

use crate::base::time::{Day, Instant, Moment};
use crate::decision::{self, Decision};
use crate::engine::{Engine, Header};
use crate::face::message::AskedPlaces;
use crate::face::ruleset::RuleSet;
use crate::world::place::Place;
use std::collections::BTreeMap;

/// When the decisions for some places are made.
#[derive(Clone, Debug)]
pub(super) enum DecisionTimes {
    /// All at this instant.
    One(Instant),
    /// When this day begins in each place. The instants differ; each has the places where the day begins then.
    Several(Day, BTreeMap<Instant, Vec<Place>>),
}

impl DecisionTimes {
    pub(super) fn new(set: &RuleSet, places: &[Place], at: Moment) -> Self {
        let day = match at {
            Moment::Instant(instant) => return Self::One(instant),
            Moment::Day(day) => day,
        };
        let mut groups: BTreeMap<Instant, Vec<Place>> = BTreeMap::new();
        for place in places {
            groups.entry(set.instant_in(*place, day)).or_default().push(*place);
        }
        match groups.keys().next() {
            Some(instant) if groups.len() == 1 => Self::One(*instant),
            Some(_) => Self::Several(day, groups),
            None => Self::One(set.instant_in(Place::WORLD, day)),
        }
    }

    /// The instant, or the day if there are several instants.
    pub(super) fn moment(&self) -> Moment {
        match self {
            Self::One(instant) => Moment::Instant(*instant),
            Self::Several(day, _) => Moment::Day(*day),
        }
    }

    /// The decisions for all places. `None` if no rule has anything to say in any of them.
    pub(super) fn decide(
        &self,
        set: &RuleSet,
        engine: &mut Engine,
        asked: AskedPlaces<'_>,
        decide: impl Fn(&mut Engine, AskedPlaces<'_>, Instant) -> Option<Vec<Decision>>,
    ) -> Option<Vec<Decision>> {
        let groups = match self {
            Self::One(at) => return decide(engine, asked, *at),
            Self::Several(_, groups) => groups,
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

    /// The decisions when no rule has anything to say in any place.
    pub(super) fn quiet(&self, set: &RuleSet, header: &Header, places: &[Place]) -> Vec<Decision> {
        match self {
            Self::One(at) => quiet(set, header, places, *at),
            Self::Several(_, groups) => {
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

/// Decisions in the order of their first places, as they would be if all were made at one instant.
fn in_order(mut decisions: Vec<Decision>) -> Vec<Decision> {
    decisions.sort_by(|a, b| a.places.cmp(&b.places));
    decisions
}
