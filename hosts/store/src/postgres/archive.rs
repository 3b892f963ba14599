//! What tables of PostgreSQL keep, as lines: all of it, and back, or what is kept about somebody.

use super::Postgres;
use super::keep::{Keeping, log, position, row_of};
use super::link::Session;
use super::read::acts;
use crate::archive::{Archive, IS_FILLED, Lines, Take, VERSION, must_be_empty, salt_of};
use crate::fault::Result;
use crate::row::{
    counter_key, instant, kind_of, known_column, known_of, nanos, policy_column, policy_of,
};
use crate::work::{Work, hex};
use lexloci::Text;
use lexloci::state::{Key, Known, Line, StoreError, Whom};
use postgres::Row;
use std::collections::{BTreeMap, BTreeSet};

/// How many lines are kept at once.
const AT_ONCE: usize = 1000;

impl Archive for Postgres {
    fn lines(&mut self, take: Take<'_>) -> std::result::Result<(), StoreError> {
        let salt = hex(&self.salt);
        Ok(self.link.look(|session| {
            let (known, latest) = Self::begins(session)?;
            take(Line::Store { version: VERSION, known, latest, salt })?;
            counters(session, take)?;
            all_kept(session, take)?;
            judgings(session, take)?;
            rest(session, take)
        })?)
    }

    fn fill(&mut self, lines: Lines<'_>) -> std::result::Result<(), StoreError> {
        let mut salt = self.salt.clone();
        // The lines can be read once, so this is not tried again.
        self.link.write_once(|session| {
            must_be_empty(session.one(IS_FILLED, &[])?.try_get(0)?)?;
            loop {
                let mut some = vec![];
                while some.len() < AT_ONCE
                    && let Some(line) = lines.next()
                {
                    some.push(line?);
                }
                if some.is_empty() {
                    return Ok(());
                }
                take_lines(session, &some, &mut salt)?;
            }
        })?;
        self.salt = salt;
        Ok(())
    }
}

/// What is kept about a record or an author.
pub(super) fn about(session: &mut Session<'_>, whom: &Whom) -> Result<Vec<Line>> {
    let mut lines = vec![];
    let mut take = |line| {
        lines.push(line);
        Ok(())
    };
    let records = match whom {
        Whom::Record(record) => vec![record.as_str().to_owned()],
        Whom::Author(author) => {
            let sql = "SELECT DISTINCT record FROM judgings WHERE author = $1 ORDER BY 1";
            let rows = session.query(sql, &[&author.as_str()])?;
            rows.iter().map(|row| Ok(row.try_get(0)?)).collect::<Result<Vec<String>>>()?
        }
    };
    let shown = concerned(session, whom.id())?;
    kept(session, &shown, None, &mut take)?;
    for record in &records {
        let sql = "SELECT key FROM entries WHERE record = $1 UNION \
                   SELECT key FROM acts WHERE record = $1 UNION \
                   SELECT key FROM rulings WHERE record = $1 ORDER BY 1";
        let mut keys = numbers(&session.query(sql, &[record])?)?;
        keys.retain(|key| !shown.contains(key));
        kept(session, &keys, Some(record), &mut take)?;
    }
    let sql = match whom {
        Whom::Record(_) => {
            "SELECT id, judging, decided, state, forgotten, number FROM judgings \
             WHERE record = $1 ORDER BY number"
        }
        Whom::Author(_) => {
            "SELECT id, judging, decided, state, forgotten, number FROM judgings \
             WHERE author = $1 ORDER BY number"
        }
    };
    for row in session.query(sql, &[&whom.id().as_str()])? {
        take(judging_line(&row)?)?;
    }
    Ok(lines)
}

/// The ids of all records and authors.
pub(super) fn ids(session: &mut Session<'_>) -> Result<BTreeSet<Text>> {
    let sql = "SELECT record FROM judgings WHERE record IS NOT NULL \
               UNION SELECT author FROM judgings WHERE author IS NOT NULL";
    let rows = session.query(sql, &[])?;
    rows.iter().map(|row| Ok(row.try_get::<usize, String>(0)?.into())).collect()
}

