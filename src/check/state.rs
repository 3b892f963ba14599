//! Reads of counters and marks in conditions, and what follows from all of them together.

use super::Checker;
use super::names::Entity;
use crate::base::source::Span;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::{ActionKind, Expr, ExprKind, MarkRead, Program, RuleBody};
use crate::syntax::tree;
use crate::world::value::Type;
use std::collections::BTreeSet;

impl Checker<'_> {
    /// Lowers a counter without a key, and refuses what stands after it: `violations.count`.
    pub(super) fn count(
        &mut self,
        counter: usize,
        rest: &[tree::Name],
        path: &tree::Path,
    ) -> Option<Expr> {
        if let Some(name) = rest.first() {
            let counter = self.before(path, rest);
            let message = format!("`{counter}` is a whole number, which has no `{}`", name.text);
            let fault = Diagnostic::new(Code::BadOperand, self.at(name.span), message)
                .help(format!("write `{counter}`: it is the number itself"));
            self.found.push(fault.fix(self.at(path.span), counter, false));
            return None;
        }
        let key = self.no_key(counter, path.span)?;
        Some(self.node(ExprKind::Counter { counter, key }, Type::Int, path.span))
    }

    /// Lowers what is read of a mark after a dot.
    pub(super) fn mark_read(
        &mut self,
        mark: usize,
        rest: &[tree::Name],
        path: &tree::Path,
    ) -> Option<Expr> {
        let read = match rest {
            [name] if name.text == "since" => MarkRead::Since,
            [name] if name.text == "until" => MarkRead::Until,
            [name, ..] => {
                let mark = self.before(path, rest);
                let message = format!("a mark has no `{}`", name.text);
                let help = format!("write `{mark} is set`, `{mark}.since` or `{mark}.until`");
                return self.refuse(Code::UnknownField, name.span, message, help);
            }
            [] => {
                let name = path.dotted();
                let message = format!("`{name}` is a mark, and has no value by itself");
                let help = format!("ask whether it is set: `{name} is set`");
                let fault = Diagnostic::new(Code::WrongKind, self.at(path.span), message);
                let meant = format!("{name} is set");
                self.found.push(fault.help(help).fix(self.at(path.span), meant, false));
                return None;
            }
        };
        Some(self.node(ExprKind::Mark { mark, read }, Type::Instant, path.span))
    }

    /// Lowers `warned is set`.
    pub(super) fn mark_is_set(&mut self, mark: &tree::Expr, span: Span) -> Option<Expr> {
        if let tree::ExprKind::Path(path) = &mark.kind
            && !self.begins_with_field_or_local(path)
            && self.names_something(path)
        {
            let mark = self.resolve_as(path, "a mark", Entity::mark)?;
            return Some(self.truth(ExprKind::Mark { mark, read: MarkRead::IsSet }, span));
        }
        let value = self.expr(mark)?;
        let message = format!("{}, and no mark", self.what_is(&value));
        let help = "only a mark is set; ask of a value whether it `is known`";
        self.refuse(Code::WrongKind, mark.span, message, help)
    }

    /// Lowers `copies[link.host]`.
    pub(super) fn keyed(
        &mut self,
        path: &tree::Path,
        key: &[tree::Expr],
        span: Span,
    ) -> Option<Expr> {
        let (counter, key) = self.counter_with_key(path, key, span)?;
        Some(self.node(ExprKind::Counter { counter, key: Some(key) }, Type::Int, span))
    }

    /// Lowers `violations reaches 3`.
    pub(super) fn reaches(
        &mut self,
        counter: &tree::Expr,
        least: &tree::Expr,
        span: Span,
    ) -> Option<Expr> {
        let read = if let tree::ExprKind::Path(path) = &counter.kind {
            self.counter_named(path)
        } else if let tree::ExprKind::Keyed { name, key } = &counter.kind {
            let read = self.counter_with_key(name, key, counter.span);
            read.map(|(counter, key)| (counter, Some(key)))
        } else {
            let help = "write the name of a counter before `reaches`, or compare: `… >= 3`";
            let message = "`reaches` asks about a counter";
            self.refuse(Code::BadOperand, counter.span, message, help)
        };
        let least = self.threshold(least);
        let ((counter, key), least) = (read?, least?);
        self.check_is_own(counter, least, span)?;
        self.add_threshold(counter, least);
        Some(self.truth(ExprKind::Reaches { counter, key, least }, span))
    }

    fn counter_named(&mut self, path: &tree::Path) -> Option<(usize, Option<Vec<Expr>>)> {
        let counter = self.resolve_counter(path)?;
        let key = self.no_key(counter, path.span)?;
        Some((counter, key))
    }

    fn resolve_counter(&mut self, path: &tree::Path) -> Option<usize> {
        self.resolve_as(path, "a counter", Entity::counter)
    }

    /// Reads a counter without a key. The inner option is the key, which is not there. `None` after a report.
    #[expect(clippy::option_option, reason = "no key and a fault are different")]
    fn no_key(&mut self, counter: usize, span: Span) -> Option<Option<Vec<Expr>>> {
        if !self.check_counter(counter, Some(span)) {
            return None;
        }
        let per = &self.program.counters.get(counter)?.per;
        if per.each.is_some() {
            let name = self.written(self.at(span)).to_owned();
            let message =
                format!("`{name}` has one count for each element, and this does not say which");
            let help = format!("write a key: `{name}[…]`");
            return self.refuse(Code::BadKey, span, message, help);
        }
        Some(None)
    }

    fn counter_with_key(
        &mut self,
        path: &tree::Path,
        key: &[tree::Expr],
        span: Span,
    ) -> Option<(usize, Vec<Expr>)> {
        let key = super::expr::all_of(key.iter().map(|value| self.expr(value)));
        let counter = self.resolve_counter(path)?;
        if !self.check_counter(counter, Some(path.span)) {
            return None;
        }
        let key = key?;
        let per = &self.program.counters.get(counter)?.per;
        let types: Vec<Type> = per.values.iter().map(|value| value.ty.clone()).collect();
        if types.len() != key.len() {
            let message = format!(
                "the key of `{}` has {}, found {}",
                path.dotted(),
                counted(types.len()),
                key.len()
            );
            let help = "write a value for each value after its `per`, in the same order";
            return self.refuse(Code::BadKey, span, message, help);
        }
        let key = key.into_iter().zip(&types).map(|(value, ty)| self.coerce(value, ty));
        Some((counter, super::expr::all_of(key)?))
    }

    /// The number after `reaches`.
    fn threshold(&mut self, least: &tree::Expr) -> Option<u64> {
        if let tree::ExprKind::Number(number) = &least.kind
            && let Ok(number @ 1..) = number.parse()
        {
            return Some(number);
        }
        let message = "`reaches` wants a whole number of at least 1, written out";
        let help =
            "write a number, such as `reaches 3`; compare with other values: `violations >= limit`";
        self.refuse(Code::BadNumber, least.span, message, help)
    }

    /// Refuses `reaches` on a counter of another file. A counter keeps which message took which threshold, and only its own file
    /// may change what it keeps.
    fn check_is_own(&mut self, counter: usize, least: u64, span: Span) -> Option<()> {
        let counter = self.program.counters.get(counter)?;
        if Some(counter.place) == self.files.get(self.file).place {
            return Some(());
        }
        let (id, place) = (counter.id.clone(), counter.place);
        let message = format!("only the file of {place} can ask when `{id}` reaches a number");
        let help =
            format!("compare the number, `{id} >= {least}`, or declare a counter of this file");
        self.refuse(Code::OutOfPlace, span, message, help)
    }

    fn add_threshold(&mut self, counter: usize, least: u64) {
        let Some(counter) = self.program.counters.get_mut(counter) else { return };
        if let Err(index) = counter.thresholds.binary_search(&least) {
            counter.thresholds.insert(index, least);
        }
    }

    /// A path as it is written, up to the names after the item.
    fn before(&self, path: &tree::Path, rest: &[tree::Name]) -> String {
        let length = path.names.len().saturating_sub(rest.len());
        tree::dotted(path.names.get(..length).unwrap_or_default())
    }

    // ---- all counters, marks and rules together ---------------------------

    /// Finds out of which counters and marks rules in shadow read a copy.
    pub(super) fn link_state(&mut self) {
        let program = &self.program;
        let counters: Vec<Vec<usize>> =
            program.norms.iter().map(|norm| program.counters_read(norm.expressions())).collect();
        for (norm, counters) in self.program.norms.iter_mut().zip(counters) {
            norm.counters = counters;
        }
        let marks = self.program.norms.iter().filter_map(|norm| norm.kind.rule());
        let shadowed: BTreeSet<&str> = marks
            .filter(|rule| rule.shadow)
            .flat_map(RuleBody::acts)
            .filter(|act| is_about_mark(&self.program, act.action))
            .filter_map(|act| act.to.as_deref())
            .collect();
        let shadowed: Vec<bool> =
            self.program.marks.iter().map(|mark| shadowed.contains(mark.id.as_str())).collect();
        for (mark, has_shadow) in self.program.marks.iter_mut().zip(shadowed) {
            mark.has_shadow = has_shadow;
        }
        let read: Vec<BTreeSet<usize>> =
            (0..self.program.counters.len()).map(|counter| self.read_through(counter)).collect();
        let mut has_shadow: Vec<bool> = self
            .program
            .counters
            .iter()
            .map(|counter| {
                counter.counted_rules().iter().any(|rule| self.program.is_in_shadow(*rule))
            })
            .collect();
        // A counter gets a copy once one that it counts through has one. Each round adds at least one.
        loop {
            let next: Vec<bool> = has_shadow
                .iter()
                .zip(&read)
                .map(|(own, read)| {
                    *own || read.iter().any(|other| has_shadow.get(*other) == Some(&true))
                })
                .collect();
            if next == has_shadow {
                break;
            }
            has_shadow = next;
        }
        for (counter, has_shadow) in self.program.counters.iter_mut().zip(has_shadow) {
            counter.has_shadow = has_shadow;
        }
    }

    /// The counters that are read by the rules that a counter counts, and by the exceptions to them.
    fn read_through(&self, counter: usize) -> BTreeSet<usize> {
        let counter = self.program.counters.get(counter);
        let mut pending: Vec<usize> =
            counter.into_iter().flat_map(|counter| counter.counted_rules()).copied().collect();
        let (mut seen, mut read) = (BTreeSet::new(), BTreeSet::new());
        while let Some(norm) = pending.pop() {
            let Some(norm) = self.program.norms.get(norm).filter(|_| seen.insert(norm)) else {
                continue;
            };
            pending.extend(&norm.defeated_by);
            read.extend(norm.expressions().flat_map(|expr| counters_in(&self.program, expr)));
        }
        read
    }
}

/// The counters that an expression reads, also in the definitions that it calls.
fn counters_in<'p>(program: &'p Program, expr: &'p Expr) -> impl Iterator<Item = usize> + 'p {
    program.parts_of(expr).filter_map(|part| {
        if let ExprKind::Counter { counter, .. } | ExprKind::Reaches { counter, .. } = part.kind {
            return Some(counter);
        }
        None
    })
}

fn is_about_mark(program: &Program, action: usize) -> bool {
    let action = program.actions.get_index(action);
    action.is_some_and(|(_, action)| matches!(action.kind, ActionKind::Mark(_)))
}

/// `1 value`, `2 values`
fn counted(values: usize) -> String {
    if values == 1 { "1 value".to_owned() } else { format!("{values} values") }
}
