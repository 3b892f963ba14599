//! `lexloci match`: shows what a pattern finds in a text.

use super::{Global, Rules};
use crate::stop::{Exit, Stop};
use crate::{rules, stdio};
use lexloci::Place;
use lexloci::show::pattern::{self, Refusal};

/// Show how a text is folded, what a pattern finds in it, and what it nearly finds
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The name of a `terms` item of any file (`windfalls`, `lib.scams.windfalls`), a phrase as in a rule file
    /// (`"bet*"`, `kk: "табыс*"`), or several words
    pattern: String,
    /// The text, or `-` for stdin
    text: String,
    #[command(flatten)]
    rules: Rules,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.rules.load(global)?;
    let question = pattern::Question::new(&args.pattern);
    let expression = question.expression(&set, Place::WORLD).map_err(|refusal| match refusal {
        Refusal::Faults(failure) => rules::report(&failure, None, global.max_errors),
        Refusal::Name(unknown) => Stop::failed(unknown),
    })?;
    let pattern = expression
        .pattern()
        .ok_or_else(|| Stop::failed(format_args!("`{}` is not a pattern", args.pattern)))?;
    let text = if args.text == "-" { stdio::read_stdin()? } else { args.text.clone() };
    stdio::lines(question.answer(pattern, &text, stdio::columns()))?;
    Ok(Exit::Done)
}
