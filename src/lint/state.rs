//! Lints of counters and marks: those that nobody uses, and what they cost in a store.

use super::LintInput;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{
    Counter, Expr, ExprKind, Ground, Mark, MarkChange, Norm, NormKind, Program, RuleBody, Status,
};
use crate::world::standard::{chat, dotted, message};
use crate::world::value::{Type, Value};
use std::collections::BTreeSet;

const NANOS_A_DAY: i128 = 86_400_000_000_000;

pub(super) fn lints(input: &LintInput<'_>, found: &mut Vec<Diagnostic>) {
    let program = input.program;
    if program.counters.is_empty() && program.marks.is_empty() {
        return;
    }
    let linted: BTreeSet<_> = input.trees.iter().map(|(file, _, _)| *file).collect();
    let uses = Uses::of(program);
    for (index, mark) in program.marks.iter().enumerate() {
        if linted.contains(&mark.at.file) {
            found.extend(one_sided(mark, index, &uses, input));
        }
    }
    for (index, counter) in program.counters.iter().enumerate() {
        if linted.contains(&counter.at.file) {
            found.extend(busy(program, counter).or_else(|| idle(program, counter, index, &uses)));
        }
    }
    for norm in program.norms.iter().filter(|norm| linted.contains(&norm.at.file)) {
        found.extend(always_asks(program, norm));
    }
}

/// Who reads counters and marks, and which marks rules set.
struct Uses {
    /// The marks that some norm or definition reads.
    read_marks: BTreeSet<usize>,
    /// The counters that a rule not in shadow or an exception of their own file reads. Editors check a file without the
    /// files that read its counters.
    live_counters: BTreeSet<usize>,
    /// The marks that a rule sets.
    set_marks: BTreeSet<usize>,
    /// The marks that a rule sets or clears.
    changed_marks: BTreeSet<usize>,
}

impl Uses {
    fn of(program: &Program) -> Self {
        let (mut read_marks, mut live_counters) = (BTreeSet::new(), BTreeSet::new());
        let (mut set_marks, mut changed_marks) = (BTreeSet::new(), BTreeSet::new());
        let defines = program.defines.iter().map(|define| &define.body);
        let norms = program.norms.iter().flat_map(Norm::expressions);
        for part in defines.chain(norms).flat_map(|expr| program.parts_of(expr)) {
            if let ExprKind::Mark { mark, .. } = part.kind {
                read_marks.insert(mark);
            }
        }
        for (index, norm) in program.norms.iter().enumerate() {
            if !program.is_in_shadow(index) {
                let is_own = |counter: &&usize| {
                    let counter = program.counters.get(**counter);
                    counter.is_some_and(|counter| counter.at.file == norm.at.file)
                };
                live_counters.extend(norm.counters.iter().filter(is_own));
            }
            let acts = norm.kind.rule().into_iter().flat_map(RuleBody::acts);
            for (change, mark) in acts.filter_map(|act| program.mark_change(act)) {
                changed_marks.insert(mark);
                if change == MarkChange::Set {
                    set_marks.insert(mark);
                }
            }
        }
        Self { read_marks, live_counters, set_marks, changed_marks }
    }
}

/// Warns about a mark that is only read, or only set and cleared. A mark that nothing names is reported as unused.
fn one_sided(mark: &Mark, index: usize, uses: &Uses, input: &LintInput<'_>) -> Option<Diagnostic> {
    let is_read = uses.read_marks.contains(&index)
        || input.referenced_elsewhere.read.contains(mark.id.as_str());
    let name = mark.id.rsplit('.').next().unwrap_or_default();
    let (message, help) = match (uses.set_marks.contains(&index), is_read) {
        (true, true) => return None,
        (true, false) => (
            "rules set the mark, and nothing reads it".to_owned(),
            format!("read it in a rule, as in `{name} is set`, or delete it and what sets it"),
        ),
        (false, true) => (
            "no rule sets the mark, so only a person can".to_owned(),
            format!("set it in a rule of this file: `then mark {name} for 90 days`"),
        ),
        (false, false) if uses.changed_marks.contains(&index) => (
            "rules clear the mark, and no rule sets it".to_owned(),
            format!(
                "set it in a rule of this file, as in `then mark {name} for 90 days`, or delete it"
            ),
        ),
        (false, false) => return None,
    };
    Some(Diagnostic::new(Code::IdleMark, mark.at, message).help(help))
}

/// Warns about a counter to which nearly every message is written.
fn busy(program: &Program, counter: &Counter) -> Option<Diagnostic> {
    let when = counter.when.as_ref().filter(|_| counter.counts.is_none())?;
    if counter.per.each.is_some() || !is_common(program, when) {
        return None;
    }
    let days = (counter.over + counter.lateness) / NANOS_A_DAY;
    let kept = if days > 1 { format!("{days} million") } else { "up to a million".to_owned() };
    let message = format!(
        "nearly every message counts: of each million messages a day, a million rows are written, and {kept} are kept"
    );
    let help = "narrow `when`, for example with `text mentions …`; if every message has to count, write `# allow LX4203: why` above the counter";
    Some(Diagnostic::new(Code::BusyCounter, when.at, message).help(help))
}

