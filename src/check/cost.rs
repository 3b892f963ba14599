//! Bounds the cost of a condition from the size limits of records. Costly conditions are refused before anything runs, so
//! evaluation needs no time limit. How costs are added up: `program::bound`; what each kind of expression costs:
//! `base::steps`.

mod elements;
mod largest;
mod share;

use super::Checker;
use crate::base::limits;
use crate::base::source::Location;
use crate::base::steps;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::bound::{Bound, Grounds, Search, Sum, Texts, Unknown};
use crate::program::functions::Cost;
use crate::program::{Counter, Expr, ExprKind, Norm, NormKind, PatternRef, Program, Sought};
use crate::text::{Matcher, Regex};
use crate::world::schema::{Presence, Schema};
use crate::world::standard::span;
use crate::world::value::{Type, Value};
use elements::PerElement;
use largest::{Limits, texts_of};
use std::collections::{BTreeMap, BTreeSet};

/// Steps are given in millions: nobody reads longer numbers.
const MILLION: u64 = 1_000_000;
/// The value of a field that is no text, list, map or record.
const SMALL: u64 = 32;

impl Checker<'_> {
    /// The greatest cost of a norm: of its conditions and of the ends of its outcomes. Reports a norm that is too costly or
    /// nested too deep.
    pub(super) fn cost_of_norm(&mut self, norm: &Norm) -> u64 {
        let what = match norm.kind {
            NormKind::Rule(_) => "the rule",
            NormKind::Exception { .. } => "the exception",
        };
        let once = cost_of_all(&self.program, norm.expressions());
        // Where it is unknown whether the law was in force for an order or notice, the conditions are evaluated with and without it.
        let times = if self.program.is_judged_by_receipt(norm) { 2 } else { 1 };
        let total = once.saturating_mul(times);
        let expressions: Vec<_> = norm.expressions().collect();
        self.refuse_excess(&expressions, (what, norm.at), [once, total]);
        total
    }

    /// The greatest cost of a counter. Reports one that is too costly or nested too deep.
    pub(super) fn cost_of_counter(&mut self, counter: &Counter) -> u64 {
        let cost = cost_of_all(&self.program, counter.expressions());
        let expressions: Vec<_> = counter.expressions().collect();
        self.refuse_excess(&expressions, ("the counter", counter.at), [cost, cost]);
        cost
    }

    /// Reports an item that is too costly or nested too deep. `once` is the cost of evaluating its expressions once.
    fn refuse_excess(
        &mut self,
        expressions: &[&Expr],
        (what, at): (&str, Location),
        [once, total]: [u64; 2],
    ) {
        if total > limits::COST {
            self.refuse_cost(expressions, (what, at), [once, total]);
        }
        let depth = expressions.iter().map(|expr| self.depth_of(expr)).max().unwrap_or(0);
        if depth > limits::CONDITION_DEPTH {
            let message =
                format!("with the definitions that it uses, {what} is nested {depth} deep");
            self.found.push(too_deep(at, message));
        }
    }

    /// Reports the smallest part of an item that takes most of the steps.
    fn refuse_cost(
        &mut self,
        expressions: &[&Expr],
        (what, at): (&str, Location),
        [once, total]: [u64; 2],
    ) {
        let estimate = Estimate::of(&self.program);
        let shares = expressions.iter().map(|one| estimate.dearest(one, once / 2, &mut vec![]));
        let Some(share) = shares.max_by_key(|share| share.steps) else { return };
        let percent = u128::from(share.steps) * 100 / u128::from(once.max(1));
        let (million, most) = (total / MILLION, limits::COST / MILLION);
        let message = format!(
            "on the largest record, {what} can take {million} million steps, and this part takes {percent} % of them"
        );
        let advice = if share.depth > 1 {
            "the costs of `any`, `all`, `no`, `count` and `sum` inside each other multiply, so use one of them alone, or look values up in a `set`"
        } else {
            "search fewer or shorter texts, or look values up in a `set`"
        };
        let help = format!("the limit is {most} million: {advice}");
        let diagnostic = Diagnostic::new(Code::TooCostly, share.part.at, message).help(help);
        self.found.push(diagnostic.related(at, what));
    }

    pub(super) fn bound_of_define(&self, body: &Expr, params: usize) -> Bound {
        Estimate::of(&self.program).bound(body, params)
    }

    /// The depth of an expression with all definitions expanded.
    pub(super) fn depth_of(&self, expr: &Expr) -> usize {
        let inside = expr.children().map(|child| self.depth_of(child)).max().unwrap_or(0);
        let ExprKind::Defined { define, .. } = expr.kind else { return 1 + inside };
        let body = self.program.defines.get(define).map_or(0, |define| define.depth);
        1 + inside.max(body)
    }
}

