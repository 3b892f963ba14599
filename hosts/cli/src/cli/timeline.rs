//! `lexloci timeline`: shows when the decision about one record changes, and which law begins or ends then.

use super::{Case, Global, OneRecord, ViewFormat};
use crate::stdio;
use crate::stop::{Exit, Stop};
use lexloci::show;
use lexloci::sink::Output;

/// Show when the decision about one record changes, and which law begins or ends then
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    one: OneRecord,
    /// The format of the timeline
    #[arg(long, value_enum, default_value_t)]
    format: ViewFormat,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.one.rules.load(global)?;
    let Case { record, places, at } = args.one.read(&set, global)?;
    let timelines = set.timelines(&record, &places)?;
    match args.format {
        ViewFormat::Text => {
            let text = show::timelines(&timelines, Some(at), stdio::screen_columns());
            stdio::lines(text)?;
        }
        ViewFormat::Json => stdio::line(&Output::join(timelines.iter().map(Output::value), "\n"))?,
    }
    Ok(Exit::Done)
}
