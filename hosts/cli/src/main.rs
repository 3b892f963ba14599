//! The program `lexloci`: the command line and the interactive session. Arguments, streams and colours are here alone;
//! what is decided is decided by the library.

mod cli;
mod config;
mod diff;
mod escape;
mod files;
mod fix;
mod input;
mod interrupt;
mod junit;
mod law;
mod marks;
mod matching;
mod question;
mod records;
mod reference;
mod render;
mod repl;
mod report;
mod results;
mod rules;
mod stdio;
mod stop;
mod table;
mod tree;
mod views;
mod watch;

fn main() -> std::process::ExitCode {
    cli::run()
}
