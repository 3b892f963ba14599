//! Runs the tests and counts in how many of them each condition was true and false.

use super::{Coverage, Point, PointKind};
use crate::base::source::{Location, Sources};
use crate::decision::Assembly;
use crate::decision::force::ground_id;
use crate::face::ruleset::RuleSet;
use crate::interpret::{Interpreter, Noted};
use crate::program::outcome::Truth;
use crate::program::{Act, Counter, Expr, ExprKind, Ground, Norm, NormKind, Program, Test};
use crate::state::{Contribution, Reading};
use crate::suite::history::{self, Judged};
use crate::suite::{parallel, selected_tests, with_sets_of};
use crate::world::place::Place;
use crate::world::value::Type;
use std::collections::{BTreeMap, HashMap};
use std::mem::Discriminant;

/// What all tests have reached so far.
#[derive(Default)]
struct Seen {
    conditions: HashMap<ConditionKey, Tally>,
    norms: BTreeMap<usize, NormTally>,
    /// In how many tests each counter counts a message, by its index.
    counters: BTreeMap<usize, usize>,
    /// In how many tests each `on unanswered` was asked for, by its index.
    unanswered: BTreeMap<usize, usize>,
}

/// The key of a condition: its span and its kind. Two conditions can share a span, as in `x is missing`.
type ConditionKey = (Location, Discriminant<ExprKind>);

/// In how many tests a condition was true, false and unknown.
#[derive(Clone, Copy, Default, PartialEq)]
struct Tally {
    is_true: usize,
    is_false: usize,
    unknown: usize,
}

/// In how many of the tests about its place a norm came out in each way.
#[derive(Clone, Default)]
struct NormTally {
    /// In how many tests it was not in force.
    out_of_force: usize,
    /// For the other tests: in how many it fired or, if it is an exception, applied.
    holds: Tally,
    /// In how many tests its own `unless` exempted the message.
    exempt: usize,
    /// In how many tests exceptions lifted it.
    lifted: usize,
    /// For an exception: in how many tests it lifted a norm that would have fired, for each such norm.
    lifts: BTreeMap<usize, usize>,
    /// In how many tests it cited each of its grounds, by the index of the ground.
    cited: BTreeMap<usize, usize>,
}

pub(super) fn coverage(set: &RuleSet, filter: Option<&str>) -> Coverage {
    let program = set.program();
    let tests = selected_tests(program, filter);
    let mut seen = Seen::default();
    for of_test in parallel::map(&tests, || (), |(), test| reached_by(set, test)) {
        seen.add(of_test);
    }
    let sources = set.sources();
    let mut points = vec![];
    for (index, norm) in program.norms.iter().enumerate() {
        let tally = seen.norms.get(&index).cloned().unwrap_or_default();
        points.extend(norm_points(program, norm, &tally));
        for condition in norm.conditions() {
            points.extend(condition_points(sources, &norm.id, condition, &seen));
        }
    }
    for (index, one) in program.on_unanswered.iter().enumerate() {
        let tests = seen.unanswered.get(&index).copied().unwrap_or(0);
        points.push(Point {
            owner: one.id.clone(),
            kind: PointKind::Clause,
            what: "`on unanswered` is asked for".into(),
            at: one.at,
            tests,
            why: (tests == 0).then(|| {
                "no test has an unanswered order or notice that makes it ask for anything".into()
            }),
        });
    }
    for (index, counter) in program.counters.iter().enumerate() {
        points.push(counter_point(counter, seen.counters.get(&index).copied().unwrap_or(0)));
        for expr in counter.when.iter().chain(&counter.adds) {
            points.extend(condition_points(sources, &counter.id, expr, &seen));
        }
    }
    for define in &program.defines {
        if define.body.ty == Type::Bool {
            points.extend(condition_points(sources, &define.id, &define.body, &seen));
        }
    }
    Coverage { points, tests: tests.len() }
}

