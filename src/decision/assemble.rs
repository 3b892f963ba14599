//! Makes a decision from findings: applies the norms of a place, lets exceptions lift rules, and collects the actions of
//! the rules that remain.

mod dates;
mod judged;

use super::due::{Due, OutcomeKey, Task, Wish, strictest};
use super::force::{Dates, Force, basis_in_force};
use super::judge::Judge;
use super::remember::state_seen;
use super::{
    Decision, Defeated, DefeatedBy, Gap, Marking, Matched, OutcomeDue, Shadow, ShadowState,
    Undetermined, Visible,
};
use crate::base::shared::Text;
use crate::base::time::Instant;
use crate::interpret::Interpreter;
use crate::program::outcome::{Finding, Received, Truth};
use crate::program::{Act, ActionKind, JudgedBy, Norm, NormKind, Program, RuleBody, Takes};
use crate::record::{Audience, Visibility};
use crate::world::place::{Blocs, Place};
use judged::Judged;
use std::cell::{OnceCell, RefCell};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

/// The name of the outcome when no rule asks for one.
pub(crate) const NOTHING: &str = "none";

/// The decision for one place.
pub(crate) fn decide(interpreter: &Interpreter<'_>, place: Place) -> Decision {
    with_assembly(interpreter, |assembly| assembly.decide(place))
}

/// The decisions for several places. Places with equal decisions share one.
pub(crate) fn decide_all(interpreter: &Interpreter<'_>, places: &[Place]) -> Vec<Decision> {
    with_assembly(interpreter, |assembly| assembly.decide_all(places))
}

/// The decision for one place, and the instants at which outcomes of its rules end, with the rules.
pub(crate) fn decide_with_ends(
    interpreter: &Interpreter<'_>,
    place: Place,
) -> (Decision, Vec<(usize, Instant)>) {
    let Interpreter { program, record, at, .. } = *interpreter;
    let may_matter = |norm: &Norm| norm.kind.rule().is_some() && may_matter(program, norm, at);
    let norms = program.norms.iter().enumerate().filter(|(_, norm)| may_matter(norm));
    let rules: Vec<usize> = norms.map(|(index, _)| index).collect();
    let assembly = Assembly::new(program, record.visibility(), at, &rules, interpreter);
    (assembly.decide(place), assembly.ends(place))
}

/// Whether a rule may change a decision: not if it or its basis is certainly not in force. Then its condition and its
/// exceptions need not be evaluated.
fn may_matter(program: &Program, norm: &Norm, at: Instant) -> bool {
    let is_by_decision = program.articles_of(norm).all(|article| match article.judged_by {
        JudgedBy::Decision => true,
        JudgedBy::Sending { .. } | JudgedBy::Receipt => false,
    });
    let basis = || basis_in_force(program, norm, Dates::on(at));
    norm.in_force.contains(at.day(&norm.zone)) != Truth::False
        && !(is_by_decision && basis() == Truth::False)
}

/// The condition of a norm with this index, and the law that counts for it.
pub(crate) fn judged(interpreter: &Interpreter<'_>, index: usize) -> Option<Judged> {
    let Interpreter { program, record, at, .. } = *interpreter;
    let assembly = Assembly::new(program, record.visibility(), at, &[], interpreter);
    Some(assembly.judge_norm(index, program.norms.get(index)?))
}

/// The decision for a place in which the conditions of all rules are false.
pub(crate) fn empty_decision(
    record: Visibility<'_>,
    blocs: &Blocs,
    place: Place,
    at: Instant,
) -> Decision {
    Decision {
        places: vec![place],
        at: None,
        asked: true,
        visible: visible(record, blocs, place, at),
        outcomes: vec![],
        outcome: NOTHING.into(),
        account: NOTHING.into(),
        complete: true,
        outcome_due: None,
        obligations: vec![],
        unanswered: vec![],
        matched: vec![],
        defeated: vec![],
        undetermined: vec![],
        shadow: vec![],
        gaps: vec![],
        state: vec![],
        marks: vec![],
    }
}

