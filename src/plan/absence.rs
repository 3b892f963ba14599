//! The records that can be none, in the form that the JSON reader of the engine needs.

use super::shape::{Shapes, Storage};
use crate::world::schema::{NestedRecord, Schema};

/// The records in a message that are not in a list or a map. The first bits of a word stand for them.
#[derive(Debug, Default)]
pub(crate) struct Absences {
    records: Vec<NestedRecord>,
    /// For each record: the records in it, each with the index of its field. The first entry is for the message itself.
    inside: Vec<Vec<(usize, NestedId)>>,
    /// The records that can be none, sorted by path.
    by_path: Vec<(Box<str>, Optional)>,
}

/// A record that can be none.
#[derive(Clone, Copy, Debug)]
struct Optional {
    id: NestedId,
    /// How it is stored in the row of the message.
    storage: Storage,
}

/// A record in a message, by its index in the schema's list plus one. Zero is the message itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NestedId(u8);

impl NestedId {
    pub(crate) const MESSAGE: Self = Self(0);
    /// The most records that a word has a bit for. Further records are left to the full reader.
    const MAX: usize = 63;

    fn new(index: usize) -> Option<Self> {
        (index < Self::MAX).then(|| u8::try_from(index + 1).ok().map(Self))?
    }

    /// The bit that stands for it.
    pub(crate) fn bit(self) -> u64 {
        1 << self.0
    }
}

impl Absences {
    pub(super) fn new(schema: &Schema, shapes: &Shapes) -> Self {
        let records = schema.nested_records();
        let mut stored: Vec<Storage> = vec![];
        let mut inside = vec![vec![]; records.len() + 1];
        let mut by_path = vec![];
        for (index, record) in records.iter().enumerate() {
            // A record comes before the records in it.
            let owner = match record.owner {
                Some(owner) => stored.get(owner).copied().unwrap_or_default(),
                None => Storage::Element { record: 0 },
            };
            let storage = shapes.storage_in(owner, record.field);
            stored.push(storage);
            let Some(id) = NestedId::new(index) else { continue };
            if let Some(inside) = inside.get_mut(record.owner.map_or(0, |owner| owner + 1)) {
                inside.push((record.field, id));
            }
            if record.is_optional {
                by_path.push((record.path.as_str().into(), Optional { id, storage }));
            }
        }
        by_path.sort_by(|(one, _): &(Box<str>, _), (other, _)| one.cmp(other));
        Self { records, inside, by_path }
    }

    /// The record in a field of another.
    pub(crate) fn inside(&self, owner: NestedId, field: usize) -> Option<NestedId> {
        let inside = self.inside.get(usize::from(owner.0))?;
        inside.iter().find(|(at, _)| *at == field).map(|(_, id)| *id)
    }

    /// How the record at a path is stored, if it can be none where the records of these bits are given.
    pub(crate) fn find(&self, path: &str, given: u64) -> Option<Storage> {
        let at = self.by_path.binary_search_by_key(&path, |(path, _)| path).ok()?;
        let (_, Optional { id, storage }) = self.by_path.get(at)?;
        (given & id.bit() == 0 && self.is_in_given(*id, given)).then_some(*storage)
    }

    /// Whether the records around a record are given. A record with a default always is.
    fn is_in_given(&self, id: NestedId, given: u64) -> bool {
        let mut owner = self.record(id).and_then(|record| record.owner);
        while let Some((index, record)) = owner.and_then(|at| Some((at, self.records.get(at)?))) {
            let is_given = NestedId::new(index).is_some_and(|id| given & id.bit() != 0);
            if record.is_optional && !is_given {
                return false;
            }
            owner = record.owner;
        }
        true
    }

    fn record(&self, id: NestedId) -> Option<&NestedRecord> {
        self.records.get(usize::from(id.0).checked_sub(1)?)
    }
}
