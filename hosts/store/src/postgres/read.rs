//! What is answered to those who ask, in few trips to the server.

use super::keep::{of_column, row_of};
use super::link::Session;
use crate::fault::Result;
use crate::row::{Found, Row, instant_of, known_of, nanos, policy_of};
use lexloci::state::{
    Asked, Asks, Count, Earlier, Entries, History, Key, Kind, Known, LATEST, MarkHistory, Reading,
    State,
};
use lexloci::{Instant, Text};
use std::collections::BTreeMap;

/// The keys as they stand, in the order in which they are given; `None` if nothing is kept under one.
fn find(session: &mut Session<'_>, keys: &[&Key]) -> Result<Vec<Option<Found>>> {
    let (mut items, mut ofs) = (vec![], vec![]);
    for key in keys {
        items.push(session.item(key)?);
        ofs.push(of_column(&key.of));
    }
    let ofs: Vec<&str> = ofs.iter().map(AsRef::as_ref).collect();
    let sql = "SELECT k.id, k.revision, k.known FROM unnest($1::bigint[], $2::text[]) \
               WITH ORDINALITY AS u(item, of, place) LEFT JOIN keys k ON k.item = u.item \
               AND k.of = u.of ORDER BY u.place";
    let rows = session.query(sql, &[&items, &ofs])?.into_iter();
    let found = rows.map(|row| {
        let Some(id) = row.try_get(0)? else { return Ok(None) };
        let revision = row.try_get::<usize, i64>(1)?.cast_unsigned();
        Ok(Some(Found { id, revision, known: known_of(row.try_get(2)?) }))
    });
    found.collect()
}

/// Answers what records ask.
pub(super) fn states(session: &mut Session<'_>, asks: &[Asks]) -> Result<Vec<State>> {
    let keys: Vec<_> = asks.iter().flat_map(|asks| asks.asked.keys()).collect();
    let mut found = find(session, &keys)?.into_iter();
    let mut counts = Counts::default();
    let (mut marks, mut asked_firsts) = (vec![], vec![]);
    let mut states = vec![];
    for (number, asks) in asks.iter().enumerate() {
        let mut state = State::default();
        for ask in asks.iter() {
            let found = found.next().flatten();
            state.revisions.insert(ask.key.clone(), found.map_or(0, |found| found.revision));
            match ask.asked {
                Asked::Count { meaning, .. } => {
                    let counter = match session.item(ask.key)? {
                        Some(item) => session.counter(item, meaning)?,
                        None => None,
                    };
                    counts.add(number, &asks.record, (ask.key, ask.asked), (found, counter));
                }
                Asked::Mark { at } => marks.push((number, ask, found, *at)),
                Asked::First => asked_firsts.push((number, ask.key, found)),
            }
        }
        states.push(state);
    }
    let mut insert = |number: usize, key: &Key, reading| {
        if let Some(state) = states.get_mut(number) {
            state.readings.insert(key.clone(), reading);
        }
    };
    counts.answer(session, &mut insert)?;
    let ids: Vec<_> = marks.iter().filter_map(|(_, _, found, _)| found.map(|key| key.id)).collect();
    let histories = acts(session, &ids)?;
    for (number, ask, found, at) in marks {
        let history = found.and_then(|found| histories.get(&found.id));
        let standing = history.and_then(|history| history.standing_before(ask.record, at));
        insert(number, ask.key, Reading::Mark(standing));
    }
    let ids = asked_firsts.iter().filter_map(|(_, _, found)| found.map(|key| key.id));
    let firsts = firsts(session, &ids.collect::<Vec<_>>())?;
    for (number, key, found) in asked_firsts {
        let first = found.and_then(|found| firsts.get(&found.id).copied());
        insert(number, key, Reading::First(first));
    }
    Ok(states)
}

/// The counts that are asked for, as columns.
#[derive(Default)]
struct Counts<'a> {
    asked: Vec<(usize, &'a Key, &'a Asked, Option<Found>)>,
    keys: Vec<Option<i64>>,
    counters: Vec<Option<i64>>,
    records: Vec<&'a str>,
    afters: Vec<i64>,
    untils: Vec<i64>,
    distincts: Vec<bool>,
    values: Vec<Option<&'a str>>,
}

impl<'a> Counts<'a> {
    fn add(
        &mut self,
        number: usize,
        record: &'a str,
        (key, asked): (&'a Key, &'a Asked),
        (found, counter): (Option<Found>, Option<i64>),
    ) {
        let Asked::Count { window, distinct, value, .. } = asked else { return };
        self.asked.push((number, key, asked, found));
        self.keys.push(found.map(|found| found.id));
        self.counters.push(counter);
        self.records.push(record);
        self.afters.push(nanos(window.after));
        self.untils.push(nanos(window.until));
        self.distincts.push(*distinct);
        self.values.push(value.as_deref());
    }

