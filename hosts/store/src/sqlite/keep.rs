//! [`Keeping`]: a transaction that adds to what is kept.

use super::names::Names;
use crate::fault::Result;
use crate::row::{Place, Row, author_column, instant_of, known_column, known_of, nanos};
use crate::work::{Added, First, LogRow, LogWhat, Marked, Work, other_versions};
use lexloci::state::{Committing, Delta, Key, Known, MarkActor, Ruled, Shares};
use rusqlite::{OptionalExtension, Transaction, params};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// The sums up to a half of what fits are safe to add to.
const MOST_SUM: i64 = i64::MAX / 2;

/// A transaction that adds to what is kept.
pub(super) struct Keeping<'t> {
    pub transaction: &'t Transaction<'t>,
    pub names: &'t mut Names,
    /// Whether nothing is to be kept after all.
    pub is_refused: bool,
    /// The number of this change.
    number: i64,
    /// The keys that were changed and do not say so yet, with how many rows each gained.
    changed: BTreeMap<i64, i64>,
    /// The keys that gained rows.
    grown: BTreeSet<i64>,
}

/// A counter under a key.
#[derive(Clone, Copy, Debug)]
pub(super) struct Series {
    pub key: i64,
    pub counter: i64,
}

impl<'t> Keeping<'t> {
    pub(super) fn begin(transaction: &'t Transaction<'t>, names: &'t mut Names) -> Result<Self> {
        let sql = "UPDATE store SET changes = changes + 1 RETURNING changes";
        let number = transaction.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        let (changed, grown) = (BTreeMap::new(), BTreeSet::new());
        Ok(Self { transaction, names, is_refused: false, number, changed, grown })
    }

    pub(super) fn is_kept(&self, id: &[u8]) -> Result<bool> {
        let mut statement =
            self.transaction.prepare_cached("SELECT 1 FROM judgings WHERE id = ?1")?;
        Ok(statement.exists([id])?)
    }

    /// Whether a version was forgotten, by its digest.
    pub(super) fn is_forgotten(&self, version: &[u8]) -> Result<bool> {
        let mut statement =
            self.transaction.prepare_cached("SELECT 1 FROM judgings WHERE version = ?1")?;
        Ok(statement.exists([version])?)
    }

