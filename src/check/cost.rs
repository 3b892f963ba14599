//! Bounds the cost of a condition from the size limits of records. Costly conditions are refused before anything runs, so
//! evaluation needs no time limit. How costs are added up: `program::bound`; what each kind of expression costs:
//! `base::steps`.

use super::Checker;
use super::types::is_textual;
use crate::base::limits::{self, RecordLimits};
use crate::base::source::Location;
use crate::base::steps;
use crate::diagnostic::{Code, Diagnostic};
use crate::program::bound::{Bound, Sum, Unknown};
use crate::program::functions::Cost;
use crate::program::{ElementValues, Expr, ExprKind, Norm, NormKind, Program, Sought};
use crate::syntax::tree::Aggregate;
use crate::world::schema::{Presence, Schema};
use crate::world::standard::{link, span};
use crate::world::value::{Type, Value};

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
        let total = cost_of_all(&self.program, norm.expressions());
        if total > limits::COST {
            self.refuse_cost(norm, what, total);
        }
        let depth = norm.expressions().map(|expr| self.depth_of(expr)).max().unwrap_or(0);
        if depth > limits::CONDITION_DEPTH {
            let message =
                format!("with the definitions that it uses, {what} is nested {depth} deep");
            self.found.push(too_deep(norm.at, message));
        }
        total
    }

    /// Reports the smallest part of a norm that takes most of the steps.
    fn refuse_cost(&mut self, norm: &Norm, what: &str, total: u64) {
        let estimate = Estimate::of(&self.program, 0);
        let shares = norm.expressions().map(|one| estimate.dearest(one, total / 2, &mut vec![]));
        let Some(share) = shares.max_by_key(|share| share.steps) else { return };
        let percent = u128::from(share.steps) * 100 / u128::from(total.max(1));
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
        self.found.push(diagnostic.related(norm.at, what));
    }

    pub(super) fn bound_of_define(&self, body: &Expr, params: usize) -> Bound {
        Estimate::of(&self.program, params).bound(body, params)
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

/// The most steps that some conditions of one norm take. The texts of the record are split into words only once.
fn cost_of_all<'e>(program: &Program, conditions: impl Iterator<Item = &'e Expr>) -> u64 {
    let estimate = Estimate::of(program, 0);
    let bounds: Vec<Bound> = conditions.map(|condition| estimate.bound(condition, 0)).collect();
    let split = if bounds.iter().any(|bound| bound.splits) { estimate.limits.text } else { 0 };
    let costs = bounds.iter().map(|bound| bound.cost.at_most(estimate.limits.size));
    costs.fold(split.saturating_mul(steps::BYTE_SPLIT), u64::saturating_add)
}

/// How large records can be.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Bytes of all texts.
    text: u64,
    /// Bytes of all texts, and all values.
    size: u64,
    /// Elements of a list.
    list: u64,
    /// Elements of the list of links.
    links: u64,
    /// Bytes of JSON.
    bytes: u64,
}

impl Limits {
    fn of(program: &Program) -> Self {
        let RecordLimits { bytes, text, links } = program.schema.limits;
        // Each value and each element takes a byte of JSON, and a comma.
        let values = limits::RECORD_NODES.min(bytes / 2);
        let (text, links, bytes) = (text as u64, links as u64, bytes as u64);
        Self {
            bytes,
            text,
            size: text + values as u64,
            list: limits::RECORD_LIST.min(values) as u64,
            links,
        }
    }
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
    /// The first locals are parameters.
    params: usize,
}

/// What an expression adds to the bounds of its operands.
struct Own {
    cost: Sum,
    size: Sum,
    length: Sum,
    has_grounds: bool,
    splits: bool,
}

impl Own {
    /// A small value that costs some steps.
    fn small(cost: Sum) -> Self {
        let (size, length) = (Sum::constant(SMALL), Sum::default());
        Self { cost, size, length, has_grounds: false, splits: false }
    }

