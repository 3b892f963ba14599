//! What is done from time to time: counters are adopted, what no window needs is swept, and persons are forgotten.

use super::Sqlite;
use super::keep::{Keeping, Series};
use super::read::acts;
use crate::fault::{Fault, Result};
use crate::row::{
    Row, author_in, counter_key, kind_of, known_column, known_of, nanos, policy_column, policy_of,
};
use crate::work::{digest_of, version_of};
use lexloci::Instant;
use lexloci::state::{CounterSpec, Erased, Kind, Known, StoreError, Whom};
use rusqlite::{Connection, params};
use std::collections::BTreeMap;

/// How many keys are swept in one transaction, so that commits can come in between.
const SWEPT_AT_ONCE: i64 = 1000;

/// Takes the counters that the rules in service have.
pub(super) fn adopt(keeping: &mut Keeping<'_>, counters: &[CounterSpec]) -> Result<()> {
    let (begins, latest) = Sqlite::begins(keeping.transaction)?;
    let begins = begins.max(latest.map_or(Known::All, Known::after));
    let mut adopted = vec![];
    for spec in counters {
        let key = counter_key(&spec.item, spec.shadow);
        let item = keeping.names.item_or_new(keeping.transaction, &key)?;
        let (meaning, policy) = (&spec.meaning, spec.policy);
        let id = keeping.names.counter_or_new(keeping.transaction, item, meaning, policy)?;
        let sql = "SELECT known, in_service FROM counters WHERE id = ?1";
        let (known, is_in_service) = keeping
            .transaction
            .query_row(sql, [id], |row| Ok((known_of(row.get(0)?), row.get::<_, bool>(1)?)))?;
        let known = if is_in_service { known } else { known.max(begins) };
        adopted.push((id, known, spec));
    }
    keeping.transaction.execute("UPDATE counters SET in_service = 0", [])?;
    for (id, known, spec) in adopted {
        let keeps = i64::try_from(spec.keeps).unwrap_or(i64::MAX);
        let sql = "UPDATE counters SET known = ?2, keeps = ?3, policy = ?4, in_service = 1 \
                   WHERE id = ?1";
        let columns = params![id, known_column(known), keeps, policy_column(spec.policy)];
        keeping.transaction.execute(sql, columns)?;
    }
    Ok(())
}

/// Removes what no window can reach any more.
pub(super) fn sweep(store: &mut Sqlite, at: Instant) -> Result<u64> {
    let until = store.write(|keeping| begin_sweep(keeping, at))?;
    let (mut swept, mut next) = (0, Some(0));
    while let Some(after) = next {
        next = store.write(|keeping| {
            let sql = "SELECT keys.id, kind FROM keys JOIN items ON items.id = keys.item \
                       WHERE keys.id > ?1 ORDER BY keys.id LIMIT ?2";
            let mut statement = keeping.transaction.prepare_cached(sql)?;
            let keys = statement.query_map([after, SWEPT_AT_ONCE], |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })?;
            let keys = keys.collect::<rusqlite::Result<Vec<_>>>()?;
            for (key, kind) in &keys {
                swept += match kind_of(kind) {
                    Kind::Counter => sweep_entries(keeping, *key, &until)?,
                    Kind::Mark => sweep_mark(keeping, *key, at)?,
                    Kind::First => 0,
                };
                remove_if_empty(keeping, *key)?;
            }
            Ok(keys.last().map(|(key, _)| *key))
        })?;
    }
    Ok(swept)
}

/// Notes until when each counter is swept, before anything is removed.
fn begin_sweep(keeping: &mut Keeping<'_>, at: Instant) -> Result<BTreeMap<i64, i64>> {
    let sql = "SELECT id, keeps, known FROM counters WHERE keeps IS NOT NULL";
    let mut statement = keeping.transaction.prepare(sql)?;
    let counters = statement.query_map([], |row| {
        Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, known_of(row.get(2)?)))
    })?;
    let mut until = BTreeMap::new();
    for (counter, keeps, known) in counters.collect::<rusqlite::Result<Vec<_>>>()? {
        let Some(last) = at.plus_nanos(-i128::from(keeps)) else { continue };
        let known = known_column(known.max(Known::after(last)));
        let sql = "UPDATE counters SET known = ?2 WHERE id = ?1";
        keeping.transaction.execute(sql, params![counter, known])?;
        until.insert(counter, nanos(last));
    }
    Ok(until)
}

