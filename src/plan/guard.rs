//! Finds the triggers of a rule. Triggers are cheap tests: if the condition of the rule is true or unknown, at least
//! one trigger fires. A trigger also fires if its field is missing, because the condition is then unknown. Of several sets
//! of triggers, the set with the lowest estimated cost is chosen.

use super::literal::{MIN_LENGTH, required_literals};
use super::node::{Base, Node, NodeId, Nodes, Path, Surface, Walk};
use super::shape::Shapes;
use crate::program::CompareOp;
use crate::program::arithmetic::bounds_of;
use crate::program::compare::{Bounds, compare, equal_bounds, hull};
use crate::program::outcome::Truth;
use crate::syntax::tree::{ArithmeticOp, Knowledge};
use crate::text::Regex;
use crate::world::place::Place;
use crate::world::value::{Type, Value};
use foldhash::HashMap;
use std::rc::Rc;

/// The most triggers of one rule. A rule that needs more is tested on every record.
const MAX_TRIGGERS: usize = 4_096;
/// Assumed hit rate of a condition about which nothing is known. It is high, so that any index is preferred.
const TEST_RATE: f64 = 0.9;
/// Assumed share of records whose number lies on one side of a bound.
const BOUND_RATE: f64 = 0.4;
/// Assumed share of records with a text that contains a pattern.
const PATTERN_RATE: f64 = 0.01;
/// Assumed share of records with a text that contains a literal. A literal is often part of another word.
const LITERAL_RATE: f64 = 0.02;
/// Assumed share of records in which a cell has a given value out of many.
const VALUE_RATE: f64 = 0.02;
/// Assumed cost of evaluating a rule whose trigger fired, in nanoseconds.
const WAKE_COST: f64 = 100.0;

/// A cell of the message, or of any element of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Column {
    pub(crate) shape: u32,
    pub(crate) slot: u32,
}

/// A test that wakes a rule: when it fires, the rule is evaluated.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trigger {
    /// A text of the message contains the pattern.
    Pattern {
        surface: Surface,
        pattern: u32,
    },
    /// A text of the message contains these bytes.
    Literal {
        surface: Surface,
        literal: Rc<[u8]>,
    },
    Cell(CellTrigger),
    /// A condition that is tested on every record. Fires if its truth equals `wanted` or is unknown.
    Test {
        node: NodeId,
        wanted: bool,
    },
}

/// Fires when a cell of the column passes the test or, with `or_missing` or `or_none`, is missing or none.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct CellTrigger {
    pub(crate) column: Column,
    pub(crate) test: CellTest,
    pub(crate) or_missing: bool,
    pub(crate) or_none: bool,
    /// A second test that must fire too. Without it, a value that occurs in many rules would wake all these rules.
    pub(crate) and_also: Option<Rc<CellTrigger>>,
}

/// A test of a cell.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum CellTest {
    /// No value passes.
    Nothing,
    /// All values pass.
    Anything,
    Text(Rc<str>),
    /// A number in billionths, or an instant or duration in nanoseconds. The bounds below have the same units.
    Number(i128),
    AtLeast(i128),
    AtMost(i128),
    Truth(bool),
    /// The cell has a text that contains this pattern.
    Mentioning(u32),
    /// One of the places in the cell is this place, or the country that contains it.
    Place(Place),
}

/// The triggers of a condition. If the condition is true or unknown, at least one trigger fires.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    pub(super) triggers: Rc<[Trigger]>,
    /// Estimated share of records on which a trigger fires.
    rate: f64,
    /// Estimated time of the tests on every record, in nanoseconds. Index lookups count as free.
    test_cost: f64,
    /// Whether all triggers are in the index, so that nothing is tested on every record.
    is_indexed: bool,
}

/// Finds guards and caches them.
pub(super) struct Guards<'p> {
    nodes: &'p Nodes,
    shapes: &'p Shapes,
    regexes: &'p [Regex],
    cache: HashMap<(NodeId, bool), Option<Guard>>,
}

