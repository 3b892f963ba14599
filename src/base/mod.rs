//! Basics for all other folders: source texts and locations, limits, escapes, digests, stack size, time, safe output.

pub(crate) mod source;
pub(crate) mod digest;
pub(crate) mod limits;
pub(crate) mod encoding;
pub(crate) mod escape;
pub(crate) mod stack;
pub(crate) mod children;
pub(crate) mod time;
pub mod sink;
pub(crate) mod shared;
pub(crate) mod steps;
