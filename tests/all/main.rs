//! The tests of the whole: what no module can show alone.

/// The program: arguments, streams, exit codes.
#[cfg(test)]
#[cfg(feature = "cli")]
mod cli;
