//! Makes each change and runs the tests against it. Only conditions that the change can affect are evaluated again; all
//! others keep the findings of the first run.

use super::{Change, Edit, Mutant, items};
use crate::base::source::Sources;
use crate::base::time::Instant;
use crate::decision::{Assembly, Findings};
use crate::face::evaluator::Method;
use crate::face::ruleset::RuleSet;
use crate::interpret::Interpreter;
use crate::program::outcome::Finding;
use crate::program::{Act, Counter, Expr, ExprKind, Ground, Norm, NormKind, Program, Test};
use crate::record::Record;
use crate::state::State;
use crate::suite::expect::{self, Found};
use crate::suite::history::{self, Counts, Judged};
use crate::suite::{parallel, with_sets_of};
use crate::world::lists::Set;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A test, and how its conditions come out before anything is changed.
struct Baseline<'p> {
    test: &'p Test,
    record: Record,
    at: Instant,
    /// What the earlier messages left behind.
    state: State,
    /// What counters have once the message is judged.
    counts: Counts,
    /// The sets to which the test gives entries, with their indices.
    sets: Vec<(usize, Arc<Set>)>,
    /// The finding of each norm, by its index, and the paths of the orders and notices that it does not see; `None` for a
    /// norm that does not matter to the test.
    findings: Vec<Option<(Finding, BTreeSet<String>)>>,
    passes: bool,
}

/// An item that can be changed, by its index.
#[derive(Clone, Copy)]
enum Target {
    Norm(usize),
    Define(usize),
    Counter(usize),
    Article(usize),
    Policy(usize),
    OnUnanswered(usize),
    Register(usize),
}

/// What a change can affect.
struct Affected {
    /// The norms whose decision it can change.
    norms: BTreeSet<usize>,
    /// Whether their conditions have to be evaluated again.
    conditions: bool,
    /// Whether it can change what is asked for when no rule answers an order, which is so in any test.
    unanswered: bool,
    /// The counters whose counts it can change.
    counters: BTreeSet<usize>,
    /// Whether it can change what messages leave behind, or what is made of that. Then the earlier messages of tests are judged
    /// again too.
    memory: bool,
}

pub(super) fn mutants(set: &RuleSet, filter: Option<&str>) -> Result<Vec<Mutant>, Vec<String>> {
    let program = set.program();
    let tests: Vec<&Test> = program.tests.iter().collect();
    let baselines = parallel::map(&tests, || (), |(), test| baseline(set, test));
    let failing: Vec<String> = baselines
        .iter()
        .zip(&tests)
        .filter(|(baseline, _)| !baseline.as_ref().is_some_and(|baseline| baseline.passes))
        .map(|(_, test)| test.title.clone())
        .collect();
    if !failing.is_empty() {
        return Err(failing);
    }
    let baselines: Vec<Baseline<'_>> = baselines.into_iter().flatten().collect();
    let targets: Vec<Target> = targets(program)
        .filter(|target| filter.is_none_or(|part| target.id(program).contains(part)))
        .collect();
    let found = parallel::map(
        &targets,
        || Program { tests: vec![], ..program.clone() },
        |trial, target| {
            let affected = target.affected(program);
            // No decision depends on an article that no rule cites. `lexloci law` lists those.
            let is_used = !affected.norms.is_empty() || !affected.counters.is_empty();
            let matters = affected.unanswered || is_used;
            let edits = if matters { target.edits(program, set.sources()) } else { vec![] };
            let mutants = edits.into_iter().map(|edit| {
                let killed_by = killed_by((set, trial), edit.change, &affected, &baselines);
                let owner = target.id(program).to_owned();
                Mutant { owner, at: edit.at, was: edit.was, is: edit.is, killed_by }
            });
            mutants.collect::<Vec<_>>()
        },
    );
    Ok(found.into_iter().flatten().collect())
}

