//! Finds the rules that can apply at an instant and in a place. Nothing changes between two dates, so the set of these
//! rules is computed once for each stretch of time between dates.

use super::to_u32;
use crate::base::time::{Day, Instant, Zone};
use crate::decision::force::{Dates, Force};
use crate::program::outcome::Truth;
use crate::program::{Ground, InForce, Norm, Program};
use crate::world::place::{Blocs, Place};
use foldhash::HashMap;
use std::collections::BTreeSet;

/// The stretches of time in which each rule may be in force.
#[derive(Debug, Default)]
pub(crate) struct Calendar {
    /// The instants at which a norm, or the law that it rests on, may come into force or expire, in order.
    changes: Vec<Instant>,
    /// The instants at which a country may join or leave a bloc, in order.
    memberships: Vec<Instant>,
    /// The places that have rules.
    jurisdictions: Vec<Place>,
    /// For each norm, then for each counter, the index of its jurisdiction.
    jurisdiction_of_rules: Vec<u32>,
    /// For each norm, then for each counter, the stretches from which on it may apply (`true`) or does not apply (`false`).
    /// Empty for exceptions, which are evaluated together with the rule that they lift.
    may_apply: Vec<Box<[(Stretch, bool)]>>,
}

/// A stretch of time between two changes: the number of changes before it.
pub(crate) type Stretch = u32;

/// A set of indices, one bit for each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    pub(crate) fn contains(&self, number: usize) -> bool {
        self.words.get(number / 64).is_some_and(|word| word >> (number % 64) & 1 == 1)
    }

    pub(crate) fn clear(&mut self) {
        self.words.clear();
    }

    /// Adds all members of another set.
    pub(crate) fn add(&mut self, others: &Self) {
        self.words.resize(self.words.len().max(others.words.len()), 0);
        for (word, other) in self.words.iter_mut().zip(&others.words) {
            *word |= other;
        }
    }
}

impl FromIterator<usize> for Bits {
    fn from_iter<I: IntoIterator<Item = usize>>(numbers: I) -> Self {
        let mut bits = Self::default();
        for number in numbers {
            bits.words.resize(bits.words.len().max(number / 64 + 1), 0);
            if let Some(word) = bits.words.get_mut(number / 64) {
                *word |= 1 << (number % 64);
            }
        }
        bits
    }
}

impl Calendar {
    pub(super) fn new(program: &Program) -> Self {
        let mut days = Days::default();
        let dates: Vec<_> = program.norms.iter().map(|norm| days.changes(program, norm)).collect();
        let changes: BTreeSet<Instant> = dates.iter().flatten().copied().collect();
        let mut memberships = BTreeSet::new();
        for bloc in &program.blocs.blocs {
            let members = bloc.members.iter();
            let days_of_change =
                members.flat_map(|member| [Some(member.from), member.until]).flatten();
            memberships.extend(days_of_change.flat_map(|day| days.starts(day, &bloc.zone)));
        }
        let mut calendar = Self {
            changes: changes.into_iter().collect(),
            memberships: memberships.into_iter().collect(),
            ..Self::default()
        };
        let mut numbers: HashMap<Place, u32> = HashMap::default();
        for (norm, dates) in program.norms.iter().zip(&dates) {
            calendar.add_to(norm.place, &mut numbers);
            let stretches = norm.kind.rule().map(|_| calendar.stretches(program, norm, dates));
            calendar.may_apply.push(stretches.unwrap_or_default());
        }
        for counter in &program.counters {
            calendar.add_to(counter.place, &mut numbers);
            calendar.may_apply.push([(0, true)].into());
        }
        calendar
    }

    /// Adds the next norm or counter to a jurisdiction.
    fn add_to(&mut self, place: Place, numbers: &mut HashMap<Place, u32>) {
        let next = to_u32(self.jurisdictions.len());
        let number = *numbers.entry(place).or_insert(next);
        if number == next {
            self.jurisdictions.push(place);
        }
        self.jurisdiction_of_rules.push(number);
    }

