//! When the time of an outcome begins that lasts for some time: when its rule first asked for it. A store keeps that.

use super::action_text;
use super::assemble::{Assembly, Verdict};
use super::due::End;
use crate::base::time::Instant;
use crate::interpret::{Part, json_of};
use crate::program::{Act, Norm, Program};
use crate::state::{Asked, Key, Kind, Reading};
use crate::world::place::Place;
use std::collections::BTreeMap;

impl Program {
    /// The key under which a store keeps when a norm first asked for an outcome, for a decision in a place: that of the nearest
    /// file that can change how the norm comes out there. `None` if its time does not begin then.
    fn start_key(
        &self,
        norm: &Norm,
        act: &Act,
        (place, at): (Place, Instant),
        record: &str,
    ) -> Option<Key> {
        let rule = norm.kind.rule().filter(|_| self.is_timed(act))?;
        let mut chain = self.blocs.chain(place, at).into_iter();
        let place = chain.find(|one| rule.starts_in.binary_search(one).is_ok())?;
        let item = format!("{} by {} in {place}", action_text(self, act), norm.id).into();
        let of = json_of(&[Part::Text(record.into())]);
        Some(Key { kind: Kind::First, item, shadow: false, of })
    }

    /// Adds what a store is asked for the outcomes of a norm, for a decision in a place.
    pub(crate) fn ask_for_starts(
        &self,
        norm: &Norm,
        question: (Place, Instant),
        record: &str,
        asked: &mut BTreeMap<Key, Asked>,
    ) {
        let acts = norm.kind.rule().map_or(&[][..], |rule| &rule.then);
        let keys = acts.iter().filter_map(|act| self.start_key(norm, act, question, record));
        asked.extend(keys.map(|key| (key, Asked::First)));
    }
}

impl<'p> Assembly<'p, '_> {
    /// When a rule first asked for an outcome in a place, by what a store keeps, and at the latest now. An error says what is not
    /// known because the store did not answer.
    fn start(&self, norm: &Norm, act: &Act, place: Place) -> Result<Instant, String> {
        let interpreter = || self.judge.interpreter();
        let key = || self.program.start_key(norm, act, (place, self.at), interpreter().record.id());
        let Some(key) = self.program.is_timed(act).then(key).flatten() else { return Ok(self.at) };
        let state = interpreter().state();
        match (state.readings.get(&key), &state.silence) {
            (Some(Reading::First(Some(first))), _) => Ok(self.at.min(*first)),
            (None, Some(why)) => Err(format!("the start of {} ({why})", key.item)),
            (Some(_), _) | (None, None) => Ok(self.at),
        }
    }

    /// Since when a rule asks for an outcome in a place, if it asked for it before, and when the outcome ends.
    pub(super) fn time_of(
        &self,
        verdict: &Verdict<'p>,
        act: &'p Act,
        place: Place,
    ) -> (Option<Instant>, End) {
        match self.start(verdict.norm, act, place) {
            Ok(start) => {
                (Some(start).filter(|start| *start < self.at), self.end(verdict, act, start))
            }
            Err(missing) => (None, End::unknown([missing].into())),
        }
    }

    /// Since when a rule asked for an outcome that is over in a place, and when it ended, if it asked for it before.
    pub(crate) fn was_asked(
        &self,
        verdict: &Verdict<'p>,
        act: &'p Act,
        place: Place,
    ) -> Option<(Instant, Instant)> {
        let (since, end) = self.time_of(verdict, act, place);
        since.zip(end.known())
    }

    /// Adds what rules first asked for in a place, as far as the store does not know of an earlier time.
    pub(super) fn add_starts(
        &self,
        verdict: &Verdict<'p>,
        acts: &[Act],
        place: Place,
        firsts: &mut BTreeMap<Key, Instant>,
    ) {
        let interpreter = self.judge.interpreter();
        let record = interpreter.record.id();
        let key = |act| self.program.start_key(verdict.norm, act, (place, self.at), record);
        let is_news = |key: &Key| match interpreter.state().readings.get(key) {
            Some(Reading::First(Some(first))) => self.at < *first,
            Some(_) | None => true,
        };
        firsts.extend(acts.iter().filter_map(key).filter(is_news).map(|key| (key, self.at)));
    }
}
