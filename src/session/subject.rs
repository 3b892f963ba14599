//! `:in` and `:at`: the places and the instant that answers are about.

use super::memory::unanswered;
use super::question::{self, Question};
use super::{Answered, Fault, NO_CLOCK, Session, text};
use crate::sink;
use crate::state::Memory;
use crate::{Decision, Evaluator, Instant, Moment, Place, Record, RuleSet, State, Zone};

/// What the next answer is about: a record, places and an instant.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) record: Record,
    pub(super) places: Vec<Place>,
    pub(super) at: Moment,
}

impl Subject {
    /// The decisions about the record by the rules of an evaluator, with what is remembered of earlier records.
    pub(super) fn decisions(
        &self,
        evaluator: &mut Evaluator,
        memory: &mut Memory,
    ) -> Result<Vec<Decision>, Fault> {
        let state = self.state(evaluator, memory)?;
        Ok(evaluator.decide_all(&self.record, &self.places, self.at, &state)?)
    }

    /// What is remembered of earlier records, as far as the decisions ask. If a day begins at several instants, it is that of
    /// the instant at which it begins by the rules of the world.
    pub(super) fn state(
        &self,
        evaluator: &mut Evaluator,
        memory: &mut Memory,
    ) -> Result<State, Fault> {
        let set = evaluator.rule_set();
        let at = self.only_instant(set).unwrap_or_else(|| set.instant_in(Place::WORLD, self.at));
        let mut message = evaluator.message(&self.record)?;
        message.recall(memory, &self.places, at).map_err(unanswered)
    }

    /// The instant, if it is the same in all places.
    pub(super) fn only_instant(&self, set: &RuleSet) -> Option<Instant> {
        let mut instants = self.places.iter().map(|place| set.instant_in(*place, self.at));
        let first = instants.next()?;
        instants.all(|instant| instant == first).then_some(first)
    }

    /// What is wrong with a day where an instant is needed.
    pub(super) fn begins_at_several_instants(&self) -> Fault {
        format!("{} does not begin at one instant in all places; name an instant", self.at).into()
    }

    /// The instant in the first of some places.
    pub(super) fn instant(&self, set: &RuleSet, places: &[Place]) -> Instant {
        set.instant_in(places.first().copied().unwrap_or(Place::WORLD), self.at)
    }