fn baseline<'p>(set: &'p RuleSet, test: &'p Test) -> Option<Baseline<'p>> {
    let set = with_sets_of(test, set);
    let program = set.program();
    let Judged { record, at, state, decision, counts, .. } =
        history::judge(test, &mut set.evaluator()).ok()?;
    let mut findings = vec![None; program.norms.len()];
    let interpreter = Interpreter::with_state(program, &record, at, &state);
    let rules = program.rules();
    let assembly = Assembly::new(program, record.visibility(), at, &rules, &interpreter);
    for (index, verdict) in assembly.verdicts(test.place) {
        if let Some(slot) = findings.get_mut(index) {
            *slot = Some(((*verdict.finding).clone(), verdict.hidden));
        }
    }
    let seen = Found { decision: &decision, counts: &counts };
    let passes = test.expect.iter().all(|each| expect::is_met(program, test, &each.kind, seen));
    let indices: BTreeSet<usize> = test.sets.iter().map(|given| given.set).collect();
    let sets = indices.into_iter().filter_map(|set| Some((set, program.sets.get(set)?.clone())));
    let sets = sets.collect();
    let (record, state) = (record.clone(), state.clone());
    Some(Baseline { test, record, at, state, counts, sets, findings, passes })
}

/// A test that notices the change. Tests that name an affected norm or counter run first, then the others that depend on one;
/// of both, those with few earlier messages.
fn killed_by(
    (set, trial): (&RuleSet, &mut Program),
    mut change: Change,
    affected: &Affected,
    baselines: &[Baseline<'_>],
) -> Option<String> {
    change.swap(trial);
    let names_it = |baseline: &Baseline<'_>| {
        let mut named = baseline.test.expect.iter().flat_map(|each| each.kind.norms());
        named.any(|norm| affected.norms.contains(&norm)) || baseline.expects_count_of(affected)
    };
    let mut tests: Vec<_> = baselines.iter().filter(|one| one.depends_on(affected)).collect();
    tests.sort_by_cached_key(|one| (!names_it(one), one.test.earlier_messages()));
    let mut changed = None;
    let killer = tests.into_iter().find(|baseline| {
        if affected.memory && baseline.has_memory() {
            let rules = || set.with_program(with_thresholds(trial, affected));
            return baseline.notices_anew(changed.get_or_insert_with(rules));
        }
        let replaced = install_sets(&baseline.sets, trial);
        let notices = baseline.notices(trial, affected);
        install_sets(&replaced, trial);
        notices
    });
    change.swap(trial);
    killer.map(|baseline| baseline.test.title.clone())
}

/// A copy of a changed program. Its counters know the thresholds of the changed norms, so that entries keep who took them.
fn with_thresholds(trial: &Program, affected: &Affected) -> Program {
    let mut program = trial.clone();
    let norms = affected.norms.iter().filter_map(|norm| trial.norms.get(*norm));
    let parts = norms.flat_map(Norm::expressions).flat_map(|expr| trial.parts_of(expr));
    for part in parts {
        if let ExprKind::Reaches { counter, least, .. } = part.kind {
            program.add_threshold(counter, least);
        }
    }
    program
}

/// Puts sets into the program at their indices, and returns the sets that were there.
fn install_sets(sets: &[(usize, Arc<Set>)], trial: &mut Program) -> Vec<(usize, Arc<Set>)> {
    let replace = |(index, set): &(usize, Arc<Set>)| {
        Some((*index, std::mem::replace(trial.sets.get_mut(*index)?, set.clone())))
    };
    sets.iter().filter_map(replace).collect()
}