/// The decisions for several places in which the conditions of all rules are false. Places with the same visibility
/// share one.
pub(crate) fn empty_decisions(
    record: Visibility<'_>,
    blocs: &Blocs,
    places: &[Place],
    at: Instant,
) -> Vec<Decision> {
    let places: BTreeSet<Place> = places.iter().copied().collect();
    let mut groups: Vec<Decision> = vec![];
    for place in places {
        let decision = empty_decision(record, blocs, place, at);
        match groups.iter_mut().find(|group| group.visible == decision.visible) {
            Some(group) => group.places.push(place),
            None => groups.push(decision),
        }
    }
    groups
}

fn with_assembly<T>(
    interpreter: &Interpreter<'_>,
    evaluate: impl FnOnce(&Assembly<'_, '_>) -> T,
) -> T {
    let Interpreter { program, record, at, .. } = *interpreter;
    evaluate(&Assembly::new(program, record.visibility(), at, &program.rules(), interpreter))
}

/// Applies the norms of a program to one record. Works with both the interpreter and the engine.
pub(crate) struct Assembly<'p, 'e> {
    pub(super) program: &'p Program,
    pub(super) visibility: Visibility<'e>,
    pub(super) at: Instant,
    /// The rules to consider, in order. Rules whose condition is false may be left out: they do not change the
    /// decision.
    pub(super) rules: &'e [usize],
    pub(super) judge: &'e dyn Judge<'p>,
    /// The conditions judged so far. Conditions do not depend on the place, so each is evaluated once.
    judged: RefCell<HashMap<usize, Rc<Judged>>>,
    /// The orders and notices that are seen.
    received: OnceCell<Vec<Received>>,
}

/// The state of a norm in one place.
#[derive(Clone, Debug)]
pub(crate) struct Verdict<'p> {
    pub(crate) norm: &'p Norm,
    /// Whether it and its basis are in force. Unknown means a gap: a date that decides it is not known.
    pub(crate) in_force: Truth,
    /// The same for each of its grounds.
    pub(crate) force: Force,
    pub(crate) finding: Rc<Finding>,
    /// The paths of the orders and notices that the condition did not see, because nothing that it cites was in force for
    /// them.
    pub(crate) hidden: BTreeSet<String>,
    /// The truth of the norm: whether its condition is true and no exception lifts it.
    pub(crate) truth: Truth,
    /// What was missing, if `truth` is unknown.
    pub(crate) missing: BTreeSet<String>,
    /// The exceptions that apply.
    pub(crate) defeated_by: Vec<DefeatedBy>,
}

/// A decision to which rules are still added.
pub(super) struct Draft<'p> {
    place: Place,
    pub(super) decision: Decision,
    /// The outcomes that rules ask for.
    outcomes: BTreeMap<OutcomeKey<'p>, Wish>,
    /// The obligations, by action and target.
    pub(super) tasks: BTreeMap<(String, Option<String>), Task>,
    /// The marks that rules set or clear, by id.
    marks: BTreeMap<&'p str, Marking>,
    /// Whether a mark is not set because its end is not known.
    has_open_mark: bool,
}

impl<'p, 'e> Assembly<'p, 'e> {
    pub(crate) fn new(
        program: &'p Program,
        visibility: Visibility<'e>,
        at: Instant,
        rules: &'e [usize],
        judge: &'e dyn Judge<'p>,
    ) -> Self {
        Self {
            program,
            visibility,
            at,
            rules,
            judge,
            judged: RefCell::default(),
            received: OnceCell::new(),
        }
    }

