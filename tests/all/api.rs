//! The public API is the one that `tests/cases/api.txt` lists. Whoever changes it sees the difference, and describes it in
//! CHANGELOG.md.
//!
//! The test documents the library once more, so only `.ci/more semver` runs it: `cargo test --test all api -- --ignored`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const GOLDEN: &str = "tests/cases/api.txt";

/// Runs rustdoc, which writes a description of the library as JSON. That format is unstable, so it needs the variable.
fn described(root: &Path) -> PathBuf {
    let target = root.join("target/api");
    let rustdoc = Command::new(env!("CARGO"))
        .args(["rustdoc", "--locked", "--quiet", "-p", "lexloci", "--lib", "--target-dir"])
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(root)
        .output()
        .unwrap();
    assert!(rustdoc.status.success(), "{}", String::from_utf8_lossy(&rustdoc.stderr));
    target.join("doc/lexloci.json")
}

/// Written anew with `LEXLOCI_UPDATE=1`.
#[test]
#[expect(clippy::print_stdout, reason = "a test that could not compare says so")]
#[ignore = "documents the library once more, which takes a minute"]
fn the_public_api_is_as_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let json = described(root);
    let api = public_api::Builder::from_rustdoc_json(&json)
        .omit_auto_derived_impls(true)
        .omit_auto_trait_impls(true)
        .omit_blanket_impls(true)
        .build();
    let api = match api {
        Ok(api) => api,
        Err(error) => {
            // Another version of the toolchain may write a format that cannot be compared.
            println!("the public API was NOT compared: {error}");
            return;
        }
    };
    let found: String = api.items().map(|item| format!("{item}\n")).collect();
    assert!(found.lines().count() > 300, "{found}");
    let path = root.join(GOLDEN);
    let written = fs::read_to_string(&path).unwrap_or_default();
    if written == found {
        return;
    }
    if std::env::var_os("LEXLOCI_UPDATE").is_some() {
        return fs::write(path, found).unwrap();
    }
    let lines = |text: &str, other: &str, sign: &str| -> Vec<String> {
        let known: std::collections::BTreeSet<_> = other.lines().collect();
        text.lines()
            .filter(|line| !known.contains(line))
            .map(|line| format!("{sign} {line}"))
            .collect()
    };
    let mut differ = lines(&written, &found, "-");
    differ.extend(lines(&found, &written, "+"));
    panic!("the public API changed; LEXLOCI_UPDATE=1 writes {GOLDEN} anew:\n{}", differ.join("\n"));
}
