//! The record types in the form that the JSON reader of the engine needs: hash tables from the bytes of a key to its
//! field.

use super::grams::GOLDEN_RATIO;
use crate::world::schema::{Presence, RecordType, Schema};
use crate::world::value::Type;

/// A record type.
#[derive(Debug)]
pub(crate) struct Layout {
    /// In the order of the schema.
    pub(crate) fields: Box<[FieldLayout]>,
    /// An open hash table of fields, with linear probing.
    table: Box<[u8]>,
    /// The required fields, one bit for each.
    pub(crate) required: u64,
    /// The fields that have a default.
    pub(crate) defaulted: u64,
}

#[derive(Debug)]
pub(crate) struct FieldLayout {
    pub(crate) name: Box<str>,
    pub(crate) ty: Type,
    /// False for a derived field: the reader computes it.
    pub(crate) is_allowed_in_json: bool,
}

/// An empty slot of the table.
const EMPTY: u8 = u8::MAX;
/// The reader has one 64-bit word with a bit for each field that it has seen. Record types with more fields are left to the
/// full reader.
const MAX_FIELDS: usize = 64;

impl Layout {
    /// The layouts of all record types, by index.
    pub(super) fn all(schema: &Schema) -> Vec<Option<Self>> {
        schema.records().map(|(_, record)| Self::new(record)).collect()
    }

    fn new(record: &RecordType) -> Option<Self> {
        if record.fields.len() > MAX_FIELDS {
            return None;
        }
        let fields: Box<[FieldLayout]> = record
            .fields
            .iter()
            .map(|(name, field)| FieldLayout {
                name: name.as_str().into(),
                ty: field.ty.clone(),
                is_allowed_in_json: field.presence != Presence::Derived,
            })
            .collect();
        let mut table = vec![EMPTY; (fields.len() * 4).next_power_of_two()];
        for (number, field) in fields.iter().enumerate() {
            let free = probes(field.name.as_bytes(), table.len())
                .find(|at| table.get(*at).is_some_and(|taken| *taken == EMPTY));
            if let Some(slot) = free.and_then(|at| table.get_mut(at)) {
                *slot = u8::try_from(number).unwrap_or(EMPTY);
            }
        }
        let bits = |is_wanted: fn(&Presence) -> bool| {
            let numbered = record.fields.values().enumerate();
            let wanted = numbered.filter(|(_, field)| is_wanted(&field.presence));
            wanted.fold(0, |bits, (number, _)| bits | 1 << number)
        };
        Some(Self {
            fields,
            table: table.into(),
            required: bits(|presence| *presence == Presence::Required),
            defaulted: bits(|presence| matches!(presence, Presence::Default(_))),
        })
    }

    /// The index of the field with this key.
    pub(crate) fn find(&self, key: &[u8]) -> Option<usize> {
        probes(key, self.table.len())
            .map_while(|at| self.table.get(at).copied().filter(|number| *number != EMPTY))
            .map(usize::from)
            .find(|number| {
                self.fields.get(*number).is_some_and(|field| field.name.as_bytes() == key)
            })
    }
}

/// The slots in which a key may be, in the order of probing. The hash is made of the length of the key and of its first,
/// middle and last byte; they tell the fields of the standard library apart.
fn probes(key: &[u8], size: usize) -> impl Iterator<Item = usize> {
    let byte = |at: usize| u64::from(key.get(at).copied().unwrap_or_default());
    let last = byte(key.len().saturating_sub(1));
    let mixed = byte(0) << 16 ^ last << 8 ^ byte(key.len() / 2) ^ (key.len() as u64) << 24;
    let hash = mixed.wrapping_mul(GOLDEN_RATIO) >> 40;
    let mask = size.saturating_sub(1);
    let start = usize::try_from(hash).unwrap_or_default();
    (0..size).map(move |step| start.wrapping_add(step) & mask)
}

#[cfg(test)]
mod tests {
    use super::Layout;
    use crate::world::schema::{Field, Presence, RecordType};
    use crate::world::value::Type;

    #[test]
    fn every_field_is_found_and_nothing_else() {
        let field = || Field { doc: String::new(), ty: Type::Int, presence: Presence::Required };
        let names: Vec<String> = (0..64).map(|number| format!("field_{number}_x")).collect();
        let fields = names.iter().map(|name| (name.clone(), field())).collect();
        let layout = Layout::new(&RecordType { doc: String::new(), fields }).unwrap();
        for (number, name) in names.iter().enumerate() {
            assert_eq!(layout.find(name.as_bytes()), Some(number));
        }
        for other in ["", "field_1_y", "field_64_x", "fieldx"] {
            assert_eq!(layout.find(other.as_bytes()), None, "{other}");
        }
        assert_eq!(layout.required, u64::MAX);
    }
}