/// The diagnostic for a condition or definition that is nested too deep.
pub(super) fn too_deep(at: Location, message: impl Into<String>) -> Diagnostic {
    let limit = limits::CONDITION_DEPTH;
    let help = format!(
        "the limit is {limit} levels: shorten the chain of definitions that use one another"
    );
    Diagnostic::new(Code::TooDeep, at, message).help(help)
}

/// The most steps that a condition takes on the largest record.
pub(crate) fn cost_of(program: &Program, expr: &Expr) -> u64 {
    cost_of_all(program, std::iter::once(expr))
}

/// The most steps that some conditions of one norm take. The texts of the record are searched only once for each pattern.
fn cost_of_all<'e>(program: &Program, conditions: impl Iterator<Item = &'e Expr>) -> u64 {
    let estimate = Estimate::of(program);
    let bounds: Vec<Bound> = conditions.map(|condition| estimate.bound(condition, 0)).collect();
    let searched: BTreeSet<Search> =
        bounds.iter().flat_map(|bound| &bound.searched).copied().collect();
    let search = estimate.limits.text.saturating_mul(estimate.search(&searched));
    let costs = bounds.iter().map(|bound| bound.cost.at_most(estimate.limits.most()));
    costs.fold(search, u64::saturating_add)
}

/// The fewest bytes of JSON that a value of a type takes.
fn least_json(schema: &Schema, ty: &Type) -> u64 {
    let Type::Record(id) = ty else { return 1 };
    let fields = schema.record(*id).into_iter().flat_map(|(_, record)| &record.fields);
    // Each has a name in quotes, a colon, a value and a comma.
    let required = fields.filter(|(_, field)| field.presence == Presence::Required);
    required.map(|(name, _)| name.len() as u64 + 5).sum::<u64>() + 1
}

/// Finds the bounds of expressions.
struct Estimate<'p> {
    program: &'p Program,
    limits: Limits,
}

/// What an expression adds to the bounds of its operands.
struct Own {
    cost: Sum,
    evaluations: Sum,
    size: Sum,
    length: Sum,
    parts: Sum,
    reasons: u64,
    grounds: Grounds,
    searched: BTreeSet<Search>,
}

impl Own {
    /// A small value that costs some steps.
    fn small(cost: Sum) -> Self {
        let (size, length) = (Sum::constant(SMALL), Sum::default());
        Self {
            cost,
            evaluations: Sum::default(),
            size,
            length,
            parts: Sum::default(),
            reasons: 0,
            grounds: Grounds::Nothing,
            searched: BTreeSet::new(),
        }
    }

    fn sized(size: Sum) -> Self {
        Self { length: size.clone(), size, ..Self::small(Sum::default()) }
    }

    /// A condition that finds words.
    fn search(cost: Sum) -> Self {
        let cost = cost.plus(&Sum::constant(steps::SEARCH));
        Self { grounds: Grounds::Evidence, ..Self::small(cost) }
    }
}

impl<'p> Estimate<'p> {
    fn of(program: &'p Program) -> Self {
        Self { program, limits: Limits::of(program) }
    }