impl Trigger {
    fn cell(column: Column, test: CellTest, or_missing: bool, or_none: bool) -> Self {
        Self::Cell(CellTrigger { column, test, or_missing, or_none, and_also: None })
    }
}

impl CellTrigger {
    /// Adds a second test, if the index can look up both.
    fn and_also(&self, other: &Rc<Self>) -> Self {
        let is_value = matches!(self.test, CellTest::Text(_) | CellTest::Number(_));
        let other = (is_value && self.and_also.is_none()).then(|| other.clone());
        Self { and_also: other.or_else(|| self.and_also.clone()), ..self.clone() }
    }
}

impl Guard {
    /// A guard whose triggers are all in the index.
    fn indexed(triggers: impl Into<Rc<[Trigger]>>, rate: f64) -> Self {
        Self { triggers: triggers.into(), rate, test_cost: 0.0, is_indexed: true }
    }

    fn never() -> Self {
        Self::indexed([], 0.0)
    }

    fn cost(&self) -> f64 {
        self.test_cost + self.rate * WAKE_COST
    }

    /// The trigger, if it is a single test of a cell.
    fn as_cell(&self) -> Option<&CellTrigger> {
        match &*self.triggers {
            [Trigger::Cell(cell)] => Some(cell),
            _ => None,
        }
    }

    /// Adds a second test to each trigger that can have one.
    fn and_also(self, other: &Rc<CellTrigger>) -> Self {
        let triggers = self.triggers.iter().map(|trigger| match trigger {
            Trigger::Cell(cell) => Trigger::Cell(cell.and_also(other)),
            Trigger::Pattern { .. } | Trigger::Literal { .. } | Trigger::Test { .. } => {
                trigger.clone()
            }
        });
        Self { triggers: triggers.collect(), ..self }
    }

    /// A guard that fires when either guard fires. `None` if it would have too many triggers.
    fn or(self, other: Self) -> Option<Self> {
        let triggers: Rc<[Trigger]> =
            self.triggers.iter().chain(other.triggers.iter()).cloned().collect();
        (triggers.len() <= MAX_TRIGGERS).then(|| Self {
            triggers,
            rate: (self.rate + other.rate).min(1.0),
            test_cost: self.test_cost + other.test_cost,
            is_indexed: self.is_indexed && other.is_indexed,
        })
    }
}

impl<'p> Guards<'p> {
    pub(super) fn new(nodes: &'p Nodes, shapes: &'p Shapes, regexes: &'p [Regex]) -> Self {
        Self { nodes, shapes, regexes, cache: HashMap::default() }
    }

    /// The triggers of the whole condition of a rule; `None` if it is false on every record.
    pub(super) fn triggers_of(&mut self, root: NodeId) -> Option<Rc<[Trigger]>> {
        let guard = self.find(root, true).unwrap_or_else(|| self.tested(root, true));
        (!guard.triggers.is_empty()).then_some(guard.triggers)
    }

    /// The best guard that fires whenever a condition is `wanted` or unknown. `None` for a condition on an element that
    /// cannot be looked up; then the whole quantifier is tested.
    fn find(&mut self, id: NodeId, wanted: bool) -> Option<Guard> {
        if let Some(known) = self.cache.get(&(id, wanted)) {
            return known.clone();
        }
        let found = self.find_indexed(id, wanted);
        let tested = self.nodes.facts(id).is_closed().then(|| self.tested(id, wanted));
        let guards = [found, tested].into_iter().flatten();
        let best = guards.min_by(|left, right| left.cost().total_cmp(&right.cost()));
        self.cache.insert((id, wanted), best.clone());
        best
    }

    /// A guard that tests the condition itself on every record.
    fn tested(&self, node: NodeId, wanted: bool) -> Guard {
        let test_cost = f64::from(self.nodes.facts(node).cost);
        let triggers = Rc::from([Trigger::Test { node, wanted }]);
        Guard { triggers, rate: TEST_RATE, test_cost, is_indexed: false }
    }

