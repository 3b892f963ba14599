//! The tests of the language, run: what each expects, held against what is decided. No input, no output.

use crate::decision::{Decision, ShadowState};
use crate::diagnostic::{Code, Diagnostic};
use crate::evaluator::{Evaluator, State};
use crate::place::Place;
use crate::program::{ActionKind, Expectation, ExpectationKind, Norm, NormKind, Program, Test};
use crate::record::{Record, RecordError};
use crate::ruleset::RuleSet;
use crate::source::Location;
use crate::time::Instant;

/// What came of the tests of a rule set, in the order of files and places in them.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// A result for each test that was run.
    pub results: Vec<TestResult>,
}

/// What came of one test.
#[derive(Clone, Debug)]
pub struct TestResult {
    /// The file, without its ending: `kz`, `lib.crypto`.
    pub file: String,
    /// The title.
    pub title: String,
    /// Where it stands.
    pub location: Location,
    /// The place that it asks about.
    pub place: Place,
    /// What was decided; `None` when its record cannot be judged.
    pub decision: Option<Decision>,
    /// One for each expectation that was not met; none when it passed.
    pub failures: Vec<Diagnostic>,
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

/// Runs the tests of a rule set; with a filter, those whose title or file contains it, in capitals or not.
pub fn run(set: &RuleSet, filter: Option<&str>) -> Report {
    let program = set.program();
    let filter = filter.map(str::to_lowercase);
    let wanted = |test: &&Test| {
        let contains = |text: &str, part: &str| text.to_lowercase().contains(part);
        filter
            .as_deref()
            .is_none_or(|part| contains(&test.title, part) || contains(&test.file, part))
    };
    let mut evaluator = set.evaluator();
    let run = |test: &Test| {
        let (decision, failures) = if test.entries.is_empty() {
            judge(program, test, &mut evaluator)
        } else {
            judge(program, test, &mut set.with_entries(&test.entries).evaluator())
        };
        TestResult {
            file: test.file.clone(),
            title: test.title.clone(),
            location: test.at,
            place: test.place,
            decision,
            failures,
        }
    };
    Report { results: program.tests.iter().filter(wanted).map(run).collect() }
}

fn judge(
    program: &Program,
    test: &Test,
    evaluator: &mut Evaluator,
) -> (Option<Decision>, Vec<Diagnostic>) {
    let (record, at) = match judged(program, test) {
        Ok(judged) => judged,
        Err(error) => {
            let message = format!("the record of test `{}` cannot be judged: {error}", test.title);
            return (None, vec![Diagnostic::new(error.code, test.at, message)]);
        }
    };
    let decision = evaluator.decide(&record, test.place, at, &State::default());
    let unmet = |expectation: &&Expectation| !met(program, &expectation.kind, &decision);
    let failure = |expectation: &Expectation| {
        let expected = wording(program, &expectation.kind);
        Diagnostic::new(
            Code::TestFailed,
            expectation.at,
            format!("expected `{expected}` in {} at {at}, found {}", test.place, found(&decision)),
        )
        .label(about(program, &expectation.kind, &decision))
        .related(test.at, format!("in test `{}`", test.title))
    };
    let failures = test.expect.iter().filter(unmet).map(failure).collect();
    (Some(decision), failures)
}

fn judged(program: &Program, test: &Test) -> Result<(Record, Instant), RecordError> {
    let record = Record::given(&program.schema, &test.given)?;
    let at = test.instant.or_else(|| record.latest()).ok_or_else(|| RecordError {
        code: Code::NoInstant,
        path: "sent_at".into(),
        message: "neither the test nor its record names an instant (`at 2026-03-01`)".into(),
    })?;
    Ok((record, at))
}

/// Whether a decision is as expected. `not RULE` is not met by a rule that could not be decided: a test that means
/// this says `undetermined RULE`.
fn met(program: &Program, expected: &ExpectationKind, decision: &Decision) -> bool {
    match expected {
        ExpectationKind::Nothing => decision.outcome == "none",
        ExpectationKind::Act { action, to, due, by } => {
            let wanted = Wanted { action: *action, to: to.as_deref(), due: *due };
            wanted.is_in(program, decision, by.and_then(|by| program.norms.get(by)))
        }
        ExpectationKind::Not(norm) => {
            matches!(state(decision, id(program, *norm)), None | Some(ShadowState::Defeated))
        }
        ExpectationKind::Undetermined(norm) => {
            state(decision, id(program, *norm)) == Some(ShadowState::Undetermined)
        }
        ExpectationKind::Defeated { rule, by } => {
            lifted_by(decision, id(program, *rule)).contains(&id(program, *by))
        }
    }
}

/// An act that a test expects.
struct Wanted<'a> {
    action: usize,
    to: Option<&'a str>,
    due: Option<Instant>,
}