/// Whether a condition is true for most messages: it finds no words, compares no numbers, and looks nothing up. A part that
/// reads counters and marks counts as true where the store has to be asked for them.
fn is_common(program: &Program, expr: &Expr) -> bool {
    let common = |expr: &Expr| is_common(program, expr);
    let reads_state = program.reads_state(expr);
    match &expr.kind {
        ExprKind::Const(value) => *value == Value::Bool(true),
        ExprKind::And(parts) => parts.iter().all(common),
        ExprKind::Or(parts) => parts.iter().any(common),
        // Most messages lack what is rare.
        ExprKind::Not(inner) => reads_state || !common(inner),
        ExprKind::Field { path, .. } => *path == dotted(&[message::CHAT, chat::PUBLIC]),
        ExprKind::Is(..) | ExprKind::Counter { .. } | ExprKind::Mark { .. } => true,
        ExprKind::Compare { left, right, .. } | ExprKind::In { item: left, list: right } => {
            let is_word = |side: &Expr| matches!(side.ty, Type::Enum(_));
            reads_state || is_word(left) || is_word(right)
        }
        ExprKind::Defined { define, .. } => {
            program.defines.get(*define).is_some_and(|define| common(&define.body))
        }
        // Only a message that is counted itself can take a counter to a number.
        ExprKind::Reaches { counter, .. } => {
            program.counters.get(*counter).is_some_and(|counter| {
                let when = counter.when.as_ref().filter(|_| counter.counts.is_none());
                when.is_some_and(common)
            })
        }
        // Elements with a key are rarer than messages.
        ExprKind::Quantified { .. } | ExprKind::Aggregate { .. } => false,
        ExprKind::At
        | ExprKind::Message
        | ExprKind::Local(_)
        | ExprKind::Entry { .. }
        | ExprKind::List(_)
        | ExprKind::InPlace { .. }
        | ExprKind::InSet { .. }
        | ExprKind::TextTest { .. }
        | ExprKind::Mentions { .. }
        | ExprKind::Matches { .. }
        | ExprKind::Spans { .. }
        | ExprKind::Coalesce { .. }
        | ExprKind::Negate(_)
        | ExprKind::Arithmetic { .. }
        | ExprKind::Score(_)
        | ExprKind::AtLeast { .. }
        | ExprKind::If { .. }
        | ExprKind::Call { .. } => reads_state,
    }
}

/// Warns about a counter that stays 0, because none of the rules that it counts is live and in force.
fn idle(program: &Program, counter: &Counter, index: usize, uses: &Uses) -> Option<Diagnostic> {
    let rules = counter.counted_rules();
    if rules.is_empty() {
        return None;
    }
    let live = rules.iter().filter(|rule| !program.is_in_shadow(**rule));
    let mut live = live.filter_map(|rule| program.norms.get(*rule)).peekable();
    let message = if live.peek().is_none() {
        // Rules in shadow read a copy that counts them.
        if !uses.live_counters.contains(&index) {
            return None;
        }
        "all rules that this counts are in shadow, so rules that are not in shadow read 0"
    } else if live.any(|norm| may_be_in_force(program, norm)) {
        return None;
    } else {
        "no rule that this counts is ever in force, so it stays 0"
    };
    let help = "count other rules, or delete the counter and the conditions that read it";
    let fault = Diagnostic::new(Code::IdleCounter, counter.at, message).help(help);
    let related = rules.iter().take(3).filter_map(|rule| program.norms.get(*rule));
    Some(related.fold(fault, |fault, norm| fault.related(norm.at, "counted")))
}

/// Whether the law or policy that a rule rests on can be in force.
fn may_be_in_force(program: &Program, norm: &Norm) -> bool {
    let may = |ground: &Ground| {
        program.article(*ground).is_none_or(|article| {
            !matches!(article.status, Status::Adopted | Status::Draft | Status::Annulled)
        })
    };
    let mut grounds = norm.basis.grounds.iter();
    norm.basis.grounds.is_empty()
        || if norm.basis.all { grounds.all(may) } else { grounds.any(may) }
}

/// Warns about a rule that asks the store for nearly every message.
fn always_asks(program: &Program, norm: &Norm) -> Option<Diagnostic> {
    let NormKind::Rule(_) = norm.kind else { return None };
    if !program.reads_state(&norm.when) || !is_common(program, &norm.when) {
        return None;
    }
    let message = "this rule asks the store about nearly every message: nothing else in its condition is rare";
    let help = "begin with what the message itself must have, as in `text mentions … and warned is set`: where that is false, nothing is asked";
    Some(Diagnostic::new(Code::AlwaysAsks, norm.when.at, message).help(help))
}
