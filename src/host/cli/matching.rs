//! `lexloci match`: how a pattern meets a text.

use super::{Global, Rules};
use crate::host::stop::{Exit, Stop};
use crate::host::{matching, render, rules, table};
use lexloci::Place;
use std::io::{Read, Write};

/// Show how a text is folded, what a pattern finds in it, and what it nearly finds
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The name of terms (`lib.scams.promises`), a phrase as in a rule file (`kk: "табыс*"`), or words
    pattern: String,
    /// The text, or `-` for stdin
    text: String,
    #[command(flatten)]
    rules: Rules,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = rules::load(&args.rules.rules, global.max_errors)?;
    let question = matching::Question::new(&args.pattern);
    let asked = set
        .expression(&question.expression, Place::WORLD)
        .map_err(|failure| Stop::Failed(render::all(&failure.diagnostics, &failure.sources)))?;
    let pattern = asked.pattern().ok_or_else(|| Stop::Failed("that is no pattern".into()))?;
    let mut text = args.text.clone();
    if text == "-" {
        text.clear();
        let read = std::io::stdin().read_to_string(&mut text);
        read.map_err(|error| Stop::Failed(format!("stdin cannot be read: {error}")))?;
    }
    writeln!(anstream::stdout(), "{}", question.answer(pattern, &text, table::room()))?;
    Ok(Exit::Done)
}
