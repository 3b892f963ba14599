//! The interactive session for hosts that draw it: it takes lines and gives replies. It keeps the rules, the record, the
//! places and the instant that the lines are about, and what committed records left behind.

mod answers;
mod commands;
mod complete;
mod host;
mod items;
mod lines;
mod memory;
pub mod question;
mod record;
pub mod records;
mod saved;
mod subject;
mod texts;
mod values;

pub use host::{Host, Nowhere};
pub use lines::{Lines, is_unfinished};
pub use texts::Texts;

use crate::show;
use crate::sink::{self, Output, Terminal};
use crate::{Evaluator, Failure, Moment, Place, Record, RuleSet, SchemaMismatch};
use items::SessionItem;
use memory::Remembered;
use record::Current;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

/// The answer to an input. Texts end without a line end.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A text to show.
    Text(Output<Terminal>),
    /// A message that says what is wrong with the input.
    Fault(Output<Terminal>),
    /// Why rules, a record or an expression were refused. The host decides how to show it.
    Refused(Box<Failure>),
    /// A text to change in an editor. The next input is `before` and the changed text.
    Edit {
        /// What the next input begins with.
        before: &'static str,
        /// The text.
        text: String,
    },
    /// The session ends.
    Quit,
}

impl Reply {
    /// Whether the input was refused.
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Fault(_) | Self::Refused(_))
    }
}

/// A session. Cloning is cheap, and a clone can change without the session. So a host can run a line on a clone, and
/// drop the clone if the line takes too long.
///
/// ```
/// use lexloci::session::{Nowhere, Reply, Session};
///
/// let mut session = Session::new(Nowhere);
/// session.exec("jurisdiction FR { zone \"Europe/Paris\" }");
/// session.exec(":record { text: \"For sale\", chat: { members: 3000 } }");
/// let Reply::Text(text) = session.exec("chat.members > 1000") else { panic!("no text") };
/// assert!(text.as_str().starts_with("true : bool"));
/// ```
#[derive(Clone, Debug)]
pub struct Session {
    host: Arc<dyn Host>,
    rules: Option<LoadedRules>,
    /// The rules before the last change to them, for `:diff`.
    before: Option<RuleSet>,
    /// The items entered in the session, in order.
    session_items: Vec<SessionItem>,
    /// The file that `:record N` picks from.
    records: Option<String>,
    record: Option<Current>,
    /// What records that were committed left behind.
    remembered: Remembered,
    /// The places to answer for. If there are none, answers are for the places where the record is visible.
    places: Vec<Place>,
    /// The instant or the day to answer for. `None` means the latest date of the record.
    at: Option<Moment>,
    format: OutputFormat,
    detail: Detail,
    /// Whether the session has said that orders and notices do not count without an instant. It says so once.
    has_explained_undated: bool,
    /// Whether nobody is there to answer a question.
    is_script: bool,
    /// The command that was answered with a question, and the number of inputs up to it.
    asked: Option<(&'static str, usize)>,
    /// The inputs so far.
    history: Vec<String>,
}

#[derive(Clone, Debug)]
struct LoadedRules {
    /// The rule root; `None` when all rules were entered in the session.
    root: Option<PathBuf>,
    /// Whether any rule file was read from the root.
    has_files: bool,
    set: RuleSet,
    evaluator: Evaluator,
}

/// The format of answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum OutputFormat {
    #[default]
    Pretty,
    Json,
}

/// The details that answers show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Detail {
    #[default]
    Off,
    /// The state of each rule, after decisions.
    Rules,
    /// The values of the parts of expressions.
    Values,
}

/// The reason why an input got no answer.
#[derive(Debug)]
enum Fault {
    Message(String),
    Refused(Box<Failure>),
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Self::Message(message)
    }
}

impl From<&str> for Fault {
    fn from(message: &str) -> Self {
        Self::Message(message.into())
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Refused(Box::new(failure))
    }
}

impl From<SchemaMismatch> for Fault {
    fn from(mismatch: SchemaMismatch) -> Self {
        Self::Message(mismatch.to_string())
    }
}

impl From<Fault> for Reply {
    fn from(fault: Fault) -> Self {
        match fault {
            // Messages repeat the input and the names of files, so they are escaped.
            Fault::Message(message) => Self::Fault(Output::of(sink::Lines(message))),
            Fault::Refused(failure) => Self::Refused(failure),
        }
    }
}

/// The reply, or what is wrong with the input.
type Answered = Result<Reply, Fault>;

impl Session {
    /// A session on a machine. It has no rules until some are entered, or loaded with `:load`.
    pub fn new(host: impl Host + 'static) -> Self {
        let mut session = Self::without_rules(Arc::new(host));
        session.begin();
        session
    }

    fn without_rules(host: Arc<dyn Host>) -> Self {
        Self {
            host,
            rules: None,
            before: None,
            session_items: vec![],
            records: None,
            record: None,
            remembered: Remembered::default(),
            places: vec![],
            at: None,
            format: OutputFormat::default(),
            detail: Detail::default(),
            has_explained_undated: false,
            is_script: false,
            asked: None,
            history: vec![],
        }
    }

