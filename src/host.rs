//! The hosts at a terminal: the command line and the interactive session. Here alone are arguments, files, streams
//! and colours; whatever is decided is decided by the library.

pub mod cli;
mod config;
mod diff;
mod escape;
mod files;
mod fix;
mod input;
mod matching;
mod interrupt;
mod marks;
mod junit;
mod law;
mod question;
mod records;
mod reference;
mod render;
mod repl;
mod report;
mod rules;
mod stdio;
mod stop;
mod table;
mod watch;
mod results;
mod tree;
mod views;