/// What one test reaches.
fn reached_by(set: &RuleSet, test: &Test) -> Seen {
    let set = with_sets_of(test, set);
    let program = set.program();
    let mut seen = Seen::default();
    let judged = history::judge(test, &mut set.evaluator());
    let Ok(judged) = judged else { return seen };
    seen.note_counters(program, test, &judged);
    let Judged { record, at, state, .. } = judged;
    let interpreter = Interpreter::with_state(program, &record, at, &state);
    let rules = program.rules();
    let assembly = Assembly::new(program, record.visibility(), at, &rules, &interpreter);
    let verdicts = assembly.verdicts(test.place);
    let received = assembly.unanswered(test.place, &verdicts);
    let is_asked = |act: &Act| received.iter().any(|one| act.is_for(one.event));
    let clauses = assembly.on_unanswered(test.place).into_iter();
    let asked: Vec<Place> = clauses
        .filter(|clause| clause.acts.iter().any(is_asked))
        .map(|clause| clause.place)
        .collect();
    let all = program.on_unanswered.iter().enumerate();
    let asked = all.filter(|(_, one)| asked.contains(&one.place));
    seen.unanswered = asked.map(|(index, _)| (index, 1)).collect();
    for (index, verdict) in &verdicts {
        let tally = seen.norms.entry(*index).or_default();
        if verdict.in_force != Truth::True {
            tally.out_of_force = 1;
            continue;
        }
        let noted =
            interpreter.without(&verdict.hidden, |seeing| seeing.note_conditions(verdict.norm));
        tally.holds.set(verdict.truth);
        let is_lifted = !verdict.defeated_by.is_empty() && verdict.truth == Truth::False;
        tally.lifted = usize::from(is_lifted);
        let would_fire = |norm: &usize| {
            verdicts.get(norm).is_some_and(|verdict| {
                verdict.in_force == Truth::True && verdict.finding.truth == Truth::True
            })
        };
        if let NormKind::Exception { defeats } = &verdict.norm.kind {
            let lifted = |norm: &usize| verdict.truth == Truth::True && would_fire(norm);
            tally.lifts =
                defeats.iter().filter(|norm| lifted(norm)).map(|norm| (*norm, 1)).collect();
        }
        let is_true =
            |clause: &Expr| noted.get(&key(clause)).is_some_and(|outcomes| outcomes.is_true);
        let is_exempt = verdict.norm.unless.as_ref().is_some_and(is_true);
        tally.exempt = usize::from(is_exempt && is_true(&verdict.norm.when));
        if verdict.truth == Truth::True {
            let grounds: Vec<Ground> = verdict.force.grounds().collect();
            for (number, ground) in verdict.norm.basis.grounds.iter().enumerate() {
                if grounds.contains(ground) {
                    tally.cited.insert(number, 1);
                }
            }
        }
        seen.note(noted);
    }
    seen
}

fn key(expr: &Expr) -> ConditionKey {
    (expr.at, std::mem::discriminant(&expr.kind))
}

impl Seen {
    /// Notes how the conditions of a norm came out.
    fn note(&mut self, noted: Noted) {
        for (condition, outcomes) in noted {
            let tally = self.conditions.entry(condition).or_default();
            let truths = [
                (outcomes.is_true, Truth::True),
                (outcomes.is_false, Truth::False),
                (outcomes.is_unknown, Truth::Unknown),
            ];
            let came_out = truths.into_iter().filter(|(came_out, _)| *came_out);
            came_out.for_each(|(_, truth)| tally.set(truth));
        }
    }

    /// Notes which counters count the message of a test or earlier ones, and how their conditions came out for one earlier
    /// message of each clause and for the message itself.
    fn note_counters(&mut self, program: &Program, test: &Test, judged: &Judged) {
        let Judged { record, at, state, delta, counts, .. } = judged;
        let at = *at;
        let earlier = history::one_of_each(program, test);
        let own = std::iter::once((record, at));
        let all: Vec<_> = own.chain(earlier.iter().map(|(record, at)| (record, *at))).collect();
        let chain = program.blocs.chain(test.place, at);
        let numbered = program.counters.iter().enumerate();
        for (index, counter) in numbered.filter(|(_, counter)| chain.contains(&counter.place)) {
            for (record, at) in &all {
                self.note(Interpreter::new(program, record, *at).note_counter(counter));
            }
            let adds = delta.entries.iter().any(|one| {
                let contribution = one.entry.contribution(one.policy);
                *one.key.item == *counter.id && matches!(contribution, Contribution::Certain(_))
            });
            let has = state.readings.iter().any(|(key, reading)| {
                *key.item == *counter.id
                    && matches!(reading, Reading::Count(count) if count.certain > 0)
            });
            let is_expected = counts
                .iter()
                .any(|(of, count)| of.counter == index && count.is_some_and(|count| count > 0));
            if adds || has || is_expected {
                self.counters.insert(index, 1);
            }
        }
    }

