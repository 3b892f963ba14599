//! Commands for authors: `fmt`, `check` with lint levels, fixes and formats for tools, `new`, `doc`, shell completions.

use super::{KZ, code, command, directory, run, text};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

/// Rules with three lints: a name that nothing uses, a condition that could be simpler, and a rule without a test. The last
/// lint is off by default.
pub(super) const LINTED: &str = r#"jurisdiction KZ { zone "Asia/Almaty" }
policy fraud "Terms of service: fraud" { in force from 2024-01-01 }
terms idle { en: "idle" }
rule loan_sharks "Loans without questions" {
  basis fraud
  when  chat.public == true and text mentions "quick loan*"
  then  restrict
}
"#;

pub(super) fn read(root: &Path, name: &str) -> String {
    std::fs::read_to_string(root.join(name)).unwrap()
}

// ---- fmt ---------------------------------------------------------------------

#[cfg(unix)]
#[test]
fn fmt_does_not_follow_a_link_out_of_the_rules() {
    let (secret, wild) = ("secret {  of another\n", "rule a{when   x\n then   label}\n");
    let files = [("rules/kz.loci", wild), ("beside.loci", secret), ("elsewhere/wild.loci", wild)];
    let root = directory("fmt-links", &files);
    let link = |to: &str, from: &str| {
        std::os::unix::fs::symlink(root.join(to), root.join(from)).unwrap();
    };
    link("beside.loci", "rules/a.loci");
    link("elsewhere/wild.loci", "rules/b.loci");
    link("rules/kz.loci", "rules/inside.loci");
    for arguments in [
        &["fmt", "--diff"][..],
        &["fmt", "--check"],
        &["fmt", "rules/a.loci", "rules/b.loci"],
        &["fmt"],
    ] {
        let output = run(&root, arguments, "");
        let all = text(&output.stdout).to_owned() + text(&output.stderr);
        assert_eq!(code(&output), 2, "{arguments:?}: {all}");
        assert_eq!(
            all.matches("is not an ordinary file inside the rules folder").count(),
            2,
            "{all}"
        );
        assert!(!all.contains("of another"), "{all}");
    }
    assert_eq!(read(&root, "beside.loci"), secret);
    assert_eq!(read(&root, "elsewhere/wild.loci"), wild);
    // If a link leads to a file inside the rule root, that file is laid out and the link stays.
    assert_ne!(read(&root, "rules/kz.loci"), wild);
    assert!(root.join("rules/inside.loci").is_symlink());
}

#[test]
fn fmt_says_which_folder_is_too_deep() {
    let deep = format!("rules/{}kz.loci", "d/".repeat(17));
    let root = directory("fmt-deep", &[(&deep, "rule a{}\n")]);
    let output = run(&root, &["fmt", "--check"], "");
    let stderr = text(&output.stderr);
    assert!(code(&output) == 2 && stderr.contains("folders nested more than 16 deep"), "{stderr}");
}

#[test]
fn fmt_lays_out_whole_folders() {
    let wild = "rule a{when   x # why\n then   label}\n";
    let neat = "rule a {\n  when x  # why\n  then label\n}\n";
    let root = directory("fmt", &[("rules/kz.loci", wild), ("rules/lib/a.loci", neat)]);
    let check = run(&root, &["fmt", "--check"], "");
    assert_eq!((code(&check), text(&check.stdout)), (1, "rules/kz.loci\n"));
    let diff = run(&root, &["fmt", "--diff", "rules/kz.loci"], "");
    assert_eq!(code(&diff), 1);
    insta::assert_snapshot!(text(&diff.stdout), @r"
    --- a/rules/kz.loci
    +++ b/rules/kz.loci
    @@ -1,2 +1,4 @@
    -rule a{when   x # why
    - then   label}
    +rule a {
    +  when x  # why
    +  then label
    +}
    ");
    assert_eq!(read(&root, "rules/kz.loci"), wild);
    assert_eq!(code(&run(&root, &["fmt"], "")), 0);
    assert_eq!(read(&root, "rules/kz.loci"), neat);
    let again = run(&root, &["fmt", "--check"], "");
    assert_eq!((code(&again), text(&again.stdout)), (0, ""));
    let piped = run(&root, &["fmt", "-"], wild);
    assert_eq!((code(&piped), text(&piped.stdout)), (0, neat));
    assert_eq!(code(&run(&root, &["fmt", "-", "--check"], wild)), 1);
    assert_eq!(code(&run(&root, &["fmt", "nowhere"], "")), 2);
}

#[test]
fn fmt_does_not_change_files_with_syntax_errors() {
    let broken = "rule a { when x ==\n";
    let root = directory("fmt-broken", &[("rules/a.loci", broken), ("rules/b.loci", "rule b{}\n")]);
    let output = run(&root, &["fmt"], "");
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("rules/a.loci:"), "{}", text(&output.stderr));
    assert_eq!(read(&root, "rules/a.loci"), broken);
    assert_eq!(read(&root, "rules/b.loci"), "rule b {}\n");
}

