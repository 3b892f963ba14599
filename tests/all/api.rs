//! The public API is the one of `tests/cases/api.txt`: whoever changes it sees how, and says so in CHANGELOG.md.
//!
//! `.ci/more semver` asks for it, as it has the library documented once more: `cargo test --test all api -- --ignored`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const GOLDEN: &str = "tests/cases/api.txt";

/// Has rustdoc describe the library. Its JSON is not stable yet, hence the variable.
fn described(house: &Path) -> PathBuf {
    let target = house.join("target/api");
    let rustdoc = Command::new(env!("CARGO"))
        .args(["rustdoc", "--locked", "--quiet", "-p", "lexloci", "--lib", "--target-dir"])
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json"])
        .env("RUSTC_BOOTSTRAP", "1")
        .current_dir(house)
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
    let house = Path::new(env!("CARGO_MANIFEST_DIR"));
    let json = described(house);
    let api = public_api::Builder::from_rustdoc_json(&json)
        .omit_auto_derived_impls(true)
        .omit_auto_trait_impls(true)
        .omit_blanket_impls(true)
        .build();
    let api = match api {
        Ok(api) => api,
        Err(error) => {
            // Another toolchain than that of the golden file writes another format; it cannot be compared.
            println!("the public API was NOT compared: {error}");
            return;
        }
    };
    let found: String = api.items().map(|item| format!("{item}\n")).collect();
    assert!(found.lines().count() > 300, "{found}");
    let path = house.join(GOLDEN);
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
