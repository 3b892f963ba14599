//! The hosts at a terminal: the command line and the interactive session. Here alone are arguments, files, streams
//! and colours; whatever is decided is decided by the library.

pub mod cli;
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
