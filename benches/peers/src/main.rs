//! Runs the same rules and messages on lexloci, on its peers, and on code written by hand. First checks that all agree, then
//! measures times, and prints both as Markdown. `cargo run --release --manifest-path benches/peers/Cargo.toml -- --help`

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

/// Compares lexloci with its peers.
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
    /// The seed of rules and records.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How many messages.
    #[arg(long, default_value_t = messages::COUNT)]
    messages: usize,
    /// The folder of real messages and word lists. Without it both are invented.
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"))]
    shared: PathBuf,
    /// Milliseconds for each candidate in each round.
    #[arg(long, default_value_t = 150)]
    turn: u64,
    /// Seconds for the check of each engine against the reference. Messages in which rules fire are checked first.
    #[arg(long, default_value_t = 20)]
    check: u64,
    /// Fewer messages, fewer rounds, shorter turns: shows that everything works, but gives no reliable times.
    #[arg(long)]
    quick: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Study {
    /// All engines at all sizes, with ratios to the parse-only floor.
    Peers,
    /// Single parts of the work.
    Floors,
    /// How times grow from 10 rules to 10,000.
    Growth,
    /// One place compared with all places.
    Places,
    /// Compiling rules, compared with parsing them by pest.
    Compile,
    /// Two threads compared with one.
    Threads,
    /// The memory that engines need (build with `--features memory`).
    Memory,
}

/// How a run is measured.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    /// The time of one candidate in one round.
    pub turn: Duration,
    /// The time for the check of one engine.
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
        "{messages}; {left_out} left out, because only lexloci folds their letters. Seed {}.",
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
