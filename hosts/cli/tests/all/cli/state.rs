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

/// Wherever they stand in the input: the third promise comes first, and thousands of other messages before the first two.
#[cfg(feature = "sqlite")]
#[test]
fn messages_far_from_each_other_are_judged_in_the_order_of_their_instants() {
    let root = directory("state-far", &[("rules/eu.loci", RULES)]);
    let quiet = (0..5_000).map(|number| {
        promises([15].into_iter())
            .replace("m15", &format!("q{number}"))
            .replace("Passive income!", "Good morning")
    });
    let records = promises([13].into_iter())
        + &quiet.collect::<String>()
        + &promises([12, 14, 11].into_iter());
    let arguments = ["decide", "--in", "EU", "--state", "state.db", "--format", "jsonl"];
    let output = run(&root, &arguments, &records);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("later ones"), "{}", text(&output.stderr));
    let decided = super::lines(&output);
    let ids: Vec<&str> = decided.iter().map(|line| line["record"].as_str().unwrap()).collect();
    assert_eq!((ids.len(), ids[0], ids[5_000], ids[5_003]), (5_004, "m13", "q4999", "m11"));
    let limited = decided.iter().filter(|line| line["decisions"][0]["outcome"] == "limit");
    assert_eq!(limited.map(|line| &line["record"]).collect::<Vec<_>>(), ["m13"]);
    // The temporary files are gone.
    let mut files: Vec<_> =
        std::fs::read_dir(&root).unwrap().map(|file| file.unwrap().file_name()).collect();
    files.sort();
    assert_eq!(files, ["rules", "state.db"]);
}

#[cfg(feature = "sqlite")]
#[test]
fn messages_before_those_of_an_earlier_run_are_told() {
    let root = directory("state-late", &[("rules/eu.loci", RULES)]);
    let told = |hours: &[u32]| {
        let arguments = ["decide", "--in", "EU", "--state", "state.db"];
        let output = run(&root, &arguments, &promises(hours.iter().copied()));
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let late = text(&output.stderr).lines().find(|line| line.contains("later ones"));
        late.map(str::to_owned)
    };
    assert_eq!(told(&[14, 12]), None);
    let late = |number: &str| {
        format!(
            "note: {number} came after an earlier run had judged later ones: they count at their own instants, and the decisions about the later ones do not change"
        )
    };
    assert_eq!(told(&[15, 13, 11]), Some(late("2 messages")));
    // What was judged before is not late when it is delivered again.
    assert_eq!(told(&[15, 14, 13, 12, 11]), None);
    assert_eq!(told(&[10]), Some(late("1 message")));
}

#[cfg(feature = "sqlite")]
#[test]
fn a_new_store_knows_what_happened_since_the_first_message() {
    let root = directory("state-begins", &[("rules/eu.loci", RULES)]);
    let quiet = promises([10].into_iter()).replace("Passive income!", "Good morning");
    let decide = |file: &str, records: &str| {
        let output = run(&root, &["decide", "--in", "EU", "--state", file], records);
        (code(&output), text(&output.stderr).to_owned())
    };
    for (file, records) in
        [("quiet.db", quiet.clone()), ("b.db", promises([12].into_iter()) + &quiet)]
    {
        assert_eq!(decide(file, &records).0, 0);
        let exported = run(&root, &["state", "export", file], "");
        let begins = text(&exported.stdout).lines().next().unwrap().to_owned();
        assert!(begins.contains("2026-03-01T10:00:00Z"), "{begins}");
    }
    for name in [":memory:", "-"] {
        let (code, told) = decide(name, &quiet);
        assert!(code == 2 && told.contains("no file in which something stays"), "{told}");
    }
}