    fn add(&mut self, other: Self) {
        for (counter, tests) in other.counters {
            *self.counters.entry(counter).or_default() += tests;
        }
        for (condition, tally) in other.conditions {
            self.conditions.entry(condition).or_default().add(tally);
        }
        for (norm, tally) in other.norms {
            self.norms.entry(norm).or_default().add(&tally);
        }
        for (index, tests) in other.unanswered {
            *self.unanswered.entry(index).or_default() += tests;
        }
    }
}

impl Tally {
    /// Counts a truth value. A test counts once, however often it evaluates the condition.
    fn set(&mut self, truth: Truth) {
        match truth {
            Truth::True => self.is_true = 1,
            Truth::False => self.is_false = 1,
            Truth::Unknown => self.unknown = 1,
        }
    }

    fn add(&mut self, other: Self) {
        self.is_true += other.is_true;
        self.is_false += other.is_false;
        self.unknown += other.unknown;
    }

    /// `false in 3 tests, unknown in 1`
    fn text(self) -> String {
        let counts = [(self.is_true, "true"), (self.is_false, "false"), (self.unknown, "unknown")];
        let parts = counts.into_iter().filter(|(count, _)| *count > 0);
        let parts = parts.map(|(count, word)| format!("{word} in {}", count_of_tests(count)));
        parts.collect::<Vec<_>>().join(", ")
    }
}

impl NormTally {
    fn add(&mut self, other: &Self) {
        self.out_of_force += other.out_of_force;
        self.holds.add(other.holds);
        self.exempt += other.exempt;
        self.lifted += other.lifted;
        for (norm, tests) in &other.lifts {
            *self.lifts.entry(*norm).or_default() += tests;
        }
        for (ground, tests) in &other.cited {
            *self.cited.entry(*ground).or_default() += tests;
        }
    }

    /// Why no test reaches a point of the norm.
    fn why(&self, norm: &Norm) -> String {
        let was_in_force = self.holds != Tally::default();
        match (was_in_force, self.out_of_force, self.lifted) {
            (false, 0, _) => format!("no test asks about {}", norm.place),
            (false, tests, _) => {
                format!("it is not in force in {} about {}", count_of_tests(tests), norm.place)
            }
            (true, _, 0) => self.holds.text(),
            (true, _, lifted) => {
                format!("{}, lifted in {}", self.holds.text(), count_of_tests(lifted))
            }
        }
    }
}

/// The points of a rule or exception other than its conditions.
fn norm_points(program: &Program, norm: &Norm, tally: &NormTally) -> Vec<Point> {
    let point = |kind, what: String, tests: usize| Point {
        owner: norm.id.clone(),
        kind,
        what,
        at: norm.at,
        tests,
        why: (tests == 0).then(|| tally.why(norm)),
    };
    let Tally { is_true: holds, is_false: does_not_hold, unknown } = tally.holds;
    let mut points = match &norm.kind {
        NormKind::Rule(_) => vec![
            point(PointKind::Rule, "it fires".into(), holds),
            point(PointKind::Rule, "it does not fire".into(), does_not_hold),
        ],
        NormKind::Exception { defeats } => {
            let lifts = |norm: &usize| {
                let what = match (&**defeats, program.norms.get(*norm)) {
                    ([_, _, ..], Some(norm)) => format!("it lifts {}", norm.id),
                    _ => "it lifts its rule".into(),
                };
                point(PointKind::Rule, what, tally.lifts.get(norm).copied().unwrap_or_default())
            };
            let mut points: Vec<_> = defeats.iter().map(lifts).collect();
            points.push(point(PointKind::Rule, "it does not apply".into(), does_not_hold));
            points
        }
    };
    if norm.unless.is_some() {
        points.push(point(PointKind::Clause, "`unless` exempts".into(), tally.exempt));
    }
    if norm.kind.rule().is_some_and(|body| !body.on_unknown.is_empty()) {
        points.push(point(PointKind::Clause, "`on unknown` is asked for".into(), unknown));
    }
    for (number, ground) in norm.basis.grounds.iter().enumerate() {
        let tests = tally.cited.get(&number).copied().unwrap_or(0);
        let id = ground_id(program, *ground).unwrap_or_default();
        let mut cited = point(PointKind::Clause, format!("it cites {id}"), tests);
        if tests == 0 && holds > 0 {
            let tests = count_of_tests(holds);
            cited.why = Some(format!("it is not in force in {tests} in which the condition holds"));
        }
        points.push(cited);
    }
    points
}

