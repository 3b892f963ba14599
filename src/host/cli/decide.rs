//! `lexloci decide`: records in, decisions out, one record at a time.

mod output;

use super::{Asked, Global, Rules, complain};
use crate::host::config;
use crate::host::escape::plain;
use crate::host::input::{Raw, Splitter};
use crate::host::question::Question;
use crate::host::rules::{self, number};
use crate::host::stop::{Exit, Stop};
use clap::ValueEnum;
use indicatif::{ProgressBar, ProgressStyle};
use lexloci::statement::{Settings, Statement, StatementError};
use lexloci::{Decision, Evaluator, Instant, Record, RecordError, RuleSet, State};
use output::Output;
use std::fs::File;
use std::io::{BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};

/// A shorter input is through before a bar would be read.
const LONG_INPUT: u64 = 4 << 20;

/// Decide what is to be done about records, in each place
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files of records: JSON lines, a JSON array or single objects; `-` is stdin
    #[arg(default_value = "-", value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    asked: Asked,
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
    let set = rules::load(&args.rules.rules, global.max_errors)?;
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
    for path in &args.files {
        batch.file(path, global)?;
    }
    batch.output.finish()?;
    let tally = batch.tally;
    if tally.dated {
        global.note(
            "note: records are judged at their own latest date; `--at` names another instant",
        );
    }
    global.note(tally.summary());
    Ok(match (tally.severe, tally.unreadable) {
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

/// What statements of reasons came to.
type Stated = Result<Vec<Statement>, Vec<StatementError>>;

/// A run over some files.
struct Batch<'a> {
    set: &'a RuleSet,
    question: Question,
    /// The outcomes of `--fail-on`.
    bar: Option<Vec<String>>,
    evaluator: Evaluator,
    state: State,
    output: Output<'a>,
    /// For statements of reasons.
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
    fn file(&mut self, path: &Path, global: &Global) -> Result<(), Stop> {
        let name = path.display().to_string();
        let (input, length): (Box<dyn Read>, _) = if name == "-" {
            if std::io::stdin().is_terminal() {
                global.note("note: reading records from the terminal; Ctrl-D ends them");
            }
            (Box::new(std::io::stdin().lock()), None)
        } else {
            let file = File::open(path).map_err(|error| Stop::io(&name, &error))?;
            let length = file.metadata().ok().map(|meta| meta.len());
            (Box::new(file), length)
        };
        let progress = progress(length, global);
        let lines = path.extension().is_some_and(|end| end == "jsonl" || end == "ndjson");
        let input = BufReader::with_capacity(64 << 10, progress.wrap_read(input));
        let mut records = Splitter::new(input, lines, lexloci::RECORD_BYTES);
        while let Some(raw) = records.next().map_err(|error| Stop::io(&name, &error))? {
            self.record(&name, &raw)?;
        }
        progress.finish_and_clear();
        Ok(())
    }

    fn record(&mut self, file: &str, raw: &Raw<'_>) -> Result<(), Stop> {
        let (id, judged, stated) = match raw.read(self.set) {
            Ok(record) => {
                let judged = self.judge(&record);
                let stated = judged.as_ref().ok().and_then(|judged| self.state(&record, judged));
                (Some(record.id().to_string()), judged, stated)
            }
            Err(error) => (raw.id(), Err(error), None),
        };
        self.tally.records += 1;
        match judged {
            Ok((_, decisions)) if self.settings.is_some() => {
                self.tally.add(&decisions, self.bar.as_deref());
                self.stated(id.as_deref().unwrap_or_default(), stated.unwrap_or(Ok(vec![])))
            }
            Err(error) if self.settings.is_some() => {
                self.tally.unreadable += 1;
                let record = id.map_or(String::new(), |id| format!("{id}: "));
                complain(plain(&format!("error: {file}, {}: {record}{error}", raw.position)));
                Ok(())
            }
            Ok((at, decisions)) => {
                self.tally.add(&decisions, self.bar.as_deref());
                self.output.decided(id.as_deref().unwrap_or_default(), at, &decisions)
            }
            Err(error) => {
                self.tally.unreadable += 1;
                self.output.fault(id.as_deref(), file, raw.position, &error)
            }
        }
    }

    /// The statements of reasons for decisions, when they are what is asked for.
    fn state(&self, record: &Record, (at, decisions): &(Instant, Vec<Decision>)) -> Option<Stated> {
        let settings = self.settings.as_ref()?;
        Some(self.set.statements(record, *at, decisions, settings))
    }

    fn stated(&mut self, record: &str, stated: Stated) -> Result<(), Stop> {
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

fn progress(length: Option<u64>, global: &Global) -> ProgressBar {
    let bar = match length {
        _ if !global.progress() => return ProgressBar::hidden(),
        Some(length) if length < LONG_INPUT => return ProgressBar::hidden(),
        Some(length) => ProgressBar::new(length),
        None => ProgressBar::new_spinner(),
    };
    let template = "{wide_bar} {decimal_bytes}/{decimal_total_bytes}, {eta} left";
    match ProgressStyle::with_template(template) {
        Ok(style) if length.is_some() => bar.with_style(style),
        _ => bar,
    }
}
