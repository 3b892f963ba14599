//! Runs the tests in rule files: compares what each test expects with what is decided. Reads and writes no files.

mod coverage;
mod expect;
mod mutate;
mod notation;
mod parallel;
mod record;
mod update;

pub use coverage::{Coverage, Lcov, Point, PointKind, Share, coverage};
pub use mutate::{Mutant, mutants};
pub use record::{Situation, notation, recorded};
pub use update::{Update, update};

use crate::base::source::Location;
use crate::base::time::Instant;
use crate::decision::force::in_force;
use crate::decision::{Decision, NOTHING, ShadowState};
use crate::diagnostic::{Code, Diagnostic};
use crate::face::evaluator::{Evaluator, State};
use crate::face::ruleset::RuleSet;
use crate::program::outcome::Truth;
use crate::program::{Expectation, ExpectationKind, Program, Test};
use crate::record::{Record, RecordError};
use crate::views::explain::Explained;
use crate::world::place::Place;
use crate::world::standard::message;
use expect::Names;
use std::collections::BTreeSet;

/// The results of the tests of a rule set, in the order of the files.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// A result for each test that was run.
    pub results: Vec<TestResult>,
}

/// The result of one test, or of one of its cases.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TestResult {
    /// The file, without its ending: `kz`, `lib.crypto`.
    pub file: String,
    /// The title of the test, with the name of the case if it is a case.
    pub title: String,
    /// Where it is written.
    pub location: Location,
    /// The place that it asks about.
    pub place: Place,
    /// The instant that it asks about; `None` when its record cannot be judged.
    pub at: Option<Instant>,
    /// What was decided; `None` when its record cannot be judged.
    pub decision: Option<Decision>,
    /// A diagnostic for each expectation that was not met; empty if the test passed.
    pub failures: Vec<Diagnostic>,
    /// For a failed test, the difference between what it expects and what is decided.
    pub difference: Vec<Difference>,
    /// For a failed test, explanations of the rules that its unmet expectations are about.
    pub reasons: Vec<Explained>,
}

/// A line of the difference between what a test expects and what is decided, in the notation of `expect`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say all")]
pub enum Difference {
    Met(String),
    Unmet(String),
    Decided(String),
}

impl TestResult {
    /// Whether every expectation was met.
    pub fn passed(&self) -> bool {
        self.failures.is_empty()
    }
}

impl Report {
    /// How many passed.
    pub fn passed(&self) -> usize {
        self.results.iter().filter(|result| result.passed()).count()
    }

    /// How many failed.
    pub fn failed(&self) -> usize {
        self.results.len() - self.passed()
    }
}

/// Runs the tests of a rule set on all cores. A filter selects the tests whose title or file name contains it, in upper
/// or lower case.
///
/// ```
/// let set = lexloci::Compiler::new().file("fr.loci", r#"
/// jurisdiction FR { zone "Europe/Paris" }
/// policy terms "Terms of service" {}
/// rule spam { basis terms  when text mentions "passive income"  then label }
/// test "a promise" { given { text: "Passive income!" }  at 2026-03-01  expect label by spam }
/// "#).compile()?;
/// let report = lexloci::suite::run(&set, None);
/// assert_eq!((report.passed(), report.failed()), (1, 0));
/// # Ok::<(), lexloci::Failure>(())
/// ```
pub fn run(set: &RuleSet, filter: Option<&str>) -> Report {
    let wanted = selected(set.program(), filter);
    Report {
        results: parallel::map(
            &wanted,
            || set.evaluator(),
            |evaluator, test| {
                with_test_entries(test, evaluator, |evaluator| {
                    run_one(set.program(), test, evaluator)
                })
            },
        ),
    }
}

fn selected<'p>(program: &'p Program, filter: Option<&str>) -> Vec<&'p Test> {
    let filter = filter.map(str::to_lowercase);
    let contains = |text: &str, part: &str| text.to_lowercase().contains(part);
    let wanted = |test: &&Test| {
        let part = filter.as_deref();
        part.is_none_or(|part| contains(&test.title, part) || contains(&test.file, part))
    };
    program.tests.iter().filter(wanted).collect()
}

/// Runs `ask` on an evaluator whose sets contain the entries that a test adds.
fn with_test_entries<T>(
    test: &Test,
    evaluator: &mut Evaluator,
    ask: impl FnOnce(&mut Evaluator) -> T,
) -> T {
    if test.entries.is_empty() {
        ask(evaluator)
    } else {
        ask(&mut evaluator.rule_set().with_entries(&test.entries).evaluator())
    }
}