    /// The bounds of an expression with this number of locals around it. Each part is visited once: visiting a part twice
    /// at each level would take exponential time.
    fn bound(&self, expr: &Expr, locals: usize) -> Bound {
        if let Some(per_element) = PerElement::of(expr) {
            return self.per_element(&per_element, locals);
        }
        let parts: Vec<Bound> = expr.children().map(|child| self.bound(child, locals)).collect();
        let own = self.own(expr, &parts);
        let grounds = parts.iter().map(|part| part.grounds).fold(own.grounds, Ord::max);
        let reasons = parts.iter().map(|part| part.reasons).fold(own.reasons, u64::saturating_add);
        let each = self.each_evaluation(&expr.ty, grounds, reasons);
        let each = each.saturating_mul(calculations(expr));
        let sum = |of: fn(&Bound) -> &Sum, first: Sum| parts.iter().map(of).fold(first, Sum::plus);
        Bound {
            cost: sum(|part| &part.cost, own.cost.plus(&Sum::constant(each))),
            evaluations: sum(|part| &part.evaluations, own.evaluations.plus(&Sum::constant(1))),
            size: own.size,
            length: own.length,
            parts: own.parts,
            reasons,
            grounds,
            searched: parts
                .iter()
                .flat_map(|part| &part.searched)
                .copied()
                .chain(own.searched)
                .collect(),
        }
    }

    /// What each evaluation of an expression costs, apart from its operands and its work on texts and lists.
    fn each_evaluation(&self, ty: &Type, grounds: Grounds, reasons: u64) -> u64 {
        let grounds = self.limits.pass_on(ty, grounds);
        (steps::EXPRESSION + grounds).saturating_add(reasons.saturating_mul(steps::REASON))
    }

    fn own(&self, expr: &Expr, parts: &[Bound]) -> Own {
        let bytes = |part: usize, each: u64| {
            parts.get(part).map_or_else(Sum::default, |part| part.size.clone().times(each))
        };
        let total = || total_size(parts);
        match &expr.kind {
            ExprKind::Const(Value::Text(text)) => Own::sized(Sum::constant(text.len() as u64)),
            ExprKind::Const(value @ Value::List(of)) => Own {
                length: Sum::constant(of.len() as u64),
                ..Own::sized(Sum::constant(size_of(value)))
            },
            ExprKind::Const(_) | ExprKind::At => Own::small(Sum::default()),
            ExprKind::Message => Own::sized(self.whole()),
            // A surface may be passed for a text.
            ExprKind::Local(level) => Own {
                length: Sum::of(Unknown::Length(*level)),
                parts: Sum::of(Unknown::Parts(*level)),
                ..self.part_of(&expr.ty, Sum::of(Unknown::Size(*level)))
            },
            ExprKind::Field { path, .. } | ExprKind::Entry { path, .. } => {
                let cost = Sum::constant(steps::FIELD);
                let own = self.part_of(&expr.ty, bytes(0, 1));
                let parts = own.parts.capped(self.limits.parts_of(path));
                Own { cost, reasons: 1, parts, ..own }
            }
            ExprKind::List(of) => Own {
                length: Sum::constant(of.len() as u64),
                parts: total_parts(parts),
                ..Own::sized(total())
            },
            ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::AtLeast { .. }
            | ExprKind::Is(..) => Own::small(Sum::default()),
            // A store looks it up, outside of the evaluation.
            ExprKind::Counter { .. } | ExprKind::Reaches { .. } | ExprKind::Mark { .. } => {
                Own { reasons: 1, ..Own::small(Sum::constant(steps::LOOKUP)) }
            }
            // A calculation can overflow.
            ExprKind::Negate(_) | ExprKind::Arithmetic { .. } => {
                Own { reasons: 1, ..Own::small(Sum::default()) }
            }
            ExprKind::Score(parts) => {
                Own::small(Sum::constant(steps::ADDITION).times(parts.len() as u64))
            }
            ExprKind::Compare { .. } => Own::small(compared(parts)),
            ExprKind::In { .. } => Self::membership(parts),
            ExprKind::InPlace { .. } => Own::small(Sum::constant(steps::MEMBERS)),
            // A register may be incomplete.
            ExprKind::InSet { .. } => {
                let cost = bytes(0, steps::BYTE_LOOKED_UP).plus(&Sum::constant(steps::LOOKUP));
                Own { reasons: 1, ..Own::search(cost.plus(&read_parts(parts))) }
            }
            ExprKind::TextTest { .. } => {
                Own::search(total().times(steps::BYTE_READ).plus(&read_parts(parts)))
            }
            ExprKind::Matches { regex, .. } => {
                Own::search(bytes(0, self.matching(*regex)).plus(&read_parts(parts)))
            }
            ExprKind::Mentions { text, pattern } => self.mention(text, pattern, parts),
            ExprKind::Spans { text, of } => self.spans(text, of, parts),
            // One value of several.
            ExprKind::Coalesce { .. } | ExprKind::If { .. } => {
                let length = parts.iter().fold(Sum::default(), |all, part| all.plus(&part.length));
                Own { length, parts: total_parts(parts), ..self.part_of(&expr.ty, total()) }
            }
            ExprKind::Call { function, args } => self.call(*function, &expr.ty, args, parts),
            ExprKind::Defined { define, .. } => self.defined(*define, parts),
            // `bound` adds these up itself.
            ExprKind::Quantified { .. } | ExprKind::Aggregate { .. } => Own::small(Sum::default()),
        }
    }

