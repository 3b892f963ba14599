//! `decide`: places, thresholds, counts, the table for people, and records that are refused.

use super::{KZ, code, directory, lines, message, run, text};
use serde_json::{Value, json};

#[test]
fn stats_count_what_each_rule_did() {
    let root = directory("stats", &[("rules/kz.loci", KZ)]);
    let texts = ["Пассивный доход", "привет", "пассивный доход"];
    let records = texts.map(|words| message(words, words, json!(["KZ"])).to_string()).join("\n");
    let output = run(&root, &["decide", "--stats", "--format", "jsonl"], &records);
    let stderr = text(&output.stderr);
    let table: Vec<Vec<&str>> = stderr
        .lines()
        .skip_while(|line| !line.starts_with("RULE"))
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(table[0], ["RULE", "SELECTED", "EVALUATED", "FIRED", "UNKNOWN", "TIME"]);
    // The times differ from run to run, and they decide the order of the rows.
    let mut counts: Vec<_> = table.iter().skip(1).map(|row| row[..5].join(" ")).collect();
    counts.sort_unstable();
    // The exception `kz.warnings` is selected by no index. It is evaluated whenever the rule that it lifts fires.
    let expected = ["kz.crowds 3 3 3 0", "kz.promises 2 2 2 0", "kz.warnings 0 2 0 0"];
    assert_eq!(counts, expected, "{stderr}");
}

/// The command line and the session write the receipt that the library makes.
#[test]
fn receipts_are_written_on_demand() {
    let record = message("tg:1/1", "Пассивный доход", json!(["KZ"])).to_string();
    let root = directory("receipts", &[("rules/kz.loci", KZ), ("m.json", &record)]);
    let decided = |arguments: &[&str]| {
        let always = ["decide", "m.json", "--in", "KZ", "--format", "jsonl"];
        lines(&run(&root, &[&always, arguments].concat(), "")).remove(0)
    };
    let (mut line, bare) = (decided(&["--receipt"]), decided(&[]));
    let receipt = line.as_object_mut().unwrap().remove("receipt").unwrap();
    assert_eq!(line, bare);
    let set = lexloci::Compiler::new().directory(root.join("rules")).compile().unwrap();
    let read = set.read(record.as_bytes()).unwrap();
    let (at, kz) = (read.latest().unwrap(), set.place("KZ").unwrap());
    let mut evaluator = set.evaluator();
    let mut message = evaluator.message(&read).unwrap();
    let expected = message.decide(kz, at, &lexloci::State::default()).receipt();
    assert_eq!(serde_json::from_value::<lexloci::Receipt>(receipt).unwrap(), expected);
    let session = run(&root, &["repl"], ":record @m.json\n:in KZ\n:receipt\n");
    let last = text(&session.stdout).lines().last().unwrap();
    assert_eq!(serde_json::from_str::<lexloci::Receipt>(last).unwrap(), expected);
    for format in ["table", "dsa"] {
        let refused = run(&root, &["decide", "m.json", "--receipt", "--format", format], "");
        let stderr = text(&refused.stderr);
        assert_eq!((code(&refused), stderr), (2, "error: `--receipt` needs `--format jsonl`\n"));
    }
}

#[test]
fn places_are_checked_and_a_threshold_sets_the_exit_code() {
    let root = directory("places", &[("rules/kz.loci", KZ)]);
    let record = message("promise", "Пассивный доход", json!(["FR"])).to_string();
    let exit_code =
        |arguments: &[&str]| code(&run(&root, &[&["decide", "-q"], arguments].concat(), &record));
    assert_eq!(exit_code(&["--in", "KZ", "--fail-on", "limit"]), 3);
    assert_eq!(exit_code(&["--in", "KZ", "--fail-on", "remove"]), 0);
    assert_eq!(exit_code(&["--fail-on", "label"]), 0);
    let unknown = run(&root, &["decide", "--in", "KX"], &record);
    assert_eq!(code(&unknown), 2);
    assert!(text(&unknown.stderr).contains("did you mean `K"), "{}", text(&unknown.stderr));
    for (codes, expected) in [
        ("", "a code is missing"),
        ("KZ,,FR", "a code is missing"),
        ("UK", "did you mean `GB`"),
        ("kaz", "did you mean `KZ`"),
        ("Frence", "did you mean `FR`"),
    ] {
        let wrong = run(&root, &["decide", "--in", codes], &record);
        assert_eq!(code(&wrong), 2);
        assert!(text(&wrong.stderr).contains(expected), "{}", text(&wrong.stderr));
    }
    assert_eq!(exit_code(&["--in", "FR,KZ", "--in", "DE", "--fail-on", "limit"]), 3);
    assert_eq!(exit_code(&["--fail-on", "burn"]), 2);
    let bloc = run(&root, &["decide", "--in", "EU", "--format", "jsonl"], &record);
    let decisions = lines(&bloc)[0]["decisions"].clone();
    let groups =
        decisions.as_array().unwrap().iter().map(|each| each["places"].as_array().unwrap().len());
    // The record is visible only in France, so France has its own decision.
    assert_eq!(groups.collect::<Vec<_>>(), [26, 1]);
}

