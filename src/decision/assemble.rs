//! Makes a decision from findings: which norms apply in a place, which of them exceptions lift, and what the others ask
//! for together.

use super::clock::Clock;
use super::due::{Due, Kept, Task};
use super::force::{citations, ground_in_force, grounds, in_force, unknown_starts};
use super::{
    Decision, Defeated, DefeatedBy, Gap, Matched, Shadow, ShadowState, Undetermined, Visible,
};
use crate::base::shared::Text;
use crate::base::time::{Day, Instant};
use crate::interpret::Interpreter;
use crate::program::outcome::{Event, Finding, Truth};
use crate::program::{
    Act, ActionKind, Deadline, Ground, Limit, Norm, NormKind, Party, Program, RuleBody,
};
use crate::record::{Audience, Seen};
use crate::world::place::{Blocs, Place};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

/// The outcome when no rule asks for one.
const NOTHING: &str = "none";

/// The decision for one place.
pub(crate) fn decide(interpreter: &Interpreter<'_>, place: Place) -> Decision {
    interpreted(interpreter, |assembly| assembly.decide(place))
}

/// The decisions for several places. Places with equal decisions share one.
pub(crate) fn decide_all(interpreter: &Interpreter<'_>, places: &[Place]) -> Vec<Decision> {
    interpreted(interpreter, |assembly| assembly.decide_all(places))
}

/// The decision for a place in which no rule matters.
pub(crate) fn quiet(record: Seen<'_>, blocs: &Blocs, place: Place, at: Instant) -> Decision {
    Decision {
        places: vec![place],
        visible: visible(record, blocs, place, at),
        outcome: NOTHING.into(),
        account: NOTHING.into(),
        complete: true,
        outcome_due: None,
        obligations: vec![],
        matched: vec![],
        defeated: vec![],
        undetermined: vec![],
        shadow: vec![],
        gaps: vec![],
    }
}

/// The decisions for several places in which no rule matters. Places in which the record is visible alike share one.
pub(crate) fn quiet_all(
    record: Seen<'_>,
    blocs: &Blocs,
    places: &[Place],
    at: Instant,
) -> Vec<Decision> {
    let places: BTreeSet<Place> = places.iter().copied().collect();
    let mut groups: Vec<Decision> = vec![];
    for place in places {
        let decision = quiet(record, blocs, place, at);
        match groups.iter_mut().find(|group| group.visible == decision.visible) {
            Some(group) => group.places.push(place),
            None => groups.push(decision),
        }
    }
    groups
}

fn interpreted<T>(interpreter: &Interpreter<'_>, ask: impl FnOnce(&Assembly<'_, '_>) -> T) -> T {
    let Interpreter { program, record, at, .. } = *interpreter;
    let condition = |_, norm| interpreter.condition(norm);
    let event = |event| interpreter.event(event);
    ask(&Assembly::new(program, record.seen(), at, &program.rules(), &condition, &event))
}

/// Judges one record by the norms of a program, with either evaluator.
pub(crate) struct Assembly<'p, 'e> {
    program: &'p Program,
    seen: Seen<'e>,
    at: Instant,
    /// The rules to look at, in order. Rules whose condition is false may be left out: they change no decision.
    rules: &'e [usize],
    /// Evaluates the condition of the norm with this index.
    condition: &'e dyn Fn(usize, &'p Norm) -> Finding,
    /// When an event happened, if a field of the record says so.
    event: &'e dyn Fn(Event) -> Option<Instant>,
    /// The findings so far. Conditions do not depend on the place, so each is evaluated once.
    findings: RefCell<HashMap<usize, Rc<Finding>>>,
}

/// The state of a norm in one place.
#[derive(Clone, Debug)]
pub(crate) struct Verdict<'p> {
    pub(crate) norm: &'p Norm,
    /// Whether it and its basis are in force; unknown is a gap.
    pub(crate) in_force: Truth,
    pub(crate) finding: Rc<Finding>,
    /// Whether its condition is true and no exception lifts it.
    pub(crate) truth: Truth,
    /// What was missing, if that is unknown.
    pub(crate) missing: BTreeSet<String>,
    /// The exceptions that apply.
    pub(crate) defeated_by: Vec<DefeatedBy>,
}

