//! [`Postgres`]: a store on a server, for many hosts.

mod archive;
mod keep;
mod link;
mod read;
mod upkeep;

use crate::fault::Result;
use crate::row::{instant, known_of};
use crate::work::{LogRow, Marked, Work, by_person, id_of, other_versions, version_of};
use keep::Keeping;
use lexloci::state::{
    Asks, Commit, Committed, CounterSpec, Erased, History, Judging, Key, Known, Line, Logged,
    MarkWhat, Outgoing, ROWS, State, Store, StoreError, Whom,
};
use lexloci::{Instant, Text};
use link::{Link, Session};
use std::collections::{BTreeMap, BTreeSet};

/// A store on a PostgreSQL server. Many hosts may use it at the same time; a commit locks the keys that it reads or changes,
/// in their order. When the connection breaks, the call fails, and the next one connects anew.
#[derive(Debug)]
pub struct Postgres {
    link: Link,
    salt: Vec<u8>,
    rows: u64,
}

impl Postgres {
    /// Connects to a server (`host=/run/postgresql user=lexloci dbname=lexloci`) and opens the tables in one of its schemas.
    /// If there are none, makes a store that knows nothing of the time before it begins; without a beginning, nothing
    /// happened before. The connection is not encrypted.
    ///
    /// # Errors
    /// When the server does not answer, or has a store of a newer version.
    pub fn open(
        server: &str,
        schema: &str,
        begins: Option<Instant>,
    ) -> std::result::Result<Self, StoreError> {
        let known = begins.map_or(Known::All, Known::From);
        let (link, salt) = Link::open(server, schema, known)?;
        Ok(Self { link, salt, rows: ROWS as u64 })
    }

    /// The same store with another limit of entries that a counter keeps under a key.
    #[must_use]
    pub fn with_rows(mut self, rows: usize) -> Self {
        self.rows = rows as u64;
        self
    }

    fn committed(&mut self, batch: &Commit<'_>) -> Result<Committed> {
        let mut rows = vec![];
        for one in &batch.judgings {
            rows.push(LogRow::of(&self.salt, one.judging, &one.decided, &one.state)?);
        }
        let mut others = vec![];
        for one in &batch.judgings {
            others.push(other_versions(&self.salt, one)?);
        }
        let limit = self.rows;
        self.link.write(|session| {
            let mut new = keep::log(session, &rows)?;
            let forgotten = keep::forgotten(session, &others)?;
            let counted = batch.judgings.iter().zip(&forgotten);
            let counted: Vec<_> =
                counted.map(|(one, versions)| one.delta.without(versions)).collect();
            let mut work = Work::default();
            let (mut is_new, mut read) = (vec![], vec![]);
            for ((one, delta), row) in batch.judgings.iter().zip(&counted).zip(&rows) {
                let is_forgotten = new.remove(&row.id);
                is_new.push(is_forgotten.is_some());
                if is_forgotten == Some(false) {
                    work.add_delta(one.judging, delta);
                }
                if is_forgotten.is_some() {
                    work.add(one, row.clone());
                    read.extend(one.read);
                }
            }
            let mut keeping = Keeping::begin(session, &work, read.iter().map(|(key, _)| *key))?;
            let read = read.into_iter();
            let changed: BTreeSet<_> = read
                .filter(|(key, revision)| keeping.revision(key) != **revision)
                .map(|(key, _)| key.clone())
                .collect();
            if !changed.is_empty() {
                session.is_refused = true;
                return Ok(Committed::Changed(changed.into_iter().collect()));
            }
            keeping.keep(session, &work)?;
            keeping.limit(session, limit)?;
            if let Some(position) = &batch.position {
                keep::position(session, &position.stream, &position.at)?;
            }
            keep::seen(session, work.latest())?;
            Ok(Committed::Kept(is_new))
        })
    }

    fn found_log(&mut self, judging: &Judging) -> Result<Option<Logged>> {
        let (id, version) = (id_of(&self.salt, judging)?, version_of(&self.salt, judging)?);
        self.link.look(|session| {
            let sql = "SELECT id = $1, decided, state, forgotten FROM judgings \
                       WHERE id = $1 OR version = $2 ORDER BY id <> $1 LIMIT 1";
            let row = session.query(sql, &[&id, &version])?.into_iter().next();
            let text = |text: Option<String>| Text::from(text.unwrap_or_default());
            row.map(|row| {
                let forgotten: Option<String> = row.try_get(3)?;
                Ok(match (row.try_get(0)?, forgotten) {
                    (false, _) => Logged::ForgottenVersion,
                    (true, Some(digest)) => Logged::Forgotten { digest: digest.into() },
                    (true, None) => {
                        let (decided, state) = (text(row.try_get(1)?), text(row.try_get(2)?));
                        Logged::Decision { decided, state }
                    }
                })
            })
            .transpose()
        })
    }

