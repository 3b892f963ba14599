//! Finds in the trace of a condition what decided it: the first unmet part, the undecided parts, and the facts that it
//! read.

use super::scores::{Score, collect_scores};
use super::shown::{brief, shown};
use super::{Ask, Condition, Read, Remembered, Why};
use crate::base::source::Sources;
use crate::base::time::Zone;
use crate::decision::{Assembly, Decision, Obligation, Outcome, Verdict, action_text};
use crate::interpret::{Interpreter, Trace, register_name};
use crate::program::outcome::Truth;
use crate::program::{Act, CompareOp, Expr, ExprKind, Norm, RuleBody};
use crate::world::lists::Completeness;
use crate::world::place::Place;
use crate::world::value::Value;

/// The most values, conditions or exceptions that one reason shows.
pub(super) const MAX_ITEMS: usize = 8;
/// All parts of an `or` are shown if it has at most this number of parts. Otherwise only the first is shown.
const MAX_ALTERNATIVES: usize = 3;
/// How many levels of an `or` inside an `or` are shown with their parts.
const OR_LEVELS: usize = 2;

/// Finds the reasons for one decision.
pub(super) struct ReasonFinder<'r, 'a> {
    pub(super) interpreter: &'r Interpreter<'a>,
    pub(super) sources: &'r Sources,
    pub(super) decision: &'r Decision,
    /// The zone of the place.
    pub(super) zone: &'r Zone,
    /// The place, and how its rules come out there.
    pub(super) question: (&'r Assembly<'a, 'r>, Place),
}

impl<'a> ReasonFinder<'_, 'a> {
    /// Why a norm does not apply: its `unless` holds, or a part of its `when` does not.
    pub(super) fn unmet(&self, norm: &'a Norm) -> Why {
        let trace = self.interpreter.trace(norm);
        let exempt = trace.unless.filter(|unless| truth(unless) == Truth::True);
        let when = trace.when.filter(|when| truth(when) == Truth::False);
        match (when, exempt) {
            (Some(when), _) => Why::NotMet(self.decisive_condition(&when, OR_LEVELS)),
            (None, Some(unless)) => Why::Exempt(self.decisive_condition(&unless, 0)),
            (None, None) => Why::NotMet(self.without_values(&norm.when)),
        }
    }

    /// The conditions of a norm that could not be decided.
    pub(super) fn undecided(&self, norm: &'a Norm) -> Vec<Condition> {
        let trace = self.interpreter.trace(norm);
        let mut found = vec![];
        for clause in trace.when.iter().chain(&trace.unless) {
            undecided(clause, &mut found);
        }
        let mut conditions: Vec<Condition> = vec![];
        for condition in found.into_iter().map(|trace| self.condition(trace)) {
            if !conditions.contains(&condition) && conditions.len() < MAX_ITEMS {
                conditions.push(condition);
            }
        }
        conditions
    }

    /// The facts that the conditions of a norm read. Message texts are left out, because the evidence quotes them.
    pub(super) fn facts(&self, norm: &'a Norm) -> Vec<Read> {
        let trace = self.interpreter.trace(norm);
        let mut reads = vec![];
        for clause in trace.when.iter().chain(&trace.unless) {
            self.collect_reads(clause, &mut reads, Wanted::Facts);
            self.collect_registers(clause, &mut reads);
        }
        self.with_origin(reads)
    }

    /// Adds the registers in which something was not found, with the days on which the register is complete, because only then
    /// does absence from it prove anything.
    fn collect_registers(&self, trace: &Trace<'_>, reads: &mut Vec<Read>) {
        if let (ExprKind::InSet { set, .. }, [item]) = (&trace.expr.kind, &*trace.children)
            && item.value.as_ref().is_some_and(|item| *item != Value::Absent)
            && trace.value != Some(Value::Bool(true))
            && let Some(register) = self.interpreter.program.sets.get(*set)
            && let Some(days) = days_of(register.completeness)
        {
            let read = Read { path: register_name(register), value: Some(days), from: None };
            if !reads.contains(&read) && reads.len() < MAX_ITEMS {
                reads.push(read);
            }
        }
        for child in
            trace.children.iter().filter(|child| contributed(trace, child, Wanted::Everything))
        {
            self.collect_registers(child, reads);
        }
    }