/// A decision before it is complete.
#[derive(Default)]
struct Draft<'p> {
    /// Which rule asks for which outcome, and by when.
    outcomes: Vec<Ask<'p>>,
    tasks: BTreeMap<(String, Option<String>), Task>,
    matched: Vec<Matched>,
    defeated: Vec<Defeated>,
    undetermined: Vec<Undetermined>,
    shadow: Vec<Shadow>,
    gaps: Vec<Gap>,
}

struct Ask<'p> {
    kind: ActionKind,
    action: &'p str,
    rule: &'p str,
    due: Due,
}

impl<'p, 'e> Assembly<'p, 'e> {
    pub(crate) fn new(
        program: &'p Program,
        seen: Seen<'e>,
        at: Instant,
        rules: &'e [usize],
        condition: &'e dyn Fn(usize, &'p Norm) -> Finding,
        event: &'e dyn Fn(Event) -> Option<Instant>,
    ) -> Self {
        Self { program, seen, at, rules, condition, event, findings: RefCell::default() }
    }

    pub(crate) fn decide(&self, place: Place) -> Decision {
        let mut draft = Draft::default();
        let verdicts = self.verdicts(place);
        let bearing = bearing(&verdicts);
        for (index, verdict) in &verdicts {
            match &verdict.norm.kind {
                NormKind::Rule(rule) => self.rule(verdict, rule, &mut draft),
                NormKind::Exception { defeats } => {
                    // An exemption that may be in force must not be dropped silently.
                    let is_open = verdict.in_force == Truth::Unknown && verdict.might_apply();
                    if is_open && might_lift(&verdicts, *defeats) {
                        draft.gaps.push(self.gap(verdict));
                    }
                    if bearing.contains(index) && verdict.truth == Truth::False {
                        draft.defeated.push(defeated(verdict));
                    }
                }
            }
        }
        let (outcome, account, outcome_due) = self.outcomes(&draft.outcomes);
        let obligation = |((action, to), task): (_, Task)| task.obligation(action, to, self.at);
        Decision {
            places: vec![place],
            visible: visible(self.seen, &self.program.blocs, place, self.at),
            outcome,
            account,
            complete: draft.undetermined.is_empty(),
            outcome_due,
            obligations: draft.tasks.into_iter().map(obligation).collect(),
            matched: draft.matched,
            defeated: draft.defeated,
            undetermined: draft.undetermined,
            shadow: draft.shadow,
            gaps: draft.gaps,
        }
    }

    pub(crate) fn decide_all(&self, places: &[Place]) -> Vec<Decision> {
        let places: BTreeSet<Place> = places.iter().copied().collect();
        let places_of_rules = self.places_of_rules();
        let mut known: HashMap<(Vec<Place>, Visible), usize> = HashMap::new();
        let mut groups: Vec<(Vec<Place>, Decision)> = vec![];
        for place in places {
            let mut chain = self.program.blocs.chain(place, self.at);
            chain.retain(|above| places_of_rules.contains(above));
            let visible = visible(self.seen, &self.program.blocs, place, self.at);
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

    /// The places of the rules that matter and of their exceptions. Places that belong to the same of these have the
    /// same decision.
    fn places_of_rules(&self) -> HashSet<Place> {
        let mut waiting = self.rules.to_vec();
        let mut reached = 0;
        while let Some(norm) = waiting.get(reached).and_then(|norm| self.program.norms.get(*norm)) {
            waiting.extend(norm.defeated_by.iter().copied());
            reached += 1;
        }
        waiting.iter().filter_map(|norm| Some(self.program.norms.get(*norm)?.place)).collect()
    }

    /// The verdicts on the norms that apply in a place, in the order of their ids.
    pub(crate) fn verdicts(&self, place: Place) -> BTreeMap<usize, Verdict<'p>> {
        let chain = self.program.blocs.chain(place, self.at);
        let rules =
            self.rules.iter().filter_map(|rule| Some((*rule, self.program.norms.get(*rule)?)));
        let mut waiting: Vec<(usize, &Norm)> =
            rules.filter(|(_, norm)| chain.contains(&norm.place)).collect();
        // Visits each norm before its exceptions; they are judged in reverse, because exceptions decide about the norm.
        let mut reached = 0;
        while let Some((_, norm)) = waiting.get(reached).copied() {
            let exceptions = norm
                .defeated_by
                .iter()
                .filter_map(|one| Some((*one, self.program.norms.get(*one)?)));
            waiting.extend(exceptions.filter(|(_, norm)| chain.contains(&norm.place)));
            reached += 1;
        }
        let mut verdicts = BTreeMap::new();
        for (index, norm) in waiting.into_iter().rev() {
            let verdict = self.verdict(index, norm, &verdicts);
            verdicts.insert(index, verdict);
        }
        verdicts
    }

    fn verdict(
        &self,
        index: usize,
        norm: &'p Norm,
        judged: &BTreeMap<usize, Verdict<'p>>,
    ) -> Verdict<'p> {
        let finding = self.finding(index, norm);
        let exceptions = norm.defeated_by.iter().filter_map(|exception| judged.get(exception));
        let exceptions: Vec<_> = exceptions.filter(|one| one.in_force == Truth::True).collect();
        let lifted = exceptions.iter().map(|one| one.truth).fold(Truth::False, Truth::or);
        let truth = finding.truth.and(!lifted);
        let mut missing = BTreeSet::new();
        if truth == Truth::Unknown {
            missing.extend(finding.missing.iter().cloned());
            missing.extend(exceptions.iter().flat_map(|one| one.missing.iter().cloned()));
        }
        let applied = exceptions.iter().filter(|one| one.truth == Truth::True);
        let defeated_by = applied.map(|one| DefeatedBy {
            exception: (&one.norm.id).into(),
            title: (&one.norm.title).into(),
            basis: citations(self.program, one.norm, self.at),
        });
        Verdict {
            norm,
            in_force: in_force(self.program, norm, self.at),
            truth,
            missing,
            defeated_by: defeated_by.collect(),
            finding,
        }
    }

    fn finding(&self, index: usize, norm: &'p Norm) -> Rc<Finding> {
        if let Some(finding) = self.findings.borrow().get(&index) {
            return finding.clone();
        }
        let finding = Rc::new((self.condition)(index, norm));
        self.findings.borrow_mut().insert(index, finding.clone());
        finding
    }

    fn rule(&self, verdict: &Verdict<'p>, rule: &'p RuleBody, draft: &mut Draft<'p>) {
        let Norm { id, title, .. } = verdict.norm;
        match (verdict.in_force, verdict.state()) {
            (Truth::False, _) | (_, None) => {}
            (_, Some(state)) if rule.shadow => {
                if verdict.in_force == Truth::True {
                    draft.shadow.push(self.shadow(verdict, rule, state));
                }
            }
            (Truth::Unknown, Some(ShadowState::Defeated)) => {}
            (Truth::Unknown, Some(_)) => draft.gaps.push(self.gap(verdict)),
            (Truth::True, Some(ShadowState::Fires)) => {
                draft.matched.push(Matched {
                    rule: id.into(),
                    title: title.into(),
                    category: rule.category.as_ref().map(Text::from),
                    basis: citations(self.program, verdict.norm, self.at),
                    evidence: verdict.finding.evidence.clone(),
                });
                self.ask(verdict, &rule.then, draft);
            }
            (Truth::True, Some(ShadowState::Defeated)) => draft.defeated.push(defeated(verdict)),
            (Truth::True, Some(ShadowState::Undetermined)) => {
                draft.undetermined.push(Undetermined {
                    rule: id.into(),
                    title: title.into(),
                    missing: verdict.missing.iter().map(Text::from).collect(),
                });
                self.ask(verdict, &rule.on_unknown, draft);
            }
        }
    }

    fn gap(&self, verdict: &Verdict<'_>) -> Gap {
        Gap {
            rule: (&verdict.norm.id).into(),
            title: (&verdict.norm.title).into(),
            unknown: unknown_starts(self.program, verdict.norm, self.at)
                .iter()
                .map(Text::from)
                .collect(),
        }
    }

    fn shadow(&self, verdict: &Verdict<'p>, rule: &RuleBody, state: ShadowState) -> Shadow {
        Shadow {
            rule: (&verdict.norm.id).into(),
            title: (&verdict.norm.title).into(),
            category: rule.category.as_ref().map(Text::from),
            would: rule.then.iter().map(|act| written(self.program, act).into()).collect(),
            state,
            basis: citations(self.program, verdict.norm, self.at),
            evidence: verdict.finding.evidence.clone(),
            missing: verdict.missing.iter().map(Text::from).collect(),
            defeated_by: verdict.defeated_by.clone(),
        }
    }

    /// Adds what a rule asks for. The deadline of an outcome joins those of the law and of the rule; that of an
    /// obligation is that of the rule, or else of the law.
    fn ask(&self, verdict: &Verdict<'p>, acts: &'p [Act], draft: &mut Draft<'p>) {
        let norm = verdict.norm;
        for act in acts {
            let Some((name, action)) = self.program.actions.get_index(act.action) else { continue };
            let law = self.statutory(verdict);
            let own = self.service_level(verdict, act);
            match action.kind {
                ActionKind::Obligation => {
                    let due = if own.is_asked() { own } else { law };
                    let key = (name.clone(), act.to.clone());
                    draft.tasks.entry(key).or_default().add(
                        &norm.id,
                        due,
                        self.retention(verdict, act),
                    );
                }
                kind @ (ActionKind::Content(_) | ActionKind::Account(_)) => {
                    let due = law.and(own);
                    draft.outcomes.push(Ask { kind, action: name, rule: &norm.id, due });
                }
            }
        }
    }

    /// The deadlines of the articles in force that bind the platform.
    fn statutory(&self, verdict: &Verdict<'_>) -> Due {
        let articles =
            grounds(self.program, verdict.norm, self.at).filter_map(|ground| match ground {
                Ground::Article(index) => self.program.articles.get(index),
                Ground::Policy(_) => None,
            });
        articles
            .filter(|article| article.party == Party::Platform)
            .flat_map(|article| article.deadlines.iter().map(|one| (one, &*article.pauses)))
            .map(|(deadline, pauses)| self.deadline(verdict, deadline, pauses))
            .fold(Due::default(), Due::and)
    }

    /// A deadline of the law. Of several orders or notices that made the condition true, the earliest deadline counts.
    fn deadline(&self, verdict: &Verdict<'_>, deadline: &Deadline, pauses: &[String]) -> Due {
        let clock = self.clock(verdict);
        let list = match &deadline.limit {
            Limit::AsOrdered { .. } => Some(Event::Order),
            Limit::Words(_) | Limit::Within(_) => deadline.event.list(),
        };
        match list.and_then(|list| verdict.finding.events.get(&list)) {
            Some(incoming) => incoming
                .iter()
                .map(|one| clock.of(deadline, pauses, one))
                .fold(Due::default(), Due::and),
            None => clock.once(deadline, self.happened(verdict, deadline.event)),
        }
    }

    fn clock<'v>(&'v self, verdict: &'v Verdict<'_>) -> Clock<'v> {
        const NONE: &BTreeSet<Day> = &BTreeSet::new();
        let holidays = self.program.holidays.get(&verdict.norm.place).unwrap_or(NONE);
        Clock { at: self.at, zone: &verdict.norm.zone, holidays }
    }

    /// The service level of the platform. Unless its policy is in force there is no instant.
    fn service_level(&self, verdict: &Verdict<'_>, act: &Act) -> Due {
        let Some((period, event, policy)) = act.within else { return Due::default() };
        let promised = ground_in_force(self.program, verdict.norm, Ground::Policy(policy), self.at);
        match promised {
            Truth::True => self.clock(verdict).within(period, event, self.happened(verdict, event)),
            Truth::False | Truth::Unknown => Due::never(),
        }
    }

    fn retention(&self, verdict: &Verdict<'_>, act: &Act) -> Kept {
        let Some((period, event)) = act.keep else { return Kept::default() };
        let start = self.happened(verdict, event);
        let until = start.and_then(|start| self.clock(verdict).after(start, period));
        Kept { until, missing: until.is_none().then_some(event).into_iter().collect() }
    }

    /// When an event happened: the earliest in its list, or the field of the record.
    fn happened(&self, verdict: &Verdict<'_>, event: Event) -> Option<Instant> {
        let incoming = event.list().and_then(|list| verdict.finding.events.get(&list));
        let earliest = incoming.into_iter().flatten().filter_map(|one| one.happened(event)).min();
        earliest.or_else(|| (self.event)(event))
    }

    /// The strictest content outcome, the strictest account outcome, and by when they are due.
    fn outcomes(&self, asks: &[Ask<'_>]) -> (Text, Text, Option<super::OutcomeDue>) {
        let content = strictest(asks, |kind| match kind {
            ActionKind::Content(level) => Some(level),
            ActionKind::Account(_) | ActionKind::Obligation => None,
        });
        let account = strictest(asks, |kind| match kind {
            ActionKind::Account(level) => Some(level),
            ActionKind::Content(_) | ActionKind::Obligation => None,
        });
        let winning = |ask: &&Ask<'_>| content == Some(ask.action) || account == Some(ask.action);
        let mut rules = BTreeSet::new();
        let mut due = Due::default();
        for ask in asks.iter().filter(winning).filter(|ask| ask.due.is_asked()) {
            rules.insert(ask.rule.to_owned());
            due = due.and(ask.due.clone());
        }
        let name = |action: Option<&str>| Text::from(action.unwrap_or(NOTHING));
        (name(content), name(account), due.of_outcome(rules, self.at))
    }
}

