//! `:in` and `:at`: the places and the instant that answers are about.

use super::question::{self, Question};
use super::{Answered, Fault, NO_CLOCK, Session, text};
use crate::sink;
use crate::{Day, Decision, Evaluator, Instant, Place, Record, RuleSet, SchemaMismatch, State};

/// What the next answer is about: a record, places and an instant.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) record: Record,
    pub(super) places: Vec<Place>,
    pub(super) at: Instant,
}

impl Subject {
    /// The decisions about the record by the rules of an evaluator.
    pub(super) fn decisions(
        &self,
        evaluator: &mut Evaluator,
    ) -> Result<Vec<Decision>, SchemaMismatch> {
        evaluator.decide_all(&self.record, &self.places, self.at, &State::default())
    }
}

impl Session {
    /// `:in`
    pub(super) fn place(&mut self, argument: &str) -> Answered {
        match argument {
            "" => {}
            "all" => self.places = vec![Place::WORLD],
            "record" => self.places = vec![],
            codes => self.places = question::places(self.set()?, codes)?,
        }
        let place_and_name = |place: &Place| {
            place.name().map_or_else(|| place.to_string(), |name| format!("{place}, {name}"))
        };
        let places: Vec<_> = self.places.iter().map(place_and_name).collect();
        text(match places.as_slice() {
            [] => "no place is set: answers are for the places where the record is visible".into(),
            places => format!("in {}", places.join("; ")),
        })
    }

    /// `:at`
    pub(super) fn at(&mut self, argument: &str) -> Answered {
        let mut midnight = "";
        match argument {
            "" => {}
            "record" => self.at = None,
            "now" => self.at = Some(self.host.now().ok_or(NO_CLOCK)?),
            "next" => self.at = Some(self.change_of_decision(true)?),
            "prev" => self.at = Some(self.change_of_decision(false)?),
            shift if shift.starts_with(['+', '-']) => self.at = Some(self.shifted_instant(shift)?),
            instant => {
                self.at = Some(question::instant(instant)?);
                midnight = if Day::parse(argument).is_ok() { " (midnight UTC)" } else { "" };
            }
        }
        let reply = self.at.map(|at| format!("at {at}{midnight}"));
        text(reply.unwrap_or_else(|| "at the latest date of the record".into()))
    }

    /// The next instant at which a decision about the record changes, or the previous one.
    fn change_of_decision(&self, is_next: bool) -> Result<Instant, Fault> {
        let subject = self.subject()?;
        let timelines = self.set()?.timelines(&subject.record, &subject.places)?;
        let changes = timelines.iter().flat_map(|timeline| &timeline.stretches);
        let changes = changes.filter_map(|stretch| stretch.from);
        let (found, when) = if is_next {
            (changes.filter(|at| *at > subject.at).min(), "later")
        } else {
            (changes.filter(|at| *at < subject.at).max(), "earlier")
        };
        found.ok_or_else(|| {
            format!("the decision does not change {when}; `:timeline` shows when it does").into()
        })
    }

    /// The instant of the session, shifted by `+7 days` or `-1 hour`.
    fn shifted_instant(&self, shift: &str) -> Result<Instant, Fault> {
        let from = self.instant(self.current_record()?)?;
        let nanos = question::nanos(shift.get(1..).unwrap_or_default());
        let nanos = nanos.map(|nanos| if shift.starts_with('-') { -nanos } else { nanos });
        nanos.and_then(|nanos| from.plus_nanos(nanos)).ok_or_else(|| {
            format!("`{}` is not a span of time such as `+7 days`", sink::plain(shift)).into()
        })
    }

    /// The record, places and instant of the session.
    pub(super) fn subject(&self) -> Result<Subject, Fault> {
        self.subject_with(self.set()?, self.current_record()?)
    }

    /// The places and the instant of the session, for another record and other rules.
    pub(super) fn subject_with(&self, set: &RuleSet, record: &Record) -> Result<Subject, Fault> {
        let at = self.instant(record)?;
        let places = (!self.places.is_empty()).then(|| self.places.clone());
        let question = Question { places, at: self.at };
        let places = question.places(set, record, at).map_err(|error| error.to_string())?;
        Ok(Subject { record: record.clone(), places, at })
    }

    /// The instant of the session, or else the latest date of a record.
    pub(super) fn instant(&self, record: &Record) -> Result<Instant, Fault> {
        let at = self.at.or_else(|| record.latest());
        at.ok_or_else(|| "the record carries no date; `:at 2026-03-01` sets the instant".into())
    }
}