    /// What the conditions of a norm read of counters and marks.
    pub(super) fn memory(&self, norm: &'a Norm) -> Vec<Remembered> {
        memory_of(self.interpreter, norm, self.zone)
    }

    /// The scores in the conditions of a norm.
    pub(super) fn scores(&self, norm: &'a Norm) -> Vec<Score> {
        let trace = self.interpreter.trace(norm);
        let mut scores = vec![];
        for clause in trace.when.iter().chain(&trace.unless) {
            collect_scores(clause, self.sources, &mut scores);
        }
        scores
    }

    /// Adds to each value the facts of the host that it comes from.
    fn with_origin(&self, mut reads: Vec<Read>) -> Vec<Read> {
        for read in &mut reads {
            read.from = self.interpreter.record.provenance(&read.path).map(str::to_owned);
        }
        reads
    }

    /// What a rule asks for, with the deadlines of the decision; an exception asks for nothing.
    pub(super) fn asks(&self, verdict: &Verdict<'a>, acts: fn(&RuleBody) -> &[Act]) -> Vec<Ask> {
        let acts = verdict.norm.kind.rule().map(acts).unwrap_or_default();
        acts.iter().map(|act| self.ask(verdict, act)).collect()
    }

    fn ask(&self, verdict: &Verdict<'a>, act: &'a Act) -> Ask {
        let (program, norm) = (self.interpreter.program, verdict.norm);
        let without_dates = Ask {
            act: action_text(program, act),
            due: None,
            words: vec![],
            clock: None,
            paused: false,
            held: false,
            since: None,
            until: None,
            until_clock: None,
            until_missing: vec![],
            over: false,
            zone: self.zone.clone(),
        };
        let action = program.actions.get_index(act.action);
        let obligation = action.filter(|(_, action)| !action.kind.is_outcome());
        if let Some((name, _)) = obligation {
            let obligation = self.decision.obligations.iter().find(|obligation| {
                obligation.is_asked_by(&norm.id)
                    && obligation.action == *name
                    && obligation.to.as_deref() == act.to.as_deref()
            });
            return obligation.map_or(without_dates, |one| Ask::of(one, self.zone));
        }
        let outcome = self.decision.outcomes.iter().find(|outcome| {
            outcome.is_asked_by(&norm.id)
                && action.is_some_and(|(name, _)| outcome.action == *name)
                && outcome.target.as_deref() == act.to.as_deref()
        });
        let is_live = norm.kind.rule().is_some_and(|rule| !rule.shadow);
        let has_end = act.until.is_some() || act.keep.is_some();
        if let Some(outcome) = outcome {
            return Ask::of_outcome(outcome, self.zone);
        }
        if !is_live || !has_end {
            return without_dates;
        }
        let (assembly, place) = self.question;
        let (since, until) = assembly.was_asked(verdict, act, place).unzip();
        Ask { over: true, since, until, ..without_dates }
    }

