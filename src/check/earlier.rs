//! Lowers the earlier messages of tests: what their records are, and when they were judged.

use super::Checker;
use crate::base::limits;
use crate::base::source::Span;
use crate::base::time::Instant;
use crate::diagnostic::Code;
use crate::program::{Before, Expectation, ExpectationKind, Given};
use crate::record::{Record, text_of, with_texts};
use crate::syntax::tree::{self, BeforeWhen, JsonKind, Scene};
use crate::world::standard::{StandardField, message};
use std::collections::BTreeMap;

/// The message of a test, or of one case of it.
pub(super) struct Judged<'t> {
    /// What its record is made of, the last first to be changed.
    pub layers: Vec<&'t tree::Given>,
    pub record: &'t Record,
    pub at: Instant,
}

/// Earlier messages with the same id.
struct Same<'t> {
    layers: Vec<&'t tree::Given>,
    /// When the first of them was judged.
    at: Instant,
}

impl<'t> Checker<'_> {
    /// The earlier messages of a test. The record of each is that of the test with changes, without the id and the dates.
    pub(super) fn earlier(&mut self, scenes: &[&'t Scene], judged: &Judged<'t>) -> Vec<Before> {
        let mut same: BTreeMap<&str, Same<'_>> = BTreeMap::new();
        let (mut all, mut messages) = (vec![], 0_u32);
        for earlier in scenes.iter().flat_map(|scene| &scene.before) {
            let Some((at, repeated)) = self.when_judged(earlier, judged.at) else { continue };
            messages = messages.saturating_add(repeated.map_or(1, |(times, _)| times));
            if messages > limits::EARLIER_MESSAGES {
                let message =
                    format!("the test has more than {} earlier messages", limits::EARLIER_MESSAGES);
                let help = "let a test of fewer messages show the same";
                self.report(Code::BadNumber, earlier.given.span, message, help);
                break;
            }
            let id = written_id(&earlier.given);
            let known = id.and_then(|id| same.get(id));
            let own: Vec<_> = known
                .iter()
                .flat_map(|same| &same.layers)
                .copied()
                .chain([&earlier.given])
                .collect();
            let sent_at = known.map(|same| same.at);
            if let Some(given) = self.record_before(judged, &own, (at, sent_at), earlier.given.span)
            {
                all.push(Before { given, at, repeated });
            }
            if let Some(id) = id {
                let at = sent_at.unwrap_or(at);
                same.insert(id, Same { layers: own, at });
            }
        }
        all
    }

    /// When a message was judged, and if it is several: how many, and the time in between.
    fn when_judged(
        &mut self,
        earlier: &tree::Before,
        judged_at: Instant,
    ) -> Option<(Instant, Option<(u32, i128)>)> {
        let zone = self.zone();
        let (first, last, repeated, span) = match &earlier.when {
            BeforeWhen::At(at) => {
                let instant = at.value.instant(&zone);
                (instant, Some(instant), None, at.span)
            }
            BeforeWhen::Repeated { times, every, from } => {
                if times.value == 0 {
                    let help = "write how many messages there are, at least 1";
                    return self.refuse(Code::BadNumber, times.span, "there is no message", help);
                }
                let nanos = self.fixed_length(every, "every")?;
                let total = nanos.saturating_mul(i128::from(times.value));
                let first = match from {
                    Some(from) => Some(from.value.instant(&zone)),
                    None => judged_at.plus_nanos(-total),
                };
                let Some(first) = first else {
                    let help = "let less time pass between them";
                    let message = "the first of these messages is before the year 0";
                    return self.refuse(Code::BadNumber, every.span, message, help);
                };
                let last = first.plus_nanos(total - nanos);
                (first, last, Some((times.value, nanos)), every.span)
            }
        };
        if last.is_none_or(|last| last > judged_at) {
            let message = "this message is later than the one that the test is about";
            let help = "write an earlier instant, or judge the message of the test later: `at …`";
            return self.refuse(Code::BadClause, span, message, help);
        }
        Some((first, repeated))
    }

    /// The record of an earlier message, which was judged at an instant. `own` are the changes to the message of the test, and
    /// `sent_at` is when it was sent if they do not say.
    fn record_before(
        &mut self,
        judged: &Judged<'t>,
        own: &[&'t tree::Given],
        (at, sent_at): (Instant, Option<Instant>),
        span: Span,
    ) -> Option<Given> {
        let layers: Vec<_> = judged.layers.iter().chain(own).copied().collect();
        let (given, record) = self.record_of(&layers, span)?;
        let is_written = |field: StandardField| {
            own.iter().any(|given| given.file.is_some() || writes(given, field))
        };
        let unwritten = [message::ID, message::SENT_AT, message::EDITED_AT];
        let unwritten = unwritten.into_iter().filter(|field| !is_written(*field));
        let sent_at = sent_at.map(|sent_at| sent_at.to_string());
        let texts: Vec<_> = unwritten
            .map(|field| (field, sent_at.clone().filter(|_| field == message::SENT_AT)))
            .collect();
        let given = Given { json: with_texts(&given.json, &texts), ..given };
        let sent_at = self::sent_at(&given).or(Some(at));
        self.check_rulings((&record, sent_at), &layers, span);
        Some(given)
    }

    /// The record of a test about counters or marks. If it does not say when the message was sent, it was when it is judged, or
    /// when an earlier message with its id was.
    pub(super) fn dated(
        &self,
        given: Given,
        judged: &Judged<'t>,
        before: &[Before],
        expect: &[Expectation],
    ) -> Given {
        let is_about_state = |each: &Expectation| {
            matches!(each.kind, ExpectationKind::Count { .. } | ExpectationKind::Marks { .. })
        };
        let remembers = !before.is_empty() || expect.iter().any(is_about_state);
        if !remembers || judged.record.version().is_some() {
            return given;
        }
        let id = |given: &Given| text_of(&given.json, message::ID);
        let is_same = |earlier: &&Before| id(&earlier.given).as_deref() == Some(judged.record.id());
        let sent_at = before.iter().find(is_same).map_or(judged.at, |earlier| earlier.at);
        let texts = [(message::SENT_AT, Some(sent_at.to_string()))];
        Given { json: with_texts(&given.json, &texts), ..given }
    }
}

/// When a record says that it was sent.
pub(super) fn sent_at(given: &Given) -> Option<Instant> {
    Instant::parse(&text_of(&given.json, message::SENT_AT)?).ok()
}

fn member(given: &tree::Given, field: StandardField) -> Option<&tree::Json> {
    let Some(JsonKind::Object(pairs)) = given.fields.as_ref().map(|fields| &fields.kind) else {
        return None;
    };
    pairs.iter().find(|(key, _)| key.text == field.name).map(|(_, value)| value)
}

fn writes(given: &tree::Given, field: StandardField) -> bool {
    member(given, field).is_some()
}

fn written_id(given: &tree::Given) -> Option<&str> {
    if let JsonKind::Text(id) = &member(given, message::ID)?.kind { Some(&id.value) } else { None }
}