    fn find_indexed(&mut self, id: NodeId, wanted: bool) -> Option<Guard> {
        match (self.nodes.get(id), wanted) {
            (Node::Truth(truth), _) => (*truth == Truth::from(!wanted)).then(Guard::never),
            (Node::Not(inner), _) => self.find(*inner, !wanted),
            (Node::And(of), true) | (Node::Or(of), false) => self.best_of(of, wanted),
            (Node::Or(of), true) | (Node::And(of), false) => self.union_of(of, wanted),
            (Node::AtLeast { least, of }, true) => self.at_least(*least as usize, of),
            (Node::Path(path), truth) => {
                Some(self.cell(*path, CellTest::Truth(truth), !truth, 0.5))
            }
            (Node::Is(what, inner), _) => {
                let Node::Path(path) = self.nodes.get(*inner) else { return None };
                if *what == Knowledge::None && wanted && !self.shapes.can_be_none(*path) {
                    return Some(Guard::never());
                }
                let fires_on = |one: Knowledge| (one == *what) == wanted;
                let (test, rate) = if fires_on(Knowledge::Known) {
                    (CellTest::Anything, 0.6)
                } else {
                    (CellTest::Nothing, 0.4)
                };
                let [missing, none] = [Knowledge::Missing, Knowledge::None].map(fires_on);
                let trigger = Trigger::cell(self.column(*path), test, missing, none);
                Some(Guard::indexed([trigger], rate))
            }
            (Node::Compare { op, left, right }, _) => self.compared(*op, *left, *right, wanted),
            (Node::SameTruth(left, right), _) => self.same_truth([*left, *right], wanted),
            (Node::In { item, list }, true) => self.is_in(*item, *list),
            (Node::InPlace { item, .. }, true) => {
                let Node::Path(path) = self.nodes.get(*item) else { return None };
                Some(self.cell(*path, CellTest::Anything, false, 0.3))
            }
            (Node::Mentions { text, pattern }, true) => self.mention(*text, *pattern),
            (Node::Matches { text, regex }, true) => {
                let regex = self.regexes.get(*regex as usize)?;
                self.literals(*text, required_literals(regex.source())?)
            }
            (Node::TextTest { text, part, .. }, true) => {
                let Value::Text(part) = self.nodes.as_constant(*part)? else { return None };
                if part.len() < MIN_LENGTH {
                    return None;
                }
                self.literals(*text, vec![part.as_bytes().to_vec()])
            }
            (Node::Any(walk) | Node::All(walk), true) => self.quantified(walk),
            (
                Node::AtLeast { .. }
                | Node::In { .. }
                | Node::InPlace { .. }
                | Node::Mentions { .. }
                | Node::Matches { .. }
                | Node::TextTest { .. }
                | Node::Any(_)
                | Node::All(_),
                false,
            )
            | (
                Node::Const(_)
                | Node::At
                | Node::Surface(_)
                | Node::List(_)
                | Node::Negate(_)
                | Node::Arithmetic { .. }
                | Node::Coalesce { .. }
                | Node::If { .. }
                | Node::Length(_)
                | Node::Count(_)
                | Node::Aggregate { .. }
                | Node::Score(_)
                | Node::Call { .. }
                | Node::Recall(_)
                | Node::InSet { .. }
                | Node::Near { .. }
                | Node::Interpreted(_),
                _,
            ) => None,
        }
    }

    fn mention(&self, text: NodeId, pattern: u32) -> Option<Guard> {
        if let Node::Surface(surface) = *self.nodes.get(text) {
            return Some(Guard::indexed([Trigger::Pattern { surface, pattern }], PATTERN_RATE));
        }
        let Node::Path(path) = self.nodes.get(text) else { return None };
        Some(self.cell(*path, CellTest::Mentioning(pattern), false, PATTERN_RATE))
    }