impl Verdict<'_> {
    /// Whether the norm is or may be in force, and its condition is or may be true.
    pub(crate) fn might_apply(&self) -> bool {
        self.in_force != Truth::False && self.finding.truth != Truth::False
    }

    fn holds(&self) -> bool {
        self.in_force == Truth::True && self.finding.truth == Truth::True
    }

    /// Whether the rule fires, is lifted or cannot be decided. `None` when its condition is false, or when it is
    /// unknown and the rule is lifted anyway.
    pub(crate) fn state(&self) -> Option<ShadowState> {
        match (self.truth, self.finding.truth) {
            (Truth::True, _) => Some(ShadowState::Fires),
            (Truth::Unknown, _) => Some(ShadowState::Undetermined),
            (Truth::False, Truth::True) => Some(ShadowState::Defeated),
            (Truth::False, _) => None,
        }
    }
}

/// The exceptions whose condition is true, where also the conditions of all norms that they would lift are true, down
/// to a rule that is live.
fn bearing(verdicts: &BTreeMap<usize, Verdict<'_>>) -> BTreeSet<usize> {
    let is_applied =
        |verdict: &&Verdict<'_>| matches!(&verdict.norm.kind, NormKind::Rule(rule) if !rule.shadow);
    let mut waiting: Vec<&Verdict<'_>> =
        verdicts.values().filter(is_applied).filter(|one| one.holds()).collect();
    let mut bearing = BTreeSet::new();
    while let Some(verdict) = waiting.pop() {
        for exception in &verdict.norm.defeated_by {
            if let Some(one) = verdicts.get(exception).filter(|one| one.holds()) {
                bearing.insert(*exception);
                waiting.push(one);
            }
        }
    }
    bearing
}