    fn answer(
        &self,
        session: &mut Session<'_>,
        insert: &mut impl FnMut(usize, &Key, Reading),
    ) -> Result<()> {
        if self.asked.is_empty() {
            return Ok(());
        }
        // The weights between two instants are the difference of two sums. Values are looked at one by one.
        let sql = "SELECT c.known, c.in_service, \
          o.sure, o.at, o.weight, o.value, o.last, o.entry, \
          CASE WHEN NOT u.is_distinct THEN coalesce( \
            (SELECT e.sum FROM entries e WHERE e.key = u.key AND e.counter = u.counter \
             AND e.sure = 1 AND e.at <= u.until ORDER BY e.at DESC, e.record DESC LIMIT 1) - \
            (SELECT e.sum - e.weight FROM entries e WHERE e.key = u.key AND e.counter = u.counter \
             AND e.sure = 1 AND e.at > u.after ORDER BY e.at, e.record LIMIT 1), 0) ELSE 0 END, \
          CASE WHEN NOT u.is_distinct THEN coalesce( \
            (SELECT e.sum FROM entries e WHERE e.key = u.key AND e.counter = u.counter \
             AND e.sure = 0 AND e.at <= u.until ORDER BY e.at DESC, e.record DESC LIMIT 1) - \
            (SELECT e.sum - e.weight FROM entries e WHERE e.key = u.key AND e.counter = u.counter \
             AND e.sure = 0 AND e.at > u.after ORDER BY e.at, e.record LIMIT 1), 0) ELSE 0 END, \
          l.ats, l.records, d.certain, d.possible, d.without, d.has_certain, d.has_possible \
          FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[], \
            $6::boolean[], $7::text[]) WITH ORDINALITY \
            AS u(key, counter, record, after, until, is_distinct, value, place) \
          LEFT JOIN counters c ON c.id = u.counter \
          LEFT JOIN entries o ON o.key = u.key AND o.counter = u.counter AND o.record = u.record \
          LEFT JOIN LATERAL (SELECT array_agg(x.at) AS ats, array_agg(x.record) AS records FROM ( \
            SELECT e.at, e.record FROM entries e WHERE e.key = u.key AND e.counter = u.counter \
            AND e.sure = 1 AND e.at > u.after AND e.at <= u.until \
            ORDER BY e.at DESC, e.record DESC LIMIT 17) AS x) AS l ON true \
          LEFT JOIN LATERAL (SELECT count(DISTINCT e.value) FILTER (WHERE e.sure = 1) AS certain, \
            count(DISTINCT e.value) AS possible, count(*) FILTER (WHERE e.value IS NULL) AS without, \
            coalesce(bool_or(e.value = v.own) FILTER (WHERE e.sure = 1), false) AS has_certain, \
            coalesce(bool_or(e.value = v.own), false) AS has_possible \
            FROM entries e, (SELECT CASE WHEN o.sure = 1 THEN o.value ELSE u.value END AS own) AS v \
            WHERE u.is_distinct AND e.key = u.key AND e.counter = u.counter AND e.sure IN (0, 1) \
            AND e.at > u.after AND e.at <= u.until AND e.record <> u.record) AS d ON true \
          ORDER BY u.place";
        let Self { keys, counters, records, afters, untils, distincts, values, .. } = self;
        let rows =
            session.query(sql, &[keys, counters, records, afters, untils, distincts, values])?;
        for ((asked, record), row) in self.asked.iter().zip(records).zip(rows) {
            let (number, key, what, found) = asked;
            insert(*number, key, Reading::Count(count(what, record, *found, &row)?));
        }
        Ok(())
    }
}

/// A count from a row of the answer.
fn count(asked: &Asked, record: &str, found: Option<Found>, row: &postgres::Row) -> Result<Count> {
    let Asked::Count { window, since, distinct, .. } = asked else { return Ok(Count::default()) };
    let mut known = match row.try_get::<usize, Option<bool>>(1)? {
        Some(true) => known_of(row.try_get(0)?),
        Some(false) | None => Known::Nothing,
    };
    known = known.max(found.map_or(Known::All, |key| key.known));
    let own = row_of(row, 2)?;
    let has_own = own.place.is_some() || own.last.is_some() || own.entry.is_some();
    let mut count = Count::default();
    if has_own {
        count.own = Some(own.entry()?);
    }
    let possible;
    if *distinct {
        count.certain = row.try_get::<usize, i64>(12)?.cast_unsigned();
        possible = row.try_get::<usize, i64>(13)?.saturating_add(row.try_get(14)?);
        count.value_is_certain = row.try_get(15)?;
        count.value_is_possible = row.try_get(16)?;
    } else {
        let (mut certain, mut maybe): (i64, i64) = (row.try_get(8)?, row.try_get(9)?);
        let (after, until) = (nanos(window.after), nanos(window.until));
        if let Some(own) = own.place.filter(|own| after < own.at && own.at <= until) {
            *(if own.sure { &mut certain } else { &mut maybe }) -= own.weight;
        }
        count.certain = u64::try_from(certain).unwrap_or_default();
        possible = certain.saturating_add(maybe);
    }
    let ats: Option<Vec<i64>> = row.try_get(10)?;
    let records: Option<Vec<String>> = row.try_get(11)?;
    for (at, other) in ats.into_iter().flatten().zip(records.into_iter().flatten()) {
        if other != record && count.latest.len() < LATEST {
            count.latest.push(Earlier { at: instant_of(at)?, record: other.into() });
        }
    }
    let possible = u64::try_from(possible).unwrap_or_default();
    count.possible = known.covers(*window, *since).then_some(possible);
    Ok(count)
}

