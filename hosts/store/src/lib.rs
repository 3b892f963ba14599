//! Stores of counters and marks: [`Sqlite`] for one host, [`Postgres`] for many. They answer as [`Memory`] does.
//!
//! The tables and the guarantees are described in `docs/internals/state.md`.
//!
//! [`Memory`]: lexloci::state::Memory

// Matches have no wildcards: when a kind of key or a line is added, the compiler lists the places that must handle it.
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]

mod archive;
mod fault;
#[cfg(feature = "postgres")]
mod postgres;
mod row;
#[cfg(feature = "sqlite")]
mod sqlite;
mod work;

#[cfg(feature = "postgres")]
pub use self::postgres::Postgres;
#[cfg(feature = "sqlite")]
pub use self::sqlite::Sqlite;
pub use archive::{Archive, Unfilled, export, import};