/// Whether a norm may apply, and also all norms that it would lift, down to a rule that is not in shadow.
fn might_lift(verdicts: &BTreeMap<usize, Verdict<'_>>, norm: usize) -> bool {
    let mut lifted = verdicts.get(&norm);
    while let Some(verdict) = lifted.filter(|verdict| verdict.might_apply()) {
        match &verdict.norm.kind {
            NormKind::Rule(rule) => return !rule.shadow,
            NormKind::Exception { defeats } => lifted = verdicts.get(defeats),
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
pub(crate) fn written(program: &Program, act: &Act) -> String {
    let name = program.actions.get_index(act.action).map_or("", |(name, _)| name);
    act.to.as_ref().map_or_else(|| name.to_owned(), |to| format!("{name} to {to}"))
}

fn strictest<'a>(asks: &[Ask<'a>], level: impl Fn(ActionKind) -> Option<u32>) -> Option<&'a str> {
    let levels = asks.iter().filter_map(|ask| Some((level(ask.kind)?, ask.action)));
    levels.max().map(|(_, action)| action)
}

/// Whether a record is visible in a place: a bloc sees what one of its countries sees. Only the audience can be
/// unknown.
fn visible(record: Seen<'_>, blocs: &Blocs, place: Place, at: Instant) -> Visible {
    let lists = |list: &[Place], country: Place| list.contains(&place) || list.contains(&country);
    let sees = |country: Place| {
        let listed = record.countries.is_none_or(|list| {
            lists(list, country) || list.iter().any(|one| one.country() == Some(place))
        });
        listed && !lists(record.except, country)
    };
    let is_seen = match place.country() {
        Some(country) => sees(country),
        None => blocs.countries_of(place, at).into_iter().any(sees),
    };
    match record.audience {
        _ if !is_seen => Visible::No,
        Audience::Public | Audience::Unlisted => Visible::Yes,
        Audience::Private | Audience::Unknown => Visible::Unknown,
    }
}