fn run_one(program: &Program, test: &Test, evaluator: &mut Evaluator) -> TestResult {
    let bare = TestResult {
        file: test.file.clone(),
        title: test.title.clone(),
        location: test.at,
        place: test.place,
        at: None,
        decision: None,
        failures: vec![],
        difference: vec![],
        reasons: vec![],
    };
    let (record, decision, at) = match decide(program, test, evaluator) {
        Ok(decided) => decided,
        Err(error) => {
            let message = format!("the record of test `{}` cannot be judged: {error}", test.title);
            let failures = vec![Diagnostic::new(error.code, test.at, message)];
            return TestResult { failures, ..bare };
        }
    };
    let is_unmet = |each: &&Expectation| !expect::is_met(program, &each.kind, &decision);
    let unmet: Vec<&Expectation> = test.expect.iter().filter(is_unmet).collect();
    let mut result = TestResult { at: Some(at), ..bare };
    if !unmet.is_empty() {
        result.failures =
            unmet.iter().map(|each| failure(program, test, at, each, &decision)).collect();
        result.difference = difference(program, test, &decision);
        let explanation = evaluator.explain(&record, test.place, at, &State::default());
        let rules = explanation.map_or(vec![], |explanation| explanation.rules);
        result.reasons = reasons(program, &unmet, rules);
    }
    TestResult { decision: Some(decision), ..result }
}

fn failure(
    program: &Program,
    test: &Test,
    at: Instant,
    expectation: &Expectation,
    decision: &Decision,
) -> Diagnostic {
    let expected = Names { program, file: "" }.wording(&expectation.kind);
    let message =
        format!("expected `{expected}` in {} at {at}, found {}", test.place, acts(decision));
    Diagnostic::new(Code::TestFailed, expectation.at, message)
        .label(reason(program, test, at, &expectation.kind, decision))
        .related(test.at, format!("in test `{}`", test.title))
}

fn decide(
    program: &Program,
    test: &Test,
    evaluator: &mut Evaluator,
) -> Result<(Record, Decision, Instant), RecordError> {
    let (record, at) = record_and_instant(program, test)?;
    let decision = evaluator.decide(&record, test.place, at, &State::default())?;
    Ok((record, decision, at))
}

fn record_and_instant(program: &Program, test: &Test) -> Result<(Record, Instant), RecordError> {
    let record = test.given.read(&program.schema)?;
    let at = test.instant.or_else(|| record.latest()).ok_or_else(|| RecordError {
        code: Code::NoInstant,
        path: message::SENT_AT.name.into(),
        message: "neither the test nor its record has a date: write `at 2026-03-01`".into(),
    })?;
    Ok((record, at))
}

/// The difference between what is expected and what is decided. Evidence of a rule appears in it only if the test
/// expects evidence of that rule and does not find it.
fn difference(program: &Program, test: &Test, decision: &Decision) -> Vec<Difference> {
    let names = Names { program, file: &test.file };
    let mut decided = expect::describe(program, decision);
    let mut lines = vec![];
    for Expectation { kind, .. } in &test.expect {
        if expect::is_met(program, kind, decision) {
            lines.push(Difference::Met(names.wording(kind)));
            decided.retain(|found| !expect::covers(kind, found));
        } else {
            lines.push(Difference::Unmet(names.wording(kind)));
            for found in expect::alternatives(program, kind, decision) {
                if !decided.contains(&found) {
                    decided.push(found);
                }
            }
        }
    }
    lines.extend(decided.iter().map(|found| Difference::Decided(names.wording(found))));
    lines
}

/// Explanations of the rules that the unmet expectations are about. An expectation that names no rule is about all
/// rules that matter to the decision.
fn reasons(program: &Program, unmet: &[&Expectation], rules: Vec<Explained>) -> Vec<Explained> {
    let subjects: BTreeSet<Option<&str>> = unmet
        .iter()
        .map(|each| expect::subject(&each.kind).map(|norm| expect::id(program, norm)))
        .collect();
    let wanted = |each: &Explained| {
        subjects.contains(&Some(each.rule.as_str()))
            || subjects.contains(&None) && each.why.is_relevant()
    };
    rules.into_iter().filter(wanted).collect()
}

/// What was decided, in the notation of `expect`.
fn acts(decision: &Decision) -> String {
    let mut acts: Vec<String> = decision.outcomes().map(|outcome| format!("`{outcome}`")).collect();
    for each in &decision.obligations {
        let to = each.to.iter().map(|to| format!(" to {to}")).collect::<String>();
        let due = each.due.map(|due| format!(" due {due}")).unwrap_or_default();
        acts.push(format!("`{}{to}{due}`", each.action));
    }
    if acts.is_empty() { format!("`{NOTHING}`") } else { acts.join(", ") }
}

/// How the rule that an expectation is about came out. If it is about no rule, which rules fired.
fn reason(
    program: &Program,
    test: &Test,
    at: Instant,
    expected: &ExpectationKind,
    decision: &Decision,
) -> String {
    let Some(norm) = expect::subject(expected).and_then(|norm| program.norms.get(norm)) else {
        let fired: Vec<_> = decision.matched.iter().map(|each| each.rule.as_str()).collect();
        return if fired.is_empty() {
            "no rule fired".into()
        } else {
            format!("by {}", fired.join(", "))
        };
    };
    let rule = norm.id.as_str();
    match expect::state(decision, rule) {
        None if norm.kind.rule().is_none() => {
            format!("{rule} is an exception; `defeated RULE by {rule}` tests what it lifts")
        }
        None if !program.blocs.chain(test.place, at).contains(&norm.place) => {
            format!("{rule} is a rule of {}, and the test is in {}", norm.place, test.place)
        }
        None => match in_force(program, norm, at) {
            Truth::False => format!("{rule} is not in force"),
            Truth::Unknown => format!("it is not known whether {rule} is in force"),
            Truth::True => format!("the condition of {rule} is false"),
        },
        Some(ShadowState::Fires) => format!("{rule} fired"),
        Some(ShadowState::Defeated) => {
            format!("{rule} is lifted by {}", expect::lifted_by(decision, rule).join(", "))
        }
        Some(ShadowState::Undetermined) => {
            format!("{rule} cannot be decided without {}", missing(decision, rule))
        }
    }
}

