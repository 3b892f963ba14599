//! `lexloci decide`: records in, decisions out in the same order, decided on all cores.

mod output;
mod stats;

use super::messages::Messages;
use super::{Asked, Global, Input, Rules};
use crate::config;
use crate::question::Question;
use crate::rules;
use crate::stop::{Exit, Stop};
use clap::ValueEnum;
use lexloci::output;
use lexloci::show::number;
use lexloci::sink::Output;
use lexloci::statement::{Settings, StatementError};
use lexloci::{Batch, Decision, Evaluator, Imported, RecordError, RuleSet, State};
use output::{Printer, Written};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

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
    /// Add a receipt to each line of `--format jsonl`: the digest of the record, and all else that its decisions depend
    /// on
    #[arg(long)]
    receipt: bool,
    /// Settings, for statements of reasons [default: `lexloci.toml`, from the rules upwards]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Exit with 3 when a decision is this outcome or a stricter one
    #[arg(long, value_name = "OUTCOME")]
    fail_on: Option<String>,
    /// Threads that decide [default: as many as there are cores]
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    /// Count what becomes of each rule, and how its time compares; written to stderr at the end
    #[arg(long)]
    stats: bool,
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
    if args.receipt && args.format != Format::Jsonl {
        return Err(Stop::failed("`--receipt` needs `--format jsonl`"));
    }
    let set = args.rules.load(global)?;
    let settings = match args.format {
        Format::Dsa => {
            let settings = config::dsa(args.config.as_deref(), &args.rules.rules);
            Some(settings.map_err(|failure| rules::report(&failure, None, global.max_errors))?)
        }
        Format::Table | Format::Jsonl => None,
    };
    let bar = args.fail_on.as_deref().map(|outcome| severe(&set, outcome)).transpose()?;
    let question = args.asked.question(&set)?;
    let judge =
        Judge { set: &set, question, bar, settings, format: args.format, receipt: args.receipt };
    let reading = args.input.reading(&set)?;
    let mut messages = Messages::new(&args.files, &reading, global)?;
    let mut printer = Printer::new(args.format);
    let mut tally = Tally::default();
    let mut batch = Batch::new(&set);
    if let Some(threads) = args.threads {
        batch = batch.threads(threads);
    }
    if args.stats {
        batch = batch.timing(clock);
    }
    let counts = batch.run(
        messages.by_ref().map(|(file, imported)| Given { file, imported }),
        |evaluator, given| judge.message(evaluator, &given),
        |(of_one, written)| {
            tally.add(&of_one);
            printer.put(written)
        },
    );
    // What was decided before something failed is written too.
    printer.finish()?;
    let (counts, through) = (counts?, messages.end()?);
    through.notes(&reading, global);
    if tally.dated {
        global.note(&output!(
            "note: records are judged at their own latest date; `--at` names another instant"
        ));
    }
    global.note(&Output::of(tally.summary()));
    if args.stats {
        stats::tell(&counts);
    }
    Ok(match (tally.severe, tally.unreadable) {
        _ if through.interrupted => Exit::Interrupted,
        (true, _) => Exit::AtOrAbove,
        (false, 0) => Exit::Done,
        (false, _) => Exit::SomeUnreadable,
    })
}

/// The time since the program asked first.
fn clock() -> Duration {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGUN.elapsed()
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
        Stop::failed(format_args!(
            "there is no outcome `{outcome}`; there are {}",
            known.join(", ")
        ))
    })
}

/// What is asked about each message.
struct Judge<'a> {
    set: &'a RuleSet,
    question: Question,
    /// The outcomes of `--fail-on`.
    bar: Option<Vec<String>>,
    /// For statements of reasons, when they are asked for.
    settings: Option<Settings>,
    format: Format,
    /// Whether lines have a receipt.
    receipt: bool,
}

/// A message of a file.
struct Given {
    file: Arc<str>,
    imported: Imported<'static>,
}

impl AsRef<[u8]> for Given {
    fn as_ref(&self) -> &[u8] {
        self.imported.as_ref()
    }
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

impl Judge<'_> {
    fn message(&self, evaluator: &mut Evaluator, given: &Given) -> (Tally, Written) {
        let Given { file, imported } = given;
        let judged = match &self.settings {
            None => self.decided(evaluator, imported),
            Some(settings) => self.stated(evaluator, imported, settings),
        };
        let (mut tally, written) = judged.unwrap_or_else(|error| {
            let tally = Tally { unreadable: 1, ..Tally::default() };
            (tally, Written::fault(file, imported, &error, self.format))
        });
        tally.records = 1;
        (tally, written)
    }

    fn decided(
        &self,
        evaluator: &mut Evaluator,
        imported: &Imported<'_>,
    ) -> Result<(Tally, Written), RecordError> {
        let mut message = evaluator.read_imported(imported)?;
        let at = self.question.instant(message.latest())?;
        let (visible_in, except) = (message.visible_in(), message.except());
        let places = self.question.places_among(self.set, visible_in, except, at)?;
        let rulings = message.decide_all(&places, at, &State::default());
        let receipt = self.receipt.then(|| rulings.receipt());
        let mut decided = rulings.into_decided();
        decided.receipt = receipt;
        Ok((self.tally(&decided.decisions), Written::decided(&decided, self.format)))
    }

    /// Statements rest on more of a record than rules ask for.
    fn stated(
        &self,
        evaluator: &mut Evaluator,
        imported: &Imported<'_>,
        settings: &Settings,
    ) -> Result<(Tally, Written), RecordError> {
        let record = imported.read(self.set.schema())?;
        let at = self.question.instant(record.latest())?;
        let places = self.question.places(self.set, &record, at)?;
        let decisions = evaluator.decide_all(&record, &places, at, &State::default())?;
        let tally = self.tally(&decisions);
        Ok(match self.set.statements(&record, at, &decisions, settings) {
            Ok(statements) => (tally, Written::lines(&statements)),
            Err(errors) => {
                let no =
                    |error: &StatementError| format!("no statement for {}: {error}", record.id());
                let complaints = Written::complaints(errors.iter().map(no));
                (Tally { unreadable: 1, ..tally }, complaints)
            }
        })
    }

    fn tally(&self, decisions: &[Decision]) -> Tally {
        let severe = |each: &Decision| {
            let bar = self.bar.as_ref();
            bar.is_some_and(|bar| {
                bar.iter().any(|one| *one == each.outcome || *one == each.account)
            })
        };
        Tally {
            decisions: decisions.len(),
            acting: decisions.iter().filter(|each| acts(each)).count(),
            incomplete: decisions.iter().filter(|each| !each.complete).count(),
            dated: self.question.at.is_none(),
            severe: decisions.iter().any(severe),
            ..Tally::default()
        }
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.unreadable += other.unreadable;
        self.decisions += other.decisions;
        self.acting += other.acting;
        self.incomplete += other.incomplete;
        self.dated |= other.dated;
        self.severe |= other.severe;
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
