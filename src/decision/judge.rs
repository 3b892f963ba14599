//! What an assembly asks about one record, and who answers: the interpreter, or the engine in front of it.

use crate::base::time::Instant;
use crate::interpret::{Additions, Interpreter};
use crate::program::outcome::{Event, Finding, Received};
use crate::program::{Expr, Norm};
use crate::world::value::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Says what an assembly asks about one record: the interpreter, or the engine in front of it.
pub(crate) trait Judge<'p> {
    /// Evaluates the condition of the norm with this index, as if the orders and notices at the hidden paths were not in
    /// the record.
    fn condition(&self, index: usize, norm: &'p Norm, hidden: &BTreeSet<String>) -> Finding;
    /// The interpreter, for what only norms with counters and marks need.
    fn interpreter(&self) -> &Interpreter<'p>;
    /// What the message certainly adds to a counter, if that is known already. Else the assembly finds it out.
    fn additions(&self, counter: usize) -> Option<Arc<Additions>>;
    /// When the version of the message was sent.
    fn sent(&self) -> Option<Instant>;
    /// The instant of an event, if a field of the record has it.
    fn event(&self, event: Event) -> Option<Instant>;
    /// The orders and notices that are seen.
    fn received(&self) -> Vec<Received>;
    /// The instant that an expression of a norm gives without the orders and notices at the hidden paths, or what was
    /// missing. Nothing was if the value is none.
    fn instant(
        &self,
        norm: &'p Norm,
        expr: &'p Expr,
        hidden: &BTreeSet<String>,
    ) -> Result<Instant, BTreeSet<String>>;
}

impl<'p> Judge<'p> for Interpreter<'p> {
    fn interpreter(&self) -> &Interpreter<'p> {
        self
    }

    fn additions(&self, counter: usize) -> Option<Arc<Additions>> {
        self.recall.additions(counter)
    }

    fn received(&self) -> Vec<Received> {
        Interpreter::received(self)
    }

    fn condition(&self, _index: usize, norm: &'p Norm, hidden: &BTreeSet<String>) -> Finding {
        self.without(hidden, |interpreter| interpreter.condition(norm))
    }

    fn sent(&self) -> Option<Instant> {
        self.record.version()
    }

    fn event(&self, event: Event) -> Option<Instant> {
        Interpreter::event(self, event)
    }

    fn instant(
        &self,
        norm: &'p Norm,
        expr: &'p Expr,
        hidden: &BTreeSet<String>,
    ) -> Result<Instant, BTreeSet<String>> {
        let found = self.without(hidden, |interpreter| interpreter.value_in(norm, expr));
        if let Some(Value::Instant(instant)) = found.value {
            Ok(instant)
        } else {
            Err(found.into_missing())
        }
    }
}

/// Takes the findings of norms from a function, and all else from the interpreter.
pub(crate) struct Findings<'j, 'p> {
    pub(crate) condition: &'j dyn Fn(usize, &'p Norm, &BTreeSet<String>) -> Finding,
    pub(crate) additions: &'j dyn Fn(usize) -> Option<Arc<Additions>>,
    /// Whether an order or notice may be seen.
    pub(crate) has_received: bool,
    pub(crate) interpreter: &'j dyn Fn() -> &'j Interpreter<'p>,
}

impl<'p> Judge<'p> for Findings<'_, 'p> {
    fn interpreter(&self) -> &Interpreter<'p> {
        (self.interpreter)()
    }

    fn additions(&self, counter: usize) -> Option<Arc<Additions>> {
        let known = self.interpreter().recall.additions(counter);
        known.or_else(|| (self.additions)(counter))
    }

    fn received(&self) -> Vec<Received> {
        if self.has_received { (self.interpreter)().received() } else { vec![] }
    }

    fn condition(&self, index: usize, norm: &'p Norm, hidden: &BTreeSet<String>) -> Finding {
        (self.condition)(index, norm, hidden)
    }

    fn sent(&self) -> Option<Instant> {
        Judge::sent((self.interpreter)())
    }

    fn event(&self, event: Event) -> Option<Instant> {
        (self.interpreter)().event(event)
    }

    fn instant(
        &self,
        norm: &'p Norm,
        expr: &'p Expr,
        hidden: &BTreeSet<String>,
    ) -> Result<Instant, BTreeSet<String>> {
        (self.interpreter)().instant(norm, expr, hidden)
    }
}
