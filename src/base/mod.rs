//! Basics for all other folders: source texts and locations, limits, escapes, stack size, time, safe output.

// No wildcards outside tests: when a kind is added, the compiler lists the places that must handle it.
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]

pub(crate) mod source;
pub(crate) mod limits;
pub(crate) mod escape;
pub(crate) mod stack;
pub(crate) mod children;
pub(crate) mod time;
pub mod sink;
pub(crate) mod shared;
