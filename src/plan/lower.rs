//! From checked expressions to the graph of conditions: definitions unfolded, fields turned into cells. What the graph
//! has no part for is left to the interpreter, as the smallest whole condition around it.

use super::node::{Interner, Node, NodeId, Path, Surface, Walk};
use super::shape::{Shapes, Spot};
use crate::base::time::Zone;
use crate::program::functions::Function;
use crate::program::outcome::Truth;
use crate::program::{CompareOp, Expr, ExprKind, Norm, PatternRef, Program, Sought};
use crate::syntax::tree::Quantifier;
use crate::world::value::Type;
use foldhash::HashMap;
use std::sync::Arc;

/// Parts of definitions that are unfolded for one rule set. Those that use each other twice unfold to a tree of
/// exponential size; past this, they are left to the interpreter.
const UNFOLDED: usize = 4_000_000;
/// Walks inside each other. Their cost bound forbids more than a few.
const LEVELS: u32 = 32;

/// The graph in the making.
pub(super) struct Lowering<'p> {
    program: &'p Program,
    pub(super) interner: Interner,
    pub(super) shapes: Shapes,
    /// The zones on whose day dated sets are asked.
    pub(super) zones: Vec<Zone>,
    /// What the interpreter does, and in which zone.
    pub(super) interpreted: Vec<(Arc<Expr>, u32)>,
    unfolded: HashMap<Unfolding, Result<Lowered, NotNative>>,
    left: usize,
}

/// A definition with its arguments, in so many walks, on the day of a zone.
type Unfolding = (usize, Vec<Lowered>, u32, u32);

/// The graph has no part for this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NotNative;

type Lower<T> = Result<T, NotNative>;

/// What an expression becomes: a part of the graph, or a place in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Lowered {
    Node(NodeId),
    Spot(Spot),
}

/// What an expression can read beside the record.
#[derive(Clone, Debug)]
struct Scope {
    /// Parameters and elements, outermost first.
    locals: Vec<Lowered>,
    /// Walks around it.
    level: u32,
    zone: u32,
    /// Whether it stands in a definition.
    is_unfolded: bool,
}

impl<'p> Lowering<'p> {
    pub(super) fn new(program: &'p Program) -> Self {
        Self {
            program,
            interner: Interner::default(),
            shapes: Shapes::new(&program.schema),
            zones: vec![],
            interpreted: vec![],
            unfolded: HashMap::default(),
            left: UNFOLDED,
        }
    }

    /// The whole condition of a norm: its `when`, and not its `unless`.
    pub(super) fn norm(&mut self, norm: &Norm) -> NodeId {
        let zone = self.zone(&norm.zone);
        let mut scope = Scope { locals: vec![], level: 0, zone, is_unfolded: false };
        let when = self.whole(&norm.when, &mut scope);
        let unless = norm.unless.as_ref().map(|unless| {
            let unless = self.whole(unless, &mut scope);
            self.interner.not(unless)
        });
        self.interner.and([when].into_iter().chain(unless))
    }

    fn zone(&mut self, zone: &Zone) -> u32 {
        let known = self.zones.iter().position(|known| known == zone);
        let at = known.unwrap_or_else(|| {
            self.zones.push(zone.clone());
            self.zones.len() - 1
        });
        u32::try_from(at).unwrap_or(u32::MAX)
    }

    /// A condition that reads no locals: what has no part is interpreted.
    fn whole(&mut self, expr: &Expr, scope: &mut Scope) -> NodeId {
        match self.condition(expr, scope) {
            Ok(native) => native,
            Err(NotNative) => self.interpreted(expr, scope),
        }
    }

