//! Decisions for people: explanations, one message in many places or at many times, pages, graphs.

// No wildcards: when a kind of expression, norm or action is added, the compiler lists the places that must handle it.
#![cfg_attr(not(test), deny(clippy::wildcard_enum_match_arm))]

pub(crate) mod explain;
pub(crate) mod matrix;
pub(crate) mod timeline;
pub(crate) mod page;
pub(crate) mod graph;
