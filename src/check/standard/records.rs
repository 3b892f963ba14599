//! Lowers `record` items to the schema: first the names, then the types, then the defaults. The records inside a record
//! get their defaults before it.

use super::super::files::unknown_place_in_quotes;
use super::super::types::COMMON_TYPES;
use super::{Declarations, declared_twice};
use crate::base::limits;
use crate::base::source::{FileId, Location, Span};
use crate::base::time::Instant;
use crate::diagnostic::{Code, Diagnostic, foreign, nearest};
use crate::syntax::tree::{self, Json, JsonKind, TypeName, TypeNameKind};
use crate::world::by_name::ByName;
use crate::world::place::{Place, PlaceKind};
use crate::world::schema::{Field, Presence, RecordType, Schema};
use crate::world::value::{Decimal, Places, RecordId, Type, Value};
use foldhash::HashMap;
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// All record types by name, with their fields as they were parsed.
#[derive(Default)]
pub(super) struct Records<'t> {
    records: IndexMap<&'t str, Declared<'t>>,
    /// The fields that have a fault, by record and name, so that their uses are not reported too.
    refused: BTreeSet<(String, String)>,
}

struct Declared<'t> {
    doc: String,
    at: Location,
    fields: IndexMap<&'t str, (FileId, &'t tree::Field)>,
}

/// The types of fields, by name, without those of records.
fn field_types() -> impl Iterator<Item = (&'static str, Type)> {
    COMMON_TYPES.into_iter().chain([("opaque", Type::Opaque)])
}

impl<'t> Records<'t> {
    /// Adds a record. If `schema.loci` extends an existing record, adds fields to it.
    pub(super) fn add(
        &mut self,
        record: &'t tree::Record,
        doc: &str,
        file: FileId,
        is_extension: bool,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let at = Location { file, span: record.name.span };
        let name = record.name.text.as_str();
        let is_taken = field_types().any(|(ty, _)| ty == name)
            || self.records.get(name).is_some_and(|first| !is_extension || first.at.file == file);
        if is_taken {
            return diagnostics.push(declared_twice(&record.name, at));
        }
        let declared = self.records.entry(name).or_insert_with(|| Declared {
            doc: doc.to_owned(),
            at,
            fields: IndexMap::new(),
        });
        for field in &record.fields {
            let at = Location { file, span: field.name.span };
            if let Some((file, first)) = declared.fields.get(field.name.text.as_str()) {
                let first = Location { file: *file, span: first.name.span };
                diagnostics.push(declared_twice(&field.name, at).related(first, "first here"));
            } else if let Some(fault) = misdeclared(field, is_extension, at) {
                self.refused.insert((name.to_owned(), field.name.text.clone()));
                diagnostics.push(fault);
            } else {
                declared.fields.insert(&field.name.text, (file, field));
            }
        }
    }

    /// Returns the schema without faulty fields, and where each field is declared.
    pub(super) fn finish(mut self, diagnostics: &mut Vec<Diagnostic>) -> (Schema, Declarations) {
        let mut refused = std::mem::take(&mut self.refused);
        let mut schema = Schema::default();
        for (name, declared) in &self.records {
            let doc = declared.doc.clone();
            schema
                .records
                .insert((*name).to_owned(), RecordType { doc, fields: ByName::default() });
        }
        for (name, declared) in &self.records {
            let fields = declared.fields.values().filter_map(|(file, field)| {
                let resolver = Resolver { schema: &schema, file: *file };
                let lowered = resolver.field(field);
                let refuse = |diagnostic| {
                    refused.insert(((*name).to_owned(), field.name.text.clone()));
                    diagnostics.push(diagnostic);
                };
                Some((field.name.text.clone(), lowered.map_err(refuse).ok()?))
            });
            let fields = fields.collect();
            if let Some(record) = schema.records.get_mut(*name) {
                record.fields = fields;
            }
        }
        for id in self.innermost_first(&mut schema, diagnostics) {
            self.defaults(id, &mut schema, diagnostics);
        }
        schema.seal();
        let fields = self.locations(&schema);
        (schema, Declarations { fields, refused, actions: vec![] })
    }

