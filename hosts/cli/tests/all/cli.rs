//! The program from outside: arguments, streams and exit codes.

mod authoring;
mod bundle;
mod messages;
mod streams;

use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The rules that these tests and those of the session use.
pub(super) const KZ: &str = include_str!("../../../../tests/rules/kz.loci");

/// A fresh directory below cargo's own.
pub(super) fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&root);
    for (name, text) in files {
        let file = root.join(name);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
    root
}

pub(super) fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lexloci"));
    command
        .args(arguments)
        .current_dir(root)
        .env_remove("LEXLOCI_RULES")
        .env_remove("LEXLOCI_COLOR");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(super) fn run(root: &Path, arguments: &[&str], stdin: &str) -> Output {
    let mut child = command(root, arguments).spawn().unwrap();
    // A program that ends before it has read everything is no fault of the test.
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
    child.wait_with_output().unwrap()
}

/// All commands, as `--help` lists them.
pub(super) fn commands() -> Vec<String> {
    let help = run(Path::new("."), &["--help"], "");
    let listed = text(&help.stdout).split("Commands:\n").nth(1).unwrap();
    // Where a description goes on, its line begins further right.
    let listed = listed.lines().map_while(|line| line.strip_prefix("  "));
    let names = listed.filter_map(|line| line.split(' ').next());
    names.filter(|name| !matches!(*name, "" | "help")).map(str::to_owned).collect()
}

pub(super) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub(super) fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

pub(super) fn message(id: &str, words: &str, countries: Value) -> Value {
    json!({
        "id": id, "platform": "telegram", "sent_at": "2026-03-01T12:00:00Z",
        "parts": [{ "kind": "text", "text": words }],
        "chat": { "type": "channel", "members": 3000 },
        "visibility": { "audience": "public", "countries": countries },
    })
}

