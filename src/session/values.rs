//! Answers about expressions (their values, types and matches), and pages of the reference.

use super::{Answered, Detail, Fault, Session, question, text};
use crate::ide::reference;
use crate::show::{self, pattern};
use crate::sink;
use crate::{Expression, Place, RuleSet};

/// An instant before all orders and notices. A decision sees only those dated before its instant, so it sees none.
const EARLIEST: &str = "0000-01-01";

const UNDATED: &str =
    "\nno instant is set, so orders and notices do not count; `:at 2026-03-01` sets one";

impl Session {
    /// `:type`
    pub(super) fn type_of(&mut self, line: &str) -> Answered {
        if line.is_empty() {
            return Err("`:type` takes an expression".into());
        }
        text(self.expression(line)?.type_name())
    }

    /// `:match`
    pub(super) fn matching(&mut self, line: &str) -> Answered {
        let (pattern, sample) = line
            .split_once(" | ")
            .ok_or("`:match PATTERN | TEXT`: the name of terms or a phrase, then a text")?;
        let question = pattern::Question::new(pattern);
        let expression = self.expression(&question.expression)?;
        let pattern = expression.pattern().ok_or("that is not a pattern")?;
        text(question.answer(pattern, sample.trim(), self.host.columns()))
    }

    /// Evaluates an expression on the record.
    pub(super) fn evaluate(&mut self, line: &str) -> Answered {
        let expression = self.expression(line)?;
        let record = self.current_record()?.clone();
        let (at, note) = match self.instant(&record) {
            Ok(at) => (at, ""),
            Err(_) => (question::instant(EARLIEST)?, self.undated()),
        };
        let detail = self.detail;
        let evaluator = self.evaluator()?;
        let answer = evaluator.evaluate(&expression, &record, at)?;
        let ty = &answer.ty;
        let mut reply = match answer.written() {
            Ok(value) => format!("{value} : {ty}"),
            Err(missing) => {
                // A missing field is a path; other reasons are sentences.
                let (mut reasons, paths): (Vec<_>, Vec<_>) =
                    missing.iter().cloned().partition(|each| each.contains(' '));
                reasons.extend(paths.iter().map(|path| format!("{path} is missing")));
                match reasons.as_slice() {
                    [] => format!("unknown : {ty}"),
                    reasons => format!("unknown : {ty} ({})", reasons.join(", ")),
                }
            }
        };
        if detail == Detail::Values
            && let Some(step) = evaluator.steps(&expression, &record, at)?
        {
            reply += &format!("\n{}", show::steps(&step.steps, 1));
        }
        text(reply.trim_end().to_owned() + note)
    }

    /// The note about records without a date, or nothing after its first time.
    fn undated(&mut self) -> &'static str {
        if std::mem::replace(&mut self.has_explained_undated, true) { "" } else { UNDATED }
    }

    /// Checks an expression as if it were in the file of the first place, or in `world.loci`.
    pub(super) fn expression(&self, line: &str) -> Result<Expression, Fault> {
        let place = self.places.first().copied().unwrap_or(Place::WORLD);
        Ok(self.set()?.expression(line, place)?)
    }

    /// `:doc`
    pub(super) fn doc(&mut self, name: &str) -> Answered {
        let set = self.set()?;
        if name.is_empty() {
            return text(reference::overview().trim_end().replace("`lexloci doc", "`:doc"));
        }
        match (item(set, name), reference::topic(set, name)) {
            (Some(item), _) => text(item),
            (None, Ok(page)) => text(page.trim_end()),
            (None, Err(unknown)) => {
                Err(sink::plain(&unknown).replace("`lexloci doc`", "`:doc`").into())
            }
        }
    }
}

/// The description of an item of the rules. Items of the standard library are left to the reference.
fn item(set: &RuleSet, name: &str) -> Option<String> {
    let fits = |id: &str| id == name || id.rsplit('.').next() == Some(name);
    let item = set.items().find(|item| fits(&item.id) && !item.id.starts_with("std."))?;
    let at = set.sources().display(item.location);
    Some(format!("{} {} ({at})\n{}", item.keyword, item.id, item.doc).trim_end().to_owned())
}