    /// A guard that fires when a text of the message contains any of the literals.
    fn literals(&self, text: NodeId, literals: Vec<Vec<u8>>) -> Option<Guard> {
        let Node::Surface(surface) = *self.nodes.get(text) else { return None };
        let trigger = |literal: Vec<u8>| Trigger::Literal { surface, literal: literal.into() };
        let triggers: Vec<_> = literals.into_iter().map(trigger).collect();
        #[expect(clippy::cast_precision_loss, reason = "a guess")]
        let rate = (LITERAL_RATE * triggers.len() as f64).min(0.5);
        Some(Guard::indexed(triggers, rate))
    }

    /// The cheapest guard of any operand.
    fn best_of(&mut self, operands: &[NodeId], wanted: bool) -> Option<Guard> {
        best_of_guards(operands.iter().filter_map(|id| self.find(*id, wanted)))
    }

    /// If two conditions have the same truth, both are true or both are false; otherwise only the left one is true, or only
    /// the right one.
    fn same_truth(&mut self, [left, right]: [NodeId; 2], wanted: bool) -> Option<Guard> {
        let mut either = |truth: bool| {
            let guards = [self.find(left, truth), self.find(right, truth == wanted)];
            best_of_guards(guards.into_iter().flatten())
        };
        either(true)?.or(either(false)?)
    }

    /// A guard that fires when the guard of any operand fires.
    fn union_of(&mut self, operands: &[NodeId], wanted: bool) -> Option<Guard> {
        operands.iter().try_fold(Guard::never(), |so_far, id| so_far.or(self.find(*id, wanted)?))
    }

    /// If at least `least` conditions are true, then any `len - least + 1` of them include a true one. Takes the
    /// cheapest of them.
    fn at_least(&mut self, least: usize, operands: &[NodeId]) -> Option<Guard> {
        let guards: Option<Vec<Guard>> = operands.iter().map(|id| self.find(*id, true)).collect();
        let mut guards = guards?;
        guards.sort_by(|left, right| left.cost().total_cmp(&right.cost()));
        let enough = (guards.len() + 1).checked_sub(least.max(1))?;
        guards.into_iter().take(enough).try_fold(Guard::never(), Guard::or)
    }

    /// A guard for `any` and `all`: the body is not false for some element, or the list is missing.
    fn quantified(&mut self, walk: &Walk) -> Option<Guard> {
        let no_list = self.cell(walk.list, CellTest::Nothing, false, 0.0);
        let body = self.find(walk.body, true)?;
        body.is_indexed.then_some(body)?.or(no_list)
    }

    fn compared(
        &mut self,
        op: CompareOp,
        left: NodeId,
        right: NodeId,
        wanted: bool,
    ) -> Option<Guard> {
        let constant = self.nodes.as_constant(right)?.clone();
        if let Some(walk) = counted_elements(self.nodes.get(left)) {
            let guard = || self.quantified(&walk);
            return excludes_zero(op, &constant, wanted).then(guard).flatten();
        }
        if let Node::Score(parts) = self.nodes.get(left) {
            return self.score(parts, |score| excludes(op, score, &constant, wanted));
        }
        let (path, default) = self.path_or_default(left)?;
        let test = if let Value::Text(text) = &constant
            && op == CompareOp::Equal
            && wanted
        {
            CellTest::Text(Rc::from(&**text))
        } else {
            bounded(op, index_number(&constant)?, wanted)?
        };
        let is_bound = matches!(test, CellTest::AtLeast(_) | CellTest::AtMost(_));
        let rate = if is_bound { BOUND_RATE } else { self.value_rate(path) };
        let Some(default) = default else { return Some(self.cell(path, test, !wanted, rate)) };
        // A field that is missing or none counts as the default.
        let of_default = compare(op, Some(&equal_bounds(&default)), Some(&equal_bounds(&constant)));
        if of_default == Truth::Unknown {
            return None;
        }
        let or_missing = of_default == Truth::from(wanted);
        let rate = rate + if or_missing { self.missing_rate(path) } else { 0.0 };
        Some(Guard::indexed([Trigger::cell(self.column(path), test, or_missing, or_missing)], rate))
    }

