//! What a file of SQLite keeps, as lines: all of it, and back, or what is kept about somebody.

use super::Sqlite;
use super::keep::row_of;
use super::read::acts;
use crate::archive::{Archive, IS_FILLED, Lines, Take, VERSION, must_be_empty, salt_of};
use crate::fault::Result;
use crate::row::{
    counter_key, instant, kind_of, known_column, known_of, nanos, policy_column, policy_of,
};
use crate::work::{Work, hex};
use lexloci::Text;
use lexloci::state::{Key, Known, Line, StoreError, Whom};
use rusqlite::{Connection, Row, params};
use std::collections::BTreeSet;

/// Whom a line must be about.
#[derive(Clone, Copy)]
enum About<'a> {
    All,
    Keys(&'a [i64]),
    /// Under other keys than these.
    Record(&'a str, &'a [i64]),
}

impl Archive for Sqlite {
    fn lines(&mut self, take: Take<'_>) -> std::result::Result<(), StoreError> {
        let salt = hex(&self.salt);
        Ok(self.look(|transaction, _| {
            let (known, latest) = Self::begins(transaction)?;
            take(Line::Store { version: VERSION, known, latest, salt })?;
            counters(transaction, take)?;
            kept(transaction, About::All, take)?;
            judgings(transaction, None, take)?;
            rest(transaction, take)
        })?)
    }

    fn fill(&mut self, lines: Lines<'_>) -> std::result::Result<(), StoreError> {
        let mut salt = self.salt.clone();
        let filled = self.write(|keeping| {
            must_be_empty(keeping.transaction.query_row(IS_FILLED, [], |row| row.get(0))?)?;
            for line in lines {
                take_line(keeping, &line?, &mut salt)?;
            }
            Ok(())
        });
        filled.map_err(StoreError::from)?;
        self.salt = salt;
        Ok(())
    }
}

/// What is kept about a record or an author.
pub(super) fn about(connection: &Connection, whom: &Whom) -> Result<Vec<Line>> {
    let mut lines = vec![];
    let mut take = |line| {
        lines.push(line);
        Ok(())
    };
    let records = match whom {
        Whom::Record(record) => vec![record.as_str().to_owned()],
        Whom::Author(author) => {
            let sql = "SELECT DISTINCT record FROM judgings WHERE author = ?1 ORDER BY 1";
            let mut statement = connection.prepare(sql)?;
            let records = statement.query_map([author.as_str()], |row| row.get(0))?;
            records.collect::<rusqlite::Result<Vec<_>>>()?
        }
    };
    let keys = concerned(connection, whom.id())?;
    kept(connection, About::Keys(&keys), &mut take)?;
    for record in &records {
        kept(connection, About::Record(record, &keys), &mut take)?;
    }
    judgings(connection, Some(whom), &mut take)?;
    Ok(lines)
}

/// The ids of all records and authors.
pub(super) fn ids(connection: &Connection) -> Result<BTreeSet<Text>> {
    let sql = "SELECT record FROM judgings WHERE record IS NOT NULL \
               UNION SELECT author FROM judgings WHERE author IS NOT NULL";
    let mut statement = connection.prepare(sql)?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
    ids.map(|id| Ok(id?.into())).collect()
}

/// The keys that have an account, chat or record among their values.
pub(super) fn concerned(connection: &Connection, id: &str) -> Result<Vec<i64>> {
    // Few keys are read if the id is written in JSON as it is.
    let is_plain = id.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\');
    let sql = "SELECT keys.id, kind, item.item, shadow, of FROM keys JOIN items AS item \
               ON item.id = keys.item WHERE NOT ?1 OR instr(of, ?2) > 0";
    let mut statement = connection.prepare_cached(sql)?;
    let found =
        statement.query_map(params![is_plain, id], |row| Ok((row.get(0)?, key_of(row, 1)?)))?;
    let found = found.collect::<rusqlite::Result<Vec<(i64, Key)>>>()?;
    Ok(found.into_iter().filter(|(_, key)| key.concerns(id)).map(|(number, _)| number).collect())
}

fn key_of(row: &Row<'_>, first: usize) -> rusqlite::Result<Key> {
    let text = |column| row.get::<_, String>(column);
    let kind = kind_of(&text(first)?);
    let (item, of) = (text(first + 1)?.into(), text(first + 3)?.into());
    Ok(Key { kind, item, shadow: row.get(first + 2)?, of })
}

fn counters(connection: &Connection, take: Take<'_>) -> Result<()> {
    let sql = "SELECT items.item, shadow, meaning, policy, keeps, known, in_service FROM counters \
               JOIN items ON items.id = counters.item ORDER BY counters.id";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        take(Line::Counter {
            item: row.get::<_, String>(0)?.into(),
            shadow: row.get(1)?,
            meaning: row.get::<_, String>(2)?.into(),
            policy: policy_of(&row.get::<_, String>(3)?),
            keeps: row.get(4)?,
            known: known_of(row.get(5)?),
            in_service: row.get(6)?,
        })?;
    }
    Ok(())
}

