//! What counting is: the keys under which a counter counts, the window of a judging, and how its own record adds to what the
//! store has. The interpreter, the engine and the decision layer all count by it.

use crate::base::shared::Text;
use crate::base::sink::{Json, Output};
use crate::base::time::Instant;
use crate::program::Counter;
use crate::program::compare::as_text;
use crate::program::outcome::Truth;
use crate::state::{Asked, Contribution, Count, Entry, Key, Kind, Said, Window};
use crate::world::value::Value;
use serde::Serialize;
use std::borrow::Cow;

/// A value of a key, as JSON writes it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Part<'v> {
    Text(Cow<'v, str>),
    Int(i64),
    Bool(bool),
}

/// How a count comes out with this record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Total {
    pub(crate) certain: u64,
    pub(crate) possible: Option<u64>,
    pub(super) own: bool,
}

/// How much a counter has with this record, whose own entry is what the store has joined with what the judging adds.
pub(crate) fn total(counter: &Counter, count: &Count, window: Window, added: &Entry) -> Total {
    let own = count.own.as_ref().map_or(Cow::Borrowed(added), |own| {
        let mut own = own.clone();
        own.join(added);
        Cow::Owned(own)
    });
    let inside = |said: &Said| window.contains(said.at);
    let is_distinct = counter.distinct.is_some();
    let weight = |said: &Said, is_counted: bool| match (is_distinct, is_counted) {
        (true, true) => 0,
        (true, false) => 1,
        (false, _) => said.weight,
    };
    let possible = |more| count.possible.map(|possible| possible.saturating_add(more));
    match own.contribution(counter.policy()) {
        Contribution::Certain(said) if inside(&said) => Total {
            certain: count.certain.saturating_add(weight(&said, count.value_is_certain)),
            possible: possible(weight(&said, count.value_is_possible)),
            own: true,
        },
        Contribution::Maybe(said) if inside(&said) => Total {
            certain: count.certain,
            possible: possible(weight(&said, count.value_is_possible)),
            own: false,
        },
        Contribution::Nothing | Contribution::Certain(_) | Contribution::Maybe(_) => {
            Total { certain: count.certain, possible: count.possible, own: false }
        }
    }
}

impl Counter {
    /// The instants that a judging counts.
    pub(crate) fn window(&self, at: Instant) -> Window {
        let moved = |nanos| at.plus_nanos(nanos).unwrap_or(at);
        Window { after: moved(-self.over), until: moved(self.lateness) }
    }

    /// What a store is asked about one of its keys.
    pub(crate) fn asked(&self, at: Instant, added: &Entry) -> Asked {
        Asked::Count {
            meaning: self.meaning.clone(),
            window: self.window(at),
            since: self.since,
            policy: self.policy(),
            distinct: self.distinct.is_some(),
            value: added.value(self.policy()),
        }
    }

    /// The key of what it counts under some values, as a JSON array.
    pub(crate) fn key(&self, of: Text, shadow: bool) -> Key {
        Key { kind: Kind::Counter, item: self.id.clone(), shadow, of }
    }
}

/// Whether a judging counts its record, by what is kept of rulings on it too, and takes the certain number from below a
/// threshold to it or above, or took it before. Unknown if it takes it in case it counts the record.
pub(crate) fn takes(
    counter: &Counter,
    count: &Count,
    window: Window,
    added: &Entry,
    least: u64,
) -> Truth {
    let certain = |added: &Entry| total(counter, count, window, added).certain;
    let own = count.own.as_ref();
    let takes = |added: &Entry| {
        // What the store has of the record is in the number before, too.
        own.is_some_and(|own| own.took.contains(&least))
            || (certain(Entry::nothing()) < least && least <= certain(added))
    };
    match added.judged(own, counter.policy()) {
        Contribution::Nothing => Truth::False,
        Contribution::Certain(_) => takes(added).into(),
        Contribution::Maybe(_) if takes(&added.as_certain()) => Truth::Unknown,
        Contribution::Maybe(_) => Truth::False,
    }
}

/// A value as a part of a key; `None` if no key has such a value.
pub(crate) fn part(value: &Value) -> Option<Part<'_>> {
    match value {
        Value::Bool(truth) => Some(Part::Bool(*truth)),
        Value::Int(int) => Some(Part::Int(*int)),
        Value::Text(_) | Value::Surface(_) => as_text(value).map(Part::Text),
        Value::Number(_)
        | Value::Instant(_)
        | Value::Duration(_)
        | Value::Places(_)
        | Value::Record(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Absent => None,
    }
}

/// The values of a key as a JSON array.
pub(crate) fn json_of(parts: &[Part<'_>]) -> Text {
    Output::<Json>::value(parts).into_string().into()
}