    /// Sets the file of records for `:record N` and `:next`.
    #[must_use]
    pub fn records(self, file: impl Into<String>) -> Self {
        Self { records: Some(file.into()), ..self }
    }

    /// A session that asks nothing: `:quit` leaves although items were entered that are in no file.
    #[must_use]
    pub fn script(self) -> Self {
        Self { is_script: true, ..self }
    }

    /// What to show before an input: the places and the time that answers are about, `KZ 2026-03-01> `.
    pub fn prompt(&self) -> String {
        let mut codes: Vec<_> = self.places.iter().map(Place::code).take(MAX_PROMPTED).collect();
        codes.extend((self.places.len() > MAX_PROMPTED).then_some("…"));
        let at = self.at.map(|at| match at {
            Moment::Day(day) => day.to_string(),
            Moment::Instant(at) => at.local(&self.zone(at)).to_string(),
        });
        let places = Some(codes.join(",")).filter(|places| !places.is_empty());
        let about: Vec<String> = places.into_iter().chain(at).collect();
        format!("{}> ", if about.is_empty() { "lexloci".to_owned() } else { about.join(" ") })
    }

    /// Answers an input: a line, or several that belong together, as [`Lines`] joins them.
    pub fn exec(&mut self, input: &str) -> Reply {
        let input = input.trim();
        if input.is_empty() {
            return Reply::Text(Output::new());
        }
        let command = input.strip_prefix(':').or_else(|| commands::without_colon(input));
        let result = match command {
            Some(command) => match commands::find(command) {
                Ok((command, argument)) => (command.run)(self, argument),
                Err(unknown) => Err(unknown.into()),
            },
            None if crate::is_item(input) => self.item(input),
            None => self.evaluate(input),
        };
        self.history.push(input.to_owned());
        result.unwrap_or_else(Reply::from)
    }

    /// `:quit`
    fn quit(&mut self, _: &str) -> Answered {
        Ok(self.question_before("quit").unwrap_or(Reply::Quit))
    }

    /// The question before a command that drops entered items. There is none if all items are in files, or if this is the
    /// answer: the same command once more.
    fn question_before(&mut self, command: &'static str) -> Option<Reply> {
        let names = self.names_in_no_file();
        let now = self.history.len();
        if names.is_empty() || self.is_script || self.asked == Some((command, now)) {
            return None;
        }
        self.asked = Some((command, now + 1));
        let (count, names) = (show::counted(names.len(), "entered item"), names.join(", "));
        let is_or_are = if count.starts_with("1 ") { "is" } else { "are" };
        Some(Reply::Text(Output::of(sink::Lines(format!(
            "{count} {is_or_are} in no file: {}\n`:keep` writes to the files of the rules, `:keep FILE` to another; \
             `:{command}` again drops them",
            sink::plain(&names)
        )))))
    }

    /// `:history`
    fn history(&mut self, _: &str) -> Answered {
        let lines: Vec<String> = self
            .history
            .iter()
            .enumerate()
            .map(|(number, line)| format!("{:>4}  {}", number + 1, line.replace('\n', "\n      ")))
            .collect();
        text(lines.join("\n"))
    }

    fn loaded(&self) -> Result<&LoadedRules, Fault> {
        self.rules.as_ref().ok_or_else(|| NO_RULES.into())
    }

    fn evaluator(&mut self) -> Result<&mut Evaluator, Fault> {
        self.rules.as_mut().map(|loaded| &mut loaded.evaluator).ok_or_else(|| NO_RULES.into())
    }

    fn set(&self) -> Result<&RuleSet, Fault> {
        self.loaded().map(|loaded| &loaded.set)
    }

    /// The record that answers are about.
    fn current_record(&self) -> Result<&Record, Fault> {
        self.current().map(|current| &current.record)
    }

    /// The record that answers are about, with its source.
    fn current(&self) -> Result<&Current, Fault> {
        let none = "there is no record yet; `:record {…}` or `:record @FILE` sets one";
        self.record.as_ref().ok_or_else(|| none.into())
    }
}

const NO_RULES: &str =
    "there are no rules yet; `:load DIR` reads some, and `jurisdiction …` begins a file";

/// A prompt names at most this number of places.
const MAX_PROMPTED: usize = 3;

const NO_CLOCK: &str = "there is no clock here";

/// A reply of one or several lines. The caller has escaped line ends in names and texts that must stay on one line.
fn text(text: impl Display) -> Answered {
    Ok(Reply::Text(Output::of(sink::Lines(text))))
}

/// Whether a text matches a pattern, in which `*` stands for anything. A pattern without `*` matches if the text
/// contains it.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let Some((first, others)) = pattern.split_once('*') else { return text.contains(pattern) };
    let (middle, last) = others.rsplit_once('*').unwrap_or(("", others));
    let Some(rest) = text.strip_prefix(first) else { return false };
    let rest = middle.split('*').try_fold(rest, |rest, piece| Some(rest.split_once(piece)?.1));
    rest.is_some_and(|rest| rest.ends_with(last))
}

#[cfg(test)]
mod tests;
