//! What conditions read of counters and marks: what these had, and the messages that counted as a time line.

use super::shown::{MAX_TEXT, cut, quoted};
use crate::base::time::{Instant, Zone};
use crate::decision::StateSeen;
use crate::interpret::{self, Interpreter};
use crate::program::outcome::Found;
use crate::state::{Contribution, Earlier, Gap, Key, Known, LATEST, MarkActor, Said};
use serde::Serialize;

/// What a condition read of a counter or a mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Remembered {
    /// What it had.
    #[serde(flatten)]
    pub seen: StateSeen,
    /// How a counter came to its number; `None` for a mark, and if nothing is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tally: Option<Tally>,
    /// The zone of its times in sentences.
    #[serde(skip)]
    zone: Zone,
}

/// How a counter came to its number. The messages that it counts are those that [`Found::Count`] names, and this one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Tally {
    /// A message counts if its instant is later.
    pub after: Instant,
    /// A message counts if its instant is not later.
    pub until: Instant,
    /// The first instant that the counter counts.
    pub since: Instant,
    /// How many messages count before those that are named; `None` if that is not known.
    pub before: Option<u64>,
    /// How this message counts; `None` if it does not.
    pub own: Option<OwnEntry>,
    /// Why the number is not certain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub doubts: Vec<String>,
}

/// How the judged message counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OwnEntry {
    /// Its instant.
    pub at: Instant,
    /// Whether it certainly counts.
    pub certain: bool,
    /// Whether its instant is among those that count now.
    pub inside: bool,
    /// The numbers after `reaches` to which it brings the counter.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub took: Vec<u64>,
}

impl Remembered {
    /// What is read under a key.
    pub(super) fn of(interpreter: &Interpreter<'_>, key: &Key, zone: &Zone) -> Self {
        let interpret::Remembered { found, tally } = interpreter.remembered(key);
        let tally = tally.map(|tally| Tally::of(tally, &found, zone));
        let Key { kind: _, item, shadow, of } = key.clone();
        Self { seen: StateSeen { name: item, of, shadow, found }, tally, zone: zone.clone() }
    }

    /// `eu.violations of "tg:77" is 3`
    pub(in crate::views) fn summary(&self) -> String {
        let StateSeen { name, of, shadow, found } = &self.seen;
        let copy = if *shadow { " (the copy for rules in shadow)" } else { "" };
        let of = cut(of.trim_start_matches('[').trim_end_matches(']'), MAX_TEXT);
        let had = match found {
            Found::Unknown(why) => format!("not known: {why}"),
            Found::Mark(None) => "not set".to_owned(),
            Found::Mark(Some(standing)) => format!("set since {}", self.time(standing.since)),
            Found::Count { certain, possible, .. } => match possible {
                Some(possible) if possible == certain => certain.to_string(),
                Some(possible) => format!("between {certain} and {possible}"),
                None => format!("at least {certain}"),
            },
        };
        format!("{name}{copy} of {of} is {had}")
    }

    /// As sentences, one on each line. The messages that count follow each other on lines of their own, the earliest first.
    pub(crate) fn lines(&self) -> Vec<String> {
        let summary = self.summary();
        let Some(tally) = &self.tally else {
            let Found::Mark(Some(standing)) = &self.seen.found else {
                return vec![format!("{summary}.")];
            };
            let until = standing.until.map(|until| format!("until {}", self.time(until)));
            let until = until.unwrap_or_else(|| "without an end".to_owned());
            let by: Vec<String> = standing.by.iter().map(actor_text).collect();
            return vec![format!("{summary}, {until}, by {}.", by.join(", "))];
        };
        let from = if tally.since > tally.after {
            format!("from {}", self.time(tally.since))
        } else {
            format!("after {}", self.time(tally.after))
        };
        let head = format!("{summary}, counted {from} and until {}:", self.time(tally.until));
        let parts = self.time_line(tally);
        let last = parts.len().saturating_sub(1);
        let parts = parts
            .into_iter()
            .enumerate()
            .map(|(number, part)| format!("  {part}{}", if number == last { "." } else { ";" }));
        let doubts = tally.doubts.iter().map(|doubt| format!("Not certain: {doubt}."));
        [head].into_iter().chain(parts).chain(doubts).collect()
    }

