//! Standard fields of records are named in one place.

use lexloci::{Compiler, Schema};
use std::fs;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut found = vec![];
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found
}

/// Names of fields that mean nothing else in the program or in a format that it imports.
fn telling(schema: &Schema) -> Vec<String> {
    let names = schema.records().flat_map(|(_, record)| record.fields.keys().cloned());
    let tells = |name: &String| {
        let shared = [
            // Keys of Telegram or of lines of facts.
            ["as_of", "file_name", "message_id", "user_id", "file_id", "via_bot", "is_bot"]
                .as_slice(),
            // A word of `notice.by` too.
            &["trusted_flagger"],
        ];
        name.contains('_') && !shared.concat().contains(&name.as_str())
    };
    names.filter(tells).collect()
}

/// A field that code names by a text is not renamed with the schema, and nobody notices.
#[test]
fn no_field_is_named_by_a_text_outside_the_table() {
    let set = Compiler::new().file("world.loci", "jurisdiction WORLD { zone \"UTC\" }");
    let set = set.compile().unwrap();
    let telling = telling(set.schema());
    assert!(telling.len() > 20, "{telling:?}");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut wrong = vec![];
    for path in files(&source) {
        let inside = path.strip_prefix(&source).unwrap();
        let is_test = inside
            .components()
            .any(|part| part.as_os_str().to_str().is_some_and(|part| part.starts_with("test")));
        // What is above the face of the library names fields as hosts do.
        let is_above = ["ide", "session", "show"].iter().any(|folder| inside.starts_with(folder));
        if is_test || is_above || inside == Path::new("world/standard.rs") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let code = text.split("#[cfg(test)]\nmod ").next().unwrap();
        for (number, line) in code.lines().enumerate() {
            let is_comment = line.trim_start().starts_with("//");
            let named = telling.iter().find(|name| line.contains(&format!("\"{name}\"")));
            if let (Some(name), false) = (named, is_comment) {
                wrong.push(format!("{}:{}: {name}", inside.display(), number + 1));
            }
        }
    }
    assert!(wrong.is_empty(), "write these as fields of `world::standard`:\n{}", wrong.join("\n"));
}
