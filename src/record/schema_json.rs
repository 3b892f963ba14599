//! The schema of records as JSON Schema (draft 2020-12), for hosts that write records. The reader also checks a few
//! things that JSON Schema cannot express: limits, calendars, and that offsets fall between characters.

use super::VERSION;
use crate::world::schema::{Presence, RecordType, Schema};
use crate::world::standard::message;
use crate::world::value::Type;
use indexmap::IndexMap;
use serde::Serialize;

/// The JSON Schema of canonical records, with the documentation of each field.
pub fn json_schema(schema: &Schema) -> String {
    let definitions = schema
        .records()
        .filter(|(name, _)| *name != Schema::MESSAGE)
        .map(|(name, record)| (name.to_owned(), object(schema, record)))
        .collect();
    let whole = schema.named(Schema::MESSAGE).map(|(_, record)| object(schema, record));
    let mut root = whole.unwrap_or_default();
    if let Some(version) = root.properties.get_mut(message::SCHEMA.name) {
        version.any_of =
            vec![Node { constant: Some(VERSION), ..Node::default() }, Node::of("null")];
    }
    let root = Node {
        dialect: Some("https://json-schema.org/draft/2020-12/schema"),
        title: Some(VERSION),
        definitions,
        ..root
    };
    serde_json::to_string_pretty(&root).unwrap_or_default()
}

/// A JSON Schema, with the keywords that records need. An empty one accepts anything.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Node {
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    dialect: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'static str>,
    #[serde(skip_serializing_if = "String::is_empty")]
    description: String,
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    ty: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    format: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    #[serde(rename = "const", skip_serializing_if = "Option::is_none")]
    constant: Option<&'static str>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    words: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    any_of: Vec<Node>,
    #[serde(skip_serializing_if = "Option::is_none")]
    items: Option<Box<Node>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    minimum: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum: Option<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    required: Vec<String>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    properties: IndexMap<String, Node>,
    #[serde(skip_serializing_if = "Option::is_none")]
    additional_properties: Option<Others>,
    #[serde(rename = "$defs", skip_serializing_if = "IndexMap::is_empty")]
    definitions: IndexMap<String, Node>,
}

/// `additionalProperties`
#[derive(Serialize)]
#[serde(untagged)]
enum Others {
    Any(bool),
    Of(Box<Node>),
}

impl Node {
    fn of(ty: &'static str) -> Self {
        Self { ty: Some(ty), ..Self::default() }
    }
}

fn object(schema: &Schema, record: &RecordType) -> Node {
    let written_fields =
        || record.fields.iter().filter(|(_, field)| field.presence != Presence::Derived);
    let properties = written_fields().map(|(name, field)| {
        let node = of_type(schema, &field.ty);
        // The reader treats `null` as absent.
        let node = match field.presence {
            Presence::Required => node,
            Presence::Optional | Presence::Default(_) | Presence::Derived => {
                Node { any_of: vec![node, Node::of("null")], ..Node::default() }
            }
        };
        (name.clone(), Node { description: field.doc.clone(), ..node })
    });
    let required = written_fields().filter(|(_, field)| field.presence == Presence::Required);
    Node {
        description: record.doc.clone(),
        properties: properties.collect(),
        required: required.map(|(name, _)| name.clone()).collect(),
        additional_properties: Some(Others::Any(false)),
        ..Node::of("object")
    }
}

fn of_type(schema: &Schema, ty: &Type) -> Node {
    match ty {
        Type::Bool => Node::of("boolean"),
        Type::Int => {
            Node { minimum: Some(i64::MIN), maximum: Some(i64::MAX), ..Node::of("integer") }
        }
        Type::Number => Node::of("number"),
        Type::Text | Type::Surface | Type::Duration => Node::of("string"),
        Type::Instant => Node { format: Some("date-time"), ..Node::of("string") },
        Type::Enum(words) => Node { words: words.to_vec(), ..Node::default() },
        Type::Place => Node { pattern: Some("^[A-Z]{2}(-[A-Z0-9]{1,3})?$"), ..Node::of("string") },
        Type::Places => {
            let places = of_type(schema, &Type::List(Box::new(Type::Place)));
            let everywhere = Node { constant: Some("*"), ..Node::default() };
            Node { any_of: vec![everywhere, places], ..Node::default() }
        }
        Type::Record(id) => {
            let name = schema.record(*id).map_or("", |(name, _)| name);
            Node { reference: Some(format!("#/$defs/{name}")), ..Node::default() }
        }
        Type::List(element) => {
            Node { items: Some(Box::new(of_type(schema, element))), ..Node::of("array") }
        }
        Type::Map(value) => {
            let values = Others::Of(Box::new(of_type(schema, value)));
            Node { additional_properties: Some(values), ..Node::of("object") }
        }
        Type::Opaque => Node::default(),
    }
}
