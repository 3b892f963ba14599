//! The command line: reads the arguments, runs a command, and returns its exit code. Results go to stdout, everything
//! else to stderr.

mod bundle;
mod check;
mod completions;
mod convert;
mod cost;
mod decide;
mod doc;
mod explain;
mod fmt;
mod graph;
mod law;
mod man;
mod matching;
mod matrix;
mod messages;
mod new;
mod plan;
mod repl;
mod schema;
mod state;
mod store;
mod test;
mod timeline;

use super::input::MessageReader;
use super::local_host::LocalHost;
use super::stop::{Exit, Stop};
use super::{question, stdio};
use clap::builder::{PossibleValue, PossibleValuesParser, Resettable, TypedValueParser};
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use lexloci::output;
use lexloci::session::records;
use lexloci::show::decisions;
use lexloci::sink::{Output, Terminal};
use lexloci::{InputFormat, Moment, Place, Record, RecordError, RuleSet};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Decides what the law of each place requires for a message, and says why.
#[derive(Debug, Parser)]
#[command(name = "lexloci", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// Said where rules read counters and marks, and no store is named.
const WITHOUT_STATE: &str =
    "note: rules read counters and marks, of which nothing is known without `--state FILE`";

const EXIT_CODES: &str = "Exit codes:
  0    done, nothing to report
  1    something was found: errors in rules, files that would change,
       failing tests, too little coverage, changes that no test notices,
       refused lines of a script
  2    could not run: usage, files, rules that do not compile
  3    a decision at or above `--fail-on`, even if some records could not be judged
  4    done, but some records could not be judged
  130  interrupted";

#[derive(Debug, Args)]
struct Global {
    /// Whether to use colours; `auto` also obeys NO_COLOR, CLICOLOR_FORCE and TERM=dumb
    #[arg(
        long,
        global = true,
        value_enum,
        default_value_t,
        env = "LEXLOCI_COLOR",
        hide_env_values = true
    )]
    color: Colour,
    /// Show no notes, summaries or progress on stderr
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Show at most this many faults of rules, errors first; 0 shows all. Formats for tools always contain all faults
    #[arg(long, global = true, value_name = "N", default_value_t = super::render::MAX_SHOWN)]
    max_errors: usize,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Colour {
    #[default]
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(check::Args),
    Decide(decide::Args),
    Convert(convert::Args),
    Explain(explain::Args),
    Match(matching::Args),
    Fmt(fmt::Args),
    New(new::Args),
    Doc(doc::Args),
    Completions(completions::Args),
    Man(man::Args),
    Matrix(matrix::Args),
    Timeline(timeline::Args),
    Law(law::Args),
    Plan(plan::Args),
    Bundle(bundle::Args),
    Test(test::Args),
    Graph(graph::Args),
    Cost(cost::Args),
    Schema(schema::Args),
    State(state::Args),
    Repl(repl::Args),
}

/// Where the rules are.
#[derive(Debug, Args)]
struct Rules {
    /// The directory of rules
    #[arg(
        long,
        value_name = "DIR",
        default_value = "rules",
        env = "LEXLOCI_RULES",
        hide_env_values = true
    )]
    rules: PathBuf,
}

/// Where the rules are, for commands whose first argument may say it. It cannot conflict with `--rules`, because that may come
/// from the environment.
#[derive(Debug, Args)]
struct RulesOrDir {
    /// The directory of rules, the same as `--rules`
    #[arg(value_name = "DIR")]
    directory: Option<PathBuf>,
    #[command(flatten)]
    rules: Rules,
}

/// Where the rules are, for commands that need only the fields that rules add to records. The directory may be absent.
#[derive(Debug, Args)]
struct SchemaRules {
    /// The directory of rules, whose `schema.loci` adds fields to records [default: `rules`, if it exists]
    #[arg(long, value_name = "DIR", env = "LEXLOCI_RULES", hide_env_values = true)]
    rules: Option<PathBuf>,
}

