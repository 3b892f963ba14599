//! Turns checked expressions into nodes of the graph: expands definitions and replaces fields by cells. Not every expression
//! can be a node; the smallest condition around one that cannot is left to the interpreter.

mod memory;

pub(crate) use memory::{Addition, Read};

use super::guard::excludes_zero;
use super::node::{Interner, Node, NodeId, Path, Surface, Walk};
use super::shape::{Shapes, Spot};
use super::to_u32;
use crate::base::time::Zone;
use crate::program::functions::Function;
use crate::program::outcome::Truth;
use crate::program::{
    CompareOp, Counter, ElementValues, Expr, ExprKind, Norm, PatternRef, Program, ScorePart, Sought,
};
use crate::syntax::tree::{Aggregate, Knowledge, Quantifier};
use crate::world::place::Place;
use crate::world::value::{Inside, Type};
use foldhash::HashMap;
use std::sync::Arc;

/// The greatest number of expressions in expanded definitions for one rule set. If each definition of a chain calls the
/// next one twice, they expand to a tree of exponential size. Beyond this limit, conditions are left to the interpreter.
const MAX_EXPANDED: usize = 4_000_000;
/// The greatest nesting of quantifiers. The limit on cost allows only a few levels anyway.
const MAX_LEVELS: u32 = 32;

/// Builds the graph.
pub(super) struct Lowering<'p> {
    program: &'p Program,
    pub(super) interner: Interner,
    pub(super) shapes: Shapes,
    /// The zones whose days count for dated entries of sets.
    pub(super) zones: Vec<Zone>,
    /// The conditions that the interpreter evaluates, and their zones.
    pub(super) interpreted: Vec<(Arc<Expr>, u32)>,
    expanded: HashMap<Expansion, Result<Lowered, NotNative>>,
    /// The conditions of norms that are known already, by index: the rules that a counter counts are read more than once.
    norms: HashMap<usize, NodeId>,
    /// The keys that are the same for the whole record, with their numbers.
    keys: HashMap<Box<[NodeId]>, u32>,
    expansions_left: usize,
}

/// A call of a definition: its index, its arguments, the number of quantifiers around it, the zone, and who reads the state
/// that it reads, if it reads any.
type Expansion = (usize, Vec<Lowered>, u32, u32, Option<Reader>);

/// An expression that no node can express.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NotNative;

type LowerResult<T> = Result<T, NotNative>;

/// The result of lowering an expression: a node of the graph, or a place in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Lowered {
    Node(NodeId),
    Spot(Spot),
}

/// The context of an expression, apart from the record.
#[derive(Clone, Debug)]
struct Scope {
    /// Parameters and elements, outermost first.
    locals: Vec<Lowered>,
    /// The number of quantifiers around it.
    level: u32,
    zone: u32,
    reader: Reader,
    /// Whether it is inside a definition.
    in_definition: bool,
}

/// The norm that reads counters and marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Reader {
    place: Place,
    in_shadow: bool,
}

