//! The same rules and messages on lexloci, on its peers, and on code written by hand: agreement first, then times, as
//! Markdown tables. `cargo run --release --manifest-path benches/peers/Cargo.toml -- --help`

mod agree;
mod bounds;
mod engine;
mod facts;
mod floors;
mod lexicon;
mod loci;
mod messages;
mod peers;
mod rules;
mod studies;
mod timing;

use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use std::time::Duration;

/// Measures lexloci beside its peers.
#[derive(Parser)]
struct Args {
    /// What to measure.
    #[arg(value_enum, default_values_t = [Study::Peers, Study::Floors, Study::Growth, Study::Places, Study::Compile, Study::Threads])]
    studies: Vec<Study>,
    /// Only engines whose names contain one of these words.
    #[arg(long, value_delimiter = ',')]
    engines: Vec<String>,
    /// Numbers of rules, up to 10000.
    #[arg(long, value_delimiter = ',', default_values_t = [10, 1_000, 10_000])]
    sizes: Vec<usize>,
    /// Rounds in which all candidates take their turn.
    #[arg(long, default_value_t = 11)]
    rounds: usize,
    /// Other rules, other records.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many messages.
    #[arg(long, default_value_t = messages::COUNT)]
    messages: usize,
    /// Where real messages and word lists may lie; without them both are invented.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"))]
    shared: PathBuf,
    /// Milliseconds for each candidate in each round.
    #[arg(long, default_value_t = 150)]
    turn: u64,
    /// Seconds for the check of each engine against the reference; where something fires comes first.
    #[arg(long, default_value_t = 20)]
    check: u64,
    /// Fewer messages, fewer rounds, shorter turns: to see that all works, not to quote.
    #[arg(long)]
    quick: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Study {
    /// All engines at all sizes, with ratios to the parse-only floor.
    Peers,
    /// Parts of the work alone.
    Floors,
    /// From 10 rules to 10,000.
    Growth,
    /// One place against all places.
    Places,
    /// From text to rule set, against pest alone on the same text.
    Compile,
    /// Two threads against one.
    Threads,
    /// Bytes that engines hold (build with `--features memory`).
    Memory,
}

/// How a run is measured.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    /// For a candidate in a round.
    pub turn: Duration,
    /// For the check of one engine.
    pub check: Duration,
}

fn main() {
    let mut args = Args::parse();
    let mut effort = Effort {
        rounds: args.rounds,
        turn: Duration::from_millis(args.turn),
        check: Duration::from_secs(args.check),
    };
    if args.quick {
        args.messages = args.messages.min(2_000);
        effort =
            Effort { rounds: 3, turn: Duration::from_millis(20), check: Duration::from_secs(1) };
    }
    let rules = rules::write(args.seed, &args.shared);
    let mut messages = messages::load(args.seed, &args.shared, args.messages);
    let left_out = agree::leave_out_disguises(&rules, &mut messages);
    println!(
        "{messages}; {left_out} left out, which lexloci alone sees through. Seed {}.",
        args.seed
    );
    let run = studies::Run {
        rules: &rules,
        messages: &messages,
        effort,
        sizes: &args.sizes,
        engines: &args.engines,
    };
    for study in args.studies {
        match study {
            Study::Peers => run.peers(),
            Study::Floors => run.floors(),
            Study::Growth => run.growth(),
            Study::Places => run.places(),
            Study::Compile => run.compile(),
            Study::Threads => run.threads(),
            Study::Memory => run.memory(),
        }
    }
}