    /// A condition on the matches of a pattern is false where it has none, which is found out for all patterns at once.
    fn interpreted(&mut self, expr: &Expr, scope: &mut Scope) -> NodeId {
        let itself = self.left_over(expr, scope.zone);
        let ExprKind::Quantified { quantifier: Quantifier::Any | Quantifier::All, list, .. } =
            &expr.kind
        else {
            return itself;
        };
        let ExprKind::Spans { text, of } = &list.kind else { return itself };
        let has_any = self.node(text, scope).and_then(|text| match of {
            Sought::Pattern(pattern) => self.mentions(text, pattern),
            Sought::Regex(regex) => self.matches(text, *regex),
        });
        has_any.map_or(itself, |has_any| self.interner.and([has_any, itself]))
    }

    fn left_over(&mut self, expr: &Expr, zone: u32) -> NodeId {
        self.interpreted.push((Arc::new(expr.clone()), zone));
        let number = u32::try_from(self.interpreted.len() - 1).unwrap_or(u32::MAX);
        self.interner.intern(Node::Interpreted(number))
    }

    fn condition(&mut self, expr: &Expr, scope: &mut Scope) -> Lower<NodeId> {
        match self.node(expr, scope) {
            Err(NotNative) if scope.locals.is_empty() => Ok(self.interpreted(expr, scope)),
            native => native,
        }
    }

    fn conditions(&mut self, of: &[Expr], scope: &mut Scope) -> Lower<Vec<NodeId>> {
        of.iter().map(|one| self.condition(one, scope)).collect()
    }

    /// An expression that has to be a single value, a surface, or a list.
    fn node(&mut self, expr: &Expr, scope: &mut Scope) -> Lower<NodeId> {
        match self.lower(expr, scope)? {
            Lowered::Node(node) => Ok(node),
            Lowered::Spot(Spot::Cell(path) | Spot::List { path, .. }) => Ok(self.path(path)),
            Lowered::Spot(Spot::Record { .. } | Spot::Map { .. }) => Err(NotNative),
        }
    }

    fn path(&mut self, path: Path) -> NodeId {
        let slot = self.shapes.slot(path);
        let surface = slot.filter(|slot| slot.ty == Type::Surface).and_then(|slot| {
            match slot.path.as_str() {
                "text" => Some(Surface::Text),
                "any_text" => Some(Surface::AnyText),
                _ => None,
            }
        });
        self.interner.intern(surface.map_or(Node::Path(path), Node::Surface))
    }

    fn list(&mut self, expr: &Expr, scope: &mut Scope) -> Lower<(Path, u32)> {
        match self.lower(expr, scope)? {
            Lowered::Spot(Spot::List { path, shape }) => Ok((path, shape)),
            _ => Err(NotNative),
        }
    }