    /// The part that decided a condition, searched inside definitions too.
    fn decisive_condition(&self, trace: &Trace<'_>, or_levels: usize) -> Condition {
        let mut within = vec![];
        let mut part = trace;
        while let Some(inside) = decisive_part(part) {
            if let ExprKind::Defined { .. } = part.expr.kind {
                within.push(self.sources.on_one_line(part.expr.at));
            }
            part = inside;
        }
        let is_or = matches!(part.expr.kind, ExprKind::Or(_));
        let alternatives: &[Trace<'_>] = if is_or && or_levels > 0 { &part.children } else { &[] };
        let count = alternatives.len();
        let (shown, others) =
            alternatives.split_at(if count > MAX_ALTERNATIVES { 1 } else { count });
        let either = shown.iter().map(|part| self.decisive_condition(part, or_levels - 1));
        Condition { within, either: either.collect(), more: others.len(), ..self.condition(part) }
    }

    fn condition(&self, trace: &Trace<'_>) -> Condition {
        let mut reads = vec![];
        self.collect_reads(trace, &mut reads, Wanted::Everything);
        self.collect_registers(trace, &mut reads);
        let condition = self.without_values(trace.expr);
        let needs = self.count_of_conditions(trace).or(condition.needs);
        let (mut memory, mut scores) = (vec![], vec![]);
        collect_memory((self.interpreter, self.zone), trace, &mut memory);
        collect_scores(trace, self.sources, &mut scores);
        Condition { reads: self.with_origin(reads), memory, needs, scores, ..condition }
    }

    /// Collects what an expression read and what it compared, in order and without repetitions.
    fn collect_reads(&self, trace: &Trace<'_>, reads: &mut Vec<Read>, wanted: Wanted) {
        if let ExprKind::Field { path, .. } | ExprKind::Entry { path, .. } = &trace.expr.kind {
            if wanted == Wanted::Everything || !matches!(trace.value, Some(Value::Surface(_))) {
                add(reads, trace.path.as_ref().unwrap_or(path).clone(), trace);
            }
            return;
        }
        if let ExprKind::At = &trace.expr.kind {
            add(reads, "at".to_owned(), trace);
        }
        if trace.state.is_some() {
            // What is known of it is told apart, with its key.
            let is_number = matches!(trace.expr.kind, ExprKind::Counter { .. });
            if is_number && trace.value.is_some() && wanted == Wanted::Everything {
                add(reads, self.sources.on_one_line(trace.expr.at), trace);
            }
            return;
        }
        for child in trace.children.iter().filter(|child| contributed(trace, child, wanted)) {
            if child.value.is_some() && is_compared(&trace.expr.kind, &child.expr.kind) {
                let text = self.sources.on_one_line(child.expr.at);
                let name = if text.contains(' ') { format!("`{}`", brief(&text)) } else { text };
                add(reads, name, child);
            }
            self.collect_reads(child, reads, wanted);
        }
    }

    /// How many of the conditions of an `at least` hold, and which.
    fn count_of_conditions(&self, trace: &Trace<'_>) -> Option<String> {
        let ExprKind::AtLeast { least, of } = &trace.expr.kind else { return None };
        let met = trace.children.iter().filter(|child| truth(child) == Truth::True);
        let met: Vec<String> =
            met.map(|child| format!("`{}`", self.sources.on_one_line(child.expr.at))).collect();
        let all = of.len();
        let hold = match met.len() {
            0 => "none holds".to_owned(),
            1 => format!("1 holds: {}", met.join(", ")),
            count => format!("{count} hold: {}", met.join(", ")),
        };
        Some(format!("at least {least} of {all} conditions, and {hold}"))
    }

    /// A condition as it is written, without the values that it read.
    fn without_values(&self, expr: &Expr) -> Condition {
        Condition {
            at: self.sources.display(expr.at),
            text: self.sources.on_one_line(expr.at),
            needs: needs(expr),
            reads: vec![],
            memory: vec![],
            scores: vec![],
            within: vec![],
            either: vec![],
            more: 0,
        }
    }
}

impl Ask {
    /// An outcome that rules ask for.
    pub(in crate::views) fn of_outcome(outcome: &Outcome, zone: &Zone) -> Self {
        Self {
            act: outcome.to_string(),
            due: outcome.due,
            words: outcome.words.clone(),
            clock: outcome.clock.clone(),
            paused: outcome.paused,
            held: false,
            since: outcome.since,
            until: outcome.until,
            until_clock: outcome.until_clock.clone(),
            until_missing: outcome.until_missing.clone(),
            over: false,
            zone: zone.clone(),
        }
    }

