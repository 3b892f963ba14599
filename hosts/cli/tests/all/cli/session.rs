//! `repl` runs the lines of stdin as a script if stdin is not a terminal.

use super::{KZ, code, directory, run, text};

#[test]
fn lines_from_stdin_are_run_as_a_script() {
    let root = directory("repl", &[("rules/kz.loci", KZ)]);
    let script = ":record {\n text: \"Пассивный доход\",\n chat: { members: 3 }\n}\n:in KZ\n:at 2026-03-01\nchat.members\n:quit\n";
    let output = run(&root, &["repl"], script);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(text(&output.stdout).ends_with("3 : int\n"), "{}", text(&output.stdout));
    assert_eq!(code(&run(&root, &["repl"], ":decid\n")), 1);
    // After an expression that ends too early, the next command still runs.
    let slip = run(&root, &["repl"], "# a comment\nchat.type ==\n:in KZ\n");
    assert_eq!((code(&slip), text(&slip.stdout)), (1, "in KZ, Kazakhstan\n"));
}

/// Else the rules would lack the items until `:reload` reads them, or have a file that `:reload` refuses.
#[test]
fn the_whole_path_of_a_rule_file_names_it_too() {
    let root = directory("keep-whole-path", &[("rules/kz.loci", KZ)]);
    let file = root.join("rules/kz.loci");
    let script =
        format!(":in KZ\nterms easy {{ en: \"easy\" }}\n:keep {}\n:keep\n", file.display());
    let output = run(&root, &["repl"], &script);
    let shown = text(&output.stdout);
    assert!(
        shown.contains("wrote rules/kz.loci") && shown.contains("no items were entered"),
        "{shown}"
    );
    assert!(std::fs::read_to_string(file).unwrap().contains("terms easy"));
}

#[test]
fn a_session_begins_as_users_expect() {
    let record = r#"{"schema":"lexloci.message/1","id":"7","platform":"test","sent_at":"2026-03-01T00:00:00Z","parts":[{"kind":"text","text":"Пассивный доход"}]}"#;
    let root = directory("session-begins", &[("rules/kz.loci", KZ), ("one.jsonl", record)]);
    let answers = |arguments: &[&str], script: &str| {
        let output = run(&root, arguments, script);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    // The first record of a file is at hand.
    let shown = answers(&["repl", "rules", "-r", "one.jsonl"], ":in KZ\n:decide\n");
    assert!(shown.contains("restrict"), "{shown}");
    assert!(answers(&["repl", "rules"], "help\n").contains(":quit"));
    assert_eq!(answers(&["repl", "rules"], ":exit\n:in KZ\n"), "");
    let shown = answers(&["repl", "rules"], "define crowd = chat.members > 3\n");
    assert!(shown.contains("in world.loci; `:in PLACE` names"), "{shown}");
}