    fn lower(&mut self, expr: &Expr, scope: &mut Scope) -> Lower<Lowered> {
        if scope.is_unfolded {
            self.left = self.left.checked_sub(1).ok_or(NotNative)?;
        }
        let node = match &expr.kind {
            ExprKind::Message => return Ok(Lowered::Spot(Shapes::message())),
            ExprKind::Local(level) => return scope.locals.get(*level).copied().ok_or(NotNative),
            ExprKind::Field { of, field, .. } => {
                let Lowered::Spot(Spot::Record { base, record, .. }) = self.lower(of, scope)?
                else {
                    return Err(NotNative);
                };
                let spot = self.shapes.field(&self.program.schema, base, record, *field);
                return spot.map(Lowered::Spot).ok_or(NotNative);
            }
            ExprKind::Entry { of, key, .. } => {
                let Lowered::Spot(Spot::Map { base, map, .. }) = self.lower(of, scope)? else {
                    return Err(NotNative);
                };
                let spot = self.shapes.entry(&self.program.schema, base, map, key);
                return spot.map(Lowered::Spot).ok_or(NotNative);
            }
            ExprKind::Defined { define, args } => return self.unfold(*define, args, scope),
            ExprKind::Const(value) => self.interner.constant(value),
            ExprKind::List(items) => {
                let items = items.iter().map(|item| self.node(item, scope));
                let items = items.collect::<Lower<Box<[NodeId]>>>()?;
                self.interner.intern(Node::List(items))
            }
            ExprKind::Not(inner) => {
                let inner = self.condition(inner, scope)?;
                self.interner.not(inner)
            }
            ExprKind::And(of) => {
                let of = self.conditions(of, scope)?;
                self.interner.and(of)
            }
            ExprKind::Or(of) => {
                let of = self.conditions(of, scope)?;
                self.interner.or(of)
            }
            ExprKind::AtLeast { least, of } => {
                let of = self.conditions(of, scope)?;
                self.interner.intern(Node::AtLeast { least: *least, of: of.into() })
            }
            ExprKind::Compare { op, left, right } => {
                let (left, right) = (self.node(left, scope)?, self.node(right, scope)?);
                self.compare(*op, left, right)
            }
            ExprKind::In { item, list } => {
                let (item, list) = (self.node(item, scope)?, self.node(list, scope)?);
                self.interner.intern(Node::In { item, list })
            }
            ExprKind::InSet { item, set } => {
                let item = self.node(item, scope)?;
                let set = u32::try_from(*set).map_err(|_| NotNative)?;
                self.interner.intern(Node::InSet { item, set, zone: scope.zone })
            }
            ExprKind::TextTest { op, text, part } => {
                let (text, part) = (self.node(text, scope)?, self.node(part, scope)?);
                self.interner.intern(Node::TextTest { op: *op, text, part })
            }
            ExprKind::Mentions { text, pattern } => {
                let text = self.node(text, scope)?;
                self.mentions(text, pattern)?
            }
            ExprKind::Matches { text, regex } => {
                let text = self.node(text, scope)?;
                self.matches(text, *regex)?
            }
            // Matches are values that no cell holds.
            ExprKind::Spans { .. } => return Err(NotNative),
            ExprKind::IsKnown(inner) => self.is_known(inner, scope)?,
            ExprKind::Coalesce { value, default } => {
                let (value, default) = (self.node(value, scope)?, self.node(default, scope)?);
                self.interner.intern(Node::Coalesce { value, default })
            }
            ExprKind::Negate(inner) => {
                let inner = self.node(inner, scope)?;
                self.interner.negate(inner)
            }
            ExprKind::Arithmetic { first, rest } => {
                let first = self.node(first, scope)?;
                let rest = rest.iter().map(|(op, operand)| Ok((*op, self.node(operand, scope)?)));
                let rest = rest.collect::<Lower<Vec<_>>>()?;
                self.interner.arithmetic(first, rest)
            }
            ExprKind::Quantified { quantifier, list, body, .. } => {
                self.quantified(*quantifier, list, body, scope)?
            }
            ExprKind::If { arms, otherwise } => {
                let arms = arms.iter().map(|(condition, value)| {
                    Ok((self.condition(condition, scope)?, self.node(value, scope)?))
                });
                let arms = arms.collect::<Lower<Box<[_]>>>()?;
                let otherwise = self.node(otherwise, scope)?;
                self.interner.intern(Node::If { arms, otherwise })
            }
            ExprKind::Call { function, args } => self.call(*function, args, scope)?,
        };
        Ok(Lowered::Node(node))
    }

    /// A definition's body with the arguments in it. Each unfolding is made once.
    fn unfold(&mut self, define: usize, args: &[Expr], scope: &mut Scope) -> Lower<Lowered> {
        let args = args.iter().map(|arg| self.lower(arg, scope)).collect::<Lower<Vec<_>>>()?;
        let unfolding = (define, args, scope.level, scope.zone);
        if let Some(known) = self.unfolded.get(&unfolding) {
            return *known;
        }
        let body = &self.program.defines.get(define).ok_or(NotNative)?.body;
        let mut inside = Scope { locals: unfolding.1.clone(), is_unfolded: true, ..scope.clone() };
        let lowered = match &body.ty {
            Type::Bool => self.condition(body, &mut inside).map(Lowered::Node),
            _ => self.lower(body, &mut inside),
        };
        self.unfolded.insert(unfolding, lowered);
        lowered
    }

