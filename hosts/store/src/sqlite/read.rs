//! What is answered to those who ask.

use super::keep::{Series, row_of};
use super::names::Names;
use crate::fault::Result;
use crate::row::{Found, Row, instant, instant_of, known_of, nanos, policy_of};
use lexloci::state::{
    Ask, Asked, Asks, Count, Earlier, Entries, History, Key, Kind, Known, LATEST, MarkHistory,
    Reading, State, Window,
};
use lexloci::{Instant, Text};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{BTreeMap, HashMap};

/// Answers what a record asks.
pub(super) fn state(connection: &Connection, names: &mut Names, asks: &Asks) -> Result<State> {
    let mut state = State::default();
    for ask in asks.iter() {
        let item = names.item(connection, ask.key)?;
        let found = item.map(|item| find(connection, item, &ask.key.of)).transpose()?.flatten();
        let reading = reading(connection, names, &ask, (item, found))?;
        state.readings.insert(ask.key.clone(), reading);
        state.revisions.insert(ask.key.clone(), found.map_or(0, |found| found.revision));
    }
    Ok(state)
}

pub(super) fn find(connection: &Connection, item: i64, of: &str) -> Result<Option<Found>> {
    let sql = "SELECT id, revision, known FROM keys WHERE item = ?1 AND of = ?2";
    let found = connection.prepare_cached(sql)?.query_row(params![item, of], |row| {
        let revision = row.get::<_, i64>(1)?.cast_unsigned();
        Ok(Found { id: row.get(0)?, revision, known: known_of(row.get(2)?) })
    });
    Ok(found.optional()?)
}

fn reading(
    connection: &Connection,
    names: &mut Names,
    ask: &Ask<'_>,
    (item, found): (Option<i64>, Option<Found>),
) -> Result<Reading> {
    Ok(match ask.asked {
        Asked::Count { meaning, window, since, distinct, value, policy: _ } => {
            let counter = match item {
                Some(item) => names.counter(connection, item, meaning)?,
                None => None,
            };
            let known = known(connection, counter)?.max(found.map_or(Known::All, |key| key.known));
            let mut count = match (found, counter) {
                (Some(Found { id: key, .. }), Some(counter)) => {
                    let series = Series { key, counter };
                    let asking =
                        Asking { record: ask.record, window: *window, value: value.as_deref() };
                    if *distinct {
                        count_values(connection, series, asking)?
                    } else {
                        count_weights(connection, series, asking)?
                    }
                }
                _ => Count { possible: Some(0), ..Count::default() },
            };
            count.possible = count.possible.filter(|_| known.covers(*window, *since));
            Reading::Count(count)
        }
        Asked::Mark { at } => {
            let history = found.map(|found| acts(connection, found.id)).transpose()?;
            Reading::Mark(history.and_then(|history| history.standing_before(ask.record, *at)))
        }
        Asked::First => Reading::First(first(connection, found)?),
    })
}

/// From when on a counter knows all that it counts, whatever the key.
fn known(connection: &Connection, counter: Option<i64>) -> Result<Known> {
    let Some(counter) = counter else { return Ok(Known::Nothing) };
    let sql = "SELECT known, in_service FROM counters WHERE id = ?1";
    let known = connection.prepare_cached(sql)?.query_row([counter], |row| {
        let known = known_of(row.get(0)?);
        Ok(if row.get(1)? { known } else { Known::Nothing })
    });
    Ok(known?)
}

/// What is asked about a count.
#[derive(Clone, Copy)]
struct Asking<'a> {
    record: &'a str,
    window: Window,
    value: Option<&'a str>,
}

