//! Runs the tests in rule files: compares what each test expects with what is decided. Reads and writes no files.

mod coverage;
mod expect;
mod history;
mod mutate;
mod notation;
mod parallel;
mod record;
mod update;

pub use coverage::{Coverage, Lcov, Point, PointKind, Share, coverage};
pub use mutate::{Mutant, mutants};
pub use record::{Situation, changes, notation, recorded};
pub use update::{Update, update};

use crate::base::source::Location;
use crate::base::time::{Instant, Zone};
use crate::decision::{Decision, NOTHING, ShadowState};
use crate::diagnostic::{Code, Diagnostic};
use crate::face::evaluator::Evaluator;
use crate::face::ruleset::RuleSet;
use crate::program::{Expectation, ExpectationKind, Program, Test};
use crate::record::{Record, RecordError};
use crate::views::explain::{Explained, Why};
use crate::world::place::Place;
use crate::world::standard::message;
use expect::{Found, Names};
use history::Judged;
use std::collections::BTreeSet;

/// The results of the tests of a rule set, in the order of the files.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// A result for each test that was run.
    pub results: Vec<TestResult>,
}

/// The result of one test, or of one of its cases.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TestResult {
    /// The file, without its ending: `kz`, `lib.crypto`.
    pub file: String,
    /// The title of the test, with the name of the case if it is a case.
    pub title: String,
    /// Where it is written.
    pub location: Location,
    /// The place that it asks about.
    pub place: Place,
    /// The instant that it asks about; `None` when its record cannot be judged.
    pub at: Option<Instant>,
    /// The zone of the place.
    pub zone: Zone,
    /// What was decided; `None` when its record cannot be judged.
    pub decision: Option<Decision>,
    /// A diagnostic for each expectation that was not met; empty if the test passed.
    pub failures: Vec<Diagnostic>,
    /// For a failed test, the difference between what it expects and what is decided.
    pub difference: Vec<Difference>,
    /// For a failed test, explanations of the rules that its unmet expectations are about.
    pub reasons: Vec<Explained>,
}

/// A line of the difference between what a test expects and what is decided, in the notation of `expect`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Difference {
    Met(String),
    Unmet(String),
    Decided(String),
}

impl TestResult {
    /// Whether every expectation was met.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl Report {
    /// How many passed.
    pub fn passed(&self) -> usize {
        self.results.iter().filter(|result| result.passed()).count()
    }

    /// How many failed.
    pub fn failed(&self) -> usize {
        self.results.len() - self.passed()
    }
}

/// Runs the tests of a rule set on all cores. A filter selects the tests whose title or file name contains it, in upper
/// or lower case.
///
/// ```
/// let set = lexloci::Compiler::new().file("fr.loci", r#"
/// jurisdiction FR { zone "Europe/Paris" }
/// policy terms "Terms of service" {}
/// rule spam { basis terms  when text mentions "passive income"  then label }
/// test "a promise" { given { text: "Passive income!" }  at 2026-03-01  expect label by spam }
/// "#).compile()?;
/// let report = lexloci::suite::run(&set, None);
/// assert_eq!((report.passed(), report.failed()), (1, 0));
/// # Ok::<(), lexloci::Failure>(())
/// ```
pub fn run(set: &RuleSet, filter: Option<&str>) -> Report {
    let program = set.program();
    let run = |evaluator: &mut Evaluator, test: &&Test| {
        with_test_sets(test, evaluator, |evaluator| run_test(program, test, evaluator))
    };
    let results = parallel::map(&selected_tests(program, filter), || set.evaluator(), run);
    Report { results }
}

fn selected_tests<'p>(program: &'p Program, filter: Option<&str>) -> Vec<&'p Test> {
    let filter = filter.map(str::to_lowercase);
    let is_selected = |test: &&Test| {
        let contains = |part: &String| {
            [&test.title, &test.file].into_iter().any(|text| text.to_lowercase().contains(part))
        };
        filter.as_ref().is_none_or(contains)
    };
    program.tests.iter().filter(is_selected).collect()
}

/// Runs `ask` on an evaluator whose sets are as a test supposes them.
fn with_test_sets<T>(
    test: &Test,
    evaluator: &mut Evaluator,
    ask: impl FnOnce(&mut Evaluator) -> T,
) -> T {
    if test.sets.is_empty() {
        ask(evaluator)
    } else {
        ask(&mut evaluator.rule_set().with_sets(&test.sets).evaluator())
    }
}