fn sweep_entries(keeping: &Keeping<'_>, key: i64, until: &BTreeMap<i64, i64>) -> Result<u64> {
    let sql = "SELECT counter, count(*) FILTER (WHERE coalesce(last, at) <= ?2), \
               count(*) FILTER (WHERE coalesce(last, at) > ?2 AND at <= ?2) \
               FROM entries WHERE key = ?1 AND counter = ?3";
    let mut swept = 0;
    for (counter, until) in until {
        let counts = params![key, until, counter];
        let (gone, stays_among_them) =
            keeping.transaction.prepare_cached(sql)?.query_row(counts, |row| {
                Ok((row.get::<_, i64>(1)?.cast_unsigned(), row.get::<_, i64>(2)?))
            })?;
        if gone == 0 {
            continue;
        }
        let delete = "DELETE FROM entries WHERE key = ?1 AND counter = ?3 \
                      AND coalesce(last, at) <= ?2";
        keeping.transaction.prepare_cached(delete)?.execute(counts)?;
        keeping.rows_removed(key, gone)?;
        if stays_among_them > 0 {
            for sure in [true, false] {
                keeping.sum_up(Series { key, counter: *counter }, sure)?;
            }
        }
        swept += gone;
    }
    Ok(swept)
}

fn sweep_mark(keeping: &Keeping<'_>, key: i64, at: Instant) -> Result<u64> {
    let history = acts(keeping.transaction, key)?;
    let is_empty = history.acts.is_empty() && history.rulings.is_empty();
    if is_empty || !history.is_over(at) {
        return Ok(0);
    }
    keeping.transaction.prepare_cached("DELETE FROM acts WHERE key = ?1")?.execute([key])?;
    keeping.transaction.prepare_cached("DELETE FROM rulings WHERE key = ?1")?.execute([key])?;
    Ok(1)
}

/// Removes a key that keeps nothing. If entries were dropped, the key stays until sweeps have come past them.
fn remove_if_empty(keeping: &Keeping<'_>, key: i64) -> Result<()> {
    let sql = "DELETE FROM keys WHERE id = ?1 AND rows = 0 \
               AND (keys.known IS NULL OR keys.known <= (SELECT min(coalesce(counters.known, -9223372036854775808)) \
                 FROM counters WHERE item = keys.item AND keeps IS NOT NULL)) \
               AND NOT EXISTS (SELECT 1 FROM firsts WHERE firsts.key = ?1) \
               AND NOT EXISTS (SELECT 1 FROM acts WHERE acts.key = ?1) \
               AND NOT EXISTS (SELECT 1 FROM rulings WHERE rulings.key = ?1)";
    keeping.transaction.prepare_cached(sql)?.execute([key])?;
    Ok(())
}

/// Erases what a record or an author left, and what is kept under keys with their id.
pub(super) fn forget(store: &mut Sqlite, whom: &Whom) -> Result<Erased> {
    let salt = store.salt.clone();
    let forgotten = store.write(|keeping| {
        let concerned = super::archive::concerned(keeping.transaction, whom)?;
        let mut erased = Erased::default();
        for key in &concerned {
            erase_key(keeping, *key, &mut erased)?;
        }
        let mut touched = concerned;
        let records = super::archive::records(keeping.transaction, whom)?;
        erased.judgings = forget_judgings(keeping, &salt, whom)?;
        for record in &records {
            forget_entries(keeping, whom, record, &mut touched, &mut erased)?;
            forget_acts(keeping, whom, record, &mut touched, &mut erased)?;
        }
        if let Whom::Author(author) = whom {
            let sql = "DELETE FROM firsts WHERE author = ?1 RETURNING key";
            let keys = numbers(keeping, sql, params![author.as_str()])?;
            erased.firsts += keys.len() as u64;
            touched.extend(keys);
        }
        for key in touched {
            keeping.rows_removed(key, 0)?;
            remove_if_empty(keeping, key)?;
        }
        Ok(erased)
    });
    let forgotten = forgotten?;
    leave_no_trace(&store.connection).map_err(|fault| {
        Fault::new(format!(
            "what is kept was erased, but the file may still have traces of it until somebody is forgotten again: {}",
            StoreError::from(fault).0
        ))
    })?;
    Ok(forgotten)
}