fn missing(decision: &Decision, rule: &str) -> String {
    let public = decision
        .undetermined
        .iter()
        .filter(|each| each.rule == rule)
        .flat_map(|each| &each.missing);
    let shadow =
        decision.shadow.iter().filter(|each| each.rule == rule).flat_map(|each| &each.missing);
    public.chain(shadow).cloned().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::{Difference, run};
    use crate::face::compiler::Compiler;
    use crate::face::ruleset::RuleSet;

    const RULES: &str = r#"
jurisdiction FR { zone "Europe/Paris" }
policy desk "Desk" {}
office paris "Paris" { languages fr }
rule offers "Offers" { basis desk  when text mentions "offer"
  then restrict, suspend, escalate to paris within 24 hours by policy desk }
rule crowds { basis desk  when chat.members > 5  then label }
rule news { basis desk  when text mentions "news"  then label }
exception press to news { basis desk  when text mentions "press" }
rule quiet { basis desk  mode shadow  when text mentions "offer"  then label }
law act "Act" { article word "1" { in force from 2026-01-01  binds platform  deadline "promptly"  verified 2026-01-01 }
  article dark "2" { in force from unknown  binds platform  unverified "not read" } }
rule late { basis act.word  when text mentions "late"  then label, review, notify to author, preserve for 6 months }
rule old { basis act.dark  when text mentions "old"  then label }
"#;

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
            (offer, r#"evidence "offer" in "text" by offers, evidence "offer""#, true),
            (offer, r#"evidence "offer" by crowds"#, false),
            (offer, r#"evidence "press""#, false),
            (offer, r#"evidence "offer" in "quote""#, false),
            (r#"{ text: "late" }"#, r#"label due "promptly" by late"#, true),
            (r#"{ text: "late" }"#, r#"label due "immediately" by late"#, false),
            (
                r#"{ text: "late" }"#,
                r#"review due "promptly", notify to author due "promptly""#,
                true,
            ),
            (r#"{ text: "late" }"#, "preserve until 2026-08-31T22:00:00Z by late", true),
            (r#"{ text: "late" }"#, "preserve until 2026-09-01T00:00:00Z", false),
            (r#"{ text: "offer" }"#, "restrict due unknown, escalate to paris", true),
            (r#"{ text: "offer" }"#, "escalate to paris due unknown", false),
            (r#"{ text: "late" }"#, "review due unknown", false),
            (r#"{ text: "old" }"#, "gap old", true),
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

    #[test]
    fn a_failure_says_what_was_expected_and_what_was_found() {
        let set = suite(r#"{ text: "offer" }"#, &["none", "not crowds", "restrict"]);
        let report = run(&set, None);
        let text = |failure: &crate::diagnostic::Diagnostic| {
            let at = failure.at.map(|at| set.sources().slice(at)).unwrap_or_default();
            format!("{at}: {} ({})", failure.message, failure.label)
        };
        let texts: Vec<_> =
            report.results.iter().flat_map(|each| &each.failures).map(text).collect();
        insta::assert_snapshot!(texts.join("\n"), @r"
        none: expected `none` in FR at 2026-02-28T23:00:00Z, found `restrict`, `suspend`, `escalate to fr.paris due 2026-03-01T23:00:00Z` (by fr.offers)
        not crowds: expected `not fr.crowds` in FR at 2026-02-28T23:00:00Z, found `restrict`, `suspend`, `escalate to fr.paris due 2026-03-01T23:00:00Z` (fr.crowds cannot be decided without chat.members)
        ");
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
        + suspend by offers
        + escalate to paris due 2026-03-01T23:00:00Z by offers
        + fires crowds
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
            ("notify to author", "nothing"),
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
            let files =
                |expect| Compiler::new().file("fr.loci", format!("{RULES}{}", test(expect)));
            let set = files(expect).compile().unwrap();
            let update = super::update(&set, None);
            assert_eq!(update.files["fr.loci"], format!("{RULES}{}", test(updated)), "{expect}");
        }
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
        assert_eq!(
            (found.files.len(), found.left),
            (0, vec!["t: 1".to_owned(), "t: 2".to_owned()])
        );
    }

    #[test]
    fn a_filter_looks_at_titles_and_files() {
        let set = suite("{ text: \"offer\" }", &["restrict", "none"]);
        for (filter, count) in [("0", 1), ("FR", 2), ("nothing", 0)] {
            assert_eq!(run(&set, Some(filter)).results.len(), count, "{filter}");
        }
    }
}
