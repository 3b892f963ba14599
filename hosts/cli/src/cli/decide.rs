//! `lexloci decide`: decides records on all cores, and writes the decisions in the order of the records.

mod output;
#[cfg(feature = "sqlite")]
mod remembering;
mod stats;

use super::messages::{FileMessage, Messages};
use super::{Global, Input, PlacesAndInstant, Rules};
use crate::config;
use crate::question::Question;
use crate::rules;
use crate::stop::{Exit, Stop};
use clap::ValueEnum;
use lexloci::output;
use lexloci::show::counted;
use lexloci::sink::Output;
use lexloci::statement::{Settings, StatementError};
use lexloci::{
    Batch, Decided, Decision, Evaluator, Imported, Moment, Record, RecordError, RuleSet, State,
};
use output::{Printer, RecordOutput};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZero;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

/// How many different mistakes in rulings the notes list at most.
const MAX_NOTED: usize = 8;

/// Decide what to do about records in each place
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of records or messages: JSON lines, a JSON array, single objects, exports, also packed with gzip or
    /// Zstandard; `-` is stdin
    #[arg(default_value = "-", value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    judged_at: PlacesAndInstant,
    #[command(flatten)]
    input: Input,
    /// The format of the decisions
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Add a receipt to each line of `--format jsonl`: the digest of the record, and everything else that its decisions
    /// depend on
    #[arg(long)]
    receipt: bool,
    /// The settings for statements of reasons [default: the nearest `lexloci.toml` above the rules]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Show only decisions that ask for something, and what could not be judged
    #[arg(long)]
    only_hits: bool,
    /// Exit with 3 if a decision has this outcome or a stricter one
    #[arg(long, value_name = "OUTCOME")]
    fail_on: Option<String>,
    /// How many threads decide [default: one for each core]
    #[arg(long, value_name = "N")]
    threads: Option<NonZero<usize>>,
    /// Decide with what earlier messages left behind in this SQLite file, and keep there what these messages leave behind. The
    /// file is made if there is none. Messages that need it or change it are judged after all were read, in the order of their
    /// instants; until then they lie in a temporary file beside it. Needs a program built with the feature `sqlite`
    #[arg(long, value_name = "FILE", value_parser = super::store::path_of_store, conflicts_with = "stats")]
    state: Option<PathBuf>,
    /// At the end, write to stderr how often each rule was evaluated and fired, and its share of the time
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
            let settings = config::dsa_settings(args.config.as_deref(), &args.rules.rules);
            Some(settings.map_err(|failure| rules::report(&failure, None, global.max_errors))?)
        }
        Format::Table | Format::Jsonl => None,
    };
    let fail_on =
        args.fail_on.as_deref().map(|outcome| outcomes_at_least(&set, outcome)).transpose()?;
    let question = args.judged_at.question(&set, global)?;
    let judge = Judge { args, set: &set, question, fail_on, settings };
    let reader = args.input.reader(&set)?;
    let mut messages = Messages::new(&args.files, &reader, global)?;
    let mut printer = Printer::new();
    let mut tally = Tally::default();
    let mut batch = Batch::new(&set);
    if let Some(threads) = args.threads {
        batch = batch.threads(threads);
    }
    if args.stats {
        batch = batch.timing(clock);
    }
    let counts = if let Some(path) = &args.state {
        with_state(&judge, &batch, path, &mut messages, (&mut tally, &mut printer)).map(|()| vec![])
    } else {
        batch.run(
            messages.by_ref(),
            |evaluator, message| judge.judge(evaluator, &message),
            |(record_tally, output)| {
                tally.add(&record_tally);
                printer.put(output)
            },
        )
    };
    // If something failed, the decisions that were made before are written too.
    printer.finish()?;
    let (counts, summary) = (counts?, messages.end()?);
    summary.write_notes(&reader, global);
    if tally.uses_own_dates {
        global.note(&output!(
            "note: records are judged at their own latest date; `--at` names another instant"
        ));
    }
    if tally.late > 0 {
        let late = counted(tally.late, "message");
        global.note(&output!(
            "note: {} came after an earlier run had judged later ones: they count at their own instants, and the decisions about the later ones do not change",
            late
        ));
    }
    if tally.lacks_state {
        global.note(&Output::of(super::WITHOUT_STATE));
    }
    note_idle_rulings(&tally, global);
    note_unverified(&tally, global);
    global.note(&Output::of(tally.summary()));
    if args.stats {
        stats::print(&counts);
    }
    Ok(match (tally.reaches_fail_on, tally.unjudged) {
        _ if summary.interrupted => Exit::Interrupted,
        (true, _) => Exit::FailOnReached,
        (false, 0) => Exit::Done,
        (false, _) => Exit::SomeUnreadable,
    })
}

