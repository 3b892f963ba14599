//! What has to be so for a condition not to be false: of all ways to tell, the one that seldom holds and costs little.
//! A missing field makes a test unknown, so it triggers too.

use super::literal::{SHORTEST, required};
use super::node::{Base, Node, NodeId, Nodes, Path, Surface, Walk};
use super::shape::Shapes;
use crate::program::CompareOp;
use crate::program::compare::{compare, exactly};
use crate::program::outcome::Truth;
use crate::text::Regex;
use crate::world::place::Place;
use crate::world::value::{Type, Value};
use foldhash::HashMap;
use std::rc::Rc;

/// More triggers are not looked up for one rule: it is tested on every record.
const TRIGGERS: usize = 4_096;
/// On how many records a condition is taken to hold of which nothing is known: an index is better than none.
const TESTED: f64 = 0.9;
/// What it costs to test a rule that was woken, in nanoseconds.
const WOKEN: f64 = 100.0;

/// A cell of the message, or of any element of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Column {
    pub(crate) shape: u32,
    pub(crate) slot: u32,
}

/// What wakes a rule.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trigger {
    /// The pattern is in a text of the message.
    Pattern {
        surface: Surface,
        pattern: u32,
    },
    /// These bytes are in a text of the message.
    Literal {
        surface: Surface,
        literal: Rc<[u8]>,
    },
    Cell(Held),
    /// A condition that is tested on every record does not come out the other way.
    Test {
        node: NodeId,
        wanted: bool,
    },
}

/// The column holds such a value, or nothing, where that makes a condition unknown.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Held {
    pub(crate) column: Column,
    pub(crate) is: Is,
    pub(crate) or_missing: bool,
    /// What has to be so too, where a value that many rules ask for would wake them all.
    pub(crate) beside: Option<Rc<Held>>,
}

/// What a column may hold.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Is {
    /// No value at all: only its lack counts.
    Nothing,
    Anything,
    Text(Rc<str>),
    /// In billionths or nanoseconds, like the bounds.
    Number(i128),
    AtLeast(i128),
    AtMost(i128),
    Truth(bool),
    /// A text in which this pattern is.
    Mentioning(u32),
    /// Places of which one is this, or the country that it lies in.
    Place(Place),
}

/// Triggers of which one is pulled whenever the condition is not false.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    pub(super) triggers: Rc<[Trigger]>,
    /// On how many records one of them is pulled, as far as can be guessed.
    rate: f64,
    /// What testing takes on every record, in nanoseconds; looking up takes nothing worth counting.
    work: f64,
    /// Whether no condition has to be tested.
    is_indexed: bool,
}

/// Finds the guards of conditions.
pub(super) struct Guards<'p> {
    nodes: &'p Nodes,
    shapes: &'p Shapes,
    regexes: &'p [Regex],
    known: HashMap<(NodeId, bool), Option<Guard>>,
}

impl Trigger {
    fn cell(column: Column, is: Is, or_missing: bool) -> Self {
        Self::Cell(Held { column, is, or_missing, beside: None })
    }
}

impl Held {
    /// Only where the other is so too, if the index can tell.
    fn beside(&self, other: &Rc<Self>) -> Self {
        let is_value = matches!(self.is, Is::Text(_) | Is::Number(_));
        let other = (is_value && self.beside.is_none()).then(|| other.clone());
        Self { beside: other.or_else(|| self.beside.clone()), ..self.clone() }
    }
}

impl Guard {
    fn of(trigger: Trigger, rate: f64) -> Self {
        Self { triggers: Rc::from([trigger]), rate, work: 0.0, is_indexed: true }
    }

    fn never() -> Self {
        Self { triggers: Rc::from([]), rate: 0.0, work: 0.0, is_indexed: true }
    }

    fn cost(&self) -> f64 {
        self.work + self.rate * WOKEN
    }

    /// The one cell that it looks at.
    fn as_cell(&self) -> Option<&Held> {
        match &*self.triggers {
            [Trigger::Cell(held)] => Some(held),
            _ => None,
        }
    }

