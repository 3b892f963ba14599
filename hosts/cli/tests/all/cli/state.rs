//! `decide --state`: decisions with what earlier messages left behind, in a file of SQLite.

use super::{code, directory, run, text};

const RULES: &str = r#"jurisdiction EU { zone "Europe/Brussels" }
policy terms "Terms of service" {}
counter promises { per author.key  over 24 hours  since 2026-01-01  when text mentions "passive income" }
rule third { basis terms  when promises reaches 3  then limit }
"#;

/// Promises of one account, the latest first.
#[cfg(feature = "sqlite")]
fn promises(hours: impl Iterator<Item = u32>) -> String {
    let line = |hour: u32| {
        format!(
            r#"{{"id":"m{hour}","platform":"telegram","sent_at":"2026-03-01T{hour}:00:00Z","author":{{"account":{{"id":7}}}},"parts":[{{"kind":"text","text":"Passive income!"}}]}}"#
        ) + "\n"
    };
    hours.map(line).collect()
}

#[cfg(feature = "sqlite")]
#[test]
fn messages_are_judged_in_the_order_of_their_instants_and_remembered() {
    let root = directory("state", &[("rules/eu.loci", RULES)]);
    let limited = |records: &str| -> Vec<String> {
        let arguments = ["decide", "--in", "EU", "--state", "state.db", "--format", "jsonl"];
        let output = run(&root, &arguments, records);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let limited = super::lines(&output).into_iter();
        limited
            .filter(|line| line["decisions"][0]["outcome"] == "limit")
            .map(|line| line["record"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = promises([14, 12, 13, 11].into_iter());
    assert_eq!(limited(&first), ["m13"]);
    // Redelivered, the same; the next one is the fifth.
    assert_eq!(limited(&first), ["m13"]);
    assert_eq!(limited(&promises([15].into_iter())), [""; 0]);
}

#[cfg(feature = "sqlite")]
#[test]
fn a_file_that_is_no_store_is_refused_and_kept() {
    let root =
        directory("state-no-store", &[("rules/eu.loci", RULES), ("notes.txt", "not a store")]);
    let arguments = ["decide", "--in", "EU", "--state", "notes.txt"];
    let output = run(&root, &arguments, &promises([11].into_iter()));
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("notes.txt"), "{}", text(&output.stderr));
    assert_eq!(std::fs::read_to_string(root.join("notes.txt")).unwrap(), "not a store");
}

#[cfg(feature = "sqlite")]
#[test]
fn an_explanation_names_the_messages_that_count_and_writes_nothing() {
    let root = directory("state-explain", &[("rules/eu.loci", RULES)]);
    let decide = ["decide", "--in", "EU", "--state", "state.db"];
    assert_eq!(code(&run(&root, &decide, &promises(11..=14))), 0);
    let before = std::fs::read(root.join("state.db")).unwrap();
    let explain = |more: &[&str]| {
        let arguments = [&["explain", "-", "--in", "EU", "--state", "state.db"], more].concat();
        let output = run(&root, &arguments, &promises([13].into_iter()));
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    // As it was judged: the fourth came later.
    let time_line = "eu.promises of \"telegram:7\" is at least 3, counted after 2026-02-28 14:00 +01:00 and until 2026-03-01 15:00 +01:00:\n    \
                     2026-03-01 12:00 +01:00 \"m11\";\n    2026-03-01 13:00 +01:00 \"m12\";\n    \
                     2026-03-01 14:00 +01:00 this message, which brings it to 3.\n";
    assert!(explain(&[]).contains(time_line), "{}", explain(&[]));
    let json: serde_json::Value = serde_json::from_str(&explain(&["--format", "json"])).unwrap();
    let memory = &json["sections"][0]["explanation"]["rules"][0]["memory"][0];
    assert_eq!(memory["count"]["certain"], 3, "{json}");
    assert!(explain(&["--format", "md"]).contains("because eu.promises of"));
    assert_eq!(std::fs::read(root.join("state.db")).unwrap(), before);
}

#[cfg(feature = "sqlite")]
#[test]
fn an_explanation_makes_no_store() {
    let root =
        directory("state-explain-none", &[("rules/eu.loci", RULES), ("notes.txt", "not a store")]);
    for file in ["none.db", "notes.txt"] {
        let arguments = ["explain", "-", "--in", "EU", "--state", file];
        let output = run(&root, &arguments, &promises([11].into_iter()));
        assert_eq!((code(&output), text(&output.stdout)), (2, ""));
        assert!(text(&output.stderr).contains(file), "{}", text(&output.stderr));
    }
    assert!(!root.join("none.db").exists());
}

#[cfg(not(feature = "sqlite"))]
#[test]
fn a_program_without_sqlite_names_the_feature() {
    let root = directory("state-without", &[("rules/eu.loci", RULES)]);
    let record = r#"{"id":"1","platform":"telegram","sent_at":"2026-03-01T12:00:00Z","parts":[]}"#;
    for command in [&["decide"][..], &["explain", "-"]] {
        let arguments = [command, &["--in", "EU", "--state", "state.db"]].concat();
        let output = run(&root, &arguments, record);
        assert_eq!((code(&output), text(&output.stdout)), (2, ""));
        assert!(text(&output.stderr).contains("--features sqlite"), "{}", text(&output.stderr));
    }
}