pub(super) fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn check_says_all_and_exits_with_1() {
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
    // Files of one rule root, as hooks of version control name them.
    let both =
        [("rules/kz.loci", &*bad), ("rules/fr.loci", "jurisdiction FR { zone \"Paris\" }\n")];
    let root = directory("check-files", &both);
    let heard = |paths: &[&str]| {
        let output = run(&root, &[&["check", "--format", "json"], paths].concat(), "");
        assert_eq!(code(&output), 1);
        lines(&output)
            .iter()
            .map(|line| line["code"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(heard(&["rules/fr.loci"]), ["LX3002"]);
    assert_eq!(heard(&["rules/kz.loci", "rules/fr.loci"]).len(), 3);
    assert_eq!(heard(&["rules", "rules/fr.loci"]).len(), 3);
    assert_eq!(code(&run(&root, &["check", "rules/fr.loci", "elsewhere"], "")), 2);
}

#[test]
fn many_faults_are_counted() {
    let bad = (0..60).map(|n| format!("\nset s{n}: text {{ nothing_{n} }}")).collect::<String>();
    let root = directory("many", &[("rules/kz.loci", &(KZ.to_string() + &bad))]);
    let shown = |arguments: &[&str]| {
        let output = run(&root, arguments, "");
        let text = text(&output.stdout).to_string() + text(&output.stderr);
        (text.matches("error[").count(), text.contains(" more, of which "))
    };
    let all = lines(&run(&root, &["check", "--format", "json"], "")).len();
    assert!(all >= 60);
    assert_eq!(shown(&["check"]), (50, true));
    assert_eq!(shown(&["check", "--max-errors", "7", "--format", "short"]), (7, true));
    assert_eq!(shown(&["check", "--max-errors", "0"]), (all, false));
    assert_eq!(shown(&["test", "--max-errors", "7"]), (7, true));
}

#[test]
fn missing_rules_are_one_fault_everywhere() {
    let root = directory("missing", &[("m.json", "")]);
    let mut told = BTreeSet::new();
    for arguments in [
        &["check", "nowhere"][..],
        &["test", "nowhere"],
        &["decide", "--rules", "nowhere"],
        &["explain", "m.json", "--rules", "nowhere"],
        &["schema", "record", "--rules", "nowhere"],
    ] {
        let output = run(&root, arguments, "");
        assert_eq!(code(&output), 2, "{arguments:?}");
        told.insert(text(&output.stderr).trim().to_string());
    }
    for arguments in [&["repl", "nowhere"][..], &["repl", "--rules", "nowhere"]] {
        told.insert(text(&run(&root, arguments, "").stderr).trim().to_string());
    }
    let told: Vec<_> = told.iter().map(String::as_str).collect();
    assert_eq!(told, ["error[LX1004]: cannot read `nowhere`: there is no such file"]);
}

#[test]
fn warnings_are_errors_when_denied() {
    let warned = format!("{KZ}\nterms unused_words {{ ru: \"слово\" }}\n");
    let root = directory("deny", &[("rules/kz.loci", &warned)]);
    assert_eq!(code(&run(&root, &["check"], "")), 0);
    assert_eq!(code(&run(&root, &["check", "--deny", "warnings"], "")), 1);
}

#[test]
fn every_line_of_decisions_follows_the_published_schema() {
    let root = directory("schema", &[("rules/kz.loci", KZ)]);
    let validator = validator(&root);

    let mut undated = message("undated", "привет", json!(["KZ"]));
    undated.as_object_mut().unwrap().remove("sent_at");
    let mut unsized_ = message("unsized", "привет", json!(["KZ"]));
    unsized_["chat"] = json!({ "type": "channel" });
    let records = [
        message("promise", "Пассивный доход", json!(["KZ", "FR"])).to_string(),
        message("calm", "привет", json!("*")).to_string(),
        unsized_.to_string(),
        "not json".into(),
        format!("\"{}\"", "x".repeat(2 << 20)),
        undated.to_string(),
        message("nowhere", "привет", json!([])).to_string(),
    ];
    let output = run(&root, &["decide", "--format", "jsonl"], &records.join("\n"));
    assert_eq!(code(&output), 4, "{}", text(&output.stderr));
    let lines = lines(&output);
    for line in &lines {
        let faults: Vec<_> = validator.iter_errors(line).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?} in {line}");
    }
    let told = |line: &Value| match line.get("error") {
        Some(error) => format!("{} {}", line["position"]["line"], error["code"].as_str().unwrap()),
        None => {
            let decisions = line["decisions"].as_array().unwrap();
            let told = |each: &Value| {
                let places = each["places"].as_array().unwrap();
                format!(
                    "{} {} {}",
                    places.len(),
                    each["outcome"].as_str().unwrap(),
                    each["complete"]
                )
            };
            decisions.iter().map(told).collect::<Vec<_>>().join(", ")
        }
    };
    assert_eq!(
        lines.iter().map(told).collect::<Vec<_>>(),
        [
            "1 none true, 1 restrict true",
            "248 none true, 1 none true",
            "1 none false",
            "4 LX7001",
            "5 LX7007",
            "6 LX7009",
            "7 LX7010"
        ]
    );
    for threads in ["1", "2", "7"] {
        let arguments = ["decide", "--format", "jsonl", "--threads", threads];
        assert_eq!(run(&root, &arguments, &records.join("\n")).stdout, output.stdout);
    }
}

#[test]
fn what_became_of_each_rule_is_counted() {
    let root = directory("stats", &[("rules/kz.loci", KZ)]);
    let texts = ["Пассивный доход", "привет", "пассивный доход"];
    let records = texts.map(|said| message(said, said, json!(["KZ"])).to_string()).join("\n");
    let output = run(&root, &["decide", "--stats", "--format", "jsonl"], &records);
    let told = text(&output.stderr);
    let table: Vec<Vec<&str>> = told
        .lines()
        .skip_while(|line| !line.starts_with("RULE"))
        .map(|line| line.split_whitespace().collect())
        .collect();
    assert_eq!(table[0], ["RULE", "WOKEN", "EVALUATED", "FIRED", "UNKNOWN", "TIME"]);
    let mut counted: Vec<_> = table.iter().skip(1).map(|row| row[..5].join(" ")).collect();
    counted.sort_unstable();
    // An exception is asked for by what it lifts.
    let expected = ["kz.crowds 3 3 3 0", "kz.promises 2 2 2 0", "kz.warnings 0 2 0 0"];
    assert_eq!(counted, expected, "{told}");
}

const DSA: &str = "[dsa]
puid_key = \"a secret that nobody has\"
automated_detection = true
automated_decision = \"fully\"
category = \"other_violation_tc\"
";

#[test]
fn statements_of_reasons_are_lines_and_faults_are_named() {
    let rules = ("rules/fr.loci", EVERYTHING);
    let hosts = ("rules/lists/hosts.txt", "bad.example\n");
    let records = [
        message("one", "offre", json!(["FR", "KZ"])),
        message("harmless", "rien", json!(["FR"])),
        message("elsewhere", "offre", json!(["KZ"])),
    ];
    let records: String = records.iter().map(|record| format!("{record}\n")).collect();
    let arguments = ["decide", "--format", "dsa"];

    let root = directory("dsa", &[rules, hosts, ("lexloci.toml", DSA)]);
    let output = run(&root, &arguments, &records);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    // One for the law's rule, one for the policy's.
    let told = lines(&output);
    let grounds: Vec<_> =
        told.iter().map(|of| (&of["decision_ground"], &of["territorial_scope"])).collect();
    let france = json!(["FR"]);
    assert_eq!(
        grounds,
        [
            (&json!("DECISION_GROUND_ILLEGAL_CONTENT"), &france),
            (&json!("DECISION_GROUND_INCOMPATIBLE_CONTENT"), &france)
        ]
    );

    // A session says the same.
    let one = message("one", "offre", json!(["FR", "KZ"])).to_string();
    let script =
        ":record @one.json\n:statements\n:set sent_at = null\n:at 2026-03-01\n:statements\n";
    let asked = [rules, hosts, ("lexloci.toml", DSA), ("one.json", &one), ("script.txt", script)];
    let root = directory("dsa-session", &asked);
    let session = run(&root, &["repl", "rules", "--script", "script.txt"], "");
    let said = text(&session.stdout);
    assert!(said.contains(text(&output.stdout).lines().next().unwrap()), "{said}");
    let told = format!("{said}{}", text(&session.stderr));
    assert!(told.contains("no statement: `content_date`"), "{told}");

    let mut undated = message("undated", "offre", json!(["FR"]));
    undated.as_object_mut().unwrap().remove("sent_at");
    let broken = format!("{undated}\n{{\"id\": \n");
    let output = run(&root, &[&arguments[..], &["--at", "2026-03-01"]].concat(), &broken);
    assert_eq!((code(&output), text(&output.stdout)), (4, ""));
    let told = text(&output.stderr);
    assert!(told.contains("error: no statement for undated: `content_date`:"), "{told}");
    assert!(told.contains("error: -, line 2: "), "{told}");

    for (file, named) in
        [("", "there is no such file"), ("[lints]\n", "`[dsa]`"), ("[dsa]\n", "`puid`")]
    {
        let files = [rules, hosts, ("lexloci.toml", file)];
        let root = directory("dsa-poor", if file.is_empty() { &files[..2] } else { &files });
        // A repository ends the search upwards.
        std::fs::create_dir_all(root.join(".git")).unwrap();
        let output = run(&root, &arguments, &records);
        assert_eq!((code(&output), text(&output.stdout)), (2, ""), "{file}");
        assert!(text(&output.stderr).contains(named), "{}", text(&output.stderr));
    }
}

/// Rules that give a decision everything that one can have.
const EVERYTHING: &str = r#"
jurisdiction FR { zone "Europe/Paris" }
law code "Code" {
  url "https://example.org/code"
  article a "1" { in force from 2020-01-01 binds platform, standing deadline "promptly" verified 2026-01-01 }
  article b "2" { in force from 2020-01-01 binds platform, on order deadline 1 hours from order.received_at verified 2026-01-01 }
  article d "4" { in force from 2020-01-01 binds platform, on order deadline 1 hours from order.received_at pauses for clarification verified 2026-01-01 }
  article c "3" { in force from unknown binds platform, standing unverified "no official text" }
}
policy desk "Desk" { in force from 2020-01-01 }
office paris "Paris" { languages fr }
terms offers { fr: "offre" }
set hosts: domain from "lists/hosts.txt"
rule by_terms "Terms" { basis code.a  category scams_and_fraud  when text mentions offers  then restrict }
rule by_pattern "Pattern" { basis desk  when text mentions "gagnez"  then notify to author }
rule by_regex "Regex" { basis desk  when text matches r"[0-9]{4}"  then review }
rule by_set "Set" { basis desk  when any link in links where (link.host in hosts)  then suspend }
rule by_text "Text" { basis desk  when text contains "now"
  then escalate to paris within 2 days by policy desk, preserve for 6 months, preserve for 1 year from removal }
rule waiting "Waiting" { basis code.d  when any order in reports.orders where (order.provision == "P")  then report to "X" }
rule ordered "Order" { basis code.b  when any order in reports.orders where (order.country == "FR")  then restrict }
rule paused "Paused" { basis code.d  when any order in reports.orders where (order.ref == "2")
  then review, preserve for 6 months from removal }
rule unknown_start "Gap" { basis code.c  when text mentions offers  then limit }
rule open "Open" { basis desk  when chat.members > 5  on unknown escalate to paris  then limit }
rule lifted "Lifted" { basis desk  when text mentions offers  then demote }
exception lifts to lifted { basis desk  when text mentions "gagnez" }
rule shadowed "Shadow" { basis desk  mode shadow  when text mentions offers  then label }
rule shadow_lifted "Shadow" { basis desk  mode shadow  when text mentions offers  then label }
exception lifts_shadow to shadow_lifted { basis desk  when text mentions "gagnez" }
rule shadow_open "Shadow" { basis desk  mode shadow  when chat.members > 5  then label }
"#;

#[test]
fn the_schema_knows_everything_that_a_decision_can_have() {
    let hosts = "# Source: https://lists.example\n# Date: 2026-01-01\n\
        bad.example from 2020-01-01 until 2100-01-01\n";
    let root =
        directory("everything", &[("rules/fr.loci", EVERYTHING), ("rules/lists/hosts.txt", hosts)]);
    let mut record = message("all", "offre 2026 gagnez now https://bad.example/x", json!(["FR"]));
    record["chat"] = json!({ "type": "channel" });
    record["links"] =
        json!([{ "url": "https://bad.example/x", "via": "url", "host": "bad.example" }]);
    record["reports"] = json!({ "count": 0, "orders": [
        { "authority": "X", "country": "FR", "ref": "1", "received_at": "2026-02-01T00:00:00Z" },
        { "authority": "X", "country": "DE", "provision": "P", "received_at": "2026-02-01T00:00:00Z",
          "paused": [{ "ground": "clarification", "from": "2026-02-01T00:10:00Z" }] }] });
    let output = run(&root, &["decide", "--format", "jsonl"], &record.to_string());
    assert_eq!(code(&output), 0, "{}{}", text(&output.stdout), text(&output.stderr));
    let line = lines(&output).remove(0);
    let validator = validator(&root);
    let faults: Vec<_> = validator.iter_errors(&line).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?} in {line:#}");
    // serde_json keeps the last of two equal keys, so a key that stands twice shows in the text alone.
    assert!(
        text(&output.stdout).contains(r#""text":"now","literal":"now""#),
        "{}",
        text(&output.stdout)
    );
    let mut seen = BTreeSet::new();
    keys(&line, &mut seen);
    let schema: Value =
        serde_json::from_slice(&run(&root, &["schema", "decision"], "").stdout).unwrap();
    let mut known = BTreeSet::new();
    properties(&schema, &mut known);
    let never: Vec<_> = known.difference(&seen).map(String::as_str).collect();
    let of_faults = ["code", "error", "file", "message", "number", "path", "pointer", "position"];
    // A test of the library holds lines with a receipt to the schema.
    let of_receipts = [
        "digest",
        "engine",
        "functions",
        "limits",
        "links",
        "receipt",
        "setup",
        "signature",
        "suffix_list",
        "time_zones",
        "version",
    ];
    let expected: BTreeSet<&str> = of_faults.into_iter().chain(of_receipts).collect();
    assert_eq!(never, expected.into_iter().collect::<Vec<_>>());
}

fn validator(root: &Path) -> jsonschema::Validator {
    let schema = serde_json::from_slice(&run(root, &["schema", "decision"], "").stdout).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

/// All keys of objects in some JSON.
fn keys(json: &Value, found: &mut BTreeSet<String>) {
    if let Some(object) = json.as_object() {
        found.extend(object.keys().cloned());
        object.values().for_each(|value| keys(value, found));
    }
    json.as_array().into_iter().flatten().for_each(|value| keys(value, found));
}

/// All keys that a schema describes.
fn properties(schema: &Value, found: &mut BTreeSet<String>) {
    if let Some(described) = schema["properties"].as_object() {
        found.extend(described.keys().cloned());
    }
    schema
        .as_object()
        .into_iter()
        .flat_map(|object| object.values())
        .for_each(|value| properties(value, found));
    schema.as_array().into_iter().flatten().for_each(|value| properties(value, found));
}

#[test]
fn places_and_thresholds() {
    let root = directory("places", &[("rules/kz.loci", KZ)]);
    let record = message("promise", "Пассивный доход", json!(["FR"])).to_string();
    let fails =
        |arguments: &[&str]| code(&run(&root, &[&["decide", "-q"], arguments].concat(), &record));
    assert_eq!(fails(&["--in", "KZ", "--fail-on", "limit"]), 3);
    assert_eq!(fails(&["--in", "KZ", "--fail-on", "remove"]), 0);
    assert_eq!(fails(&["--fail-on", "label"]), 0);
    let unknown = run(&root, &["decide", "--in", "KX"], &record);
    assert_eq!(code(&unknown), 2);
    assert!(text(&unknown.stderr).contains("did you mean `K"), "{}", text(&unknown.stderr));
    for (codes, told) in [
        ("", "no place is named"),
        ("KZ,,FR", "no place is named"),
        ("UK", "did you mean `GB`"),
        ("kaz", "did you mean `KZ`"),
        ("Frence", "did you mean `FR`"),
    ] {
        let wrong = run(&root, &["decide", "--in", codes], &record);
        assert_eq!(code(&wrong), 2);
        assert!(text(&wrong.stderr).contains(told), "{}", text(&wrong.stderr));
    }
    assert_eq!(fails(&["--in", "FR,KZ", "--in", "DE", "--fail-on", "limit"]), 3);
    assert_eq!(fails(&["--fail-on", "burn"]), 2);
    let bloc = run(&root, &["decide", "--in", "EU", "--format", "jsonl"], &record);
    let decisions = lines(&bloc)[0]["decisions"].clone();
    let groups =
        decisions.as_array().unwrap().iter().map(|each| each["places"].as_array().unwrap().len());
    // The record is visible in France alone, and the decision says so.
    assert_eq!(groups.collect::<Vec<_>>(), [26, 1]);
}

#[test]
fn a_subdivision_is_judged_as_itself() {
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
        let told =
            |each: &Value| format!("{} {}", each["places"], each["outcome"]).replace('"', "");
        decisions.iter().map(told).collect::<Vec<_>>().join(", ")
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
    assert!(text(&session.stdout).contains("FR-IDF at 2026-03-01T00:00:00Z: label"));
}

#[test]
fn a_record_that_is_refused_is_named() {
    let root = directory("refused", &[("rules/kz.loci", KZ)]);
    let good = message("good", "привет", json!(["KZ"])).to_string();
    let told = |input: &str| {
        let output = run(&root, &["decide", "--format", "jsonl"], input);
        let told =
            lines(&output).into_iter().filter(|line| line.get("error").is_some()).map(|line| {
                format!("{} {} {}", line["record"], line["position"], line["error"]["message"])
            });
        (code(&output), told.collect::<Vec<_>>().join("\n"))
    };
    let (_, first_line) = told(&format!("{{\"id\":\n{good}\n{{\"id\":\"x\",\"chat\":}}\n"));
    insta::assert_snapshot!(first_line, @r#"
    null {"file":"-","line":1} "this is not JSON: EOF while parsing a value at column 6"
    "x" {"file":"-","line":3} "this is not JSON: expected value at column 18"
    "#);
    let open = good.strip_suffix('}').unwrap();
    let (_, unclosed) = told(&format!("{open}\n{good}"));
    assert!(unclosed.starts_with("\"good\" {\"file\":\"-\",\"line\":1}"), "{unclosed}");
    assert_eq!(unclosed.lines().count(), 1);
    for cut in ["[", &format!("[{good}"), &format!("[{good},"), &format!("[{good} {good}]")] {
        let (code, told) = told(cut);
        assert_eq!((code, told.lines().count()), (4, 1), "{cut}: {told}");
    }
}

#[test]
fn a_table_for_people_with_nothing_raw_in_it() {
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
    RECORD                          PLACE                OUTCOME                     DUE                   RULE                    WORDS
    tg:1/1                          FR                   none
    tg:1/1                          KZ                   restrict, escalate, review  2026-03-02T12:00:00Z  kz.crowds, kz.promises  “Пассивный доход”
    tg:1/\u{1b}[2J\u{202e}\u{200b}  KZ                   review                                            kz.crowds
    messages.jsonl, line 3                               error LX7001                                                              this is not JSON: EOF while parsing an object at column 1
    tg:1/3                          248 other countries  none
    tg:1/3                          KZ                   review                                            kz.crowds
    ");
    insta::assert_snapshot!(text(&output.stderr), @r"
    note: records are judged at their own latest date; `--at` names another instant
    4 records, 5 decisions, of which 3 ask for something; 1 record not judged
    ");
}

#[test]
fn test_runs_what_stands_beside_the_rules() {
    let root = directory("test", &[("rules/kz.loci", KZ)]);
    let good = run(&root, &["test"], "");
    assert_eq!(code(&good), 0, "{}{}", text(&good.stdout), text(&good.stderr));
    assert_eq!(text(&good.stdout).matches("ok ").count(), 4);
    let one = run(&root, &["test", "-k", "CROWD"], "");
    assert_eq!(text(&one.stdout).lines().count(), 1);
    assert_eq!(code(&run(&root, &["test", "-k", "nothing of the kind"], "")), 2);

    let wrong =
        KZ.replace("expect restrict by promises, not crowds", "expect none, undetermined crowds");
    let root = directory("test-wrong", &[("rules/kz.loci", &wrong)]);
    let output = run(&root, &["test", "--color", "never"], "");
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!(text(&output.stdout), @r#"
    FAILED kz: a promise is restricted
    ok     kz: a crowd is reviewed
    ok     kz: the size of a chat may not be known
    ok     kz: a warning names what it warns of

    FAILED kz: a promise is restricted (rules/kz.loci:29:6)
      in KZ at 2026-02-28T19:00:00Z
      - none
      - undetermined crowds
      + restrict by promises
      + escalate to astana due 2026-03-01T19:00:00Z by promises
      + not crowds
      | kz.crowds "Large chats" did not fire.
      |   chat.members is 3; the rule needs at least 1000 (kz.loci:19:8).
      | kz.promises "Promises of income" fired.
      |   Basis: On Online Platforms, 9(4)(1).
      |   Words: "Пассивный доход" in text ("пассивн* доход*").
      |   It asks for restrict.
      |   It asks for escalate to kz.astana, due 2026-03-01T19:00:00Z.
      |   Exception kz.warnings "warnings" does not apply.
      |     text is "Пассивный доход"; the exception needs `text mentions "осторожно"` (kz.loci:26:8).
    "#);
}

#[test]
fn explain_finds_the_record() {
    let root = directory("explain", &[("rules/kz.loci", KZ)]);
    let records = [
        message("tg:1/1", "привет", json!(["KZ"])),
        message("tg:1/2", "Пассивный доход", json!(["KZ"])),
    ];
    std::fs::write(root.join("m.jsonl"), records.map(|record| record.to_string()).join("\n"))
        .unwrap();
    let by_line = run(&root, &["explain", "m.jsonl:2"], "");
    assert_eq!(code(&by_line), 0, "{}", text(&by_line.stderr));
    assert!(text(&by_line.stdout).contains("Пассивный доход"));
    assert_eq!(run(&root, &["explain", "m.jsonl:tg:1/2"], "").stdout, by_line.stdout);
    let one_rule = run(&root, &["explain", "m.jsonl:2", "--rule", "crowds"], "");
    assert!(!text(&one_rule.stdout).contains("Пассивный"), "{}", text(&one_rule.stdout));
    for wrong in [
        &["m.jsonl"][..],
        &["m.jsonl:3"],
        &["m.jsonl:2", "--rule", "promise"],
        &["nowhere.jsonl:1"],
    ] {
        assert_eq!(code(&run(&root, &[&["explain"], wrong].concat(), "")), 2, "{wrong:?}");
    }
}

#[test]
fn a_closed_pipe_is_no_fault() {
    let root = directory("pipe", &[("rules/kz.loci", KZ)]);
    let mut child = command(&root, &["decide", "--format", "jsonl", "--in", "KZ"]).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let record = message("tg:1/1", "привет", json!(["KZ"])).to_string() + "\n";
    drop(child.stdout.take());
    for _ in 0..2000 {
        if stdin.write_all(record.as_bytes()).is_err() {
            break;
        }
    }
    drop(stdin);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
}

#[test]
fn a_script_of_the_session() {
    let root = directory("repl", &[("rules/kz.loci", KZ)]);
    let script = ":record {\n text: \"Пассивный доход\",\n chat: { members: 3 }\n}\n:in KZ\n:at 2026-03-01\nchat.members\n:quit\n";
    let output = run(&root, &["repl"], script);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    assert!(text(&output.stdout).ends_with("3 : int\n"), "{}", text(&output.stdout));
    assert_eq!(code(&run(&root, &["repl"], ":decid\n")), 1);
    // An expression that ends too early is no reason to lose the command after it.
    let slip = run(&root, &["repl"], "# a comment\nchat.type ==\n:in KZ\n");
    assert_eq!((code(&slip), text(&slip.stdout)), (1, "in KZ, Kazakhstan\n"));
}
