//! The integration tests: one binary, a module for each kind.

// The shape of `src`: layers, sizes, headers.
#[cfg(test)]
mod layers;

// The page of each diagnostic code.
#[cfg(test)]
mod pages;

// What holds for every rule set, record, place and instant.
#[cfg(test)]
mod properties;

// What the engine promises beside its answers.
#[cfg(test)]
mod engine;

// The shipped rules and messages.
#[cfg(test)]
mod rules;

// The program: arguments, streams, exit codes.
#[cfg(test)]
#[cfg(feature = "cli")]
mod cli;

// What a faulty file or record is told.
#[cfg(test)]
mod diagnostics;

// The examples of the manual.
#[cfg(test)]
mod docs;

// Files and records that mean harm.
#[cfg(test)]
mod hostile;
