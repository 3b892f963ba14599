//! What tests of rules expect, find and report.

use super::{Difference, mutants, run};
use crate::diagnostic::{Level, Levels};
use crate::face::compiler::Compiler;
use crate::face::ruleset::RuleSet;
use crate::state::State;

const RULES: &str = r#"
jurisdiction FR { zone "Europe/Paris" }
policy desk "Desk" {}
office paris "Paris" { languages fr }
rule offers "Offers" { basis desk  when text mentions "offer"
  then restrict, suspend author, escalate to paris within 24 hours by policy desk }
rule crowds { basis desk  when chat.members > 5  then label }
rule news { basis desk  when text mentions "news"  then label }
exception press to news { basis desk  when text mentions "press" }
rule quiet { basis desk  mode shadow  when text mentions "offer"  then label }
law act "Act" { article word "1" { in force from 2026-01-01  binds platform  deadline "promptly"  verified 2026-01-01 }
  article dark "2" { in force from unknown  binds platform  unverified "not read" } }
rule late { basis act.word  when text mentions "late"  then label, review, notify to author, preserve for 6 months }
rule old { basis act.dark  when text mentions "old"  then label }
rule planned { basis desk  in force from 2027-01-01  when text mentions "news"  then label }
rule hints { basis act.word  when text mentions "hint"  then label }
"#;

/// A record with an order that no rule reads.
const ORDERED: &str = r#"{ reports: { orders: [{ authority: "A", country: "FR" }] } }"#;

fn suite(given: &str, expectations: &[&str]) -> RuleSet {
    let test = |(number, expect): (usize, &&str)| {
        format!("test \"{number}\" {{ given {given} at 2026-03-01 expect {expect} }}\n")
    };
    let tests: String = expectations.iter().enumerate().map(test).collect();
    Compiler::new().file("fr.loci", format!("{RULES}\n{tests}")).compile().unwrap()
}

/// Which of the expectations are met.
fn met(given: &str, expectations: &[&str]) -> Vec<bool> {
    let report = run(&suite(given, expectations), None);
    assert_eq!(report.passed() + report.failed(), expectations.len());
    report.results.iter().map(super::TestResult::passed).collect()
}

#[test]
fn a_day_in_a_record_is_its_midnight_in_the_zone_of_the_file() {
    let rules = r#"jurisdiction FR { zone "Europe/Paris" }
policy desk "Desk" {}
rule then_sent { basis desk  when sent_at == 2026-03-01 and any o in reports.orders where (o.given_at == 2026-02-01)  then label }
test "cases" {
  given { text: "a", sent_at: 2026-03-01, reports: { orders: [{ authority: "A", country: "FR", given_at: 2026-02-01 }] } }
  cases {
    "days": expect label
    "an instant": given { sent_at: 2026-02-28T23:00:00Z } expect label
    "midnight elsewhere": given { sent_at: 2026-03-01T00:00:00Z } expect none
    "another day": given { reports: { orders: [{ authority: "A", country: "FR", given_at: "2026-02-02" }] } } expect none
  }
}"#;
    let set = Compiler::new().file("fr.loci", rules).compile().unwrap();
    let report = run(&set, None);
    assert_eq!((report.passed(), report.failed()), (4, 0), "{report:?}");
}

