//! `decide --format dsa`: statements of reasons, and the errors when something is missing for one.

use super::schema::EVERYTHING;
use super::{code, directory, lines, message, run, text};
use serde_json::json;

const DSA: &str = "[dsa]
puid_key = \"a secret that nobody has\"
automated_detection = true
automated_decision = \"fully\"
category = \"other_violation_tc\"
";

#[test]
fn each_statement_is_one_line_and_errors_say_what_is_missing() {
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
    // One statement for the rule that rests on law, one for the rule that rests on a policy.
    let statements = lines(&output);
    let grounds: Vec<_> =
        statements.iter().map(|one| (&one["decision_ground"], &one["territorial_scope"])).collect();
    let france = json!(["FR"]);
    assert_eq!(
        grounds,
        [
            (&json!("DECISION_GROUND_ILLEGAL_CONTENT"), &france),
            (&json!("DECISION_GROUND_INCOMPATIBLE_CONTENT"), &france)
        ]
    );

    // Law that nobody has read is cited, and named.
    let unread = EVERYTHING.replace("verified 2026-01-01", "unverified \"not read\"");
    assert_ne!(unread, EVERYTHING);
    let files = [("rules/fr.loci", &*unread), hosts, ("lexloci.toml", DSA)];
    let cited = run(&directory("dsa-unread", &files), &arguments, &records);
    let note = "note: statements cite law that nobody has verified: ";
    assert!(text(&cited.stderr).contains(note), "{}", text(&cited.stderr));

    // A statement for an order of a member state is told apart.
    let ordered = r#"jurisdiction FR { zone "Europe/Paris" }
law code "Code" { article orders "1" { in force from 2026-01-01  binds platform, on order  verified 2026-01-01 } }
rule ordered "Ordered" { basis code.orders  category violence
  when any one in reports.orders where (one.country == "FR") then restrict }
"#;
    let mut record = message("ordered", "x", json!(["FR"]));
    record["reports"] = json!({ "orders": [{ "authority": "FR-ARCOM", "country": "FR" }] });
    let files = [("rules/fr.loci", ordered), ("lexloci.toml", DSA)];
    let exempt = run(&directory("dsa-exempt", &files), &arguments, &record.to_string());
    let note = "note: the law does not require 1 statement: ";
    assert!(text(&exempt.stderr).contains(note), "{}", text(&exempt.stderr));
    assert_eq!(lines(&exempt)[0].get("is_exempt"), None);

    // A session makes the same statement.
    let one = message("one", "offre", json!(["FR", "KZ"])).to_string();
    let script =
        ":record @one.json\n:statements\n:set sent_at = null\n:at 2026-03-01\n:statements\n";
    let files = [rules, hosts, ("lexloci.toml", DSA), ("one.json", &one), ("script.txt", script)];
    let root = directory("dsa-session", &files);
    let session = run(&root, &["repl", "rules", "--script", "script.txt"], "");
    let stdout = text(&session.stdout);
    assert!(stdout.contains(text(&output.stdout).lines().next().unwrap()), "{stdout}");
    let all = format!("{stdout}{}", text(&session.stderr));
    assert!(all.contains("no statement: `content_date`"), "{all}");

    let mut undated = message("undated", "offre", json!(["FR"]));
    undated.as_object_mut().unwrap().remove("sent_at");
    let broken = format!("{undated}\n{{\"id\": \n");
    let output = run(&root, &[&arguments[..], &["--at", "2026-03-01"]].concat(), &broken);
    assert_eq!((code(&output), text(&output.stdout)), (4, ""));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("error: no statement for undated: `content_date`:"), "{stderr}");
    assert!(stderr.contains("error: -, line 2: "), "{stderr}");

    for (file, named) in
        [("", "there is no such file"), ("[lints]\n", "`[dsa]`"), ("[dsa]\n", "`puid`")]
    {
        let files = [rules, hosts, ("lexloci.toml", file)];
        let root = directory("dsa-poor", if file.is_empty() { &files[..2] } else { &files });
        // The search upwards ends at the root of the repository.
        std::fs::create_dir_all(root.join(".git")).unwrap();
        let output = run(&root, &arguments, &records);
        assert_eq!((code(&output), text(&output.stdout)), (2, ""), "{file}");
        assert!(text(&output.stderr).contains(named), "{}", text(&output.stderr));
    }
}

#[test]
fn a_statement_says_how_to_contest_in_the_language_that_is_asked_for() {
    let rules = r#"jurisdiction FR { zone "Europe/Paris" }
policy house "House rules" { in force from 2026-01-01 }
wording told {
  fr: "Masqué : {evidence}. Recours : {appeal}",
  en: "Hidden: {evidence}. Contest it: {appeal}",
}
rule offers "Offers" {
  basis house
  says  told
  when  text mentions "offre"
  then  restrict
}
"#;
    let record = message("one", "offre", json!(["FR"])).to_string();
    let arguments = ["decide", "--format", "dsa"];
    let run_with = |keys: &str| {
        let config = format!("{DSA}{keys}");
        let root = directory("dsa-appeal", &[("rules/fr.loci", rules), ("lexloci.toml", &config)]);
        run(&root, &arguments, &record)
    };
    let output = run_with("");
    assert_eq!((code(&output), text(&output.stdout)), (4, ""));
    let stderr = text(&output.stderr);
    assert!(stderr.contains("`fr.told` contains `{appeal}`; set `appeal`"), "{stderr}");
    let appeal = "appeal = \"https://platform.example/appeal\"\n";
    for (language, wanted) in [
        ("", "Masqué : “offre”. Recours : https://platform.example/appeal"),
        ("language = \"en-GB\"\n", "Hidden: “offre”. Contest it: https://platform.example/appeal"),
        ("language = \"kk\"\n", "Masqué : “offre”. Recours : https://platform.example/appeal"),
    ] {
        let output = run_with(&format!("{appeal}{language}"));
        assert_eq!(code(&output), 0, "{}", text(&output.stderr));
        assert_eq!(lines(&output)[0]["incompatible_content_explanation"], wanted, "{language}");
    }
    let output = run_with("language = \"english\"\n");
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("`language` is `english`"), "{}", text(&output.stderr));
}
