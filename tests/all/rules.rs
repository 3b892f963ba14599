//! The shipped rules compile without a warning, pass their own tests, and decide about the example messages as before.

use super::shipped::at_root;
use lexloci::{
    Code, Compiler, Import, InputFormat, Instant, Record, RecordError, RuleSet, SchemaMismatch,
    State, suite,
};
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;

fn shipped() -> RuleSet {
    let set = super::shipped::rules();
    let warnings: Vec<_> = set.warnings().iter().map(|warning| &warning.message).collect();
    assert!(warnings.is_empty(), "{warnings:?}");
    set
}

#[test]
fn shipped_rules_pass_their_tests() {
    let report = suite::run(&shipped(), None);
    let failed: Vec<_> = report.results.iter().filter(|result| !result.passed()).collect();
    assert!(failed.is_empty(), "{failed:#?}");
    assert!(report.passed() >= 80, "{} tests", report.passed());
}

/// For every rule, some test has a record on which it fires, and some test one on which it does not. A rule whose law is not
/// known to have begun cannot fire, so a test shows the gap instead.
#[test]
fn every_shipped_rule_is_shown_firing_and_not_firing() {
    let set = shipped();
    let (mut fires, mut does_not_fire) = (BTreeSet::new(), BTreeSet::new());
    for result in suite::run(&set, None).results {
        let decision = result.decision.unwrap();
        let fired: BTreeSet<_> = decision
            .matched
            .iter()
            .map(|rule| rule.rule.clone())
            .chain(decision.shadow.iter().map(|rule| rule.rule.clone()))
            .chain(decision.gaps.iter().map(|gap| gap.rule.clone()))
            .collect();
        for rule in set.rules().filter(|rule| !rule.is_exception) {
            if fired.contains(rule.id) {
                fires.insert(rule.id.to_owned());
            } else if rule.place == result.place {
                does_not_fire.insert(rule.id.to_owned());
            }
        }
    }
    let rules: BTreeSet<_> =
        set.rules().filter(|rule| !rule.is_exception).map(|rule| rule.id.to_owned()).collect();
    assert_eq!(fires, rules);
    assert_eq!(does_not_fire, rules);
}

/// What is decided about the example messages, in short.
#[test]
fn example_messages_are_decided_as_before() {
    let set = shipped();
    let messages = fs::read_to_string(at_root("examples/messages.jsonl")).unwrap();
    assert!(messages.lines().count() >= 40);
    let records = messages.lines().map(|line| set.read(line.as_bytes()).unwrap());
    insta::assert_snapshot!(decided(&set, records.collect()));
}

/// What the README's first command decides, in short.
#[test]
fn the_example_export_is_decided_as_before() {
    let set = shipped();
    let facts = fs::read(at_root("examples/export/facts.jsonl")).unwrap();
    let facts = set.facts("facts.jsonl", facts.as_slice()).unwrap();
    let export = fs::read(at_root("examples/export/result.json")).unwrap();
    let mut import = Import::new(export.as_slice(), InputFormat::AUTO).facts(&facts);
    let mut records = vec![];
    while let Some(imported) = import.next_message().unwrap() {
        records.push(imported.read(set.schema()).unwrap());
    }
    assert!(records.len() >= 60);
    assert_eq!(facts.unused(import.used_facts()), [0; 0]);
    insta::assert_snapshot!(decided(&set, records));
}