impl Baseline<'_> {
    /// Whether a change can make it fail.
    fn depends_on(&self, affected: &Affected) -> bool {
        let is_judged = |norm: &usize| matches!(self.findings.get(*norm), Some(Some(_)));
        affected.unanswered
            || affected.norms.iter().any(is_judged)
            || self.expects_count_of(affected)
    }

    /// Whether it says how much an affected counter has.
    fn expects_count_of(&self, affected: &Affected) -> bool {
        self.counts.iter().any(|(of, _)| affected.counters.contains(&of.counter))
    }

    /// Whether it has earlier messages, or says how much counters have.
    fn has_memory(&self) -> bool {
        self.test.earlier_messages() > 0 || !self.counts.is_empty()
    }

    /// Whether the test fails by the changed rules, when its earlier messages are judged by them too.
    fn notices_anew(&self, changed: &RuleSet) -> bool {
        let set = with_sets_of(self.test, changed);
        let mut evaluator = set.evaluator_by(Method::Interpreter);
        let Ok(judged) = history::judge(self.test, &mut evaluator) else { return true };
        let found = Found { decision: &judged.decision, counts: &judged.counts };
        let is_met = |kind| expect::is_met(set.program(), self.test, kind, found);
        !self.test.expect.iter().all(|each| is_met(&each.kind))
    }

    /// Whether the test fails on the changed program.
    fn notices(&self, trial: &Program, affected: &Affected) -> bool {
        let interpreter = Interpreter::with_state(trial, &self.record, self.at, &self.state);
        let known = |index: usize| {
            let is_changed = affected.conditions && affected.norms.contains(&index);
            self.findings.get(index).and_then(Option::as_ref).filter(|_| !is_changed)
        };
        let condition = |index, norm, hidden: &BTreeSet<String>| match known(index) {
            Some((finding, without)) if without == hidden => finding.clone(),
            Some(_) | None => interpreter.without(hidden, |seeing| seeing.condition(norm)),
        };
        let findings = Findings {
            condition: &condition,
            additions: &|_| None,
            has_received: true,
            interpreter: &|| &interpreter,
        };
        let (visibility, rules) = (self.record.visibility(), trial.rules());
        let assembly = Assembly::new(trial, visibility, self.at, &rules, &findings);
        let decision = assembly.decide(self.test.place);
        let found = Found { decision: &decision, counts: &self.counts };
        self.test.expect.iter().any(|each| !expect::is_met(trial, self.test, &each.kind, found))
    }
}

fn targets(program: &Program) -> impl Iterator<Item = Target> + '_ {
    let norms = (0..program.norms.len()).map(Target::Norm);
    let defines = (0..program.defines.len()).map(Target::Define);
    let articles = (0..program.articles.len()).map(Target::Article);
    let policies = (0..program.policies.len()).map(Target::Policy);
    let counters = (0..program.counters.len()).map(Target::Counter);
    let unanswered = (0..program.on_unanswered.len()).map(Target::OnUnanswered);
    let registers = (0..program.registers.len()).map(Target::Register);
    let items = norms.chain(defines).chain(counters).chain(articles).chain(policies);
    items.chain(unanswered).chain(registers)
}

/// What norms and counters affect through memory: norms that they lift, counters that count these, norms that read those, and
/// so on.
fn through_memory(
    program: &Program,
    mut norms: BTreeSet<usize>,
    mut counters: BTreeSet<usize>,
) -> (BTreeSet<usize>, BTreeSet<usize>) {
    loop {
        let size = norms.len() + counters.len();
        let defeats = |norm: &usize| match program.norms.get(*norm).map(|norm| &norm.kind) {
            Some(NormKind::Exception { defeats }) => defeats.clone(),
            Some(NormKind::Rule(_)) | None => vec![],
        };
        norms.extend(norms.iter().flat_map(defeats).collect::<Vec<_>>());
        for (index, counter) in program.counters.iter().enumerate() {
            if counter.counted_rules().iter().any(|rule| norms.contains(rule)) {
                counters.insert(index);
            }
        }
        for (index, norm) in program.norms.iter().enumerate() {
            if norm.counters.iter().any(|counter| counters.contains(counter)) {
                norms.insert(index);
            }
        }
        if norms.len() + counters.len() == size {
            return (norms, counters);
        }
    }
}

/// Whether a norm reads or changes what messages leave behind.
fn has_memory(program: &Program, norm: &Norm) -> bool {
    program.leaves_something(norm) || norm.expressions().any(|expr| program.reads_state(expr))
}

impl Target {
    fn id(self, program: &Program) -> &str {
        let id = match self {
            Self::Counter(index) => return program.counters.get(index).map_or("", |one| &one.id),
            Self::Norm(index) => program.norms.get(index).map(|norm| &norm.id),
            Self::Define(index) => program.defines.get(index).map(|define| &define.id),
            Self::Article(index) => program.articles.get(index).map(|article| &article.id),
            Self::Policy(index) => program.policies.get(index).map(|policy| &policy.id),
            Self::OnUnanswered(index) => program.on_unanswered.get(index).map(|one| &one.id),
            Self::Register(index) => {
                let register = program.registers.get(index);
                register.and_then(|one| program.sets.get(one.set)).map(|set| &set.id)
            }
        };
        id.map_or("", String::as_str)
    }

