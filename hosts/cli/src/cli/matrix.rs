//! `lexloci matrix`: one record in many places at once.

use super::{Global, One, Shape};
use crate::stop::{Exit, Stop};
use crate::{escape, stdio};
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
    stdio::line(match args.format {
        Shape::Text => show::matrix(&matrix),
        Shape::Json => escape::json_of(&matrix),
    })?;
    Ok(Exit::Done)
}
