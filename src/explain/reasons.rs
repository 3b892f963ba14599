//! From the trace of a condition to the part of it that mattered: the first unmet condition, the undecided ones, the
//! facts that were read.

use super::shown::shown;
use super::{Ask, Condition, Read, Why};
use crate::decision::{Decision, written};
use crate::interpret::{Interpreter, Trace};
use crate::outcome::Truth;
use crate::program::{Act, ActionKind, CompareOp, Expr, ExprKind, Norm, NormKind};
use crate::source::Sources;
use crate::value::Value;

/// Values and conditions that one reason shows.
const MOST: usize = 8;

/// Reads traces for one decision.
pub(super) struct Reader<'r, 'a> {
    pub(super) interpreter: &'r Interpreter<'a>,
    pub(super) sources: &'r Sources,
    pub(super) decision: &'r Decision,
}

impl<'a> Reader<'_, 'a> {
    /// Why a condition that is false is: its `unless` holds, or a part of its `when` does not.
    pub(super) fn unmet(&self, norm: &'a Norm) -> Why {
        let trace = self.interpreter.trace(norm);
        let exempt = trace.unless.filter(|unless| truth(unless) == Truth::True);
        let when = trace.when.filter(|when| truth(when) == Truth::False);
        match (when, exempt) {
            (Some(when), _) => Why::NotMet(self.condition(first_unmet(&when))),
            (None, Some(unless)) => Why::Exempt(self.condition(&unless)),
            (None, None) => Why::NotMet(self.written(&norm.when)),
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
            if !conditions.contains(&condition) && conditions.len() < MOST {
                conditions.push(condition);
            }
        }
        conditions
    }

    /// The facts that a condition reads; its texts are in the evidence.
    pub(super) fn facts(&self, norm: &'a Norm) -> Vec<Read> {
        let trace = self.interpreter.trace(norm);
        let mut reads = vec![];
        for clause in trace.when.iter().chain(&trace.unless) {
            collect_reads(clause, &mut reads, &|value| !matches!(value, Value::Surface(_)));
        }
        reads
    }

    /// What a rule asks for, with the deadlines of the decision.
    pub(super) fn asks(&self, norm: &Norm) -> Vec<Ask> {
        let NormKind::Rule(rule) = &norm.kind else { return vec![] };
        let decided = if self.decision.matched.iter().any(|matched| matched.rule == norm.id) {
            &rule.then
        } else {
            &rule.on_unknown
        };
        decided.iter().map(|act| self.ask(norm, act)).collect()
    }

    fn ask(&self, norm: &Norm, act: &Act) -> Ask {
        let program = self.interpreter.program;
        let action = program.actions.get_index(act.action);
        let bare = Ask { act: written(program, act), due: None, words: vec![], clock: None };
        let is_obligation = action.is_some_and(|(_, one)| one.kind == ActionKind::Obligation);
        if !is_obligation {
            let due = self.decision.outcome_due.as_ref().filter(|due| due.rules.contains(&norm.id));
            return due.map_or(bare.clone(), |due| Ask {
                due: due.due,
                words: due.words.clone(),
                clock: due.clock.clone(),
                ..bare
            });
        }
        let mut obligations = self.decision.obligations.iter();
        let same = obligations
            .find(|one| action.is_some_and(|(name, _)| *name == one.action) && one.to == act.to);
        same.map_or(bare.clone(), |one| Ask {
            due: one.due,
            words: one.words.clone(),
            clock: one.clock.clone(),
            ..bare
        })
    }

    fn condition(&self, trace: &Trace<'_>) -> Condition {
        let mut reads = vec![];
        collect_reads(trace, &mut reads, &|_| true);
        Condition { reads, ..self.written(trace.expr) }
    }

    fn written(&self, expr: &Expr) -> Condition {
        let words: Vec<&str> = self.sources.slice(expr.at).split_whitespace().collect();
        Condition {
            at: self.sources.display(expr.at),
            text: words.join(" "),
            needs: needs(expr),
            reads: vec![],
        }
    }
}

/// The first part of a chain of `and` that is false, also inside definitions.
fn first_unmet<'t, 'a>(trace: &'t Trace<'a>) -> &'t Trace<'a> {
    let inside = match &trace.expr.kind {
        ExprKind::And(_) => trace.children.iter().find(|child| truth(child) == Truth::False),
        ExprKind::Defined { .. } => {
            trace.children.last().filter(|body| matches!(body.expr.kind, ExprKind::And(_)))
        }
        _ => None,
    };
    inside.map_or(trace, first_unmet)
}

/// The smallest conditions that are unknown and make `trace` so.
fn undecided<'t, 'a>(trace: &'t Trace<'a>, found: &mut Vec<&'t Trace<'a>>) {
    if trace.value.is_some() {
        return;
    }
    match &trace.expr.kind {
        ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::AtLeast { .. } => {
            trace.children.iter().for_each(|child| undecided(child, found));
        }
        ExprKind::Defined { args, .. } => {
            trace.children.iter().skip(args.len()).for_each(|child| undecided(child, found))
        }
        _ => found.push(trace),
    }
}

/// The fields that an expression read, in order, each once.
fn collect_reads(trace: &Trace<'_>, reads: &mut Vec<Read>, wanted: &dyn Fn(&Value) -> bool) {
    if let ExprKind::Field { path, .. } | ExprKind::Entry { path, .. } = &trace.expr.kind {
        let read = Read {
            path: trace.path.as_ref().unwrap_or(path).clone(),
            value: trace.value.as_ref().map(shown),
        };
        let is_wanted = trace.value.as_ref().is_none_or(wanted);
        if is_wanted && !reads.contains(&read) && reads.len() < MOST {
            reads.push(read);
        }
        return;
    }
    trace.children.iter().for_each(|child| collect_reads(child, reads, wanted));
}

fn truth(trace: &Trace<'_>) -> Truth {
    match trace.value {
        Some(Value::Bool(truth)) => truth.into(),
        _ => Truth::Unknown,
    }
}

/// A comparison of a field with a constant, in words.
fn needs(expr: &Expr) -> Option<String> {
    let ExprKind::Compare { op, left, right } = &expr.kind else { return None };
    let (ExprKind::Field { .. }, ExprKind::Const(value)) = (&left.kind, &right.kind) else {
        return None;
    };
    let words = match op {
        CompareOp::Equal => "",
        CompareOp::NotEqual => "anything but ",
        CompareOp::Less => "less than ",
        CompareOp::LessOrEqual => "at most ",
        CompareOp::Greater => "more than ",
        CompareOp::GreaterOrEqual => "at least ",
    };
    Some(format!("{words}{}", shown(value)))
}