/// What is kept under keys.
fn kept(connection: &Connection, about: About<'_>, take: Take<'_>) -> Result<()> {
    let keys = match about {
        About::All => {
            numbers(connection, "SELECT id FROM keys WHERE ?1 IS NULL ORDER BY id", None)?
        }
        About::Keys(keys) => keys.to_vec(),
        About::Record(record, shown) => {
            let sql = "SELECT key FROM entries WHERE record = ?1 UNION \
                       SELECT key FROM acts WHERE record = ?1 UNION \
                       SELECT key FROM rulings WHERE record = ?1 ORDER BY 1";
            let mut keys = numbers(connection, sql, Some(record))?;
            keys.retain(|key| !shown.contains(key));
            keys
        }
    };
    let only = match about {
        About::All | About::Keys(_) => None,
        About::Record(record, _) => Some(record),
    };
    for number in keys {
        let sql = "SELECT kind, items.item, shadow, of, known, first FROM keys \
                   JOIN items ON items.id = keys.item WHERE keys.id = ?1";
        let (key, known, first) = connection.prepare_cached(sql)?.query_row([number], |row| {
            Ok((key_of(row, 0)?, known_of(row.get(4)?), row.get::<_, Option<i64>>(5)?))
        })?;
        entries(connection, number, (&key, only), take)?;
        let mut history = acts(connection, number)?;
        if let Some(record) = only {
            history.acts.retain(|act| act.by.is_about(record));
            history.rulings.retain(|actor, _| actor.is_about(record));
        }
        if !history.acts.is_empty() || !history.rulings.is_empty() {
            take(Line::Mark { key: key.clone(), history })?;
        }
        if let Some(at) = first.and_then(instant) {
            take(Line::First { key: key.clone(), at })?;
        }
        if known != Known::All && only.is_none() {
            take(Line::Dropped { key, known })?;
        }
    }
    Ok(())
}

fn numbers(connection: &Connection, sql: &str, of: Option<&str>) -> Result<Vec<i64>> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([of], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

fn entries(
    connection: &Connection,
    number: i64,
    (key, only): (&Key, Option<&str>),
    take: Take<'_>,
) -> Result<()> {
    let sql = "SELECT meaning, policy, record, sure, at, weight, value, last, entry FROM entries \
               JOIN counters ON counters.id = counter \
               WHERE key = ?1 AND (?2 IS NULL OR record = ?2) ORDER BY counter, record";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![number, only])?;
    while let Some(row) = rows.next()? {
        let text = |column| row.get::<_, String>(column).map(Text::from);
        let (meaning, policy, record) = (text(0)?, policy_of(&text(1)?), text(2)?);
        let entry = row_of(row, 3)?.entry()?;
        take(Line::Entry { key: key.clone(), meaning, policy, record, entry })?;
    }
    Ok(())
}

fn judgings(connection: &Connection, whom: Option<&Whom>, take: Take<'_>) -> Result<()> {
    let which = match whom {
        Some(Whom::Record(_)) => "record = ?1",
        Some(Whom::Author(_)) => "author = ?1",
        None => "?1 IS NULL",
    };
    let sql = format!(
        "SELECT id, judging, decided, state, forgotten FROM judgings WHERE {which} ORDER BY number"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([whom.map(|whom| whom.id().as_str())])?;
    while let Some(row) = rows.next()? {
        let line = match row.get::<_, Option<String>>(4)? {
            Some(digest) => {
                let judging = hex(&row.get::<_, Vec<u8>>(0)?);
                Line::Forgotten { judging, digest: digest.into() }
            }
            None => {
                let text = |column| row.get::<_, String>(column);
                let judging = serde_json::from_str(&text(1)?)?;
                Line::Judging { judging, decided: text(2)?.into(), state: text(3)?.into() }
            }
        };
        take(line)?;
    }
    Ok(())
}

fn rest(connection: &Connection, take: Take<'_>) -> Result<()> {
    let mut statement =
        connection.prepare("SELECT record, kind, payload FROM outbox ORDER BY number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = |column| row.get::<_, String>(column).map(Text::from);
        take(Line::Outgoing { record: text(0)?, kind: text(1)?, payload: text(2)? })?;
    }
    let mut statement = connection.prepare("SELECT stream, at FROM positions ORDER BY stream")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let text = |column| row.get::<_, String>(column).map(Text::from);
        take(Line::Position { stream: text(0)?, at: text(1)? })?;
    }
    Ok(())
}

/// Keeps one line of an export.
fn take_line(keeping: &mut super::Keeping<'_>, line: &Line, salt: &mut Vec<u8>) -> Result<()> {
    match line {
        Line::Store { version, known, latest, salt: written } => {
            *salt = salt_of(*version, written)?;
            let sql = "UPDATE store SET begins = ?1, latest = ?2, salt = ?3";
            let columns = params![known_column(*known), latest.map(nanos), &*salt];
            keeping.transaction.execute(sql, columns)?;
        }
        Line::Counter { item, shadow, meaning, policy, keeps, known, in_service } => {
            let key = counter_key(item, *shadow);
            let item = keeping.names.item_or_new(keeping.transaction, &key)?;
            let sql = "INSERT INTO counters (item, meaning, policy, keeps, known, in_service) \
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
            let (policy, known) = (policy_column(*policy), known_column(*known));
            let columns = params![item, &**meaning, policy, keeps, known, in_service];
            keeping.transaction.execute(sql, columns)?;
        }
        Line::Position { stream, at } => keeping.position(stream, at)?,
        Line::Entry { .. }
        | Line::Mark { .. }
        | Line::First { .. }
        | Line::Dropped { .. }
        | Line::Judging { .. }
        | Line::Forgotten { .. }
        | Line::Outgoing { .. } => {
            let mut work = Work::default();
            work.add_line(line, salt)?;
            keeping.keep(&work)?;
        }
    }
    Ok(())
}
