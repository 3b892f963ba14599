//! What a file of SQLite keeps, as lines: all of it, and back, or what is kept about somebody.

use super::Sqlite;
use super::keep::shared_row_of;
use crate::archive::{
    Archive, IS_FILLED, Lines, Of, Take, Unfilled, VERSION, entry_lines, is_kept_already,
    must_be_empty, salt_of,
};
use crate::fault::Result;
use crate::row::{
    author_in, author_of, counter_key, instant_of, kind_of, known_column, known_of, nanos,
    policy_column, policy_of,
};
use crate::work::{Work, hex};
use lexloci::Text;
use lexloci::state::{Key, Known, Line, MarkHistory, StoreError, Whom};
use rusqlite::{Connection, Row, params};
use std::collections::{BTreeMap, BTreeSet};

impl Archive for Sqlite {
    fn lines(&mut self, take: Take<'_>) -> std::result::Result<(), StoreError> {
        let salt = hex(&self.salt);
        Ok(self.look(|transaction, _| {
            let (known, latest) = Self::begins(transaction)?;
            take(Line::Store { version: VERSION, known, latest, salt })?;
            counters(transaction, take)?;
            for key in
                numbers(transaction, "SELECT id FROM keys WHERE ?1 IS NULL ORDER BY id", None)?
            {
                kept(transaction, key, Of::default(), take)?;
            }
            judgings(transaction, None, take)?;
            rest(transaction, take)
        })?)
    }

    fn fill(&mut self, lines: Lines<'_>) -> std::result::Result<(), Unfilled> {
        let (mut salt, mut number) = (self.salt.clone(), None);
        let filled = self.write(|keeping| {
            must_be_empty(keeping.transaction.query_row(IS_FILLED, [], |row| row.get(0))?)?;
            for (line, count) in lines.zip(1..) {
                number = Some(count);
                take_line(keeping, &line?, &mut salt)?;
            }
            number = None;
            Ok(())
        });
        filled.map_err(|fault| Unfilled { line: number, ..fault.into() })?;
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
    let shown = concerned(connection, whom)?;
    for key in &shown {
        kept(connection, *key, Of::default(), &mut take)?;
    }
    let author = author_in(whom);
    for record in &records(connection, whom)? {
        let sql = "SELECT key FROM entries WHERE record = ?1 UNION \
                   SELECT key FROM acts WHERE record = ?1 UNION \
                   SELECT key FROM rulings WHERE record = ?1 ORDER BY 1";
        let mut keys = numbers(connection, sql, Some(record))?;
        keys.retain(|key| !shown.contains(key));
        for key in keys {
            kept(connection, key, Of { record: Some(record), author }, &mut take)?;
        }
    }
    if author.is_some() {
        for key in numbers(connection, "SELECT key FROM firsts WHERE author = ?1", author)? {
            firsts(connection, (key, &key_named(connection, key)?), author, &mut take)?;
        }
    }
    judgings(connection, Some(whom), &mut take)?;
    Ok(lines)
}

/// The records that may have left something that goes when somebody is forgotten.
pub(super) fn records(connection: &Connection, whom: &Whom) -> Result<Vec<String>> {
    match whom {
        Whom::Record(record) => Ok(vec![record.as_str().to_owned()]),
        Whom::Author(author) => {
            let sql = "SELECT DISTINCT record FROM judgings WHERE author = ?1 ORDER BY 1";
            let mut statement = connection.prepare(sql)?;
            let records = statement.query_map([author.as_str()], |row| row.get(0))?;
            Ok(records.collect::<rusqlite::Result<_>>()?)
        }
    }
}

/// The ids of all records and authors.
pub(super) fn ids(connection: &Connection) -> Result<BTreeSet<Text>> {
    let sql = "SELECT record FROM judgings WHERE record IS NOT NULL \
               UNION SELECT author FROM judgings WHERE author IS NOT NULL";
    let mut statement = connection.prepare(sql)?;
    let ids = statement.query_map([], |row| row.get::<_, String>(0))?;
    ids.map(|id| Ok(id?.into())).collect()
}

/// The keys that are about a record or an author.
pub(super) fn concerned(connection: &Connection, whom: &Whom) -> Result<Vec<i64>> {
    let id = whom.id().as_str();
    let is_author = match whom {
        Whom::Record(_) => {
            let sql = "SELECT 1 FROM judgings WHERE author = ?1 AND record <> ?1";
            connection.prepare_cached(sql)?.exists([id])?
        }
        Whom::Author(_) => false,
    };
    // Few keys are read if the id is written in JSON as it is.
    let is_plain = id.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\');
    let sql = "SELECT keys.id, kind, item.item, shadow, of FROM keys JOIN items AS item \
               ON item.id = keys.item WHERE NOT ?1 OR instr(of, ?2) > 0 ORDER BY keys.id";
    let mut statement = connection.prepare_cached(sql)?;
    let found =
        statement.query_map(params![is_plain, id], |row| Ok((row.get(0)?, key_of(row, 1)?)))?;
    let found = found.collect::<rusqlite::Result<Vec<(i64, Key)>>>()?;
    let concerned = found.into_iter().filter(|(_, key)| key.concerns(whom, is_author));
    Ok(concerned.map(|(number, _)| number).collect())
}

/// The key that has a number.
fn key_named(connection: &Connection, number: i64) -> Result<Key> {
    let sql = "SELECT kind, items.item, shadow, of FROM keys \
               JOIN items ON items.id = keys.item WHERE keys.id = ?1";
    Ok(connection.prepare_cached(sql)?.query_row([number], |row| key_of(row, 0))?)
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

/// What is kept under a key.
fn kept(connection: &Connection, number: i64, of: Of<'_>, take: Take<'_>) -> Result<()> {
    let key = key_named(connection, number)?;
    entries(connection, (number, &key), of, take)?;
    for (author, history) in histories(connection, number, of)? {
        let author = author_of(&author);
        take(Line::Mark { key: key.clone(), author, history })?;
    }
    if of.record.is_none() {
        firsts(connection, (number, &key), of.author, take)?;
        let sql = "SELECT known FROM keys WHERE id = ?1";
        let known =
            known_of(connection.prepare_cached(sql)?.query_row([number], |row| row.get(0))?);
        if known != Known::All {
            take(Line::Dropped { key, known })?;
        }
    }
    Ok(())
}

/// When an outcome was first asked for, by author.
fn firsts(
    connection: &Connection,
    (number, key): (i64, &Key),
    author: Option<&str>,
    take: Take<'_>,
) -> Result<()> {
    let sql = "SELECT author, at FROM firsts WHERE key = ?1 AND (?2 IS NULL OR author = ?2)";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![number, author])?;
    while let Some(row) = rows.next()? {
        let (author, at) = (author_of(&row.get::<_, String>(0)?), instant_of(row.get(1)?)?);
        take(Line::First { key: key.clone(), author, at })?;
    }
    Ok(())
}

/// What was done to a mark, by author.
fn histories(
    connection: &Connection,
    number: i64,
    of: Of<'_>,
) -> Result<BTreeMap<String, MarkHistory>> {
    let mut histories: BTreeMap<String, MarkHistory> = BTreeMap::new();
    let sql = "SELECT author, act FROM acts WHERE key = ?1 \
               AND (?2 IS NULL OR record = ?2) AND (?3 IS NULL OR author = ?3)";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![number, of.record, of.author])?;
    while let Some(row) = rows.next()? {
        let act = serde_json::from_str(&row.get::<_, String>(1)?)?;
        histories.entry(row.get(0)?).or_default().acts.insert(act);
    }
    let sql = "SELECT author, actor, ruled FROM rulings WHERE key = ?1 \
               AND (?2 IS NULL OR record = ?2) AND (?3 IS NULL OR author = ?3)";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![number, of.record, of.author])?;
    while let Some(row) = rows.next()? {
        let actor = serde_json::from_str(&row.get::<_, String>(1)?)?;
        let ruled = serde_json::from_str(&row.get::<_, String>(2)?)?;
        histories.entry(row.get(0)?).or_default().rulings.insert(actor, ruled);
    }
    Ok(histories)
}

