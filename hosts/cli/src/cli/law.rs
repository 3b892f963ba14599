//! `lexloci law`: lists every article with its rules, tests and dates, the articles without a rule, and the registers with
//! the days on which they are complete.

use super::Global;
use crate::stop::{Exit, Stop};
use crate::{question, stdio};
use clap::ValueEnum;
use lexloci::Day;
use lexloci::output;
use lexloci::show::law;
use lexloci::sink::{Lines, Output};

/// List the law in the rule files: which rules rest on each provision, which provisions have none, and which registers are
/// complete
#[derive(Debug, clap::Args)]
pub struct Args {
    /// List only what the file of this place declares
    #[arg(value_name = "PLACE")]
    place: Option<String>,
    #[command(flatten)]
    rules: super::Rules,
    /// Say whether each provision is in force on this day, and which registers are stale
    #[arg(long, value_name = "DAY", value_parser = question::day)]
    at: Option<Day>,
    /// The format of the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    #[default]
    Text,
    /// A Markdown page, such as `docs/reference/law.md`
    Markdown,
    /// A line of JSON for each provision and each register
    Jsonl,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.rules.load(global)?;
    let place = args.place.as_deref().map(|code| super::place(&set, code)).transpose()?;
    let articles = lexloci::law::articles(&set, place, args.at);
    let registers = lexloci::law::registers(&set, place, args.at);
    match place {
        _ if !articles.is_empty() => {}
        Some(place) => global.note(&output!("{} has no file, or its file declares no law", place)),
        None => global.note(&output!("the rules declare no law")),
    }
    match args.format {
        Format::Text => {
            let lines = law::lines(&set, &articles, args.at);
            let registers = law::register_lines(&registers, args.at);
            stdio::print(&Output::of(Lines(lines + &registers)))?;
        }
        Format::Markdown => {
            stdio::print(&law::page(&set, &articles, args.at))?;
            stdio::print(&law::register_page(&registers, args.at))?;
        }
        Format::Jsonl => {
            let articles = articles.iter().map(Output::value);
            let lines = articles.chain(registers.iter().map(Output::value));
            stdio::line(&Output::join(lines, "\n"))?;
        }
    }
    Ok(Exit::Done)
}