    /// The size of the record.
    fn whole(&self) -> Sum {
        Sum::constant(self.limits.size)
    }

    /// A value that is inside one of this size. A list has no more elements than a list of the record can have.
    fn part_of(&self, ty: &Type, whole: Sum) -> Own {
        match ty {
            Type::Text => Own::sized(whole.capped(self.limits.text)),
            // Its parts are joined by line ends.
            Type::Surface => Own {
                parts: Sum::constant(self.limits.most_parts()),
                ..Own::sized(whole.capped(self.limits.text + self.limits.most_parts()))
            },
            Type::Places => {
                Own { length: whole.clone().capped(self.most(&Type::Place)), ..Own::sized(whole) }
            }
            Type::List(of) => {
                let fit = self.limits.bytes / (least_json(&self.program.schema, of) + 1);
                let most = self.most(of).min(fit);
                Own { length: whole.clone().capped(most), ..Own::sized(whole) }
            }
            Type::Record(_) | Type::Map(_) | Type::Opaque => Own::sized(whole),
            Type::Enum(_)
            | Type::Place
            | Type::Bool
            | Type::Int
            | Type::Number
            | Type::Instant
            | Type::Duration => Own::small(Sum::default()),
        }
    }

    /// The most elements that a list of the record has.
    fn most(&self, of: &Type) -> u64 {
        self.program.schema.most_elements(of) as u64
    }

    /// The item is compared with each element.
    fn membership(parts: &[Bound]) -> Own {
        let [_, list] = parts else { return Own::small(Sum::default()) };
        let comparisons = list.length.clone().times(steps::COMPARISON);
        let comparisons = comparisons.plus(&Sum::constant(steps::LOOKUP));
        let read = total_size(parts).times(steps::BYTE_READ).plus(&read_parts(parts));
        Own::small(comparisons.plus(&read))
    }