    fn outbox(&mut self, limit: usize) -> Result<Vec<(u64, Outgoing)>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.link.look(|session| {
            let sql = "SELECT number, record, kind, payload FROM outbox ORDER BY number LIMIT $1";
            let rows = session.query(sql, &[&limit])?.into_iter();
            let outgoing = rows.map(|row| {
                let text = |column| row.try_get::<usize, String>(column).map(Text::from);
                let outgoing = Outgoing { record: text(1)?, kind: text(2)?, payload: text(3)? };
                Ok((row.try_get::<usize, i64>(0)?.cast_unsigned(), outgoing))
            });
            outgoing.collect()
        })
    }

    fn begins(session: &mut Session<'_>) -> Result<(Known, Option<Instant>)> {
        let row = session.one("SELECT begins, latest FROM store", &[])?;
        let latest: Option<i64> = row.try_get(1)?;
        Ok((known_of(row.try_get(0)?), latest.and_then(instant)))
    }
}

impl Store for Postgres {
    fn adopt(&mut self, counters: &[CounterSpec]) -> std::result::Result<(), StoreError> {
        Ok(self.link.write(|session| upkeep::adopt(session, counters))?)
    }

    fn read(&mut self, asks: &[Asks]) -> std::result::Result<Vec<State>, StoreError> {
        Ok(self.link.look(|session| read::states(session, asks))?)
    }

    fn histories(
        &mut self,
        keys: &[Key],
    ) -> std::result::Result<BTreeMap<Key, (History, u64)>, StoreError> {
        Ok(self.link.look(|session| read::histories(session, keys))?)
    }

    fn commit(&mut self, batch: &Commit<'_>) -> std::result::Result<Committed, StoreError> {
        Ok(self.committed(batch)?)
    }

    fn logged(&mut self, judging: &Judging) -> std::result::Result<Option<Logged>, StoreError> {
        Ok(self.found_log(judging)?)
    }

    fn latest(&mut self) -> std::result::Result<Option<Instant>, StoreError> {
        Ok(self.link.look(Self::begins)?.1)
    }

    fn position(&mut self, stream: &str) -> std::result::Result<Option<Text>, StoreError> {
        Ok(self.link.look(|session| {
            let rows = session.query("SELECT at FROM positions WHERE stream = $1", &[&stream])?;
            let at = rows.first().map(|row| row.try_get::<usize, String>(0)).transpose()?;
            Ok(at.map(Text::from))
        })?)
    }

    fn pending(&mut self, limit: usize) -> std::result::Result<Vec<(u64, Outgoing)>, StoreError> {
        Ok(self.outbox(limit)?)
    }

    fn sent(&mut self, numbers: &[u64]) -> std::result::Result<(), StoreError> {
        let numbers: Vec<_> = numbers.iter().map(|number| number.cast_signed()).collect();
        Ok(self.link.write(|session| {
            session.execute("DELETE FROM outbox WHERE number = ANY($1)", &[&numbers]).map(|_| ())
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
        Ok(self.link.write(|session| {
            Keeping::begin(session, &work, std::iter::empty())?.keep(session, &work)
        })?)
    }

    fn sweep(&mut self, at: Instant) -> std::result::Result<u64, StoreError> {
        Ok(upkeep::sweep(&mut self.link, at)?)
    }

    fn forget(&mut self, whom: &Whom) -> std::result::Result<Erased, StoreError> {
        let salt = self.salt.clone();
        Ok(self.link.write(|session| upkeep::forget(session, &salt, whom))?)
    }

    fn show(&mut self, whom: &Whom) -> std::result::Result<Vec<Line>, StoreError> {
        Ok(self.link.look(|session| archive::about(session, whom))?)
    }

    fn ids(&mut self) -> std::result::Result<BTreeSet<Text>, StoreError> {
        Ok(self.link.look(archive::ids)?)
    }
}