/// What was done to marks, by the number of their key.
pub(super) fn acts(session: &mut Session<'_>, keys: &[i64]) -> Result<BTreeMap<i64, MarkHistory>> {
    let mut histories: BTreeMap<i64, MarkHistory> = BTreeMap::new();
    if keys.is_empty() {
        return Ok(histories);
    }
    for row in session.query("SELECT key, act FROM acts WHERE key = ANY($1)", &[&keys])? {
        let history = histories.entry(row.try_get(0)?).or_default();
        history.acts.insert(serde_json::from_str(row.try_get(1)?)?);
    }
    for row in
        session.query("SELECT key, actor, ruled FROM rulings WHERE key = ANY($1)", &[&keys])?
    {
        let history = histories.entry(row.try_get(0)?).or_default();
        let actor = serde_json::from_str(row.try_get(1)?)?;
        let ruled = serde_json::from_str(row.try_get(2)?)?;
        let known = history.rulings.entry(actor).or_insert(ruled);
        *known = ruled.max(*known);
    }
    Ok(histories)
}

/// When outcomes were first asked for, by the number of their key.
fn firsts(session: &mut Session<'_>, keys: &[i64]) -> Result<BTreeMap<i64, Instant>> {
    if keys.is_empty() {
        return Ok(BTreeMap::new());
    }
    let sql = "SELECT key, min(at) FROM firsts WHERE key = ANY($1) GROUP BY key";
    let rows = session.query(sql, &[&keys])?;
    rows.iter().map(|row| Ok((row.try_get(0)?, instant_of(row.try_get(1)?)?))).collect()
}

/// All that is kept under some keys, with the number of the last change of each.
pub(super) fn histories(
    session: &mut Session<'_>,
    keys: &[Key],
) -> Result<BTreeMap<Key, (History, u64)>> {
    let found = find(session, &keys.iter().collect::<Vec<_>>())?;
    let ids: Vec<_> = found.iter().flatten().map(|found| found.id).collect();
    let mut marks = acts(session, &ids)?;
    let firsts = firsts(session, &ids)?;
    let mut entries = entries(session, &ids)?;
    let mut histories = BTreeMap::new();
    for (key, found) in keys.iter().zip(found) {
        let history = match key.kind {
            Kind::Counter => {
                let held = found.and_then(|found| entries.remove(&found.id)).unwrap_or_default();
                History::Counter(meanings(session, key, found, held)?)
            }
            Kind::Mark => {
                let history = found.and_then(|found| marks.remove(&found.id));
                History::Mark(history.unwrap_or_default())
            }
            Kind::First => History::First(found.and_then(|found| firsts.get(&found.id).copied())),
        };
        histories.insert(key.clone(), (history, found.map_or(0, |found| found.revision)));
    }
    Ok(histories)
}

/// Entries by record, for each counter.
type Held = BTreeMap<i64, BTreeMap<Text, Row>>;

/// The entries under some keys.
fn entries(session: &mut Session<'_>, keys: &[i64]) -> Result<BTreeMap<i64, Held>> {
    let mut held: BTreeMap<i64, Held> = BTreeMap::new();
    let sql = "SELECT key, counter, record, sure, at, weight, value, last, entry FROM entries \
               WHERE key = ANY($1)";
    for row in session.query(sql, &[&keys])? {
        let counters = held.entry(row.try_get(0)?).or_default();
        let record = Text::from(row.try_get::<usize, String>(2)?);
        counters.entry(row.try_get(1)?).or_default().insert(record, row_of(&row, 3)?);
    }
    Ok(held)
}

/// What a counter has under a key, for each of its meanings.
fn meanings(
    session: &mut Session<'_>,
    key: &Key,
    found: Option<Found>,
    mut held: Held,
) -> Result<BTreeMap<Text, Entries>> {
    let item = session.item(key)?;
    let sql = "SELECT id, meaning, policy, known, in_service, keeps FROM counters WHERE item = $1";
    let mut meanings = BTreeMap::new();
    for row in session.query(sql, &[&item])? {
        let known = if row.try_get(4)? { known_of(row.try_get(3)?) } else { Known::Nothing };
        let known = known.max(found.map_or(Known::All, |key| key.known));
        let policy = policy_of(row.try_get(2)?);
        let is_adopted = row.try_get::<usize, Option<i64>>(5)?.is_some();
        let rows = held.remove(&row.try_get(0)?).unwrap_or_default();
        let entries = rows.into_iter().map(|(record, row)| Ok((record, row.entry()?)));
        let entries: BTreeMap<_, _> = entries.collect::<Result<_>>()?;
        if is_adopted || !entries.is_empty() {
            let meaning = Text::from(row.try_get::<usize, String>(1)?);
            meanings.insert(meaning, Entries { policy, entries, known });
        }
    }
    Ok(meanings)
}
