//! Decisions for people: explanations, one message in many places or at many times, pages, graphs.

pub(crate) mod explain;
pub(crate) mod matrix;
pub(crate) mod timeline;
pub(crate) mod page;
pub(crate) mod graph;