/// A line for each record and decision in Kazakhstan and France.
fn decided(set: &RuleSet, records: Vec<Record>) -> String {
    let mut evaluator = set.evaluator();
    let places: Vec<_> = ["KZ", "FR"].iter().map(|code| set.place(code).unwrap()).collect();
    let mut out = String::new();
    for record in records {
        let at = record.latest().unwrap();
        for decision in evaluator.decide_all(&record, &places, at, &State::default()).unwrap() {
            let places: Vec<_> = decision.places.iter().map(ToString::to_string).collect();
            let rules: Vec<_> = decision.matched.iter().map(|rule| rule.rule.as_str()).collect();
            let lifted: Vec<_> =
                decision.defeated.iter().map(|rule| format!(" -{}", rule.rule)).collect();
            let unknown: Vec<_> =
                decision.undetermined.iter().map(|rule| format!(" ?{}", rule.rule)).collect();
            writeln!(
                out,
                "{} {} {}/{} [{}]{}{}",
                record.id(),
                places.join("+"),
                decision.outcome,
                decision.account,
                rules.join(" "),
                lifted.concat(),
                unknown.concat()
            )
            .unwrap();
        }
    }
    out
}

#[test]
fn a_rule_set_can_be_shared_by_threads() {
    fn shared<T: Send + Sync + Clone>() {}
    shared::<RuleSet>();
    shared::<Compiler>();
    shared::<lexloci::Record>();
    shared::<lexloci::Decision>();
    shared::<lexloci::Evaluator>();
}

/// One rule set reads a record and another judges it. If their schemas mean the same, the decision is the same, else there
/// is an error.
#[test]
fn a_record_is_judged_under_the_schema_that_read_it() {
    let rules = "jurisdiction FR { zone \"Europe/Paris\" }\npolicy p \"P\" {}\nrule r { basis p when chat.scam then label }\n";
    let set = |schema: &str| {
        Compiler::new().file("fr.loci", rules).file("schema.loci", schema).compile().unwrap()
    };
    let one = set("record chat { first?: bool }\n");
    let record = one.given("{ chat: { scam: true }, sent_at: 2026-01-01T00:00:00Z }").unwrap();
    let (at, fr) = (record.latest().unwrap(), one.place("FR").unwrap());
    let judged = |schema: &str| {
        let mut evaluator = set(schema).evaluator();
        let mut message = evaluator.message(&record)?;
        Ok(message.decide(fr, at, &State::default()).into_decision())
    };
    let expected = judged("record chat { first?: bool }\n").unwrap();
    assert_eq!(expected.outcome, "label");
    let commented =
        "# A comment.\n## What is new.\nrecord chat {\n  ## Documented.\n  first?: bool # so\n}\n";
    assert_eq!(judged(commented), Ok(expected));
    for other in [
        "",
        "record chat { last?: bool }",
        "record chat { first?: int }",
        "record chat { first: bool = false }",
        "record chat { zero?: bool  first?: bool }",
    ] {
        assert_eq!(judged(other), Err(SchemaMismatch { record: "given".into() }), "{other}");
    }
    let error = RecordError::from(judged("").unwrap_err());
    assert_eq!((error.code, error.path.as_str()), (Code::OtherSchema, ""));
    assert!(error.message.contains("`given`"), "{error}");
}