// ---- lint levels --------------------------------------------------------------------

/// The exit code of `check`, and the codes that it finds with their severity.
fn found(root: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let all = [&["check", "--format", "json", "--as-of", "2026-11-24"], arguments].concat();
    let output = run(root, &all, "");
    let finding = |line: Value| format!("{} {}", line["code"], line["severity"]).replace('"', "");
    (code(&output), super::lines(&output).into_iter().map(finding).collect())
}

#[test]
fn the_command_line_and_the_repository_set_lint_levels() {
    let root = directory("levels", &[("rules/kz.loci", LINTED), (".git/HEAD", "")]);
    let levels = |arguments: &[&str]| {
        let (code, found) = found(&root, arguments);
        (code, found.join(", "))
    };
    let usual = "LX4002 warning, LX4301 warning";
    assert_eq!(levels(&[]), (0, usual.into()));
    assert_eq!(levels(&["--deny", "warnings"]), (1, usual.replace("warning", "error")));
    assert_eq!(levels(&["--deny", "unused"]), (1, "LX4002 error, LX4301 warning".into()));
    assert_eq!(levels(&["--allow", "style,LX4002"]), (0, String::new()));
    assert_eq!(levels(&["--warn", "legal", "--allow", "warnings"]), (0, String::new()));
    assert_eq!(
        levels(&["--deny", "untested-rule"]),
        (1, "LX4002 warning, LX4407 error, LX4301 warning".into())
    );
    std::fs::write(root.join("lexloci.toml"), "[lints]\nstyle = \"deny\"\nunused = \"allow\"\n")
        .unwrap();
    assert_eq!(levels(&[]), (1, "LX4301 error".into()));
    assert_eq!(levels(&["--allow", "style"]), (0, String::new()));
    // The levels of the repository apply to every command that compiles its rules.
    assert_eq!(code(&run(&root, &["test"], "")), 2);
    std::fs::write(root.join("other.toml"), "[lints]\nall = \"allow\"\n").unwrap();
    assert_eq!(levels(&["--config", "other.toml"]), (0, String::new()));
    for slip in [
        "[lint]\nstyle = \"deny\"\n",
        "[lints]\nstile = \"deny\"\n",
        "[lints]\nLX0002 = \"allow\"\n",
    ] {
        std::fs::write(root.join("lexloci.toml"), slip).unwrap();
        let output = run(&root, &["check"], "");
        assert_eq!(code(&output), 2, "{slip}");
        assert!(text(&output.stderr).contains("LX1012"), "{}", text(&output.stderr));
    }
    assert_eq!(code(&run(&root, &["check", "--deny", "stile"], "")), 2);
    assert_eq!(code(&run(&root, &["check", "--deny", "LX0002"], "")), 2);
}