/// Whether a counter counts a message. How it does so is what its conditions and the rules that it counts show.
fn counter_point(counter: &Counter, tests: usize) -> Point {
    Point {
        owner: counter.id.to_string(),
        kind: PointKind::Rule,
        what: "it counts a message".into(),
        at: counter.at,
        tests,
        why: (tests == 0).then(|| "no test has a message that certainly counts".into()),
    }
}

/// Two points for each condition that contains no other: that it is true, and that it is false.
fn condition_points(sources: &Sources, owner: &str, condition: &Expr, seen: &Seen) -> Vec<Point> {
    let mut atoms = vec![];
    collect_conditions(condition, &mut atoms);
    let mut points = vec![];
    for atom in atoms {
        let tally = seen.conditions.get(&key(atom)).copied();
        let not_reached =
            "no test gets there: its rule is not reached, or a list before it is empty";
        let why = || tally.map_or_else(|| not_reached.to_owned(), Tally::text);
        let counts = tally.unwrap_or_default();
        for (tests, word) in [(counts.is_true, "true"), (counts.is_false, "false")] {
            points.push(Point {
                owner: owner.to_owned(),
                kind: PointKind::Branch,
                what: format!("`{}` is {word}", sources.on_one_line(atom.at)),
                at: atom.at,
                tests,
                why: (tests == 0).then(why),
            });
        }
    }
    points
}

/// Collects the conditions that contain no other, and the quantifiers.
fn collect_conditions<'e>(expr: &'e Expr, atoms: &mut Vec<&'e Expr>) {
    if expr.kind.is_connective() {
        expr.children().for_each(|child| collect_conditions(child, atoms));
    } else if let ExprKind::If { .. } = &expr.kind {
        let conditions = expr.children().filter(|child| child.ty == Type::Bool);
        conditions.for_each(|child| collect_conditions(child, atoms));
    } else {
        if expr.ty == Type::Bool && !matches!(expr.kind, ExprKind::Const(_)) {
            atoms.push(expr);
        }
        let has_conditions = has_conditions(&expr.kind);
        for child in expr.children() {
            if has_conditions && child.ty == Type::Bool {
                collect_conditions(child, atoms);
            } else {
                collect_inside(child, atoms);
            }
        }
    }
}

/// Collects the conditions inside an expression that is no condition itself, such as the body of a `count`.
fn collect_inside<'e>(expr: &'e Expr, atoms: &mut Vec<&'e Expr>) {
    if has_conditions(&expr.kind) || matches!(expr.kind, ExprKind::If { .. }) {
        collect_conditions(expr, atoms);
    } else {
        expr.children().for_each(|child| collect_inside(child, atoms));
    }
}

/// Whether it counts or adds up by conditions inside it, which are evaluated on their own.
fn has_conditions(kind: &ExprKind) -> bool {
    matches!(kind, ExprKind::Quantified { .. } | ExprKind::Aggregate { .. } | ExprKind::Score(_))
}

fn count_of_tests(count: usize) -> String {
    if count == 1 { "1 test".to_owned() } else { format!("{count} tests") }
}
