//! Messages of every format: packed and plain streams, facts, places, Ctrl-C, the progress bar.

use super::schema::validator;
use super::{KZ, code, command, directory, lines, message, run, text};
use expectrl::{Eof, Expect, Session};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::process::{Command, Output};
use std::time::Duration;

const EXPORT: &str = include_str!("../../../../../examples/export/result.json");
const FACTS: &str = include_str!("../../../../../examples/export/facts.jsonl");
const UPDATES: &str = include_str!("../../../../../tests/cases/telegram/updates.jsonl");

fn packed_gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(vec![], flate2::Compression::fast());
    packer.write_all(bytes).unwrap();
    packer.finish().unwrap()
}

fn packed_zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

/// Unpacking stops after 64 MiB if a file expands far more than real messages do.
#[test]
fn a_small_file_that_unpacks_to_too_much_is_refused() {
    let root = directory("bomb", &[("message.json", "{}")]);
    let blanks = vec![b' '; 8 << 20];
    let mut packer = flate2::write::GzEncoder::new(vec![], flate2::Compression::best());
    packer.write_all(&blanks).unwrap();
    std::fs::write(root.join("bomb.gz"), packer.finish().unwrap().repeat(16)).unwrap();
    std::fs::write(root.join("bomb.zst"), packed_zstd(&blanks).repeat(16)).unwrap();
    for arguments in [
        &["convert", "bomb.zst"][..],
        &["convert", "bomb.gz"],
        &["convert", "message.json", "--facts", "bomb.zst"],
    ] {
        let refused = run(&root, arguments, "");
        assert_eq!(code(&refused), 2, "{arguments:?}");
        assert!(text(&refused.stderr).contains("LX7014"), "{}", text(&refused.stderr));
    }
}

#[test]
fn messages_are_converted_from_every_format() {
    let root = directory("convert", &[("result.json", EXPORT), ("updates.jsonl", UPDATES)]);
    std::fs::write(root.join("result.json.gz"), packed_gzip(EXPORT.as_bytes())).unwrap();
    let half = EXPORT.len() / 2;
    let halves = [packed_zstd(&EXPORT.as_bytes()[..half]), packed_zstd(&EXPORT.as_bytes()[half..])];
    std::fs::write(root.join("result.zst"), halves.concat()).unwrap();

    let export = run(&root, &["convert", "result.json"], "");
    assert_eq!((code(&export), lines(&export).len()), (0, 64), "{}", text(&export.stderr));
    for arguments in [
        &["convert", "result.json.gz"][..],
        &["convert", "result.zst", "--from", "telegram-export"],
    ] {
        assert_eq!(run(&root, arguments, "").stdout, export.stdout, "{arguments:?}");
    }
    assert_eq!(run(&root, &["convert"], EXPORT).stdout, export.stdout);
    // Converting canonical records changes nothing.
    let again = run(&root, &["convert", "--from", "record"], text(&export.stdout));
    assert_eq!(again.stdout, export.stdout);

    let updates = run(&root, &["convert", "updates.jsonl"], "");
    assert_eq!((code(&updates), lines(&updates).len()), (0, 16), "{}", text(&updates.stderr));
    assert!(text(&updates.stderr).contains("without a message: my_chat_member 1, poll 1"));

    let wrong = run(&root, &["convert", "result.json", "--from", "telegram"], "");
    assert_eq!(code(&wrong), 4);
    assert!(text(&wrong.stderr).contains("looks like an export"), "{}", text(&wrong.stderr));
    assert_eq!(code(&run(&root, &["convert", "--from", "matrix"], "")), 2);
    let folder = run(&root, &["convert", "."], "");
    assert_eq!(code(&folder), 2);
    assert!(text(&folder.stderr).contains("did you mean `./result.json`?"));
    std::fs::write(root.join("result.zip"), b"PK\x03\x04...").unwrap();
    let zip = run(&root, &["convert", "result.zip"], "");
    assert!(text(&zip.stderr).contains("unpack it first"));
    assert_eq!((code(&zip), code(&run(&root, &["convert"], ""))), (2, 0));
}