    /// What an obligation asks for.
    pub(in crate::views) fn of(obligation: &Obligation, zone: &Zone) -> Self {
        Self {
            act: obligation.to_string(),
            due: obligation.due,
            words: obligation.words.clone(),
            clock: obligation.clock.clone(),
            paused: obligation.paused,
            held: obligation.held,
            since: None,
            until: obligation.until,
            until_clock: obligation.until_clock.clone(),
            until_missing: vec![],
            over: false,
            zone: zone.clone(),
        }
    }
}

/// On which days a register is complete; `None` if it is complete on all days.
fn days_of(completeness: Completeness) -> Option<String> {
    match completeness {
        Completeness::Always => None,
        Completeness::Between(from, until) => Some(format!("complete from {from} until {until}")),
        Completeness::Never => Some("not known to be complete".to_owned()),
    }
}

/// How the parts of an expression make its value.
enum PartsRole {
    /// The parts of an `and`.
    And,
    /// The parts of an `or`.
    Or,
    /// Conditions or elements, which are counted or added up.
    Counted,
    /// Arguments, then the body of the definition at this index.
    Definition { body: usize },
    /// Each part contributes to the value.
    Operands,
}

fn role_of_parts(kind: &ExprKind) -> PartsRole {
    match kind {
        ExprKind::And(_) => PartsRole::And,
        ExprKind::Or(_) => PartsRole::Or,
        ExprKind::AtLeast { .. }
        | ExprKind::Quantified { .. }
        | ExprKind::Aggregate { .. }
        | ExprKind::Score(_) => PartsRole::Counted,
        ExprKind::Defined { args, .. } => PartsRole::Definition { body: args.len() },
        ExprKind::Const(_)
        | ExprKind::At
        | ExprKind::Message
        | ExprKind::Local(_)
        | ExprKind::Field { .. }
        | ExprKind::Entry { .. }
        | ExprKind::List(_)
        | ExprKind::Not(_)
        | ExprKind::Compare { .. }
        | ExprKind::In { .. }
        | ExprKind::InPlace { .. }
        | ExprKind::InSet { .. }
        | ExprKind::TextTest { .. }
        | ExprKind::Mentions { .. }
        | ExprKind::Matches { .. }
        | ExprKind::Spans { .. }
        | ExprKind::Is(..)
        | ExprKind::Coalesce { .. }
        | ExprKind::Negate(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::If { .. }
        | ExprKind::Counter { .. }
        | ExprKind::Reaches { .. }
        | ExprKind::Mark { .. }
        | ExprKind::Call { .. } => PartsRole::Operands,
    }
}

/// The first part that makes an `and` false or an `or` true; for a definition, its body.
fn decisive_part<'t, 'a>(trace: &'t Trace<'a>) -> Option<&'t Trace<'a>> {
    let decided = truth(trace);
    let first = || trace.children.iter().find(|child| truth(child) == decided);
    match role_of_parts(&trace.expr.kind) {
        PartsRole::And => first().filter(|_| decided == Truth::False),
        PartsRole::Or => first().filter(|_| decided == Truth::True),
        PartsRole::Definition { body } => {
            trace.children.get(body).filter(|_| decided != Truth::Unknown)
        }
        PartsRole::Counted | PartsRole::Operands => None,
    }
}

/// Collects the smallest unknown conditions that make `trace` unknown.
fn undecided<'t, 'a>(trace: &'t Trace<'a>, found: &mut Vec<&'t Trace<'a>>) {
    if trace.value.is_some() {
        return;
    }
    if trace.children.is_empty() {
        found.push(trace);
    } else if trace.expr.kind.is_connective() {
        trace.children.iter().for_each(|child| undecided(child, found));
    } else if let ExprKind::Defined { args, .. } = &trace.expr.kind {
        trace.children.iter().skip(args.len()).for_each(|child| undecided(child, found));
    } else {
        found.push(trace);
    }
}

/// Adds a value, unless it was added before or there are enough values.
fn add(reads: &mut Vec<Read>, path: String, trace: &Trace<'_>) {
    let read = Read { path, value: trace.value.as_ref().map(shown), from: None };
    if !reads.contains(&read) && reads.len() < MAX_ITEMS {
        reads.push(read);
    }
}

/// Whether a part of an expression is a computed value that is compared, or a computed part of a sum.
fn is_compared(whole: &ExprKind, part: &ExprKind) -> bool {
    let is_computed = matches!(
        part,
        ExprKind::Call { .. }
            | ExprKind::Aggregate { .. }
            | ExprKind::Defined { .. }
            | ExprKind::If { .. }
            | ExprKind::Quantified { .. }
            | ExprKind::Negate(_)
    );
    let is_sum = matches!(part, ExprKind::Arithmetic { .. });
    let is_comparison = matches!(whole, ExprKind::Compare { .. });
    is_comparison && (is_computed || is_sum)
        || is_computed && matches!(whole, ExprKind::Arithmetic { .. })
}

/// Whether an expression counts how many of its parts are true.
fn counts_conditions(kind: &ExprKind) -> bool {
    matches!(kind, ExprKind::AtLeast { .. } | ExprKind::Score(_))
}

/// Which values are collected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Those that support a rule that fired. Message texts are left out, because the evidence quotes them.
    Facts,
    Everything,
}

/// What the conditions of a norm rest on of counters and marks.
pub(crate) fn memory_of<'a>(
    interpreter: &Interpreter<'a>,
    norm: &'a Norm,
    zone: &Zone,
) -> Vec<Remembered> {
    let trace = interpreter.trace(norm);
    let mut memory = vec![];
    for clause in trace.when.iter().chain(&trace.unless) {
        collect_memory((interpreter, zone), clause, &mut memory);
    }
    memory
}

