//! The integration tests: one binary, a module for each kind.

// The shape of `src`: layers, sizes, headers.
#[cfg(test)]
mod layers;

// The shipped rules and messages.
#[cfg(test)]
mod rules;

// The program: arguments, streams, exit codes.
#[cfg(test)]
#[cfg(feature = "cli")]
mod cli;
