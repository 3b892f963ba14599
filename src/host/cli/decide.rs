//! `lexloci decide`: records in, decisions out, one record at a time.

mod output;

use super::{Asked, Global, Input, Rules, complain, messages};
use crate::host::config;
use crate::host::escape::plain;
use crate::host::question::Question;
use crate::host::rules::{self, number};
use crate::host::stop::{Exit, Stop};
use clap::ValueEnum;
use lexloci::statement::{Settings, Statement, StatementError};
use lexloci::{Decision, Evaluator, Imported, Instant, Record, RecordError, RuleSet, State};
use output::Output;
use std::path::PathBuf;

/// Decide what is to be done about records, in each place
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of records or messages: JSON lines, a JSON array, single objects, exports, also packed with gzip or
    /// Zstandard; `-` is stdin
    #[arg(default_value = "-", value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    asked: Asked,
    #[command(flatten)]
    input: Input,
    /// How decisions are written to stdout
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Settings, for statements of reasons [default: `lexloci.toml`, from the rules upwards]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Exit with 3 when a decision is this outcome or a stricter one
    #[arg(long, value_name = "OUTCOME")]
    fail_on: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each record and group of places, for people
    #[default]
    Table,
    /// A line of JSON for each record; see `lexloci schema decision`
    Jsonl,
    /// Statements of reasons for the DSA Transparency Database: a line of JSON for each legal ground of a decision in
    /// the European Economic Area. What records do not say comes from `[dsa]` in `lexloci.toml`
    Dsa,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.rules.load(global)?;
    let settings = (args.format == Format::Dsa)
        .then(|| config::dsa(args.config.as_deref(), &args.rules.rules))
        .transpose()
        .map_err(|failure| rules::told(&failure, None, global.max_errors))?;
    let mut batch = Batch {
        settings,
        question: args.asked.question(&set)?,
        bar: args.fail_on.as_deref().map(|outcome| severe(&set, outcome)).transpose()?,
        evaluator: set.evaluator(),
        output: Output::new(args.format, set.digest()),
        state: State::default(),
        tally: Tally::default(),
        set: &set,
    };
    let reading = args.input.reading(&set)?;
    let through = messages::each(&args.files, &reading, global, |file, imported| {
        batch.message(file, imported)
    });
    // What was decided before something failed is written too.
    batch.output.finish()?;
    let (through, tally) = (through?, batch.tally);
    through.notes(&reading, global);
    if tally.dated {
        global.note(
            "note: records are judged at their own latest date; `--at` names another instant",
        );
    }
    global.note(tally.summary());
    Ok(match (tally.severe, tally.unreadable) {
        _ if through.interrupted => Exit::Interrupted,
        (true, _) => Exit::AtOrAbove,
        (false, 0) => Exit::Done,
        (false, _) => Exit::SomeUnreadable,
    })
}

/// The outcomes that are at least as strict as one.
fn severe(set: &RuleSet, outcome: &str) -> Result<Vec<String>, Stop> {
    let scales = set.outcomes();
    let at_least = scales.iter().find_map(|scale| {
        let from = scale.iter().position(|each| *each == outcome)?;
        Some(scale.iter().skip(from).map(ToString::to_string).collect())
    });
    at_least.ok_or_else(|| {
        let known: Vec<_> = scales.iter().flatten().copied().collect();
        Stop::Failed(format!("there is no outcome `{outcome}`; there are {}", known.join(", ")))
    })
}

/// A run over some files.
struct Batch<'a> {
    set: &'a RuleSet,
    question: Question,
    /// The outcomes of `--fail-on`.
    bar: Option<Vec<String>>,
    evaluator: Evaluator,
    state: State,
    output: Output<'a>,
    /// For statements of reasons, when they are asked for.
    settings: Option<Settings>,
    tally: Tally,
}

#[derive(Debug, Default)]
struct Tally {
    records: usize,
    unreadable: usize,
    decisions: usize,
    acting: usize,
    incomplete: usize,
    dated: bool,
    severe: bool,
}

impl Batch<'_> {
    fn message(&mut self, file: &str, imported: &Imported<'_>) -> Result<(), Stop> {
        self.tally.records += 1;
        let read = imported.read(self.set.schema());
        let judged = read.and_then(|record| Ok((self.judge(&record)?, record)));
        match (judged, self.settings.as_ref()) {
            (Ok(((at, decisions), record)), None) => {
                self.tally.add(&decisions, self.bar.as_deref());
                self.output.decided(record.id(), at, &decisions)
            }
            (Ok(((at, decisions), record)), Some(settings)) => {
                self.tally.add(&decisions, self.bar.as_deref());
                let stated = self.set.statements(&record, at, &decisions, settings);
                self.stated(record.id(), stated)
            }
            (Err(error), None) => {
                self.tally.unreadable += 1;
                let id = imported.id();
                self.output.fault(id.as_deref(), file, &imported.position, &error)
            }
            (Err(error), Some(_)) => {
                self.tally.unreadable += 1;
                complain(plain(&format!("error: {file}, {}: {error}", imported.position)));
                Ok(())
            }
        }
    }

    /// Statements go to stdout, and what keeps one from being written to stderr: a line that is none has no place
    /// among them.
    fn stated(
        &mut self,
        record: &str,
        stated: Result<Vec<Statement>, Vec<StatementError>>,
    ) -> Result<(), Stop> {
        match stated {
            Ok(statements) => statements.iter().try_for_each(|one| self.output.line(one)),
            Err(errors) => {
                self.tally.unreadable += 1;
                for error in errors {
                    complain(plain(&format!("error: no statement for {record}: {error}")));
                }
                Ok(())
            }
        }
    }

    fn judge(&mut self, record: &Record) -> Result<(Instant, Vec<Decision>), RecordError> {
        let at = self.question.instant(record)?;
        self.tally.dated |= self.question.at.is_none();
        let places = self.question.places(self.set, record, at)?;
        Ok((at, self.evaluator.decide_all(record, &places, at, &self.state)))
    }
}

impl Tally {
    fn add(&mut self, decisions: &[Decision], bar: Option<&[String]>) {
        self.decisions += decisions.len();
        self.acting += decisions.iter().filter(|each| acts(each)).count();
        self.incomplete += decisions.iter().filter(|each| !each.complete).count();
        let severe = |each: &Decision| {
            bar.is_some_and(|bar| bar.contains(&each.outcome) || bar.contains(&each.account))
        };
        self.severe |= decisions.iter().any(severe);
    }

    fn summary(&self) -> String {
        let mut text = format!(
            "{}, {}, of which {} ask for something",
            number(self.records, "record"),
            number(self.decisions, "decision"),
            self.acting
        );
        if self.incomplete > 0 {
            text += &format!(", {} lack a fact (`?`)", self.incomplete);
        }
        if self.unreadable > 0 {
            text += &format!("; {} not judged", number(self.unreadable, "record"));
        }
        text
    }
}

fn acts(decision: &Decision) -> bool {
    decision.outcome != "none" || decision.account != "none" || !decision.obligations.is_empty()
}
