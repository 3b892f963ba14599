//! Runs the tests and counts how often each condition was true and false.

use super::{Coverage, Point, PointKind};
use crate::base::source::{Location, Sources};
use crate::decision::force::{ground_id, ground_in_force};
use crate::decision::{Assembly, Verdict};
use crate::face::ruleset::RuleSet;
use crate::interpret::{Interpreter, Trace};
use crate::program::outcome::Truth;
use crate::program::{Expr, ExprKind, Ground, Norm, NormKind, Program, Test};
use crate::suite::{parallel, record_and_instant, selected};
use crate::world::value::{Type, Value};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::mem::Discriminant;

/// What all tests have reached so far.
#[derive(Default)]
struct Seen {
    conditions: HashMap<ConditionKey, Tally>,
    norms: BTreeMap<usize, NormTally>,
}

/// The key of a condition: its span and its kind. Two conditions can share a span, as in `x is missing`.
type ConditionKey = (Location, Discriminant<ExprKind>);

/// In how many tests a condition was true, false and unknown.
#[derive(Clone, Copy, Default)]
struct Tally {
    is_true: usize,
    is_false: usize,
    unknown: usize,
}

#[derive(Clone, Default)]
struct NormTally {
    /// In how many tests about its place it was in force.
    reached: usize,
    /// In how many tests about its place it was not in force.
    out_of_force: usize,
    /// In how many tests it fired or, if it is an exception, applied.
    holds: Tally,
    /// In how many tests its own `unless` exempted the message.
    exempt: usize,
    undetermined: usize,
    lifted: usize,
    /// For an exception: in how many tests it lifted a rule that would have fired.
    lifts: usize,
    /// In how many tests it cited each of its grounds, by the index of the ground.
    cited: BTreeMap<usize, usize>,
}