/// What is the same for all counts: the own entry, and the latest others.
fn begin_count(
    connection: &Connection,
    series: Series,
    asking: Asking<'_>,
) -> Result<(Count, Option<Row>)> {
    let sql = "SELECT sure, at, weight, value, last, entry FROM entries \
               WHERE key = ?1 AND counter = ?2 AND record = ?3";
    let mut statement = connection.prepare_cached(sql)?;
    let Series { key, counter } = series;
    let own = statement
        .query_row(params![key, counter, asking.record], |row| row_of(row, 0))
        .optional()?;
    let sql = "SELECT at, record FROM entries WHERE key = ?1 AND counter = ?2 AND sure = 1 \
               AND at > ?3 AND at <= ?4 ORDER BY at DESC, record DESC LIMIT ?5";
    let mut statement = connection.prepare_cached(sql)?;
    let (after, until) = (nanos(asking.window.after), nanos(asking.window.until));
    let mut rows = statement.query(params![key, counter, after, until, LATEST as i64 + 1])?;
    let mut latest = Vec::new();
    while let Some(row) = rows.next()? {
        let record: String = row.get(1)?;
        if record != asking.record && latest.len() < LATEST {
            latest.push(Earlier { at: instant_of(row.get(0)?)?, record: record.into() });
        }
    }
    let entry = own.as_ref().map(Row::entry).transpose()?;
    Ok((Count { own: entry, latest, ..Count::default() }, own))
}

/// Counts weights: the difference of two sums, whatever lies between them.
fn count_weights(connection: &Connection, series: Series, asking: Asking<'_>) -> Result<Count> {
    let (mut count, own) = begin_count(connection, series, asking)?;
    let (after, until) = (nanos(asking.window.after), nanos(asking.window.until));
    let sql = "SELECT \
        coalesce((SELECT sum FROM entries WHERE key = ?1 AND counter = ?2 AND sure = 1 \
                  AND at <= ?4 ORDER BY at DESC, record DESC LIMIT 1) - \
                 (SELECT sum - weight FROM entries WHERE key = ?1 AND counter = ?2 AND sure = 1 \
                  AND at > ?3 ORDER BY at, record LIMIT 1), 0), \
        coalesce((SELECT sum FROM entries WHERE key = ?1 AND counter = ?2 AND sure = 0 \
                  AND at <= ?4 ORDER BY at DESC, record DESC LIMIT 1) - \
                 (SELECT sum - weight FROM entries WHERE key = ?1 AND counter = ?2 AND sure = 0 \
                  AND at > ?3 ORDER BY at, record LIMIT 1), 0)";
    let mut statement = connection.prepare_cached(sql)?;
    let (mut certain, mut maybe) = statement
        .query_row(params![series.key, series.counter, after, until], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))
        })?;
    let own = own.and_then(|own| own.place);
    if let Some(own) = own.filter(|own| after < own.at && own.at <= until) {
        *(if own.sure { &mut certain } else { &mut maybe }) -= own.weight;
    }
    count.certain = u64::try_from(certain).unwrap_or_default();
    let maybe = u64::try_from(maybe).unwrap_or_default();
    count.possible = Some(count.certain.saturating_add(maybe));
    Ok(count)
}

/// Counts different values, by looking at each entry in the window.
fn count_values(connection: &Connection, series: Series, asking: Asking<'_>) -> Result<Count> {
    let (mut count, own) = begin_count(connection, series, asking)?;
    let stored = own.filter(|own| own.place.is_some_and(|place| place.sure));
    let own = match stored {
        Some(row) => row.value,
        None => asking.value.map(str::to_owned),
    };
    let (after, until) = (nanos(asking.window.after), nanos(asking.window.until));
    let sql = "SELECT sure, value FROM entries WHERE key = ?1 AND counter = ?2 AND sure IN (0, 1) \
               AND at > ?3 AND at <= ?4 AND record <> ?5";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows =
        statement.query(params![series.key, series.counter, after, until, asking.record])?;
    // The values, with whether each is certain.
    let mut values: HashMap<String, bool> = HashMap::new();
    let mut without = 0;
    while let Some(row) = rows.next()? {
        let sure: bool = row.get(0)?;
        match row.get_ref(1)?.as_str_or_null().map_err(rusqlite::Error::from)? {
            None => without += 1,
            Some(value) => match values.get_mut(value) {
                Some(known) => *known |= sure,
                None => {
                    values.insert(value.to_owned(), sure);
                }
            },
        }
    }
    let known = own.and_then(|own| values.get(&own).copied());
    (count.value_is_certain, count.value_is_possible) = (known == Some(true), known.is_some());
    count.certain = values.values().filter(|sure| **sure).count() as u64;
    count.possible = Some(values.len() as u64 + without);
    Ok(count)
}