#[test]
fn facts_make_decisions_complete_and_explanations_cite_them() {
    let rules = KZ.to_string();
    let root = directory(
        "facts",
        &[("rules/kz.loci", &rules), ("result.json", EXPORT), ("facts.jsonl", FACTS)],
    );
    let without = run(&root, &["decide", "result.json", "--in", "KZ", "--format", "jsonl"], "");
    let with = run(
        &root,
        &["decide", "result.json", "--facts", "facts.jsonl", "--in", "KZ", "--format", "jsonl"],
        "",
    );
    let complete = |output: &Output| {
        lines(output).iter().filter(|line| line["decisions"][0]["complete"] == true).count()
    };
    assert_eq!((code(&with), complete(&with)), (0, 64), "{}", text(&with.stderr));
    assert!(complete(&without) < 64);
    let why = run(
        &root,
        &["explain", "result.json:tg:-1001101200501/2", "--facts", "facts.jsonl", "--in", "KZ"],
        "",
    );
    let expected = "chat.members is 48210, from \"channel register, 2026-05-12T00:00:00Z (facts.jsonl, line 1)\"";
    assert!(text(&why.stdout).contains(expected), "{}", text(&why.stdout));
    for name in ["2", "/chats/list/0/messages/1"] {
        let record = format!("result.json:{name}");
        let same = run(&root, &["explain", &record, "--facts", "facts.jsonl", "--in", "KZ"], "");
        assert_eq!(same.stdout, why.stdout);
    }

    std::fs::write(
        root.join("wrong.jsonl"),
        "{\"chat\": 1, \"facts\": {\"chat\": {\"membres\": 1}}}\n[]\n",
    )
    .unwrap();
    let wrong = run(&root, &["decide", "result.json", "--facts", "wrong.jsonl"], "");
    assert_eq!(code(&wrong), 2);
    let stderr = text(&wrong.stderr);
    assert!(
        stderr.contains("wrong.jsonl:1: LX7003") && stderr.contains("wrong.jsonl:2: LX7011"),
        "{stderr}"
    );
    std::fs::write(root.join("other.jsonl"), "{\"chat\": 1, \"facts\": {}}\n").unwrap();
    let other = run(&root, &["convert", "result.json", "--facts", "other.jsonl"], "");
    assert!(
        text(&other.stderr).contains("1 of 1 facts are about nothing in these records (line 1)")
    );

    let session =
        run(&root, &["repl", "--facts", "facts.jsonl"], ":record @result.json:2\nchat.members\n");
    assert!(text(&session.stdout).contains("48210 : int"), "{}", text(&session.stdout));
}

#[test]
fn a_truncated_export_is_decided_up_to_the_cut() {
    let root = directory("cut", &[("rules/kz.loci", KZ)]);
    let cut = EXPORT.get(..EXPORT.find("\"id\": 105,").unwrap()).unwrap();
    let output = run(&root, &["decide", "--in", "KZ", "--format", "jsonl"], cut);
    let (errors, decided): (Vec<_>, Vec<_>) =
        lines(&output).into_iter().partition(|line| line.get("error").is_some());
    assert_eq!((code(&output), decided.len(), errors.len()), (4, 26, 1));
    let validator = validator(&root);
    assert!(validator.is_valid(&errors[0]), "{}", errors[0]);
    assert!(errors[0]["error"]["message"].as_str().unwrap().contains("the export is cut off"));
}

/// Missing files are reported before anything is read, so that no long run ends at a misspelt name.
#[test]
fn a_missing_file_is_reported_before_any_file_is_read() {
    let good = message("good", "привет", json!(["KZ"])).to_string();
    let root = directory("not_there", &[("rules/kz.loci", KZ), ("a.jsonl", &good)]);
    for arguments in [&["decide", "a.jsonl", "b.jsonl"][..], &["convert", "a.jsonl", "b.jsonl"]] {
        let output = run(&root, arguments, "");
        assert_eq!((code(&output), text(&output.stdout)), (2, ""), "{arguments:?}");
        assert!(text(&output.stderr).contains("b.jsonl"), "{}", text(&output.stderr));
    }
}