/// Where and when records are judged.
#[derive(Debug, Args)]
struct PlacesAndInstant {
    /// Places, separated by commas: `KZ,FR`, `FR-IDF`; `EU` means its members [default: where the record is visible]
    #[arg(long = "in", value_name = "PLACES")]
    places: Vec<String>,
    /// The instant of the decision: `2026-03-01T12:00:00Z`, or a day, from midnight in each place [default: the latest date
    /// of the record]
    #[arg(long, value_name = "INSTANT", value_parser = question::moment)]
    at: Option<Moment>,
}

/// One record, and where and when it is judged.
#[derive(Debug, Args)]
struct OneRecord {
    /// The record: `FILE` with one record, `FILE:LINE`, `FILE:ID`, `FILE:NUMBER` in an export, or `-` for stdin
    record: String,
    #[command(flatten)]
    rules: Rules,
    #[command(flatten)]
    judged_at: PlacesAndInstant,
    #[command(flatten)]
    input: Input,
}

/// A record, and where and when it is judged.
struct Case {
    record: Record,
    places: Vec<Place>,
    at: Moment,
}

/// The format of `cost`, `matrix` and `timeline`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum ViewFormat {
    /// A table for people
    #[default]
    Text,
    /// JSON, one object on each line
    Json,
}

/// The format of messages, and the file of facts about them.
#[derive(Debug, Args)]
struct Input {
    /// The format of the messages; `auto` detects it
    #[arg(long, value_name = "FORMAT", default_value = "auto", value_parser = format_parser())]
    from: InputFormat,
    /// Facts about chats, authors, messages and files, as JSON lines; see `lexloci schema facts`
    #[arg(long, value_name = "FILE")]
    facts: Option<PathBuf>,
}

/// A parser for the names of formats. Its help text describes each format.
fn format_parser() -> impl TypedValueParser<Value = InputFormat> {
    let formats = InputFormat::all();
    let values = formats.map(|format| PossibleValue::new(format.name()).help(format.reads()));
    PossibleValuesParser::new(values)
        .map(|name| InputFormat::named(&name).unwrap_or(InputFormat::AUTO))
}

impl Rules {
    fn load(&self, global: &Global) -> Result<RuleSet, Stop> {
        super::rules::load(&self.rules, global.max_errors)
    }
}

impl RulesOrDir {
    fn path(&self) -> &Path {
        self.directory.as_ref().unwrap_or(&self.rules.rules)
    }
}

impl SchemaRules {
    fn load(&self, global: &Global) -> Result<RuleSet, Stop> {
        let default = Path::new("rules");
        match &self.rules {
            Some(rules) => super::rules::load(rules, global.max_errors),
            None if default.is_dir() => super::rules::load(default, global.max_errors),
            None => super::rules::empty_rule_set(),
        }
    }
}

/// The place that an argument names. Other commands take the folder of rules there, so it may name one by mistake.
fn place(set: &RuleSet, code: &str) -> Result<Place, String> {
    question::place(set, code).map_err(|why| match Path::new(code).is_dir() {
        true => format!("{why}; if you mean the folder of rules, write `--rules {code}`"),
        false => why,
    })
}

impl OneRecord {
    /// Reads the record. The places and the instant that the arguments leave open are taken from the record.
    fn read(&self, set: &RuleSet, global: &Global) -> Result<Case, Stop> {
        let question = self.judged_at.question(set, global)?;
        let host = self.input.host();
        let (file, name) = records::name(&host, &self.record);
        let found = records::find(&host, set, file, &name).map_err(Stop::with_lines)?;
        let record = found.ok_or_else(|| Stop::failed(records::missing(file, &name)))?.record;
        let fault = |error: RecordError| Stop::failed(format_args!("{}: {error}", record.id()));
        let at = question.moment(record.latest()).map_err(fault)?;
        let places = question.places(set, &record, at).map_err(fault)?;
        Ok(Case { record, places, at })
    }
}

impl Input {
    fn host(&self) -> LocalHost {
        LocalHost { format: self.from, facts: self.facts.clone(), ..LocalHost::default() }
    }

    fn reader(&self, set: &RuleSet) -> Result<MessageReader, Stop> {
        MessageReader::new(set, self.from, self.facts.as_deref())
    }
}

