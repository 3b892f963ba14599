//! Finds the instants at which the decision about a record changes in a place, and the dates that change it.

use crate::base::source::Sources;
use crate::base::time::{Day, Instant, Zone};
use crate::decision::{self, Decision};
use crate::face::ruleset::RuleSet;
use crate::interpret::{Interpreter, Turn, TurnCause, places_of_received, recorded_dates};
use crate::program::{Act, Ground, InForce, Norm, NormKind, OnUnanswered, Program, RuleBody};
use crate::record::{Record, SchemaMismatch};
use crate::world::lists::Completeness;
use crate::world::place::Place;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Bound::{Excluded, Unbounded};

/// The decisions about one record, one after another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Timeline {
    /// Places in which the same rules apply at all times.
    pub places: Vec<Place>,
    /// The zone in which their days begin, or UTC if they have several. People read times in it.
    #[serde(skip)]
    pub zone: Zone,
    /// In order, without gaps. The decisions of two neighbours differ in more than dates and what is overdue.
    pub stretches: Vec<Stretch>,
}

/// A period in which the decision stays the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Stretch {
    /// Its first instant; `None` for the first stretch.
    pub from: Option<Instant>,
    /// What begins or ends then and changes the decision.
    pub because: Vec<Cause>,
    /// The decision at its first instant.
    pub decision: Decision,
}

/// Something that changes a decision by beginning or ending.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[non_exhaustive]
pub struct Cause {
    /// What it is.
    pub kind: CauseKind,
    /// Its id: `kz.platforms.measures`, `kz.scam_hosts`, `EU`, `order.received_at`; the text of a comparison.
    pub id: String,
    /// Whether it begins; else it ends. True also of what does neither: entries of a set, events, comparisons.
    pub begins: bool,
}

/// Kinds of [`Cause`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say all")]
pub enum CauseKind {
    Article,
    Policy,
    Rule,
    /// Entries of a set.
    Set,
    /// The completeness of a register.
    Register,
    /// Membership of the place in a bloc.
    Bloc,
    /// The outcome of a rule.
    Outcome,
    /// Something that the record says happened.
    Event,
    /// A comparison with `at`.
    Comparison,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (prefix, begins, ends) = match self.kind {
            CauseKind::Article | CauseKind::Policy | CauseKind::Rule => ("", "begins", "ends"),
            CauseKind::Set => ("entries of ", "begin or end", "begin or end"),
            CauseKind::Register => ("the completeness of ", "begins", "ends"),
            CauseKind::Bloc => ("membership in ", "begins", "ends"),
            CauseKind::Outcome => ("the outcome of ", "begins", "ends"),
            CauseKind::Event => ("", "is reached", "is reached"),
            CauseKind::Comparison => ("", "changes", "changes"),
        };
        write!(f, "{prefix}{} {}", self.id, if self.begins { begins } else { ends })
    }
}

impl RuleSet {
    /// When the decisions about a record change. Places in which the same rules apply share a timeline.
    ///
    /// # Errors
    /// Only when a rule set with another schema has read the record.
    pub fn timelines(
        &self,
        record: &Record,
        places: &[Place],
    ) -> Result<Vec<Timeline>, SchemaMismatch> {
        let record = record.for_schema(self.schema())?;
        let relevant = relevant_places(self.program(), record);
        let mut groups: Vec<(Vec<Membership>, Vec<Place>)> = vec![];
        for place in places {
            let memberships = memberships(self.program(), &relevant, *place);
            match groups.iter_mut().find(|(known, _)| *known == memberships) {
                Some((_, group)) => group.push(*place),
                None => groups.push((memberships, vec![*place])),
            }
        }
        let (program, sources) = (self.program(), self.sources());
        let groups = groups.into_iter();
        Ok(groups.filter_map(|(_, places)| timeline(program, sources, record, places)).collect())
    }
}

/// A place that matters to decisions, and the periods in which another place belongs to it.
type Membership = (Place, Vec<(Option<Day>, Option<Day>)>);