fn numbers(rows: &[Row]) -> Result<Vec<i64>> {
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The keys that have an account, chat or record among their values.
pub(super) fn concerned(session: &mut Session<'_>, id: &str) -> Result<Vec<i64>> {
    // Few keys are read if the id is written in JSON as it is.
    let is_plain = id.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\');
    let sql = "SELECT keys.id, kind, items.item, shadow, of FROM keys JOIN items \
               ON items.id = keys.item WHERE NOT $1 OR strpos(of, $2) > 0";
    let mut found = vec![];
    for row in session.query(sql, &[&is_plain, &id])? {
        if key_of(&row, 1)?.concerns(id) {
            found.push(row.try_get(0)?);
        }
    }
    Ok(found)
}

fn key_of(row: &Row, first: usize) -> Result<Key> {
    let text = |column| row.try_get::<usize, String>(column);
    let kind = kind_of(&text(first)?);
    let (item, of) = (text(first + 1)?.into(), text(first + 3)?.into());
    Ok(Key { kind, item, shadow: row.try_get(first + 2)?, of })
}

fn counters(session: &mut Session<'_>, take: Take<'_>) -> Result<()> {
    let sql = "SELECT items.item, shadow, meaning, policy, keeps, known, in_service FROM counters \
               JOIN items ON items.id = counters.item ORDER BY counters.id";
    for row in session.query(sql, &[])? {
        take(Line::Counter {
            item: row.try_get::<usize, String>(0)?.into(),
            shadow: row.try_get(1)?,
            meaning: row.try_get::<usize, String>(2)?.into(),
            policy: policy_of(row.try_get(3)?),
            keeps: row.try_get(4)?,
            known: known_of(row.try_get(5)?),
            in_service: row.try_get(6)?,
        })?;
    }
    Ok(())
}

/// What is kept under all keys.
fn all_kept(session: &mut Session<'_>, take: Take<'_>) -> Result<()> {
    let mut after: i64 = 0;
    loop {
        let sql = "SELECT id FROM keys WHERE id > $1 ORDER BY id LIMIT 1000";
        let keys = numbers(&session.query(sql, &[&after])?)?;
        let Some(last) = keys.last() else { return Ok(()) };
        after = *last;
        kept(session, &keys, None, take)?;
    }
}

/// What is kept under keys, or what a record left under them.
fn kept(
    session: &mut Session<'_>,
    keys: &[i64],
    only: Option<&String>,
    take: Take<'_>,
) -> Result<()> {
    let sql = "SELECT kind, items.item, shadow, of, known, first, keys.id FROM keys \
               JOIN items ON items.id = keys.item WHERE keys.id = ANY($1) ORDER BY keys.id";
    let rows = session.query(sql, &[&keys])?;
    let sql = "SELECT meaning, policy, record, sure, at, weight, value, last, entry, key \
               FROM entries JOIN counters ON counters.id = counter \
               WHERE key = ANY($1) AND ($2::text IS NULL OR record = $2) ORDER BY key, counter, record";
    let mut entries: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    for row in session.query(sql, &[&keys, &only])? {
        entries.entry(row.try_get(9)?).or_default().push(row);
    }
    let mut histories = acts(session, keys)?;
    for row in rows {
        let (key, number): (Key, i64) = (key_of(&row, 0)?, row.try_get(6)?);
        for row in entries.remove(&number).unwrap_or_default() {
            let text = |column| row.try_get::<usize, String>(column).map(Text::from);
            let (meaning, policy, record) = (text(0)?, policy_of(&text(1)?), text(2)?);
            let entry = row_of(&row, 3)?.entry()?;
            take(Line::Entry { key: key.clone(), meaning, policy, record, entry })?;
        }
        let mut history = histories.remove(&number).unwrap_or_default();
        if let Some(record) = only {
            history.acts.retain(|act| act.by.is_about(record));
            history.rulings.retain(|actor, _| actor.is_about(record));
        }
        if !history.acts.is_empty() || !history.rulings.is_empty() {
            take(Line::Mark { key: key.clone(), history })?;
        }
        if let Some(at) = row.try_get::<usize, Option<i64>>(5)?.and_then(instant) {
            take(Line::First { key: key.clone(), at })?;
        }
        let known = known_of(row.try_get(4)?);
        if known != Known::All && only.is_none() {
            take(Line::Dropped { key, known })?;
        }
    }
    Ok(())
}

fn judging_line(row: &Row) -> Result<Line> {
    Ok(match row.try_get::<usize, Option<String>>(4)? {
        Some(digest) => Line::Forgotten { judging: hex(row.try_get(0)?), digest: digest.into() },
        None => {
            let judging = serde_json::from_str(row.try_get(1)?)?;
            let text = |column| row.try_get::<usize, String>(column).map(Text::from);
            Line::Judging { judging, decided: text(2)?, state: text(3)? }
        }
    })
}

fn judgings(session: &mut Session<'_>, take: Take<'_>) -> Result<()> {
    let mut after: i64 = 0;
    loop {
        let sql = "SELECT id, judging, decided, state, forgotten, number FROM judgings \
                   WHERE number > $1 ORDER BY number LIMIT 1000";
        let rows = session.query(sql, &[&after])?;
        let Some(last) = rows.last() else { return Ok(()) };
        after = last.try_get(5)?;
        for row in &rows {
            take(judging_line(row)?)?;
        }
    }
}

fn rest(session: &mut Session<'_>, take: Take<'_>) -> Result<()> {
    for row in session.query("SELECT record, kind, payload FROM outbox ORDER BY number", &[])? {
        let text = |column| row.try_get::<usize, String>(column).map(Text::from);
        take(Line::Outgoing { record: text(0)?, kind: text(1)?, payload: text(2)? })?;
    }
    for row in session.query("SELECT stream, at FROM positions ORDER BY stream", &[])? {
        let text = |column| row.try_get::<usize, String>(column).map(Text::from);
        take(Line::Position { stream: text(0)?, at: text(1)? })?;
    }
    Ok(())
}

/// Keeps some lines of an export.
fn take_lines(session: &mut Session<'_>, lines: &[Line], salt: &mut Vec<u8>) -> Result<()> {
    let mut work = Work::default();
    for line in lines {
        match line {
            Line::Store { version, known, latest, salt: written } => {
                *salt = salt_of(*version, written)?;
                let (known, latest) = (known_column(*known), latest.map(nanos));
                let sql = "UPDATE store SET begins = $1, latest = $2, salt = $3";
                session.execute(sql, &[&known, &latest, &*salt])?;
            }
            Line::Counter { item, shadow, meaning, policy, keeps, known, in_service } => {
                let item = session.item_or_new(&counter_key(item, *shadow))?;
                let id = session.counter_or_new(item, meaning, *policy)?;
                let sql = "UPDATE counters SET policy = $2, keeps = $3, known = $4, \
                           in_service = $5 WHERE id = $1";
                let (policy, known) = (policy_column(*policy), known_column(*known));
                session.execute(sql, &[&id, &policy, keeps, &known, in_service])?;
            }
            Line::Position { stream, at } => position(session, stream, at)?,
            Line::Entry { .. }
            | Line::Mark { .. }
            | Line::First { .. }
            | Line::Dropped { .. }
            | Line::Judging { .. }
            | Line::Forgotten { .. }
            | Line::Outgoing { .. } => work.add_line(line, salt)?,
        }
    }
    log(session, &work.judgings)?;
    Keeping::begin(session, &work, std::iter::empty())?.keep(session, &work)
}
