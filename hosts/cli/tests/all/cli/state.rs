//! `decide --state` and `state`: decisions with what earlier messages left behind, in a file of SQLite.

#[cfg(feature = "sqlite")]
use super::command;
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

#[cfg(not(feature = "sqlite"))]
#[test]
fn each_task_of_state_names_the_feature_in_a_program_without_sqlite() {
    let root = directory("state-tasks-without", &[]);
    std::fs::create_dir_all(&root).unwrap();
    for arguments in [
        &["show", "state.db", "m1"][..],
        &["forget", "state.db", "m1"],
        &["export", "state.db"],
        &["import", "state.db"],
    ] {
        let output = run(&root, &[&["state"], arguments].concat(), "");
        assert_eq!((code(&output), text(&output.stdout)), (2, ""), "{arguments:?}");
        let needs = format!("`state {}` needs: build it with `--features sqlite`", arguments[0]);
        assert!(text(&output.stderr).contains(&needs), "{}", text(&output.stderr));
    }
}

#[cfg(feature = "sqlite")]
mod with_sqlite {
    use super::{RULES, code, command, directory, promises, run, text};
    use std::fs;
    use std::path::{Path, PathBuf};

    /// A folder with a store that has four promises of one author.
    fn with_promises(name: &str) -> PathBuf {
        let root = directory(name, &[("rules/eu.loci", RULES)]);
        judge(&root);
        root
    }

    /// Judges four promises, and returns what was written.
    fn judge(root: &Path) -> String {
        let arguments = ["decide", "--in", "EU", "--state", "state.db"];
        let output = run(root, &arguments, &promises(11..=14));
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    }

    /// What a task prints.
    fn printed(root: &Path, arguments: &[&str], stdin: &str) -> String {
        let output = run(root, &[&["state"], arguments].concat(), stdin);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    }

    /// What a task that cannot run says.
    fn refused(root: &Path, arguments: &[&str], stdin: &str) -> String {
        let output = run(root, &[&["state"], arguments].concat(), stdin);
        assert_eq!((code(&output), text(&output.stdout)), (2, ""), "{arguments:?}");
        text(&output.stderr).to_owned()
    }