/// The places that have rules, and those that matter to orders and notices, if the record has any.
fn relevant_places(program: &Program, record: &Record) -> BTreeSet<Place> {
    let mut places: BTreeSet<Place> = program.norms.iter().map(|norm| norm.place).collect();
    let of_orders = places_of_received(&program.schema, record.root());
    if !of_orders.is_empty() {
        places.extend(of_orders);
        places.extend(program.on_unanswered.iter().map(|one| one.place));
    }
    places
}

/// The relevant places to which a place belongs, and when.
fn memberships(program: &Program, relevant: &BTreeSet<Place>, place: Place) -> Vec<Membership> {
    let above = relevant.iter().filter(|outer| program.blocs.ever_within(place, **outer));
    above.map(|outer| (*outer, program.blocs.membership(place, *outer))).collect()
}

/// Something that begins or ends, and the norms that it can affect.
struct Change {
    cause: Cause,
    norms: BTreeSet<usize>,
}

fn timeline(
    program: &Program,
    sources: &Sources,
    record: &Record,
    places: Vec<Place>,
) -> Option<Timeline> {
    let place = *places.first()?;
    let mut changes = changes(program, record, place);
    let decide = |at, changes: &mut Changes| {
        let interpreter = Interpreter::watching(program, record, at);
        let (decision, ends) = decision::decide_with_ends(&interpreter, place);
        changes.add_turns(program, sources, interpreter.turns());
        changes.add_ends(program, ends);
        decision
    };
    let mut start = changes.before_first().or(record.latest()).unwrap_or(Instant::EPOCH);
    let first = loop {
        let decision = decide(start, &mut changes);
        // The decision may show that a comparison changes, or an outcome ends, before that.
        match changes.before_first() {
            Some(before) if before < start => start = before,
            Some(_) | None => break Stretch { from: None, because: vec![], decision },
        }
    };
    let mut stretches = vec![first];
    let mut next = changes.found.keys().next().copied();
    while let Some(at) = next {
        let decision = decide(at, &mut changes);
        let Some(last) = stretches.last() else { break };
        if without_dates(&last.decision) != without_dates(&decision) {
            let here = changes.found.get(&at).map(Vec::as_slice).unwrap_or_default();
            let because = causes(program, here, &last.decision, &decision);
            stretches.push(Stretch { from: Some(at), because, decision });
        }
        next = changes.found.range((Excluded(at), Unbounded)).next().map(|(at, _)| *at);
    }
    let last = stretches.last().and_then(|stretch| stretch.from).unwrap_or(start);
    Some(Timeline { zone: program.zone_of_all(&places, last), places, stretches })
}

/// A decision without the dates and other details that change with every instant, so that it can be compared with another.
fn without_dates(decision: &Decision) -> Decision {
    let mut bare = decision.clone();
    // It matters whether there is a date, but not which date.
    let hide = |date: &mut Option<Instant>| *date = date.map(|_| Instant::EPOCH);
    for outcome in &mut bare.outcomes {
        hide(&mut outcome.due);
        hide(&mut outcome.until);
        outcome.overdue = false;
    }
    if let Some(due) = &mut bare.outcome_due {
        hide(&mut due.due);
        due.overdue = false;
    }
    for obligation in &mut bare.obligations {
        hide(&mut obligation.due);
        hide(&mut obligation.until);
        obligation.overdue = false;
    }
    bare.visible = decision::Visible::Unknown;
    bare
}

/// The causes among the changes at an instant: those that concern the rules whose state changed. If no state changed, all of
/// them.
fn causes(
    program: &Program,
    changes: &[Change],
    before: &Decision,
    after: &Decision,
) -> Vec<Cause> {
    let (before, after) = (rule_states(before), rule_states(after));
    let changed: BTreeSet<&str> =
        before.symmetric_difference(&after).map(|(rule, _)| rule.as_str()).collect();
    let concerns = |change: &&Change| {
        change.norms.iter().any(|norm| !changed.is_disjoint(&rules_of(program, *norm)))
    };
    let mut causes: BTreeSet<Cause> =
        changes.iter().filter(concerns).map(|change| change.cause.clone()).collect();
    if causes.is_empty() {
        causes = changes.iter().map(|change| change.cause.clone()).collect();
    }
    causes.into_iter().collect()
}