    pub(crate) fn decide(&self, place: Place) -> Decision {
        let decision = empty_decision(self.visibility, &self.program.blocs, place, self.at);
        let mut draft = Draft {
            place,
            decision,
            outcomes: BTreeMap::new(),
            tasks: BTreeMap::new(),
            marks: BTreeMap::new(),
            has_open_mark: false,
        };
        let verdicts = self.verdicts(place);
        let effective_exceptions = effective_exceptions(&verdicts);
        for (index, verdict) in &verdicts {
            match &verdict.norm.kind {
                NormKind::Rule(rule) => self.add_rule(verdict, rule, &mut draft),
                NormKind::Exception { defeats } => {
                    // An exception that may be in force must not be ignored silently, so it is reported as a gap.
                    let is_open = verdict.in_force == Truth::Unknown && verdict.might_apply();
                    if is_open && may_have_effect(&verdicts, defeats) {
                        draft.decision.gaps.push(self.gap(verdict));
                    }
                    if effective_exceptions.contains(index) && verdict.truth == Truth::False {
                        draft.decision.defeated.push(defeated(verdict));
                    }
                }
            }
        }
        self.add_unanswered(place, &verdicts, &mut draft);
        draft.decision.state = state_seen(self.reads_that_matter(&verdicts));
        let Draft { place: _, mut decision, outcomes, tasks, marks, has_open_mark } = draft;
        decision.marks = marks.into_values().collect();
        let [outcome, account] = strictest(&outcomes);
        decision.outcome = outcome.unwrap_or(NOTHING).into();
        decision.account = account.unwrap_or(NOTHING).into();
        decision.outcome_due = self.outcome_due(&outcomes, [outcome, account]);
        let outcomes = outcomes.into_iter();
        let outcomes =
            outcomes.map(|(key, wish)| wish.into_outcome(key.action, key.target, self.at));
        decision.outcomes = outcomes.collect();
        let tasks = tasks.into_iter();
        let obligations =
            tasks.map(|((action, to), task)| task.into_obligation(action, to, self.at));
        decision.obligations = obligations.collect();
        let ends_are_known = decision.outcomes.iter().all(|one| one.until_missing.is_empty());
        decision.complete = decision.undetermined.is_empty() && ends_are_known && !has_open_mark;
        decision
    }

    pub(crate) fn decide_all(&self, places: &[Place]) -> Vec<Decision> {
        let places: BTreeSet<Place> = places.iter().copied().collect();
        let mut relevant = self.places_of_rules();
        let received = self.received();
        if !received.is_empty() {
            relevant.extend(received.iter().flat_map(|one| &one.places));
            relevant.extend(self.program.on_unanswered.iter().map(|one| one.place));
        }
        let mut known: HashMap<(Vec<Place>, Visible), usize> = HashMap::new();
        let mut groups: Vec<(Vec<Place>, Decision)> = vec![];
        for place in places {
            let mut chain = self.program.blocs.chain(place, self.at);
            chain.retain(|above| relevant.contains(above));
            let visible = visible(self.visibility, &self.program.blocs, place, self.at);
            let group = *known.entry((chain, visible)).or_insert_with(|| {
                let decision = Decision { places: vec![], ..self.decide(place) };
                groups.iter().position(|(_, one)| *one == decision).unwrap_or_else(|| {
                    groups.push((vec![], decision));
                    groups.len() - 1
                })
            });
            if let Some((together, _)) = groups.get_mut(group) {
                together.push(place);
            }
        }
        groups.into_iter().map(|(places, decision)| Decision { places, ..decision }).collect()
    }

    /// The places of the considered rules and of their exceptions. Two places have the same decision if the same of
    /// these places contain them.
    fn places_of_rules(&self) -> HashSet<Place> {
        let (mut pending, mut reached) = (self.rules.to_vec(), BTreeSet::new());
        let mut places = HashSet::new();
        while let Some(index) = pending.pop() {
            let norm = self.program.norms.get(index).filter(|_| reached.insert(index));
            let Some(norm) = norm else { continue };
            places.insert(norm.place);
            pending.extend(&norm.defeated_by);
        }
        places
    }