    #[test]
    fn what_is_kept_about_a_record_or_an_author_is_shown() {
        let root = with_promises("state-show");
        let file = fs::read(root.join("state.db")).unwrap();
        let of_author = printed(&root, &["show", "state.db", "telegram:7"], "");
        let counter = "counter eu.promises for telegram:7\n  2026-03-01T11:00:00Z  m11  adds 1\n";
        assert!(of_author.starts_with(counter), "{of_author}");
        assert!(of_author.contains("m13  adds 1, reached 3\n"), "{of_author}");
        assert!(of_author.contains("\njudging of m13 at 2026-03-01T13:00:00Z\n"), "{of_author}");
        assert!(of_author.contains("limit by eu.third\n"), "{of_author}");
        let of_record = printed(&root, &["show", "state.db", "m12"], "");
        assert!(of_record.contains("m12  adds 1\n") && !of_record.contains("m11"), "{of_record}");
        let json = printed(&root, &["show", "state.db", "m12", "--format", "json"], "");
        let kinds = json.lines().map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line.as_object().unwrap().keys().next().unwrap().clone()
        });
        assert_eq!(kinds.collect::<Vec<_>>(), ["entry", "judging"]);
        // Nothing was written.
        assert_eq!(fs::read(root.join("state.db")).unwrap(), file);
    }

    #[test]
    fn the_nearest_of_those_who_are_known_is_named() {
        let root = with_promises("state-unknown");
        let shown = printed(&root, &["show", "state.db", "telegram:8"], "");
        assert_eq!(shown, "nothing is kept about `telegram:8`; did you mean `telegram:7`?\n");
        let shown = printed(&root, &["show", "state.db", "somebody@else"], "");
        let known =
            "nothing is kept about `somebody@else`; 5 other records and authors are known\n";
        assert_eq!(shown, known);
        let arguments = ["state", "show", "state.db", "telegram:8", "--format", "json"];
        let output = run(&root, &arguments, "");
        assert_eq!((code(&output), text(&output.stdout)), (0, ""));
        assert!(text(&output.stderr).contains("did you mean `telegram:7`?"));
    }

    #[test]
    fn what_was_forgotten_stays_forgotten() {
        let root = with_promises("state-forget");
        let erased = printed(&root, &["forget", "state.db", "m12"], "");
        assert_eq!(erased, "erased 1 entry of counters, 1 judging\n");
        let erased = printed(&root, &["forget", "state.db", "telegram:7"], "");
        assert_eq!(erased, "erased 3 entries of counters, 3 judgings\n");
        let erased = printed(&root, &["forget", "state.db", "telegram:7"], "");
        assert_eq!(erased, "nothing is kept about `telegram:7`, nor about anybody else\n");
        // What is delivered again is not counted again.
        assert!(!judge(&root).contains("limit"));
        let shown = printed(&root, &["show", "state.db", "telegram:7"], "");
        assert!(shown.starts_with("nothing is kept"), "{shown}");
    }

    #[test]
    fn what_is_exported_is_imported_whole_or_not_at_all() {
        let root = with_promises("state-export");
        let exported = printed(&root, &["export", "state.db"], "");
        assert_eq!(exported.lines().count(), 10);
        assert_eq!(printed(&root, &["import", "new.db"], &exported), "");
        assert_eq!(printed(&root, &["export", "new.db"], ""), exported);
        let why = refused(&root, &["import", "new.db"], &exported);
        assert!(why.ends_with("new.db: only an empty store can be filled\n"), "{why}");
        let (first, rest) = exported.split_once('\n').unwrap();
        let broken = [
            (format!("{exported}{{\"entry\":"), "line 11: EOF while parsing a value, column 9"),
            (exported.replace("\"counter\"", "\"countr\""), "line 2: unknown variant `countr`"),
            (rest.to_owned(), "line 1: an export begins with the line of its store"),
            (format!("{first}\n{exported}"), "line 2: an export begins once"),
            (
                exported.replace("\"version\":1,\"known", "\"version\":9,\"known"),
                "line 1: the export has version 9",
            ),
            (String::new(), "there is no line to import"),
            ("\u{1b}[2J\n".to_owned(), "line 1: expected value"),
        ];
        for (lines, told) in broken {
            assert_ne!(lines, exported, "{told}");
            let why = refused(&root, &["import", "half.db"], &lines);
            assert!(why.contains(told) && !why.contains('\u{1b}'), "{told}: {why}");
            // The file was made by this command, so it goes again.
            assert!(!root.join("half.db").exists(), "{told}");
        }
        // In a file that was there, nothing is kept.
        printed(&root, &["import", "half.db"], &exported.lines().take(1).collect::<String>());
        refused(&root, &["import", "half.db"], &format!("{exported}x"));
        assert_eq!(printed(&root, &["import", "half.db"], &exported), "");
    }

    #[test]
    fn files_that_are_no_stores_are_told_and_left_as_they_are() {
        let root = with_promises("state-bad");
        let mut newer = fs::read(root.join("state.db")).unwrap();
        // The version of the tables in the header of SQLite.
        newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
        fs::write(root.join("newer.db"), newer).unwrap();
        fs::write(root.join("notes.txt"), "milk, bread and a long list of other things").unwrap();
        fs::write(root.join("empty.db"), "").unwrap();
        let bad = [
            ("nowhere.db", "nowhere.db: No such file"),
            ("rules", "`rules` is a directory"),
            ("notes.txt", "notes.txt: file is not a database"),
            ("empty.db", "empty.db: the file is no store of lexloci"),
            ("newer.db", "use a newer program"),
        ];
        for (name, told) in bad {
            let before = fs::read(root.join(name)).ok();
            for arguments in
                [&["show", name, "m11"][..], &["forget", name, "m11"], &["export", name]]
            {
                let why = refused(&root, arguments, "");
                assert!(why.contains(told), "{why}");
            }
            assert_eq!(fs::read(root.join(name)).ok(), before, "{name}");
        }
        let why = refused(&root, &["import", "notes.txt"], "");
        assert!(why.contains("not a database"), "{why}");
    }

    #[test]
    fn a_file_that_must_not_be_written_is_shown() {
        let root = with_promises("state-read-only");
        let file = root.join("state.db");
        let mut permissions = fs::metadata(&file).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&file, permissions).unwrap();
        assert!(printed(&root, &["show", "state.db", "m11"], "").contains("m11  adds 1"));
        assert!(printed(&root, &["export", "state.db"], "").starts_with("{\"store\":"));
        // The administrator may write to any file.
        if fs::OpenOptions::new().write(true).open(&file).is_err() {
            let why = refused(&root, &["forget", "state.db", "m11"], "");
            assert!(why.contains("state.db: attempt to write a readonly database"), "{why}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_and_a_closed_stdout_is_not() {
        let root = with_promises("state-full");
        for arguments in
            [&["state", "export", "state.db"][..], &["state", "show", "state.db", "m11"]]
        {
            let full = fs::File::options().write(true).open("/dev/full").unwrap();
            let output = command(&root, arguments).stdout(full).output().unwrap();
            assert_eq!(code(&output), 2);
            assert!(text(&output.stderr).contains("error: stdout: "), "{}", text(&output.stderr));
            let mut child = command(&root, arguments).spawn().unwrap();
            drop(child.stdout.take());
            let output = child.wait_with_output().unwrap();
            assert_eq!((code(&output), text(&output.stderr)), (0, ""));
        }
    }

    #[test]
    fn hostile_ids_do_not_reach_the_terminal() {
        let root = directory("state-hostile", &[("rules/eu.loci", RULES)]);
        let record = promises(11..=11).replace("\"m11\"", "\"\\u001b[2J\\nm\"");
        let arguments = ["decide", "--in", "EU", "--state", "state.db"];
        assert_eq!(code(&run(&root, &arguments, &record)), 0);
        for arguments in [
            &["show", "state.db", "telegram:7"][..],
            &["show", "state.db", "\u{1b}[2J\nm"],
            &["show", "state.db", "\u{1b}[3J"],
            &["export", "state.db"],
            &["forget", "state.db", "\u{1b}[2J\nm"],
            &["forget", "state.db", "\u{1b}[2J\nm"],
        ] {
            let shown = printed(&root, arguments, "");
            assert!(!shown.contains('\u{1b}') && !shown.is_empty(), "{shown}");
        }
    }
}