    fn sized(size: Sum) -> Self {
        Self { length: size.clone(), size, ..Self::small(Sum::default()) }
    }

    /// A condition that finds words.
    fn search(cost: Sum) -> Self {
        Self { has_grounds: true, ..Self::small(cost.plus(&Sum::constant(steps::SEARCH))) }
    }
}

impl<'p> Estimate<'p> {
    fn of(program: &'p Program, params: usize) -> Self {
        Self { program, limits: Limits::of(program), params }
    }

    /// The bounds of an expression with this number of locals around it. Each part is visited once: visiting a part twice
    /// at each level would take exponential time.
    fn bound(&self, expr: &Expr, locals: usize) -> Bound {
        if let Some(per_element) = PerElement::of(&expr.kind) {
            return self.per_element(&per_element, locals);
        }
        let parts: Vec<Bound> = expr.children().map(|child| self.bound(child, locals)).collect();
        let own = self.own(expr, &parts);
        let has_grounds = own.has_grounds || parts.iter().any(|part| part.has_grounds);
        let each = steps::EXPRESSION + if has_grounds { steps::GROUNDS } else { 0 };
        let costs = parts.iter().map(|part| &part.cost);
        Bound {
            cost: costs.fold(own.cost.plus(&Sum::constant(each)), Sum::plus),
            size: own.size,
            length: own.length,
            has_grounds,
            splits: own.splits || parts.iter().any(|part| part.splits),
        }
    }

    /// All elements together are no larger than the list.
    fn per_element(&self, per_element: &PerElement<'_>, locals: usize) -> Bound {
        let list = self.bound(per_element.list, locals);
        let parts = per_element.parts.iter().map(|part| self.bound(part, locals + 1));
        let parts: Vec<Bound> = parts.collect();
        let passed_on = (1 + parts.len() as u64) * steps::GROUNDS;
        let value = per_element.parts.last().zip(parts.last());
        let text = value.filter(|(value, _)| is_textual(&value.ty));
        let bytes = text.map_or_else(Sum::default, |(_, bound)| bound.size.clone());
        let of_element = Sum::constant(steps::ELEMENT + passed_on);
        let of_element = match per_element.aggregate {
            None => of_element,
            Some(Aggregate::Sum) => of_element.plus(&Sum::constant(steps::ADDITION)),
            Some(Aggregate::CountDistinct) => of_element
                .plus(&Sum::constant(steps::IDENTITY))
                .plus(&bytes.times(steps::BYTE_TOLD_APART)),
        };
        let of_element = parts.iter().fold(of_element, |all, part| all.plus(&part.cost));
        let cost = Sum::constant(steps::EXPRESSION + steps::GROUNDS).plus(&list.cost);
        Bound {
            cost: cost.plus(&self.for_each(&list, &of_element, locals)),
            size: Sum::constant(SMALL),
            length: Sum::default(),
            has_grounds: true,
            splits: list.splits || parts.iter().any(|part| part.splits),
        }
    }

    /// What the elements of a list cost together.
    fn for_each(&self, list: &Bound, cost: &Sum, level: usize) -> Sum {
        let (factor, same_for_each) = cost.clone().without(level);
        let of_sizes = list.size.clone().times(factor);
        list.length.times_sum(&same_for_each, self.limits.size).plus(&of_sizes)
    }