/// The rules with sets as a test supposes them.
fn with_sets_of(test: &Test, set: &RuleSet) -> RuleSet {
    if test.sets.is_empty() { set.clone() } else { set.with_sets(&test.sets) }
}

fn run_test(program: &Program, test: &Test, evaluator: &mut Evaluator) -> TestResult {
    let without_decision = TestResult {
        file: test.file.clone(),
        title: test.title.clone(),
        location: test.at,
        place: test.place,
        at: None,
        zone: Zone::utc(),
        decision: None,
        failures: vec![],
        difference: vec![],
        reasons: vec![],
    };
    let judged = match history::judge(test, evaluator) {
        Ok(judged) => judged,
        Err(error) => {
            let message = format!("the record of test `{}` cannot be judged: {error}", test.title);
            let failures = vec![Diagnostic::new(error.code, test.at, message)];
            return TestResult { failures, ..without_decision };
        }
    };
    let Judged { record, at, state, decision, counts, .. } = judged;
    let found = Found { decision: &decision, counts: &counts };
    let is_unmet = |each: &&Expectation| !expect::is_met(program, test, &each.kind, found);
    let unmet: Vec<&Expectation> = test.expect.iter().filter(is_unmet).collect();
    let zone = program.zone_of(test.place, at);
    let mut result = TestResult { at: Some(at), zone, ..without_decision };
    if !unmet.is_empty() {
        let explanation = evaluator.explain(&record, test.place, at, &state);
        let rules = explanation.map_or(vec![], |explanation| explanation.rules);
        let why = Reasons { program, test, at, found, rules: &rules };
        result.failures = unmet.iter().map(|each| why.failure(each)).collect();
        result.difference = difference(program, test, found);
        result.reasons = reasons(program, &unmet, rules);
    }
    TestResult { decision: Some(decision), ..result }
}

fn record_and_instant(program: &Program, test: &Test) -> Result<(Record, Instant), RecordError> {
    let record = test.given.read(&program.schema)?;
    let at = test.instant.or_else(|| record.latest()).ok_or_else(|| RecordError {
        code: Code::NoInstant,
        path: message::SENT_AT.name.into(),
        message: "neither the test nor its record has a date: write `at 2026-03-01`".into(),
    })?;
    Ok((record, at))
}

/// The difference between what is expected and what is decided. Evidence of a rule appears in it only if the test
/// expects evidence of that rule and does not find it.
fn difference(program: &Program, test: &Test, found: Found<'_>) -> Vec<Difference> {
    let names = Names { program, file: &test.file };
    let mut decided = expect::describe(program, found.decision);
    let mut lines = vec![];
    for Expectation { kind, .. } in &test.expect {
        if expect::is_met(program, test, kind, found) {
            lines.push(Difference::Met(names.wording(kind)));
            decided.retain(|found| !expect::covers(kind, found));
        } else {
            lines.push(Difference::Unmet(names.wording(kind)));
            for other in expect::alternatives(program, kind, found) {
                if !decided.contains(&other) {
                    decided.push(other);
                }
            }
        }
    }
    // An outcome that is decided, but overruled, does not meet an expectation, and reads like it.
    let is_read_as_unmet = |found: &String| lines.contains(&Difference::Unmet(found.clone()));
    let decided = decided.iter().map(|found| names.wording(found));
    let decided: Vec<String> = decided.filter(|found| !is_read_as_unmet(found)).collect();
    lines.extend(decided.into_iter().map(Difference::Decided));
    lines
}

/// Explanations of the rules that the unmet expectations are about. An expectation that names no rule is about all
/// rules that matter to the decision.
fn reasons(program: &Program, unmet: &[&Expectation], rules: Vec<Explained>) -> Vec<Explained> {
    let subjects: BTreeSet<Option<&str>> = unmet
        .iter()
        .map(|each| expect::subject(&each.kind).map(|norm| expect::id(program, norm)))
        .collect();
    let wanted = |each: &Explained| {
        subjects.contains(&Some(each.rule.as_str()))
            || subjects.contains(&None) && each.why.is_relevant()
    };
    rules.into_iter().filter(wanted).collect()
}