    /// What each byte of a text costs that is split into words and searched. A text on a button has no passages, so the dearer
    /// of the two counts.
    fn search(&self, searches: &BTreeSet<Search>) -> u64 {
        let without = |others: &[Texts]| {
            let mut times = BTreeMap::<usize, u64>::new();
            for search in searches.iter().filter(|search| !others.contains(&search.texts)) {
                *times.entry(search.pattern).or_default() += 1;
            }
            let matcher = |index: usize| self.program.patterns.get(index).map(|one| &one.matcher);
            let matchers =
                times.iter().filter_map(|(index, times)| Some((matcher(*index)?, *times)));
            let each = Matcher::steps_per_byte(matchers);
            if each == 0 { 0 } else { steps::BYTE_SPLIT + each }
        };
        without(&[Texts::Button]).max(without(&[Texts::Passages, Texts::Sentences]))
    }

    /// Searching a text. Texts of the record are searched once for each pattern, others each time. For `near`, the engine
    /// splits a text again.
    fn mention(&self, text: &Expr, pattern: &PatternRef, parts: &[Bound]) -> Own {
        let other = pattern.near.map(|(other, _)| other);
        let texts = texts_of(text);
        let search = |pattern: usize| Search { pattern, texts };
        let patterns: BTreeSet<Search> =
            [pattern.pattern].into_iter().chain(other).map(search).collect();
        let near = if other.is_some() { steps::BYTE_NEAR + steps::BYTE_SPLIT } else { 0 };
        let is_in_record = self.is_in_record(text);
        let each = if is_in_record { steps::BYTE_KNOWN } else { self.search(&patterns) };
        let searched = if is_in_record { patterns } else { BTreeSet::new() };
        let cost = total_size(parts).times(each + near).plus(&read_parts(parts));
        Own { searched, ..Own::search(cost) }
    }

    /// Whether a text is a field of the record, so that it is split once. A match of a pattern is not, nor is an element
    /// of a list of texts, which a function may have made, or a parameter that is a text.
    fn is_in_record(&self, text: &Expr) -> bool {
        let (ExprKind::Field { of, .. } | ExprKind::Entry { of, .. }) = &text.kind else {
            return false;
        };
        let record = of.ty.record().and_then(|id| self.program.schema.record(id));
        record.is_none_or(|(name, _)| name != span::TEXT.record)
    }

    /// What each byte of a text costs in which a regular expression is searched.
    fn matching(&self, regex: usize) -> u64 {
        self.program.regexes.get(regex).map_or(0, Regex::steps_per_byte)
    }

    /// Matches do not overlap, so together they are no longer than the text, and there are no more of them than bytes.
    fn spans(&self, text: &Expr, of: &Sought, parts: &[Bound]) -> Own {
        let size = total_size(parts);
        let search = match of {
            // Twice as many matches are searched one by one.
            Sought::Regex(regex) => {
                let each = self.matching(*regex).saturating_mul(2);
                Own::search(size.clone().times(each).plus(&read_parts(parts)))
            }
            Sought::Pattern(pattern) => self.mention(text, pattern, parts),
        };
        let length = size.clone().capped(limits::FOUND as u64 + 1);
        let cost = search.cost.clone().plus(&length.clone().times(steps::SPAN));
        Own { cost, size, length, reasons: 1, ..search }
    }

    /// A function of the host answers with no more bytes than it takes steps. What a built-in one
    /// answers grows by its own factor (`growth`).
    fn call(&self, function: usize, ty: &Type, written: &[Expr], parts: &[Bound]) -> Own {
        let Some(function) = self.program.functions.get(function) else {
            return Own::small(Sum::default());
        };
        let args = total_size(parts);
        let (cost, size) = match function.cost {
            Cost::Call(steps) => (Sum::constant(steps), Sum::constant(steps)),
            Cost::Byte { steps, growth } => (args.clone().times(steps), args.times(growth)),
            Cost::Digest { steps, answer } => (args.times(steps), Sum::constant(answer)),
        };
        let cost = cost.plus(&joined_parts(parts));
        let own = if let Type::List(_) = ty {
            // It is no list of the record.
            Own { length: size.clone().capped(limits::FOUND as u64), ..Own::sized(size) }
        } else {
            self.part_of(ty, size)
        };
        // The length of a list rests on its elements.
        let counted = written.first().zip(parts.first()).filter(|_| function.counts_elements);
        let Some((list, bound)) = counted else {
            return Own { cost, reasons: 1, grounds: Grounds::Evidence, ..own };
        };
        let cost = cost.plus(&bound.length.clone().times(steps::EVENT_MADE));
        Own { cost, reasons: 1, grounds: self.grounds_of_element(&list.ty), ..own }
    }