#[test]
fn the_search_for_lint_levels_ends_at_the_root_of_the_repository() {
    let root = directory(
        "levels-above",
        &[
            ("lexloci.toml", "[lints]\nall = \"allow\"\n"),
            ("inside/.git/HEAD", ""),
            ("inside/rules/kz.loci", LINTED),
            ("beside/rules/kz.loci", LINTED),
        ],
    );
    assert_eq!(found(&root, &["inside/rules"]).1.len(), 2);
    assert_eq!(found(&root, &["beside/rules"]).1.len(), 0);
}

#[test]
fn comments_with_a_reason_silence_lints() {
    let allowed = LINTED
        .replace("terms idle", "# allow LX4002: for the next order\nterms idle")
        .replace("  when  chat", "  # allow LX4301: as counsel wrote it\n  when  chat");
    let root = directory("allow", &[("rules/kz.loci", &allowed)]);
    assert_eq!(found(&root, &[]), (0, vec![]));
    let trailing = LINTED.replace("\"idle\" }", "\"idle\" }  # allow LX4002, LX4301: both");
    let root = directory("allow-behind", &[("rules/kz.loci", &trailing)]);
    assert_eq!(found(&root, &[]).1, ["LX4390 warning", "LX4301 warning"]);
    let bare = LINTED.replace("terms idle", "# allow LX4002\nterms idle");
    let root = directory("allow-bare", &[("rules/kz.loci", &bare)]);
    assert_eq!(found(&root, &[]), (1, vec!["LX0016 error".into(), "LX4301 warning".into()]));
}

#[test]
fn lints_about_dates_use_the_given_day() {
    let rules = LINTED.replace("  when ", "  review by 2026-06-30\n  when ");
    let root = directory("as-of", &[("rules/kz.loci", &rules)]);
    let on = |day: &str| {
        let arguments =
            ["check", "--allow", "correctness,style", "--format", "short", "--as-of", day];
        let output = run(&root, &arguments, "");
        (text(&output.stdout).contains("LX4403"), text(&output.stderr).trim().to_owned())
    };
    assert!(!on("2026-06-30").0);
    assert!(on("2026-07-01").0);
    assert_eq!(on("2026-06-30").1, "1 rule, 0 exceptions: nothing to report, as of 2026-06-30");
    let today = run(&root, &["check"], "");
    assert!(text(&today.stderr).contains(", today"), "{}", text(&today.stderr));
    assert_eq!(code(&run(&root, &["check", "--as-of", "2026-02-30"], "")), 2);
}

// ---- fixes -----------------------------------------------------------------------

