//! What is done from time to time: counters are adopted, what no window needs is swept, and persons are forgotten.

use super::Postgres;
use super::archive::numbers;
use super::keep::{Touched, note, put, shared_row_of};
use super::link::{Link, Session};
use super::read::acts;
use crate::fault::Result;
use crate::row::{
    Row, author_in, counter_key, known_column, known_of, nanos, policy_column, policy_of,
};
use crate::work::{digest_of, version_of};
use lexloci::Instant;
use lexloci::state::{CounterSpec, Erased, Known, Whom};
use std::collections::BTreeMap;

/// Takes the counters that the rules in service have.
pub(super) fn adopt(session: &mut Session<'_>, counters: &[CounterSpec]) -> Result<()> {
    // No commit comes in between, so that what it has seen is not taken for known.
    session.execute("UPDATE store SET one = one", &[])?;
    let (begins, latest) = Postgres::begins(session)?;
    let begins = begins.max(latest.map_or(Known::All, Known::after));
    let mut adopted = vec![];
    for spec in counters {
        let item = session.item_or_new(&counter_key(&spec.item, spec.shadow))?;
        let id = session.counter_or_new(item, &spec.meaning, spec.policy)?;
        let row = session.one("SELECT known, in_service FROM counters WHERE id = $1", &[&id])?;
        let known = known_of(row.try_get(0)?);
        let known = if row.try_get(1)? { known } else { known.max(begins) };
        adopted.push((id, known, spec));
    }
    session.execute("UPDATE counters SET in_service = false WHERE in_service", &[])?;
    for (id, known, spec) in adopted {
        let keeps = i64::try_from(spec.keeps).unwrap_or(i64::MAX);
        let sql = "UPDATE counters SET known = $2, keeps = $3, policy = $4, in_service = true \
                   WHERE id = $1";
        session.execute(sql, &[&id, &known_column(known), &keeps, &policy_column(spec.policy)])?;
    }
    Ok(())
}

/// Until when counters are swept.
#[derive(Debug, Default)]
struct Until {
    counters: Vec<i64>,
    untils: Vec<i64>,
}

/// Removes what no window can reach any more, some keys in a transaction.
pub(super) fn sweep(link: &mut Link, at: Instant) -> Result<u64> {
    let until = link.write(|session| begin_sweep(session, at))?;
    let (mut swept, mut next) = (0, Some((i64::MIN, String::new())));
    while let Some((item, of)) = next {
        let (more, last) = link.write(|session| {
            let sql = "SELECT id, item, of FROM keys WHERE (item, of) > ($1, $2) \
                       ORDER BY item, of LIMIT 1000 FOR UPDATE";
            let rows = session.query(sql, &[&item, &of])?;
            let mut keys: Vec<i64> = vec![];
            let mut last = None;
            for row in &rows {
                keys.push(row.try_get(0)?);
                last = Some((row.try_get(1)?, row.try_get(2)?));
            }
            let swept = sweep_entries(session, &keys, &until)? + sweep_marks(session, &keys, at)?;
            remove_empty(session, &keys)?;
            Ok((swept, last))
        })?;
        swept += more;
        next = last;
    }
    Ok(swept)
}

/// Notes until when each counter is swept, before anything is removed.
fn begin_sweep(session: &mut Session<'_>, at: Instant) -> Result<Until> {
    let mut until = Until::default();
    let sql = "SELECT id, keeps, known FROM counters WHERE keeps IS NOT NULL FOR UPDATE";
    for row in session.query(sql, &[])? {
        let (counter, keeps): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        let Some(last) = at.plus_nanos(-i128::from(keeps)) else { continue };
        let known = known_column(known_of(row.try_get(2)?).max(Known::after(last)));
        session.execute("UPDATE counters SET known = $2 WHERE id = $1", &[&counter, &known])?;
        until.counters.push(counter);
        until.untils.push(nanos(last));
    }
    Ok(until)
}