    /// The verdicts on the norms that apply in a place, in the order of their ids.
    pub(crate) fn verdicts(&self, place: Place) -> BTreeMap<usize, Verdict<'p>> {
        self.verdicts_of(place, self.rules)
    }

    /// The verdicts on some rules and on all exceptions to them that apply in a place.
    pub(super) fn verdicts_of(
        &self,
        place: Place,
        rules: &[usize],
    ) -> BTreeMap<usize, Verdict<'p>> {
        let chain = self.program.blocs.chain(place, self.at);
        let (mut pending, mut reached) = (rules.to_vec(), BTreeSet::new());
        while let Some(index) = pending.pop() {
            let norm = self.program.norms.get(index).filter(|norm| chain.contains(&norm.place));
            let Some(norm) = norm else { continue };
            if reached.insert((norm.depth, index)) {
                pending.extend(&norm.defeated_by);
            }
        }
        // The verdict on a norm depends on the verdicts on its exceptions, which are deeper.
        let mut verdicts = BTreeMap::new();
        for (_, index) in reached.into_iter().rev() {
            let Some(norm) = self.program.norms.get(index) else { continue };
            let verdict = self.verdict(index, norm, &verdicts);
            verdicts.insert(index, verdict);
        }
        verdicts
    }

    /// The verdict on a norm, from the verdicts on its exceptions.
    fn verdict(
        &self,
        index: usize,
        norm: &'p Norm,
        judged: &BTreeMap<usize, Verdict<'p>>,
    ) -> Verdict<'p> {
        let Judged { finding, force, hidden } = (*self.judged(index, norm)).clone();
        let exceptions = norm.defeated_by.iter().filter_map(|exception| judged.get(exception));
        let exceptions: Vec<_> = exceptions.filter(|one| one.in_force == Truth::True).collect();
        let is_lifted = exceptions.iter().map(|one| one.truth).fold(Truth::False, Truth::or);
        let truth = finding.truth.and(!is_lifted);
        let mut missing = BTreeSet::new();
        if truth == Truth::Unknown {
            missing.extend(finding.missing.iter().cloned());
            missing.extend(exceptions.iter().flat_map(|one| one.missing.iter().cloned()));
        }
        let applied = exceptions.iter().filter(|one| one.truth == Truth::True);
        let defeated_by = applied.map(|one| DefeatedBy {
            exception: (&one.norm.id).into(),
            title: (&one.norm.title).into(),
            basis: one.force.citations(self.program),
        });
        Verdict {
            norm,
            in_force: force.truth(),
            force,
            hidden,
            truth,
            missing,
            defeated_by: defeated_by.collect(),
            finding,
        }
    }

    /// The orders and notices that are seen.
    pub(super) fn received(&self) -> &[Received] {
        self.received.get_or_init(|| self.judge.received())
    }

    fn judged(&self, index: usize, norm: &'p Norm) -> Rc<Judged> {
        if let Some(judged) = self.judged.borrow().get(&index) {
            return judged.clone();
        }
        self.find_additions_for(norm);
        let judged = Rc::new(self.judge_norm(index, norm));
        self.judged.borrow_mut().insert(index, judged.clone());
        judged
    }

    /// Adds what a rule contributes to the decision.
    fn add_rule(&self, verdict: &Verdict<'p>, rule: &'p RuleBody, draft: &mut Draft<'p>) {
        let Norm { id, title, .. } = verdict.norm;
        match (verdict.in_force, verdict.state()) {
            (Truth::False, _) | (_, None) => {}
            (_, Some(state)) if rule.shadow => {
                if verdict.in_force == Truth::True {
                    draft.decision.shadow.push(self.shadow(verdict, rule, state));
                }
            }
            (Truth::Unknown, Some(ShadowState::Defeated)) => {}
            (Truth::Unknown, Some(_)) => draft.decision.gaps.push(self.gap(verdict)),
            (Truth::True, Some(ShadowState::Fires)) => {
                draft.decision.matched.push(Matched {
                    rule: id.into(),
                    title: title.into(),
                    category: rule.category.map(Text::from),
                    severity: rule.severity.map(Text::from),
                    basis: verdict.force.citations(self.program),
                    evidence: verdict.finding.evidence.clone(),
                });
                self.add_acts(verdict, &rule.then, draft);
            }
            (Truth::True, Some(ShadowState::Defeated)) => {
                draft.decision.defeated.push(defeated(verdict))
            }
            (Truth::True, Some(ShadowState::Undetermined)) => {
                draft.decision.undetermined.push(Undetermined {
                    rule: id.into(),
                    title: title.into(),
                    missing: verdict.missing.iter().map(Text::from).collect(),
                });
                self.add_acts(verdict, &rule.on_unknown, draft);
            }
        }
    }

    fn gap(&self, verdict: &Verdict<'_>) -> Gap {
        Gap {
            rule: (&verdict.norm.id).into(),
            title: (&verdict.norm.title).into(),
            unknown: verdict.force.unknown(self.program, verdict.norm),
        }
    }

    fn shadow(&self, verdict: &Verdict<'p>, rule: &RuleBody, state: ShadowState) -> Shadow {
        Shadow {
            rule: (&verdict.norm.id).into(),
            title: (&verdict.norm.title).into(),
            category: rule.category.map(Text::from),
            severity: rule.severity.map(Text::from),
            would: rule.then.iter().map(|act| action_text(self.program, act).into()).collect(),
            state,
            basis: verdict.force.citations(self.program),
            evidence: verdict.finding.evidence.clone(),
            missing: verdict.missing.iter().map(Text::from).collect(),
            defeated_by: verdict.defeated_by.clone(),
        }
    }

    /// Adds the actions of a rule. An outcome must meet both the deadline of the law and that of the rule. An
    /// obligation has the deadline of the rule or, without one, that of the law.
    fn add_acts(&self, verdict: &Verdict<'p>, acts: &'p [Act], draft: &mut Draft<'p>) {
        let norm = verdict.norm;
        for act in acts {
            let Some((name, action)) = self.program.actions.get_index(act.action) else { continue };
            let law = self.due_by_law(verdict);
            let own = self.service_level(verdict, act);
            match action.kind {
                ActionKind::Obligation => {
                    let due = if own.is_set() { own } else { law };
                    let key = (name.clone(), act.to.clone());
                    let retention = self.retention(verdict, act, self.at);
                    let task = draft.tasks.entry(key).or_default();
                    task.add(&norm.id, due, retention);
                    task.is_held |=
                        act.to.as_deref() == Some(AUTHOR) && verdict.finding.rests_on_secret();
                }
                ActionKind::Mark(change) => {
                    let Some(mark) = act.to.as_deref() else { continue };
                    let end = self.end(verdict, act, self.at);
                    if end.is_unknown() {
                        draft.has_open_mark = true;
                        continue;
                    }
                    let end = end.known();
                    let mark = draft.marks.entry(mark).or_insert_with(|| Marking::new(mark));
                    mark.add(&norm.id, change, end);
                }
                ActionKind::Content(level) | ActionKind::Account(level) => {
                    let (since, end) = self.time_of(verdict, act, draft.place);
                    // What is over is not asked for.
                    if end.known().is_some_and(|end| end <= self.at) {
                        continue;
                    }
                    let key = OutcomeKey {
                        is_about_account: action.kind.is_about_account(),
                        level: Reverse(level),
                        action: name,
                        target: act.to.as_deref(),
                    };
                    let wish = draft.outcomes.entry(key).or_default();
                    wish.add(&norm.id, law.and(own), (since, end));
                }
            }
        }
    }

    /// The deadline of the strictest outcomes.
    fn outcome_due(
        &self,
        outcomes: &BTreeMap<OutcomeKey<'_>, Wish>,
        strictest: [Option<&str>; 2],
    ) -> Option<OutcomeDue> {
        let mut rules = BTreeSet::new();
        let mut due = Due::default();
        for (_, wish) in outcomes.iter().filter(|(key, _)| strictest.contains(&Some(key.action))) {
            rules.extend(wish.rules_with_deadline.iter().cloned());
            due = due.and(wish.due.clone());
        }
        due.into_outcome_due(rules, self.at)
    }
}

