//! The integration tests: one binary, a module for each kind.

// The program: arguments, streams, exit codes.
#[cfg(test)]
#[cfg(feature = "cli")]
mod cli;
// The shape of `src`: layers, sizes, headers.
#[cfg(test)]
mod layers;
