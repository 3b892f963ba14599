//! `lexloci doc`: shows the reference, without a network.

use super::Global;
use crate::stop::{Exit, Stop};
use crate::{rules, stdio};
use lexloci::ide::reference;
use std::path::PathBuf;

/// Look up a code, keyword, field, function or action
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to look up: `LX2003`, `when`, `chat.members`, `length`, `restrict`; or a list, such as `fields` [default: an overview]
    topics: Vec<String>,
    /// The directory of rules, whose `schema.loci` adds fields to records
    #[arg(long, value_name = "DIR")]
    rules: Option<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> Result<Exit, Stop> {
    let set = match &args.rules {
        Some(root) => rules::load(root, global.max_errors)?,
        None => rules::empty_rule_set()?,
    };
    let text = match args.topics.as_slice() {
        [] => reference::overview(),
        topics => {
            let text = topics.iter().map(|topic| reference::topic(&set, topic));
            text.collect::<Result<Vec<_>, _>>()?.join("\n")
        }
    };
    stdio::lines(text.trim_end())?;
    Ok(Exit::Done)
}
