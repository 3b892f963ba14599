//! What an evaluator answers to people: why rules came out as they did, and what an expression comes to.

use super::shown::shown;
use super::steps::{self, Step, Steps};
use super::{Explanation, explain};
use crate::base::time::Instant;
use crate::face::evaluator::{Evaluator, State};
use crate::face::ruleset::Expression;
use crate::interpret::Interpreter;
use crate::record::Record;
use crate::world::place::Place;

/// What an expression came to on a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The name of its type.
    pub ty: String,
    /// Its value as a person would write it, or the sorted paths of what was missing.
    pub value: Result<String, Vec<String>>,
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
    /// let explanation = set.evaluator().explain(&record, fr, at, &State::default());
    /// assert!(explanation.to_string().contains("fr.spam \"spam\" did not fire."), "{explanation}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn explain(
        &mut self,
        record: &Record,
        place: Place,
        at: Instant,
        _state: &State,
    ) -> Explanation {
        let record = record.as_read_by(self.rule_set().schema());
        explain(self.rule_set().program(), self.rule_set().sources(), &record, place, at)
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

    /// How an expression came out, part by part.
    pub fn steps(&mut self, expression: &Expression, record: &Record, at: Instant) -> Option<Step> {
        let record = record.as_read_by(&expression.program.schema);
        let Expression { program, expr, zone, sources } = expression;
        steps::of_expression(program, sources, &record, expr, zone, at)
    }

    /// How the clauses of a rule or exception came out, part by part; `None` when there is none of that id.
    pub fn steps_of(&mut self, id: &str, record: &Record, at: Instant) -> Option<Steps> {
        let record = record.as_read_by(self.rule_set().schema());
        let program = self.rule_set().program();
        let norm = program.norms.iter().position(|norm| norm.id == id)?;
        steps::of_norm(program, self.rule_set().sources(), &record, norm, at)
    }
}
