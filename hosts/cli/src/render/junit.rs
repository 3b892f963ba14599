//! Writes diagnostics as JUnit: each file is a suite, and each error is a failed case.

use crate::junit::{self, Xml};
use lexloci::sink::{Output, plain};
use lexloci::{Diagnostic, Severity, Sources};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::collections::BTreeMap;

/// The report, without a line end. A warning is a passed case with output.
pub fn report(diagnostics: &[&Diagnostic], sources: &Sources) -> Output<Xml> {
    let mut files: BTreeMap<&str, Vec<&Diagnostic>> = BTreeMap::new();
    for each in diagnostics {
        let name = each.at.map_or("rules", |at| sources.name(at.file));
        files.entry(name).or_default().push(each);
    }
    let mut report = Report::new("lexloci check");
    for (name, diagnostics) in files {
        let mut suite = TestSuite::new(plain(name).into_owned());
        suite.add_test_cases(diagnostics.into_iter().map(|each| case(each, sources)));
        report.add_test_suite(suite);
    }
    if diagnostics.is_empty() {
        let mut suite = TestSuite::new("rules");
        suite.add_test_case(TestCase::new("check", TestCaseStatus::success()));
        report.add_test_suite(suite);
    }
    junit::text(&report)
}

fn case(diagnostic: &Diagnostic, sources: &Sources) -> TestCase {
    let code = diagnostic.code;
    let place = diagnostic.at.map(|at| sources.display(at) + ": ").unwrap_or_default();
    // Message and help have no line ends inside. After one, their text could look like a command of GitHub Actions.
    let help = diagnostic.help.iter().map(|help| format!("\n{}", plain(help)));
    let text = format!("{}{}", plain(&place), plain(&diagnostic.message));
    let text = text + &help.collect::<String>();
    let name =
        format!("{} {} {}", code.as_str(), code.slug(), plain(&place).trim_end_matches(": "));
    match diagnostic.severity {
        Severity::Error => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(code.as_str()).set_message(plain(&diagnostic.message).into_owned());
            status.set_description(text);
            TestCase::new(name.trim_end(), status)
        }
        Severity::Warning => {
            let mut case = TestCase::new(name.trim_end(), TestCaseStatus::success());
            case.set_system_out(text);
            case
        }
    }
}
