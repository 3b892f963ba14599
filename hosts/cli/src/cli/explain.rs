//! `lexloci explain`: says for every rule of a place why it fired, or which condition failed first.

use super::{Case, Global, OneRecord, store};
use crate::stop::{Exit, Stop};
use crate::{question, stdio};
use clap::ValueEnum;
use lexloci::show::decisions;
use lexloci::sink::Output;
use lexloci::{Explanation, Place, State};
use std::path::PathBuf;

/// Explain the decision about one record, rule by rule
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    one: OneRecord,
    /// Explain only this rule, as text
    #[arg(long, value_name = "ID", conflicts_with = "format")]
    rule: Option<String>,
    /// Explain with what earlier messages left behind in this SQLite file, which `decide --state` keeps. If the file already
    /// has this judging, explain it with what was known then. Nothing is written to the file. Needs a program built with the
    /// feature `sqlite`
    #[arg(long, value_name = "FILE")]
    state: Option<PathBuf>,
    /// The format of the explanation
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Sentences for people
    #[default]
    Text,
    /// One line of JSON
    Json,
    /// Markdown, with all that HTML has in the same order
    Md,
    /// A single HTML file for a reviewer: who acts by when, why, the law, and when the decision changes
    Html,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.one.rules.load(global)?;
    let rule = args.rule.as_deref().map(|id| question::rule(&set, id)).transpose()?;
    let Case { record, places, mut at } = args.one.read(&set, global)?;
    let mut state = State::default();
    if let Some(path) = &args.state {
        // As in `decide --state`, a day begins at midnight in the time zone of the world.
        let instant = set.instant_in(Place::WORLD, at);
        at = instant.into();
        state = store::recall(path, &mut set.evaluator(), &record, (&places, instant))?;
    }
    let mut evaluator = set.evaluator();
    let decided = evaluator.decide_all(&record, &places, at, &state)?;
    if args.state.is_none() && decided.iter().any(|decision| !decision.state.is_empty()) {
        global.note(&Output::of(super::WITHOUT_STATE));
    }
    let page = || set.evaluator().page(&record, &places, at, &state);
    let text = |explanation: &Explanation| match &rule {
        Some(rule) => decisions::explained(explanation, rule),
        None => explanation.to_string(),
    };
    match args.format {
        Format::Text => {
            let texts = decisions::explanations(
                &mut set.evaluator(),
                &record,
                &places,
                (at, &state),
                text,
            )?;
            stdio::lines(texts.join("\n\n"))?;
        }
        Format::Json => stdio::line(&page()?.json())?,
        Format::Md => stdio::print(&page()?.markdown())?,
        Format::Html => stdio::print(&page()?.html())?,
    }
    Ok(Exit::Done)
}
