//! Makes each change and runs the tests against it. Only conditions that the change can affect are evaluated again; all
//! others keep the findings of the first run.

use super::{Change, Edit, Mutant, items};
use crate::base::source::Sources;
use crate::base::time::Instant;
use crate::decision::{Assembly, Findings};
use crate::face::ruleset::RuleSet;
use crate::interpret::Interpreter;
use crate::program::outcome::Finding;
use crate::program::{Act, Expr, ExprKind, Ground, Norm, Program, Test};
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
        || program.clone(),
        |trial, target| {
            let affected = target.affected(program);
            // No decision depends on an article that no rule cites. `lexloci law` lists those.
            let matters = affected.unanswered || !affected.norms.is_empty();
            let edits = if matters { target.edits(program, set.sources()) } else { vec![] };
            let mutants = edits.into_iter().map(|edit| {
                let killed_by = killed_by(trial, edit.change, &affected, &baselines);
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
    let Judged { record, at, state, counts } =
        history::judge(program, test, &mut set.evaluator()).ok()?;
    let mut findings = vec![None; program.norms.len()];
    let interpreter = Interpreter::with_state(program, &record, at, &state);
    let rules = program.rules();
    let assembly = Assembly::new(program, record.visibility(), at, &rules, &interpreter);
    for (index, verdict) in assembly.verdicts(test.place) {
        if let Some(slot) = findings.get_mut(index) {
            *slot = Some(((*verdict.finding).clone(), verdict.hidden));
        }
    }
    let decision = assembly.decide(test.place);
    let seen = Found { decision: &decision, counts: &counts };
    let passes = test.expect.iter().all(|each| expect::is_met(program, test, &each.kind, seen));
    let indices: BTreeSet<usize> = test.sets.iter().map(|given| given.set).collect();
    let sets = indices.into_iter().filter_map(|set| Some((set, program.sets.get(set)?.clone())));
    let sets = sets.collect();
    let (record, state) = (record.clone(), state.clone());
    Some(Baseline { test, record, at, state, counts, sets, findings, passes })
}

/// A test that notices the change. Tests that name an affected norm run first, then the others that depend on one.
fn killed_by(
    trial: &mut Program,
    mut change: Change,
    affected: &Affected,
    baselines: &[Baseline<'_>],
) -> Option<String> {
    change.swap(trial);
    let depends = |baseline: &&Baseline<'_>| {
        let is_judged = |norm: &usize| matches!(baseline.findings.get(*norm), Some(Some(_)));
        affected.unanswered || affected.norms.iter().any(is_judged)
    };
    let names_it = |baseline: &&Baseline<'_>| {
        let named = baseline.test.expect.iter().flat_map(|each| each.kind.norms());
        named.into_iter().any(|norm| affected.norms.contains(&norm))
    };
    let (named, others): (Vec<_>, Vec<_>) = baselines.iter().filter(depends).partition(names_it);
    let killer = named.into_iter().chain(others).find(|baseline| {
        let replaced = install_sets(&baseline.sets, trial);
        let notices = baseline.notices(trial, affected);
        install_sets(&replaced, trial);
        notices
    });
    change.swap(trial);
    killer.map(|baseline| baseline.test.title.clone())
}

/// Puts sets into the program at their indices, and returns the sets that were there.
fn install_sets(sets: &[(usize, Arc<Set>)], trial: &mut Program) -> Vec<(usize, Arc<Set>)> {
    let replace = |(index, set): &(usize, Arc<Set>)| {
        Some((*index, std::mem::replace(trial.sets.get_mut(*index)?, set.clone())))
    };
    sets.iter().filter_map(replace).collect()
}

impl Baseline<'_> {
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
        let findings =
            Findings { condition: &condition, has_received: true, interpreter: &|| &interpreter };
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
    let unanswered = (0..program.on_unanswered.len()).map(Target::OnUnanswered);
    let registers = (0..program.registers.len()).map(Target::Register);
    norms.chain(defines).chain(articles).chain(policies).chain(unanswered).chain(registers)
}

impl Target {
    fn id(self, program: &Program) -> &str {
        let id = match self {
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

    fn affected(self, program: &Program) -> Affected {
        let conditions = matches!(self, Self::Norm(_) | Self::Define(_) | Self::Register(_));
        let is_affected = |index: usize, norm: &Norm| match self {
            Self::Norm(changed) => index == changed,
            Self::Define(define) => {
                norm.expressions().any(|condition| uses(program, condition, define))
            }
            Self::Article(article) => norm.basis.grounds.contains(&Ground::Article(article)),
            Self::Policy(policy) => {
                norm.basis.grounds.contains(&Ground::Policy(policy))
                    || norm.kind.rule().is_some_and(|body| body.acts().any(has_level_of(policy)))
            }
            Self::OnUnanswered(_) => false,
            Self::Register(register) => program
                .registers
                .get(register)
                .is_some_and(|register| program.sets_of(norm).contains(&register.set)),
        };
        let norms = program.norms.iter().enumerate();
        let norms = norms.filter(|(index, norm)| is_affected(*index, norm));
        let unanswered = match self {
            Self::OnUnanswered(_) => true,
            Self::Policy(policy) => {
                program.on_unanswered.iter().flat_map(|one| &one.acts).any(has_level_of(policy))
            }
            Self::Norm(_) | Self::Define(_) | Self::Article(_) | Self::Register(_) => false,
        };
        Affected { norms: norms.map(|(index, _)| index).collect(), conditions, unanswered }
    }
}

/// Whether an expression uses a definition, directly or through other definitions.
fn uses(program: &Program, expr: &Expr, wanted: usize) -> bool {
    let is_call =
        |part: &Expr| matches!(part.kind, ExprKind::Defined { define, .. } if define == wanted);
    program.parts_of(expr).any(is_call)
}

/// Whether an act has a service level of a policy.
fn has_level_of(policy: usize) -> impl Fn(&Act) -> bool {
    move |act| act.within.is_some_and(|(_, _, cited)| cited == policy)
}
