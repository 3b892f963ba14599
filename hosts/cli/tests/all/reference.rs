//! The pages of `docs/reference` have what `lexloci doc` prints today.

use std::fs;
use std::process::Command;

/// Each list that `lexloci doc` prints, with the title of its page.
const PAGES: &[(&str, &str)] = &[
    ("fields", "Fields of records"),
    ("functions", "Functions"),
    ("actions", "Actions"),
    ("keywords", "Words of the language"),
    ("codes", "Diagnostic codes"),
];

fn list_of(topic: &str) -> String {
    let mut program = Command::new(env!("CARGO_BIN_EXE_lexloci"));
    let output =
        program.args(["doc", topic]).current_dir(crate::repository_root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Turns a list for a terminal into Markdown. Text without indentation is a heading. Text indented by two spaces is a point
/// or a paragraph, and text indented by four spaces belongs to the point.
fn markdown(list: &str) -> String {
    let mut page = String::new();
    let mut depth_before = 0;
    for line in list.lines().filter(|line| !line.trim().is_empty()) {
        let text = line.trim_start();
        let depth = line.len() - text.len();
        match (depth, depth_before) {
            (0, _) => page += &format!("\n\n## {}\n\n", capitalized(text)),
            (2, 0) => page += &point(text),
            (2, _) => page += &format!("\n{}", point(text)),
            (_, 2) => page += &format!(": {text}"),
            (_, _) => page += &format!(" {text}"),
        }
        depth_before = depth;
    }
    page.trim_start().to_owned() + "\n"
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

/// A point of a Markdown list, from a text such as `label      Shows a notice`, `members: int (may be missing)` or
/// `length(text: text) -> int`. Any other text becomes a paragraph.
fn point(text: &str) -> String {
    if let Some((name, rest)) = text.split_once("  ") {
        let rest = rest.split_whitespace().collect::<Vec<_>>().join(" ");
        return match name.starts_with("LX") {
            true => format!("- [{name}](../codes/{name}.md) {rest}"),
            false => format!("- `{name}`: {rest}"),
        };
    }
    match text.rsplit_once(" (").filter(|(name, _)| name.contains(": ") && text.ends_with(')')) {
        Some((name, presence)) => format!("- `{name}` ({presence}"),
        None if text.contains(") -> ") => format!("- `{text}`"),
        None => format!("{text}\n"),
    }
}

/// `LEXLOCI_UPDATE=1` writes the pages anew.
#[test]
fn the_reference_is_fresh() {
    let folder = crate::repository_root().join("docs/reference");
    for (topic, title) in PAGES {
        let list = list_of(topic);
        let page = format!(
            "# {title}\n\nGenerated from `lexloci doc {topic}`; `LEXLOCI_UPDATE=1 cargo test reference` writes it anew.\n\n{}",
            markdown(&list)
        );
        assert!(page.lines().count() > 20, "{page}");
        if *topic == "keywords" {
            let broken: Vec<_> =
                page.lines().skip(4).filter(|line| !line.starts_with("- `")).collect();
            assert_eq!(broken, [""; 0], "each word has its own point");
        }
        let path = folder.join(format!("{topic}.md"));
        let written = fs::read_to_string(&path).unwrap_or_default();
        if written == page {
            continue;
        }
        if std::env::var_os("LEXLOCI_UPDATE").is_some() {
            fs::write(path, page).unwrap();
            continue;
        }
        let differ = written.lines().zip(page.lines()).find(|(old, new)| old != new);
        panic!("docs/reference/{topic}.md is stale; LEXLOCI_UPDATE=1 writes it: {differ:?}");
    }
}
