//! The session without a terminal: lines in, replies out. It holds the rules, the record, the place and the instant
//! that the lines speak about.

#[cfg(feature = "repl")]
mod complete;

use super::commands;
use crate::host::input::Reading;
use crate::host::question::{self, Question};
use crate::host::records::{self, Which};
use crate::host::stop::Stop;
use crate::host::{escape, render, report, rules};
use lexloci::{
    Answer, Day, Evaluator, Expression, Failure, Format, Instant, Place, Record, RuleSet, State,
};
use std::path::{Path, PathBuf};

/// What a line gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// To show; harmless, without a line end.
    Text(String),
    /// What is wrong with the line; harmless too.
    Fault(String),
    /// The session ends.
    Quit,
}

/// A session.
#[derive(Debug, Default)]
pub struct Session {
    rules: Option<Loaded>,
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
    /// Whether it was said what expressions come to without an instant.
    told_undated: bool,
}

#[derive(Debug)]
struct Loaded {
    root: PathBuf,
    set: RuleSet,
    evaluator: Evaluator,
}

/// A record and where it came from: other rules may read it through another schema.
#[derive(Debug)]
struct Current {
    record: Record,
    origin: Origin,
}

#[derive(Clone, Debug)]
enum Origin {
    Given(String),
    File(String, Which),
}

impl Session {
    /// A session in which nothing is loaded; `:record N` picks from the file of records.
    pub fn new(records: Option<&Path>, format: Format, facts: Option<&Path>) -> Self {
        let records = records.map(|file| file.display().to_string());
        Self { records, format, facts: facts.map(Path::to_owned), ..Self::default() }
    }

    /// Takes an input: a line, or several that belong together.
    pub fn exec(&mut self, line: &str) -> Reply {
        let line = line.trim();
        let result = match line.strip_prefix(':') {
            Some(command) => commands::find(command)
                .and_then(|(command, argument)| (command.run)(self, argument)),
            None if line.is_empty() => Ok(Reply::Text(String::new())),
            None => self.evaluate(line),
        };
        result.unwrap_or_else(Reply::Fault)
    }

    /// `:load`
    pub fn load(&mut self, directory: &str) -> Result<Reply, String> {
        if directory.is_empty() {
            return Err("`:load` takes a directory of rules".into());
        }
        let set = rules::compile(Path::new(directory)).map_err(|failure| shown(&failure))?;
        let mut text = format!("{}: {}", escape::plain(directory), rules::count(&set));
        if !set.warnings().is_empty() {
            let warnings = rules::number(set.warnings().len(), "warning");
            text += &format!(", {warnings} (`lexloci check` shows them)");
        }
        // The record is read again through the schema of these rules, or given up when it no longer fits.
        if let Some(current) = self.record.take() {
            match self.read(&set, current.origin) {
                Ok(current) => self.record = Some(current),
                Err(error) => text += &format!("\nthe record no longer fits: {error}"),
            }
        }
        let evaluator = set.evaluator();
        self.rules = Some(Loaded { root: directory.into(), set, evaluator });
        Ok(Reply::Text(text))
    }

    /// `:reload`
    pub fn reload(&mut self, _: &str) -> Result<Reply, String> {
        let root = self.loaded()?.root.display().to_string();
        self.load(&root)
    }

    /// `:record`
    pub fn record(&mut self, argument: &str) -> Result<Reply, String> {
        let origin = match (argument.strip_prefix('@'), argument.starts_with('{'), &self.records) {
            (Some(file), ..) => {
                let (file, which) = records::name(file);
                self.records = Some(file.into());
                Origin::File(file.into(), which)
            }
            (None, true, _) => Origin::Given(argument.into()),
            (None, false, _) if argument.is_empty() => return self.current_record(),
            (None, false, _) if argument.starts_with('[') => {
                return Err("a record is an object, `:record {…}`; `[` begins a list".into());
            }
            (None, false, _) if Path::new(records::name(argument).0).is_file() => {
                let file = escape::plain(argument);
                return Err(format!("a file is named with `@`: `:record @{file}`"));
            }
            (None, false, Some(file)) => Origin::File(file.clone(), Which::Named(argument.into())),
            (None, false, None) => {
                return Err(
                    "there is no file of records to pick from; `:record @FILE` names one".into()
                );
            }
        };
        let current = self.read(&self.loaded()?.set, origin)?;
        self.record = Some(current);
        self.current_record()
    }

    fn read(&self, set: &RuleSet, origin: Origin) -> Result<Current, String> {
        let record = match &origin {
            Origin::Given(text) => set.given(text).map_err(|failure| shown(&failure))?,
            Origin::File(file, which) => {
                let reading = Reading::new(set, self.format, self.facts.as_deref());
                reading
                    .and_then(|reading| records::read(set, &reading, file, which))
                    .map_err(message)?
            }
        };
        Ok(Current { record, origin })
    }

    fn current_record(&self) -> Result<Reply, String> {
        let record = self.judged()?;
        let date = record.latest().map_or("without a date".into(), |at| format!("of {at}"));
        let id = if record.id().is_empty() {
            "without an id".into()
        } else {
            escape::plain(record.id())
        };
        Ok(Reply::Text(format!("record {id}, {date}")))
    }

    /// `:in`
    pub fn place(&mut self, argument: &str) -> Result<Reply, String> {
        if !argument.is_empty() {
            self.places = question::places(&self.loaded()?.set, argument)?;
        }
        let named = |place: &Place| {
            let name = place.name().map(|name| format!(", {name}")).unwrap_or_default();
            format!("{place}{name}")
        };
        let places: Vec<_> = self.places.iter().map(named).collect();
        Ok(Reply::Text(match places.as_slice() {
            [] => "in no place yet: where the record is visible".into(),
            places => format!("in {}", places.join("; ")),
        }))
    }

