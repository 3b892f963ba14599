//! [`Names`]: the numbers by which tables name counters and marks.

use crate::fault::Result;
use crate::row::{kind_column, policy_column};
use lexloci::Text;
use lexloci::state::{Key, Kind, Policy};
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::HashMap;

/// The numbers of what was met. They never change.
#[derive(Debug, Default)]
pub(super) struct Names {
    items: HashMap<(Kind, bool, Text), i64>,
    counters: HashMap<(i64, Text), i64>,
}

impl Names {
    /// The number of a counter or mark, if it was ever met.
    pub(super) fn item(&mut self, connection: &Connection, key: &Key) -> Result<Option<i64>> {
        let name = (key.kind, key.shadow, key.item.clone());
        if let Some(id) = self.items.get(&name) {
            return Ok(Some(*id));
        }
        let sql = "SELECT id FROM items WHERE kind = ?1 AND item = ?2 AND shadow = ?3";
        let mut statement = connection.prepare_cached(sql)?;
        let named = params![kind_column(key.kind), &*key.item, key.shadow];
        let found = statement.query_row(named, |row| row.get(0)).optional()?;
        if let Some(id) = found {
            self.items.insert(name, id);
        }
        Ok(found)
    }

    /// The number of a counter or mark, which is given now if it has none.
    pub(super) fn item_or_new(&mut self, connection: &Connection, key: &Key) -> Result<i64> {
        if let Some(id) = self.item(connection, key)? {
            return Ok(id);
        }
        let sql = "INSERT INTO items (kind, item, shadow) VALUES (?1, ?2, ?3)";
        connection.execute(sql, params![kind_column(key.kind), &*key.item, key.shadow])?;
        Ok(connection.last_insert_rowid())
    }

    /// The number of a meaning of a counter, if it was ever met.
    pub(super) fn counter(
        &mut self,
        connection: &Connection,
        item: i64,
        meaning: &Text,
    ) -> Result<Option<i64>> {
        let name = (item, meaning.clone());
        if let Some(id) = self.counters.get(&name) {
            return Ok(Some(*id));
        }
        let sql = "SELECT id FROM counters WHERE item = ?1 AND meaning = ?2";
        let mut statement = connection.prepare_cached(sql)?;
        let found = statement.query_row(params![item, &**meaning], |row| row.get(0)).optional()?;
        if let Some(id) = found {
            self.counters.insert(name, id);
        }
        Ok(found)
    }

    /// The number of a meaning of a counter, which is given now if it has none. It is then not in service.
    pub(super) fn counter_or_new(
        &mut self,
        connection: &Connection,
        item: i64,
        meaning: &Text,
        policy: Policy,
    ) -> Result<i64> {
        if let Some(id) = self.counter(connection, item, meaning)? {
            return Ok(id);
        }
        let sql = "INSERT INTO counters (item, meaning, policy, in_service) VALUES (?1, ?2, ?3, 0)";
        connection.execute(sql, params![item, &**meaning, policy_column(policy)])?;
        Ok(connection.last_insert_rowid())
    }
}