impl Wanted<'_> {
    /// Whether a decision does it, because of a norm if one is named.
    fn is_in(&self, program: &Program, decision: &Decision, by: Option<&Norm>) -> bool {
        let Some((name, action)) = program.actions.get_index(self.action) else {
            return false;
        };
        let outcome = match action.kind {
            ActionKind::Content(_) => &decision.outcome,
            ActionKind::Account(_) => &decision.account,
            ActionKind::Obligation => {
                return decision.obligations.iter().any(|each| {
                    each.action == *name
                        && self.to.is_none_or(|to| each.to.as_deref() == Some(to))
                        && self.due.is_none_or(|due| each.due == Some(due))
                        && by.is_none_or(|by| each.rules.contains(&by.id))
                });
            }
        };
        let due = decision.outcome_due.as_ref().and_then(|outcome| outcome.due);
        outcome == name
            && self.due.is_none_or(|wanted| due == Some(wanted))
            && by.is_none_or(|by| {
                self.is_of(by) && state(decision, &by.id) == Some(ShadowState::Fires)
            })
    }

    /// Whether a rule asks for the action.
    fn is_of(&self, norm: &Norm) -> bool {
        match &norm.kind {
            NormKind::Rule(body) => body.then.iter().any(|act| act.action == self.action),
            NormKind::Exception { .. } => false,
        }
    }
}

/// What a rule came to, in shadow or not; `None` when its condition is false.
fn state(decision: &Decision, rule: &str) -> Option<ShadowState> {
    let is = |other: &String| other == rule;
    if decision.matched.iter().any(|each| is(&each.rule)) {
        Some(ShadowState::Fires)
    } else if decision.undetermined.iter().any(|each| is(&each.rule)) {
        Some(ShadowState::Undetermined)
    } else if decision.defeated.iter().any(|each| is(&each.rule)) {
        Some(ShadowState::Defeated)
    } else {
        decision.shadow.iter().find(|each| is(&each.rule)).map(|each| each.state)
    }
}

fn lifted_by<'a>(decision: &'a Decision, rule: &str) -> Vec<&'a str> {
    let public =
        decision.defeated.iter().filter(|each| each.rule == rule).flat_map(|each| &each.by);
    let shadow =
        decision.shadow.iter().filter(|each| each.rule == rule).flat_map(|each| &each.defeated_by);
    public.chain(shadow).map(|each| each.exception.as_str()).collect()
}

fn id(program: &Program, norm: usize) -> &str {
    program.norms.get(norm).map_or("", |norm| norm.id.as_str())
}

/// An expectation as it is written, with full ids.
fn wording(program: &Program, expected: &ExpectationKind) -> String {
    match expected {
        ExpectationKind::Nothing => "none".into(),
        ExpectationKind::Act { action, to, due, by } => {
            let mut text =
                program.actions.get_index(*action).map_or(String::new(), |(name, _)| name.clone());
            text.extend(to.iter().flat_map(|to| [" to ", to]));
            text.extend(due.map(|due| format!(" due {due}")));
            text.extend(by.iter().flat_map(|by| [" by ", id(program, *by)]));
            text
        }
        ExpectationKind::Not(norm) => format!("not {}", id(program, *norm)),
        ExpectationKind::Undetermined(norm) => format!("undetermined {}", id(program, *norm)),
        ExpectationKind::Defeated { rule, by } => {
            format!("defeated {} by {}", id(program, *rule), id(program, *by))
        }
    }
}

