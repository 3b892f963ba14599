//! Makes each change and runs the tests against it. Only conditions that the change can affect are evaluated again; the
//! findings about all others are those of the first run.

use super::{Change, Edit, Mutant, items};
use crate::base::source::Sources;
use crate::base::time::Instant;
use crate::decision::Assembly;
use crate::face::ruleset::RuleSet;
use crate::interpret::Interpreter;
use crate::program::outcome::Finding;
use crate::program::{Act, Expr, ExprKind, Ground, Norm, Program, Test};
use crate::record::Record;
use crate::suite::{expect, judged, parallel};
use crate::world::lists::Set;
use crate::world::place::Place;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A test before anything is changed.
struct Scene<'p> {
    test: &'p Test,
    record: Record,
    at: Instant,
    place: Place,
    /// The sets to which the test adds entries, by their numbers.
    sets: Vec<(usize, Arc<Set>)>,
    /// By the number of the norm; `None` for a norm that does not matter to the test.
    findings: Vec<Option<Finding>>,
    passes: bool,
}

/// What can be changed, by its index.
#[derive(Clone, Copy)]
enum Target {
    Norm(usize),
    Define(usize),
    Article(usize),
    Policy(usize),
}

/// What a change can affect.
struct Concern {
    /// The norms whose decision it can change.
    norms: BTreeSet<usize>,
    /// Whether their conditions have to be evaluated again.
    conditions: bool,
}

pub(super) fn mutants(set: &RuleSet, filter: Option<&str>) -> Result<Vec<Mutant>, Vec<String>> {
    let program = set.program();
    let tests: Vec<&Test> = program.tests.iter().collect();
    let scenes = parallel::each(&tests, || (), |(), test| scene(set, test));
    let failing: Vec<String> = scenes
        .iter()
        .zip(&tests)
        .filter(|(scene, _)| !scene.as_ref().is_some_and(|scene| scene.passes))
        .map(|(_, test)| test.title.clone())
        .collect();
    if !failing.is_empty() {
        return Err(failing);
    }
    let scenes: Vec<Scene<'_>> = scenes.into_iter().flatten().collect();
    let targets: Vec<Target> = targets(program)
        .filter(|target| filter.is_none_or(|part| target.id(program).contains(part)))
        .collect();
    let found = parallel::each(
        &targets,
        || program.clone(),
        |trial, target| {
            let concern = target.concern(program);
            // No decision depends on an article that no rule cites; `law` lists it.
            let rests = !concern.norms.is_empty();
            let edits = if rests { target.edits(program, set.sources()) } else { vec![] };
            let tried = edits.into_iter().map(|edit| {
                let killed_by = killed_by(trial, edit.change, &concern, &scenes);
                let owner = target.id(program).to_owned();
                Mutant { owner, at: edit.at, was: edit.was, is: edit.is, killed_by }
            });
            tried.collect::<Vec<_>>()
        },
    );
    Ok(found.into_iter().flatten().collect())
}

fn scene<'p>(set: &'p RuleSet, test: &'p Test) -> Option<Scene<'p>> {
    let (record, at) = judged(set.program(), test).ok()?;
    let set = if test.entries.is_empty() { set } else { &set.with_entries(&test.entries) };
    let program = set.program();
    let mut findings: Vec<Option<Finding>> = vec![None; program.norms.len()];
    let interpreter = Interpreter::new(program, &record, at);
    let condition = |_, norm| interpreter.condition(norm);
    let event = |event| interpreter.event(event);
    let rules = program.rules();
    let assembly = Assembly::new(program, record.visibility(), at, &rules, &condition, &event);
    for (index, verdict) in assembly.verdicts(test.place) {
        if let Some(slot) = findings.get_mut(index) {
            *slot = Some((*verdict.finding).clone());
        }
    }
    let decision = assembly.decide(test.place);
    let passes = test.expect.iter().all(|each| expect::met(program, &each.kind, &decision));
    let numbers: BTreeSet<usize> = test.entries.iter().map(|entry| entry.set).collect();
    let sets = numbers.into_iter().filter_map(|set| Some((set, program.sets.get(set)?.clone())));
    let sets = sets.collect();
    Some(Scene { test, place: test.place, sets, findings, passes, at, record: record.clone() })
}

/// A test that notices the change. Tests that name the rule are tried first, then the others that it can affect.
fn killed_by(
    trial: &mut Program,
    mut change: Change,
    concern: &Concern,
    scenes: &[Scene<'_>],
) -> Option<String> {
    change.swap(trial);
    let has_say = |scene: &&Scene<'_>| {
        concern.norms.iter().any(|norm| matches!(scene.findings.get(*norm), Some(Some(_))))
    };
    let names_it = |scene: &&Scene<'_>| {
        let named = scene.test.expect.iter().flat_map(|each| each.kind.norms());
        named.into_iter().any(|norm| concern.norms.contains(&norm))
    };
    let (named, others): (Vec<_>, Vec<_>) = scenes.iter().filter(has_say).partition(names_it);
    let killer = named.into_iter().chain(others).find(|scene| {
        let before = scene.suppose(trial);
        let notices = scene.notices(trial, concern);
        for (set, was) in before {
            trial.sets.get_mut(set).into_iter().for_each(|slot| *slot = was.clone());
        }
        notices
    });
    change.swap(trial);
    killer.map(|scene| scene.test.title.clone())
}