/// The target of an obligation to tell the author.
pub(super) const AUTHOR: &str = "author";

impl Verdict<'_> {
    /// Whether the norm is or may be in force, and its condition is or may be true.
    pub(crate) fn might_apply(&self) -> bool {
        self.in_force != Truth::False && self.finding.truth != Truth::False
    }

    fn is_in_force_and_true(&self) -> bool {
        self.in_force == Truth::True && self.finding.truth == Truth::True
    }

    /// Whether the rule fires, is lifted or cannot be decided. `None` if its condition is false, or if its condition is
    /// unknown and an exception lifts the rule anyway.
    pub(crate) fn state(&self) -> Option<ShadowState> {
        match (self.truth, self.finding.truth) {
            (Truth::True, _) => Some(ShadowState::Fires),
            (Truth::Unknown, _) => Some(ShadowState::Undetermined),
            (Truth::False, Truth::True) => Some(ShadowState::Defeated),
            (Truth::False, _) => None,
        }
    }
}

/// The exceptions that have an effect: their condition is true, and so are the conditions of all norms in a chain that they
/// lift, down to a rule that is not in shadow.
fn effective_exceptions(verdicts: &BTreeMap<usize, Verdict<'_>>) -> BTreeSet<usize> {
    let is_applied =
        |verdict: &&Verdict<'_>| matches!(&verdict.norm.kind, NormKind::Rule(rule) if !rule.shadow);
    let mut pending: Vec<&Verdict<'_>> =
        verdicts.values().filter(is_applied).filter(|one| one.is_in_force_and_true()).collect();
    let mut effective_exceptions = BTreeSet::new();
    while let Some(verdict) = pending.pop() {
        for exception in &verdict.norm.defeated_by {
            if let Some(one) = verdicts.get(exception).filter(|one| one.is_in_force_and_true())
                && effective_exceptions.insert(*exception)
            {
                pending.push(one);
            }
        }
    }
    effective_exceptions
}

