//! The session without a terminal: lines in, replies out. It holds the rules, the record, the place and the instant
//! that the lines speak about.

mod answers;
#[cfg(feature = "repl")]
mod complete;
mod items;
mod question;
mod record;
mod saved;
mod values;

use super::commands;
use crate::input::Reading;
use crate::stop::Stop;
use crate::{escape, render};
use items::Added;
use lexloci::{Evaluator, Failure, Format, Instant, Place, Record, RuleSet};
use record::Current;
use std::path::{Path, PathBuf};

/// What a line gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// To show; harmless, without a line end.
    Text(String),
    /// What is wrong with the line; harmless too.
    Fault(String),
    /// A text to change in an editor; what comes of it, after `before`, is the next line.
    Edit {
        /// What the next line begins with.
        before: &'static str,
        /// The text.
        text: String,
    },
    /// The session ends.
    Quit,
}

/// A session. A copy is cheap, and nothing that is done with it touches the original: so a line that takes too long
/// can be given up.
#[derive(Clone, Debug, Default)]
pub struct Session {
    rules: Option<Loaded>,
    /// The rules before the last change to them, for `:diff`.
    before: Option<RuleSet>,
    /// Items that were typed, in the order in which they were.
    added: Vec<Added>,
    /// The file that `:record N` picks from.
    records: Option<String>,
    /// The format of files of records.
    format: Format,
    /// What the host knows beside them.
    facts: Option<PathBuf>,
    record: Option<Current>,
    /// Without any, where the record is visible.
    places: Vec<Place>,
    /// Without one, the latest date of the record.
    at: Option<Instant>,
    shape: Shape,
    detail: Detail,
    /// Whether it was said what expressions come to without an instant.
    told_undated: bool,
    /// Lines that were taken.
    taken: Vec<String>,
}

#[derive(Clone, Debug)]
struct Loaded {
    /// The rule root; without one, the session has only what was typed.
    root: Option<PathBuf>,
    set: RuleSet,
    evaluator: Evaluator,
}

/// How answers are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shape {
    #[default]
    Pretty,
    Json,
}

/// What is told beside answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Detail {
    #[default]
    Off,
    /// How each rule stands, beside decisions.
    Rules,
    /// The parts of expressions, beside their values.
    Values,
}

/// The reply, or what is wrong with the request.
type Answered = Result<Reply, String>;

impl Session {
    /// A session in which nothing is loaded; `:record N` picks from the file of records.
    pub fn new(records: Option<&Path>) -> Self {
        // Tests name files from the root of the repository.
        #[cfg(test)]
        let _ = std::env::set_current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."));
        Self { records: records.map(|file| file.display().to_string()), ..Self::default() }
    }

    /// The same, with files of records in a format, and with what the host knows beside them.
    pub fn reading_as(self, format: Format, facts: Option<&Path>) -> Self {
        Self { format, facts: facts.map(Path::to_owned), ..self }
    }

    /// Takes an input: a line, or several that belong together.
    pub fn exec(&mut self, line: &str) -> Reply {
        let line = line.trim();
        if line.is_empty() {
            return Reply::Text(String::new());
        }
        let result = match line.strip_prefix(':') {
            Some(command) => commands::find(command)
                .and_then(|(command, argument)| (command.run)(self, argument)),
            None if lexloci::is_item(line) => self.item(line),
            None => self.evaluate(line),
        };
        self.taken.push(line.to_owned());
        result.unwrap_or_else(Reply::Fault)
    }

    /// `:history`
    pub fn history(&mut self, _: &str) -> Answered {
        let lines: Vec<String> = self
            .taken
            .iter()
            .enumerate()
            .map(|(number, line)| format!("{:>4}  {}", number + 1, line.replace('\n', "\n      ")))
            .collect();
        text(escape::plain_lines(&lines.join("\n")))
    }

    fn loaded(&self) -> Result<&Loaded, String> {
        self.rules.as_ref().ok_or_else(|| NO_RULES.into())
    }

    fn evaluator(&mut self) -> Result<&mut Evaluator, String> {
        self.rules.as_mut().map(|loaded| &mut loaded.evaluator).ok_or_else(|| NO_RULES.into())
    }

    /// How files of records are read. The facts are read anew each time, so that they are always those of now.
    fn reading(&self, set: &RuleSet) -> Result<Reading, String> {
        Reading::new(set, self.format, self.facts.as_deref()).map_err(message)
    }

    fn set(&self) -> Result<&RuleSet, String> {
        self.loaded().map(|loaded| &loaded.set)
    }

    fn judged(&self) -> Result<&Record, String> {
        self.current().map(|current| &current.record)
    }

    fn current(&self) -> Result<&Current, String> {
        let none = "there is no record yet; `:record {…}` or `:record @FILE` sets one";
        self.record.as_ref().ok_or_else(|| none.into())
    }
}

impl Loaded {
    fn new(root: Option<PathBuf>, set: RuleSet) -> Self {
        let evaluator = set.evaluator();
        Self { root, set, evaluator }
    }
}

const NO_RULES: &str =
    "there are no rules yet; `:load DIR` reads some, and `jurisdiction …` begins a file";

fn text(text: impl Into<String>) -> Answered {
    Ok(Reply::Text(text.into()))
}

fn shown(failure: &Failure) -> String {
    render::all(&failure.diagnostics, &failure.sources)
}

fn message(stop: Stop) -> String {
    match stop {
        Stop::Failed(message) => escape::plain_lines(&message).into_owned(),
        Stop::Closed | Stop::Shown => String::new(),
    }
}

/// Whether a text is meant by a pattern in which `*` stands for anything; without one, whether it has it in it.
fn is_meant(pattern: &str, text: &str) -> bool {
    let mut pieces = pattern.split('*');
    let first = pieces.next().unwrap_or_default();
    if first.len() == pattern.len() {
        return text.contains(pattern);
    }
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut last = first;
    for piece in pieces {
        let Some(at) = rest.find(piece) else { return false };
        rest = rest.get(at + piece.len()..).unwrap_or_default();
        last = piece;
    }
    rest.is_empty() || last.is_empty() || text.ends_with(last)
}

#[cfg(test)]
mod tests;
