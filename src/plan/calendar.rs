//! When which rule can apply, and where. Between two changes of the calendar all stands still, so that for a place and
//! an instant the rules that can apply are a set that is put together once.

use crate::decision::force::in_force;
use crate::outcome::Truth;
use crate::place::{Blocs, Place};
use crate::program::{Ground, InForce, Norm, NormKind, Program, Start};
use crate::time::{Day, Instant, Zone};
use std::collections::{BTreeSet, HashMap};

/// Of every rule, between which changes of the calendar it or its law is in force, or may be.
#[derive(Debug, Default)]
pub(crate) struct Calendar {
    /// The instants at which anything changes, in order.
    changes: Vec<Instant>,
    /// The rules of each place.
    places: HashMap<Place, Vec<Dated>>,
    /// One more than the largest number of a rule.
    size: usize,
}

/// A rule, and from which change on it is in force (or may be) or not.
#[derive(Debug)]
struct Dated {
    rule: usize,
    stands: Box<[(Stretch, bool)]>,
}

/// The time between two changes, by the number of changes before it.
pub(crate) type Stretch = u32;

/// Some rules, a bit for each norm.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    words: Vec<u64>,
}

impl Rules {
    pub(crate) const NONE: Self = Self { words: vec![] };

    fn none(size: usize) -> Self {
        Self { words: vec![0; size.div_ceil(64)] }
    }

    fn insert(&mut self, rule: usize) {
        if let Some(word) = self.words.get_mut(rule / 64) {
            *word |= 1 << (rule % 64);
        }
    }

    pub(crate) fn contains(&self, rule: usize) -> bool {
        self.words.get(rule / 64).is_some_and(|word| word >> (rule % 64) & 1 == 1)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(at, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = left.checked_ilog2().map(|_| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(at * 64 + bit)
            })
        })
    }
}

impl Calendar {
    pub(super) fn new(program: &Program) -> Self {
        let mut days = Days::default();
        let dates = program.norms.iter().map(|norm| days.of(program, norm)).collect::<Vec<_>>();
        let mut changes: BTreeSet<Instant> = dates.iter().flatten().copied().collect();
        for bloc in &program.blocs.blocs {
            let members = bloc.members.iter();
            let turns = members.flat_map(|member| [Some(member.from), member.until]).flatten();
            changes.extend(turns.flat_map(|day| days.turns(day, &bloc.zone)));
        }
        let mut calendar = Self {
            changes: changes.into_iter().collect(),
            places: HashMap::new(),
            size: program.norms.len(),
        };
        for (rule, (norm, dates)) in program.norms.iter().zip(&dates).enumerate() {
            if matches!(norm.kind, NormKind::Rule(_)) {
                let stands = calendar.stands(program, norm, dates);
                calendar.places.entry(norm.place).or_default().push(Dated { rule, stands });
            }
        }
        calendar
    }

    /// How a rule stands after each of its dates, and before the first.
    fn stands(&self, program: &Program, norm: &Norm, dates: &[Instant]) -> Box<[(Stretch, bool)]> {
        let may_apply = |at| in_force(program, norm, at) != Truth::False;
        let before = dates.first().map_or(Some(Instant::EPOCH), |first| first.plus_nanos(-1));
        let before = before.map(|at| (0, may_apply(at)));
        let after = dates.iter().map(|date| (self.stretch(*date), may_apply(*date)));
        let mut stands: Vec<_> = before.into_iter().chain(after).collect();
        stands.dedup_by_key(|(_, stands)| *stands);
        stands.into()
    }

    pub(crate) fn stretch(&self, at: Instant) -> Stretch {
        let before = self.changes.partition_point(|change| *change <= at);
        u32::try_from(before).unwrap_or(u32::MAX)
    }

    /// The rules that can apply in any of some places at an instant. Linear in the rules of those places.
    pub(crate) fn rules(&self, blocs: &Blocs, places: &[Place], at: Instant) -> Rules {
        let stretch = self.stretch(at);
        let mut rules = Rules::none(self.size);
        let chains: BTreeSet<Place> =
            places.iter().flat_map(|place| blocs.chain(*place, at)).collect();
        for dated in chains.iter().filter_map(|place| self.places.get(place)).flatten() {
            if dated.stands_in(stretch) {
                rules.insert(dated.rule);
            }
        }
        rules
    }
}

impl Dated {
    fn stands_in(&self, stretch: Stretch) -> bool {
        let after = self.stands.partition_point(|(from, _)| *from <= stretch);
        let last = after.checked_sub(1).and_then(|at| self.stands.get(at));
        last.is_some_and(|(_, stands)| *stands)
    }
}

/// The instants at which days begin and end, each found once.
#[derive(Default)]
struct Days {
    turns: HashMap<(Day, String), Vec<Instant>>,
}

impl Days {
    /// All instants at which it may change whether a norm or its law is in force, in order.
    fn of(&mut self, program: &Program, norm: &Norm) -> Vec<Instant> {
        let mut found = BTreeSet::new();
        let mut add = |in_force: InForce, zone: &Zone| {
            let start = match in_force.start {
                Start::From(day) | Start::By(day) => Some(day),
                Start::Always | Start::Unknown => None,
            };
            for day in start.into_iter().chain(in_force.until) {
                found.extend(self.turns(day, zone));
            }
        };
        add(norm.in_force, &norm.zone);
        for ground in &norm.basis.grounds {
            let dated = match ground {
                Ground::Article(index) => {
                    program.articles.get(*index).map(|one| (one.in_force, &one.zone))
                }
                Ground::Policy(index) => {
                    program.policies.get(*index).map(|one| (one.in_force, &one.zone))
                }
            };
            if let Some((in_force, zone)) = dated {
                add(in_force, zone.as_ref().unwrap_or(&norm.zone));
            }
        }
        found.into_iter().collect()
    }

    fn turns(&mut self, day: Day, zone: &Zone) -> Vec<Instant> {
        let key = (day, zone.name().to_owned());
        self.turns.entry(key).or_insert_with(|| day.turns(zone)).clone()
    }
}