/// The state of each rule that matters to a decision, with its basis or the exceptions that lift it.
fn rule_states(decision: &Decision) -> BTreeSet<(String, String)> {
    let state = |rule: &str, state: String| (rule.to_owned(), state);
    let matched =
        decision.matched.iter().map(|rule| state(&rule.rule, format!("fires {:?}", rule.basis)));
    let lifted =
        decision.defeated.iter().map(|rule| state(&rule.rule, format!("lifted {:?}", rule.by)));
    let undetermined =
        decision.undetermined.iter().map(|rule| state(&rule.rule, "undetermined".into()));
    let shadow = decision.shadow.iter().map(|rule| state(&rule.rule, format!("{:?}", rule.state)));
    let gaps = decision.gaps.iter().map(|rule| state(&rule.rule, "gap".into()));
    let obligations = decision.obligations.iter().flat_map(|obligation| {
        let text = format!("{} {}", obligation.action, obligation.due.is_some());
        obligation.rules.iter().map(move |rule| state(rule, text.clone()))
    });
    let outcomes = decision.outcomes.iter().flat_map(|outcome| {
        let text = format!("{outcome} {}", outcome.due.is_some());
        outcome.rules.iter().map(move |rule| state(rule, text.clone()))
    });
    let norms = matched.chain(lifted).chain(undetermined).chain(shadow).chain(gaps);
    norms.chain(outcomes).chain(obligations).collect()
}

/// The rules that a norm affects: itself, or those at the ends of the chains of exceptions that begin with it.
fn rules_of(program: &Program, norm: usize) -> BTreeSet<&str> {
    let (mut pending, mut reached) = (vec![norm], BTreeSet::new());
    let mut rules = BTreeSet::new();
    while let Some(index) = pending.pop() {
        match program.norms.get(index).filter(|_| reached.insert(index)) {
            Some(Norm { kind: NormKind::Exception { defeats }, .. }) => pending.extend(defeats),
            Some(Norm { kind: NormKind::Rule(_), id, .. }) => {
                rules.insert(id.as_str());
            }
            None => {}
        }
    }
    rules
}

/// The instants known in advance at which the decision could change, with what begins or ends then.
fn changes(program: &Program, record: &Record, place: Place) -> Changes {
    let mut changes = Changes { found: BTreeMap::new() };
    for (index, norm) in program.norms.iter().enumerate() {
        if program.blocs.ever_within(place, norm.place) {
            changes.add_norm(program, index, norm);
        }
    }
    for one in &program.on_unanswered {
        if program.blocs.ever_within(place, one.place) {
            changes.add_service_levels(program, one);
        }
    }
    for bloc in &program.blocs.blocs {
        let cause = |begins| Cause { kind: CauseKind::Bloc, id: bloc.place.to_string(), begins };
        let norms = program.norms.iter().enumerate();
        let of_bloc = norms.filter(|(_, norm)| norm.place == bloc.place).map(|(index, _)| index);
        let of_bloc: BTreeSet<usize> = of_bloc.collect();
        for member in bloc.members.iter().filter(|member| Some(member.country) == place.country()) {
            changes.add_day(member.from, &bloc.zone, cause(true), of_bloc.clone());
            if let Some(until) = member.until {
                changes.add_day(until, &bloc.zone, cause(false), of_bloc.clone());
            }
        }
    }
    for (id, at) in recorded_dates(program, record) {
        let cause = Cause { kind: CauseKind::Event, id, begins: true };
        changes.add(at, cause, (0..program.norms.len()).collect());
    }
    changes
}

struct Changes {
    found: BTreeMap<Instant, Vec<Change>>,
}

impl Changes {
    /// The last instant before all changes.
    fn before_first(&self) -> Option<Instant> {
        self.found.keys().next()?.plus_nanos(-1)
    }

    fn add(&mut self, at: Instant, cause: Cause, norms: BTreeSet<usize>) {
        let here = self.found.entry(at).or_default();
        match here.iter_mut().find(|change| change.cause == cause) {
            Some(change) => change.norms.extend(norms),
            None => here.push(Change { cause, norms }),
        }
    }