/// Everything that a decision asks for, in the notation of `expect`.
fn acts_text(decision: &Decision) -> String {
    let act = |act: String, due: Option<Instant>, until: Option<Instant>| {
        let due = due.map(|due| format!(" due {due}")).unwrap_or_default();
        let until = until.map(|until| format!(" until {until}")).unwrap_or_default();
        format!("`{act}{due}{until}`")
    };
    let outcomes = decision.outcomes.iter();
    let outcomes = outcomes.map(|one| act(one.to_string(), one.due, one.until));
    let obligations = decision.obligations.iter().map(|one| {
        let to = one.to.iter().map(|to| format!(" to {to}")).collect::<String>();
        act(format!("{}{to}", one.action), one.due, one.until)
    });
    let acts: Vec<String> = outcomes.chain(obligations).collect();
    if acts.is_empty() { format!("`{NOTHING}`") } else { acts.join(", ") }
}

/// Says why expectations of a test are not met.
struct Reasons<'r> {
    program: &'r Program,
    test: &'r Test,
    at: Instant,
    found: Found<'r>,
    /// The explanations of the rules.
    rules: &'r [Explained],
}

impl Reasons<'_> {
    fn failure(&self, expectation: &Expectation) -> Diagnostic {
        let Self { program, test, at, found: seen, .. } = *self;
        let Found { decision, .. } = seen;
        let names = Names { program, file: "" };
        let expected = names.wording(&expectation.kind);
        let is_about_nothing = matches!(expectation.kind, ExpectationKind::Nothing);
        let found = if is_about_nothing && expect::asks_for_nothing(decision) {
            "that not everything is known".to_owned()
        } else if let ExpectationKind::Count { .. } | ExpectationKind::Marks { .. } =
            &expectation.kind
        {
            let others = expect::alternatives(program, &expectation.kind, seen);
            let others = others.iter().map(|kind| format!("`{}`", names.wording(kind)));
            others.collect::<Vec<_>>().join(", ")
        } else {
            acts_text(decision)
        };
        let zone = program.zone_of(test.place, at);
        let at = at.local(&zone);
        let message = format!("expected `{expected}` in {} at {at}, found {found}", test.place);
        Diagnostic::new(Code::TestFailed, expectation.at, message)
            .label(self.reason(&expectation.kind))
            .related(test.at, format!("in test `{}`", test.title))
    }

    /// How the rule that an expectation is about came out. If it is about no rule, which rules fired.
    fn reason(&self, expected: &ExpectationKind) -> String {
        let Self { program, test, at, found: Found { decision, .. }, rules } = *self;
        let Some(norm) = expect::subject(expected).and_then(|norm| program.norms.get(norm)) else {
            let fired: Vec<_> = decision.matched.iter().map(|each| each.rule.as_str()).collect();
            let unknown = decision.undetermined.iter().map(|each| {
                let missing = missing_fields(decision, &each.rule);
                format!("{} cannot be decided without {missing}", each.rule)
            });
            let unknown: Vec<_> = unknown.collect();
            return match (fired.is_empty(), unknown.is_empty()) {
                (false, _) => format!("by {}", fired.join(", ")),
                (true, false) => unknown.join("; "),
                (true, true) => "no rule fired".to_owned(),
            };
        };
        let rule = norm.id.as_str();
        let why = rules.iter().find(|each| each.rule == rule).map(|each| &each.why);
        match (expect::state(decision, rule), why) {
            (None, _) if norm.kind.rule().is_none() => {
                format!("{rule} is an exception; `defeated RULE by {rule}` tests what it lifts")
            }
            (None, _) if !program.blocs.within(test.place, norm.place, at) => {
                format!("{rule} is a rule of {}, and the test is in {}", norm.place, test.place)
            }
            (None, Some(why @ Why::NotInForce { because, .. })) => {
                format!("{rule} {}: {}", why.state(), because.join("; "))
            }
            (None, _) => format!("the condition of {rule} is false"),
            (Some(ShadowState::Fires), _) => format!("{rule} fired"),
            (Some(ShadowState::Defeated), _) => {
                format!("{rule} is lifted by {}", expect::lifted_by(decision, rule).join(", "))
            }
            (Some(ShadowState::Undetermined), _) => {
                let missing = missing_fields(decision, rule);
                format!("{rule} cannot be decided without {missing}")
            }
        }
    }
}

fn missing_fields(decision: &Decision, rule: &str) -> String {
    let undetermined = decision.undetermined.iter().filter(|each| each.rule == rule);
    let shadow = decision.shadow.iter().filter(|each| each.rule == rule);
    let missing = undetermined.flat_map(|each| &each.missing);
    let missing = missing.chain(shadow.flat_map(|each| &each.missing));
    missing.cloned().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests;