    /// A guard that fires when a part is true that the score needs for the comparison. Parts that together cannot be enough
    /// are not watched, the most expensive first. `is_excluded` says whether no score within some bounds is enough.
    fn score(
        &mut self,
        parts: &[(NodeId, NodeId)],
        is_excluded: impl Fn(&Bounds) -> bool,
    ) -> Option<Guard> {
        let mut unwatched = equal_bounds(&Value::Int(0));
        if !is_excluded(&unwatched) {
            return None;
        }
        let mut guards: Vec<(Option<Guard>, Bounds)> = vec![];
        for (points, condition) in parts {
            let points = equal_bounds(self.nodes.as_constant(*points)?);
            guards
                .push((self.find(*condition, true), hull(&points, &equal_bounds(&Value::Int(0)))?));
        }
        let cost = |guard: &Option<Guard>| guard.as_ref().map_or(f64::INFINITY, Guard::cost);
        guards.sort_by(|(left, _), (right, _)| cost(right).total_cmp(&cost(left)));
        let mut watched = Guard::never();
        for (guard, points) in guards {
            match bounds_of(ArithmeticOp::Add, Some(&unwatched), Some(&points)) {
                Some(wider) if is_excluded(&wider) => unwatched = wider,
                Some(_) | None => watched = watched.or(guard?)?,
            }
        }
        Some(watched)
    }

    /// A field of the record, and the constant that replaces it if it is missing.
    fn path_or_default(&self, id: NodeId) -> Option<(Path, Option<Value>)> {
        if let Node::Path(path) = self.nodes.get(id) {
            return Some((*path, None));
        }
        let Node::Coalesce { value, default } = self.nodes.get(id) else { return None };
        let Node::Path(path) = self.nodes.get(*value) else { return None };
        Some((*path, Some(self.nodes.as_constant(*default)?.clone())))
    }

