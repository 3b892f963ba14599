//! [`Sqlite`]: a store in one file, for one host.

mod archive;
mod keep;
mod names;
mod read;
mod schema;
mod upkeep;

use crate::fault::{Fault, Result};
use crate::row::{instant, known_of};
use crate::work::{LogRow, Marked, Work, by_person, id_of, version_of};
use keep::Keeping;
use lexloci::state::{
    Asks, Commit, Committed, CounterSpec, Delta, Erased, History, Judging, Key, Known, Line,
    Logged, MarkWhat, Outgoing, ROWS, State, Store, StoreError, Whom,
};
use lexloci::{Instant, Text};
use names::Names;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A store in one file. Several processes may have it open; one writes at a time. A commit is on the disk when it is
/// reported.
#[derive(Debug)]
pub struct Sqlite {
    connection: Connection,
    names: Names,
    salt: Vec<u8>,
    rows: u64,
}

impl Sqlite {
    /// Opens a file. If there is none, makes a store that knows nothing of the time before it begins; without a beginning,
    /// nothing happened before.
    ///
    /// # Errors
    /// When the file is no store, is a store of a newer version, or cannot be read. It is left as it is.
    pub fn open(
        path: impl AsRef<Path>,
        begins: Option<Instant>,
    ) -> std::result::Result<Self, StoreError> {
        let path = path.as_ref();
        let known = begins.map_or(Known::All, Known::From);
        Self::opened(schema::open(path, known)).map_err(|fault| about(path, fault))
    }

    /// Opens a file for questions alone: nothing can be written to it, and nothing is written beside it, unless a process that
    /// writes was killed.
    ///
    /// # Errors
    /// When there is none, or it is no store of this version, or cannot be read.
    pub fn open_to_read(path: impl AsRef<Path>) -> std::result::Result<Self, StoreError> {
        let path = path.as_ref();
        Self::opened(schema::open_to_read(path)).map_err(|fault| about(path, fault))
    }

    fn opened(connection: Result<Connection>) -> Result<Self> {
        let connection = connection?;
        let salt = connection.query_row("SELECT salt FROM store", [], |row| row.get(0))?;
        Ok(Self { connection, names: Names::default(), salt, rows: ROWS as u64 })
    }

    /// The same store with another limit of entries that a counter keeps under a key.
    #[must_use]
    pub fn with_rows(mut self, rows: usize) -> Self {
        self.rows = rows as u64;
        self
    }

    /// Does something in a transaction that writes. If it fails, nothing is written.
    fn write<T>(&mut self, work: impl FnOnce(&mut Keeping<'_>) -> Result<T>) -> Result<T> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = Keeping::begin(&transaction, &mut self.names)
            .and_then(|mut keeping| work(&mut keeping).map(|done| (done, keeping.is_refused)));
        let done = match done {
            Ok((done, false)) => transaction.commit().map(|()| done).map_err(Into::into),
            Ok((done, true)) => transaction.rollback().map(|()| done).map_err(Into::into),
            Err(fault) => Err(fault),
        };
        if done.is_err() {
            // What was numbered in this transaction is gone.
            self.names = Names::default();
        }
        done
    }

    /// Does something on one state of the file.
    fn look<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>, &mut Names) -> Result<T>,
    ) -> Result<T> {
        let transaction = self.connection.transaction()?;
        let found = work(&transaction, &mut self.names)?;
        transaction.commit()?;
        Ok(found)
    }

    fn committed(&mut self, batch: &Commit<'_>) -> Result<Committed> {
        let (salt, rows) = (self.salt.clone(), self.rows);
        self.write(|keeping| {
            let counted = batch.judgings.iter().map(|one| keeping.counted(&salt, one));
            let counted: Vec<Cow<'_, Delta>> = counted.collect::<Result<_>>()?;
            let mut work = Work::default();
            let (mut seen, mut is_new, mut changed) = (BTreeSet::new(), vec![], BTreeSet::new());
            for (one, delta) in batch.judgings.iter().zip(&counted) {
                let row = LogRow::of(&salt, one.judging, &one.decided, &one.state)?;
                let new = !seen.contains(&row.id) && !keeping.is_kept(&row.id)?;
                is_new.push(new);
                if !new {
                    continue;
                }
                for (key, read) in one.read {
                    if !changed.contains(key) && keeping.revision(key)? != *read {
                        changed.insert(key.clone());
                    }
                }
                seen.insert(row.id.clone());
                if !keeping.is_forgotten(&row.version)? {
                    work.add_delta(one.judging, delta);
                }
                work.add(one, row);
            }
            if !changed.is_empty() {
                keeping.is_refused = true;
                return Ok(Committed::Changed(changed.into_iter().collect()));
            }
            keeping.keep(&work)?;
            keeping.limit(rows)?;
            if let Some(position) = &batch.position {
                keeping.position(&position.stream, &position.at)?;
            }
            Ok(Committed::Kept(is_new))
        })
    }

    fn found_log(&mut self, judging: &Judging) -> Result<Option<Logged>> {
        let (id, version) = (id_of(&self.salt, judging)?, version_of(&self.salt, judging)?);
        self.look(|transaction, _| {
            let sql = "SELECT decided, state, forgotten FROM judgings WHERE id = ?1";
            let text = |text: Option<String>| Text::from(text.unwrap_or_default());
            let logged = transaction.prepare_cached(sql)?.query_row([id], |row| {
                let (decided, state) = (text(row.get(0)?), text(row.get(1)?));
                let forgotten: Option<String> = row.get(2)?;
                Ok(match forgotten {
                    Some(digest) => Logged::Forgotten { digest: digest.into() },
                    None => Logged::Decision { decided, state },
                })
            });
            if let Some(logged) = logged.optional()? {
                return Ok(Some(logged));
            }
            let sql = "SELECT 1 FROM judgings WHERE version = ?1";
            let is_forgotten = transaction.prepare_cached(sql)?.exists([version])?;
            Ok(is_forgotten.then_some(Logged::ForgottenVersion))
        })
    }

    fn outbox(&mut self, limit: usize) -> Result<Vec<(u64, Outgoing)>> {
        let sql = "SELECT number, record, kind, payload FROM outbox ORDER BY number LIMIT ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let found = statement.query_map([limit], |row| {
            let text = |column| row.get::<_, String>(column).map(Text::from);
            let outgoing = Outgoing { record: text(1)?, kind: text(2)?, payload: text(3)? };
            Ok((row.get::<_, i64>(0)?.cast_unsigned(), outgoing))
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    fn begins(connection: &Connection) -> Result<(Known, Option<Instant>)> {
        let found = connection.query_row("SELECT begins, latest FROM store", [], |row| {
            Ok((known_of(row.get(0)?), row.get::<_, Option<i64>>(1)?.and_then(instant)))
        });
        Ok(found?)
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        schema::close(&self.connection);
    }
}

