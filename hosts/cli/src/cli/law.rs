//! `lexloci law`: every article with its rules, tests and dates, and what has no rule.

use super::Global;
use crate::escape::{json_of, plain_lines};
use crate::stop::{Exit, Stop};
use crate::{question, stdio};
use clap::ValueEnum;
use lexloci::Day;
use lexloci::show::law;

/// List the law that the rules know: what rests on each provision, and what has no rule
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what the file of this place declares
    #[arg(value_name = "PLACE")]
    place: Option<String>,
    #[command(flatten)]
    rules: super::Rules,
    /// Say how each provision stands on this day
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
    let place = place.map_err(Stop::Failed)?;
    let articles = lexloci::law::articles(&set, place, args.at);
    match place {
        _ if !articles.is_empty() => {}
        Some(place) => {
            global.note(format_args!("the file of {place} declares no law, or there is none"))
        }
        None => global.note("the rules declare no law"),
    }
    stdio::print(match args.format {
        Format::Text => plain_lines(&law::lines(&set, &articles, args.at)).into_owned(),
        Format::Markdown => plain_lines(&law::page(&set, &articles, args.at)).into_owned(),
        Format::Jsonl => articles.iter().map(|article| json_of(article) + "\n").collect(),
    })?;
    Ok(Exit::Done)
}