    fn edits(self, program: &Program, sources: &Sources) -> Vec<Edit> {
        let edits = match self {
            Self::Norm(index) => {
                let norm = program.norms.get(index);
                norm.map(|norm| items::norm_edits(index, norm, program, sources))
            }
            Self::Define(index) => {
                let define = program.defines.get(index);
                define.map(|define| items::define_edits(index, define, sources))
            }
            Self::Counter(index) => {
                let counter = program.counters.get(index);
                counter.map(|counter| items::counter_edits(index, counter, sources))
            }
            Self::Article(index) => {
                program.articles.get(index).map(|article| items::article_edits(index, article))
            }
            Self::Policy(index) => {
                program.policies.get(index).map(|policy| items::policy_edits(index, policy))
            }
            Self::OnUnanswered(index) => {
                let one = program.on_unanswered.get(index);
                one.map(|one| items::unanswered_edits(index, one, program))
            }
            Self::Register(index) => {
                let register = program.registers.get(index);
                register.map(|register| items::register_edits(register, program))
            }
        };
        edits.unwrap_or_default()
    }

    /// Whether an expression uses the definition or the register, directly or through definitions.
    fn is_used_by(self, program: &Program, expr: &Expr) -> bool {
        let set = match self {
            Self::Register(register) => program.registers.get(register).map(|one| one.set),
            Self::Norm(_)
            | Self::Define(_)
            | Self::Counter(_)
            | Self::Article(_)
            | Self::Policy(_)
            | Self::OnUnanswered(_) => None,
        };
        program.parts_of(expr).any(|part| {
            matches!((self, &part.kind), (Self::Define(own), ExprKind::Defined { define, .. }) if own == *define)
                || matches!(part.kind, ExprKind::InSet { set: other, .. } if set == Some(other))
        })
    }

    fn affected(self, program: &Program) -> Affected {
        let depends = |expr: &Expr| self.is_used_by(program, expr);
        let is_affected = |index: usize, norm: &Norm| match self {
            Self::Norm(changed) => index == changed,
            Self::Define(_) | Self::Register(_) => norm.expressions().any(depends),
            Self::Article(article) => norm.basis.grounds.contains(&Ground::Article(article)),
            Self::Policy(policy) => {
                norm.basis.grounds.contains(&Ground::Policy(policy))
                    || norm.kind.rule().is_some_and(|body| body.acts().any(has_level_of(policy)))
            }
            Self::Counter(_) | Self::OnUnanswered(_) => false,
        };
        let is_counter_affected = |index: usize, counter: &Counter| {
            matches!(self, Self::Counter(changed) if index == changed)
                || counter.expressions().any(depends)
        };
        let norms = program.norms.iter().enumerate();
        let norms = norms.filter(|(index, norm)| is_affected(*index, norm));
        let norms: BTreeSet<usize> = norms.map(|(index, _)| index).collect();
        let counters = program.counters.iter().enumerate();
        let counters = counters.filter(|(index, counter)| is_counter_affected(*index, counter));
        let counters = counters.map(|(index, _)| index).collect();
        let (remote, counters) = through_memory(program, norms.clone(), counters);
        let mut all = remote.iter().filter_map(|norm| program.norms.get(*norm));
        let memory = !counters.is_empty() || all.any(|norm| has_memory(program, norm));
        let norms = if memory { remote } else { norms };
        let conditions =
            memory || matches!(self, Self::Norm(_) | Self::Define(_) | Self::Register(_));
        let unanswered = match self {
            Self::OnUnanswered(_) => true,
            Self::Policy(policy) => {
                program.on_unanswered.iter().flat_map(|one| &one.acts).any(has_level_of(policy))
            }
            Self::Norm(_)
            | Self::Define(_)
            | Self::Counter(_)
            | Self::Article(_)
            | Self::Register(_) => false,
        };
        Affected { norms, conditions, unanswered, counters, memory }
    }
}

/// Whether an act has a service level of a policy.
fn has_level_of(policy: usize) -> impl Fn(&Act) -> bool {
    move |act| act.within.is_some_and(|(_, _, cited)| cited == policy)
}
