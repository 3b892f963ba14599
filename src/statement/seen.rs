//! What a statement says that a rule rests on: words of the message, lists and registers, what classifiers and the platform said,
//! orders and notices, earlier messages, and rulings of persons.

use super::cases::{Case, Stated};
use super::memory;
use super::texts::{distinct, without_final_period};
use super::writer::Writer;
use crate::base::time::{Instant, Zone};
use crate::interpret::Trace;
use crate::program::outcome::{Event, FoundBy, Incoming, SetEntry};
use crate::program::{ExprKind, Norm};
use crate::views::explain::shown::shown;
use crate::views::explain::{deciding, supporting};
use crate::world::standard::{
    StandardField, account, author, chat, dotted, label, message, notice, order, reports,
};
use crate::world::value::Value;

/// The most pieces of evidence that are quoted for a rule, and the most facts of one kind that are told.
const MAX_QUOTES: usize = 8;

/// Marks of the platform, by their paths, and what they say if they are true.
const MARKS: [(&[StandardField], &str); 5] = [
    (&[message::CHAT, chat::SCAM], "The platform has marked the chat as a scam."),
    (
        &[message::CHAT, chat::FAKE],
        "The platform has marked the chat as pretending to be somebody else.",
    ),
    (
        &[message::AUTHOR, author::ACCOUNT, account::SCAM],
        "The platform has marked the account as a scam.",
    ),
    (
        &[message::AUTHOR, author::CHAT, chat::SCAM],
        "The platform has marked the chat that sent it as a scam.",
    ),
    (
        &[message::AUTHOR, author::CHAT, chat::FAKE],
        "The platform has marked the chat that sent it as pretending to be somebody else.",
    ),
];

/// Who gives a notice, by the word of the record.
const NOTIFIERS: [(&str, &str); 4] = [
    ("subject", " from the person concerned"),
    ("representative", " from a representative of the person concerned"),
    ("trusted_flagger", " from a trusted flagger"),
    ("authority", " from an authority"),
];

impl<'w> Writer<'w> {
    /// What a rule of a case rests on, a sentence for each thing.
    pub(super) fn seen(&self, case: &Case<'_, 'w>, stated: &Stated<'_, 'w>) -> Vec<String> {
        let zone = self.program.zone_of_all(&case.places(), self.at);
        let mut sentences = self.words(stated);
        sentences.extend(self.lists(stated));
        sentences.extend(self.facts_read(stated.norm));
        sentences.extend(self.received(stated, &zone));
        sentences.extend(memory::sentences(&self.interpreter, stated.norm, (&self.mask, &zone)));
        sentences.extend(self.registers_asked(stated));
        if let Some(ruled) = stated.upheld() {
            let day = ruled.given_at.day(&zone);
            sentences.push(format!("A person looked at it on {day}, and it stands."));
        }
        sentences
    }

    /// The words on which a rule rests, each with the part of the message in which it is; and the parts with words that are not
    /// quoted, because they may be anybody's.
    fn words(&self, stated: &Stated<'_, 'w>) -> Vec<String> {
        let (mut quoted, mut parts) = (vec![], vec![]);
        for evidence in &stated.matched.evidence {
            let part = self.mask.text(&evidence.part);
            match self.interpreter.quote(evidence, &|text| self.mask.text(text)) {
                Some(words) => quoted.push(format!("“{words}” in {part}")),
                None => parts.push(part),
            }
        }
        let (quoted, parts) = (distinct(quoted, MAX_QUOTES), distinct(parts, MAX_QUOTES));
        let quoted =
            (!quoted.is_empty()).then(|| format!("It rests on the words {}.", quoted.join("; ")));
        let parts = (!parts.is_empty()).then(|| {
            format!("It rests on words that are not quoted here, in {}.", parts.join(", "))
        });
        quoted.into_iter().chain(parts).collect()
    }

    /// The lists that have what was found, with their dates.
    fn lists(&self, stated: &Stated<'_, 'w>) -> Vec<String> {
        let evidence = stated.matched.evidence.iter();
        let lists = evidence.filter_map(|one| match &one.found_by {
            FoundBy::Set(id, entry) => Some(self.list(id, entry)),
            FoundBy::Terms(_)
            | FoundBy::Pattern(_)
            | FoundBy::Regex(_)
            | FoundBy::Text(_)
            | FoundBy::Function(_)
            | FoundBy::List(_) => None,
        });
        distinct(lists, MAX_QUOTES)
    }

    fn list(&self, id: &str, entry: &SetEntry) -> String {
        let register = self
            .program
            .registers
            .iter()
            .find(|one| self.program.sets.get(one.set).is_some_and(|set| *set.id == *id));
        let kind = if register.is_some() { "register" } else { "list" };
        let source = entry.source.as_deref().map(|source| self.mask.text(source));
        let as_of = entry.as_of.as_deref().map(|day| self.mask.text(day));
        let as_of = as_of.or_else(|| register?.as_of.map(|day| day.to_string()));
        format!("It was found in {}.", described(kind, id, source.as_deref(), as_of.as_deref()))
    }