#[cfg(feature = "sqlite")]
use remembering::run as with_state;

#[cfg(not(feature = "sqlite"))]
fn with_state(
    _: &Judge<'_>,
    _: &Batch<'_>,
    _: &std::path::Path,
    _: &mut Messages<'_>,
    _: (&mut Tally, &mut Printer),
) -> Result<(), Stop> {
    Err(super::store::without_sqlite("--state"))
}

/// Says which rulings changed no counter and no mark.
fn note_idle_rulings(tally: &Tally, global: &Global) {
    for (wrong, count) in tally.idle_rulings.iter().take(MAX_NOTED) {
        let change = if *count == 1 { "changes" } else { "change" };
        let rulings = counted(*count, "ruling");
        global.note(&output!("note: {} {} nothing: {}", rulings, change, wrong));
    }
    if let more @ 1.. = tally.idle_rulings.len().saturating_sub(MAX_NOTED) {
        global.note(&output!("note: {} more mistakes in rulings", more));
    }
}

/// Names the articles that statements cite although nobody has verified them. Counts the statements that the law does not
/// require.
fn note_unverified(tally: &Tally, global: &Global) {
    if !tally.unverified.is_empty() {
        let articles = tally.unverified.iter().map(String::as_str).collect::<Vec<_>>();
        global.note(&output!(
            "note: statements cite law that nobody has verified: {}",
            articles.join(", ")
        ));
    }
    if tally.exempt > 0 {
        let statements = counted(tally.exempt, "statement");
        global.note(&output!(
            "note: the law does not require {}: orders under article 9 of Regulation (EU) 2022/2065 alone need none (article 17(5))",
            statements
        ));
    }
}

/// The time since the first call of this function.
fn clock() -> Duration {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    BEGUN.elapsed()
}

/// The outcomes that are at least as strict as the given one.
fn outcomes_at_least(set: &RuleSet, outcome: &str) -> Result<Vec<String>, Stop> {
    let scales = set.outcomes();
    let outcomes = scales.iter().find_map(|scale| {
        let first = scale.iter().position(|each| *each == outcome)?;
        Some(scale.iter().skip(first).map(ToString::to_string).collect())
    });
    outcomes.ok_or_else(|| {
        let known: Vec<_> = scales.iter().flatten().copied().collect();
        Stop::failed(format_args!(
            "there is no outcome `{outcome}`; there are {}",
            known.join(", ")
        ))
    })
}

/// Decides the messages.
struct Judge<'a> {
    args: &'a Args,
    set: &'a RuleSet,
    question: Question,
    /// The outcomes of `--fail-on`.
    fail_on: Option<Vec<String>>,
    /// The settings for statements of reasons, if the format is `dsa`.
    settings: Option<Settings>,
}

/// Counts for the summary and the exit code.
#[derive(Debug, Default)]
struct Tally {
    records: usize,
    unjudged: usize,
    decisions: usize,
    /// Decisions that ask for something.
    active: usize,
    incomplete: usize,
    /// Whether records were judged at their own latest dates.
    uses_own_dates: bool,
    /// The articles that statements cite and nobody has verified.
    unverified: BTreeSet<String>,
    /// The statements that the law does not require: they follow orders under article 9 alone.
    exempt: usize,
    /// Whether a decision was at or above `--fail-on`.
    reaches_fail_on: bool,
    /// Messages that came late: an earlier run with the same state has judged later ones.
    late: usize,
    /// Whether rules read counters or marks, and there is no store.
    lacks_state: bool,
    /// What is wrong with rulings that change nothing, and how many there are of each.
    idle_rulings: BTreeMap<String, usize>,
}

