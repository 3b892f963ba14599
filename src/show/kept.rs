//! Shows what a store keeps about a record or an author: counters, marks and judgings.

use super::{counted, decisions, entries};
use crate::face::keeper::read_logged;
use crate::sink::{plain, plain_lines};
use crate::state::{
    Cause, CauseKey, Contribution, Entry, Erased, Judging, Key, Known, Line, MarkAct, MarkActor,
    MarkHistory, MarkWhat, Policy, Ruled, Store, StoreError,
};
use crate::{Decided, Instant, Text};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A counter under a key, for one meaning, or a mark.
type Heading<'l> = (&'l Key, Option<&'l Text>);

/// What is kept, each counter and mark with its messages in the order of time, then the judgings with their receipts.
pub fn kept(lines: &[Line]) -> String {
    let mut by_key: BTreeMap<Heading<'_>, BTreeSet<(Option<Instant>, String)>> = BTreeMap::new();
    let mut judgings = vec![];
    // Several authors may have left the same one.
    let mut entries: BTreeMap<(Heading<'_>, &Text), (Entry, Policy)> = BTreeMap::new();
    let mut marks: BTreeMap<&Key, MarkHistory> = BTreeMap::new();
    for line in lines {
        match line {
            Line::Entry { key, meaning, policy, record, author: _, entry } => {
                let heading = (key, Some(meaning));
                let known = entries.entry((heading, record)).or_insert((Entry::default(), *policy));
                known.0.join(entry);
            }
            Line::Mark { key, author: _, history } => marks.entry(key).or_default().join(history),
            Line::First { key, author: _, at } => {
                let asked = (Some(*at), format!("{at}  first asked for"));
                by_key.entry((key, None)).or_default().insert(asked);
            }
            Line::Dropped { key, known } => {
                let dropped = match known {
                    Known::From(first) => format!("messages before {first} were dropped"),
                    Known::All | Known::Nothing => "messages were dropped".to_owned(),
                };
                by_key.entry((key, None)).or_default().insert((None, dropped));
            }
            Line::Judging { judging, decided, .. } => {
                judgings.push((judging.at, judging_text(judging, decided)));
            }
            // These are about nobody.
            Line::Store { .. }
            | Line::Counter { .. }
            | Line::Forgotten { .. }
            | Line::Outgoing { .. }
            | Line::Position { .. }
            | Line::End { .. } => {}
        }
    }
    for ((heading, record), (entry, policy)) in entries {
        let shown = (entry.last(), entry_text(record, &entry, policy));
        by_key.entry(heading).or_default().insert(shown);
    }
    for (key, history) in marks {
        by_key.entry((key, None)).or_default().extend(mark_texts(&history));
    }
    let has_several_meanings = |key: &Key| {
        by_key.keys().filter(|(other, meaning)| *other == key && meaning.is_some()).count() > 1
    };
    let mut texts = vec![];
    for ((key, meaning), shown) in &by_key {
        let meaning = meaning.filter(|_| has_several_meanings(key));
        let meaning = meaning.map(|meaning| format!(", meaning {meaning}")).unwrap_or_default();
        let key = plain(&key.to_string()).into_owned();
        let shown: String = shown.iter().map(|(_, text)| format!("\n  {text}")).collect();
        texts.push(format!("{key}{meaning}{shown}"));
    }
    judgings.sort();
    texts.extend(judgings.into_iter().map(|(_, text)| text));
    plain_lines(&texts.join("\n")).into_owned()
}

/// `2026-03-01T12:00:00Z  tg:1/5  adds 1, reached 3`, and what persons said.
fn entry_text(record: &str, entry: &Entry, policy: Policy) -> String {
    let record = plain(record);
    let mut text = match entry.contribution(policy) {
        Contribution::Certain(said) => format!("{}  {record}  adds {}", said.at, said.weight),
        Contribution::Maybe(said) => format!("{}  {record}  may add {}", said.at, said.weight),
        Contribution::Nothing => match entry.last() {
            Some(last) => format!("{last}  {record}  adds nothing"),
            None => format!("{record}  adds nothing"),
        },
    };
    for took in &entry.took {
        // Writing to a string cannot fail.
        let _ = write!(text, ", reached {took}");
    }
    for (CauseKey { rule, version }, Cause { certain, maybe, ruling }) in &entry.causes {
        let Some(rule) = rule else { continue };
        let version = version.map(|version| format!(" on the version of {version}"));
        let found = match (certain, maybe) {
            (Some(_), _) => Some("found".to_owned()),
            (None, Some(_)) => Some("perhaps found".to_owned()),
            (None, None) => None,
        };
        let said: Vec<_> = found.into_iter().chain(ruling.map(ruled_text)).collect();
        let _ = write!(text, "\n    {rule}{}: {}", version.unwrap_or_default(), said.join(", "));
    }
    text
}

fn ruled_text(ruled: Ruled) -> String {
    format!("{} by a person at {}", ruled.verdict.word(), ruled.given_at)
}

fn mark_texts(history: &MarkHistory) -> Vec<(Option<Instant>, String)> {
    let acts = history.acts.iter().map(|MarkAct { at, what, by }| {
        let what = match what {
            MarkWhat::Set { until: Some(until) } => format!("set until {until}"),
            MarkWhat::Set { until: None } => "set without an end".to_owned(),
            MarkWhat::Clear => "cleared".to_owned(),
        };
        (Some(*at), format!("{at}  {what} by {}", actor_text(by)))
    });
    let rulings = history.rulings.iter().map(|(by, ruled)| {
        let Ruled { given_at, verdict } = ruled;
        (Some(*given_at), format!("{given_at}  {} by a person: {}", verdict.word(), actor_text(by)))
    });
    acts.chain(rulings).collect()
}

fn actor_text(actor: &MarkActor) -> String {
    match actor {
        MarkActor::Rule { rule, record, version } => {
            let version = version.map(|version| format!(", version of {version}"));
            format!("{rule} on {}{}", plain(record), version.unwrap_or_default())
        }
        MarkActor::Person { person } => format!("the person {}", plain(person)),
    }
}

/// What was judged, and what was decided, with the receipt.
fn judging_text(judging: &Judging, decided: &str) -> String {
    let Judging { record, version, digest, ruleset, at, author } = judging;
    let mut text = format!("judging of {} at {at}", plain(record));
    let mut add = |line: String| {
        let _ = write!(text, "\n  {line}");
    };
    if let Some(version) = version {
        add(format!("version of {version}"));
    }
    if let Some(author) = author {
        add(format!("author  {}", plain(author)));
    }
    add(format!("record  {}", plain(digest)));
    add(format!("rules   {}", plain(ruleset)));
    match read_logged::<Decided>(decided) {
        Ok(decided) => {
            if let Some(receipt) = &decided.receipt {
                if let Some(state) = &receipt.state {
                    add(format!("state   {state}"));
                }
                let places = decisions::places(std::iter::once(&receipt.places), &[]);
                add(format!("asked for {}, engine {}", places.join(", "), receipt.setup.engine));
            }
            let places = decided.decisions.iter().map(|decision| &decision.places);
            for (decision, places) in decided.decisions.iter().zip(decisions::places(places, &[])) {
                let rules = decisions::rules(decision);
                let rules = if rules.is_empty() { rules } else { format!(" by {rules}") };
                add(format!("{places}: {}{rules}", decisions::outcome(decision)));
            }
        }
        Err(StoreError(why)) => add(why),
    }
    text
}

/// Says that nothing is kept about an id, and what it may have been meant to be.
///
/// # Errors
/// When the store does not answer.
pub fn nothing_kept(store: &mut dyn Store, id: &str) -> Result<String, StoreError> {
    let ids = store.ids()?;
    let ids = || ids.iter().map(Text::as_str);
    // `tg:77` for `telegram:77`.
    let number = |id: &str| id.rsplit_once(':').map_or(id, |(_, number)| number).to_owned();
    let mut same = ids().filter(|known| number(known) == number(id));
    let meant = crate::nearest(id, ids()).or_else(|| same.next().filter(|_| same.next().is_none()));
    let hint = match (meant, ids().count()) {
        (Some(nearest), _) => format!("; did you mean `{}`?", plain(nearest)),
        (None, 0) => ", nor about anybody else".to_owned(),
        (None, 1) => "; one other record or author is known".to_owned(),
        (None, count) => format!("; {count} other records and authors are known"),
    };
    Ok(format!("nothing is kept about `{}`{hint}", plain(id)))
}

/// Says how much was swept.
pub fn swept(count: u64) -> String {
    let what = if count == 1 { "entry or mark" } else { "entries and marks" };
    format!("swept {count} {what}")
}

/// Says how much was erased.
pub fn erased(erased: Erased) -> String {
    let Erased { entries: of_counters, acts, firsts, judgings } = erased;
    let number = |count| usize::try_from(count).unwrap_or(usize::MAX);
    let mut parts = vec![
        (of_counters, entries(number(of_counters)) + " of counters"),
        (acts, counted(number(acts), "act") + " on marks"),
        (firsts, counted(number(firsts), "start") + " of outcomes"),
        (judgings, counted(number(judgings), "judging")),
    ];
    parts.retain(|(count, _)| *count > 0);
    let parts: Vec<_> = parts.into_iter().map(|(_, part)| part).collect();
    match parts.as_slice() {
        [] => "erased nothing".to_owned(),
        parts => format!("erased {}", parts.join(", ")),
    }
}
