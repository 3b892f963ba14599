//! Asking a rule set: [`Evaluator`], one a thread. Its answers are functions of their arguments alone.

use crate::decision::{self, Decision};
use crate::engine::{Compiled, Engine};
use crate::explain::{Explanation, explain, shown::shown};
use crate::interpret::Interpreter;
use crate::place::Place;
use crate::record::Record;
use crate::ruleset::{Expression, RuleSet};
use crate::time::Instant;

/// Decides and explains by one rule set. It keeps its buffers from one record to the next.
#[derive(Clone, Debug)]
pub struct Evaluator {
    set: RuleSet,
    method: Method,
    engine: Engine,
}

/// How conditions are evaluated. All ways give the same decision, to the byte.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// By the plan, waking only rules that may fire.
    #[default]
    Engine,
    /// By the plan, all rules of the place one after the other.
    Unindexed,
    /// By the interpreter, which walks the rules as they are written. It is the specification, and slow.
    Interpreter,
}

/// What earlier records left behind, read and never written by an evaluation. Empty until the language has counters.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct State {}

/// What an expression came to on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The name of its type.
    pub ty: String,
    /// Its value as a person would write it, or the sorted paths of what was missing.
    pub value: Result<String, Vec<String>>,
}

impl RuleSet {
    /// An evaluator: one a thread.
    pub fn evaluator(&self) -> Evaluator {
        self.evaluator_by(Method::default())
    }

    fn compiled(&self) -> Compiled<'_> {
        Compiled { program: self.program(), plan: self.plan() }
    }

    /// An evaluator that goes about it in one way, so that the ways can be compared.
    pub fn evaluator_by(&self, method: Method) -> Evaluator {
        let engine = Engine::new(self.compiled(), method == Method::Engine);
        Evaluator { set: self.clone(), method, engine }
    }
}

impl Evaluator {
    /// The rule set.
    pub fn rule_set(&self) -> &RuleSet {
        &self.set
    }

    /// What the rules that apply in a place say about a record at an instant. Total: no error, no clock, no host. Of a
    /// record that was read by a rule set with another schema all fields are missing: read it anew.
    pub fn decide(
        &mut self,
        record: &Record,
        place: Place,
        at: Instant,
        _state: &State,
    ) -> Decision {
        let record = record.as_read_by(self.set.schema());
        if self.method == Method::Interpreter {
            return decision::decide(&Interpreter::new(self.set.program(), &record, at), place);
        }
        self.engine.decide(self.set.compiled(), &record, place, at)
    }

    /// Decides for many places, in groups whose decisions share every word. Each condition is evaluated once.
    pub fn decide_all(
        &mut self,
        record: &Record,
        places: &[Place],
        at: Instant,
        _state: &State,
    ) -> Vec<Decision> {
        let record = record.as_read_by(self.set.schema());
        if self.method == Method::Interpreter {
            return decision::decide_all(
                &Interpreter::new(self.set.program(), &record, at),
                places,
            );
        }
        self.engine.decide_all(self.set.compiled(), &record, places, at)
    }

    /// Why each rule of a place came out as it did. Printed with `{}` it is text for people.
    pub fn explain(
        &mut self,
        record: &Record,
        place: Place,
        at: Instant,
        _state: &State,
    ) -> Explanation {
        let record = record.as_read_by(self.set.schema());
        explain(self.set.program(), self.set.sources(), &record, place, at)
    }

    /// What an expression comes to on a record.
    pub fn evaluate(&mut self, expression: &Expression, record: &Record, at: Instant) -> Answer {
        let record = record.as_read_by(&expression.program.schema);
        let interpreter = Interpreter::new(&expression.program, &record, at);
        let found = interpreter.value(&expression.expr, &expression.zone);
        let value = match found.value {
            Some(value) => Ok(shown(&value)),
            None => Err(found.missing.into_iter().collect()),
        };
        Answer { ty: expression.type_name(), value }
    }
}
