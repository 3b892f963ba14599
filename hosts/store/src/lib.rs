//! Stores of counters and marks: [`Sqlite`] for one host. It answers as [`Memory`] does.
//!
//! The tables and the guarantees are described in `docs/internals/state.md`.
//!
//! [`Memory`]: lexloci::state::Memory

// Matches have no wildcards: when a kind of key or a line is added, the compiler lists the places that must handle it.
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]

mod archive;
mod fault;
mod row;
#[cfg(feature = "sqlite")]
mod sqlite;
mod work;

#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
pub use archive::{Archive, Line, export, import};