fn sweep_entries(session: &mut Session<'_>, keys: &[i64], until: &Until) -> Result<u64> {
    let Until { counters, untils } = until;
    let sql = "DELETE FROM entries e USING unnest($2::bigint[], $3::bigint[]) AS u(counter, until) \
               WHERE e.key = ANY($1) AND e.counter = u.counter AND coalesce(e.last, e.at) <= u.until \
               RETURNING e.key";
    let mut lost: BTreeMap<i64, i64> = BTreeMap::new();
    for row in session.query(sql, &[&keys, counters, untils])? {
        *lost.entry(row.try_get(0)?).or_default() -= 1;
    }
    note(session, &lost)?;
    // Where entries stay among those that went, the sums have gaps.
    let gone: Vec<i64> = lost.keys().copied().collect();
    let sql = "SELECT DISTINCT e.key, e.counter FROM entries e, \
               unnest($2::bigint[], $3::bigint[]) AS u(counter, until) \
               WHERE e.key = ANY($1) AND e.counter = u.counter AND e.at <= u.until";
    let mut touched = Touched::default();
    if !gone.is_empty() {
        for row in session.query(sql, &[&gone, counters, untils])? {
            touched.add_all(row.try_get(0)?, row.try_get(1)?);
        }
    }
    touched.sum_up(session)?;
    Ok(lost.values().map(|lost| lost.unsigned_abs()).sum())
}

fn sweep_marks(session: &mut Session<'_>, keys: &[i64], at: Instant) -> Result<u64> {
    let histories = acts(session, keys)?;
    let over = histories.into_iter().filter(|(_, history)| history.is_over(at));
    let over: Vec<_> = over.map(|(key, _)| key).collect();
    session.execute("DELETE FROM acts WHERE key = ANY($1)", &[&over])?;
    session.execute("DELETE FROM rulings WHERE key = ANY($1)", &[&over])?;
    Ok(over.len() as u64)
}

/// Removes keys that keep nothing. If entries were dropped, the key stays until sweeps have come past them.
fn remove_empty(session: &mut Session<'_>, keys: &[i64]) -> Result<()> {
    let sql = "DELETE FROM keys WHERE id = ANY($1) AND rows = 0 \
               AND (known IS NULL OR known <= (SELECT min(coalesce(counters.known, \
                 -9223372036854775808)) FROM counters WHERE counters.item = keys.item \
                 AND keeps IS NOT NULL)) \
               AND NOT EXISTS (SELECT 1 FROM firsts WHERE firsts.key = keys.id) \
               AND NOT EXISTS (SELECT 1 FROM acts WHERE acts.key = keys.id) \
               AND NOT EXISTS (SELECT 1 FROM rulings WHERE rulings.key = keys.id)";
    session.execute(sql, &[&keys])?;
    Ok(())
}

/// Erases what a record or an author left, and what is kept under keys with their id.
pub(super) fn forget(session: &mut Session<'_>, salt: &[u8], whom: &Whom) -> Result<Erased> {
    // Commits that are under way end first, so that nothing of theirs is missed.
    session.execute("LOCK TABLE judgings IN SHARE ROW EXCLUSIVE MODE", &[])?;
    let concerned = super::archive::concerned(session, whom)?;
    let records = super::archive::records(session, whom)?;
    let judgings = forget_judgings(session, salt, whom)?;
    let author = author_in(whom);
    // In the order in which commits lock them.
    let sql = "SELECT id FROM keys WHERE id = ANY($1) \
               OR id IN (SELECT key FROM entries WHERE record = ANY($2)) \
               OR id IN (SELECT key FROM acts WHERE record = ANY($2)) \
               OR id IN (SELECT key FROM rulings WHERE record = ANY($2)) \
               OR id IN (SELECT key FROM firsts WHERE author = $3) \
               ORDER BY item, of FOR UPDATE";
    let mut keys: Vec<i64> = vec![];
    for row in session.query(sql, &[&concerned, &records, &author])? {
        keys.push(row.try_get(0)?);
    }
    let mut changes: BTreeMap<i64, i64> = concerned.iter().map(|key| (*key, 0)).collect();
    let entries = forget_entries(session, (&keys, &concerned), (&records, whom), &mut changes)?;
    let mut erased = Erased { judgings, entries, ..Erased::default() };
    let sql = "DELETE FROM acts WHERE key = ANY($1) AND (key = ANY($2) \
               OR record = ANY($3) AND ($4::text IS NULL OR author = $4)) RETURNING key";
    let acts = numbers(&session.query(sql, &[&keys, &concerned, &records, &author])?)?;
    let sql = "DELETE FROM rulings WHERE key = ANY($1) AND (key = ANY($2) \
               OR record = ANY($3) AND ($4::text IS NULL OR author = $4)) RETURNING key";
    let rulings = numbers(&session.query(sql, &[&keys, &concerned, &records, &author])?)?;
    let sql = "DELETE FROM firsts WHERE key = ANY($1) AND (key = ANY($2) OR author = $3) \
               RETURNING key";
    let firsts = numbers(&session.query(sql, &[&keys, &concerned, &author])?)?;
    (erased.acts, erased.firsts) = (acts.len() as u64, firsts.len() as u64);
    for key in acts.iter().chain(&rulings).chain(&firsts) {
        changes.entry(*key).or_default();
    }
    // What was dropped is forgotten too.
    session.execute("UPDATE keys SET known = NULL WHERE id = ANY($1)", &[&concerned])?;
    note(session, &changes)?;
    remove_empty(session, &keys)?;
    Ok(erased)
}

