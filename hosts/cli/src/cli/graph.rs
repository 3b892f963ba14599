//! `lexloci graph`: draws rules, the law that they rest on, and the exceptions that lift them.

use super::{Global, Rules};
use crate::stop::{Exit, Stop};
use crate::{question, stdio};
use clap::ValueEnum;
use lexloci::Moment;

/// Draw rules, laws and exceptions as a graph, for Graphviz or Mermaid
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(flatten)]
    rules: Rules,
    /// Draw only what can apply in this place: its rules, and the rules of the places above it
    #[arg(long = "in", value_name = "PLACE")]
    place: Option<String>,
    /// Show in grey what is not in force at this instant: `2026-03-01T12:00:00Z`, or a day for its midnight in the place
    #[arg(long, value_name = "INSTANT", value_parser = question::moment)]
    at: Option<Moment>,
    /// The language of the graph
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For Graphviz: `lexloci graph | dot -Tsvg`
    #[default]
    Dot,
    /// For READMEs and wikis
    Mermaid,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = args.rules.load(global)?;
    let place = args.place.as_deref().map(|code| super::place(&set, code)).transpose()?;
    let graph = set.graph(place, args.at);
    match args.format {
        Format::Dot => stdio::print(&graph.dot())?,
        Format::Mermaid => stdio::print(&graph.mermaid())?,
    }
    Ok(Exit::Done)
}