pub(super) fn coverage(set: &RuleSet, filter: Option<&str>) -> Coverage {
    let program = set.program();
    let tests = selected(program, filter);
    let mut seen = Seen::default();
    for one in parallel::map(&tests, || (), |(), test| reached_by(set, test)) {
        seen.add(one);
    }
    let sources = set.sources();
    let mut points = vec![];
    for (index, norm) in program.norms.iter().enumerate() {
        let tally = seen.norms.get(&index).cloned().unwrap_or_default();
        points.extend(norm_points(program, norm, &tally));
        for condition in [Some(&norm.when), norm.unless.as_ref()].into_iter().flatten() {
            points.extend(condition_points(sources, &norm.id, condition, &seen));
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
    let set = if test.entries.is_empty() { set } else { &set.with_entries(&test.entries) };
    let program = set.program();
    let mut seen = Seen::default();
    let Ok((record, at)) = record_and_instant(program, test) else { return seen };
    let interpreter = Interpreter::new(program, &record, at);
    let condition = |_, norm| interpreter.condition(norm);
    let event = |event| interpreter.event(event);
    let rules = program.rules();
    let assembly = Assembly::new(program, record.visibility(), at, &rules, &condition, &event);
    let verdicts = assembly.verdicts(test.place);
    let mut conditions: HashMap<ConditionKey, BTreeSet<Outcome>> = HashMap::new();
    for (index, verdict) in &verdicts {
        let tally = seen.norms.entry(*index).or_default();
        if verdict.in_force != Truth::True {
            tally.out_of_force = 1;
            continue;
        }
        let trace = interpreter.trace(verdict.norm);
        tally.add_verdict(verdict);
        let would_lift = |defeats: &usize| {
            let named = verdicts.get(defeats);
            named.is_some_and(|named| {
                named.in_force == Truth::True && named.finding.truth == Truth::True
            })
        };
        if let NormKind::Exception { defeats } = &verdict.norm.kind {
            tally.lifts = usize::from(verdict.truth == Truth::True && would_lift(defeats));
        }
        tally.exempt = usize::from(trace.unless.as_ref().is_some_and(|unless| {
            outcome(unless) == Some(Outcome::True)
                && trace.when.as_ref().is_some_and(|when| outcome(when) == Some(Outcome::True))
        }));
        if verdict.truth == Truth::True {
            for (number, ground) in verdict.norm.basis.grounds.iter().enumerate() {
                if ground_in_force(program, verdict.norm, *ground, at) == Truth::True {
                    tally.cited.insert(number, 1);
                }
            }
        }
        for clause in trace.when.iter().chain(&trace.unless) {
            add_outcomes(clause, &mut conditions);
        }
    }
    for (condition, outcomes) in conditions {
        let count = |outcome| usize::from(outcomes.contains(&outcome));
        let tally = Tally {
            is_true: count(Outcome::True),
            is_false: count(Outcome::False),
            unknown: count(Outcome::Unknown),
        };
        seen.conditions.insert(condition, tally);
    }
    seen
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    True,
    False,
    Unknown,
}

fn outcome(trace: &Trace<'_>) -> Option<Outcome> {
    match (&trace.value, &trace.expr.ty) {
        (Some(Value::Bool(true)), _) => Some(Outcome::True),
        (Some(Value::Bool(false)), _) => Some(Outcome::False),
        (None, Type::Bool) => Some(Outcome::Unknown),
        _ => None,
    }
}

/// Adds how each condition of a trace came out.
fn add_outcomes(trace: &Trace<'_>, seen: &mut HashMap<ConditionKey, BTreeSet<Outcome>>) {
    if let Some(outcome) = outcome(trace) {
        seen.entry(key(trace.expr)).or_default().insert(outcome);
    }
    trace.children.iter().for_each(|child| add_outcomes(child, seen));
}

fn key(expr: &Expr) -> ConditionKey {
    (expr.at, std::mem::discriminant(&expr.kind))
}

impl Seen {
    fn add(&mut self, other: Self) {
        for (condition, tally) in other.conditions {
            self.conditions.entry(condition).or_default().add(tally);
        }
        for (norm, tally) in other.norms {
            self.norms.entry(norm).or_default().add(&tally);
        }
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.is_true += other.is_true;
        self.is_false += other.is_false;
        self.unknown += other.unknown;
    }

    /// `false in 3 tests, unknown in 1`
    fn text(self) -> String {
        let mut parts = vec![];
        for (count, word) in
            [(self.is_true, "true"), (self.is_false, "false"), (self.unknown, "unknown")]
        {
            if count > 0 {
                parts.push(format!("{word} in {}", counted(count)));
            }
        }
        parts.join(", ")
    }
}

impl NormTally {
    fn add_verdict(&mut self, verdict: &Verdict<'_>) {
        self.reached = 1;
        self.holds = match verdict.truth {
            Truth::True => Tally { is_true: 1, ..Tally::default() },
            Truth::False => Tally { is_false: 1, ..Tally::default() },
            Truth::Unknown => Tally { unknown: 1, ..Tally::default() },
        };
        self.undetermined = usize::from(verdict.truth == Truth::Unknown);
        self.lifted = usize::from(!verdict.defeated_by.is_empty() && verdict.truth == Truth::False);
    }

    fn add(&mut self, other: &Self) {
        self.reached += other.reached;
        self.out_of_force += other.out_of_force;
        self.holds.add(other.holds);
        self.exempt += other.exempt;
        self.undetermined += other.undetermined;
        self.lifted += other.lifted;
        self.lifts += other.lifts;
        for (ground, tests) in &other.cited {
            *self.cited.entry(*ground).or_default() += tests;
        }
    }

    /// Why no test reaches a point of the norm.
    fn why(&self, norm: &Norm) -> String {
        match (self.reached, self.out_of_force) {
            (0, 0) => format!("no test asks about {}", norm.place),
            (0, out) => format!("it is not in force in {} about {}", counted(out), norm.place),
            _ => {
                let lifted = match self.lifted {
                    0 => String::new(),
                    lifted => format!(", lifted in {}", counted(lifted)),
                };
                format!("{}{lifted}", self.holds.text())
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
    let does_not_hold = tally.holds.is_false;
    let mut points = match &norm.kind {
        NormKind::Rule(_) => vec![
            point(PointKind::Rule, "it fires".into(), tally.holds.is_true),
            point(PointKind::Rule, "it does not fire".into(), does_not_hold),
        ],
        NormKind::Exception { .. } => vec![
            point(PointKind::Rule, "it lifts its rule".into(), tally.lifts),
            point(PointKind::Rule, "it does not apply".into(), does_not_hold),
        ],
    };
    if norm.unless.is_some() {
        points.push(point(PointKind::Clause, "`unless` exempts".into(), tally.exempt));
    }
    if matches!(&norm.kind, NormKind::Rule(body) if !body.on_unknown.is_empty()) {
        points.push(point(
            PointKind::Clause,
            "`on unknown` is asked for".into(),
            tally.undetermined,
        ));
    }
    for (number, ground) in norm.basis.grounds.iter().enumerate() {
        let tests = tally.cited.get(&number).copied().unwrap_or(0);
        let cited =
            point(PointKind::Clause, format!("it cites {}", ground_name(program, *ground)), tests);
        let why = cited.why.as_ref().map(|why| match tally.holds.is_true {
            0 => why.clone(),
            fired => {
                format!("it is not in force in {} in which the condition holds", counted(fired))
            }
        });
        points.push(Point { why, ..cited });
    }
    points
}

fn ground_name(program: &Program, ground: Ground) -> &str {
    ground_id(program, ground).unwrap_or_default()
}

/// Two points for each condition that contains no other: that it is true, and that it is false.
fn condition_points(sources: &Sources, owner: &str, condition: &Expr, seen: &Seen) -> Vec<Point> {
    let mut atoms = vec![];
    collect_conditions(condition, &mut atoms);
    let mut points = vec![];
    for atom in atoms {
        let tally = seen.conditions.get(&key(atom)).copied();
        let counts = tally.unwrap_or_default();
        for (tests, word) in [(counts.is_true, "true"), (counts.is_false, "false")] {
            let why = match (tests, tally) {
                (0, None) => Some(
                    "no test gets there: its rule is not reached, or a list before it is empty"
                        .to_owned(),
                ),
                (0, Some(tally)) => Some(tally.text()),
                _ => None,
            };
            points.push(Point {
                owner: owner.to_owned(),
                kind: PointKind::Branch,
                what: format!("`{}` is {word}", sources.on_one_line(atom.at)),
                at: atom.at,
                tests,
                why,
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
        if let ExprKind::Quantified { body, .. } = &expr.kind {
            collect_conditions(body, atoms);
        } else {
            expr.children().for_each(|child| collect_inside(child, atoms));
        }
    }
}

/// Collects the conditions inside an expression that is no condition itself, such as the body of a `count`.
fn collect_inside<'e>(expr: &'e Expr, atoms: &mut Vec<&'e Expr>) {
    if matches!(expr.kind, ExprKind::Quantified { .. } | ExprKind::If { .. }) {
        collect_conditions(expr, atoms);
    } else {
        expr.children().for_each(|child| collect_inside(child, atoms));
    }
}

fn counted(tests: usize) -> String {
    if tests == 1 { "1 test".to_owned() } else { format!("{tests} tests") }
}