    /// Adds the instants at which evaluated conditions change. What changes in a stretch is found by the decision at its
    /// beginning, so earlier stretches need no further decision.
    fn add_turns(&mut self, program: &Program, sources: &Sources, turns: BTreeSet<Turn<'_>>) {
        for turn in turns {
            let cause = match turn.cause {
                TurnCause::Comparison(at) => {
                    Cause { kind: CauseKind::Comparison, id: sources.on_one_line(at), begins: true }
                }
                TurnCause::Membership { bloc, begins } => {
                    Cause { kind: CauseKind::Bloc, id: bloc.to_string(), begins }
                }
            };
            let norm = program.norm_index(turn.norm);
            self.add(turn.at, cause, norm.into_iter().collect());
        }
    }

    fn add_day(&mut self, day: Day, zone: &Zone, cause: Cause, norms: BTreeSet<usize>) {
        if let Some(at) = day.start(zone) {
            self.add(at, cause, norms);
        }
    }

    fn add_norm(&mut self, program: &Program, index: usize, norm: &Norm) {
        let cause = |kind, id: &str| Cause { kind, id: id.to_owned(), begins: true };
        let norms = BTreeSet::from([index]);
        self.add_period(norm.in_force, &norm.zone, &cause(CauseKind::Rule, &norm.id), &norms);
        let service_level = |act: &Act| act.within.map(|(_, _, policy)| Ground::Policy(policy));
        let acts = norm.kind.rule().into_iter().flat_map(RuleBody::acts);
        for ground in norm.basis.grounds.iter().copied().chain(acts.filter_map(service_level)) {
            let period = match ground {
                Ground::Article(article) => program.articles.get(article).map(|article| {
                    (article.in_force, &article.zone, cause(CauseKind::Article, &article.id))
                }),
                Ground::Policy(policy) => program.policies.get(policy).map(|policy| {
                    (policy.in_force, &policy.zone, cause(CauseKind::Policy, &policy.id))
                }),
            };
            let Some((in_force, zone, cause)) = period else { continue };
            self.add_period(in_force, zone.as_ref().unwrap_or(&norm.zone), &cause, &norms);
        }
        let sets = program.sets_of(norm).into_iter();
        for set in sets.filter_map(|set| program.sets.get(set)) {
            let cause = cause(CauseKind::Set, &set.id);
            for day in set.days() {
                self.add_day(day, &norm.zone, cause.clone(), norms.clone());
            }
            if let Completeness::Between(from, until) = set.completeness {
                let cause = |begins| Cause { kind: CauseKind::Register, begins, ..cause.clone() };
                self.add_day(from, &norm.zone, cause(true), norms.clone());
                self.add_day(until, &norm.zone, cause(false), norms.clone());
            }
        }
    }

    /// Adds the days of the policies that promise when people look at unanswered orders and notices.
    fn add_service_levels(&mut self, program: &Program, on_unanswered: &OnUnanswered) {
        let policies = on_unanswered.acts.iter().filter_map(|act| act.within);
        for policy in policies.filter_map(|(_, _, policy)| program.policies.get(policy)) {
            let cause = Cause { kind: CauseKind::Policy, id: policy.id.clone(), begins: true };
            let zone = policy.zone.as_ref().unwrap_or(&on_unanswered.zone);
            self.add_period(policy.in_force, zone, &cause, &BTreeSet::new());
        }
    }

    /// Adds the instants at which outcomes of rules end.
    fn add_ends(&mut self, program: &Program, ends: Vec<(usize, Instant)>) {
        for (norm, end) in ends {
            let Some(id) = program.norms.get(norm).map(|norm| norm.id.clone()) else { continue };
            let cause = Cause { kind: CauseKind::Outcome, id, begins: false };
            self.add(end, cause, BTreeSet::from([norm]));
        }
    }

    fn add_period(
        &mut self,
        in_force: InForce,
        zone: &Zone,
        cause: &Cause,
        norms: &BTreeSet<usize>,
    ) {
        if let Some(day) = in_force.start.day() {
            self.add_day(day, zone, cause.clone(), norms.clone());
        }
        if let Some(until) = in_force.until {
            self.add_day(until, zone, Cause { begins: false, ..cause.clone() }, norms.clone());
        }
    }
}

#[cfg(test)]
mod tests;
