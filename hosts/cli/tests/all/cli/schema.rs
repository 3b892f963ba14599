//! Lines of decisions follow the published schema, and the schema describes only keys that decisions can have.

use super::{KZ, code, directory, lines, message, run, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_line_of_decisions_follows_the_published_schema() {
    let root = directory("schema", &[("rules/kz.loci", KZ)]);
    let validator = validator(&root);

    let mut undated = message("undated", "привет", json!(["KZ"]));
    undated.as_object_mut().unwrap().remove("sent_at");
    let mut without_members = message("without-members", "привет", json!(["KZ"]));
    without_members["chat"] = json!({ "type": "channel" });
    let records = [
        message("promise", "Пассивный доход", json!(["KZ", "FR"])).to_string(),
        message("calm", "привет", json!("*")).to_string(),
        without_members.to_string(),
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
    let summary = |line: &Value| match line.get("error") {
        Some(error) => format!("{} {}", line["position"]["line"], error["code"].as_str().unwrap()),
        None => {
            let decisions = line["decisions"].as_array().unwrap();
            let shown = |each: &Value| {
                let places = each["places"].as_array().unwrap();
                format!(
                    "{} {} {}",
                    places.len(),
                    each["outcome"].as_str().unwrap(),
                    each["complete"]
                )
            };
            decisions.iter().map(shown).collect::<Vec<_>>().join(", ")
        }
    };
    assert_eq!(
        lines.iter().map(summary).collect::<Vec<_>>(),
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

/// Rules that make a decision with every key that a decision can have.
pub(super) const EVERYTHING: &str = r#"
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
rule by_terms "Terms" { basis code.a  category scams_and_fraud  severity high
  when text mentions offers  then restrict }
rule by_pattern "Pattern" { basis desk  when text mentions "gagnez"  then notify to author }
rule by_regex "Regex" { basis desk  when text matches r"[0-9]{4}"  then review }
rule by_set "Set" { basis desk  when any link in links where (link.host in hosts)
  then suspend author, age_restrict until edited_at }
rule by_text "Text" { basis desk  when text contains "now"
  then escalate to paris within 2 days by policy desk, preserve for 6 months, preserve for 1 year from removal }
rule waiting "Waiting" { basis code.d  when any order in reports.orders where (order.provision == "P")
  then report to "X", notify to author }
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
fn the_schema_describes_exactly_the_keys_that_lines_can_have() {
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
        { "authority": "Y", "country": "US", "places": ["FR"], "received_at": "2026-02-01T00:00:00Z" },
        { "authority": "X", "country": "DE", "provision": "P", "secret": true, "received_at": "2026-02-01T00:00:00Z",
          "paused": [{ "ground": "clarification", "from": "2026-02-01T00:10:00Z" }] }] });
    let output = run(&root, &["decide", "--format", "jsonl"], &record.to_string());
    assert_eq!(code(&output), 0, "{}{}", text(&output.stdout), text(&output.stderr));
    let line = lines(&output).remove(0);
    let validator = validator(&root);
    let faults: Vec<_> = validator.iter_errors(&line).map(|fault| fault.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?} in {line:#}");
    // serde_json keeps the last of two equal keys, so only the text shows whether a key is there twice.
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
    let unseen: Vec<_> = known.difference(&seen).map(String::as_str).collect();
    let keys_of_errors = ["code", "error", "file", "message", "number", "pointer", "position"];
    // `path` is a key of unanswered orders too.
    // A test of the library checks lines with receipts against the schema.
    // A line has these only with `--state`; the library's tests hold them to the schema.
    let keys_of_state = [
        "asked", "certain", "cleared", "count", "earlier", "mark", "marks", "name", "of", "own",
        "possible", "since",
    ];
    let keys_of_receipts = [
        "digest",
        "engine",
        "functions",
        "limits",
        "links",
        "notices",
        "orders",
        "receipt",
        "setup",
        "signature",
        "suffix_list",
        "time_zones",
        "version",
    ];
    // The word `mixed_words` finds is no part of this message.
    let expected: BTreeSet<&str> = keys_of_errors
        .into_iter()
        .chain(keys_of_receipts)
        .chain(keys_of_state)
        .chain(["function"])
        .collect();
    assert_eq!(unseen, expected.into_iter().collect::<Vec<_>>());
}

pub(super) fn validator(root: &Path) -> jsonschema::Validator {
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