    /// `:at`
    pub fn at(&mut self, argument: &str) -> Result<Reply, String> {
        match argument {
            "" => {}
            "record" => self.at = None,
            instant => self.at = Some(question::instant(instant)?),
        }
        let midnight = if Day::parse(argument).is_ok() { " (midnight UTC)" } else { "" };
        let text = self.at.map(|at| format!("at {at}{midnight}"));
        Ok(Reply::Text(text.unwrap_or_else(|| "at the latest date of the record".into())))
    }

    /// `:decide`
    pub fn decide(&mut self, _: &str) -> Result<Reply, String> {
        let (record, places, at) = self.question()?;
        let evaluator = &mut self.loaded_mut()?.evaluator;
        let decisions = evaluator.decide_all(&record, &places, at, &State::default());
        let most = decisions.iter().map(|each| each.places.len()).max();
        let texts: Vec<_> = decisions
            .iter()
            .map(|each| {
                report::summary(each, at, decisions.len() - 1, Some(each.places.len()) == most)
            })
            .collect();
        Ok(Reply::Text(texts.join("\n")))
    }

    /// `:why`
    pub fn why(&mut self, rule: &str) -> Result<Reply, String> {
        let rule = match rule {
            "" => None,
            rule => Some(rules::known(&self.loaded()?.set, rule)?),
        };
        let (record, places, at) = self.question()?;
        let evaluator = &mut self.loaded_mut()?.evaluator;
        let texts =
            report::explanations(evaluator, &record, &places, at, |explanation| match &rule {
                Some(rule) => report::explained(explanation, rule),
                None => report::bearing(explanation),
            });
        Ok(Reply::Text(texts.join("\n\n")))
    }

    /// `:whynot`
    pub fn why_not(&mut self, rule: &str) -> Result<Reply, String> {
        if rule.is_empty() {
            return Err("`:whynot` takes the id of a rule".into());
        }
        self.why(rule)
    }

    /// What `:decide` decides and `:why` explains.
    fn question(&self) -> Result<(Record, Vec<Place>, Instant), String> {
        let record = self.judged()?.clone();
        let at = self.instant(&record)?;
        let places = (!self.places.is_empty()).then(|| self.places.clone());
        let question = Question { places, at: self.at };
        let places = question.places(&self.loaded()?.set, &record, at);
        Ok((record, places.map_err(|error| error.to_string())?, at))
    }

    /// `:type`
    pub fn type_of(&mut self, text: &str) -> Result<Reply, String> {
        let expression = self.expression(text)?;
        Ok(Reply::Text(expression.type_name().to_string()))
    }

    fn evaluate(&mut self, text: &str) -> Result<Reply, String> {
        let expression = self.expression(text)?;
        let record = self.judged()?.clone();
        let (at, note) = match self.instant(&record) {
            Ok(at) => (at, ""),
            Err(_) => (question::instant(EARLIEST)?, self.undated()),
        };
        let Answer { ty, value } = self.loaded_mut()?.evaluator.evaluate(&expression, &record, at);
        let text = match value {
            Ok(value) => format!("{value} : {ty}"),
            Err(missing) => {
                // Reasons other than a missing field are words, not paths.
                let (reasons, paths): (Vec<_>, Vec<_>) =
                    missing.into_iter().partition(|each| each.contains(' '));
                let without = if paths.is_empty() { "" } else { ", without " };
                let because = if reasons.is_empty() {
                    String::new()
                } else {
                    format!(" ({})", reasons.join(", "))
                };
                format!("unknown : {ty}{because}{without}{}", paths.join(", "))
            }
        };
        Ok(Reply::Text(escape::plain_lines(&text).into_owned() + note))
    }

    /// What is said once of expressions on a record without a date.
    fn undated(&mut self) -> &'static str {
        if std::mem::replace(&mut self.told_undated, true) { "" } else { UNDATED }
    }

    /// Names are those of the first place's file, or of the platform's.
    fn expression(&self, text: &str) -> Result<Expression, String> {
        let place = self.places.first().copied().unwrap_or(Place::WORLD);
        self.loaded()?.set.expression(text, place).map_err(|failure| shown(&failure))
    }

    fn loaded(&self) -> Result<&Loaded, String> {
        self.rules.as_ref().ok_or_else(|| NO_RULES.into())
    }

    fn loaded_mut(&mut self) -> Result<&mut Loaded, String> {
        self.rules.as_mut().ok_or_else(|| NO_RULES.into())
    }

    fn judged(&self) -> Result<&Record, String> {
        let current = self
            .record
            .as_ref()
            .ok_or("there is no record yet; `:record {…}` or `:record @FILE` sets one")?;
        Ok(&current.record)
    }

    fn instant(&self, record: &Record) -> Result<Instant, String> {
        let at = self.at.or_else(|| record.latest());
        at.ok_or_else(|| "the record carries no date; `:at 2026-03-01` sets the instant".into())
    }
}

/// Orders and notices dated after an instant are not seen at it, so none is at this one.
const EARLIEST: &str = "0000-01-01";

const UNDATED: &str = "\nno instant: judged at the earliest there is, before all orders and notices; `:at 2026-03-01` sets one";

const NO_RULES: &str = "there are no rules yet; `:load DIR` reads some";

fn shown(failure: &Failure) -> String {
    render::all(&failure.diagnostics, &failure.sources)
}

fn message(stop: Stop) -> String {
    match stop {
        Stop::Failed(message) => escape::plain(&message).into_owned(),
        Stop::Closed | Stop::Shown => String::new(),
    }
}

#[cfg(test)]
mod tests;