    /// The same, only where a cell holds something too.
    fn beside(self, other: &Rc<Held>) -> Self {
        let triggers = self.triggers.iter().map(|trigger| match trigger {
            Trigger::Cell(held) => Trigger::Cell(held.beside(other)),
            Trigger::Pattern { .. } | Trigger::Literal { .. } | Trigger::Test { .. } => {
                trigger.clone()
            }
        });
        Self { triggers: triggers.collect(), ..self }
    }

    /// Either one.
    fn or(self, other: Self) -> Option<Self> {
        let triggers: Rc<[Trigger]> =
            self.triggers.iter().chain(other.triggers.iter()).cloned().collect();
        (triggers.len() <= TRIGGERS).then(|| Self {
            triggers,
            rate: (self.rate + other.rate).min(1.0),
            work: self.work + other.work,
            is_indexed: self.is_indexed && other.is_indexed,
        })
    }
}

impl<'p> Guards<'p> {
    pub(super) fn new(nodes: &'p Nodes, shapes: &'p Shapes, regexes: &'p [Regex]) -> Self {
        Self { nodes, shapes, regexes, known: HashMap::default() }
    }

    /// The guard of a whole condition; none when it is never anything but false.
    pub(super) fn whole(&mut self, root: NodeId) -> Option<Rc<[Trigger]>> {
        if *self.nodes.get(root) == Node::Truth(Truth::False) {
            return None;
        }
        let guard = self.find(root, true).unwrap_or_else(|| self.tested(root, true));
        Some(guard.triggers)
    }

    /// The best guard of a condition that is not to be the other truth. Conditions inside a walk that no column tells
    /// have none: the walk is tested as a whole.
    fn find(&mut self, id: NodeId, wanted: bool) -> Option<Guard> {
        if let Some(known) = self.known.get(&(id, wanted)) {
            return known.clone();
        }
        let found = self.looked_up(id, wanted);
        let tested = self.nodes.facts(id).is_closed().then(|| self.tested(id, wanted));
        let best = [found, tested].into_iter().flatten();
        let best = best.min_by(|a, b| a.cost().total_cmp(&b.cost()));
        self.known.insert((id, wanted), best.clone());
        best
    }

    fn tested(&self, node: NodeId, wanted: bool) -> Guard {
        let work = f64::from(self.nodes.facts(node).cost);
        let trigger = Trigger::Test { node, wanted };
        Guard { triggers: Rc::from([trigger]), rate: TESTED, work, is_indexed: false }
    }

    fn looked_up(&mut self, id: NodeId, wanted: bool) -> Option<Guard> {
        match (self.nodes.get(id), wanted) {
            (Node::Truth(truth), _) => (*truth == Truth::from(!wanted)).then(Guard::never),
            (Node::Not(inner), _) => self.find(*inner, !wanted),
            (Node::And(of), true) | (Node::Or(of), false) => self.best(of, wanted),
            (Node::Or(of), true) | (Node::And(of), false) => self.all(of, wanted),
            (Node::AtLeast { least, of }, true) => self.at_least(*least as usize, of),
            (Node::Path(path), truth) => Some(self.cell(*path, Is::Truth(truth), 0.5)),
            (Node::IsKnown(inner), _) => match self.nodes.get(*inner) {
                Node::Path(path) => {
                    let column = self.column(*path);
                    let (is, rate) = if wanted { (Is::Anything, 0.6) } else { (Is::Nothing, 0.4) };
                    Some(Guard::of(Trigger::cell(column, is, !wanted), rate))
                }
                _ => None,
            },
            (Node::Compare { op, left, right }, _) => self.compared(*op, *left, *right, wanted),
            (Node::In { item, list }, true) => self.is_in(*item, *list),
            (Node::Mentions { text, pattern }, true) => match self.nodes.get(*text) {
                Node::Surface(surface) => {
                    let trigger = Trigger::Pattern { surface: *surface, pattern: *pattern };
                    Some(Guard::of(trigger, 0.01))
                }
                Node::Path(path) => Some(self.cell(*path, Is::Mentioning(*pattern), 0.01)),
                _ => None,
            },
            (Node::Matches { text, regex }, true) => {
                let regex = self.regexes.get(*regex as usize)?;
                self.literals(*text, required(regex.source())?)
            }
            (Node::TextTest { text, part, .. }, true) => match self.nodes.as_constant(*part)? {
                Value::Text(part) if part.len() >= SHORTEST => {
                    self.literals(*text, vec![part.as_bytes().to_vec()])
                }
                _ => None,
            },
            (Node::Any(walk) | Node::All(walk), true) => self.walked(walk),
            _ => None,
        }
    }