/// Whether one of these norms may apply, and so on along a chain of norms that they lift, down to a rule that is not in
/// shadow.
fn may_have_effect(verdicts: &BTreeMap<usize, Verdict<'_>>, norms: &[usize]) -> bool {
    let (mut pending, mut reached) = (norms.to_vec(), BTreeSet::new());
    while let Some(norm) = pending.pop() {
        let verdict = verdicts.get(&norm).filter(|_| reached.insert(norm));
        let Some(verdict) = verdict.filter(|verdict| verdict.might_apply()) else { continue };
        match &verdict.norm.kind {
            NormKind::Rule(rule) if !rule.shadow => return true,
            NormKind::Rule(_) => {}
            NormKind::Exception { defeats } => pending.extend(defeats),
        }
    }
    false
}

fn defeated(verdict: &Verdict<'_>) -> Defeated {
    Defeated {
        rule: (&verdict.norm.id).into(),
        title: (&verdict.norm.title).into(),
        by: verdict.defeated_by.clone(),
    }
}

/// An action as rules write it: `escalate to kz.astana`.
pub(crate) fn action_text(program: &Program, act: &Act) -> String {
    let name = program.actions.get_index(act.action).map_or("", |(name, _)| name);
    let takes = program.actions.get_index(act.action).map(|(_, action)| &action.to);
    match (&act.to, takes) {
        (Some(to), Some(Takes::Account(_) | Takes::Mark)) => format!("{name} {to}"),
        (Some(to), _) => format!("{name} to {to}"),
        (None, _) => name.to_owned(),
    }
}

/// Whether a record is visible in a place. It is visible in a bloc if it is visible in one of the countries of the
/// bloc. The result is unknown if the audience is private or unknown.
pub(crate) fn visible(record: Visibility<'_>, blocs: &Blocs, place: Place, at: Instant) -> Visible {
    let has_either =
        |list: &[Place], country: Place| list.contains(&place) || list.contains(&country);
    let is_seen_in = |country: Place| {
        let is_listed = record.countries.is_none_or(|list| {
            has_either(list, country) || list.iter().any(|one| one.country() == Some(place))
        });
        is_listed && !has_either(record.except, country)
    };
    let is_seen = match place.country() {
        Some(country) => is_seen_in(country),
        None => blocs.any_country(place, at, is_seen_in),
    };
    match record.audience {
        _ if !is_seen => Visible::No,
        Audience::Public | Audience::Unlisted => Visible::Yes,
        Audience::Private | Audience::Unknown => Visible::Unknown,
    }
}
