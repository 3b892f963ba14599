//! The schema of records. It is built from the `record` items of the standard library and of `schema.loci`. The record
//! reader, the checker, completion and the published JSON Schema use it.

use crate::base::limits::{RECORD_LIST, RecordLimits};
use crate::world::by_name::ByName;
use crate::world::standard::{author, link, notice, order};
use crate::world::value::{Inside, RecordId, Type, Value};
use foldhash::fast::RandomState;
use indexmap::IndexMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// All record types. Rules judge records of the type `message`.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// The record types by name. They are looked up for every message that is read.
    pub(crate) records: IndexMap<String, RecordType, RandomState>,
    /// A hash of everything but the documentation. Records hold their fields by number, so a record can only be read with
    /// a schema that has the same fingerprint.
    pub(crate) fingerprint: u64,
    /// How large records may be.
    pub(crate) limits: RecordLimits,
    /// For each record type, whether it is that of authors or contains them.
    has_authors: Vec<bool>,
}

/// One record type.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RecordType {
    /// Its documentation: the `##` lines above it.
    pub doc: String,
    /// Its fields by name, in order.
    pub fields: ByName<Field>,
}

/// A record in a message.
#[derive(Clone, Debug)]
pub(crate) struct NestedRecord {
    /// `reply.author`
    pub(crate) path: String,
    /// The record that it is in, by index; `None` for the message.
    pub(crate) owner: Option<usize>,
    /// The index of its field there.
    pub(crate) field: usize,
    /// Whether it can be missing, or none.
    pub(crate) is_optional: bool,
}

/// One field.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Field {
    /// Its documentation: the `##` lines above it.
    pub doc: String,
    /// Its type.
    pub ty: Type,
    /// Whether it can be missing.
    pub presence: Presence,
}

/// Whether a field can be missing.
#[derive(Clone, Debug, PartialEq)]
pub enum Presence {
    /// A record without the field is refused.
    Required,
    /// The field may be missing. A condition on a missing field is unknown, not false.
    Optional,
    /// An absent field has this value.
    Default(Value),
    /// The field is not in the JSON. It is computed when the record is read. It can be missing, unless it is a surface.
    Derived,
}

impl Field {
    /// Whether it can be missing from a record that is present.
    pub(crate) fn can_be_missing(&self) -> bool {
        match self.presence {
            Presence::Required | Presence::Default(_) => false,
            Presence::Optional => true,
            Presence::Derived => self.ty != Type::Surface,
        }
    }
}

impl Schema {
    /// The name of the record type that rules judge.
    pub const MESSAGE: &str = "message";

    /// Computes the fingerprint of a complete schema: names, types, presence and defaults in the order of their
    /// declaration, which is the order in which records hold them. Documentation does not count.
    pub(crate) fn seal(&mut self) {
        let mut hash = DefaultHasher::new();
        for (name, RecordType { doc: _, fields }) in &self.records {
            (name, fields.len()).hash(&mut hash);
            for (name, Field { doc: _, ty, presence }) in fields {
                (name, ty, format!("{presence:?}")).hash(&mut hash);
            }
        }
        self.fingerprint = hash.finish();
        self.find_authors();
    }

    fn find_authors(&mut self) {
        let is_author = |(name, _): (&String, _)| name == author::KEY.record;
        self.has_authors = self.records.iter().map(is_author).collect();
        loop {
            let contains = |record: &RecordType| {
                record.fields.values().any(|field| self.has_authors(&field.ty))
            };
            let wider = self.records.values().zip(&self.has_authors);
            let wider: Vec<bool> = wider.map(|(record, has)| *has || contains(record)).collect();
            if wider == self.has_authors {
                return;
            }
            self.has_authors = wider;
        }
    }

    /// Whether a value of a type is the record of an author, or can contain one.
    pub(crate) fn has_authors(&self, ty: &Type) -> bool {
        let id = ty.record();
        id.is_some_and(|id| self.has_authors.get(id.0).copied().unwrap_or_default())
    }

    /// A record type by its number.
    pub fn record(&self, id: RecordId) -> Option<(&str, &RecordType)> {
        self.records.get_index(id.0).map(|(name, record)| (name.as_str(), record))
    }

    /// A record type by its name.
    pub fn named(&self, name: &str) -> Option<(RecordId, &RecordType)> {
        self.records.get_full(name).map(|(at, _, record)| (RecordId(at), record))
    }

    /// The type of a value in a record or map of a type.
    pub(crate) fn member<'s>(&'s self, ty: &'s Type, name: &str) -> Option<&'s Type> {
        match ty.inside() {
            Inside::Record(id) => Some(&self.record(id)?.1.fields.get(name)?.ty),
            Inside::Map(of) => Some(of),
            Inside::List(_) | Inside::Unknown | Inside::Nothing => None,
        }
    }