impl Judge<'_> {
    fn judge(&self, evaluator: &mut Evaluator, message: &FileMessage) -> (Tally, RecordOutput) {
        let FileMessage { file, imported } = message;
        let judged = match &self.settings {
            None => self.decide(evaluator, imported),
            Some(settings) => self.make_statements(evaluator, imported, settings),
        };
        let (mut tally, output) = judged.unwrap_or_else(|error| {
            let tally = Tally { unjudged: 1, ..Tally::default() };
            (tally, RecordOutput::fault(file, imported, &error, self.args.format))
        });
        tally.records = 1;
        (tally, output)
    }

    fn decide(
        &self,
        evaluator: &mut Evaluator,
        imported: &Imported<'_>,
    ) -> Result<(Tally, RecordOutput), RecordError> {
        let mut message = evaluator.read_imported(imported)?;
        let at = self.question.moment(message.latest())?;
        let (visible_in, except) = (message.visible_in(), message.except());
        let places = self.question.places_among(self.set, visible_in, except, at)?;
        let idle = message.idle_rulings();
        let rulings = message.decide_all(&places, at, &State::default());
        let receipt = self.args.receipt.then(|| rulings.receipt());
        let mut decided = rulings.into_decided();
        decided.receipt = receipt;
        let (mut tally, output) = self.tally_and_output(decided);
        tally.add_idle_rulings(idle);
        Ok((tally, output))
    }

    /// The counts and the output for a record that was decided.
    fn tally_and_output(&self, mut decided: Decided) -> (Tally, RecordOutput) {
        let tally = self.tally(&decided.decisions);
        if self.args.only_hits {
            decided.decisions.retain(|each| asks_for_something(each) || !each.complete);
        }
        // Statements are made elsewhere.
        let is_wanted = !self.args.only_hits || !decided.decisions.is_empty();
        let has_output = is_wanted && self.settings.is_none();
        let named = self.question.places.as_deref().unwrap_or_default();
        let output = || RecordOutput::decided(self.set, &decided, named, self.args.format);
        (Tally { records: 1, ..tally }, if has_output { output() } else { RecordOutput::default() })
    }

    /// Makes statements of reasons. They need the whole record, not only the fields that rules read.
    fn make_statements(
        &self,
        evaluator: &mut Evaluator,
        imported: &Imported<'_>,
        settings: &Settings,
    ) -> Result<(Tally, RecordOutput), RecordError> {
        let record = imported.read(self.set.schema())?;
        let at = self.question.moment(record.latest())?;
        let places = self.question.places(self.set, &record, at)?;
        let state = State::default();
        let decisions = evaluator.decide_all(&record, &places, at, &state)?;
        Ok(self.tally_and_statements((&record, at), &state, &decisions, settings))
    }

    /// The counts and the statements for a record that was decided.
    fn tally_and_statements(
        &self,
        (record, at): (&Record, Moment),
        state: &State,
        decisions: &[Decision],
        settings: &Settings,
    ) -> (Tally, RecordOutput) {
        let tally = Tally { records: 1, ..self.tally(decisions) };
        match self.set.statements(record, at, state, decisions, settings) {
            Ok(statements) => {
                let unverified = statements.iter().flat_map(|statement| &statement.unverified);
                let unverified = unverified.cloned().collect();
                let exempt = statements.iter().filter(|statement| statement.is_exempt).count();
                (Tally { unverified, exempt, ..tally }, RecordOutput::lines(&statements))
            }
            Err(errors) => {
                let message =
                    |error: &StatementError| format!("no statement for {}: {error}", record.id());
                let output = RecordOutput::errors(errors.iter().map(message));
                (Tally { unjudged: 1, ..tally }, output)
            }
        }
    }

    fn tally(&self, decisions: &[Decision]) -> Tally {
        let reaches_fail_on = |each: &Decision| {
            let mut outcomes = self.fail_on.iter().flatten();
            outcomes.any(|outcome| *outcome == each.outcome || *outcome == each.account)
        };
        Tally {
            decisions: decisions.len(),
            active: decisions.iter().filter(|each| asks_for_something(each)).count(),
            incomplete: decisions.iter().filter(|each| !each.complete).count(),
            uses_own_dates: self.question.at.is_none(),
            lacks_state: self.args.state.is_none()
                && decisions.iter().any(|each| !each.state.is_empty()),
            reaches_fail_on: decisions.iter().any(reaches_fail_on),
            ..Tally::default()
        }
    }
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.unjudged += other.unjudged;
        self.decisions += other.decisions;
        self.active += other.active;
        self.incomplete += other.incomplete;
        self.uses_own_dates |= other.uses_own_dates;
        self.lacks_state |= other.lacks_state;
        self.late += other.late;
        self.unverified.extend(other.unverified.iter().cloned());
        self.exempt += other.exempt;
        self.reaches_fail_on |= other.reaches_fail_on;
        for (wrong, count) in &other.idle_rulings {
            *self.idle_rulings.entry(wrong.clone()).or_default() += count;
        }
    }

    /// Notes the rulings of a message that change nothing.
    fn add_idle_rulings(&mut self, idle: Vec<String>) {
        for wrong in idle {
            *self.idle_rulings.entry(wrong).or_default() += 1;
        }
    }

    fn summary(&self) -> String {
        let mut text = format!(
            "{}, {}, {} of them ask for something",
            counted(self.records, "record"),
            counted(self.decisions, "decision"),
            self.active
        );
        if self.incomplete > 0 {
            text += &format!(", {} incomplete (`?`)", self.incomplete);
        }
        if self.unjudged > 0 {
            text += &format!("; {} not judged", counted(self.unjudged, "record"));
        }
        text
    }
}

fn asks_for_something(decision: &Decision) -> bool {
    decision.outcome != "none"
        || decision.account != "none"
        || !decision.obligations.is_empty()
        || !decision.unanswered.is_empty()
}
