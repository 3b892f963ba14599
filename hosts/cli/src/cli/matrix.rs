//! `lexloci matrix`: one record in many places at once.

use super::{Global, One, Shape};
use crate::stdio;
use crate::stop::{Exit, Stop};
use lexloci::sink::Output;
use lexloci::{State, show};

/// Show which rules bear on one record in which places
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
    let matrix =
        set.evaluator().matrix(&judged.record, &judged.places, judged.at, &State::default())?;
    match args.format {
        Shape::Text => stdio::lines(show::matrix(&matrix))?,
        Shape::Json => stdio::line(&Output::value(&matrix))?,
    }
    Ok(Exit::Done)
}
