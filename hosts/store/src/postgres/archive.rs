//! What tables of PostgreSQL keep, as lines: all of it, and back, or what is kept about somebody.

use super::Postgres;
use super::keep::{Keeping, log, position, shared_row_of};
use super::link::Session;
use crate::archive::{
    Archive, IS_FILLED, Lines, Of, Take, Unfilled, VERSION, entry_lines, is_kept_already,
    must_be_empty, salt_of,
};
use crate::fault::{Fault, Result};
use crate::row::{
    author_in, author_of, counter_key, instant_of, kind_of, known_column, known_of, nanos,
    policy_column, policy_of,
};
use crate::work::{Work, hex};
use lexloci::state::{Key, Known, Line, MarkHistory, StoreError, Whom};
use lexloci::{Instant, Text};
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

    fn fill(&mut self, lines: Lines<'_>) -> std::result::Result<(), Unfilled> {
        let (mut salt, mut number) = (self.salt.clone(), None);
        // The lines can be read once, so this is not tried again.
        let filled = self.link.write_once(|session| {
            must_be_empty(session.one(IS_FILLED, &[])?.try_get(0)?)?;
            let mut lines = lines.zip(1..);
            loop {
                let mut some = vec![];
                for (line, count) in lines.by_ref().take(AT_ONCE) {
                    number = Some(count);
                    some.push(line?);
                }
                let Some(last) = number.filter(|_| !some.is_empty()) else { return Ok(()) };
                let first = last + 1 - some.len() as u64;
                take_some(session, &some, &mut salt).map_err(|(index, fault)| {
                    number = Some(first + index);
                    fault
                })?;
                number = None;
            }
        });
        filled.map_err(|fault| Unfilled { line: number, ..fault.into() })?;
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
    let shown = concerned(session, whom)?;
    kept(session, &shown, Of::default(), &mut take)?;
    let author = author_in(whom);
    for record in &records(session, whom)? {
        let sql = "SELECT key FROM entries WHERE record = $1 UNION \
                   SELECT key FROM acts WHERE record = $1 UNION \
                   SELECT key FROM rulings WHERE record = $1 ORDER BY 1";
        let mut keys = numbers(&session.query(sql, &[record])?)?;
        keys.retain(|key| !shown.contains(key));
        kept(session, &keys, Of { record: Some(record), author }, &mut take)?;
    }
    if author.is_some() {
        let keys =
            numbers(&session.query("SELECT key FROM firsts WHERE author = $1", &[&author])?)?;
        kept(session, &keys, Of { record: None, author }, &mut take)?;
    }
    let sql = match whom {
        Whom::Record(_) => {
            "SELECT id, judging, decided, state, forgotten, number, version FROM judgings \
             WHERE record = $1 ORDER BY number"
        }
        Whom::Author(_) => {
            "SELECT id, judging, decided, state, forgotten, number, version FROM judgings \
             WHERE author = $1 ORDER BY number"
        }
    };
    for row in session.query(sql, &[&whom.id().as_str()])? {
        take(judging_line(&row)?)?;
    }
    Ok(lines)
}

/// The records that may have left something that goes when somebody is forgotten.
pub(super) fn records(session: &mut Session<'_>, whom: &Whom) -> Result<Vec<String>> {
    match whom {
        Whom::Record(record) => Ok(vec![record.as_str().to_owned()]),
        Whom::Author(author) => {
            let sql = "SELECT DISTINCT record FROM judgings WHERE author = $1 ORDER BY 1";
            let rows = session.query(sql, &[&author.as_str()])?;
            rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
        }
    }
}

/// The ids of all records and authors.
pub(super) fn ids(session: &mut Session<'_>) -> Result<BTreeSet<Text>> {
    let sql = "SELECT record FROM judgings WHERE record IS NOT NULL \
               UNION SELECT author FROM judgings WHERE author IS NOT NULL";
    let rows = session.query(sql, &[])?;
    rows.iter().map(|row| Ok(row.try_get::<usize, String>(0)?.into())).collect()
}

pub(super) fn numbers(rows: &[Row]) -> Result<Vec<i64>> {
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}