    /// Whether a rule may apply before its first date, and after each of its dates.
    fn stretches(
        &self,
        program: &Program,
        norm: &Norm,
        dates: &[Instant],
    ) -> Box<[(Stretch, bool)]> {
        let may_apply = |at| Force::of(program, norm, Dates::only(at)).truth() != Truth::False;
        // A rule without dates is the same at every instant, such as the epoch.
        let before = dates.first().map_or(Some(Instant::EPOCH), |first| first.plus_nanos(-1));
        let before = before.map(|at| (0, may_apply(at)));
        let after = dates.iter().map(|date| (self.stretch(*date), may_apply(*date)));
        let mut stretches: Vec<_> = before.into_iter().chain(after).collect();
        stretches.dedup_by_key(|(_, may_apply)| *may_apply);
        stretches.into()
    }

    /// The stretch that contains an instant.
    pub(crate) fn stretch(&self, at: Instant) -> Stretch {
        changes_before(&self.changes, at)
    }

    /// The number of changes of membership before an instant.
    pub(crate) fn membership(&self, at: Instant) -> Stretch {
        changes_before(&self.memberships, at)
    }

    /// For each norm, then for each counter, the index of its jurisdiction.
    pub(crate) fn jurisdiction_of_rules(&self) -> &[u32] {
        &self.jurisdiction_of_rules
    }

    /// The rules that are or may be in force in a stretch. Takes time linear in the number of rules.
    pub(crate) fn in_force(&self, stretch: Stretch) -> Bits {
        let may_apply = |stretches: &[(Stretch, bool)]| {
            let begun = stretches.partition_point(|(from, _)| *from <= stretch);
            let last = begun.checked_sub(1).and_then(|index| stretches.get(index));
            last.is_some_and(|(_, may_apply)| *may_apply)
        };
        let numbered = self.may_apply.iter().enumerate();
        numbered.filter(|(_, stretches)| may_apply(stretches)).map(|(rule, _)| rule).collect()
    }

    /// The jurisdictions that contain a place and have rules.
    pub(crate) fn jurisdictions(&self, blocs: &Blocs, place: Place, at: Instant) -> Bits {
        let chain = blocs.chain(place, at);
        let numbered = self.jurisdictions.iter().enumerate();
        numbered.filter(|(_, place)| chain.contains(place)).map(|(number, _)| number).collect()
    }
}

fn changes_before(changes: &[Instant], at: Instant) -> Stretch {
    to_u32(changes.partition_point(|change| *change <= at))
}

/// A cache of the instants at which days begin, by day and name of the zone.
#[derive(Default)]
struct Days {
    starts: HashMap<(Day, String), Vec<Instant>>,
}

impl Days {
    /// All instants at which a norm or its law may come into force or expire, in order.
    fn changes(&mut self, program: &Program, norm: &Norm) -> Vec<Instant> {
        let mut found = BTreeSet::new();
        let mut add = |in_force: InForce, zone: &Zone| {
            for day in in_force.start.day().into_iter().chain(in_force.until) {
                found.extend(self.starts(day, zone));
            }
        };
        add(norm.in_force, &norm.zone);
        for ground in &norm.basis.grounds {
            let dated = match ground {
                Ground::Article(index) => {
                    program.articles.get(*index).map(|article| (article.in_force, &article.zone))
                }
                Ground::Policy(index) => {
                    program.policies.get(*index).map(|policy| (policy.in_force, &policy.zone))
                }
            };
            if let Some((in_force, zone)) = dated {
                add(in_force, zone.as_ref().unwrap_or(&norm.zone));
            }
        }
        found.into_iter().collect()
    }

    fn starts(&mut self, day: Day, zone: &Zone) -> Vec<Instant> {
        let key = (day, zone.name().to_owned());
        self.starts.entry(key).or_insert_with(|| day.possible_starts(zone)).clone()
    }
}
