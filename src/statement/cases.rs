//! What statements are about: for each legal ground, the rules that rest on it and what they asked for, in the places where it
//! is the same.

use super::vocabulary;
use super::writer::Writer;
use crate::base::shared::Text;
use crate::base::time::Instant;
use crate::decision::force::{citation, grounds_to_name};
use crate::decision::{Decision, Matched, Outcome, Visible};
use crate::program::{Ground, Norm, Program};
use crate::state::Verdict;
use crate::world::place::Place;
use std::collections::{BTreeMap, BTreeSet};

/// The content of one statement.
pub(super) struct Case<'c, 'w> {
    /// The first decision that it is about, and what reads the record as it was then.
    pub(super) decision: &'c Decision,
    pub(super) writer: &'c Writer<'w>,
    pub(super) ground: Vec<Ground>,
    pub(super) measures: Measures<'c>,
    /// By id.
    pub(super) rules: BTreeMap<&'c str, Stated<'c, 'w>>,
    pub(super) places: BTreeSet<Place>,
    /// The states of the European Economic Area in which it acts, by their codes.
    pub(super) scope: BTreeSet<String>,
}

/// A rule of a case, and where it asked for the measures.
pub(super) struct Stated<'c, 'w> {
    pub(super) decision: &'c Decision,
    pub(super) writer: &'c Writer<'w>,
    pub(super) matched: &'c Matched,
    pub(super) norm: &'w Norm,
    pub(super) places: BTreeSet<Place>,
}

/// The strictest outcomes that the rules of a case ask for.
pub(super) struct Measures<'c> {
    pub(super) visibility: Vec<&'c Outcome>,
    pub(super) account: Vec<&'c Outcome>,
}

/// What tells one measure from another: what is done, since when, until when, and what is not known of its end.
type Identity = (String, Option<Instant>, Option<Instant>, Option<Text>, Vec<Text>);

impl<'c> Measures<'c> {
    /// The strictest outcomes of a decision that some of these rules ask for.
    fn of(program: &Program, decision: &'c Decision, rules: &[(&Matched, &Norm)]) -> Self {
        let asks = |outcome: &&Outcome| {
            rules.iter().any(|(matched, _)| outcome.is_asked_by(&matched.rule))
        };
        let is_about_account = |outcome: &&Outcome| {
            let action = program.actions.get(&*outcome.action);
            action.is_some_and(|action| action.kind.is_about_account())
        };
        let (account, visibility) = decision.strictest().filter(asks).partition(is_about_account);
        Self { visibility, account }
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &'c Outcome> {
        self.visibility.iter().chain(&self.account).copied()
    }

    fn identity(&self) -> Vec<Identity> {
        let identity = |one: &Outcome| {
            let Outcome { since, until, until_clock, until_missing, .. } = one.clone();
            (one.to_string(), since, until, until_clock, until_missing)
        };
        self.all().map(identity).collect()
    }
}

impl Case<'_, '_> {
    /// Whether it rests on law, and not on the platform's policies.
    pub(super) fn is_law(&self) -> bool {
        self.ground.iter().any(|one| matches!(one, Ground::Article(_)))
    }

    pub(super) fn places(&self) -> Vec<Place> {
        self.places.iter().copied().collect()
    }

    /// The instants at which it was decided, each with its places.
    pub(super) fn instants(&self) -> BTreeMap<Instant, BTreeSet<Place>> {
        let mut instants: BTreeMap<Instant, BTreeSet<Place>> = BTreeMap::new();
        for stated in self.rules.values() {
            instants.entry(stated.writer.at).or_default().extend(&stated.places);
        }
        instants
    }
}

/// The cases of the decisions about one record, each with what reads the record as it was at its instant. Places in which the
/// same is done on the same ground are in one case.
pub(super) fn cases<'c, 'w>(judged: &[(&'c Decision, &'c Writer<'w>)]) -> Vec<Case<'c, 'w>> {
    let mut cases: BTreeMap<(Vec<Ground>, Vec<Identity>), Case<'c, 'w>> = BTreeMap::new();
    for &(decision, writer) in judged {
        let asking = asking(decision, writer);
        for place in decision.places.iter().copied() {
            let states = states(writer, place);
            if states.is_empty() {
                continue;
            }
            let mut grounds: BTreeMap<Vec<Ground>, Vec<(&Matched, &Norm)>> = BTreeMap::new();
            for (matched, norm) in &asking {
                if writer.ruled(norm, place).map(|ruled| ruled.verdict) != Some(Verdict::Reversed) {
                    let ground = named_grounds(writer.program, norm, matched);
                    grounds.entry(ground).or_default().push((matched, norm));
                }
            }
            for (ground, rules) in grounds {
                let measures = Measures::of(writer.program, decision, &rules);
                let case = cases.entry((ground.clone(), measures.identity()));
                let case = case.or_insert_with(|| Case {
                    decision,
                    writer,
                    ground,
                    measures,
                    rules: BTreeMap::new(),
                    places: BTreeSet::new(),
                    scope: BTreeSet::new(),
                });
                case.places.insert(place);
                case.scope.extend(states.iter().cloned());
                for (matched, norm) in rules {
                    let stated = case.rules.entry(&matched.rule).or_insert_with(|| Stated {
                        decision,
                        writer,
                        matched,
                        norm,
                        places: BTreeSet::new(),
                    });
                    stated.places.insert(place);
                }
            }
        }
    }
    cases.into_values().collect()
}

/// The rules that ask for the strictest outcomes of a decision, and that may be told. Nobody may learn from a statement that there is a secret
/// order.
fn asking<'c, 'w>(decision: &'c Decision, writer: &Writer<'w>) -> Vec<(&'c Matched, &'w Norm)> {
    if decision.visible == Visible::No {
        return vec![];
    }
    let found = decision.matched.iter().filter_map(|matched| {
        let norm = writer.program.norms.get(writer.program.norm_index(&matched.rule)?)?;
        let asks = |outcome: &Outcome| outcome.is_asked_by(&matched.rule);
        (decision.strictest().any(asks) && !writer.rests_on_secret(norm)).then_some((matched, norm))
    });
    found.collect()
}

/// The states of the European Economic Area of which a place consists, or to which it belongs.
fn states(writer: &Writer<'_>, place: Place) -> BTreeSet<String> {
    let countries = place
        .country()
        .map_or_else(|| writer.program.blocs.countries_of(place, writer.at), |one| vec![one]);
    let codes = countries.iter().map(|country| country.code().to_owned());
    codes.filter(|code| vocabulary::is_state(code)).collect()
}

/// Of the grounds that a decision cites for a rule, those that a statement names: the articles, or else the policies.
fn named_grounds(program: &Program, norm: &Norm, matched: &Matched) -> Vec<Ground> {
    let is_cited = |ground: &Ground| {
        citation(program, *ground).is_some_and(|one| matched.basis.contains(&one))
    };
    grounds_to_name(norm.basis.grounds.iter().copied().filter(is_cited))
}
