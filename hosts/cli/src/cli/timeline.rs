//! `lexloci timeline`: when the decision about one record changes, and whose date does it.

use super::{Global, One, Shape};
use crate::stdio;
use crate::stop::{Exit, Stop};
use lexloci::show;
use lexloci::sink::Output;

/// Show when the decision about one record changes, and which law's date does it
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    one: One,
    /// How it is written to stdout
    #[arg(long, value_enum, default_value_t)]
    format: Shape,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.one.rules.load(global)?;
    let judged = args.one.judged(&set)?;
    let timelines = set.timelines(&judged.record, &judged.places)?;
    match args.format {
        Shape::Text => {
            let text = show::timelines(&timelines, Some(judged.at), stdio::columns());
            stdio::lines(text)?;
        }
        Shape::Json => stdio::line(&Output::join(timelines.iter().map(Output::value), "\n"))?,
    }
    Ok(Exit::Done)
}