#[test]
fn a_subdivision_is_judged_apart_from_its_country() {
    let rules = "
jurisdiction FR-IDF { zone \"Europe/Paris\" }
policy desk \"Desk\" {}
rule local { basis desk  when text mentions \"paris\"  then label }
";
    let root = directory("subdivision", &[("rules/fr-idf.loci", rules)]);
    let decided = |arguments: &[&str], countries: Value, except: Value| {
        let mut record = message("x", "Paris", countries);
        record["visibility"]["except"] = except;
        let arguments = [&["decide", "--format", "jsonl"], arguments].concat();
        let line = lines(&run(&root, &arguments, &record.to_string())).remove(0);
        let decisions = line["decisions"].as_array().cloned().unwrap_or_default();
        let shown =
            |each: &Value| format!("{} {}", each["places"], each["outcome"]).replace('"', "");
        decisions.iter().map(shown).collect::<Vec<_>>().join(", ")
    };
    let none = || json!([]);
    assert_eq!(decided(&["--in", "FR-IDF"], json!("*"), none()), "[FR-IDF] label");
    assert_eq!(decided(&[], json!(["FR-IDF", "KZ"]), none()), "[KZ] none, [FR-IDF] label");
    assert_eq!(decided(&[], json!(["FR", "FR-IDF"]), json!(["FR-IDF"])), "[FR] none");
    assert_eq!(decided(&[], json!(["FR-IDF", "KZ"]), json!(["FR"])), "[KZ] none");

    let record = message("x", "Paris", json!("*")).to_string();
    let why = run(&root, &["explain", "-", "--in", "FR-IDF"], &record);
    assert!(text(&why.stdout).contains("fr_idf.local \"local\" fired"), "{}", text(&why.stdout));
    let script = ":record { text: \"Paris\" }\n:at 2026-03-01\n:in FR-IDF\n:decide\n";
    let session = run(&root, &["repl"], script);
    assert!(
        text(&session.stdout).contains("FR-IDF at 2026-03-01 00:00 +01:00 (Europe/Paris): label")
    );
}

/// A day that a person types begins at midnight in each place, and people read times of the place.
#[test]
fn a_day_is_local_and_people_read_local_times() {
    let file = |place: &str, zone: &str| {
        format!(
            "jurisdiction {place} {{ zone \"{zone}\" }}\npolicy desk \"Desk\" {{}}\n\
             rule dated {{ basis desk  in force from 2021-10-01  when text mentions \"paris\"\n\
             then label for 2 days, review within 24 hours by policy desk }}\n"
        )
    };
    let (fr, kz) = (file("FR", "Europe/Paris"), file("KZ", "Asia/Almaty"));
    let record = message("x", "Paris", json!(["FR", "KZ"])).to_string();
    let files = [("rules/fr.loci", &*fr), ("rules/kz.loci", &kz), ("m.json", &record)];
    let root = directory("days", &files);
    let shown = |arguments: &[&str]| {
        let output = run(&root, &[arguments, &["--at", "2021-10-01"]].concat(), "");
        assert_eq!((code(&output), text(&output.stderr)), (0, ""), "{arguments:?}");
        text(&output.stdout).to_owned()
    };
    let jsonl = shown(&["decide", "-q", "m.json", "--format", "jsonl", "--receipt"]);
    let line: Value = serde_json::from_str(&jsonl).unwrap();
    assert_eq!((&line["at"], &line["receipt"]["at"]), (&json!("2021-10-01"), &json!("2021-10-01")));
    let decisions = line["decisions"].as_array().unwrap();
    let instants: Vec<_> = decisions.iter().map(|each| [&each["places"][0], &each["at"]]).collect();
    let expected = [
        [json!("FR"), json!("2021-09-30T22:00:00Z")],
        [json!("KZ"), json!("2021-09-30T18:00:00Z")],
    ];
    assert_eq!(json!(instants), json!(expected));
    let markdown = shown(&["explain", "m.json", "--format", "md"]);
    let is_dated = |line: &&str| line.contains("2021-") || line.starts_with("## ");
    let dates: Vec<_> = markdown.lines().filter(is_dated).collect();
    let texts = [
        shown(&["decide", "-q", "m.json"]),
        shown(&["explain", "m.json", "--rule", "fr.dated"]),
        shown(&["matrix", "m.json"]),
        shown(&["timeline", "m.json"]),
        dates.join("\n"),
    ];
    insta::assert_snapshot!(texts.join("\n"));
    let script = ":record @m.json\n:at 2021-10-01\n:decide\n:at +1 day\n:at +1 hour\n:at prev\n\
                  :at 2021-10-01 00:00 +02:00\n:in FR\n:at\n:at 2021-10-02\n:at -12 hours\n";
    let session = run(&root, &["repl"], script);
    insta::assert_snapshot!(text(&session.stdout));
    // Each case of a test names its own instant.
    let world = "jurisdiction WORLD {}\npolicy desk \"Desk\" {}\n\
                 rule dated { basis desk  in force from 2021-10-01  when text mentions \"paris\"  then label }\n";
    let files = [
        ("rules/world.loci", world),
        ("rules/fr.loci", "jurisdiction FR { zone \"Europe/Paris\" }\n"),
        ("rules/kz.loci", "jurisdiction KZ { zone \"Asia/Almaty\" }\n"),
        ("m.json", &record),
    ];
    let root = directory("saved_day", &files);
    let script = ":record @m.json\n:at 2021-10-01\n:save-test both world.loci\n:decide\n";
    let saved = run(&root, &["repl"], script);
    insta::assert_snapshot!(text(&saved.stdout));
    let tests = run(&root, &["test"], "");
    assert_eq!(code(&tests), 0, "{}", text(&tests.stdout));
}

#[test]
fn a_refused_record_is_named_by_its_id_and_line() {
    let root = directory("refused", &[("rules/kz.loci", KZ)]);
    let good = message("good", "привет", json!(["KZ"])).to_string();
    let refused = |input: &str| {
        let output = run(&root, &["decide", "--format", "jsonl"], input);
        let errors =
            lines(&output).into_iter().filter(|line| line.get("error").is_some()).map(|line| {
                format!("{} {} {}", line["record"], line["position"], line["error"]["message"])
            });
        (code(&output), errors.collect::<Vec<_>>().join("\n"))
    };
    let (_, first_line) = refused(&format!("{{\"id\":\n{good}\n{{\"id\":\"x\",\"chat\":}}\n"));
    insta::assert_snapshot!(first_line, @r#"
    null {"file":"-","line":1} "this is not JSON: EOF while parsing a value at column 6"
    "x" {"file":"-","line":3} "this is not JSON: expected value at column 18"
    "#);
    let open = good.strip_suffix('}').unwrap();
    let (_, unclosed) = refused(&format!("{open}\n{good}"));
    assert!(unclosed.starts_with("\"good\" {\"file\":\"-\",\"line\":1}"), "{unclosed}");
    assert_eq!(unclosed.lines().count(), 1);
    for cut in ["[", &format!("[{good}"), &format!("[{good},"), &format!("[{good} {good}]")] {
        let (code, errors) = refused(cut);
        assert_eq!((code, errors.lines().count()), (4, 1), "{cut}: {errors}");
    }
}

#[test]
fn the_table_for_people_has_no_control_characters() {
    let root = directory("table", &[("rules/kz.loci", KZ)]);
    let hostile = "\u{1b}[2J\u{202e}\u{200b}";
    let records = [
        message("tg:1/1", "Пассивный доход", json!(["KZ", "FR"])).to_string(),
        message(&format!("tg:1/{hostile}"), &format!("Пассивный{hostile} доход"), json!(["KZ"]))
            .to_string(),
        "{".into(),
        message("tg:1/3", "привет", json!("*")).to_string(),
    ];
    std::fs::write(root.join("messages.jsonl"), records.join("\n")).unwrap();
    let output = run(&root, &["decide", "messages.jsonl"], "");
    assert_eq!(code(&output), 4);
    for raw in hostile.chars().filter(|c| !c.is_ascii_graphic()) {
        assert!(!text(&output.stdout).contains(raw), "{raw:?}");
    }
    insta::assert_snapshot!(text(&output.stdout), @r"
    RECORD                          PLACE                OUTCOME                     DUE                      RULE                    WORDS
    tg:1/1                          FR                   none
    tg:1/1                          KZ                   restrict, escalate, review  2026-03-02 17:00 +05:00  kz.crowds, kz.promises  “Пассивный доход”
    tg:1/\u{1b}[2J\u{202e}\u{200b}  KZ                   review                                               kz.crowds
    messages.jsonl, line 3                               error LX7001                                                                 this is not JSON: EOF while parsing an object at column 1
    tg:1/3                          248 other countries  none
    tg:1/3                          KZ                   review                                               kz.crowds
    ");
    insta::assert_snapshot!(text(&output.stderr), @r"
    note: records are judged at their own latest date; `--at` names another instant
    4 records, 5 decisions, 3 of them ask for something; 1 record not judged
    ");
}

const SHORT: &str = r#"{ text: "Пассивный доход", chat: { members: 3 } }"#;

#[test]
fn a_place_without_rules_is_told() {
    let root = directory("without-rules", &[("rules/kz.loci", KZ), ("short.loci", SHORT)]);
    for command in ["decide", "explain"] {
        let told = |places: &str| {
            let arguments = [command, "short.loci", "--in", places, "--at", "2026-03-01"];
            let output = run(&root, &arguments, "");
            assert_eq!(code(&output), 0, "{}", text(&output.stderr));
            text(&output.stderr).contains("no rule is about US or a place around it")
        };
        assert!(told("US") && told("KZ,US"), "{command}");
        assert!(!told("KZ") && !told("KZ-10"), "{command}");
    }
}

#[test]
fn the_short_notation_is_read_from_files_as_in_tests() {
    let quoted = r#"{"text": "Пассивный доход", "chat": {"members": 3}}"#;
    let spread = "{\n  text: \"Пассивный доход\",  \n  chat: { members: 3 },\n}\n";
    let lines = format!("{SHORT}\n{quoted}\n");
    let bad = "{ text: 1 + }";
    let root = directory("short", &[("rules/kz.loci", KZ)]);
    let decided = |record: &str| {
        let arguments = ["decide", "--in", "KZ", "--at", "2026-03-01", "--format", "jsonl"];
        run(&root, &arguments, record)
    };
    let one = lines_of(&decided(SHORT));
    assert_eq!(one.len(), 1);
    assert_eq!(lines_of(&decided(quoted)), one);
    assert_eq!(lines_of(&decided(spread)), one);
    assert_eq!(lines_of(&decided(&lines)), [&*one, &*one].concat());
    let refused = decided(bad);
    assert_eq!(code(&refused), 4);
    assert!(text(&refused.stdout).contains("neither JSON nor the notation of tests"));
}

/// The lines of JSON of a run that succeeds.
fn lines_of(output: &std::process::Output) -> Vec<Value> {
    assert_eq!(code(output), 0, "{}", text(&output.stderr));
    lines(output)
}

#[test]
fn hits_include_what_could_not_be_judged() {
    let root = directory("unjudged-hits", &[("rules/kz.loci", KZ)]);
    let hits = ["decide", "--in", "KZ", "--at", "2026-03-01", "--only-hits"];
    let output = run(&root, &hits, r#"{ text: "привет" }"#);
    assert!(text(&output.stdout).contains("none ?"), "{}", text(&output.stdout));
}

#[test]
fn tables_for_files_are_whole_and_can_have_hits_only() {
    let long = "tg:-100123456789/".to_owned() + &"1234567890".repeat(20);
    let hit = message(&long, "Пассивный доход", json!(["KZ"])).to_string();
    let miss = SHORT.replace("Пассивный доход", "nothing here");
    let root = directory("whole", &[("rules/kz.loci", KZ)]);
    let records = format!("{hit}\n{miss}\n");
    let named = "DE,FR,IT,ES,PL,NL,BE,AT,CZ";
    let output = run(&root, &["decide", "--in", named, "--at", "2026-03-01"], &records);
    let table = text(&output.stdout);
    assert!(
        table.contains(&long) && table.contains("AT, BE, CZ, DE, ES, FR, IT, NL, PL"),
        "{table}"
    );
    for format in ["table", "jsonl"] {
        let hits =
            ["decide", "--in", "KZ", "--at", "2026-03-01", "--only-hits", "--format", format];
        let output = run(&root, &hits, &records);
        assert!(!text(&output.stdout).contains("given"), "{}", text(&output.stdout));
        assert!(
            text(&output.stderr).contains("2 records, 2 decisions, 1 of them"),
            "{}",
            text(&output.stderr)
        );
    }
}