/// The parts of the `when` of a norm that support that it holds, outermost first.
pub(crate) fn supporting<'a>(
    interpreter: &Interpreter<'a>,
    norm: &'a Norm,
    see: &mut dyn FnMut(&Trace<'a>),
) {
    if let Some(when) = interpreter.trace(norm).when {
        visit(&when, Wanted::Facts, see);
    }
}

/// The parts of both clauses of a norm that decided how they came out, outermost first.
pub(crate) fn deciding<'a>(
    interpreter: &Interpreter<'a>,
    norm: &'a Norm,
    see: &mut dyn FnMut(&Trace<'a>),
) {
    let trace = interpreter.trace(norm);
    trace.when.iter().chain(&trace.unless).for_each(|one| visit(one, Wanted::Everything, see));
}

fn visit<'a>(trace: &Trace<'a>, wanted: Wanted, see: &mut dyn FnMut(&Trace<'a>)) {
    see(trace);
    let parts = trace.children.iter().filter(|part| contributed(trace, part, wanted));
    parts.for_each(|part| visit(part, wanted, see));
}

fn collect_memory(
    (interpreter, zone): (&Interpreter<'_>, &Zone),
    trace: &Trace<'_>,
    memory: &mut Vec<Remembered>,
) {
    if let Some(key) = &trace.state
        && memory.len() < MAX_ITEMS
    {
        let one = Remembered::of(interpreter, key, zone);
        if !memory.contains(&one) {
            memory.push(one);
        }
    }
    for child in trace.children.iter().filter(|child| contributed(trace, child, Wanted::Everything))
    {
        collect_memory((interpreter, zone), child, memory);
    }
}

/// Whether a part contributed to the value of its parent. An unknown part does not contribute to a decided condition,
/// and only false parts contribute to a false `and`.
fn contributed(parent: &Trace<'_>, part: &Trace<'_>, wanted: Wanted) -> bool {
    let decided = truth(parent);
    match role_of_parts(&parent.expr.kind) {
        PartsRole::And if decided == Truth::False => truth(part) == Truth::False,
        PartsRole::Or if decided == Truth::True => truth(part) == Truth::True,
        // Only true parts support an `at least` or the points of a score.
        PartsRole::Counted if wanted == Wanted::Facts && counts_conditions(&parent.expr.kind) => {
            truth(part) == Truth::True
        }
        PartsRole::And | PartsRole::Or | PartsRole::Counted => {
            decided == Truth::Unknown || part.value.is_some()
        }
        PartsRole::Definition { .. } | PartsRole::Operands => true,
    }
}

fn truth(trace: &Trace<'_>) -> Truth {
    trace.truth().unwrap_or(Truth::Unknown)
}

/// A comparison of a field with a constant, in words.
fn needs(expr: &Expr) -> Option<String> {
    let ExprKind::Compare { op, left, right } = &expr.kind else { return None };
    let ExprKind::Const(value) = &right.kind else { return None };
    let (field, default) = if let ExprKind::Coalesce { value, default } = &left.kind {
        let ExprKind::Const(default) = &default.kind else { return None };
        (value, Some(shown(default)))
    } else {
        (left, None)
    };
    let ExprKind::Field { .. } = &field.kind else { return None };
    let words = match op {
        CompareOp::Equal => "",
        CompareOp::NotEqual => "anything but ",
        CompareOp::Less => "less than ",
        CompareOp::LessOrEqual => "at most ",
        CompareOp::Greater => "more than ",
        CompareOp::GreaterOrEqual => "at least ",
    };
    let default = default.map(|default| format!(", and a missing value counts as {default}"));
    Some(format!("{words}{}{}", shown(value), default.unwrap_or_default()))
}