/// After Ctrl-C, the output has a complete line for every record that was read.
#[cfg(unix)]
#[test]
fn ctrl_c_loses_no_finished_line() {
    let root = directory("ctrl-c", &[("rules/kz.loci", KZ)]);
    let mut child = command(&root, &["decide", "--in", "KZ", "--format", "jsonl"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = std::io::BufReader::new(child.stdout.take().unwrap());
    let record =
        |number: usize| message(&number.to_string(), "привет", json!(["KZ"])).to_string() + "\n";
    let mut line = String::new();
    for number in 0..3 {
        stdin.write_all(record(number).as_bytes()).unwrap();
        // Each line comes before anything more is sent.
        line.clear();
        std::io::BufRead::read_line(&mut stdout, &mut line).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["record"], number.to_string());
    }
    let killed = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    // The program finishes the records that it has read, then it ends. The output is read meanwhile, because a full pipe
    // would stop the program.
    let rest = std::thread::spawn(move || {
        let mut rest = String::new();
        stdout.read_to_string(&mut rest).unwrap();
        rest
    });
    let mut sent = 3;
    while child.try_wait().unwrap().is_none() && sent < 1000 {
        if stdin.write_all(record(sent).as_bytes()).is_err() {
            break;
        }
        sent += 1;
    }
    drop(stdin);
    let rest = rest.join().unwrap();
    assert!(rest.is_empty() || rest.ends_with('\n'));
    for (line, number) in rest.lines().zip(3..) {
        assert_eq!(serde_json::from_str::<Value>(line).unwrap()["record"], number.to_string());
    }
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

/// If the user names a format, every message is read in it. Otherwise the format of each message is detected.
#[test]
fn the_format_is_named_or_detected() {
    let root = directory("from", &[("updates.jsonl", UPDATES)]);
    let update = UPDATES.lines().next().unwrap();
    let record = message("r/1", "привет", json!(["KZ"])).to_string();
    let two = |separator: &str| format!("{update}{separator}{record}");
    let pretty = format!("{:#}\n{record}", serde_json::from_str::<Value>(update).unwrap());
    let array = format!("[{}]", two(",\n"));
    let ids = ["tg:-1001101200601/71", "r/1"];
    for (from, input, expected, exit) in [
        ("auto", two("\n"), &ids[..], 0),
        ("auto", array.clone(), &ids, 0),
        ("auto", pretty, &ids, 0),
        ("telegram", two("\n"), &ids[..1], 4),
        ("record", two("\n"), &ids[1..], 4),
        ("telegram-export", array, &[], 4),
        ("telegram", update.into(), &ids[..1], 0),
        ("auto", String::new(), &[], 0),
    ] {
        let output = run(&root, &["convert", "--from", from], &input);
        let found: Vec<_> = lines(&output).iter().map(|record| record["id"].clone()).collect();
        assert_eq!(
            (found, code(&output)),
            (expected.iter().map(|id| json!(id)).collect(), exit),
            "{from}"
        );
    }
    let unknown = run(&root, &["convert", "--from", "telegramm"], "");
    assert_eq!(code(&unknown), 2);
    assert!(text(&unknown.stderr).contains("'telegram'"), "{}", text(&unknown.stderr));
}

/// Converted records and lines of facts follow the schemas that the program prints.
#[test]
fn records_and_facts_follow_the_printed_schemas() {
    let root = directory("schemas", &[("result.json", EXPORT), ("updates.jsonl", UPDATES)]);
    let schema = |subject: &str| {
        let output = run(&root, &["schema", subject], "");
        assert_eq!(code(&output), 0);
        let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
        jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
    };
    let (record, facts) = (schema("record"), schema("facts"));
    let records = lines(&run(&root, &["convert", "result.json", "updates.jsonl"], ""));
    assert_eq!(records.len(), 80);
    for one in &records {
        assert!(record.is_valid(one), "{one}: {:?}", record.validate(one));
    }
    for line in FACTS.lines() {
        assert!(facts.is_valid(&serde_json::from_str(line).unwrap()), "{line}");
    }
    assert!(
        !record.is_valid(&json!({}))
            && !facts.is_valid(&json!({ "chat": 1, "facts": { "id": "x" } }))
    );
}

/// A message is judged in the places that the user names, else where facts say that it can be seen, else everywhere.
#[test]
fn places_default_to_those_in_facts_then_to_all() {
    let fact = json!({ "chat": -1_001_101_200_601_i64, "facts": { "visibility": { "countries": ["KZ", "FR"] } } });
    let root = directory("seen", &[("rules/kz.loci", KZ), ("facts.jsonl", &fact.to_string())]);
    let update = UPDATES.lines().next().unwrap();
    let places = |arguments: &[&str]| -> Vec<Value> {
        let arguments = [&["decide", "-q", "--format", "jsonl"], arguments].concat();
        let output = run(&root, &arguments, update);
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        let line = lines(&output).remove(0);
        line["decisions"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|each| each["places"].as_array().unwrap().clone())
            .collect()
    };
    let facts = ["--facts", "facts.jsonl"];
    let mut from_facts = places(&facts);
    from_facts.sort_by_key(|place| place.to_string());
    assert_eq!(from_facts, ["FR", "KZ"]);
    assert_eq!(places(&[&facts[..], &["--in", "DE"]].concat()), ["DE"]);
    assert!(places(&[]).len() > 200);
}

/// A progress bar is drawn only if stderr is a terminal.
#[test]
fn the_progress_bar_is_only_for_terminals() {
    let root = directory(
        "progress",
        &[(
            "long.jsonl",
            &format!("{}\n", message("x", &"слово ".repeat(150), json!(["KZ"]))).repeat(3000),
        )],
    );
    let piped = run(&root, &["convert", "long.jsonl"], "");
    assert_eq!((code(&piped), text(&piped.stderr)), (0, "3000 records\n"));
    let watched = |arguments: &str| {
        let mut shell = Command::new("sh");
        let line =
            format!("{} convert long.jsonl {arguments} >out.jsonl", env!("CARGO_BIN_EXE_lexloci"));
        shell.args(["-c", &line]).current_dir(&root).env("TERM", "xterm");
        let mut terminal = Session::spawn(shell).unwrap();
        terminal.set_expect_timeout(Some(Duration::from_secs(60)));
        let shown = terminal.expect(Eof).unwrap();
        String::from_utf8_lossy(shown.as_bytes()).into_owned()
    };
    let shown = watched("");
    assert!(shown.contains(" left") && shown.contains("3000 records"), "{shown}");
    assert_eq!(watched("--quiet"), "");
    assert_eq!(std::fs::read(root.join("out.jsonl")).unwrap(), piped.stdout);
}