    /// One of some literals is in a text of the message.
    fn literals(&self, text: NodeId, literals: Vec<Vec<u8>>) -> Option<Guard> {
        let Node::Surface(surface) = *self.nodes.get(text) else { return None };
        let triggers = literals
            .into_iter()
            .map(|literal| Trigger::Literal { surface, literal: literal.into() });
        let triggers: Rc<[Trigger]> = triggers.collect();
        #[expect(clippy::cast_precision_loss, reason = "a guess")]
        let rate = (0.02 * triggers.len() as f64).min(0.5);
        Some(Guard { triggers, rate, work: 0.0, is_indexed: true })
    }

    fn best(&mut self, of: &[NodeId], wanted: bool) -> Option<Guard> {
        let mut guards: Vec<Guard> = of.iter().filter_map(|id| self.find(*id, wanted)).collect();
        // Stable: of equals, what the author wrote first.
        guards.sort_by(|a, b| a.cost().total_cmp(&b.cost()));
        let mut guards = guards.into_iter();
        let best = guards.next()?;
        let other = guards.find_map(|guard| guard.as_cell().cloned()).map(Rc::new);
        Some(other.into_iter().fold(best, |best, other| best.beside(&other)))
    }

    fn all(&mut self, of: &[NodeId], wanted: bool) -> Option<Guard> {
        of.iter().try_fold(Guard::never(), |so_far, id| so_far.or(self.find(*id, wanted)?))
    }

    /// When so many may hold, one of all but so many less one does.
    fn at_least(&mut self, least: usize, of: &[NodeId]) -> Option<Guard> {
        let guards: Option<Vec<Guard>> = of.iter().map(|id| self.find(*id, true)).collect();
        let mut guards = guards?;
        guards.sort_by(|a, b| a.cost().total_cmp(&b.cost()));
        let enough = (guards.len() + 1).checked_sub(least.max(1))?;
        guards.into_iter().take(enough).try_fold(Guard::never(), Guard::or)
    }

    /// An element for which the body is not false, or no list.
    fn walked(&mut self, walk: &Walk) -> Option<Guard> {
        let no_list = self.cell(walk.list, Is::Nothing, 0.0);
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
        if let Node::Count(walk) = self.nodes.get(left) {
            let needs_one = match (op, &constant) {
                (CompareOp::Greater, Value::Int(int)) => *int >= 0,
                (CompareOp::GreaterOrEqual | CompareOp::Equal, Value::Int(int)) => *int >= 1,
                _ => false,
            };
            let walk = *walk;
            return if needs_one && wanted { self.walked(&walk) } else { None };
        }
        let (path, default) = match self.nodes.get(left) {
            Node::Path(path) => (*path, None),
            Node::Coalesce { value, default } => match self.nodes.get(*value) {
                Node::Path(path) => (*path, Some(self.nodes.as_constant(*default)?.clone())),
                _ => return None,
            },
            _ => return None,
        };
        let is = match &constant {
            Value::Text(text) if op == CompareOp::Equal && wanted => Is::Text(Rc::from(&**text)),
            constant => bounded(op, in_units(constant)?, wanted)?,
        };
        let rate = match is {
            Is::AtLeast(_) | Is::AtMost(_) => 0.4,
            _ => self.share(path),
        };
        let Some(default) = default else { return Some(self.cell(path, is, rate)) };
        // With a default the lack of the field is as good as that value.
        let of_default = compare(op, Some(&exactly(&default)), Some(&exactly(&constant)));
        if of_default == Truth::Unknown {
            return None;
        }
        let or_missing = of_default == Truth::from(wanted);
        let rate = rate + if or_missing { self.missing(path) } else { 0.0 };
        Some(Guard::of(Trigger::cell(self.column(path), is, or_missing), rate))
    }

