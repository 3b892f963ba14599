//! The commands that show the value, type and matches of an expression, and the pages of the reference.

use super::memory::unanswered;
use super::{Answered, Detail, Fault, Session, question, text};
use crate::ide::reference;
use crate::show::{self, pattern};
use crate::sink;
use crate::state::Store;
use crate::{Expression, Place, RuleSet};

/// A day before all orders and notices. At an instant, an expression sees only orders and notices with an earlier date, so
/// on this day it sees none.
const EARLIEST: &str = "0000-01-01";

const UNDATED_NOTE: &str =
    "\nno instant is set, so orders and notices do not count; `:at 2026-03-01` sets one";

const NEEDS_INSTANT: &str =
    "no instant is set, and the answer depends on it; `:at 2026-03-01` sets one";

impl Session {
    /// `:type`
    pub(super) fn type_of(&mut self, line: &str) -> Answered {
        if line.is_empty() {
            return Err("`:type` takes an expression".into());
        }
        text(self.expression(line)?.0.type_name())
    }

    /// `:match`
    pub(super) fn matching(&mut self, line: &str) -> Answered {
        let (pattern, sample) = line
            .split_once(" | ")
            .ok_or("`:match PATTERN | TEXT`: the name of terms or a phrase, then a text")?;
        let question = pattern::Question::new(pattern);
        let set = self.set()?;
        let expression = self.in_place_of_expressions(|place| question.expression(set, place));
        let (expression, _) = expression.map_err(|refusal| match refusal {
            pattern::Refusal::Faults(failure) => Fault::from(failure),
            pattern::Refusal::Name(unknown) => Fault::from(unknown),
        })?;
        let pattern = expression.pattern().ok_or("that is not a pattern")?;
        text(question.answer(pattern, sample.trim(), self.host.columns()))
    }

    /// Evaluates an expression on the record.
    pub(super) fn evaluate(&mut self, line: &str) -> Answered {
        let (expression, place) = self.expression(line)?;
        let record = self.current_record()?.clone();
        let (at, note) = match self.moment(&record) {
            Ok(at) => (at, ""),
            Err(_) if expression.depends_on_instant() => return Err(NEEDS_INSTANT.into()),
            Err(_) => (question::moment(EARLIEST)?, self.undated_note()),
        };
        let detail = self.detail;
        let at = self.set()?.instant_in(place, at);
        let (evaluator, memory) = self.evaluator_and_memory()?;
        let mut asks = evaluator.asks(&expression, &record, at)?;
        asks.asked.extend(evaluator.message(&record)?.asks(&[place], at).asked);
        let states = memory.read(&[asks]).map_err(unanswered)?;
        let state = states.into_iter().next().unwrap_or_default();
        let answer = evaluator.evaluate(&expression, &record, at, &state)?;
        let ty = &answer.ty;
        let mut reply = match answer.written() {
            Ok(value) => format!("{value} : {ty}"),
            Err(missing) => {
                // A missing field is a path; other reasons are sentences.
                let (mut reasons, paths): (Vec<_>, Vec<_>) =
                    missing.iter().cloned().partition(|each| each.contains(' '));
                reasons.extend(paths.iter().map(|path| format!("{path} is missing")));
                let reasons = reasons.join(", ");
                let reasons = if reasons.is_empty() { reasons } else { format!(" ({reasons})") };
                format!("unknown : {ty}{reasons}")
            }
        };
        if detail == Detail::Values
            && let Some(step) = evaluator.steps(&expression, &record, at, &state)?
        {
            reply += &format!("\n{}", show::steps(&step.steps, 1));
        }
        text(reply.trim_end().to_owned() + note)
    }

    /// The note about records without a date. It is empty after the first time.
    fn undated_note(&mut self) -> &'static str {
        if std::mem::replace(&mut self.has_explained_undated, true) { "" } else { UNDATED_NOTE }
    }

    /// Checks an expression, and returns the place whose file it may be in.
    pub(super) fn expression(&self, line: &str) -> Result<(Expression, Place), Fault> {
        let set = self.set()?;
        Ok(self.in_place_of_expressions(|place| set.expression(line, place))?)
    }

    /// Reads an expression as if it were in the file of the first place that is set. If no place is set, it is the first in
    /// which the record is judged; or else the world, whose file gets the items that were entered. Returns that place too.
    fn in_place_of_expressions<T, E>(
        &self,
        read: impl Fn(Place) -> Result<T, E>,
    ) -> Result<(T, Place), E> {
        if let Some(place) = self.place_of_record()
            && let Ok(found) = read(place)
        {
            return Ok((found, place));
        }
        let place = self.first_place();
        Ok((read(place)?, place))
    }

    /// The first place in which the record is judged, if no place is set.
    pub(super) fn place_of_record(&self) -> Option<Place> {
        let subject = if self.places.is_empty() { self.subject().ok() } else { None };
        subject?.places.first().copied()
    }

    /// The first place that is set, or else the world.
    pub(super) fn first_place(&self) -> Place {
        self.places.first().copied().unwrap_or(Place::WORLD)
    }

    /// `:doc`
    pub(super) fn doc(&mut self, name: &str) -> Answered {
        let set = self.set()?;
        if name.is_empty() {
            return text(reference::overview().trim_end().replace("`lexloci doc", "`:doc"));
        }
        if let Some(item) = item_text(set, name) {
            return text(item);
        }
        let page = reference::topic(set, name);
        let page =
            page.map_err(|unknown| sink::plain(&unknown).replace("`lexloci doc`", "`:doc`"))?;
        text(page.trim_end())
    }
}

/// The description of an item of the rules. The reference describes the items of the standard library.
fn item_text(set: &RuleSet, name: &str) -> Option<String> {
    let fits = |id: &str| id == name || id.rsplit('.').next() == Some(name);
    let item = set.items().find(|item| fits(&item.id) && !item.id.starts_with("std."))?;
    let at = set.sources().display(item.location);
    Some(format!("{} {} ({at})\n{}", item.keyword, item.id, item.doc).trim_end().to_owned())
}
