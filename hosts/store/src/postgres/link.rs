//! [`Link`]: the connection, which is made anew when it broke. [`Session`]: a transaction on it.

use crate::fault::{Fault, Result};
use crate::row::{kind_column, known_column, policy_column};
use crate::work::salt;
use lexloci::Text;
use lexloci::state::{Key, Kind, Known, Policy};
use postgres::types::ToSql;
use postgres::{Client, Config, IsolationLevel, NoTls, Row, Statement, Transaction};
use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

/// What each version of the tables added, the first one first.
const MIGRATIONS: [&str; 1] = [include_str!("schema.sql")];

/// How often a transaction is tried when others are in the way.
const TRIES: usize = 10;

/// How long a server may say nothing, if its description does not tell.
const PATIENCE: Duration = Duration::from_secs(10);

/// A connection to a schema of a server.
pub(super) struct Link {
    server: String,
    schema: String,
    client: Option<Client>,
    memory: Memory,
}

/// What a connection needs to be told only once.
#[derive(Default)]
struct Memory {
    statements: HashMap<&'static str, Statement>,
    items: HashMap<(Kind, bool, Text), i64>,
    counters: HashMap<(i64, Text), i64>,
}

/// A transaction.
pub(super) struct Session<'c> {
    transaction: Transaction<'c>,
    memory: &'c mut Memory,
    /// Whether nothing is to be kept after all.
    pub is_refused: bool,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The description of the server may hold a password.
        f.debug_struct("Link").field("schema", &self.schema).finish_non_exhaustive()
    }
}

impl Link {
    pub(super) fn open(server: &str, schema: &str, known: Known) -> Result<(Self, Vec<u8>)> {
        let is_plain =
            schema.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if !is_plain || schema.is_empty() {
            return Err(Fault::new("the name of a schema has lower case letters, digits and `_`"));
        }
        let (server, schema) = (server.to_owned(), schema.to_owned());
        let mut link = Self { server, schema, client: None, memory: Memory::default() };
        let salt = link.prepare(known)?;
        Ok((link, salt))
    }