/// Writes the file anew. `secure_delete` overwrites rows that are removed, but copies of them stay on other pages, probably where
/// SQLite moved rows when it divided a page or joined two. Takes as long as to copy the file.
fn leave_no_trace(connection: &Connection) -> Result<()> {
    connection.execute_batch("VACUUM")?;
    // The log of writes holds old pages. If a reader is in the way, the next checkpoint takes them.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Leaves digests of the judgings. Returns how many these were.
fn forget_judgings(keeping: &Keeping<'_>, salt: &[u8], whom: &Whom) -> Result<u64> {
    let by = match whom {
        Whom::Record(_) => "record",
        Whom::Author(_) => "author",
    };
    let sql = format!("SELECT number, judging, decided, state FROM judgings WHERE {by} = ?1");
    let mut statement = keeping.transaction.prepare(&sql)?;
    let judgings = statement.query_map([whom.id().as_str()], |row| {
        let text = |column| row.get::<_, String>(column);
        Ok((row.get::<_, i64>(0)?, text(1)?, text(2)?, text(3)?))
    })?;
    let judgings = judgings.collect::<rusqlite::Result<Vec<_>>>()?;
    for (number, judging, decided, state) in &judgings {
        let sql = "UPDATE judgings SET record = NULL, author = NULL, judging = NULL, decided = NULL, \
                   state = NULL, forgotten = ?2, version = ?3 WHERE number = ?1";
        let digest = digest_of(salt, decided, state);
        let version = version_of(salt, &serde_json::from_str(judging)?)?;
        let columns = params![number, digest, version];
        keeping.transaction.prepare_cached(sql)?.execute(columns)?;
    }
    Ok(judgings.len() as u64)
}

/// Erases all that is kept under a key.
fn erase_key(keeping: &Keeping<'_>, key: i64, erased: &mut Erased) -> Result<()> {
    let delete = |sql| -> Result<u64> {
        Ok(keeping.transaction.prepare_cached(sql)?.execute([key])? as u64)
    };
    let entries = delete("DELETE FROM entries WHERE key = ?1")?;
    erased.acts += delete("DELETE FROM acts WHERE key = ?1")?;
    delete("DELETE FROM rulings WHERE key = ?1")?;
    erased.firsts += delete("DELETE FROM firsts WHERE key = ?1")?;
    // What was dropped is forgotten too.
    delete("UPDATE keys SET known = NULL WHERE id = ?1")?;
    erased.entries += entries;
    keeping.rows_removed(key, entries)
}

/// Erases what a record added to counters; what an author left there, if one is forgotten.
fn forget_entries(
    keeping: &Keeping<'_>,
    whom: &Whom,
    record: &str,
    touched: &mut Vec<i64>,
    erased: &mut Erased,
) -> Result<()> {
    let sql = "SELECT key, counter, policy FROM entries JOIN counters ON counters.id = counter \
               WHERE record = ?1";
    let mut statement = keeping.transaction.prepare_cached(sql)?;
    let found = statement.query_map([record], |row| {
        let series = Series { key: row.get(0)?, counter: row.get(1)? };
        Ok((series, policy_of(&row.get::<_, String>(2)?)))
    })?;
    for (series, policy) in found.collect::<rusqlite::Result<Vec<_>>>()? {
        let Some(row) = keeping.row(series, record)? else { continue };
        let left = match whom {
            Whom::Record(_) => None,
            Whom::Author(author) => {
                let left = row.left()?;
                if !left.has(author) {
                    continue;
                }
                left.without(author)
            }
        };
        match left {
            None => drop(keeping.remove(series, record)?),
            Some(left) => {
                keeping.put(series, record, Some(&row), &Row::of(&left, policy)?)?;
            }
        }
        erased.entries += 1;
        touched.push(series.key);
    }
    Ok(())
}

/// Erases what was done to marks because of a record; what because of an author's, if one is forgotten.
fn forget_acts(
    keeping: &Keeping<'_>,
    whom: &Whom,
    record: &str,
    touched: &mut Vec<i64>,
    erased: &mut Erased,
) -> Result<()> {
    let author = author_in(whom);
    let sql = "DELETE FROM acts WHERE record = ?1 AND (?2 IS NULL OR author = ?2) RETURNING key";
    let acts = numbers(keeping, sql, params![record, author])?;
    erased.acts += acts.len() as u64;
    let sql = "DELETE FROM rulings WHERE record = ?1 AND (?2 IS NULL OR author = ?2) RETURNING key";
    touched.extend(acts);
    touched.extend(numbers(keeping, sql, params![record, author])?);
    Ok(())
}

fn numbers(keeping: &Keeping<'_>, sql: &str, of: impl rusqlite::Params) -> Result<Vec<i64>> {
    let mut statement = keeping.transaction.prepare_cached(sql)?;
    let found = statement.query_map(of, |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}