#[test]
fn expectations_are_compared_with_the_decision() {
    let offer = r#"{ text: "press offer", chat: { members: 3 } }"#;
    for (given, expect, expected) in [
        (offer, "restrict", true),
        (offer, "restrict by offers", true),
        (offer, "suspend by offers", true),
        (offer, "label", false),
        (offer, "restrict by crowds", false),
        (offer, "restrict by quiet", false),
        (offer, "none", false),
        (offer, "escalate", true),
        (offer, "escalate to paris due 2026-03-01T23:00:00Z by offers", true),
        (offer, "escalate to paris due 2026-03-02T00:00:00Z", false),
        (offer, "escalate by crowds", false),
        (offer, "not crowds, not news", true),
        (offer, "not offers", false),
        (offer, "not quiet", false),
        (offer, "undetermined crowds", false),
        (r#"{ text: "offer" }"#, "undetermined crowds", true),
        (r#"{ text: "offer" }"#, "not crowds", false),
        (r#"{ text: "press news", chat: { members: 3 } }"#, "none", true),
        (r#"{ text: "press news", chat: { members: 3 } }"#, "defeated news by press", true),
        (r#"{ text: "press news", chat: { members: 3 } }"#, "not news", true),
        (r#"{ text: "news", chat: { members: 3 } }"#, "defeated news by press", false),
        (offer, "fires quiet, fires offers", true),
        (offer, "fires crowds", false),
        (offer, "complete", true),
        (offer, "incomplete", false),
        (r#"{ text: "offer" }"#, "incomplete", true),
        (offer, "nothing", false),
        (r#"{ text: "x", chat: { members: 3 } }"#, "nothing, none, complete", true),
        (r#"{ text: "x" }"#, "nothing", false),
        (r#"{ text: "x" }"#, "none", true),
        (r#"{ text: "x" }"#, "nothing, undetermined crowds", true),
        (r#"{ text: "x" }"#, "nothing, incomplete", true),
        (offer, r#"evidence "offer" in "text" by offers, evidence "offer""#, true),
        (offer, r#"evidence "offer" by crowds"#, false),
        (offer, r#"evidence "press""#, false),
        (offer, r#"evidence "offer" in "quote""#, false),
        (r#"{ text: "late" }"#, r#"label due "promptly" by late"#, true),
        (r#"{ text: "late" }"#, r#"label due "immediately" by late"#, false),
        (r#"{ text: "late" }"#, r#"review due "promptly", notify to author due "promptly""#, true),
        (r#"{ text: "late" }"#, "preserve until 2026-08-31T22:00:00Z by late", true),
        (r#"{ text: "late" }"#, "preserve until 2026-09-01T00:00:00Z", false),
        (r#"{ text: "offer" }"#, "restrict due unknown, escalate to paris", true),
        (r#"{ text: "offer" }"#, "escalate to paris due unknown", false),
        (r#"{ text: "late" }"#, "review due unknown", false),
        (r#"{ text: "old" }"#, "gap old", true),
        (r#"{ text: "x" }"#, "unanswered", false),
        (r#"{ text: "x" }"#, "not unanswered", true),
        (ORDERED, "unanswered", true),
        (ORDERED, r#"unanswered from "A", not unanswered from "B""#, true),
        (ORDERED, r#"unanswered from "B""#, false),
        (ORDERED, "not unanswered", false),
        (r#"{ text: "offer" }"#, "gap old", false),
    ] {
        assert_eq!(met(given, &[expect]), [expected], "{given} expect {expect}");
    }
}

#[test]
fn entries_of_a_test_are_in_the_set_only_for_that_test() {
    let rule = r#"
set known: domain { "old.example" }
rule stranger { basis desk  when any link in links where (link.host not in known)  then label }
"#;
    let cases = [
        ("", "label by stranger"),
        (r#""new.example""#, "none"),
        (r#""new.example" from 2026-03-01"#, "none"),
        (r#""new.example" from 2026-03-02"#, "label"),
        (r#""new.example" until 2026-03-01"#, "label"),
        ("", "label"),
    ];
    let test = |(number, (entries, expect)): (usize, (&str, &str))| {
        format!(
            "test \"{number}\" {{ given {{ links: [{{ host: \"new.example\" }}] }} given known {{ {entries} }}\n  at 2026-03-01 expect {expect} }}\n"
        )
    };
    let tests: String = cases.into_iter().enumerate().map(test).collect();
    let file = format!("{RULES}\n{rule}{tests}");
    let set = Compiler::new().file("fr.loci", file).compile().unwrap();
    let report = run(&set, None);
    assert_eq!((report.passed(), report.failed()), (6, 0), "{:#?}", report.results);
}

/// `given SET` makes a register complete, also without entries and on days on which it is not.
#[test]
fn a_test_that_supposes_entries_completes_a_register() {
    let rules = r#"
register known: domain { "old.example" } { complete from 2026-01-01  as of 2026-02-01  fresh for 90 days }
register bare: domain { "old.example" }
rule stranger { basis desk  when any link in links where (link.host not in known)  then label }
rule unlisted { basis desk  when any link in links where (link.host not in bare)  then label }
"#;
    let cases = [
        ("at 2026-03-01", "label by stranger, undetermined unlisted"),
        ("at 2026-05-02", "none, undetermined stranger, undetermined unlisted"),
        ("at 2026-05-02 given known {}", "label by stranger, undetermined unlisted"),
        (
            r#"at 2025-05-02 given bare { "new.example" }"#,
            "none, undetermined stranger, not unlisted",
        ),
        (
            r#"at 2025-05-02 given bare { "a.example" } given known { "new.example" }"#,
            "label by unlisted, not stranger",
        ),
        ("at 2026-05-02", "undetermined stranger"),
    ];
    let test = |(number, (scene, expect)): (usize, (&str, &str))| {
        format!(
            "test \"{number}\" {{ given {{ links: [{{ host: \"new.example\" }}] }} {scene}  expect {expect} }}\n"
        )
    };
    let tests: String = cases.into_iter().enumerate().map(test).collect();
    let file = format!("{RULES}\n{rules}{tests}");
    let set = Compiler::new().file("fr.loci", file).compile().unwrap();
    let report = run(&set, None);
    assert_eq!((report.passed(), report.failed()), (6, 0), "{:#?}", report.results);
}

/// A register that became a set, or is never complete, is noticed by tests of its absences alone.
#[test]
fn the_completeness_of_registers_is_mutated() {
    let set = |tests: &str| {
        let rules = r#"
register known: domain { "old.example" } { complete from 2026-01-01  as of 2026-02-01  fresh for 90 days }
register bare: domain { "old.example" }
define is_bare(x: link) = x.host in bare
rule stranger { basis desk  when any link in links where (link.host not in known)  then label }
rule unlisted { basis desk  when any link in links where (not is_bare(link))  then label }
"#;
        let file = format!("{RULES}\n{rules}{tests}");
        Compiler::new().file("fr.loci", file).compile().unwrap()
    };
    let survivors = |tests: &str| -> Vec<String> {
        let mutants = mutants(&set(tests), None).unwrap();
        let of_registers =
            mutants.iter().filter(|one| ["fr.known", "fr.bare"].contains(&&*one.owner));
        let all: Vec<_> = of_registers.collect();
        assert_eq!(all.len(), 3);
        let survivors = all.into_iter().filter(|one| one.killed_by.is_none());
        survivors.map(|one| format!("{}: {} -> {}", one.owner, one.was, one.is)).collect()
    };
    let known = r#"test "a" { given { links: [{ host: "old.example" }] } at 2026-03-01 expect none, not stranger }"#;
    let stranger = r#"test "b" { given { links: [{ host: "new.example" }] } at 2026-03-01 expect label by stranger }"#;
    let stale = r#"test "c" { given { links: [{ host: "new.example" }] } at 2027-03-01 expect none, undetermined unlisted }"#;
    assert_eq!(
        survivors(known),
        ["fr.known: register -> set", "fr.known: complete from -> ", "fr.bare: register -> set"]
    );
    assert_eq!(
        survivors(&format!("{known}\n{stranger}")),
        ["fr.known: register -> set", "fr.bare: register -> set"]
    );
    assert_eq!(survivors(&format!("{known}\n{stranger}\n{stale}")), [""; 0]);
}

#[test]
fn the_day_whose_law_counts_is_mutated() {
    let rules = r#"
law ended "An act that ended" {
  article duty "1" { in force from 2020-01-01 until 2026-01-01  judged by receipt  binds platform, on order  verified 2026-01-01 }
}
rule ordered { basis ended.duty  when any order in reports.orders where (order.country == "FR")  then label }
test "the law was in force" { given { reports: { orders: [{ authority: "A", country: "FR", received_at: 2025-12-01T00:00:00Z }] } } at 2026-03-01 expect label by ordered }
test "it was not" { given { reports: { orders: [{ authority: "A", country: "FR", received_at: 2026-02-01T00:00:00Z }] } } at 2026-03-01 expect not ordered }
"#;
    let set = Compiler::new().file("fr.loci", format!("{RULES}\n{rules}")).compile().unwrap();
    let mutants = mutants(&set, None).unwrap();
    let left_out: Vec<_> = mutants.iter().filter(|one| one.was == "judged by receipt").collect();
    let [mutant] = left_out.as_slice() else { panic!("{left_out:?}") };
    assert_eq!(mutant.killed_by.as_deref(), Some("the law was in force"));
    let order = r#"{ "text": "x", "reports": { "orders": [{ "authority": "A", "country": "FR", "received_at": "2026-02-01T00:00:00Z" }] } }"#;
    let record = crate::record::Record::given(set.schema(), order).unwrap();
    let at = crate::base::time::Instant::parse("2026-03-01T00:00:00Z").unwrap();
    let steps =
        set.evaluator().steps_of("fr.ordered", &record, at, &State::default()).unwrap().unwrap();
    assert_eq!(steps.when.value.as_deref(), Some("false"), "the order is not seen there either");
}

#[test]
fn a_failure_says_what_was_expected_and_what_was_found() {
    let set = suite(r#"{ text: "offer" }"#, &["none", "not crowds", "restrict"]);
    let report = run(&set, None);
    let text = |failure: &crate::diagnostic::Diagnostic| {
        let at = failure.at.map(|at| set.sources().slice(at)).unwrap_or_default();
        format!("{at}: {} ({})", failure.message, failure.label)
    };
    let texts: Vec<_> = report.results.iter().flat_map(|each| &each.failures).map(text).collect();
    insta::assert_snapshot!(texts.join("\n"), @r"
    none: expected `none` in FR at 2026-03-01 00:00 +01:00, found `restrict`, `suspend author`, `escalate to fr.paris due 2026-03-01T23:00:00Z` (by fr.offers)
    not crowds: expected `not fr.crowds` in FR at 2026-03-01 00:00 +01:00, found `restrict`, `suspend author`, `escalate to fr.paris due 2026-03-01T23:00:00Z` (fr.crowds cannot be decided without chat.members)
    ");
}

#[test]
fn a_failure_says_how_the_rule_came_out() {
    let news = r#"{ text: "press news", chat: { members: 3 } }"#;
    for (given, expect, reason) in [
        (news, "label by crowds", "the condition of fr.crowds is false"),
        (news, "label by news", "fr.news is lifted by fr.press"),
        (
            news,
            "not late, label by planned",
            "fr.planned is not in force: the rule is in force from 2027-01-01",
        ),
        (
            r#"{ text: "news" }"#,
            "label by crowds",
            "fr.crowds cannot be decided without chat.members",
        ),
        (
            r#"{ text: "old" }"#,
            "label by old",
            "fr.old may be in force: fr.act.dark may be in force; its first day is not known",
        ),
        (r#"{ text: "late" }"#, "not late", "fr.late fired"),
        (
            news,
            "cites desk by press, evidence \"news\" by press",
            "fr.press is an exception; `defeated RULE by fr.press` tests what it lifts",
        ),
        (news, "none, suspend", "no rule fired"),
        (r#"{ text: "late" }"#, "restrict", "by fr.late"),
    ] {
        let set = suite(given, &[expect]);
        let report = run(&set, None);
        let labels: Vec<_> = report.results[0].failures.iter().map(|each| &*each.label).collect();
        assert_eq!(labels, [reason], "{given} expect {expect}");
    }
    let elsewhere =
        format!("{RULES}test \"t\" {{ given {{}} in DE at 2026-03-01 expect label by crowds }}");
    let set = Compiler::new().file("fr.loci", elsewhere).compile().unwrap();
    let label = &run(&set, None).results[0].failures[0].label;
    assert_eq!(label, "fr.crowds is a rule of FR, and the test is in DE");
}

#[test]
fn a_failure_says_when_what_was_found_is_due_and_ends() {
    let rules = r#"
jurisdiction FR { zone "UTC" }
law act "Act" { article one "1" { in force from 2026-01-01  binds platform, standing  deadline 1 hour from decision  verified 2026-01-01 } }
rule r { basis act.one  when text mentions "offer"  then label for 9 days, preserve for 6 months }
test "t" { given { text: "offer" }  at 2026-03-01  expect label until 2026-03-09T00:00:00Z }
"#;
    let set = Compiler::new().file("fr.loci", rules).compile().unwrap();
    let message = &run(&set, None).results[0].failures[0].message;
    let found = "found `label due 2026-03-01T01:00:00Z until 2026-03-10T00:00:00Z`, `preserve due 2026-03-01T01:00:00Z until 2026-09-01T00:00:00Z`";
    assert!(message.ends_with(found), "{message}");
}

fn shown(lines: &[Difference]) -> String {
    let shown: Vec<_> = lines
        .iter()
        .map(|line| match line {
            Difference::Met(text) => format!("  {text}"),
            Difference::Unmet(text) => format!("- {text}"),
            Difference::Decided(text) => format!("+ {text}"),
        })
        .collect();
    shown.join("\n")
}

#[test]
fn a_failed_test_has_a_difference_and_reasons() {
    let given = r#"{ text: "press offer, news" }"#;
    let expect = r#"none, suspend, not crowds, evidence "press" by offers, complete, escalate to paris due 2026-03-05T00:00:00Z"#;
    let report = run(&suite(given, &[expect]), None);
    let result = &report.results[0];
    insta::assert_snapshot!(shown(&result.difference), @r#"
    - none
      suspend
    - not crowds
    - evidence "press" by offers
    - complete
    - escalate to paris due 2026-03-05T00:00:00Z
    + restrict by offers
    + escalate to paris due 2026-03-01T23:00:00Z by offers
    + defeated news by press
    + undetermined crowds
    + fires quiet
    + evidence "offer" in "text" by offers
    + incomplete
    "#);
    let reasons: Vec<_> = result.reasons.iter().map(|each| each.rule.as_str()).collect();
    assert_eq!(reasons, ["fr.crowds", "fr.news", "fr.offers", "fr.quiet"]);
}

#[test]
fn cases_override_parts_of_their_test() {
    let rules = format!(
        r#"{RULES}
test "table" {{
  given {{ text: "offer", chat: {{ members: 3, public: true }}, tags: {{ hashtags: ["a"] }} }}
  at 2026-03-01
  expect not late
  cases {{
    expect restrict by offers, not crowds
    "large":     given {{ chat: {{ members: 9 }} }}          expect label by crowds
    "unknown":   given {{ text: "x", chat: {{ members: null }} }}  expect undetermined crowds
    "elsewhere": in DE                                   expect nothing
    "a file":    given from "fixtures/news.json" {{ chat: {{ members: 7 }} }}  at 2026-03-02T00:00:00Z  expect label by news, label by crowds
    "wrong":     given {{ text: "late" }}                  expect label
  }}
}}
test "a file alone" {{ given from "fixtures/news.json" expect label by news }}
"#
    );
    // A record as a host writes it: nothing is filled in, so it has no links.
    let news = r#"{ "id": "1", "platform": "x", "sent_at": "2026-03-01T00:00:00Z", "chat": { "members": 1 },
            "parts": [{ "kind": "text", "text": "news https://a.example" }] }"#;
    let set = Compiler::new()
        .file("fr.loci", rules)
        .list("fixtures/news.json", news)
        .compile()
        .unwrap_or_else(|failure| panic!("{failure}"));
    let report = run(&set, None);
    let texts: Vec<_> = report
        .results
        .iter()
        .map(|result| format!("{} {}", result.title, shown(&result.difference)))
        .collect();
    insta::assert_snapshot!(texts.join("\n"), @r#"
    table: 1 
    table: large   not late
    - label by crowds
    + restrict by offers
    + suspend author by offers
    + escalate to paris due 2026-03-01T23:00:00Z by offers
    + fires quiet
    table: unknown 
    table: elsewhere 
    table: a file 
    table: wrong - not late
      label
    + notify to author due "promptly" by late
    + preserve due "promptly" until 2026-08-31T22:00:00Z by late
    + review due "promptly" by late
    a file alone
    "#);
}

#[test]
fn an_update_rewrites_expectations_in_place() {
    let test = |expect: &str| {
        format!(
            "test \"t\" {{\n  given {{ text: \"offer\" }}\n  at 2026-03-01\n  expect {expect}\n}}\n"
        )
    };
    for (expect, updated) in [
        ("none", "restrict by offers"),
        (
            "restrict, # why\n    not crowds, suspend",
            "restrict, # why\n    undetermined crowds, suspend",
        ),
        ("label, notify to author, restrict", "restrict by offers, restrict"),
        (
            "notify to author",
            "restrict by offers, suspend author by offers, \
             escalate to paris due 2026-03-01T23:00:00Z by offers, undetermined crowds, fires quiet",
        ),
        (
            "notify to author, # why\n    review",
            "restrict by offers, suspend author by offers, \
             escalate to paris due 2026-03-01T23:00:00Z by offers, undetermined crowds, fires quiet",
        ),
        (
            "escalate to paris due 2026-03-01T00:00:00Z by offers",
            "escalate to paris due 2026-03-01T23:00:00Z by offers",
        ),
        (
            "complete, evidence \"x\" by offers",
            "incomplete, evidence \"offer\" in \"text\" by offers",
        ),
        ("defeated offers by press", "restrict by offers"),
        ("not quiet", "fires quiet"),
    ] {
        assert_updated(RULES, &test(expect), &test(updated));
    }
    // What a stricter outcome overrules is no outcome that a test can expect alone.
    let test = |expect: &str| test(expect).replace("\"offer\"", "\"hint, offer\"");
    for (expect, updated) in [
        ("not hints", "fires hints"),
        ("label by hints", "restrict by offers"),
        ("restrict, label due unknown", "restrict, label due \"promptly\" by hints"),
        (
            "nothing",
            "restrict by offers, label due \"promptly\" by hints, suspend author by offers, \
             escalate to paris due 2026-03-01T23:00:00Z by offers, undetermined crowds, fires quiet",
        ),
    ] {
        assert_updated(RULES, &test(expect), &test(updated));
    }
}

/// An update rewrites a test, which then passes.
fn assert_updated(rules: &str, test: &str, updated: &str) {
    let compiled = |test: &str| Compiler::new().file("fr.loci", format!("{rules}{test}")).compile();
    let update = super::update(&compiled(test).unwrap(), None);
    assert_eq!(update.files["fr.loci"], format!("{rules}{updated}"), "{test}");
    let report = run(&compiled(updated).unwrap(), None);
    assert_eq!(report.failed(), 0, "{updated}");
}

#[test]
fn a_shared_expectation_is_rewritten_only_if_all_cases_agree() {
    let table = |shared: &str, first: &str| {
        format!(
            "{RULES}test \"t\" {{ at 2026-03-01 given {{ text: \"offer\" }} expect {shared}\n\
             cases {{ given {{ chat: {{ members: 3 }} }} expect {first}\n given {{ chat: {{ members: 9 }} }} expect fires crowds }} }}"
        )
    };
    let update = |text: &str| {
        let set = Compiler::new().file("fr.loci", text).compile().unwrap();
        super::update(&set, None)
    };
    let found = update(&table("none", "fires crowds"));
    assert_eq!(found.files["fr.loci"], table("restrict by offers", "not crowds"));
    let found = update(&table("fires crowds", "restrict"));
    assert_eq!((found.files.len(), found.left), (0, vec!["t: 1".to_owned(), "t: 2".to_owned()]));
}

#[test]
fn a_condition_that_reads_none_is_false() {
    let rules = r#"
jurisdiction FR { zone "Europe/Paris" }
policy desk "Desk" {}
rule shared { basis desk  when forward.chat.public  then label }
test "not forwarded" { given { forward: none }  at 2026-03-01  expect none }
"#;
    let set = Compiler::new().file("fr.loci", rules).compile().unwrap();
    let points = super::coverage(&set, None).points;
    let is_false = points.iter().find(|point| point.what == "`forward.chat.public` is false");
    assert_eq!(is_false.map(|point| point.tests), Some(1), "{points:#?}");
}

#[test]
fn none_is_written_where_the_record_says_so_and_nowhere_else() {
    let set = suite("{}", &["none"]);
    for (json, written) in [
        (
            r#"{ "absent": ["reply", "author.account"], "author": { "name": "x" } }"#,
            r#"{ author: { name: "x", account: none }, reply: none }"#,
        ),
        (r#"{ "labels": { "none": true } }"#, "{ labels: { none: true } }"),
    ] {
        assert_eq!(super::notation(&set, json, false).as_deref(), Some(written), "{json}");
    }
}

/// A clause that has a clock of notices asks for nothing because of an order.
#[test]
fn a_clause_is_reached_if_it_asks_for_something() {
    for (given, tests) in [
        ("orders: [{ authority: \"A\", country: \"FR\" }]", 0),
        ("notices: [{ kind: \"a\", country: \"FR\" }]", 1),
    ] {
        let rules = format!(
            "jurisdiction FR {{ zone \"UTC\"
               on unanswered review within 1 hour from notice.received_at by policy desk }}
             policy desk \"Desk\" {{}}
             test \"t\" {{ given {{ reports: {{ {given} }} }}  at 2026-03-01  expect none }}"
        );
        let set = Compiler::new().file("fr.loci", rules).compile().unwrap();
        let points = super::coverage(&set, None).points;
        let clause = points.iter().find(|point| point.what.contains("on unanswered")).unwrap();
        let why = "no test has an unanswered order or notice that makes it ask for anything";
        assert_eq!(clause.tests, tests, "{given}");
        assert_eq!(clause.why.as_deref(), (tests == 0).then_some(why));
    }
}

#[test]
fn a_filter_looks_at_titles_and_files() {
    let set = suite("{ text: \"offer\" }", &["restrict", "none"]);
    for (filter, count) in [("0", 1), ("FR", 2), ("nothing", 0)] {
        assert_eq!(run(&set, Some(filter)).results.len(), count, "{filter}");
    }
}

#[test]
fn each_rule_that_an_exception_lifts_needs_a_test() {
    let rules = r#"
jurisdiction FR { zone "Europe/Paris" }
policy desk "Desk" {}
rule archives "Archives" { basis desk  when chat.public  then label }
rule hosts "Hosts" { basis desk  when chat.scam  then review }
exception staff "Staff" to archives, hosts { basis desk  when chat.verified }
test "staff may send archives" {
  given { text: "", chat: { public: true, verified: true } }
  at 2026-03-01
  expect defeated archives by staff
}
"#;
    let compiled = |rules: &str| {
        let mut levels = Levels::new();
        levels.set("untested-exception", Level::Warn).unwrap();
        Compiler::new().levels(levels).file("fr.loci", rules).compile().unwrap()
    };
    let set = compiled(rules);
    let coverage = super::coverage(&set, None);
    let of_staff = coverage.points.iter().filter(|point| point.owner == "fr.staff");
    let lifted: Vec<_> = of_staff
        .filter(|point| point.what.starts_with("it lifts"))
        .map(|point| (&*point.what, point.tests))
        .collect();
    assert_eq!(lifted, [("it lifts fr.archives", 1), ("it lifts fr.hosts", 0)]);
    let warnings: Vec<_> = set.warnings().iter().map(|warning| &*warning.message).collect();
    assert_eq!(warnings, ["no test shows that `fr.staff` lifts `fr.hosts`"]);
    let more = r#"test "and name hosts" {
  given { text: "", chat: { scam: true, verified: true } }
  at 2026-03-01
  expect defeated hosts by staff
}
"#;
    assert_eq!(compiled(&format!("{rules}{more}")).warnings(), []);
}