impl PlacesAndInstant {
    fn question(&self, set: &RuleSet, global: &Global) -> Result<question::Question, Stop> {
        let places = self.places.iter().map(|codes| question::places(set, codes));
        let places = places.collect::<Result<Vec<_>, _>>()?.concat();
        if let Some(without) = decisions::without_rules(set, &places) {
            global.note(&output!("note: {}", without));
        }
        Ok(question::Question { places: (!places.is_empty()).then_some(places), at: self.at })
    }
}

impl Global {
    /// Writes a line to stderr, unless `--quiet` is given.
    fn note(&self, text: &Output<Terminal>) {
        if !self.quiet {
            stdio::stderr_line(text);
        }
    }

    /// Whether a progress bar may be drawn: stderr is a terminal, and results go elsewhere.
    fn shows_progress(&self) -> bool {
        !self.quiet && stdio::only_stderr_is_terminal()
    }
}

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return show_usage(&error).into(),
    };
    match cli.global.color {
        Colour::Auto => {}
        Colour::Always => anstream::ColorChoice::Always.write_global(),
        Colour::Never => anstream::ColorChoice::Never.write_global(),
    }
    let result = match &cli.command {
        Command::Check(args) => check::run(args, &cli.global),
        Command::Decide(args) => decide::run(args, &cli.global),
        Command::Convert(args) => convert::run(args, &cli.global),
        Command::Explain(args) => explain::run(args, &cli.global),
        Command::Match(args) => matching::run(args, &cli.global),
        Command::Fmt(args) => fmt::run(args, &cli.global),
        Command::New(args) => new::run(args, &cli.global),
        Command::Doc(args) => doc::run(args, &cli.global),
        Command::Completions(args) => completions::run(args),
        Command::Man(args) => man::run(args),
        Command::Matrix(args) => matrix::run(args, &cli.global),
        Command::Timeline(args) => timeline::run(args, &cli.global),
        Command::Graph(args) => graph::run(args, &cli.global),
        Command::Cost(args) => cost::run(args, &cli.global),
        Command::Law(args) => law::run(args, &cli.global),
        Command::Plan(args) => plan::run(args, &cli.global),
        Command::Bundle(args) => bundle::run(args, &cli.global),
        Command::Test(args) => test::run(args, &cli.global),
        Command::Schema(args) => schema::run(args, &cli.global),
        Command::State(args) => state::run(args, &cli.global),
        Command::Repl(args) => repl::run(args),
    };
    let exit = result.unwrap_or_else(|stop| match stop {
        Stop::Closed => Exit::Done,
        Stop::Shown => Exit::CouldNotRun,
        Stop::Failed(message) => {
            stdio::stderr_line(&output!("error: {}", message));
            Exit::CouldNotRun
        }
    });
    exit.into()
}

/// Shows the help, or what is wrong with the arguments or with an environment variable.
fn show_usage(error: &clap::Error) -> Exit {
    // The parser returns the help as an error too.
    if !error.use_stderr() {
        let shown = stdio::print(&Output::drawn(&error.render().ansi().to_string()));
        return shown.map_or(Exit::CouldNotRun, |()| Exit::Done);
    }
    // The message repeats the arguments, and these may contain control characters. So the arguments are escaped and
    // parsed again, this time without environment variables, and the new message is shown.
    let escaped = std::env::args_os().map(|argument| {
        let text = Output::<Terminal>::of(argument.to_string_lossy());
        OsString::from(text.into_string())
    });
    let command = Cli::command().mut_args(|argument| argument.env(Resettable::Reset));
    stdio::stderr_line(&match command.try_get_matches_from(escaped) {
        Err(escaped) => Output::drawn(escaped.render().ansi().to_string().trim_end()),
        // The arguments are valid, so the value of an environment variable is not. The message repeats that value as it
        // is, so the whole message is escaped here.
        Ok(_) => Output::of(error.render().to_string().trim_end()),
    });
    Exit::CouldNotRun
}

#[cfg(test)]
mod tests {
    use super::Cli;
    use clap::CommandFactory;

    #[test]
    fn clap_accepts_the_declared_arguments() {
        Cli::command().debug_assert();
    }
}