    fn locations(&self, schema: &Schema) -> HashMap<(RecordId, usize), Location> {
        let records = schema.records.iter().enumerate();
        let fields = records.flat_map(|(id, (record, ty))| {
            let names = ty.fields.keys().enumerate();
            names.filter_map(move |(index, name)| {
                let (file, field) = self.field(record, name)?;
                Some(((RecordId(id), index), Location { file, span: field.name.span }))
            })
        });
        fields.collect()
    }

    /// Orders the records so that each comes after the records inside it. Removes fields that make a record contain
    /// itself or nest too deep: the schema must bound the size of values and the cost of conditions.
    fn innermost_first(
        &self,
        schema: &mut Schema,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<RecordId> {
        let mut pending: BTreeSet<usize> = (0..schema.records.len()).collect();
        let mut order = vec![];
        for _ in 0..limits::RECORD_DEPTH {
            let is_ready = |id: &usize| {
                contained_records(schema, RecordId(*id))
                    .all(|(_, inner)| !pending.contains(&inner.0))
            };
            let next: BTreeSet<usize> = pending.iter().copied().filter(is_ready).collect();
            pending = &pending - &next;
            order.extend(next.into_iter().map(RecordId));
        }
        for id in pending.iter().copied().map(RecordId) {
            let endless =
                contained_records(schema, id).filter(|(_, inner)| pending.contains(&inner.0));
            let endless: Vec<String> = endless.map(|(field, _)| field.to_owned()).collect();
            self.remove_fields(id, &endless, schema, diagnostics);
            order.push(id);
        }
        order
    }

    fn remove_fields(
        &self,
        id: RecordId,
        fields: &[String],
        schema: &mut Schema,
        diagnostics: &mut Vec<Diagnostic>,
    ) {
        let Some((name, record)) = schema.records.get_index_mut(id.0) else { return };
        for field in fields {
            record.fields.shift_remove(field);
            let Some((file, declared)) = self.field(name, field) else { continue };
            let at = Location { file, span: declared.ty.span };
            let depth = limits::RECORD_DEPTH;
            let message = format!(
                "with `{field}`, records contain themselves, or are nested more than {depth} deep"
            );
            let help = "give the field another type";
            diagnostics.push(Diagnostic::new(Code::RecursiveDefine, at, message).help(help));
        }
    }

    fn defaults(&self, id: RecordId, schema: &mut Schema, diagnostics: &mut Vec<Diagnostic>) {
        let Some((name, record)) = schema.record(id) else { return };
        let mut presences = vec![];
        for (at, (field, lowered)) in record.fields.iter().enumerate() {
            let Some((file, field)) = self.field(name, field) else { continue };
            let Some(json) = &field.default else { continue };
            let presence = match (Resolver { schema, file }).value(&lowered.ty, json) {
                Ok(value) => Presence::Default(value),
                Err(fault) => {
                    diagnostics.push(fault);
                    // The field becomes optional, so that records that contain this one are not reported too.
                    Presence::Optional
                }
            };
            presences.push((at, presence));
        }
        let Some((_, record)) = schema.records.get_index_mut(id.0) else { return };
        for (at, presence) in presences {
            if let Some((_, field)) = record.fields.get_index_mut(at) {
                field.presence = presence;
            }
        }
    }

    fn field(&self, record: &str, field: &str) -> Option<(FileId, &'t tree::Field)> {
        self.records.get(record)?.fields.get(field).copied()
    }
}

/// The fields of a record that contain records, each with the record type that it contains.
fn contained_records(schema: &Schema, id: RecordId) -> impl Iterator<Item = (&str, RecordId)> {
    let fields = schema.record(id).into_iter().flat_map(|(_, record)| &record.fields);
    fields.filter_map(|(name, field)| Some((name.as_str(), field.ty.record()?)))
}

/// The fault of a field whose clauses (optional, derived, default) do not go together.
fn misdeclared(field: &tree::Field, is_extension: bool, at: Location) -> Option<Diagnostic> {
    let name = &field.name.text;
    let is_surface = matches!(&field.ty.kind, TypeNameKind::Named(ty) if ty.text == "surface");
    let (code, message, help) = if field.optional && field.default.is_some() {
        let message = format!("`{name}` has both `?` and a default");
        let help = "delete one of them: a field with a default is never missing".to_owned();
        (Code::BadClause, message, help)
    } else if is_extension && (field.derived || is_surface) {
        let message =
            format!("`{name}` cannot be computed: only the standard library has such fields");
        let help = "delete `derived`; if the type is `surface`, write another one, such as `text`";
        (Code::BadClause, message, help.to_owned())
    } else if is_extension && !field.optional && field.default.is_none() {
        let message = format!("`{name}` cannot be required, because existing records lack it");
        let help = format!("write `{name}?:` to make it optional, or give it a default");
        let fault = Diagnostic::new(Code::MissingClause, at, message).help(help);
        return Some(fault.fix(at, format!("{name}?"), false));
    } else {
        return None;
    };
    Some(Diagnostic::new(code, at, message).help(help))
}

/// Resolves the types and defaults in one file. They may refer to records of any file.
struct Resolver<'s> {
    schema: &'s Schema,
    file: FileId,
}

