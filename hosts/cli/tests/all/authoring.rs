//! Further commands for rule authors: `explain` as pages, `matrix` and `timeline`, `graph` and `cost`, and `test` with
//! coverage and mutation.

use super::cli::{KZ, code, directory, lines, message, run, text};
use serde_json::{Value, json};
use std::fs;

/// A message with markup and control characters that could harm its readers.
const HOSTILE: &str = "Пассивный доход <script>alert(1)</script> \"><img src=x onerror=alert(1)> `**_[a](javascript:x)_**` \u{202e}\u{1b}[2J # -1. | x\n- item\n1. item\n<!-- ";

/// Runs a command that has to succeed, and returns its stdout.
fn stdout_of(root: &std::path::Path, arguments: &[&str]) -> String {
    let output = run(root, arguments, "");
    assert_eq!(code(&output), 0, "{arguments:?} {}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

#[test]
fn explanations_as_pages_contain_no_markup_from_messages() {
    let record = message("tg:<b>/1", HOSTILE, json!(["KZ"]));
    let root = directory("pages", &[("rules/kz.loci", KZ), ("m.json", &record.to_string())]);
    let page = |format| stdout_of(&root, &["explain", "m.json", "--in", "KZ", "--format", format]);

    let html = page("html");
    for wanted in [
        "<mark>Пассивный доход</mark><sup>1</sup>",
        "Content-Security-Policy",
        "default-src 'none'",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
        "<span class=\"hidden\">\\u{202e}</span>",
        "kz.platforms.measures begins",
    ] {
        assert!(html.contains(wanted), "{wanted} in {html}");
    }
    let elements = first_groups("<([a-z][a-z0-9]*)", &html);
    let known = [
        "a",
        "b",
        "bdi",
        "blockquote",
        "body",
        "br",
        "code",
        "details",
        "div",
        "h1",
        "h2",
        "h3",
        "h4",
        "head",
        "html",
        "i",
        "li",
        "mark",
        "meta",
        "ol",
        "p",
        "section",
        "small",
        "span",
        "strong",
        "style",
        "summary",
        "sup",
        "table",
        "td",
        "th",
        "time",
        "title",
        "tr",
        "ul",
    ];
    assert!(elements.iter().all(|element| known.contains(&element.as_str())), "{elements:?}");
    for attribute in first_groups(r"<[^>]* ([a-z-]+)=", &html) {
        let known = [
            "aria-current",
            "charset",
            "class",
            "content",
            "datetime",
            "href",
            "http-equiv",
            "id",
            "lang",
            "name",
            "rel",
            "scope",
            "title",
        ];
        assert!(known.contains(&attribute.as_str()), "{attribute}");
    }

    let markdown = page("md");
    assert!(markdown.contains("**Пассивный доход *1*** \\<script\\>"), "{markdown}");
    assert!(markdown.contains("> \\- item") && markdown.contains("> 1\\. item"), "{markdown}");
    for text in [&html, &markdown] {
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
    }

    let json: Value = serde_json::from_str(&page("json")).unwrap();
    assert_eq!(json["record"], "tg:<b>/1");
    assert_eq!(json["sections"][0]["explanation"]["decision"]["outcome"], "restrict");
    assert_eq!(json["sections"][0]["timeline"]["stretches"][1]["from"], "2023-09-09T18:00:00Z");
}

/// The first group of each match of a regular expression.
fn first_groups(pattern: &str, text: &str) -> std::collections::BTreeSet<String> {
    let regex = regex::Regex::new(pattern).unwrap();
    regex.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

#[test]
fn matrix_and_timeline_show_one_message_in_many_places_and_times() {
    let record = message("tg:1/1", "Пассивный доход", json!(["KZ", "FR"]));
    let root = directory("views", &[("rules/kz.loci", KZ), ("m.json", &record.to_string())]);
    insta::assert_snapshot!(stdout_of(&root, &["matrix", "m.json"]), @r#"
    at 2026-03-01 12:00 UTC
                 FR    KZ
    outcome      none  restrict, escalate, review
    due                2026-03-02 17:00 +05:00
    kz.crowds          fires
    kz.promises        fires
    "#);
    insta::assert_snapshot!(stdout_of(&root, &["timeline", "m.json"]), @r#"
    FR
      FROM (UTC)     DECISION  RULES  BECAUSE
    > the beginning  none

    KZ
      FROM (Asia/Almaty)       DECISION                    RULES                   BECAUSE
      the beginning            none
      2023-09-10 00:00 +06:00  restrict, escalate, review  kz.crowds, kz.promises  kz.platforms.measures begins
    > 2026-01-01 00:00 +05:00  restrict, escalate, review  kz.crowds, kz.promises  kz.desk begins
    "#);
    let json: Value =
        serde_json::from_str(&stdout_of(&root, &["matrix", "m.json", "--format", "json"])).unwrap();
    assert_eq!(json["rules"][1]["cells"], json!(["no", "fires"]));
    let json = stdout_of(&root, &["timeline", "m.json", "--in", "EU", "--format", "json"]);
    let timeline: Value = serde_json::from_str(json.lines().next().unwrap()).unwrap();
    assert_eq!(timeline["places"].as_array().unwrap().len(), 27);
}

#[test]
fn graph_and_cost_show_the_rules() {
    let root = directory("graph", &[("rules/kz.loci", KZ)]);
    insta::assert_snapshot!(stdout_of(&root, &["graph"]), @r#"
    digraph rules {
      rankdir=LR;
      node [fontname="sans-serif", fontsize=11];
      edge [fontname="sans-serif", fontsize=10];
      subgraph cluster_0 {
        label="kz";
        "kz.platforms.measures" [label="kz.platforms.measures\nOn Online Platforms, 9(4)(1)", shape=note, style=solid, color=black, fontcolor=black];
        "kz.crowds" [label="kz.crowds\nLarge chats", shape=box, style=bold, color=black, fontcolor=black];
        "kz.promises" [label="kz.promises\nPromises of income", shape=box, style=bold, color=black, fontcolor=black];
        "kz.warnings" [label="kz.warnings\nwarnings", shape=ellipse, style=solid, color=black, fontcolor=black];
      }
      "kz.crowds" -> "kz.platforms.measures" [color=gray40];
      "kz.promises" -> "kz.platforms.measures" [color=gray40];
      "kz.warnings" -> "kz.platforms.measures" [color=gray40];
      "kz.warnings" -> "kz.promises" [label="lifts", style=dashed, arrowhead=tee];
    }
    "#);
    insta::assert_snapshot!(stdout_of(&root, &["graph", "--format", "mermaid", "--at", "2023-01-01"]), @r#"
    flowchart LR
      subgraph file0["kz"]
        n0[/"kz.platforms.measures<br>On Online Platforms, 9#40;4#41;#40;1#41;"/]
        n1["kz.crowds<br>Large chats"]
        n2["kz.promises<br>Promises of income"]
        n3(["kz.warnings<br>warnings"])
      end
      n1 --> n0
      n2 --> n0
      n3 --> n0
      n3 -. lifts .-x n2
      classDef gone stroke:#999,color:#999
      class n0 gone
    "#);
    assert_eq!(stdout_of(&root, &["graph", "--in", "FR", "--format", "mermaid"]), "flowchart LR\n");
    insta::assert_snapshot!(stdout_of(&root, &["cost"]), @r#"
    STEPS    SHARE  RULE
    7586530  52 %   kz.promises  kz.loci:11:6
    6996706  47 %   kz.warnings  kz.loci:24:11
    1432     0 %    kz.crowds    kz.loci:17:6
    "#);
    insta::assert_snapshot!(stdout_of(&root, &["cost", "--rule", "crowds"]), @r#"
    STEPS  SHARE  RULE
    1432          kz.crowds               kz.loci:17:6
    1432            chat.members >= 1000  kz.loci:19:8
    "#);
    assert_eq!(stdout_of(&root, &["cost", "--top", "1", "--format", "json"]).lines().count(), 1);
}

#[test]
fn coverage_says_what_no_test_reaches_and_why() {
    let all = directory("coverage-all", &[("rules/kz.loci", KZ)]);
    let full = run(&all, &["test", "--coverage", "--min", "100"], "");
    assert_eq!(code(&full), 0, "{}", text(&full.stdout));
    let (first, _) = KZ.split_once("test \"a crowd").unwrap();
    let root = directory("coverage", &[("rules/kz.loci", first)]);
    insta::assert_snapshot!(stdout_of(&root, &["test", "-q", "--coverage"]), @r#"
    ok     kz: a promise is restricted

    kz.crowds: 2 of 5
      rules/kz.loci:17:6: no test in which it fires
        false in 1 test
      rules/kz.loci:17:6: no test in which it cites kz.platforms.measures
        false in 1 test
      rules/kz.loci:19:8: no test in which `chat.members >= 1000` is true
        false in 1 test
    kz.promises: 3 of 5
      rules/kz.loci:11:6: no test in which it does not fire
        true in 1 test
      rules/kz.loci:13:8: no test in which `text mentions "пассивн* доход*"` is false
        true in 1 test
    kz.warnings: 2 of 5
      rules/kz.loci:24:11: no test in which it lifts its rule
        false in 1 test
      rules/kz.loci:24:11: no test in which it cites kz.platforms.measures
        false in 1 test
      rules/kz.loci:26:8: no test in which `text mentions "осторожно"` is true
        false in 1 test

    rules     3 of 6   50 %
    clauses   1 of 3   33 %
    branches  3 of 6   50 %
    all       7 of 15  46 %
    "#);
    let low = run(&root, &["test", "--coverage", "--min", "100"], "");
    assert_eq!(code(&low), 1);
    let json: Value = serde_json::from_str(&stdout_of(
        &root,
        &["test", "--coverage", "--coverage-format", "json"],
    ))
    .unwrap();
    assert_eq!((&json["tests"], &json["points"][0]["what"]), (&json!(1), &json!("it fires")));
    let lcov = stdout_of(&root, &["test", "--coverage", "--coverage-format", "lcov"]);
    assert!(lcov.starts_with("TN:lexloci\nSF:rules/kz.loci\nFN:"), "{lcov}");
    assert_eq!(lcov.matches("end_of_record").count(), 1);
}

#[test]
fn changes_that_no_test_notices_are_shown() {
    let root = directory("mutants", &[("rules/kz.loci", KZ)]);
    let output = run(&root, &["test", "--mutate"], "");
    assert_eq!(code(&output), 1);
    insta::assert_snapshot!(text(&output.stdout), @r#"
    rules/kz.loci:19:8 in kz.crowds
      - chat.members >= 1000
      + chat.members > 1000
    rules/kz.loci:19:24 in kz.crowds
      - 1000
      + 999
    rules/kz.loci:14:18 in kz.promises
      - escalate to kz.astana
      + (left out)
    rules/kz.loci:14:18 in kz.promises
      - escalate to kz.astana within 24 hours
      + escalate to kz.astana within 25 hours
    rules/kz.loci:14:18 in kz.promises
      - escalate to kz.astana within 24 hours
      + escalate to kz.astana
    rules/kz.loci:6:11 in kz.platforms.measures
      - in force from 2023-09-10
      + in force from 2023-09-09
    rules/kz.loci:6:11 in kz.platforms.measures
      - in force from 2023-09-10
      + in force from 2023-09-11
    rules/kz.loci:8:8 in kz.desk
      - in force from 2026-01-01
      + in force from 2025-12-31
    rules/kz.loci:8:8 in kz.desk
      - in force from 2026-01-01
      + in force from 2026-01-02
    "#);
    insta::assert_snapshot!(text(&output.stderr), @r#"15 changes, 9 not noticed by any test"#);
    let json = lines(&run(&root, &["test", "--mutate", "-k", "crowds", "--format", "json"], ""));
    assert!(json.iter().all(|line| line["rule"] == "kz.crowds"), "{json:?}");
    let broken = KZ.replace("expect restrict by promises, not crowds", "expect none");
    let root = directory("mutants-broken", &[("rules/kz.loci", &broken)]);
    assert_eq!(code(&run(&root, &["test", "--mutate"], "")), 2);
}

#[test]
fn update_rewrites_the_expectations_that_are_not_met() {
    let wrong =
        KZ.replace("expect restrict by promises, not crowds", "expect none, undetermined crowds");
    let root = directory("update", &[("rules/kz.loci", &wrong)]);
    let output = run(&root, &["test", "--update"], "");
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let stderr = text(&output.stderr);
    assert!(
        stderr.contains("2 expectations rewritten") && stderr.contains("4 passed, 0 failed"),
        "{stderr}"
    );
    let written = fs::read_to_string(root.join("rules/kz.loci")).unwrap();
    assert_eq!(written, KZ);
}

#[test]
fn test_results_have_formats_for_tools() {
    let wrong = KZ.replace("expect restrict by promises, not crowds", "expect none");
    let root = directory("results", &[("rules/kz.loci", &wrong)]);
    let json = lines(&run(&root, &["test", "--format", "json"], ""));
    assert_eq!(json.len(), 4);
    assert_eq!(json[0]["passed"], false);
    assert_eq!(json[0]["expected"], json!(["none"]));
    let output = run(&root, &["test", "--format", "junit"], "");
    assert_eq!(code(&output), 1);
    let junit = text(&output.stdout);
    assert!(
        junit.contains(
            r#"<testsuite name="rules/kz.loci" tests="4" skipped="0" errors="0" failures="1">"#
        ),
        "{junit}"
    );
    assert!(junit.contains(r#"<failure message="expected `none` in KZ"#), "{junit}");
}

#[test]
fn test_runs_the_tests_in_the_rule_files() {
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
      in KZ at 2026-03-01 00:00 +05:00
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
      |   It asks for escalate to kz.astana, due 2026-03-02 00:00 +05:00.
      |   Exception kz.warnings "warnings" does not apply.
      |     text is "Пассивный доход"; the exception needs `text mentions "осторожно"` (kz.loci:26:8).
    "#);
}

#[test]
fn explain_finds_records_by_line_and_by_id() {
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
