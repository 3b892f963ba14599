//! The hosts at a terminal: the command line and the interactive session. Here alone are arguments, files, streams
//! and colours; whatever is decided is decided by the library.

pub mod cli;
mod escape;
mod files;
mod input;
mod marks;
mod question;
mod records;
mod render;
mod repl;
mod report;
mod rules;
mod stop;
mod table;
mod results;
mod tree;
mod views;
