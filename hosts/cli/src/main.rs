//! The program `lexloci`: the command line and the interactive session. Only this package knows arguments, streams and
//! colours. The library makes the decisions.

// Matches have no wildcards: when a format or a reply is added, the compiler lists the places that must handle it.
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]

mod cli;
mod config;
mod diff;
mod files;
mod input;
mod interrupt;
mod junit;
mod local_host;
mod render;
mod rules;
mod stdio;
mod stop;
mod watch;

use lexloci::session::question;

fn main() -> std::process::ExitCode {
    cli::run()
}