impl Resolver<'_> {
    fn field(&self, field: &tree::Field) -> Result<Field, Diagnostic> {
        let presence = match (field.derived, field.optional) {
            (true, _) => Presence::Derived,
            (_, true) => Presence::Optional,
            // A field with a default counts as required until its default is lowered.
            _ => Presence::Required,
        };
        Ok(Field { doc: field.doc.clone(), ty: self.ty(&field.ty)?, presence })
    }

    fn ty(&self, ty: &TypeName) -> Result<Type, Diagnostic> {
        match &ty.kind {
            TypeNameKind::List(of) => Ok(Type::List(Box::new(self.ty(of)?))),
            TypeNameKind::Map(of) => Ok(Type::Map(Box::new(self.ty(of)?))),
            TypeNameKind::Named(name) => {
                let plain = field_types().find(|(ty, _)| *ty == name.text).map(|(_, ty)| ty);
                let record = || self.schema.named(&name.text).map(|(id, _)| Type::Record(id));
                plain.or_else(record).ok_or_else(|| self.unknown_type(&name.text, name.span))
            }
            TypeNameKind::Enum(names) => {
                let mut words = vec![];
                for name in names {
                    if words.contains(&name.text) {
                        return Err(declared_twice(name, self.at(name.span)));
                    }
                    words.push(name.text.clone());
                }
                Ok(Type::Enum(words.into()))
            }
        }
    }

    fn unknown_type(&self, name: &str, span: Span) -> Diagnostic {
        let known =
            field_types().map(|(ty, _)| ty).chain(self.schema.records().map(|(name, _)| name));
        let diagnostic =
            Diagnostic::new(Code::UnknownType, self.at(span), format!("there is no type `{name}`"));
        if let Some(meant) = foreign::meant(foreign::TYPES, name) {
            return diagnostic.meant(meant);
        }
        let near = nearest(name, known).map(|near| (near, near.to_owned()));
        diagnostic.suggest(
            near,
            "write `bool`, `int`, `number`, `text`, `instant`, `place`, a list such as `[text]`, words such as `free | paid`, or a record of the schema",
        )
    }

    fn value(&self, ty: &Type, json: &Json) -> Result<Value, Diagnostic> {
        let value = match (ty, &json.kind) {
            (Type::Bool, JsonKind::Bool(truth)) => Some(Value::Bool(*truth)),
            (Type::Int, JsonKind::Number(number)) => number.parse().ok().map(Value::Int),
            (Type::Number, JsonKind::Number(number)) => Decimal::parse(number).map(Value::Number),
            (Type::Text, JsonKind::Text(text)) => Some(Value::text(&text.value)),
            (Type::Instant, JsonKind::Text(text)) => {
                Instant::parse(&text.value).ok().map(Value::Instant)
            }
            (Type::Enum(words), JsonKind::Text(text)) => {
                return self.word(words, &text.value, json.span);
            }
            (Type::Place, _) => return self.place(json).map(|place| Value::text(place.code())),
            (Type::Places, JsonKind::Text(text)) if text.value == "*" => {
                Some(Value::Places(Places::Everywhere))
            }
            (Type::Places, JsonKind::Array(places)) => {
                let places: Arc<[Place]> =
                    places.iter().map(|place| self.place(place)).collect::<Result<_, _>>()?;
                Some(Value::Places(Places::Only(places)))
            }
            (Type::List(of), JsonKind::Array(elements)) => {
                let elements = elements.iter().map(|element| self.value(of, element));
                Some(Value::List(elements.collect::<Result<_, _>>()?))
            }
            (Type::Map(of), JsonKind::Object(pairs)) => {
                let pairs =
                    pairs.iter().map(|(key, value)| Ok((key.text.clone(), self.value(of, value)?)));
                Some(Value::Map(Arc::new(pairs.collect::<Result<_, _>>()?)))
            }
            (Type::Record(id), JsonKind::Object(pairs)) => {
                return self.record(*id, pairs, json.span);
            }
            _ => None,
        };
        value.ok_or_else(|| self.mismatch(ty, json.span))
    }

    fn record(
        &self,
        id: RecordId,
        pairs: &[(tree::Name, Json)],
        span: Span,
    ) -> Result<Value, Diagnostic> {
        let Some((name, record)) = self.schema.record(id) else {
            return Err(self.mismatch(&Type::Record(id), span));
        };
        if let Some((key, _)) = pairs.iter().find(|(key, _)| !record.fields.contains_key(&key.text))
        {
            let message = format!("`{name}` has no field `{}`", key.text);
            return Err(Diagnostic::new(Code::UnknownField, self.at(key.span), message));
        }
        let fields = record.fields.iter().map(|(field, declared)| {
            let given = pairs.iter().find(|(key, _)| key.text == *field);
            match (given, &declared.presence) {
                (Some((_, json)), _) => self.value(&declared.ty, json).map(Some),
                (None, Presence::Default(value)) => Ok(Some(value.clone())),
                (None, Presence::Optional | Presence::Derived) => Ok(None),
                (None, Presence::Required) => {
                    let message =
                        format!("the default has no `{field}`, which every `{name}` needs");
                    Err(Diagnostic::new(Code::MissingClause, self.at(span), message))
                }
            }
        });
        Ok(Value::Record(fields.collect::<Result<_, _>>()?))
    }

    fn word(&self, words: &[String], word: &str, span: Span) -> Result<Value, Diagnostic> {
        if words.iter().any(|known| known == word) {
            return Ok(Value::text(word));
        }
        let message = format!("`{word}` is not one of {}", words.join(", "));
        Err(Diagnostic::new(Code::UnknownValue, self.at(span), message))
    }

    fn place(&self, json: &Json) -> Result<Place, Diagnostic> {
        let JsonKind::Text(code) = &json.kind else {
            return Err(self.mismatch(&Type::Place, json.span));
        };
        Place::parse(&code.value)
            .filter(|place| place.kind() != PlaceKind::World)
            .ok_or_else(|| unknown_place_in_quotes(self.at(json.span), &code.value))
    }

    fn mismatch(&self, ty: &Type, span: Span) -> Diagnostic {
        let wanted = if *ty == Type::Bool {
            "`true` or `false`".to_owned()
        } else {
            self.schema.with_example(ty)
        };
        Diagnostic::new(
            Code::TypeMismatch,
            self.at(span),
            format!("the default has the wrong type: this field needs {wanted}"),
        )
    }

    fn at(&self, span: Span) -> Location {
        Location { file: self.file, span }
    }
}
