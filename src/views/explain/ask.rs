//! Methods of the evaluator that answer people's questions: why rules came out as they did, and which value an expression
//! has.

use super::shown::shown;
use super::steps::{self, Step, Steps};
use super::{Explanation, explain};
use crate::base::time::{Instant, Moment};
use crate::decision::find_additions;
use crate::face::evaluator::Evaluator;
use crate::face::message::Message;
use crate::face::ruleset::Expression;
use crate::interpret::Interpreter;
use crate::record::{Record, SchemaMismatch};
use crate::state::{Asks, State};
use crate::world::place::Place;
use crate::world::value::Value;

/// The value of an expression on a record.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The name of its type.
    pub ty: String,
    /// Its value. If it has none, the sorted paths of what was missing.
    pub value: Result<Value, Vec<String>>,
}

impl Answer {
    /// Its value as a person would write it.
    ///
    /// # Errors
    /// The sorted paths of what was missing.
    pub fn written(&self) -> Result<String, &[String]> {
        self.value.as_ref().map(shown).map_err(Vec::as_slice)
    }
}

impl Evaluator {
    /// Why each rule of a place came out as it did. Printed with `{}` it is text for people.
    ///
    /// ```
    /// # use lexloci::{Compiler, Instant, State};
    /// # let set = Compiler::new().file("fr.loci", "jurisdiction FR { zone \"Europe/Paris\" }\n
    /// # policy terms \"Terms of service\" {}\n
    /// # rule spam { basis terms  when text mentions \"passive income\"  then label }").compile()?;
    /// # let at = Instant::parse("2026-03-01T00:00:00Z")?;
    /// # let fr = set.place("FR").ok_or("no such place")?;
    /// let record = set.given(r#"{ text: "good morning" }"#)?;
    /// let explanation = set.evaluator().explain(&record, fr, at, &State::default())?;
    /// assert!(explanation.to_string().contains("fr.spam \"spam\" did not fire."), "{explanation}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Only when a rule set with another schema has read the record.
    pub fn explain(
        &mut self,
        record: &Record,
        place: Place,
        at: impl Into<Moment>,
        state: &State,
    ) -> Result<Explanation, SchemaMismatch> {
        Ok(self.message(record)?.explain(place, at, state))
    }

    /// The value of an expression on a record.
    ///
    /// # Errors
    /// Only when a rule set with another schema has read the record.
    pub fn evaluate(
        &mut self,
        expression: &Expression,
        record: &Record,
        at: Instant,
        state: &State,
    ) -> Result<Answer, SchemaMismatch> {
        let record = record.for_schema(&expression.program.schema)?;
        let interpreter = Interpreter::with_state(&expression.program, record, at, state);
        find_additions(&interpreter);
        let found = interpreter.value(&expression.expr, &expression.zone);
        let value = found.value.clone().ok_or_else(|| found.into_missing().into_iter().collect());
        Ok(Answer { ty: expression.type_name(), value })
    }

    /// What a store has to be asked for the value of an expression on a record. It reads what rules that are counted find, so
    /// what [`Message::asks`] gives for the place of the expression has to be asked too.
    ///
    /// # Errors
    /// Only when a rule set with another schema has read the record.
    pub fn asks(
        &mut self,
        expression: &Expression,
        record: &Record,
        at: Instant,
    ) -> Result<Asks, SchemaMismatch> {
        let record = record.for_schema(&expression.program.schema)?;
        let interpreter = Interpreter::new(&expression.program, record, at);
        find_additions(&interpreter);
        let reads = interpreter.reads(&expression.expr, &expression.zone).into_iter();
        let asked = reads.map(|(key, read)| (key, read.asked)).collect();
        Ok(Asks { record: record.id().into(), asked })
    }

    /// How an expression came out, part by part; `None` if it has no parts.
    ///
    /// # Errors
    /// Only when a rule set with another schema has read the record.
    pub fn steps(
        &mut self,
        expression: &Expression,
        record: &Record,
        at: Instant,
        state: &State,
    ) -> Result<Option<Step>, SchemaMismatch> {
        let record = record.for_schema(&expression.program.schema)?;
        let Expression { program, expr, zone, sources } = expression;
        let interpreter = Interpreter::with_state(program, record, at, state);
        find_additions(&interpreter);
        Ok(steps::of_expression(&interpreter, sources, expr, zone))
    }

    /// How the clauses of a rule or exception came out, part by part; `None` if nothing has that id.
    ///
    /// # Errors
    /// Only when a rule set with another schema has read the record.
    pub fn steps_of(
        &mut self,
        id: &str,
        record: &Record,
        at: Instant,
        state: &State,
    ) -> Result<Option<Steps>, SchemaMismatch> {
        let record = record.for_schema(self.rule_set().schema())?;
        let program = self.rule_set().program();
        let norm = program.norms.iter().position(|norm| norm.id == id);
        let sources = self.rule_set().sources();
        let interpreter = Interpreter::with_state(program, record, at, state);
        find_additions(&interpreter);
        Ok(norm.and_then(|norm| steps::of_norm(&interpreter, sources, norm)))
    }
}

impl Message<'_> {
    /// Why each rule of a place came out as it did. Reads the whole message, and costs many times what deciding does.
    pub fn explain(&mut self, place: Place, at: impl Into<Moment>, state: &State) -> Explanation {
        let (set, record) = self.rules_and_record();
        let at = set.instant_in(place, at);
        let interpreter = Interpreter::with_state(set.program(), record, at, state);
        explain(&interpreter, set.sources(), place)
    }
}