/// What was decided, in the words of expectations.
fn found(decision: &Decision) -> String {
    let mut acts: Vec<String> = [&decision.outcome, &decision.account]
        .into_iter()
        .filter(|outcome| *outcome != "none")
        .map(|outcome| format!("`{outcome}`"))
        .collect();
    for each in &decision.obligations {
        let to = each.to.iter().map(|to| format!(" to {to}")).collect::<String>();
        let due = each.due.map(|due| format!(" due {due}")).unwrap_or_default();
        acts.push(format!("`{}{to}{due}`", each.action));
    }
    if acts.is_empty() { "`none`".into() } else { acts.join(", ") }
}

/// What came of the rule that the expectation is about; without one, which rules fired.
fn about(program: &Program, expected: &ExpectationKind, decision: &Decision) -> String {
    let rule = match expected {
        ExpectationKind::Nothing => None,
        ExpectationKind::Act { by, .. } => by.map(|by| id(program, by)),
        ExpectationKind::Not(norm)
        | ExpectationKind::Undetermined(norm)
        | ExpectationKind::Defeated { rule: norm, .. } => Some(id(program, *norm)),
    };
    let Some(rule) = rule else {
        let fired: Vec<_> = decision.matched.iter().map(|each| each.rule.as_str()).collect();
        return if fired.is_empty() {
            "no rule fired".into()
        } else {
            format!("by {}", fired.join(", "))
        };
    };
    match state(decision, rule) {
        None => format!("the condition of {rule} is false, or it is not in force"),
        Some(ShadowState::Fires) => format!("{rule} fired"),
        Some(ShadowState::Defeated) => {
            format!("{rule} is lifted by {}", lifted_by(decision, rule).join(", "))
        }
        Some(ShadowState::Undetermined) => {
            format!("{rule} is undetermined without {}", missing(decision, rule))
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
    use super::run;
    use crate::ruleset::{Compiler, RuleSet};

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
    fn expectations() {
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
        ] {
            assert_eq!(met(given, &[expect]), [expected], "{given} expect {expect}");
        }
    }

    #[test]
    fn entries_stand_in_a_set_for_one_test() {
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
        let test = |(number, (supposed, expect)): (usize, (&str, &str))| {
            format!(
                "test \"{number}\" {{ given {{ links: [{{ host: \"new.example\" }}] }} given known {{ {supposed} }}\n  at 2026-03-01 expect {expect} }}\n"
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
        let told = |failure: &crate::diagnostic::Diagnostic| {
            let at = failure.at.map(|at| set.sources().slice(at)).unwrap_or_default();
            format!("{at}: {} ({})", failure.message, failure.label)
        };
        let told: Vec<_> =
            report.results.iter().flat_map(|each| &each.failures).map(told).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        none: expected `none` in FR at 2026-02-28T23:00:00Z, found `restrict`, `suspend`, `escalate to fr.paris due 2026-03-01T23:00:00Z` (by fr.offers)
        not crowds: expected `not fr.crowds` in FR at 2026-02-28T23:00:00Z, found `restrict`, `suspend`, `escalate to fr.paris due 2026-03-01T23:00:00Z` (fr.crowds is undetermined without chat.members)
        ");
    }

    #[test]
    fn a_filter_looks_at_titles_and_files() {
        let set = suite("{ text: \"offer\" }", &["restrict", "none"]);
        for (filter, count) in [("0", 1), ("FR", 2), ("nothing", 0)] {
            assert_eq!(run(&set, Some(filter)).results.len(), count, "{filter}");
        }
    }
}