/// The keys that are about a record or an author.
pub(super) fn concerned(session: &mut Session<'_>, whom: &Whom) -> Result<Vec<i64>> {
    let id = whom.id().as_str();
    let is_author = match whom {
        Whom::Record(_) => {
            let sql =
                "SELECT EXISTS (SELECT 1 FROM judgings WHERE author = $1 AND record <> $1::text)";
            session.one(sql, &[&id])?.try_get(0)?
        }
        Whom::Author(_) => false,
    };
    // Few keys are read if the id is written in JSON as it is.
    let is_plain = id.chars().all(|c| c.is_ascii_graphic() && c != '"' && c != '\\');
    let sql = "SELECT keys.id, kind, items.item, shadow, coalesce(whole, of) FROM keys JOIN items \
               ON items.id = keys.item WHERE NOT $1 OR strpos(coalesce(whole, of), $2) > 0";
    let mut found = vec![];
    for row in session.query(sql, &[&is_plain, &id])? {
        if key_of(&row, 1)?.concerns(whom, is_author) {
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
        kept(session, &keys, Of::default(), take)?;
    }
}

/// What is kept under keys.
fn kept(session: &mut Session<'_>, keys: &[i64], of: Of<'_>, take: Take<'_>) -> Result<()> {
    let sql = "SELECT kind, items.item, shadow, coalesce(whole, of), known, keys.id FROM keys \
               JOIN items ON items.id = keys.item WHERE keys.id = ANY($1) ORDER BY keys.id";
    let rows = session.query(sql, &[&keys])?;
    let mut entries: BTreeMap<i64, Vec<Row>> = BTreeMap::new();
    if of.record.is_some() || of.author.is_none() {
        let sql = "SELECT meaning, policy, record, sure, at, weight, value, last, entry, author, \
                   shares, key FROM entries JOIN counters ON counters.id = counter \
                   WHERE key = ANY($1) AND ($2::text IS NULL OR record = $2) \
                   ORDER BY key, counter, record";
        for row in session.query(sql, &[&keys, &of.record])? {
            entries.entry(row.try_get(11)?).or_default().push(row);
        }
    }
    let mut histories = histories(session, keys, of)?;
    let mut firsts: BTreeMap<i64, Vec<(Option<Text>, Instant)>> = BTreeMap::new();
    if of.record.is_none() {
        let sql = "SELECT key, author, at FROM firsts WHERE key = ANY($1) \
                   AND ($2::text IS NULL OR author = $2) ORDER BY key, author";
        for row in session.query(sql, &[&keys, &of.author])? {
            let first = (author_of(row.try_get(1)?), instant_of(row.try_get(2)?)?);
            firsts.entry(row.try_get(0)?).or_default().push(first);
        }
    }
    for row in rows {
        let (key, number): (Key, i64) = (key_of(&row, 0)?, row.try_get(5)?);
        for row in entries.remove(&number).unwrap_or_default() {
            let text = |column| row.try_get::<usize, String>(column).map(Text::from);
            let name = (text(0)?, policy_of(&text(1)?), text(2)?);
            entry_lines(&key, name, &shared_row_of(&row, 3)?.left()?, of.author, take)?;
        }
        for (author, history) in histories.remove(&number).unwrap_or_default() {
            take(Line::Mark { key: key.clone(), author: author_of(&author), history })?;
        }
        for (author, at) in firsts.remove(&number).unwrap_or_default() {
            take(Line::First { key: key.clone(), author, at })?;
        }
        let known = known_of(row.try_get(4)?);
        if known != Known::All && of.record.is_none() && of.author.is_none() {
            take(Line::Dropped { key: key.clone(), known })?;
        }
    }
    Ok(())
}

/// What was done to marks, by the number of their key and by author.
fn histories(
    session: &mut Session<'_>,
    keys: &[i64],
    of: Of<'_>,
) -> Result<BTreeMap<i64, BTreeMap<String, MarkHistory>>> {
    let mut histories: BTreeMap<i64, BTreeMap<String, MarkHistory>> = BTreeMap::new();
    let sql = "SELECT key, author, act FROM acts WHERE key = ANY($1) \
               AND ($2::text IS NULL OR record = $2) AND ($3::text IS NULL OR author = $3)";
    for row in session.query(sql, &[&keys, &of.record, &of.author])? {
        let by_author = histories.entry(row.try_get(0)?).or_default();
        let history = by_author.entry(row.try_get(1)?).or_default();
        history.acts.insert(serde_json::from_str(row.try_get(2)?)?);
    }
    let sql = "SELECT key, author, actor, ruled FROM rulings WHERE key = ANY($1) \
               AND ($2::text IS NULL OR record = $2) AND ($3::text IS NULL OR author = $3)";
    for row in session.query(sql, &[&keys, &of.record, &of.author])? {
        let by_author = histories.entry(row.try_get(0)?).or_default();
        let history = by_author.entry(row.try_get(1)?).or_default();
        let actor = serde_json::from_str(row.try_get(2)?)?;
        history.rulings.insert(actor, serde_json::from_str(row.try_get(3)?)?);
    }
    Ok(histories)
}

fn judging_line(row: &Row) -> Result<Line> {
    Ok(match row.try_get::<usize, Option<String>>(4)? {
        Some(digest) => Line::Forgotten {
            judging: hex(row.try_get(0)?).into(),
            version: hex(row.try_get(6)?).into(),
            digest: digest.into(),
        },
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
        let sql = "SELECT id, judging, decided, state, forgotten, number, version FROM judgings \
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

/// Keeps some lines of an export. If they cannot be kept together, the index of the first that cannot be kept is found by
/// taking one after the other.
fn take_some(
    session: &mut Session<'_>,
    lines: &[Line],
    salt: &mut Vec<u8>,
) -> std::result::Result<(), (u64, Fault)> {
    let before = salt.clone();
    session.savepoint().map_err(|fault| (0, fault))?;
    let Err(fault) = take_lines(session, lines, salt) else {
        return session.release().map_err(|fault| (0, fault));
    };
    *salt = before;
    session.roll_back().map_err(|fault| (0, fault))?;
    for (line, index) in lines.iter().zip(0..) {
        take_lines(session, std::slice::from_ref(line), salt).map_err(|fault| (index, fault))?;
    }
    Err((0, fault))
}

fn take_lines(session: &mut Session<'_>, lines: &[Line], salt: &mut Vec<u8>) -> Result<()> {
    let mut work = Work::default();
    for line in lines {
        match line {
            Line::Store { version: _, known, latest, salt: written } => {
                *salt = salt_of(written)?;
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
            | Line::Outgoing { .. }
            | Line::End { .. } => work.add_line(line, salt)?,
        }
    }
    if log(session, &work.judgings)?.len() < work.judgings.len() {
        return Err(is_kept_already());
    }
    Keeping::begin(session, &work, std::iter::empty())?.keep(session, &work)
}