/// A fault, with the file that has it.
fn about(path: &Path, fault: Fault) -> StoreError {
    let StoreError(why) = fault.into();
    StoreError(format!("{}: {why}", path.display()))
}

impl Store for Sqlite {
    fn adopt(&mut self, counters: &[CounterSpec]) -> std::result::Result<(), StoreError> {
        Ok(self.write(|keeping| upkeep::adopt(keeping, counters))?)
    }

    fn read(&mut self, asks: &[Asks]) -> std::result::Result<Vec<State>, StoreError> {
        Ok(self.look(|transaction, names| {
            asks.iter().map(|asks| read::state(transaction, names, asks)).collect()
        })?)
    }

    fn histories(
        &mut self,
        keys: &[Key],
    ) -> std::result::Result<BTreeMap<Key, (History, u64)>, StoreError> {
        Ok(self.look(|transaction, names| {
            let histories = keys.iter().map(|key| {
                let found = read::history(transaction, names, key)?;
                Ok((key.clone(), found))
            });
            histories.collect()
        })?)
    }

    fn commit(&mut self, batch: &Commit<'_>) -> std::result::Result<Committed, StoreError> {
        Ok(self.committed(batch)?)
    }

    fn logged(&mut self, judging: &Judging) -> std::result::Result<Option<Logged>, StoreError> {
        Ok(self.found_log(judging)?)
    }

    fn latest(&mut self) -> std::result::Result<Option<Instant>, StoreError> {
        Ok(Self::begins(&self.connection)?.1)
    }

    fn position(&mut self, stream: &str) -> std::result::Result<Option<Text>, StoreError> {
        Ok(self.look(|transaction, _| {
            let sql = "SELECT at FROM positions WHERE stream = ?1";
            let found = transaction.query_row(sql, [stream], |row| row.get::<_, String>(0));
            Ok(found.optional()?.map(Text::from))
        })?)
    }

    fn pending(&mut self, limit: usize) -> std::result::Result<Vec<(u64, Outgoing)>, StoreError> {
        Ok(self.outbox(limit)?)
    }

    fn sent(&mut self, numbers: &[u64]) -> std::result::Result<(), StoreError> {
        Ok(self.write(|keeping| {
            let mut statement =
                keeping.transaction.prepare_cached("DELETE FROM outbox WHERE number = ?1")?;
            for number in numbers {
                statement.execute(params![number.cast_signed()])?;
            }
            Ok(())
        })?)
    }

    fn mark(
        &mut self,
        key: &Key,
        person: &str,
        at: Instant,
        what: &MarkWhat,
    ) -> std::result::Result<(), StoreError> {
        let history = by_person(person, at, what);
        let marks = vec![Marked { key, author: None, history: &history }];
        let work = Work { marks, ..Work::default() };
        Ok(self.write(|keeping| keeping.keep(&work))?)
    }

    fn sweep(&mut self, at: Instant) -> std::result::Result<u64, StoreError> {
        Ok(upkeep::sweep(self, at)?)
    }

    fn forget(&mut self, whom: &Whom) -> std::result::Result<Erased, StoreError> {
        Ok(upkeep::forget(self, whom)?)
    }

    fn show(&mut self, whom: &Whom) -> std::result::Result<Vec<Line>, StoreError> {
        Ok(self.look(|transaction, _| archive::about(transaction, whom))?)
    }

    fn ids(&mut self) -> std::result::Result<BTreeSet<Text>, StoreError> {
        Ok(self.look(|transaction, _| archive::ids(transaction))?)
    }
}