    /// The registers in which something was not found, of the rule and of the exceptions to it.
    fn registers_asked(&self, stated: &Stated<'_, 'w>) -> Vec<String> {
        let mut asked: Vec<usize> = vec![];
        let mut see = |trace: &Trace<'w>| {
            if let ExprKind::InSet { set, .. } = &trace.expr.kind
                && trace.value == Some(Value::Bool(false))
                && !asked.contains(set)
            {
                asked.push(*set);
            }
        };
        let exceptions =
            stated.norm.defeated_by.iter().filter_map(|one| self.program.norms.get(*one));
        let is_there = |exception: &&Norm| {
            let mut places = stated.places.iter();
            places.any(|place| self.program.blocs.within(*place, exception.place, self.at))
        };
        for norm in std::iter::once(stated.norm).chain(exceptions.filter(is_there)) {
            self.traced(norm, |interpreter| deciding(interpreter, norm, &mut see));
        }
        let registers = self.program.registers.iter().filter(|one| asked.contains(&one.set));
        let sentences = registers.filter_map(|register| {
            let set = self.program.sets.get(register.set)?;
            let source = set.lists().find_map(|list| list.source.as_deref());
            let source = source.map(|source| self.mask.text(source));
            let as_of = register.as_of.map(|day| day.to_string());
            let name = described("register", &set.id, source.as_deref(), as_of.as_deref());
            Some(format!("What the message names was not found in {name}."))
        });
        distinct(sentences, MAX_QUOTES)
    }

    /// What classifiers, users and the platform itself said, as far as the rule rests on it.
    fn facts_read(&self, norm: &'w Norm) -> Vec<String> {
        let mut sentences = vec![];
        let mut see = |trace: &Trace<'w>| {
            if let (ExprKind::Field { path, .. } | ExprKind::Entry { path, .. }, Some(value)) =
                (&trace.expr.kind, &trace.value)
            {
                let path = trace.path.as_deref().unwrap_or(path);
                sentences.extend(self.fact(path, value));
            }
        };
        self.traced(norm, |interpreter| supporting(interpreter, norm, &mut see));
        distinct(sentences, MAX_QUOTES)
    }

    fn fact(&self, path: &str, value: &Value) -> Option<String> {
        if let Some((_, said)) = MARKS.iter().find(|(mark, _)| dotted(mark) == path) {
            return (*value == Value::Bool(true)).then(|| (*said).to_owned());
        }
        let (Value::Number(_) | Value::Int(_)) = value else { return None };
        let number = shown(value);
        if let Some(name) =
            path.strip_prefix("labels.").and_then(|rest| rest.strip_suffix(".score"))
        {
            let by = self.classifier(name).map_or(String::new(), |by| format!(" ({by})"));
            let name = self.mask.text(name);
            return Some(format!("A classifier{by} gave the label {name} the score {number}."));
        }
        if let Some((medium, name)) = path.split_once(".labels.") {
            let name = self.mask.text(name);
            return Some(format!("A classifier gave {medium} the label {name} with {number}."));
        }
        (path == dotted(&[message::REPORTS, reports::COUNT]))
            .then(|| format!("Users reported it: {number}."))
    }

    /// The name and version of the classifier that gave a label.
    fn classifier(&self, name: &str) -> Option<String> {
        let Some(Value::Map(labels)) = self.read(&[message::LABELS]) else { return None };
        let label = labels.get(name)?;
        let known = [label::SOURCE, label::VERSION];
        let known: Vec<String> = known
            .into_iter()
            .filter_map(|field| self.text(label, field))
            .map(|text| self.mask.text(text))
            .collect();
        (!known.is_empty()).then(|| known.join(" "))
    }

    /// The orders and notices on which a rule rests: from whom, and when they were received.
    fn received(&self, stated: &Stated<'_, 'w>, zone: &Zone) -> Vec<String> {
        let finding = stated.finding();
        let of = |event: Event| finding.events.get(&event).into_iter().flatten();
        let orders = of(Event::Order).map(|one| self.order(one, zone));
        let notices = of(Event::Notice).map(|one| self.notice(one, zone));
        distinct(orders.chain(notices), MAX_QUOTES)
    }

    fn order(&self, order: &Incoming, zone: &Zone) -> String {
        let text = |field| self.word_of(order, field);
        let by = text(order::AUTHORITY).map_or(String::new(), |by| format!(" of {by}"));
        let under = text(order::PROVISION).map_or(String::new(), |one| format!(" under {one}"));
        format!("It follows an order{by}{under}{}.", received_on(order.received_at, zone))
    }

    fn notice(&self, notice: &Incoming, zone: &Zone) -> String {
        let kind = self.word_of(notice, notice::KIND);
        let kind = kind.map_or(String::new(), |kind| format!(" of the kind {kind}"));
        let by = self.word_of(notice, notice::BY).unwrap_or_default();
        let by = NOTIFIERS.iter().find(|(word, _)| *word == by).map_or("", |(_, from)| from);
        format!("It follows a notice{kind}{by}{}.", received_on(notice.received_at, zone))
    }

    fn word_of(&self, received: &Incoming, field: StandardField) -> Option<String> {
        let Some(Value::Text(text)) = self.field_of(&received.path, field) else { return None };
        Some(without_final_period(&self.mask.text(text))).filter(|text| !text.is_empty())
    }
}

/// `, received on 2026-03-01`
fn received_on(instant: Option<Instant>, zone: &Zone) -> String {
    instant.map_or(String::new(), |instant| format!(", received on {}", instant.day(zone)))
}

/// `the list world.scam_domains (Example Authority, as of 2026-11-01)`
fn described(kind: &str, id: &str, source: Option<&str>, as_of: Option<&str>) -> String {
    let as_of = as_of.map_or("its date is not known".to_owned(), |day| format!("as of {day}"));
    let source =
        source.map_or(String::new(), |source| format!("{}, ", without_final_period(source)));
    format!("the {kind} {id} ({source}{as_of})")
}
