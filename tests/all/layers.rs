//! The shape of `src`: a module uses only those above it in `lib.rs`, files are small and say what they are for.

use std::fs;
use std::path::{Path, PathBuf};

/// Lines of one file, its tests not counted.
const LINES: usize = 600;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = vec![];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The modules of `lib.rs` in the order in which they stand there.
fn order() -> Vec<String> {
    let lib = fs::read_to_string(source().join("lib.rs")).unwrap();
    lib.lines()
        .filter_map(|line| {
            line.trim_start_matches("pub ")
                .strip_prefix("mod ")?
                .strip_suffix(';')
                .map(str::to_owned)
        })
        .collect()
}

/// The text without its unit tests: those may build what they need from below.
fn code(text: &str) -> &str {
    text.split("#[cfg(test)]\nmod ").next().unwrap()
}

fn is_tests(path: &Path) -> bool {
    path.ends_with("tests.rs")
        || path.ends_with("testing.rs")
        || path.components().any(|part| part.as_os_str() == "tests")
}

#[test]
fn a_module_uses_only_those_above_it() {
    let order = order();
    assert!(order.len() > 15, "{order:?}");
    let place = |module: &str| order.iter().position(|known| known == module);
    let mut wrong = vec![];
    for path in files(&source()) {
        let inside = path.strip_prefix(source()).unwrap();
        let module = inside
            .components()
            .next()
            .unwrap()
            .as_os_str()
            .to_str()
            .unwrap()
            .trim_end_matches(".rs");
        // `lib.rs` sees all.
        let Some(own) = place(module) else { continue };
        if is_tests(inside) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (number, line) in code(&text).lines().enumerate() {
            for used in line.split("crate::").skip(1) {
                let names = used.trim_start_matches('{');
                let name: String =
                    names.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if place(&name).is_some_and(|used| used > own) {
                    wrong.push(format!(
                        "{}:{}: `{module}` uses `{name}`, which stands below it",
                        inside.display(),
                        number + 1
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nothing_inside_knows_of_hosts() {
    for path in files(&source()) {
        let inside = path.strip_prefix(source()).unwrap();
        if is_tests(inside) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for word in ["clap", "rustyline", "annotate_snippets", "anstream", "indicatif", "println!"]
        {
            assert!(!code(&text).contains(word), "{} knows of {word}", inside.display());
        }
    }
}

#[test]
fn files_are_small_and_say_what_they_are_for() {
    let mut wrong = vec![];
    for path in files(&source()) {
        let inside = path.strip_prefix(source()).unwrap();
        if is_tests(inside) {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines = code(&text).lines().count();
        if lines > LINES {
            wrong.push(format!("{} has {lines} lines", inside.display()));
        }
        let header = text.lines().take_while(|line| line.starts_with("//!")).count();
        if header == 0 {
            wrong.push(format!("{} does not say what it is for", inside.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