    fn is_in(&mut self, item: NodeId, list: NodeId) -> Option<Guard> {
        match (self.nodes.get(item), self.nodes.get(list)) {
            (Node::Path(path), Node::List(items)) => {
                let (column, share) = (self.column(*path), self.share(*path));
                let triggers = items.iter().map(|item| {
                    let is = match self.nodes.as_constant(*item)? {
                        Value::Text(text) => Is::Text(Rc::from(&**text)),
                        number => Is::Number(in_units(number)?),
                    };
                    Some(Trigger::cell(column, is, true))
                });
                let triggers: Rc<[Trigger]> = triggers.collect::<Option<_>>()?;
                #[expect(clippy::cast_precision_loss, reason = "a guess")]
                let rate = (share * triggers.len() as f64).min(1.0) + self.missing(*path);
                (triggers.len() <= TRIGGERS).then_some(Guard {
                    triggers,
                    rate,
                    work: 0.0,
                    is_indexed: true,
                })
            }
            (Node::Const(_), Node::Path(path)) => {
                let slot = self.shapes.slot(*path)?;
                let Value::Text(text) = self.nodes.as_constant(item)? else { return None };
                match (&slot.ty, slot.elements) {
                    (Type::Places, _) => {
                        Some(self.cell(*path, Is::Place(Place::parse(text)?), 0.05))
                    }
                    // The elements stand in the first cells of their rows.
                    (Type::List(_), Some(shape)) => {
                        let (column, is) = (Column { shape, slot: 0 }, Is::Text(Rc::from(&**text)));
                        let trigger = Trigger::cell(column, is, true);
                        Some(Guard::of(trigger, 0.02 + self.missing(*path)))
                    }
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A cell that holds such a value on so many records, or nothing.
    fn cell(&self, path: Path, is: Is, rate: f64) -> Guard {
        Guard::of(Trigger::cell(self.column(path), is, true), rate + self.missing(path))
    }

    fn column(&self, path: Path) -> Column {
        Column { shape: path.base.shape(), slot: path.slot }
    }

    /// How many of the values are one of them.
    fn share(&self, path: Path) -> f64 {
        match self.shapes.slot(path).map(|slot| &slot.ty) {
            #[expect(clippy::cast_precision_loss, reason = "a guess")]
            Some(Type::Enum(words)) => 1.0 / words.len().max(2) as f64,
            Some(Type::Bool) => 0.5,
            _ => 0.02,
        }
    }

    /// How often a cell is missing.
    fn missing(&self, path: Path) -> f64 {
        let is_optional = self.shapes.is_optional(path);
        match path.base {
            _ if !is_optional => 0.0,
            Base::Message => 0.25,
            Base::Element { .. } => 0.1,
        }
    }
}

/// The values that compare in such a way with a bound.
fn bounded(op: CompareOp, bound: i128, wanted: bool) -> Option<Is> {
    Some(match (op, wanted) {
        (CompareOp::Equal, true) => Is::Number(bound),
        (CompareOp::GreaterOrEqual, true) | (CompareOp::Less, false) => Is::AtLeast(bound),
        (CompareOp::Greater, true) | (CompareOp::LessOrEqual, false) => {
            Is::AtLeast(bound.checked_add(1)?)
        }
        (CompareOp::LessOrEqual, true) | (CompareOp::Greater, false) => Is::AtMost(bound),
        (CompareOp::Less, true) | (CompareOp::GreaterOrEqual, false) => {
            Is::AtMost(bound.checked_sub(1)?)
        }
        (CompareOp::Equal, false) | (CompareOp::NotEqual, _) => return None,
    })
}

/// An ordered value as a whole number: of billionths, or of nanoseconds.
pub(crate) fn in_units(value: &Value) -> Option<i128> {
    match value {
        Value::Int(int) => Some(i128::from(*int) * 1_000_000_000),
        Value::Number(number) => Some(number.billionths()),
        Value::Instant(instant) => Some(instant.nanos()),
        Value::Duration(nanos) => Some(*nanos),
        Value::Bool(_)
        | Value::Text(_)
        | Value::Surface(_)
        | Value::Places(_)
        | Value::Record(_)
        | Value::List(_)
        | Value::Map(_) => None,
    }
}
