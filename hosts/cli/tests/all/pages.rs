//! The README has a row for every command, and `docs/reference/law.md` lists the law that the rules have today.

use std::fs;
use std::process::Command;

const LIST_BEGIN: &str = "<!-- `lexloci law --format markdown` begins -->\n";
const LIST_END: &str = "<!-- `lexloci law --format markdown` ends -->\n";

#[test]
fn the_readme_has_a_row_for_every_command() {
    let root = crate::repository_root();
    let readme = fs::read_to_string(root.join("README.md")).unwrap();
    let table: String = readme.lines().filter(|line| line.starts_with("| `")).collect();
    let commands = super::cli::commands();
    assert!(commands.len() > 15, "{commands:?}");
    for name in commands {
        assert!(table.contains(&format!("`{name}")), "the README has no row for `{name}`");
    }
}

/// `LEXLOCI_UPDATE=1` writes the page anew.
#[test]
fn the_page_of_the_law_is_fresh() {
    let program = Command::new(env!("CARGO_BIN_EXE_lexloci"))
        .args(["law", "--format", "markdown"])
        .current_dir(crate::repository_root())
        .output()
        .unwrap();
    assert!(program.status.success(), "{}", String::from_utf8_lossy(&program.stderr));
    let generated = String::from_utf8(program.stdout).unwrap();
    let path = crate::repository_root().join("docs/reference/law.md");
    let page = fs::read_to_string(&path).unwrap();
    let (head, rest) = page.split_once(LIST_BEGIN).unwrap();
    let (listed, tail) = rest.split_once(LIST_END).unwrap();
    if listed == generated {
        return;
    }
    if std::env::var_os("LEXLOCI_UPDATE").is_some() {
        return fs::write(path, [head, LIST_BEGIN, &generated, LIST_END, tail].concat()).unwrap();
    }
    let differ = listed.lines().zip(generated.lines()).find(|(old, new)| old != new);
    panic!("docs/reference/law.md is stale; LEXLOCI_UPDATE=1 writes it: {differ:?}");
}