    /// Makes the tables if there are none. Returns the salt of the store.
    fn prepare(&mut self, known: Known) -> Result<Vec<u8>> {
        let schema = self.schema.clone();
        let client = self.client()?;
        let mut transaction = client.transaction()?;
        // One process at a time makes the tables.
        transaction.batch_execute(&format!(
            "SELECT pg_advisory_xact_lock(hashtext('lexloci {schema}'))"
        ))?;
        transaction.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {schema}"))?;
        let sql = "SELECT count(*), count(*) FILTER (WHERE table_name = 'store') \
                   FROM information_schema.tables WHERE table_schema = $1";
        let row = transaction.query_one(sql, &[&schema])?;
        let (tables, stores): (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
        if tables > 0 && stores == 0 {
            return Err(Fault::new(format!(
                "the schema {schema} has tables, but no store of lexloci"
            )));
        }
        let version = match stores {
            0 => 0,
            _ => {
                transaction.query_one("SELECT version FROM store", &[])?.try_get::<usize, i64>(0)?
            }
        };
        let newest = MIGRATIONS.len();
        let version = usize::try_from(version).ok().filter(|version| *version <= newest);
        let version = version.ok_or_else(|| {
            Fault::new(format!(
                "the store has newer tables than this program, which knows version {newest}"
            ))
        })?;
        for migration in MIGRATIONS.iter().skip(version) {
            transaction.batch_execute(migration)?;
        }
        let newest = i64::try_from(newest).unwrap_or(i64::MAX);
        if version == 0 {
            let sql = "INSERT INTO store (one, version, begins, salt) VALUES (1, $1, $2, $3)";
            transaction.execute(sql, &[&newest, &known_column(known), &salt()?])?;
        }
        transaction.execute("UPDATE store SET version = $1 WHERE version < $1", &[&newest])?;
        let salt = transaction.query_one("SELECT salt FROM store", &[])?.try_get(0)?;
        transaction.commit()?;
        Ok(salt)
    }

    fn client(&mut self) -> Result<&mut Client> {
        if self.client.as_ref().is_some_and(Client::is_closed) {
            self.client = None;
        }
        let client = match self.client.take() {
            Some(client) => client,
            None => {
                self.memory = Memory::default();
                let mut server: Config = self.server.parse()?;
                // A server that says nothing does not answer.
                let patience = server.get_connect_timeout().copied().unwrap_or(PATIENCE);
                server.connect_timeout(patience);
                let patience = server.get_tcp_user_timeout().copied().unwrap_or(PATIENCE);
                server.tcp_user_timeout(patience);
                let mut client = server.connect(NoTls)?;
                client.batch_execute(&format!(
                    "SET search_path TO {}; SET client_min_messages TO warning; \
                     SET statement_timeout TO '60s'; SET jit TO off",
                    self.schema
                ))?;
                client
            }
        };
        Ok(self.client.insert(client))
    }

    /// Does something in a transaction that writes, again if others were in the way. If it fails, nothing is written; if
    /// the connection breaks at the end, all or nothing is.
    pub(super) fn write<T>(&mut self, work: impl Fn(&mut Session<'_>) -> Result<T>) -> Result<T> {
        let mut tries = 1;
        loop {
            match self.attempt(&work, false) {
                Err(Fault::InTheWay(_)) if tries < TRIES => tries += 1,
                done => return done,
            }
        }
    }

    /// As `write`, for work that can be done once.
    pub(super) fn write_once<T>(
        &mut self,
        work: impl FnOnce(&mut Session<'_>) -> Result<T>,
    ) -> Result<T> {
        self.attempt(work, false)
    }

    /// Does something on one state of the tables.
    pub(super) fn look<T>(
        &mut self,
        work: impl FnOnce(&mut Session<'_>) -> Result<T>,
    ) -> Result<T> {
        self.attempt(work, true)
    }

    fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Session<'_>) -> Result<T>,
        is_look: bool,
    ) -> Result<T> {
        self.client()?;
        let Some(client) = &mut self.client else { return Err(Fault::new("no connection")) };
        let memory = &mut self.memory;
        let done = (|| {
            let transaction = if is_look {
                let level = IsolationLevel::RepeatableRead;
                client.build_transaction().read_only(true).isolation_level(level).start()?
            } else {
                client.transaction()?
            };
            let mut session = Session { transaction, memory, is_refused: false };
            let done = work(&mut session)?;
            if session.is_refused {
                session.transaction.rollback()?;
            } else {
                session.transaction.commit()?;
            }
            Ok(done)
        })();
        if done.is_err() {
            // What was numbered in this transaction is gone.
            self.memory.items.clear();
            self.memory.counters.clear();
        }
        done
    }
}

type Values<'v> = &'v [&'v (dyn ToSql + Sync)];

impl Session<'_> {
    fn statement(&mut self, sql: &'static str) -> Result<Statement> {
        if let Some(statement) = self.memory.statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.transaction.prepare(sql)?;
        self.memory.statements.insert(sql, statement.clone());
        Ok(statement)
    }

    pub(super) fn query(&mut self, sql: &'static str, values: Values<'_>) -> Result<Vec<Row>> {
        let statement = self.statement(sql)?;
        Ok(self.transaction.query(&statement, values)?)
    }

    pub(super) fn one(&mut self, sql: &'static str, values: Values<'_>) -> Result<Row> {
        let statement = self.statement(sql)?;
        Ok(self.transaction.query_one(&statement, values)?)
    }

    pub(super) fn execute(&mut self, sql: &'static str, values: Values<'_>) -> Result<u64> {
        let statement = self.statement(sql)?;
        Ok(self.transaction.execute(&statement, values)?)
    }

    /// Marks a place in the transaction.
    pub(super) fn savepoint(&mut self) -> Result<()> {
        Ok(self.transaction.batch_execute("SAVEPOINT here")?)
    }

    /// Forgets the place that was marked.
    pub(super) fn release(&mut self) -> Result<()> {
        Ok(self.transaction.batch_execute("RELEASE SAVEPOINT here")?)
    }

    /// Takes back what was written since the place was marked.
    pub(super) fn roll_back(&mut self) -> Result<()> {
        self.transaction.batch_execute("ROLLBACK TO SAVEPOINT here")?;
        self.memory.items.clear();
        self.memory.counters.clear();
        Ok(())
    }

    /// The number of a counter or mark, if it was ever met.
    pub(super) fn item(&mut self, key: &Key) -> Result<Option<i64>> {
        let name = (key.kind, key.shadow, key.item.clone());
        if let Some(id) = self.memory.items.get(&name) {
            return Ok(Some(*id));
        }
        let sql = "SELECT id FROM items WHERE kind = $1 AND item = $2 AND shadow = $3";
        let found = self.query(sql, &[&kind_column(key.kind), &key.item.as_str(), &key.shadow])?;
        let id = found.first().map(|row| row.try_get(0)).transpose()?;
        if let Some(id) = id {
            self.memory.items.insert(name, id);
        }
        Ok(id)
    }

    /// The number of a counter or mark, which is given now if it has none.
    pub(super) fn item_or_new(&mut self, key: &Key) -> Result<i64> {
        if let Some(id) = self.item(key)? {
            return Ok(id);
        }
        let sql =
            "INSERT INTO items (kind, item, shadow) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        self.execute(sql, &[&kind_column(key.kind), &key.item.as_str(), &key.shadow])?;
        self.item(key)?.ok_or_else(|| Fault::new("a counter has no number"))
    }

    /// The number of a meaning of a counter, if it was ever met.
    pub(super) fn counter(&mut self, item: i64, meaning: &Text) -> Result<Option<i64>> {
        let name = (item, meaning.clone());
        if let Some(id) = self.memory.counters.get(&name) {
            return Ok(Some(*id));
        }
        let sql = "SELECT id FROM counters WHERE item = $1 AND meaning = $2";
        let found = self.query(sql, &[&item, &meaning.as_str()])?;
        let id = found.first().map(|row| row.try_get(0)).transpose()?;
        if let Some(id) = id {
            self.memory.counters.insert(name, id);
        }
        Ok(id)
    }

    /// The number of a meaning of a counter, which is given now if it has none. It is then not in service.
    pub(super) fn counter_or_new(
        &mut self,
        item: i64,
        meaning: &Text,
        policy: Policy,
    ) -> Result<i64> {
        if let Some(id) = self.counter(item, meaning)? {
            return Ok(id);
        }
        let sql = "INSERT INTO counters (item, meaning, policy, in_service) \
                   VALUES ($1, $2, $3, false) ON CONFLICT DO NOTHING";
        self.execute(sql, &[&item, &meaning.as_str(), &policy_column(policy)])?;
        self.counter(item, meaning)?.ok_or_else(|| Fault::new("a counter has no number"))
    }
}