    fn is_in(&mut self, item: NodeId, list: NodeId) -> Option<Guard> {
        match (self.nodes.get(item), self.nodes.get(list)) {
            (Node::Path(path), Node::List(items)) => {
                let column = self.column(*path);
                let triggers = items.iter().map(|item| {
                    let item = self.nodes.as_constant(*item)?;
                    let test = if let Value::Text(text) = item {
                        CellTest::Text(Rc::from(&**text))
                    } else {
                        CellTest::Number(index_number(item)?)
                    };
                    Some(Trigger::cell(column, test, true, false))
                });
                let triggers: Vec<_> = triggers.collect::<Option<_>>()?;
                #[expect(clippy::cast_precision_loss, reason = "a guess")]
                let rate = (self.value_rate(*path) * triggers.len() as f64).min(1.0);
                let rate = rate + self.missing_rate(*path);
                (triggers.len() <= MAX_TRIGGERS).then(|| Guard::indexed(triggers, rate))
            }
            (Node::Const(_), Node::Path(path)) => {
                let slot = self.shapes.slot(*path)?;
                let Value::Text(text) = self.nodes.as_constant(item)? else { return None };
                match (&slot.ty, slot.elements) {
                    (Type::Places, _) => {
                        Some(self.cell(*path, CellTest::Place(Place::parse(text)?), false, 0.05))
                    }
                    // The row of an element that is a single value has one cell.
                    (Type::List(_), Some(shape)) => {
                        let test = CellTest::Text(Rc::from(&**text));
                        let trigger = Trigger::cell(Column { shape, slot: 0 }, test, true, false);
                        Some(Guard::indexed([trigger], VALUE_RATE + self.missing_rate(*path)))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A guard that fires when the cell passes the test or is missing, and with `or_none` when it is none. `rate` estimates
    /// how often it passes.
    fn cell(&self, path: Path, test: CellTest, or_none: bool, rate: f64) -> Guard {
        let trigger = Trigger::cell(self.column(path), test, true, or_none);
        Guard::indexed([trigger], rate + self.missing_rate(path))
    }

    fn column(&self, path: Path) -> Column {
        Column { shape: path.base.shape(), slot: path.slot }
    }

    /// Estimated share of records whose cell has a given value.
    fn value_rate(&self, path: Path) -> f64 {
        match self.shapes.slot(path).map(|slot| &slot.ty) {
            #[expect(clippy::cast_precision_loss, reason = "a guess")]
            Some(Type::Enum(words)) => 1.0 / words.len().max(2) as f64,
            Some(Type::Bool) => 0.5,
            _ => VALUE_RATE,
        }
    }

    /// Estimated share of records whose cell is missing.
    fn missing_rate(&self, path: Path) -> f64 {
        let is_optional = self.shapes.is_optional(path);
        match path.base {
            _ if !is_optional => 0.0,
            Base::Message => 0.25,
            Base::Element { .. } => 0.1,
        }
    }
}

/// The cheapest guard of conditions that are all needed. Each of its triggers gets the test of another one as its second
/// test.
fn best_of_guards(guards: impl Iterator<Item = Guard>) -> Option<Guard> {
    let mut guards: Vec<Guard> = guards.collect();
    // A stable sort: of equal guards, the first is taken.
    guards.sort_by(|left, right| left.cost().total_cmp(&right.cost()));
    let mut guards = guards.into_iter();
    let best = guards.next()?;
    let other = guards.find_map(|guard| guard.as_cell().cloned()).map(Rc::new);
    Some(other.into_iter().fold(best, |best, other| best.and_also(&other)))
}

/// The condition on the elements that a node counts or adds up.
fn counted_elements(node: &Node) -> Option<Walk> {
    if let Node::Count(walk) = *node {
        Some(walk)
    } else if let Node::Aggregate { values, condition, .. } = *node {
        Some(Walk { body: condition, ..values })
    } else {
        None
    }
}

/// Whether `0 op bound` is the opposite of what is wanted. Then a count or sum, which is zero without elements, needs one.
pub(super) fn excludes_zero(op: CompareOp, bound: &Value, wanted: bool) -> bool {
    excludes(op, &equal_bounds(&Value::Int(0)), bound, wanted)
}

/// Whether `number op bound` is the opposite of what is wanted for each number within the bounds.
fn excludes(op: CompareOp, numbers: &Bounds, bound: &Value, wanted: bool) -> bool {
    compare(op, Some(numbers), Some(&equal_bounds(bound))) == Truth::from(!wanted)
}

/// The test that a value passes if and only if `value op bound` equals `wanted`.
fn bounded(op: CompareOp, bound: i128, wanted: bool) -> Option<CellTest> {
    Some(match (op, wanted) {
        (CompareOp::Equal, true) => CellTest::Number(bound),
        (CompareOp::GreaterOrEqual, true) | (CompareOp::Less, false) => CellTest::AtLeast(bound),
        (CompareOp::Greater, true) | (CompareOp::LessOrEqual, false) => {
            CellTest::AtLeast(bound.checked_add(1)?)
        }
        (CompareOp::LessOrEqual, true) | (CompareOp::Greater, false) => CellTest::AtMost(bound),
        (CompareOp::Less, true) | (CompareOp::GreaterOrEqual, false) => {
            CellTest::AtMost(bound.checked_sub(1)?)
        }
        (CompareOp::Equal, false) | (CompareOp::NotEqual, _) => return None,
    })
}

/// The integer under which the index looks up a value: a number in billionths, an instant or duration in nanoseconds.
pub(crate) fn index_number(value: &Value) -> Option<i128> {
    match value {
        Value::Int(int) => Some(i128::from(*int) * 1_000_000_000),
        Value::Number(number) => Some(number.billionths()),
        Value::Instant(instant) => Some(instant.unix_nanos()),
        Value::Duration(nanos) => Some(*nanos),
        Value::Bool(_)
        | Value::Text(_)
        | Value::Surface(_)
        | Value::Places(_)
        | Value::Record(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Absent => None,
    }
}
