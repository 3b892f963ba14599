//! Turns counters, and reads of counters and marks, into nodes.

use super::{LowerResult, Lowered, Lowering, NotNative, Reader, Scope};
use crate::plan::node::{KeyNodes, Node, NodeId, Path, Recall, Recalled};
use crate::plan::shape::Spot;
use crate::plan::to_u32;
use crate::program::outcome::Truth;
use crate::program::{Counted, Counter, Expr, ExprKind, JudgedBy, MarkRead, Norm};
use crate::state::Policy;
use crate::world::value::Type;
use std::collections::BTreeSet;

/// A read of a counter or a mark that a norm always makes.
#[derive(Clone, Debug)]
pub(crate) struct Read {
    /// The lists for each of whose elements it is made, outermost first, with the number of quantifiers around them.
    pub(crate) lists: Vec<(Path, u32)>,
    /// What is read.
    pub(crate) node: NodeId,
}

/// How a record counts, if it counts.
#[derive(Clone, Debug)]
pub(crate) struct Addition {
    /// The list with a key for each element; `None`: one key.
    pub(crate) list: Option<Path>,
    pub(crate) key: KeyNodes,
    pub(crate) distinct: Option<NodeId>,
    pub(crate) adds: Option<NodeId>,
}

impl Lowering<'_> {
    /// How a record counts, if it counts. `None` if no node can express it.
    pub(in crate::plan) fn addition(&mut self, counter: &Counter) -> Option<Addition> {
        let mut scope = self.scope_of(counter);
        let list = match &counter.per.each {
            None => None,
            Some(list) => {
                let (list, inside) = self.enter_list(list, &mut scope).ok()?;
                scope = inside;
                Some(list)
            }
        };
        let key = self.key(&counter.per.values, &mut scope).ok()?;
        let mut part = |part: &Option<Expr>| match part {
            None => Some(None),
            Some(value) => Some(Some(self.part(value, &mut scope).ok()?)),
        };
        Some(Addition { list, key, distinct: part(&counter.distinct)?, adds: part(&counter.adds)? })
    }

    /// The values of a key.
    fn key(&mut self, values: &[Expr], scope: &mut Scope) -> LowerResult<KeyNodes> {
        let values = values.iter().map(|value| self.part(value, scope));
        let values = values.collect::<LowerResult<_>>()?;
        Ok(self.numbered(values))
    }

    fn numbered(&mut self, values: Box<[NodeId]>) -> KeyNodes {
        let is_closed = values.iter().all(|value| self.interner.nodes.facts(*value).is_closed());
        let next = to_u32(self.keys.len());
        let number = is_closed.then(|| *self.keys.entry(values.clone()).or_insert(next));
        KeyNodes { values, number }
    }

    /// A value of a key, or one that is counted. Only the interpreter knows a condition that is none.
    fn part(&mut self, value: &Expr, scope: &mut Scope) -> LowerResult<NodeId> {
        if value.ty == Type::Bool { Err(NotNative) } else { self.node(value, scope) }
    }

    /// A read of a counter or mark, or what only the interpreter knows about one.
    #[cfg_attr(
        not(test),
        expect(clippy::wildcard_enum_match_arm, reason = "`computed` names every other kind")
    )]
    pub(super) fn state(
        &mut self,
        kind: &ExprKind,
        scope: &mut Scope,
    ) -> Option<LowerResult<NodeId>> {
        match kind {
            ExprKind::Counter { counter, key } => {
                Some(self.count(*counter, key.as_deref(), None, scope))
            }
            ExprKind::Reaches { counter, key, least } => {
                Some(Ok(self.reaches(*counter, key.as_deref(), *least, scope)))
            }
            ExprKind::Mark { mark, read } => Some(self.mark(*mark, *read, scope)),
            // What a store does not know is not missing, and only the interpreter tells the two apart.
            ExprKind::Is(_, of) | ExprKind::Coalesce { value: of, .. } => {
                self.rests_on_state(of, scope).then_some(Err(NotNative))
            }
            _ => None,
        }
    }

    /// Whether an expression reads state, itself or by a parameter.
    fn rests_on_state(&mut self, expr: &Expr, scope: &mut Scope) -> bool {
        if self.program.reads_state(expr) {
            return true;
        }
        if scope.locals.is_empty() {
            return false;
        }
        match self.lower(expr, scope) {
            Ok(Lowered::Node(node)) => self.interner.nodes.facts(node).reads_state,
            Ok(Lowered::Spot(_)) | Err(NotNative) => false,
        }
    }

    /// A read under a key that is written, or under that of the record: how much a counter has, or whether the record takes it
    /// to a number.
    fn count(
        &mut self,
        index: usize,
        written: Option<&[Expr]>,
        least: Option<u64>,
        scope: &mut Scope,
    ) -> LowerResult<NodeId> {
        let counter = self.program.counters.get(index).ok_or(NotNative)?;
        let key = match written {
            Some(values) => self.key(values, scope)?,
            None => {
                let mut own = self.scope_of(counter);
                self.key(&counter.per.values, &mut own)?
            }
        };
        let number = to_u32(index);
        let of = match least {
            None => Recalled::Count { counter: number },
            Some(least) => Recalled::Reaches { counter: number, least },
        };
        Ok(self.recall(of, key, counter.has_shadow, scope.reader))
    }

    fn mark(&mut self, index: usize, read: MarkRead, scope: &mut Scope) -> LowerResult<NodeId> {
        let mark = self.program.marks.get(index).ok_or(NotNative)?;
        let spot = self.shapes.spot_at(self.program, mark.on.path()).ok_or(NotNative)?;
        let Spot::Cell(path) = spot else { return Err(NotNative) };
        let of = Recalled::Mark { mark: to_u32(index), read };
        let key = [self.path(path)].into();
        let key = self.numbered(key);
        Ok(self.recall(of, key, mark.has_shadow, scope.reader))
    }

    fn recall(
        &mut self,
        of: Recalled,
        key: KeyNodes,
        has_shadow: bool,
        Reader { place: reader, in_shadow }: Reader,
    ) -> NodeId {
        let in_shadow = in_shadow && has_shadow;
        self.interner.intern(Node::Recall(Box::new(Recall { of, key, in_shadow, reader })))
    }

    /// Whether a record may take a counter to a number: only a record that counts can, or one that comes with a ruling.
    fn reaches(
        &mut self,
        index: usize,
        written: Option<&[Expr]>,
        least: u64,
        scope: &mut Scope,
    ) -> NodeId {
        let program = self.program;
        let itself = self.count(index, written, Some(least), scope);
        let mut all = vec![itself.unwrap_or_else(|NotNative| self.interner.truth(Truth::Unknown))];
        let Some(counter) = program.counters.get(index) else { return self.interner.and(all) };
        match &counter.counts {
            None => all.push(self.counter(counter)),
            // A person may uphold what was found on an earlier version, whatever this one is.
            Some(Counted { policy: Policy::OnceUpheld, .. }) => {}
            Some(Counted { rules, policy: Policy::UntilReversed }) => {
                all.push(self.counter(counter));
                // A rule whose law is judged by receipt may see fewer orders and notices than its node.
                let sees_less = |rule: &usize| {
                    program.norms.get(*rule).is_some_and(|norm| program.is_judged_by_receipt(norm))
                };
                if !rules.iter().any(sees_less) {
                    let rules: Vec<NodeId> = rules.iter().map(|rule| self.norm(*rule)).collect();
                    // The engine keeps the truth of this kind, and not that of `or`: a chain of counters is evaluated once.
                    all.push(self.interner.intern(Node::AtLeast { least: 1, of: rules.into() }));
                }
            }
        }
        self.interner.and(all)
    }

    /// The reads of counters and marks in the condition of a norm, if the interpreter makes all of them whatever the truth is,
    /// and the exceptions to the norm make none. Before a store is asked, the engine then finds the same truth as the
    /// interpreter. `None` if only the interpreter can tell what is asked.
    pub(in crate::plan) fn reads(&mut self, index: usize) -> Option<Box<[Read]>> {
        let program = self.program;
        let norm = program.norms.get(index)?;
        let root = self.norm(index);
        if self.is_lifted_by_state(norm) || self.interner.nodes.facts(root).is_open {
            return None;
        }
        let reader = Reader { place: norm.place, in_shadow: program.is_in_shadow(index) };
        let mut scope = self.scope(&norm.zone, reader);
        let mut found = vec![];
        for clause in [&norm.when].into_iter().chain(&norm.unless) {
            self.find_reads(clause, &mut scope, &[], &mut found).ok()?;
        }
        let is_dated = program.articles_of(norm).any(|article| match article.judged_by {
            JudgedBy::Decision => false,
            JudgedBy::Sending { .. } | JudgedBy::Receipt => true,
        });
        let asks_nothing = found.is_empty() && !norm.begins_times();
        (asks_nothing || !is_dated).then(|| found.into())
    }

    /// Whether an exception to a norm, or an exception to that one, reads a counter or a mark.
    fn is_lifted_by_state(&self, norm: &Norm) -> bool {
        let (mut pending, mut reached) = (norm.defeated_by.clone(), BTreeSet::new());
        while let Some(index) = pending.pop() {
            let norm = self.program.norms.get(index).filter(|_| reached.insert(index));
            let Some(norm) = norm else { continue };
            if norm.expressions().any(|expr| self.program.reads_state(expr)) {
                return true;
            }
            pending.extend(&norm.defeated_by);
        }
        false
    }

    #[cfg_attr(
        not(test),
        expect(
            clippy::wildcard_enum_match_arm,
            reason = "what is evaluated only sometimes is left to the interpreter"
        )
    )]
    fn find_reads(
        &mut self,
        expr: &Expr,
        scope: &mut Scope,
        lists: &[(Path, u32)],
        found: &mut Vec<Read>,
    ) -> LowerResult<()> {
        if !self.program.reads_state(expr) {
            return Ok(());
        }
        let node = match &expr.kind {
            ExprKind::Counter { counter, key } => {
                self.count(*counter, key.as_deref(), None, scope)?
            }
            ExprKind::Reaches { counter, key, least } => {
                self.count(*counter, key.as_deref(), Some(*least), scope)?
            }
            ExprKind::Mark { mark, read } => self.mark(*mark, *read, scope)?,
            ExprKind::Quantified { list, body, .. } => {
                let (path, mut inside) = self.enter_list(list, scope)?;
                let lists: Vec<_> = lists.iter().copied().chain([(path, scope.level)]).collect();
                return self.find_reads(body, &mut inside, &lists, found);
            }
            ExprKind::Defined { define, args } => {
                for arg in args {
                    self.find_reads(arg, scope, lists, found)?;
                }
                let body = &self.program.defines.get(*define).ok_or(NotNative)?.body;
                let locals: LowerResult<Vec<Lowered>> =
                    args.iter().map(|arg| self.lower(arg, scope)).collect();
                let mut inside = Scope { locals: locals?, in_definition: true, ..scope.clone() };
                return self.find_reads(body, &mut inside, lists, found);
            }
            ExprKind::Not(_)
            | ExprKind::And(_)
            | ExprKind::Or(_)
            | ExprKind::Compare { .. }
            | ExprKind::Negate(_)
            | ExprKind::Arithmetic { .. } => {
                for part in expr.children() {
                    self.find_reads(part, scope, lists, found)?;
                }
                return Ok(());
            }
            _ => return Err(NotNative),
        };
        found.push(Read { lists: lists.to_vec(), node });
        Ok(())
    }
}