impl<'p> Lowering<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self {
            program,
            interner: Interner::default(),
            shapes: Shapes::new(&program.schema),
            zones: vec![],
            interpreted: vec![],
            expanded: HashMap::default(),
            norms: HashMap::default(),
            keys: HashMap::default(),
            expansions_left: MAX_EXPANDED,
        }
    }

    /// The whole condition of a norm: its `when`, and the negation of its `unless`.
    pub(super) fn norm(&mut self, index: usize) -> NodeId {
        if let Some(known) = self.norms.get(&index) {
            return *known;
        }
        let program = self.program;
        let in_shadow = program.is_in_shadow(index);
        let norm = program.norms.get(index).map(|norm| self.condition_of(norm, in_shadow));
        let node = norm.unwrap_or_else(|| self.interner.truth(Truth::Unknown));
        self.norms.insert(index, node);
        node
    }

    fn condition_of(&mut self, norm: &Norm, in_shadow: bool) -> NodeId {
        let mut scope = self.scope(&norm.zone, Reader { place: norm.place, in_shadow });
        let when = self.clause(&norm.when, &mut scope);
        let unless = norm.unless.as_ref().map(|unless| {
            let unless = self.clause(unless, &mut scope);
            self.interner.not(unless)
        });
        self.interner.and([when].into_iter().chain(unless))
    }

    /// Whether a record may count, by the condition of the counter alone; that of a counter without `counts` decides it.
    pub(super) fn counter(&mut self, counter: &Counter) -> NodeId {
        let Some(when) = &counter.when else { return self.interner.truth(Truth::True) };
        let mut scope = self.scope_of(counter);
        self.clause(when, &mut scope)
    }

    fn scope(&mut self, zone: &Zone, reader: Reader) -> Scope {
        let zone = self.zone(zone);
        Scope { locals: vec![], level: 0, zone, reader, in_definition: false }
    }

    /// The scope of the expressions of a counter, which read no state.
    fn scope_of(&mut self, counter: &Counter) -> Scope {
        self.scope(&counter.zone, Reader { place: counter.place, in_shadow: false })
    }

    fn zone(&mut self, zone: &Zone) -> u32 {
        let known = self.zones.iter().position(|known| known == zone);
        to_u32(known.unwrap_or_else(|| {
            self.zones.push(zone.clone());
            self.zones.len() - 1
        }))
    }

    /// A clause of a norm. The interpreter evaluates the clause if no node can express it.
    fn clause(&mut self, expr: &Expr, scope: &mut Scope) -> NodeId {
        self.condition(expr, scope).unwrap_or_else(|NotNative| self.interpreted(expr, scope))
    }

    /// Leaves a condition to the interpreter. If it needs a match of a pattern, it is combined with a search for the
    /// pattern. That search is cheap, because all patterns are searched at once.
    fn interpreted(&mut self, expr: &Expr, scope: &mut Scope) -> NodeId {
        // What no node expresses and reads state goes to the interpreter with the whole norm, as it does when it is unknown.
        let itself = if self.program.reads_state(expr) {
            self.interner.truth(Truth::Unknown)
        } else {
            self.interpreter_node(expr, scope.zone)
        };
        let list = needed_list(expr).map(|list| &list.kind);
        let Some(ExprKind::Spans { text, of }) = list else { return itself };
        let has_any = self.node(text, scope).and_then(|text| match of {
            Sought::Pattern(pattern) => self.mentions(text, pattern),
            Sought::Regex(regex) => self.matches(text, *regex),
        });
        has_any.map_or(itself, |has_any| self.interner.and([has_any, itself]))
    }

    fn interpreter_node(&mut self, expr: &Expr, zone: u32) -> NodeId {
        self.interpreted.push((Arc::new(expr.clone()), zone));
        self.interner.intern(Node::Interpreted(to_u32(self.interpreted.len() - 1)))
    }

    fn condition(&mut self, expr: &Expr, scope: &mut Scope) -> LowerResult<NodeId> {
        match self.node(expr, scope) {
            Err(NotNative) if scope.locals.is_empty() => Ok(self.interpreted(expr, scope)),
            native => native,
        }
    }

    fn conditions(&mut self, operands: &[Expr], scope: &mut Scope) -> LowerResult<Vec<NodeId>> {
        operands.iter().map(|operand| self.condition(operand, scope)).collect()
    }

    /// The node of an expression that is a single value, a surface, or a list.
    fn node(&mut self, expr: &Expr, scope: &mut Scope) -> LowerResult<NodeId> {
        match self.lower(expr, scope)? {
            Lowered::Node(node) => Ok(node),
            Lowered::Spot(Spot::Cell(path) | Spot::List { path, .. }) => Ok(self.path(path)),
            Lowered::Spot(Spot::Record { .. } | Spot::Map { .. }) => Err(NotNative),
        }
    }

    fn path(&mut self, path: Path) -> NodeId {
        let slot = self.shapes.slot(path);
        let surface = slot
            .filter(|slot| slot.ty == Type::Surface)
            .and_then(|slot| Surface::ALL.into_iter().find(|(field, _)| slot.path == field.name));
        let surface = surface.map(|(_, surface)| surface);
        self.interner.intern(surface.map_or(Node::Path(path), Node::Surface))
    }

    fn list(&mut self, expr: &Expr, scope: &mut Scope) -> LowerResult<(Path, u32)> {
        let Lowered::Spot(Spot::List { path, shape }) = self.lower(expr, scope)? else {
            return Err(NotNative);
        };
        Ok((path, shape))
    }

    #[cfg_attr(
        not(test),
        expect(clippy::wildcard_enum_match_arm, reason = "`computed` names every other kind")
    )]
    fn lower(&mut self, expr: &Expr, scope: &mut Scope) -> LowerResult<Lowered> {
        if scope.in_definition {
            self.expansions_left = self.expansions_left.checked_sub(1).ok_or(NotNative)?;
        }
        match &expr.kind {
            ExprKind::Message => Ok(Lowered::Spot(Shapes::message())),
            ExprKind::Local(level) => scope.locals.get(*level).copied().ok_or(NotNative),
            ExprKind::Field { of, field, .. } => self.field(of, *field, scope),
            ExprKind::Entry { of, key, .. } => self.entry(of, key, scope),
            ExprKind::Defined { define, args } => self.expand(*define, args, scope),
            kind => {
                let state = self.state(kind, scope);
                state.unwrap_or_else(|| self.computed(kind, scope)).map(Lowered::Node)
            }
        }
    }

    fn field(&mut self, owner: &Expr, field: usize, scope: &mut Scope) -> LowerResult<Lowered> {
        let Lowered::Spot(Spot::Record { base, record, .. }) = self.lower(owner, scope)? else {
            return Err(NotNative);
        };
        let spot = self.shapes.field(&self.program.schema, base, record, field);
        spot.map(Lowered::Spot).ok_or(NotNative)
    }

    fn entry(&mut self, owner: &Expr, key: &str, scope: &mut Scope) -> LowerResult<Lowered> {
        let Lowered::Spot(Spot::Map { base, map, .. }) = self.lower(owner, scope)? else {
            return Err(NotNative);
        };
        let spot = self.shapes.entry(&self.program.schema, base, map, key);
        spot.map(Lowered::Spot).ok_or(NotNative)
    }

    /// An expression that is computed, not read from a place in the record.
    fn computed(&mut self, kind: &ExprKind, scope: &mut Scope) -> LowerResult<NodeId> {
        let node = match kind {
            ExprKind::Const(value) => return Ok(self.interner.constant(value)),
            ExprKind::Not(inner) => {
                let inner = self.condition(inner, scope)?;
                return Ok(self.interner.not(inner));
            }
            ExprKind::And(of) => {
                let of = self.conditions(of, scope)?;
                return Ok(self.interner.and(of));
            }
            ExprKind::Or(of) => {
                let of = self.conditions(of, scope)?;
                return Ok(self.interner.or(of));
            }
            // Only the interpreter reads what is none as false in a list.
            ExprKind::In { item, .. } if item.ty == Type::Bool => return Err(NotNative),
            ExprKind::Compare { op, left, right } => return self.compare(*op, left, right, scope),
            ExprKind::Mentions { text, pattern } => {
                let text = self.node(text, scope)?;
                return self.mentions(text, pattern);
            }
            ExprKind::Matches { text, regex } => {
                let text = self.node(text, scope)?;
                return self.matches(text, *regex);
            }
            ExprKind::Is(what, inner) => return self.is(*what, inner, scope),
            ExprKind::Negate(inner) => {
                let inner = self.node(inner, scope)?;
                return Ok(self.interner.negate(inner));
            }
            ExprKind::Arithmetic { first, rest } => {
                let first = self.node(first, scope)?;
                let rest = rest.iter().map(|(op, operand)| Ok((*op, self.node(operand, scope)?)));
                let rest = rest.collect::<LowerResult<Vec<_>>>()?;
                return Ok(self.interner.arithmetic(first, rest));
            }
            ExprKind::Quantified { quantifier, list, body, .. } => {
                return self.quantified(*quantifier, list, body, scope);
            }
            ExprKind::Aggregate { aggregate, of } => {
                return self.aggregate(*aggregate, of, scope);
            }
            ExprKind::Score(parts) => return self.score(parts, scope),
            ExprKind::Call { function, args } => return self.call(*function, args, scope),
            ExprKind::At => Node::At,
            ExprKind::List(items) => Node::List(self.nodes(items, scope)?),
            ExprKind::AtLeast { least, of } => self.at_least(*least, of, scope)?,
            ExprKind::In { item, list } => {
                Node::In { item: self.node(item, scope)?, list: self.node(list, scope)? }
            }
            ExprKind::InPlace { item, place } => {
                Node::InPlace { item: self.node(item, scope)?, place: *place }
            }
            ExprKind::InSet { item, set } => {
                Node::InSet { item: self.node(item, scope)?, set: to_u32(*set), zone: scope.zone }
            }
            ExprKind::TextTest { op, text, part } => {
                let (text, part) = (self.node(text, scope)?, self.node(part, scope)?);
                Node::TextTest { op: *op, text, part }
            }
            ExprKind::Coalesce { value, default } => Node::Coalesce {
                value: self.node(value, scope)?,
                default: self.node(default, scope)?,
            },
            ExprKind::If { arms, otherwise } => self.conditional(arms, otherwise, scope)?,
            ExprKind::Message
            | ExprKind::Local(_)
            | ExprKind::Spans { .. }
            | ExprKind::Field { .. }
            | ExprKind::Entry { .. }
            | ExprKind::Counter { .. }
            | ExprKind::Reaches { .. }
            | ExprKind::Mark { .. }
            | ExprKind::Defined { .. } => return Err(NotNative),
        };
        Ok(self.interner.intern(node))
    }

    fn compare(
        &mut self,
        op: CompareOp,
        left: &Expr,
        right: &Expr,
        scope: &mut Scope,
    ) -> LowerResult<NodeId> {
        if left.ty == Type::Bool {
            let (left, right) = (self.condition(left, scope)?, self.condition(right, scope)?);
            let same = self.interner.same_truth(left, right);
            return Ok(if op == CompareOp::Equal { same } else { self.interner.not(same) });
        }
        let (left, right) = (self.node(left, scope)?, self.node(right, scope)?);
        Ok(self.interner.compare(op, left, right))
    }

    fn at_least(&mut self, least: u32, of: &[Expr], scope: &mut Scope) -> LowerResult<Node> {
        Ok(Node::AtLeast { least, of: self.conditions(of, scope)?.into() })
    }

    fn nodes(&mut self, exprs: &[Expr], scope: &mut Scope) -> LowerResult<Box<[NodeId]>> {
        exprs.iter().map(|expr| self.node(expr, scope)).collect()
    }

    fn conditional(
        &mut self,
        arms: &[(Expr, Expr)],
        otherwise: &Expr,
        scope: &mut Scope,
    ) -> LowerResult<Node> {
        let arms = arms.iter().map(|(condition, value)| {
            Ok((self.condition(condition, scope)?, self.node(value, scope)?))
        });
        let arms = arms.collect::<LowerResult<Box<[_]>>>()?;
        Ok(Node::If { arms, otherwise: self.node(otherwise, scope)? })
    }

    /// The body of a definition with its arguments filled in. Equal calls are expanded once.
    fn expand(&mut self, define: usize, args: &[Expr], scope: &mut Scope) -> LowerResult<Lowered> {
        let args =
            args.iter().map(|arg| self.lower(arg, scope)).collect::<LowerResult<Vec<_>>>()?;
        let called = self.program.defines.get(define).ok_or(NotNative)?;
        let reader = called.reads_state.then_some(scope.reader);
        let expansion = (define, args, scope.level, scope.zone, reader);
        if let Some(known) = self.expanded.get(&expansion) {
            return *known;
        }
        let body = &called.body;
        let mut inside =
            Scope { locals: expansion.1.clone(), in_definition: true, ..scope.clone() };
        let lowered = if body.ty == Type::Bool {
            self.condition(body, &mut inside).map(Lowered::Node)
        } else {
            self.lower(body, &mut inside)
        };
        self.expanded.insert(expansion, lowered);
        lowered
    }

    fn matches(&mut self, text: NodeId, regex: usize) -> LowerResult<NodeId> {
        let regex = u32::try_from(regex).map_err(|_| NotNative)?;
        Ok(self.interner.intern(Node::Matches { text, regex }))
    }

    fn mentions(&mut self, text: NodeId, pattern: &PatternRef) -> LowerResult<NodeId> {
        let number = |pattern: usize| u32::try_from(pattern).map_err(|_| NotNative);
        let first = number(pattern.pattern)?;
        let Some((other, distance)) = pattern.near else {
            return Ok(self.interner.intern(Node::Mentions { text, pattern: first }));
        };
        // Both patterns must be present. That test is cheap, because all patterns are searched at once.
        let other = number(other)?;
        let both =
            [first, other].map(|pattern| self.interner.intern(Node::Mentions { text, pattern }));
        let near = self.interner.intern(Node::Near { text, patterns: [first, other], distance });
        Ok(self.interner.and(both.into_iter().chain([near])))
    }

    fn is(&mut self, what: Knowledge, inner: &Expr, scope: &mut Scope) -> LowerResult<NodeId> {
        let inner = match self.lower(inner, scope)? {
            // `not not x` is a condition, which is never none, but its node is the same as that of `x`.
            Lowered::Node(_) if inner.ty == Type::Bool => return Err(NotNative),
            Lowered::Node(node) => node,
            Lowered::Spot(Spot::Cell(path) | Spot::List { path, .. }) => self.path(path),
            Lowered::Spot(Spot::Record { present: None, .. }) => {
                return Ok(self.interner.truth((what == Knowledge::Known).into()));
            }
            Lowered::Spot(
                Spot::Record { base, present: Some(slot), .. }
                | Spot::Map { base, present: slot, .. },
            ) => self.path(Path { base, slot }),
        };
        Ok(self.interner.intern(Node::Is(what, inner)))
    }

    fn quantified(
        &mut self,
        quantifier: Quantifier,
        list: &Expr,
        body: &Expr,
        scope: &mut Scope,
    ) -> LowerResult<NodeId> {
        let (list, mut inside) = self.enter_list(list, scope)?;
        let body = self.condition(body, &mut inside)?;
        let walk = Walk { list, level: scope.level, body };
        Ok(match quantifier {
            Quantifier::Any => self.interner.intern(Node::Any(walk)),
            Quantifier::All => self.interner.intern(Node::All(walk)),
            Quantifier::Count => self.interner.intern(Node::Count(walk)),
            Quantifier::No => {
                let any = self.interner.intern(Node::Any(walk));
                self.interner.not(any)
            }
        })
    }

    fn aggregate(
        &mut self,
        aggregate: Aggregate,
        of: &ElementValues,
        scope: &mut Scope,
    ) -> LowerResult<NodeId> {
        // Only the interpreter reads a value that is none as false.
        if of.value.ty == Type::Bool {
            return Err(NotNative);
        }
        let (list, mut inside) = self.enter_list(&of.list, scope)?;
        let condition = match &of.condition {
            Some(condition) => self.condition(condition, &mut inside)?,
            None => self.interner.truth(Truth::True),
        };
        let body = self.node(&of.value, &mut inside)?;
        let values = Walk { list, level: scope.level, body };
        Ok(self.interner.intern(Node::Aggregate { aggregate, values, condition }))
    }

    fn score(&mut self, parts: &[ScorePart], scope: &mut Scope) -> LowerResult<NodeId> {
        let parts = parts.iter().map(|part| {
            let points = self.interner.constant(&part.points);
            Ok((points, self.condition(&part.condition, scope)?))
        });
        let parts = parts.collect::<LowerResult<Box<[_]>>>()?;
        Ok(self.interner.intern(Node::Score(parts)))
    }

    /// A list, and the scope of what is evaluated for each of its elements.
    fn enter_list(&mut self, list: &Expr, scope: &mut Scope) -> LowerResult<(Path, Scope)> {
        if scope.level >= MAX_LEVELS {
            return Err(NotNative);
        }
        let (list, shape) = self.list(list, scope)?;
        let element = self.shapes.element(shape, scope.level).ok_or(NotNative)?;
        let mut inside = scope.clone();
        inside.locals.push(Lowered::Spot(element));
        inside.level += 1;
        Ok((list, inside))
    }

    /// A call of a function. The values of nodes are neither records nor lists, so a call that takes a record or list is left
    /// to the interpreter, except `length`.
    fn call(&mut self, function: usize, args: &[Expr], scope: &mut Scope) -> LowerResult<NodeId> {
        let called = self.program.functions.get(function).ok_or(NotNative)?;
        if let ([list], true) = (args, called.counts_elements) {
            let (list, _) = self.list(list, scope)?;
            return Ok(self.interner.intern(Node::Length(list)));
        }
        if !has_single_values(called) {
            return Err(NotNative);
        }
        let args = self.nodes(args, scope)?;
        let function = u32::try_from(function).map_err(|_| NotNative)?;
        Ok(self.interner.intern(Node::Call { function, args }))
    }
}

/// The list that must have an element, because the condition is false for an empty list.
fn needed_list(expr: &Expr) -> Option<&Expr> {
    if let ExprKind::Quantified { quantifier: Quantifier::Any | Quantifier::All, list, .. } =
        &expr.kind
    {
        return Some(list);
    }
    let ExprKind::Compare { op, left, right } = &expr.kind else { return None };
    let ExprKind::Const(bound) = &right.kind else { return None };
    let (ExprKind::Quantified { quantifier: Quantifier::Count, list, .. }
    | ExprKind::Aggregate { of: ElementValues { list, .. }, .. }) = &left.kind
    else {
        return None;
    };
    excludes_zero(*op, bound, true).then_some(list)
}

/// Whether a function takes and returns only single values.
fn has_single_values(function: &Function) -> bool {
    let is_single = |ty: &Type| {
        matches!(ty.inside(), Inside::Nothing) && !matches!(ty, Type::Surface | Type::Places)
    };
    function.params.iter().all(|(_, ty)| is_single(ty)) && is_single(&function.result)
}