    /// What a judging leaves behind, without what persons ruled on versions that were forgotten.
    pub(super) fn counted<'d>(&self, salt: &[u8], one: &Committing<'d>) -> Result<Cow<'d, Delta>> {
        let mut forgotten = BTreeSet::new();
        for (version, digest) in other_versions(salt, one)? {
            if self.is_forgotten(&digest)? {
                forgotten.insert(version);
            }
        }
        Ok(one.delta.without(&forgotten))
    }

    /// The number of the last change of a key.
    pub(super) fn revision(&mut self, key: &Key) -> Result<u64> {
        let Some(item) = self.names.item(self.transaction, key)? else { return Ok(0) };
        let sql = "SELECT revision FROM keys WHERE item = ?1 AND of = ?2";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found = statement.query_row(params![item, &*key.of], |row| row.get::<_, i64>(0));
        Ok(found.optional()?.unwrap_or_default().cast_unsigned())
    }

    /// Adds what judgings left behind.
    pub(super) fn keep(&mut self, work: &Work<'_>) -> Result<()> {
        for added in &work.entries {
            self.add(added)?;
        }
        for mark in &work.marks {
            self.add_acts(mark)?;
        }
        for First { key, author, at } in &work.firsts {
            let key = self.key(key)?;
            let sql = "INSERT INTO firsts (key, author, at) VALUES (?1, ?2, ?3) \
                       ON CONFLICT DO UPDATE SET at = min(at, ?3)";
            let columns = params![key, author_column(*author), nanos(*at)];
            self.transaction.prepare_cached(sql)?.execute(columns)?;
        }
        for (key, known) in &work.dropped {
            let key = self.key(key)?;
            self.note_dropped(key, *known)?;
        }
        for judging in &work.judgings {
            self.log(judging)?;
        }
        let sql = "INSERT INTO outbox (record, kind, payload) VALUES (?1, ?2, ?3)";
        let mut statement = self.transaction.prepare_cached(sql)?;
        for one in &work.outbox {
            statement.execute([one.record, one.kind, one.payload])?;
        }
        drop(statement);
        if let Some(latest) = work.latest().map(nanos) {
            let sql = "UPDATE store SET latest = max(coalesce(latest, ?1), ?1)";
            self.transaction.prepare_cached(sql)?.execute([latest])?;
        }
        let sql = "UPDATE keys SET revision = ?2, rows = rows + ?3 WHERE id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        for (key, rows) in std::mem::take(&mut self.changed) {
            statement.execute(params![key, self.number, rows])?;
            if rows > 0 {
                self.grown.insert(key);
            }
        }
        Ok(())
    }

    /// The number of a key that is changed.
    pub(super) fn key(&mut self, key: &Key) -> Result<i64> {
        let item = self.names.item_or_new(self.transaction, key)?;
        let sql = "SELECT id FROM keys WHERE item = ?1 AND of = ?2";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found = statement.query_row(params![item, &*key.of], |row| row.get(0)).optional()?;
        let id = match found {
            Some(id) => id,
            None => {
                let sql = "INSERT INTO keys (item, of, revision, rows) VALUES (?1, ?2, 0, 0)";
                self.transaction.prepare_cached(sql)?.execute(params![item, &*key.of])?;
                self.transaction.last_insert_rowid()
            }
        };
        self.changed.entry(id).or_default();
        Ok(id)
    }

    fn add(&mut self, added: &Added<'_>) -> Result<()> {
        let key = self.key(added.key)?;
        let item = self.names.item_or_new(self.transaction, added.key)?;
        let counter =
            self.names.counter_or_new(self.transaction, item, added.meaning, added.policy)?;
        let series = Series { key, counter };
        let before = self.row(series, added.record)?;
        let left = match &before {
            None => Shares::new(added.author.cloned(), added.entry.clone()),
            Some(before) => {
                let mut left = before.left()?;
                left.join(added.author, added.entry);
                left
            }
        };
        let after = Row::of(&left, added.policy)?;
        if before.is_none() {
            *self.changed.entry(key).or_default() += 1;
        }
        self.put(series, added.record, before.as_ref(), &after)
    }

    pub(super) fn row(&self, series: Series, record: &str) -> Result<Option<Row>> {
        let sql = "SELECT sure, at, weight, value, last, entry, author, shares FROM entries \
                   WHERE key = ?1 AND counter = ?2 AND record = ?3";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let found = statement
            .query_row(params![series.key, series.counter, record], |row| shared_row_of(row, 0));
        Ok(found.optional()?)
    }

    /// Writes a row in place of the one before.
    pub(super) fn put(
        &self,
        series: Series,
        record: &str,
        before: Option<&Row>,
        after: &Row,
    ) -> Result<()> {
        if before == Some(after) {
            return Ok(());
        }
        let old = before.and_then(|row| row.place);
        let Series { key, counter } = series;
        let place = after.place;
        let (sure, at) = (place.map(|place| place.sure), place.map(|place| place.at));
        let weight = place.map(|place| place.weight);
        let Row { value, last, entry, author, shares, .. } = after;
        if before.is_some() && old == place {
            let sql = "UPDATE entries SET value = ?4, last = ?5, entry = ?6, author = ?7, \
                       shares = ?8 WHERE key = ?1 AND counter = ?2 AND record = ?3";
            let mut statement = self.transaction.prepare_cached(sql)?;
            statement.execute(params![key, counter, record, value, last, entry, author, shares])?;
            return Ok(());
        }
        if let Some(old) = old {
            self.close_gap(series, old, record)?;
            // Out of the order, so that it is not found beside its new place.
            let sql =
                "UPDATE entries SET sure = NULL WHERE key = ?1 AND counter = ?2 AND record = ?3";
            self.transaction.prepare_cached(sql)?.execute(params![key, counter, record])?;
        }
        let sum = place.map(|place| self.make_room(series, place, record)).transpose()?;
        let sql = "INSERT INTO entries \
                   (key, counter, record, sure, at, weight, sum, value, last, entry, author, shares) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12) \
                   ON CONFLICT (key, counter, record) DO UPDATE SET sure = ?4, at = ?5, \
                   weight = ?6, sum = ?7, value = ?8, last = ?9, entry = ?10, author = ?11, \
                   shares = ?12";
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.execute(params![
            key, counter, record, sure, at, weight, sum, value, last, entry, author, shares
        ])?;
        Ok(())
    }

    /// The sum of a row that is about to stand at a place. Later sums are made greater. Only differences of sums count, so
    /// a row that becomes the first one changes no other.
    fn make_room(&self, series: Series, place: Place, record: &str) -> Result<i64> {
        let sum = match self.sum_before(series, place, record)? {
            Some(before) => {
                self.shift(series, place, record, place.weight)?;
                before.saturating_add(place.weight)
            }
            None => {
                let sql = "SELECT sum - weight FROM entries WHERE key = ?1 AND counter = ?2 \
                           AND sure = ?3 AND (at, record) > (?4, ?5) ORDER BY at, record LIMIT 1";
                self.beside(sql, series, place, record)?.unwrap_or(place.weight)
            }
        };
        if sum > MOST_SUM {
            self.sum_up(series, place.sure)?;
            return self.make_room(series, place, record);
        }
        Ok(sum)
    }

    /// Takes a row out of the sums.
    fn close_gap(&self, series: Series, place: Place, record: &str) -> Result<()> {
        match self.sum_before(series, place, record)? {
            Some(_) => self.shift(series, place, record, -place.weight),
            None => Ok(()),
        }
    }

    /// The sum of the row before a place.
    fn sum_before(&self, series: Series, place: Place, record: &str) -> Result<Option<i64>> {
        let sql = "SELECT sum FROM entries WHERE key = ?1 AND counter = ?2 AND sure = ?3 \
                   AND (at, record) < (?4, ?5) ORDER BY at DESC, record DESC LIMIT 1";
        self.beside(sql, series, place, record)
    }

    /// A sum of a row that a query finds next to a place.
    fn beside(&self, sql: &str, series: Series, place: Place, record: &str) -> Result<Option<i64>> {
        let Series { key, counter } = series;
        let at = params![key, counter, place.sure, place.at, record];
        let mut statement = self.transaction.prepare_cached(sql)?;
        Ok(statement.query_row(at, |row| row.get(0)).optional()?)
    }

    /// Changes the sums of all rows after a place.
    fn shift(&self, series: Series, place: Place, record: &str, by: i64) -> Result<()> {
        let sql = "UPDATE entries SET sum = sum + ?6 WHERE key = ?1 AND counter = ?2 AND sure = ?3 \
                   AND (at, record) > (?4, ?5)";
        let Series { key, counter } = series;
        let after = params![key, counter, place.sure, place.at, record, by];
        self.transaction.prepare_cached(sql)?.execute(after)?;
        Ok(())
    }

    /// Makes all sums anew, from zero.
    pub(super) fn sum_up(&self, series: Series, sure: bool) -> Result<()> {
        let sql = "UPDATE entries SET sum = fresh.sum FROM ( \
                     SELECT record, sum(weight) OVER (ORDER BY at, record) AS sum FROM entries \
                     WHERE key = ?1 AND counter = ?2 AND sure = ?3) AS fresh \
                   WHERE key = ?1 AND counter = ?2 AND entries.record = fresh.record";
        let of = params![series.key, series.counter, sure];
        self.transaction.prepare_cached(sql)?.execute(of)?;
        Ok(())
    }

    /// Removes an entry. Returns whether there was one.
    pub(super) fn remove(&self, series: Series, record: &str) -> Result<bool> {
        let Some(row) = self.row(series, record)? else { return Ok(false) };
        if let Some(place) = row.place {
            self.close_gap(series, place, record)?;
        }
        let sql = "DELETE FROM entries WHERE key = ?1 AND counter = ?2 AND record = ?3";
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.execute(params![series.key, series.counter, record])?;
        self.rows_removed(series.key, 1)?;
        Ok(true)
    }

    /// Counts rows that a key lost.
    pub(super) fn rows_removed(&self, key: i64, rows: u64) -> Result<()> {
        let sql = "UPDATE keys SET rows = rows - ?2, revision = ?3 WHERE id = ?1";
        let mut statement = self.transaction.prepare_cached(sql)?;
        statement.execute(params![key, rows.cast_signed(), self.number])?;
        Ok(())
    }

    /// Drops the oldest entries of the keys that were changed and have too many.
    pub(super) fn limit(&self, rows: u64) -> Result<()> {
        for key in &self.grown {
            let sql = "SELECT rows, known FROM keys WHERE id = ?1";
            let (held, known) = self.transaction.prepare_cached(sql)?.query_row([key], |row| {
                Ok((row.get::<_, i64>(0)?.cast_unsigned(), known_of(row.get(1)?)))
            })?;
            if held > rows {
                self.drop_oldest(*key, held - rows, known)?;
            }
        }
        Ok(())
    }

    fn drop_oldest(&self, key: i64, excess: u64, mut known: Known) -> Result<()> {
        let sql = "SELECT counter, record, coalesce(last, at) FROM entries \
                   JOIN counters ON counters.id = counter WHERE key = ?1 \
                   ORDER BY coalesce(last, at), record, meaning LIMIT ?2";
        let mut statement = self.transaction.prepare_cached(sql)?;
        let oldest = statement.query_map(params![key, excess.cast_signed()], |row| {
            Ok((row.get(0)?, row.get::<_, String>(1)?, row.get::<_, i64>(2)?))
        })?;
        for (counter, record, last) in oldest.collect::<rusqlite::Result<Vec<_>>>()? {
            self.remove(Series { key, counter }, &record)?;
            if last > i64::MIN {
                known = known.max(Known::after(instant_of(last)?));
            }
        }
        self.note_dropped(key, known)
    }

    /// Notes from when on no entry under a key was dropped.
    fn note_dropped(&self, key: i64, known: Known) -> Result<()> {
        let sql = "UPDATE keys SET known = coalesce(max(known, ?2), ?2) WHERE id = ?1";
        self.transaction.prepare_cached(sql)?.execute(params![key, known_column(known)])?;
        Ok(())
    }

    fn add_acts(&mut self, mark: &Marked<'_>) -> Result<()> {
        let Marked { author, history, .. } = mark;
        let (key, author) = (self.key(mark.key)?, author_column(*author));
        let record = |actor: &MarkActor| actor.record().map(|record| record.as_str().to_owned());
        let sql = "INSERT INTO acts (key, at, act, author, record) VALUES (?1, ?2, ?3, ?4, ?5) \
                   ON CONFLICT DO NOTHING";
        let mut statement = self.transaction.prepare_cached(sql)?;
        for act in &history.acts {
            let json = serde_json::to_string(act)?;
            statement.execute(params![key, nanos(act.at), json, author, record(&act.by)])?;
        }
        for (actor, ruled) in &history.rulings {
            let json = serde_json::to_string(actor)?;
            let sql = "SELECT ruled FROM rulings WHERE key = ?1 AND actor = ?2 AND author = ?3";
            let mut statement = self.transaction.prepare_cached(sql)?;
            let known =
                statement.query_row(params![key, json, author], |row| row.get::<_, String>(0));
            let known: Option<Ruled> =
                known.optional()?.map(|ruled| serde_json::from_str(&ruled)).transpose()?;
            let ruled = known.map_or(*ruled, |known| known.max(*ruled));
            let sql = "INSERT OR REPLACE INTO rulings (key, actor, author, record, ruled) \
                       VALUES (?1, ?2, ?3, ?4, ?5)";
            let ruled = serde_json::to_string(&ruled)?;
            let mut statement = self.transaction.prepare_cached(sql)?;
            statement.execute(params![key, json, author, record(actor), ruled])?;
        }
        Ok(())
    }

    fn log(&self, row: &LogRow<'_>) -> Result<()> {
        let LogRow { id, version, what } = row;
        match what {
            LogWhat::Kept { judging, decided, state } => {
                let sql = "INSERT INTO judgings (id, record, author, judging, decided, state) \
                           VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
                let (record, author) = (&*judging.record, judging.author.as_deref());
                let json = serde_json::to_string(judging)?;
                let mut statement = self.transaction.prepare_cached(sql)?;
                statement.execute(params![id, record, author, json, decided, state])?;
            }
            LogWhat::Forgotten { digest } => {
                let sql = "INSERT INTO judgings (id, version, forgotten) VALUES (?1, ?2, ?3)";
                self.transaction.prepare_cached(sql)?.execute(params![id, version, digest])?;
            }
        }
        Ok(())
    }

    pub(super) fn position(&self, stream: &str, at: &str) -> Result<()> {
        let sql = "INSERT OR REPLACE INTO positions (stream, at) VALUES (?1, ?2)";
        self.transaction.prepare_cached(sql)?.execute([stream, at])?;
        Ok(())
    }
}

/// A row of `entries`, whose columns begin at one of the result, without its authors.
pub(super) fn row_of(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Row> {
    let sure: Option<bool> = row.get(first)?;
    let place = match sure {
        Some(sure) => Some(Place { sure, at: row.get(first + 1)?, weight: row.get(first + 2)? }),
        None => None,
    };
    let (value, last) = (row.get(first + 3)?, row.get(first + 4)?);
    let entry = row.get(first + 5)?;
    Ok(Row { place, value, last, entry, author: String::new(), shares: None })
}

/// As [`row_of`], with two more columns that say who left it.
pub(super) fn shared_row_of(row: &rusqlite::Row<'_>, first: usize) -> rusqlite::Result<Row> {
    let (author, shares) = (row.get(first + 6)?, row.get(first + 7)?);
    Ok(Row { author, shares, ..row_of(row, first)? })
}