#[test]
fn only_safe_fixes_are_applied_by_default() {
    let slips = LINTED
        .replace("terms idle { en: \"idle\" }\n", "use \"lib/none.loci\"\n")
        .replace("chat.public == true", "chat.public = true")
        .replace("restrict", "restrct");
    let library = "terms nobody { en: \"nobody\" }\n";
    let files = [("rules/kz.loci", slips.as_str()), ("rules/lib/none.loci", library)];
    let root = directory("fix", &files);
    let diff = run(&root, &["check", "--diff"], "");
    assert_eq!(code(&diff), 1);
    insta::assert_snapshot!(text(&diff.stdout), @r#"
    --- a/rules/kz.loci
    +++ b/rules/kz.loci
    @@ -3,6 +3,6 @@
     use "lib/none.loci"
     rule loan_sharks "Loans without questions" {
       basis fraud
    -  when  chat.public = true and text mentions "quick loan*"
    +  when  chat.public == true and text mentions "quick loan*"
       then  restrct
     }
    "#);
    assert_eq!(read(&root, "rules/kz.loci"), slips);
    let safe = run(&root, &["check", "--fix"], "");
    assert_eq!(code(&safe), 1, "{}", text(&safe.stderr));
    let note = "1 more has a fix to review: `--unsafe-fixes` applies it";
    assert!(text(&safe.stderr).contains(note), "{}", text(&safe.stderr));
    assert_eq!(code(&run(&root, &["check", "--unsafe-fixes"], "")), 2);
    assert_eq!(read(&root, "rules/kz.loci"), slips.replace(" = true", " == true"));
    let all = run(&root, &["check", "--fix", "--unsafe-fixes"], "");
    assert_eq!(code(&all), 0, "{}{}", text(&all.stdout), text(&all.stderr));
    insta::assert_snapshot!(read(&root, "rules/kz.loci"), @r#"
    jurisdiction KZ { zone "Asia/Almaty" }
    policy fraud "Terms of service: fraud" { in force from 2024-01-01 }
    rule loan_sharks "Loans without questions" {
      basis fraud
      when  chat.public and text mentions "quick loan*"
      then  restrict
    }
    "#);
    let nothing = run(&root, &["check", "--diff", "--unsafe-fixes"], "");
    assert_eq!((code(&nothing), text(&nothing.stdout)), (0, ""));
}

#[test]
fn a_fix_writes_both_quotes_straight() {
    let terms = "terms spins { en: “free spins”, «bonus», \"good\", „bandit“, \"one arm” }";
    let slips = LINTED.replace("terms idle { en: \"idle\" }", terms);
    let root = directory("quotes", &[("rules/kz.loci", &slips)]);
    let output = run(&root, &["check", "--fix"], "");
    let mended = read(&root, "rules/kz.loci");
    let expected = "\"free spins\", \"bonus\", \"good\", \"bandit\", \"one arm\" }";
    assert!(mended.contains(expected), "{mended}{}", text(&output.stdout));
    assert_eq!(code(&output), 0, "{}", text(&output.stdout));
    // What has no fix is reported after the others are mended.
    let slips = slips.replace("restrict", "restrct");
    let root = directory("quotes-left", &[("rules/kz.loci", &slips)]);
    let output = run(&root, &["check", "--fix"], "");
    assert!(text(&output.stdout).contains("restrct"), "{}", text(&output.stdout));
    assert_eq!(code(&output), 1);
}

#[test]
fn a_zone_of_another_country_is_not_suggested() {
    let rules = "jurisdiction CA { zone \"America/Ottawa\" }\n";
    let root = directory("zone", &[("rules/ca.loci", rules)]);
    let output = run(&root, &["check", "--fix", "--unsafe-fixes"], "");
    assert_eq!((code(&output), read(&root, "rules/ca.loci").as_str()), (1, rules));
    assert!(text(&output.stdout).contains("`America/Toronto`"), "{}", text(&output.stdout));
}

#[test]
fn match_tells_names_from_words() {
    let library = "terms windfalls { en: \"easy money\" }\n";
    let files = [("rules/kz.loci", LINTED), ("rules/lib/scams.loci", library)];
    let root = directory("match", &files);
    for (pattern, sample) in [
        ("idle", "idle hands"),
        ("kz.idle", "idle hands"),
        ("windfalls", "easy money"),
        ("lib.scams.windfalls", "easy money"),
        ("\"easy\"", "easy money"),
        ("en: easy", "easy money"),
        ("easy money", "easy money"),
    ] {
        let output = run(&root, &["match", pattern, sample], "");
        assert_eq!(code(&output), 0, "{pattern}: {}", text(&output.stderr));
        assert!(text(&output.stdout).contains("match "), "{pattern}");
    }
    for (unknown, expected) in [
        ("windfall", "did you mean `windfalls`? words are written in quotes: `\"windfall\"`"),
        ("casino", "no terms are called `casino`; words are written in quotes"),
    ] {
        let output = run(&root, &["match", unknown, "casino"], "");
        assert_eq!(code(&output), 2, "{unknown}");
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    }
}

#[test]
fn every_command_about_rules_takes_rules() {
    let root = directory("rules-option", &[("elsewhere/kz.loci", KZ)]);
    for command in [&["check"][..], &["test"], &["plan"], &["fmt", "--check"], &["cost"], &["law"]]
    {
        let output = run(&root, &[command, &["--rules", "elsewhere"]].concat(), "");
        assert!(code(&output) < 2, "{command:?}: {}", text(&output.stderr));
    }
    for command in [&["check"][..], &["test"], &["plan"], &["fmt", "--check"]] {
        let output = run(&root, &[command, &["elsewhere"]].concat(), "");
        assert!(code(&output) < 2, "{command:?}: {}", text(&output.stderr));
    }
    // These take a place there.
    let root = directory("rules-as-place", &[("rules/kz.loci", KZ)]);
    for command in [&["law", "rules"][..], &["graph", "--in", "rules"]] {
        let output = run(&root, command, "");
        let meant = "if you mean the folder of rules, write `--rules rules`";
        assert!(text(&output.stderr).contains(meant), "{}", text(&output.stderr));
    }
}

#[test]
fn check_says_how_much_law_is_unverified() {
    let verified = KZ.contains("verified ");
    assert!(verified);
    let root = directory("unverified", &[("rules/kz.loci", KZ)]);
    let output = run(&root, &["check"], "");
    assert!(!text(&output.stderr).contains("nobody has verified"), "{}", text(&output.stderr));
    let days = KZ.split(' ').collect::<Vec<_>>();
    let days = days.windows(2).filter(|pair| pair[0].ends_with("verified")).map(|pair| pair[1]);
    let mut rules = KZ.to_owned();
    for day in days {
        let day = day.get(..10).unwrap();
        rules = rules.replace(&format!("verified {day}"), "unverified \"not read\"");
    }
    let root = directory("unverified-all", &[("rules/kz.loci", &rules)]);
    let output = run(&root, &["check"], "");
    let note = "nobody has verified the one cited article";
    assert!(text(&output.stderr).contains(note), "{}", text(&output.stderr));
}

#[test]
fn check_reads_a_rule_file_from_stdin() {
    let root = directory("stdin", &[("rules/kz.loci", LINTED)]);
    let arguments = ["check", "-", "--stdin-filename", "rules/kz.loci", "--format", "short"];
    let output = run(&root, &arguments, &LINTED.replace("chat.public", "chat.publik"));
    assert_eq!(code(&output), 1);
    assert!(text(&output.stdout).starts_with("rules/kz.loci:6:14: error[LX2003]"));
    let fixed = run(&root, &[&arguments[..], &["--fix"]].concat(), LINTED);
    assert_eq!(text(&fixed.stdout), LINTED.replace(" == true", ""));
    assert_eq!(read(&root, "rules/kz.loci"), LINTED);
    assert_eq!(code(&run(&root, &["check", "-"], LINTED)), 2);
}

// ---- formats ---------------------------------------------------------------------

#[test]
fn check_has_formats_for_tools() {
    let bad = LINTED
        .replace("text mentions", "text mentoins")
        .replace("restrict", "restrct, escalate to nobody");
    let root = directory(
        "formats",
        &[
            ("rules/kz.loci", LINTED),
            ("rules/fr.loci", &bad.replace("KZ", "FR").replace("Almaty", "Almatyy")),
        ],
    );
    let output =
        |format: &str| run(&root, &["check", "--as-of", "2026-11-24", "--format", format], "");
    insta::assert_snapshot!(text(&output("github").stdout), @r"
    ::error file=rules/fr.loci,line=1,endLine=1,col=24,endColumn=38,title=LX3002 unknown-place::there is no time zone `Asia/Almatyy`%0Awrite one of these: `Europe/Paris`
    ::error file=rules/fr.loci,line=6,endLine=6,col=38,endColumn=46,title=LX0002 syntax::expected a clause of the rule, an operator or `}`, found `mentoins`%0Adid you mean `mentions`?
    ");

    let sarif = output("sarif");
    assert_eq!(code(&sarif), 1);
    let log: Value = serde_json::from_slice(&sarif.stdout).unwrap();
    let schema = std::fs::read(crate::repository_root().join("tests/cases/sarif.schema.json"));
    let schema = serde_json::from_slice(&schema.unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let faults: Vec<_> = validator.iter_errors(&log).map(|fault| fault.to_string()).collect();
    assert_eq!(faults, [""; 0]);
    let run = &log["runs"][0];
    for result in run["results"].as_array().unwrap() {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], result["ruleId"]);
    }
    let count = run["results"].as_array().unwrap().len();
    assert_eq!(count, super::lines(&output("json")).len());

    let junit = output("junit");
    let report = quick_junit::Report::deserialize_from_str(text(&junit.stdout)).unwrap();
    assert_eq!(report.tests, count);
    let suites =
        text(&junit.stdout).split("<testsuites").nth(1).unwrap().split('>').next().unwrap();
    assert_eq!(
        suites,
        format!(" name=\"lexloci check\" tests=\"{count}\" failures=\"{count}\" errors=\"0\"")
    );
    assert_eq!(
        report.failures,
        super::lines(&output("json")).iter().filter(|line| line["severity"] == "error").count()
    );
    let clean = directory("formats-clean", &[("rules/kz.loci", KZ)]);
    let nothing = super::run(&clean, &["check", "--format", "junit"], "");
    let report = quick_junit::Report::deserialize_from_str(text(&nothing.stdout)).unwrap();
    assert_eq!((code(&nothing), report.tests, report.failures), (0, 1, 0));
}

#[test]
fn statistics_count_codes_and_exit_zero_ignores_findings() {
    let root = directory("statistics", &[("rules/kz.loci", LINTED)]);
    let output = run(&root, &["check", "--statistics", "--deny", "all", "--format", "short"], "");
    assert_eq!(code(&output), 1);
    assert!(text(&output.stderr).contains("     1  LX4002 unused\n"), "{}", text(&output.stderr));
    assert_eq!(code(&run(&root, &["check", "--deny", "all", "--exit-zero"], "")), 0);
    assert_eq!(code(&run(&root, &["check", "nowhere", "--exit-zero"], "")), 2);
}

#[test]
fn watch_checks_again_after_a_change() {
    let root = directory("watch", &[("rules/kz.loci", LINTED)]);
    let mut child = command(&root, &["check", "--watch", "--format", "short"])
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().contains("LX4002"));
    assert!(lines.next().unwrap().contains("LX4301"));
    std::fs::write(root.join("rules/kz.loci"), LINTED.replace("mentions", "mentoins")).unwrap();
    assert!(lines.next().unwrap().contains("LX0002"));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn rules_are_watched_although_the_settings_are_broken() {
    let files = [("rules/kz.loci", LINTED), ("lexloci.toml", "[lints\n")];
    let root = directory("watch-broken", &files);
    let mut child = command(&root, &["check", "--watch", "--format", "short"])
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut faults = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(faults.next().unwrap().contains("LX1012"));
    std::fs::write(root.join("lexloci.toml"), "[lints]\nunused = \"warn\"\n").unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert!(lines.next().unwrap().contains("LX4002"));
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn only_rules_that_are_there_are_watched() {
    let root = directory("unwatched", &[("rules/kz.loci", LINTED), ("other/fr.loci", LINTED)]);
    for (arguments, why) in [
        (&["nowhere"][..], "there is no such file"),
        (&["-"], "`-` needs `--stdin-filename`"),
        (&["-", "--stdin-filename", "rules/kz.loci"], "cannot be used with"),
        (&["rules", "other/fr.loci"], "does not belong to the rules in `rules`"),
        (&["--deny", "nothing"], "`nothing`"),
        (&["--config", "nowhere.toml"], "nowhere.toml"),
    ] {
        let output = run(&root, &[&["check", "--watch"], arguments].concat(), LINTED);
        assert_eq!(code(&output), 2, "{arguments:?}");
        assert!(text(&output.stderr).contains(why), "{}", text(&output.stderr));
    }
}

// ---- new, doc, completions, man ----------------------------------------------------

#[test]
fn a_new_rule_file_passes_check_test_and_fmt() {
    let root = directory("new", &[("README", "")]);
    for country in ["KZ", "fr-idf", "WORLD", "US"] {
        let made = run(&root, &["new", "--country", country], "");
        assert_eq!(code(&made), 0, "{country}: {}", text(&made.stderr));
    }
    let strict = run(&root, &["check", "--warn", "all", "--deny", "warnings"], "");
    assert_eq!((code(&strict), text(&strict.stdout)), (0, ""));
    assert_eq!(code(&run(&root, &["test"], "")), 0);
    assert_eq!(code(&run(&root, &["fmt", "--check"], "")), 0);
    for (wrong, expected) in [
        (&["KZ"][..], "exists already"),
        (&["UK"], "did you mean `GB`"),
        (&["EU"], "with `--zone`"),
        (&["DE", "--zone", "Europe/Berlni"], "did you mean `Europe/Berlin`"),
    ] {
        let output = run(&root, &[&["new", "--country"], wrong].concat(), "");
        assert_eq!(code(&output), 2, "{wrong:?}");
        assert!(text(&output.stderr).contains(expected), "{}", text(&output.stderr));
    }
    assert!(!root.join("rules/de.loci").exists());
}

#[test]
fn doc_finds_every_kind_of_topic() {
    let root = directory(
        "doc",
        &[
            ("rules/schema.loci", "record chat {\n  ## Ours.\n  tier?: int\n}\n"),
            ("rules/kz.loci", KZ),
        ],
    );
    let doc = |topics: &[&str]| run(&root, &[&["doc"], topics].concat(), "");
    let codes: Vec<_> = lexloci::Code::ALL.iter().map(|code| code.as_str()).collect();
    let output = doc(&codes);
    let pages = text(&output.stdout);
    for line in pages.lines() {
        assert!(!line.starts_with(['#', '`']), "{line}");
        assert!(
            line.starts_with("    ") || line.chars().count() <= 80 || !line.trim().contains(' '),
            "{line}"
        );
    }
    let page =
        "LX3009 trigger-not-read\n\nWhat happened\n\n  All articles that the rule cites apply only";
    assert!(pages.contains(page), "{pages}");
    assert!(pages.contains("\nBad\n\n    # file: kz.loci\n"), "{pages}");
    for (topic, expected) in [
        ("when", "keyword `when`"),
        ("on unknown", "keyword `on unknown`"),
        ("chat.members", "field `chat.members`\n  members: int (may be missing)"),
        ("links[].host", "field `link.host`"),
        ("chat", "record type `chat`"),
        ("length", "length(text: text) -> int"),
        ("restrict", "action `restrict`, an outcome"),
        ("unused", "LX4002 unused"),
        ("category", "    scams_and_fraud\n"),
        ("judged", "  By:\n    receipt\n    sending\n"),
        ("binds", "    platform\n    author\n  When:\n    standing\n    on order\n"),
        ("notify", "notify to author | members"),
        ("escalate", "escalate to OFFICE"),
        ("suspend", "suspend author | chat"),
        ("keywords", "  when"),
        ("fields", "record type `message`"),
        ("functions", "  days("),
        ("actions", "obligations\n  escalate"),
        ("codes", "  LX2003  error   unknown-field"),
        ("lints", "legal\n  LX4401"),
    ] {
        let output = doc(&[topic]);
        assert_eq!(code(&output), 0, "{topic}: {}", text(&output.stderr));
        assert!(text(&output.stdout).contains(expected), "{topic}: {}", text(&output.stdout));
    }
    assert!(text(&doc(&["chat.tier", "--rules", "rules"]).stdout).contains("Ours."));
    let unknown = doc(&["chat.membres"]);
    assert_eq!(code(&unknown), 2);
    assert!(text(&unknown.stderr).contains("did you mean `chat.members`"));
    assert!(text(&doc(&["\u{1b}[31m"]).stderr).contains("\\u{1b}"));
}

#[test]
fn completions_and_manual_pages_are_written() {
    let root = directory("shells", &[("README", "")]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = run(&root, &["completions", shell], "");
        assert!(text(&script.stdout).contains("unsafe-fixes"), "{shell}");
    }
    assert_eq!(code(&run(&root, &["man", "pages/man1"], "")), 0);
    for page in ["lexloci.1", "lexloci-check.1", "lexloci-fmt.1"] {
        assert!(read(&root, &format!("pages/man1/{page}")).contains(".TH"), "{page}");
    }
}