/// What was done to a mark.
pub(super) fn acts(connection: &Connection, key: i64) -> Result<MarkHistory> {
    let mut history = MarkHistory::default();
    let mut statement = connection.prepare_cached("SELECT act FROM acts WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        history.acts.insert(serde_json::from_str(&row.get::<_, String>(0)?)?);
    }
    let mut statement =
        connection.prepare_cached("SELECT actor, ruled FROM rulings WHERE key = ?1")?;
    let mut rows = statement.query([key])?;
    while let Some(row) = rows.next()? {
        let actor = serde_json::from_str(&row.get::<_, String>(0)?)?;
        let ruled = serde_json::from_str(&row.get::<_, String>(1)?)?;
        let known = history.rulings.entry(actor).or_insert(ruled);
        *known = ruled.max(*known);
    }
    Ok(history)
}

/// When an outcome was first asked for.
fn first(connection: &Connection, key: Option<Found>) -> Result<Option<Instant>> {
    let Some(key) = key else { return Ok(None) };
    let sql = "SELECT min(at) FROM firsts WHERE key = ?1";
    let first = connection.prepare_cached(sql)?.query_row([key.id], |row| row.get(0))?;
    Ok(Option::and_then(first, instant))
}

/// All that is kept under a key, with the number of its last change.
pub(super) fn history(
    connection: &Connection,
    names: &mut Names,
    key: &Key,
) -> Result<(History, u64)> {
    let item = names.item(connection, key)?;
    let found = item.map(|item| find(connection, item, &key.of)).transpose()?.flatten();
    let history = match key.kind {
        Kind::Counter => History::Counter(entries(connection, item, found)?),
        Kind::Mark => {
            let history = found.map(|found| acts(connection, found.id)).transpose()?;
            History::Mark(history.unwrap_or_default())
        }
        Kind::First => History::First(first(connection, found)?),
    };
    Ok((history, found.map_or(0, |found| found.revision)))
}

/// What a counter has under a key, for each of its meanings.
fn entries(
    connection: &Connection,
    item: Option<i64>,
    found: Option<Found>,
) -> Result<BTreeMap<Text, Entries>> {
    let mut meanings = BTreeMap::new();
    let sql = "SELECT id, meaning, policy, known, in_service, keeps FROM counters WHERE item = ?1";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([item])?;
    while let Some(row) = rows.next()? {
        let counter: i64 = row.get(0)?;
        let known = if row.get(4)? { known_of(row.get(3)?) } else { Known::Nothing };
        let known = known.max(found.map_or(Known::All, |key| key.known));
        let policy = policy_of(&row.get::<_, String>(2)?);
        let is_adopted = row.get::<_, Option<i64>>(5)?.is_some();
        let mut held = BTreeMap::new();
        if let Some(key) = found {
            let sql = "SELECT record, sure, at, weight, value, last, entry FROM entries \
                       WHERE key = ?1 AND counter = ?2";
            let mut statement = connection.prepare_cached(sql)?;
            let mut rows = statement.query(params![key.id, counter])?;
            while let Some(row) = rows.next()? {
                let record = Text::from(row.get::<_, String>(0)?);
                held.insert(record, row_of(row, 1)?.entry()?);
            }
        }
        if is_adopted || !held.is_empty() {
            let meaning = Text::from(row.get::<_, String>(1)?);
            meanings.insert(meaning, Entries { policy, entries: held, known });
        }
    }
    Ok(meanings)
}