fn numbers(connection: &Connection, sql: &str, of: Option<&str>) -> Result<Vec<i64>> {
    let mut statement = connection.prepare_cached(sql)?;
    let found = statement.query_map([of], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

fn entries(
    connection: &Connection,
    (number, key): (i64, &Key),
    of: Of<'_>,
    take: Take<'_>,
) -> Result<()> {
    let sql = "SELECT meaning, policy, record, sure, at, weight, value, last, entry, author, shares \
               FROM entries JOIN counters ON counters.id = counter \
               WHERE key = ?1 AND (?2 IS NULL OR record = ?2) ORDER BY counter, record";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params![number, of.record])?;
    while let Some(row) = rows.next()? {
        let text = |column| row.get::<_, String>(column).map(Text::from);
        let name = (text(0)?, policy_of(&text(1)?), text(2)?);
        entry_lines(key, name, &shared_row_of(row, 3)?.left()?, of.author, take)?;
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
        "SELECT id, judging, decided, state, forgotten, version FROM judgings WHERE {which} \
         ORDER BY number"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([whom.map(|whom| whom.id().as_str())])?;
    while let Some(row) = rows.next()? {
        let line = match row.get::<_, Option<String>>(4)? {
            Some(digest) => {
                let hex = |column| row.get::<_, Vec<u8>>(column).map(|bytes| hex(&bytes).into());
                Line::Forgotten { judging: hex(0)?, version: hex(5)?, digest: digest.into() }
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
        Line::Store { version: _, known, latest, salt: written } => {
            *salt = salt_of(written)?;
            let sql = "UPDATE store SET begins = ?1, latest = ?2, salt = ?3";
            let columns = params![known_column(*known), latest.map(nanos), &*salt];
            keeping.transaction.execute(sql, columns)?;
        }
        Line::Counter { item, shadow, meaning, policy, keeps, known, in_service } => {
            let key = counter_key(item, *shadow);
            let item = keeping.names.item_or_new(keeping.transaction, &key)?;
            let id = keeping.names.counter_or_new(keeping.transaction, item, meaning, *policy)?;
            let sql = "UPDATE counters SET policy = ?2, keeps = ?3, known = ?4, in_service = ?5 \
                       WHERE id = ?1";
            let (policy, known) = (policy_column(*policy), known_column(*known));
            let columns = params![id, policy, keeps, known, in_service];
            keeping.transaction.execute(sql, columns)?;
        }
        Line::Position { stream, at } => keeping.position(stream, at)?,
        Line::Entry { .. }
        | Line::Mark { .. }
        | Line::First { .. }
        | Line::Dropped { .. }
        | Line::Judging { .. }
        | Line::Forgotten { .. }
        | Line::Outgoing { .. }
        | Line::End { .. } => {
            let mut work = Work::default();
            work.add_line(line, salt)?;
            for row in &work.judgings {
                if keeping.is_kept(&row.id)? {
                    return Err(is_kept_already());
                }
            }
            keeping.keep(&work)?;
        }
    }
    Ok(())
}
