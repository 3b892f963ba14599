//! `lexloci law`: every article with its rules, tests and dates, and what has no rule.

use super::Global;
use crate::host::escape::plain;
use crate::host::stop::{Exit, Stop};
use crate::host::{law, question, rules};
use clap::ValueEnum;
use lexloci::Day;
use std::io::Write;

/// List the law that the rules know: what rests on each provision, and what has no rule
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only what the file of this place declares
    #[arg(value_name = "PLACE")]
    place: Option<String>,
    #[command(flatten)]
    rules: super::Rules,
    /// Say how each provision stands on this day
    #[arg(long, value_name = "DAY", value_parser = day)]
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
    /// A page, such as `docs/law.md`
    Markdown,
    /// A line of JSON for each provision
    Jsonl,
}

fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).map_err(|error| error.to_string())
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = rules::load(&args.rules.rules, global.max_errors)?;
    let place = args.place.as_deref().map(|code| question::place(&set, code)).transpose();
    let place = place.map_err(Stop::Failed)?;
    let articles = lexloci::law::articles(&set, place, args.at);
    if let (Some(place), true) = (place, articles.is_empty()) {
        global.note(format_args!("the file of {place} declares no law, or there is none"));
    }
    let mut out = anstream::stdout().lock();
    match args.format {
        Format::Text => write!(out, "{}", shown(&law::lines(&set, &articles, args.at)))?,
        Format::Markdown => write!(out, "{}", shown(&law::page(&set, &articles, args.at)))?,
        Format::Jsonl => {
            for article in &articles {
                // Texts, numbers and lists of them always have a JSON form.
                let json = serde_json::to_string(article).unwrap_or_default();
                writeln!(out, "{}", crate::host::escape::json(json))?;
            }
        }
    }
    Ok(Exit::Done)
}

/// Line by line, since line ends are no hostile text here.
fn shown(text: &str) -> String {
    text.lines().flat_map(|line| [plain(line).into_owned(), "\n".to_owned()]).collect()
}