    /// The messages that count, the earliest first, and what else is known of them.
    fn time_line(&self, tally: &Tally) -> Vec<String> {
        let before = match tally.before {
            Some(0) => None,
            Some(1) => Some("1 message before these".to_owned()),
            Some(more) => Some(format!("{more} messages before these")),
            None => Some("perhaps messages before these".to_owned()),
        };
        let earlier: &[Earlier] =
            if let Found::Count { earlier, .. } = &self.seen.found { earlier } else { &[] };
        let mut named: Vec<(Instant, String)> =
            earlier.iter().rev().map(|one| (one.at, quoted(&one.record))).collect();
        let own = match &tally.own {
            None => Some("this message does not count".to_owned()),
            Some(own) if !own.inside => {
                let at = self.time(own.at);
                let took = self.took(own);
                Some(format!("this message is of {at}, and so does not count now{took}"))
            }
            Some(own) => {
                let perhaps = if own.certain { "" } else { "perhaps " };
                let took = self.took(own);
                let place = named.partition_point(|(at, _)| *at <= own.at);
                named.insert(place, (own.at, format!("{perhaps}this message{took}")));
                None
            }
        };
        let named = named.into_iter().map(|(at, text)| format!("{} {text}", self.time(at)));
        before.into_iter().chain(named).chain(own).collect()
    }

    /// The numbers to which this message brings the counter, or brought it when that had more than now.
    fn took(&self, own: &OwnEntry) -> String {
        let now = if let Found::Count { certain, .. } = &self.seen.found { *certain } else { 0 };
        let (now, before): (Vec<u64>, Vec<u64>) = own.took.iter().partition(|least| **least <= now);
        let listed =
            |numbers: &[u64]| numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" and ");
        let mut text = String::new();
        if !now.is_empty() {
            text.push_str(&format!(", which brings it to {}", listed(&now)));
        }
        if !before.is_empty() {
            text.push_str(&format!(", which brought it to {} earlier", listed(&before)));
        }
        text
    }

    fn time(&self, instant: Instant) -> String {
        instant.local(&self.zone).to_string()
    }
}

impl Tally {
    fn of(tally: interpret::Tally<'_>, found: &Found, zone: &Zone) -> Self {
        let interpret::Tally { counter, window, others, own, missing, gap, took } = tally;
        let (certain, said) = match own {
            Contribution::Nothing => (false, None),
            Contribution::Maybe(said) => (false, Some(said)),
            Contribution::Certain(said) => (true, Some(said)),
        };
        let inside = said.as_ref().is_some_and(|said| window.contains(said.at));
        let mut doubts = vec![];
        let mut before = Some(0);
        if let Found::Count { certain: sure, possible, earlier, .. } = found {
            if inside && !certain {
                let missing: Vec<String> = missing.into_iter().collect();
                let without = if missing.is_empty() { "" } else { " without " };
                let missing = missing.join(", ");
                doubts
                    .push(format!("it is not known{without}{missing} whether this message counts"));
            }
            let own = said.as_ref().filter(|_| inside && !certain).map_or(0, |said| said.weight);
            match possible {
                None => doubts.push(gap_text(gap, zone)),
                Some(possible) if possible.saturating_sub(*sure) > own => {
                    doubts.push("it is not known whether some earlier messages count".into());
                }
                Some(_) => {}
            }
            let adds_one = counter.adds.is_none() && counter.distinct.is_none();
            let named = earlier.len() as u64;
            if adds_one {
                before = Some(others.saturating_sub(named));
            } else if earlier.len() >= LATEST {
                before = None;
            }
        }
        let own = said.map(|Said { at, .. }| OwnEntry { at, certain, inside, took });
        let (after, until, since) = (window.after, window.until, counter.since);
        Self { after, until, since, before, own, doubts }
    }
}

/// Why a store does not know all that happened.
fn gap_text(gap: Option<Gap>, zone: &Zone) -> String {
    let first = match gap.map(|gap| gap.known) {
        Some(Known::From(first)) => first.local(zone),
        Some(Known::Nothing) => {
            return "the store was not told of this counter, or was told of another meaning of it"
                .to_owned();
        }
        Some(Known::All) | None => {
            return "the store does not know all that happened in this time".to_owned();
        }
    };
    let why = match gap {
        Some(Gap { is_full: true, .. }) => "there were too many messages to keep the older ones",
        Some(Gap { is_renewed: true, .. }) => "before, the counter meant something else",
        Some(_) | None => "it began then, or has removed what was older",
    };
    format!("the store knows only what happened from {first} on: {why}")
}

fn actor_text(actor: &MarkActor) -> String {
    match actor {
        MarkActor::Rule { rule, record, version: _ } => format!("{rule} on {}", quoted(record)),
        MarkActor::Person { person } => format!("{} (a person)", quoted(person)),
    }
}
