//! The library names the standard fields of records in one table. Tools name them by texts, as hosts do, and those fields
//! exist.

use crate::layers::{TOOLS, fail_if_any};
use crate::source::{Module, Package};
use lexloci::{Compiler, RuleSet, Schema, Type};
use std::collections::BTreeSet;

/// The table of the standard fields.
const TABLE: &str = "src/world/standard.rs";

fn rules() -> RuleSet {
    let set = Compiler::new().file("world.loci", "jurisdiction WORLD { zone \"UTC\" }");
    set.compile().unwrap()
}

/// Names of fields that mean nothing else in the library or in a format that it imports.
fn unambiguous(schema: &Schema) -> BTreeSet<&str> {
    let shared = [
        // Keys of Telegram or of lines of facts.
        ["as_of", "file_name", "message_id", "user_id", "file_id", "via_bot", "is_bot"].as_slice(),
        // A word of `notice.by` too.
        &["trusted_flagger"],
    ];
    let shared = shared.concat();
    let names = schema.records().flat_map(|(_, record)| record.fields.keys().map(String::as_str));
    names.filter(|name| name.contains('_') && !shared.contains(name)).collect()
}

/// Whether a path such as `links[0].host` leads to a field of a message.
fn leads_somewhere(schema: &Schema, path: &str) -> bool {
    let (message, _) = schema.named(Schema::MESSAGE).unwrap();
    let mut ty = Type::Record(message);
    for step in path.split('.') {
        let (name, is_element) =
            step.split_once('[').map_or((step, false), |(name, _)| (name, true));
        let Type::Record(id) = ty else { return false };
        let Some(field) = schema.record(id).unwrap().1.fields.get(name) else { return false };
        ty = match &field.ty {
            Type::List(element) if is_element => (**element).clone(),
            _ if is_element => return false,
            ty => ty.clone(),
        };
    }
    true
}

/// Texts between quotes in the code of a module, each with its line and what precedes it there.
fn texts(module: &Module) -> Vec<(usize, &str, &str)> {
    let mut found = vec![];
    for (number, line) in module.code.lines().enumerate() {
        let mut at = 0;
        for (nth, piece) in line.split('"').enumerate() {
            if nth % 2 == 1 {
                found.push((number + 1, piece, line.get(..at - 1).unwrap()));
            }
            at += piece.len() + 1;
        }
    }
    found
}

/// Whether a text has the form of a path of several fields.
fn is_dotted(text: &str) -> bool {
    let is_step = |step: &str| {
        let name = step.split('[').next().unwrap();
        !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
    };
    text.contains('.') && text.split('.').all(is_step)
}

fn is_tool(module: &Module) -> bool {
    module.path.first().is_some_and(|folder| TOOLS.contains(&folder.as_str()))
}

/// If code named a field by a text, nobody would notice when the schema renames it.
#[test]
fn no_field_is_named_by_a_text_outside_the_table() {
    let set = rules();
    let unambiguous = unambiguous(set.schema());
    assert!(unambiguous.len() > 15, "{unambiguous:?}");
    let mut wrong = vec![];
    for module in Package::library().modules.iter().filter(|module| !is_tool(module)) {
        for (line, text, before) in texts(module) {
            let is_field = unambiguous.contains(text)
                || is_dotted(text) && leads_somewhere(set.schema(), text)
                || before.ends_with(".named(") && set.schema().named(text).is_some();
            if is_field && module.name != TABLE {
                wrong.push(format!("{}:{line}: write `{text}` by `world::standard`", module.name));
            }
        }
    }
    fail_if_any(&wrong);
}

/// Tools may name fields by texts, as hosts do, but only fields that exist.
#[test]
fn fields_that_tools_name_exist() {
    let set = rules();
    let (mut wrong, mut named) = (vec![], 0);
    for module in Package::library().modules.iter().filter(|module| is_tool(module)) {
        for (line, text, before) in texts(module) {
            let is_path = is_dotted(text) && !text.ends_with(".loci");
            let is_record = before.ends_with("schema.named(");
            named += usize::from(is_path || is_record);
            if is_path && !leads_somewhere(set.schema(), text)
                || is_record && set.schema().named(text).is_none()
            {
                wrong.push(format!("{}:{line}: there is no `{text}` in records", module.name));
            }
        }
    }
    fail_if_any(&wrong);
    assert!(named > 2, "{named}");
}
