//! `lexloci test`: runs the tests in the rule files, and measures how well they cover the rules.

mod formats;

use super::{Global, RulesOrDir};
use crate::render::Painter;
use crate::stop::{Exit, Stop};
use crate::{config, files, rules, stdio, watch};
use clap::ValueEnum;
use lexloci::show::counted;
use lexloci::show::suite as results;
use lexloci::sink::Output;
use lexloci::suite;
use lexloci::{RuleSet, Sources, output};
use std::path::Path;

/// Run the tests of the rules
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    rules: RulesOrDir,
    /// Run only tests whose title or file name contains TEXT; with `--mutate`, change only rules whose id contains TEXT
    #[arg(short = 'k', long, value_name = "TEXT")]
    filter: Option<String>,
    /// The format of the results
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Rewrite the expectations that are not met: they then state the actual decision
    #[arg(long, conflicts_with_all = ["coverage", "mutate", "format"])]
    update: bool,
    /// Show which rules, clauses and conditions no test reaches, and why
    #[arg(long)]
    coverage: bool,
    /// Exit with 1 if the tests reach less than this percentage
    #[arg(long, value_name = "PERCENT", requires = "coverage", value_parser = clap::value_parser!(u8).range(0..=100))]
    min: Option<u8>,
    /// The format of the coverage; unless it is `pretty`, the results of the tests go to stderr
    #[arg(long, value_enum, default_value_t, requires = "coverage")]
    coverage_format: CoverageFormat,
    /// Change the rules in many ways, one at a time, and show the changes that no test notices
    #[arg(long, conflicts_with = "coverage")]
    mutate: bool,
    /// Run again whenever a rule file changes
    #[arg(long, conflicts_with = "update")]
    watch: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each test, and the reasons for those that fail
    #[default]
    Pretty,
    /// One line of JSON for each test or change
    Json,
    /// JUnit, for CI services
    Junit,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum CoverageFormat {
    /// What no test reaches, and why
    #[default]
    Pretty,
    /// One JSON object
    Json,
    /// LCOV, for editors and CI services
    Lcov,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let root = rules::root_of(args.rules.path());
    if !args.watch {
        return run_once(args, global, &root);
    }
    let settings = config::path(None, &root);
    watch::watch(&root, settings.as_deref(), || {
        watch::shown(run_once(args, global, &root))?;
        global.note(&output!("waiting for changes; Ctrl-C ends"));
        Ok(())
    })?;
    Ok(Exit::Done)
}

fn run_once(args: &Args, global: &Global, root: &Path) -> Result<Exit, Stop> {
    let set = rules::load(root, global.max_errors)?;
    let sources = rules::with_openable_paths(set.sources(), root);
    match (args.update, args.mutate) {
        (true, _) => update(args, global, &set, root),
        (false, true) => mutate(args, global, &set, &sources),
        (false, false) => test(args, global, &set, &sources),
    }
}

impl Args {
    /// Writes results of tests to stdout, or to stderr if coverage for tools goes to stdout.
    fn show<S>(&self, results: &Output<S>) -> Result<(), Stop> {
        match self.coverage_format {
            CoverageFormat::Json | CoverageFormat::Lcov if self.coverage => {
                stdio::stderr_results(results);
                Ok(())
            }
            CoverageFormat::Pretty | CoverageFormat::Json | CoverageFormat::Lcov => {
                stdio::line(results)
            }
        }
    }
}

/// Always uses colours. They are removed on the way to a stream that does not show them.
const PAINTER: Painter = Painter { colour: true };

fn test(args: &Args, global: &Global, set: &RuleSet, sources: &Sources) -> Result<Exit, Stop> {
    let report = suite::run(set, args.filter.as_deref());
    if let (Some(filter), true) = (&args.filter, report.results.is_empty()) {
        return Err(Stop::failed(format_args!("no test has `{filter}` in its title or file")));
    }
    match args.format {
        Format::Pretty => {
            let verdicts = results::verdicts(&report);
            let failures = results::failures(&report, sources, &PAINTER);
            args.show(&Output::drawn((verdicts + &failures).trim_end()))?;
        }
        Format::Json => args.show(&formats::json(&report, sources))?,
        Format::Junit => args.show(&formats::junit(&report, sources))?,
    }
    if report.results.is_empty() {
        stdio::stderr_line(&output!("the rules have no tests"));
    }
    global.note(&Output::of(results::summary(&report)));
    let reached = if args.coverage { coverage(args, global, set, sources)? } else { true };
    Ok(if report.failed() == 0 && reached { Exit::Done } else { Exit::Findings })
}

/// Shows what the tests reach. Returns whether the percentage is at least `--min`.
fn coverage(args: &Args, global: &Global, set: &RuleSet, sources: &Sources) -> Result<bool, Stop> {
    let coverage = suite::coverage(set, args.filter.as_deref());
    match args.coverage_format {
        CoverageFormat::Pretty => {
            stdio::lines(format_args!("\n{}", results::coverage(&coverage, sources)))?;
        }
        CoverageFormat::Json => stdio::line(&coverage.json(sources))?,
        CoverageFormat::Lcov => stdio::print(&coverage.lcov(sources))?,
    }
    let (reached, min) = (coverage.share().percent(), args.min.map_or(0, usize::from));
    if reached < min {
        global.note(&output!("the tests reach {} %, less than {} %", reached, min));
    }
    Ok(reached >= min)
}

fn mutate(args: &Args, global: &Global, set: &RuleSet, sources: &Sources) -> Result<Exit, Stop> {
    let mutants = suite::mutants(set, args.filter.as_deref()).map_err(|failing| {
        let first = failing.first().map_or("", String::as_str);
        Stop::failed(format_args!(
            "{} tests fail before any rule is changed, `{first}` among them; mend them first",
            failing.len()
        ))
    })?;
    match args.format {
        Format::Pretty => stdio::lines(results::survivors(&mutants, sources).trim_end())?,
        Format::Json => stdio::line(&formats::mutants(&mutants, sources))?,
        Format::Junit => {
            return Err(Stop::failed("`--mutate` supports only the formats `pretty` and `json`"));
        }
    }
    global.note(&Output::of(results::mutation_summary(&mutants)));
    let survived = mutants.iter().any(|mutant| mutant.killed_by.is_none());
    Ok(if survived { Exit::Findings } else { Exit::Done })
}

fn update(args: &Args, global: &Global, set: &RuleSet, root: &Path) -> Result<Exit, Stop> {
    let update = suite::update(set, args.filter.as_deref());
    for (name, text) in &update.files {
        let path = root.join(name);
        files::replace(&path, text).map_err(|error| Stop::io(path.display(), &error))?;
        global.note(&output!("wrote {}", path.display()));
    }
    for title in &update.left {
        stdio::stderr_line(&output!(
            "not updated: `{}`; its cases share one expectation but have different results",
            title
        ));
    }
    global.note(&output!("{} rewritten", counted(update.rewritten, "expectation")));
    let set = rules::load(root, global.max_errors)?;
    let report = suite::run(&set, args.filter.as_deref());
    let failures =
        results::failures(&report, &rules::with_openable_paths(set.sources(), root), &PAINTER);
    stdio::print(&Output::drawn(&failures))?;
    global.note(&Output::of(results::summary(&report)));
    Ok(if report.failed() == 0 { Exit::Done } else { Exit::Findings })
}
