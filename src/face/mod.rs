//! What hosts call: a compiler makes a rule set, an evaluator decides messages by it, and `Live` puts new versions of it
//! into service.

pub(crate) mod files;
pub(crate) mod load;
pub(crate) mod digest;
pub(crate) mod failure;
pub(crate) mod lock;
pub(crate) mod data_files;
pub(crate) mod function;
pub(crate) mod vocabulary;
pub(crate) mod ruleset;
pub(crate) mod compiler;
pub(crate) mod keeper;
pub(crate) mod live;
pub(crate) mod receipt;
pub(crate) mod observer;
pub(crate) mod decision_times;
pub(crate) mod ruling;
pub(crate) mod message;
pub(crate) mod evaluator;
pub(crate) mod batch;
pub(crate) mod format;
pub(crate) mod analysis;

/// The names of standard fields, for the tools.
pub(crate) use crate::world::standard;
