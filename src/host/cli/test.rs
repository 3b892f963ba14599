//! `lexloci test`: runs the tests that stand beside the rules.

use super::{Global, complain};
use crate::host::escape::plain;
use crate::host::render::{self, Format};
use crate::host::rules;
use crate::host::stop::{Exit, Stop};
use lexloci::suite;
use std::io::{BufWriter, Write};
use std::path::PathBuf;

/// Run the tests of the rules
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The directory of rules
    #[arg(default_value = "rules", env = "LEXLOCI_RULES")]
    path: PathBuf,
    /// Only tests whose title, or file, contains this
    #[arg(short = 'k', long, value_name = "TEXT")]
    filter: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let root = rules::root_of(&args.path);
    let set = rules::load(&root, global.max_errors)?;
    let report = suite::run(&set, args.filter.as_deref());
    if let (Some(filter), true) = (&args.filter, report.results.is_empty()) {
        return Err(Stop::Failed(format!("no test has `{filter}` in its title or file")));
    }
    let mut out = BufWriter::new(anstream::stdout().lock());
    for result in &report.results {
        let verdict = if result.failures.is_empty() { "ok    " } else { "FAILED" };
        writeln!(out, "{verdict} {}: {}", plain(&result.file), plain(&result.title))?;
    }
    let sources = rules::openable(set.sources(), &root);
    for failure in report.results.iter().flat_map(|result| &result.failures) {
        write!(out, "\n{}", render::render(failure, &sources, Format::Pretty, true))?;
    }
    out.flush()?;
    let (passed, failed) = (report.passed(), report.failed());
    if report.results.is_empty() {
        complain("the rules have no tests");
    }
    global.note(format_args!("{passed} passed, {failed} failed"));
    Ok(if failed == 0 { Exit::Done } else { Exit::Findings })
}