    /// The instant in the first place for which the rules of a place speak.
    pub(super) fn instant_of_rules(&self, set: &RuleSet, of: Place) -> Instant {
        let mut judged = self.places.iter().flat_map(|place| set.countries_of(*place, self.at));
        let speaks_in = set.countries_of(of, self.at);
        let is_judged_by_them = |place: &Place| {
            *place == of || place.country().is_some_and(|country| speaks_in.contains(&country))
        };
        match judged.find(is_judged_by_them) {
            Some(place) => set.instant_in(place, self.at),
            None => self.instant(set, &self.places),
        }
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

    /// The zone of the days in a record that is typed: that of the places of `:in`; UTC if they have several, or none.
    pub(super) fn zone_of_days(&self) -> Zone {
        let at = self.at.or_else(|| Some(self.host.now()?.into()));
        let set = self.set().ok();
        set.zip(at).map_or_else(Zone::utc, |(set, at)| set.zone_of_all(&self.places, at))
    }

    /// `:at`
    pub(super) fn at(&mut self, argument: &str) -> Answered {
        self.at = self.moment_named(argument)?;
        text(match self.at {
            None => "at the latest date of the record".into(),
            Some(Moment::Day(day)) => format!("at {day}, which begins at midnight in each place"),
            Some(Moment::Instant(at)) => format!("at {}", at.local(&self.zone(at)).named()),
        })
    }

    /// The instant or the day that `:at` would set.
    pub(super) fn moment_named(&self, argument: &str) -> Result<Option<Moment>, Fault> {
        Ok(match argument {
            "" => self.at,
            "record" => None,
            "now" => Some(self.host.now().ok_or(NO_CLOCK)?.into()),
            "next" => Some(self.change_of_decision(true)?.into()),
            "prev" => Some(self.change_of_decision(false)?.into()),
            shift if shift.starts_with(['+', '-']) => Some(self.shifted_moment(shift)?),
            moment => Some(question::moment(moment)?),
        })
    }

    /// The zone of the places that answers are about; UTC if they have several, or if there are no rules.
    pub(super) fn zone(&self, at: Instant) -> Zone {
        let subject = self.subject().map_or_else(|_| self.places.clone(), |subject| subject.places);
        self.set().map_or_else(|_| Zone::utc(), |set| set.zone_of_all(&subject, at))
    }

    /// The next instant at which a decision about the record changes, or the previous one.
    fn change_of_decision(&self, is_next: bool) -> Result<Instant, Fault> {
        let (subject, set) = (self.subject()?, self.set()?);
        let mut changes = vec![];
        for timeline in set.timelines(&subject.record, &subject.places)? {
            let now = subject.instant(set, &timeline.places);
            let all = timeline.stretches.into_iter().filter_map(|stretch| stretch.from);
            changes.extend(all.filter(|at| if is_next { *at > now } else { *at < now }));
        }
        let (found, when) = if is_next {
            (changes.into_iter().min(), "later")
        } else {
            (changes.into_iter().max(), "earlier")
        };
        found.ok_or_else(|| {
            format!("the decision does not change {when}; `:timeline` shows when it does").into()
        })
    }

    /// The moment of the session, shifted by `+7 days` or `-1 hour`. A day that is shifted by whole days is a day.
    fn shifted_moment(&self, shift: &str) -> Result<Moment, Fault> {
        let from = self.moment(self.current_record()?)?;
        let nanos = question::nanos(shift.get(1..).unwrap_or_default());
        let nanos = nanos.map(|nanos| if shift.starts_with('-') { -nanos } else { nanos });
        let day = match from {
            Moment::Day(day) => nanos.and_then(|nanos| day.plus_nanos(nanos)),
            Moment::Instant(_) => None,
        };
        let shifted = match (day, nanos) {
            (Some(day), _) => Some(Moment::Day(day)),
            (None, Some(nanos)) => self.only_instant()?.plus_nanos(nanos).map(Moment::Instant),
            (None, None) => None,
        };
        shifted.ok_or_else(|| {
            format!("`{}` is not a span of time such as `+7 days`", sink::plain(shift)).into()
        })
    }

    /// The instant of the session, if it is the same in all places.
    fn only_instant(&self) -> Result<Instant, Fault> {
        let subject = self.subject()?;
        subject.only_instant(self.set()?).ok_or_else(|| subject.begins_at_several_instants())
    }

    /// The record, places and instant of the session.
    pub(super) fn subject(&self) -> Result<Subject, Fault> {
        self.subject_with(self.set()?, self.current_record()?)
    }

    /// The places and the instant of the session, for another record and other rules.
    pub(super) fn subject_with(&self, set: &RuleSet, record: &Record) -> Result<Subject, Fault> {
        self.subject_at(set, record, self.moment(record)?)
    }

    /// The places of the session, for another record, other rules and another time.
    pub(super) fn subject_at(
        &self,
        set: &RuleSet,
        record: &Record,
        at: Moment,
    ) -> Result<Subject, Fault> {
        let places = (!self.places.is_empty()).then(|| self.places.clone());
        let question = Question { places, at: Some(at) };
        let places = question.places(set, record, at).map_err(|error| error.to_string())?;
        Ok(Subject { record: record.clone(), places, at })
    }

    /// The instant or the day of the session, or else the latest date of a record.
    pub(super) fn moment(&self, record: &Record) -> Result<Moment, Fault> {
        let at = self.at.or_else(|| record.latest().map(Moment::Instant));
        at.ok_or_else(|| "the record carries no date; `:at 2026-03-01` sets the instant".into())
    }
}