/// Erases what records added to counters; what an author left there, if one is forgotten. Returns how many entries these were,
/// and notes how many rows each key has lost.
fn forget_entries(
    session: &mut Session<'_>,
    (keys, concerned): (&[i64], &[i64]),
    (records, whom): (&[String], &Whom),
    changes: &mut BTreeMap<i64, i64>,
) -> Result<u64> {
    let sql = "SELECT e.key, e.counter, e.record, policy, sure, at, weight, value, last, entry, \
               author, shares, e.key = ANY($2) FROM entries e JOIN counters ON counters.id = e.counter \
               WHERE e.key = ANY($1) AND (e.key = ANY($2) OR e.record = ANY($3))";
    let rows = session.query(sql, &[&keys, &concerned, &records])?;
    let (mut gone, mut stay): (Vec<(i64, i64, &str)>, _) = (vec![], vec![]);
    let mut touched = Touched::default();
    for row in &rows {
        let (key, counter, record) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let before = shared_row_of(row, 4)?;
        let left = match whom {
            Whom::Author(author) if !row.try_get::<usize, bool>(12)? => {
                let left = before.left()?;
                if !left.has(author) {
                    continue;
                }
                left.without(author)
            }
            Whom::Author(_) | Whom::Record(_) => None,
        };
        if let Some(place) = before.place {
            touched.add(key, counter, place, record, true);
        }
        let change = changes.entry(key).or_default();
        match left {
            None => {
                *change -= 1;
                gone.push((key, counter, record));
            }
            Some(left) => {
                let after = Row::of(&left, policy_of(row.try_get(3)?))?;
                if let Some(place) = after.place {
                    touched.add(key, counter, place, record, false);
                }
                stay.push((key, counter, record, after));
            }
        }
    }
    let (mut keys, mut counters, mut records) = (vec![], vec![], vec![]);
    for (key, counter, record) in &gone {
        keys.push(*key);
        counters.push(*counter);
        records.push(*record);
    }
    let sql = "DELETE FROM entries e USING unnest($1::bigint[], $2::bigint[], $3::text[]) \
               AS u(key, counter, record) \
               WHERE e.key = u.key AND e.counter = u.counter AND e.record = u.record";
    session.execute(sql, &[&keys, &counters, &records])?;
    let rows = stay.iter().map(|(key, counter, record, after)| (*key, *counter, *record, after));
    put(session, &rows.collect::<Vec<_>>())?;
    touched.sum_up(session)?;
    Ok((gone.len() + stay.len()) as u64)
}

/// Leaves digests of the judgings. Returns how many these were.
fn forget_judgings(session: &mut Session<'_>, salt: &[u8], whom: &Whom) -> Result<u64> {
    let (sql, id) = match whom {
        Whom::Record(record) => {
            ("SELECT number, judging, decided, state FROM judgings WHERE record = $1", record)
        }
        Whom::Author(author) => {
            ("SELECT number, judging, decided, state FROM judgings WHERE author = $1", author)
        }
    };
    let rows = session.query(sql, &[&id.as_str()])?;
    for row in &rows {
        let digest = digest_of(salt, row.try_get(2)?, row.try_get(3)?);
        let version = version_of(salt, &serde_json::from_str(row.try_get(1)?)?)?;
        let sql = "UPDATE judgings SET record = NULL, author = NULL, judging = NULL, \
                   decided = NULL, state = NULL, forgotten = $2, version = $3 WHERE number = $1";
        session.execute(sql, &[&row.try_get::<usize, i64>(0)?, &digest, &version])?;
    }
    Ok(rows.len() as u64)
}