    fn own(&self, expr: &Expr, parts: &[Bound]) -> Own {
        let bytes = |part: usize, each: u64| {
            parts.get(part).map_or_else(Sum::default, |part| part.size.clone().times(each))
        };
        let total = || parts.iter().fold(Sum::default(), |all, part| all.plus(&part.size));
        match &expr.kind {
            ExprKind::Const(Value::Text(text)) => Own::sized(Sum::constant(text.len() as u64)),
            ExprKind::Const(value @ Value::List(of)) => Own {
                length: Sum::constant(of.len() as u64),
                ..Own::sized(Sum::constant(size_of(value)))
            },
            ExprKind::Const(_) | ExprKind::At => Own::small(Sum::default()),
            ExprKind::Message => Own::sized(self.whole()),
            ExprKind::Local(level) => Own {
                length: Sum::of(Unknown::Length(*level)),
                has_grounds: expr.ty == Type::Bool || *level < self.params,
                ..self.part_of(&expr.ty, Sum::of(Unknown::Size(*level)))
            },
            ExprKind::Field { .. } | ExprKind::Entry { .. } => self.part_of(&expr.ty, bytes(0, 1)),
            ExprKind::List(of) => {
                Own { length: Sum::constant(of.len() as u64), ..Own::sized(total()) }
            }
            ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::AtLeast { .. }
            | ExprKind::Is(..)
            | ExprKind::Negate(_)
            | ExprKind::Arithmetic { .. } => Own::small(Sum::default()),
            ExprKind::Score(parts) => {
                Own::small(Sum::constant(steps::ADDITION).times(parts.len() as u64))
            }
            ExprKind::Compare { .. } => Own::small(total().times(steps::BYTE_READ)),
            ExprKind::In { item, .. } => self.membership(item, parts),
            ExprKind::InPlace { .. } => Own::small(Sum::constant(steps::MEMBERS)),
            ExprKind::InSet { .. } => {
                Own::search(bytes(0, steps::BYTE_LOOKED_UP).plus(&Sum::constant(steps::LOOKUP)))
            }
            ExprKind::TextTest { .. } => Own::search(total().times(steps::BYTE_READ)),
            ExprKind::Matches { .. } => Own::search(bytes(0, steps::BYTE_MATCHED)),
            ExprKind::Mentions { text, pattern } => Own {
                splits: true,
                ..Own::search(bytes(0, self.mention(text, pattern.near.is_some())))
            },
            ExprKind::Spans { text, of } => self.spans(text, of, bytes(0, 1)),
            // One value of several.
            ExprKind::Coalesce { .. } | ExprKind::If { .. } => {
                let lengths = parts.iter().fold(Sum::default(), |all, part| all.plus(&part.length));
                Own { length: lengths, ..self.part_of(&expr.ty, total()) }
            }
            ExprKind::Call { function, .. } => self.call(*function, &expr.ty, total()),
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
            Type::Surface => Own::sized(whole.capped(self.limits.text + self.limits.list)),
            Type::Places => {
                Own { length: whole.clone().capped(self.limits.list), ..Own::sized(whole) }
            }
            Type::List(of) => {
                let is_link = of.record().and_then(|id| self.program.schema.record(id));
                let is_link = is_link.is_some_and(|(name, _)| name == link::URL.record);
                let most = if is_link { self.limits.links } else { self.limits.list };
                let most = most.min(self.limits.bytes / (least_json(&self.program.schema, of) + 1));
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

    /// The item is compared with each element.
    fn membership(&self, item: &Expr, parts: &[Bound]) -> Own {
        let [item_bound, list] = parts else { return Own::small(Sum::default()) };
        // A surface is joined to one text for each comparison.
        let item = if item.ty == Type::Surface { &item_bound.size } else { &Sum::constant(SMALL) };
        let each = item.clone().plus(&Sum::constant(steps::COMPARISON));
        let comparisons = list.length.times_sum(&each, self.limits.size);
        Own::small(comparisons.plus(&list.size.clone().times(steps::BYTE_READ)))
    }

    /// The cost of each byte. A text that is not in the record is split for each search, and so is one for `near`.
    fn mention(&self, text: &Expr, is_near: bool) -> u64 {
        let find = if is_near { 2 * steps::BYTE_MENTIONED } else { steps::BYTE_MENTIONED };
        let is_split_again = is_near || !self.is_in_record(text);
        find + if is_split_again { steps::BYTE_SPLIT } else { 0 }
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

    /// Matches do not overlap, so together they are no longer than the text, and there are no more of them than bytes.
    fn spans(&self, text: &Expr, of: &Sought, size: Sum) -> Own {
        let (search, splits) = match of {
            Sought::Regex(_) => (steps::BYTE_MATCHED, false),
            Sought::Pattern(pattern) => (self.mention(text, pattern.near.is_some()), true),
        };
        let length = size.clone().capped(limits::RECORD_LIST as u64 + 1);
        let matches = length.clone().times(steps::SPAN);
        let cost = size.clone().times(search).plus(&matches).plus(&Sum::constant(steps::SEARCH));
        Own { cost, splits, length, has_grounds: true, ..Own::sized(size) }
    }

    /// A function of the host answers with no more bytes than it takes steps. A built-in one at most doubles its text.
    fn call(&self, function: usize, ty: &Type, args: Sum) -> Own {
        let Some(function) = self.program.functions.get(function) else {
            return Own::small(Sum::default());
        };
        let (cost, size) = match function.cost {
            Cost::Call(steps) => (Sum::constant(steps), Sum::constant(steps)),
            Cost::Byte(steps) => (args.clone().times(steps), args.times(2)),
        };
        Own { cost, has_grounds: true, ..self.part_of(ty, size) }
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
            })
        };
        Own {
            cost: with_args(&body.cost),
            size: with_args(&body.size),
            length: with_args(&body.length),
            has_grounds: body.has_grounds,
            splits: body.splits,
        }
    }
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

/// What is evaluated for each element of a list.
struct PerElement<'e> {
    list: &'e Expr,
    /// A condition, a value or both: the value is last.
    parts: Vec<&'e Expr>,
    /// `None` for a quantifier.
    aggregate: Option<Aggregate>,
}

impl<'e> PerElement<'e> {
    fn of(kind: &'e ExprKind) -> Option<Self> {
        if let ExprKind::Quantified { list, body, .. } = kind {
            Some(Self { list, parts: vec![body], aggregate: None })
        } else if let ExprKind::Aggregate { aggregate, of } = kind {
            let ElementValues { list, condition, value } = of;
            let parts = condition.as_deref().into_iter().chain([&**value]).collect();
            Some(Self { list, parts, aggregate: Some(*aggregate) })
        } else {
            None
        }
    }
}

/// A part of a condition, and what it costs.
struct Share<'e> {
    part: &'e Expr,
    /// The steps that it takes for all elements of the quantifiers around it.
    steps: u64,
    /// How many quantifiers are around it.
    depth: usize,
}