    /// A count that is compared with its bounds stays a value; what any number of elements satisfies is a condition.
    fn compare(&mut self, op: CompareOp, left: NodeId, right: NodeId) -> NodeId {
        self.interner.compare(op, left, right)
    }

    fn matches(&mut self, text: NodeId, regex: usize) -> Lower<NodeId> {
        let regex = u32::try_from(regex).map_err(|_| NotNative)?;
        Ok(self.interner.intern(Node::Matches { text, regex }))
    }

    fn mentions(&mut self, text: NodeId, pattern: &PatternRef) -> Lower<NodeId> {
        let number = |pattern: usize| u32::try_from(pattern).map_err(|_| NotNative);
        let first = number(pattern.pattern)?;
        let Some((other, distance)) = pattern.near else {
            return Ok(self.interner.intern(Node::Mentions { text, pattern: first }));
        };
        // Both have to be there, which is found out for all patterns at once.
        let other = number(other)?;
        let both =
            [first, other].map(|pattern| self.interner.intern(Node::Mentions { text, pattern }));
        let near = self.interner.intern(Node::Near { text, patterns: [first, other], distance });
        Ok(self.interner.and(both.into_iter().chain([near])))
    }

    fn is_known(&mut self, inner: &Expr, scope: &mut Scope) -> Lower<NodeId> {
        let inner = match self.lower(inner, scope)? {
            Lowered::Node(node) => node,
            Lowered::Spot(Spot::Cell(path) | Spot::List { path, .. }) => self.path(path),
            Lowered::Spot(Spot::Record { present: None, .. }) => {
                return Ok(self.interner.truth(Truth::True));
            }
            Lowered::Spot(
                Spot::Record { base, present: Some(slot), .. }
                | Spot::Map { base, present: slot, .. },
            ) => self.path(Path { base, slot }),
        };
        Ok(self.interner.intern(Node::IsKnown(inner)))
    }

    fn quantified(
        &mut self,
        quantifier: Quantifier,
        list: &Expr,
        body: &Expr,
        scope: &mut Scope,
    ) -> Lower<NodeId> {
        if scope.level >= LEVELS {
            return Err(NotNative);
        }
        let (list, shape) = self.list(list, scope)?;
        let level = scope.level;
        let element = self.shapes.element(shape, level).ok_or(NotNative)?;
        let mut inside = scope.clone();
        inside.locals.push(Lowered::Spot(element));
        inside.level += 1;
        let body = self.condition(body, &mut inside)?;
        let walk = Walk { list, level, body };
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

    /// Functions take values, so lists of records are left to the interpreter, but for their length.
    fn call(&mut self, function: usize, args: &[Expr], scope: &mut Scope) -> Lower<NodeId> {
        let called = self.program.functions.get(function).ok_or(NotNative)?;
        if let ([list], true) = (args, called.counts_elements) {
            let (list, _) = self.list(list, scope)?;
            return Ok(self.interner.intern(Node::Length(list)));
        }
        if !is_plain(called) {
            return Err(NotNative);
        }
        let args = args.iter().map(|arg| self.node(arg, scope)).collect::<Lower<Box<_>>>()?;
        let function = u32::try_from(function).map_err(|_| NotNative)?;
        Ok(self.interner.intern(Node::Call { function, args }))
    }
}

/// Whether a function takes and gives single values alone.
fn is_plain(function: &Function) -> bool {
    let plain = |ty: &Type| match ty {
        Type::Bool
        | Type::Int
        | Type::Number
        | Type::Text
        | Type::Instant
        | Type::Duration
        | Type::Enum(_)
        | Type::Place => true,
        Type::Surface
        | Type::Places
        | Type::Record(_)
        | Type::List(_)
        | Type::Map(_)
        | Type::Opaque => false,
    };
    function.params.iter().all(|(_, ty)| plain(ty)) && plain(&function.result)
}
