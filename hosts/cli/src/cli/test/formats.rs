//! Writes results of tests in formats for tools: JSON lines, JUnit.

use crate::junit::{self, Xml};
use crate::render::Painter;
use lexloci::show::suite as results;
use lexloci::sink::{Json, Output, plain};
use lexloci::suite::{Difference, Mutant, Report, TestResult};
use lexloci::{Instant, Location, Place, Position, Sources};
use quick_junit::{NonSuccessKind, Report as Junit, TestCase, TestCaseStatus, TestSuite};
use serde::Serialize;
use serde_json::json;

#[derive(Serialize)]
struct Test<'a> {
    v: u32,
    file: &'a str,
    title: &'a str,
    passed: bool,
    line: usize,
    place: Place,
    at: Option<Instant>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    failures: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    expected: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    decided: Vec<&'a str>,
}

/// A line of JSON for each test.
pub fn json(report: &Report, sources: &Sources) -> Output<Json> {
    let line = |result: &TestResult| {
        let lines = |wanted: fn(&Difference) -> Option<&String>| {
            result.difference.iter().filter_map(wanted).map(String::as_str).collect()
        };
        let test = Test {
            v: 1,
            file: sources.name(result.location.file),
            title: &result.title,
            passed: result.passed(),
            line: position(result.location, sources).line,
            place: result.place,
            at: result.at,
            failures: result.failures.iter().map(|each| each.message.as_str()).collect(),
            expected: lines(|line| match line {
                Difference::Unmet(text) => Some(text),
                Difference::Met(_) | Difference::Decided(_) => None,
            }),
            decided: lines(|line| match line {
                Difference::Decided(text) => Some(text),
                Difference::Met(_) | Difference::Unmet(_) => None,
            }),
        };
        Output::value(&test)
    };
    Output::join(report.results.iter().map(line), "\n")
}

/// A line of JSON for each change of a rule.
pub fn mutants(mutants: &[Mutant], sources: &Sources) -> Output<Json> {
    let line = |mutant: &Mutant| {
        let Position { line, col, .. } = position(mutant.at, sources);
        Output::value(&json!({
            "v": 1,
            "rule": mutant.owner,
            "file": sources.name(mutant.at.file),
            "line": line,
            "col": col,
            "was": mutant.was,
            "is": mutant.is,
            "killed_by": mutant.killed_by,
        }))
    };
    Output::join(mutants.iter().map(line), "\n")
}

/// A JUnit report with a suite for each file.
pub fn junit(report: &Report, sources: &Sources) -> Output<Xml> {
    let mut junit = Junit::new("lexloci");
    for results in report.results.chunk_by(|a, b| a.file == b.file) {
        let Some(first) = results.first() else { continue };
        let mut suite = TestSuite::new(plain(sources.name(first.location.file)));
        suite.add_test_cases(results.iter().map(|result| case(result, sources)));
        junit.add_test_suite(suite);
    }
    junit::text(&junit)
}

fn case(result: &TestResult, sources: &Sources) -> TestCase {
    let mut status = TestCaseStatus::success();
    if let Some(first) = result.failures.first() {
        status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let single = Report { results: vec![result.clone()] };
        status.set_message(plain(&first.message)).set_type(first.code.as_str()).set_description(
            results::failures(&single, sources, &Painter { colour: false }).trim_start(),
        );
    }
    let mut case = TestCase::new(plain(&result.title), status);
    case.set_classname(plain(&result.file));
    case
}

fn position(at: Location, sources: &Sources) -> Position {
    sources.position(at.file, at.span.start)
}