/// H9: reading, deciding and explaining need no more stack than README says, for records and conditions that nest as
/// deep as the limits allow, whichever kind nests.
#[test]
fn the_deepest_conditions_are_judged_on_a_small_stack() {
    let readme = fs::read_to_string(at_root("README.md")).unwrap();
    assert!(readme.contains(" 512 KiB of stack (256 KiB in a release build)"));
    let kib = if cfg!(debug_assertions) { 512 } else { 256 };
    for (open, atom, close, test) in [
        ("(not ", "chat.members > 3", ")", ""),
        ("(chat.public or ", "(chat.members > 3 and chat.scam)", ")", ""),
        ("(if chat.public then chat.scam else ", "chat.members > 3", ")", ""),
        ("(chat.public == ", "(chat.members > 3)", ")", ""),
        ("(1 + ", "chat.members", ")", " > 3"),
        ("(chat.members ?? ", "chat.members", ")", " > 3"),
        ("lower(", "chat.title", ")", " == \"a\""),
    ] {
        let nested = |atom: &str| open.repeat(29) + atom + &close.repeat(29);
        let rules = format!(
            "jurisdiction FR {{ zone \"Europe/Paris\" }}\npolicy p \"P\" {{}}\ndefine inner = {}\nrule r {{ basis p when {}{test} then label }}\n",
            nested(atom),
            nested("inner")
        );
        let set = Compiler::new().file("fr.loci", rules).compile().unwrap();
        let deep = "[".repeat(60) + &"]".repeat(60);
        let json = format!(
            r#"{{ "id": "1", "platform": "x", "sent_at": "2026-01-01T00:00:00Z", "ext": {{ "a": {deep} }},
                "chat": {{ "public": false, "members": 4, "scam": false, "title": "b" }} }}"#
        );
        let judge = move || {
            let (place, at) =
                (set.place("FR").unwrap(), Instant::parse("2026-01-01T00:00:00Z").unwrap());
            let mut evaluator = set.evaluator();
            let mut message = evaluator.read(json.as_bytes()).unwrap();
            let explanation = message.explain(place, at, &State::default());
            assert!(explanation.decision.complete && !explanation.to_string().is_empty());
            assert!(!message.decide(place, at, &State::default()).receipt().digest.is_empty());
        };
        let small = std::thread::Builder::new().stack_size(kib << 10).spawn(judge).unwrap();
        small.join().unwrap();
    }
}

/// Phrases that look alike may differ. A phrase of one file is never taken for that of another.
#[test]
fn phrases_of_two_places_are_not_mixed_up() {
    let file = |code: &str, zone: &str, phrase: &str| {
        format!(
            "jurisdiction {code} {{ zone \"{zone}\" }}\npolicy p \"P\" {{}}\nrule r {{ basis p when text mentions {phrase}\n  then restrict }}\n"
        )
    };
    for (fr, de, text) in [
        ("\"!  !\"", "\"! !\"", "wow ! !"),
        (
            "\"loan\" # ..1.. \"quick\"\n ..1.. \"offer\"",
            "\"loan\" #\n ..1.. \"quick\" ..1.. \"offer\"",
            "loan offer",
        ),
    ] {
        let alone = Compiler::new().file("fr.loci", file("FR", "Europe/Paris", fr));
        let both = alone.clone().file("de.loci", file("DE", "Europe/Berlin", de));
        let decided = [alone, both].map(|compiler| {
            let set = compiler.compile().unwrap_or_else(|failure| panic!("{failure}"));
            let record = set
                .given(&format!("{{ text: \"{text}\", sent_at: 2026-01-01T00:00:00Z }}"))
                .unwrap();
            let place = set.place("FR").unwrap();
            let at = record.latest().unwrap();
            set.evaluator().decide(&record, place, at, &State::default()).unwrap()
        });
        assert_eq!(decided[0], decided[1], "{fr} beside {de}");
    }
}

/// Every rule file can be formatted, and formatting it again changes nothing. The formatter itself refuses to change items
/// or comments.
#[test]
fn every_rule_file_of_the_repository_has_a_layout() {
    let mut count = 0;
    let mut folders =
        vec!["rules", "src/world/std", "tests/rules", "tests/cases", "src/syntax/tests"]
            .into_iter()
            .map(at_root)
            .collect::<Vec<_>>();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.display().to_string();
            let Ok(text) = fs::read_to_string(&path) else { continue };
            if !name.ends_with(".loci") {
                continue;
            }
            // Fixtures of syntax errors have no layout.
            let Ok(formatted) = lexloci::format(&name, &text) else {
                assert!(name.contains("cases"), "{name} cannot be laid out");
                continue;
            };
            assert_eq!(lexloci::format(&name, &formatted).unwrap(), formatted, "{name}");
            let comments = |text: &str| text.matches('#').count();
            assert_eq!(comments(&formatted), comments(&text), "{name}");
            count += 1;
        }
    }
    assert!(count > 60, "{count}");
}
