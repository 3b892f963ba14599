//! `lexloci matrix`: shows the decisions about one record in many places side by side.

use super::{Case, Global, OneRecord, ViewFormat};
use crate::stdio;
use crate::stop::{Exit, Stop};
use lexloci::sink::Output;
use lexloci::{State, show};

/// Show the decision about one record in each place, and what each rule does there
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    one: OneRecord,
    /// The format of the table
    #[arg(long, value_enum, default_value_t)]
    format: ViewFormat,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.one.rules.load(global)?;
    let Case { record, places, at } = args.one.read(&set, global)?;
    let matrix = set.evaluator().matrix(&record, &places, at, &State::default())?;
    match args.format {
        ViewFormat::Text => stdio::lines(show::matrix(&set, &matrix, stdio::screen_columns()))?,
        ViewFormat::Json => stdio::line(&Output::value(&matrix))?,
    }
    Ok(Exit::Done)
}
