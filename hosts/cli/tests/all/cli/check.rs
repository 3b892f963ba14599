//! `check`: what it finds, how much of it is shown, and its exit codes.

use super::{KZ, code, directory, lines, run, text};
use std::collections::BTreeSet;

#[test]
fn check_reports_all_errors_and_exits_with_1() {
    let root = directory("check", &[("rules/kz.loci", KZ)]);
    let good = run(&root, &["check"], "");
    assert_eq!((code(&good), text(&good.stdout)), (0, ""), "{}", text(&good.stderr));

    let bad = KZ
        .replace("chat.members", "chat.membres")
        .replace("basis platforms.measures\n  when text", "when text");
    let root = directory("check-bad", &[("rules/kz.loci", &bad)]);
    for path in [&["check"][..], &["check", "rules/kz.loci"]] {
        let json = run(&root, &[path, &["--format", "json"]].concat(), "");
        assert_eq!(code(&json), 1);
        let found: Vec<_> = lines(&json).iter().map(|line| line["code"].clone()).collect();
        assert_eq!(found, ["LX3001", "LX2003"]);
    }
    let pretty = run(&root, &["check", "--color", "never"], "");
    assert!(text(&pretty.stdout).contains("rules/kz.loci:18:13"), "{}", text(&pretty.stdout));
    for nothing in ["nowhere", "rules/nowhere.loci", "Cargo.toml"] {
        assert_eq!(code(&run(&root, &["check", nothing], "")), 2, "{nothing}");
    }
    // Hooks of version control pass several files of one rule root.
    let both =
        [("rules/kz.loci", &*bad), ("rules/fr.loci", "jurisdiction FR { zone \"Paris\" }\n")];
    let root = directory("check-files", &both);
    let codes = |paths: &[&str]| {
        let output = run(&root, &[&["check", "--format", "json"], paths].concat(), "");
        assert_eq!(code(&output), 1);
        lines(&output)
            .iter()
            .map(|line| line["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(codes(&["rules/fr.loci"]), ["LX3002"]);
    assert_eq!(codes(&["rules/kz.loci", "rules/fr.loci"]).len(), 3);
    assert_eq!(codes(&["rules", "rules/fr.loci"]).len(), 3);
    assert_eq!(code(&run(&root, &["check", "rules/fr.loci", "elsewhere"], "")), 2);
}

#[test]
fn only_the_first_faults_are_shown_and_the_rest_is_counted() {
    let bad = (0..60).map(|n| format!("\nset s{n}: text {{ nothing_{n} }}")).collect::<String>();
    let root = directory("many", &[("rules/kz.loci", &(KZ.to_string() + &bad))]);
    let shown = |arguments: &[&str]| {
        let output = run(&root, arguments, "");
        let text = text(&output.stdout).to_string() + text(&output.stderr);
        (text.matches("error[").count(), text.contains(" more ("))
    };
    let all = lines(&run(&root, &["check", "--format", "json"], "")).len();
    assert!(all >= 60);
    assert_eq!(shown(&["check"]), (50, true));
    assert_eq!(shown(&["check", "--max-errors", "7", "--format", "short"]), (7, true));
    assert_eq!(shown(&["check", "--max-errors", "0"]), (all, false));
    assert_eq!(shown(&["test", "--max-errors", "7"]), (7, true));
}

#[test]
fn every_command_reports_missing_rules_in_the_same_words() {
    let root = directory("missing", &[("m.json", "")]);
    let mut messages = BTreeSet::new();
    for arguments in [
        &["check", "nowhere"][..],
        &["test", "nowhere"],
        &["decide", "--rules", "nowhere"],
        &["explain", "m.json", "--rules", "nowhere"],
        &["schema", "record", "--rules", "nowhere"],
    ] {
        let output = run(&root, arguments, "");
        assert_eq!(code(&output), 2, "{arguments:?}");
        messages.insert(text(&output.stderr).trim().to_string());
    }
    for arguments in [&["repl", "nowhere"][..], &["repl", "--rules", "nowhere"]] {
        messages.insert(text(&run(&root, arguments, "").stderr).trim().to_string());
    }
    let messages: Vec<_> = messages.iter().map(String::as_str).collect();
    assert_eq!(messages, ["error[LX1004]: cannot read `nowhere`: there is no such file"]);
}

#[test]
fn warnings_are_errors_when_denied() {
    let warned = format!("{KZ}\nterms unused_words {{ ru: \"слово\" }}\n");
    let root = directory("deny", &[("rules/kz.loci", &warned)]);
    assert_eq!(code(&run(&root, &["check"], "")), 0);
    assert_eq!(code(&run(&root, &["check", "--deny", "warnings"], "")), 1);
}