    /// The bounds of the body for these arguments.
    fn defined(&self, define: usize, args: &[Bound]) -> Own {
        let Some(define) = self.program.defines.get(define) else {
            return Own::small(Sum::default());
        };
        let body = &define.bound;
        let with_args = |sum: &Sum| {
            sum.with(|unknown| match unknown {
                Unknown::Size(level) => {
                    args.get(level).map_or_else(Sum::default, |arg| arg.size.clone())
                }
                Unknown::Length(level) => {
                    args.get(level).map_or_else(Sum::default, |arg| arg.length.clone())
                }
                Unknown::Parts(level) => {
                    args.get(level).map_or_else(Sum::default, |arg| arg.parts.clone())
                }
            })
        };
        // What the arguments rest on may be passed on by each part of the body.
        let of_args = args.iter().map(|arg| arg.grounds).max().unwrap_or_default();
        let passed_on =
            with_args(&body.evaluations).times(self.limits.pass_on(&Type::Int, of_args));
        Own {
            cost: with_args(&body.cost).plus(&passed_on),
            evaluations: with_args(&body.evaluations),
            size: with_args(&body.size),
            length: with_args(&body.length),
            parts: with_args(&body.parts),
            reasons: body.reasons,
            grounds: body.grounds.max(of_args),
            searched: body.searched.clone(),
        }
    }
}

/// What a comparison reads: the bytes of the shorter text. The parts of a surface are joined before.
fn compared(sides: &[Bound]) -> Sum {
    let [left, right] = sides else { return Sum::default() };
    if total_parts(sides) == Sum::default() {
        return left.size.smaller_of(&right.size).clone().times(steps::BYTE_READ);
    }
    total_size(sides).times(steps::BYTE_READ).plus(&read_parts(sides))
}

/// What the parts of the operands cost that are read one by one, apart from their bytes.
fn read_parts(operands: &[Bound]) -> Sum {
    total_parts(operands).times(steps::PART)
}

/// What it costs to join the parts of each operand to one text.
fn joined_parts(operands: &[Bound]) -> Sum {
    let surfaces = operands.iter().filter(|one| one.parts != Sum::default());
    let bytes = surfaces.fold(Sum::default(), |all, one| all.plus(&one.size));
    bytes.times(steps::BYTE_READ).plus(&read_parts(operands))
}

/// How many times what the operands rest on is passed on: each calculation passes on what those before it rest on.
fn calculations(expr: &Expr) -> u64 {
    if let ExprKind::Arithmetic { rest, .. } = &expr.kind { rest.len().max(1) as u64 } else { 1 }
}

/// The parts of surfaces in several values together.
fn total_parts(values: &[Bound]) -> Sum {
    values.iter().fold(Sum::default(), |all, value| all.plus(&value.parts))
}

/// The size of several values together.
fn total_size(parts: &[Bound]) -> Sum {
    parts.iter().fold(Sum::default(), |all, part| all.plus(&part.size))
}

/// The bytes of text and the number of values inside a constant.
fn size_of(value: &Value) -> u64 {
    match value {
        Value::Text(text) => text.len() as u64,
        Value::List(of) => of.iter().map(|value| 1 + size_of(value)).sum(),
        Value::Bool(_)
        | Value::Int(_)
        | Value::Number(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Surface(_)
        | Value::Places(_)
        | Value::Record(_)
        | Value::Map(_)
        | Value::Absent => SMALL,
    }
}

#[cfg(test)]
mod tests;