impl Estimate<'_> {
    /// The smallest part that takes more than half of the steps. `lists` are those of the quantifiers around it.
    fn dearest<'e>(&self, expr: &'e Expr, half: u64, lists: &mut Vec<Bound>) -> Share<'e> {
        let mut children: Vec<&'e Expr> = expr.children().collect();
        if let Some(PerElement { list, parts, .. }) = PerElement::of(&expr.kind) {
            children = vec![list];
            lists.push(self.bound(list, lists.len()));
            let dear = parts.into_iter().find(|part| self.total(part, lists) > half);
            let found = dear.map(|part| self.dearest(part, half, lists));
            lists.pop();
            if let Some(found) = found {
                return found;
            }
        }
        let inside = children.into_iter().find(|child| self.total(child, lists) > half);
        match inside {
            Some(child) => self.dearest(child, half, lists),
            None => Share { part: expr, steps: self.total(expr, lists), depth: lists.len() },
        }
    }

    /// The steps that an expression takes for all elements of the lists around it.
    fn total(&self, expr: &Expr, lists: &[Bound]) -> u64 {
        let cost = self.bound(expr, lists.len()).cost;
        let around = lists.iter().enumerate().rev();
        let cost = around.fold(cost, |cost, (level, list)| self.for_each(list, &cost, level));
        cost.at_most(self.limits.size)
    }
}

#[cfg(test)]
mod tests;
