//! `lexloci law`: every article with its rules, tests and dates, and what has no rule.

use super::Global;
use crate::stop::{Exit, Stop};
use crate::{question, stdio};
use clap::ValueEnum;
use lexloci::Day;
use lexloci::output;
use lexloci::show::law;
use lexloci::sink::{Lines, Output};

/// List the law that the rules know: what rests on each provision, and what has no rule
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what the file of this place declares
    #[arg(value_name = "PLACE")]
    place: Option<String>,
    #[command(flatten)]
    rules: super::Rules,
    /// Say whether each provision is in force on this day
    #[arg(long, value_name = "DAY", value_parser = question::day)]
    at: Option<Day>,
    /// How it is written to stdout
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// A page, such as `docs/reference/law.md`
    Markdown,
    /// A line of JSON for each provision
    Jsonl,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.rules.load(global)?;
    let place = args.place.as_deref().map(|code| question::place(&set, code)).transpose();
    let place = place.map_err(Stop::failed)?;
    let articles = lexloci::law::articles(&set, place, args.at);
    match place {
        _ if !articles.is_empty() => {}
        Some(place) => {
            global.note(&output!("the file of {} declares no law, or there is none", place))
        }
        None => global.note(&output!("the rules declare no law")),
    }
    match args.format {
        Format::Text => stdio::print(&Output::of(Lines(law::lines(&set, &articles, args.at))))?,
        Format::Markdown => stdio::print(&law::page(&set, &articles, args.at))?,
        Format::Jsonl => {
            stdio::line(&Output::join(articles.iter().map(Output::value), "\n"))?;
        }
    }
    Ok(Exit::Done)
}