    /// The type of a field of a message, by its path: `author.account.created_at`, `links[0].url`.
    pub(crate) fn type_at(&self, path: &str) -> Option<Type> {
        let message = Type::Record(self.named(Self::MESSAGE)?.0);
        let mut ty = &message;
        for name in path.split('.') {
            let (name, indices) = name.split_at(name.find('[').unwrap_or(name.len()));
            ty = self.member(ty, name)?;
            for _ in indices.matches('[') {
                let Type::List(of) = ty else { return None };
                ty = of;
            }
        }
        Some(ty.clone())
    }

    /// The most elements that a list of the record may have.
    pub(crate) fn most_elements(&self, of: &Type) -> usize {
        match of {
            Type::Record(id) => {
                let name = self.record(*id).map(|(name, _)| name);
                let limits = self.limits;
                let own = [
                    (link::URL.record, limits.links),
                    (order::REF.record, limits.orders),
                    (notice::REF.record, limits.notices),
                ];
                let own = own.into_iter().find(|(record, _)| name == Some(*record));
                own.map_or(limits.list, |(_, limit)| limit)
            }
            // There are thousands of places, and rules do not read opaque values.
            Type::Place | Type::Opaque => RECORD_LIST,
            Type::Bool
            | Type::Int
            | Type::Number
            | Type::Text
            | Type::Surface
            | Type::Instant
            | Type::Duration
            | Type::Enum(_)
            | Type::Places
            | Type::List(_)
            | Type::Map(_) => self.limits.list,
        }
    }

    /// All record types with their names.
    pub fn records(&self) -> impl Iterator<Item = (&str, &RecordType)> {
        self.records.iter().map(|(name, record)| (name.as_str(), record))
    }

    /// All records in a message that are not in a list or a map, each after the record that it is in.
    pub(crate) fn nested_records(&self) -> Vec<NestedRecord> {
        let mut found = vec![];
        if let Some((message, _)) = self.named(Self::MESSAGE) {
            self.add_nested_records(message, None, &mut found);
        }
        found
    }

    fn add_nested_records(
        &self,
        id: RecordId,
        owner: Option<usize>,
        found: &mut Vec<NestedRecord>,
    ) {
        let Some((_, record)) = self.record(id) else { return };
        for (field_number, (name, field)) in record.fields.iter().enumerate() {
            let Type::Record(inner) = field.ty else { continue };
            let outer = owner.and_then(|owner| found.get(owner));
            let path = outer.map_or_else(|| name.clone(), |outer| format!("{}.{name}", outer.path));
            let is_optional = field.presence == Presence::Optional;
            found.push(NestedRecord { path, owner, field: field_number, is_optional });
            self.add_nested_records(inner, Some(found.len() - 1), found);
        }
    }

    /// Parameters as authors write them: `a: int, b: text`.
    pub(crate) fn params(&self, params: &[(String, Type)]) -> String {
        let params = params.iter().map(|(name, ty)| format!("{name}: {}", self.name_of(ty)));
        params.collect::<Vec<_>>().join(", ")
    }

    /// The type as authors write it.
    pub fn name_of(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "bool".into(),
            Type::Int => "int".into(),
            Type::Number => "number".into(),
            Type::Text => "text".into(),
            Type::Surface => "surface".into(),
            Type::Instant => "instant".into(),
            Type::Duration => "duration".into(),
            Type::Enum(words) => words.join(" | "),
            Type::Place => "place".into(),
            Type::Places => "places".into(),
            Type::Record(id) => self.record(*id).map_or("record", |(name, _)| name).into(),
            Type::List(element) => format!("[{}]", self.name_of(element)),
            Type::Map(value) => format!("{{{}}}", self.name_of(value)),
            Type::Opaque => "opaque".into(),
        }
    }

    /// Names a value of the type in a message: `a whole number`.
    pub(crate) fn in_words(&self, ty: &Type) -> String {
        let written = self.name_of(ty);
        match ty {
            Type::Bool => "a condition".into(),
            Type::Int => "a whole number".into(),
            Type::Number => "a number".into(),
            Type::Text | Type::Surface => "a text".into(),
            Type::Instant => "an instant".into(),
            Type::Duration => "a duration".into(),
            Type::Enum(words) => {
                format!("a word such as `{}`", words.first().map_or("", String::as_str))
            }
            Type::Place => "a place".into(),
            Type::Places => "a set of places".into(),
            Type::Record(_) => format!("a record (`{written}`)"),
            Type::List(_) => format!("a list (`{written}`)"),
            Type::Map(_) => format!("a map (`{written}`)"),
            Type::Opaque => "a value of an unknown type".into(),
        }
    }

    /// Names a value of the type in a message. Types with a notation of their own get an example.
    pub(crate) fn with_example(&self, ty: &Type) -> String {
        let words = self.in_words(ty);
        let example = match ty {
            Type::Instant => "2026-03-01T12:00:00Z",
            Type::Duration => "24 hours",
            Type::Place => "\"KZ\"",
            Type::Bool
            | Type::Int
            | Type::Number
            | Type::Text
            | Type::Surface
            | Type::Enum(_)
            | Type::Places
            | Type::Record(_)
            | Type::List(_)
            | Type::Map(_)
            | Type::Opaque => return words,
        };
        format!("{words}, such as `{example}`")
    }
}