/// Only if a rule asked for them, and only without a store.
#[test]
fn that_nothing_is_known_of_counters_is_noted() {
    let root = directory("state-note", &[("rules/eu.loci", RULES)]);
    let promise = promises([11].into_iter());
    let noted = |command: &[&str], record: &str| {
        let output = run(&root, &[command, &["-", "--in", "EU"]].concat(), record);
        let stderr = text(&output.stderr);
        assert_eq!(code(&output), 0, "{stderr}");
        stderr.contains("counters and marks, of which nothing is known without `--state FILE`")
    };
    for command in ["decide", "explain"] {
        assert!(noted(&[command], &promise), "{command}");
        assert!(!noted(&[command], &promise.replace("Passive", "No")), "{command}");
        #[cfg(feature = "sqlite")]
        if command == "decide" {
            assert!(!noted(&[command, "--state", "state.db"], &promise));
        }
    }
}

/// With and without a store, and once for all records with the same mistake.
#[test]
fn rulings_that_change_nothing_are_noted() {
    let rules = format!(
        "{RULES}counter strikes {{ per author.key  over 1 day  since 2026-01-01  counts rules third }}\nrule struck {{ basis terms  when text mentions \"passive income\" and strikes >= 3  then limit }}\n"
    );
    let root = directory("state-rulings", &[("rules/eu.loci", &rules)]);
    let record = |id: &str, place: &str, rule: &str| {
        format!(
            r#"{{"id":"{id}","platform":"telegram","sent_at":"2026-03-01T11:00:00Z","author":{{"account":{{"id":7}}}},"parts":[{{"kind":"text","text":"Good morning"}}],"reports":{{"rulings":[{{"given_at":"2026-03-01T12:00:00Z","place":"{place}","rules":["{rule}"],"verdict":"reversed"}}]}}}}"#
        ) + "\n"
    };
    let records = [
        record("a", "EU", "eu.thrid"),
        record("b", "EU", "eu.thrid"),
        record("c", "EU", "eu.third"),
        record("d", "DE", "eu.third"),
    ];
    let notes = |more: &[&str]| {
        let output = run(&root, &[&["decide", "--in", "EU"], more].concat(), &records.concat());
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let lines = text(&output.stderr).lines().map(str::to_owned);
        lines.filter(|line| line.contains("nothing")).collect::<Vec<_>>()
    };
    let told = [
        "note: 1 ruling changes nothing: counters and marks follow rulings on `eu.third` for EU, not for DE (name the place whose file counts the rule or sets the mark: EU)",
        "note: 2 rulings change nothing: there is no rule `eu.thrid` (did you mean `eu.third`?)",
    ];
    assert_eq!(notes(&[]), told);
    assert_eq!(notes(&["--quiet"]), [""; 0]);
    #[cfg(feature = "sqlite")]
    assert_eq!(notes(&["--state", "state.db"]), told);
    let output = run(&root, &["explain", "-", "--in", "EU"], &records[0]);
    assert!(
        text(&output.stdout).contains("A ruling changes nothing: there is no rule `eu.thrid`"),
        "{}",
        text(&output.stdout)
    );
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

/// Who looks again does not make a label last longer, and what is over is not asked for.
#[cfg(feature = "sqlite")]
#[test]
fn a_label_ends_when_it_was_to_end_at_first() {
    let rules = r#"jurisdiction EU { zone "UTC" }
policy terms "Terms of service" {}
rule promise { basis terms  when text mentions "passive income"  then label for 7 days }
"#;
    let root = directory("state-label", &[("rules/eu.loci", rules)]);
    let told = |command: &[&str], day: &str| {
        let at = format!("2026-03-{day}T12:00:00Z");
        let arguments = [command, &["--in", "EU", "--state", "state.db", "--at", &at]].concat();
        let output = run(&root, &arguments, &promises([11].into_iter()));
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    let label = |day: &str| {
        let line = told(&["decide", "--format", "jsonl"], day);
        let line: serde_json::Value = serde_json::from_str(&line).unwrap();
        line["decisions"][0]["outcomes"].to_string()
    };
    assert!(label("01").contains(r#""until":"2026-03-08T12:00:00Z""#), "{}", label("01"));
    let again = r#""since":"2026-03-01T12:00:00Z","until":"2026-03-08T12:00:00Z""#;
    assert!(label("03").contains(again), "{}", label("03"));
    assert_eq!(label("08"), "[]");
    let explained = told(&["explain", "-"], "09");
    let over =
        "It asks for label since 2026-03-01 12:00 UTC until 2026-03-08 12:00 UTC, which is over.\n";
    assert!(explained.contains(over), "{explained}");
    let page = told(&["explain", "-", "--format", "md"], "04");
    assert!(page.contains("since 2026-03-01 12:00 UTC until 2026-03-08 12:00 UTC"), "{page}");
    let shown = run(&root, &["state", "show", "state.db", "m11"], "");
    let first =
        "outcome label by eu.promise in EU for m11\n  2026-03-01T12:00:00Z  first asked for\n";
    assert!(text(&shown.stdout).contains(first), "{}", text(&shown.stdout));
}

/// Statements are made from decisions with memory, and again when the messages are delivered again.
#[cfg(feature = "sqlite")]
#[test]
fn statements_give_the_numbers_that_were_counted() {
    let rules = RULES.replace(
        "{ basis terms  when promises",
        "{ basis terms  category scams_and_fraud  when promises",
    );
    let config = "[dsa]\npuid_key = \"a secret of the platform\"\nautomated_detection = true\nautomated_decision = \"fully\"\n";
    let root = directory("state-dsa", &[("rules/eu.loci", &rules), ("lexloci.toml", config)]);
    let made = |hours: std::ops::RangeInclusive<u32>| {
        let arguments = ["decide", "--in", "FR", "--state", "state.db", "--format", "dsa"];
        let output = run(&root, &arguments, &promises(hours));
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        text(&output.stdout).to_owned()
    };
    let statement = made(11..=14);
    let line: serde_json::Value = serde_json::from_str(&statement).unwrap();
    let count = "It rests on a count of at least 3 after 2026-02-28 14:00 +01:00 and until 2026-03-01 15:00 +01:00: promises.";
    let explanation = line["incompatible_content_explanation"].as_str().unwrap();
    assert!(explanation.ends_with(count), "{explanation}");
    assert!(!statement.contains("m11") && !statement.contains("telegram:7"), "{statement}");
    assert_eq!(made(11..=14), statement);
    assert_eq!(made(10..=10), "");
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
        &["sweep", "state.db"],
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
        let shown = printed(&root, &["show", "state.db", "tg:7"], "");
        assert_eq!(shown, "nothing is kept about `tg:7`; did you mean `telegram:7`?\n");
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
    fn what_no_window_reaches_is_swept() {
        let root = with_promises("state-sweep");
        let entries = || {
            let exported = printed(&root, &["export", "state.db"], "");
            exported.lines().filter(|line| line.starts_with("{\"entry\"")).count()
        };
        let kept = entries();
        assert!(kept > 0);
        // The latest instant that was judged.
        assert_eq!(printed(&root, &["sweep", "state.db"], ""), "swept 0 entries and marks\n");
        assert_eq!(entries(), kept);
        let later = ["sweep", "state.db", "--at", "2026-04-01T00:00:00Z"];
        assert_eq!(printed(&root, &later, ""), format!("swept {kept} entries and marks\n"));
        assert_eq!(entries(), 0);
        refused(&root, &["sweep", "none.db"], "");
    }

    #[test]
    fn what_is_exported_is_imported_whole_or_not_at_all() {
        let root = with_promises("state-export");
        let exported = printed(&root, &["export", "state.db"], "");
        assert_eq!(exported.lines().count(), 11);
        assert_eq!(printed(&root, &["import", "new.db"], &exported), "");
        assert_eq!(printed(&root, &["export", "new.db"], ""), exported);
        let why = refused(&root, &["import", "new.db"], &exported);
        assert!(why.ends_with("new.db: only an empty store can be filled\n"), "{why}");
        let (first, rest) = exported.split_once('\n').unwrap();
        let salted = "\"salt\":\"";
        let broken = [
            (
                exported.replace(salted, &format!("{salted}00")),
                "line 1: the salt is not 64 hexadecimal digits",
            ),
            (format!("{exported}{{\"entry\":"), "line 12: EOF while parsing a value, column 9"),
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
        printed(&root, &["import", "half.db"], &format!("{first}\n{{\"end\":{{\"lines\":1}}}}\n"));
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
            ("nowhere.db", "No such file or directory (os error 2)"),
            ("rules", "this is a directory"),
            ("notes.txt", "the file is no store of lexloci, and is left as it is"),
            ("empty.db", "the file is no store of lexloci, and is left as it is"),
            (
                "newer.db",
                "the store has version 99 of the tables, and this program knows 1: use a newer program",
            ),
        ];
        for (name, told) in bad {
            let told = format!("error: {name}: {told}\n");
            let before = fs::read(root.join(name)).ok();
            for arguments in
                [&["show", name, "m11"][..], &["forget", name, "m11"], &["export", name]]
            {
                assert_eq!(refused(&root, arguments, ""), told);
            }
            let explain = ["explain", "-", "--in", "EU", "--state", name];
            let output = run(&root, &explain, &promises(11..=11));
            assert_eq!((code(&output), text(&output.stderr)), (2, told.as_str()));
            // These two make a store where there is none yet.
            if !["nowhere.db", "empty.db"].contains(&name) {
                let decide = ["decide", "--in", "EU", "--state", name];
                let output = run(&root, &decide, &promises(11..=11));
                assert_eq!((code(&output), text(&output.stderr)), (2, told.as_str()));
                assert_eq!(refused(&root, &["import", name], ""), told);
            }
            assert_eq!(fs::read(root.join(name)).ok(), before, "{name}");
        }
    }

    #[test]
    fn an_id_that_looks_like_the_key_of_an_author_is_shown_and_forgotten_by_name() {
        let root = with_promises("state-alike");
        // Another author uses the key of the first one as the id of a message.
        let alike = promises(15..=15).replace("m15", "telegram:7").replace(":7}", ":8}");
        let decide = ["decide", "--in", "EU", "--state", "state.db"];
        assert_eq!(code(&run(&root, &decide, &alike)), 0);
        let of_author = printed(&root, &["show", "state.db", "--author", "telegram:7"], "");
        let of_record = printed(&root, &["show", "state.db", "--record", "telegram:7"], "");
        assert!(of_author.contains("judging of m11") && !of_author.contains("telegram:8"));
        assert!(of_record.contains("author  telegram:8") && !of_record.contains("m11"));
        let bare = run(&root, &["state", "show", "state.db", "telegram:7"], "");
        assert_eq!(text(&bare.stdout), of_author);
        assert_eq!(
            text(&bare.stderr),
            "note: `telegram:7` is taken for an author (`--author`); there is a record with this id, too (`--record`)\n"
        );
        for (id, taken) in
            [("m11", "a record (`--record`)"), ("telegram:8", "an author (`--author`)")]
        {
            let bare = run(&root, &["state", "show", "state.db", id], "");
            assert_eq!(text(&bare.stderr), format!("note: `{id}` is taken for {taken}\n"));
        }
        let erased = printed(&root, &["forget", "state.db", "--record", "telegram:7"], "");
        assert_eq!(erased, "erased 1 entry of counters, 1 judging\n");
        assert_eq!(printed(&root, &["show", "state.db", "--author", "telegram:7"], ""), of_author);
        let none = printed(&root, &["show", "state.db", "--record", "telegram:7"], "");
        assert!(none.starts_with("nothing is kept about `telegram:7`"), "{none}");
        for wrong in [&["show", "state.db"][..], &["show", "state.db", "m11", "--author", "x"]] {
            assert_eq!(code(&run(&root, &[&["state"], wrong].concat(), "")), 2);
        }
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
        for arguments in [
            &["state", "export", "state.db"][..],
            &["state", "show", "state.db", "--record", "m11"],
        ] {
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
