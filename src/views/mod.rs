//! Decisions told to people: why and why not, one message in many places and at many times, pages, graphs.

pub(crate) mod explain;
pub(crate) mod matrix;
pub(crate) mod timeline;
pub(crate) mod page;
pub(crate) mod graph;