impl Scene<'_> {
    /// Replaces the sets by those that the test supposes; returns the old ones.
    fn suppose(&self, trial: &mut Program) -> Vec<(usize, Arc<Set>)> {
        let mut before = vec![];
        for (number, set) in &self.sets {
            if let Some(slot) = trial.sets.get_mut(*number) {
                before.push((*number, std::mem::replace(slot, set.clone())));
            }
        }
        before
    }

    fn notices(&self, trial: &Program, concern: &Concern) -> bool {
        let interpreter = Interpreter::new(trial, &self.record, self.at);
        let condition = |index: usize, norm| {
            let known = self.findings.get(index).and_then(Option::as_ref);
            match known {
                Some(finding) if !(concern.conditions && concern.norms.contains(&index)) => {
                    finding.clone()
                }
                _ => interpreter.condition(norm),
            }
        };
        let event = |event| interpreter.event(event);
        let (visibility, rules) = (self.record.visibility(), trial.rules());
        let assembly = Assembly::new(trial, visibility, self.at, &rules, &condition, &event);
        let decision = assembly.decide(self.place);
        self.test.expect.iter().any(|each| !expect::met(trial, &each.kind, &decision))
    }
}

fn targets(program: &Program) -> impl Iterator<Item = Target> + '_ {
    let norms = (0..program.norms.len()).map(Target::Norm);
    let defines = (0..program.defines.len()).map(Target::Define);
    let articles = (0..program.articles.len()).map(Target::Article);
    let policies = (0..program.policies.len()).map(Target::Policy);
    norms.chain(defines).chain(articles).chain(policies)
}

impl Target {
    fn id(self, program: &Program) -> &str {
        let id = match self {
            Self::Norm(index) => program.norms.get(index).map(|norm| &norm.id),
            Self::Define(index) => program.defines.get(index).map(|define| &define.id),
            Self::Article(index) => program.articles.get(index).map(|article| &article.id),
            Self::Policy(index) => program.policies.get(index).map(|policy| &policy.id),
        };
        id.map_or("", String::as_str)
    }

    fn edits(self, program: &Program, sources: &Sources) -> Vec<Edit> {
        match self {
            Self::Norm(index) => program
                .norms
                .get(index)
                .map_or(vec![], |norm| items::of_norm(index, norm, program, sources)),
            Self::Define(index) => program
                .defines
                .get(index)
                .map_or(vec![], |define| items::of_define(index, define, sources)),
            Self::Article(index) => program
                .articles
                .get(index)
                .map_or(vec![], |article| items::of_article(index, article)),
            Self::Policy(index) => {
                program.policies.get(index).map_or(vec![], |policy| items::of_policy(index, policy))
            }
        }
    }

    fn concern(self, program: &Program) -> Concern {
        let conditions = matches!(self, Self::Norm(_) | Self::Define(_));
        let touches = |norm: &Norm| match self {
            Self::Norm(_) => false,
            Self::Define(define) => [Some(&norm.when), norm.unless.as_ref()]
                .into_iter()
                .flatten()
                .any(|condition| uses(program, condition, define, &mut BTreeSet::new())),
            Self::Article(article) => norm.basis.grounds.contains(&Ground::Article(article)),
            Self::Policy(policy) => {
                norm.basis.grounds.contains(&Ground::Policy(policy)) || promises(norm, policy)
            }
        };
        let mut norms: BTreeSet<usize> = program
            .norms
            .iter()
            .enumerate()
            .filter(|(_, norm)| touches(norm))
            .map(|(index, _)| index)
            .collect();
        if let Self::Norm(index) = self {
            norms.insert(index);
        }
        Concern { norms, conditions }
    }
}

/// Whether an expression leads to a definition.
fn uses(program: &Program, expr: &Expr, wanted: usize, seen: &mut BTreeSet<usize>) -> bool {
    if let ExprKind::Defined { define, .. } = expr.kind {
        let mut leads = || {
            let body = program.defines.get(define).map(|define| &define.body);
            body.is_some_and(|body| seen.insert(define) && uses(program, body, wanted, seen))
        };
        if define == wanted || leads() {
            return true;
        }
    }
    expr.children().any(|child| uses(program, child, wanted, seen))
}

fn promises(norm: &Norm, policy: usize) -> bool {
    let by = |act: &Act| act.within.is_some_and(|(_, _, promised)| promised == policy);
    norm.kind.rule().is_some_and(|body| body.acts().any(by))
}
