//! What a session asks that takes text as it is typed: whether more has to come, and how what was typed came out.

use super::{Evaluator, Expression};
use crate::explain::steps::{self, Step, Steps};
use crate::record::Record;
use crate::source::Span;
use crate::stack::roomy;
use crate::syntax;
use crate::time::Instant;

impl Evaluator {
    /// How an expression came out, part by part.
    pub fn steps(&mut self, expression: &Expression, record: &Record, at: Instant) -> Option<Step> {
        let record = record.as_read_by(&expression.program.schema);
        let Expression { program, expr, zone, sources } = expression;
        steps::of_expression(program, sources, &record, expr, zone, at)
    }

    /// How the clauses of a rule or exception came out, part by part; `None` when there is none of that id.
    pub fn steps_of(&mut self, id: &str, record: &Record, at: Instant) -> Option<Steps> {
        let record = record.as_read_by(self.set.schema());
        let program = self.set.program();
        let norm = program.norms.iter().position(|norm| norm.id == id)?;
        steps::of_norm(program, self.set.sources(), &record, norm, at)
    }
}

/// Whether a text that is typed could go on, an expression or an item: what a session asks before it reads another line.
pub fn is_unfinished(text: &str) -> bool {
    roomy(|| syntax::is_unfinished(text))
}

/// Whether a text begins an item, such as `rule x {`; else it is an expression.
pub fn is_item(text: &str) -> bool {
    syntax::is_item(text)
}

/// The items of a rule file by keyword and name, as far as the text can be read, with where they stand in it.
pub fn items(text: &str) -> Vec<(&'static str, String, Span)> {
    roomy(|| syntax::items(text))
}
